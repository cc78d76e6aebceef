"""``symnn decide``: what a person says some answers are worth."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.messages import Language, say

if TYPE_CHECKING:
    from symnn.classroom.decisions import DecisionScope, Ruling
    from symnn.errors import Fact

__all__ = ["command", "made_ready"]


@described(
    "decide",
    'symnn decide graded --text "no idea" --blank',
    "symnn decide graded --answer 007 bp-2-2-1/dw1 --points 3 --by ta1",
)
@click.argument("folder", type=click.Path(path_type=Path))
@option("--cluster", about="option-cluster")
@option("--text", about="option-text")
@option("--answer", nargs=2, about="option-answer")
@option("--part", about="option-part-scope")
@option("--attempt", type=click.IntRange(1), default=1, about="option-attempt")
@option("--points", type=click.FloatRange(0), about="option-points")
@option("--share", type=click.FloatRange(0, 1), about="option-share")
@option("--blank", is_flag=True, about="option-blank")
@option("--undo", about="option-undo")
@option("--comment", default="", about="option-comment")
@option("--by", default="", about="option-by")
def command(  # noqa: PLR0913 - one argument an option
    folder: Path,
    cluster: str | None,
    text: str | None,
    answer: tuple[str, str] | None,
    part: str | None,
    attempt: int,
    *,
    points: float | None,
    share: float | None,
    blank: bool,
    undo: str | None,
    comment: str,
    by: str,
    lang: Language,
) -> None:
    """Put a decision down, and write the set of files as it is with it."""
    from symnn.classroom.decisions import DecisionScope, One, Ruling
    from symnn.classroom.desk import opened_desk

    one = One(*answer, attempt) if answer else None
    scope = DecisionScope(answer=one, text=text, cluster=cluster or "", part=part or "")
    ruling = Ruling(points, share, blank)
    _check(scope, ruling, undo, comment, (cluster, text, answer, part))
    made_ready(folder, lang)
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    with opened_desk(folder) as desk:
        done = desk.take_back(undo, by, at) if undo else desk.decide(scope, ruling, comment, by, at)
        desk.publish()
        facts: dict[str, Fact] = {"id": done.decision.id, "answers": done.about, "open": desk.left}
    printed(say("decided-undone" if undo else "decision-made", facts, lang) + "\n")


def _check(scope: DecisionScope, ruling: Ruling, undo: str | None, comment: str, scopes: tuple[object, ...]) -> None:
    """See that exactly one thing is decided about exactly one scope."""
    about = sum(one is not None for one in scopes)
    said = sum((ruling.points is not None, ruling.share is not None, ruling.blank))
    good = (about == 0 and not said) if undo else (about == 1 and (said == 1 or (comment and not said)))
    if not good:
        from symnn.errors import Problem, UsageError
        from symnn.messages import raisable

        raise raisable(UsageError, Problem("decision-incomplete", {"scope": scope.key[:40]}))


def made_ready(folder: Path, lang: Language) -> None:
    """See that the book of a folder is there; a deleted one is made anew of what the last run was given."""
    from symnn.classroom.config import config
    from symnn.classroom.desk import is_ready
    from symnn.classroom.regrading import regraded

    if not is_ready(folder):
        regraded(folder, config(Path.cwd(), os.environ), lang)
