"""From the book to the folder: decisions laid over the results, and the set of files replaced as one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from symnn.classroom.book import Book
from symnn.classroom.changes import remembered
from symnn.classroom.decisions import decisions_in
from symnn.classroom.edition import CHANGES, RESULTS, files_of
from symnn.classroom.outputs import manifest_of, replaced
from symnn.classroom.overruling import overruled
from symnn.classroom.report import REPORT

__all__ = ["is_of", "published"]

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
        done = replaced(folder, files, json.loads(book.told("about")), beside, made)
        if anew and not done.is_new:  # the changes are told against what stood before the set that stands
            book.database.execute("rollback to before")
        book.tell({_STAMP: done.digests[RESULTS]})
    except BaseException:
        book.database.execute("rollback")
        raise
    book.database.execute("commit")
    return done.paths


def is_of(book: Book, folder: Path) -> bool:
    """Tell if a book is that of the set in a folder: a run that was stopped leaves one that is ahead of it."""
    return bool(book.told(_STAMP)) and manifest_of(folder).get("files", {}).get(RESULTS) == book.told(_STAMP)
