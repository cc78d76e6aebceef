"""An answer after each small change, and after every two: all of them in one pass from its leaves to its root.

What a node may become is one batch with a row for each change in it. The node above makes of that batch what it makes
of a value, so a thousand changes cost about as many steps as the answer has nodes; and of those, most stand in other
answers of the class too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from math import isfinite, prod
from types import MappingProxyType
from typing import TypeAlias

from msgspec.structs import replace

from symnn.expressions.tree import Entrywise, Name, Product, Sum, Tree, bare, children, rebuilt, substitute
from symnn.misconceptions.answer_spots import ALONE, EXCHANGE, Change, Spot, exchanged, put, rank
from symnn.misconceptions.changed_parts import TOGETHER, ChangedPart, Inside, KnownParts, Shelf, paired, shelved
from symnn.misconceptions.meeting import Meeting, adding_up, multiplying_up
from symnn.misconceptions.mistakes import Mistake
from symnn.misconceptions.small_changes import SmallChanges, changeable
from symnn.misconceptions.tensor_point import Array, Batch, batches
from symnn.misconceptions.trials import Trial
from symnn.numeric.valued import Valued
from symnn.verdicts import codes

__all__ = ["Attempts", "Found"]

Found: TypeAlias = tuple[tuple[Mistake, ...], Tree]
"""What was wrong, and the answer without it."""

Changed: TypeAlias = tuple[tuple[tuple[int, Valued], ...], Array]
"""What some of a node's parts become, each with its place, and the numbers of the changes."""

_HERE, _THERE = "what stands here", "what stands there"
"""Names that no reader can spell."""

_JOINING = frozenset((Sum, Product, Entrywise))
"""Nodes that are worth something else wherever a part of them is."""

_AT_ONCE = 20_000
"""So many numbers of several parts are worked out in one go: with more, each part alone costs no more."""

_MOST_NUMBERS = 2_000_000
"""So many numbers are worked out for two changes (some 30 ms); an answer with more to try is changed once only."""


class Attempts:
    """All changes of one answer at one point: those that make it right alone, and those that do so by twos."""

    def __init__(self, trial: Trial, changes: SmallChanges, known: KnownParts) -> None:
        self.trial = trial
        self._changes = changes
        self._known = known
        self._spots: dict[tuple[int, int], Spot] = {}
        self.whole = self._once(trial.answer, bare(trial.answer), None)

    def right(self) -> Iterator[Found]:
        """Give the changes that make the answer right."""
        for rows in self.whole.single.values():
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

    def exchanges(self, sieve: Callable[[Array], Array] | None = None) -> Iterator[tuple[int, Valued]]:
        """Give the number of each usual change that exchanges something, and what the answer is worth after it.

        Of numbers only those that a ``sieve`` lets through.
        """
        for rows in self.whole.single.values():
            usual = self.whole.of_rank(rows, EXCHANGE, EXCHANGE)
            if sieve is not None and not usual.values.shape:
                usual = usual.picked(sieve(usual.values.array))
            for number, array in zip(usual.numbers, usual.values.array, strict=True):
                yield int(number), Valued(array, rows.values.shape)

    def made(self, number: int) -> tuple[Mistake, Tree]:
        """Make the change that has a number: what was wrong, and the answer after it."""
        _, way, (mistake, better) = self._change(number)
        return mistake, put(self.trial.answer, way, better)

    def changed_in(self, node: Tree, parent: Tree | None, part: ChangedPart, number: int) -> Tree:
        """Give what a part of the answer becomes by one of its changes."""
        below = part.below(number)
        if below is None:
            return self._spot(node, parent).better(number)
        child = children(node)[below.child]
        return put(node, (below.child,), self.changed_in(child, node, below.part, number - below.start))

    def both_right(self) -> Iterator[Found]:
        """Give the changes at two places that make the answer right together; one may lie in the other.

        What is 0 after one of them says nothing: then the other would be the whole answer.
        """
        if self.whole.pairs * self.whole.largest > _MOST_NUMBERS:
            return
        answer = self.trial.answer
        for rows in self._pairs():
            for place in self.trial.right(rows.values):
                outer, inner = (self._change(int(number)) for number in rows.numbers[place])
                (_, way, one), (node, further, other) = outer, inner
                if not any(map(self.trial.is_nothing, (put(answer, way, one[1]), put(answer, further, other[1])))):
                    nested = further[: len(way)] == way
                    both = exchanged(one[1], node, other[1]) if nested else one[1]
                    whole = put(answer, way, both)
                    first = _of_mended(one[0], node, other[1]) if nested else one[0]
                    yield (first, other[0]), whole if nested else put(whole, further, other[1])

    def _once(self, node: Tree, plain: Tree, parent: Tree | None) -> ChangedPart:
        """Give what a node becomes by each change at it or in it; ``plain`` is the node without spans."""
        import numpy as np

        known = self._known.find(plain, parent)
        if known is not None:
            return known
        own, ranks = self._own(self._spot(node, parent))
        inside, start, parts = [], len(ranks), children(node)
        for child in changeable(node):
            inside.append(Inside(child, start, self._once(parts[child], children(plain)[child], node)))
            start += len(inside[-1].part.ranks)
        inner = shelved(self._around(node, (_inward(one, rows) for one in inside for rows in one.part.single.values())))
        ranks = np.concatenate((ranks, *(one.part.ranks for one in inside)))
        found = ChangedPart(own, inner, ranks, tuple(inside))
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
        node, part = self.trial.answer, self.whole
        parent: Tree | None = None
        way: tuple[int, ...] = ()
        while one := part.below(number):
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
        spot = self._spot(node, parent)
        within = self._around(node, chain(self._across(part), self._deeper(node, part)))
        found = shelved((*self._beside_and_inner(spot, part), *self._listed_and_inner(spot, part), *within))
        self._known.keep_twice(part, found)
        return found

    def _pairs(self) -> Iterator[Batch]:
        """Give what the answer becomes by two changes, as far as it may be right: not every pair is worked out."""
        part, answer = self.whole, self.trial.answer
        if not part.inner:
            return
        spot, own = self._spot(answer, None), self._numbers_in(answer)
        within = self._around(answer, chain(self._across(part, answer, own), self._deeper(answer, part)))
        for rows in chain(self._beside_and_inner(spot, part), self._listed_and_inner(spot, part), within):
            if rows is not None:
                yield rows

    def _deeper(self, node: Tree, part: ChangedPart) -> Iterator[Changed]:
        """Change two places of one part of a node."""
        nodes = children(node)
        for one in part.inside:
            for rows in self._twice(one.part, nodes[one.child], node).values():
                yield _inward(one, rows)

    def _across(
        self, part: ChangedPart, node: Tree | None = None, own: Mapping[int, float] = MappingProxyType({})
    ) -> Iterator[Changed]:
        """Change a place in one part of a node and one in another; of the answer only what may make it right."""
        for one, other in combinations(part.inside, 2):
            is_number = one.child in own and other.child in own
            meeting = self._meeting(node, own, (one.child, other.child)) if node is not None and is_number else None
            singles = (one.part.single.values(), other.part.single.values())
            if meeting is not None and not all(rows.values.shape == () for single in singles for rows in single):
                meeting = None
            for here, there, numbers in paired(*singles, one, other, meeting):
                yield ((one.child, here), (other.child, there)), numbers

    def _meeting(self, node: Tree, own: Mapping[int, float], changed: tuple[int, int]) -> Meeting | None:
        """Say which numbers two parts of the answer must become so that it is right; None where all are tried."""
        truth = self.trial.truth
        if truth is None or len(own) < len(children(node)):
            return None
        others = [value for place, value in own.items() if place not in changed]
        if type(node) is Sum:
            return adding_up(truth - sum(others), sum(map(abs, (truth, *others))))
        rest = prod(others)
        return multiplying_up(truth / rest) if type(node) is Product and rest else None

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

    def _around(self, node: Tree, changes: Iterable[Changed]) -> Iterator[Batch | None]:
        """Evaluate a node around what its parts become; parts that are numbers in one go, as far as they are few."""
        own = self._numbers_in(node)
        together: list[Changed] = []
        numbers = 0
        for change in changes:
            inside, rows = change
            joins = all(not values.shape and place in own for place, values in inside)
            numbers += len(rows) * len(own)
            if together and not (joins and numbers <= _AT_ONCE):
                yield self._together(node, together, own)
                together, numbers = [], len(rows) * len(own)
            together.append(change)
            if not joins:
                yield self._together(node, together, own)
                together, numbers = [], 0
        if together:
            yield self._together(node, together, own)

    def _numbers_in(self, node: Tree) -> dict[int, float]:
        """Give the parts of a node that are numbers, by their places, where they are joined to one value."""
        if type(node) not in _JOINING:
            return {}
        values = ((place, self.trial.value(part)) for place, part in enumerate(children(node)))
        found = {place: float(value.array) for place, value in values if value is not None and not value.array.shape}
        return {place: value for place, value in found.items() if isfinite(value)}

    def _together(self, node: Tree, changes: Sequence[Changed], own: Mapping[int, float]) -> Batch | None:
        """Evaluate a node around several changes; what is changed by one of them is in the others as it was."""
        import numpy as np

        parts = list(children(node))
        (inside, numbers), *others = changes
        given = dict(inside)
        if others:
            numbers = np.concatenate([rows for _, rows in changes])
            given = {place: Valued(np.full(len(numbers), own[place]), ()) for one, _ in changes for place, _ in one}
            start = 0
            for one, rows in changes:
                for place, values in one:
                    given[place].array[start : start + len(rows)] = values.array
                start += len(rows)
        for place in given:
            parts[place] = Name(f"{_HERE}, {place}")
        at = {f"{_HERE}, {place}": values for place, values in given.items()}
        return self._valued(rebuilt(node, tuple(parts)), at, numbers)

    def _valued(self, tree: Tree, given: Mapping[str, Valued], numbers: Array) -> Batch | None:
        """Evaluate a tree at a batch; None where it has no value, or the same whatever is changed."""
        values = self.trial.value(tree, given) if len(numbers) else None
        if values is None or values.array.shape != (len(numbers), *values.shape):
            return None
        return Batch(values, numbers)


def _inward(inside: Inside, rows: Batch) -> Changed:
    """Say what a part becomes as the node around it sees it."""
    return ((inside.child, rows.values),), rows.numbers + inside.start


def _of_mended(outer: Mistake, node: Tree, better: Tree) -> Mistake:
    """Name a product whose order is wrong with the factor in it that is mended, too: only so it belongs there."""
    facts = dict(outer.facts)
    of = facts.get("of")
    if outer.kind is not codes.ORDER or of is None or isinstance(of, str | int | tuple):
        return outer
    return replace(outer, facts=tuple({**facts, "of": exchanged(of, node, better)}.items()))
