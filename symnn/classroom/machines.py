"""Pieces graded on other machines: batches go to a scheduler of dask and come back as they are ready, the same bytes.

Workers read the exercises from the same texts; the course's key goes to them, too, so the address should be one of
TLS where the network is not one's own. The limits on time and memory are those of the cluster.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from symnn.classroom.grader import Grader, Lost
from symnn.classroom.judging import Passing
from symnn.classroom.piece_of_work import GradedPiece
from symnn.classroom.workers import Batch, batched
from symnn.errors import OperatorError, Problem
from symnn.messages import raisable

__all__ = ["submitted"]

AHEAD: Final = 4
"""Batches a thread of the cluster that are on their way."""
CONNECTING: Final = 10
"""Seconds that the scheduler has to answer."""

_ONE_AT_A_TIME: Final = threading.Lock()
"""Threads of one process take turns: what a part has prepared is shared by all its answers."""


def submitted(address: str, grader: Grader) -> Passing:
    """Say how pieces are graded by the workers of a scheduler.

    Raises: OperatorError, when it is first asked, if the scheduler cannot be reached or the package is not there.
    """

    def passing(pieces: Iterator[GradedPiece]) -> Iterator[tuple[int, bytes | Lost]]:
        client = _client(address)
        try:
            yield from _through(client, batched(pieces), grader)
        finally:
            client.close()

    return passing


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise raisable(OperatorError, Problem("needs-extra", {"extra": "cluster"})) from error
    connect: Any = Client
    try:
        return connect(address, timeout=CONNECTING)
    except (OSError, ValueError) as error:
        facts = {"address": address, "detail": str(error)[:200]}
        raise raisable(OperatorError, Problem("scheduler-unreachable", facts)) from error


def _through(client: Any, batches: Iterator[Batch], grader: Grader) -> Iterator[tuple[int, bytes | Lost]]:
    """Keep every thread busy; what comes back as a failure is sent once more at the end, each piece alone."""
    import distributed

    wait: Any = distributed.wait
    packed = pickle.dumps(grader)  # with each batch: what is left with a worker goes when it does
    most = AHEAD * max(1, sum(client.nthreads().values()))
    sent: dict[Any, Batch] = {}
    alone: list[Batch] = []
    while True:
        for batch in islice(batches, most - len(sent)):
            sent[client.submit(_grade, packed, batch, pure=False)] = batch
        if not sent:
            break
        for future in wait(list(sent), return_when="FIRST_COMPLETED").done:
            batch = sent.pop(future)
            if future.status == "finished":
                yield from zip((number for number, _ in batch), future.result(), strict=True)
            else:
                alone += [[one] for one in batch]
    for batch in alone:  # nothing beside it, so that nobody else is taken for the cause
        future = client.submit(_grade, packed, batch, pure=False)
        wait([future])
        is_done = future.status == "finished"
        yield batch[0][0], future.result()[0] if is_done else Lost("died", type(future.exception()).__name__)


@lru_cache(maxsize=4)
def _unpacked(packed: bytes) -> Grader:
    grader: Grader = pickle.loads(packed)  # noqa: S301 - sent by our own client through the scheduler it trusts
    return grader


def _grade(packed: bytes, batch: Batch) -> list[bytes | Lost]:
    """Grade a batch on a worker; a bug that raises costs its own answer only."""
    outcomes: list[bytes | Lost] = []
    with _ONE_AT_A_TIME:
        grader = _unpacked(packed)
        for _, piece in batch:
            try:
                outcomes.append(grader.graded(piece))
            except MemoryError:
                outcomes.append(Lost("memory"))
            except Exception as error:  # noqa: BLE001 - whatever a bug raises, the other answers are graded
                outcomes.append(Lost("raised", type(error).__name__))
    return outcomes
