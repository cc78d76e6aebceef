"""Points, boxes and broken lines in the plane, in centimetres from the upper left; y grows downwards."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple, TypeAlias

__all__ = ["Area", "Line", "PlanePoint", "Strips", "apart", "crosses", "hits", "length", "line_beside", "point_along"]


class PlanePoint(NamedTuple):
    """A place in the picture."""

    x: float
    y: float

    def toward(self, other: PlanePoint, part: float) -> PlanePoint:
        """Give the place at a part of the way to another."""
        return PlanePoint(self.x + part * (other.x - self.x), self.y + part * (other.y - self.y))


Line: TypeAlias = tuple[PlanePoint, ...]
"""A broken line from point to point."""


class Area(NamedTuple):
    """An upright rectangle; ``round`` ones have half circles at their sides, or are circles."""

    centre: PlanePoint
    across: float
    down: float
    round: bool = False

    @property
    def left(self) -> float:
        """Its left edge."""
        return self.centre.x - self.across

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.centre.x + self.across

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.centre.y - self.down

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.centre.y + self.down

    def overlaps(self, other: Area, room: float = 0.0) -> bool:
        """Say whether two rectangles come nearer than some room."""
        aside = abs(self.centre.x - other.centre.x) >= self.across + other.across + room
        return not aside and abs(self.centre.y - other.centre.y) < self.down + other.down + room

    def holds(self, point: PlanePoint) -> bool:
        """Say whether a point lies in it."""
        x, y = abs(point.x - self.centre.x), abs(point.y - self.centre.y)
        if self.round:
            return math.hypot(max(0.0, x - (self.across - self.down)), y) < self.down
        return x < self.across and y < self.down

    def rim(self, toward: PlanePoint) -> PlanePoint:
        """Give the point of its rim on the way from its centre to a point outside."""
        x, y = abs(toward.x - self.centre.x), abs(toward.y - self.centre.y)
        if self.round and self.across == self.down:
            return self.centre.toward(toward, min(1.0, self.down / (math.hypot(x, y) or self.down)))
        if not self.round:
            parts = (self.across / x if x else 1.0, self.down / y if y else 1.0)
            return self.centre.toward(toward, min(1.0, *parts))
        inside, outside = 0.0, 1.0
        for _ in range(30):
            middle = (inside + outside) / 2
            if self.holds(self.centre.toward(toward, middle)):
                inside = middle
            else:
                outside = middle
        return self.centre.toward(toward, outside)


class Strips:
    """Areas by the upright strips of the plane that they reach into, so that what is near is found at once."""

    def __init__(self, areas: Iterable[Area] = ()) -> None:
        self._strips: dict[int, list[int]] = {}
        self._count = 0
        for area in areas:
            self.add(area.left, area.right)

    def add(self, left: float, right: float) -> None:
        """Take in what reaches from left to right; the first is number 0."""
        for strip in range(math.floor(left), math.floor(right) + 1):
            self._strips.setdefault(strip, []).append(self._count)
        self._count += 1

    def between(self, left: float, right: float) -> set[int]:
        """Give the numbers of all that may be between."""
        return {one for strip in range(math.floor(left), math.floor(right) + 1) for one in self._strips.get(strip, ())}


def length(line: Line) -> float:
    """Say how long a line is."""
    return sum(math.dist(one, other) for one, other in pairwise(line))


def point_along(line: Line, part: float) -> PlanePoint:
    """Give the place at a part of the length of a line.

    >>> point_along((PlanePoint(0, 0), PlanePoint(1, 0), PlanePoint(1, 3)), 0.5)
    PlanePoint(x=1.0, y=1.0)
    """
    left = part * length(line)
    for one, other in pairwise(line):
        step = math.dist(one, other)
        if left <= step and step:
            return one.toward(other, left / step)
        left -= step
    return line[-1]


def crosses(one: tuple[PlanePoint, PlanePoint], other: tuple[PlanePoint, PlanePoint]) -> bool:
    """Say whether two straight lines cross inside both.

    >>> crosses((PlanePoint(0, 0), PlanePoint(2, 2)), (PlanePoint(0, 2), PlanePoint(2, 0)))
    True
    """
    (a, b), (c, d) = one, other
    if max(a.x, b.x) < min(c.x, d.x) or max(c.x, d.x) < min(a.x, b.x):
        return False
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: PlanePoint, b: PlanePoint, c: PlanePoint) -> float:
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)


def apart(point: PlanePoint, start: PlanePoint, end: PlanePoint) -> float:
    """Give the distance of a point from a straight line between two points."""
    dx, dy = end.x - start.x, end.y - start.y
    part = ((point.x - start.x) * dx + (point.y - start.y) * dy) / (dx * dx + dy * dy or 1.0)
    return math.dist(point, start.toward(end, min(1.0, max(0.0, part))))


def hits(start: PlanePoint, end: PlanePoint, area: Area, room: float = 0.0) -> bool:
    """Say whether a straight line comes nearer to an area than some room."""
    if area.round:
        core = area.across - area.down
        if not core:
            return apart(area.centre, start, end) < area.down + room
        ends = (PlanePoint(area.centre.x - core, area.centre.y), PlanePoint(area.centre.x + core, area.centre.y))
        near = min(apart(ends[0], start, end), apart(ends[1], start, end), *(apart(one, *ends) for one in (start, end)))
        return near < area.down + room or crosses((start, end), ends)
    first, last = 0.0, 1.0
    sides = (
        (start.x, end.x, area.left - room, area.right + room),
        (start.y, end.y, area.top - room, area.bottom + room),
    )
    for begin, stop, low, high in sides:
        step = stop - begin
        if not step:
            if not low < begin < high:
                return False
            continue
        near, far = sorted(((low - begin) / step, (high - begin) / step))
        first, last = max(first, near), min(last, far)
    return first < last


def line_beside(line: Line, aside: float) -> Line:
    """Move a line to its right side, as it runs.

    >>> line_beside((PlanePoint(0, 0), PlanePoint(1, 0)), 0.5)
    (PlanePoint(x=0.0, y=0.5), PlanePoint(x=1.0, y=0.5))
    """
    far = math.dist(line[0], line[-1]) or 1.0
    x, y = (line[0].y - line[-1].y) / far * aside, (line[-1].x - line[0].x) / far * aside
    return tuple(PlanePoint(point.x + x, point.y + y) for point in line)
