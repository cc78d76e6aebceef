"""What can go wrong, as values: a place, a code, and facts; no prose (that is in ``messages``).

Every error raised on purpose has an addressee: the author of a file, or the operator of a command.
What a student typed wrongly is no exception but a value, a `Problem`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct

__all__ = [
    "AuthorError",
    "Fact",
    "GraphError",
    "OperatorError",
    "Place",
    "Problem",
    "ShapeError",
    "Span",
    "SymnnError",
    "TargetError",
    "UsageError",
]

Fact = str | int | tuple[str, ...]
"""A fact of a problem or finding: a name, a number, or several names."""

NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


class Span(NamedTuple):
    """Where in a text: ``start`` to ``end`` (exclusive), counted from 0 in code points as submitted.

    >>> "2*(y-z"[slice(*Span(2, 3))]
    '('
    """

    start: int
    end: int


class Place(Struct, frozen=True):
    """Where in a file: line and column counted from 1, and the field (``parts[1].kind``) if there is one."""

    file: str
    line: int = 1
    column: int = 1
    field: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(Struct, frozen=True):
    """What is wrong with a text or a file: a stable ``code``, the facts, and where.

    ``span`` is a place in a student's or author's expression; ``place`` one in a file.
    """

    code: str
    facts: Mapping[str, Fact] = NO_FACTS
    span: Span | None = None
    place: Place | None = None


class SymnnError(Exception):
    """Raised on purpose; anything else is a bug and keeps its traceback.

    ``problems`` are the facts; ``text`` is the sentence that `messages.raised` made of them.
    """

    def __init__(self, problems: tuple[Problem, ...], text: str) -> None:
        super().__init__(text)
        self.problems = problems


class AuthorError(SymnnError):
    """For the author: a network or exercise file cannot be used (exit code 4)."""


class GraphError(AuthorError):
    """For the author: the equations do not make a graph (a name is undefined, defined twice, in a cycle)."""


class ShapeError(GraphError):
    """For the author: shapes do not fit; the facts name the equation and both shapes."""


class OperatorError(SymnnError):
    """For the operator: a file, key or folder cannot be used; nothing was lost (exit code 4)."""


class UsageError(SymnnError):
    """For the operator: an option, name or value of the command is wrong or missing (exit code 2)."""


class TargetError(UsageError):
    """For the operator: no network, exercise, part or quantity has this name (exit code 2)."""
