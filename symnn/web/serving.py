"""Serves the pages of one run on the loopback until it is stopped."""

from __future__ import annotations

import contextlib
import socket
import threading
import webbrowser
from collections.abc import Callable
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from symnn.errors import OperatorError, Problem
from symnn.messages import raisable
from symnn.web.guarding import Guarded, Pass

__all__ = ["LOOPBACK", "listening", "run", "serve", "serve_class"]

LOOPBACK: Final = "127.0.0.1"
EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - what somebody asked for
ELSEWHERE: Final = "192.0.2.1"
"""An address that is nobody's (RFC 5737)."""
BACKLOG: Final = 1024
SHORT, LONG = 5, 75
"""Seconds for which a connection is kept that asks for nothing."""
MOST_OF_A_CLASS: Final = 2000
MOST_AT_ONCE: Final = 64
"""Requests that are answered at once; more are turned away."""


def listening(port: int, host: str = LOOPBACK) -> socket.socket:
    """Listen on the loopback or where one says otherwise, at any free port for 0.

    Raises: OperatorError if the port is taken.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
    except OSError as error:
        found.close()
        facts = {"port": str(port), "detail": error.strerror or ""}
        raise raisable(OperatorError, Problem("port-taken", facts)) from error
    return found


def serve(
    app: ASGIApp, at: socket.socket, told: Callable[[str], None], *, browser: bool, scripts: bool = False
) -> None:
    """Serve an application until the program is stopped; ``told`` gets the one address that opens it."""
    allowed = Pass.of(at.getsockname()[1])
    address = f"http://{LOOPBACK}:{at.getsockname()[1]}/?token={allowed.token}"
    guarded = Guarded(app, allowed, scripts=scripts)
    at.listen()
    told(address)
    if browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    run(guarded, at)


def serve_class(app: ASGIApp, at: socket.socket, told: Callable[[list[str]], None], public: str = "") -> None:
    """Serve an application to a class; ``told`` gets the addresses at which it is reached.

    ``public`` is the address of a proxy before it. The pages see themselves to who comes.
    """
    host, port = at.getsockname()
    names = {LOOPBACK, "localhost", host} if host != EVERYWHERE else own_names()
    hosts = frozenset(f"{name}:{port}" for name in names)
    origins = frozenset({public} if public else ())
    behind = frozenset(one.partition("://")[2] for one in origins)
    at.listen(BACKLOG)
    told([public] if public else sorted(f"http://{name}" for name in hosts))
    allowed = Pass("", hosts | behind, origins)
    run(Guarded(app, allowed, scripts=True), at, MOST_OF_A_CLASS, LONG)


def own_names() -> set[str]:
    """Give the names and addresses by which this machine is reached."""
    own = {LOOPBACK, "localhost", socket.gethostname().lower()}
    with contextlib.suppress(OSError):
        own |= {str(found[4][0]) for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.connect((ELSEWHERE, 9))  # nothing is sent: the system says which address it would use
        own.add(asked.getsockname()[0])
    return own


def run(app: ASGIApp, at: socket.socket, most: int = MOST_AT_ONCE, patience: int = SHORT) -> None:
    """Answer requests, at most so many at once, until the program is stopped; those on their way are ended first."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=most,
        timeout_keep_alive=patience,
        timeout_graceful_shutdown=5,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[at])
