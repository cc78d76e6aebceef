"""How far the given values reach: the part of a network that can be computed, and what the rest still needs."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from symnn.networks.graph import Graph

__all__ = ["ReachedGraph", "reached"]


class ReachedGraph(Struct, frozen=True):
    """The part of a graph that can be computed; ``needs`` names, for each other quantity, the values missing."""

    graph: Graph
    needs: Mapping[str, tuple[str, ...]]


def reached(graph: Graph, given: Collection[str]) -> ReachedGraph:
    r"""Part a graph into what given values of free quantities reach, and the rest. Tensors are taken by entries.

    >>> from symnn.networks.models import graph_from_text
    >>> found = reached(graph_from_text("a = w*x\nE = (a - z)^2"), ("w", "x"))
    >>> [equation.left for equation in found.graph.equations], dict(found.needs)
    (['a'], {'E': ('z',)})
    """
    numbers = graph.entrywise
    needs: dict[str, dict[str, None]] = {name: {name: None} for name in numbers.free if name not in given}
    if not needs:
        return ReachedGraph(graph, MappingProxyType({}))
    for equation in numbers.equations:
        wanted = {name: None for used in equation.uses if used in needs for name in needs[used]}
        if wanted:
            needs[equation.left] = wanted
    quantities = {name: one for name, one in numbers.quantities.items() if name not in needs}
    equations = tuple(equation for equation in numbers.equations if equation.left not in needs)
    part = replace(numbers, quantities=MappingProxyType(quantities), equations=equations)
    order = {name: place for place, name in enumerate(numbers.free)}
    rest = {
        equation.left: tuple(sorted(needs[equation.left], key=order.__getitem__))
        for equation in numbers.equations
        if equation.left in needs
    }
    return ReachedGraph(part, MappingProxyType(rest))
