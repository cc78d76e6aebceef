"""What a page that computes by itself knows: quantities, factors, where they are drawn, the order of the errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from symnn.derivation.sweep import Derivation
from symnn.expressions.terms import product
from symnn.expressions.tree import Name
from symnn.handouts.interactive.numbered import NumberedStep
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.pictures.palette import TRACKS
from symnn.networks.expansion import entry_names
from symnn.networks.graph import Graph
from symnn.networks.network import Network
from symnn.notation.layout import laid_out
from symnn.notation.mathml import mathml
from symnn.notation.symbols import Symbols
from symnn.notation.tex import latex
from symnn.numeric.javascript import PageScript

__all__ = ["RATE", "page_data"]

RATE: Final = 0.5
MOST_FORMULAS: Final = 400
"""With more factors than this their formulas are left to the lines: the page stays small."""


def page_data(  # noqa: PLR0913, PLR0917 - what a page shows is all of these
    network: Network,
    graph: Graph,
    sides: Sequence[Derivation],
    code: PageScript,
    lines: Sequence[NumberedStep],
    drawn: Diagram,
    start: Mapping[str, float],
    symbols: Symbols,
) -> dict[str, Any]:
    """Give the data as dictionaries and lists; quantities and factors are numbered, tensors taken entry by entry."""
    names = (*code.given, *code.values)
    number = {name: place for place, name in enumerate(names)}
    losses = {player.loss: player.name for player in network.players}
    return {
        "names": names,
        "given": len(code.given),
        "start": [start.get(name, RATE) for name in code.given],
        "entries": {q.name: [number[one] for one in entry_names(q.name, q.shape)] for q in graph.quantities.values()},
        "shapes": dict(graph.shapes),
        "roles": {q.name: q.role for q in graph.quantities.values()},
        "factors": [[number[use.of], number[use.wrt]] for use in code.factors],
        "formulas": _formulas(code, symbols),
        "sides": [
            {
                "player": losses.get(side.of, ""),
                "of": number[side.of],
                "wrt": [number[name] for name in side.wrt],
                "order": [number[name] for name in side.downward],
                "errors": [number[name] for name in errors],
            }
            for side, errors in zip(sides, code.errors, strict=True)
        ],
        "steps": [
            {"id": step.number, "kind": step.kind, "name": step.name, "side": step.side, "latex": _latex(step, symbols)}
            for step in lines
        ],
        "uses": [[one.left, used] for one in graph.equations for used in one.uses],
        "math": {q: mathml(laid_out(Name(q), symbols)) for q in graph.quantities},
        "nodes": [{"name": node.name, "holds": _held(node.name, node.holds, graph)} for node in drawn.nodes],
        "edges": [
            {"from": edge.source, "to": edge.target, "uses": edge.carries, "weights": _weights(edge.carries, graph)}
            for edge in drawn.edges
        ],
        "tracks": [{"colour": f"#{one.colour}", "dash": [0.45 * length for length in one.dash]} for one in TRACKS],
        "rate": RATE,
    }


def _held(name: str, holds: Sequence[str], graph: Graph) -> list[str]:
    """Name the quantities of a node, those that its pixels show first."""
    return [one for one in (name, *holds) if one in graph.quantities]


def _weights(uses: Sequence[tuple[str, str]], graph: Graph) -> list[str]:
    return list(dict.fromkeys(wrt for _, wrt in uses if wrt in graph.parameters))


def _formulas(code: PageScript, symbols: Symbols) -> list[str]:
    few = code.factors if len(code.factors) <= MOST_FORMULAS else ()
    return [mathml(laid_out(product(use.parts), symbols)) for use in few]


def _latex(step: NumberedStep, symbols: Symbols) -> str:
    return f"{latex(step.left, symbols)} = {latex(step.right, symbols)}" if step.kind != "U" else ""
