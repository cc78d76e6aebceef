"""In which layer each unit of a picture stands: after all that flows into it, near what it flows into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symnn.handouts.pictures.flows import Flow, absorbed
from symnn.networks.graph import Graph

__all__ = ["layers_of_units"]


def layers_of_units(graph: Graph, links: Sequence[Flow], owners: Mapping[str, str]) -> dict[str, int]:
    """Put each unit one layer after the last that flows into it, what is given one before its first user.

    A unit whose users all stand further on is moved towards them, if no more flows into it than out of it.
    The units of one player (``owners``) stand after those of another that they build on.
    """
    into: dict[str, list[str]] = {}
    for link in links:
        into.setdefault(link.target, []).extend([] if link.source is None else [link.source])
    biased = {link.target for link in links if link.source is None}
    order = _forward(graph, into)
    layers = _earliest(order, into, biased, {})
    behind = _behind(layers, into, owners)
    if behind:
        layers = _earliest(order, into, biased, {unit: behind.get(owners.get(unit, ""), 0) for unit in order})
    users: dict[str, list[str]] = {}
    for unit, sources in into.items():
        for source in sources:
            users.setdefault(source, []).append(unit)
    for unit in reversed(order):
        computed = [source for source in into.get(unit, ()) if source in into]
        if users.get(unit) and len(computed) <= len(users[unit]):
            layers[unit] = max(layers[unit], min(layers[user] for user in users[unit]) - 1)
    for source, targets in users.items():
        if source not in into:
            layers[source] = min(layers[target] for target in targets) - 1
    return layers


def _forward(graph: Graph, into: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """List the units, each after those that flow into it; a stack is none of the graph's names."""
    inner = absorbed(graph)
    waiting = dict.fromkeys((*into, *(one.left for one in graph.equations if one.left not in inner)))
    stacked = [name for name in waiting if name not in graph.position]
    last = {unit: max((graph.position.get(one, -1) for one in into[unit]), default=-1) + 0.5 for unit in stacked}
    known = {**graph.position, **last}
    for unit in stacked:  # a stack on a stack stands behind it
        known[unit] = max([known[unit], *(known[one] + 0.25 for one in into[unit] if one in last)])
    return tuple(sorted((name for name in waiting if name in into or _alone(name, graph)), key=known.__getitem__))


def _alone(name: str, graph: Graph) -> bool:
    """Say whether nothing flows into a unit: ``s_0 = 0``."""
    return not graph.definitions[name] or not any(used in graph.quantities for used in _uses(name, graph))


def _uses(name: str, graph: Graph) -> Sequence[str]:
    return graph.equations[graph.position[name]].uses


def _earliest(
    order: Sequence[str], into: Mapping[str, Sequence[str]], biased: set[str], least: Mapping[str, int]
) -> dict[str, int]:
    layers: dict[str, int] = {}
    for unit in order:
        sources = into.get(unit)
        first = 1 if sources or unit in biased else 0
        layers[unit] = max([first, least.get(unit, 0), *(layers.get(source, 0) + 1 for source in sources or ())])
    return layers


def _behind(layers: Mapping[str, int], into: Mapping[str, Sequence[str]], owners: Mapping[str, str]) -> dict[str, int]:
    """Say where the units of a player begin who builds on another: behind all of that one's."""
    last: dict[str, int] = {}
    for unit, owner in owners.items():
        last[owner] = max(last.get(owner, 0), layers.get(unit, 0))
    pairs = {
        (owners[source], owner)
        for unit, owner in owners.items()
        for source in into.get(unit, ())
        if source in owners and owners[source] != owner
    }
    return {later: max(last[one] + 1 for one, other in pairs if other == later) for _, later in pairs}
