"""The picture of a network as a TikZ picture, to be put into a LaTeX document."""

from __future__ import annotations

from collections.abc import Mapping

from symnn.rendering.diagram import Diagram, Edge, Node
from symnn.rendering.geometry import centre, label_part
from symnn.rendering.latex_math import piece

__all__ = ["tikz"]

POINTS_PER_CM = 42.0
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


def tikz(diagram: Diagram, symbols: Mapping[str, str]) -> str:
    r"""Draw a network; the document needs ``\usepackage{tikz}``."""
    options = ",\n  ".join(STYLES)
    nodes = "\n".join(f"  {_node(diagram, place, node, symbols)}" for place, node in enumerate(diagram.nodes))
    edges = "\n".join(f"  {_edge(diagram, edge, symbols)}" for edge in diagram.edges)
    return f"\\begin{{tikzpicture}}[{options}]\n{nodes}\n{edges}\n\\end{{tikzpicture}}\n"


def _node(diagram: Diagram, place: int, node: Node, symbols: Mapping[str, str]) -> str:
    at = centre(diagram, place)
    inside = {"dots": r"\vdots", "bias": "+1"}.get(node.kind) or symbols[node.name]
    return rf"\node[{node.kind}] (n{place}) at ({at.x / POINTS_PER_CM:.2f}, {-at.y / POINTS_PER_CM:.2f}) {{${inside}$}};"


def _edge(diagram: Diagram, edge: Edge, symbols: Mapping[str, str]) -> str:
    if edge.label is None:
        return rf"\draw[->] (n{edge.source}) -- (n{edge.target});"
    part = label_part(diagram, edge)
    label = piece(edge.label, symbols)
    return rf"\draw[->] (n{edge.source}) -- node[weight, pos={part}] {{${label}$}} (n{edge.target});"
