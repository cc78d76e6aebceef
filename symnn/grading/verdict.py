"""A verdict is a value with a reason: correct, partial, wrong, unreadable or undecided, and why."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, NoReturn

from msgspec import Struct

from symnn.errors import NO_FACTS, Fact, Problem, Span
from symnn.messages import Language

__all__ = ["Finding", "Judgement", "Method", "Read", "Reason", "Standing", "Verdict", "Witness"]

Standing = Literal["correct", "partial", "wrong", "unreadable", "undecided"]
"""The five verdicts on a graded answer."""

Method = Literal["fingerprint", "witness", "balls", "sympy", "shape", "number", "author", "form"]
"""How it was decided."""


class Finding(Struct, frozen=True):
    """What was found in an answer: a stable code (see the contract), the facts, and the place in the answer."""

    code: str
    facts: Mapping[str, Fact] = NO_FACTS
    span: Span | None = None


class Witness(Struct, frozen=True):
    """A point at which two expressions provably differ, with both values there."""

    at: Mapping[str, float]
    yours: float | str
    expected: float | str


class Judgement(Struct, frozen=True):
    """Are two expressions equal? ``equal`` None is undecided; then ``probably`` may still say "equal so far"."""

    equal: bool | None
    method: Method | None = None
    witness: Witness | None = None
    findings: tuple[Finding, ...] = ()
    probably: bool = False


class Read(Struct, frozen=True):
    """What was read: the answer in plain text and in LaTeX, and notes on what was mended or chosen."""

    text: str = ""
    latex: str = ""
    notes: tuple[Problem, ...] = ()


class Reason(Struct, frozen=True):
    """How a verdict was reached: the method, and a witness against a wrong formula."""

    method: Method | None = None
    witness: Witness | None = None


class Verdict(Struct, frozen=True):
    """The judgement on one answer: standing, credit (0 to 1), points, findings, the reason, what was read."""

    verdict: Standing
    credit: Fraction = Fraction(0)
    max: Fraction = Fraction(1)
    findings: tuple[Finding, ...] = ()
    method: Method | None = None
    witness: Witness | None = None
    read: Read = Read()

    @property
    def points(self) -> Fraction:
        """The points earned: credit times the part's maximum."""
        return self.credit * self.max

    @property
    def reason(self) -> Reason:
        """How it was decided, and a point of difference where there is one to show."""
        return Reason(self.method, self.witness)

    def to_dict(self, lang: Language = "en") -> dict[str, Any]:
        """Give the verdict as programs read it: the part of ``symnn/result/1`` that is about the answer."""
        from symnn.grading.result import result_of

        return result_of(self, lang)

    @property
    def equal(self) -> bool | None:
        """True if correct, None if a person must look, False otherwise."""
        if self.verdict in ("undecided", "unreadable"):
            return None
        return self.verdict == "correct"

    def __bool__(self) -> NoReturn:
        """Refuse: a verdict has more than two values."""
        message = "a verdict is not a yes or no; ask .equal, .verdict or .credit"
        raise TypeError(message)
