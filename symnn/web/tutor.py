"""Reads, judges and explains for the pages; it lives in the worker processes, and only they load what grades."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from symnn.classroom.clusters import cluster_of
from symnn.classroom.grader import Grader
from symnn.classroom.recorded import ShownAnswer
from symnn.documents.decoding import Text
from symnn.equality.meaning import PUBLIC_KEY
from symnn.errors import Problem, SymnnError
from symnn.exercises.exercise import Exercise
from symnn.exercises.loading import load_exercise
from symnn.handouts.pictures.decorating import corrected, network_picture
from symnn.handouts.pictures.svg import svg
from symnn.language.lines import DerivationLine
from symnn.language.reading import Reading
from symnn.language.unanswered import is_unanswered
from symnn.messages import Language
from symnn.notation.layout import symbols_of
from symnn.notation.tex import latex
from symnn.questions.description import in_variant
from symnn.questions.marks import shown_reading, unreadable
from symnn.questions.part import Part
from symnn.questions.variants import is_drawn, seed_of
from symnn.questions.worked import StepsKind
from symnn.verdicts.hint import LEVELS
from symnn.verdicts.storing import stored
from symnn.verdicts.trace import Trace
from symnn.verdicts.verdict import Read, Verdict
from symnn.web.lesson import Asked, Judged, LineRow, Parts, Seen, Who

__all__ = ["Tutor", "lines_of", "read_by"]

MOST_NAMES = 40
"""Names of quantities that are offered for clicking."""

_STATES: Mapping[bool | None, str] = MappingProxyType({True: "correct", False: "wrong", None: "undecided"})
"""What is said of a line of a derivation: it follows, it does not, or nobody can say."""

Carried = tuple[tuple[str, str], ...]
"""The student's answers to the other parts, by the part."""


class Tutor:
    """The exercises of a course, as they are practised in one language."""

    def __init__(self, texts: tuple[Text, ...], key: bytes, lang: Language) -> None:
        self.key = key or PUBLIC_KEY
        self.grader = Grader(texts, self.key, lang)
        self.lang = lang

    def seed(self, exercise: str, part: str, who: Who) -> str:
        """Give the seed of a variant: the first one of a student is the one that `symnn grade` expects."""
        if who.number:
            return f"practice-{who.number}-{who.student}".rstrip("-")
        return seed_of(self.key, exercise, part, who.student) if who.student else ""

    def asked(self, exercise: str, who: Who) -> Parts:
        """Say what an exercise asks in a variant, or what is wrong with its file."""
        try:
            found = self.grader.exercises[exercise]
        except SymnnError as error:
            return Parts(exercise, "", (), error.problems)
        except KeyError:
            return Parts(exercise, "", (), self._broken(exercise))
        parts = tuple(self._asked(part, self.seed(exercise, part.file.id, who)) for part in found.parts)
        return Parts(found.title.of(self.lang), found.file.prompt.of(self.lang), parts)

    def _broken(self, exercise: str) -> tuple[Problem, ...]:
        """Say what is wrong with a file that could not even be read."""
        problems = [load_exercise(text).problems for text in self.grader.texts if exercise in text.text]
        return next((found for found in problems if found), (Problem("unknown-exercise", {"name": exercise}),))

    def _asked(self, part: Part, seed: str) -> Asked:
        about = part.file
        return Asked(
            about.id,
            about.kind,
            in_variant(about.ask, part, seed).of(self.lang),
            float(about.points),
            tuple((option.id, option.text.of(self.lang)) for option in about.choices),
            tuple(part.base.quantities)[:MOST_NAMES],
            is_drawn(part.at),
        )

    def seen(self, exercise: str, part: str, answer: str) -> Seen:
        """Say how an answer is read, and nothing of whether it is right; of a derivation, which lines follow."""
        asked = self._part(exercise, part)
        read = Problem("blank") if is_unanswered(answer) else asked.kind.read(answer)
        sound = read
        if isinstance(read, Problem) and read.span is not None and asked.file.kind == "steps":
            sound = asked.kind.read(answer[: answer.rfind("\n", 0, read.span.start) + 1])
        finished = answer.count("\n")
        return Seen(stored(read_by(asked, read)), tuple(r for r in lines_of(asked, sound) if r.number <= finished))

    def judged(self, exercise: str, part: str, who: Who, answer: str, carried: Carried) -> Judged:
        """Say what is made of an answer."""
        asked, seed = self._part(exercise, part), self.seed(exercise, part, who)
        verdict = asked.grade(answer, seed=seed, carried=dict(carried))
        trace = asked.trace(answer, verdict, seed=seed)
        return Judged(
            stored(verdict),
            cluster_of(exercise, part, answer, verdict),
            trace,
            tuple(lines_of(asked, asked.kind.read(answer))),
        )

    def hint(self, exercise: str, part: str, who: Who, answer: str, carried: Carried, level: int) -> str:
        """Give the hint of a level on an answer, or on none; the last level is the next step."""
        asked, seed = self._part(exercise, part), self.seed(exercise, part, who)
        hint = asked.hint(answer, level, seed=seed, carried=dict(carried))
        return hint.text(self.lang, numbered=level != LEVELS[-1])

    def solution(self, exercise: str, part: str, who: Who) -> ShownAnswer:
        """Show the model answer of a variant."""
        asked, seed = self._part(exercise, part), self.seed(exercise, part, who)
        text = asked.solution(seed)
        read = asked.grade(text, seed=seed).read
        return ShownAnswer(read.text or text, read.latex)

    @lru_cache(maxsize=512)  # noqa: B019 - a tutor lives as long as its process
    def picture(self, exercise: str, trace: Trace | None = None) -> str:
        """Draw the network, with what an answer has right where that is given; nothing where no arrow shows it."""
        found: Exercise = self.grader.exercises[exercise]
        drawn = network_picture(found.network)
        if trace is not None:
            drawn = corrected(drawn, found.network.graph, (trace.of, trace.wrt), trace.right, trace.wrong)
            if not any(drawn.tracks):
                return ""
        title = getattr(found.network.title, self.lang) or exercise
        return svg(drawn, symbols_of(found.network.graph), title, alone=False)

    def _part(self, exercise: str, part: str) -> Part:
        return self.grader.exercises[exercise].part(part)


def read_by(part: Part, read: Any) -> Verdict:
    """Say how an answer was read, whatever the kind of part makes of it, and nothing of whether it is right."""
    return unreadable(part, read) if isinstance(read, Problem) else Verdict("undecided", read=_read(part, read))


def _read(part: Part, read: Any) -> Read:
    match read:
        case Reading():
            return shown_reading(part, read.tree, read.notes)
        case (str(), tuple(lines)) if all(isinstance(line, DerivationLine) for line in lines):
            rows = [_line(part, line) for line in lines]
            return Read("\n".join("" for _ in rows), r" \\ ".join(rows))
        case frozenset():
            return Read(", ".join(sorted(map(str, read))))
        case _ if getattr(read, "tree", None) is not None:
            return shown_reading(part, read.tree)
    return Read()


def _line(part: Part, line: DerivationLine) -> str:
    symbols = symbols_of(part.graph)
    lead = "= " if line.continues else ""
    return lead + " = ".join(latex(side, symbols) for side in line.sides)


def lines_of(part: Part, read: Any) -> list[LineRow]:
    """Give the lines of a derivation, each with what is said of it; none of another kind of part."""
    if not isinstance(part.kind, StepsKind) or isinstance(read, Problem):
        return []
    follows = part.kind.lines(read)
    answer, lines = read
    rows = []
    for line in lines:
        number = answer.count("\n", 0, line.span.start)
        shown_as = ShownAnswer(answer[line.span.start : line.span.end], _line(part, line))
        rows.append(LineRow(number + 1, shown_as, _STATES[follows[number]] if number in follows else ""))
    return rows
