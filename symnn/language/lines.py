r"""Several lines: the steps of a derivation, and the ordered factors of a chain.

A step is a chain of sides joined by ``=``. Steps are separated by line breaks, ``\\``, ``=>`` and ``;``;
words around the mathematics, ``&`` and ``aligned`` are tolerated. A line that begins with ``=`` goes on from
the last side of the line before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from symnn.errors import Problem, Span
from symnn.expressions.tree import Call, Derivative, Name, Product, Tree
from symnn.language.fitting_ones import uncounted
from symnn.language.folds import unbound
from symnn.language.limits import DERIVATION, Limits
from symnn.language.plain import Parser
from symnn.language.reading import read, too_large
from symnn.language.refusal import Refused
from symnn.language.signs import COMMA, END, EQUALS, IMPLIES, NAME, OWN, SEMICOLON, TO
from symnn.language.stretches import stretches
from symnn.language.tokens import scan, without_marks

if TYPE_CHECKING:
    from symnn.language.scope import Scope

__all__ = ["DerivationLine", "NamedChain", "read_chain", "read_lines"]


class DerivationLine(Struct, frozen=True):
    """One step: its sides in order (at least one), the places of the signs between them, and where it stands.

    ``continues`` says that it begins with ``=``: its first side equals the last side of the line before.
    """

    sides: tuple[Tree, ...]
    relations: tuple[Span, ...] = ()
    notes: tuple[Problem, ...] = ()
    span: Span = Span(0, 0)
    continues: bool = False


class NamedChain(Struct, frozen=True):
    """An ordered chain: names from the result to the quantity, or derivatives multiplied in order.

    Exactly one of ``names`` and ``factors`` is filled.
    """

    names: tuple[str, ...] = ()
    factors: tuple[Tree, ...] = ()
    notes: tuple[Problem, ...] = ()
    span: Span = Span(0, 0)


_BETWEEN = frozenset({COMMA, SEMICOLON, IMPLIES})
_ARROW = re.compile(r"->|→|⟶|\\to(?![A-Za-z])|\\(?:long)?rightarrow")


def read_lines(text: str, scope: Scope, *, limits: Limits = DERIVATION) -> tuple[DerivationLine, ...] | Problem:
    r"""Read the steps of a derivation; a quantity that a line introduces (``delta = …``) is known after it.

    >>> from symnn.language.scope import Scope
    >>> lines = read_lines("dE/dw = 2(y-z) f1\n = 2 y f1 - 2 z f1", Scope.of(["E", "w", "y", "z", "f1"]))
    >>> [(len(line.sides), line.continues) for line in lines]
    [(2, False), (1, True)]
    """
    if len(text) > limits.characters:
        return Problem("too-large", {"limit": "characters", "most": limits.characters})
    places = stretches(text, scope)
    if not places:
        return Problem("blank", {}, Span(0, len(text)))
    if len(places) > limits.lines:
        return Problem("too-large", {"limit": "lines", "most": limits.lines})
    lines: list[DerivationLine] = []
    for start, source in places:
        read_ones = _lines_of(start, source, text, scope, limits)
        if isinstance(read_ones, Problem):
            return read_ones
        lines.extend(read_ones)
        scope = scope.also(
            line.sides[0].name for line in read_ones if isinstance(line.sides[0], Name) and not line.continues
        )
    return tuple(lines)


def _lines_of(start: int, source: str, text: str, scope: Scope, limits: Limits) -> list[DerivationLine] | Problem:
    """Read one stretch of text; commas in it separate lines."""
    tokens = scan(" " * start + source, scope, limits)
    if isinstance(tokens, Problem):
        return tokens
    parser = Parser(without_marks(tokens), scope, limits, text)
    lines: list[DerivationLine] = []
    try:
        while parser.kinds[parser.at] != END:
            lines.append(_line(parser))
            if parser.kinds[parser.at] in _BETWEEN:
                parser.at += 1
            elif parser.kinds[parser.at] != END:
                parser.fail("operator")
    except Refused as refused:
        return refused.problem
    problems = (
        unbound(side, tokens.bound, scope) or uncounted(side) or too_large(side, limits)
        for line in lines
        for side in line.sides
    )
    return next((problem for problem in problems if problem is not None), lines)


def _line(parser: Parser) -> DerivationLine:
    first = parser.at
    noted = len(parser.notes) if first else 0
    continues = parser.kinds[first] == EQUALS
    sides: list[Tree] = [] if continues else [parser.expression()]
    relations: list[Span] = []
    while parser.kinds[parser.at] == EQUALS:
        relations.append(Span(parser.starts[parser.at], parser.ends[parser.at]))
        parser.at += 1
        sides.append(parser.expression())
    return DerivationLine(tuple(sides), tuple(relations), tuple(parser.notes[noted:]), parser.span(first), continues)


def read_chain(text: str, scope: Scope, *, limits: Limits = DERIVATION) -> NamedChain | Problem:
    """Read a chain: ``E -> y -> a3 -> w5``, or a product of partial derivatives in order.

    >>> from symnn.language.scope import Scope
    >>> read_chain("E → y → a_3", Scope.of(["E", "y", "a3"])).names
    ('E', 'y', 'a3')
    >>> len(read_chain("∂E/∂y ∂y/∂a_3", Scope.of(["E", "y", "a3"])).factors)
    2
    """
    if _ARROW.search(text[: limits.characters]):
        return _arrows(text, scope, limits)
    reading = read(text, scope, limits=limits)
    if isinstance(reading, Problem):
        return reading
    factors = _factors(reading.tree)
    for factor in factors:
        if not (isinstance(factor, Derivative) or (isinstance(factor, Call) and factor.order)):
            return Problem("not-a-chain", {}, factor.span)
    return NamedChain((), factors, reading.notes, Span(0, len(text)))


def _factors(tree: Tree) -> tuple[Tree, ...]:
    if isinstance(tree, Product):
        return tuple(inner for factor in tree.factors for inner in _factors(factor))
    return (tree,)


def _arrows(text: str, scope: Scope, limits: Limits) -> NamedChain | Problem:
    tokens = scan(text, scope, limits)
    if isinstance(tokens, Problem):
        return tokens
    parser = Parser(tokens, scope, limits, text)
    names: list[str] = []
    try:
        while True:
            if parser.kinds[parser.at] not in (NAME, OWN):
                parser.fail("name")
            tree = parser.alone()
            if not isinstance(tree, Name):
                parser.refuse("not-a-chain", 0)
            names.append(tree.name)
            if parser.kinds[parser.at] == END:
                break
            parser.expect("->", TO)
    except Refused as refused:
        return refused.problem
    return NamedChain(tuple(names), (), tuple(parser.notes), Span(0, len(text)))
