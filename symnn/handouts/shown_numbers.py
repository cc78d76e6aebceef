"""Numbers as documents show them: four digits, and whether that is all of the number."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.adjoint import adjoint_name, by_adjoint
from symnn.derivation.sweep import Derivation
from symnn.documents.containers import Nested
from symnn.expressions.tree import Derivative, Name, Negative, Number, Product, Sum, Tree, mapped, names
from symnn.handouts.digits import number_from_digits, shown
from symnn.networks.graph import Graph
from symnn.notation.items import PutIn, Value, expression
from symnn.numeric.arithmetic import floats
from symnn.numeric.evaluation import evaluated
from symnn.numeric.interpreter import value
from symnn.numeric.points import as_float

__all__ = ["Numbers", "forward_run", "numbers_at"]

MOST_PUT_IN = 9
"""Into an equation with more names than this no numbers are put."""


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

    def put_in(self, tree: Tree) -> PutIn | None:
        """Write a tree with numbers for its names; None where one is unknown, or it has very many.

        A name that the page made for a derivative is known by what it stands for.
        """
        held = names(mapped(tree, by_adjoint))
        exact = True

        def digits(node: Tree) -> Tree | None:
            nonlocal exact
            found = self.value(node) if isinstance(node, Name | Derivative) else None
            if found is None:
                return None
            exact = exact and found.exact
            return number_from_digits(found.digits)

        if not held or len(held) > MOST_PUT_IN or any(name not in self.values for name in held):
            return None
        return PutIn(expression(_signs_first(mapped(tree, digits))), exact)

    def at(self, of: str, name: str) -> tuple[float, float] | None:
        """Give the value of a parameter and the derivative of a result by it; None where they are not known."""
        now, slope = self.of(Name(name)), self.of(Derivative(Name(of), Name(name)))
        return None if now is None or slope is None else (now, slope)

    def rate(self, name: str) -> float | None:
        """Give the learning rate."""
        return self.values.get(name)

    def as_shown(self, value: float) -> Value:
        """Give a value as it is shown."""
        return shown(value)

    def after(self, of: str, moved: Mapping[str, float]) -> tuple[Value, Value] | None:
        """Give a result before and after a step of some parameters: one more forward pass."""
        before = self.of(Name(of))
        if before is None:
            return None
        graph = self.derivation.graph
        given = {name: self.values[name] for name in graph.free if name in self.values}
        return shown(before), shown(forward_run(graph, given | dict(moved), of))


def _signs_first(tree: Tree) -> Tree:
    """Write the sign of a number that a product begins with before the product: 0.5 · 0.6 - 0.2 · 0.5."""
    match tree:
        case Product((Negative(first), *others)):
            return Negative(Product((first, *others)))
        case Sum(terms):
            return Sum(tuple(map(_signs_first, terms)))
        case _:
            return tree


def forward_run(graph: Graph, at: Mapping[str, float], of: str) -> float:
    """Run the forward pass of a network of numbers, and give one of its results."""
    return float(evaluated(graph, {name: Fraction(str(number)) for name, number in at.items()}).values[of])


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
    plain = replace(derivation.graph, declared=MappingProxyType({}))  # numbers, not vectors of one
    found = evaluated(plain, point, "floats", by_all)
    adjoints = {adjoint_name(derivation.of, name): error for name, error in (found.gradient or {}).items()}
    return Numbers(derivation, MappingProxyType({**given, **found.values, **adjoints}))
