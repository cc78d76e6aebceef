"""Pieces of the book to the workers, and what came of them back into it: whatever stops a run, what is there stays."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import msgspec

from symnn.classroom.book import Book
from symnn.classroom.grader import Lost, result_lost
from symnn.classroom.outcomes import outcome_of
from symnn.classroom.piece_of_work import GradedPiece
from symnn.errors import Fact, Place, Problem

__all__ = ["Passing", "Progress", "judged", "lost_in"]

Progress = Callable[[int, int], None]
Passing = Callable[[Iterator[GradedPiece]], Iterator[tuple[int, bytes | Lost]]]
"""What grades pieces somewhere, and gives each one's number as it is ready."""

_AT_ONCE: Final = 500
_SECONDS: Final = 1.0
"""So much work is lost at most where a run is killed."""
_AGAIN: Final = ("killed", "died")
"""Causes that were not the answer's: another run may do better."""
_OPEN: Final = (
    "select id from piece where verdict is null and exists (select 1 from answer where piece = piece.id) "
    "order by part, id"
)
_ONE: Final = (
    "select t.exercise, t.part, p.text, p.seed, p.carried from piece p join part t on t.id = p.part where p.id = ?"
)
_DONE: Final = (
    "update piece set verdict = ?, share = ?, points = ?, reading = ?, cluster = ?, result = ?, lost = ?, "
    "tries = tries + 1 where id = ?"
)
_decode: Final = msgspec.json.Decoder(tuple[tuple[str, str], ...]).decode


def judged(book: Book, passing: Passing, progress: Progress | None = None, *, again: bool = False) -> int:
    """Grade the pieces that are not graded yet (``again``: all of them), and give how many those were."""
    if again:
        book.database.execute("update piece set verdict = null")
    else:
        causes = ", ".join(f"'{cause}'" for cause in _AGAIN)
        book.database.execute(f"update piece set verdict = null where lost in ({causes})")  # noqa: S608 - our own words
    waiting = [identifier for (identifier,) in book.rows(_OPEN)]
    most = {
        f"{exercise}/{part}": points for exercise, part, points in book.rows("select exercise, part, max from part")
    }
    pieces: dict[int, GradedPiece] = {}
    done: list[tuple[Any, ...]] = []
    since, count = time.monotonic(), 0
    try:
        for number, outcome in passing(_pieces(book, waiting, pieces)):
            done.append((*_outcome(pieces.pop(number), outcome, most), waiting[number]))
            count += 1
            if len(done) >= _AT_ONCE or time.monotonic() > since + _SECONDS:
                _put_down(book, done)
                since = time.monotonic()
            if progress is not None:
                progress(count, len(waiting))
    finally:
        _put_down(book, done)
    return count


def _pieces(book: Book, waiting: Sequence[bytes], pieces: dict[int, GradedPiece]) -> Iterator[GradedPiece]:
    for number, identifier in enumerate(waiting):
        exercise, part, text, seed, carried = book.database.execute(_ONE, (identifier,)).fetchone()
        pieces[number] = GradedPiece(exercise, part, text, seed, _decode(carried))
        yield pieces[number]


def _outcome(piece: GradedPiece, outcome: bytes | Lost, most: dict[str, float]) -> tuple[Any, ...]:
    lost = ""
    if isinstance(outcome, Lost):
        lost = f"{outcome.cause} {outcome.detail}".strip()
        outcome = result_lost(most[f"{piece.exercise}/{piece.part}"], outcome)
    found = outcome_of(piece.exercise, piece.part, piece.text, outcome)
    told = (found.verdict, found.share, found.points, found.reading, bytes.fromhex(found.cluster), found.result)
    return (*told, lost or None)


def _put_down(book: Book, done: list[tuple[Any, ...]]) -> None:
    with book.transaction():
        book.database.executemany(_DONE, done)
    done.clear()


def lost_in(book: Book) -> Iterator[Problem]:
    """Name the answers that could not be graded, each with the cause."""
    query = (
        "select s.sid, t.exercise || '/' || t.part, p.lost, f.path, a.line from piece p "
        "join answer a on a.piece = p.id join student s on s.id = a.student "
        "join part t on t.id = a.part join source f on f.id = a.source "
        "where p.lost is not null order by a.student, t.place, a.attempt"
    )
    for student, target, lost, file, line in book.rows(query):
        cause, _, detail = lost.partition(" ")
        facts: dict[str, Fact] = {"student": student, "target": target, "cause": cause, "detail": detail}
        yield Problem("lost-answer", facts, place=Place(file, line))
