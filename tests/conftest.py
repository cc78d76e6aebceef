"""Profiles of Hypothesis: ``quick`` for every run, ``thorough`` on request (``--hypothesis-profile=thorough``).

Goldens: ``golden(name, text)`` compares with ``tests/golden/name``; ``--snapshot-update`` writes what came out.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Commands are started as processes dozens of times; where nothing compiled may be kept each would compile it all again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

CHROMIUM = Path("/usr/bin/chromium")
GOLDEN = Path(__file__).parent / "golden"

QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile("quick", max_examples=25, deadline=None, derandomize=True, suppress_health_check=QUIET)
settings.register_profile("thorough", max_examples=1000, deadline=None, suppress_health_check=QUIET)
settings.load_profile("quick")


def pytest_configure():
    """Look for no garbage while the tests are collected: what comes of it, many thousand items, stays to the end."""
    gc.disable()


def pytest_collection_finish():
    """Leave aside what stays: only what the tests make is looked through."""
    gc.freeze()
    gc.enable()


def pytest_addoption(parser):
    parser.addoption("--snapshot-update", action="store_true", help="write the goldens anew")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give each worker tests in a row, so that what a file shares is made once, and let one that is done take more.

    Whole files, the longest by number first, left one worker alone for a third of the slow tests.
    """
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


@pytest.fixture
def golden(request):
    """Compare a text with a golden file, letter by letter."""

    def same(name, text):
        file = GOLDEN / name
        if request.config.getoption("--snapshot-update"):
            file.write_text(text, encoding="utf-8", newline="\n")
        assert text == file.read_text(encoding="utf-8"), f"{name} differs; look, then run with --snapshot-update"

    return same


@pytest.fixture(scope="session")
def pytorch():
    """Import PyTorch where a test asks for it: only to collect the tests nobody waits for it."""
    return pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture(scope="module")
def browser():
    """Open the system's Chromium; who needs it is skipped where it, or playwright, is missing.

    For one module: as long as playwright is open, its event loop runs, and nothing else may begin one.
    """
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    with sync.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()
