"""Where the circles and arrows of a diagram stand, for every format that draws."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from symnn.expressions.writing import plain
from symnn.handouts.diagram import Diagram, Edge

__all__ = ["RADIUS", "Arrow", "Point", "arrow", "centre", "distance", "label_parts", "labels_of", "size"]

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

_WORD = re.compile(r"[a-z]{3,}")
"""A Greek letter by its name."""

ROOM = 4.6
"""So many times the longest label an arrow is long at least."""

SAMPLES = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""The places along a label, from its middle to both ends, that are kept off other things."""


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


def size(diagram: Diagram) -> Point:
    """Give the width and height of the picture.

    >>> size(Diagram((), (), (2, 1)))
    Point(x=248.0, y=140.0)
    """
    scale = _scale(diagram)
    across = scale * ACROSS * max(len(diagram.layers) - 1, 0)
    down = scale * DOWN * (max(diagram.layers, default=1) - 1)
    return Point(across + 2 * (MARGIN + RADIUS), down + 2 * (MARGIN + RADIUS))


def _scale(diagram: Diagram) -> float:
    """Say how much larger than usual a picture is drawn: so that the longest label has room on its arrow."""
    longest = max((_length(edge) for edge in diagram.edges), default=0.0)
    return max(1.0, (ROOM * longest + 2 * RADIUS) / ACROSS)


def _length(edge: Edge) -> float:
    """Say how long a label is, as far as that can be said of its signs."""
    signs = ",".join(_WORD.sub("o", plain(label)) for label in edge.labels)
    return SIGN * sum(sign not in "_^" for sign in signs)


def centre(diagram: Diagram, node: int) -> Point:
    """Give the centre of a node: layers from the left, each centred."""
    at = diagram.nodes[node]
    middle, scale = size(diagram).y / 2, _scale(diagram)
    return Point(
        MARGIN + RADIUS + scale * ACROSS * at.layer,
        middle + scale * DOWN * (at.place - (diagram.layers[at.layer] - 1) / 2),
    )


def arrow(diagram: Diagram, edge: Edge) -> Arrow:
    """Give the arrow of an edge."""
    start, end = centre(diagram, edge.source), centre(diagram, edge.target)
    rim = RADIUS / (math.dist(start, end) or 1.0)
    whole = Arrow(start, end)
    return Arrow(whole.at(rim), whole.at(1 - rim))


def label_parts(diagram: Diagram) -> tuple[float, ...]:
    """Say for each edge at which part of its arrow the label stands: off other labels and other arrows."""
    arrows = [arrow(diagram, edge) for edge in diagram.edges]
    placed: dict[int, tuple[Point, ...]] = {}
    parts = []
    for place, (edge, own) in enumerate(zip(diagram.edges, arrows, strict=True)):
        part = PARTS[0]
        if edge.labels:
            length = _length(edge)
            others = [other for count, other in enumerate(arrows) if count != place]
            part = max(PARTS, key=lambda part: min(_free(own.over(part, length), placed.values(), others)))
            placed[place] = own.over(part, length)
        parts.append(part)
    return tuple(parts)


def labels_of(diagram: Diagram) -> dict[int, tuple[Point, ...]]:
    """Give the places along the label of each edge that has one."""
    parts = label_parts(diagram)
    return {
        place: arrow(diagram, edge).over(parts[place], _length(edge))
        for place, edge in enumerate(diagram.edges)
        if edge.labels
    }


def _free(label: Sequence[Point], placed: Iterable[Sequence[Point]], arrows: Sequence[Arrow]) -> Iterator[float]:
    """Say how free a label is of each other label and arrow: 1 is free enough."""
    yield 1.0
    for point in label:
        yield from (math.dist(point, there) / LABELS_APART for other in placed for there in other)
        yield from (distance(point, other) / LINES_APART for other in arrows)


def distance(point: Point, line: Arrow) -> float:
    """Give the distance of a point from an arrow."""
    dx, dy = line.end.x - line.start.x, line.end.y - line.start.y
    along = ((point.x - line.start.x) * dx + (point.y - line.start.y) * dy) / (dx * dx + dy * dy or 1.0)
    return math.dist(point, line.at(min(1.0, max(0.0, along))))
