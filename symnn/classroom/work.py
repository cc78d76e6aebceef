"""One piece of grading: answers that are the same in part, variant and carried values are one piece."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from symnn.classroom.submissions import Answer
from symnn.exercises.exercise import Exercise
from symnn.questions.variants import is_drawn, seed_of

__all__ = ["Assigned", "Piece", "assigned"]


class Piece(Struct, frozen=True):
    """What a verdict depends on: the part, the answer, the variant's seed and what is carried forward."""

    exercise: str
    part: str
    text: str
    seed: str = ""
    carried: tuple[tuple[str, str], ...] = ()


class Assigned(Struct, frozen=True):
    """An answer with its piece and the student's seed for the part."""

    answer: Answer
    piece: Piece
    seed: str


def assigned(answers: Iterable[Answer], exercises: Mapping[str, Exercise], key: bytes) -> tuple[Assigned, ...]:
    """Give every answer its piece; a student's earlier answers are carried into parts that follow them."""
    listed = tuple(answers)
    given: dict[tuple[str, str], list[Answer]] = {}
    for answer in sorted(listed, key=lambda answer: answer.attempt):
        given.setdefault((answer.student, answer.exercise), []).append(answer)
    return tuple(
        _assigned(answer, exercises[answer.exercise], key, _beside(answer, given[answer.student, answer.exercise]))
        for answer in listed
    )


def _beside(answer: Answer, given: Iterable[Answer]) -> Mapping[str, str]:
    """Give what the student had answered to each part by then: the latest attempts up to this one."""
    return {other.part: other.text for other in given if other.attempt <= answer.attempt}


def _assigned(answer: Answer, exercise: Exercise, key: bytes, given: Mapping[str, str]) -> Assigned:
    part = exercise.part(answer.part)
    seed = seed_of(key, answer.exercise, answer.part, answer.student)
    names = _reached(exercise, answer.part)
    carried = tuple((name, given[name]) for name in names if name in given)
    piece = Piece(answer.exercise, answer.part, answer.text, seed if is_drawn(part.at) else "", carried)
    return Assigned(answer, piece, seed)


def _reached(exercise: Exercise, part: str) -> tuple[str, ...]:
    """List the parts that a part follows, and those that they follow, in the order of the exercise."""
    reached: set[str] = set()
    waiting = [part]
    while waiting:
        for earlier in exercise.part(waiting.pop()).earlier:
            if earlier.file.id not in reached:
                reached.add(earlier.file.id)
                waiting.append(earlier.file.id)
    return tuple(name for name in exercise.by_id if name in reached)
