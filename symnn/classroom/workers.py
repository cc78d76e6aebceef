"""Worker processes that grade: each with limits of memory and processor time; a dead one costs one answer."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Final

from symnn.classroom.grader import Grader, result_lost
from symnn.classroom.work import Piece

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext

__all__ = ["graded"]

BATCH: Final = 16
MEMORY: Final = 2 << 30
SECONDS_AN_ANSWER: Final = 20

Numbered = tuple[int, Piece]
Work = Callable[[Connection, Grader], None]


def graded(pieces: Sequence[Piece], grader: Grader, jobs: int) -> Iterator[tuple[int, bytes]]:
    """Grade pieces in ``jobs`` processes; gives each one's place and result as they become ready."""
    waiting: deque[Numbered] = deque(enumerate(pieces))
    crew = [_Worker(grader) for _ in range(max(1, min(jobs, -(-len(pieces) // BATCH))))] if pieces else []
    try:
        for worker in crew:
            worker.give(waiting)
        while busy := [worker for worker in crew if worker.open]:
            ready = wait([worker.connection for worker in busy])
            for worker in busy:
                if worker.connection in ready:
                    yield from worker.taken(waiting)
    finally:
        for worker in crew:
            worker.stop()


class _Worker:
    """A process and the pieces that it has and has not answered yet."""

    def __init__(self, grader: Grader) -> None:
        self.grader = grader
        self.open: deque[Numbered] = deque()
        self._start()

    def _start(self) -> None:
        context = _context()
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_work, args=(theirs, self.grader), daemon=True)
        self.process.start()
        theirs.close()

    def give(self, waiting: deque[Numbered]) -> None:
        """Hand over the next pieces, if there are any."""
        while waiting and len(self.open) < BATCH:
            self.open.append(waiting.popleft())
        if self.open:
            with suppress(OSError):  # a dead one is found by `taken`, at the end of its connection
                self.connection.send(list(self.open))

    def taken(self, waiting: deque[Numbered]) -> Iterator[tuple[int, bytes]]:
        """Take one result; of a dead worker the piece it was at is lost, the others go to a new one."""
        try:
            result: bytes = self.connection.recv_bytes()
        except (EOFError, OSError):
            place, piece = self.open.popleft()
            waiting.extendleft(reversed(self.open))
            self.open.clear()
            self.stop()
            self._start()
            self.give(waiting)
            yield place, result_lost(self.grader, piece)
            return
        place, _ = self.open.popleft()
        if not self.open:
            self.give(waiting)
        yield place, result

    def stop(self) -> None:
        """End the process."""
        self.connection.close()
        self.process.terminate()
        self.process.join()


def _context() -> SpawnContext | ForkContext:
    """Choose how processes start: a fork where there is one, because it shares what is loaded."""
    if "fork" in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def _work(connection: Connection, grader: Grader) -> None:
    """Grade what comes, until the other side closes."""
    _limit_memory()
    while True:
        try:
            batch: list[Numbered] = connection.recv()
        except (EOFError, OSError):
            return
        for _, piece in batch:
            _limit_time()
            connection.send_bytes(grader.graded(piece))


def _limit_memory() -> None:
    """Limit memory where the system can; elsewhere the counted bounds of every step must do."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _limit_time() -> None:
    """Allow so many seconds of processor time from now on; the system ends whoever takes more."""
    try:
        import resource
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = int(usage.ru_utime + usage.ru_stime) + SECONDS_AN_ANSWER
    resource.setrlimit(resource.RLIMIT_CPU, (used if hard == resource.RLIM_INFINITY else min(used, hard), hard))
