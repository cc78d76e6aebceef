"""Depthwise convolution: one kernel, or several, for each channel alone, C×h×w or O×1×h×w as frameworks have it."""

from __future__ import annotations

from symnn.expressions.tree import Call, Number, Tree
from symnn.ops import named
from symnn.ops.grid import Grid
from symnn.ops.image import convolved_array, convolved_entries, sent_back
from symnn.ops.operation import Array, Operation, Pulled, TensorCall
from symnn.ops.shapes import Shape, Unfit, normal, shape_text, size
from symnn.ops.sliding import SLIDE, Sliding, beneath, sliding

__all__ = ["DEPTHWISE"]

CHANNELS = 3
_SETTINGS = SLIDE[:-1]


def _slide(c: TensorCall) -> Sliding:
    image, kernel = c.shapes
    if len(image) != CHANNELS or len(kernel) not in (CHANNELS, CHANNELS + 1):
        raise Unfit("shape-no-image", left=shape_text(image), right=shape_text(kernel))
    return sliding(image, _each_alone(kernel), (*c.settings, image[0]))


def _each_alone(kernel: Shape) -> Shape:
    """Give kernels of one channel each."""
    return (kernel[0], 1, *kernel[1:]) if len(kernel) == CHANNELS else kernel


def _laid_out(tree: Tree, shape: Shape) -> Tree:
    return Call(named.RESHAPE, (Call(named.FLATTEN, (tree,)), *map(Number, shape)))


def _pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    """Send errors back as the convolution in groups does that it is."""
    image, kernel = c.arguments
    own = c.shapes[1]
    alone = _each_alone(own)
    if alone == own:
        return sent_back(_slide(c), delta, image, kernel)
    to_image, to_kernel = sent_back(_slide(c), delta, image, _laid_out(kernel, alone))
    return (to_image, None if to_kernel is None else _laid_out(to_kernel, own))


def _entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    return convolved_entries(_slide(c), grids)


def _kernel(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    return convolved_array(c, _slide(c), arrays)


DEPTHWISE: tuple[Operation, ...] = (
    Operation(
        name=named.DEPTHWISE_CONV,
        shape=lambda c: normal(_slide(c).map),
        entries=_entries,
        pullback=_pullback,
        sign="conv^(dw)",
        words=("depthwise_conv2d", "dwconv"),
        arity=(2, 2),
        settings=_SETTINGS,
        kernel=_kernel,
        work=lambda c: size(c.shapes[1][-2:]),
        below=lambda settings: beneath((*settings, 1)),
        role="convolution",
        confusable=(named.CONV,),
        conventions=("kernel",),
    ),
)
"""Depthwise convolution."""
