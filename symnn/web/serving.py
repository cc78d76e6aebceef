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
from symnn.messages import raised
from symnn.web.guarding import Guarded, Pass

__all__ = ["LOOPBACK", "listening", "run", "serve"]

LOOPBACK: Final = "127.0.0.1"
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
        raise raised(OperatorError, Problem("port-taken", facts)) from error
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
    run(guarded, at, MOST_AT_ONCE)


def run(app: ASGIApp, at: socket.socket, most: int) -> None:
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
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[at])
