"""What the parts of the grammar are handed: the tokens, where reading stands, and how to read on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol

from symnn.language.signs import CLOSE

if TYPE_CHECKING:
    from collections.abc import Callable

    from symnn.errors import Fact, Span
    from symnn.expressions.tree import Tree
    from symnn.language.limits import Limits
    from symnn.language.scope import Scope
    from symnn.language.tokens import Tokens

__all__ = ["Reader"]


class Reader(Protocol):
    """Reads the tokens of one text; its parts (calls, grids, derivatives) call one another through it alone.

    ``own`` is the argument of the unit that is being read, ``bars`` and ``rows`` count what is open, ``unsure``
    marks a term that another reader might group differently.
    """

    kinds: list[int]
    values: list[str]
    starts: list[int]
    ends: list[int]
    scope: Scope
    limits: Limits
    text: str
    at: int
    depth: int
    bars: int
    rows: int
    own: str
    unsure: bool

    def __init__(self, tokens: Tokens, scope: Scope, limits: Limits, text: str) -> None:
        """Begin at the first token of a text."""

    def expression(self) -> Tree:
        """Read terms that are added and subtracted."""

    def term(self) -> Tree:
        """Read factors that are multiplied and divided, with a sign before them."""

    def factor(self) -> Tree:
        """Read one factor with its exponents."""

    def alone(self) -> Tree:
        """Read one factor without any exponent after it."""

    def exponent(self) -> Tree:
        """Read an exponent."""

    def fraction(self) -> Tree:
        r"""Read a whole group of TeX, with ``\over`` in it or not."""

    def group(self) -> Tree:
        """Read what stands in parentheses, after the opening one."""

    def nested(self, read: Callable[[], Tree]) -> Tree:
        """Read something one level deeper."""

    def deeper(self) -> None:
        """Count one level of nesting more."""

    def transpose(self, operand: Tree, first: int) -> Tree:
        """Transpose what has rows."""

    def expect(self, value: str, kind: int = CLOSE) -> None:
        """Go past a closing sign, or refuse what stands there instead."""

    def span(self, first: int) -> Span:
        """Give the place of everything read since a token."""

    def place(self, at: int) -> Span:
        """Give the place of one token."""

    def source(self, first: int) -> str:
        """Give the text of everything read since a token."""

    def fail(self, expected: str) -> NoReturn:
        """Refuse the token that stands here."""

    def refuse(self, code: str, first: int, /, **facts: Fact) -> NoReturn:
        """Refuse what was read since a token."""
