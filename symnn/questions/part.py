"""One part of an exercise, ready to grade answers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from symnn.equality.work import one_account
from symnn.errors import Problem
from symnn.language.reading import Reading
from symnn.messages import language
from symnn.questions.asked_html import part_html
from symnn.questions.description import part_data
from symnn.questions.every_kind import KINDS
from symnn.questions.follow import Carried, carried_into, usable
from symnn.questions.following import followed, own_result
from symnn.questions.hints import hint_of
from symnn.questions.kind import Insight, Kind, Sitting
from symnn.questions.links import trace_of
from symnn.questions.question import Question
from symnn.verdicts.hint import Hint
from symnn.verdicts.trace import Trace
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
        verdict = self._following(answer, seed, carried, {})
        if verdict.is_blank:
            return replace(verdict, hint=hint_of(self, verdict, 1, seed))
        return verdict

    def hint(self, answer: str, level: int, *, seed: str = "", carried: Mapping[str, str] = NOBODY) -> Hint:
        """Give a hint on an answer: where (1) it goes wrong, of what kind (2) that is, its name (3), the step (4)."""
        verdict = self.grade(answer, seed=seed, carried=carried)
        return hint_of(self, verdict, level, seed, self._insight(answer, verdict, seed))

    def trace(self, answer: str, verdict: Verdict, *, seed: str = "") -> Trace | None:
        """Say which links of the chain rule an answer has right; None if that cannot be said."""
        return trace_of(self, verdict, self._insight(answer, verdict, seed))

    def _insight(self, answer: str, verdict: Verdict, seed: str) -> Insight:
        """Look behind a verdict: what the engine finds, where the author speaks too, and how far an answer is right."""
        read = self.kind.read_whole(answer)
        if isinstance(read, Problem) or verdict.is_blank:
            return Insight()
        found = self.kind.explain(read, Sitting(self.meaning, seed)) if verdict.verdict in ("wrong", "partial") else ()
        return Insight(self.kind.reached(read), found, read.tree if isinstance(read, Reading) else None)

    def graded_with(self, answer: str, seed: str, carried: tuple[Carried, ...]) -> Verdict:
        """Grade an answer with the student's own values of some quantities instead of their equations."""
        with one_account():
            return self.kind.grade(answer, Sitting(carried_into(self.meaning, carried), seed))

    def solution(self, seed: str = "") -> str:
        """Give the model answer as a student would type it."""
        return self.kind.solve(seed)

    def to_dict(self, seed: str = "", *, solution: bool = False) -> dict[str, Any]:
        """Give what it asks, in both languages; with ``solution`` also the model answer."""
        return part_data(self, seed, solution=solution)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Show in a notebook what the part asks, in the language of the environment."""
        return {"text/plain": repr(self), "text/html": part_html(self, language(None, os.environ))}

    @cached_property
    def kind(self) -> Kind[Any]:
        """What reads, judges and explains the answers. Raises SymnnError where the part can never grade."""
        return KINDS[self.file.kind].of(self)

    def __repr__(self) -> str:
        return f"Part('{self.exercise}/{self.file.id}', {self.file.kind})"

    def _following(
        self, answer: str, seed: str, carried: Mapping[str, str], known: dict[str, tuple[Carried, ...]]
    ) -> Verdict:
        """Grade an answer; ``known`` are the own results of the parts before it, each found once."""
        with one_account():
            verdict = self.kind.grade(answer, Sitting(self.meaning, seed))
        if verdict.verdict not in ("wrong", "partial") or not self.earlier:
            return verdict
        found = (one for earlier in self.earlier for one in earlier._own_result(seed, carried, known))  # noqa: SLF001
        values = usable(found, self.meaning)
        return followed(self, seed, values, verdict, lambda: self.graded_with(answer, seed, values))

    def _own_result(
        self, seed: str, carried: Mapping[str, str], known: dict[str, tuple[Carried, ...]]
    ) -> tuple[Carried, ...]:
        """Read the student's wrong answer to this part as values of its quantities."""
        text = carried.get(self.file.id, "")
        if not self.content.quantities or not text.strip():
            return ()
        if self.file.id not in known:
            known[self.file.id] = own_result(self, text, self._following(text, seed, carried, known))
        return known[self.file.id]
