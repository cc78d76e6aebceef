"""Results of a class: one for every answer, in the order handed in, and the grades made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import msgspec

from symnn.classroom.grader import Grader
from symnn.classroom.work import Assigned, Piece
from symnn.grading.result import SCHEMA

__all__ = ["Gradebook", "Mark", "counted", "engine", "gradebook", "line_of", "marked"]

_encode: Final = msgspec.json.Encoder().encode


class Mark(msgspec.Struct, frozen=True):
    """What a result means for the grades; ``points`` is None where a person must look."""

    student: str
    target: str
    attempt: int
    verdict: str
    points: float | None


class Gradebook(msgspec.Struct, frozen=True):
    """Points by student and part: of the last attempt of each; ``None`` where a person must look."""

    targets: tuple[str, ...]
    most: Mapping[str, float]
    points: Mapping[str, Mapping[str, float | None]]

    @property
    def total(self) -> float:
        """The most points that can be earned."""
        return sum(self.most.values())


class _Outcome(msgspec.Struct, frozen=True):
    verdict: str
    points: float


def marked(work: Iterable[Assigned], graded: Mapping[Piece, bytes]) -> Iterator[Mark]:
    """Give the mark of every answer; ``graded`` holds the results by piece."""
    decode = msgspec.json.Decoder(_Outcome).decode
    outcomes = {piece: decode(result) for piece, result in graded.items()}
    for one in work:
        outcome, answer = outcomes[one.piece], one.answer
        points = None if outcome.verdict == "undecided" else outcome.points
        yield Mark(answer.student, answer.target, answer.attempt, outcome.verdict, points)


def line_of(assigned: Assigned, graded: bytes, grader: Grader) -> bytes:
    """Put together one line of ``results.jsonl``: who answered what, the result, who graded."""
    answer = assigned.answer
    who = {
        "schema": SCHEMA,
        "exercise": answer.exercise,
        "part": answer.part,
        "student": answer.student,
        "attempt": answer.attempt,
        "seed": assigned.seed,
    }
    how = {"engine": engine(), "exercise_hash": grader.exercises[answer.exercise].hash}
    return b",".join((_encode(who)[:-1], graded[1:-1], _encode(how)[1:])) + b"\n"


@lru_cache(maxsize=1)
def engine() -> str:
    """Name the version of the program that graded."""
    try:
        return version("symnn")
    except PackageNotFoundError:
        return "0+checkout"


def gradebook(marks: Iterable[Mark], grader: Grader) -> Gradebook:
    """Make the gradebook; students in the order in which they first handed something in."""
    last: dict[str, dict[str, Mark]] = {}
    answered: set[str] = set()
    for mark in marks:
        answered.add(mark.target)
        of_student = last.setdefault(mark.student, {})
        if mark.target not in of_student or of_student[mark.target].attempt <= mark.attempt:
            of_student[mark.target] = mark
    order = [f"{exercise.id}/{name}" for exercise in grader.exercises.values() for name in exercise.by_id]
    targets = tuple(target for target in order if target in answered)
    points = {
        student: {target: of_student[target].points for target in targets if target in of_student}
        for student, of_student in last.items()
    }
    return Gradebook(targets, {target: _most(target, grader) for target in targets}, points)


def counted(marks: Iterable[Mark]) -> Counter[str]:
    """Count the verdicts."""
    return Counter(mark.verdict for mark in marks)


def _most(target: str, grader: Grader) -> float:
    exercise, _, part = target.partition("/")
    return float(grader.exercises[exercise].part(part).file.points)
