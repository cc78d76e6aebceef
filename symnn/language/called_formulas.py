"""Functions of several arguments, or with quantities in their formula, written out where they are called.

``f(x; alpha) = max(0, x) + alpha*min(0, x)`` and ``D(x) = sigma(w x + b)``: models and answers may call them.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from symnn.expressions.tree import Call, Name, Tree, bare, children, holds, mapped, names, substitute, walk

__all__ = ["ParametrisedFormula", "size_written", "written_calls"]

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


def size_written(tree: Tree, formulas: Mapping[str, ParametrisedFormula]) -> int:
    """Count the nodes of a tree with the formulas written out, without writing them; 0 where none is called."""
    return _size(tree, formulas) if formulas and holds(tree, _CALLS) else 0


def _size(tree: Tree, formulas: Mapping[str, ParametrisedFormula]) -> int:
    parts = [_size(part, formulas) for part in children(tree)]
    if not isinstance(tree, Call) or tree.function not in formulas:
        return 1 + sum(parts)
    formula = formulas[tree.function]
    sizes = dict(zip(formula.arguments, parts, strict=True))
    return sum(sizes.get(node.name, 1) if isinstance(node, Name) else 1 for node in walk(formula.body))


def written_calls(tree: Tree, formulas: Mapping[str, ParametrisedFormula]) -> Tree:
    """Write a tree without those calls, inner ones first; the tree itself where there is none.

    >>> from symnn.expressions.writing import plain
    >>> square = ParametrisedFormula(("x",), Call("f", (Name("x"), Name("k"))))
    >>> plain(written_calls(Call("g", (Name("u"),)), {"g": square}))
    'f(u, k)'
    """

    def change(node: Tree) -> Tree | None:
        if not isinstance(node, Call) or node.order or node.function not in formulas:
            return None
        arguments = tuple(mapped(part, change) for part in node.arguments)
        return mapped(bare(formulas[node.function].at(arguments)), change)

    return mapped(tree, change)
