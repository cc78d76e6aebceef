"""What people decided, laid over what the engine says: the one place that knows which decision holds for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from symnn.classroom.book import Book
from symnn.classroom.decisions import KINDS, Decision, Kind, in_force, standing_decisions

__all__ = ["covered", "overruled", "overruled_by_one"]

_WHERE: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "answer": "part = (select id from part where exercise || '/' || part = ?) "
        "and student = (select id from student where sid = ?) and attempt = ?",
        "text": "piece in (select id from piece where folded = ?)",
        "cluster": "piece in (select id from piece where cluster = ?)",
        "part": "part = (select id from part where exercise || '/' || part = ?)",
    }
)
_FORGOTTEN: Final = (
    "update answer set decision = null, comment = null where decision is not null or comment is not null"
)
_PUT_DOWN: Final = "insert or replace into decision values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_RANKED: Final = (
    "create temp table ranked as select student, part, attempt, row_number() over "
    "(partition by student, part order by points is null desc, points desc, attempt) as rank from mark"
)


_NOT_NARROWER: Final = (
    "(answer.decision is null or (select scope from decision d where d.id = answer.decision) in ({kinds}))"
)


def overruled(book: Book, decisions: Sequence[Decision]) -> None:
    """Say of every answer which decision holds, and whether it counts now; who calls it holds a transaction.

    Scopes are gone through from the widest to the narrowest, so that answer stands before text, text before cluster,
    and cluster before part. A comment without points leaves the mark as it is.
    """
    database = book.database
    database.execute(_FORGOTTEN)
    database.execute("delete from decision")
    holding = {one.id for one in in_force(decisions)}
    database.executemany(_PUT_DOWN, [_row(line, one, live=one.id in holding) for line, one in enumerate(decisions, 1)])
    by_kind = standing_decisions(decisions)
    for kind in reversed(KINDS):
        for one in (one for (of, _), one in by_kind.items() if of == kind):
            where, values = covered(one)
            if one.set.is_mark:
                database.execute(f"update answer set decision = ? where {where}", (one.id, *values))  # noqa: S608
            if one.comment:
                database.execute(f"update answer set comment = ? where {where}", (one.comment, *values))  # noqa: S608
    if book.told("attempts") == "best":
        _choose_the_best(book)


def overruled_by_one(book: Book, decisions: Sequence[Decision]) -> None:
    """Say the same after one decision more, the last, without laying those before it over the marks again.

    Only where it is the first about what it is about, takes nothing back, and no narrower one has a comment.
    """
    *before, last = decisions
    narrower = KINDS[: KINDS.index(last.scope.kind)]
    known = standing_decisions(before)
    is_told_already = last.comment and any(one.comment for (kind, _), one in known.items() if kind in narrower)
    is_second = bool(last.undo) or (last.scope.kind, last.scope.key) in known
    if is_second or is_told_already or book.told("attempts") == "best":
        overruled(book, decisions)
        return
    database = book.database
    database.execute(_PUT_DOWN, _row(len(decisions), last, live=True))
    where, values = covered(last)
    wider = ", ".join(f"'{kind}'" for kind in KINDS if kind not in narrower)
    if last.set.is_mark:
        free = _NOT_NARROWER.format(kinds=wider)
        database.execute(f"update answer set decision = ? where {where} and {free}", (last.id, *values))  # noqa: S608
    if last.comment:
        database.execute(f"update answer set comment = ? where {where}", (last.comment, *values))  # noqa: S608


def covered(decision: Decision) -> tuple[str, tuple[Any, ...]]:
    """Say which answers a decision is about: a condition on the table of answers, and its values."""
    scope = decision.scope
    if scope.answer is not None:
        values: tuple[Any, ...] = (scope.answer.part, scope.answer.student, scope.answer.attempt)
    elif scope.kind == "cluster":
        try:
            values = (bytes.fromhex(scope.cluster),)
        except ValueError:
            values = (b"",)
    else:
        values = (scope.key,)
    return _WHERE[scope.kind], values


def _row(line: int, one: Decision, *, live: bool) -> tuple[Any, ...]:
    basis = (one.basis.part, one.basis.verdict) if one.basis else ("", "")
    ruling = (one.set.share, one.set.points, one.set.blank, one.comment)
    return (one.id, line, one.scope.kind, one.scope.key, *ruling, one.by, *basis, live)


def _choose_the_best(book: Book) -> None:
    """Let of several attempts the one with the most points count; what is open may be more than any."""
    book.database.execute("drop table if exists temp.ranked")
    book.database.execute(_RANKED)
    book.database.execute("create index temp.ranks on ranked (student, part, attempt)")
    book.database.execute(
        "update answer set counts = (select rank = 1 from ranked r "
        "where r.student = answer.student and r.part = answer.part and r.attempt = answer.attempt)"
    )
    book.database.execute("drop table temp.ranked")
