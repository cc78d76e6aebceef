"""One part of an exercise, ready to grade answers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any, assert_never

from msgspec.structs import replace

from symnn.equality.meaning import Meaning
from symnn.equality.subject import Subject
from symnn.equality.work import one_account
from symnn.messages import language
from symnn.questions.asked_html import part_html
from symnn.questions.choice import grade_choice
from symnn.questions.description import part_data
from symnn.questions.follow import Carried, carried_into, usable
from symnn.questions.following import followed, own_result
from symnn.questions.formula import grade_formula
from symnn.questions.judges import Judges
from symnn.questions.marks import said
from symnn.questions.matrix import Entries, grade_numbers
from symnn.questions.number import Windows, grade_number, windows_of
from symnn.questions.question import Question, Ways
from symnn.questions.variants import is_drawn
from symnn.questions.working import lefts, working
from symnn.steps.chain import Chains
from symnn.steps.rubric import Item
from symnn.steps.steps import Workings
from symnn.verdicts.verdict import Verdict

__all__ = ["Part"]

NOBODY: Mapping[str, str] = MappingProxyType({})


class Part(Question, frozen=True, dict=True):
    """One part: a question that grades answers to it.

    ``earlier`` are the parts whose answers are carried forward into this one.
    """

    earlier: tuple[Part, ...] = ()

    def grade(self, answer: str, *, seed: str = "", carried: Mapping[str, str] = NOBODY) -> Verdict:
        """Grade an answer.

        ``seed`` chooses the student's variant; ``carried`` holds the answers to earlier parts, by id.
        """
        verdict = self._graded(answer, seed, self.meaning)
        if verdict.verdict not in ("wrong", "partial") or not self.earlier:
            return verdict
        values = usable(self._own_results(seed, carried), self.meaning)
        return followed(self, seed, values, verdict, lambda: self.graded_with(answer, seed, values))

    def _own_results(self, seed: str, carried: Mapping[str, str]) -> list[Carried]:
        """Read the student's wrong earlier results as values of their quantities."""
        values: list[Carried] = []
        for earlier in self.earlier:
            text = carried.get(earlier.file.id, "")
            if earlier.content.quantities and text.strip():
                values += own_result(earlier, text, earlier.grade(text, seed=seed, carried=carried))
        return values

    def graded_with(self, answer: str, seed: str, carried: tuple[Carried, ...]) -> Verdict:
        """Grade an answer with the student's own values of some quantities instead of their equations."""
        return self._graded(answer, seed, carried_into(self.meaning, carried))

    def to_dict(self, seed: str = "", *, solution: bool = False) -> dict[str, Any]:
        """Give what it asks, in both languages; with ``solution`` also the model answer."""
        return part_data(self, seed, solution=solution)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Show in a notebook what the part asks, in the language of the environment."""
        return {"text/plain": repr(self), "text/html": part_html(self, language(None, os.environ))}

    def __repr__(self) -> str:
        return f"Part('{self.exercise}/{self.file.id}', {self.file.kind})"

    def _graded(self, answer: str, seed: str, meaning: Meaning) -> Verdict:
        with one_account():
            if self.file.kind not in ("formula", "number", "matrix"):
                return self._graded_alone(answer, seed, meaning)
            shown = working(self, answer, self._lefts)
            verdict = self._graded_alone(shown.answer, seed, meaning)
            return shown.judged(self, verdict, seed) if shown.sides else verdict

    def _graded_alone(self, answer: str, seed: str, meaning: Meaning) -> Verdict:
        """Grade an answer without what stands around it."""
        match self.file.kind:
            case "formula":
                return grade_formula(self, answer, self._judges(meaning))
            case "number":
                return grade_number(self, answer, self._windows(meaning, seed), seed)
            case "matrix" if self.file.tolerance is not None:
                return grade_numbers(self, answer, self._entries(meaning, seed), seed)
            case "matrix":
                return grade_formula(self, answer, self._judges(meaning))
            case "chain":
                return self._chains.grade(answer, self.file.points)
            case "steps":
                return self._derivation(answer)
            case "choice":
                return grade_choice(self, answer)
            case _:
                assert_never(self.file.kind)

    def _derivation(self, answer: str) -> Verdict:
        """Grade a derivation and say which items of the rubric it shows."""
        worked = self._workings.grade(answer, self.file.points)
        earned = (item for item in self.file.rubric if item.id in worked.earned)
        shown = tuple(said(item.id, item.say) for item in earned if item.say is not None)
        return replace(worked.verdict, findings=(*worked.verdict.findings, *shown)) if shown else worked.verdict

    def _judges(self, meaning: Meaning) -> Judges:
        return self._own_judges if meaning is self.meaning else Judges(self, meaning)

    def _windows(self, meaning: Meaning, seed: str) -> Windows:
        if meaning is not self.meaning:
            return windows_of(self, meaning, self.numbers(seed))
        variant = seed if is_drawn(self.at) else ""
        if variant not in self._own_windows:
            self._own_windows[variant] = windows_of(self, meaning, self.numbers(seed))
        return self._own_windows[variant]

    def _entries(self, meaning: Meaning, seed: str) -> Entries:
        if meaning is not self.meaning or is_drawn(self.at):
            return Entries(self, meaning, self.numbers(seed))
        return self._own_entries

    @property
    def subject(self) -> Subject:
        """What answers are about, for those who read and compare on their own."""
        meaning = self.meaning
        return Subject(self.base, self.scope, meaning.domains, meaning.default, meaning.key, meaning.digest)

    @property
    def chain_paths(self) -> tuple[tuple[str, ...], ...]:
        """The paths of a chain part as names from the result down."""
        return tuple((path[0][0], *(link[1] for link in path)) for path in self._chains.paths)

    def prepare(self) -> None:
        """Prepare what a chain or a derivation is graded by. Raises TargetError if that cannot be done."""
        match self.file.kind:
            case "chain":
                self._chains  # noqa: B018 - reading it makes it
            case "steps":
                self._workings  # noqa: B018 - reading it makes it

    @cached_property
    def _lefts(self) -> frozenset[str]:
        """The left sides that the question writes: its text is read once, not for every answer."""
        return lefts(self)

    @cached_property
    def _chains(self) -> Chains:
        ways = self.content.chain or Ways("", "")
        return Chains.of(self.subject, ways.of, ways.wrt, through=ways.through, accepted=self._accepted)

    @cached_property
    def _workings(self) -> Workings:
        items = [Item(item.id, item.gain, needs.written) for item, needs in self.content.rubric]
        answer, asked = self.content.answer.written, self.content.asked
        return Workings.of(self.subject, answer, asked=asked, rubric=items, accepted=self._accepted)

    @property
    def _accepted(self) -> Mapping[str, Fraction]:
        """The conventions of the loss that are accepted, with what they are worth."""
        return {accept.convention: accept.credit for accept in self.file.accept if accept.convention}

    @cached_property
    def _own_judges(self) -> Judges:
        return Judges(self, self.meaning)

    @cached_property
    def _own_windows(self) -> dict[str, Windows]:
        return {}

    @cached_property
    def _own_entries(self) -> Entries:
        return Entries(self, self.meaning, self.numbers())
