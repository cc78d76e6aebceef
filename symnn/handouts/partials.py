"""Four ways to write one factor of the chain rule, from its name to its short form.

For ``y = f(a3)`` the factor ∂y/∂a3 is, in turn, ``∂y/∂a3`` (named), ``f'(a3)`` (primed),
``f(a3) (1 - f(a3))`` (written out, as the lecture does) and ``y (1 - y)`` (short).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property
from math import prod
from types import MappingProxyType

from msgspec import Struct

from symnn.derivation.local import local_partials
from symnn.derivation.sweep import Factor
from symnn.expressions.terms import product
from symnn.expressions.tree import Call, Derivative, Name, Number, Product, Quotient, Tree, mapped, number, walk
from symnn.networks.function import Function
from symnn.networks.graph import Graph
from symnn.ops.operation import Factors

__all__ = ["Partials", "Way", "folded", "folded_tree", "named_factor", "short"]

LONGEST_ARGUMENT = 8
"""Of an argument with more nodes than ``w5*f1 + w6*f2`` has, f' is written in its short form."""

SEVERAL = 2
"""So many numbers in a product are multiplied."""

Way = Callable[[Factor], Factors]
"""A way to write a factor."""


class _Primed(Function, frozen=True):
    """A function whose derivative is not carried out: f'(a)."""

    def derivative(self, value: Tree, argument: Tree) -> Factors:
        """Give f' at an argument by its name, where that is short enough to be read."""
        if sum(1 for _ in walk(argument)) > LONGEST_ARGUMENT:
            return super().derivative(value, argument)
        return (Call(self.name, (argument,), order=1),)


def named_factor(factor: Factor) -> Factors:
    """Write a factor by its name, ∂y/∂a3."""
    return (Derivative(Name(factor.of), Name(factor.wrt)),)


def short(factor: Factor) -> Factors:
    """Write a factor in its short form, in the network's names."""
    return factor.parts


def folded(factor: Factor) -> Factors:
    """Write a factor in its short form with its numbers multiplied: y - z for 1/2 · 2 (y - z)."""
    return _folded(tuple(map(folded_tree, factor.parts)))


def folded_tree(tree: Tree) -> Tree:
    """Multiply the numbers that stand side by side in the products of a tree.

    >>> from symnn.expressions.tree import Number, Quotient
    >>> half, two, y = Quotient(Number(1), Number(2)), Number(2), Name("y")
    >>> folded_tree(Product((half, two, y))), folded_tree(Product((half, y))) == Product((half, y))
    (Name(name='y', span=None), True)
    """

    def change(node: Tree) -> Tree | None:
        if not isinstance(node, Product):
            return None
        parts = tuple(map(folded_tree, node.factors))
        together = _folded(parts)
        return None if together == parts else product(together)

    return mapped(tree, change)


def _folded(parts: Factors) -> Factors:
    """Multiply the numbers among factors, and those under one: λ/2 · 2 is λ."""
    known: list[Fraction] = []
    rest: list[Tree] = []
    for part in parts:
        match part:
            case Number():
                known.append(part.value)
            case Quotient(Number() as over, Number() as under):
                known.append(over.value / under.value)
            case Quotient(over, Number() as under):
                known.append(1 / under.value)
                rest.append(over)
            case _:
                rest.append(part)
    if len(known) < SEVERAL:
        return parts
    whole = prod(known)
    return tuple(rest) if whole == 1 and rest else (number(whole), *rest)


class Partials(Struct, frozen=True, dict=True):
    """The ways that need the graph: each local derivative is taken again from its equation."""

    graph: Graph

    def primed(self, factor: Factor) -> Factors:
        """Write a factor with f'(a3) where a declared function is differentiated."""
        return self._primed[factor.of].get(factor.wrt, factor.parts)

    def written_out(self, factor: Factor) -> Factors:
        """Write a factor as the lecture does, f(a3) (1 - f(a3))."""
        return self._written_out[factor.of].get(factor.wrt, factor.parts)

    @cached_property
    def _primed(self) -> Mapping[str, Mapping[str, Factors]]:
        functions = {
            name: _Primed(function.name, function.parameter, function.body, function.known)
            for name, function in self.graph.functions.items()
        }
        return MappingProxyType(
            {
                equation.left: local_partials(equation.right, Name(equation.left), functions)
                for equation in self.graph.equations
            }
        )

    @cached_property
    def _written_out(self) -> Mapping[str, Mapping[str, Factors]]:
        return MappingProxyType(
            {
                equation.left: local_partials(equation.right, self._own(equation.left), self.graph.functions)
                for equation in self.graph.equations
            }
        )

    def _own(self, name: str) -> Tree:
        """Write an equation's value out: as the call f(a) that it is, otherwise by its name."""
        match self.graph.definitions[name]:
            case Call(function, (Name(),)) as right if function in self.graph.functions:
                return right
        return Name(name)
