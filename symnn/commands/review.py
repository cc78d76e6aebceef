"""``symnn review``: what waits for a person, group after group, on a page of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.errors import OperatorError, Problem
from symnn.messages import Language, raisable, say

if TYPE_CHECKING:
    from symnn.classroom.desk import Only

__all__ = ["command"]

MOST_PORT = 65535


@described("review", "symnn review graded", "symnn review graded --only unreadable --anonymous --by TA1 --no-browser")
@click.argument("folder", metavar="OUT", type=click.Path())
@option(
    "--only",
    type=click.Choice(["unreadable", "undecided", "unexplained", "stale", "all"]),
    default=None,
    about="option-only",
)
@option("--anonymous", is_flag=True, about="option-anonymous")
@option("--by", default="", metavar="NAME", about="option-by")
@option("--port", type=click.IntRange(0, MOST_PORT), default=0, about="option-port")
@option("--no-browser", is_flag=True, about="option-no-browser")
def command(  # noqa: PLR0913 - one argument an option
    folder: str,
    only: Only | None,
    by: str,
    port: int,
    *,
    anonymous: bool,
    no_browser: bool,
    lang: Language,
) -> None:
    """Open the page and serve it until it is stopped."""
    try:
        from symnn.web.reviewing import review_application
        from symnn.web.serving import listening, serve
    except ImportError as error:
        raise raisable(OperatorError, Problem("needs-extra", {"extra": "web"})) from error
    from symnn.classroom.desk import opened_desk
    from symnn.commands.decide import made_ready
    from symnn.web.sitting import ReviewSitting

    place = Path(folder)
    made_ready(place, lang)
    with opened_desk(place) as desk:
        sitting = ReviewSitting(desk, only, by, anonymous=anonymous)

        def told(address: str) -> None:
            printed(address + "\n")
            click.echo(say("review-serving", {"count": len(sitting.waiting)}, lang), err=True)

        def ended() -> None:
            if sitting.taken:
                desk.publish()

        serve(review_application(sitting, lang, ended), listening(port), told, browser=not no_browser)
