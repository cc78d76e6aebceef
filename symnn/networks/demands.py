"""What every builder demands of what it is given, and the title of what it built."""

from __future__ import annotations

from symnn.documents.kinds import Bilingual
from symnn.errors import Problem, UsageError
from symnn.messages import raisable, say
from symnn.ops.table import OF_NUMBERS

__all__ = ["LARGEST", "built_title", "demand_activation", "demand_sizes"]

LARGEST = 4096
"""No axis of a network that a builder makes is longer."""


def demand_sizes(least: int = 1, **sizes: int) -> tuple[int, ...]:
    """Give sizes in their order. Raises: UsageError for one that no network has."""
    for name, size in sizes.items():
        if not isinstance(size, int) or not least <= size <= LARGEST:
            raise raisable(UsageError, Problem("bad-size", {"name": name, "size": str(size), "least": least}))
    return tuple(sizes.values())


def demand_activation(name: str) -> None:
    """Refuse a word that names no function of one number. Raises: UsageError with those there are.

    >>> demand_activation("tanh")
    """
    choices = tuple(sorted(one for one, record in OF_NUMBERS.items() if record.is_function))
    if name not in choices:
        raise raisable(UsageError, Problem("unknown-activation", {"name": name, "choices": choices}))


def built_title(name: str) -> Bilingual:
    """Title a network that a builder made, in both languages."""
    facts = {"name": name}
    return Bilingual(say("built-network", facts, "zh"), say("built-network", facts, "en"))
