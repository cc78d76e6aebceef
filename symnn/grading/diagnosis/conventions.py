"""Which loss convention a student follows, and whether a whole submission keeps to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from symnn.grading.diagnosis.anatomy import Anatomy
from symnn.grading.verdict import Finding
from symnn.ops.terms import ONE, TWO

__all__ = ["AS_DERIVED", "Followed", "followed", "possible", "shown_by"]

AS_DERIVED = ""
"""The convention of a student who writes what the loss gives, 2(y - z) for (y - z)²."""


class Followed(Struct, frozen=True):
    """The convention of a submission: ``which`` (empty: as derived), in which parts, and the parts against it."""

    which: str
    parts: tuple[str, ...]
    against: tuple[str, ...] = ()

    @property
    def consistent(self) -> bool:
        """Whether all parts that show a convention show the same one."""
        return not self.against


def possible(key: Anatomy) -> frozenset[str]:
    """Name the conventions in which answers to a part may differ: those of the number that the loss brings in."""
    numbers = {piece.tree for term in key.terms for piece in term.pieces if piece.loss}
    return frozenset(which for which, number in (("missing-2", TWO), ("half-loss", ONE)) if number in numbers)


def shown_by(findings: Iterable[Finding], *, correct: bool) -> str | None:
    """Say which convention one answer shows; None if it shows none (wrong for another reason, or unreadable).

    >>> shown_by((Finding("convention", {"which": "missing-2"}),), correct=False)
    'missing-2'
    """
    named = [str(finding.facts["which"]) for finding in findings if finding.code == "convention"]
    kept = [which for which in named if which in ("missing-2", "half-loss")]
    if kept:
        return kept[0]
    return AS_DERIVED if correct else None


def followed(shown: Mapping[str, str | None]) -> Followed | None:
    """Say which convention a submission follows, from what each part (where one is `possible`) shows.

    The one shown most often counts; of two equally frequent ones the one shown first.

    >>> followed({"dw1": "missing-2", "dw2": "missing-2", "dw5": "", "dw6": None})
    Followed(which='missing-2', parts=('dw1', 'dw2'), against=('dw5',))
    """
    known = {part: which for part, which in shown.items() if which is not None}
    if not known:
        return None
    which = Counter(known.values()).most_common(1)[0][0]
    own = tuple(part for part, other in known.items() if other == which)
    return Followed(which, own, tuple(part for part in known if part not in own))
