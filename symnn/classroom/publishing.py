"""From the book to the folder: decisions laid over the results, and the set of files replaced as one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from symnn.classroom.book import BOOK, Book, opened
from symnn.classroom.changes import remembered
from symnn.classroom.decisions import Decision, decisions_in, written_decisions
from symnn.classroom.edition import CHANGES, RESULTS, files_of
from symnn.classroom.lock import locked
from symnn.classroom.outputs import manifest_of, replaced_set, settled_run
from symnn.classroom.overruling import overruled
from symnn.classroom.report import REPORT

__all__ = ["caught_up", "is_of", "published"]

_DECIDED: Final = "decided"
"""Under this name it keeps the digest of the decisions that the set knows."""
_STAMP: Final = "results"
"""Under this name the book keeps the digest of the results that were made of it."""


def published(book: Book, folder: Path, *, anew: bool) -> tuple[Path, ...]:
    """Write the set; ``anew`` where answers were graded, and changes are told against the set that stands.

    Raises: OperatorError if it cannot be written; then the old set stands.
    """
    book.database.execute("begin immediate")
    try:
        decisions = decisions_in(folder).decisions
        overruled(book, decisions)
        if anew:
            book.database.execute("savepoint before")
            remembered(book, folder / RESULTS)
        files, made = files_of(book, folder, decisions)
        beside = (CHANGES, REPORT) if anew else ()
        done = replaced_set(folder, files, json.loads(book.told("about")), beside, made)
        if anew and not done.is_new:  # the changes are told against what stood before the set that stands
            book.database.execute("rollback to before")
        book.tell({_STAMP: done.digests[RESULTS], _DECIDED: _written(decisions)})
    except BaseException:
        book.database.execute("rollback")
        raise
    book.database.execute("commit")
    return done.paths


def caught_up(folder: Path) -> bool:
    """See that the set says what has been decided; tells if it does.

    A page takes decisions one by one and writes the set at its end: one that was killed leaves it behind. Where the
    book is not that of the set, only grading again can write it.
    """
    if not (folder / BOOK).is_file():
        return not decisions_in(folder).decisions
    with locked(folder):
        settled_run(folder)
        with opened(folder) as book:
            if not is_of(book, folder):
                return False
            if book.told(_DECIDED) != _written(decisions_in(folder).decisions):
                published(book, folder, anew=False)
    return True


def _written(decisions: Sequence[Decision]) -> str:
    """Give a digest of decisions."""
    return sha256(written_decisions(decisions)).hexdigest()


def is_of(book: Book, folder: Path) -> bool:
    """Tell if a book is that of the set in a folder: a run that was stopped leaves one that is ahead of it."""
    return bool(book.told(_STAMP)) and manifest_of(folder).get("files", {}).get(RESULTS) == book.told(_STAMP)
