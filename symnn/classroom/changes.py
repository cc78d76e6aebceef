"""What a new set of grades changes: which marks are others than in the set before, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

__all__ = ["Basis", "Change", "Counting", "changes", "marks_before"]

RESULTS: Final = "results.jsonl"


class Counting(Struct, frozen=True):
    """The points of a mark, None while it is open, and whether it counts."""

    points: float | None = None
    counts: bool = True


class Basis(Struct, frozen=True):
    """A mark with what it rests on, as a line of ``results.jsonl`` has it."""

    student: str
    exercise: str
    part: str
    answer: str = ""
    part_hash: str = ""
    engine: str = ""
    mark: Counting = Counting()

    @property
    def key(self) -> tuple[str, str]:
        """Whose mark it is, for what."""
        return self.student, f"{self.exercise}/{self.part}"


class Change(Struct, frozen=True):
    """A mark that is another one now; empty where there was or is none, ``why`` is a code of a sentence."""

    student: str
    target: str
    before: str
    after: str
    why: str


def marks_before(folder: Path) -> Mapping[tuple[str, str], Basis]:
    """Read the marks that count from the set in a folder; none if there is no set, or one of another form."""
    try:
        return _counted((folder / RESULTS).read_bytes().splitlines())
    except (OSError, msgspec.DecodeError):
        return {}


def changes(before: Mapping[tuple[str, str], Basis], after: Iterable[Basis]) -> Iterator[Change]:
    """Compare the marks that count with those of the set before, in the order of the new ones; none without a set."""
    now = {one.key: one for one in after if one.mark.counts} if before else {}
    for key in (*now, *(key for key in before if key not in now)):
        old, new = before.get(key), now.get(key)
        points = (_written(old), _written(new))
        if points[0] != points[1]:
            yield Change(*key, *points, _why(old, new))


def _counted(lines: Iterable[bytes]) -> dict[tuple[str, str], Basis]:
    decode = msgspec.json.Decoder(Basis).decode
    return {one.key: one for one in map(decode, lines) if one.mark.counts}


def _written(one: Basis | None) -> str:
    if one is None:
        return ""
    return "?" if one.mark.points is None else f"{one.mark.points:.10g}"


def _why(old: Basis | None, new: Basis | None) -> str:
    """Say what has changed: the answer, the exercise, or the program."""
    if old is None or new is None:
        return "change-new" if old is None else "change-gone"
    if old.answer != new.answer:
        return "change-answer"
    return "change-exercise" if old.part_hash != new.part_hash else "change-engine"
