"""How the benchmarks measure: rounds in turn, so that all suffer alike from a busy machine; medians."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))  # a checkout that is not installed can be measured too


def medians(actions: Mapping[str, Callable[[], object]], *, repeat: int, rounds: int = 15) -> dict[str, float]:
    """Time each action ``repeat`` times a round, round after round; give the median seconds for one time."""
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for action in actions.values():
        action()
    for _ in range(rounds):
        for name, action in actions.items():
            start = perf_counter()
            for _ in range(repeat):
                action()
            seconds[name].append((perf_counter() - start) / repeat)
    return {name: median(times) for name, times in seconds.items()}


def shown(seconds: float) -> str:
    """Write a time with a fitting unit.

    >>> shown(0.0021), shown(3.2e-6), shown(61.0)
    ('2.10 ms', '3.20 µs', '61.0 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size or unit == "µs":
            return f"{seconds / size:#.3g} {unit}"
    return ""
