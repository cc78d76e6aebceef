"""Operations on images and signals: convolution (unflipped, as the deck slides its kernels) and its pullbacks.

An image is H×W, or C×H×W with channels; kernels are h×w, C×h×w (as many channels as the image), or O×C×h×w
for O kernels at once (O×h×w where the image has no channels). A signal has no rows and columns but a length.
In groups every kernel sees its part of the channels alone; as many groups as channels make it depthwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from msgspec.structs import replace

from symnn.expressions.terms import call, product, total
from symnn.expressions.tree import Call, Tree
from symnn.ops import array_kernels, named
from symnn.ops.array_kernels import lead
from symnn.ops.grid import Grid
from symnn.ops.operation import Array, Operation, Pulled, TensorCall
from symnn.ops.settings import BOTH, Setting, spelled_settings
from symnn.ops.shapes import Shape, Unfit, as_image, lengths, normal, shape_text, size
from symnn.ops.sliding import (
    FLAT,
    SLIDE,
    SLIDE_ALONG,
    SLIDE_LENGTH,
    Sliding,
    beneath,
    folded_windows,
    framed,
    pair,
    sliding,
    windows,
)

__all__ = ["IMAGE", "convolved_array", "convolved_entries", "error_sliding", "sent_back"]

SIZES: tuple[Setting, ...] = (Setting("height", least=1), Setting("width"), *SLIDE, Setting("kernels", 0))
"""Of what is computed; a signal has the width 0, and says how many kernels there are."""

CHANNELS = 3


def _sums(size: int, terms: Iterable[tuple[int, Tree]]) -> tuple[Tree, ...]:
    """Add terms by the cell they belong to."""
    collected: list[list[Tree]] = [[] for _ in range(size)]
    for place, term in terms:
        collected[place].append(term)
    return tuple(total(tuple(part)) for part in collected)


def _slide(c: TensorCall, *, is_signal: bool = False) -> Sliding:
    settings = _widened(c.settings) if is_signal else c.settings
    return sliding(c.shapes[0], c.shapes[1], settings[:SLIDE_LENGTH], is_signal=is_signal)


def _widened(settings: tuple[int, ...]) -> tuple[int, ...]:
    """Write the settings of a signal as those of an image of one column."""
    stride, before, behind, dilation, groups, *more = settings
    return (stride, 1, before, behind, 0, 0, dilation, 1, groups, *more, *(0 for _ in more))


def convolved_entries(slide: Sliding, grids: tuple[Grid, ...]) -> Grid:
    """Write what a kernel gives at each place of its way."""
    image, kernel = grids[0].cells, grids[1].cells
    terms = ((cell, product((kernel[weight], image[pixel]))) for cell, weight, pixel in slide.steps())
    return Grid(normal(slide.map), _sums(size(slide.map), terms))


def _conv(slide: Sliding, image: Tree, kernel: Tree) -> Tree:
    """Write a convolution that slides in the same way."""
    if slide.is_signal:
        return Call(named.CONV1D, (image, kernel, *spelled_settings(SLIDE_ALONG, slide.along)))
    return Call(named.CONV, (image, kernel, *spelled_settings(SLIDE, slide.settings)))


def _error(name: str, slide: Sliding, delta: Tree, other: Tree) -> Tree:
    """Write what an error sends to the image, or to the kernel, of a slide."""
    down, across = slide.down, slide.across
    sizes = (down.length, across.length) if name == named.IMAGE_ERROR else (down.window, across.window)
    many = slide.kernels if slide.is_signal else 0
    laid_out = (sizes[0], 0 if slide.is_signal else sizes[1], *slide.settings, many)
    return Call(name, (delta, other, *spelled_settings(SIZES, laid_out)))


def _conv_pullback(c: TensorCall, slide: Sliding, delta: Tree) -> Pulled:
    """Send the error to image and kernel; for one plain map both are convolutions themselves.

    Where the kernel has only one place, image and kernel get the number δ times each other.
    The kernel gets the convolution of the image with the error; the image that of the error, with zeros
    around it, and the kernel turned by 180 degrees.
    """
    image, kernel = c.arguments
    if slide.is_one_place:
        return (product((delta, kernel)), product((delta, image)))
    if slide.is_plain:
        around = slide.down.window - 1
        turned = (1, 1, around, around, around, around, 1, 1, 1)
        back = Call(named.CONV, (delta, Call(named.ROTATE, (kernel,)), *spelled_settings(SLIDE, turned)))
        return (back, Call(named.CONV, (image, delta)))
    return sent_back(slide, delta, image, kernel)


def sent_back(slide: Sliding, delta: Tree, image: Tree, kernel: Tree) -> Pulled:
    """Send an error to an image and to its kernels, however these slide."""
    return (_error(named.IMAGE_ERROR, slide, delta, kernel), _error(named.KERNEL_ERROR, slide, delta, image))


def _rotated(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    area = size(c.shapes[0][-FLAT:])
    cells = grids[0].cells
    turned = (cells[start : start + area][::-1] for start in range(0, len(cells), area))
    return Grid(c.shapes[0], tuple(cell for part in turned for cell in part))


def _flipped_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    turned = TensorCall((c.arguments[0], call(named.ROTATE, c.arguments[1])), c.shapes, c.settings)
    to_image, to_kernel = _conv_pullback(turned, _slide(c), delta)
    return (to_image, call(named.ROTATE, to_kernel) if to_kernel is not None else None)


def _flipped_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    kernel = TensorCall(c.arguments[1:], c.shapes[1:], ())
    return convolved_entries(_slide(c), (grids[0], _rotated(kernel, grids[1:])))


def error_sliding(c: TensorCall, *, kernel_known: bool) -> Sliding:
    """Find the slide of an error call ``(delta, other, a, b, stride, …)``.

    Of an image the shape of delta says whether there are several kernels: their maps have three axes.

    Raises: `Unfit` if delta has another shape than the map.
    """
    (a, b), settings, many = c.settings[:FLAT], c.settings[FLAT:-1], c.settings[-1]
    is_signal, groups = not b, settings[-1]
    if not is_signal:
        many = c.shapes[0][0] if len(c.shapes[0]) == CHANNELS else 0
    other = c.shapes[1] if is_signal else as_image(c.shapes[1])
    plane = other[-1:] if is_signal else other[-FLAT:]
    sizes = (a,) if is_signal else (a, b)
    own = other[: len(other) - len(plane)]
    if kernel_known:
        image, kernel = (*(one * groups for one in own[bool(many) :]), *sizes), other
    else:
        image, kernel = other, (*(many,) * bool(many), *(one // groups for one in own), *sizes)
    slide = sliding(image, kernel, settings, is_signal=is_signal)
    if normal(c.shapes[0]) != normal(slide.map):
        raise Unfit("shape-error", left=shape_text(c.shapes[0]), right=shape_text(normal(slide.map)))
    return slide


def _kernel_error_entries(c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    slide = error_sliding(c, kernel_known=False)
    delta, image = grids[0].cells, grids[1].cells
    terms = ((weight, product((delta[cell], image[pixel]))) for cell, weight, pixel in slide.steps())
    return Grid(normal(slide.kernel), _sums(size(slide.kernel), terms))


def _image_error_entries(slide: Sliding, grids: tuple[Grid, ...]) -> Grid:
    delta, kernel = grids[0].cells, grids[1].cells
    terms = ((pixel, product((delta[cell], kernel[weight]))) for cell, weight, pixel in slide.steps())
    return Grid(normal(slide.image), _sums(size(slide.image), terms))


def _kernel_error_pullback(c: TensorCall, delta: Tree, _value: Tree) -> Pulled:
    error, image = c.arguments
    slide = error_sliding(c, kernel_known=False)
    return (_conv(slide, image, delta), _error(named.IMAGE_ERROR, slide, error, delta))


def _image_error_pullback(c: TensorCall, slide: Sliding, delta: Tree) -> Pulled:
    error, kernel = c.arguments
    return (_conv(slide, delta, kernel), _error(named.KERNEL_ERROR, slide, error, delta))


def _as_rows(array: Array, shape: Shape, slide: Sliding) -> Array:
    """Lay kernels, or the errors of maps, out as the rows of a matrix for each group."""
    return array.reshape(*lead(array, shape), slide.groups, (slide.kernels or 1) // slide.groups, -1)


def convolved_array(c: TensorCall, slide: Sliding, arrays: tuple[Array, ...]) -> Array:
    """Compute what a kernel gives at each place of its way."""
    laid = windows(framed(arrays[0], c.shapes[0], slide), slide)
    return _shaped(_as_rows(arrays[1], c.shapes[1], slide) @ laid, slide.map)


def _shaped(found: Array, shape: Shape) -> Array:
    return found.reshape((*found.shape[:-3], *shape))


def _flipped_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    return convolved_array(c, _slide(c), (arrays[0], array_kernels.rotated(arrays[1], len(c.shapes[1]))))


def _kernel_error_array(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    slide = error_sliding(c, kernel_known=False)
    laid = windows(framed(arrays[1], c.shapes[1], slide), slide)
    return _shaped(_as_rows(arrays[0], c.shapes[0], slide) @ laid.swapaxes(-1, -2), slide.kernel)


def _image_error_array(c: TensorCall, slide: Sliding, arrays: tuple[Array, ...]) -> Array:
    rows = _as_rows(arrays[1], c.shapes[1], slide).swapaxes(-1, -2)
    return _shaped(folded_windows(rows @ _as_rows(arrays[0], c.shapes[0], slide), slide), slide.image)


def _upward(c: TensorCall, *, is_signal: bool = False) -> Sliding:
    """Find the slide of a transposed convolution: it sends errors back to an image of the size that it makes.

    Source: Dumoulin and Visin 2016, section 4; sizes, output padding and groups as PyTorch has them.
    """
    maps, kernel = c.shapes
    settings = _widened(c.settings) if is_signal else c.settings
    stride, padding, dilation = settings[:2], settings[2:6], settings[6:8]
    plane = 1 if is_signal else FLAT
    if not is_signal:
        maps, kernel = as_image(maps), as_image(kernel)
    flat_column = maps[1:] == kernel[1:] == (1,)  # a vector has no columns that could be padded
    sizes = []
    for at, (places, under) in enumerate(zip_longest(maps[-plane:] or (1,), kernel[-plane:], fillvalue=1)):
        side = (places - 1) * stride[at] + (under - 1) * dilation[at] + 1
        more = settings[SLIDE_LENGTH + at] - padding[2 * at] - padding[2 * at + 1]
        sizes.append(max(1, side + (0 if at and flat_column else more)))
    many = maps[0] if is_signal and len(maps) > plane else 0
    laid_out = (sizes[0], 0 if is_signal else sizes[1], *settings[:SLIDE_LENGTH], many)
    return error_sliding(TensorCall(c.arguments, c.shapes, laid_out), kernel_known=True)


def _below(settings: tuple[int, ...]) -> str:
    return beneath(settings if len(settings) == SLIDE_LENGTH else _widened(settings))


def _below_sizes(settings: tuple[int, ...]) -> str:
    """Write the size of what is computed first: the arguments alone do not settle it."""
    kernels = f"k={settings[-1]}" if settings[-1] else ""
    return ", ".join(filter(None, (lengths(settings[:2]), beneath(settings[2:-1]), kernels)))


def _below_upward(settings: tuple[int, ...]) -> str:
    settings = settings if len(settings) > SLIDE_LENGTH else _widened(settings)
    more = settings[SLIDE_LENGTH:]
    return ", ".join(filter(None, (beneath(settings[:SLIDE_LENGTH]), f"o={pair(more)}" if any(more) else "")))


def _convolution(name: str, *, is_signal: bool = False) -> Operation:
    """Write the record of a convolution of images, or of signals."""
    return Operation(
        name=name,
        shape=lambda c: normal(_slide(c, is_signal=is_signal).map),
        entries=lambda c, grids: convolved_entries(_slide(c, is_signal=is_signal), grids),
        pullback=lambda c, delta, _v: _conv_pullback(c, _slide(c, is_signal=is_signal), delta),
        sign="conv",
        arity=(2, 2),
        settings=SLIDE_ALONG if is_signal else SLIDE,
        kernel=lambda c, arrays, _t: convolved_array(c, _slide(c, is_signal=is_signal), arrays),
        work=lambda c: _under_kernel(_slide(c, is_signal=is_signal)),
        below=_below,
        role="convolution",
        conventions=("kernel",),
    )


def _under_kernel(slide: Sliding) -> int:
    """Count the pixels under one kernel."""
    return size(slide.kernel) // (slide.kernels or 1)


def _transposed(name: str, words: tuple[str, ...], confusable: str, *, is_signal: bool = False) -> Operation:
    """Write the record of a transposed convolution."""
    return Operation(
        name=name,
        shape=lambda c: normal(_upward(c, is_signal=is_signal).image),
        entries=lambda c, grids: _image_error_entries(_upward(c, is_signal=is_signal), grids),
        pullback=lambda c, delta, _v: _image_error_pullback(c, _upward(c, is_signal=is_signal), delta),
        sign="conv^(T)",
        words=words,
        arity=(2, 2),
        settings=(*SLIDE_ALONG, Setting("output_padding", 0))
        if is_signal
        else (*SLIDE, Setting("output_padding", 0, parts=BOTH)),
        kernel=lambda c, arrays, _t: _image_error_array(c, _upward(c, is_signal=is_signal), arrays),
        work=lambda c: size(c.shapes[1]),
        below=_below_upward,
        role="convolution",
        confusable=(confusable,),
    )


IMAGE: tuple[Operation, ...] = (
    replace(_convolution(named.CONV), words=("conv2d",), confusable=(named.CONV_FLIPPED,)),
    _convolution(named.CONV1D, is_signal=True),
    Operation(
        name=named.CONV_FLIPPED,
        shape=lambda c: normal(_slide(c).map),
        entries=_flipped_entries,
        pullback=_flipped_pullback,
        sign="conv^(flip)",
        arity=(2, 2),
        settings=SLIDE,
        kernel=_flipped_array,
        work=lambda c: _under_kernel(_slide(c)),
        below=_below,
        role="convolution",
        confusable=(named.CONV,),
        conventions=("kernel",),
    ),
    _transposed(named.CONV_TRANSPOSE, ("conv_transposed", "deconv", "conv_transpose2d"), named.CONV),
    _transposed(named.CONV_TRANSPOSE1D, (), named.CONV1D, is_signal=True),
    Operation(
        name=named.ROTATE,
        shape=lambda c: c.shapes[0],
        entries=_rotated,
        pullback=lambda _c, delta, _v: (call(named.ROTATE, delta),),
        sign="rot_180",
        kernel=lambda c, arrays, _t: array_kernels.rotated(arrays[0], len(c.shapes[0])),
        tensor_numpy="rotated({0}, {axes})",
        explained="notation-rotate",
    ),
    Operation(
        name=named.KERNEL_ERROR,
        shape=lambda c: normal(error_sliding(c, kernel_known=False).kernel),
        entries=_kernel_error_entries,
        pullback=_kernel_error_pullback,
        sign="conv'_K",
        arity=(2, 2),
        settings=SIZES,
        kernel=_kernel_error_array,
        below=_below_sizes,
        explained="notation-kernel-error",
    ),
    Operation(
        name=named.IMAGE_ERROR,
        shape=lambda c: normal(error_sliding(c, kernel_known=True).image),
        entries=lambda c, grids: _image_error_entries(error_sliding(c, kernel_known=True), grids),
        pullback=lambda c, delta, _v: _image_error_pullback(c, error_sliding(c, kernel_known=True), delta),
        sign="conv'_I",
        arity=(2, 2),
        settings=SIZES,
        kernel=lambda c, arrays, _t: _image_error_array(c, error_sliding(c, kernel_known=True), arrays),
        below=_below_sizes,
        explained="notation-image-error",
    ),
)
"""Convolution and what carries errors back through it; each pullback is made of the others."""
