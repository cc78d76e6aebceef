"""An answer after each small change, and after every two: all of them in one pass from its leaves to its root.

What a node may become is one batch with a row for each change in it. The node above makes of that batch what it makes
of a value, so a thousand changes cost about as many steps as the answer has nodes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from types import MappingProxyType
from typing import TypeAlias

from symnn.expressions.tree import Name, Tree, children, rebuilt
from symnn.misconceptions.answer_spots import ALONE, EXCHANGE, LIKELY, Beside, Change, Spot, exchanged, put, rank
from symnn.misconceptions.mistakes import Mistake
from symnn.misconceptions.tensor_point import Array, Batch, batches
from symnn.misconceptions.trials import Trial
from symnn.numeric.valued import Valued
from symnn.ops.shapes import Shape, size

__all__ = ["Attempts", "Found"]

Found: TypeAlias = tuple[tuple[Mistake, ...], Tree]
"""What was wrong, and the answer without it."""

_HERE, _THERE = "what stands here", "what stands there"
"""Names that no reader can spell."""

_MOST_NUMBERS = 2_000_000
"""So many numbers are worked out for two changes (some 30 ms); an answer with more to try is changed once only."""

_TOGETHER: Mapping[int, int] = MappingProxyType({EXCHANGE: LIKELY, LIKELY: EXCHANGE, ALONE: -1})
"""How unusual a change may be beside one of this rank: one of two exchanges something."""

_Way: TypeAlias = tuple[int, ...]


_Shelf: TypeAlias = Mapping[Shape, Batch]
"""Batches by the shape of what they are worth."""


class Attempts:
    """All changes of one answer at one point: those that make it right alone, and those that do so by twos."""

    def __init__(self, trial: Trial, spots: Iterable[Spot]) -> None:
        import numpy as np

        self.trial = trial
        self._spots = {spot.way: spot for spot in spots}
        self._starts: list[int] = []
        self._sources: list[tuple[Spot, Beside | None]] = []
        ranks: list[int] = []
        self._inner: dict[_Way, _Shelf] = {}
        self._single: dict[_Way, _Shelf] = {}
        self._beside: dict[_Way, list[tuple[Beside, Batch]]] = {}
        self._listed: dict[_Way, int] = {}
        self._picked: dict[tuple[int, int, int], tuple[Batch, Batch]] = {}
        self._whole = self._once(trial.answer, (), ranks)
        self._ranks = np.asarray(ranks)

    def right(self) -> Iterator[Found]:
        """Give the changes that make the answer right."""
        for rows in self._whole.values():
            for place in self.trial.right(rows.values):
                spot, (mistake, better) = self._change(int(rows.numbers[place]))
                yield (mistake,), put(self.trial.answer, spot.way, better)

    def exchanges(self) -> Iterator[tuple[Mistake, Tree, Valued]]:
        """Give each usual change that exchanges something, the answer after it and what that is worth."""
        for rows in self._whole.values():
            usual = self._of_rank(rows, EXCHANGE, EXCHANGE)
            for number, array in zip(usual.numbers, usual.values.array, strict=True):
                spot, (mistake, better) = self._change(int(number))
                worth = Valued(array, rows.values.shape)
                yield mistake, put(self.trial.answer, spot.way, better), worth

    def both_right(self) -> Iterator[Found]:
        """Give the changes at two places that make the answer right together; one may lie in the other.

        What is 0 after one of them says nothing: then the other would be the whole answer.
        """
        if self._numbers_of_pairs() > _MOST_NUMBERS:
            return
        answer = self.trial.answer
        for rows in self._twice(answer, ()).values():
            for place in self.trial.right(rows.values):
                (outer, one), (inner, other) = (self._change(int(number)) for number in rows.numbers[place])
                alone = put(answer, outer.way, one[1]), put(answer, inner.way, other[1])
                if not any(map(self.trial.is_nothing, alone)):
                    yield (one[0], other[0]), self._both(outer, one[1], inner, other[1])

    def _both(self, outer: Spot, better: Tree, inner: Spot, later: Tree) -> Tree:
        if inner.way[: len(outer.way)] != outer.way:
            return put(put(self.trial.answer, outer.way, better), inner.way, later)
        return put(self.trial.answer, outer.way, exchanged(better, inner.node, later))

    def _once(self, node: Tree, way: _Way, ranks: list[int]) -> _Shelf:
        """Give what a node becomes by each change at it or in it; ``ranks`` collects what they may go with."""
        spot = self._spots.get(way)
        if spot is None:
            return {}
        inner = [
            self._around(node, ((place, rows.values),), rows.numbers)
            for place, part in enumerate(children(node))
            for rows in self._once(part, (*way, place), ranks).values()
        ]
        self._inner[way] = _shelved(inner)
        found = self._single[way] = _shelved((*self._own(spot, ranks), *self._inner[way].values()))
        return found

    def _own(self, spot: Spot, ranks: list[int]) -> Iterator[Batch | None]:
        """Give what a node becomes by each change at it."""
        start = self._listed[spot.way] = self._numbered(spot, None, ranks)
        ranks += [rank(mistake) for mistake, _ in spot.listed]
        values = ((place, self.trial.value(better, keeps=True)) for place, (_, better) in enumerate(spot.listed))
        yield from batches((start + place, value) for place, value in values if value is not None)
        known = self._beside[spot.way] = []
        for beside in spot.beside:
            start = self._numbered(spot, beside, ranks)
            ranks += [beside.rank] * len(beside.choices.trees)
            for rows in self.trial.point.worths(beside.choices):
                more = Batch(rows.values, rows.numbers + start)
                known.append((beside, more))
                joined = beside.join(spot.node, Name(_THERE)) if beside.keeps else None
                yield more if joined is None else self._valued(joined, {_THERE: rows.values}, more.numbers)

    def _numbered(self, spot: Spot, beside: Beside | None, ranks: list[int]) -> int:
        self._starts.append(len(ranks))
        self._sources.append((spot, beside))
        return len(ranks)

    def _change(self, number: int) -> tuple[Spot, Change]:
        """Make the change that has a number."""
        place = bisect_right(self._starts, number) - 1
        spot, beside = self._sources[place]
        within = number - self._starts[place]
        return spot, spot.listed[within] if beside is None else beside.change(spot.node, within)

    def _twice(self, node: Tree, way: _Way) -> _Shelf:
        """Give what a node becomes by every two changes at it or in it."""
        if not self._inner.get(way):
            return {}
        parts = [(place, (*way, place), part) for place, part in enumerate(children(node))]
        deeper = [
            self._around(node, ((place, rows.values),), rows.numbers)
            for place, inner, part in parts
            for rows in self._twice(part, inner).values()
        ]
        across = [
            self._around(node, ((place, here), (later, there)), numbers)
            for (place, one, _), (later, other, _) in combinations(parts, 2)
            for here, there, numbers in self._pairs(self._single.get(one, {}), self._single.get(other, {}))
        ]
        return _shelved((*self._outer_and_inner(self._spots[way]), *across, *deeper))

    def _outer_and_inner(self, spot: Spot) -> Iterator[Batch | None]:
        """Change a node in which something was changed."""
        import numpy as np

        for beside, rows in self._beside[spot.way]:
            tree = beside.join(Name(_HERE), Name(_THERE))
            for there, here, numbers in self._pairs(_shelved((rows,)), self._inner[spot.way]) if beside.keeps else ():
                yield self._valued(tree, {_HERE: here, _THERE: there}, numbers)
        for number, (mistake, better) in enumerate(spot.listed, self._listed[spot.way]):
            for way, part in spot.kept(better) if rank(mistake) < ALONE else ():
                hollow = exchanged(better, part, Name(_HERE))
                shelf = self._inner if part is spot.node else self._single
                for rows in shelf.get(way, {}).values():
                    inner = self._of_rank(rows, EXCHANGE, _TOGETHER[rank(mistake)])
                    numbers = np.stack((np.full(len(inner.numbers), number), inner.numbers), axis=1)
                    yield self._valued(hollow, {_HERE: inner.values}, numbers)

    def _pairs(self, one: _Shelf, other: _Shelf) -> Iterator[tuple[Valued, Valued, Array]]:
        """Put each change of one place beside each of another, where they go together."""
        import numpy as np

        for first, second in product(one.values(), other.values()):
            for left in (EXCHANGE, LIKELY):
                here, there = self._of_rank(first, left, left), self._of_rank(second, EXCHANGE, _TOGETHER[left])
                many, more = len(here.numbers), len(there.numbers)
                if many and more:
                    repeated = Valued(np.repeat(here.values.array, more, axis=0), here.values.shape)
                    tiled = Valued(np.concatenate([there.values.array] * many), there.values.shape)
                    yield repeated, tiled, np.stack((np.repeat(here.numbers, more), np.tile(there.numbers, many)), 1)

    def _numbers_of_pairs(self) -> int:
        """Count the numbers that all pairs of changes are worth, before any of them is worked out."""
        import numpy as np

        counts: dict[_Way, list[Array]] = {}
        for way, shelf in self._single.items():
            ranks = [self._ranks[rows.numbers] for rows in shelf.values()]
            count = sum((np.bincount(one, minlength=ALONE + 1) for one in ranks), np.zeros(ALONE + 1, int))
            counts.setdefault(way[:-1], []).append(count) if way else None
        largest = max((size(shape) for shelf in self._single.values() for shape in shelf), default=0)
        pairs = (
            one[EXCHANGE] * (other[EXCHANGE] + other[LIKELY]) + one[LIKELY] * other[EXCHANGE]
            for beside in counts.values()
            for one, other in combinations(beside, 2)
        )
        return largest * int(sum(pairs))

    def _of_rank(self, rows: Batch, least: int, most: int) -> Batch:
        """Keep the changes of some ranks; a place stands beside many others, so they are kept."""
        known = self._picked.get((id(rows), least, most))
        if known is None:
            ranks = self._ranks[rows.numbers]
            known = rows, rows.picked((ranks >= least) & (ranks <= most))
            self._picked[id(rows), least, most] = known
        return known[1]

    def _around(self, node: Tree, inside: Sequence[tuple[int, Valued]], numbers: Array) -> Batch | None:
        """Evaluate a node around what some of its parts become."""
        parts = list(children(node))
        given: dict[str, Valued] = {}
        for name, (place, values) in zip((_HERE, _THERE), inside, strict=False):
            parts[place] = Name(name)
            given[name] = values
        return self._valued(rebuilt(node, tuple(parts)), given, numbers)

    def _valued(self, tree: Tree, given: Mapping[str, Valued], numbers: Array) -> Batch | None:
        """Evaluate a tree at a batch; None where it has no value, or the same whatever is changed."""
        values = self.trial.value(tree, given) if len(numbers) else None
        if values is None or values.array.shape != (len(numbers), *values.shape):
            return None
        return Batch(values, numbers)


def _shelved(found: Iterable[Batch | None]) -> _Shelf:
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
