"""Worker processes that grade, each answer within limits; what is lost with a worker is tried once more, alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, groupby, islice
from typing import Final

from pebble import ProcessPool

from symnn.classroom.allowance import LIMITS, AnswerLimits, begin, cause_of, forking, within
from symnn.classroom.grader import Grader, Lost
from symnn.classroom.piece_of_work import GradedPiece

__all__ = ["graded"]

BATCH: Final = 32
"""Pieces that go to a worker in one go: all of one part if they are so few, for what a part needs is prepared once."""
AHEAD: Final = 3
"""Batches a worker that are on their way: enough that none waits, few enough that memory stays flat."""

Numbered = tuple[int, GradedPiece]
Batch = Sequence[Numbered]
Outcome = bytes | Lost


def graded(
    pieces: Iterable[GradedPiece], grader: Grader, jobs: int, limits: AnswerLimits = LIMITS
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


def batched(pieces: Iterable[GradedPiece]) -> Iterator[Batch]:
    """Put pieces of one part together that are graded in one go, each with its number."""
    for _, same in groupby(enumerate(pieces), key=lambda one: (one[1].exercise, one[1].part)):
        while batch := list(islice(same, BATCH)):
            yield batch


def _passed(
    batches: Iterator[Batch], grader: Grader, jobs: int, limits: AnswerLimits, tasks: int = 0
) -> Iterator[tuple[Batch, Sequence[Outcome]]]:
    """Pass batches through a pool whose workers do ``tasks`` of them each (0: any number)."""
    while first := list(islice(batches, jobs)):
        pool = ProcessPool(len(first), tasks, _begin, (grader, limits), forking())
        left: list[Batch] = []
        batches = chain(first, batches)
        try:
            yield from _through(pool, batches, left, len(first) * AHEAD, limits)
        finally:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()
        batches = chain(left, batches)


def _through(
    pool: ProcessPool, batches: Iterator[Batch], left: list[Batch], most: int, limits: AnswerLimits
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
    return [Lost(cause_of(error))] * len(batch)


class _Here:
    """What this worker process grades with."""

    grader: Grader
    limits: AnswerLimits


def _begin(grader: Grader, limits: AnswerLimits) -> None:
    """Begin a worker: limited in memory, and gone as soon as its parent is."""
    _Here.grader, _Here.limits = grader, limits
    begin(limits)


def _grade(batch: Batch) -> list[Outcome]:
    """Grade a batch in a worker; a bug that raises costs its own answer only."""
    outcomes: list[Outcome] = []
    for _, piece in batch:
        try:
            with within(_Here.limits):
                outcomes.append(_Here.grader.graded(piece))
        except MemoryError:
            outcomes.append(Lost("memory"))
        except Exception as error:  # noqa: BLE001 - whatever a bug raises, the other answers are graded
            outcomes.append(Lost("raised", type(error).__name__))
    return outcomes
