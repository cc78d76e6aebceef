"""One convention a submission: who leaves out the 2 of the loss in some answers and not in others is told so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import msgspec

from symnn.classroom.work import Assigned, Piece
from symnn.errors import Fact
from symnn.exercises.exercise import Exercise, Part
from symnn.misconceptions.conventions import Followed, Shown, followed, loss_numbers, shown_by
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding

__all__ = ["mixed"]

MOST_NAMED = 6
"""Other parts that a sentence names."""


class _Finding(msgspec.Struct, frozen=True):
    code: str
    facts: dict[str, Any]


class _Result(msgspec.Struct, frozen=True):
    verdict: str
    findings: tuple[_Finding, ...]


def mixed(
    work: Iterable[Assigned], graded: Mapping[Piece, bytes], exercises: Mapping[str, Exercise]
) -> Mapping[Assigned, Finding]:
    """Find the answers that do not keep to the convention of the same student's other answers, in all exercises.

    An answer is seen among those that stood beside it last: of every part the latest attempt, until the part is
    answered again. The order in which answers were handed in changes nothing.
    """
    open_parts = _open_parts(exercises.values())
    by_student: dict[str, list[Assigned]] = {}
    for one in work:
        if one.answer.target in open_parts:
            by_student.setdefault(one.answer.student, []).append(one)
    decode = msgspec.json.Decoder(_Result).decode
    found: dict[Assigned, Finding] = {}
    for answers in by_student.values():
        shown = {one: _shown(decode(graded[one.piece]), open_parts[one.answer.target]) for one in answers}
        told: dict[Assigned, Finding] = {}
        for standing in _standing(answers):
            by_part = {target: standing[target] for target in open_parts if target in standing}
            unlike = _unlike({target: shown[one] for target, one in by_part.items()})
            told = {one: finding for one, finding in told.items() if standing.get(one.answer.target) != one}
            told |= {by_part[target]: finding for target, finding in unlike.items()}
        found |= told
    return found


def _standing(answers: Iterable[Assigned]) -> Iterator[Mapping[str, Assigned]]:
    """Give what stood after each attempt: the latest answer to every part."""
    in_time = sorted(answers, key=lambda one: one.answer.attempt)
    standing: dict[str, Assigned] = {}
    for place, one in enumerate(in_time, 1):
        standing[one.answer.target] = one
        if place == len(in_time) or in_time[place].answer.attempt > one.answer.attempt:
            yield dict(standing)


def _unlike(shown: Mapping[str, Shown | None]) -> Mapping[str, Finding]:
    """Give a finding to each answer that is not as the others are."""
    kept = followed(shown)
    return {target: _finding(target, kept, shown) for target in kept.against} if kept else {}


def _finding(target: str, kept: Followed, shown: Mapping[str, Shown | None]) -> Finding:
    """Say how the others differ: with the 2 where this answer is without it, or the other way round."""
    here = shown[target]
    number = here.number if here else 0
    others = [part for part in kept.parts if (other := shown[part]) is not None and other.number != number]
    exercise = target.partition("/")[0] + "/"
    parts = tuple(part.removeprefix(exercise) for part in others)
    facts: dict[str, Fact] = {"here": number, "follows": kept.which or "derived", "parts": parts[:MOST_NAMED]}
    return codes.CONVENTION_MIXED(facts | ({"more": len(parts) - MOST_NAMED} if len(parts) > MOST_NAMED else {}))


def _open_parts(exercises: Iterable[Exercise]) -> Mapping[str, Fraction]:
    """Name the parts (in the order of the course) whose answers may follow one convention or another.

    With each, the number that its loss brings in.
    """
    found: dict[str, Fraction] = {}
    for exercise in exercises:
        for part in exercise.parts:
            numbers = loss_numbers(part.content.answer.written, part.network) if _shows_a_loss(part) else frozenset()
            if numbers in ({Fraction(1)}, {Fraction(2)}):
                found[f"{exercise.id}/{part.file.id}"] = min(numbers)
    return found


def _shows_a_loss(part: Part) -> bool:
    """Tell if answers are formulas in which the number before y - z can be seen."""
    return part.file.kind in ("formula", "steps") or part.file.is_matrix_of_formulas


def _shown(result: _Result, loss: Fraction) -> Shown | None:
    findings = (Finding(found.code, found.facts) for found in result.findings if found.code == "convention")
    return shown_by(findings, loss, correct=result.verdict == "correct")
