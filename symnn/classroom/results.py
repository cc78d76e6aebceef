"""Results of a class: one for every answer, in the order handed in, and the grades made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from symnn.classroom.grader import Grader
from symnn.classroom.intake.identities import Student
from symnn.classroom.outcomes import Outcome, outcome_of
from symnn.classroom.submissions import Answer, Attempts, counted_attempts
from symnn.classroom.work import Assigned, Piece
from symnn.verdicts.result import SCHEMA

__all__ = ["LENIENT", "Gradebook", "Mark", "Policy", "counted", "engine", "gradebook", "line_of", "marked"]

_encode: Final = msgspec.json.Encoder().encode


class Policy(msgspec.Struct, frozen=True):
    """What the course has decided: which attempt counts, and what an answer is worth that nobody can read."""

    attempts: Attempts = "last"
    unreadable: Literal["person", "zero"] = "person"


LENIENT: Final = Policy()


class Mark(msgspec.Struct, frozen=True):
    """What a result means for the grades; ``points`` is None where a person must look.

    ``counts`` is False where another attempt counts.
    """

    student: str
    target: str
    attempt: int
    verdict: str
    points: float | None
    cluster: str = ""
    counts: bool = True
    is_blank: bool = False

    @property
    def is_open(self) -> bool:
        """Tell if a person must look."""
        return self.points is None


class Gradebook(msgspec.Struct, frozen=True):
    """Points by student and part, of the attempt of each that counts; ``None`` where a person must look.

    ``roster`` are the students of the class, where somebody has said who they are: each has a row.
    """

    targets: tuple[str, ...]
    most: Mapping[str, float]
    points: Mapping[str, Mapping[str, float | None]]
    roster: Mapping[str, Student] = MappingProxyType({})

    @property
    def total(self) -> float:
        """The most points that can be earned."""
        return sum(self.most.values())


def marked(work: Sequence[Assigned], graded: Mapping[Piece, bytes], policy: Policy = LENIENT) -> Iterator[Mark]:
    """Give the mark of every answer; ``graded`` holds the results by piece.

    Open is what is undecided, and what is no answer that can be read but is not blank either, unless the policy has
    that as zero points.
    """
    outcomes = {piece: outcome_of(piece.exercise, piece.part, piece.text, result) for piece, result in graded.items()}
    marks = [_mark(one.answer, outcomes[one.piece], policy) for one in work]
    if policy.attempts == "best":
        counted = _best(marks)
    else:
        chosen = counted_attempts((one.answer for one in work), policy.attempts)
        counted = {key: answer.attempt for key, answer in chosen.items()}
    for mark in marks:
        counts = counted[mark.student, mark.target] == mark.attempt
        yield mark if counts else replace(mark, counts=False)


def _mark(answer: Answer, outcome: Outcome, policy: Policy) -> Mark:
    is_blank = outcome.verdict == "unreadable" and answer.is_blank
    by_person = outcome.verdict == "unreadable" and not is_blank and policy.unreadable == "person"
    points = None if outcome.verdict == "undecided" or by_person else outcome.points
    mark = Mark(answer.student, answer.target, answer.attempt, outcome.verdict, points, outcome.cluster)
    return replace(mark, is_blank=is_blank)


def _best(marks: Iterable[Mark]) -> dict[tuple[str, str], int]:
    """Choose the attempts with the most points; what is open may be more than any."""
    best: dict[tuple[str, str], Mark] = {}
    for mark in marks:
        earlier = best.setdefault((mark.student, mark.target), mark)
        if not earlier.is_open and (mark.is_open or (mark.points or 0) > (earlier.points or 0)):
            best[mark.student, mark.target] = mark
    return {key: mark.attempt for key, mark in best.items()}


def line_of(assigned: Assigned, graded: bytes, mark: Mark, grader: Grader) -> bytes:
    """Put together one line of ``results.jsonl``: who answered what, the result, the mark, who graded."""
    answer = assigned.answer
    who = {
        "schema": SCHEMA,
        "exercise": answer.exercise,
        "part": answer.part,
        "student": answer.student,
        "attempt": answer.attempt,
        "seed": assigned.seed,
    }
    how = {
        "answer": answer.handed_in,
        "name": answer.name,
        "time": answer.time,
        "place": f"{answer.place.file}:{answer.place.line}",
        "cluster": mark.cluster,
        "mark": {"points": _plain(mark.points), "by": "engine", "open": mark.is_open, "counts": mark.counts},
        "engine": engine(),
        "part_hash": grader.exercises[answer.exercise].hashes[answer.part],
    }
    return b",".join((_encode(who)[:-1], graded[1:-1], _encode(how)[1:])) + b"\n"


def _plain(points: float | None) -> float | None:
    """Give points as the result has them: whole ones without a point."""
    return int(points) if points is not None and points == int(points) else points


@lru_cache(maxsize=1)
def engine() -> str:
    """Name the version of the program that graded."""
    try:
        return version("symnn")
    except PackageNotFoundError:
        return "0+checkout"


def gradebook(marks: Iterable[Mark], grader: Grader, roster: Iterable[Student] = ()) -> Gradebook:
    """Make the gradebook: the students of the roster, then the others in the order in which they handed in."""
    enrolled = {student.id: student for student in roster}
    points: dict[str, dict[str, float | None]] = {student: {} for student in enrolled}
    answered: set[str] = set()
    for mark in marks:
        answered.add(mark.target)
        of_student = points.setdefault(mark.student, {})
        if mark.counts:
            of_student[mark.target] = mark.points
    order = [f"{exercise.id}/{name}" for exercise in grader.exercises.values() for name in exercise.by_id]
    targets = tuple(target for target in order if target in answered)
    most = {target: _most(target, grader) for target in targets}
    return Gradebook(targets, most, points, MappingProxyType(enrolled))


def counted(marks: Iterable[Mark]) -> Counter[str]:
    """Count the verdicts; what is blank is no answer that could not be read."""
    return Counter("blank" if mark.is_blank else mark.verdict for mark in marks)


def _most(target: str, grader: Grader) -> float:
    exercise, _, part = target.partition("/")
    return float(grader.exercises[exercise].part(part).file.points)
