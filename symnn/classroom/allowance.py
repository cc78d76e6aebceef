"""What one answer may cost a worker process, and how a worker begins and ends: with its limits, with its parent."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from multiprocessing import connection
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from pebble import ProcessExpired

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext

__all__ = ["LIMITS", "AnswerLimits", "begin", "cause_of", "forking", "within"]


class AnswerLimits(Struct, frozen=True):
    """What one answer may cost before its worker is ended: a second net below the counted bounds of every step."""

    memory: int = 1 << 30
    processor_seconds: int = 10
    wall_seconds: int = 20


LIMITS: Final = AnswerLimits()

ENDED_BY: Final = (("SIGXCPU", "processor"), ("SIGALRM", "clock"), ("SIGKILL", "killed"))
"""What it means that a signal ended a worker."""


def cause_of(error: BaseException) -> str:
    """Say why a worker that had an answer ended."""
    if isinstance(error, TimeoutError):
        return "clock"
    if isinstance(error, ProcessExpired):
        by = {int(getattr(signal, name)): cause for name, cause in ENDED_BY if hasattr(signal, name)}
        return by.get(-error.exitcode, "died")
    return "died"


def forking() -> SpawnContext | ForkContext:
    """Choose how processes start: a fork where there is one, because it shares what is loaded."""
    if "fork" in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def begin(limits: AnswerLimits) -> None:
    """Begin a worker: limited in memory, and gone as soon as its parent is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops the run by hand stops its parent, which ends it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit_memory(limits.memory)


def _end_with_parent() -> None:
    """Wait for the end of the parent, however it ends, and end too, whatever is being graded."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


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


@contextlib.contextmanager
def within(limits: AnswerLimits) -> Iterator[None]:
    """Allow so many seconds for one answer; the system itself ends whoever takes more, also inside a long C call."""
    _limit_time(limits)
    try:
        yield
    finally:
        _stop_clock()


def _limit_time(limits: AnswerLimits) -> None:
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
