"""``symnn preview``: what a file makes, on a page of this machine that changes with each save."""

from __future__ import annotations

from functools import partial

import click

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.errors import OperatorError, Problem
from symnn.messages import Language, raisable, say

__all__ = ["command"]

MOST_PORT = 65535
JUDGES = 2


@described(
    "preview", "symnn preview my-exercise.yaml", "symnn preview my-exercise.yaml --lang zh --no-browser --port 8080"
)
@click.argument("file", type=click.Path())
@option("--port", type=click.IntRange(0, MOST_PORT), default=0, about="option-port")
@option("--no-browser", is_flag=True, about="option-no-browser")
def command(file: str, port: int, *, no_browser: bool, lang: Language) -> None:
    """Open the page and serve it until it is stopped."""
    try:
        from symnn.web.previewing import Workshop, preview
        from symnn.web.serving import listening, serve
    except ImportError as error:
        raise raisable(OperatorError, Problem("needs-extra", {"extra": "web"})) from error
    from symnn.exercises.library import path_of
    from symnn.web.staff import PATIENT, Staff, authoring

    path = path_of(file)
    if not path.is_file():
        raise raisable(OperatorError, Problem("file-not-found", {"file": file}))
    workshop = Workshop(path, Staff(partial(authoring, path), JUDGES, 0, PATIENT))

    def told(address: str) -> None:
        printed(address + "\n")
        click.echo(say("preview-serving", lang=lang), err=True)

    serve(preview(workshop, lang), listening(port), told, browser=not no_browser, scripts=True)
