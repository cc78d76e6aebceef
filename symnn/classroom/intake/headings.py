"""What the columns of a table are, told from their titles; where that is not sure, nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from symnn.exercises.file import ExerciseFile

__all__ = [
    "WORTH",
    "ColumnHeading",
    "Course",
    "Target",
    "aimed_at",
    "bare_title",
    "folded_title",
    "heading",
    "is_nobody",
    "roles_of",
    "targets_of",
]

Target = tuple[str, str]
"""An exercise and one of its parts."""


def _roles() -> Mapping[str, str]:
    """Read the words of titles, which stand beside this file: a role with a colon, below it its words."""
    found: dict[str, str] = {}
    role = ""
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith((" ", "#")):
            role = line.rstrip(":")
        elif line.startswith(" "):
            found |= {word.strip(): role for word in line.split("|")}
    return MappingProxyType(found)


_ROLE: Final = _roles()
"""What a column is whose whole title is one of these words, in any case."""

_NOBODY: Final = "nobody"
_INSIDE: Final = (
    (
        "student",
        re.compile(
            r"[学學][号號]|学籍番号|学生番号|\bstudent (?:id|number|no)\b|\bid number\b|\bmatri(?:culation|kel)"
            r"|\bnuméro d['’ ]?étudiant|\bn[°º] (?:d['’])?étudiant|\bnúmero de (?:estudiante|matrícula)",
            re.IGNORECASE,
        ),
    ),
    ("name", re.compile(r"姓名|氏名|\b(?:full|your|student) name\b", re.IGNORECASE)),
    ("weak", re.compile(r"邮箱|電子郵件|\be-?mail\b", re.IGNORECASE)),
    ("group", re.compile(r"班[级級]", re.IGNORECASE)),
)
"""Words that tell it also inside a longer title."""

_OTHER: Final = re.compile(
    r"(?:grade|成绩|评分)/[\d.,]+|[\d.,]+|q\.? ?\d+ ?/ ?[\d.,]+|(?:question|right answer|试题|正确答案) ?\d+",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(r"^(?:[Qq](?:uestion )?\d+|\d+|第\s*\d+\s*题)\s*[.、:)]\s*|^[Qq]\d+\s+")
_MARKED: Final = re.compile(
    r"\s*(?:\((?:必填|选填|自动|required|optional)\)|\[(?:Score|分数)\]|[:*])\s*$", re.IGNORECASE
)
_MARKS: Final = re.compile(
    r"(?:得分|分[数數]|[评評]分|\b(?:points?|score|marks?))\s*[:)\]]?$|^(?:points?|score|marks?|得分|分[数數])\s*[:-]",
    re.IGNORECASE,
)
"""How a title begins or ends above the points that somebody has given for a part."""
WORTH: Final = re.compile(r"[(\[][^()\[\]]*?(\d+(?:\.\d+)?) ?(?:分|pts?\b|points?\b|score\b)", re.IGNORECASE)
"""How a title says how many points a part is worth."""
_LONGEST: Final = 500
"""Characters of a title in which anything is looked for."""
_BETWEEN: Final = re.compile(r"[\s/\\.:_|>›»·–—-]+")
"""What people write between an exercise and its part, in titles and in names of files."""
_IMPORTED: Final = '{"importid"'
"""How a row begins that Qualtrics writes below its titles."""
_LIKE_A_TARGET: Final = re.compile(r"[A-Za-z][\w.-]*\s*/\s*[\w. -]+", re.ASCII)


class ColumnHeading(Struct, frozen=True):
    """What one title says: a role, or a target; ``exactly`` if it says nothing else.

    ``role`` is empty where nobody knows, and ``split`` where a cell holds name and id together.
    """

    title: str
    role: str = ""
    target: Target | None = None
    exactly: bool = False

    @property
    def is_like_a_target(self) -> bool:
        """Tell if somebody meant to write ``exercise/part``."""
        return not self.role and _LIKE_A_TARGET.fullmatch(bare_title(self.title)) is not None


def is_nobody(student: str) -> bool:
    """Say whether a row is one that a platform adds, and no student's: Canvas's maxima, Moodle's averages.

    >>> is_nobody("    Points Possible"), is_nobody("Jane")
    (True, False)
    """
    shown = folded_title(student).strip().casefold()
    return _ROLE.get(shown) == _NOBODY or shown.startswith(_IMPORTED)


def folded_title(title: str) -> str:
    r"""Fold widths and blanks, so that a title is the same however it was typed.

    >>> folded_title("\ufeff学号（必填）\n ")
    '学号(必填)'
    """
    return " ".join(unicodedata.normalize("NFKC", title).replace("\ufeff", "").split())


def bare_title(title: str) -> str:
    """Take off what forms put around a title: its number, that it must be filled in, its score.

    >>> bare_title("3、midges/Af（必填）"), bare_title("Q2. Find it [Score]")
    ('midges/Af', 'Find it')
    """
    shown = folded_title(title)
    while (shorter := _MARKED.sub("", _NUMBERED.sub("", shown))) != shown:
        shown = shorter
    return shown


class _Targets(dict[str, Target]):
    """What may be answered, by its name, and as it may be spelled: in capitals, with another sign between."""

    def __init__(self, known: Mapping[str, Target]) -> None:
        super().__init__(known)
        spelled: dict[str, set[Target]] = {}
        for target in known.values():
            spelled.setdefault(_spelling("/".join(target)), set()).add(target)
        self.spelled = {name: targets.pop() for name, targets in spelled.items() if len(targets) == 1}


def _spelling(name: str) -> str:
    return _BETWEEN.sub("-", name.strip()).casefold()


def targets_of(exercises: Mapping[str, ExerciseFile]) -> Mapping[str, Target]:
    """List what may be answered: ``exercise/part``, and the exercise alone where it has one part."""
    known: dict[str, Target] = {}
    for name, exercise in exercises.items():
        known |= {f"{name}/{part.id}": (name, part.id) for part in exercise.parts}
        if len(exercise.parts) == 1:
            known[f"{name}/"] = (name, exercise.parts[0].id)
    return _Targets(known)


def aimed_at(name: str, targets: Mapping[str, Target]) -> Target | None:
    """Give what a name means that says nothing but what is answered, however it is spelled; None if nothing.

    >>> aimed_at("midges / Af", {"midges/Af": ("midges", "Af")})
    ('midges', 'Af')
    """
    closed = re.sub(r"\s*/\s*", "/", name.strip()) if "/" in name else name.strip()
    found = targets.get(closed)
    if found is None and isinstance(targets, _Targets) and len(name) <= _LONGEST:
        return targets.spelled.get(_spelling(name))
    return found


def heading(title: str, targets: Mapping[str, Target]) -> ColumnHeading:
    """Say what a title means.

    >>> targets = {"midges/Af": ("midges", "Af")}
    >>> heading("1. midges/Af: Compute A(f)", targets).target, heading("您的学号：", targets).role
    (('midges', 'Af'), 'student')
    >>> heading("midges/Af 得分", targets).role, heading("midges/Af [3 points]", targets).role
    ('other', 'part-answer')
    """
    shown = bare_title(title)
    target = aimed_at(shown, targets)
    if target is not None:
        return ColumnHeading(title, "part-answer", target, exactly=True)
    word = _ROLE.get(shown.lower()) or _ROLE.get(folded_title(title).lower())
    if word is not None:
        return ColumnHeading(title, word, exactly=True)
    if _OTHER.fullmatch(shown):
        return ColumnHeading(title, "other", exactly=True)
    inside = _contained(shown, targets)
    if inside and _MARKS.search(shown) and not WORTH.search(shown):
        return ColumnHeading(title, "other")
    if len(inside) == 1:
        return ColumnHeading(title, "part-answer", inside[0])
    roles = [role for role, pattern in _INSIDE if pattern.search(shown)]
    if "student" in roles and "name" in roles:
        return ColumnHeading(title, "split")
    return ColumnHeading(title, roles[0] if roles else "")


def _contained(title: str, targets: Mapping[str, Target]) -> list[Target]:
    """List what a longer title names."""
    if "/" not in title or len(title) > _LONGEST:
        return []
    named = re.findall(r"[A-Za-z][\w.-]*/[\w.-]*\w", title, re.ASCII)
    found = (aimed_at(name, targets) for name in named)
    return list(dict.fromkeys(target for target in found if target is not None))


def roles_of(headings: Iterable[ColumnHeading]) -> Mapping[str, tuple[int, ...]]:
    """List the places of every role."""
    places: dict[str, list[int]] = {}
    for place, one in enumerate(headings):
        places.setdefault(one.role, []).append(place)
    return {role: tuple(found) for role, found in places.items()}


class Course(Struct, frozen=True, dict=True):
    """What the intake has to know of a course: what can be answered, and the kind of each part."""

    targets: Mapping[str, Target]
    kinds: Mapping[Target, str]

    def meaning(self, title: str) -> ColumnHeading:
        """Say what a title means; each is looked through once, however often a header is looked for."""
        known = self._known.get(title)
        if known is None:
            known = self._known[title] = heading(title, self.targets)
        return known

    @cached_property
    def _known(self) -> dict[str, ColumnHeading]:
        return {}

    def kind(self, target: Target) -> str:
        """Give the kind of a part."""
        return self.kinds[target]
