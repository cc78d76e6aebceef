"""Each tensor operation on NumPy arrays that may have one batch axis, all or some of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from types import MappingProxyType
from typing import Any, TypeAlias

from symnn.numeric import kernels
from symnn.ops.image import error_sliding, sliding
from symnn.ops.pooling import pooled_shape
from symnn.ops.shapes import Shape, as_matrix
from symnn.ops.tensor import TensorCall

__all__ = ["KERNELS", "lead"]

Array: TypeAlias = Any
Kernel: TypeAlias = Callable[[TensorCall, tuple[Array, ...], str], Array]
"""Gives the value of a call from the arrays of its tensor arguments and what a tie in pooling means."""


def lead(array: Array, shape: Shape) -> tuple[int, ...]:
    """Give the batch axis before a tensor's own axes; none if it has none."""
    return tuple(array.shape[: array.ndim - len(shape)])


def _laid(image: Array, shape: Shape, kernel: Shape, settings: tuple[int, ...]) -> Array:
    return kernels.windows(image, kernel, settings[-2], settings[-1], len(shape) > 2)  # noqa: PLR2004 - channels


def _conv(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    slide = sliding(c.shapes[0], c.shapes[1], c.settings[0], c.settings[1])
    laid = _laid(arrays[0], c.shapes[0], c.shapes[1], c.settings)
    kernel = arrays[1].reshape(*lead(arrays[1], c.shapes[1]), slide.kernels or 1, -1)
    return _shaped(kernel @ laid, slide.map)


def _shaped(maps: Array, shape: Shape) -> Array:
    return maps.reshape((*maps.shape[:-2], *shape))


def _conv_flipped(c: TensorCall, arrays: tuple[Array, ...], ties: str) -> Array:
    return _conv(c, (arrays[0], kernels.rotated(arrays[1])), ties)


def _errors(array: Array, shape: Shape, many: int) -> Array:
    """Lay the errors of maps out as rows, one for each kernel."""
    return array.reshape(*lead(array, shape), many or 1, -1)


def _kernel_error(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    slide = error_sliding(c, kernel_known=False)
    laid = _laid(arrays[1], c.shapes[1], slide.kernel, c.settings)
    return _shaped(_errors(arrays[0], c.shapes[0], slide.kernels) @ laid.swapaxes(-1, -2), slide.kernel)


def _image_error(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    slide = error_sliding(c, kernel_known=True)
    kernel = arrays[1].reshape(*lead(arrays[1], c.shapes[1]), slide.kernels or 1, -1)
    spread = kernel.swapaxes(-1, -2) @ _errors(arrays[0], c.shapes[0], slide.kernels)
    return kernels.folded(spread, slide.image, (slide.rows, slide.columns), slide.stride, slide.padding)


def _window(settings: tuple[int, ...]) -> tuple[int, int]:
    return settings[-2], settings[-1] or settings[-2]


def _on_map(c: TensorCall, error: Array, image: Shape) -> Array:
    """Give an error its axes back where a map of one row or column was written as a vector or number."""
    return error.reshape(*lead(error, c.shapes[0]), *pooled_shape(image, c.settings))


def _avg_unpool(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    image = (*c.shapes[0][:-2], *c.settings[:2])
    return kernels.avg_unpool(_on_map(c, arrays[0], image), c.settings[0], c.settings[1], *_window(c.settings))


def _flat(array: Array, shape: Shape) -> Array:
    return array.reshape((*lead(array, shape), prod(shape)))


def _concat(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    flat = [_flat(array, shape) for array, shape in zip(arrays, c.shapes, strict=True)]
    common = np.broadcast_shapes(*(array.shape[:-1] for array in flat))
    return np.concatenate([np.broadcast_to(array, (*common, array.shape[-1])) for array in flat], axis=-1)


def _part(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    return _flat(arrays[0], c.shapes[0])[..., c.settings[0] - 1 : c.settings[1]]


def _spread(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    wanted = tuple(length for length in c.settings if length)
    missing = (1,) * (len(wanted) - len(c.shapes[0]))
    array = arrays[0].reshape((*arrays[0].shape, *missing))
    return np.broadcast_to(array, (*lead(arrays[0], c.shapes[0]), *wanted))


def _axes(shape: Shape) -> tuple[int, ...]:
    return tuple(range(-len(shape), 0))


def _summed(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    return arrays[0].sum(axis=_axes(c.shapes[0])[c.settings[0] :])


def _along(function: Callable[[Array, int], Array]) -> Kernel:
    """Apply a function along all axes of a tensor; a number has none."""

    def kernel(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
        axes = max(len(c.shapes[0]), 1)
        array = arrays[0] if c.shapes[0] else arrays[0][..., None]
        found = function(array, axes)
        return found if c.shapes[0] or found.ndim < array.ndim else found[..., 0]

    return kernel


def _squared(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    return ((arrays[0] - arrays[1]) ** 2).sum(axis=_axes(c.shapes[0]))


def _cross_entropy(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    import numpy as np

    return -(arrays[1] * np.log(arrays[0])).sum(axis=_axes(c.shapes[0]))


def _outer(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    left, right = (array.reshape(*lead(array, s), *as_matrix(s)) for array, s in zip(arrays, c.shapes, strict=True))
    return left @ right.swapaxes(-1, -2)


def _pca(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    components = arrays[1][..., : c.settings[0] or c.shapes[1][0], :]
    return components @ _flat(arrays[0], c.shapes[0])[..., None]


def _pca_back(c: TensorCall, arrays: tuple[Array, ...], _: str) -> Array:
    components = arrays[1][..., : prod(c.shapes[0]), :]
    return components.swapaxes(-1, -2) @ _flat(arrays[0], c.shapes[0])[..., None]


KERNELS: Mapping[str, Kernel] = MappingProxyType(
    {
        "conv": _conv,
        "conv_flipped": _conv_flipped,
        "rotate": lambda _c, arrays, _t: kernels.rotated(arrays[0]),
        "kernel_error": _kernel_error,
        "image_error": _image_error,
        "max_pool": lambda c, arrays, _t: kernels.max_pool(arrays[0], *_window(c.settings)),
        "avg_pool": lambda c, arrays, _t: kernels.avg_pool(arrays[0], *_window(c.settings)),
        "max_unpool": lambda c, arrays, ties: kernels.max_unpool(
            _on_map(c, arrays[0], c.shapes[1]), arrays[1], *_window(c.settings), ties
        ),
        "pick": lambda c, arrays, ties: kernels.picked(arrays[0], arrays[1], *_window(c.settings), ties),
        "avg_unpool": _avg_unpool,
        "flatten": lambda c, arrays, _t: _flat(arrays[0], c.shapes[0]),
        "reshape": lambda c, arrays, _t: _flat(arrays[0], c.shapes[0]),
        "concat": _concat,
        "part": _part,
        "spread": _spread,
        "sum": _summed,
        "mean": lambda c, arrays, _t: arrays[0].mean(axis=_axes(c.shapes[0])) if c.shapes[0] else arrays[0],
        "softmax": _along(kernels.softmaxed),
        "center": _along(kernels.centered),
        "std": _along(kernels.deviation),
        "normalize": _along(kernels.normalized),
        "squared_error": _squared,
        "half_squared_error": lambda c, arrays, ties: _squared(c, arrays, ties) / 2,
        "cross_entropy": _cross_entropy,
        "outer": _outer,
        "pca": _pca,
        "pca_back": _pca_back,
    }
)
"""The value of each operation; the caller brings it to the shape that the operation's record says."""
