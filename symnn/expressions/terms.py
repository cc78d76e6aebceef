"""Small words for writing trees in Python: ``over(ONE, plus(ONE, exp(minus(a))))`` is 1/(1 + exp(-a))."""

from __future__ import annotations

from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
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

__all__ = [
    "HALF",
    "MINUS_ONE",
    "ONE",
    "TWO",
    "ZERO",
    "call",
    "difference",
    "is_number",
    "minus",
    "over",
    "plus",
    "power",
    "product",
    "times",
    "total",
    "unsigned",
]

ZERO: Tree = Number(0)
ONE: Tree = Number(1)
TWO: Tree = Number(2)
MINUS_ONE: Tree = Negative(Number(1))
HALF: Tree = Quotient(Number(1), Number(2))

_WHOLE = frozenset((Name, Sum, Power, Call, Quotient, Derivative, Transpose, Entrywise))
"""Factors that a product takes as they are: no sign, no number, no product."""


def is_number(tree: Tree, value: int) -> bool:
    """Say whether a tree is just this whole number."""
    return isinstance(tree, Number) and tree.numerator == value and tree.denominator == 1


def call(function: str, *arguments: Tree) -> Tree:
    """Write a function at its arguments."""
    return Call(function, arguments)


def plus(*terms: Tree) -> Tree:
    """Write a sum, exactly as given."""
    return Sum(terms)


def minus(tree: Tree) -> Tree:
    """Write a tree with a minus sign; two signs cancel."""
    return tree.operand if isinstance(tree, Negative) else Negative(tree)


def unsigned(tree: Tree) -> Tree:
    """Leave the minus before a tree out."""
    return tree.operand if isinstance(tree, Negative) else tree


def difference(left: Tree, right: Tree) -> Tree:
    """Write ``left - right``."""
    return Sum((left, Negative(right)))


def times(*factors: Tree) -> Tree:
    """Write a product, exactly as given."""
    return Product(factors)


def over(above: Tree, under: Tree) -> Tree:
    """Write a quotient."""
    return Quotient(above, under)


def power(base: Tree, exponent: Tree) -> Tree:
    """Write a power."""
    return Power(base, exponent)


def product(factors: tuple[Tree, ...]) -> Tree:
    """Multiply factors in their order: signs come to the front, ones go, nothing is multiplied out.

    >>> from symnn.expressions.tree import Name
    >>> from symnn.expressions.writing import plain
    >>> plain(product((Number(2), difference(Name("y"), Name("z")), MINUS_ONE, Name("w5"))))
    '-2*(y - z)*w5'
    """
    for factor in factors:
        if type(factor) not in _WHOLE:
            break
    else:  # the most by far: nothing to bring to the front, to leave out or to take apart
        return Product(factors) if len(factors) > 1 else factors[0] if factors else ONE
    negative = False
    kept: list[Tree] = []
    for factor in factors:
        inner = factor
        while isinstance(inner, Negative):
            negative = not negative
            inner = inner.operand
        if is_number(inner, 0):
            return ZERO
        if isinstance(inner, Product):
            kept.extend(inner.factors)
        elif not is_number(inner, 1):
            kept.append(inner)
    result = ONE if not kept else kept[0] if len(kept) == 1 else Product(tuple(kept))
    return Negative(result) if negative else result


def total(terms: tuple[Tree, ...]) -> Tree:
    """Add terms in their order; zeros go.

    >>> from symnn.expressions.tree import Name
    >>> total((ZERO, Name("a")))
    Name(name='a', span=None)
    """
    kept = terms
    for term in terms:
        if type(term) is Number:
            kept = tuple(one for one in terms if not is_number(one, 0))
            break
    return ZERO if not kept else kept[0] if len(kept) == 1 else Sum(kept)
