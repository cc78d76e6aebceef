"""Where the circles and arrows of a diagram stand, for every format that draws."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from symnn.handouts.pictures.diagram import Diagram, Edge
from symnn.notation.boxes import Box, Fence, Letter, Numeral, Operator, Script, Sign, Word, parted
from symnn.notation.layout import laid_out

__all__ = ["RADIUS", "Arrow", "Drawn", "Point", "distance", "drawn", "labels_of"]

RADIUS = 20.0
ACROSS = 180.0
DOWN = 72.0
MARGIN = 14.0

PARTS = (0.3, 0.22, 0.38, 0.46, 0.16, 0.54, 0.62, 0.7, 0.78)
"""Where on its arrow a label may stand, the preferred places first."""

LABELS_APART = 16.0
LINES_APART = 10.0
ABOVE = 9.0
"""How far a label's middle stands from its arrow."""

SIGN = 6.0
"""How long one sign of a label is."""

ROOM = 4.6
"""So many times the longest label an arrow is long at least."""

SAMPLES = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""The places along a label, from its middle to both ends, that are kept off other things."""


STRIP = 48
"""How wide the upright strips are in which things are looked up: about as wide as a label."""

MOST_NEAR = 96
"""In a strip with more arrows or points of labels than this, only so many are kept apart from a label."""


class Point(NamedTuple):
    """A place in the picture, from its upper left corner."""

    x: float
    y: float


class Arrow(NamedTuple):
    """A straight arrow from rim to rim of two circles."""

    start: Point
    end: Point

    @property
    def turn(self) -> float:
        """How far it is turned from pointing right, in degrees."""
        return math.degrees(math.atan2(self.end.y - self.start.y, self.end.x - self.start.x))

    def at(self, part: float) -> Point:
        """Give the place at a part of its length."""
        return Point(
            self.start.x + part * (self.end.x - self.start.x),
            self.start.y + part * (self.end.y - self.start.y),
        )

    def over(self, part: float, length: float) -> tuple[Point, ...]:
        """Give the places along a label that stands over it, as long as that."""
        on, angle = self.at(part), math.radians(self.turn)
        x, y = on.x + ABOVE * math.sin(angle), on.y - ABOVE * math.cos(angle)
        ends = (length / 2 * sample for sample in SAMPLES)
        return tuple(Point(x + end * math.cos(angle), y + end * math.sin(angle)) for end in ends)


class Drawn(Struct, frozen=True):
    """Where everything of a diagram stands: its extent, the centre of each node, of each edge the arrow and the label.

    ``parts`` says at which part of its arrow a label stands.
    """

    extent: Point
    centres: tuple[Point, ...]
    arrows: tuple[Arrow, ...]
    parts: tuple[float, ...]


def drawn(diagram: Diagram) -> Drawn:
    """Place a diagram: layers from the left, each centred, labels off other labels and other arrows.

    Cost: linear in the edges, times at most `MOST_NEAR` things that are near a label.

    >>> drawn(Diagram((), (), (2, 1))).extent
    Point(x=248.0, y=140.0)
    """
    lengths = [_length(edge) for edge in diagram.edges]
    # drawn so much larger than usual that the longest label has room on its arrow
    scale = max(1.0, (ROOM * max(lengths, default=0.0) + 2 * RADIUS) / ACROSS)
    across = scale * ACROSS * max(len(diagram.layers) - 1, 0)
    down = scale * DOWN * (max(diagram.layers, default=1) - 1)
    extent = Point(across + 2 * (MARGIN + RADIUS), down + 2 * (MARGIN + RADIUS))
    centres = tuple(
        Point(
            MARGIN + RADIUS + scale * ACROSS * node.layer,
            extent.y / 2 + scale * DOWN * (node.place - (diagram.layers[node.layer] - 1) / 2),
        )
        for node in diagram.nodes
    )
    arrows = tuple(_arrow(centres[edge.source], centres[edge.target]) for edge in diagram.edges)
    return Drawn(extent, centres, arrows, tuple(_parts(diagram, arrows, lengths)))


def _length(edge: Edge) -> float:
    """Say how long a label is, as far as that can be said of its signs."""
    signs = sum(_signs(laid_out(label)) for label in edge.labels)
    return SIGN * (signs + max(len(edge.labels) - 1, 0))


def _signs(box: Box, brackets: int = 2) -> int:
    """Count the signs of a label; the narrow brackets of a subscript do not count."""
    match box:
        case Letter(text) | Numeral(text) | Word(text) | Operator(text) | Sign(text):
            return len(text)
        case Script(base, below, above, primes):
            scripts = sum(_signs(part, 0) for part in (below, above) if part is not None)
            return _signs(base, brackets) + primes + scripts
        case Fence(inside):
            return brackets + _signs(inside, brackets)
        case _:
            return sum(_signs(part, brackets) for part in parted(box))


def _arrow(start: Point, end: Point) -> Arrow:
    """Give the arrow from rim to rim of two circles."""
    rim = RADIUS / (math.dist(start, end) or 1.0)
    whole = Arrow(start, end)
    return Arrow(whole.at(rim), whole.at(1 - rim))


def _parts(diagram: Diagram, arrows: Sequence[Arrow], lengths: Sequence[float]) -> Iterator[float]:
    """Choose for each label, in turn, the place that is freest of the arrows and of the labels before."""
    near = _Near()
    for place, own in enumerate(arrows):
        near.add_arrow(place, own)
    for place, (edge, own) in enumerate(zip(diagram.edges, arrows, strict=True)):
        best = PARTS[0]
        if edge.labels:
            freest = -1.0
            for part in PARTS:
                free = near.free(own.over(part, lengths[place]), place, freest)
                if free > freest:
                    best, freest = part, free
                if free >= 1:
                    break
            near.add_label(own.over(best, lengths[place]))
        yield best


class _Near:
    """What is near a place: arrows and labels by the upright strips of the picture that they reach into."""

    def __init__(self) -> None:
        self.arrows: dict[int, list[tuple[int, Arrow]]] = {}
        self.points: dict[int, list[Point]] = {}

    def add_arrow(self, place: int, arrow: Arrow) -> None:
        left, right = sorted((arrow.start.x, arrow.end.x))
        for strip in range(int(left - LINES_APART) // STRIP, int(right + LINES_APART) // STRIP + 1):
            self.arrows.setdefault(strip, []).append((place, arrow))

    def add_label(self, label: Iterable[Point]) -> None:
        for point in label:
            for strip in range(int(point.x - LABELS_APART) // STRIP, int(point.x + LABELS_APART) // STRIP + 1):
                self.points.setdefault(strip, []).append(point)

    def free(self, label: Sequence[Point], own: int, least: float) -> float:
        """Say how free a label is of what is near, 1 is free enough; as soon as it is not above ``least``, no more."""
        found = 1.0
        for point in label:
            strip = int(point.x) // STRIP
            for there in self.points.get(strip, ())[:MOST_NEAR]:
                found = min(found, math.dist(point, there) / LABELS_APART)
            for place, arrow in self.arrows.get(strip, ())[:MOST_NEAR]:
                if found <= least:
                    return found
                if place != own:
                    found = min(found, distance(point, arrow) / LINES_APART)
        return found


def distance(point: Point, line: Arrow) -> float:
    """Give the distance of a point from an arrow."""
    dx, dy = line.end.x - line.start.x, line.end.y - line.start.y
    along = ((point.x - line.start.x) * dx + (point.y - line.start.y) * dy) / (dx * dx + dy * dy or 1.0)
    return math.dist(point, line.at(min(1.0, max(0.0, along))))


def labels_of(diagram: Diagram) -> dict[int, tuple[Point, ...]]:
    """Give the places along the label of each edge that has one."""
    placed = drawn(diagram)
    return {
        place: placed.arrows[place].over(placed.parts[place], _length(edge))
        for place, edge in enumerate(diagram.edges)
        if edge.labels
    }
