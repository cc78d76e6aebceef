"""What a course has decided about marks: which attempt counts, what nobody can read is worth, what being late costs."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from symnn.classroom.submissions import Attempts, moment

__all__ = ["LENIENT", "Late", "Policy", "taken_off"]

_SECONDS_A_DAY: Final = 86_400


class Late(Struct, frozen=True):
    """What an answer after ``due`` loses: ``percent`` of its mark for every day that has begun."""

    due: str
    percent: float

    def days(self, time: str) -> int:
        """Count the days that an answer is late; one whose time nobody knows is not.

        >>> Late("2025-11-20 23:59", 10).days("2025-11-21 00:10"), Late("2025-11-20", 10).days("20/11/2025 18:00")
        (1, 0)
        """
        handed_in, due = _instant(time), _instant(self.due, at_the_end=True)
        if handed_in is None or due is None:
            return 0
        return max(0, math.ceil((handed_in - due).total_seconds() / _SECONDS_A_DAY))

    @property
    def is_a_time(self) -> bool:
        """Tell if ``due`` is a time."""
        return _instant(self.due) is not None

    @property
    def is_a_share(self) -> bool:
        """Tell if ``percent`` can be taken off."""
        return 0 < self.percent <= 100  # noqa: PLR2004 - percent


class Policy(Struct, frozen=True):
    """What the course has decided."""

    attempts: Attempts = "last"
    unreadable: Literal["person", "zero"] = "person"
    late: Late | None = None


LENIENT: Final = Policy()


def taken_off(points: float, days: int, percent: float) -> float:
    """Give what is taken off a mark for days of being late, never more than the mark.

    >>> taken_off(4, 2, 10), taken_off(4, 20, 10)
    (0.8, 4)
    """
    return min(points, round(points * days * percent / 100, 10))


def _instant(time: str, *, at_the_end: bool = False) -> datetime | None:
    """Read a time; a day alone is its begin or its end."""
    year, month, day, *clock = moment(time)
    hour, minute, second = (23, 59, 59) if at_the_end and ":" not in time else clock
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - as the form has written it, without a zone
    except ValueError:
        return None
