"""``book.sqlite``: all that is known of a class, so that only what is new is graded; a cache that may go.

`Book.database` holds the tables of ``book.sql`` beside this file: ``piece`` what is graded, once for all who wrote the
same; ``answer`` who wrote it; ``decision`` what people said of it, and the view ``mark`` what comes of both. The set
of files is made of it alone (`classroom.edition`).
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from symnn.errors import OperatorError, Problem
from symnn.messages import raisable

__all__ = ["BOOK", "Book", "opened", "scratch"]

BOOK: Final = "book.sqlite"
FORM: Final = 1
"""The form of the tables; a book of another form is made anew."""
_CACHE_KIB: Final = 64 << 10


class Book(Struct, frozen=True):
    """An open book."""

    database: sqlite3.Connection

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Change several things together, or none of them."""
        self.database.execute("begin immediate")
        try:
            yield
        except BaseException:
            self.database.execute("rollback")
            raise
        self.database.execute("commit")

    def rows(self, query: str, *values: Any) -> Iterator[Any]:
        """Give the rows of a query."""
        return iter(self.database.execute(query, values))

    def number(self, query: str, *values: Any) -> int:
        """Give the one number that a query is after."""
        return int(self.database.execute(query, values).fetchone()[0] or 0)

    def told(self, name: str) -> str:
        """Give what a run has put down under a name; empty if nothing."""
        found = self.database.execute("select value from run where name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""

    def tell(self, told: Mapping[str, str]) -> None:
        """Put down what the next to open the book has to know."""
        self.database.executemany("insert or replace into run values (?, ?)", tuple(told.items()))


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Book]:
    """Open the book of a folder; it is made where there is none, or none that can be used.

    Raises: OperatorError if it cannot be written.
    """
    path = folder / BOOK
    try:
        with contextlib.closing(_connected(path)) as database:
            yield Book(database)
    except sqlite3.DatabaseError as error:
        problem = Problem("file-unwritable", {"file": str(path), "detail": str(error)[:200]})
        raise raisable(OperatorError, problem) from error


@contextlib.contextmanager
def scratch() -> Iterator[Book]:
    """Open a book that is gone afterwards, to see what would be."""
    with contextlib.closing(sqlite3.connect("", isolation_level=None)) as database:
        _is_ready(database)
        yield Book(database)


def _connected(path: Path) -> sqlite3.Connection:
    """Connect to a book; what is none of ours, or damaged, is only a cache and goes."""
    for _ in range(2):
        database = sqlite3.connect(path, timeout=10, isolation_level=None)
        try:
            if _is_ready(database):
                return database
        except sqlite3.OperationalError:  # the disk, not the file
            database.close()
            raise
        except sqlite3.DatabaseError:
            pass
        database.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    raise sqlite3.DatabaseError("no usable form")


def _is_ready(database: sqlite3.Connection) -> bool:
    """Set a connection up, and see that it is one of this form; an empty one is made so."""
    database.execute(f"pragma cache_size = -{_CACHE_KIB}")
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = normal")
    (form,) = database.execute("pragma user_version").fetchone()
    if form == FORM:
        return True
    if form or database.execute("select count(*) from sqlite_master").fetchone()[0]:
        return False
    schema = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    database.executescript(f"begin;\n{schema}\npragma user_version = {FORM};\ncommit;")
    return True
