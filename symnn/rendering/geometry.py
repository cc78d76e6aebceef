"""Where the circles and arrows of a diagram stand, for every format that draws."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from symnn.rendering.diagram import Diagram, Edge

__all__ = ["RADIUS", "Arrow", "Point", "arrow", "centre", "label_parts", "size"]

RADIUS = 20.0
ACROSS = 180.0
DOWN = 72.0
MARGIN = 14.0

PARTS = (0.3, 0.22, 0.38, 0.46, 0.16, 0.54, 0.62, 0.7, 0.78)
"""Where on its arrow a label may stand, the preferred places first."""

LABELS_APART = 34.0
LINES_APART = 13.0
ABOVE = 9.0
"""How far a label's middle stands from its arrow."""


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

    def above(self, part: float) -> Point:
        """Give the middle of a label that stands over it."""
        on, angle = self.at(part), math.radians(self.turn)
        return Point(on.x + ABOVE * math.sin(angle), on.y - ABOVE * math.cos(angle))


def size(diagram: Diagram) -> Point:
    """Give the width and height of the picture.

    >>> size(Diagram((), (), (2, 1)))
    Point(x=248.0, y=140.0)
    """
    across = ACROSS * max(len(diagram.layers) - 1, 0)
    down = DOWN * (max(diagram.layers, default=1) - 1)
    return Point(across + 2 * (MARGIN + RADIUS), down + 2 * (MARGIN + RADIUS))


def centre(diagram: Diagram, node: int) -> Point:
    """Give the centre of a node: layers from the left, each centred."""
    at = diagram.nodes[node]
    middle = size(diagram).y / 2
    return Point(MARGIN + RADIUS + ACROSS * at.layer, middle + DOWN * (at.place - (diagram.layers[at.layer] - 1) / 2))


def arrow(diagram: Diagram, edge: Edge) -> Arrow:
    """Give the arrow of an edge."""
    start, end = centre(diagram, edge.source), centre(diagram, edge.target)
    rim = RADIUS / (math.dist(start, end) or 1.0)
    whole = Arrow(start, end)
    return Arrow(whole.at(rim), whole.at(1 - rim))


def label_parts(diagram: Diagram) -> tuple[float, ...]:
    """Say for each edge at which part of its arrow the label stands: off other labels and other arrows."""
    arrows = [arrow(diagram, edge) for edge in diagram.edges]
    placed: list[Point] = []
    parts = []
    for place, (edge, own) in enumerate(zip(diagram.edges, arrows, strict=True)):
        part = PARTS[0]
        if edge.labels:
            others = [other for count, other in enumerate(arrows) if count != place]
            part = max(PARTS, key=lambda part: min(_free(own.above(part), placed, others)))
            placed.append(own.above(part))
        parts.append(part)
    return tuple(parts)


def _free(label: Point, placed: Sequence[Point], arrows: Sequence[Arrow]) -> Iterator[float]:
    """Say how free a place is of each label and arrow: 1 is free enough."""
    yield 1.0
    yield from (math.dist(label, other) / LABELS_APART for other in placed)
    yield from (_distance(label, other) / LINES_APART for other in arrows)


def _distance(point: Point, line: Arrow) -> float:
    """Give the distance of a point from an arrow."""
    dx, dy = line.end.x - line.start.x, line.end.y - line.start.y
    along = ((point.x - line.start.x) * dx + (point.y - line.start.y) * dy) / (dx * dx + dy * dy or 1.0)
    return math.dist(point, line.at(min(1.0, max(0.0, along))))
