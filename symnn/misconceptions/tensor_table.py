"""Wrong answers by what they are worth: found again by one binary search, also up to a sign or a factor 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from symnn.misconceptions.tensor_linear import TensorOutcome
from symnn.misconceptions.tensor_point import Array
from symnn.ops.shapes import Shape

__all__ = ["Hit", "TensorTable"]

FACTORS = (Fraction(1), Fraction(-1), Fraction(1, 2), Fraction(2), Fraction(-1, 2), Fraction(-2))
_NEAR = 1e-9
_FEW = 12


class Hit(Struct, frozen=True):
    """Changes whose result, times ``factor``, is the answer."""

    changes: tuple[int, ...]
    factor: Fraction


class _Shelf(Struct, frozen=True):
    """All outcomes of one shape, in the order of the real parts of their hashes."""

    order: Array
    hashes: Array
    changes: Array


class TensorTable:
    """The outcomes of changes, one by one and in pairs.

    ``apart`` are changes with what they add to the key and the terms of it that they reach: two of them simply add
    up where they reach different terms.
    """

    def __init__(
        self, outcomes: Iterable[TensorOutcome], truth: complex, apart: Sequence[tuple[int, complex, frozenset[int]]]
    ) -> None:
        import numpy as np

        parts: dict[Shape, list[TensorOutcome]] = {}
        for outcome in outcomes:
            parts.setdefault(outcome.shape, []).append(outcome)
        self.truth = truth
        self._shelves: dict[Shape, _Shelf] = {}
        for shape, found in parts.items():
            hashes = np.concatenate([outcome.hashes for outcome in found])
            changes = np.concatenate([outcome.changes for outcome in found])
            order = np.argsort(hashes.real)
            self._shelves[shape] = _Shelf(hashes.real[order], hashes[order], changes[order])
        self._apart = sorted(apart, key=lambda one: one[1].real)
        self._added = np.array([worth for _, worth, _ in self._apart], dtype=complex)

    def hits(self, shape: Shape, worth: complex) -> Iterator[Hit]:
        """Find what gives an answer of this shape and hash, up to a factor."""
        shelf = self._shelves.get(shape)
        if shelf is None:
            return
        for factor in FACTORS:
            yield from self._at(shelf, worth / float(factor), factor)

    def _at(self, shelf: _Shelf, worth: complex, factor: Fraction) -> Iterator[Hit]:
        import numpy as np

        reach = _NEAR * max(abs(worth), 1e-6)
        low, high = np.searchsorted(shelf.order, (worth.real - reach, worth.real + reach))
        for place in range(low, high):
            if abs(shelf.hashes[place] - worth) <= reach:
                first, second = (int(number) for number in shelf.changes[place])
                yield Hit((first,) if first == second else (first, second), factor)

    def sums(self, worth: complex) -> Iterator[Hit]:
        """Find two changes in different terms that together give an answer of the key's shape."""
        import numpy as np

        added = self._added
        for factor in FACTORS[:3]:
            wanted = worth / float(factor) - self.truth
            reach = _NEAR * max(abs(wanted), abs(self.truth))
            rest = wanted - added
            low = np.searchsorted(added.real, rest.real - reach)
            high = np.searchsorted(added.real, rest.real + reach)
            for second in np.flatnonzero(high > low)[:_FEW]:
                for first in range(int(low[second]), int(high[second])):
                    one, other = self._apart[first], self._apart[second]
                    if first < second and one[2].isdisjoint(other[2]) and abs(added[first] - rest[second]) <= reach:
                        yield Hit((one[0], other[0]), factor)
