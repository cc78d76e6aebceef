"""Inputs packed once, and results that are unpacked when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import prod
from operator import itemgetter
from typing import Any, Final

from msgspec import Struct

from symnn.networks.dense import Dense, EntryPlace

__all__ = ["Packed", "Packing", "Unpacked"]

_WIDE: Final = 50
"""From so many products on, vectors beat single numbers for any number of samples (measured: 3-4-3-1 does, alone at
1000 samples, 5-5-5-1 at 20 000)."""

_SAMPLES: Final = 1000
"""Up to so many samples, what a line of code costs by itself decides: fewer lines are better."""


class Packed(Struct, frozen=True):
    """What is given to a step, in the arrays that its code works on: made by `Step.pack`.

    ``given`` holds them by name, ``batched`` the names given per sample, ``count`` how many samples there are (None
    at one point). Where ``dense``, the names are those of vectors and matrices, and of what is in no layer.
    """

    given: Mapping[str, Any]
    batched: frozenset[str]
    count: int | None
    dense: bool = False


class Unpacked(Mapping[str, Any]):
    """The numbers that lie in arrays, by name; an entry is taken out when it is asked for.

    >>> import numpy as np
    >>> places = {"a1": EntryPlace("a1 to a2", (0,)), "a2": EntryPlace("a1 to a2", (1,))}
    >>> found = Unpacked({"a1 to a2": np.array([0.5, 1.5])}, places)
    >>> found["a2"], list(found)
    (1.5, ['a1', 'a2'])
    """

    def __init__(self, arrays: Mapping[str, Any], places: Mapping[str, EntryPlace]) -> None:
        self.arrays = arrays
        self.places = places

    def __getitem__(self, name: str) -> Any:
        """Give the number, or one number for each sample."""
        place = self.places[name]
        whole, index = place.whole, place.index
        found = self.arrays[whole][(..., *index)] if index else self.arrays[whole]
        return found if getattr(found, "ndim", 0) else float(found)

    def __iter__(self) -> Iterator[str]:
        """Go through the names in the order of the network."""
        return iter(self.places)

    def __len__(self) -> int:
        """Count the names."""
        return len(self.places)

    def __repr__(self) -> str:
        """Write it as the dict that it stands for."""
        return repr(dict(self))


class Packing:
    """How the numbers of a network lie in the vectors and matrices of its dense layers."""

    def __init__(self, dense: Dense, free: Iterable[str], computed: Iterable[str], wrt: Iterable[str]) -> None:
        self.dense = dense
        given = frozenset(free)
        self._given = {whole: names for whole, names in dense.members.items() if names[0] in given}
        self._values = {name: dense.places[name] for name in computed}
        self._gradients = {name: dense.places[name] for name in wrt}
        self._getters = {whole: itemgetter(*names) for whole, names in self._given.items()}

    def suits(self, batched: frozenset[str], count: int | None, least: int) -> bool:
        """Say whether to pack: for one point from ``least`` products on; all entries of a vector are given alike."""
        if count is None:
            return self.dense.products >= least
        alike = all(batched.issuperset(names) or batched.isdisjoint(names) for names in self._given.values())
        return alike and (self.dense.products >= _WIDE or count <= _SAMPLES)

    def packed(self, given: Mapping[str, Any], batched: frozenset[str], count: int | None) -> Packed:
        """Put numbers, or arrays of samples, into vectors and matrices."""
        import numpy as np

        arrays = {}
        for whole, names in self._given.items():
            entries = self._getters[whole](given)
            shape = self.dense.graph.shapes.get(whole, ())
            if not shape:
                arrays[whole] = entries
            elif names[0] in batched:
                arrays[whole] = np.stack(entries, axis=-1).reshape((count, *shape))
            else:
                arrays[whole] = np.array(entries).reshape(shape)
        return Packed(
            arrays, frozenset(w for w, names in self._given.items() if names[0] in batched), count, dense=True
        )

    def values(self, arrays: Mapping[str, Any]) -> Unpacked:
        """Give the values by their own names."""
        return Unpacked(arrays, self._values)

    def gradients(self, arrays: Mapping[str, Any]) -> Unpacked:
        """Give the gradients by the names that they are by."""
        return Unpacked(arrays, self._gradients)

    def unpacked(self, found: Unpacked) -> dict[str, Any]:
        """Take everything out at once."""
        flat: dict[str, Any] = {}
        for whole, array in found.arrays.items():
            shape = self.dense.graph.shapes.get(whole, ())
            if getattr(array, "ndim", 0) > len(shape):
                entries = list(array.reshape(len(array), prod(shape)).T.copy())
            else:
                entries = array.ravel().tolist() if shape else [float(array)]
            flat.update(zip(self.dense.members[whole], entries, strict=True))
        return dict(zip(found.places, itemgetter(*found.places)(flat), strict=True)) if len(found) > 1 else flat
