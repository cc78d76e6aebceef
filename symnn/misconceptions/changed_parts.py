"""What a part of an answer becomes by each small change in it: found once, known in every answer that has the part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, product
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct

from symnn.equality.kept import Kept
from symnn.expressions.tree import Tree
from symnn.misconceptions.answer_spots import ALONE, EXCHANGE, LIKELY
from symnn.misconceptions.meeting import Meeting
from symnn.misconceptions.tensor_point import Array, Batch
from symnn.numeric.valued import Valued
from symnn.ops.shapes import Shape, size

__all__ = ["TOGETHER", "ChangedPart", "Inside", "KnownParts", "Shelf", "paired", "shelved"]

TOGETHER: Mapping[int, int] = MappingProxyType({EXCHANGE: LIKELY, LIKELY: EXCHANGE, ALONE: -1})
"""How unusual a change may be beside one of this rank: one of two exchanges something."""

_MOST_KEPT, _MOST_OF_PAIRS = 300_000, 100_000
"""So many numbers are new at one point (some 2 MiB), and so many are kept for the pairs of changes in one part."""

Shelf: TypeAlias = Mapping[Shape, Batch]
"""Batches by the shape of what they are worth."""


class Inside(Struct, frozen=True):
    """A part of a part: which child it is, the number of its first change, and what becomes of it."""

    child: int
    start: int
    part: ChangedPart


class ChangedPart:
    """What a part becomes by one change: ``inner`` by one in it, ``single`` also by one of the part itself.

    A change is known by its number: those of the part itself come first, then those in its first child, and so on.
    ``ranks`` says of each what it may go with; ``residues`` are what the part is worth after some of them, and what
    it takes to find that.
    """

    def __init__(self, own: Iterable[Batch], inner: Shelf, ranks: Array, inside: tuple[Inside, ...]) -> None:
        self.inner = inner
        self.single = shelved((*own, *inner.values()))
        self.ranks = ranks
        self.inside = inside
        self.twice: Shelf | None = None
        self.residues: dict[int, tuple[int, int]] = {}
        self._picked: dict[tuple[int, int, int], tuple[Batch, Batch]] = {}

    def below(self, number: int) -> Inside | None:
        """Find the part in which the change is made that has a number; None for a change of the part itself."""
        return next((one for one in reversed(self.inside) if one.start <= number), None)

    def within(self, way: Sequence[int]) -> Inside | None:
        """Find the part at the end of a way, with the number of its first change."""
        found = Inside(0, 0, self)
        for child in way:
            below = next((one for one in found.part.inside if one.child == child), None)
            if below is None:
                return None
            found = Inside(child, found.start + below.start, below.part)
        return found

    def of_rank(self, rows: Batch, least: int, most: int) -> Batch:
        """Keep the changes of some ranks; a part stands beside many others, so they are kept."""
        known = self._picked.get((id(rows), least, most))
        if known is None:
            ranks = self.ranks[rows.numbers]
            known = rows, rows.picked((ranks >= least) & (ranks <= most))
            self._picked[id(rows), least, most] = known
        return known[1]

    @cached_property
    def counts(self) -> Array:
        """How many changes of each rank have a value."""
        import numpy as np

        counts = (np.bincount(self.ranks[rows.numbers], minlength=ALONE + 1) for rows in self.single.values())
        return sum(counts, np.zeros(ALONE + 1, int))

    @cached_property
    def largest(self) -> int:
        """The size of the largest tensor that becomes of it, or of a part of it."""
        return max((*map(size, self.single), *(one.part.largest for one in self.inside)), default=0)

    @cached_property
    def pairs(self) -> int:
        """How many pairs of changes in different parts there are; none is worked out for it."""
        beside = (
            one[EXCHANGE] * (other[EXCHANGE] + other[LIKELY]) + one[LIKELY] * other[EXCHANGE]
            for one, other in combinations([one.part.counts for one in self.inside], 2)
        )
        return int(sum(beside)) + sum(one.part.pairs for one in self.inside)


class KnownParts:
    """Parts of answers by what they are and what they stand in."""

    def __init__(self) -> None:
        self._known = Kept[tuple[type, Tree], ChangedPart](_MOST_KEPT)

    def find(self, part: Tree, parent: Tree | None) -> ChangedPart | None:
        """Give a part that was looked at in another answer."""
        return self._known.find((type(parent), part))

    def keep(self, part: Tree, parent: Tree | None, found: ChangedPart) -> None:
        """Keep a part."""
        self._known.keep((type(parent), part), found, _numbers(found.single))

    def keep_twice(self, part: ChangedPart, twice: Shelf) -> None:
        """Keep what a part becomes by two changes, if that is little."""
        if sum(rows.values.array.size for rows in twice.values()) <= _MOST_OF_PAIRS:
            self._known.take(_numbers(twice))
            part.twice = twice


def _numbers(shelf: Shelf) -> int:
    return sum(rows.values.array.size + rows.numbers.size for rows in shelf.values())


def paired(
    one: Iterable[Batch], other: Iterable[Batch], first: Inside, second: Inside, meeting: Meeting | None = None
) -> Iterator[tuple[Valued, Valued, Array]]:
    """Put each change of one part beside each of another, where they go together; or only those numbers that meet."""
    import numpy as np

    for rows, more in product(one, other):
        for left in (EXCHANGE, LIKELY):
            here = first.part.of_rank(rows, left, left)
            there = second.part.of_rank(more, EXCHANGE, TOGETHER[left])
            many, few = len(here.numbers), len(there.numbers)
            if not (many and few):
                continue
            if meeting is not None:
                left_places, right_places = meeting(here.values.array, there.values.array)
                if len(left_places):
                    mine, yours = here.picked(left_places), there.picked(right_places)
                    numbers = mine.numbers + first.start, yours.numbers + second.start
                    yield mine.values, yours.values, np.stack(numbers, 1)
            else:
                repeated = Valued(np.repeat(here.values.array, few, axis=0), here.values.shape)
                tiled = Valued(np.concatenate([there.values.array] * many), there.values.shape)
                numbers = np.repeat(here.numbers + first.start, few), np.tile(there.numbers + second.start, many)
                yield repeated, tiled, np.stack(numbers, 1)


def shelved(found: Iterable[Batch | None]) -> Shelf:
    """Put batches together by the shape of their values."""
    import numpy as np

    shelves: dict[Shape, list[Batch]] = {}
    for rows in found:
        if rows is not None:
            shelves.setdefault(rows.values.shape, []).append(rows)
    return {
        shape: rows[0]
        if len(rows) == 1
        else Batch(
            Valued(np.concatenate([one.values.array for one in rows]), shape),
            np.concatenate([one.numbers for one in rows]),
        )
        for shape, rows in shelves.items()
    }
