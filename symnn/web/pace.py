"""How often somebody may ask: so many times at once, and so many a second after that."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

__all__ = ["Pace"]

_MOST_KEPT: Final = 20_000


class Pace:
    """A bucket for each name, which empties with each request and fills with time.

    >>> pace = Pace(2, 1.0, clock=lambda: 0.0)
    >>> [pace.allows("a") for _ in range(3)], pace.allows("b")
    ([True, True, False], True)
    """

    def __init__(self, at_once: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.at_once = at_once
        self.per_second = per_second
        self.clock = clock
        self.left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, name: str) -> bool:
        """Take one from a bucket, if there is one in it."""
        now = self.clock()
        before, since = self.left.pop(name, (float(self.at_once), now))
        left = min(float(self.at_once), before + (now - since) * self.per_second)
        self.left[name] = (left - 1 if left >= 1 else left, now)
        if len(self.left) > _MOST_KEPT:
            self.left.popitem(last=False)
        return left >= 1
