"""What people decided about answers: ``decisions.jsonl``, one line each, only ever added to.

The interface, for whoever decides from a page or a command:

* `Decision` is one line: the `DecisionScope` (what it is about), the `Ruling` (what such an answer is worth), who
  said it and when, and the `Basis`, what the engine said of those answers when it was decided. A decision with
  ``undo`` takes another one back.
* `decisions_in` reads a file, or the one in a folder of grades; a torn last line is left out and told.
* `appended_to` appends a decision, and returns when it is on the disk: from then on it is acknowledged, and nothing is
  ever taken away from the file.
* `in_force` leaves out what was taken back; `standing_decisions` gives what holds for each scope,
  the last of equal ones.
* `overruling` lays them over the book: answer before text before cluster before part. A decision is stale for an
  answer (the view ``mark`` of the book) of which the engine says something else than its basis.
* `merged_decisions` puts the files of several people together, whatever the order; `conflicts` are the scopes of which
  they said different things.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from symnn.classroom.clusters import folded_text
from symnn.errors import OperatorError, Place, Problem
from symnn.messages import raisable

__all__ = [
    "DECISIONS",
    "KINDS",
    "Basis",
    "Conflict",
    "Decision",
    "DecisionScope",
    "Ledger",
    "One",
    "Ruling",
    "appended_to",
    "conflicts",
    "decisions_in",
    "in_force",
    "merged_decisions",
    "standing_decisions",
    "written_decisions",
]

DECISIONS: Final = "decisions.jsonl"
FORM: Final = 1
"""The form of a line, which every line names."""
Kind = Literal["answer", "text", "cluster", "part"]
KINDS: Final[tuple[Kind, ...]] = ("answer", "text", "cluster", "part")
"""What a decision may be about: what stands first here holds before what stands later."""


class One(Struct, frozen=True, omit_defaults=True):
    """One answer: of whom, to which ``exercise/part``, in which attempt."""

    student: str
    part: str
    attempt: int = 1


class DecisionScope(Struct, frozen=True, omit_defaults=True):
    """What a decision is about: exactly one of these; a text is compared folded (`clusters.folded_text`)."""

    answer: One | None = None
    text: str | None = None
    cluster: str = ""
    part: str = ""

    @property
    def kind(self) -> Kind:
        """Which of the four it is."""
        if self.answer is not None:
            return "answer"
        return "text" if self.text is not None else "cluster" if self.cluster else "part"

    @property
    def key(self) -> str:
        """What it names, as one text: scopes of a kind are equal if their keys are."""
        if self.answer is not None:
            return _key_of(self.answer.student, self.answer.part, self.answer.attempt)
        return folded_text(self.text) if self.text is not None else self.cluster or self.part


class Ruling(Struct, frozen=True, omit_defaults=True):
    """What an answer is worth: so many points, or a share of the part's, or it is blank; none of them: a comment."""

    points: float | None = None
    share: float | None = None
    blank: bool = False

    @property
    def is_mark(self) -> bool:
        """Tell if it says what an answer is worth, and not only a comment."""
        return self.blank or self.points is not None or self.share is not None

    @property
    def is_for_any_part(self) -> bool:
        """Tell if it means the same for every part: blank, nothing, or only a comment."""
        return not (self.points or self.share)


class Basis(Struct, frozen=True, omit_defaults=True):
    """What the engine said when it was decided: the hash of the part, the verdict, the points."""

    part: str = ""
    verdict: str = ""
    points: float = 0


class Decision(Struct, frozen=True, omit_defaults=True):
    """One line of the file. ``at`` is when it was said, and stands nowhere else."""

    id: str
    scope: DecisionScope = DecisionScope()
    set: Ruling = Ruling()
    comment: str = ""
    by: str = ""
    at: str = ""
    basis: Basis | None = None
    undo: str = ""
    v: int = 0


class Ledger(Struct, frozen=True):
    """All decisions of a file in their order, and what could not be read of it."""

    decisions: tuple[Decision, ...] = ()
    problems: tuple[Problem, ...] = ()


class Conflict(Struct, frozen=True):
    """Two decisions about the same that say different things, by different people; the second one holds."""

    first: Decision
    second: Decision


def _key_of(student: str, part: str, attempt: int) -> str:
    """Give the key of one answer: what stands last cannot hold the mark between."""
    return f"{part}#{attempt}#{student}"


def decisions_in(place: Path) -> Ledger:
    """Read the decisions of a file or of a folder of grades; none where there is no file.

    Raises: OperatorError if there is one that cannot be read.
    """
    path = place / DECISIONS if place.is_dir() else place
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Ledger()
    except OSError as error:
        facts = {"file": str(path), "detail": error.strerror or ""}
        raise raisable(OperatorError, Problem("file-unreadable", facts, place=Place(str(path)))) from error
    found: list[Decision] = []
    problems: list[Problem] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            found += [_decode(line)] if line.strip() else []
        except (msgspec.DecodeError, UnicodeDecodeError):
            problems.append(Problem("decision-torn", place=Place(str(path), number)))
    return Ledger(tuple(found), tuple(problems))


def appended_to(folder: Path, decision: Decision, known: Sequence[Decision] | None = None) -> Decision:
    """Append a decision to those in a folder (``known`` to who has read them); gives it with its number.

    It is on the disk then. A line that was torn by the end of a program before is ended first. Who calls it holds
    the folder's lock.
    Raises: OperatorError if it cannot be written; then it is not acknowledged.
    """
    path = folder / DECISIONS
    before = decisions_in(folder).decisions if known is None else known
    numbered = replace(decision, id=_next(before), v=FORM)
    try:
        with path.open("a+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 1))
            file.write((b"\n" if file.read(1) not in (b"", b"\n") else b"") + _encode(numbered) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        facts = {"file": str(path), "detail": error.strerror or ""}
        raise raisable(OperatorError, Problem("file-unwritable", facts)) from error
    return numbered


def in_force(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Leave out what was taken back, and what takes back; who takes that back again lets the first one hold."""
    gone: set[str] = set()
    found: list[Decision] = []
    for one in reversed(decisions):
        if one.id in gone:
            continue
        if one.undo:
            gone.add(one.undo)
        else:
            found.append(one)
    return tuple(reversed(found))


def standing_decisions(decisions: Sequence[Decision]) -> Mapping[tuple[Kind, str], Decision]:
    """Give what holds for each scope, by its kind and key: the last that was not taken back."""
    return MappingProxyType({(one.scope.kind, one.scope.key): one for one in in_force(decisions)})


def conflicts(decisions: Sequence[Decision]) -> tuple[Conflict, ...]:
    """List where people said different things of the same, what each of them said last."""
    last: dict[tuple[Kind, str], dict[str, Decision]] = {}
    for one in in_force(decisions):
        by_person = last.setdefault((one.scope.kind, one.scope.key), {})
        by_person.pop(one.by, None)
        by_person[one.by] = one
    found: list[Conflict] = []
    for by_person in last.values():
        *before, holds = by_person.values()
        found += [Conflict(one, holds) for one in before if one.set != holds.set]
    return tuple(found)


def merged_decisions(*several: Iterable[Decision]) -> tuple[Decision, ...]:
    """Put decisions of several files together, by when they were said; the same in any order of the files.

    What stands in more than one file is one decision. They are numbered anew.
    """
    by_content: dict[bytes, tuple[Decision, bytes]] = {}
    for decisions in several:
        contents: dict[str, bytes] = {}
        for one in decisions:
            undone = contents.get(one.undo, b"")
            contents[one.id] = _content(one) + undone
            by_content.setdefault(contents[one.id], (one, undone))
    ordered = sorted(by_content.items(), key=lambda pair: (pair[1][0].at, bool(pair[1][0].undo), pair[0]))
    numbers = {content: f"d{number}" for number, (content, _) in enumerate(ordered, 1)}
    return tuple(
        replace(one, id=numbers[content], undo=numbers.get(undone, ""), v=FORM) for content, (one, undone) in ordered
    )


def written_decisions(decisions: Iterable[Decision]) -> bytes:
    """Write decisions as a file has them."""
    return b"".join(_encode(one) + b"\n" for one in decisions)


def _content(decision: Decision) -> bytes:
    """Give what a decision says, whatever its number."""
    return _encode(replace(decision, id="", undo="undo" if decision.undo else "", v=FORM))


def _next(decisions: Iterable[Decision]) -> str:
    numbers = [int(one.id[1:]) for one in decisions if one.id[:1] == "d" and one.id[1:].isdecimal()]
    return f"d{max(numbers, default=0) + 1}"


_encode: Final = msgspec.json.Encoder(order="deterministic").encode
_decode: Final = msgspec.json.Decoder(Decision).decode
