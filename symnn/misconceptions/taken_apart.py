"""A formula taken apart: a sum into its terms, a product into its number and its factors, a key in other forms."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import prod
from typing import TypeAlias

from msgspec import Struct

from symnn.expressions.terms import ONE, over, product, total
from symnn.expressions.tree import Entrywise, Negative, Number, Product, Quotient, Sum, Tree, children, number

__all__ = ["Factor", "Factors", "TakenApart", "factors_of", "forms_of", "is_product", "terms_of"]


class Factor(Struct, frozen=True, eq=False):
    """A factor of a product: what it is worth as a tree, and the node that stands for it; below a bar or not."""

    tree: Tree
    node: Tree
    below: bool = False


Factors: TypeAlias = list[Factor]


class TakenApart(Struct, frozen=True, eq=False):
    """A product taken apart: its number with its sign, the nodes that make it (are they below a bar?), the factors."""

    number: Fraction
    numbers: tuple[tuple[Number, bool], ...]
    factors: tuple[Factor, ...]


def is_product(tree: Tree) -> bool:
    """Say whether a tree is made of factors, a sign counted as one."""
    return isinstance(tree, Product | Quotient | Negative | Entrywise)


def terms_of(tree: Tree, *, deep: bool = True) -> Iterator[Tree]:
    """List the terms of a sum, ``deep`` those of the sums in it too; a subtracted term with its sign."""
    match tree:
        case Sum(terms):
            for term in terms:
                yield from terms_of(term) if deep else (term,)
        case _:
            yield tree


def factors_of(tree: Tree, *, deep: bool = True) -> TakenApart:
    """Take a product apart, ``deep`` the products in it, too."""
    if not deep:
        taken = [factors_of(part) if isinstance(part, Number) else _whole(part) for part in children(tree)]
        return _joined(taken) if isinstance(tree, Product | Entrywise) else factors_of(tree)
    match tree:
        case Number():
            return TakenApart(tree.value, ((tree, False),), ())
        case Negative(operand):
            inner = factors_of(operand)
            return TakenApart(-inner.number, inner.numbers, inner.factors)
        case Product(parts) | Entrywise(parts):
            taken = [factors_of(part) for part in parts]
        case Quotient(above, under):
            below = factors_of(under)
            if not below.number:
                return _whole(tree)
            turned = tuple(Factor(over(ONE, one.node), one.node, below=True) for one in below.factors)
            numbers = tuple((one, not is_below) for one, is_below in below.numbers)
            taken = [factors_of(above), TakenApart(1 / below.number, numbers, turned)]
        case _:
            return _whole(tree)
    return _joined(taken)


def _whole(tree: Tree) -> TakenApart:
    return TakenApart(Fraction(1), (), (Factor(tree, tree),))


def _joined(taken: list[TakenApart]) -> TakenApart:
    numbers = tuple(number for one in taken for number in one.numbers)
    factors = tuple(factor for one in taken for factor in one.factors)
    return TakenApart(prod((one.number for one in taken), start=Fraction(1)), numbers, factors)


def forms_of(key: Tree) -> Iterator[Tree]:
    """Write a key as it is, with what all its terms share before a bracket, and with a bracket multiplied out."""
    yield key
    match key:
        case Sum(terms) if all(map(is_product, terms)):
            taken = [factors_of(term) for term in terms]
            shared = [one.tree for one in taken[0].factors if all(_holds(one.tree, other) for other in taken[1:])]
            if shared:
                rest = (product((number(one.number), *_rest(one, shared))) for one in taken)
                yield product((*shared, total(tuple(rest))))
        case Product(factors):
            for place, factor in enumerate(factors):
                if isinstance(factor, Sum):
                    before, after = factors[:place], factors[place + 1 :]
                    yield total(tuple(product((*before, term, *after)) for term in factor.terms))


def _holds(tree: Tree, apart: TakenApart) -> bool:
    return any(one.tree == tree for one in apart.factors)


def _rest(apart: TakenApart, shared: list[Tree]) -> list[Tree]:
    left = [one.tree for one in apart.factors]
    for tree in shared:
        left.remove(tree)
    return left
