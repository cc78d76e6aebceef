"""What a sum, a quotient, a power or a number of an answer becomes by a slip in its form; no network is asked."""

from __future__ import annotations

from collections.abc import Iterator

from symnn.expressions.terms import ONE, minus, unsigned
from symnn.expressions.tree import (
    Entrywise,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    bare,
    children,
    number,
    rebuilt,
)
from symnn.misconceptions.answer_spots import RARE, USUAL, Change
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.verdicts import codes

__all__ = ["FOREIGN", "LESS_USUAL", "bracketed", "instead", "is_short", "of_number", "of_power", "of_quotient"]

LESS_USUAL, FOREIGN = 1.15, 1.9
_LARGEST = 12
"""What has more nodes is not called one thing."""


def bracketed(terms: tuple[Tree, ...], node: Sum) -> Iterator[Change]:
    """Put brackets around neighbours of which only one was raised or multiplied: y - z^2, 2*y - z, y - z*f'(a)."""
    for place in range(1, len(terms)):
        for around, whole in _in_brackets(terms[place - 1], terms[place]):
            rest = (*terms[: place - 1], whole, *terms[place + 1 :])
            yield Mistake(codes.BRACKETS, facts(around=around), 1.0, (node,)), rest[0] if len(rest) == 1 else Sum(rest)


def _in_brackets(first: Tree, last: Tree) -> Iterator[tuple[Tree, Tree]]:
    """Give what may belong in brackets, and what two terms become by them."""
    raised, core = unsigned(last), unsigned(first)
    signed = minus if core is not first else bare
    if isinstance(raised, Power):
        inner: Tree = Sum((first, raised.base if raised is last else minus(raised.base)))
        yield inner, Power(inner, raised.exponent)
    if isinstance(core, Quotient):
        inner = Sum((core.under, last))
        yield inner, signed(Quotient(core.over, inner))
    before: list[Tree] = []
    head = first
    if isinstance(core, Product | Entrywise):
        *before, head = core.factors
        inner = Sum((head, last))
        yield inner, signed(rebuilt(core, (*before, inner)))
    if isinstance(raised, Product | Entrywise):
        inner = Sum((head, raised.factors[0] if raised is last else minus(raised.factors[0])))
        is_one = not before or type(core) is type(raised)
        joined = (*before, inner) if is_one else (rebuilt(core, (*before, inner)),)
        yield inner, (signed if before else bare)(rebuilt(raised, (*joined, *raised.factors[1:])))


def of_quotient(over: Tree, under: Tree, node: Quotient) -> Iterator[Change]:
    """Turn a quotient over, multiply instead, or leave out what it is divided by."""
    turned = Quotient(under, over)
    yield Mistake(codes.INVERTED, facts(at=turned), USUAL, (node,)), turned
    yield Mistake(codes.DIVIDED, facts(factor=under), USUAL, (node,)), Product((over, under))
    yield Mistake(codes.EXTRA_FACTOR, facts(factor=Quotient(ONE, under)), LESS_USUAL, (node,)), over


def of_power(base: Tree, exponent: Tree, node: Power) -> Iterator[Change]:
    """Give a power an exponent one larger or smaller, or of the other sign, or exchange it with the base."""
    inner = unsigned(exponent)
    if isinstance(inner, Number) and inner.denominator == 1:
        wrote = inner.numerator if inner is exponent else -inner.numerator
        for meant in (wrote - 1, wrote + 1, -wrote):
            better = base if meant == 1 else ONE if not meant else Power(base, _integer(meant))
            told = facts(meant=str(meant), wrote=str(wrote))
            yield Mistake(codes.EXPONENT, told, USUAL, (node,)), better
    yield from instead(node, Power(exponent, base))


def of_number(node: Number) -> Iterator[Change]:
    """Double or halve a number, or count one up or down."""
    for meant in (2 * node.value, node.value / 2, node.value - 1, node.value + 1):
        if not meant:
            continue  # that is a term or a factor too many
        simpler = meant.denominator <= node.denominator
        yield from instead(node, number(meant), LESS_USUAL if simpler else FOREIGN)


def _integer(value: int) -> Tree:
    return Number(value) if value >= 0 else Negative(Number(-value))


def instead(node: Tree, better: Tree, cost: float = RARE) -> Iterator[Change]:
    """Say that one thing belongs where another stands."""
    is_same = type(node) is type(better) and bare(node) == bare(better)
    if not is_same and is_short(node) and is_short(better):
        yield Mistake(codes.WRONG_FACTOR, facts(meant=better, wrote=node), cost, (node,), (better,)), better


def is_short(tree: Tree) -> bool:
    """Say whether a tree may be called one thing."""
    nodes: list[Tree] = [tree]
    for node in nodes:
        if len(nodes) > _LARGEST:
            return False
        nodes += children(node)
    return True
