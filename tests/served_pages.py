"""Pages served and looked at: what the tests of all local pages share."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

import symnn


def _environment():
    """Let the program be found from whatever folder it is started in."""
    paths = [str(Path(symnn.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "ASKED_TO_LEAVE": "1"}


@contextlib.contextmanager
def served(*arguments, folder=None):
    """Serve pages, from a folder with settings of its own, and give the address that was printed."""
    command = [sys.executable, "-m", "symnn", *map(str, arguments), "--no-browser"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder, env=_environment()
    ) as server:
        try:
            yield server, server.stdout.readline().strip()
        finally:
            if "WATCHED" in os.environ:  # what is killed does not tell `.ci/coverage` where it has been
                server.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    server.wait(3)
            server.kill()


def asked(address, form=None, **headers):
    """Ask for a page; gives the status and the text."""
    data = urlencode(form).encode() if isinstance(form, dict) else form
    request = urllib.request.Request(address, data, headers)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


def watched(browser, width, scheme, *, touch=False):
    """Open a page that remembers what the browser says of it and what it asks for elsewhere."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, has_touch=touch)
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    own = ("http://127.0.0.1", "data:", "file:")
    page.on("request", lambda request: None if request.url.startswith(own) else said.append(request.url))
    return page, said


def faults(page):
    """List what keeps people from using a page, if it is serious."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    found = axe.Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
