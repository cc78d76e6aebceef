"""Routes from a result down to a quantity: sums of products of partials multiplied out into single ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product as choices

from msgspec import Struct

from symnn.errors import Problem, Span
from symnn.expressions.terms import MINUS_ONE
from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    bare,
    walk,
)
from symnn.steps.ways import Ways
from symnn.verdicts.trace import Link

__all__ = [
    "ARROW",
    "MOST_ROUTES",
    "SHOWN",
    "Route",
    "Routes",
    "factor_ways",
    "holds_partials",
    "route_of",
    "routes_of",
]

MOST_ROUTES = 64
"""More ways than this are not looked at."""

_MOST_POWER = 8
_NOT_MORE = 4_096
SHOWN = 80
"""Characters of a text that are said back."""

ARROW = re.compile(
    r"-{1,2}>|=+>|→|⟶|⇒|⟹|➜|➔|➝|<-{1,2}|←|⟵"
    r"|\\(?:to|mapsto|gets|(?:long|Long|short)?(?:right|left|Right|Left)arrow)(?![A-Za-z])"
    r"|\\xrightarrow\s*\{[^{}]*\}"
)


class Route(Struct, frozen=True):
    """One way: its partials with their places, and factors that the student has worked out already.

    ``names`` are the quantities in order where they were written with arrows; empty for products.
    """

    links: tuple[Link, ...]
    spans: tuple[Span | None, ...]
    worked: tuple[Tree, ...] = ()
    names: tuple[str, ...] = ()


class Routes(Struct, frozen=True):
    """All ways of an answer; ``tree`` is what was read where they were written as products."""

    ways: tuple[Route, ...]
    tree: Tree | None = None
    notes: tuple[Problem, ...] = ()


def routes_of(tree: Tree, ways: Ways) -> tuple[Route, ...] | Problem:
    """Multiply a sum of products out into ways; partials stay apart from factors worked out."""
    count = _count(tree)
    if count > MOST_ROUTES:
        return Problem("too-large", {"limit": "paths", "most": MOST_ROUTES}, tree.span)
    return tuple(route_of(factors, ways) for factors in factor_ways(tree))


def _count(tree: Tree) -> int:
    """Count the ways without writing them."""
    match tree:
        case Sum(terms) if holds_partials(tree):
            return min(sum(_count(term) for term in terms), _NOT_MORE)
        case Product(factors) | Entrywise(factors):
            whole = 1
            for factor in factors:
                whole = min(whole * _count(factor), _NOT_MORE)
            return whole
        case Negative(operand) | Quotient(operand, _):
            return _count(operand)
        case Power(base, Number(exponent, 1)) if holds_partials(tree) and exponent <= _MOST_POWER:
            return min(int(_count(base) ** exponent), _NOT_MORE)
    return 1


def factor_ways(tree: Tree) -> Iterator[tuple[Tree, ...]]:
    """Give the factors of each way."""
    match tree:
        case Sum(terms) if holds_partials(tree):
            for term in terms:
                yield from factor_ways(term)
        case Product(factors) | Entrywise(factors):
            for chosen in choices(*(tuple(factor_ways(factor)) for factor in factors)):
                yield tuple(one for way in chosen for one in way)
        case Negative(operand):
            for way in factor_ways(operand):
                yield (MINUS_ONE, *way)
        case Quotient(over, under) if over != Number(1):
            for way in factor_ways(over):
                yield (*way, Quotient(Number(1), under, under.span))
        case Power(base, Number(exponent, 1)) if holds_partials(tree) and exponent <= _MOST_POWER:
            for chosen in choices(tuple(factor_ways(base)), repeat=exponent):
                yield tuple(one for way in chosen for one in way)
        case _:
            yield (tree,)


def holds_partials(tree: Tree) -> bool:
    """Say whether a tree has a derivative anywhere in it."""
    return any(isinstance(node, Derivative) or (isinstance(node, Call) and node.order) for node in walk(tree))


def route_of(factors: tuple[Tree, ...], ways: Ways) -> Route:
    """Tell partials from factors worked out."""
    links, spans, worked = [], [], []
    for factor in factors:
        link = ways.link(bare(factor))
        if link is None:
            worked.append(factor)
        else:
            links.append(link)
            spans.append(factor.span)
    return Route(tuple(links), tuple(spans), tuple(worked))
