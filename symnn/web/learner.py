"""What a learner has done, in a file of the learner's own: attempts, variants, help that was shown."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from symnn.errors import OperatorError, Problem
from symnn.messages import raised

__all__ = ["Attempt", "Learner", "usual_store"]

_TABLES: Final = """
create table if not exists variant (exercise text primary key, number int not null);
create table if not exists attempt (id integer primary key, exercise text not null, part text not null,
  seed text not null, answer text not null, earned real not null, most real not null, at text not null);
create table if not exists help (exercise text, part text, seed text, hints int not null default 0,
  solved int not null default 0, primary key (exercise, part, seed));
"""


def usual_store() -> Path:
    """Say where the file is where nobody says otherwise."""
    return Path.home() / ".symnn" / "practice.sqlite"


class Attempt(Struct, frozen=True):
    """One answer to one part in one variant, and its points."""

    part: str
    answer: str
    earned: float
    most: float


class Learner:
    """The file of one learner."""

    def __init__(self, path: Path) -> None:
        """Open the file; it is made where there is none. Raises: OperatorError if that cannot be."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._database.executescript(f"pragma journal_mode = wal; pragma synchronous = full; {_TABLES}")
        except (OSError, sqlite3.Error) as error:
            problem = Problem("file-unwritable", {"file": str(path), "detail": str(error)[:200]})
            raise raised(OperatorError, problem) from error

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def seed(self, exercise: str) -> str:
        """Give the seed of the variant that the learner has."""
        (number,) = self._row("select coalesce(max(number), 0) from variant where exercise = ?", exercise)
        return f"practice-{number}" if number else ""

    def turn(self, exercise: str) -> None:
        """Go on to another variant."""
        self._do("insert into variant values (?, 1) on conflict (exercise) do update set number = number + 1", exercise)

    def tried(self, exercise: str, seed: str, attempt: Attempt) -> None:
        """Put an attempt down; it is on the disk when this returns."""
        now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        values = (attempt.part, seed, attempt.answer, attempt.earned, attempt.most, now)
        self._do(
            "insert into attempt (exercise, part, seed, answer, earned, most, at) values (?, ?, ?, ?, ?, ?, ?)",
            exercise,
            *values,
        )

    def last(self, exercise: str, seed: str) -> dict[str, Attempt]:
        """Give the last attempt at each part of a variant."""
        rows = self._database.execute(
            "select part, answer, earned, most from attempt where exercise = ? and seed = ? order by id",
            (exercise, seed),
        )
        return {row[0]: Attempt(*row) for row in rows}

    def shown(self, exercise: str, part: str, seed: str) -> tuple[int, bool]:
        """Say how many hints were shown for a part, and whether its solution was."""
        row = self._row(
            "select coalesce(max(hints), 0), coalesce(max(solved), 0) from help "
            "where exercise = ? and part = ? and seed = ?",
            exercise,
            part,
            seed,
        )
        return int(row[0]), bool(row[1])

    def show(self, exercise: str, part: str, seed: str, *, hints: int = 0, solved: bool = False) -> None:
        """Note that help was shown."""
        self._do(
            "insert into help values (?, ?, ?, ?, ?) on conflict (exercise, part, seed) "
            "do update set hints = max(hints, excluded.hints), solved = max(solved, excluded.solved)",
            exercise,
            part,
            seed,
            hints,
            int(solved),
        )

    def solved(self, exercise: str) -> frozenset[str]:
        """List the parts of an exercise that were ever answered for all their points."""
        rows = self._database.execute(
            "select distinct part from attempt where exercise = ? and earned >= most", (exercise,)
        )
        return frozenset(part for (part,) in rows)

    def lines(self, student: str) -> Iterator[str]:
        """Write every attempt at what all students are given as ``symnn grade`` reads it, a line each."""
        rows = self._database.execute("select exercise, part, answer, at from attempt where seed = '' order by id")
        for exercise, part, answer, at in rows:
            row = {"student": student, "exercise": exercise, "part": part, "answer": answer, "time": at}
            yield json.dumps(row, ensure_ascii=False) + "\n"

    def _row(self, query: str, *values: Any) -> tuple[Any, ...]:
        return tuple(self._database.execute(query, values).fetchone())

    def _do(self, query: str, *values: Any) -> None:
        self._database.execute(query, values)
