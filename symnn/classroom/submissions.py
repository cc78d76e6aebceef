"""What a class handed in: answers with who gave them, to what, when, and where they stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

from symnn.errors import Place, Problem

__all__ = [
    "Answer",
    "Attempts",
    "Submissions",
    "Taker",
    "counted_attempts",
    "joined_files",
    "moment",
    "numbered_attempts",
]

Attempts = Literal["last", "best", "first"]
"""Which of several answers to a part counts."""


class Answer(Struct, frozen=True):
    """One student's answer to one part; ids are text, ``007`` stays ``007``.

    ``text`` is what is graded, ``raw`` what was handed in; ``attempt`` 0 where nobody said which it is.
    """

    student: str
    exercise: str
    part: str
    text: str
    attempt: int = 1
    place: Place = Place("")
    raw: str = ""
    name: str = ""
    time: str = ""
    group: str = ""

    @property
    def target(self) -> str:
        """What it answers: ``exercise/part``."""
        return f"{self.exercise}/{self.part}"

    @property
    def handed_in(self) -> str:
        """The answer as it was handed in."""
        return self.raw or self.text

    @property
    def is_blank(self) -> bool:
        """Tell if there is no answer."""
        return not self.text.strip()


class Taker(Protocol):
    """What takes answers as they are read: a list, or a place for very many."""

    def append(self, answer: Answer, /) -> None:
        """Take one."""


class Submissions(Struct, frozen=True):
    """What could not be read of what was handed in, and notices that do no harm."""

    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()


def joined_files(several: Iterable[Submissions]) -> Submissions:
    """Put several files together."""
    listed = tuple(several)
    return Submissions(
        tuple(problem for one in listed for problem in one.problems),
        tuple(notice for one in listed for notice in one.notices),
    )


def numbered_attempts(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Give the attempts of every student at every part their numbers.

    As they are numbered where they are handed in; else by time where all have one, else in order. The same text
    twice in the same attempt (in a page and in a file beside it) is one answer.
    """
    by_part: dict[tuple[str, str, str], list[Answer]] = {}
    for answer in answers:
        by_part.setdefault((answer.student, answer.exercise, answer.part), []).append(answer)
    found: list[Answer] = []
    for same in by_part.values():
        if len(same) == 1 and same[0].attempt:
            found += same
            continue
        distinct = _distinct(same)
        number = 0
        for answer in sorted(distinct, key=_order(distinct)):
            number = max(number + 1, answer.attempt)
            found.append(answer if answer.attempt == number else replace(answer, attempt=number))
    return tuple(found)


def _distinct(same: list[Answer]) -> list[Answer]:
    """Leave out what was only handed in twice, in the same words."""
    seen: dict[tuple[str, str, int], Answer] = {}
    for answer in same:
        seen.setdefault((answer.text, answer.time, answer.attempt), answer)
    return list(seen.values())


def _order(same: list[Answer]) -> Callable[[Answer], Any]:
    """Choose what orders attempts: their numbers, their times if all have one, their places."""
    timed = all(answer.time for answer in same)
    return lambda answer: (answer.attempt, moment(answer.time) if timed else (), same.index(answer))


def counted_attempts(answers: Iterable[Answer], attempts: Attempts) -> Mapping[tuple[str, str], Answer]:
    """Say which answer of each student to each part counts, by the policy; ``best`` is known only from the marks.

    A blank answer given after another one does not take its place: forms list every part in every submission.
    """
    chosen: dict[tuple[str, str], Answer] = {}
    for answer in sorted(answers, key=lambda answer: answer.attempt):
        earlier = chosen.get((answer.student, answer.target))
        if earlier is None or earlier.is_blank or (attempts != "first" and not answer.is_blank):
            chosen[answer.student, answer.target] = answer
    return chosen


_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = re.compile(rf"(?<![a-z])({'|'.join(_MONTHS)})[a-z]*")
_AFTERNOON: Final = re.compile(r"\bp\.?m\b|下午")
_MONTHS_A_YEAR: Final = 12
_LONGEST_TIME: Final = 100


def moment(time: str) -> tuple[int, ...]:
    """Give a time as year, month, day, hour, minute, second, however a form has written it.

    >>> moment("2025/11/20 3:14:15 PM GMT+8"), moment("Thursday, 20 November 2025, 3:14 AM")
    ((2025, 11, 20, 15, 14, 15), (2025, 11, 20, 3, 14, 0))
    """
    text = time.lower()[:_LONGEST_TIME]
    clock = _CLOCK.search(text)
    day = text[: clock.start()] if clock else text
    year = _YEAR.search(day)
    named = _MONTH.search(day)
    numbers = [int(digits) for digits in re.findall(r"\d+", day[: year.start()] + day[year.end() :] if year else day)][
        :2
    ]
    if named:
        numbers = [_MONTHS.index(named[1]) + 1, *numbers[:1]]
    elif numbers and numbers[0] > _MONTHS_A_YEAR:
        numbers.reverse()  # 20/11/2025
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    if clock and _AFTERNOON.search(text):
        hour = hour % 12 + 12
    return (int(year[0]) if year else 0, *[*numbers, 0, 0][:2], hour, minute, second)
