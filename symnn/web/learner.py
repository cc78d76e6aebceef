"""What learners have done, in one file: attempts, variants, help that was shown, who is signed in."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from symnn.errors import OperatorError, Problem
from symnn.messages import raisable
from symnn.web.lesson import Judged, Who

__all__ = ["Attempt", "Help", "Learner", "Store", "usual_store"]

_TABLES: Final = """
create table if not exists variant (student text, exercise text, number int not null, primary key (student, exercise));
create table if not exists attempt (id integer primary key, student text not null, exercise text not null,
  part text not null, number int not null, answer text not null, verdict text not null, earned real not null,
  most real not null, cluster text not null, judged blob not null, at text not null);
create index if not exists attempt_of on attempt (student, exercise, number);
create table if not exists help (student text, exercise text, part text, number int, hints int not null default 0,
  step int not null default 0, solved int not null default 0, primary key (student, exercise, part, number));
create table if not exists session (digest blob primary key, student text not null);
"""
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Judged).decode


def usual_store() -> Path:
    """Say where the file is where nobody says otherwise."""
    return Path.home() / ".symnn" / "practice.sqlite"


class Attempt(Struct, frozen=True):
    """One answer to one part in one variant, and what was made of it."""

    part: str
    answer: str
    verdict: str
    earned: float
    most: float
    judged: Judged


class Help(Struct, frozen=True):
    """What help was shown for a part: so many hints, the next step, the solution."""

    hints: int = 0
    step: bool = False
    solved: bool = False


class Store:
    """The file; what was written is on the disk when a call returns."""

    def __init__(self, path: Path) -> None:
        """Open the file; it is made where there is none. Raises: OperatorError if that cannot be."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self.database.executescript(f"pragma journal_mode = wal; pragma synchronous = full; {_TABLES}")
            self.database.execute("select student, judged from attempt limit 1")
        except (OSError, sqlite3.Error) as error:
            problem = Problem("file-unwritable", {"file": str(path), "detail": str(error)[:200]})
            raise raisable(OperatorError, problem) from error
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Give the rows of a query."""
        with self._lock:
            return self.database.execute(query, values).fetchall()

    def do(self, query: str, *values: Any) -> None:
        """Change something."""
        with self._lock:
            self.database.execute(query, values)

    def lines(self, student: str) -> Iterator[str]:
        """Write every attempt at first variants as ``symnn grade`` reads it; ``student`` is who has no id here."""
        rows = self.rows("select student, exercise, part, answer, at from attempt where number = 0 order by id")
        for own, exercise, part, answer, at in rows:
            row = {"student": own or student, "exercise": exercise, "part": part, "answer": answer, "time": at}
            yield json.dumps(row, ensure_ascii=False) + "\n"


class Learner:
    """What one learner has done; all of it stands under the own id, and nothing else is ever read."""

    def __init__(self, store: Store, student: str = "") -> None:
        self.store = store
        self.student = student

    def who(self, exercise: str) -> Who:
        """Say which variant the learner has."""
        query = "select number from variant where student = ? and exercise = ?"
        found = self.store.rows(query, self.student, exercise)
        return Who(self.student, found[0][0] if found else 0)

    def turn(self, exercise: str) -> None:
        """Go on to another variant."""
        self.store.do(
            "insert into variant values (?, ?, 1) on conflict (student, exercise) do update set number = number + 1",
            self.student,
            exercise,
        )

    def tried(self, exercise: str, attempt: Attempt) -> None:
        """Put an attempt down; it is on the disk when this returns."""
        now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        number = self.who(exercise).number
        about = (self.student, exercise, attempt.part, number, attempt.answer, attempt.verdict, attempt.earned)
        self.store.do(
            "insert into attempt (student, exercise, part, number, answer, verdict, earned, most, cluster, judged, at) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *about,
            attempt.most,
            attempt.judged.cluster,
            _encode(attempt.judged),
            now,
        )

    def last(self, exercise: str) -> dict[str, Attempt]:
        """Give the last attempt at each part of the variant."""
        rows = self.store.rows(
            "select part, answer, verdict, earned, most, judged from attempt where id in (select max(id) from attempt "
            "where student = ? and exercise = ? and number = ? group by part)",
            self.student,
            exercise,
            self.who(exercise).number,
        )
        return {
            part: Attempt(part, answer, verdict, earned, most, _decode(judged))
            for part, answer, verdict, earned, most, judged in rows
        }

    def helped(self, exercise: str) -> dict[str, Help]:
        """Say what help was shown for the parts of the variant."""
        rows = self.store.rows(
            "select part, hints, step, solved from help where student = ? and exercise = ? and number = ?",
            self.student,
            exercise,
            self.who(exercise).number,
        )
        return {part: Help(hints, bool(step), bool(solved)) for part, hints, step, solved in rows}

    def help(self, exercise: str, part: str, shown: Help) -> None:
        """Note that help was shown."""
        self.store.do(
            "insert into help values (?, ?, ?, ?, ?, ?, ?) on conflict (student, exercise, part, number) do update "
            "set hints = max(hints, excluded.hints), step = max(step, excluded.step), "
            "solved = max(solved, excluded.solved)",
            self.student,
            exercise,
            part,
            self.who(exercise).number,
            shown.hints,
            shown.step,
            shown.solved,
        )

    def done(self) -> dict[str, int]:
        """Count for each exercise the parts that were ever answered for all their points."""
        rows = self.store.rows(
            "select exercise, count(distinct part) from attempt where student = ? and verdict = 'correct' "
            "group by exercise",
            self.student,
        )
        return dict(rows)
