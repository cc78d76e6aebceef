"""An answer with something else at one of its places, or at two: what it is worth for many changes at once.

All that may stand at a place is evaluated as one batch, and so is the answer around it. Nothing is left out because
something before it was dear: of what is tried, the cheapest is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from operator import add, mul
from typing import Final, TypeAlias

from msgspec import Struct

from symnn.expressions.terms import MINUS_ONE
from symnn.expressions.tree import Call, Derivative, Name, Negative, Product, Sum, Tree, children, rebuilt, walk
from symnn.misconceptions.mistakes import Mistake
from symnn.misconceptions.tensor_point import Array, TensorPoint
from symnn.networks.shapes import Misfit
from symnn.numeric.interpreter import Seen, ValueMissing
from symnn.numeric.valued import Valued, valued
from symnn.ops.shapes import Shape, Unfit
from symnn.verdicts import codes

__all__ = ["Change", "Found", "Spot", "Trial", "put"]

Change: TypeAlias = tuple[Mistake, Tree]
"""What was wrong at a place, and what belongs there."""

Found: TypeAlias = tuple[tuple[Mistake, ...], Tree]
"""What was wrong, and the answer without it."""

_Both: TypeAlias = tuple[tuple[Mistake, Mistake], Tree, tuple[Tree, Tree]]
"""Two things that were wrong, the answer without them, and without one of them only."""

_HERE, _THERE = "what stands here", "what stands there"
"""Names that no reader can spell."""

_PUT_IN = (codes.MISSING_FACTOR, codes.MISSING_TERM, codes.ACTIVATION_MISSING, codes.EXTRA_FACTOR, codes.EXTRA_TERM)
"""What is put in or taken away makes nearly anything of an answer together with a second mistake."""

_SCALED: Final = 0
_ADDED: Final = 1
_OTHERS: Final = 2
"""What a change does to a place: it multiplies it by a number, adds one to it, or exchanges something in it."""

_SAME, _SMALL = 1e-9, 1e-12
_NO_VALUE = (Unfit, Misfit, ValueMissing, ValueError)


class Spot(Struct, frozen=True, eq=False):
    """A place in an answer: its way from the root, and what may be changed there."""

    way: tuple[int, ...]
    node: Tree
    changes: tuple[Change, ...]

    def only(self, most: float, *, exchanges: bool = False) -> Spot:
        """Keep the changes that are likely enough, or only those that exchange something."""
        kept = (one for one in self.changes if one[0].cost <= most and not (exchanges and one[0].kind in _PUT_IN))
        return Spot(self.way, self.node, tuple(kept))

    def without(self, other: Spot) -> Spot:
        """Leave the changes of another selection out."""
        return Spot(self.way, self.node, tuple(one for one in self.changes if one not in other.changes))

    def apart(self, other: Spot) -> bool:
        """Say whether neither of two places lies within the other."""
        shorter = min(len(self.way), len(other.way))
        return self.way[:shorter] != other.way[:shorter]


class _Batch(Struct, frozen=True, eq=False):
    """Changes of one place whose values have one shape."""

    changes: Sequence[Change]
    values: Valued


class Trial:
    """One answer at one point. ``known`` are nodes whose values were seen there."""

    def __init__(self, point: TensorPoint, truth: Valued, answer: Tree, known: Seen) -> None:
        self.point = point
        self.answer = answer
        self._truth = truth.shape, complex(point.hashed(truth))
        self._seen = known
        self._worths: dict[int, tuple[Change, Valued | None]] = {}
        self._shelves: dict[int, list[_Batch]] = {}
        self._parts: dict[int, tuple[Spot, Spot, Spot]] = {}
        self._origins: dict[int, Change] = {}
        for node in walk(answer):
            if isinstance(node, Derivative) and (slope := _carried_out(node, point)) is not None:
                self._seen[id(node)] = (node, point.of(slope).array)
        self._worth = self._value(answer, {}, self._seen)  # its parts are kept even if the whole has no value

    @cached_property
    def _put_in(self) -> Seen:
        """What was seen, and what is found of changes; a look whether an answer is right needs no such copy."""
        return dict(self._seen)

    @property
    def fits(self) -> bool:
        """Whether the answer has the shape of the key, or none yet."""
        return self._worth is None or self._worth.shape == self._truth[0]

    @property
    def is_wrong(self) -> bool:
        """Whether the answer differs from the key at this point, and the key tells something there."""
        shape, truth = self._truth
        if not truth or self._worth is None or self._worth.shape != shape:
            return bool(truth)
        return not abs(complex(self.point.hashed(self._worth)) - truth) <= _SAME * abs(truth)

    def right(self, spot: Spot) -> Iterator[Found]:
        """Give the changes at a place that make the answer right."""
        for batch in self._batches(spot):
            around = put(self.answer, spot.way, Name(_HERE))
            for place in self._hits(around, {_HERE: batch.values}, len(batch.changes)):
                mistake, better = batch.changes[place]
                yield (mistake,), put(self.answer, spot.way, better)

    def both_right(self, one: Spot, other: Spot) -> Iterator[Found]:
        """Give the changes at two places that make the answer right together; the second may lie in the first.

        What is 0 after one of them says nothing: then the other would be the whole answer.
        """
        pairs = self._apart(one, other) if one.apart(other) else self._within(one, other)
        for (first, second), better, alone in pairs:
            values = [self._value(tree, {}) for tree in alone]
            if all(value is None or value.array.any() for value in values):
                yield (first, second), better

    def _apart(self, one: Spot, other: Spot) -> Iterator[_Both]:
        import numpy as np

        around = put(put(self.answer, one.way, Name(_HERE)), other.way, Name(_THERE))
        for here in self._batches(one):
            for there in self._batches(other):
                many, more = len(here.changes), len(there.changes)
                given = {
                    _HERE: Valued(np.repeat(here.values.array, more, axis=0), here.values.shape),
                    _THERE: Valued(np.concatenate([there.values.array] * many), there.values.shape),
                }
                for place in self._hits(around, given, many * more):
                    (mistake, better), (second, later) = here.changes[place // more], there.changes[place % more]
                    first = put(self.answer, one.way, better)
                    alone = first, put(self.answer, other.way, later)
                    yield (mistake, second), put(first, other.way, later), alone

    def _within(self, outer: Spot, inner: Spot) -> Iterator[_Both]:
        """Change a place and one that lies in it; what only multiplies the outer one, or adds to it, is one batch."""
        scaled, added, others = self._parted(outer)
        around = put(self.answer, outer.way, Name(_HERE))
        holed = _exchanged(outer.node, inner.node, Name(_THERE))
        for batch in self._batches(inner):
            many = len(batch.changes)
            whole = None if holed is None else self._value(holed, {_THERE: batch.values})
            for beside, join in ((scaled, mul), (added, add)):
                for more in self._batches(beside):
                    if whole is None:
                        break
                    count = len(more.changes)
                    crossed = _crossed(whole, more.values, join)
                    for place in self._hits(around, {_HERE: crossed}, many * count):
                        change = self._origins[id(more.changes[place % count])]
                        yield from self._one_in_another(outer, inner, change, batch.changes[place // count])
            for change in others.changes:
                hollow = _exchanged(change[1], inner.node, Name(_THERE))
                value = None if hollow is None else self._value(hollow, {_THERE: batch.values})
                for place in () if value is None else self._hits(around, {_HERE: value}, many):
                    yield from self._one_in_another(outer, inner, change, batch.changes[place])

    def _parted(self, spot: Spot) -> tuple[Spot, Spot, Spot]:
        """Part changes into those that multiply by a number, those that add one, and all others."""
        known = self._parts.get(id(spot))
        if known is None:
            shelves: tuple[list[Change], ...] = ([], [], [])
            for change in spot.changes:
                place, brought = _brought(spot.node, change[1])
                one = (change[0], brought)
                value = self._of(one, one[1]) if place < _OTHERS else None
                if value is None or value.shape:
                    place, one = _OTHERS, change
                self._origins[id(one)] = change
                shelves[place].append(one)
            scaled, added, others = (Spot(spot.way, spot.node, tuple(shelf)) for shelf in shelves)
            known = self._parts[id(spot)] = scaled, added, others
        return known

    def _one_in_another(self, outer: Spot, inner: Spot, change: Change, second: Change) -> Iterator[_Both]:
        whole = _exchanged(change[1], inner.node, second[1])
        if whole is not None:
            alone = put(self.answer, outer.way, change[1]), put(self.answer, inner.way, second[1])
            yield (change[0], second[0]), put(self.answer, outer.way, whole), alone

    def _batches(self, spot: Spot) -> list[_Batch]:
        """Put the changes of a spot together by the shape of what they put there; spots are kept, so their ids tell."""
        import numpy as np

        known = self._shelves.get(id(spot))
        if known is None:
            shelves: dict[Shape, tuple[list[Change], list[Array]]] = {}
            for change in spot.changes:
                value = self._of(change, spot.node)
                if value is not None:
                    found, arrays = shelves.setdefault(value.shape, ([], []))
                    found.append(change)
                    arrays.append(value.array)
            known = [_Batch(found, Valued(np.stack(arrays), shape)) for shape, (found, arrays) in shelves.items()]
            self._shelves[id(spot)] = known
        return known

    def _of(self, change: Change, node: Tree) -> Valued | None:
        """Give what a change puts in the place of a node; None where that has no value."""
        import numpy as np

        known = self._worths.get(id(change))
        if known is None:
            value = self._beside(node, change[1]) or self._value(change[1], {}, self._put_in)
            is_usable = value is not None and bool(np.isfinite(value.array).all())
            known = self._worths[id(change)] = change, value if is_usable else None
        return known[1]

    def _beside(self, node: Tree, better: Tree) -> Valued | None:
        """Multiply a node by a number that was seen, or add one: most changes need no walk through a tree."""
        kind, brought = _brought(node, better)
        own, more = self._put_in.get(id(node)), self._put_in.get(id(brought))
        if kind == _OTHERS or own is None or more is None:
            return None
        whole, number = valued(own[1]), valued(more[1])
        if number.shape or (whole.shape and kind == _ADDED):
            return None
        return Valued((mul if kind == _SCALED else add)(whole.array, number.array), whole.shape)

    def _value(self, tree: Tree, more: dict[str, Valued], seen: Seen | None = None) -> Valued | None:
        import numpy as np

        seen = dict(self._seen) if seen is None else seen
        try:
            with np.errstate(all="ignore"):
                return self.point.of(tree, {**self.point.given, **more} if more else None, seen)
        except _NO_VALUE:
            return None

    def _hits(self, tree: Tree, given: dict[str, Valued], count: int) -> list[int]:
        """List the places of a batch at which an answer is right."""
        import numpy as np

        shape, truth = self._truth
        value = self._value(tree, given)
        if value is None or value.shape != shape or value.array.shape[: value.array.ndim - len(shape)] != (count,):
            return []
        near = np.abs(self.point.hashed(value) - truth) <= _SAME * abs(truth) + _SMALL * (abs(truth) == 0)
        return [int(place) for place in np.flatnonzero(near)]


def _brought(node: Tree, better: Tree) -> tuple[int, Tree]:
    """Tell by what a change multiplies a place, or what it adds to it."""
    match better:
        case Product((one, other)) if one is node or other is node:
            return _SCALED, other if one is node else one
        case Negative(operand) if operand is node:
            return _SCALED, MINUS_ONE
        case Sum((one, other)) if one is node:
            return _ADDED, other
    return _OTHERS, better


def _crossed(whole: Valued, more: Valued, join: Callable[[Array, Array], Array]) -> Valued:
    """Join each of a batch with each number of another."""
    beside = more.array.reshape((1, -1) + (1,) * len(whole.shape))
    return Valued(join(whole.array[:, None], beside).reshape((-1, *whole.shape)), whole.shape)


def put(tree: Tree, way: tuple[int, ...], other: Tree) -> Tree:
    """Put another tree at a place."""
    if not way:
        return other
    parts = children(tree)
    changed = put(parts[way[0]], way[1:], other)
    return rebuilt(tree, (*parts[: way[0]], changed, *parts[way[0] + 1 :]))


def _exchanged(tree: Tree, node: Tree, other: Tree) -> Tree | None:
    """Put another tree where this very node stands, once; None where it does not."""
    if tree is node:
        return other
    parts = children(tree)
    for place, part in enumerate(parts):
        found = _exchanged(part, node, other)
        if found is not None:
            return rebuilt(tree, (*parts[:place], found, *parts[place + 1 :]))
    return None


def _carried_out(node: Derivative, point: TensorPoint) -> Tree | None:
    """Write the derivative of a unit by what it is applied to as f'(a)."""
    if isinstance(node.of, Name) and isinstance(node.wrt, Name):
        right = point.graph.definitions.get(node.of.name)
        if isinstance(right, Call) and right.arguments == (node.wrt,) and not right.order:
            return Call(right.function, right.arguments, 1)
    return None
