"""Values of tensors as nested numbers, and of their entries one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from symnn.errors import Problem
from symnn.networks.expansion import entry_names
from symnn.ops.shapes import Shape, normal, shape_text, size

if TYPE_CHECKING:
    from symnn.networks.graph import Graph

__all__ = ["collected", "is_batch", "nested_shape", "split", "split_value"]

Nested = Any
"""A number, or tuples of them with equal lengths on each level."""


def nested_shape(value: Nested) -> Shape:
    """Give the lengths of nested values along each axis.

    >>> nested_shape(((1, 2), (3, 4), (5, 6)))
    (3, 2)
    """
    lengths: list[int] = []
    while isinstance(value, tuple | list):
        lengths.append(len(value))
        if not value:
            break
        value = value[0]
    return tuple(lengths)


def is_batch(graph: Graph, name: str, got: Shape) -> bool | None:
    """Say whether a value of this shape is one for each sample; None where it fits neither so nor as one value.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> graph = graph_from_text("y = W x", Declarations(shapes={"W": (1, 1), "x": (1,)}))
    >>> is_batch(graph, "W", (1, 1)), is_batch(graph, "W", (4, 1, 1)), is_batch(graph, "W", (2, 2))
    (False, True, None)
    """
    shape = graph.shapes.get(name, ())
    meant = (shape, graph.declared.get(name, shape))
    if got in meant:
        return False
    if got[1:] in meant and got:
        return True
    return False if normal(got) == shape else True if normal(got[1:]) == shape else None


def split_value(name: str, shape: Shape, value: Nested) -> dict[str, Any] | Problem:
    """Give every entry of a quantity its value; a single number stands for all entries.

    >>> split_value("x", (2,), (1, 5))
    {'x[1]': 1, 'x[2]': 5}
    """
    got = nested_shape(value)
    if got and normal(got) != shape:
        return Problem("value-shape", {"name": name, "expected": shape_text(shape), "got": shape_text(got)})
    flat = _flat(value)
    cells = flat if got else flat * size(shape)
    return dict(zip(entry_names(name, shape), cells, strict=True))


def _flat(value: Nested) -> list[Any]:
    if not isinstance(value, tuple | list):
        return [value]
    return [number for part in value for number in _flat(part)]


def split(values: Mapping[str, Nested], graph: Graph) -> dict[str, Any]:
    """Give every entry its value; names that are no tensors of the graph keep theirs.

    Values must have the shapes of their quantities (a single number stands for all entries).
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        shape = graph.shapes.get(name, ())
        entries = split_value(name, shape, value)
        found |= {name: value} if isinstance(entries, Problem) else entries
    return found


def collected(values: Mapping[str, Any], graph: Graph, join: Callable[[list[Any]], Any] = list) -> dict[str, Any]:
    """Put the values of entries together again: a vector is a flat list, a matrix a list of rows, as declared.

    Names follow the order of the graph's quantities; a tensor of which an entry is missing stays apart, and
    what is no quantity of the graph (a mean that its expansion names) is left out.
    """
    found: dict[str, Any] = {}
    rest = dict(values)
    for quantity in graph.quantities.values():
        names = entry_names(quantity.name, quantity.shape)
        if all(name in rest for name in names):
            shape = graph.declared.get(quantity.name, quantity.shape)
            found[quantity.name] = _nested([rest.pop(name) for name in names], shape, join)
    known = {name for quantity in graph.quantities.values() for name in entry_names(quantity.name, quantity.shape)}
    return found | {name: value for name, value in rest.items() if name in known}


def _nested(cells: list[Any], shape: Shape, join: Callable[[list[Any]], Any]) -> Any:
    if not shape:
        return cells[0]
    step = len(cells) // shape[0]
    return join([_nested(cells[at : at + step], shape[1:], join) for at in range(0, len(cells), step)])
