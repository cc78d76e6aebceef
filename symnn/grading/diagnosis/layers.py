"""Which layer a unit belongs to: the output layer, or a hidden one by its number."""

from __future__ import annotations

from symnn.graph.graph import Graph
from symnn.language.tree import Call, Name, Tree

__all__ = ["layer_of"]


def layer_of(derivative: Tree, graph: Graph) -> str:
    """Name the layer of the unit whose f'(a) this is: ``output``, ``hidden``, ``hidden-2``; empty if it is no unit.

    >>> from symnn.networks.catalogue import network
    >>> graph = network("bp-2-3-2-1").graph
    >>> layer_of(Call("f4", (Name("e4"),), 1), graph), layer_of(Call("f6", (Name("e6"),), 1), graph)
    ('hidden-2', 'output')
    """
    if not isinstance(derivative, Call) or derivative.order != 1:
        return ""
    value = Call(derivative.function, derivative.arguments)
    depths = _depths(graph)
    own = next((depths[name] for name in depths if graph.definitions[name] == value), 0)
    last = max(depths.values(), default=0)
    if not own or own == last:
        return "output" if own else ""
    return "hidden" if last == 2 else f"hidden-{own}"  # noqa: PLR2004 - one hidden layer and the output


def _depths(graph: Graph) -> dict[str, int]:
    """Count the units on the longest way to each unit, itself included."""
    before: dict[str, int] = {}
    depths: dict[str, int] = {}
    for equation in graph.equations:
        below = max((before.get(name, 0) for name in equation.uses), default=0)
        unit = isinstance(equation.right, Call) and equation.right.arguments[0] != Name(equation.left)
        before[equation.left] = below + unit
        if unit:
            depths[equation.left] = below + 1
    return depths
