"""The kinds of question by their names: a kind is one class and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from symnn.questions.choice import ChoiceKind
from symnn.questions.formulas import FormulaKind
from symnn.questions.number import OneNumber
from symnn.questions.several_numbers import NumbersKind
from symnn.questions.worked import ChainKind, StepsKind

if TYPE_CHECKING:
    from symnn.questions.kind import Kind
    from symnn.questions.question import Question

__all__ = ["KINDS"]


class MatrixKind(FormulaKind):
    """A vector or matrix: of formulas, or with a tolerance of numbers."""

    fields: ClassVar = FormulaKind.fields | OneNumber.fields

    @classmethod
    def of(cls, question: Question) -> Kind[Any]:
        """Choose between formulas and numbers."""
        return cls(question) if question.file.tolerance is None else NumbersKind(question)


KINDS: Final[Mapping[str, type[Kind[Any]]]] = MappingProxyType(
    {
        "formula": FormulaKind,
        "number": OneNumber,
        "matrix": MatrixKind,
        "chain": ChainKind,
        "steps": StepsKind,
        "choice": ChoiceKind,
    }
)
