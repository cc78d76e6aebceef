"""Where on its arrow each label stands: off units, off other labels, off other arrows where there is room."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from symnn.handouts.pictures.measures import LABEL
from symnn.handouts.pictures.plane import Area, Line, PlanePoint, Strips, hits, length, point_along

__all__ = ["Label", "spots"]

HIGH: Final = 0.36
"""The height of a label with a subscript, for letters of its size."""

ROOM: Final = 0.05
STEP: Final = 0.12
"""How far apart the places are that are tried along an arrow."""

MIDDLE: Final = 0.45
"""Where on an arrow its label stands best, seen from where it begins."""

NEAR_ARROW, NEAR_UNIT = 1.0, 1000.0
"""What it costs a label to lie on another arrow, on a unit or a label."""


class Label(Struct, frozen=True):
    """The place of a label; ``runs_from`` is at which part of its arrow it stands."""

    runs_from: float
    area: Area


def spots(
    lines: Sequence[Line], widths: Sequence[float], solid: Iterable[Area], titles: Iterable[Area], *, every: bool
) -> tuple[Label | None, ...] | None:
    """Choose a place for each label (0 wide is none); None where one has no place free of units and labels.

    With ``every`` such a label stands where it is least in the way. Cost: linear in the edges, times what is near.
    """
    near = _Near(lines)
    for area in (*solid, *titles):
        near.add(area)
    found: list[Label | None] = [None] * len(lines)
    # the shortest arrows have the fewest places: they choose first
    for place in sorted(range(len(lines)), key=lambda place: length(lines[place]) - widths[place]):
        if not widths[place]:
            continue
        own = _own(lines[place], near)
        cost, label = _best(own, widths[place], near, place)
        if cost >= NEAR_UNIT and not every:
            return None
        near.add(label.area)
        found[place] = label
    return tuple(found)


def _best(line: Line, wide: float, near: _Near, place: int) -> tuple[float, Label]:
    """Give the best place on an arrow, and what it costs; nearer the middle is better, so that is tried first."""
    best: tuple[float, Label] | None = None
    for aside, label in _tried(line, wide):
        if best is not None and aside >= best[0]:
            break
        cost = near.cost(label.area, place) + aside
        if best is None or cost < best[0]:
            best = (cost, label)
    assert best is not None  # noqa: S101 - every arrow has places
    return best


def _own(line: Line, near: _Near) -> Line:
    """Give the end of an arrow that no other one shares."""
    points = list(line)
    while len(points) > 2 and near.is_shared(points[0], points[1]):  # noqa: PLR2004 - two points are left
        points.pop(0)
    return tuple(points)


def _tried(line: Line, wide: float) -> Iterator[tuple[float, Label]]:
    """Give the places along an arrow that a label may have, and how far from the middle they are, the nearest first."""
    count = max(3, math.ceil(length(line) / STEP))
    parts = (place / count for place in range(1, count))
    for aside, part in sorted((abs(part - MIDDLE), part) for part in parts):
        at = point_along(line, part) if len(line) > 2 else line[0].toward(line[1], part)  # noqa: PLR2004 - straight
        yield aside, Label(part, Area(at, wide / 2 + ROOM, HIGH * LABEL / 0.311 / 2))


class _Near:
    """What is near a place: areas, and pieces of arrows with the numbers of the arrows that they belong to."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.pieces: dict[tuple[PlanePoint, PlanePoint], set[int]] = {}
        for place, line in enumerate(lines):
            for piece in pairwise(line):
                self.pieces.setdefault(piece, set()).add(place)
        self.arrows = list(self.pieces.items())
        self.arrow_strips = Strips()
        for start, end in self.pieces:
            self.arrow_strips.add(min(start.x, end.x), max(start.x, end.x))
        self.areas: list[Area] = []
        self.area_strips = Strips()

    def add(self, area: Area) -> None:
        self.areas.append(area)
        self.area_strips.add(area.left, area.right)

    def is_shared(self, start: PlanePoint, end: PlanePoint) -> bool:
        """Say whether several arrows run there: no label says which one it is of."""
        return len(self.pieces[start, end]) > 1

    def cost(self, label: Area, own: int) -> float:
        """Say what stands in the way of a label."""
        left, right = label.left - ROOM, label.right + ROOM
        if any(self.areas[one].overlaps(label, ROOM) for one in self.area_strips.between(left, right)):
            return NEAR_UNIT
        under: set[int] = set()
        top, bottom = label.top, label.bottom
        for one in self.arrow_strips.between(left, right):
            (start, end), owners = self.arrows[one]
            if (start.y <= top and end.y <= top) or (start.y >= bottom and end.y >= bottom):
                continue
            if own not in owners and not owners <= under and hits(start, end, label):
                under |= owners
        return NEAR_ARROW * len(under)
