"""What a derivation is worth: the policy in one place, as numbers that a course may change."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from symnn.verdicts.verdict import Standing

__all__ = ["Conclusion", "MarkingPolicy", "Marks", "credit", "verdict_of_marks"]

Conclusion = Literal["right", "wrong", "unfinished", "missing", "undecided"]
"""What came of what was asked: ``unfinished`` leaves derivatives standing, ``missing`` says nothing about it."""


class MarkingPolicy(Struct, frozen=True):
    """How derivations are marked, as shares of the part's points.

    - All steps right, what was asked reached, and at least one step of work on the way: everything.
    - ``answer_alone``: what was asked is right, but no work is shown. Repeated and rearranged lines, and
      equations copied from the exercise, are no work.
    - ``recovered``: what was asked is right, but a step on the way is wrong; a right last line never makes
      up for a wrong step.
    - ``unfinished``: the most without the right answer, in proportion to the partials of the chain rule that
      right steps named (half) or worked out (full). Nothing if no line is about what was asked.
    - With a rubric, its gains if they are more, each earned once by a right step, wherever it stands; where a
      step is wrong they are worth ``flawed`` at most, and an answer alone stays one.
    """

    answer_alone: Fraction = Fraction(1, 2)
    recovered: Fraction = Fraction(1, 2)
    unfinished: Fraction = Fraction(1, 2)
    flawed: Fraction = Fraction(3, 4)


class Marks(Struct, frozen=True):
    """What a derivation shows: how it ends, whether a step is wrong, whether work is shown, what was covered.

    ``gains`` are those of the rubric items earned.
    """

    conclusion: Conclusion
    flawed: bool = False
    worked: bool = False
    open: bool = False
    covered: Fraction = Fraction(0)
    gains: Iterable[Fraction] = ()


def credit(marks: Marks, policy: MarkingPolicy) -> Fraction:
    """Give the share of the points.

    >>> credit(Marks("right", worked=True), MarkingPolicy())
    Fraction(1, 1)
    >>> credit(Marks("right", worked=True, flawed=True), MarkingPolicy())
    Fraction(1, 2)
    """
    reached = Fraction(0)
    if marks.conclusion == "right":
        if marks.worked and not marks.flawed:
            return Fraction(1)
        reached = policy.recovered if marks.flawed else policy.answer_alone
    alone = marks.conclusion == "right" and not marks.worked
    most = policy.flawed if marks.flawed else policy.answer_alone if alone else Fraction(1)
    return max(reached, policy.unfinished * marks.covered, min(most, sum(marks.gains, Fraction(0))))


def verdict_of_marks(marks: Marks, share: Fraction) -> Standing:
    """Name the verdict: a person looks where a step could not be decided and none is wrong."""
    if not marks.flawed and (marks.open or marks.conclusion == "undecided"):
        return "undecided"
    return "correct" if share == 1 else "partial" if share else "wrong"
