"""The question of a part: its file, its mathematics, its values, and why an answer to it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct

from symnn.documents.containers import Nested
from symnn.equality.meaning import Meaning
from symnn.equality.work import explaining
from symnn.expressions.tree import Tree
from symnn.language.scope import Scope, Shape
from symnn.misconceptions.amounts import Amounts, AmountsAt
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.misconceptions.explainer import Diagnosis
from symnn.misconceptions.tensor_amounts import TensorAmounts
from symnn.networks.graph import Graph
from symnn.networks.values import split
from symnn.questions.fields import Accept, Feedback, PartFile, Rubric
from symnn.questions.mathematics import Expression
from symnn.questions.variants import drawn, is_drawn
from symnn.verdicts.barrier import explained
from symnn.verdicts.verdict import Finding

__all__ = ["Content", "Question", "Ways", "kept_secret"]

_COUNTED = frozenset({"places", "wanted", "which", "line"})
"""Facts that are numbers of decimals, entries or lines."""


class Ways(Struct, frozen=True):
    """What a chain leads from and to; ``through`` are the only paths that count, all of them if it is empty."""

    of: str
    wrt: str
    through: tuple[tuple[str, ...], ...] = ()


class Content(Struct, frozen=True):
    """What the expressions of a part say; of a choice only ``chosen`` is filled.

    ``asked`` are the left sides that an answer may begin with; ``quantities`` is what ``answer`` names, if
    it is one quantity: its name, or the names of its entries.
    """

    answer: Expression
    asked: tuple[Tree, ...] = ()
    accept: tuple[tuple[Accept, Expression], ...] = ()
    feedback: tuple[tuple[Feedback, Expression], ...] = ()
    rubric: tuple[tuple[Rubric, Expression], ...] = ()
    chain: Ways | None = None
    chosen: frozenset[str] = frozenset()
    quantities: tuple[str, ...] = ()


class Question(Struct, frozen=True, dict=True):
    """What a part asks: its file, its mathematics, and the network it is about.

    ``base`` is the network with the names that the exercise adds, ``graph`` has its derivatives, too.
    ``values`` are the network's own values of its quantities, over which ``at`` is laid.
    """

    exercise: str
    file: PartFile
    network: Graph
    base: Graph
    content: Content
    graph: Graph
    scope: Scope
    meaning: Meaning
    values: Mapping[str, Nested]
    at: Mapping[str, object]

    def variant(self, seed: str = "") -> Mapping[str, Nested]:
        """Give the values of this part's quantities in the variant of a seed."""
        return MappingProxyType({**self.values, **drawn(self.at, seed)})

    def numbers(self, seed: str = "") -> Mapping[str, Fraction]:
        """Give the values of a variant, those of tensors entry by entry."""
        variant = split(self.variant(seed), self.graph)
        return {name: Fraction(value) for name, value in variant.items() if not isinstance(value, tuple)}

    def explained(self, answer: Tree) -> tuple[Finding, ...]:
        """Say what is wrong with a formula that is not right."""
        with explaining():
            return explained(lambda: self._diagnosis.explain(answer))

    def explained_number(self, answer: Tree, seed: str = "") -> tuple[Finding, ...]:
        """Say what is wrong with a number that is not right, at the values of a variant."""
        if self.network.shapes:
            return self.explained_numbers((answer,), (), seed)
        with explaining():
            return kept_secret(explained(lambda: self._explained_number(answer, seed), ()))

    def _explained_number(self, answer: Tree, seed: str) -> tuple[Finding, ...]:
        if self._amounts is None:
            return ()
        variant = seed if is_drawn(self.at) else ""
        if variant not in self._amounts_at:
            self._amounts_at[variant] = self._amounts.at(self.numbers(seed), self.file.tolerance)
        return self._amounts_at[variant].explain(answer)

    def explained_numbers(self, entries: tuple[Tree, ...], shape: Shape, seed: str = "") -> tuple[Finding, ...]:
        """Say what is wrong with a vector or matrix of numbers, at the values of a variant."""
        with explaining():
            return kept_secret(explained(lambda: self._explained_numbers(entries, shape, seed), ()))

    def _explained_numbers(self, entries: tuple[Tree, ...], shape: Shape, seed: str) -> tuple[Finding, ...]:
        variant = seed if is_drawn(self.at) else ""
        if variant not in self._tensor_amounts:
            written, tolerance = self.content.answer.written, self.file.tolerance
            prepared = TensorAmounts.of(self.network, written, self.numbers(seed), tolerance)
            self._tensor_amounts[variant] = prepared
        amounts = self._tensor_amounts[variant]
        return () if amounts is None else amounts.explain(entries, shape)

    @cached_property
    def _tensor_amounts(self) -> dict[str, TensorAmounts | None]:
        return {}

    @cached_property
    def _amounts_at(self) -> dict[str, AmountsAt]:
        return {}

    @cached_property
    def _amounts(self) -> Amounts | None:
        return Amounts.of(self.network, self.content.answer.written)

    @cached_property
    def _diagnosis(self) -> Diagnosis:
        return diagnosis_of(self.network, self.content.answer.written)


def kept_secret(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Leave an explanation out that would give a number away: its ratio to the answer, or a term that is a number.

    >>> kept_secret((Finding("missing-term", {"term": "(7 + 2*1 - 3)/2"}),))
    ()
    >>> [found.code for found in kept_secret((Finding("missing-term", {"term": "w2*x2"}),))]
    ['missing-term']
    """
    facts = ((name, fact) for finding in findings for name, fact in finding.facts.items() if name not in _COUNTED)
    parts = (part for _, fact in facts for part in (fact if isinstance(fact, tuple) else (str(fact),)))
    return () if any(part and not any(map(str.isalpha, part)) for part in parts) else findings
