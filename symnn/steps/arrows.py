"""Chains written with arrows, commas and words: ``E → y → a_3``, ``E 经 y 到 a3``, ``E 对 y, y 对 a3``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from symnn.errors import Problem, Span
from symnn.expressions.tree import Call, Name, Tree, bare
from symnn.language.limits import DERIVATION
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.language.signs import FUNCTION
from symnn.steps.routes import ARROW, MOST_ROUTES, SHOWN, Route, Routes, factor_ways, holds_partials, route_of
from symnn.steps.ways import Ways
from symnn.verdicts.trace import Link

__all__ = ["arrows"]

_BETWEEN = re.compile(
    ARROW.pattern
    + r"|[,，、>]|对|到|至|经过|经由|经|通过|然后|再|最后|(?<![A-Za-z\\])(?:to|via|through|then|by)(?![A-Za-z])"
)
_APART = re.compile(r"[;；\n]|\\\\|\+|＋|以及|和|与|加上?|或者?|另外|(?<![A-Za-z\\])(?:and|plus|or)(?![A-Za-z])")
_NOISE = re.compile(
    r"路径\s*\d{0,2}\s*[：:]?|\$|\\[()\[\]]|(?:\\(?:begin|end)\s*\{[a-z]+\*?\})|&|[\u4e00-\u9fff。：:]+|[①-⑳]"
    r"|(?<![A-Za-z\\])(?:path|paths|way|chain|from|the|first|second)(?![A-Za-z0-9_])(?:\s*\d{1,2}(?=\s*[:：]))?"
)
_OPENING, _CLOSING = "([{", ")]}"


def arrows(text: str, scope: Scope, ways: Ways, asked: Link) -> Routes | Problem:
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
    arrow = ARROW.search(text)
    if mark is None or (arrow is not None and arrow.start() < mark.start()):
        return 0
    left = _NOISE.sub(lambda word: " " * len(word[0]), text[: mark.start()])
    if not left.strip() or left.strip().isdigit():
        return mark.end()
    reading = read(left, scope, limits=DERIVATION)
    if isinstance(reading, Problem):
        return reading
    if ways.link(bare(reading.tree)) != asked:
        return Problem("not-asked", {"found": left.strip()[:SHOWN]}, reading.tree.span)
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
    """Read one name or partial; None where only words stand. A function alone is a `Call` without arguments."""
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
    if not isinstance(reading.tree, Name) and not holds_partials(reading.tree):
        return Problem("not-a-chain", {}, span)
    return reading.tree


def _joined(pieces: list[Tree], ways: Ways) -> Route | Problem:
    """Join names, or partials, to one way; a unit's function stands for its value."""
    if not any(isinstance(piece, Name) or (isinstance(piece, Call) and not piece.arguments) for piece in pieces):
        return route_of(tuple(one for piece in pieces for way in factor_ways(piece) for one in way), ways)
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
