"""A function that a model declares, ``f(x) = 1/(1 + exp(-x))``, with its derivative in short form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from symnn.expressions.terms import call
from symnn.expressions.tree import Call, Name, Tree, bare, mapped, substitute
from symnn.ops.operation import Factors
from symnn.ops.table import OF_NUMBERS

__all__ = ["VALUE", "Function", "declared", "written_out"]

VALUE = "value of the function"
"""The placeholder for a function's own value in `Function.derivative`; no reader can spell it."""


class Function(Struct, frozen=True):
    """A named function of one argument: a formula in its parameter.

    ``known`` is the name of the built-in operation that the formula is (``sigmoid``), or empty.
    """

    name: str
    parameter: str
    body: Tree
    known: str = ""

    def at(self, argument: Tree) -> Tree:
        """Write the formula at an argument."""
        return substitute(self.body, {self.parameter: argument})

    def derivative(self, value: Tree, argument: Tree) -> Factors:
        """Give f' at an argument as factors, in its short form where there is one: ``(f, 1 - f)``.

        A known function has it in its record; any other is derived by SymPy, once.
        """
        if self.known:
            return OF_NUMBERS[self.known].partials(value, argument)[0]
        meant = {VALUE: value, self.parameter: argument}
        return tuple(substitute(factor, meant) for factor in _derived(self.parameter, self.body))


@lru_cache(maxsize=256)
def _derived(parameter: str, body: Tree) -> Factors:
    from symnn.ops.algebra import short_derivative

    return short_derivative(parameter, body, VALUE)


@lru_cache(maxsize=256)
def _known(parameter: str, body: Tree) -> str:
    """Name the built-in function that a formula writes out, letter by letter; empty if none."""
    argument = Name(parameter)
    for operation in OF_NUMBERS.values():
        if not operation.is_function:
            continue
        written = operation.definition(argument) if operation.definition else None
        if body in (written, call(operation.name, argument)):
            return operation.name
    return ""


def written_out(body: Tree, functions: Mapping[str, Function]) -> Tree:
    """Put the formulas of functions declared before into a formula that calls them.

    >>> from symnn.expressions.tree import Number, Power
    >>> square = Function("f", "x", Power(Name("x"), Number(2)))
    >>> written_out(Call("f", (Name("u"),)), {"f": square}) == Power(Name("u"), Number(2))
    True
    """

    def change(node: Tree) -> Tree | None:
        if not isinstance(node, Call) or node.order or node.function not in functions:
            return None
        return functions[node.function].at(written_out(node.arguments[0], functions))

    return mapped(body, change)


def declared(name: str, parameter: str, body: Tree) -> Function:
    """Declare a function by its formula; a formula that a built-in function has is recognised.

    >>> from symnn.ops.table import OPERATIONS
    >>> declared("f", "x", OPERATIONS["sigmoid"].definition(Name("x"))).known
    'sigmoid'
    """
    formula = bare(body)
    return Function(name, parameter, formula, _known(parameter, formula))
