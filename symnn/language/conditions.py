r"""What depends on a condition: ``where(x > 0, a, b)``, ``1[x > 0]``, ``\begin{cases}``.

``step(x)`` is 1 for x > 0 and 0 for x <= 0, so ``1[x >= 0]`` is 1 - step(-x); ``piecewise(x, a, b)`` is a for
x > 0, else b.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from symnn.errors import Span
from symnn.expressions.tree import Call, Name, Negative, Number, Power, Product, Sum, Tree, bare
from symnn.language.indicators import OTHERWISE, WHERE
from symnn.language.signs import (
    AMPERSAND,
    CLOSE,
    COMMA,
    END,
    EQUALS,
    NEWLINE,
    OPEN,
    RELATION,
    SEMICOLON,
    SQUARE,
)
from symnn.ops import named

if TYPE_CHECKING:
    from symnn.language.reader import Reader

__all__ = ["WrittenComparison", "by_cases", "cases", "compared", "comparisons", "indicator_of", "relates", "where"]


_EQUAL = frozenset({"=", "!="})
"""Signs between two indices."""
_OPPOSITE: Mapping[str, str] = MappingProxyType({"<": ">", ">": "<", "=": "!", "!": "="})
"""The sign, by its first character, that holds where another one does not."""


class WrittenComparison(NamedTuple):
    """One comparison: what is greater than 0 where it holds, or with ``turned`` where it does not hold."""

    positive: Tree
    turned: bool
    left: Tree
    sign: str
    right: Tree

    @property
    def indicator(self) -> Tree:
        """The tree that is 1 where it holds and 0 elsewhere."""
        step = Call(named.STEP, (self.positive,))
        return Sum((Number(1), Negative(step))) if self.turned else step

    def chosen(self, holds: Tree, fails: Tree) -> Tree:
        """Give the tree that is one thing where it holds and another where it does not."""
        first, second = (fails, holds) if self.turned else (holds, fails)
        return Call(named.PIECEWISE, (self.positive, first, second))


def relates(parser: Reader, at: int) -> bool:
    """Say whether a comparison stands in the bracket that is open at a token, before it closes."""
    depth = 0
    for place, kind in enumerate(parser.kinds[at:], at):
        if not depth and compared(parser, place):
            return True
        if kind in (COMMA, SEMICOLON, END) and not depth:
            return False
        depth += (OPEN <= kind <= SQUARE) - (kind == CLOSE)
        if depth < 0:
            return False
    return False


def comparisons(parser: Reader, left: Tree) -> tuple[WrittenComparison, ...]:
    """Read ``> 0`` or ``< x < 1`` after its first side."""
    found: list[WrittenComparison] = []
    while parser.kinds[parser.at] in (RELATION, EQUALS) and parser.values[parser.at] != OTHERWISE:
        sign, at = parser.values[parser.at], parser.at
        parser.at += 1
        right = parser.expression()
        if sign in _EQUAL:
            found.append(_of_indices(parser, left, sign, right, at))
            continue
        greater, less = (left, right) if sign in (">", "<=") else (right, left)
        found.append(WrittenComparison(_minus(greater, less), len(sign) > 1, left, sign, right))
        left = right
    if not found:
        parser.fail("'>'")
    return tuple(found)


def _of_indices(parser: Reader, left: Tree, sign: str, right: Tree, at: int) -> WrittenComparison:
    """Compare two indices, ``i = j``: 1/2 - (i - j)^2 is greater than 0 where they are equal."""
    if not all(_counts(parser, side) for side in (left, right)):
        parser.refuse("nearly-equal", at, found=sign)
    apart = Power(Sum((left, Negative(right))), Number(2))
    return WrittenComparison(Sum((Number(1, 2), Negative(apart))), sign != "=", left, sign, right)


def _counts(parser: Reader, side: Tree) -> bool:
    return isinstance(side, Number) or (isinstance(side, Name) and side.name in parser.scope.indices)


def compared(parser: Reader, at: int) -> bool:
    """Say whether the sign of a comparison stands at a place: between indices ``=`` is one, too."""
    kind = parser.kinds[at]
    return kind == RELATION or (kind == EQUALS and parser.values[at - 1] in parser.scope.indices)


def _minus(left: Tree, right: Tree) -> Tree:
    if isinstance(right, Number) and not right.numerator:
        return left
    if isinstance(left, Number) and not left.numerator:
        return Negative(right)
    return Sum((left, Negative(right)))


def indicator_of(parser: Reader, left: Tree, at: int) -> Tree:
    """Read the rest of a comparison as 1 where it holds and 0 elsewhere."""
    parts = tuple(one.indicator for one in comparisons(parser, left))
    whole = Product(parts) if len(parts) > 1 else parts[0]
    span = parser.span(at)
    return replace(whole, span=span if left.span is None else Span(left.span.start, span.end))


def _choice(parts: tuple[WrittenComparison, ...], holds: Tree, fails: Tree) -> Tree:
    """Give one thing where all comparisons hold, else the other."""
    for one in reversed(parts):
        holds = one.chosen(holds, fails)
    return holds


def where(parser: Reader, at: int) -> Tree:
    """Read the arguments of ``where(x > 0, a, b)``; without a comparison the first is compared with 0."""
    closing = parser.values[parser.at]
    parser.deeper()
    parser.at += 1
    first = parser.expression()
    parts = comparisons(parser, first) if parser.kinds[parser.at] == RELATION else ()
    both: list[Tree] = []
    for _ in range(2):
        if parser.kinds[parser.at] != COMMA:
            parser.refuse("arguments", at, function=WHERE, expected=3, got=len(both) + 1)
        parser.at += 1
        both.append(parser.expression())
    parser.expect(closing, CLOSE)
    parser.depth -= 1
    if not parts:
        return Call(named.PIECEWISE, (first, *both), 0, parser.span(at))
    return _choice(parts, *both)


def cases(parser: Reader, at: int) -> Tree:
    """Read the rows of ``cases``: a value and its condition; the last one has none, or what is left."""
    rows: list[tuple[Tree, tuple[WrittenComparison, ...]]] = []
    while True:
        value = parser.nested(parser.expression)
        while parser.kinds[parser.at] in (COMMA, SEMICOLON, AMPERSAND):
            parser.at += 1
        rows.append((value, _condition(parser)))
        if parser.kinds[parser.at] in (COMMA, SEMICOLON):
            parser.at += 1
        if parser.kinds[parser.at] != NEWLINE:
            break
        parser.at += 1
        if parser.kinds[parser.at] == CLOSE:
            break
    parser.expect(r"\end{cases}", CLOSE)
    return by_cases(rows) or parser.refuse("cases", at)


def by_cases(rows: list[tuple[Tree, tuple[WrittenComparison, ...]]]) -> Tree | None:
    """Give the choice between values by their conditions; None where nothing says what is left."""
    *before, (tree, last) = rows
    conditions = [parts for _, parts in before]
    if not before or not all(conditions) or (last and not _cover([*conditions, last])):
        return None
    for value, parts in reversed(before):
        tree = _choice(parts, value, tree)
    return tree


def _condition(parser: Reader) -> tuple[WrittenComparison, ...]:
    if parser.values[parser.at] == OTHERWISE and parser.kinds[parser.at] == RELATION:
        parser.at += 1
        return ()
    if parser.kinds[parser.at] in (NEWLINE, CLOSE, END):
        return ()
    return comparisons(parser, parser.nested(parser.expression))


def _cover(rows: list[tuple[WrittenComparison, ...]]) -> bool:
    """Say whether conditions leave nothing out: two that are opposite, or one quantity compared with numbers."""
    if len(rows) == 2 and all(len(row) == 1 for row in rows):  # noqa: PLR2004 - a condition and its opposite
        first, second = ((bare(row[0].left), row[0].sign[0], bare(row[0].right)) for row in rows)
        flipped = _OPPOSITE[second[1]]
        if (second[0], flipped, second[2]) == first or (second[2], second[1], second[0]) == first:
            return True
    bounds = [[_bound(one) for one in row] for row in rows]
    if any(bound is None for row in bounds for bound in row):
        return False
    known = [[bound for bound in row if bound is not None] for row in bounds]
    if len({name for row in known for name, _, _ in row}) != 1:
        return False
    places = sorted({place for row in known for _, _, place in row})
    middles = [(one + other) / 2 for one, other in pairwise(places)]
    points = [places[0] - 1, *middles, places[-1] + 1]
    return all(
        any(all(point > place if sign == ">" else point < place for _, sign, place in row) for row in known)
        for point in points
    )


def _bound(one: WrittenComparison) -> tuple[str, str, Fraction] | None:
    """Give the thing, the sign and the number of a comparison with a number."""
    left, right, sign = _value(one.left), _value(one.right), one.sign[0]
    if one.sign in _EQUAL:
        return None
    if right is not None and left is None:
        return repr(bare(one.left)), sign, right
    if left is not None and right is None:
        return repr(bare(one.right)), _OPPOSITE[sign], left
    return None


def _value(tree: Tree) -> Fraction | None:
    if isinstance(tree, Negative):
        inside = _value(tree.operand)
        return None if inside is None else -inside
    return tree.value if isinstance(tree, Number) else None
