"""The results of a class as ``results.jsonl`` has them, for everything that is made of them afterwards."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct

from symnn.classroom.lock import locked
from symnn.classroom.outputs import settled_run
from symnn.errors import OperatorError, Problem, UsageError
from symnn.messages import raisable

__all__ = ["RESULTS", "GivenMark", "Recorded", "Results", "Said", "ShownAnswer", "results_of"]

RESULTS: Final = "results.jsonl"


class Said(Struct, frozen=True):
    """One finding with its sentence, and the place in the answer."""

    code: str
    message: str = ""
    span: tuple[int, int] | None = None


class ShownAnswer(Struct, frozen=True):
    """How an answer was read."""

    text: str = ""
    latex: str = ""
    notes: tuple[str, ...] = ()


class GivenMark(Struct, frozen=True):
    """The mark: its points (None while it is open), who gave it, and whether this attempt counts."""

    points: float | None = None
    by: str = "engine"
    open: bool = False
    counts: bool = True
    decision: str = ""
    stale: bool = False
    comment: str = ""


class Delay(Struct, frozen=True):
    """How many days an answer is late, and what that takes off its mark (None while the mark is open)."""

    days: int = 0
    off: float | None = None


class Recorded(Struct, frozen=True):
    """One result: who answered what, what was made of it, the mark."""

    exercise: str
    part: str
    student: str
    attempt: int
    verdict: str
    points: float
    max: float
    seed: str = ""
    read: ShownAnswer = ShownAnswer()
    findings: tuple[Said, ...] = ()
    answer: str = ""
    name: str = ""
    time: str = ""
    cluster: str = ""
    part_hash: str = ""
    mark: GivenMark = GivenMark()
    late: Delay = Delay()

    @property
    def target(self) -> str:
        """What it answers: ``exercise/part``."""
        return f"{self.exercise}/{self.part}"

    @property
    def is_blank(self) -> bool:
        """Tell if there is no answer."""
        return any(finding.code == "blank" for finding in self.findings)


class Results:
    """The results in a file, read again each time: of a large class they are more than memory should hold."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._decoder = msgspec.json.Decoder(Recorded)

    def __iter__(self) -> Iterator[Recorded]:
        """Give the results in the order handed in."""
        with self.path.open("rb") as file:
            yield from map(self._decoder.decode, file)

    def of(self, student: str) -> list[Recorded]:
        """Give the results of one student."""
        with self.path.open("rb") as file:
            return [self._decoder.decode(_line_at(file, place)) for place in self._places.get(student, ())]

    @cached_property
    def _places(self) -> dict[str, array[int]]:
        """Where the lines of each student begin: all that is kept of them."""
        places: dict[str, array[int]] = {}
        who = msgspec.json.Decoder(_Whose)
        at = 0
        with self.path.open("rb") as file:
            for line in file:
                places.setdefault(who.decode(line).student, array("Q")).append(at)
                at += len(line)
        return places


class _Whose(Struct, frozen=True):
    student: str


def _line_at(file: BinaryIO, place: int) -> bytes:
    file.seek(place)
    return file.readline()


def results_of(folder: Path) -> Results:
    """Find the results in the folder of a graded class; a set whose renaming was stopped is ended first.

    Raises: UsageError if no class was graded there, OperatorError if its results cannot be read.
    """
    if folder.is_dir():
        with locked(folder):
            settled_run(folder)
    path = folder / RESULTS
    if not path.is_file():
        raise raisable(UsageError, Problem("no-results", {"file": str(folder)}))
    try:
        for _ in Results(path):
            pass
    except (OSError, msgspec.DecodeError) as error:
        raise raisable(
            OperatorError, Problem("results-unreadable", {"file": str(path), "detail": str(error)})
        ) from error
    return Results(path)
