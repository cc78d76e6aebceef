"""How large a network may be: counted from its declarations and shapes, before any work is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

from symnn.errors import Problem
from symnn.ops.shapes import Shape, shape_text, size

__all__ = [
    "MOST_ENTRIES",
    "MOST_MEMBERS",
    "MOST_PRODUCTS",
    "members_of",
    "refuse_too_large",
    "too_many_entries",
    "too_many_members",
]

MOST_ENTRIES = 1_000_000
"""How many entries all quantities of a network may have together.

Whatever looks at entries (values, paths, the judge) makes one name and one term of each: a million take
about 20 s and 1 GB (measured at 512 x 512: 4.4 s, 217 MB), which is as long as anybody should wait.
"""

MOST_PRODUCTS = 4_000_000
"""How many products one matrix product, convolution or pooling may take: written out, a minute's work."""

MOST_MEMBERS = 50_000
"""How many equations and names the ranges of the indices may stand for; each is read and checked on its own."""


def members_of(indices: Iterable[str], ranges: Mapping[str, tuple[int, int]]) -> int:
    """Count the members of something with these indices.

    >>> members_of(("i", "t"), {"i": (1, 2), "t": (0, 4)})
    10
    """
    return prod(ranges[index][1] - ranges[index][0] + 1 for index in indices)


def too_many_members(count: int, indices: Iterable[str]) -> Problem | None:
    """Refuse ranges that stand for more equations or names than can be handled."""
    if count <= MOST_MEMBERS:
        return None
    return Problem("too-many-members", {"indices": tuple(indices), "count": f"{count:,}", "most": f"{MOST_MEMBERS:,}"})


def refuse_too_large(name: str, shape: Shape, together: int) -> Problem:
    """Refuse a value inside an equation: it has too many entries, or each is made of too many others."""
    if size(shape) > MOST_ENTRIES:
        return _entries(size(shape), name, shape)
    facts = {"name": name, "count": f"{size(shape) * together:,}", "most": f"{MOST_PRODUCTS:,}"}
    return Problem("too-many-products", facts)


def too_many_entries(shapes: Mapping[str, Shape]) -> Problem | None:
    """Refuse a network whose quantities have too many entries together; the largest one is named.

    >>> too_many_entries({"W": (9999, 9999), "x": (9999,)}).facts["count"]
    '99,990,000'
    """
    count = sum(map(size, shapes.values()))
    if count <= MOST_ENTRIES:
        return None
    largest = max(shapes, key=lambda name: size(shapes[name]))
    return _entries(count, largest, shapes[largest])


def _entries(count: int, name: str, shape: Shape) -> Problem:
    facts = {"name": name, "shape": shape_text(shape), "count": f"{count:,}", "most": f"{MOST_ENTRIES:,}"}
    return Problem("too-many-entries", facts)
