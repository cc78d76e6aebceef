"""What every kind of part does with answers: read, judge, explain, and solve; a kind is one class."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, TypeAlias, TypeVar

from msgspec import Struct

from symnn.equality.meaning import Meaning
from symnn.errors import NO_FACTS, Problem, Span
from symnn.expressions.tree import Tree
from symnn.language.unanswered import is_unanswered
from symnn.questions.marks import unreadable
from symnn.questions.question import Content
from symnn.steps.furthest import Reached
from symnn.verdicts.verdict import Finding, Verdict

if TYPE_CHECKING:
    from symnn.questions.fields import Feedback, PartFile
    from symnn.questions.mathematics import Expression, Mathematics
    from symnn.questions.question import Question

__all__ = ["Findings", "Insight", "Kind", "Sitting"]

Answer = TypeVar("Answer")

Findings: TypeAlias = tuple[Finding, ...]


class Sitting(Struct, frozen=True):
    """What one student's answer is judged under: what the names mean to this student, and the variant."""

    meaning: Meaning
    seed: str = ""


class Insight(Struct, frozen=True):
    """What lies behind the verdict on an answer: how far it is right, what the engine finds, the answer as a tree."""

    reached: Reached | None = None
    found: Findings = ()
    written: Tree | None = None


class Kind(ABC, Generic[Answer]):
    """One part of a kind, prepared once and used for every answer to it.

    ``fields`` are the fields of the file that only some kinds have and this one has, ``needs`` is one that it must
    have; ``typed`` says that an accepted answer can be typed as a formula, ``about_values`` that values belong to it.
    """

    fields: ClassVar[frozenset[str]] = frozenset()
    needs: ClassVar[str] = ""
    typed: ClassVar[bool] = False

    def __init__(self, question: Question) -> None:
        self.question = question

    @classmethod
    def of(cls, question: Question) -> Kind[Answer]:
        """Prepare the kind for a part. Raises SymnnError where the part can never grade."""
        return cls(question)

    def grade(self, text: str, sitting: Sitting) -> Verdict:
        """Read and judge an answer."""
        answer = Problem("blank", NO_FACTS, Span(0, len(text))) if is_unanswered(text) else self.read(text)
        return unreadable(self.question, answer) if isinstance(answer, Problem) else self.judge(answer, sitting)

    @abstractmethod
    def read(self, text: str) -> Answer | Problem:
        """Read an answer as the student typed it, or say why it cannot be read."""

    def read_whole(self, text: str) -> Answer | Problem:
        """Read an answer together with what it defines, where answers of this kind may define something."""
        return self.read(text)

    @abstractmethod
    def judge(self, answer: Answer, sitting: Sitting) -> Verdict:
        """Say what an answer is worth, and why it is not right where it is not."""

    @abstractmethod
    def explain(self, answer: Answer, sitting: Sitting) -> Findings:
        """Say why a wrong answer is wrong; marks never depend on it."""

    def reached(self, answer: Answer) -> Reached | None:  # noqa: ARG002 - only ways of working have a beginning
        """Say how far an answer is right, where it has a beginning and an end."""
        return None

    @abstractmethod
    def solve(self, seed: str = "") -> str:
        """Give the model answer as a student would type it."""

    @classmethod
    def content(cls, file: PartFile, mathematics: Mathematics) -> Content | None:
        """Read what a part's expressions say; None if its answer cannot be read."""
        answer = mathematics.expression(file.answer)
        if answer is None:
            return None
        asked = [mathematics.expression(source) for source in file.asked]
        given = [mathematics.expression(source) for source in file.given]
        accept = [(accept, mathematics.expression(accept.value)) for accept in file.accept]
        feedback = [(feedback, _when(feedback, answer, mathematics)) for feedback in file.feedback]
        rubric = [(item, mathematics.expression(item.needs)) for item in file.rubric]
        return Content(
            answer=answer,
            asked=(answer.written, *(left.written for left in asked if left is not None)),
            given=tuple(one for one in given if one is not None),
            accept=tuple((item, value) for item, value in accept if value is not None),
            feedback=tuple((item, value) for item, value in feedback if value is not None),
            rubric=tuple((item, value) for item, value in rubric if value is not None),
        )


def _when(feedback: Feedback, answer: Expression, mathematics: Mathematics) -> Expression | None:
    """Give the answer that a feedback is about."""
    when = answer if feedback.when is None else mathematics.expression(feedback.when)
    if when is None or not feedback.replace:
        return when
    return mathematics.under(when, feedback.replace, feedback.id)
