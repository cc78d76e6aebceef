"""A verdict is a value with a reason: correct, partial, wrong, unreadable or undecided, and why."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, NoReturn

from msgspec import Struct

from symnn.errors import Problem
from symnn.messages import Language
from symnn.verdicts.finding import Finding

__all__ = ["Finding", "Judgement", "Method", "Read", "Reason", "Standing", "Verdict", "Witness"]

Standing = Literal["correct", "partial", "wrong", "unreadable", "undecided"]
"""The five verdicts on a graded answer."""

Method = Literal["fingerprint", "witness", "balls", "sympy", "shape", "number", "author", "form"]
"""How it was decided."""


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
        """Give the verdict as programs read it: the part of ``symnn/result/1`` that is about the answer.

        >>> Verdict("correct", Fraction(1), Fraction(4)).to_dict()["points"]
        4
        """
        from symnn.messages import say
        from symnn.verdicts.result import finding_data, plain_number

        notes = [say(note.code, note.facts, lang) for note in self.read.notes]
        result: dict[str, Any] = {
            "verdict": self.verdict,
            "points": plain_number(self.points),
            "max": plain_number(self.max),
            "read": {"text": self.read.text, "latex": self.read.latex, "notes": notes},
            "findings": [finding_data(finding, lang, literally=self.is_illegible) for finding in self.findings],
            "reason": {},
        }
        if self.method is not None:
            result["reason"]["method"] = self.method
        if self.witness is not None:
            witness = self.witness
            at = dict(witness.at)
            result["reason"]["witness"] = {"at": at, "yours": witness.yours, "expected": witness.expected}
        return result

    @property
    def is_illegible(self) -> bool:
        """True if nothing could be read, not only something else than what was asked."""
        return self.verdict == "unreadable" and not self.read.text

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
