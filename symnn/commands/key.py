"""``symnn key``: the secret key of a course."""

from __future__ import annotations

import os
from pathlib import Path

import click

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.errors import OperatorError, Problem, UsageError
from symnn.messages import Language, raisable, say

__all__ = ["command"]


@described("key", "symnn key new", "symnn key new -o course.key")
@click.argument("action", type=click.Choice(["new"]))
@option("-o", "--output", "output", default="symnn.key", type=click.Path(), about="option-key-file")
@option("-f", "--force", is_flag=True, about="option-force")
def command(action: str, output: str, *, force: bool, lang: Language) -> None:  # noqa: ARG001 - there is one action yet
    """Make a key in a file that only its owner can read."""
    from symnn.classroom.config import new_key

    path = Path(output)
    flags = os.O_CREAT | os.O_WRONLY | (os.O_TRUNC if force else os.O_EXCL)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="ascii") as file:
            file.write(new_key() + "\n")
    except FileExistsError as error:
        raise raisable(UsageError, Problem("file-exists", {"file": output})) from error
    except OSError as error:
        facts = {"file": output, "detail": error.strerror or ""}
        raise raisable(OperatorError, Problem("file-unwritable", facts)) from error
    printed(say("key-made", {"file": output}, lang) + "\n")
