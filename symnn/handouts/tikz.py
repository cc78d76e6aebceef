"""The picture of a network as a TikZ picture, to be put into a LaTeX document."""

from __future__ import annotations

from symnn.expressions.tree import Name
from symnn.handouts.diagram import Diagram, Edge, Node
from symnn.handouts.geometry import centre, label_parts, size
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
    nodes = "\n".join(f"  {_node(diagram, place, node, symbols)}" for place, node in enumerate(diagram.nodes))
    parts = label_parts(diagram)
    edges = "\n".join(f"  {_edge(edge, part, symbols)}" for edge, part in zip(diagram.edges, parts, strict=True))
    return f"\\begin{{tikzpicture}}[{options}]\n{nodes}\n{edges}\n\\end{{tikzpicture}}\n"


def _node(diagram: Diagram, place: int, node: Node, symbols: Symbols) -> str:
    at, scale = centre(diagram, place), max(UNITS_PER_CM, size(diagram).x / WIDEST)
    inside = {"dots": r"\vdots", "bias": "+1"}.get(node.kind) or latex(Name(node.name), symbols)
    return rf"\node[{node.kind}] (n{place}) at ({at.x / scale:.2f}, {-at.y / UNITS_PER_CM:.2f}) {{${inside}$}};"


def _edge(edge: Edge, part: float, symbols: Symbols) -> str:
    if not edge.labels:
        return rf"\draw[->] (n{edge.source}) -- (n{edge.target});"
    label = ", ".join(latex(label, symbols) for label in edge.labels)
    return rf"\draw[->] (n{edge.source}) -- node[weight, pos={part}] {{${label}$}} (n{edge.target});"
