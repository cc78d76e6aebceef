"""The sign of a tree as a product of the signs of its simplest parts: of log u that is the sign of u − 1."""

from __future__ import annotations

from symnn.equality.kinks import arguments_apart, from_zero
from symnn.equality.meaning import Meaning
from symnn.equality.polynomials import Polynomials
from symnn.equality.ranges import range_of
from symnn.expressions.tree import Call, Entrywise, Negative, Number, Product, Quotient, Sum, Tree
from symnn.ops import named

__all__ = ["sides"]

_ONE: Tree = Number(1)


def sides(tree: Tree, meaning: Meaning) -> Tree:
    """Write the sign of a tree.

    >>> from symnn.expressions.tree import Name
    >>> from symnn.expressions.writing import plain
    >>> x = Name("x")
    >>> plain(sides(Call("log", (x,)), Meaning()))
    'sign(-1 + x)'
    """
    reach = range_of(tree, meaning)
    if reach.positive or reach.negative:
        return _ONE if reach.positive else Negative(_ONE)
    match tree:
        case Negative(operand):
            return Negative(sides(operand, meaning))
        case Product(factors) | Entrywise(factors):
            return Product(tuple(sides(factor, meaning) for factor in factors))
        case Quotient(over, under):
            return Product((sides(over, meaning), sides(under, meaning)))
        case Call() if (apart := from_zero(tree, meaning)) is not None:
            return sides(apart, meaning)
        case Call(named.SIGN, (inner,), 0) if named.SIGN not in meaning.functions:
            return sides(inner, meaning)
        case Sum(terms) if any(term in (Number(0), Negative(Number(0))) for term in terms):
            kept = tuple(term for term in terms if term not in (Number(0), Negative(Number(0))))
            return sides(Sum(kept) if len(kept) > 1 else kept[0], meaning) if kept else Call(named.SIGN, (tree,))
        case Sum((left, right)) if (apart := arguments_apart(left, right, meaning)) is not None:
            return sides(apart, meaning)
        case Sum():
            return _of_factors(tree, meaning)
    return Call(named.SIGN, (tree,))


def _of_factors(tree: Tree, meaning: Meaning) -> Tree:
    found = Polynomials({}).factored(tree)
    if found is None:
        return Call(named.SIGN, (tree,))
    odd = [factor for factor, times in found.factors if times % 2 and not range_of(factor, meaning).positive]
    signs: list[Tree] = [Call(named.SIGN, (factor,)) for factor in odd]
    if found.constant < 0:
        signs.append(Negative(_ONE))
    return Product(tuple(signs)) if len(signs) > 1 else signs[0] if signs else _ONE
