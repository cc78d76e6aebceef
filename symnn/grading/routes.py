r"""A student's chains: the ways from a result down to a quantity, in whatever notation they are written.

Arrows of any kind, commas and words (``E 经 y 到 a3``, ``E 对 y, y 对 a3``) give names in order; everything else is
read as products of partials, ``∂E/∂y · ∂y/∂a_3``, several ways added or one a line, common factors before a bracket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, product as choices

from msgspec import Struct

from symnn.errors import Problem, Span
from symnn.grading.ways import Link, Ways
from symnn.language.limits import DERIVATION
from symnn.language.lines import read_lines
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.language.signs import FUNCTION
from symnn.language.tree import (
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
    Tree,
    bare,
    walk,
)
from symnn.language.writing import plain
from symnn.ops.terms import MINUS_ONE

__all__ = ["MOST_ROUTES", "Route", "Routes", "routes", "routes_of"]

MOST_ROUTES = 64
"""More ways than this are not looked at."""

_MOST_POWER = 8
_NOT_MORE = 4_096
_SHOWN = 80

_ARROW = re.compile(
    r"-{1,2}>|=+>|→|⟶|⇒|⟹|➜|➔|➝|<-{1,2}|←|⟵"
    r"|\\(?:long)?(?:right|left)arrow(?![A-Za-z])|\\(?:to|mapsto|gets)(?![A-Za-z])|\\(?:Right|Long)rightarrow(?![A-Za-z])"
    r"|\\xrightarrow\s*\{[^{}]*\}"
)
_PARTIAL = re.compile(r"[/∂'’′∇÷⁄]|\\[dt]?frac|\\partial|\bdiff\s*\(|\\prime")
_BETWEEN = re.compile(
    _ARROW.pattern
    + r"|[,，、>]|对|到|至|经过|经由|经|通过|然后|再|最后|(?<![A-Za-z\\])(?:to|via|through|then|by)(?![A-Za-z])"
)
_APART = re.compile(r"[;；\n]|\\\\|\+|＋|以及|和|与|加上?|或者?|另外|(?<![A-Za-z\\])(?:and|plus|or)(?![A-Za-z])")
_NOISE = re.compile(
    r"\$|\\[()\[\]]|(?:\\(?:begin|end)\s*\{[a-z]+\*?\})|&|[\u4e00-\u9fff。：:]+|[①-⑳]"
    r"|(?<![A-Za-z\\])(?:path|paths|way|chain|from|the|first|second)(?![A-Za-z0-9_])(?:\s*\d{1,2}(?=\s*[:：]))?"
)
_OPENING, _CLOSING = "([{", ")]}"


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
    if _ARROW.search(text) or not _PARTIAL.search(text):
        return _arrows(text, scope, ways, asked)
    return _products(text, scope, ways, asked)


def routes_of(tree: Tree, ways: Ways) -> tuple[Route, ...] | Problem:
    """Multiply a sum of products out into ways; partials stay apart from factors worked out."""
    count = _count(tree)
    if count > MOST_ROUTES:
        return Problem("too-large", {"limit": "paths", "most": MOST_ROUTES}, tree.span)
    return tuple(_route(factors, ways) for factors in _multiplied(tree))


def _products(text: str, scope: Scope, ways: Ways, asked: Link) -> Routes | Problem:
    lines = read_lines(text, scope)
    if isinstance(lines, Problem):
        return lines
    terms: list[Tree] = []
    for line in lines:
        alone = len(line.sides) == 1 and not line.continues
        left = None if alone or line.continues else line.sides[0]
        if left is not None and ways.link(bare(left)) != asked:
            return Problem("not-asked", {"found": plain(bare(left))[:_SHOWN]}, left.span)
        sides = [side for side in line.sides if side is not left]
        if len(sides) > 1 or (line.continues and ways.link(bare(terms[-1])) != asked if terms else False):
            return Problem("not-one-answer", {"found": "="}, line.relations[-1])
        if line.continues:
            terms = []
        _added(terms, sides[0], text)
    terms = terms if len(terms) == 1 else [term for term in terms if ways.link(bare(term)) != asked]
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
        case Sum(terms) if _holds_partials(tree):
            return min(sum(_count(term) for term in terms), _NOT_MORE)
        case Product(factors) | Entrywise(factors):
            whole = 1
            for factor in factors:
                whole = min(whole * _count(factor), _NOT_MORE)
            return whole
        case Negative(operand) | Quotient(operand, _):
            return _count(operand)
        case Power(base, Number(exponent, 1)) if _holds_partials(tree) and exponent <= _MOST_POWER:
            return min(_count(base) ** exponent, _NOT_MORE)
    return 1


def _multiplied(tree: Tree) -> Iterator[tuple[Tree, ...]]:
    """Give the factors of each way."""
    match tree:
        case Sum(terms) if _holds_partials(tree):
            for term in terms:
                yield from _multiplied(term)
        case Product(factors) | Entrywise(factors):
            for chosen in choices(*(tuple(_multiplied(factor)) for factor in factors)):
                yield tuple(one for way in chosen for one in way)
        case Negative(operand):
            for way in _multiplied(operand):
                yield (MINUS_ONE, *way)
        case Quotient(over, under) if over != Number(1):
            for way in _multiplied(over):
                yield (*way, Quotient(Number(1), under, under.span))
        case Power(base, Number(exponent, 1)) if _holds_partials(tree) and exponent <= _MOST_POWER:
            for chosen in choices(tuple(_multiplied(base)), repeat=exponent):
                yield tuple(one for way in chosen for one in way)
        case _:
            yield (tree,)


def _holds_partials(tree: Tree) -> bool:
    return any(isinstance(node, Derivative) or (isinstance(node, Call) and node.order) for node in walk(tree))


def _route(factors: tuple[Tree, ...], ways: Ways) -> Route:
    links, spans, worked = [], [], []
    for factor in factors:
        link = ways.link(bare(factor))
        if link is None:
            worked.append(factor)
        else:
            links.append(link)
            spans.append(factor.span)
    return Route(tuple(links), tuple(spans), tuple(worked))


def _arrows(text: str, scope: Scope, ways: Ways, asked: Link) -> Routes | Problem:
    """Read names (or partials) with arrows, commas or words between them; each way apart from the next."""
    start = _after_left(text, scope, ways, asked)
    if isinstance(start, Problem):
        return start
    found: list[Route] = []
    notes: list[Problem] = []
    for first, last in _cut(text, start, len(text), _APART):
        read_ones = [_piece(text, at, end, scope) for at, end in _cut(text, first, last, _BETWEEN)]
        pieces = [piece for piece in read_ones if piece is not None]
        problem = next((piece for piece in pieces if isinstance(piece, Problem)), None)
        if problem is not None:
            return problem
        if not pieces:
            continue
        route = _joined([piece for piece in pieces if not isinstance(piece, Problem)], ways)
        if isinstance(route, Problem):
            return route
        found.append(route)
    if not any(route.links for route in found):
        return Problem("not-a-chain", {}, Span(start, len(text)))
    if len(found) > MOST_ROUTES:
        return Problem("too-large", {"limit": "paths", "most": MOST_ROUTES})
    return Routes(tuple(found), None, tuple(notes))


def _after_left(text: str, scope: Scope, ways: Ways, asked: Link) -> int | Problem:
    """Go past ``∂E/∂w5 =`` or ``∂E/∂w5:`` at the beginning; refuse another quantity there."""
    mark = re.search(r"(?<![-=<])[=＝:：](?![>=])", text)
    arrow = _ARROW.search(text)
    if mark is None or (arrow is not None and arrow.start() < mark.start()):
        return 0
    left = _NOISE.sub(lambda word: " " * len(word[0]), text[: mark.start()])
    if not left.strip() or left.strip().isdigit():
        return mark.end()
    reading = read(left, scope, limits=DERIVATION)
    if isinstance(reading, Problem):
        return reading
    if ways.link(bare(reading.tree)) != asked:
        return Problem("not-asked", {"found": left.strip()[:_SHOWN]}, reading.tree.span)
    return mark.end()


def _cut(text: str, start: int, end: int, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Cut a stretch of text at separators that stand outside brackets."""
    depth, at, last = 0, start, start
    for mark in pattern.finditer(text, start, end):
        for sign in text[at : mark.start()]:
            depth += (sign in _OPENING) - (sign in _CLOSING)
        at = mark.start()
        if depth <= 0:
            yield last, mark.start()
            last = mark.end()
    yield last, end


def _piece(text: str, start: int, end: int, scope: Scope) -> Tree | Problem | None:
    """Read one name or partial; None where only words or blanks stand. A function alone is a `Call` without arguments."""
    words = _NOISE.sub(lambda word: " " * len(word[0]), text[start:end])
    name = words.strip()
    if not name:
        return None
    place = start + len(words) - len(words.lstrip())
    span = Span(place, place + len(name))
    known = scope.find(name)
    if known is not None and known[0] == FUNCTION and "'" not in known[1]:
        return Call(known[1], (), 0, span)
    reading = read(" " * start + words, scope, limits=DERIVATION)
    if isinstance(reading, Problem):
        return reading
    if not isinstance(reading.tree, Name) and not _holds_partials(reading.tree):
        return Problem("not-a-chain", {}, span)
    return reading.tree


def _joined(pieces: list[Tree], ways: Ways) -> Route | Problem:
    """Join names, or partials, to one way; a unit's function stands for its value."""
    if not any(isinstance(piece, Name) or (isinstance(piece, Call) and not piece.arguments) for piece in pieces):
        return _route(tuple(one for piece in pieces for way in _multiplied(piece) for one in way), ways)
    names: list[str] = []
    spans: list[Span | None] = []
    for place, piece in enumerate(pieces):
        after = pieces[place + 1] if place + 1 < len(pieces) else None
        name = _named(piece, after, ways)
        if name is None:
            return Problem("not-a-chain", {}, piece.span)
        if not names or names[-1] != name:
            names.append(name)
            spans.append(piece.span)
    return Route(
        tuple(pairwise(names)),
        tuple(_hull(first, last) for first, last in pairwise(spans)),
        names=tuple(names),
    )


def _named(piece: Tree, after: Tree | None, ways: Ways) -> str | None:
    match piece:
        case Name(name):
            return name
        case Call(function, (), 0):
            unit = ways.graph.units.get(function)
            if unit is not None:
                return unit.value
            return (ways.unit(function, after.name) or None) if isinstance(after, Name) else None
    return None


def _hull(first: Span | None, last: Span | None) -> Span | None:
    return Span(first.start, last.end) if first is not None and last is not None else None
