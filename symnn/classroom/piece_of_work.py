"""One piece of grading: answers that are the same in part, variant and carried values are one piece."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from symnn.classroom.consistency import loss_of
from symnn.classroom.recorded import ShownAnswer
from symnn.classroom.submissions import Answer
from symnn.exercises.exercise import Exercise
from symnn.notation.layout import symbols_of
from symnn.notation.tex import latex
from symnn.questions.part import Part
from symnn.questions.variants import is_drawn

__all__ = ["GradedPiece", "Task", "task_of"]


class GradedPiece(Struct, frozen=True):
    """What a verdict depends on: the part, the answer, the variant's seed and what is carried forward."""

    exercise: str
    part: str
    text: str
    seed: str = ""
    carried: tuple[tuple[str, str], ...] = ()


class Task(Struct, frozen=True):
    """A part as answers to it are handled: its place in the course, what it asks for, the hash of what judges.

    ``follows`` are the parts whose answers are carried into it; a seed is drawn of ``seeding`` and the student;
    ``loss`` is the number that its loss brings in, where answers show one; ``expected`` is the model answer as it is
    read. It is data alone: the book keeps it for the next run.
    """

    place: int
    kind: str
    points: float
    hash: bytes
    follows: tuple[str, ...]
    is_drawn: bool
    seeding: bytes
    loss: str
    expected: ShownAnswer

    def carried(self, answer: Answer, given: Iterable[Answer]) -> tuple[tuple[str, str], ...]:
        """Give what the student had answered by then to the parts that are carried on: the latest attempts."""
        by_part: dict[str, Answer] = {}
        for other in given:
            before = by_part.get(other.part)
            is_earlier = other.exercise == answer.exercise and other.attempt <= answer.attempt
            if is_earlier and (before is None or before.attempt <= other.attempt):
                by_part[other.part] = other
        return tuple((name, by_part[name].text) for name in self.follows if name in by_part)


def task_of(exercise: Exercise, part: str, place: int) -> Task:
    """Say how answers to a part are handled."""
    asked = exercise.part(part)
    return Task(
        place,
        asked.file.kind,
        float(asked.file.points),
        bytes.fromhex(exercise.hashes[part]),
        _reached(exercise, part),
        is_drawn(asked.at),
        f"{exercise.id}\x00{part}\x00".encode(),
        str(loss_of(asked) or ""),
        _expected(asked),
    )


def _expected(part: Part) -> ShownAnswer:
    """Give the model answer as it is read; where every student has other values, how it is computed."""
    if is_drawn(part.at) and part.file.kind in ("number", "matrix"):
        written = part.content.answer.written
        return ShownAnswer(part.file.answer.text, latex(written, symbols_of(part.network)))
    read = part.grade(part.solution()).read
    return ShownAnswer(read.text, read.latex)


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
