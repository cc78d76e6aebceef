"""The question of a part: its file, its mathematics, its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.matrices import derive_matrix
from symnn.documents.containers import Nested
from symnn.equality.meaning import Meaning
from symnn.equality.subject import Subject
from symnn.expressions.tree import Derivative, Name, Number, Tree
from symnn.language.scope import Scope
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity
from symnn.networks.values import split
from symnn.ops.shapes import Shape
from symnn.questions.fields import Accept, Feedback, PartFile, Rubric
from symnn.questions.mathematics import Expression
from symnn.questions.variants import drawn

__all__ = ["NO_EXPRESSION", "ChainEnds", "Content", "Question"]

NO_EXPRESSION: Final = Expression(Number(0), Number(0))
"""The answer of a part that is no expression: a choice, a chain."""


class ChainEnds(Struct, frozen=True):
    """What a chain leads from and to; ``through`` are the only paths that count, all of them if it is empty."""

    of: str
    wrt: str
    through: tuple[tuple[str, ...], ...] = ()


class Content(Struct, frozen=True):
    """What the expressions of a part say; of a choice only ``chosen`` is filled.

    ``asked`` are the left sides that an answer may begin with, ``given`` the derivatives that it may use as values;
    ``quantities`` is what ``answer`` names, if it is one quantity: its name, or the names of its entries.
    """

    answer: Expression
    asked: tuple[Tree, ...] = ()
    given: tuple[Expression, ...] = ()
    accept: tuple[tuple[Accept, Expression], ...] = ()
    feedback: tuple[tuple[Feedback, Expression], ...] = ()
    rubric: tuple[tuple[Rubric, Expression], ...] = ()
    chain: ChainEnds | None = None
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

    @cached_property
    def given_tensors(self) -> Mapping[str, Shape]:
        """The shapes of the tensors of derivatives that answers may use, by the names of the adjoints."""
        return MappingProxyType({adjoint_name(of, wrt): self.graph.shapes[wrt] for of, wrt in self._given})

    @cached_property
    def with_given(self) -> Graph:
        """The graph in which a given tensor of derivatives is a quantity of its own, beside its entries."""
        given = {name: Quantity(name, shape, "adjoint") for name, shape in self.given_tensors.items()}
        return replace(self.graph, quantities=MappingProxyType({**given, **self.graph.quantities}))

    @cached_property
    def network_with_given(self) -> Graph:
        """The network in which given tensors of derivatives of one result have their equations."""
        results = {of for of, _ in self._given}
        if len(results) != 1:
            return self.network
        return derive_matrix(self.network, results.pop(), tuple(wrt for _, wrt in self._given)).extended

    @property
    def _given(self) -> Iterator[tuple[str, str]]:
        for given in self.content.given:
            match given.written:
                case Derivative(Name(of), Name(wrt)) if wrt in self.network.shapes:
                    yield of, wrt

    @property
    def subject(self) -> Subject:
        """What answers are about, for those who read and compare on their own."""
        meaning = self.meaning
        return Subject(self.base, self.scope, meaning.declared, meaning.default, meaning.key, meaning.digest)
