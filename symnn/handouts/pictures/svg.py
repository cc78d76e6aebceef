"""The picture of a network as SVG, without script or outside reference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from symnn.expressions.tree import Name, Tree
from symnn.expressions.writing import plain
from symnn.handouts.pictures.diagram import Diagram, Edge, Node
from symnn.handouts.pictures.geometry import RADIUS, Arrow, Drawn, Point, drawn
from symnn.notation.boxes import LOW, Box, Fence, Gap, Letter, Numeral, Operator, Script, Sign, Word, height, parted
from symnn.notation.layout import laid_out
from symnn.notation.mathml import escaped
from symnn.notation.symbols import Symbols

__all__ = ["svg"]

FONT = "Cambria Math, STIX Two Math, Latin Modern Math, Times New Roman, serif"
SMALL = 0.7
"""The size of a sub- or superscript."""

LINE, BELOW, ABOVE = 0, 4, -6
"""How far down scripts are moved."""


def svg(diagram: Diagram, symbols: Symbols) -> str:
    """Draw a network.

    >>> svg(Diagram((Node("x1", "input", 0, 0),), (), (1,)), {}).count("<circle")
    1
    """
    placed = drawn(diagram)
    extent = placed.extent
    body = "\n".join((*_edges(diagram, placed, symbols), *_nodes(diagram, placed, symbols)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{extent.x:g}" height="{extent.y:g}" '
        f'viewBox="0 0 {extent.x:g} {extent.y:g}" font-family="{FONT}" font-size="16">\n'
        '<defs><marker id="head" markerWidth="8" markerHeight="6" refX="8" refY="3" orient="auto">'
        '<path d="M0 0 L8 3 L0 6 z" fill="#555"/></marker></defs>\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _edges(diagram: Diagram, placed: Drawn, symbols: Symbols) -> Iterator[str]:
    for edge, arrow, part in zip(diagram.edges, placed.arrows, placed.parts, strict=True):
        yield _edge(edge, arrow, part, symbols)


def _edge(edge: Edge, at: Arrow, part: float, symbols: Symbols) -> str:
    line = (
        f'<line x1="{at.start.x:.1f}" y1="{at.start.y:.1f}" x2="{at.end.x:.1f}" y2="{at.end.y:.1f}" '
        'stroke="#555" marker-end="url(#head)"/>'
    )
    if not edge.labels:
        return line
    label = ", ".join(_label(label, symbols) for label in edge.labels)
    on = at.at(part)
    around = f'transform="translate({on.x:.1f} {on.y:.1f}) rotate({at.turn:.1f})"'
    return f'{line}\n<g {around}><text text-anchor="middle" y="-5" font-size="14">{label}</text></g>'


def _nodes(diagram: Diagram, placed: Drawn, symbols: Symbols) -> Iterator[str]:
    for node, at in zip(diagram.nodes, placed.centres, strict=True):
        if node.kind == "dots":
            yield _words(at, "⋮")
        else:
            yield _circle(at, node)
            yield _words(at, _set(laid_out(Name(node.name), symbols)))


def _circle(at: Point, node: Node) -> str:
    fill = {"input": "#eef4fb", "target": "#fdf3e7", "result": "#fbeeee", "bias": "#f4f4f4"}.get(node.kind, "#fff")
    dashed = ' stroke-dasharray="4 3"' if node.kind in ("target", "bias") else ""
    return f'<circle cx="{at.x:.1f}" cy="{at.y:.1f}" r="{RADIUS:g}" fill="{fill}" stroke="#333"{dashed}/>'


def _words(at: Point, inside: str) -> str:
    return f'<text x="{at.x:.1f}" y="{at.y + 5:.1f}" text-anchor="middle">{inside}</text>'


def _label(tree: Tree, symbols: Symbols) -> str:
    """Write a label as it is laid out; what is taller than a line, as it would be typed."""
    box = laid_out(tree, symbols)
    return _set(box) if height(box) == LOW else escaped(plain(tree))


def _set(box: Box) -> str:
    """Write letters in italics, sub- and superscripts upright, small, moved down and up."""
    parts: list[str] = []
    place = LINE
    for wanted, group in groupby(_runs(box, LINE), lambda run: run[0]):
        signs = "".join(sign for _, sign in group)
        italic = ' font-style="italic"' if wanted == LINE and any(map(str.isalpha, signs)) else ""
        small = "" if wanted == LINE else f' font-size="{SMALL:.0%}"'
        moved = f' dy="{wanted - place}"' if wanted != place else ""
        parts.append(f"<tspan{moved}{small}{italic}>{escaped(signs)}</tspan>")
        place = wanted
    return "".join(parts)


def _runs(box: Box, at: int) -> Iterator[tuple[int, str]]:
    """Give the signs of a line, each with how high it stands; what stands on a script stays at its height."""
    match box:
        case Script(base, below, above, primes):
            yield from _runs(base, at)
            yield from ((at or ABOVE, "′"),) * primes
            for part, moved in ((above, ABOVE), (below, BELOW)):
                yield from () if part is None else _runs(part, at or moved)
        case Fence(inside, left, right):
            yield from ((at, left), *_runs(inside, at), (at, right))
        case Letter(text) | Numeral(text) | Word(text) | Operator(text):
            yield at, text
        case Sign(sign, tight):
            shown = "−" if sign == "-" else sign
            yield at, shown if tight else f" {shown} "
        case Gap():
            yield at, "\u2009"
        case _:
            for part in parted(box):
                yield from _runs(part, at)
