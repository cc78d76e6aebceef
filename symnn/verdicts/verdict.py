"""A verdict is a value with a reason: correct, partial, wrong, unreadable or undecided, and why."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal, NoReturn

from msgspec import Struct, field
from msgspec.structs import replace

from symnn.errors import Problem
from symnn.messages import Language
from symnn.verdicts.finding import Finding
from symnn.verdicts.hint import Hint

__all__ = ["Finding", "Judgement", "Later", "Method", "Read", "Reason", "Standing", "Verdict", "Witness"]

Standing = Literal["correct", "partial", "wrong", "unreadable", "undecided"]
"""The five verdicts on a graded answer."""

Method = Literal["fingerprint", "witness", "balls", "sympy", "shape", "number", "author", "form"]
"""How it was decided."""


_HEADINGS: Mapping[str, str] = MappingProxyType(
    {"blank": "verdict-blank", "left-not-asked": "verdict-not-asked", "not-asked": "verdict-not-asked"}
)


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


class Later:
    """A text that is written when somebody reads it; many who grade never look at it.

    >>> str(Later(lambda: "2 x")), Later(lambda: "2 x") == Later(lambda: "2 x")
    ('2 x', True)
    """

    __slots__ = ("_text", "_write")

    def __init__(self, write: Callable[[], str]) -> None:
        self._write = write
        self._text: str | None = None

    def __str__(self) -> str:
        """Give the text."""
        if self._text is None:
            self._text = self._write()
        return self._text

    def __eq__(self, other: object) -> bool:
        """Say whether another text is the same."""
        return str(self) == str(other) if isinstance(other, Later | str) else NotImplemented

    def __hash__(self) -> int:
        """Give the hash of the text."""
        return hash(str(self))

    def __repr__(self) -> str:
        """Show the text."""
        return repr(str(self))


class Read(Struct, frozen=True):
    """What was read: the answer in plain text and in LaTeX, and notes on what was mended or chosen.

    The LaTeX may be written later, and is stored under its own name.
    """

    text: str = ""
    formula: Any = field(default="", name="latex")
    notes: tuple[Problem, ...] = ()

    @property
    def latex(self) -> str:
        """The answer in LaTeX."""
        return str(self.formula)


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
    hint: Hint | None = None

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
        if self.hint is not None:
            result["hint"] = self.hint.to_dict(lang)
        if self.method is not None:
            result["reason"]["method"] = self.method
        if self.witness is not None:
            witness = self.witness
            at = dict(witness.at)
            result["reason"]["witness"] = {"at": at, "yours": witness.yours, "expected": witness.expected}
        return result

    def heading(self, lang: Language = "en") -> str:
        """Say how the answer stands: nothing written and something else answered are told apart from illegible."""
        from symnn.messages import say

        points = {"points": _rounded(self.points), "max": _rounded(self.max)}
        code = f"verdict-{self.verdict}"
        if self.verdict == "unreadable":
            code = _HEADINGS.get(self.findings[0].code if self.findings else "", code)
        if self.verdict == "partial" and self.max == 1:
            code = "verdict-partial-of-one"
        return say(code, points, lang)

    def told(self, lang: Language = "en") -> tuple[str, ...]:
        """Say the verdict in lines: the standing, what was read, and each finding.

        >>> Verdict("partial", Fraction(1, 2), Fraction(3)).told()
        ('Partly right: 1.5 of 3 points.',)
        """
        from symnn.messages import say
        from symnn.verdicts.result import finding_sentence

        read = [say("read-as", {"text": line}, lang) for line in self.read.text.splitlines()]
        said = [finding_sentence(finding, lang, literally=self.is_illegible) for finding in self.findings]
        return (self.heading(lang), *read, *said)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Show the verdict in a notebook, in the language of the environment."""
        from symnn.messages import language
        from symnn.notation.mathml import escaped

        lines = self.told(language(None, os.environ))
        html = "".join(f"<p>{escaped(line)}</p>" for line in lines)
        return {"text/plain": "\n".join(lines), "text/html": html}

    @property
    def is_blank(self) -> bool:
        """True if there is no answer: nothing is written, or that one does not know."""
        return self.verdict == "unreadable" and any(finding.code == "blank" for finding in self.findings)

    def at_level(self, hint: Hint) -> Verdict:
        """Give the verdict with a hint in the place of its reasons, which would say more than was asked for."""
        return replace(self, hint=hint, findings=(), witness=None)

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


def _rounded(points: Fraction) -> str:
    """Write points as a person does: two decimals at most.

    >>> _rounded(Fraction(2, 3)), _rounded(Fraction(3))
    ('0.67', '3')
    """
    return f"{float(points):.2f}".rstrip("0").rstrip(".")
