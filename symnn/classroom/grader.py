"""Grades pieces of work, in this process or in a worker; what it needs travels as text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from symnn.classroom.work import Piece
from symnn.documents.text import Text
from symnn.errors import Fact
from symnn.exercises.exercise import Exercise
from symnn.exercises.loading import load_exercise
from symnn.messages import Language
from symnn.verdicts import codes
from symnn.verdicts.storing import stored

__all__ = ["Grader", "Lost", "result_lost"]


class Lost(Struct, frozen=True):
    """An answer that could not be graded: why (``memory``, ``processor``, ``clock``, ``killed``, ``died``, ``raised``).

    ``detail`` is the name of what was raised.
    """

    cause: str
    detail: str = ""


class Grader:
    """The exercises of a course under its key; a copy in another process reads them again from their texts."""

    def __init__(
        self, texts: tuple[Text, ...], key: bytes, lang: Language, loaded: Iterable[Exercise] | None = None
    ) -> None:
        self.texts = texts
        self.key = key
        self.lang = lang
        self._loaded = None if loaded is None else tuple(loaded)

    @cached_property
    def exercises(self) -> Mapping[str, Exercise]:
        """The exercises by id, with the course's key; those that cannot be read are left out."""
        loaded = self._loaded or [load_exercise(text).value for text in self.texts]
        return {exercise.id: exercise.keyed(self.key) for exercise in loaded if exercise is not None}

    @property
    def digest(self) -> str:
        """A digest of all exercises, which says which course it was."""
        hashes = sorted(one for exercise in self.exercises.values() for one in exercise.hashes.values())
        return hashlib.sha256("".join(hashes).encode()).hexdigest()

    def __getstate__(self) -> dict[str, Any]:
        """Send only texts to another process."""
        return {"texts": self.texts, "key": self.key, "lang": self.lang, "_loaded": None}

    def graded(self, piece: Piece) -> bytes:
        """Grade a piece; the result is the verdict as it is stored, in no language."""
        part = self.exercises[piece.exercise].part(piece.part)
        verdict = part.grade(piece.text, seed=piece.seed, carried=dict(piece.carried))
        return stored(verdict)


def result_lost(grader: Grader, piece: Piece, lost: Lost) -> bytes:
    """Give the result of a piece that was lost: undecided with the cause, a person must look."""
    from symnn.verdicts.verdict import Verdict

    most = grader.exercises[piece.exercise].part(piece.part).file.points
    facts: dict[str, Fact] = {"cause": lost.cause, "detail": lost.detail}
    verdict = Verdict("undecided", max=most, findings=(codes.WORKER_DIED(facts),))
    return stored(verdict)
