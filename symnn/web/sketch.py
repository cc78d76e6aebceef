"""What an author's page shows: plain records, so that the page needs nothing of the algebra."""

from __future__ import annotations

from msgspec import Struct

from symnn.classroom.recorded import ShownAnswer
from symnn.errors import Problem

__all__ = ["Draft", "Sketch", "Variant"]

Both = tuple[str, str]
"""A text in Chinese and in English."""


class Variant(Struct, frozen=True):
    """One variant of a part: the values that are drawn, in the order of the file, and the model answer."""

    values: tuple[str, ...]
    solution: str


class Sketch(Struct, frozen=True):
    """One part: what it asks in both languages, its help, its model answer, its variants side by side.

    ``line`` is where it begins in the file; parts with the same ``digest`` need not be proved again.
    """

    id: str
    kind: str
    points: float
    ask: Both
    line: int
    digest: str
    choices: tuple[tuple[str, Both], ...] = ()
    hints: tuple[Both, ...] = ()
    feedback: tuple[tuple[str, Both], ...] = ()
    solution: str = ""
    read: ShownAnswer = ShownAnswer()
    drawn: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()


class Draft(Struct, frozen=True):
    """A file as it stands: its text, what it makes, or what keeps it from making anything."""

    source: tuple[str, ...]
    title: Both = ("", "")
    prompt: Both = ("", "")
    picture: str = ""
    parts: tuple[Sketch, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
