"""How large the parts of a picture are, in centimetres: units as wide as their names, sheets as their pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from symnn.expressions.tree import Name
from symnn.handouts.pictures.diagram import Diagram, DiagramNode, Edge
from symnn.handouts.pictures.lettering import Run, lettered, width_of_runs, words
from symnn.notation.symbols import Symbols

__all__ = ["LABEL", "NAME", "NUMBER", "RADIUS", "SLIP", "Lettering", "Size", "letterings", "sizes"]

NAME: Final = 0.356
"""The size of letters in a unit: 10 points."""

LABEL: Final = 0.311
NUMBER: Final = 0.235
RADIUS: Final = 0.444
PADDING: Final = 0.12
NARROWER: Final = 0.15
"""How much less room a unit has, on each side, where its value stands: under the middle, where it is round."""

PIXEL: Final = 0.2
"""The side of a pixel, unless the sheet has too many of them."""

LARGEST: Final = 1.4
SMALLEST: Final = 0.5
SLIP: Final = 0.13
"""How far a sheet of a stack looks out behind the one before."""

MOST_SHEETS: Final = 4
"""So many sheets of a stack are drawn."""

NAMED: Final = 3
"""An arrow with more weights than this names the first and the last."""


class Size(Struct, frozen=True):
    """Half the width and height of a node, its pixels, and how far what stands under it reaches.

    ``sheets`` are the middles of the sheets of a stack from its own, the one behind all others first.
    """

    across: float
    down: float
    below: float = 0.0
    pixel: float = 0.0
    sheets: tuple[tuple[float, float], ...] = ()


class Lettering(Struct, frozen=True):
    """What is written of a node: its name, and the line under it (a shape, a slope)."""

    name: tuple[Run, ...]
    value: tuple[Run, ...] = ()
    below: tuple[Run, ...] = ()


def letterings(diagram: Diagram, symbols: Symbols) -> tuple[tuple[Lettering, ...], tuple[tuple[Run, ...], ...]]:
    """Letter the nodes and the edges of a diagram."""
    nodes = tuple(_node(node, symbols) for node in diagram.nodes)
    return nodes, tuple(_edge(edge, symbols) for edge in diagram.edges)


def _node(node: DiagramNode, symbols: Symbols) -> Lettering:
    if node.kind == "dots":
        return Lettering(words("⋮"))
    name = lettered((Name(node.name),), symbols) if node.kind != "bias" else words(node.name)
    slope = words(node.slope.replace("-", "−")) if node.slope else ()
    if node.kind == "sheets":
        *sheets, rows, columns = node.shape
        shape = words(f"{sheets[0] if sheets else 1}@{rows}×{columns}")
        return Lettering(name, shape, slope)
    return Lettering(name, words(node.value.replace("-", "−")) if node.value else (), slope)


def _edge(edge: Edge, symbols: Symbols) -> tuple[Run, ...]:
    if len(edge.labels) <= NAMED:
        return lettered(edge.labels, symbols)
    first, last = lettered(edge.labels[:1], symbols), lettered(edge.labels[-1:], symbols)
    return (*first, Run(", …, "), *last)


def sizes(diagram: Diagram, written: tuple[Lettering, ...]) -> Iterator[Size]:
    """Say how large each node is."""
    for node, letters in zip(diagram.nodes, written, strict=True):
        below = 0.32 if letters.below else 0.0
        if node.kind == "sheets":
            yield _stack(node, letters, below)
            continue
        name = width_of_runs(letters.name, NAME) / 2 + PADDING
        value = width_of_runs(letters.value, NUMBER) / 2 + NARROWER if letters.value else 0.0
        yield Size(max(RADIUS, name, value), RADIUS, below)


def _stack(node: DiagramNode, letters: Lettering, below: float) -> Size:
    """Lay sheets behind one another; side by side downwards where their pixels are shown."""
    rows, columns = node.shape[-2:]
    pixel = min(PIXEL, LARGEST / max(rows, columns))
    pixel = max(pixel, SMALLEST / max(rows, columns))
    count = min(len(node.pixels) or (node.shape[0] if len(node.shape) > len((rows, columns)) else 1), MOST_SHEETS)
    step = (0.0, rows * pixel + SLIP) if node.pixels else (SLIP, -SLIP)
    places = tuple(((i - (count - 1) / 2) * step[0], (i - (count - 1) / 2) * step[1]) for i in range(count))
    if not node.pixels:
        places = places[::-1]
    across = columns * pixel / 2 + abs(places[0][0])
    down = rows * pixel / 2 + abs(places[0][1])
    # in TeX there is more room around the signs of a shape
    text = width_of_runs(letters.name, LABEL) + 0.3 + 1.3 * width_of_runs(letters.value, LABEL)
    return Size(max(across, text / 2), down, below + 0.42, pixel, places)
