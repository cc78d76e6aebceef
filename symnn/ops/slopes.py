"""The rules of differentiation: the local derivative of a tree of numbers, as factors in the lecture's order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeAlias, assert_never

from symnn.expressions.terms import (
    MINUS_ONE,
    ONE,
    TWO,
    call,
    difference,
    is_number,
    over,
    power,
    product,
    total,
    unsigned,
)
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
from symnn.ops import named
from symnn.ops.operation import Factors
from symnn.ops.table import OF_NUMBERS

__all__ = ["OfCall", "built_in", "partials_of", "slope_rules"]

Uses: TypeAlias = dict[str, list[Factors]]

OfCall: TypeAlias = Callable[[Call, Tree], tuple[Factors, ...]]
"""Gives, for each argument of a call whose value is named by a tree, the factors of the derivative."""

_Rarer: TypeAlias = (
    Number | Constant | Negative | Quotient | Power | Call | Derivative | Entry | Matrix | Transpose | Entrywise
)


def built_in(node: Call, own: Tree) -> tuple[Factors, ...]:
    """Give the derivatives of a built-in function from its record.

    Raises: KeyError for one that has none.
    """
    return OF_NUMBERS[node.function].partials(own, *node.arguments)


def partials_of(right: Tree, value: Tree, of_call: OfCall = built_in) -> dict[str, Factors]:
    """Differentiate a tree by each name in it, other names held fixed; ``value`` names its own value.

    A name used more than once has one factor: the sum over its uses, equal ones counted. Cost: linear in the tree.

    >>> from symnn.expressions.writing import plain
    >>> half = Quotient(Name("x"), Sum((ONE, Call("abs", (Name("x"),)))))
    >>> [plain(factor) for factor in partials_of(half, Name("y"))["x"]]
    ['1/(1 + abs(x)) - x/(1 + abs(x))^2*sign(x)']
    """
    uses: Uses = {}
    _collect(right, value, (), of_call, uses)
    found: dict[str, Factors] = {}
    for name, terms in uses.items():
        only = terms[0]
        plain = len(terms) == len(only) == 1 and isinstance(only[0], Name)  # w of w x: most of any network
        found[name] = only if plain else _one_factor(terms)
    return found


def _collect(node: Tree, own: Tree, factors: Factors, of_call: OfCall, uses: Uses) -> None:
    """Note each use of a name under a node, with the factors on the way to it.

    Names, sums and products make up nearly all of a network: they come first, and without a list each.
    """
    if isinstance(node, Name):
        uses.setdefault(node.name, []).append(factors)
    elif isinstance(node, Sum):
        for term in node.terms:
            _collect(term, term, factors, of_call, uses)
    elif isinstance(node, Product):
        parts = node.factors
        if len(parts) == 2:  # noqa: PLR2004 - w x, most of any network
            one, other = parts
            if isinstance(one, Name) and isinstance(other, Name):
                uses.setdefault(one.name, []).append((*factors, other))
                uses.setdefault(other.name, []).append((*factors, one))
                return
        for place, part in enumerate(parts):
            _collect(part, part, factors + parts[:place] + parts[place + 1 :], of_call, uses)
    else:
        for inner, more in slope_rules(node, own, of_call):
            _collect(inner, inner, factors + more, of_call, uses)


def _one_factor(terms: list[Factors]) -> Factors:
    if len(terms) == 1:
        return _signs_first(terms[0]) or (ONE,)
    counts = Counter(terms)
    alike = [(Number(count), *term) if count > 1 else term for term, count in counts.items()]
    return (_signs_first(alike[0]) or (ONE,)) if len(alike) == 1 else (total(tuple(map(product, alike))),)


def _signs_first(factors: Factors) -> Factors:
    """Bring minus signs to the front, two of them cancelling; the rest keeps its order."""
    for factor in factors:
        if type(factor) not in _WITHOUT_SIGN:
            break
    else:
        return factors
    plain = tuple(unsigned(factor) for factor in factors)
    kept = tuple(factor for factor in plain if not is_number(factor, 1))
    odd = sum(isinstance(factor, Negative) for factor in factors) % 2
    return (MINUS_ONE, *kept) if odd else kept


def _squared(tree: Tree) -> Tree:
    return power(tree, TWO)


def slope_rules(
    node: _Rarer, own: Tree, of_call: OfCall = built_in, squared: Callable[[Tree], Tree] = _squared
) -> list[tuple[Tree, Factors]]:
    """Give each operand of an operation with the factors of the local derivative by it; ``own`` names the value.

    ``squared`` writes a square: where trees are tensors that of a square matrix is no power.

    So it is of numbers, and entry by entry of tensors: nowhere else is it said how a quotient or a power is derived.

    >>> from symnn.expressions.writing import plain
    >>> [[plain(one) for one in factors] for _, factors in slope_rules(Quotient(Name("x"), Name("y")), Name("q"))]
    [['1/y'], ['-1', 'x/y^2']]
    """
    match node:
        case Number() | Constant():
            return []
        case Negative(operand):
            return [(operand, (MINUS_ONE,))]
        case Quotient(above, under):
            return [(above, (over(ONE, under),)), (under, (MINUS_ONE, over(above, squared(under))))]
        case Power(base, exponent):
            return [(base, _power_rule(base, exponent)), (exponent, (own, call(named.LOG, base)))]
        case Call():
            return list(zip(node.arguments, of_call(node, own), strict=True))
        case Entrywise(parts):  # of numbers: a product
            return [(part, parts[:i] + parts[i + 1 :]) for i, part in enumerate(parts)]
        case Derivative() | Entry() | Matrix() | Transpose():
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
