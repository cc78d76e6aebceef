"""An entry of a declared tensor in an equation: ``W_{12}`` is a piece of W, so that W still gets its whole gradient."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from symnn.expressions.tree import Call, Name, Number, Tree, children, mapped, names
from symnn.networks.declarations import Line
from symnn.ops.shapes import Shape, size

__all__ = ["picked"]


def picked(line: Line, shapes: Mapping[str, Shape]) -> Line:
    """Write the entries of tensors in an equation as pieces of one, counted in row-major order.

    >>> from symnn.networks.models import Declarations, graph_from_text
    >>> from symnn.expressions.writing import plain
    >>> graph = graph_from_text("y = W_{12} x", Declarations(shapes={"W": (2, 2)}))
    >>> plain(graph.equations[0].right), graph.parameters
    ('part(W, 2, 2)*x', ('W', 'x'))
    """
    if not any(_entry(name, shapes) for name in names(line.right)):
        return line
    return replace(line, right=_with_pieces(line.right, shapes))


def _with_pieces(tree: Tree, shapes: Mapping[str, Shape]) -> Tree:
    """Put pieces in the place of entries; what is not changed keeps its span."""
    if isinstance(tree, Name):
        return _piece(tree, shapes)
    if not children(tree):
        return tree
    return replace(mapped(tree, lambda node: _piece(node, shapes) if isinstance(node, Name) else None), span=tree.span)


def _piece(name: Name, shapes: Mapping[str, Shape]) -> Tree:
    found = _entry(name.name, shapes)
    if found is None:
        return name
    tensor, place = found
    whole = Name(tensor, name.span)
    return Call("part", (whole, Number(place), Number(place)), span=name.span) if size(shapes[tensor]) > 1 else whole


def _entry(name: str, shapes: Mapping[str, Shape]) -> tuple[str, int] | None:
    """Give the tensor that a name is an entry of, and its place there, counted from 1."""
    tensor, bracket, inside = name.partition("[")
    if not bracket or tensor not in shapes or not all(index.isdigit() for index in inside[:-1].split(",")):
        return None
    place = 0
    for index, length in zip(map(int, inside[:-1].split(",")), shapes[tensor], strict=True):
        place = place * length + index - 1
    return tensor, place + 1
