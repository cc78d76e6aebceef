"""``symnn practice``: exercises to train on, on a page of this machine, or for a class in a lecture hall."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.errors import OperatorError, Problem, UsageError
from symnn.messages import Language, raisable, say

if TYPE_CHECKING:
    from symnn.web.shelves import Shelves

__all__ = ["command"]

MOST_PORT = 65535
LOOPBACKS = frozenset({"127.0.0.1", "localhost"})
PUBLIC = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?")


@described("practice", "symnn practice", "symnn practice midges --class roster.csv --host 0.0.0.0 --port 8080")
@click.argument("names", nargs=-1, metavar="[EXERCISE]...")
@option("-e", "--exercises", "place", type=click.Path(), about="option-exercises")
@option("--store", type=click.Path(), about="option-store")
@option("--save", "student", metavar="ID", default="", about="option-save")
@option("--class", "roster", metavar="ROSTER", type=click.Path(), about="option-class")
@option("--host", default="127.0.0.1", about="option-host")
@option("--public", default="", metavar="URL", about="option-public")
@option("--port", type=click.IntRange(0, MOST_PORT), default=0, about="option-port")
@option("--no-browser", is_flag=True, about="option-no-browser")
def command(  # noqa: PLR0913, PLR0917 - one argument an option
    names: tuple[str, ...],
    place: str | None,
    store: str | None,
    student: str,
    roster: str | None,
    host: str,
    public: str,
    port: int,
    *,
    no_browser: bool,
    lang: Language,
) -> None:
    """Open the pages and serve them until they are stopped."""
    from symnn.web.learner import Store, usual_store

    usual = Path(roster).with_suffix(".practice.sqlite") if roster else usual_store()
    file = Path(store) if store else usual
    if student:
        printed("".join(Store(file).lines(student)), data=True)
        return
    if public and not PUBLIC.fullmatch(public):
        raise raisable(UsageError, Problem("public-not-https"))
    if host not in LOOPBACKS and not roster:
        raise raisable(UsageError, Problem("host-without-class"))
    try:
        import symnn.web.serving  # noqa: F401 - what it needs is there
    except ImportError as error:
        raise raisable(OperatorError, Problem("needs-extra", {"extra": "web"})) from error
    found = _found(names, place)
    if roster:
        _class(found, Path(roster), file, (host, port, public), lang)
    else:
        _alone(found, file, port, lang, browser=not no_browser)


def _found(names: tuple[str, ...], place: str | None) -> Shelves:
    """Find the files of exercises: by their names, or all in a place."""
    from symnn.exercises.library import files_in, path_of, shipped_folder
    from symnn.web.shelves import shelves

    return shelves([path_of(name) for name in names] or files_in(Path(place) if place else shipped_folder()))


def _alone(found: Shelves, file: Path, port: int, lang: Language, *, browser: bool) -> None:
    """Serve one learner on the own machine."""
    from symnn.web.learner import Store
    from symnn.web.lessons import Lessons
    from symnn.web.practising import practice
    from symnn.web.serving import listening, serve
    from symnn.web.staff import Staff, tutoring

    def told(address: str) -> None:
        printed(address + "\n")
        click.echo(say("practice-serving", lang=lang), err=True)

    lessons = Lessons(found, Staff(partial(tutoring, found.texts, b"", lang)), lang)
    serve(practice(lessons, Store(file)), listening(port), told, browser=browser, scripts=True)


def _class(found: Shelves, roster: Path, file: Path, at: tuple[str, int, str], lang: Language) -> None:
    """Serve a class: who is on the roster signs in; the variants are those that ``symnn grade`` expects."""
    from symnn.classroom.config import config, key_of
    from symnn.equality.meaning import PUBLIC_KEY
    from symnn.web.hall import Hall, class_pages
    from symnn.web.learner import Store
    from symnn.web.lessons import Lessons
    from symnn.web.roll import roll_in
    from symnn.web.serving import listening, serve_class
    from symnn.web.staff import Staff, tutoring

    host, port, public = at
    key = key_of(config(Path.cwd(), os.environ))
    roll = roll_in(roster)
    store = Store(file)
    hall = Hall(roll, store, secure=bool(public))
    lessons = Lessons(found, Staff(partial(tutoring, found.texts, key, lang)), lang)

    def told(addresses: list[str]) -> None:
        printed(f"{addresses[0]}/class?token={hall.lecturer}\n")
        click.echo(say("class-serving", {"addresses": ", ".join(addresses)}, lang), err=True)
        click.echo(say("class-lecturer", {"address": f"{addresses[0]}/class?token=…"}, lang), err=True)
        if key == PUBLIC_KEY:
            click.echo(say("class-public-key", lang=lang), err=True)
        if not public:
            click.echo(say("class-without-tls", lang=lang), err=True)
        click.echo(say("practice-serving", lang=lang), err=True)

    serve_class(class_pages(lessons, store, hall), listening(port, host), told, public)
