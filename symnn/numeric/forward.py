"""The forward pass: the value of every named quantity, in any arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Never

from symnn.errors import Problem, UsageError
from symnn.expressions.tree import (
    Call,
    Constant,
    Derivative,
    Entry,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
)
from symnn.messages import raised
from symnn.ops.table import OF_NUMBERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.networks.function import Function
    from symnn.networks.graph import Graph
    from symnn.ops.operation import Arithmetic

_WEAK = frozenset(name for name, operation in OF_NUMBERS.items() if operation.weak)

__all__ = ["forward", "literal", "missing", "value"]


def forward(graph: Graph, at: Mapping[str, Any], m: Arithmetic) -> dict[str, Any]:
    r"""Evaluate every quantity: first the given ones, then each equation in the order of the forward pass.

    ``at`` gives a value of the arithmetic ``m`` to every quantity that no equation computes.
    Raises: UsageError naming the values that are missing.

    >>> from symnn.networks.models import graph_from_text
    >>> from symnn.numeric.arithmetic import floats
    >>> graph = graph_from_text("f(x) = 1/(1 + exp(-x))\na = w*x\ny = f(a)")
    >>> forward(graph, {"w": 0.0, "x": 3.0}, floats())
    {'w': 0.0, 'x': 3.0, 'a': 0.0, 'y': 0.5}
    """
    absent = missing(graph, at)
    if absent:
        raise raised(UsageError, Problem("missing-value", {"names": absent}))
    values = {name: at[name] for name in graph.free}
    for equation in graph.equations:
        values[equation.left] = value(equation.right, values, m, graph.functions)
    return values


def missing(graph: Graph, at: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the quantities that still need a value."""
    return tuple(name for name in graph.free if name not in at)


def value(tree: Tree, at: Mapping[str, Any], m: Arithmetic, functions: Mapping[str, Function]) -> Any:
    """Evaluate a tree whose names have values.

    Raises: TypeError for a derivative that has not been carried out, and for nodes that are not scalars.
    """
    match tree:
        case Name(name):
            return at[name]
        case Number(numerator, denominator):
            return m.number(numerator, denominator)
        case Sum(terms):
            result = value(terms[0], at, m, functions)
            for term in terms[1:]:
                result = result + value(term, at, m, functions)
            return result
        case Product(factors) | Entrywise(factors):
            return _product(factors, at, m, functions)
        case Negative(operand):
            return -value(operand, at, m, functions)
        case Quotient(above, under):
            return m.divide(value(above, at, m, functions), value(under, at, m, functions))
        case Power(base, exponent):
            known = literal(exponent)
            power = known if known is not None else value(exponent, at, m, functions)
            return m.power(value(base, at, m, functions), power)
        case Call():
            return _called(tree, at, m, functions)
        case Constant(name):
            return _constant(name, m)
        case _:
            return _unvalued(tree)


def _product(factors: tuple[Tree, ...], at: Mapping[str, Any], m: Arithmetic, functions: Mapping[str, Function]) -> Any:
    """Multiply; logarithms come last, since 0 log 0 is 0."""
    result: Any = None
    weak = []
    for factor in factors:
        if type(factor) is Call and factor.function in _WEAK and factor.function not in functions:
            weak.append(factor)
            continue
        one = value(factor, at, m, functions)
        result = one if result is None else result * one
    for factor in weak:
        one = value(factor, at, m, functions)
        result = one if result is None else m.weakly(result, one)
    return result


def _unvalued(tree: Derivative | Entry | Matrix | Transpose) -> Never:
    message = f"{type(tree).__name__} has no value of its own; resolve or expand the graph first"
    raise TypeError(message)


def _called(node: Call, at: Mapping[str, Any], m: Arithmetic, functions: Mapping[str, Function]) -> Any:
    if node.order:
        from symnn.derivation.primes import carried_out

        return value(carried_out(node, functions), at, m, functions)
    arguments = tuple(value(argument, at, m, functions) for argument in node.arguments)
    function = functions.get(node.function)
    if function is None:
        return OF_NUMBERS[node.function].value(m, *arguments)
    if function.known:
        return OF_NUMBERS[function.known].value(m, *arguments)
    return value(function.body, {function.parameter: arguments[0]}, m, functions)


def _constant(name: str, m: Arithmetic) -> Any:
    match name:
        case "pi":
            return m.pi
        case "e":
            return m.e
        case "infinity":
            return m.divide(m.number(1, 1), m.number(0, 1))
    return m.divide(m.number(0, 1), m.number(0, 1))


def literal(tree: Tree) -> Fraction | None:
    """Give the exact number that a tree of literal numbers is, or None: ``1/3 - 1`` is −2/3.

    >>> literal(Sum((Quotient(Number(1), Number(3)), Negative(Number(1)))))
    Fraction(-2, 3)
    """
    match tree:
        case Number(numerator, denominator):
            return Fraction(numerator, denominator)
        case Negative(operand):
            known = literal(operand)
            return None if known is None else -known
        case Quotient(above, under):
            over, below = literal(above), literal(under)
            return None if over is None or not below else over / below
        case Sum(terms):
            known_terms = [literal(term) for term in terms]
            return (
                sum((term for term in known_terms if term is not None), Fraction(0))
                if None not in known_terms
                else None
            )
    return None
