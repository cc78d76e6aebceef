"""What an exercise file holds of a part, as its author wrote it: texts with places, nothing read as mathematics yet."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct

from symnn.documents.domain import Domains
from symnn.equality.numbers import Tolerance
from symnn.errors import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.documents.containers import Nested
    from symnn.documents.kinds import Bilingual
    from symnn.documents.node import Source

__all__ = [
    "Accept",
    "Among",
    "Drawn",
    "DrawnSteps",
    "Feedback",
    "Form",
    "Given",
    "Option",
    "PartFile",
    "Rubric",
    "Wrong",
]

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Accept(Struct, frozen=True):
    """Another accepted answer; ``convention`` names why (``missing-2``), ``note`` is said with it.

    Without ``credit`` and ``convention`` it is the model answer in another form, and `checking` proves it.
    """

    value: Source
    credit: Fraction | None = None
    convention: str = ""
    note: Bilingual | None = None

    @property
    def share(self) -> Fraction:
        """The share of the points that it earns; all of them where the author says nothing."""
        return Fraction(1) if self.credit is None else self.credit

    @property
    def is_answer(self) -> bool:
        """Whether the author calls it the answer itself: without a credit of its own, without a convention."""
        return self.credit is None and not self.convention


class Feedback(Struct, frozen=True):
    """What to say to a wrong answer that equals ``when``.

    With ``replace``, ``when`` (or else the part's answer) is taken with some quantities replaced.
    """

    id: str
    say: Bilingual
    when: Source | None = None
    replace: Mapping[str, Source] = NOTHING
    credit: Fraction = Fraction(0)
    place: Place = Place("")


class Form(Struct, frozen=True):
    """Demands on how an answer is written; ``credit`` is what a right answer earns without them."""

    only: tuple[str, ...] = ()
    expanded: bool | None = None
    decimals: bool | None = None
    derivatives: bool | None = None
    credit: Fraction = Fraction(0)


class DrawnSteps(Struct, frozen=True):
    """A value drawn for each student: ``low``, ``low + step``, … up to ``high``, without some."""

    low: Fraction
    high: Fraction
    step: Fraction
    excluded: tuple[Fraction, ...] = ()


class Among(Struct, frozen=True):
    """A value drawn for each student from a list."""

    choices: tuple[Fraction, ...]


Drawn: TypeAlias = DrawnSteps | Among
Given: TypeAlias = "Nested | Drawn"


class Wrong(Struct, frozen=True):
    """A wrong answer that must get a certain feedback; `checking` proves it."""

    answer: Source
    feedback: str


class Rubric(Struct, frozen=True):
    """Something that earns a share of the points where a derivation shows it."""

    id: str
    gain: Fraction
    needs: Source
    say: Bilingual | None = None


class Option(Struct, frozen=True):
    """One of the things to choose from."""

    id: str
    text: Bilingual


class PartFile(Struct, frozen=True):
    """One part: what is asked, what is right, and what is said to answers that are not."""

    id: str
    kind: str
    ask: Bilingual
    answer: Source
    title: Bilingual | None = None
    points: Fraction = Fraction(1)
    asked: tuple[Source, ...] = ()
    given: tuple[Source, ...] = ()
    accept: tuple[Accept, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    form: Form | None = None
    hints: tuple[Bilingual, ...] = ()
    at: Mapping[str, Given] = NOTHING
    domain: Domains | None = None
    tolerance: Tolerance | None = None
    follow: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    rubric: tuple[Rubric, ...] = ()
    choices: tuple[Option, ...] = ()
    place: Place = Place("")

    @property
    def is_matrix_of_formulas(self) -> bool:
        """Whether a vector or matrix is asked whose entries are no numbers."""
        return self.kind == "matrix" and self.tolerance is None
