"""The picture of a network as a TikZ picture, to be put into a LaTeX document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from symnn.expressions.tree import Name
from symnn.handouts.pictures.captions import captions
from symnn.handouts.pictures.diagram import Diagram, DiagramNode
from symnn.handouts.pictures.flows import Use
from symnn.handouts.pictures.geometry import Drawn, placed_diagram
from symnn.handouts.pictures.measures import NAMED, Size
from symnn.handouts.pictures.palette import DASHED, FAINT, FILLS, TRACKS
from symnn.handouts.pictures.plane import Area, Line, PlanePoint, line_beside
from symnn.notation.symbols import Symbols
from symnn.notation.tex import latex

__all__ = ["WIDEST", "tikz"]

WIDEST: Final = 12.0
"""Pictures wider than this (in cm) are made smaller: it fits the text of an article and a slide of beamer."""

HIGHEST: Final = 17.0

ROUND: Final = 4.4
"""The corners of a unit in millimetres; they do not shrink with a picture by themselves."""

STYLES: tuple[str, ...] = (
    "x=1cm, y=-1cm",
    *(
        f"{kind}/.style={{unit, fill=pictured{kind}!{100 * amount:.0f}{', dashed' if kind in DASHED else ''}}}"
        for kind, (_, amount) in FILLS.items()
    ),
    "dots/.style={inner sep=0pt}",
    "sheet/.style={draw, fill=white}",
    "weight/.style={fill=white, inner sep=0.5pt, font=\\footnotesize}",
    "number/.style={inner sep=0pt, font=\\fontsize{6.5}{7}\\selectfont}",
    ">=stealth",
)
COLOURS: Final = (
    *((f"pictured{kind}", colour) for kind, (colour, _) in FILLS.items()),
    *((f"path{place}", stroke.colour) for place, stroke in enumerate(TRACKS, 1)),
)


def tikz(diagram: Diagram, symbols: Symbols, widest: float = WIDEST, *, stepwise: bool = False) -> str:
    r"""Draw a network no wider than so many centimetres; the document needs ``\usepackage{tikz}``.

    ``stepwise``, on a slide of beamer, the arrows of paths appear one after the other, from the result backwards.
    """
    at = placed_diagram(diagram, symbols)
    scale = min(1.0, widest / at.extent.x, HIGHEST / at.extent.y)
    smaller = (f"scale={scale:.3f}", "transform shape") if scale < 1 else ()
    unit = f"draw, rounded corners={ROUND * scale:.2f}mm, minimum height=8.88mm, inner sep=0pt, fill=black!2"
    options = ",\n  ".join((f"unit/.style={{{unit}}}", *STYLES, *smaller))
    used = [pair for pair in COLOURS if diagram.tracks or pair[0].startswith("pictured")]
    colours = "\n".join(rf"\definecolor{{{name}}}{{HTML}}{{{colour}}}" for name, colour in used)
    parts = (*_frames(diagram, at, symbols), *_arrows(diagram, at, stepwise=stepwise), *_nodes(diagram, at, symbols))
    body = "\n".join(f"  {part}" for part in (*parts, *_labels(diagram, at, symbols), *_captions(diagram, at, symbols)))
    return f"\\begin{{tikzpicture}}[{options}]\n{colours}\n{body}\n\\end{{tikzpicture}}\n"


def _at(point: PlanePoint) -> str:
    return f"({point.x:.2f},{point.y:.2f})"


def _arrows(diagram: Diagram, at: Drawn, *, stepwise: bool) -> Iterator[str]:
    on_track = {edge for track in diagram.tracks for edge in track}
    faded = f"[->, opacity={FAINT}]" if diagram.tracks else "[->]"
    for place, line in enumerate(at.lines):
        if place not in on_track:
            yield rf"\draw{faded} {_joined(line)};"
        elif stepwise and (first := min(_step(track, place) for track in diagram.tracks if place in track)) > 1:
            yield rf"\draw<-{first - 1}>{faded} {_joined(line)};"
    for number, track in enumerate(diagram.tracks):
        dash = _dash(TRACKS[number % len(TRACKS)].dash)
        yield rf"\begin{{scope}}[path{number % len(TRACKS) + 1}, line width=1.3pt{dash}] % path {number + 1}"
        for edge in track:
            sharing = [other for other, edges in enumerate(diagram.tracks) if edge in edges]
            aside = 0.075 * (sharing.index(number) - (len(sharing) - 1) / 2)
            moved = _joined(line_beside(at.lines[edge], aside))
            shown = f"<{_step(track, edge)}->" if stepwise else ""
            yield rf"  \draw{shown}[->] {moved}; % {diagram.carried(number, edge)}"
        yield r"\end{scope}"


def _step(track: tuple[int, ...], edge: int) -> int:
    """Count the arrows of a path from the result back to this one."""
    return len(track) - track.index(edge)


def _dash(lengths: tuple[int, ...]) -> str:
    if not lengths:
        return ""
    words = ("on", "off")
    return ", dash pattern=" + " ".join(f"{words[i % 2]} {one / 10:g}mm" for i, one in enumerate(lengths))


def _joined(line: Line) -> str:
    return " -- ".join(map(_at, line))


def _nodes(diagram: Diagram, at: Drawn, symbols: Symbols) -> Iterator[str]:
    faded = diagram.faded
    for place, (node, area, size) in enumerate(zip(diagram.nodes, at.areas, at.sizes, strict=True)):
        yield from _faint(
            _sheets(node, area, size, symbols) if node.kind == "sheets" else _unit(node, area, symbols),
            faded=place in faded,
        )
        if node.slope:
            under = PlanePoint(area.centre.x, area.bottom + size.below - 0.14)
            yield rf"\node[number, text=red!70!black] at {_at(under)} {{${node.slope}$}};"


def _faint(parts: Iterator[str], *, faded: bool) -> Iterator[str]:
    if not faded:
        yield from parts
        return
    yield r"\begin{scope}[opacity=0.55]"
    yield from (f"  {part}" for part in parts)
    yield r"\end{scope}"


def _unit(node: DiagramNode, area: Area, symbols: Symbols) -> Iterator[str]:
    if node.kind == "dots":
        yield rf"\node[dots] at {_at(area.centre)} {{$\vdots$}};"
        return
    name = "+1" if node.kind == "bias" else latex(Name(node.name), symbols)
    kind = f"{node.kind}, minimum width={20 * area.across:.2f}mm"
    if not node.value:
        yield rf"\node[{kind}] at {_at(area.centre)} {{${name}$}};"
        return
    yield rf"\node[{kind}] at {_at(area.centre)} {{}};"
    yield rf"\node[inner sep=0pt] at {_at(PlanePoint(area.centre.x, area.centre.y - 0.13))} {{${name}$}};"
    value = PlanePoint(area.centre.x, area.centre.y + 0.25)
    yield rf"\node[number, text=green!45!black] at {_at(value)} {{${node.value}$}};"


def _sheets(node: DiagramNode, area: Area, size: Size, symbols: Symbols) -> Iterator[str]:
    """Draw sheets behind one another, with their pixels where they are known."""
    rows, columns = node.shape[-2:]
    cells = [cell for sheet in node.pixels for row in sheet for cell in row]
    for place, (x, y) in enumerate(size.sheets):
        left = area.centre.x + x - columns * size.pixel / 2
        top = area.centre.y + y - rows * size.pixel / 2
        corner = PlanePoint(left + columns * size.pixel, top + rows * size.pixel)
        yield rf"\draw[sheet] {_at(PlanePoint(left, top))} rectangle {_at(corner)};"
        for i, row in enumerate(node.pixels[place] if place < len(node.pixels) else ()):
            for j, cell in enumerate(row):
                shade = 6 + 84 * (cell - min(cells)) / (max(cells) - min(cells) or 1.0)
                start = PlanePoint(left + j * size.pixel, top + i * size.pixel)
                end = PlanePoint(start.x + size.pixel, start.y + size.pixel)
                yield rf"\fill[black!{shade:.0f}] ({start.x:.3f},{start.y:.3f}) rectangle ({end.x:.3f},{end.y:.3f});"
    *sheets, _, _ = node.shape
    shape = rf"{sheets[0] if sheets else 1}\mathord{{@}}{rows}\times{columns}"
    under = PlanePoint(area.centre.x, area.bottom + 0.24)
    yield rf"\node[weight, fill=none] at {_at(under)} {{${latex(Name(node.name), symbols)}\;\; {shape}$}};"


def _labels(diagram: Diagram, at: Drawn, symbols: Symbols) -> Iterator[str]:
    for edge, label in zip(diagram.edges, at.labels, strict=True):
        if label is not None:
            several = edge.labels if len(edge.labels) <= NAMED else (edge.labels[0], edge.labels[-1])
            between = ", " if len(edge.labels) <= NAMED else r", \dots, "
            inside = between.join(latex(one, symbols) for one in several)
            yield rf"\node[weight] at {_at(label.area.centre)} {{${inside}$}};"


def _frames(diagram: Diagram, at: Drawn, symbols: Symbols) -> Iterator[str]:
    for frame, area in zip(diagram.frames, at.frames, strict=True):
        fill = "black!14" if frame.rests else "blue!4"
        corner, other = PlanePoint(area.left, area.top), PlanePoint(area.right, area.bottom)
        yield rf"\draw[rounded corners=1.5mm, draw=black!50, fill={fill}] {_at(corner)} rectangle {_at(other)};"
        yield rf"\node at {_at(PlanePoint(area.centre.x, area.top + 0.26))} {{${latex(Name(frame.name), symbols)}$}};"


def _captions(diagram: Diagram, at: Drawn, symbols: Symbols) -> Iterator[str]:
    """Write under the picture what the paths multiply, each in its colour."""

    def named(use: Use) -> str:
        return rf"\partial {latex(Name(use[0]), symbols)}/\partial {latex(Name(use[1]), symbols)}"

    for line in captions(diagram, symbols, at.extent.x).lines:
        colour = f", text=path{line.track + 1}" if line.track is not None else ""
        place = PlanePoint(line.at.x, at.extent.y + line.at.y)
        lead = r"\cdot " if line.continued else ""
        factors = (
            r" \cdot ".join(map(named, line.uses)) if line.uses else rf"\dots + {diagram.count - len(diagram.captions)}"
        )
        yield rf"\node[inner sep=0pt, font=\footnotesize{colour}] at {_at(place)} {{${lead}{factors}$}};"
