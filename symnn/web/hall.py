"""A class in a lecture hall: who is signed in, and the pages for signing in and for the lecturer."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from symnn.classroom.intake.identities import Student, identified
from symnn.classroom.pages import writer
from symnn.errors import Place
from symnn.web.attendance import Attendance
from symnn.web.guarding import posted_form
from symnn.web.learner import Learner, Store
from symnn.web.lessons import Lessons
from symnn.web.pace import Pace
from symnn.web.practising import TEMPLATES, Admitted, Pages, application, files, refused_page
from symnn.web.roll import Roll

__all__ = ["Hall", "class_pages"]

COOKIE: Final = "symnn"
LONGEST_ID: Final = 200


class Hall:
    """Who is signed in: sessions that nobody can guess, kept as digests, so that they outlive the program."""

    def __init__(self, roll: Roll, store: Store, *, secure: bool) -> None:
        self.roll = roll
        self.store = store
        self.secure = secure
        self.lecturer = secrets.token_urlsafe(24)
        self.requests = Pace(40, 4.0)
        self.tries = Pace(8, 0.1)
        """Of codes, for one id: a code of six letters is not found in a lecture."""
        self.known: dict[bytes, str] = {}

    def sign_in(self, student: str, code: str) -> str:
        """Begin a session; empty if the code is not the student's."""
        if not self.roll.knows(student, code):
            return ""
        token = secrets.token_urlsafe(32)
        self.store.do("insert into session values (?, ?)", _digest(token), student)
        return token

    def student_of(self, token: str) -> Student | None:
        """Say who has a session."""
        digest = _digest(token)
        if digest not in self.known:
            rows = self.store.rows("select student from session where digest = ?", digest)
            if not rows:
                return None
            self.known[digest] = rows[0][0]
        return self.roll.students.get(self.known[digest])

    def leave(self, token: str) -> None:
        """End a session."""
        self.known.pop(_digest(token), None)
        self.store.do("delete from session where digest = ?", _digest(token))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _form_token(token: str) -> str:
    """Give what stands in the forms of a session: who has it cannot make the session of it."""
    return hmac.digest(token.encode("utf-8", "replace"), b"symnn form", "sha256").hex()


def class_pages(lessons: Lessons, store: Store, hall: Hall) -> Starlette:
    """Make the application for a class: sign-in, the pages of practice, the lecturer's page."""
    doors = _Doors(lessons, hall)
    pages = Pages(lessons, doors.admitted)
    attendance = Attendance(lessons, store, len(hall.roll.students))
    desk = _Desk(attendance, hall, doors.write)
    more = [
        Route("/enter", doors.entered, methods=["POST"]),
        Route("/leave", doors.left, methods=["POST"]),
        Route("/class", desk.shown),
        Route("/class/live", desk.live),
        *files(("class.js",)),
    ]
    return application(pages, store, more)


class _Doors:
    """Lets in who is signed in, and signs in who has a code."""

    def __init__(self, lessons: Lessons, hall: Hall) -> None:
        self.hall = hall
        self.write = writer(lessons.lang, TEMPLATES)

    async def admitted(self, request: Request) -> Admitted | Response:
        """Say who asks; who is not signed in gets the page for it."""
        session = request.cookies.get(COOKIE, "")
        student = self.hall.student_of(session) if session else None
        is_change = request.method == "POST"
        if student is None:
            return self._door(status=HTTPStatus.FORBIDDEN if is_change else HTTPStatus.OK)
        token = _form_token(session)
        if is_change and not hmac.compare_digest(token, _ascii(request.query_params.get("token", ""))):
            return refused_page(self.write, "page-unusable", HTTPStatus.FORBIDDEN)
        if not self.hall.requests.allows(student.id):
            return refused_page(self.write, "page-often", HTTPStatus.TOO_MANY_REQUESTS)
        return Admitted(Learner(self.hall.store, student.id), token, student.name or student.id)

    def _door(self, *, failed: str = "", student: str = "", status: int = 200) -> Response:
        return HTMLResponse(self.write("door.html", failed=failed, student=student), status_code=status)

    async def entered(self, request: Request) -> Response:
        """Sign in by id and code."""
        form = await posted_form(request)
        if form is None:
            return self._door(status=HTTPStatus.FORBIDDEN)
        student, _ = identified(form.get("student", "")[:LONGEST_ID], Place(""))
        if not self.hall.tries.allows(student):
            return self._door(failed="class-often", student=student, status=HTTPStatus.TOO_MANY_REQUESTS)
        token = await run_in_threadpool(self.hall.sign_in, student, form.get("code", "")[:LONGEST_ID])
        if not token:
            return self._door(failed="class-unknown", student=student, status=HTTPStatus.FORBIDDEN)
        answer = RedirectResponse("/", status_code=HTTPStatus.SEE_OTHER)
        answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=self.hall.secure, path="/")
        return answer

    async def left(self, request: Request) -> Response:
        """End a session."""
        by = await self.admitted(request)
        if isinstance(by, Response):
            return by
        await run_in_threadpool(self.hall.leave, request.cookies[COOKIE])
        answer = RedirectResponse("/", status_code=HTTPStatus.SEE_OTHER)
        answer.delete_cookie(COOKIE, path="/")
        return answer


def _ascii(text: str) -> str:
    """Give a text as it can be compared in a time that tells nothing."""
    return text if text.isascii() else ""


class _Desk:
    """Shows a lecturer how far a class is."""

    def __init__(self, attendance: Attendance, hall: Hall, write: Callable[..., str]) -> None:
        self.attendance = attendance
        self.hall = hall
        self.write = write

    def _is_lecturer(self, request: Request) -> bool:
        return hmac.compare_digest(self.hall.lecturer, _ascii(request.query_params.get("token", "")))

    async def shown(self, request: Request) -> Response:
        """Show the page."""
        return await self._page(request, "class.html")

    async def live(self, request: Request) -> Response:
        """Show what of it changes."""
        return await self._page(request, "live.html")

    async def _page(self, request: Request, template: str) -> Response:
        if not self._is_lecturer(request):
            return refused_page(self.write, "page-unusable", HTTPStatus.FORBIDDEN)
        facts: dict[str, Any] = {"state": await self.attendance.state(), "token": self.hall.lecturer}
        return HTMLResponse(self.write(template, **facts))
