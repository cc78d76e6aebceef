"""Exercises as they are practised: what is asked in a variant, what was made of an answer, what help there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec import Struct

from symnn.classroom.recorded import Given, Recorded, Shown
from symnn.errors import Problem
from symnn.exercises.exercise import Exercise
from symnn.language.lines import Line
from symnn.language.reading import Reading
from symnn.messages import Language
from symnn.notation.latex import latex
from symnn.notation.layout import symbols_of
from symnn.questions.description import in_variant
from symnn.questions.marks import shown, unreadable
from symnn.questions.part import Part
from symnn.verdicts.hint import LEVELS
from symnn.verdicts.verdict import Read, Verdict
from symnn.web.learner import Attempt, Learner

__all__ = ["Lessons", "Task"]

MOST_NAMES: Final = 40
"""Names of quantities that are offered for clicking."""


class Task(Struct, frozen=True):
    """One part as it is shown: what it asks, the last answer with what was made of it, the help that was shown."""

    id: str
    kind: str
    ask: str
    points: float
    choices: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    hints: tuple[str, ...]
    more_hints: bool
    answer: str = ""
    result: Recorded | None = None
    solution: Shown | None = None


class Lessons:
    """The exercises of one learner."""

    def __init__(self, exercises: Iterable[Exercise], learner: Learner, lang: Language) -> None:
        self.exercises: Mapping[str, Exercise] = MappingProxyType({one.id: one for one in exercises})
        self.learner = learner
        self.lang = lang

    def tasks(self, exercise: Exercise) -> tuple[Task, ...]:
        """Give the parts in the variant that the learner has."""
        seed = self.learner.seed(exercise.id)
        given = self.learner.last(exercise.id, seed)
        return tuple(self._task(part, seed, given) for part in exercise.parts)

    def _task(self, part: Part, seed: str, given: Mapping[str, Attempt]) -> Task:
        about = part.file
        hints, solved = self.learner.shown(part.exercise, about.id, seed)
        last = given.get(about.id)
        result = self.result(part, seed, last.answer, given) if last else None
        is_done = result is not None and result.verdict == "correct"
        return Task(
            about.id,
            about.kind,
            in_variant(about.ask, part, seed).of(self.lang),
            float(about.points),
            tuple((option.id, option.text.of(self.lang)) for option in about.choices),
            tuple(part.base.quantities)[:MOST_NAMES],
            tuple(self._hint(part, seed, given, level) for level in LEVELS[: 0 if is_done else hints]),
            hints < LEVELS[-1] and not is_done,
            last.answer if last else "",
            result,
            self._solution(part, seed) if solved else None,
        )

    def _hint(self, part: Part, seed: str, given: Mapping[str, Attempt], level: int) -> str:
        """Give the hint of a level on the last answer, or on none."""
        last = given.get(part.file.id)
        found = part.hint(last.answer if last else "", level, seed=seed, carried=_others(part, given))
        return " ".join(found.sentences(self.lang))

    def result(self, part: Part, seed: str, answer: str, given: Mapping[str, Attempt]) -> Recorded:
        """Say what is made of an answer; the earlier ones of the variant are carried into parts that follow them."""
        return _recorded(part, part.grade(answer, seed=seed, carried=_others(part, given)), answer, self.lang)

    def try_(self, part: Part, answer: str) -> Recorded:
        """Take an attempt; it is on the disk when this returns."""
        seed = self.learner.seed(part.exercise)
        result = self.result(part, seed, answer, self.learner.last(part.exercise, seed))
        self.learner.tried(part.exercise, seed, Attempt(part.file.id, answer, result.points, result.max))
        return result

    def preview(self, part: Part, answer: str) -> Recorded:
        """Say how an answer is read, and nothing of whether it is right."""
        read = part.kind.read(answer)
        if isinstance(read, Problem):
            return _recorded(part, unreadable(part, read), answer, self.lang)
        return _recorded(part, Verdict("undecided", read=_read(part, read)), answer, self.lang)

    def help(self, part: Part, *, solution: bool) -> None:
        """Show one hint more, or the solution, which there is after an attempt only."""
        seed = self.learner.seed(part.exercise)
        hints, _ = self.learner.shown(part.exercise, part.file.id, seed)
        if not solution:
            self.learner.show(part.exercise, part.file.id, seed, hints=min(hints + 1, LEVELS[-1]))
        elif part.file.id in self.learner.last(part.exercise, seed):
            self.learner.show(part.exercise, part.file.id, seed, solved=True)

    def _solution(self, part: Part, seed: str) -> Shown:
        read = part.grade(part.solution(seed), seed=seed).read
        return Shown(read.text, read.latex)


def _others(part: Part, given: Mapping[str, Attempt]) -> Mapping[str, str]:
    """Give the answers to the other parts of the variant."""
    return {name: one.answer for name, one in given.items() if name != part.file.id}


def _recorded(part: Part, verdict: Verdict, answer: str, lang: Language) -> Recorded:
    """Give a verdict as the pages show results."""
    about: dict[str, Any] = {"exercise": part.exercise, "part": part.file.id, "student": "", "attempt": 1}
    found = msgspec.convert({**about, **verdict.to_dict(lang), "answer": answer}, Recorded)
    return msgspec.structs.replace(found, mark=Given(found.points))


def _read(part: Part, read: Any) -> Read:
    """Show what was read, whatever the kind of part makes of it."""
    symbols = symbols_of(part.graph)
    match read:
        case Reading():
            return shown(part, read.tree, read.notes)
        case (str(), tuple(lines)) if all(isinstance(line, Line) for line in lines):
            rows = [" = ".join(latex(side, symbols) for side in line.sides) for line in lines]
            return Read("\n".join("" for _ in rows), r" \\ ".join(rows))
        case frozenset():
            return Read(", ".join(sorted(read)))
        case _ if getattr(read, "tree", None) is not None:
            return shown(part, read.tree)
    return Read()
