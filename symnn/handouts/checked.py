"""The check of a derivation: SymPy's verdict, and at a point each number beside its difference quotient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from symnn.expressions.tree import Derivative, Name, Number
from symnn.handouts.digits import number_from_digits, shown
from symnn.handouts.document import Block, Cell, Heading, Prose, Table
from symnn.networks.graph import Graph
from symnn.notation.items import Piece

if TYPE_CHECKING:
    from symnn.derivation.by_sympy import Check

__all__ = ["checked_blocks", "differences"]

STEP: Final = 1e-5
"""How far a number is moved to both sides, as a part of its size or of 1."""

MOST_ROWS: Final = 16
"""More parameters than this are not listed; all of them are compared."""

MOST_WORK: Final = 200_000
"""So many parameters times equations are worth two forward passes each."""


def checked_blocks(check: Check, table: Sequence[Block] = ()) -> Iterator[Block]:
    """Say whether SymPy agrees, then compare the numbers one by one in a table where there is one."""
    yield Heading("head-check")
    yield from _together(table)
    if check.sympy or not check.formulas_agree:
        code = "check-agrees" if check.sympy else "check-disagrees"
        yield Prose(code, {"error": _error(check.max_error)})
    if check.numbers_error is not None:
        code = "check-numbers" if check.numbers_agree else "check-numbers-differ"
        yield Prose(code, {"error": _error(min(check.numbers_error, 1e99))})
    if check.unchecked:
        yield Prose("check-not-done", {"names": tuple(Piece(Name(name)) for name in check.unchecked)})


def _together(blocks: Sequence[Block]) -> Iterator[Block]:
    """Put the tables of several results into one, with what is said before it once."""
    tables = [block for block in blocks if isinstance(block, Table)]
    lead = Prose("check-table")
    if tables:
        yield lead
        yield Table(tables[0].head, tuple(row for table in tables for row in table.rows))
    yield from (block for block in blocks if not isinstance(block, Table) and block != lead)


def differences(
    graph: Graph,
    at: Mapping[str, float],
    of: str,
    slopes: Mapping[str, float],
    called: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Block, ...]:
    """Put each derivative beside its central difference quotient; ``at`` and ``slopes`` have every entry by name.

    ``called`` are the names that entries have by themselves.
    Nothing where that would take long, or where there is nothing to compare.
    """
    if not slopes or len(slopes) * len(graph.equations) > MOST_WORK:
        return ()
    rows: list[tuple[Cell, ...]] = []
    worst = 0.0
    for name, slope in slopes.items():
        quotient = _quotient(graph, at, of, name)
        error = abs(slope - quotient) / max(abs(slope), abs(quotient), STEP)
        worst = max(worst, error)
        found = tuple(Piece(number_from_digits(shown(number).digits)) for number in (slope, quotient))
        rows.append((Piece(Derivative(Name(of), Name(called.get(name, name)))), *found, _error(error)))
    head = tuple(Prose(f"column-{code}") for code in ("derivative", "analytic", "difference", "error"))
    table: tuple[Block, ...] = (Prose("check-table"), Table(head, tuple(rows[:MOST_ROWS])))
    if len(rows) <= MOST_ROWS:
        return table
    return (*table, Prose("check-more", {"count": len(rows) - MOST_ROWS, "error": _error(worst)}))


def _quotient(graph: Graph, at: Mapping[str, float], of: str, name: str) -> float:
    from symnn.numeric.arithmetic import floats
    from symnn.numeric.forward import forward

    step = STEP * max(1.0, abs(at[name]))
    above, below = (forward(graph, {**at, name: at[name] + by}, floats(graph.conventions))[of] for by in (step, -step))
    return float(above - below) / (2 * step)


def _error(error: float) -> Piece:
    digits = f"{error:.1e}"
    if error == 0:
        return Piece(Number(0))
    return Piece(number_from_digits(digits))
