"""The pages of practice: the list of exercises, an exercise with its parts, how an answer is read as it is typed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from symnn.classroom.pages import writer
from symnn.classroom.returned import heading
from symnn.exercises.exercise import Exercise
from symnn.questions.part import Part
from symnn.questions.variants import is_drawn
from symnn.web.guarding import form_of
from symnn.web.lessons import Lessons

__all__ = ["practice"]

TEMPLATES: Final = Path(__file__).with_name("templates")
SEE_OTHER: Final = 303
UNUSABLE: Final = 400
MISSING: Final = 404


def practice(lessons: Lessons) -> Starlette:
    """Make the application."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        lessons.learner.close()

    pages = _Pages(lessons)
    routes = [
        Route("/", pages.listed),
        Route("/practice.js", pages.script),
        Route("/x/{exercise}", pages.shown, methods=["GET"]),
        Route("/x/{exercise}", pages.taken, methods=["POST"]),
        Route("/x/{exercise}/{part}/read", pages.read, methods=["POST"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


class _Pages:
    """Shows exercises, and takes answers."""

    def __init__(self, lessons: Lessons) -> None:
        self.lessons = lessons
        self.write = writer(lessons.lang, TEMPLATES)

    def _page(self, request: Request, template: str, **facts: Any) -> Response:
        return HTMLResponse(self.write(template, token=request.query_params["token"], **facts))

    async def listed(self, request: Request) -> Response:
        """Show the exercises, and how far the learner is."""
        rows = [
            (one.id, one.title.of(self.lessons.lang), len(self.lessons.learner.solved(one.id)), len(one.parts))
            for one in self.lessons.exercises.values()
        ]
        return self._page(request, "practice.html", rows=rows)

    async def script(self, _request: Request) -> Response:
        """Give the one script: it shows how an answer is read while it is typed; everything works without."""
        return Response((TEMPLATES / "practice.js").read_bytes(), media_type="text/javascript")

    async def shown(self, request: Request) -> Response:
        """Show an exercise."""
        exercise = self.lessons.exercises.get(request.path_params["exercise"])
        if exercise is None:
            return Response(status_code=MISSING)
        tasks = await run_in_threadpool(self.lessons.tasks, exercise)
        lang = self.lessons.lang
        about = {"exercise": exercise.id, "title": exercise.title.of(lang), "prompt": exercise.file.prompt.of(lang)}
        told = {task.id: heading(task.result, lang) for task in tasks if task.result is not None}
        has_variants = any(is_drawn(part.at) for part in exercise.parts)
        return self._page(request, "exercise.html", **about, tasks=tasks, told=told, has_variants=has_variants)

    async def taken(self, request: Request) -> Response:
        """Take an answer, or a wish for help or another variant."""
        exercise = self.lessons.exercises.get(request.path_params["exercise"])
        form = await form_of(request)
        if exercise is None:
            return Response(status_code=MISSING)
        if form is None:
            return Response(status_code=UNUSABLE)
        if form.get("action") == "variant":
            self.lessons.learner.turn(exercise.id)
            return self._back(request, exercise, "")
        part = exercise.by_id.get(form.get("part", ""))
        if part is None:
            return Response(status_code=UNUSABLE)
        await self._done(part, form)
        return self._back(request, exercise, part.file.id)

    async def _done(self, part: Part, form: Mapping[str, str]) -> None:
        action = form.get("action", "check")
        if action in ("hint", "solution"):
            self.lessons.help(part, solution=action == "solution")
        elif form.get("answer", "").strip():
            await run_in_threadpool(self.lessons.try_, part, form["answer"].replace("\r\n", "\n"))

    def _back(self, request: Request, exercise: Exercise, part: str) -> Response:
        address = f"/x/{exercise.id}?token={request.query_params['token']}#{part}"
        return RedirectResponse(address, status_code=SEE_OTHER)

    async def read(self, request: Request) -> Response:
        """Show how an answer is read: a piece of a page."""
        exercise = self.lessons.exercises.get(request.path_params["exercise"])
        part = exercise.by_id.get(request.path_params["part"]) if exercise else None
        form = await form_of(request)
        if part is None or form is None:
            return Response(status_code=UNUSABLE)
        one = await run_in_threadpool(self.lessons.preview, part, form.get("answer", "").replace("\r\n", "\n"))
        return HTMLResponse(self.write("reading.html", one=one))
