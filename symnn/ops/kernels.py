"""Tensor operations on NumPy arrays; what works on an image takes any batch axes before it.

A feature map keeps rows and columns last. ``windows`` lays the pixels under the kernel out as one matrix, so that
a convolution and the gradient of its kernel are matrix products of it.
"""

from __future__ import annotations

from typing import Any

from symnn.ops.shapes import Shape, size, windows_along

__all__ = [
    "all_axes",
    "avg_pool",
    "avg_unpool",
    "centered",
    "deviation",
    "erf",
    "flat",
    "folded",
    "lead",
    "log_softmaxed",
    "logsumexp",
    "max_pool",
    "max_unpool",
    "normalized",
    "picked",
    "rotated",
    "softmaxed",
    "unfolded",
    "weakly",
    "windows",
]

WEAKLY = "weakly({0}, {1})"
"""The code of a product with a logarithm."""

Array = Any


def windows(image: Array, kernel: tuple[int, ...], stride: int, padding: int, channels: bool) -> Array:  # noqa: FBT001
    """Lay out the pixels under each place of a kernel: (..., channels*rows*columns, places).

    >>> import numpy as np
    >>> windows(np.arange(9.0).reshape(3, 3), (2, 2), 1, 0, False)[0].tolist()
    [0.0, 1.0, 3.0, 4.0]
    """
    import numpy as np

    rows, columns = kernel[-2:]
    if padding:
        around = [(0, 0)] * (image.ndim - 2) + [(padding, padding)] * 2
        image = np.pad(image, around)
    view = np.lib.stride_tricks.sliding_window_view(image, (rows, columns), axis=(-2, -1))
    view = view[..., ::stride, ::stride, :, :]
    down, across = view.shape[-4:-2]
    view = np.moveaxis(view, (-2, -1), (-4, -3))
    axes = 5 if channels else 4
    return view.reshape(*view.shape[: view.ndim - axes], -1, down * across)


def folded(spread: Array, image: tuple[int, ...], kernel: tuple[int, int], stride: int, padding: int) -> Array:
    """Add up in each pixel what the places of a kernel lay over it: the other way round than `windows`."""
    import numpy as np

    batch = spread.shape[:-2]
    channels = image[0] if len(image) == 3 else 1  # noqa: PLR2004 - channels, rows, columns
    rows, columns = kernel
    height, width = image[-2] + 2 * padding, image[-1] + 2 * padding
    down, across = (height - rows) // stride + 1, (width - columns) // stride + 1
    spread = spread.reshape(*batch, channels, rows, columns, down, across)
    found = np.zeros((*batch, channels, height, width))
    for r in range(rows):
        for s in range(columns):
            place = found[..., r : r + stride * down : stride, s : s + stride * across : stride]
            place += spread[..., r, s, :, :]
    inner = found[..., padding : height - padding, padding : width - padding]
    return inner.reshape(*batch, *image)


def rotated(kernel: Array, axes: int = 2) -> Array:
    """Turn a kernel by 180 degrees; with fewer than two ``axes`` it is a column or a number."""
    turned = (slice(None, None, -1),) * min(axes, 2)
    return kernel[(..., *turned)]


def _offsets(image: Array, window: int, stride: int) -> list[tuple[Any, Any]]:
    """For each cell of a window: where it lies in the image, and in which windows it exists at all."""
    height, width = image.shape[-2:]
    down, across = windows_along(height, window, stride), windows_along(width, window, stride)
    found = []
    for r in range(window):
        for s in range(window):
            rows, columns = min(down, -(-(height - r) // stride)), min(across, -(-(width - s) // stride))
            pixels = (..., slice(r, r + stride * rows, stride), slice(s, s + stride * columns, stride))
            found.append((pixels, (..., slice(rows), slice(columns))))
    return found


def max_pool(image: Array, window: int, stride: int) -> Array:
    """Take the largest cell of each window; a window cut off by the edge keeps the cells it has.

    >>> import numpy as np
    >>> max_pool(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]), 2, 2).tolist()
    [[5.0, 6.0], [8.0, 9.0]]
    """
    import numpy as np

    offsets = _offsets(image, window, stride)
    largest = image[offsets[0][0]].copy()
    for pixels, inside in offsets[1:]:
        np.maximum(largest[inside], image[pixels], out=largest[inside])
    return largest


def _shares(image: Array, window: int, stride: int, ties: str) -> list[tuple[Any, Any, Array]]:
    """Say for each cell of a window which share of the window's error it gets."""
    import numpy as np

    largest = max_pool(image, window, stride)
    offsets = _offsets(image, window, stride)
    hits = [(pixels, inside, image[pixels] == largest[inside]) for pixels, inside in offsets]
    if ties == "shared":
        count = np.zeros_like(largest)
        for _, inside, hit in hits:
            count[inside] += hit
        return [(pixels, inside, hit / count[inside]) for pixels, inside, hit in hits]
    free = np.ones(largest.shape, dtype=bool)
    found = []
    for pixels, inside, hit in hits:
        first = hit & free[inside]
        free[inside] &= ~hit
        found.append((pixels, inside, first))
    return found


def max_unpool(error: Array, image: Array, window: int, stride: int, ties: str) -> Array:
    """Send the error of each window to its largest cell; equal ones share it, or the first gets it."""
    import numpy as np

    lead = np.broadcast_shapes(error.shape[:-2], image.shape[:-2])
    found = np.zeros((*lead, *image.shape[-2:]))
    for pixels, inside, share in _shares(image, window, stride, ties):
        found[pixels] += error[inside] * share
    return found


def picked(values: Array, image: Array, window: int, stride: int, ties: str) -> Array:
    """Pick from each window the value that stands where the image is largest."""
    import numpy as np

    shares = _shares(image, window, stride, ties)
    lead = np.broadcast_shapes(values.shape[:-2], image.shape[:-2])
    down, across = (windows_along(length, window, stride) for length in image.shape[-2:])
    found = np.zeros((*lead, down, across))
    for pixels, inside, share in shares:
        found[inside] += values[pixels] * share
    return found


def _counts(image: Array, window: int, stride: int) -> Array:
    import numpy as np

    plane = np.zeros(image.shape[-2:])
    counts = np.zeros(tuple(windows_along(length, window, stride) for length in image.shape[-2:]))
    for _, inside in _offsets(plane, window, stride):
        counts[inside] += 1
    return counts


def avg_pool(image: Array, window: int, stride: int) -> Array:
    """Average each window over the cells it has."""
    import numpy as np

    counts = _counts(image, window, stride)
    found = np.zeros((*image.shape[:-2], *counts.shape))
    for pixels, inside in _offsets(image, window, stride):
        found[inside] += image[pixels]
    return found / counts


def avg_unpool(error: Array, height: int, width: int, window: int, stride: int) -> Array:
    """Send the error of each window to its cells in equal parts."""
    import numpy as np

    found = np.zeros((*error.shape[:-2], height, width))
    share = error / _counts(found, window, stride)
    for pixels, inside in _offsets(found, window, stride):
        found[pixels] += share[inside]
    return found


def softmaxed(a: Array, axes: int) -> Array:
    """Give exp(a) over its sum along the last axes; the largest is subtracted first, so that nothing overflows."""
    import numpy as np

    over = tuple(range(-axes, 0))
    powers = np.exp(a - a.max(axis=over, keepdims=True))
    return powers / powers.sum(axis=over, keepdims=True)


def log_softmaxed(a: Array, axes: int) -> Array:
    """Give the logarithm of the softmax along the last axes, also where that is too small for a float."""
    import numpy as np

    over = tuple(range(-axes, 0))
    below = a - a.max(axis=over, keepdims=True)
    return below - np.log(np.exp(below).sum(axis=over, keepdims=True))


def centered(a: Array, axes: int) -> Array:
    """Remove the mean along the last axes."""
    return a - a.mean(axis=tuple(range(-axes, 0)), keepdims=True)


def deviation(a: Array, axes: int) -> Array:
    """Give the standard deviation along the last axes."""
    import numpy as np

    over = tuple(range(-axes, 0))
    apart = a - a.mean(axis=over, keepdims=True)
    largest = np.abs(apart).max(axis=over)
    size = np.where(largest > 0, largest, 1.0)  # without it the square of 1e200 would overflow
    return size * np.sqrt(((apart / size.reshape(*size.shape, *(1,) * axes)) ** 2).mean(axis=over))


def normalized(a: Array, axes: int) -> Array:
    """Remove the mean and divide by the standard deviation along the last axes."""
    import numpy as np

    over = tuple(range(-axes, 0))
    apart = a - a.mean(axis=over, keepdims=True)
    apart = apart / np.abs(apart).max(axis=over, keepdims=True)  # so that no square overflows; nan if all are equal
    return apart / np.sqrt((apart**2).mean(axis=over, keepdims=True))


def logsumexp(a: Array, axes: int) -> Array:
    """Give log Σ exp(a) along the last axes; the largest is taken out first, so that nothing overflows."""
    import numpy as np

    over = tuple(range(-axes, 0))
    largest = a.max(axis=over, keepdims=True)
    finite = np.where(np.isfinite(largest), largest, 0.0)
    return np.log(np.exp(a - finite).sum(axis=over)) + finite.reshape(finite.shape[: finite.ndim - axes])


def erf(a: Array) -> Array:
    """Give the error function, 2/√π times the integral of exp(-t²) from 0 to a, entry by entry.

    >>> float(erf(0.5))
    0.5204998778130465
    """
    import math

    import numpy as np

    return np.asarray(np.frompyfunc(math.erf, 1, 1)(a), dtype=float)[()]


def weakly(weight: Array, log: Array) -> Array:
    """Multiply with a logarithm, which is weaker than 0.

    >>> weakly(0.0, float("-inf")).tolist(), weakly(2.0, 0.5).tolist()
    (0.0, 1.0)
    """
    import numpy as np

    with np.errstate(invalid="ignore"):
        return np.where((weight == 0) & np.isinf(log), 0.0, weight * log)[()]


def all_axes(shape: Shape) -> tuple[int, ...]:
    """Give the places of a tensor's own axes, counted from the last."""
    return tuple(range(-len(shape), 0))


def lead(array: Array, shape: Shape) -> tuple[int, ...]:
    """Give the batch axis before a tensor's own axes; none if it has none."""
    return tuple(array.shape[: array.ndim - len(shape)])


def unfolded(array: Array, shape: Shape, full: Shape) -> Array:
    """Give a tensor axes of length 1 back that its shape leaves out, the batch axis before them."""
    return array.reshape((*lead(array, shape), *full))


def flat(array: Array, shape: Shape) -> Array:
    """Lay out the entries of a tensor in a row, the batch axis before them."""
    return array.reshape((*lead(array, shape), size(shape)))
