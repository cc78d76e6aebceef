"""Where the circles and arrows of a diagram stand, for every format that draws."""

from __future__ import annotations

import math
from typing import NamedTuple

from symnn.rendering.diagram import Diagram, Edge

__all__ = ["ACROSS", "DOWN", "MARGIN", "RADIUS", "Arrow", "Point", "arrow", "centre", "label_part", "size"]

RADIUS = 20.0
ACROSS = 150.0
DOWN = 70.0
MARGIN = 34.0


class Point(NamedTuple):
    """A place in the picture, from its upper left corner."""

    x: float
    y: float


class Arrow(NamedTuple):
    """A straight arrow between two circles, where its label stands, and how the label is turned (degrees)."""

    start: Point
    end: Point
    label: Point
    turn: float


def size(diagram: Diagram) -> Point:
    """Give the width and height of the picture.

    >>> size(Diagram((), (), (2, 1)))
    Point(x=258.0, y=178.0)
    """
    across = ACROSS * max(len(diagram.layers) - 1, 0)
    down = DOWN * max(*diagram.layers, 1, 1) - DOWN
    return Point(across + 2 * (MARGIN + RADIUS), down + 2 * (MARGIN + RADIUS))


def centre(diagram: Diagram, node: int) -> Point:
    """Give the centre of a node: layers from the left, each centred."""
    at = diagram.nodes[node]
    middle = size(diagram).y / 2
    return Point(
        MARGIN + RADIUS + ACROSS * at.layer, middle + DOWN * (at.place - (diagram.layers[at.layer] - 1) / 2)
    )


def label_part(diagram: Diagram, edge: Edge) -> float:
    """Say where on its arrow a label stands, as a part of the whole: neighbours are set apart."""
    return 0.36 if (diagram.nodes[edge.target].place + diagram.nodes[edge.source].place) % 2 == 0 else 0.24


def arrow(diagram: Diagram, edge: Edge) -> Arrow:
    """Give an arrow from rim to rim."""
    start, end = centre(diagram, edge.source), centre(diagram, edge.target)
    length = math.dist(start, end) or 1.0
    step = Point((end.x - start.x) / length, (end.y - start.y) / length)
    from_rim = Point(start.x + RADIUS * step.x, start.y + RADIUS * step.y)
    to_rim = Point(end.x - RADIUS * step.x, end.y - RADIUS * step.y)
    part = label_part(diagram, edge)
    label = Point(from_rim.x + part * (to_rim.x - from_rim.x), from_rim.y + part * (to_rim.y - from_rim.y))
    return Arrow(from_rim, to_rim, label, math.degrees(math.atan2(step.y, step.x)))
