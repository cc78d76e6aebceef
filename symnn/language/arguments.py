r"""The arguments of commands: a group in braces, or one sign as TeX takes it, ``\frac12``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.errors import Span
from symnn.language.numerals import exact_number
from symnn.language.signs import BRACE, CLOSE, COMMAND, CONSTANT, FUNCTION, NAME, NUMBER, OWN

if TYPE_CHECKING:
    from symnn.expressions.tree import Tree
    from symnn.language.reader import Reader

__all__ = ["argument"]


def argument(parser: Reader) -> Tree:
    r"""Read the argument of a command: a group in braces, or one sign (``\frac12``)."""
    at = parser.at
    kind = parser.kinds[at]
    if kind == BRACE:
        parser.deeper()
        parser.at = at + 1
        tree = parser.fraction()
        parser.expect(parser.values[at], CLOSE)
        parser.depth -= 1
        return tree
    if kind == NUMBER:
        return _digit(parser, at)
    if kind in (NAME, OWN, CONSTANT, COMMAND):
        return parser.nested(parser.alone)
    if kind == FUNCTION:
        parser.refuse("no-argument", at, function=parser.values[at])
    return parser.fail("group")


def _digit(parser: Reader, at: int) -> Tree:
    """Take one digit off a number, as TeX does; the rest of the digits stay."""
    digits = parser.values[at]
    start = parser.starts[at]
    if len(digits) == 1 or not digits.isdigit():
        parser.at = at + 1
        return exact_number(digits, Span(start, parser.ends[at]))
    parser.values[at] = digits[1:]
    parser.starts[at] = start + 1
    return exact_number(digits[0], Span(start, start + 1))
