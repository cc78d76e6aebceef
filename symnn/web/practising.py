"""The pages of practice: the list of exercises, an exercise with its parts, how an answer is read as it is typed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from symnn.classroom.pages import writer
from symnn.classroom.recorded import Recorded
from symnn.classroom.returned import outcome_heading
from symnn.messages import line
from symnn.web.guarding import posted_form
from symnn.web.learner import Learner, Store
from symnn.web.lesson import Asked
from symnn.web.lessons import Lessons, ShownTask
from symnn.web.staff import LostError

__all__ = ["TEMPLATES", "Admitted", "Pages", "application", "files", "practice", "refused_page"]

TEMPLATES: Final = Path(__file__).with_name("templates")
LONGEST: Final = 16384
"""Characters of an answer that are taken; the reader says itself what is too long for a part."""
FILES: Final = ("practice.js", "practice.css")
KINDS: Final[Mapping[str, str]] = MappingProxyType({".js": "text/javascript", ".css": "text/css"})


class Admitted(Struct, frozen=True):
    """Who asks: the learner, what must stand in every form, and the name to greet by (none at one's own machine)."""

    learner: Learner
    token: str
    name: str = ""


Admit = Callable[[Request], Awaitable[Admitted | Response]]
"""Says who asks, or what somebody gets who is not known."""


def practice(lessons: Lessons, store: Store) -> Starlette:
    """Make the application for one learner on the own machine; the guard has seen to the token."""
    learner = Learner(store)

    async def admitted(request: Request) -> Admitted:
        return Admitted(learner, request.query_params["token"])

    return application(Pages(lessons, admitted), store)


def application(pages: Pages, store: Store, more: Iterable[Route] = ()) -> Starlette:
    """Make the application: the pages of practice and ``more``; the staff ends with it."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        pages.lessons.staff.start()
        yield
        await run_in_threadpool(pages.lessons.staff.stop)
        store.close()

    return Starlette(routes=[*pages.routes, *files(), *more], lifespan=lifespan)


def files(names: Iterable[str] = FILES) -> list[Route]:
    """Give the routes to what stands beside the pages: a script, a style."""

    def route(name: str) -> Route:
        async def given(_request: Request) -> Response:
            return Response((TEMPLATES / name).read_bytes(), media_type=KINDS[Path(name).suffix])

        return Route(f"/{name}", given)

    return list(map(route, names))


def refused_page(write: Callable[..., str], code: str, status: int, **facts: Any) -> Response:
    """Say in words why there is no page."""
    return HTMLResponse(write("refused.html", code=code, facts=facts), status_code=status)


class Pages:
    """Shows exercises, and takes answers."""

    def __init__(self, lessons: Lessons, admit: Admit) -> None:
        self.lessons = lessons
        self.admit = admit
        self.write = writer(lessons.lang, TEMPLATES)

    @property
    def routes(self) -> list[Route]:
        """What may be asked for."""
        return [
            Route("/", self.listed),
            Route("/x/{exercise}", self.shown, methods=["GET"]),
            Route("/x/{exercise}", self.taken, methods=["POST"]),
            Route("/x/{exercise}/{part}/read", self.read, methods=["POST"]),
        ]

    def _page(self, by: Admitted, template: str, **facts: Any) -> Response:
        return HTMLResponse(self.write(template, token=by.token, name=by.name, **facts))

    async def listed(self, request: Request) -> Response:
        """Show the exercises, and how far the learner is."""
        by = await self.admit(request)
        if isinstance(by, Response):
            return by
        lang, done = self.lessons.lang, by.learner.done()
        cards = self.lessons.cards.values()
        rows = [(one.id, one.titles[lang], min(done.get(one.id, 0), one.parts), one.parts) for one in cards]
        return self._page(by, "practice.html", rows=rows)

    async def shown(self, request: Request) -> Response:
        """Show an exercise."""
        by = await self.admit(request)
        if isinstance(by, Response):
            return by
        exercise = request.path_params["exercise"]
        if exercise not in self.lessons.cards:
            return refused_page(self.write, "page-missing", HTTPStatus.NOT_FOUND)
        try:
            parts = await self.lessons.parts(exercise, by.learner)
            tasks = await self.lessons.tasks(exercise, by.learner)
            picture = "" if parts.problems else await self.lessons.staff.ask("picture", exercise, None)
        except LostError:
            return refused_page(self.write, "page-later", HTTPStatus.SERVICE_UNAVAILABLE)
        told = {task.asked.id: self._told(task) for task in tasks}
        problems = [line(problem, self.lessons.lang) for problem in parts.problems]
        about: dict[str, Any] = {"exercise": exercise, "parts": parts, "tasks": tasks, "told": told}
        about |= {"problems": problems, "picture": picture, "has_variants": any(one.is_drawn for one in parts.parts)}
        return self._page(by, "exercise.html", **about)

    def _told(self, task: ShownTask) -> str:
        return outcome_heading(task.result, self.lessons.lang) if task.result is not None else ""

    async def taken(self, request: Request) -> Response:
        """Take an answer, or a wish for help or another variant."""
        by = await self.admit(request)
        form = await posted_form(request)
        exercise = request.path_params["exercise"]
        if isinstance(by, Response):
            return by
        if exercise not in self.lessons.cards:
            return refused_page(self.write, "page-missing", HTTPStatus.NOT_FOUND)
        if form is None:
            return refused_page(self.write, "page-unusable", HTTPStatus.BAD_REQUEST)
        if form.get("action") == "variant":
            await run_in_threadpool(by.learner.turn, exercise)
            return _back(by, exercise, "")
        try:
            return await self._taken(request, by, exercise, form)
        except LostError:
            return refused_page(self.write, "page-later", HTTPStatus.SERVICE_UNAVAILABLE)

    async def _taken(self, request: Request, by: Admitted, exercise: str, form: Mapping[str, str]) -> Response:
        asked = await self.lessons.asked(exercise, form.get("part", ""), by.learner)
        if asked is None:
            return refused_page(self.write, "page-unusable", HTTPStatus.BAD_REQUEST)
        answer = _answer(form)
        action = form.get("action", "check")
        if action in ("hint", "step", "solution"):
            await self.lessons.help(exercise, asked, by.learner, action)
        elif answer.strip():
            await self.lessons.attempt(exercise, asked, by.learner, answer)
        if "x-piece" not in request.headers:
            return _back(by, exercise, asked.id)
        task = await self.lessons.task(exercise, asked, by.learner, answer)
        about = {"exercise": exercise, "task": task, "told": {asked.id: self._told(task)}}
        return self._page(by, "part.html", **about, number=form.get("number", ""))

    async def read(self, request: Request) -> Response:
        """Show how an answer is read: a piece of a page."""
        by = await self.admit(request)
        form = await posted_form(request)
        if isinstance(by, Response):
            return by
        exercise, part = request.path_params["exercise"], request.path_params["part"]
        asked: Asked | None = None
        if exercise in self.lessons.cards and form is not None:
            asked = await self.lessons.asked(exercise, part, by.learner)
        if asked is None or form is None:
            return refused_page(self.write, "page-unusable", HTTPStatus.BAD_REQUEST)
        one = await self.lessons.reading(exercise, asked, _answer(form))
        return HTMLResponse(self.write("reading.html", one=one.result, rows=one.rows, caret=_caret(one.result)))


def _answer(form: Mapping[str, str]) -> str:
    """Give the answer in a form: what was typed, or the choices that were made."""
    chosen = sorted(name.removeprefix("choice-") for name in form if name.startswith("choice-"))
    return form.get("answer", ", ".join(chosen)).replace("\r\n", "\n")[: LONGEST + 1]


def _caret(one: Recorded) -> tuple[str, str] | None:
    """Part an answer where something is missing, which is between two of its characters."""
    place = next((finding.span for finding in one.findings if finding.span), None)
    if place is None or place[0] < place[1]:
        return None
    return one.answer[: place[0]], one.answer[place[0] :]


def _back(by: Admitted, exercise: str, part: str) -> Response:
    return RedirectResponse(f"/x/{exercise}?token={by.token}#{part}", status_code=HTTPStatus.SEE_OTHER)
