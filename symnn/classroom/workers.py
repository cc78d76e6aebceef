"""Worker processes that grade, each answer within limits; what is lost with a worker is tried once more, alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import connection
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from pebble import ProcessExpired, ProcessPool

from symnn.classroom.grader import Grader, Lost
from symnn.classroom.work import Piece

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext

__all__ = ["LIMITS", "Limits", "graded"]

BATCH: Final = 16
AHEAD: Final = 3
"""Batches a worker that are on their way: enough that none waits, few enough that memory stays flat."""


class Limits(Struct, frozen=True):
    """What one answer may cost before its worker is ended: a second net below the counted bounds of every step."""

    memory: int = 1 << 30
    processor_seconds: int = 10
    wall_seconds: int = 20


LIMITS: Final = Limits()

Numbered = tuple[int, Piece]
Batch = Sequence[Numbered]
Outcome = bytes | Lost
ENDED_BY: Final = (("SIGXCPU", "processor"), ("SIGALRM", "clock"), ("SIGKILL", "killed"))
"""What it means that a signal ended a worker."""


def graded(
    pieces: Iterable[Piece], grader: Grader, jobs: int, limits: Limits = LIMITS
) -> Iterator[tuple[int, Outcome]]:
    """Grade pieces in ``jobs`` processes; gives each one's place and result as they become ready.

    A piece that was lost with its worker is graded once more in a process of its own; lost again, it is `Lost`
    with the cause.
    """
    again: list[Numbered] = []
    for batch, outcomes in _passed(batched(pieces), grader, jobs, limits):
        for (place, piece), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Lost) and outcome.cause != "raised":
                again.append((place, piece))
            else:
                yield place, outcome
    for batch, outcomes in _passed(([one] for one in sorted(again)), grader, jobs, limits, tasks=1):
        yield batch[0][0], outcomes[0]


def batched(pieces: Iterable[Piece]) -> Iterator[Batch]:
    """Put pieces together that are graded in one go, each with its number."""
    numbered = iter(enumerate(pieces))
    while batch := list(islice(numbered, BATCH)):
        yield batch


def _passed(
    batches: Iterator[Batch], grader: Grader, jobs: int, limits: Limits, tasks: int = 0
) -> Iterator[tuple[Batch, Sequence[Outcome]]]:
    """Pass batches through a pool whose workers do ``tasks`` of them each (0: any number)."""
    while first := list(islice(batches, jobs)):
        pool = ProcessPool(len(first), tasks, _begin, (grader, limits), _context())
        left: list[Batch] = []
        batches = chain(first, batches)
        try:
            yield from _through(pool, batches, left, len(first) * AHEAD, limits)
        finally:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()
        batches = chain(left, batches)


def _through(
    pool: ProcessPool, batches: Iterator[Batch], left: list[Batch], most: int, limits: Limits
) -> Iterator[tuple[Batch, Sequence[Outcome]]]:
    """Send batches through a pool until none is left or the pool is broken; then ``left`` are on their way still."""
    sent: dict[Future[list[Outcome]], Batch] = {}
    while True:
        for batch in islice(batches, most - len(sent)):
            # the worker's own alarm comes first; this one is for systems without alarms
            sent[pool.submit(_grade, (limits.wall_seconds + 1) * len(batch), batch)] = batch
        if not sent:
            return
        done, _ = wait(sent, return_when=FIRST_COMPLETED)
        broken = False
        for future in done:
            batch = sent.pop(future)
            broken = broken or isinstance(future.exception(), BrokenProcessPool)
            yield batch, _outcomes(future, batch)
        if broken:
            left += sent.values()
            return


def _outcomes(future: Future[list[Outcome]], batch: Batch) -> Sequence[Outcome]:
    """Take the results of a batch; where its worker ended, all of it is lost, with the cause."""
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, TimeoutError):
        cause = "clock"
    elif isinstance(error, ProcessExpired):
        by = {int(getattr(signal, name)): cause for name, cause in ENDED_BY if hasattr(signal, name)}
        cause = by.get(-error.exitcode, "died")
    else:
        cause = "died"
    return [Lost(cause)] * len(batch)


def _context() -> SpawnContext | ForkContext:
    """Choose how processes start: a fork where there is one, because it shares what is loaded."""
    if "fork" in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


class _Here:
    """What this worker process grades with."""

    grader: Grader
    limits: Limits


def _begin(grader: Grader, limits: Limits) -> None:
    """Begin a worker: limited in memory, and gone as soon as its parent is."""
    _Here.grader, _Here.limits = grader, limits
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops the run by hand stops its parent, which ends it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit_memory(limits.memory)


def _end_with_parent() -> None:
    """Wait for the end of the parent, however it ends, and end too, whatever is being graded."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _grade(batch: Batch) -> list[Outcome]:
    """Grade a batch in a worker; a bug that raises costs its own answer only."""
    outcomes: list[Outcome] = []
    for _, piece in batch:
        _limit_time(_Here.limits)
        try:
            outcomes.append(_Here.grader.graded(piece))
        except MemoryError:
            outcomes.append(Lost("memory"))
        except Exception as error:  # noqa: BLE001 - whatever a bug raises, the other answers are graded
            outcomes.append(Lost("raised", type(error).__name__))
        finally:
            _stop_clock()
    return outcomes


def _limit_memory(most: int) -> None:
    """Allow so much memory above what the worker has from its start (a fork inherits all of its parent's)."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = most + _address_space()
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _address_space() -> int:
    """Give the bytes of address space in use, 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _limit_time(limits: Limits) -> None:
    """Allow so many seconds from now on; the system itself ends whoever takes more, also inside a long C call."""
    try:
        import resource
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = int(usage.ru_utime + usage.ru_stime) + limits.processor_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (used if hard == resource.RLIM_INFINITY else min(used, hard), hard))
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)


def _stop_clock() -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)
