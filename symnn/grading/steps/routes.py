r"""A student's chains: the ways from a result down to a quantity, in whatever notation they are written.

Arrows of any kind, commas and words (``E 经 y 到 a3``, ``E 对 y, y 对 a3``) give names in order; everything else is
read as products of partials, ``∂E/∂y · ∂y/∂a_3``, several ways added or one a line, common factors before a bracket.
"""

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
from symnn.expressions.writing import plain
from symnn.grading.steps.ways import Link, Ways
from symnn.language.limits import DERIVATION
from symnn.language.lines import read_lines
from symnn.language.scope import Scope

__all__ = [
    "ARROW",
    "MOST_ROUTES",
    "SHOWN",
    "Route",
    "Routes",
    "holds_partials",
    "multiplied",
    "route_of",
    "routes",
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
_PARTIAL = re.compile(r"[/∂'’′∇÷⁄]|\\[dt]?frac|\\partial|\bdiff\s*\(|\\prime")


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


def routes(text: str, scope: Scope, ways: Ways, asked: Link) -> Routes | Problem:
    """Read an answer; ``asked`` may stand before an equals sign or a colon.

    >>> from symnn.networks.catalogue import network
    >>> graph = network("bp-2-2-1").graph
    >>> found = routes("E → y → a_3，w_5", graph.scope, Ways(graph), ("E", "w5"))
    >>> found.ways[0].names
    ('E', 'y', 'a3', 'w5')
    """
    if len(text) > DERIVATION.characters:
        return Problem("too-large", {"limit": "characters", "most": DERIVATION.characters})
    if not text.strip():
        return Problem("blank", {}, Span(0, len(text)))
    if ARROW.search(text) or not _PARTIAL.search(text):
        from symnn.grading.steps.arrows import arrows

        return arrows(text, scope, ways, asked)
    return _products(text, scope, ways, asked)


def routes_of(tree: Tree, ways: Ways) -> tuple[Route, ...] | Problem:
    """Multiply a sum of products out into ways; partials stay apart from factors worked out."""
    count = _count(tree)
    if count > MOST_ROUTES:
        return Problem("too-large", {"limit": "paths", "most": MOST_ROUTES}, tree.span)
    return tuple(route_of(factors, ways) for factors in multiplied(tree))


def _products(text: str, scope: Scope, ways: Ways, asked: Link) -> Routes | Problem:
    lines = read_lines(text, scope)
    if isinstance(lines, Problem):
        return lines
    terms: list[Tree] = []
    for line in lines:
        heading = line.continues and len(terms) == 1 and ways.link(bare(terms[0])) == asked
        left = line.sides[0] if len(line.sides) > 1 and not line.continues else None
        if left is not None and ways.link(bare(left)) != asked:
            return Problem("not-asked", {"found": plain(bare(left))[:SHOWN]}, left.span)
        sides = line.sides if left is None else line.sides[1:]
        if len(sides) > 1 or (line.continues and not heading):
            return Problem("not-one-answer", {"found": "="}, line.relations[-1])
        terms = [] if heading else terms
        _added(terms, sides[0], text)
    tree = terms[0] if len(terms) == 1 else Sum(tuple(terms))
    found = routes_of(tree, ways)
    if isinstance(found, Problem):
        return found
    if not any(route.links for route in found):
        return Problem("not-a-chain", {}, tree.span)
    return Routes(found, tree, tuple(note for line in lines for note in line.notes))


def _added(terms: list[Tree], tree: Tree, text: str) -> None:
    """Add one more way; partials with only a comma between are factors of one."""
    before = terms[-1].span if terms else None
    if before is not None and tree.span is not None:
        between = text[before.end : tree.span.start]
        if between.strip() and not between.strip(" ,，、"):
            terms[-1] = Product((terms[-1], tree), Span(before.start, tree.span.end))
            return
    terms.append(tree)


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


def multiplied(tree: Tree) -> Iterator[tuple[Tree, ...]]:
    """Give the factors of each way."""
    match tree:
        case Sum(terms) if holds_partials(tree):
            for term in terms:
                yield from multiplied(term)
        case Product(factors) | Entrywise(factors):
            for chosen in choices(*(tuple(multiplied(factor)) for factor in factors)):
                yield tuple(one for way in chosen for one in way)
        case Negative(operand):
            for way in multiplied(operand):
                yield (MINUS_ONE, *way)
        case Quotient(over, under) if over != Number(1):
            for way in multiplied(over):
                yield (*way, Quotient(Number(1), under, under.span))
        case Power(base, Number(exponent, 1)) if holds_partials(tree) and exponent <= _MOST_POWER:
            for chosen in choices(tuple(multiplied(base)), repeat=exponent):
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
