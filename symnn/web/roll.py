"""Who is in a class: the ids of a roster with the codes by which students sign in."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from symnn.classroom.intake.headings import folded_title, heading, roles_of
from symnn.classroom.intake.identities import Student, identified
from symnn.classroom.intake.roster import roster_in, sheets_of
from symnn.classroom.intake.rows import TableRow
from symnn.errors import Fact, OperatorError, Place, Problem
from symnn.messages import raisable

__all__ = ["SHORTEST_CODE", "Roll", "roll_in"]

SHORTEST_CODE: Final = 6
"""Characters of a code; a shorter one could be found by trying."""
_TITLES: Final = frozenset(
    {"code", "access code", "sign-in code", "pin", "password", "口令", "登录码", "登入碼", "验证码", "密码", "密碼"}
)


class Roll(Struct, frozen=True):
    """The students of a class by their ids, each with a code."""

    students: Mapping[str, Student]
    codes: Mapping[str, str]

    def knows(self, student: str, code: str) -> bool:
        """Tell if a code is that of a student; it takes as long for ids that are in no roster."""
        own = self.codes.get(student, "")
        return hmac.compare_digest(own.encode(), folded_title(code).encode("utf-8", "replace")) and bool(own)


def roll_in(path: Path) -> Roll:
    """Read a roster with codes.

    Raises: OperatorError if it cannot be read, has no column of codes, or a code that could be found by trying.
    """
    students = {one.id: one for one in roster_in(path)}
    codes = _codes(path)
    for student in students:
        if len(codes.get(student, "")) < SHORTEST_CODE:
            facts: dict[str, Fact] = {"student": student, "least": SHORTEST_CODE}
            raise raisable(OperatorError, Problem("code-too-short", facts, place=Place(str(path))))
    return Roll(MappingProxyType(students), MappingProxyType({student: codes[student] for student in students}))


def _codes(path: Path) -> dict[str, str]:
    for sheet in sheets_of(path, lambda row: _code_column(row) is not None):
        for place, header in enumerate(sheet.head):
            column = _code_column(header)
            if column is None:
                continue
            places = roles_of(heading(title, {}) for title in header.fields)
            at = next(iter((*places.get("student", ()), *places.get("weak", ()))), 0)
            rows = sheet.below(place, [])
            return {
                identified(row.at(at), Place(sheet.file, row.line))[0]: folded_title(row.at(column)) for row in rows
            }
    raise raisable(OperatorError, Problem("roster-without-codes", place=Place(str(path))))


def _code_column(row: TableRow) -> int | None:
    return next((place for place, title in enumerate(row.fields) if folded_title(title).lower() in _TITLES), None)
