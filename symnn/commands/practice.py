"""``symnn practice``: exercises to train on, on a page of this machine."""

from __future__ import annotations

from pathlib import Path

import click

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.errors import OperatorError, Problem
from symnn.messages import Language, raised, say

__all__ = ["command"]

MOST_PORT = 65535


@described("practice", "symnn practice", "symnn practice bp-2-2-1 --lang zh --no-browser --port 8080")
@click.argument("names", nargs=-1, metavar="[EXERCISE]...")
@option("-e", "--exercises", "place", type=click.Path(), about="option-exercises")
@option("--store", type=click.Path(), about="option-store")
@option("--save", "student", metavar="ID", default="", about="option-save")
@option("--port", type=click.IntRange(0, MOST_PORT), default=0, about="option-port")
@option("--no-browser", is_flag=True, about="option-no-browser")
def command(  # noqa: PLR0913 - one argument an option
    names: tuple[str, ...],
    place: str | None,
    store: str | None,
    student: str,
    port: int,
    *,
    no_browser: bool,
    lang: Language,
) -> None:
    """Open the pages and serve them until they are stopped."""
    from symnn.web.learner import Learner, usual_store

    learner = Learner(Path(store) if store else usual_store())
    if student:
        printed("".join(learner.lines(student)), data=True)
        return
    try:
        from symnn.web.practising import practice
        from symnn.web.serving import listening, serve
    except ImportError as error:
        raise raised(OperatorError, Problem("needs-extra", {"extra": "web"})) from error
    from symnn.exercises.library import exercise, exercises_in, shipped_folder
    from symnn.web.lessons import Lessons

    found = [exercise(name) for name in names] if names else exercises_in(Path(place) if place else shipped_folder())

    def told(address: str) -> None:
        printed(address + "\n")
        click.echo(say("practice-serving", lang=lang), err=True)

    serve(practice(Lessons(found, learner, lang)), listening(port), told, browser=not no_browser, scripts=True)
