"""Kinds whose answer is one expression: what stands before it, and what it is held against."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from msgspec import Struct

from symnn.errors import Problem
from symnn.expressions.tree import Derivative, Name, Tree, bare
from symnn.expressions.writing import plain
from symnn.language.reading import Reading
from symnn.questions.definitions import defined_after, defined_before
from symnn.questions.fields import Accept, Feedback
from symnn.questions.form import broken_demand
from symnn.questions.kind import Kind, Sitting
from symnn.questions.marks import (
    accepted,
    beside_feedback,
    convention_of,
    correct,
    noted,
    said_by_author,
    shown_reading,
    undecided,
    unreadable,
)
from symnn.questions.question import Content
from symnn.questions.variants import is_drawn
from symnn.questions.working import lefts, working
from symnn.verdicts.verdict import Judgement, Read, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from symnn.errors import Fact
    from symnn.questions.question import Question

__all__ = ["Expressed", "Offers"]

_WORKED_OUT_BEFORE: Final = frozenset(("not-differentiated",))
"""What may be mended by an earlier line of the same answer: ``da3 = (y - z)*…; dw = da3*x``."""
Value = TypeVar("Value")
Reference = TypeVar("Reference")


class Offers(Struct, Generic[Reference], frozen=True):
    """What an answer is held against: the model answer, what else is accepted, what has feedback."""

    key: Reference
    accept: tuple[tuple[Accept, Reference], ...]
    feedback: tuple[tuple[Feedback, Reference], ...]

    @staticmethod
    def of(content: Content, make: Callable[[Tree], Reference]) -> Offers[Reference]:
        """Prepare all of them."""
        return Offers(
            make(content.answer.value),
            tuple((accept, make(value.value)) for accept, value in content.accept),
            tuple((feedback, make(value.value)) for feedback, value in content.feedback),
        )


class Expressed(Kind[Reading], Generic[Value, Reference]):
    """A part whose answer is one expression: of names, or of numbers."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._own: dict[str, Offers[Reference]] = {}

    def grade(self, text: str, sitting: Sitting) -> Verdict:
        """Grade an answer without what stands around it, then look at the working before it."""
        defined = defined_after(self.question, text)
        if defined is not None:
            return self.judge(defined, sitting)
        alone = working(self.question, text, self.lefts)
        verdict = super().grade(alone.answer, sitting)
        if verdict.verdict == "unreadable" or any(one.code in _WORKED_OUT_BEFORE for one in verdict.findings):
            defined = defined_before(self.question, text)
            return verdict if defined is None else self.judge(defined, sitting)
        return alone.judged(self.question, verdict, sitting.seed) if alone.sides else verdict

    def read_whole(self, text: str) -> Reading | Problem:
        """Read an answer, with what stands for names that it introduces put in."""
        found = defined_after(self.question, text) or self.read(working(self.question, text, self.lefts).answer)
        return (defined_before(self.question, text) or found) if isinstance(found, Problem) else found

    def judge(self, answer: Reading, sitting: Sitting) -> Verdict:
        """Go through what an answer may be, the best first."""
        read = shown_reading(self.question, answer.tree, answer.notes)
        if answer.left is not None and bare(answer.left) not in self.question.content.asked:
            return unreadable(self.question, _left_not_asked(self.question, answer.left), read)
        value = self.value(answer, read)
        if isinstance(value, Verdict):
            return value
        offers = self.offers(sitting)
        judgement = self.misfitting(answer, offers.key) or self.compared(value, offers.key, read.text)
        if judgement.equal:
            return self._accepted_as_written(answer, read, judgement)
        for accept, reference in offers.accept:
            if self.compared(value, reference, read.text, explain=False).equal:
                return accepted(self.question, read, accept.share, convention_of(accept) + noted(accept.note))
        for feedback, reference in offers.feedback:
            if self.compared(value, reference, read.text, explain=False).equal:
                sentences = beside_feedback(said_by_author(feedback.id, feedback.say), self.explain(answer, sitting))
                return accepted(self.question, read, feedback.credit, sentences)
        if judgement.equal is None:
            return undecided(self.question, read, probably=judgement.probably)
        return self.told(answer, value, read, judgement, sitting)

    def offers(self, sitting: Sitting) -> Offers[Reference]:
        """Give what answers are held against; prepared once for a variant, anew where own results are carried."""
        if sitting.meaning is not self.question.meaning:
            return Offers.of(self.question.content, self.referring(sitting))
        variant = sitting.seed if is_drawn(self.question.at) else ""
        if variant not in self._own:
            self._own[variant] = Offers.of(self.question.content, self.referring(sitting))
        return self._own[variant]

    @abstractmethod
    def value(self, answer: Reading, read: Read) -> Value | Verdict:
        """Give what is compared, or the verdict on what cannot be compared."""

    @abstractmethod
    def referring(self, sitting: Sitting) -> Callable[[Tree], Reference]:
        """Give what prepares an expression of the author's to be compared with."""

    @abstractmethod
    def compared(self, value: Value, reference: Reference, text: str, *, explain: bool = True) -> Judgement:
        """Say whether an answer equals one of the author's expressions."""

    def misfitting(self, answer: Reading, key: Reference) -> Judgement | None:  # noqa: ARG002 - most kinds have none
        """Say which shapes do not fit in an answer as it is written."""
        return None

    @abstractmethod
    def told(self, answer: Reading, value: Value, read: Read, judgement: Judgement, sitting: Sitting) -> Verdict:
        """Make the verdict on a wrong answer, with its share and its reasons."""

    def _accepted_as_written(self, answer: Reading, read: Read, judgement: Judgement) -> Verdict:
        """Say that an answer is right, unless it is not written as was asked."""
        form = self.question.file.form
        demand = broken_demand(form, answer.tree)
        if demand is not None and form is not None:
            return accepted(self.question, read, form.credit, (demand,), "form")
        return correct(self.question, read, judgement.method, judgement.findings)

    @cached_property
    def lefts(self) -> frozenset[str]:
        """The left sides that the question writes: its text is read once, not for every answer."""
        return lefts(self.question)


def _left_not_asked(question: Question, left: Tree) -> Problem:
    """Say which quantity the answer names, and which was asked, if that has a name that gives nothing away."""
    facts: dict[str, Fact] = {"wrote": plain(bare(left))}
    asked = _name_of_asked(question)
    if asked is not None:
        facts["asked"] = plain(asked)
    return Problem("left-not-asked", facts, left.span)


def _name_of_asked(question: Question) -> Tree | None:
    """Give the left side that the author lists, or the model answer where it is only a name for what is asked."""
    answer, *listed = question.content.asked or (question.content.answer.written,)
    if listed:
        return listed[0]
    only_named = isinstance(answer, Derivative) or (isinstance(answer, Name) and question.file.kind != "formula")
    return answer if only_named else None
