"""Which layer a unit belongs to: the output layer, or a hidden one by its number."""

from __future__ import annotations

from symnn.graph.graph import Graph
from symnn.language.tree import Call, Tree

__all__ = ["depths", "layer_of"]


def layer_of(derivative: Tree, graph: Graph) -> str:
    """Name the layer of the unit whose f'(a) this is: ``output``, ``hidden``, ``hidden-2``; empty if it is no unit.

    >>> from symnn.networks.catalogue import network
    >>> from symnn.language.tree import Name
    >>> graph = network("bp-2-3-2-1").graph
    >>> layer_of(Call("f4", (Name("e4"),), 1), graph), layer_of(Call("f6", (Name("e6"),), 1), graph)
    ('hidden-2', 'output')
    """
    if not isinstance(derivative, Call) or derivative.order != 1:
        return ""
    value = Call(derivative.function, derivative.arguments)
    counts = depths(graph)
    units = {name: counts[name] for name in graph.definitions if isinstance(graph.definitions[name], Call)}
    own = next((count for name, count in units.items() if graph.definitions[name] == value), 0)
    last = max(units.values(), default=0)
    if not own or own == last:
        return "output" if own else ""
    return "hidden" if last == 2 else f"hidden-{own}"  # noqa: PLR2004 - one hidden layer and the output


def depths(graph: Graph) -> dict[str, int]:
    """Count, for every computed quantity, the units on the longest way to it, a unit itself included."""
    counts: dict[str, int] = {}
    for equation in graph.equations:
        below = max((counts.get(name, 0) for name in equation.uses), default=0)
        counts[equation.left] = below + isinstance(equation.right, Call)
    return counts
