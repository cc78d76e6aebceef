"""An answer after each small change, and after every two: all of them in one pass from its leaves to its root.

What a node may become is one batch with a row for each change in it. The node above makes of that batch what it makes
of a value, so a thousand changes cost about as many steps as the answer has nodes; and of those, most stand in other
answers of the class too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from symnn.expressions.tree import Name, Tree, bare, children, rebuilt, substitute
from symnn.misconceptions.answer_spots import ALONE, EXCHANGE, Change, Spot, exchanged, put, rank
from symnn.misconceptions.changed_parts import TOGETHER, ChangedPart, Inside, KnownParts, Shelf, paired, shelved
from symnn.misconceptions.mistakes import Mistake
from symnn.misconceptions.small_changes import SmallChanges, changeable
from symnn.misconceptions.tensor_point import Array, Batch, batches
from symnn.misconceptions.trials import Trial
from symnn.numeric.valued import Valued

__all__ = ["Attempts", "Found"]

Found: TypeAlias = tuple[tuple[Mistake, ...], Tree]
"""What was wrong, and the answer without it."""

_HERE, _THERE = "what stands here", "what stands there"
"""Names that no reader can spell."""

_MOST_NUMBERS = 2_000_000
"""So many numbers are worked out for two changes (some 30 ms); an answer with more to try is changed once only."""


class Attempts:
    """All changes of one answer at one point: those that make it right alone, and those that do so by twos."""

    def __init__(self, trial: Trial, changes: SmallChanges, known: KnownParts) -> None:
        self.trial = trial
        self._changes = changes
        self._known = known
        self._spots: dict[tuple[int, int], Spot] = {}
        self._whole = self._once(trial.answer, bare(trial.answer), None)

    def right(self) -> Iterator[Found]:
        """Give the changes that make the answer right."""
        for rows in self._whole.single.values():
            for place in self.trial.right(rows.values):
                _, way, (mistake, better) = self._change(int(rows.numbers[place]))
                yield (mistake,), put(self.trial.answer, way, better)

    def right_throughout(self) -> Iterator[Found]:
        """Give what makes the answer right if another quantity stands in all places of one."""
        import numpy as np

        answer, known = self.trial.answer, self.trial.point.given
        for one in filter(lambda one: one.others, self._changes.throughout(answer, known)):
            written = tuple(dict.fromkeys(node.name for node in one.nodes))
            there = {name: Name(f"{_THERE}, {place}") for place, name in enumerate(written)}
            given = {
                there[name].name: Valued(
                    np.stack([known[instead[name]].array for _, instead in one.others]), known[name].shape
                )
                for name in written
            }
            rows = self._valued(substitute(answer, there), given, np.arange(len(one.others)))
            for place in self.trial.right(rows.values) if rows is not None else ():
                mistake, better = one.change(answer, place)
                yield (mistake,), better

    def exchanges(self) -> Iterator[tuple[Mistake, Tree, Valued]]:
        """Give each usual change that exchanges something, the answer after it and what that is worth."""
        for rows in self._whole.single.values():
            usual = self._whole.of_rank(rows, EXCHANGE, EXCHANGE)
            for number, array in zip(usual.numbers, usual.values.array, strict=True):
                _, way, (mistake, better) = self._change(int(number))
                yield mistake, put(self.trial.answer, way, better), Valued(array, rows.values.shape)

    def both_right(self) -> Iterator[Found]:
        """Give the changes at two places that make the answer right together; one may lie in the other.

        What is 0 after one of them says nothing: then the other would be the whole answer.
        """
        if self._whole.pairs * self._whole.largest > _MOST_NUMBERS:
            return
        answer = self.trial.answer
        for rows in self._twice(self._whole, answer, None).values():
            for place in self.trial.right(rows.values):
                outer, inner = (self._change(int(number)) for number in rows.numbers[place])
                (_, way, one), (node, further, other) = outer, inner
                if not any(map(self.trial.is_nothing, (put(answer, way, one[1]), put(answer, further, other[1])))):
                    nested = further[: len(way)] == way
                    both = exchanged(one[1], node, other[1]) if nested else one[1]
                    whole = put(answer, way, both)
                    yield (one[0], other[0]), whole if nested else put(whole, further, other[1])

    def _once(self, node: Tree, plain: Tree, parent: Tree | None) -> ChangedPart:
        """Give what a node becomes by each change at it or in it; ``plain`` is the node without spans."""
        import numpy as np

        known = self._known.find(plain, parent)
        if known is not None:
            return known
        own, ranks = self._own(self._spot(node, parent))
        inside, inner, parts = [], [], children(node)
        for child in changeable(node):
            one = Inside(child, len(ranks), self._once(parts[child], children(plain)[child], node))
            inside.append(one)
            ranks = np.concatenate((ranks, one.part.ranks))
            inner += [self._inward(node, one, rows) for rows in one.part.single.values()]
        found = ChangedPart(own, shelved(inner), ranks, tuple(inside))
        self._known.keep(plain, parent, found)
        return found

    def _own(self, spot: Spot) -> tuple[list[Batch], Array]:
        """Give what a node becomes by each change at it, and what they may go with."""
        import numpy as np

        ranks = [rank(mistake) for mistake, _ in spot.listed]
        values = ((place, self.trial.value(better, keeps=True)) for place, (_, better) in enumerate(spot.listed))
        found = batches((place, value) for place, value in values if value is not None)
        for start, beside in spot.beside_from():
            ranks += [beside.rank] * len(beside.choices.trees)
            for rows in self.trial.point.worths(beside.choices):
                more = Batch(rows.values, rows.numbers + start)
                joined = beside.join(spot.node, Name(_THERE)) if beside.keeps else None
                valued = more if joined is None else self._valued(joined, {_THERE: rows.values}, more.numbers)
                found += [valued] if valued is not None else []
        return found, np.asarray(ranks, int)

    def _change(self, number: int) -> tuple[Tree, tuple[int, ...], Change]:
        """Make the change that has a number: the node at which it is made, the way to it, and what belongs there."""
        node, part = self.trial.answer, self._whole
        parent: Tree | None = None
        way: tuple[int, ...] = ()
        while below := [one for one in part.inside if one.start <= number]:
            one = below[-1]
            node, parent, part = children(node)[one.child], node, one.part
            way, number = (*way, one.child), number - one.start
        return node, way, self._spot(node, parent).change(number)

    def _spot(self, node: Tree, parent: Tree | None) -> Spot:
        """List what may be changed at a node of the answer, once."""
        key = id(node), id(parent)
        known = self._spots.get(key)
        if known is None:
            known = self._spots[key] = self._changes.spot(node, parent)
        return known

    def _twice(self, part: ChangedPart, node: Tree, parent: Tree | None) -> Shelf:
        """Give what a node becomes by every two changes at it or in it."""
        if not part.inner:
            return {}
        if part.twice is not None:
            return part.twice
        nodes = children(node)
        deeper = [
            self._inward(node, one, rows)
            for one in part.inside
            for rows in self._twice(one.part, nodes[one.child], node).values()
        ]
        across = [
            self._around(node, ((one.child, here), (other.child, there)), numbers)
            for one, other in combinations(part.inside, 2)
            for here, there, numbers in paired(one.part.single.values(), other.part.single.values(), one, other)
        ]
        spot = self._spot(node, parent)
        found = shelved((*self._beside_and_inner(spot, part), *self._listed_and_inner(spot, part), *across, *deeper))
        self._known.keep_twice(part, found)
        return found

    def _beside_and_inner(self, spot: Spot, part: ChangedPart) -> Iterator[Batch | None]:
        """Put something beside a node in which something was changed."""
        here = Inside(0, 0, part)
        for start, beside in spot.beside_from():
            tree = beside.join(Name(_HERE), Name(_THERE))
            for rows in self.trial.point.worths(beside.choices) if beside.keeps else ():
                more = Batch(rows.values, rows.numbers + start)
                for there, inner, numbers in paired((more,), part.inner.values(), here, here):
                    yield self._valued(tree, {_HERE: inner, _THERE: there}, numbers)

    def _listed_and_inner(self, spot: Spot, part: ChangedPart) -> Iterator[Batch | None]:
        """Change a node in which something was changed, where that still stands in it."""
        import numpy as np

        for number, (mistake, better) in enumerate(spot.listed):
            for way, kept in spot.kept(better) if rank(mistake) < ALONE else ():
                hollow = exchanged(better, kept, Name(_HERE))
                below = part.within(way)
                if below is None:
                    continue
                for rows in (below.part.inner if kept is spot.node else below.part.single).values():
                    usual = below.part.of_rank(rows, EXCHANGE, TOGETHER[rank(mistake)])
                    numbers = usual.numbers + below.start
                    both = np.stack((np.full(len(numbers), number), numbers), axis=1)
                    yield self._valued(hollow, {_HERE: usual.values}, both)

    def _inward(self, node: Tree, inside: Inside, rows: Batch) -> Batch | None:
        """Evaluate a node around what one of its parts becomes."""
        return self._around(node, ((inside.child, rows.values),), rows.numbers + inside.start)

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
