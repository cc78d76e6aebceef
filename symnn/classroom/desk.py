"""A graded class on a person's desk: groups of answers of which the same is said, decisions, and what comes of them.

`opened_desk` opens the folder. `Desk.groups` lists what there is to decide, `Desk.decide` and `Desk.take_back` append
to ``decisions.jsonl`` and return once that is on the disk; the marks in the book are the new ones then. `Desk.publish`
writes the set of files anew: after the last of several decisions, it takes as long as the class is large.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from msgspec import Struct

from symnn.classroom.book import Book, opened
from symnn.classroom.decisions import Basis, Decision, DecisionScope, Ruling, appended_to, decisions_in
from symnn.classroom.lock import locked
from symnn.classroom.outputs import holds_a_set, settled_run
from symnn.classroom.overruling import covered, overruled, overruled_by_one
from symnn.classroom.publishing import is_of, published
from symnn.documents.nearest import nearest
from symnn.errors import Problem, UsageError
from symnn.messages import raisable
from symnn.verdicts.storing import restored
from symnn.verdicts.verdict import Verdict

__all__ = ["ONLY", "AnswerGroup", "Desk", "Only", "Weighed", "is_ready", "opened_desk"]

Only = Literal["open", "unreadable", "undecided", "unexplained", "stale", "all"]
ONLY: Final[Mapping[Only, str]] = MappingProxyType(
    {
        "open": "m.points is null",
        "unreadable": "m.verdict = 'unreadable' and m.folded <> ''",
        "undecided": "m.verdict = 'undecided'",
        "unexplained": "m.verdict in ('wrong', 'partial') and (m.result like '%\"code\":\"unexplained\"%' "
        "or m.result like '%\"findings\":[]%')",
        "stale": "m.stale",
        "all": "1",
    }
)
"""What may be looked at, and which answers that is."""

_GROUPS: Final = (
    "select iif(m.verdict = 'unreadable', m.folded, hex(m.cluster)) as one, m.verdict = 'unreadable' as by_text, "
    "group_concat(distinct t.exercise || '/' || t.part), max(hex(m.cluster)), m.verdict, min(m.share), min(m.max), "
    "count(*), sum(m.points is null), sum(m.stale), max(m.decision), max(m.comment), min(m.piece), m.result "
    "from mark m join part t on t.id = m.part where m.counts and {only} group by by_text, one "
    "order by sum(m.stale) > 0 and m.verdict = 'correct' desc, count(*) desc, min(t.place), one"
)
_EXAMPLES: Final = 3


class AnswerGroup(Struct, frozen=True):
    """Answers of which the same is said: how many, how many of them are open or stale, and what was decided.

    ``scope`` is what a decision about all of them is about; what nobody can read is one text over all ``targets``.
    ``share`` of ``most`` points is what the engine gives; ``examples`` are some of the texts as handed in.
    """

    scope: DecisionScope
    targets: tuple[str, ...]
    verdict: Verdict
    share: float
    most: float
    count: int
    open: int
    stale: int
    decision: str
    comment: str
    examples: tuple[str, ...]


class Weighed(Struct, frozen=True):
    """A decision with the number of answers that it is about, how many it holds for, and how many of them are stale."""

    decision: Decision
    about: int
    holds: int
    stale: int


class Desk(Struct, frozen=True):
    """An open folder."""

    folder: Path
    book: Book

    def groups(self, only: Only = "open") -> Iterator[AnswerGroup]:
        """List groups: first what is stale and right now, then the largest."""
        for row in self.book.database.execute(_GROUPS.format(only=ONLY[only])).fetchall():
            text, by_text, targets, cluster, _, share, most, count, left, stale, decision, comment, *_, result = row
            listed = tuple(sorted(targets.split(",")))
            scope = DecisionScope(text=text) if by_text and len(listed) > 1 else DecisionScope(cluster=cluster.lower())
            verdict, examples = restored(result), self._examples(scope)
            numbers = (share, most, count, left, stale)
            yield AnswerGroup(scope, listed, verdict, *numbers, decision or "", comment or "", examples)

    def _examples(self, scope: DecisionScope) -> tuple[str, ...]:
        where, values = covered(Decision("", scope))
        query = f"select distinct raw from answer where {where} order by student, part limit {_EXAMPLES}"  # noqa: S608
        return tuple(raw for (raw,) in self.book.rows(query, *values))

    @property
    def left(self) -> int:
        """Count the answers that wait for a person."""
        return self.book.number("select count(*) from mark where counts and points is null")

    def decide(self, scope: DecisionScope, ruling: Ruling, comment: str = "", by: str = "", at: str = "") -> Weighed:
        """Decide about some answers; returns when the decision is on the disk.

        Raises: UsageError if it is about no answer, gives points that the part does not have, or gives points to a
        text whatever it answers; OperatorError if it cannot be written or another run holds the folder.
        """
        where, values = covered(Decision("", scope))
        seen = self.book.database.execute(_SEEN.format(where=where), values).fetchone()
        if not seen[0]:
            raise raisable(UsageError, self._about_nothing(scope))
        _, most, digest, digests, verdict, verdicts, points = seen
        if scope.kind == "text" and not ruling.is_for_any_part:
            raise raisable(UsageError, Problem("decision-over-parts", {"text": scope.key[:40]}))
        given = ruling.points if ruling.points is not None else (ruling.share or 0) * most
        if not 0 <= given <= most:
            raise raisable(UsageError, Problem("decision-points", {"points": f"{given:g}", "most": f"{most:g}"}))
        same = verdict if verdicts == 1 and scope.kind != "part" else ""
        basis = Basis(digest.lower() if digests == 1 and scope.kind != "text" else "", same, points or 0)
        return self._append(Decision("", scope, ruling, comment, by, at, basis))

    def take_back(self, number: str, by: str = "", at: str = "") -> Weighed:
        """Take a decision back. Raises: UsageError if there is none of this number."""
        known = [one.id for one in decisions_in(self.folder).decisions]
        if number not in known:
            raise raisable(UsageError, Problem("decision-unknown", {"id": number, "nearest": nearest(number, known)}))
        return self._append(Decision("", by=by, at=at, undo=number))

    def _append(self, decision: Decision) -> Weighed:
        with locked(self.folder):
            known = decisions_in(self.folder).decisions
            kept = appended_to(self.folder, decision, known)
            known = (*known, kept)
            is_next = len(known) == self.book.number("select count(*) + 1 from decision")
            with self.book.transaction():
                (overruled_by_one if is_next else overruled)(self.book, known)
        return self._weighed(kept, known)

    def decisions(self) -> tuple[Weighed, ...]:
        """List the decisions that are in force, in their order."""
        live = {number for (number,) in self.book.rows("select id from decision where live")}
        known = decisions_in(self.folder).decisions
        return tuple(self._weighed(one, known) for one in known if one.id in live)

    def _weighed(self, decision: Decision, known: Sequence[Decision]) -> Weighed:
        """Count the answers of a decision, or of the one that it takes back."""
        undone = (one for one in known if one.id == decision.undo)
        where, values = covered(next(undone, decision))
        about = self.book.number(f"select count(*) from answer where {where}", *values)  # noqa: S608
        holds = self.book.number(f"select count(*) from answer where {_DECIDED}", decision.id)  # noqa: S608
        stale = self.book.number(_STALE.format(decided=_DECIDED), decision.id)
        return Weighed(decision, about, holds, stale)

    def publish(self) -> tuple[Path, ...]:
        """Write the set of files as it is with all decisions."""
        with locked(self.folder):
            return published(self.book, self.folder, anew=False)

    def _about_nothing(self, scope: DecisionScope) -> Problem:
        """Say that no answer is meant, and what is nearest."""
        names = {
            "answer": "select sid from student",
            "part": "select exercise || '/' || part from part",
            "cluster": "select distinct lower(hex(cluster)) from piece",
            "text": "select distinct folded from piece where verdict = 'unreadable'",
        }
        meant = scope.answer.student if scope.answer else scope.key
        known = [name for (name,) in self.book.rows(names[scope.kind])]
        facts: dict[str, Any] = {"scope": scope.key[:80], "nearest": nearest(meant, known)}
        return Problem("decision-about-nothing", facts)


_DECIDED: Final = "(decision is not null or comment is not null) and decision = ?"
"""In the words of the index on decided answers: a click in a large class looks through no other answers."""
_STALE: Final = (
    "select count(*) from mark where (student, part, attempt) in "
    "(select student, part, attempt from answer where {decided}) and stale"
)
_SEEN: Final = (
    "select count(*), min(m.max), min(hex(t.hash)), count(distinct t.hash), min(m.verdict), count(distinct m.verdict), "
    "min(m.share * m.max) from mark m join part t on t.id = m.part "
    "where (m.student, m.part, m.attempt) in (select student, part, attempt from answer where {where})"
)


def is_ready(folder: Path) -> bool:
    """Tell if the book of a folder is there and of its set; if not, `regrading.regraded` makes it so.

    Raises: UsageError if there is no graded class.
    """
    if folder.is_dir():
        with locked(folder):
            settled_run(folder)
    if not holds_a_set(folder):
        raise raisable(UsageError, Problem("no-results", {"file": str(folder)}))
    with opened(folder) as book:
        return is_of(book, folder)


@contextlib.contextmanager
def opened_desk(folder: Path) -> Iterator[Desk]:
    """Open a folder that `is_ready`, with every decision laid over its marks."""
    with opened(folder) as book:
        with book.transaction():
            overruled(book, decisions_in(folder).decisions)
        yield Desk(folder, book)
