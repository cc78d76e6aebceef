"""Which of several columns is meant, where titles alone do not say it: the others stand beside it and are not read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from symnn.classroom.intake.headings import WORTH, ColumnHeading, Target, aimed_at, folded_title
from symnn.classroom.intake.rows import TableRow

__all__ = ["answering", "are_marks", "identifying", "is_remark", "named_beside", "naming", "taken_apart"]

_WHOEVER = frozenset({"student", "学生", "學生", "students"})
"""Titles of a column of ids or of names: where another one is an id, it is the names."""
_LOGIN = "login"
_TARGETS_IN = ("part", "exercise", "", "other")
"""Roles of columns that may hold ``exercise/part`` in every cell, the likelier first."""
_MOST_BESIDE = 30
"""So many of the shortest titles of one part are looked for in the others."""
_MARKS = frozenset(":：")
_RESPONSE = re.compile(r"(?:response|答案|回答|作答) ?(\d{1,4})")
_QUESTION = re.compile(r"(?:question|试题|题目) ?(\d{1,4})")
_ANSWERED_BY_NUMBERS = frozenset({"number", "choice"})


def answering(headings: Sequence[ColumnHeading], places: Iterable[int]) -> tuple[int, ...]:
    """Choose of the columns of one part that with the answers; several where that is not sure.

    A title that repeats another one with more around it, as ``Points - midges/Af``, is about that one.

    >>> found = [ColumnHeading(title, "part-answer", ("m", "a")) for title in ("1. m/a x", "Points - 1. m/a x", "m/a")]
    >>> exactly = [*found[:2], ColumnHeading("m/a", "part-answer", ("m", "a"), True)]
    >>> answering(found, (0, 1)), answering(exactly, (0, 1, 2))
    ((0,), (2,))
    """
    whole = _not_beside(headings, places)
    exactly = [place for place in whole if headings[place].exactly]
    return tuple(exactly if len(exactly) == 1 else whole)


def identifying(headings: Sequence[ColumnHeading], places: Sequence[int]) -> tuple[int, ...]:
    """Choose of columns that may say who answers those that say it best: an id before a login, both before "student".

    >>> identifying([ColumnHeading("Student"), ColumnHeading("SIS User ID"), ColumnHeading("SIS Login ID")], (0, 1, 2))
    (1,)
    """
    titles = {place: folded_title(headings[place].title).casefold() for place in _not_beside(headings, places)}
    ids = tuple(place for place in titles if titles[place] not in _WHOEVER) or tuple(titles)
    return tuple(place for place in ids if _LOGIN not in titles[place]) or ids


def _not_beside(headings: Sequence[ColumnHeading], places: Iterable[int]) -> list[int]:
    """Leave out the columns whose titles repeat another one's with more around it."""
    titles = {place: folded_title(headings[place].title) for place in places}
    others = sorted(set(titles.values()), key=len)[:_MOST_BESIDE]
    return [place for place in titles if not any(other in titles[place] != other for other in others)]


def naming(
    places: Mapping[str, tuple[int, ...]], values: Callable[[int], tuple[str, ...]], targets: Mapping[str, Target]
) -> int | None:
    """Find the column whose every cell names what is answered, whatever its title is; None if there is none."""
    for role in _TARGETS_IN:
        for place in places.get(role, ()):
            held = values(place)
            if held and all(aimed_at(text, targets) for text in held):
                return place
    return None


def named_beside(
    headings: Sequence[ColumnHeading],
    values: Callable[[int], tuple[str, ...]],
    meaning: Callable[[str], ColumnHeading],
) -> list[ColumnHeading]:
    """Name the responses of a quiz by the questions that stand in columns beside them, the same in every row.

    >>> from symnn.classroom.intake.headings import heading
    >>> titles = [ColumnHeading("Question 1", "other", exactly=True), ColumnHeading("Response 1")]
    >>> held = (("m/a: find it",), ("x", "y")).__getitem__
    >>> [one.target for one in named_beside(titles, held, lambda text: heading(text, {"m/a": ("m", "a")}))]
    [None, ('m', 'a')]
    """
    shown = [folded_title(heading.title).casefold() for heading in headings]
    asked = {one[1]: place for place, title in enumerate(shown) if (one := _QUESTION.fullmatch(title))}
    found = list(headings)
    for place, heading in enumerate(headings) if asked else ():
        response = None if heading.role else _RESPONSE.fullmatch(shown[place])
        held = values(asked[response[1]]) if response and response[1] in asked else ()
        target = meaning(held[0]).target if len(held) == 1 else None
        if target is not None:
            found[place] = ColumnHeading(heading.title, "part-answer", target)
    return found


def are_marks(
    parts: Mapping[int, Target],
    headings: Sequence[ColumnHeading],
    values: Callable[[int], tuple[str, ...]],
    kind: Callable[[Target], str],
) -> bool:
    """Tell if points stand where answers should: below titles that say what a part is worth are numbers up to that.

    A number may be an answer where one is asked for, so one of the columns must be about something else.

    >>> headings = [ColumnHeading("m/a(2分)"), ColumnHeading("m/b(1分)")]
    >>> parts, kind = {0: ("m", "a"), 1: ("m", "b")}, {("m", "a"): "formula", ("m", "b"): "number"}.__getitem__
    >>> [are_marks(parts, headings, lambda _, held=held: held, kind) for held in (("1", "0"), ("x1", "0"))]
    [True, False]
    """
    worth = {place: float(found[1]) for place in parts if (found := WORTH.search(folded_title(headings[place].title)))}
    filled = [place for place in worth if values(place)]
    is_asked_otherwise = any(kind(parts[place]) not in _ANSWERED_BY_NUMBERS for place in filled)
    return is_asked_otherwise and all(_is_up_to(worth[place], values(place)) for place in filled)


def _is_up_to(most: float, texts: Iterable[str]) -> bool:
    try:
        return all(0 <= float(text) <= most for text in texts)
    except ValueError:
        return False


_ID = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{0,4}\d[A-Za-z0-9-]{2,}(?![A-Za-z0-9])")


def taken_apart(written: str, take: int) -> tuple[str, str]:
    """Take a cell that holds an id and a name apart: the piece at a place, but who wrote them round is known by digits.

    >>> taken_apart("张三 2023001", 2), taken_apart("2023001 张三", 2), taken_apart("张三2023001", 2)
    (('2023001', '张三'), ('2023001', '张三'), ('2023001', '张三'))
    >>> taken_apart("a┋b", 2)
    ('b', 'a')
    """
    pieces = [piece.strip() for piece in written.split("┋")] if "┋" in written else written.split()
    if not (take <= len(pieces) and any(map(str.isdigit, pieces[take - 1]))):
        ids = _ID.findall(written)
        if len(ids) == 1:
            return ids[0], " ".join(written.replace(ids[0], " ").replace("┋", " ").split())
    student = pieces[take - 1] if take <= len(pieces) else ""
    return student, " ".join(piece for place, piece in enumerate(pieces, 1) if place != take)


def is_remark(row: TableRow, student: int) -> bool:
    """Tell if a row is a remark below a table: only where the student should be there is a text, and no id.

    >>> is_remark(TableRow(("导出时间：2025-11-20", "", ""), 7), 0), is_remark(TableRow(("007", "", ""), 8), 0)
    (True, False)
    """
    held = [place for place, field in enumerate(row.fields) if field.strip()]
    return held == [student] and not _MARKS.isdisjoint(row.at(student))
