"""The local derivatives in one table: for each edge its name, its formula and its value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symnn.derivation.sweep import Derivation
from symnn.expressions.terms import product
from symnn.expressions.tree import Derivative, Name
from symnn.handouts.digits import number_from_digits
from symnn.handouts.document import Block, Cell, Heading, Prose, Table
from symnn.handouts.equations import functions
from symnn.notation.items import Piece

if TYPE_CHECKING:
    from symnn.handouts.shown_numbers import Numbers
    from symnn.networks.graph import Graph

__all__ = ["local_derivatives"]

MOST_EDGES = 40
"""More edges than this are not listed."""


def local_derivatives(derivation: Derivation, whole: Graph, numbers: Numbers | None = None) -> Iterator[Block]:
    """Prove the derivatives of the functions once, then list those of all equations on the way.

    ``whole`` is the network as the page names it: its names are no letter for an argument.
    """
    yield Heading("head-local")
    yield from functions(whole, proved=True)
    leads = derivation.graph.leading(derivation.wrt)
    wanted = [name for name in (*derivation.downward, *derivation.wrt) if name in leads or name in derivation.wrt]
    edges = [use for name in dict.fromkeys(wanted) for use in derivation.uses.get(name, ())]
    head = [Prose("column-derivative"), Prose("column-formula"), *([Prose("column-value")] if numbers else [])]
    rows: list[tuple[Cell, ...]] = []
    for edge in edges[:MOST_EDGES]:
        tree = product(edge.parts)
        value = numbers.value(tree) if numbers else None
        row: tuple[Cell, ...] = (Piece(Derivative(Name(edge.of), Name(edge.wrt))), Piece(tree))
        rows.append((*row, Piece(number_from_digits(value.digits)) if value else "") if numbers else row)
    if rows:
        yield Prose("local-explained")
        yield Table(tuple(head), tuple(rows))
    if len(edges) > MOST_EDGES:
        yield Prose("lines-left-out", {"count": len(edges) - MOST_EDGES})
