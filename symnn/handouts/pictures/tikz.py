"""The picture of a network as a TikZ picture, to be put into a LaTeX document."""

from __future__ import annotations

from symnn.expressions.tree import Name
from symnn.handouts.pictures.diagram import Diagram, Edge, Node
from symnn.handouts.pictures.geometry import Point, drawn
from symnn.notation.latex import latex
from symnn.notation.symbols import Symbols

__all__ = ["tikz"]

UNITS_PER_CM = 45.0
WIDEST = 15.0
"""Pictures wider than this (in cm) are drawn closer together."""

STYLES: tuple[str, ...] = (
    "unit/.style={circle, draw, minimum size=9mm, inner sep=0pt}",
    "input/.style={unit, fill=blue!6}",
    "target/.style={unit, fill=orange!10, dashed}",
    "result/.style={unit, fill=red!6}",
    "bias/.style={unit, fill=gray!10, dashed}",
    "dots/.style={inner sep=0pt}",
    "weight/.style={sloped, above, inner sep=1pt, font=\\footnotesize}",
    ">=stealth",
)


def tikz(diagram: Diagram, symbols: Symbols) -> str:
    r"""Draw a network; the document needs ``\usepackage{tikz}``."""
    options = ",\n  ".join(STYLES)
    placed = drawn(diagram)
    scale = max(UNITS_PER_CM, placed.extent.x / WIDEST)
    centres = [Point(at.x / scale, -at.y / UNITS_PER_CM) for at in placed.centres]
    numbered = enumerate(zip(diagram.nodes, centres, strict=True))
    nodes = "\n".join(f"  {_node(place, node, at, symbols)}" for place, (node, at) in numbered)
    edges = "\n".join(f"  {_edge(*pair, symbols)}" for pair in zip(diagram.edges, placed.parts, strict=True))
    return f"\\begin{{tikzpicture}}[{options}]\n{nodes}\n{edges}\n\\end{{tikzpicture}}\n"


def _node(place: int, node: Node, at: Point, symbols: Symbols) -> str:
    inside = {"dots": r"\vdots", "bias": "+1"}.get(node.kind) or latex(Name(node.name), symbols)
    return rf"\node[{node.kind}] (n{place}) at ({at.x:.2f}, {at.y:.2f}) {{${inside}$}};"


def _edge(edge: Edge, part: float, symbols: Symbols) -> str:
    if not edge.labels:
        return rf"\draw[->] (n{edge.source}) -- (n{edge.target});"
    label = ", ".join(latex(label, symbols) for label in edge.labels)
    return rf"\draw[->] (n{edge.source}) -- node[weight, pos={part}] {{${label}$}} (n{edge.target});"
