"""The processes that read and judge for the pages, each answer within limits: one that hangs costs itself alone."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, Final

from pebble import ProcessExpired, ProcessPool

from symnn.classroom.allowance import AnswerLimits, begin, cause_of, forking, within

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext
    from pathlib import Path

    from symnn.documents.decoding import Text
    from symnn.messages import Language

__all__ = ["PATIENCE", "PATIENT", "LostError", "Staff", "authoring", "tutoring"]

PATIENCE: Final = AnswerLimits(memory=1 << 29, processor_seconds=5, wall_seconds=30)
"""What one answer may cost while somebody waits for it."""
PATIENT: Final = AnswerLimits(memory=1 << 30, processor_seconds=60, wall_seconds=120)
"""What the proof of one part may cost an author."""
HEAD_START: Final = 1.0
"""Seconds that the first page has for itself, unless somebody asks for more."""
_MOST_KEPT: Final = 4096
_LOADED: Final = "symnn.web.tutor"
"""What a process loads before it is asked anything."""

Making = Callable[[], object]
"""Makes whoever works in a process."""


class LostError(Exception):
    """The process that had an answer ended: the cause, as `Lost` has it."""


def tutoring(texts: tuple[Text, ...], key: bytes, lang: Language) -> object:
    """Make who works for the pages of practice."""
    from symnn.web.tutor import Tutor

    return Tutor(texts, key, lang)


def authoring(path: Path) -> object:
    """Make who works for the page of an author."""
    from symnn.web.prover import Author

    return Author(path)


class Staff:
    """Some processes in which an object of ``make`` works; ``readers`` of them only read, so that nobody waits long.

    What was asked before is answered from memory: the verdict on an answer is the same whoever gives it.
    """

    def __init__(self, make: Making, judges: int = 0, readers: int = 1, limits: AnswerLimits = PATIENCE) -> None:
        self.limits = limits
        sizes = {"judge": judges or max(os.cpu_count() or 1, 1), "read": readers}
        self.pools = {
            name: ProcessPool(size, 0, _begin, (make, limits), _context()) for name, size in sizes.items() if size
        }
        self.known: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._ready: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()

    def start(self) -> None:
        """Let the processes load what they need, a little after the first page, or when somebody asks for more."""
        self._ready = asyncio.create_task(self._begin())

    async def _begin(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wanted.wait(), HEAD_START)
        await asyncio.to_thread(self._load)

    def _load(self) -> None:
        for pool in self.pools.values():
            pool.submit(_work, None, "", ())

    async def ask(self, name: str, *about: Any, by: str = "judge") -> Any:
        """Have something done by name. Raises: LostError if its process ended before it was done."""
        key = (name, *about)
        if key in self.known:
            self.known.move_to_end(key)
            return self.known[key]
        self._wanted.set()
        if self._ready is None:
            self.start()
        await self._ready  # type: ignore[misc]
        future = self.pools[by if by in self.pools else "judge"].submit(
            _work, self.limits.wall_seconds + 1, name, about
        )
        try:
            found = await asyncio.wrap_future(future)
        except (asyncio.CancelledError, CancelledError):
            raise
        except Exception as error:
            raise LostError(_cause(error)) from error
        self.known[key] = found
        if len(self.known) > _MOST_KEPT:
            self.known.popitem(last=False)
        return found

    def stop(self) -> None:
        """End all processes, whatever they are doing."""
        for pool in self.pools.values():
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


def _cause(error: Exception) -> str:
    """Say why there is no result: the process ended, or what it did raised and the process lives on."""
    if isinstance(error, TimeoutError | ProcessExpired | BrokenProcessPool):
        return cause_of(error)
    return "memory" if isinstance(error, MemoryError) else "raised"


def _context() -> BaseContext:
    """Choose how processes start: from one that has loaded everything and runs no threads, where the system can."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([_LOADED])
        return context
    return forking()


class _Here:
    """Who works in this process."""

    worker: object
    limits: AnswerLimits


def _begin(make: Making, limits: AnswerLimits) -> None:
    begin(limits)
    _Here.worker, _Here.limits = make(), limits


def _work(name: str, about: tuple[Any, ...]) -> Any:
    if not name:
        return None
    with within(_Here.limits):
        return getattr(_Here.worker, name)(*about)
