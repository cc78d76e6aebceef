"""``symnn check``: every problem of exercise and network files, with its place."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.messages import Language

__all__ = ["command"]

FORMATS = ("text", "json", "github", "junit")


@described("check", "symnn check", "symnn check my-exercises/ --format github")
@click.argument("paths", nargs=-1, type=click.Path())
@option("--format", "form", type=click.Choice(FORMATS), default="text", about="option-format")
@option("--no-math", is_flag=True, about="option-no-math")
def command(paths: tuple[str, ...], form: str, *, no_math: bool, lang: Language) -> None:
    """Check files and folders, the shipped exercises where none is named; exit code 1 if there are problems."""
    from symnn.exercises.checking import check_file, notes_on
    from symnn.exercises.library import files_in, shipped_folder
    from symnn.exercises.reports import check_report

    places = [Path(path) for path in paths] or [shipped_folder()]
    files = [file for place in places for file in files_in(place)]
    checked = {str(file): check_file(file, mathematics=not no_math) for file in files}
    notes = {str(file): notes_on(file) for file in files if not (no_math or checked[str(file)])}
    printed(check_report(checked, form, lang, notes))
    sys.exit(1 if any(checked.values()) else 0)
