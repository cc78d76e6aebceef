"""One part of an exercise, ready to grade answers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from symnn.documents.containers import Nested
from symnn.exercises.chain import grade_chain
from symnn.exercises.choice import grade_choice
from symnn.exercises.file import Accept, Feedback, PartFile, Rubric
from symnn.exercises.following import Carried, followed
from symnn.exercises.formula import Judges, grade_formula
from symnn.exercises.mathematics import Expression
from symnn.exercises.matrix import Entries, grade_matrix
from symnn.exercises.number import Windows, grade_number, windows_of
from symnn.exercises.steps import grade_steps
from symnn.exercises.variants import drawn, is_drawn
from symnn.grading.diagnosis.diagnosis import Diagnosis
from symnn.grading.meaning import Meaning
from symnn.grading.verdict import Finding, Verdict
from symnn.graph.graph import Graph
from symnn.language.scope import Scope
from symnn.language.tree import Tree

__all__ = ["Content", "Part"]

NOBODY: Mapping[str, str] = MappingProxyType({})


class Content(Struct, frozen=True):
    """What the expressions of a part say; of a chain or a choice only its own fields are filled.

    ``asked`` are the left sides that an answer may begin with; ``quantity`` is what ``answer`` names, if
    it is one quantity.
    """

    answer: Expression
    asked: tuple[Tree, ...] = ()
    accept: tuple[tuple[Accept, Expression], ...] = ()
    feedback: tuple[tuple[Feedback, Expression], ...] = ()
    rubric: tuple[tuple[Rubric, Expression], ...] = ()
    chain: tuple[str, ...] = ()
    accepted_chains: tuple[tuple[Accept, tuple[str, ...]], ...] = ()
    feedback_chains: tuple[tuple[Feedback, tuple[str, ...]], ...] = ()
    chosen: frozenset[str] = frozenset()
    quantity: str | None = None


class Part(Struct, frozen=True, dict=True):
    """One part: its file, its mathematics, and the network it is about.

    ``graph`` is the network with the names and derivatives that the exercise adds to it.
    ``values`` are the network's own values of its quantities, over which ``at`` is laid; ``earlier`` are the
    parts whose answers are carried forward into this one.
    """

    exercise: str
    file: PartFile
    network: Graph
    content: Content
    graph: Graph
    scope: Scope
    meaning: Meaning
    values: Mapping[str, Nested]
    at: Mapping[str, object]
    earlier: tuple[Part, ...] = ()

    def grade(self, answer: str, *, seed: str = "", carried: Mapping[str, str] = NOBODY) -> Verdict:
        """Grade an answer.

        ``seed`` chooses the student's variant; ``carried`` holds the answers to earlier parts, by id.
        """
        verdict = self._graded(answer, seed, self.meaning)
        if verdict.verdict != "wrong" or not self.earlier:
            return verdict
        return followed(self, answer, seed, carried, verdict)

    def graded_with(self, answer: str, seed: str, carried: Carried) -> Verdict:
        """Grade an answer with the student's own values of some quantities instead of their equations."""
        equations = MappingProxyType({**self.meaning.equations, **dict(carried)})
        return self._graded(answer, seed, replace(self.meaning, equations=equations))

    def variant(self, seed: str = "") -> Mapping[str, Nested]:
        """Give the values of this part's quantities in the variant of a seed."""
        return MappingProxyType({**self.values, **drawn(self.at, seed)})

    def numbers(self, seed: str = "") -> Mapping[str, Fraction]:
        """Give the scalar values of a variant."""
        variant = self.variant(seed)
        return {name: Fraction(value) for name, value in variant.items() if not isinstance(value, tuple)}

    def _graded(self, answer: str, seed: str, meaning: Meaning) -> Verdict:
        match self.file.kind:
            case "formula":
                return grade_formula(self, answer, self._judges(meaning))
            case "number":
                return grade_number(self, answer, self._windows(meaning, seed))
            case "matrix":
                return grade_matrix(self, answer, self._entries(meaning, seed))
            case "chain":
                return grade_chain(self, answer)
            case "steps":
                return grade_steps(self, answer, meaning)
            case "choice":
                return grade_choice(self, answer)
            case _:
                assert_never(self.file.kind)

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

    def explained(self, answer: Tree) -> tuple[Finding, ...]:
        """Say what is wrong with a formula that is not right."""
        return self._diagnosis.explain(answer)

    @cached_property
    def _diagnosis(self) -> Diagnosis:
        return Diagnosis.of(self.network, self.content.answer.written)

    @cached_property
    def _own_judges(self) -> Judges:
        return Judges(self, self.meaning)

    @cached_property
    def _own_windows(self) -> dict[str, Windows]:
        return {}

    @cached_property
    def _own_entries(self) -> Entries:
        return Entries(self, self.meaning, self.numbers())
