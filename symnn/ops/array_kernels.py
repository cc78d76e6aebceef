"""Tensor operations on NumPy arrays; all take any batch axes before those of a tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symnn.ops.shapes import Shape, size

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "all_axes",
    "centered",
    "deviation",
    "erf",
    "flat",
    "lead",
    "log_softmaxed",
    "logsumexp",
    "normalized",
    "rotated",
    "softmaxed",
    "variance",
    "weak_matmul",
    "weakly",
    "weakly_over",
]

WEAKLY = "weakly({0}, {1})"
"""The code of a product with a logarithm."""

Array = Any


def rotated(kernel: Array, axes: int = 2) -> Array:
    """Turn a kernel by 180 degrees; with fewer than two ``axes`` it is a column or a number."""
    turned = (slice(None, None, -1),) * min(axes, 2)
    return kernel[(..., *turned)]


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


def variance(a: Array, axes: int) -> Array:
    """Give the variance along the last axes, the mean of the squared distances from the mean."""
    over = tuple(range(-axes, 0))
    return ((a - a.mean(axis=over, keepdims=True)) ** 2).mean(axis=over)


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


def weakly_over(weight: Array, under: Array) -> Array:
    """Divide by what a logarithm is taken of, in its slope: that of 0 log x is 0 at 0, too.

    >>> weakly_over(0.0, 0.0).tolist(), weakly_over(1.0, 2.0).tolist()
    (0.0, 0.5)
    """
    import numpy as np

    with np.errstate(invalid="ignore"):
        return np.where((weight == 0) & (under == 0), 0.0, np.divide(weight, under))[()]


def weak_matmul(left: Array, right: Array, log: int = 1, by: Callable[[Array, Array], Array] = weakly) -> Array:
    """Multiply two matrices, or vectors, of which the one at the place ``log`` holds logarithms, weaker than 0.

    >>> import numpy as np
    >>> weak_matmul(np.array([0.0, 2.0]), np.array([float("-inf"), 0.5])).tolist()
    1.0
    """
    rows = left if left.ndim > 1 else left[None, :]
    columns = right if right.ndim > 1 else right[:, None]
    pair = rows[..., :, :, None], columns[..., None, :, :]
    found = (by(*pair) if log else by(*reversed(pair))).sum(axis=-2)
    found = found if right.ndim > 1 else found[..., 0]
    return found if left.ndim > 1 else found[0] if right.ndim == 1 else found[..., 0, :]


def all_axes(shape: Shape) -> tuple[int, ...]:
    """Give the places of a tensor's own axes, counted from the last."""
    return tuple(range(-len(shape), 0))


def lead(array: Array, shape: Shape) -> tuple[int, ...]:
    """Give the batch axis before a tensor's own axes; none if it has none."""
    return tuple(array.shape[: array.ndim - len(shape)])


def flat(array: Array, shape: Shape) -> Array:
    """Lay out the entries of a tensor in a row, the batch axis before them."""
    return array.reshape((*lead(array, shape), size(shape)))
