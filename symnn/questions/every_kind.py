"""The kinds of question by their names: a kind is one class and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from symnn.questions.choice import Choice
from symnn.questions.formulas import Formula
from symnn.questions.number import OneNumber
from symnn.questions.several_numbers import Numbers
from symnn.questions.worked import Chain, Derivation

if TYPE_CHECKING:
    from symnn.questions.kind import Kind
    from symnn.questions.question import Question

__all__ = ["KINDS"]


class Matrix(Formula):
    """A vector or matrix: of formulas, or with a tolerance of numbers."""

    fields: ClassVar = Formula.fields | OneNumber.fields

    @classmethod
    def of(cls, question: Question) -> Kind[Any]:
        """Choose between formulas and numbers."""
        return cls(question) if question.file.tolerance is None else Numbers(question)


KINDS: Final[Mapping[str, type[Kind[Any]]]] = MappingProxyType(
    {
        "formula": Formula,
        "number": OneNumber,
        "matrix": Matrix,
        "chain": Chain,
        "steps": Derivation,
        "choice": Choice,
    }
)
