"""What is sent out: the scores of a class, once somebody has said what becomes of marks that are open."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from symnn.classroom.recorded import Results, results_of
from symnn.classroom.scores import Scored, Scores, scores
from symnn.errors import OperatorError, Problem
from symnn.messages import raisable

__all__ = ["Open", "Sent", "UnfinishedError", "scores_to_send", "shown_points"]

Open = Literal["refuse", "zero", "skip"]
"""What becomes of marks that are open: nothing is sent, they are worth nothing, or their students are left out."""


class UnfinishedError(OperatorError):
    """Marks are open, and nobody said what becomes of them."""


class Sent(Struct, frozen=True):
    """A file to be sent, and what the operator should know of it."""

    data: bytes
    notices: tuple[Problem, ...] = ()


def scores_to_send(folder: Path, waiting: Open) -> tuple[Results, Scores]:
    """Give the results of a graded class, and the scores of which none is open.

    Raises: UnfinishedError if some are and ``waiting`` is ``refuse``; UsageError if no class was graded there.
    """
    results = results_of(folder)
    found = scores(results)
    if not found.open:
        return results, found
    if waiting == "refuse":
        raise raisable(UnfinishedError, Problem("marks-open", {"count": found.open, "file": str(folder)}))
    if waiting == "skip":
        return results, replace(found, students={key: one for key, one in found.students.items() if not one.open})
    return results, replace(found, students={key: _closed(one) for key, one in found.students.items()})


def _closed(student: Scored) -> Scored:
    """Take what is open for nothing."""
    points: Mapping[str, float | None] = {target: earned or 0.0 for target, earned in student.points.items()}
    return replace(student, points=points)


def shown_points(points: float) -> str:
    """Write points as platforms read them: no more than five decimals, none that is needless.

    >>> shown_points(5.0), shown_points(92.85714285714)
    ('5', '92.85714')
    """
    return f"{points:.5f}".rstrip("0").rstrip(".")
