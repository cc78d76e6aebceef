"""Numbers as documents show them: four digits, and whether that is all of the number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.adjoint import adjoint_name, by_adjoint
from symnn.derivation.sweep import Derivation
from symnn.documents.containers import Nested
from symnn.expressions.tree import Number, Tree, mapped, names
from symnn.notation.items import Value
from symnn.numeric.arithmetic import floats
from symnn.numeric.evaluation import evaluated
from symnn.numeric.interpreter import value
from symnn.numeric.points import as_float

__all__ = ["Numbers", "numbers_at", "shown"]

DIGITS = 4

ROUNDING = 1e-12
"""Numbers that are this close are the same but for the rounding of floats: 0.1 + 0.2 is 0.3."""


class Numbers(Struct, frozen=True):
    """The values at a point: of every quantity, and of every derivative of the result under its name."""

    derivation: Derivation
    values: Mapping[str, float]

    def of(self, tree: Tree) -> float | None:
        """Evaluate a tree in the network's names and the result's derivatives; None without all values."""
        nameless = mapped(tree, by_adjoint)
        if any(name not in self.values for name in names(nameless)):
            return None
        graph = self.derivation.graph
        found: float = value(nameless, self.values, floats(graph.conventions), graph.functions)
        return found

    def value(self, tree: Tree) -> Value | None:
        """Give the value of a tree as it is shown."""
        number = self.of(tree)
        return None if number is None else shown(number)

    def under(self, tree: Tree) -> str:
        """Give what stands under a factor: its value, or nothing under a plain number."""
        number = None if isinstance(tree, Number) else self.value(tree)
        return number.digits if number else ""


def numbers_at(derivation: Derivation, point: Mapping[str, Nested]) -> Numbers:
    r"""Evaluate a network forward and backward at a point; other names in it (η) are kept as they are.

    Raises: UsageError naming the values that are missing.

    >>> from symnn.derivation.sweep import derive
    >>> from symnn.expressions.tree import Derivative, Name
    >>> from symnn.networks.models import graph_from_text
    >>> numbers = numbers_at(derive(graph_from_text("a = w*x\nE = (a - z)^2")), {"w": 2, "x": 3, "z": 5})
    >>> numbers.of(Derivative(Name("E"), Name("w")))
    6.0
    """
    given = {name: as_float(number) for name, number in point.items()}
    by_all = replace(derivation, wrt=tuple(dict.fromkeys((*derivation.uses, *derivation.wrt))))
    found = evaluated(derivation.graph, point, "floats", by_all)
    adjoints = {adjoint_name(derivation.of, name): error for name, error in (found.gradient or {}).items()}
    return Numbers(derivation, MappingProxyType({**given, **found.values, **adjoints}))


def shown(number: float, significant: int = DIGITS) -> Value:
    """Show a number with four significant digits, or as many as there is room for.

    >>> shown(0.25), shown(1 / 3).digits, shown(1 / 3).exact, shown(-0.0).digits
    (Value(digits='0.25', exact=True), '0.3333', False, '0')
    """
    digits = format(number + 0.0, f".{significant}g")
    return Value(digits, math.isclose(float(digits), number, rel_tol=ROUNDING))
