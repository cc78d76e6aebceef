"""Four ways to write one factor of the chain rule, from its name to its short form.

For ``y = f(a3)`` the factor ∂y/∂a3 is, in turn, ``∂y/∂a3`` (named), ``f'(a3)`` (primed),
``f(a3) (1 - f(a3))`` (written out, as the lecture does) and ``y (1 - y)`` (short).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct

from symnn.derivation.local import local_partials
from symnn.derivation.sweep import Factor
from symnn.expressions.tree import Call, Derivative, Name, Tree, walk
from symnn.networks.function import Function
from symnn.networks.graph import Graph
from symnn.ops.operation import Factors

__all__ = ["Partials", "Way", "named_factor", "short"]

LONGEST_ARGUMENT = 8
"""Of an argument with more nodes than ``w5*f1 + w6*f2`` has, f' is written in its short form."""

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
