"""The author's page: what a file makes, in both languages, with what `check` finds at its lines; anew on each save."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from symnn.classroom.pages import writer
from symnn.classroom.recorded import GivenMark, Recorded
from symnn.classroom.returned import outcome_heading
from symnn.errors import Place, Problem
from symnn.messages import Language, line
from symnn.verdicts.storing import restored
from symnn.web.guarding import posted_form
from symnn.web.practising import TEMPLATES, files, refused_page
from symnn.web.sketch import Draft, Sketch
from symnn.web.staff import LostError, Staff

__all__ = ["Workshop", "preview", "stamp_of"]

LOOK: Final = 0.1
"""Seconds between two looks at the file."""
LONGEST_WAIT: Final = 25.0
"""Seconds after which a page that waits for a change asks again."""
_LIKE_OURS: Final = frozenset({".yaml", ".yml", ".json"})


def stamp_of(path: Path) -> str:
    """Name the state in which a file and those beside it are; empty while there is no file, as between two names."""
    try:
        if not path.is_file():
            return ""
        beside = sorted(one for one in path.parent.iterdir() if one.suffix in _LIKE_OURS and one.is_file())
        states = [f"{one.name}:{one.stat().st_mtime_ns}:{one.stat().st_size}" for one in (path, *beside)]
        return blake2b(" ".join(states).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    except OSError:
        return ""


class Workshop:
    """One file with what was found in it; a part that did not change is not proved again."""

    def __init__(self, path: Path, staff: Staff) -> None:
        self.path = path
        self.staff = staff
        self.stamp = stamp_of(path)
        self.proved: dict[str, tuple[int, tuple[Problem, ...]]] = {}

    def look(self) -> str:
        """Look at the file, and give its state."""
        self.stamp = stamp_of(self.path) or self.stamp
        return self.stamp

    async def draft(self) -> Draft:
        """Say what the file makes now."""
        found: Draft = await self.staff.ask("draft", self.stamp)
        return found

    async def findings(self, draft: Draft) -> tuple[Problem, ...]:
        """Find everything that ``symnn check`` finds, in its order."""
        parts = await asyncio.gather(*(self._of_part(one) for one in draft.parts))
        return (*draft.problems, *(problem for found in parts for problem in found))

    async def _of_part(self, part: Sketch) -> tuple[Problem, ...]:
        if part.digest not in self.proved:
            found = await self.staff.ask("findings", self.stamp, part.id)
            self.proved[part.digest] = (part.line, found)
        line_then, problems = self.proved[part.digest]
        return tuple(_moved(problem, part.line - line_then) for problem in problems)


def _moved(problem: Problem, lines: int) -> Problem:
    """Move a finding with its part."""
    at = problem.place
    if at is None or not lines:
        return problem
    return replace(problem, place=Place(at.file, at.line + lines, at.column, at.field))


def preview(workshop: Workshop, lang: Language) -> Starlette:
    """Make the application."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        workshop.staff.start()
        yield
        await run_in_threadpool(workshop.staff.stop)

    pages = _Pages(workshop, lang)
    routes = [
        Route("/", pages.shown),
        Route("/page", pages.piece),
        Route("/findings", pages.findings),
        Route("/changed", pages.changed),
        Route("/try/{part}", pages.tried, methods=["POST"]),
    ]
    return Starlette(routes=[*routes, *files(("preview.js", "practice.css"))], lifespan=lifespan)


class _Pages:
    """Shows a file, and takes answers to try."""

    def __init__(self, workshop: Workshop, lang: Language) -> None:
        self.workshop = workshop
        self.lang = lang
        self.write = writer(lang, TEMPLATES)

    async def shown(self, request: Request) -> Response:
        """Show the page."""
        return await self._page(request, "preview.html")

    async def piece(self, request: Request) -> Response:
        """Show what of the page a save may change."""
        return await self._page(request, "draft.html")

    async def _page(self, request: Request, template: str) -> Response:
        stamp = self.workshop.look()
        try:
            draft = await self.workshop.draft()
        except LostError as error:
            draft = Draft((), problems=(Problem("worker-died", {"cause": str(error)}),))
        facts: dict[str, Any] = {"draft": draft, "stamp": stamp, "name": self.workshop.path.name}
        facts |= {"problems": self._told(draft.problems), "token": request.query_params["token"]}
        return HTMLResponse(self.write(template, **facts))

    def _told(self, problems: Iterable[Problem]) -> list[tuple[int, str]]:
        """Write findings as ``symnn check`` does, each with its line in this file (0: in none)."""
        own = str(self.workshop.path)
        return [
            (one.place.line if one.place is not None and one.place.file == own else 0, line(one, self.lang))
            for one in problems
        ]

    async def findings(self, _request: Request) -> Response:
        """Show the file with what was found at its lines."""
        try:
            draft = await self.workshop.draft()
            found = self._told(await self.workshop.findings(draft))
        except LostError as error:
            return HTMLResponse(self.write("findings.html", source=(), found=[(0, str(error))], notes=[]))
        notes = self._told(draft.notes)
        return HTMLResponse(self.write("findings.html", source=draft.source, found=found, notes=notes))

    async def changed(self, request: Request) -> Response:
        """Wait until the file is another one than the page shows."""
        known = request.query_params.get("stamp", "")
        for _ in range(int(LONGEST_WAIT / LOOK)):
            if await run_in_threadpool(self.workshop.look) != known:
                break
            if await request.is_disconnected():
                break
            await asyncio.sleep(LOOK)
        return PlainTextResponse(self.workshop.stamp)

    async def tried(self, request: Request) -> Response:
        """Say what is made of an answer."""
        form = await posted_form(request)
        if form is None:
            return refused_page(self.write, "page-unusable", HTTPStatus.BAD_REQUEST)
        number, answer = form.get("variant", "0"), form.get("answer", "").replace("\r\n", "\n")
        about = (request.path_params["part"], int(number) if number in "0123456789" and number else 0, answer)
        try:
            judged = await self.workshop.staff.ask("judged", self.workshop.stamp, *about)
        except LostError as error:
            return HTMLResponse(self.write("tried.html", lost=str(error), one=None, rows=()))
        if judged is None:
            return refused_page(self.write, "page-unusable", HTTPStatus.BAD_REQUEST)
        said = restored(judged.verdict).to_dict(self.lang)
        where = {"exercise": "", "part": about[0], "student": "", "attempt": 1, "answer": answer}
        one = msgspec.convert({**said, **where}, Recorded)
        one = replace(one, mark=GivenMark(one.points))
        told = outcome_heading(one, self.lang)
        return HTMLResponse(self.write("tried.html", one=one, told=told, rows=judged.rows, lost=""))
