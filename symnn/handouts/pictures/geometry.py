"""Where everything of a diagram stands, in centimetres, for every format that draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.pictures.lettering import Run, width_of_runs
from symnn.handouts.pictures.measures import LABEL, Lettering, Size, letterings, sizes
from symnn.handouts.pictures.ordering import Bend, Layered, heights, ordered
from symnn.handouts.pictures.plane import Area, Line, PlanePoint, Strips, hits
from symnn.handouts.pictures.spots import Label, spots
from symnn.handouts.pictures.timegrid import TimeGrid, grid
from symnn.notation.symbols import NO_SYMBOLS, Symbols

__all__ = ["Drawn", "placed_diagram"]

MARGIN: Final = 0.3
DOWN: Final = 0.62
"""Room between two units of a layer, from rim to rim; bends need less."""

NARROW: Final = 0.3
ACROSS: Final = 1.15
"""Room between two layers, from rim to rim."""

CLOSE, MOST_WIDE = 0.7, 6
"""Room between two layers where there are more of them than that."""

SLOPE: Final = 0.42
"""So many times as far as an arrow goes down it goes across, so that it does not touch the units of its own layer."""

COLUMN, ROW = 2.3, 1.25
"""The columns and rows of a grid in time."""

GROWTH: Final = 1.15
TRIES: Final = 8
"""Where labels find no room, or an arrow leads through a unit, everything moves apart, so many times at most."""

MOST_TRIED: Final = 150
"""With more arrows than this there is one try: names are too many to read anyway."""

CLEAR: Final = 0.03
FRAME: Final = PlanePoint(0.3, 0.3)
TITLE: Final = 0.42


class Drawn(Struct, frozen=True):
    """Where everything of a diagram stands: its extent, the area of each node, the line and the label of each edge."""

    extent: PlanePoint
    areas: tuple[Area, ...]
    sizes: tuple[Size, ...]
    names: tuple[Lettering, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label | None, ...]
    frames: tuple[Area, ...]


class _Placed(Struct, frozen=True):
    """Where the nodes stand, and the points between which each edge runs; ``own`` is what no other edge shares."""

    centres: tuple[PlanePoint, ...]
    routes: tuple[tuple[PlanePoint, ...], ...]


def placed_diagram(diagram: Diagram, symbols: Symbols = NO_SYMBOLS) -> Drawn:
    """Place a diagram: layers from the left or steps of time, labels off units and off each other.

    Cost: linear in the edges, times the few that are near a label.

    >>> from symnn.handouts.pictures.diagram import Edge, DiagramNode
    >>> nodes = (DiagramNode("x", "input", 0), DiagramNode("y", "unit", 1))
    >>> found = placed_diagram(Diagram(nodes, (Edge(0, 1),), (1, 1)))
    >>> found.areas[0].centre.y == found.areas[1].centre.y, len(found.lines[0])
    (True, 2)
    """
    written, labels = letterings(diagram, symbols)
    task = _Task(diagram, tuple(sizes(diagram, written)), written, labels)
    in_time = grid(diagram)
    tries = TRIES if len(diagram.edges) <= MOST_TRIED else 1
    if in_time is not None:
        for turn in range(tries):
            found = _tried(task, in_time, GROWTH**turn, last=False)
            if found is not None:
                return found
    order, found = _order(diagram), None
    for turn in range(tries):
        found = found or _tried(task, order, GROWTH**turn, last=turn == tries - 1)
    assert found is not None  # noqa: S101 - the last try is taken as it is
    return found


class _Task(Struct, frozen=True):
    """A diagram with what is written in it: the size of every node, its lettering, and the labels of the edges."""

    diagram: Diagram
    size: tuple[Size, ...]
    written: tuple[Lettering, ...]
    labels: Sequence[tuple[Run, ...]]


def _tried(task: _Task, way: TimeGrid | Layered, growth: float, *, last: bool) -> Drawn | None:
    """Place everything so far apart; unless it is the ``last`` try, None where something touches what it should not."""
    diagram, size, labels = task.diagram, task.size, task.labels
    if isinstance(way, TimeGrid):
        placed = _in_time(diagram, way, labels, growth)
    else:
        placed = _layered(diagram, way, size, labels, growth)
    areas = tuple(_area(node.kind, at, one) for node, at, one in zip(diagram.nodes, placed.centres, size, strict=True))
    lines = tuple(
        _line(route, areas[edge.source], areas[edge.target])
        for edge, route in zip(diagram.edges, placed.routes, strict=True)
    )
    solid = [Area(PlanePoint(a.centre.x, a.centre.y + s.below / 2), a.across, a.down + s.below / 2)
             for a, s in zip(areas, size, strict=True)]  # fmt: skip
    frames = tuple(_frame([solid[place] for place in frame.nodes]) for frame in diagram.frames)
    if not last and _through(diagram, areas, lines):
        return None
    found = spots(
        lines, [width_of_runs(runs, LABEL) if runs else 0.0 for runs in labels], solid, _titles(frames), every=last
    )
    return (
        None
        if found is None
        else _moved(Drawn(PlanePoint(0, 0), areas, size, task.written, lines, found, frames), solid)
    )


def _area(kind: str, at: PlanePoint, size: Size) -> Area:
    return Area(at, size.across, size.down, round=kind not in {"sheets", "dots"})


def _frame(inside: Sequence[Area]) -> Area:
    """Draw a box around nodes, with room for its name above."""
    left, right = min(area.left for area in inside) - FRAME.x, max(area.right for area in inside) + FRAME.x
    top, bottom = min(area.top for area in inside) - FRAME.y - TITLE, max(area.bottom for area in inside) + FRAME.y
    return Area(PlanePoint((left + right) / 2, (top + bottom) / 2), (right - left) / 2, (bottom - top) / 2)


def _titles(frames: Sequence[Area]) -> list[Area]:
    return [Area(PlanePoint(frame.centre.x, frame.top + TITLE / 2), frame.across, TITLE / 2) for frame in frames]


def _line(route: tuple[PlanePoint, ...], source: Area, target: Area) -> Line:
    """Run from rim to rim."""
    return (source.rim(route[1]), *route[1:-1], target.rim(route[-2]))


def _through(diagram: Diagram, areas: Sequence[Area], lines: Sequence[Line]) -> bool:
    """Say whether an arrow touches a unit that is none of its ends; what arrows share is looked at once."""
    ends: dict[tuple[PlanePoint, PlanePoint], set[int]] = {}
    for edge, line in zip(diagram.edges, lines, strict=True):
        pieces = list(pairwise(line))
        for place, piece in enumerate(pieces):
            own = ends.setdefault(piece, set())
            own |= {edge.source} if not place else set()
            own |= {edge.target} if place == len(pieces) - 1 else set()
    strips = Strips(areas)
    return any(
        place not in own and hits(start, end, areas[place], CLEAR)
        for (start, end), own in ends.items()
        for place in strips.between(min(start.x, end.x) - CLEAR, max(start.x, end.x) + CLEAR)
    )


def _moved(found: Drawn, solid: Sequence[Area]) -> Drawn:
    """Move everything so that the upper left corner is the origin."""
    labels = [label.area for label in found.labels if label is not None]
    every = [*solid, *found.frames, *labels]
    points = [point for line in found.lines for point in line]
    left = min([area.left for area in every] + [point.x for point in points], default=0.0) - MARGIN
    top = min([area.top for area in every] + [point.y for point in points], default=0.0) - MARGIN
    right = max([area.right for area in every] + [point.x for point in points], default=0.0) + MARGIN
    bottom = max([area.bottom for area in every] + [point.y for point in points], default=0.0) + MARGIN

    def point(at: PlanePoint) -> PlanePoint:
        return PlanePoint(at.x - left, at.y - top)

    def area(at: Area) -> Area:
        return at._replace(centre=point(at.centre))

    return Drawn(
        PlanePoint(right - left, bottom - top),
        tuple(map(area, found.areas)),
        found.sizes,
        found.names,
        tuple(tuple(map(point, line)) for line in found.lines),
        tuple(label and Label(label.runs_from, area(label.area)) for label in found.labels),
        tuple(map(area, found.frames)),
    )


def _in_time(diagram: Diagram, way: TimeGrid, labels: Sequence[tuple[Run, ...]], growth: float) -> _Placed:
    """Place a grid: columns as wide as their labels need."""
    longest = max((width_of_runs(runs, LABEL) for runs in labels), default=0.0)
    across, down = growth * max(COLUMN, 1.6 + longest), growth * ROW
    centres = tuple(PlanePoint(across * place.x, down * place.y) for place in way.places)
    return _Placed(centres, tuple((centres[edge.source], centres[edge.target]) for edge in diagram.edges))


def _boxed(diagram: Diagram) -> dict[int, int]:
    """Say in which box each node stands that stands in one."""
    return {node: place for place, frame in enumerate(diagram.frames) for node in frame.nodes}


def _order(diagram: Diagram) -> Layered:
    """Order the layers: the same however far apart everything stands."""
    layers = [node.layer for node in diagram.nodes]
    return ordered(layers, ((edge.source, edge.target) for edge in diagram.edges), _boxed(diagram))


def _layered(
    diagram: Diagram, order: Layered, size: Sequence[Size], labels: Sequence[tuple[Run, ...]], growth: float
) -> _Placed:
    """Place layers from the left; an edge over several of them bends where it passes one."""
    layers = [node.layer for node in diagram.nodes]
    boxed = _boxed(diagram)
    framed = 0.9 if diagram.frames else 0.0

    def half(bend: Bend) -> tuple[float, float]:
        node, layer = bend
        return (size[node].down, size[node].down + size[node].below) if layers[node] == layer else (0.0, 0.0)

    def room(above: Bend, below: Bend) -> float:
        bends = sum(layers[node] != layer for node, layer in (above, below))
        apart = NARROW if bends else growth**0.5 * DOWN
        between = framed if boxed.get(above[0], -1) != boxed.get(below[0], -1) else 0.0
        return half(above)[1] + half(below)[0] + apart + between

    at = heights(order, room)
    across = _columns(diagram, size, labels, at, growth)
    centres = tuple(PlanePoint(across[layer][0], at[node, layer]) for node, layer in enumerate(layers))
    routes = []
    for edge in diagram.edges:
        bends: list[PlanePoint] = []
        for layer in range(layers[edge.source] + 1, layers[edge.target]):
            middle, wide = across[layer]
            y = at[edge.source, layer]
            bends += [PlanePoint(middle - wide, y), PlanePoint(middle + wide, y)]
        routes.append((centres[edge.source], *bends, centres[edge.target]))
    return _Placed(centres, tuple(routes))


def _columns(
    diagram: Diagram,
    size: Sequence[Size],
    labels: Sequence[tuple[Run, ...]],
    at: Mapping[Bend, float],
    growth: float,
) -> list[tuple[float, float]]:
    """Give the middle of each layer and half its width: apart for the labels between, and for how steep arrows are."""
    layers = [node.layer for node in diagram.nodes]
    wide = [0.0] * len(diagram.layers)
    for node, one in zip(diagram.nodes, size, strict=True):
        wide[node.layer] = max(wide[node.layer], one.across)
    needed = [ACROSS if len(diagram.layers) <= MOST_WIDE else CLOSE] * len(diagram.layers)
    for edge, runs in zip(diagram.edges, labels, strict=True):
        last = layers[edge.target] - 1
        needed[last] = max(needed[last], 1.15 * width_of_runs(runs, LABEL) + 0.65 if runs else 0.0)
        for layer in range(layers[edge.source], layers[edge.target]):
            start = at[edge.source, layer]
            end = at[edge.target if layer == last else edge.source, layer + 1]
            needed[layer] = max(needed[layer], SLOPE * abs(end - start))
    x, found = 0.0, []
    for layer, half in enumerate(wide):
        x += half + (growth * needed[layer - 1] + wide[layer - 1] if layer else 0.0)
        found.append((x, half))
    return found
