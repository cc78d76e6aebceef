"""The local derivative of one equation, as factors kept apart in the lecture's order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, assert_never

from symnn.expressions.terms import MINUS_ONE, ONE, TWO, call, difference, is_number, over, power, product, total
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
from symnn.networks.function import Function
from symnn.ops.operation import Factors
from symnn.ops.table import OPERATIONS

__all__ = ["local_partials"]

Uses: TypeAlias = dict[str, list[Factors]]

_Rarer: TypeAlias = (
    Number | Constant | Negative | Quotient | Power | Call | Derivative | Entry | Matrix | Transpose | Entrywise
)


def local_partials(right: Tree, value: Tree, functions: Mapping[str, Function]) -> dict[str, Factors]:
    """Differentiate the right side of an equation by each name in it, other names held fixed.

    ``value`` is how the equation's own value is called, so that ``y = f(a3)`` gives ``y (1 - y)``.
    A name used more than once has one factor: the sum over its uses. Cost: linear in the right side.

    >>> from symnn.expressions.tree import Name, Number, Power
    >>> from symnn.expressions.writing import plain
    >>> square = Power(difference(Name("y"), Name("z")), Number(2))
    >>> {name: [plain(part) for part in parts] for name, parts in local_partials(square, Name("E"), {}).items()}
    {'y': ['2', 'y - z'], 'z': ['-1', '2', 'y - z']}
    """
    uses: Uses = {}
    _collect(right, value, (), functions, uses)
    return {name: _one_factor(terms) for name, terms in uses.items()}


def _collect(node: Tree, own: Tree, factors: Factors, functions: Mapping[str, Function], uses: Uses) -> None:
    """Note each use of a name under a node, with the factors on the way to it.

    Names, sums and products make up nearly all of a network: they come first, and without a list each.
    """
    if isinstance(node, Name):
        uses.setdefault(node.name, []).append(factors)
    elif isinstance(node, Sum):
        for term in node.terms:
            _collect(term, term, factors, functions, uses)
    elif isinstance(node, Product):
        parts = node.factors
        for place, part in enumerate(parts):
            _collect(part, part, factors + parts[:place] + parts[place + 1 :], functions, uses)
    else:
        for inner, value, before in _inward(node, own, factors, functions):
            _collect(inner, value, before, functions, uses)


def _one_factor(terms: list[Factors]) -> Factors:
    if len(terms) == 1:
        return _signs_first(terms[0]) or (ONE,)
    return (total(tuple(product(term) for term in terms)),)


def _signs_first(factors: Factors) -> Factors:
    """Bring minus signs to the front, two of them cancelling; the rest keeps its order."""
    if all(type(factor) in _WITHOUT_SIGN for factor in factors):
        return factors
    plain = tuple(factor.operand if isinstance(factor, Negative) else factor for factor in factors)
    kept = tuple(factor for factor in plain if not is_number(factor, 1))
    odd = sum(isinstance(factor, Negative) for factor in factors) % 2
    return (MINUS_ONE, *kept) if odd else kept


def _inward(
    node: _Rarer, own: Tree, factors: Factors, functions: Mapping[str, Function]
) -> list[tuple[Tree, Tree, Factors]]:
    """Go one operation inward: each operand with the factors that stand before its own derivative."""
    match node:
        case Number() | Constant():
            return []
        case Negative(operand):
            return [(operand, operand, (*factors, MINUS_ONE))]
        case Quotient(above, under):
            square = power(under, TWO)
            return [
                (above, above, (*factors, over(ONE, under))),
                (under, under, (*factors, MINUS_ONE, over(above, square))),
            ]
        case Power(base, exponent):
            return [
                (base, base, (*factors, *_power_rule(base, exponent))),
                (exponent, exponent, (*factors, own, call("log", base))),
            ]
        case Call():
            partials = _call_partials(node, own, functions)
            return [
                (argument, argument, (*factors, *partial))
                for argument, partial in zip(node.arguments, partials, strict=True)
            ]
        case Derivative() | Entry() | Matrix() | Transpose() | Entrywise():
            message = f"{type(node).__name__} is not differentiated entry by entry; expand the graph first"
            raise TypeError(message)
        case _:
            assert_never(node)


def _power_rule(base: Tree, exponent: Tree) -> Factors:
    """Give n·u^(n-1), with u² written 2·u and u^1 not at all."""
    if isinstance(exponent, Number) and exponent.denominator == 1:
        n = exponent.numerator
        if n == 1:
            return ()
        lower = base if n == TWO_AS_INT else power(base, Number(n - 1))
        return (Number(n), lower)
    return (exponent, power(base, difference(exponent, ONE)))


_WITHOUT_SIGN = frozenset((Name, Sum, Product, Power, Call, Quotient))
"""Factors that carry no sign of their own and are not 1."""

TWO_AS_INT = 2


def _call_partials(node: Call, own: Tree, functions: Mapping[str, Function]) -> tuple[Factors, ...]:
    """Give the local derivatives of a call; of a primed call, the next derivative."""
    function = functions.get(node.function)
    if node.order:
        from symnn.derivation.primes import derivative_of_call

        return tuple((derivative_of_call(node, functions),) for _ in node.arguments)
    if function is not None:
        return (function.derivative(own, node.arguments[0]),)
    return OPERATIONS[node.function].partials(own, *node.arguments)
