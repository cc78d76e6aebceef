"""``symnn sheet``: the exercises of each student with their own numbers, one file a student."""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from symnn.commands.options import described, option
from symnn.commands.output import delivered_text
from symnn.messages import Language, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["command"]

ENDINGS: Mapping[str, str] = MappingProxyType(
    {"pdf": "pdf", "html": "html", "latex": "tex", "typst": "typ", "markdown": "md", "text": "txt"}
)


@described(
    "sheet",
    "symnn sheet exercises/midges.yaml --students roster.csv -o sheets",
    "symnn sheet w.yaml --students r.csv -o s --solution",
)
@click.argument("exercises", nargs=-1, required=True)
@option("--students", required=True, type=click.Path(), about="option-students")
@option("-o", "--output", required=True, type=click.Path(), about="option-sheets")
@option("--to", "to", type=click.Choice(tuple(ENDINGS)), default="pdf", about="option-to")
@option("--solution", is_flag=True, about="option-solution")
@option("-f", "--force", is_flag=True, about="option-force")
def command(  # noqa: PLR0913 - one argument an option
    *, exercises: tuple[str, ...], students: str, output: str, to: str, solution: bool, force: bool, lang: Language
) -> None:
    """Write a sheet for each student of a roster."""
    from symnn.classroom.config import config, key_of
    from symnn.classroom.intake.roster import roster_in
    from symnn.exercises.library import exercise
    from symnn.handouts import formats
    from symnn.handouts.exercise_sheet import ExerciseSheet, sheet_document

    key = key_of(config(Path.cwd(), os.environ))
    sheets = [ExerciseSheet(exercise(name), solution) for name in exercises]
    folder = Path(output)
    roster = roster_in(Path(students))
    folder.mkdir(parents=True, exist_ok=True)
    for student in roster:
        seeds = _seeds(key, student.id)
        page = formats.delivered(sheet_document(sheets, student.id, student.name, seeds), to, lang)
        delivered_text(page, str(folder / f"{student.id}.{ENDINGS[to]}"), force=force)
    click.echo(say("sheets-written", {"count": len(roster), "folder": output}, lang), err=True)


def _seeds(key: bytes, student: str) -> Callable[[str, str], str]:
    from symnn.questions.variants import seed_of

    return lambda exercise, part: seed_of(key, exercise, part, student)
