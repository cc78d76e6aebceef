"""Who may ask and what may come back: the right host, the token of this run, small requests, no foreign content."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from symnn.classroom.pages import style

__all__ = ["LARGEST_FORM", "Guarded", "Pass", "posted_form"]

LARGEST_FORM: Final = 1 << 18
"""Bytes of a form that are read: a derivation of 16 384 characters, each of them escaped."""
LONGEST_WAIT: Final = 20.0
"""Seconds in which a form must have come."""
_MOST_FIELDS: Final = 32
_OWN: Final = "'self' "
_SCRIPTS: Final = "script-src 'self'; connect-src 'self'; "


class Pass(Struct, frozen=True):
    """What opens the pages of one run: a token that nobody can guess, and the hosts by which they are reached.

    Without a token the pages ask themselves who comes. ``origins`` are those of other names, such as a proxy's.
    """

    token: str
    hosts: frozenset[str]
    origins: frozenset[str] = frozenset()

    @staticmethod
    def of(port: int) -> Pass:
        """Make one for the loopback at a port."""
        names = ("127.0.0.1", "localhost", "[::1]")
        return Pass(secrets.token_urlsafe(24), frozenset(f"{name}:{port}" for name in names))

    def fits(self, token: str) -> bool:
        """Compare in a time that tells nothing."""
        return hmac.compare_digest(self.token.encode(), token.encode("utf-8", "replace"))


def _policy(*, scripts: bool) -> str:
    """Allow nothing but our own style, which stands in the page, forms to ourselves, and the empty icon.

    ``scripts`` lets files of ours run and style, never what stands in a page.
    """
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src {_OWN if scripts else ''}'sha256-{digest}'; img-src data:; form-action 'self'; "
        f"{_SCRIPTS if scripts else ''}"
        "base-uri 'none'; frame-ancestors 'none'"
    )


def _headers(*, scripts: bool) -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"content-security-policy", _policy(scripts=scripts).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"cache-control", b"no-store"),
    )


class Guarded:
    """Lets a request through to the pages if its host, its origin and its token are ours; else 403."""

    def __init__(self, app: ASGIApp, allowed: Pass, *, scripts: bool = False) -> None:
        self.app = app
        self.allowed = allowed
        self.headers = _headers(scripts=scripts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self.headers]
            await send(message)

        request = Request(scope)
        known = self._is_ours(request)
        if self.allowed.token:
            known = known and self.allowed.fits(request.query_params.get("token", ""))
        answer: ASGIApp = self.app if known else Response(status_code=403)
        await answer(scope, receive, sent)

    def _is_ours(self, request: Request) -> bool:
        """Tell if a request comes to us by our own name, and from no other page."""
        origin = request.headers.get("origin")
        hosts = request.headers.getlist("host")
        own = {f"http://{host}" for host in self.allowed.hosts} | self.allowed.origins
        is_own = origin is None or origin in own
        return len(hosts) == 1 and hosts[0] in self.allowed.hosts and is_own


async def _body(request: Request) -> bytes | None:
    """Read what a request brings; None if it is too much."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_FORM:
            return None
    return body


async def posted_form(request: Request) -> Mapping[str, str] | None:
    """Read the fields of a small form, the last of each name; None if it is none, too large or too slow."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return None
    try:
        body = await asyncio.wait_for(_body(request), LONGEST_WAIT)
    except TimeoutError:
        return None
    if body is None:
        return None
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    return {name: values[-1] for name, values in fields.items()}
