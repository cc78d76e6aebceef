"""One convention a submission: who leaves out the 2 of the loss in some answers and not in others is told so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import msgspec

from symnn.errors import Fact
from symnn.exercises.exercise import Exercise, Part
from symnn.misconceptions.loss_convention import Followed, ShownConvention, convention_followed, loss_numbers, shown_by
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding

__all__ = ["GivenAnswer", "loss_of", "mixed", "parts_about_losses"]

MOST_NAMED = 6
"""Other parts that a sentence names."""


class GivenAnswer(msgspec.Struct, frozen=True):
    """One of a student's answers: to what, in which attempt, and what came of it."""

    target: str
    attempt: int
    result: bytes


class _Finding(msgspec.Struct, frozen=True):
    code: str
    facts: dict[str, Any]


class _Result(msgspec.Struct, frozen=True):
    verdict: str
    findings: tuple[_Finding, ...]


_decode: Final = msgspec.json.Decoder(_Result).decode


def mixed(answers: Sequence[GivenAnswer], losses: Mapping[str, Fraction]) -> Mapping[int, Finding]:
    """Find the answers that do not keep to the convention of the same student's others, by their places.

    ``answers`` are one student's, in all exercises; ``losses`` those parts in which a convention shows
    (`parts_about_losses`).
    An answer is seen among those that stood beside it last: of every part the latest attempt, until the part is
    answered again. The order in which answers were handed in changes nothing.
    """
    places = [place for place, one in enumerate(answers) if one.target in losses]
    if len(places) < 2:  # noqa: PLR2004 - one answer keeps to itself
        return {}
    shown = {place: _shown(_decode(answers[place].result), losses[answers[place].target]) for place in places}
    found: dict[int, Finding] = {}
    for standing in _standing(answers, places):
        by_part = {target: standing[target] for target in losses if target in standing}
        unlike = _unlike({target: shown[place] for target, place in by_part.items()})
        for place in by_part.values():
            found.pop(place, None)
        found |= {by_part[target]: finding for target, finding in unlike.items()}
    return found


def _standing(answers: Sequence[GivenAnswer], places: Sequence[int]) -> Iterator[Mapping[str, int]]:
    """Give what stood after each attempt: the latest answer to every part."""
    in_time = sorted(places, key=lambda place: answers[place].attempt)
    standing: dict[str, int] = {}
    for number, place in enumerate(in_time, 1):
        standing[answers[place].target] = place
        if number == len(in_time) or answers[in_time[number]].attempt > answers[place].attempt:
            yield dict(standing)


def _unlike(shown: Mapping[str, ShownConvention | None]) -> Mapping[str, Finding]:
    """Give a finding to each answer that is not as the others are."""
    kept = convention_followed(shown)
    return {target: _finding(target, kept, shown) for target in kept.against} if kept else {}


def _finding(target: str, kept: Followed, shown: Mapping[str, ShownConvention | None]) -> Finding:
    """Say how the others differ: with the 2 where this answer is without it, or the other way round."""
    here = shown[target]
    number = here.number if here else 0
    others = [part for part in kept.parts if (other := shown[part]) is not None and other.number != number]
    exercise = target.partition("/")[0] + "/"
    parts = tuple(part.removeprefix(exercise) for part in others)
    facts: dict[str, Fact] = {"here": number, "follows": kept.which or "derived", "parts": parts[:MOST_NAMED]}
    return codes.CONVENTION_MIXED(facts | ({"more": len(parts) - MOST_NAMED} if len(parts) > MOST_NAMED else {}))


def parts_about_losses(exercises: Iterable[Exercise]) -> Mapping[str, Fraction]:
    """Name the parts (in the order of the course) whose answers may follow one convention or another.

    With each, the number that its loss brings in.
    """
    losses = ((f"{exercise.id}/{part.file.id}", loss_of(part)) for exercise in exercises for part in exercise.parts)
    return {target: loss for target, loss in losses if loss is not None}


def loss_of(part: Part) -> Fraction | None:
    """Give the number that the loss of a part brings into its answers; None where they show no convention."""
    numbers = loss_numbers(part.content.answer.written, part.network) if _shows_a_loss(part) else frozenset()
    return min(numbers) if numbers in ({Fraction(1)}, {Fraction(2)}) else None


def _shows_a_loss(part: Part) -> bool:
    """Tell if answers are formulas in which the number before y - z can be seen."""
    return part.file.kind in ("formula", "steps") or part.file.is_matrix_of_formulas


def _shown(result: _Result, loss: Fraction) -> ShownConvention | None:
    findings = (Finding(found.code, found.facts) for found in result.findings if found.code == "convention")
    return shown_by(findings, loss, correct=result.verdict == "correct")
