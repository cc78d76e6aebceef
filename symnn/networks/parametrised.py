"""Equations without calls of functions that have parameters: those are learnt like all others."""

from __future__ import annotations

from collections.abc import Mapping

from symnn.errors import Fact, GraphError, Problem
from symnn.expressions.tree import bare
from symnn.language.called_formulas import ParametrisedFormula, size_written, written_calls
from symnn.messages import raisable
from symnn.networks.declarations import EquationLine
from symnn.networks.formula import FORMULA_LIMIT

__all__ = ["inlined"]


def inlined(line: EquationLine, formulas: Mapping[str, ParametrisedFormula]) -> EquationLine:
    """Write an equation without calls of such functions, inner ones first.

    Raises: GraphError where calls in calls would make it too large.
    """
    size = size_written(line.right, formulas)
    if size > FORMULA_LIMIT:
        facts: dict[str, Fact] = {"name": line.left, "size": size, "limit": FORMULA_LIMIT}
        raise raisable(GraphError, Problem("formula-too-large", facts, place=line.at()))
    right = written_calls(line.right, formulas) if size else line.right
    return line if right is line.right else EquationLine(line.left, bare(right), line.source, line.start)
