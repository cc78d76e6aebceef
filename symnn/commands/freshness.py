"""The set that a command reads: it says what has been decided, or the operator is told that it does not."""

from __future__ import annotations

from pathlib import Path

import click

from symnn.messages import Language, say

__all__ = ["seen_to"]


def seen_to(folder: Path, lang: Language) -> None:
    """Lay what has been decided since over the set of a folder, before it is read.

    Raises: OperatorError if it cannot be written, or another run holds the folder.
    """
    from symnn.classroom.decisions import DECISIONS

    if not (folder / DECISIONS).exists():
        return
    from symnn.classroom.publishing import caught_up  # most folders know no decision, and all of this is heavy

    if not caught_up(folder):
        click.echo(say("decisions-ahead", {"file": str(folder)}, lang), err=True)
