"""What passes between the pages and those who judge: plain records, so that the pages need nothing of the algebra."""

from __future__ import annotations

from msgspec import Struct

from symnn.classroom.recorded import ShownAnswer
from symnn.errors import Problem
from symnn.verdicts.trace import Trace

__all__ = ["Asked", "Judged", "LineRow", "Parts", "Seen", "Who"]


class Who(Struct, frozen=True):
    """For whom a variant is drawn: a student of a class or nobody in particular, and how often it was changed."""

    student: str = ""
    number: int = 0


class Asked(Struct, frozen=True):
    """One part in a variant: what it asks, the words of its choices, the names that may be clicked."""

    id: str
    kind: str
    ask: str
    points: float
    choices: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    is_drawn: bool


class Parts(Struct, frozen=True):
    """An exercise in a variant; what keeps it from being used, if anything does."""

    title: str
    prompt: str
    parts: tuple[Asked, ...]
    problems: tuple[Problem, ...] = ()


class LineRow(Struct, frozen=True):
    """One finished line of a derivation: how it was read, and if it follows (None: it says nothing to judge)."""

    number: int
    read: ShownAnswer
    state: str


class Seen(Struct, frozen=True):
    """How an answer is read while it is typed: a verdict (as `storing` writes it) that says nothing of right or wrong.

    Of a derivation also its finished lines, each with what is said of it.
    """

    verdict: bytes
    rows: tuple[LineRow, ...] = ()


class Judged(Struct, frozen=True):
    """What is made of an answer: the verdict as `storing` writes it, its cluster, the trace, the lines."""

    verdict: bytes
    cluster: str = ""
    trace: Trace | None = None
    rows: tuple[LineRow, ...] = ()
