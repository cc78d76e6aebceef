"""Functions of several arguments, or with quantities in their formula: ``f(x; alpha) = max(0, x) + alpha*min(0, x)``.

They are written out where they are called, so that their parameters are learnt like all others.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from symnn.errors import Fact, GraphError, Problem
from symnn.expressions.tree import Call, Name, Tree, bare, children, holds, mapped, names, substitute, walk
from symnn.messages import raisable
from symnn.networks.declarations import EquationLine
from symnn.networks.formula import FORMULA_LIMIT

__all__ = ["ParametrisedFormula", "inlined"]

_CALLS: frozenset[type] = frozenset({Call})


class ParametrisedFormula(Struct, frozen=True):
    """A formula in its arguments; every other name in it is a quantity of the network."""

    arguments: tuple[str, ...]
    body: Tree

    @property
    def uses_arguments(self) -> bool:
        """Whether every argument stands in the formula: else it is probably misspelt."""
        return set(self.arguments) <= set(names(self.body))

    def at(self, arguments: tuple[Tree, ...]) -> Tree:
        """Write the formula at its arguments."""
        return substitute(self.body, dict(zip(self.arguments, arguments, strict=True)))


def inlined(line: EquationLine, formulas: Mapping[str, ParametrisedFormula]) -> EquationLine:
    """Write an equation without calls of such functions, inner ones first.

    Raises: GraphError where calls in calls would make it too large.
    """
    if not formulas or not holds(line.right, _CALLS):
        return line
    size = _size(line.right, formulas)
    if size > FORMULA_LIMIT:
        facts: dict[str, Fact] = {"name": line.left, "size": size, "limit": FORMULA_LIMIT}
        raise raisable(GraphError, Problem("formula-too-large", facts, place=line.at()))
    right = _written(line.right, formulas)
    return line if right is None else EquationLine(line.left, right, line.source, line.start)


def _size(tree: Tree, formulas: Mapping[str, ParametrisedFormula]) -> int:
    """Count the nodes of a tree with the formulas written out, without writing them."""
    parts = [_size(part, formulas) for part in children(tree)]
    if not isinstance(tree, Call) or tree.function not in formulas:
        return 1 + sum(parts)
    formula = formulas[tree.function]
    sizes = dict(zip(formula.arguments, parts, strict=True))
    return sum(sizes.get(node.name, 1) if isinstance(node, Name) else 1 for node in walk(formula.body))


def _written(tree: Tree, formulas: Mapping[str, ParametrisedFormula]) -> Tree | None:
    """Write a tree without those calls; None where there is none."""
    found = False

    def change(node: Tree) -> Tree | None:
        nonlocal found
        if not isinstance(node, Call) or node.order or node.function not in formulas:
            return None
        found = True
        arguments = tuple(mapped(part, change) for part in node.arguments)
        return mapped(formulas[node.function].at(arguments), change)

    written = mapped(tree, change)
    return bare(written) if found else None
