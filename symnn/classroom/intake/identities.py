"""Who a student is: ids are text, whatever a spreadsheet did to them; which are the same, only a roster can say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from symnn.classroom.submissions import Answer
from symnn.errors import Fact, Place, Problem

__all__ = ["Student", "alike_ids", "enrolled", "identified"]

_EXCEL_TEXT: Final = re.compile(r'="(.*)"')
_MARKED: Final = re.compile(r"^(?:'|#(?=\w))")
"""What a spreadsheet and a platform put before an id, so that it is not taken for a number."""
_SCIENTIFIC: Final = re.compile(r"(\d)(?:\.(\d{1,40}))?E\+?(\d{1,3})", re.IGNORECASE)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of characters that nobody sees: an id that holds one could not be found again in the grades."""
_WHOLE: Final = re.compile(r"(\d+)(?:\.0+)?")


class Student(Struct, frozen=True):
    """One student of a roster."""

    id: str
    name: str = ""
    group: str = ""


def identified(written: str, place: Place) -> tuple[str, Problem | None]:
    """Read an id as text; one that cannot be used is empty, with the problem.

    ``="007"``, ``'007`` and ``#007`` are 007, full-width digits are digits. A number in scientific form that kept
    all its digits is written out again; one that lost some stands as it is, and is a problem.

    >>> identified("００８", Place("")), identified("2.0230102E+7", Place(""))[0]
    (('008', None), '20230102')
    """
    shown = "".join(unicodedata.normalize("NFKC", written).replace("\\ufeff", "").strip().split("\\n"))
    excel = _EXCEL_TEXT.fullmatch(shown)
    student = _MARKED.sub("", excel[1] if excel else shown).strip()
    if not student:
        return "", Problem("no-student", place=place)
    if any(unicodedata.category(sign) in _UNSEEN for sign in student):
        return "", Problem("bad-student", place=place)
    number = _SCIENTIFIC.fullmatch(student)
    if number is None:
        return student, None
    if len(number[2] or "") == int(number[3]):
        return number[1] + (number[2] or ""), None
    return student, Problem("id-looks-destroyed", {"student": student}, place=place)


def _without_point(student: str) -> str:
    whole = _WHOLE.fullmatch(student)
    return whole[1] if whole else student


def _shortest(student: str) -> str:
    """Give what is left of an id when a spreadsheet has taken it for a number, and nobody looked at capitals."""
    return _without_point(student).lstrip("0").casefold() or "0"


def alike_ids(answers: Iterable[Answer]) -> Iterator[Problem]:
    """Name the ids that are one number, or one but for capitals: probably one student, but only a roster can tell."""
    groups: dict[str, dict[str, Answer]] = {}
    for answer in answers:
        written = answer.student
        alike = _shortest(written) if _WHOLE.fullmatch(written) else written.casefold()
        groups.setdefault(alike, {}).setdefault(written, answer)
    for found in groups.values():
        if len(found) > 1:
            places = tuple(str(answer.place) for answer in found.values())
            facts: dict[str, Fact] = {"students": tuple(found), "places": places}
            yield Problem("ids-alike", facts, place=next(iter(found.values())).place)


def enrolled(answers: Iterable[Answer], roster: Iterable[Student]) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """Find each written id in a roster: as it is, without ``.0``, or, if one fits, without leading zeros and capitals.

    Gives the roster's spelling by the written one, and a notice for each that is not there.
    """
    known = {student.id for student in roster}
    shortest: dict[str, set[str]] = {}
    for student in known:
        shortest.setdefault(_shortest(student), set()).add(student)
    found: dict[str, str] = {}
    strangers: list[Problem] = []
    for answer in answers:
        written = answer.student
        if written in found:
            continue
        candidates = {_without_point(written)} & known or shortest.get(_shortest(written), set())
        if written in known or len(candidates) == 1:
            found[written] = written if written in known else next(iter(candidates))
        else:
            found[written] = written
            strangers.append(Problem("not-on-roster", {"student": written}, place=answer.place))
    return MappingProxyType(found), tuple(strangers)
