"""``symnn practice``: exercises to train on, on a page of this machine."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.errors import OperatorError, Problem
from symnn.messages import Language, raised, say

if TYPE_CHECKING:
    from symnn.web.shelves import Shelves

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
    from symnn.web.learner import Store, usual_store

    kept = Store(Path(store) if store else usual_store())
    if student:
        printed("".join(kept.lines(student)), data=True)
        return
    try:
        from symnn.web.practising import practice
        from symnn.web.serving import listening, serve
    except ImportError as error:
        raise raised(OperatorError, Problem("needs-extra", {"extra": "web"})) from error
    from symnn.web.lessons import Lessons
    from symnn.web.staff import Staff, tutoring

    found = _found(names, place)
    lessons = Lessons(found, Staff(partial(tutoring, found.texts, b"", lang)), lang)

    def told(address: str) -> None:
        printed(address + "\n")
        click.echo(say("practice-serving", lang=lang), err=True)

    serve(practice(lessons, kept), listening(port), told, browser=not no_browser, scripts=True)


def _found(names: tuple[str, ...], place: str | None) -> Shelves:
    """Find the files of exercises: by their names, or all in a place."""
    from symnn.exercises.library import files_in, path_of, shipped_folder
    from symnn.web.shelves import shelves

    return shelves([path_of(name) for name in names] or files_in(Path(place) if place else shipped_folder()))
