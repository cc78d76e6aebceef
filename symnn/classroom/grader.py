"""Grades pieces of work, in this process or in a worker; what it needs travels as text."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from symnn.classroom.engine import rules
from symnn.classroom.piece_of_work import GradedPiece, Task, task_of
from symnn.documents.decoding import Text
from symnn.errors import Fact
from symnn.exercises.file import ExerciseFile
from symnn.exercises.loading import read_exercise
from symnn.exercises.shelf import Shelf
from symnn.messages import Language
from symnn.verdicts import codes
from symnn.verdicts.storing import stored
from symnn.verdicts.verdict import Verdict

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
        self, texts: tuple[Text, ...], key: bytes, lang: Language, read: Iterable[ExerciseFile] | None = None
    ) -> None:
        self.texts = texts
        self.key = key
        self.lang = lang
        self._read = None if read is None else tuple(read)
        self._tasks: dict[tuple[str, str], Task] = {}

    @cached_property
    def exercises(self) -> Shelf:
        """The exercises by id, with the course's key; those that cannot be read are left out."""
        read = self._read or [read_exercise(text).value for text in self.texts]
        return Shelf([file for file in read if file is not None], self.key)

    @cached_property
    def key_id(self) -> bytes:
        """What tells the course's key from others, and does not give it away."""
        return hmac.digest(self.key, b"symnn course", "sha256")[:16]

    def task(self, exercise: str, part: str, known: Task | None = None) -> Task:
        """Say how answers to a part are handled; what was ``known`` of it before, at its place today."""
        if (exercise, part) not in self._tasks:
            order = [(name, one.id) for name, file in self.exercises.files.items() for one in file.parts]
            place = order.index((exercise, part))
            made = replace(known, place=place) if known else task_of(self.exercises[exercise], part, place)
            self._tasks[exercise, part] = made
        return self._tasks[exercise, part]

    @cached_property
    def sources(self) -> Mapping[str, bytes]:
        """A digest of all that an exercise is made of, by its id: its text, the network beside it, the key, the rules.

        Where it is the same as before, so is everything about its parts.
        """
        texts = {text.file: text.text for text in self.texts}
        found: dict[str, bytes] = {}
        for name, file in self.exercises.files.items():
            beside = Path(file.place.file).parent / (file.use if file.equations is None else "")
            made_of = (texts[file.place.file].encode("utf-8", "surrogatepass"), _content(beside), self.key_id, rules())
            found[name] = blake2b(b"".join(blake2b(one).digest() for one in made_of), digest_size=16).digest()
        return found

    def __getstate__(self) -> dict[str, Any]:
        """Send only texts to another process."""
        return {"texts": self.texts, "key": self.key, "lang": self.lang, "_read": None, "_tasks": {}}

    def graded(self, piece: GradedPiece) -> bytes:
        """Grade a piece; the result is the verdict as it is stored, in no language."""
        part = self.exercises[piece.exercise].part(piece.part)
        verdict = part.grade(piece.text, seed=piece.seed, carried=dict(piece.carried))
        return stored(verdict)


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def result_lost(most: float, lost: Lost) -> bytes:
    """Give the result of a piece that was lost, of a part with so many points: undecided, a person must look."""
    facts: dict[str, Fact] = {"cause": lost.cause, "detail": lost.detail}
    return stored(Verdict("undecided", max=Fraction(most), findings=(codes.WORKER_DIED(facts),)))
