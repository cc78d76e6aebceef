"""Tensors of values: arrays of floats that may hold a batch, or of exact numbers, balls and the like, one an entry.

A number is no tensor here but itself: a float, a ball, an expression, or an array that runs over a batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from symnn.ops.array_kernels import lead
from symnn.ops.shapes import Shape, Unfit, as_matrix, broadcast, normal, product_shape, shape_text, transposed_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "Valued",
    "filled_tensor",
    "joined_values",
    "multiplied_values",
    "shaped",
    "stacked",
    "turned",
    "valued",
    "valued_product",
]

MATRIX = 2


class Valued(NamedTuple):
    """An array and the shape of the tensor it is; an axis before those of the tensor runs over a batch."""

    array: Any
    shape: Shape


def valued(value: Any) -> Valued:
    """Take a number as a tensor of shape ().

    >>> valued(2.0).shape, valued(Valued(2.0, ())).array
    ((), 2.0)
    """
    import numpy as np

    return value if isinstance(value, Valued) else Valued(np.asarray(value), ())


def filled_tensor(value: Any, shape: Shape) -> Any:
    """Take nested lists or an array as a tensor; a number that defines a whole tensor (``s_0 = 0``) is spread.

    Raises: `Unfit` for a larger shape.

    >>> filled_tensor([1.0, 2.0], (2,)).shape, filled_tensor(0.0, (2,)).array.tolist(), filled_tensor(3.0, ())
    ((2,), [0.0, 0.0], 3.0)
    """
    if not shape:
        if isinstance(value, Valued) and value.shape:
            raise Unfit("shape-declared", left=shape_text(value.shape), right="1")
        return value
    import numpy as np

    tensor = value if isinstance(value, Valued) else Valued(np.asarray(value), np.shape(value) and shape)
    if tensor.shape == shape:
        return tensor
    if tensor.shape != shape[: len(tensor.shape)]:
        raise Unfit("shape-declared", left=shape_text(tensor.shape), right=shape_text(shape))
    array = tensor.array.reshape((*tensor.array.shape, *(1,) * (len(shape) - len(tensor.shape))))
    return Valued(np.broadcast_to(array, (*lead(array, shape), *shape)), shape)


def joined_values(parts: Sequence[Any], join: Callable[..., Any]) -> Any:
    """Join values entry by entry, the smaller ones spread along the axes that follow. Raises `Unfit`."""
    if Valued not in map(type, parts):
        return join(*parts)
    tensors = [valued(part) for part in parts]
    shape = tensors[0].shape
    if not all(tensor.shape == shape for tensor in tensors):
        shape = broadcast(tensor.shape for tensor in tensors)
    arrays = [one.array.reshape((*one.array.shape, *(1,) * (len(shape) - len(one.shape)))) for one in tensors]
    return Valued(_by_entries(join, arrays), shape)


def _by_entries(join: Callable[..., Any], arrays: list[Any]) -> Any:
    """Apply to arrays of floats at once, to arrays of other numbers entry by entry."""
    import numpy as np

    if any(array.dtype == object for array in arrays):
        return np.asarray(np.frompyfunc(join, len(arrays), 1)(*arrays), dtype=object)
    return join(*arrays)


def multiplied_values(*values: Any) -> Any:
    """Multiply numbers, or arrays entry by entry."""
    total = values[0]
    for value in values[1:]:
        total = total * value
    return total


def valued_product(left: Any, right: Any) -> Any:
    """Multiply matrices; a number scales. Raises `Unfit`."""
    if not (isinstance(left, Valued) and isinstance(right, Valued)):
        return joined_values((left, right), multiplied_values)
    shape = product_shape(left.shape, right.shape)
    one = left.array.reshape(*lead(left.array, left.shape), *as_matrix(left.shape))
    other = right.array.reshape(*lead(right.array, right.shape), *as_matrix(right.shape))
    found = one @ other
    return shaped(found.reshape((*found.shape[:-MATRIX], *shape)), shape)


def shaped(array: Any, shape: Shape) -> Any:
    """Give an array as what it is: a tensor, or a number."""
    return Valued(array, shape) if shape else array if array.ndim or array.dtype != object else array.item()


def turned(value: Any) -> Any:
    """Exchange rows and columns; a number stays. Raises `Unfit` for an image."""
    if not isinstance(value, Valued):
        return value
    shape = transposed_shape(value.shape)
    batch = lead(value.array, value.shape)
    array = value.array.reshape(*batch, *as_matrix(value.shape)).swapaxes(-1, -2)
    return shaped(array.reshape((*batch, *shape)), shape)


def stacked(rows: Sequence[Sequence[Any]], *, vector: bool) -> Any:
    """Put numbers into a vector or matrix. Raises `Unfit` for rows of different lengths, or tensors in them."""
    import numpy as np

    cells = [cell for row in rows for cell in row]
    if any(len(row) != len(rows[0]) for row in rows):
        raise Unfit("shape-entry", entry="", shape="")
    for cell in cells:
        if isinstance(cell, Valued):
            raise Unfit("shape-entry", entry="", shape=shape_text(cell.shape))
    shape = normal((len(rows),) if vector else (len(rows), len(rows[0])))
    found = np.stack(np.broadcast_arrays(*(np.asarray(cell) for cell in cells)), axis=-1)
    return shaped(found.reshape((*found.shape[:-1], *shape)), shape)
