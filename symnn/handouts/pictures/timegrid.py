"""A network in time: steps as columns, roles as rows, what a step computes above what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain, combinations
from typing import Final, NamedTuple

from msgspec import Struct

from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.pictures.members import TimeStep
from symnn.handouts.pictures.plane import PlanePoint, crosses

__all__ = ["TimeGrid", "grid"]

MOST_ROLES: Final = 14
"""With more roles than this, rows are no order any more."""

SEEN: Final = 2
"""So many steps of time are looked at to choose the rows: all steps are alike."""

ASIDE: Final = (0.0, -0.3, 0.3)
"""How far from the middle of its column a role may stand, in parts of the column."""

ROUNDS: Final = 60
ROOM: Final = 0.2
"""Half of what a unit takes of its column, with room around it."""

THROUGH, DOWNWARD, OFF = 20.0, 0.4, 0.05
"""What an arrow through a unit costs, and one that goes down, and a unit beside its column; a crossing costs 1."""


class TimeGrid(Struct, frozen=True):
    """The place of each node: which column, with how far aside, and which row from the top."""

    places: tuple[PlanePoint, ...]


class _Steps(NamedTuple):
    """A network in time: what each node is at which time, and which flows into which."""

    steps: tuple[TimeStep, ...]
    pairs: tuple[tuple[int, int], ...]


class _Rows(Struct, frozen=True):
    """An order of the roles from the bottom, and how far each stands aside."""

    order: tuple[str, ...]
    aside: Mapping[str, float]


def grid(diagram: Diagram) -> TimeGrid | None:
    """Place a network in time; None for one that has no time, or more roles than rows make clear.

    >>> from symnn.networks.catalogue import network
    >>> from symnn.handouts.pictures.diagram import diagram
    >>> [round(place.y) for place in grid(diagram(network("rnn").graph)).places[:3]]
    [1, 2, 1]
    """
    pairs = tuple((edge.source, edge.target) for edge in diagram.edges)
    return _chosen(_Steps(tuple(node.step for node in diagram.nodes), pairs))


@lru_cache(maxsize=32)
def _chosen(net: _Steps) -> TimeGrid | None:
    """Choose rows move by move; a picture with values or paths has those of the plain one."""
    roles = tuple(dict.fromkeys(step.role for step in net.steps))
    if all(step.time is None for step in net.steps) or len(roles) > MOST_ROLES:
        return None
    seen = _seen(net)
    best = _Rows(_upward(net, roles), dict.fromkeys(roles, 0.0))
    least = _cost(net, best, seen)
    for _ in range(ROUNDS):
        found = _better(net, best, least, seen)
        if found is None:
            break
        least, best = found
    return TimeGrid(_places(net, best))


def _better(net: _Steps, rows: _Rows, least: float, seen: frozenset[int]) -> tuple[float, _Rows] | None:
    """Find a move that is worth it; where no single role is worth moving, two at once."""
    for other in chain(_moved(rows), _moved_by_two(rows)):
        cost = _cost(net, other, seen)
        if cost < least:
            return cost, other
    return None


def _upward(net: _Steps, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Order the roles: each above those that flow into it within one step."""
    depth = dict.fromkeys(roles, 0)
    steps = ((net.steps[source], net.steps[target]) for source, target in net.pairs)
    pairs = {(one.role, other.role) for one, other in steps if one.time == other.time or other.time is None}
    for _ in roles:
        for one, other in sorted(pairs):
            if one != other:
                depth[other] = max(depth[other], min(depth[one] + 1, len(roles)))
    return tuple(sorted(roles, key=lambda role: (depth[role], roles.index(role))))


def _moved(rows: _Rows) -> Iterator[_Rows]:
    """Give the orders and places that differ by one move."""
    order = rows.order
    for i in range(len(order)):
        rest = [*order[:i], *order[i + 1 :]]
        for j in range(max(0, i - 2), min(len(order), i + 3)):
            if j != i:
                yield _Rows((*rest[:j], order[i], *rest[j:]), rows.aside)
    for role in order:
        for aside in ASIDE:
            if aside != rows.aside[role]:
                yield _Rows(order, {**rows.aside, role: aside})


def _moved_by_two(rows: _Rows) -> Iterator[_Rows]:
    """Move two roles aside, one to each side."""
    for one, other in combinations(rows.order, 2):
        for aside in ASIDE[1:]:
            yield _Rows(rows.order, {**rows.aside, one: aside, other: -aside})


def _seen(net: _Steps) -> frozenset[int]:
    times = sorted({step.time for step in net.steps if step.time is not None})
    shown = times[1 : 1 + SEEN] if len(times) > SEEN + 1 else times[:SEEN]
    return frozenset(place for place, step in enumerate(net.steps) if step.time in {None, *shown})


def _places(net: _Steps, rows: _Rows) -> tuple[PlanePoint, ...]:
    """Give the place of each node; one without a time stands at the middle of its neighbours."""
    height = {role: len(rows.order) - 1 - place for place, role in enumerate(rows.order)}
    first = min(step.time for step in net.steps if step.time is not None)
    across: list[float | None] = [
        None if step.time is None else step.time - first + rows.aside[step.role] for step in net.steps
    ]
    near: dict[int, list[int]] = {}
    for source, target in net.pairs:
        near.setdefault(source, []).append(target)
        near.setdefault(target, []).append(source)
    for _ in rows.order:
        for place, x in enumerate(across):
            known = [found for one in near.get(place, ()) if (found := across[one]) is not None]
            if x is None and known:
                across[place] = sum(known) / len(known) + rows.aside[net.steps[place].role]
    return tuple(
        PlanePoint(x if x is not None else 0.0, height[step.role]) for x, step in zip(across, net.steps, strict=True)
    )


def _cost(net: _Steps, rows: _Rows, seen: frozenset[int]) -> float:
    """Count what is wrong with rows: crossings, arrows through units, arrows downwards."""
    at = _places(net, rows)
    edges = [(source, target) for source, target in net.pairs if source in seen and target in seen]
    lines = [(at[source], at[target]) for source, target in edges]
    cost = OFF * sum(1 for aside in rows.aside.values() if aside)
    cost += sum(crosses(one, other) for one, other in combinations(lines, 2))
    for (source, target), (start, end) in zip(edges, lines, strict=True):
        same = net.steps[source].time == net.steps[target].time
        cost += DOWNWARD if same and start.y < end.y else 0.0
        cost += THROUGH * sum(_passes(start, end, at[place]) for place in seen)
    taken = [at[place] for place in sorted(seen)]
    return cost + THROUGH * (len(taken) - len(set(taken)))


def _passes(start: PlanePoint, end: PlanePoint, unit: PlanePoint) -> bool:
    """Say whether an arrow leads through a unit that is none of its ends."""
    if start.y == end.y:
        return unit.y == start.y and min(start.x, end.x) < unit.x < max(start.x, end.x)
    part = (unit.y - start.y) / (end.y - start.y)
    return 0 < part < 1 and abs(start.toward(end, part).x - unit.x) < ROOM
