"""The review page: one group of answers after another, a form of keys, each decision on the disk before it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from symnn.classroom.decisions import Ruling
from symnn.classroom.pages import points_text, writer
from symnn.errors import Fact, Problem, UsageError
from symnn.messages import Language, line, raisable, say
from symnn.web.guarding import posted_form
from symnn.web.sitting import ReviewSitting, Waiting

__all__ = ["review_application"]

TEMPLATES: Final = Path(__file__).with_name("templates")
_HALF: Final = 0.5
LETTERS: Final[Mapping[str, str]] = MappingProxyType(
    {"a": "full", "h": "half", "z": "zero", "b": "blank", "m": "comment"} | {"k": "keep", "s": "skip", "u": "undo"}
)
"""The letters on the keys, which may be typed instead of points."""


def review_application(sitting: ReviewSitting, lang: Language, ended: Callable[[], None]) -> Starlette:
    """Make the application; ``ended`` is called when it is stopped, with every decision on the disk."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        ended()

    page = _Page(sitting, lang)
    routes = [Route("/", page.shown, methods=["GET"]), Route("/", page.taken, methods=["POST"])]
    return Starlette(routes=routes, lifespan=lifespan)


class _Page:
    """Shows the next group, and takes what was decided about it."""

    def __init__(self, sitting: ReviewSitting, lang: Language) -> None:
        self.sitting = sitting
        self.lang = lang
        self.write = writer(lang, TEMPLATES)
        self.news = ""

    async def shown(self, request: Request) -> Response:
        """Show what waits."""
        return self._page(request)

    async def taken(self, request: Request) -> Response:
        """Take a form: a decision, or where to go."""
        form = await posted_form(request)
        if form is None:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        key, written = form.get("group", ""), form.get("points", "").strip()
        action = form.get("action", "")
        if action == "points":  # a letter in the field is the key of that letter
            action = LETTERS.get(written.lower(), action)
        comment = form.get("comment", "").strip()
        self.news = ""
        try:
            self._do(action, key, written, comment)
        except UsageError as error:
            self.news = " ".join(line(problem, self.lang) for problem in error.problems)
            return self._page(request, comment=comment, status=HTTPStatus.BAD_REQUEST)
        return RedirectResponse(f"/?token={request.query_params['token']}", status_code=HTTPStatus.SEE_OTHER)

    def _do(self, action: str, key: str, written: str, comment: str) -> None:
        """Do what a key means. Raises: UsageError if that cannot be done."""
        match action:
            case "skip":
                self.sitting.skip(key)
            case "again":
                self.sitting.again()
            case "undo":
                undone = self.sitting.undo()
                self.news = say("review-undone" if undone else "review-nothing-to-undo", lang=self.lang)
            case _:
                one = self.sitting.waiting.get(key)
                ruling = _ruling(action, written, one)
                done = self.sitting.decide(key, ruling, comment)
                earned = None if one is None else _earned(ruling, one)
                facts: dict[str, Fact] = {"count": done.about, "points": points_text(earned or 0.0)}
                self.news = say("review-commented" if earned is None else "review-decided", facts, self.lang)

    def _page(self, request: Request, *, comment: str = "", status: int = 200) -> Response:
        sitting = self.sitting
        one = sitting.next
        facts: dict[str, Any] = {
            "token": request.query_params["token"],
            "news": self.news,
            "done": len(sitting.taken),
            "left": len(sitting.waiting),
            "skipped": len(sitting.skipped),
            "comment": comment,
            "title": say("review-title", lang=self.lang),
            "one": one,
        }
        if one is not None:
            facts["examples"] = sitting.shown(one, self.lang)
            facts["asked"] = [(target, sitting.about.parts.get(target)) for target in one.group.targets]
            facts["kept"] = None if one.stale is None else points_text(_earned(one.stale.set, one) or 0.0)
        return HTMLResponse(self.write("review.html" if one else "reviewed.html", **facts), status_code=status)


def _earned(ruling: Ruling, one: Waiting) -> float | None:
    """Say how many points a decision gives; None where it is only a comment."""
    if ruling.blank:
        return 0.0
    return ruling.points if ruling.points is not None else ruling.share and ruling.share * one.group.most


def _ruling(action: str, written: str, one: Waiting | None) -> Ruling:
    """Read what a key means for a group. Raises: UsageError if it is neither a key nor points."""
    match action:
        case "full":
            return Ruling(share=1.0)
        case "half":
            return Ruling(share=_HALF)
        case "zero":
            return Ruling(points=0.0)
        case "blank":
            return Ruling(blank=True)
        case "comment":
            return Ruling()
        case "keep" if one is not None and one.stale is not None:
            return one.stale.set
    try:
        return Ruling(points=float(written.replace(",", ".")))
    except ValueError as error:
        most = points_text(one.group.most) if one else ""
        raise raisable(UsageError, Problem("review-points", {"max": most})) from error
