"""The picture of a network as SVG: no script, no outside reference.

It has no background and is drawn in the colour of the text around it, so it suits light pages and dark ones.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from typing import Final

from symnn.handouts.pictures.captions import Caption, captions
from symnn.handouts.pictures.diagram import Diagram, DiagramNode, factor_name
from symnn.handouts.pictures.geometry import Drawn, placed_diagram
from symnn.handouts.pictures.lettering import SCRIPT, Run, words
from symnn.handouts.pictures.measures import LABEL, NAME, NUMBER, Lettering, Size, letterings
from symnn.handouts.pictures.palette import DASHED, FAINT, FILLS, TRACKS
from symnn.handouts.pictures.plane import Area, Line, PlanePoint, line_beside
from symnn.notation.mathml import escaped
from symnn.notation.symbols import Symbols

__all__ = ["PER_CM", "svg"]

PER_CM: Final = 45.0
"""Pixels of a centimetre."""

FONT: Final = "Latin Modern Roman, Times New Roman, Liberation Serif, serif"
DARK: Final = (
    "@media (prefers-color-scheme: dark) { svg:root { color: #e6e6e6; color-scheme: dark } "
    "svg:root .value { fill: #6fcf8f } svg:root .slope { fill: #ff8f80 } }"
)
"""Only where the picture is a page of its own: inside another, it takes that one's colours."""

THIN, THICK = 0.025, 0.06
HEAD: Final = PlanePoint(0.2, 0.07)
BASE: Final = 0.34
"""How far under the middle of letters their line is, in parts of their size."""

LEVELS: Final = (0.0, -0.36, 0.22)
"""How far scripts are moved: not, up, down."""


def svg(diagram: Diagram, symbols: Symbols, title: str = "", named: Sequence[str] = (), *, alone: bool = True) -> str:
    """Draw a network; its accessible name is the title, or what flows into what.

    With its arrows ``named``, each can be reached by the keyboard and pressed as a button. One that is not ``alone``
    stands in a page and takes its colours.

    >>> svg(Diagram((DiagramNode("x1", "input", 0),), (), (1,)), {}).count("<circle")
    1
    """
    at = placed_diagram(diagram, symbols)
    below = captions(diagram, symbols, at.extent.x)
    width, height = at.extent.x, at.extent.y + below.height
    inside = [*_edges(diagram, at, symbols), *_nodes(diagram, at), *_captions(below, at.extent.y)]
    mask = f"halo-{hashlib.sha256(''.join(inside).encode()).hexdigest()[:8]}"
    lines = (f'<g mask="url(#{mask})">', *_lines(diagram, at, named), "</g>")
    body = "\n".join([*_frames(diagram, at), *_halo(mask, at), *lines, *inside])
    dark = f"<style>{DARK}</style>\n" if alone else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="{"group" if named else "img"}" '
        f'width="{_px(width)}" height="{_px(height)}" '
        f'viewBox="0 0 {_px(width)} {_px(height)}" color="currentColor" fill="currentColor" '
        f'text-anchor="middle" font-family="{FONT}" font-size="{_px(NAME)}">\n'
        f"<title>{escaped(title or _flowing(diagram))}</title>\n{dark}{body}\n</svg>\n"
    )


def _px(cm: float) -> str:
    return f"{PER_CM * cm:.1f}".removesuffix(".0")


def _flowing(diagram: Diagram) -> str:
    """Name the picture by what stands in its layers."""
    layers: dict[int, list[str]] = {}
    for node in diagram.nodes:
        if node.kind not in {"bias", "dots"}:
            layers.setdefault(node.layer, []).append(node.name)
    return " → ".join(", ".join(names) for _, names in sorted(layers.items()))


def _halo(mask: str, at: Drawn) -> Iterator[str]:
    """Leave the arrows out where a label stands, on whatever background."""
    whole = f'x="0" y="0" width="{_px(at.extent.x)}" height="{_px(at.extent.y)}"'
    yield f'<mask id="{mask}" maskUnits="userSpaceOnUse" {whole}><rect {whole} fill="#fff"/>'
    for label in at.labels:
        if label is not None:
            yield f'<rect {_rectangle(label.area)} fill="#000"/>'
    yield "</mask>"


def _rectangle(area: Area) -> str:
    wide, high = _px(2 * area.across), _px(2 * area.down)
    return f'x="{_px(area.left)}" y="{_px(area.top)}" width="{wide}" height="{high}"'


def _lines(diagram: Diagram, at: Drawn, named: Sequence[str]) -> Iterator[str]:
    """Draw the arrows; those of a path in its colour and dash, one beside another where several share an arrow."""
    on_track = {edge for track in diagram.tracks for edge in track}
    faint = FAINT if diagram.tracks else 0.75
    for place, line in enumerate(at.lines):
        if place not in on_track:
            arrow = _arrow(line, "", THIN)
            button, hit = "", ""
            if named:
                button = f' role="button" tabindex="0" aria-label="{escaped(named[place])}"'
                hit = f'<polyline class="hit" points="{_points(line)}"/>'
            yield f'<g class="edge" data-edge="{place}" opacity="{faint}"{button}>{hit}{arrow}</g>'
    for number, track in enumerate(diagram.tracks):
        stroke = diagram.strokes[number % len(diagram.strokes)]
        dash = f' stroke-dasharray="{" ".join(_px(one / 100) for one in stroke.dash)}"' if stroke.dash else ""
        factors = " ".join(factor_name(use) for use in diagram.captions[number])
        yield f'<g class="path" data-path="{number + 1}" data-factors="{escaped(factors)}" color="#{stroke.colour}">'
        for edge in track:
            sharing = [other for other, edges in enumerate(diagram.tracks) if edge in edges]
            aside = 0.075 * (sharing.index(number) - (len(sharing) - 1) / 2)
            arrow = _arrow(line_beside(at.lines[edge], aside), dash, THICK)
            yield f'<g data-edge="{edge}" data-factors="{escaped(diagram.carried(number, edge))}">{arrow}</g>'
        yield "</g>"


def _arrow(line: Line, dash: str, wide: float) -> str:
    """Draw a broken line with a head at its end."""
    *_, before, end = line
    far = math.dist(before, end) or 1.0
    x, y = (end.x - before.x) / far, (end.y - before.y) / far
    size = PlanePoint(HEAD.x + wide, HEAD.y + wide)
    neck = PlanePoint(end.x - size.x * x, end.y - size.x * y)
    sides = (
        PlanePoint(neck.x - size.y * y, neck.y + size.y * x),
        end,
        PlanePoint(neck.x + size.y * y, neck.y - size.y * x),
    )
    stroke = f'stroke="currentColor" stroke-width="{PER_CM * wide:.2f}" fill="none"{dash}'
    points = (*line[:-1], neck)
    drawn_line = (
        f'<line x1="{_px(points[0].x)}" y1="{_px(points[0].y)}" x2="{_px(neck.x)}" y2="{_px(neck.y)}" {stroke}/>'
        if len(points) == 2  # noqa: PLR2004 - a straight line
        else f'<polyline points="{_points(points)}" stroke-linejoin="round" {stroke}/>'
    )
    return f'{drawn_line}<polygon points="{_points(sides)}" fill="currentColor"/>'


def _points(points: Sequence[PlanePoint]) -> str:
    return " ".join(f"{_px(point.x)},{_px(point.y)}" for point in points)


def _edges(diagram: Diagram, at: Drawn, symbols: Symbols) -> Iterator[str]:
    """Write the labels of the arrows."""
    _, labels = letterings(diagram, symbols)
    for place, label in enumerate(at.labels):
        if label is not None:
            centre = label.area.centre
            around = f'<g class="label" data-edge="{place}" transform="translate({_px(centre.x)} {_px(centre.y)})">'
            yield f"{around}{_text(PlanePoint(0, 0), labels[place], LABEL)}</g>"


def _text(at: PlanePoint, runs: tuple[Run, ...], size: float, more: str = "") -> str:
    """Write letters around a place: italic or upright, scripts small, moved up or down."""
    parts, level = [], 0
    for run in runs:
        moved = LEVELS[run.level] - LEVELS[level]
        shift = f' dy="{_px(moved * size)}"' if moved else ""
        shift += f' dx="{_px(-run.back * size)}"' if run.back else ""
        small = f' font-size="{_px(SCRIPT * size)}"' if run.level else ""
        italic = ' font-style="italic"' if run.italic else ""
        level = run.level
        inside = escaped(run.text)
        parts.append(f"<tspan{shift}{small}{italic}>{inside}</tspan>" if shift or small or italic else inside)
    place = f'x="{_px(at.x)}" y="{_px(at.y + BASE * size)}"'
    return f'<text {place} font-size="{_px(size)}"{more}>{"".join(parts)}</text>'


def _nodes(diagram: Diagram, at: Drawn) -> Iterator[str]:
    faded = diagram.faded
    for place, (node, area, size, letters) in enumerate(zip(diagram.nodes, at.areas, at.sizes, at.names, strict=True)):
        faint = ' opacity="0.55"' if place in faded else ""
        yield f'<g class="node" data-name="{escaped(node.name)}"{faint}>'
        yield from _sheets(node, area, size, letters) if node.kind == "sheets" else _unit(node, area, letters)
        if letters.below:
            under = PlanePoint(area.centre.x, area.bottom + size.below - 0.14)
            yield _text(under, letters.below, NUMBER, ' class="slope" fill="#b3261e"')
        yield "</g>"


def _unit(node: DiagramNode, area: Area, letters: Lettering) -> Iterator[str]:
    if node.kind != "dots":
        colour, amount = FILLS.get(node.kind, ("808080", 0.03))
        dash = ' stroke-dasharray="4 3"' if node.kind in DASHED else ""
        style = f'fill="#{colour}" fill-opacity="{amount}" stroke="currentColor" stroke-width="1.2"{dash}'
        if math.isclose(area.across, area.down):
            yield f'<circle cx="{_px(area.centre.x)}" cy="{_px(area.centre.y)}" r="{_px(area.down)}" {style}/>'
        else:
            yield f'<rect {_rectangle(area)} rx="{_px(area.down)}" {style}/>'
    up = 0.13 if letters.value else 0.0
    yield _text(PlanePoint(area.centre.x, area.centre.y - up), letters.name, NAME)
    if letters.value:
        value = PlanePoint(area.centre.x, area.centre.y + 0.25)
        yield _text(value, letters.value, NUMBER, ' class="value" fill="#15702f"')


def _sheets(node: DiagramNode, area: Area, size: Size, letters: Lettering) -> Iterator[str]:
    """Draw sheets behind one another, with their pixels where they are known."""
    rows, columns = node.shape[-2:]
    for place, (x, y) in enumerate(size.sheets):
        sheet = Area(PlanePoint(area.centre.x + x, area.centre.y + y), columns * size.pixel / 2, rows * size.pixel / 2)
        yield f'<rect class="sheet" {_rectangle(sheet)} fill="Canvas" stroke="currentColor"/>'
        if place < len(node.pixels):
            yield from _pixels(node, place, sheet, size.pixel)
    text = (*letters.name, Run("  "), *letters.value)
    yield _text(PlanePoint(area.centre.x, area.bottom + 0.24), text, LABEL * 0.86)


def _pixels(node: DiagramNode, place: int, sheet: Area, side: float) -> Iterator[str]:
    """Shade the pixels of a sheet, the darker the greater."""
    cells = [cell for rows in node.pixels for row in rows for cell in row]
    least, most = min(cells), max(cells)
    yield f'<g class="pixels" data-sheet="{place}">'
    for i, row in enumerate(node.pixels[place]):
        for j, cell in enumerate(row):
            shade = 0.06 + 0.84 * (cell - least) / (most - least or 1.0)
            where = f'x="{_px(sheet.left + j * side)}" y="{_px(sheet.top + i * side)}"'
            box = f'width="{_px(side)}" height="{_px(side)}" fill-opacity="{shade:.2f}"'
            yield f'<rect {where} {box} data-cell="{i} {j}"><title>{cell:g}</title></rect>'
    yield "</g>"


def _frames(diagram: Diagram, at: Drawn) -> Iterator[str]:
    """Draw the boxes of players; one that is at rest is grey."""
    for frame, area in zip(diagram.frames, at.frames, strict=True):
        fill = ("#808080", 0.28) if frame.rests else ("#3B82C4", 0.06)
        state = "rests" if frame.rests else "acts"
        yield f'<g class="frame {state}" data-name="{escaped(frame.name)}">'
        inside = f'rx="8" fill="{fill[0]}" fill-opacity="{fill[1]}" stroke="currentColor" stroke-opacity="0.5"'
        yield f"<rect {_rectangle(area)} {inside}/>"
        yield f"{_text(PlanePoint(area.centre.x, area.top + 0.26), words(frame.name), NAME)}</g>"


def _captions(below: Caption, top: float) -> Iterator[str]:
    """Write under the picture what the paths multiply, each in its colour."""
    for line in below.lines:
        colour = f' fill="#{TRACKS[line.track].colour}"' if line.track is not None else ""
        yield _text(PlanePoint(line.at.x, top + line.at.y), line.runs, LABEL, f' class="product"{colour}')
