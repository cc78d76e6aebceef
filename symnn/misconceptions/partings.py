"""Where an answer parts from the key: the smallest parts of it that, changed, make it right, by plain evaluation.

This knows no mistake: sums are laid side by side term by term, products factor by factor; what agrees in value is set
aside, what is left over is opened further. Each parting is proved before it is told: with what the key has there in
its place, the answer is worth what the key is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import combinations, permutations
from typing import Final, Literal, TypeAlias, TypeVar

from msgspec import Struct

from symnn.expressions.terms import ONE, ZERO, over, product, total
from symnn.expressions.tree import (
    Call,
    Matrix,
    Name,
    Negative,
    Power,
    Sum,
    Transpose,
    Tree,
    children,
    number,
    walk,
)
from symnn.misconceptions.answer_spots import exchanged
from symnn.misconceptions.key_points import KeyPoints
from symnn.misconceptions.taken_apart import Factor, Factors, TakenApart, factors_of, forms_of, is_product, terms_of
from symnn.misconceptions.tensor_point import TensorPoint
from symnn.networks.graph import Graph
from symnn.ops.shapes import Shape, Valueless

__all__ = ["Parting", "partings"]

Part = TypeVar("Part")

How: TypeAlias = Literal["part", "gap", "front", "sum"]

_POINTS: Final = 4
_SAME: Final = 1e-9
_MOST_LOOKS: Final = 600
"""So many pairs of parts are compared; an answer that needs more parts from the key as a whole."""

_MOST_NODES: Final = 250
_MOST_GROUPED, _MOST_LOOSE, _MOST_PAIRED = 4, 8, 3
"""So many factors of one side are taken together for one of the other; of more loose ones no groups are made, and of
more than the last no order of pairs is tried."""

_RATIOS: Final = (-1, 2, Fraction(1, 2))
"""By so much a whole sum is often wrong."""

_GAP, _FRONT = 1.5, 1.25
"""What it costs to say that something lacks in a part that is else right, or stands wrongly before it, in nodes."""


class Parting(Struct, frozen=True, eq=False):
    """A part of an answer and what makes it right: another part there, or something more in it.

    ``how`` says whether the ``node`` itself is unlike the key (``part``), whether a factor lacks in it (``gap``,
    between two parts that are ``beside``) or a term (``sum``), or whether only its sign or its number is (``front``).
    """

    node: Tree
    better: Tree
    how: How = "part"
    beside: tuple[Tree | None, Tree | None] = (None, None)

    @property
    def cost(self) -> float:
        """The size of what is pointed at."""
        if self.how != "part":
            return _FRONT if self.how == "front" else _GAP
        return float(sum(1 for _ in walk(self.node)))


Found: TypeAlias = tuple[Parting, ...]
Worth: TypeAlias = tuple[tuple[Shape, complex] | None, ...]


def partings(answer: Tree, key: Tree, graph: Graph, definitions: Mapping[str, Tree] | None = None) -> Found:
    """Find where an answer parts from a key; nothing where the two are never unlike, or only as wholes.

    ``definitions`` are the equations that names of the key stand for, those of the graph unless more are given.

    >>> from symnn.networks.catalogue import network
    >>> from symnn.language.reading import read
    >>> from symnn.expressions.writing import plain
    >>> graph = network("bp-2-2-1").graph
    >>> answer, key = (read(text, graph.scope).tree for text in ("2(y-z)(1+y) y f1", "2(y-z)y(1-y)f1"))
    >>> [(plain(one.node), plain(one.better), one.how) for one in partings(answer, key, graph)]
    [('y', '-y', 'part')]
    """
    import numpy as np

    if sum(1 for _ in zip(range(_MOST_NODES), walk(answer))) == _MOST_NODES:  # noqa: B905 - counts no further
        return ()
    with np.errstate(all="ignore"):
        known = list(KeyPoints(graph, lambda point: point.of(key)).first(2 * _POINTS))
        points = sorted(known, key=lambda pair: not pair[1].array.any())  # where a unit is off nothing is seen
        if len(points) < _POINTS:
            return ()
        found = _SideBySide(
            [point for point, _ in points[:_POINTS]], graph.definitions if definitions is None else definitions
        ).apart(answer, key)
        if any(one.how == "part" and one.node is answer for one in found):
            return ()
        return found


def _changed(answer: Tree, found: Found) -> Tree:
    for one in found:
        answer = exchanged(answer, one.node, one.better)
    return answer


def _cost(found: Found) -> float:
    return sum(one.cost for one in found)


class _SideBySide:
    """One comparison: values at a few points, and an account of how much may be looked at."""

    def __init__(self, points: Sequence[TensorPoint], definitions: Mapping[str, Tree]) -> None:
        self._definitions = definitions
        self._points = points
        self._known: dict[Tree, Worth] = {}
        self._left = _MOST_LOOKS
        self._opened: set[tuple[int, Tree]] = set()

    def apart(self, answer: Tree, key: Tree) -> Found:
        """Give the smallest parts of an answer that must be others for it to be worth what a key is."""
        if self._alike(answer, key):
            return ()
        best: Found = (Parting(answer, key),)
        self._left -= 1
        if self._left <= 0 or (id(answer), key) in self._opened:
            return best
        self._opened.add((id(answer), key))
        for found in self._ways(answer, key):
            if found and _cost(found) < _cost(best) and self._alike(_changed(answer, found), key):
                best = found
        return best

    def _ways(self, answer: Tree, key: Tree) -> Iterator[Found]:
        for ratio in _RATIOS if isinstance(answer, Sum) else ():
            whole = product((number(ratio), answer))
            if self._alike(whole, key):
                yield (Parting(answer, whole, "front"),)
        match answer, key:
            case Call(), Call() if (answer.function, answer.order) == (key.function, key.order):
                yield from self._pairwise(answer, key)
            case (Power(), Power()) | (Transpose(), Transpose()) | (Matrix(), Matrix()):
                yield from self._pairwise(answer, key)
        if isinstance(key, Name) and key.name in self._definitions:
            yield self.apart(answer, self._definitions[key.name])
        for form in forms_of(key):
            if isinstance(answer, Sum) or isinstance(form, Sum):
                yield from self._summed(answer, form)
            if is_product(answer) or is_product(form):
                yield from self._multiplied(answer, form)

    def _pairwise(self, answer: Tree, key: Tree) -> Iterator[Found]:
        ours, theirs = children(key), children(answer)
        if len(ours) == len(theirs):
            yield tuple(one for pair in zip(theirs, ours, strict=True) for one in self.apart(*pair))

    # sums

    def _summed(self, answer: Tree, key: Tree) -> Iterator[Found]:
        """Compare term by term, first those of the sums themselves, then those of the sums in them too."""
        kept, opened = ([list(terms_of(tree, deep=deep)) for tree in (answer, key)] for deep in (False, True))
        yield from self._term_by_term(answer, *kept)
        if list(map(len, kept)) != list(map(len, opened)):
            yield from self._term_by_term(answer, *opened)

    def _term_by_term(self, answer: Tree, wrote: list[Tree], meant: list[Tree]) -> Iterator[Found]:
        theirs, ours = self._unlike(list(wrote), meant, total)
        if not theirs:
            if ours:
                yield (Parting(answer, total((answer, *ours)), "sum"),)
            return
        if len(ours) == len(theirs) <= _MOST_PAIRED:
            for order in permutations(ours):
                found = tuple(one for pair in zip(theirs, order, strict=True) for one in self.apart(*pair))
                if len(theirs) < len(wrote) or not any(one.node is term for one in found for term in theirs):
                    yield found  # else nothing agrees
        elif not ours:
            yield tuple(Parting(one, ZERO) for one in theirs)
        elif len(theirs) == 1:
            yield from self._more_terms(answer, theirs[0], ours)

    def _more_terms(self, answer: Tree, term: Tree, ours: list[Tree]) -> Iterator[Found]:
        """Compare one term with several: it stands for one of them and others lack, or for all of them."""
        for place, one in enumerate(ours):
            inner = self.apart(term, one)
            if all(part.node is not term for part in inner) and len(ours) <= _MOST_GROUPED:
                rest = (*ours[:place], *ours[place + 1 :])
                yield (Parting(answer, total((_changed(answer, inner), *rest)), "sum"),)
        if term is not answer:
            yield self.apart(term, total(tuple(ours)))

    # products

    def _multiplied(self, answer: Tree, key: Tree) -> Iterator[Found]:
        """Compare factor by factor, first those of the outermost product where both are of one kind, then all."""
        if type(answer) is type(key):
            yield from self._beside(answer, key, factors_of(answer, deep=False), factors_of(key, deep=False))
        yield from self._beside(answer, key, factors_of(answer), factors_of(key))

    def _beside(self, answer: Tree, key: Tree, wrote: TakenApart, meant: TakenApart) -> Iterator[Found]:
        theirs, ours, turned = self._matched(list(wrote.factors), list(meant.factors))
        if len(theirs) == len(wrote.factors) != 1:  # nothing agrees: only what lies deeper may be told
            deeper = self._left_over(theirs, ours, Fraction(1)) if len(theirs) == len(ours) else ()
            yield from (one for one in deeper if not any(part.node is own.node for part in one for own in theirs))
            return
        sign = -1 if len(turned) % 2 else 1
        ratio = meant.number / (wrote.number * sign) if wrote.number else Fraction(0)
        if theirs and ours:
            yield from self._left_over(theirs, ours, ratio)
            return
        found: Found = tuple(Parting(one.node, ONE) for one in theirs)
        if ours:
            found = (Parting(answer, key, "gap", self._around(wrote, meant, ours)),)
            ratio = Fraction(1)
        yield (*found, *_of_number(answer, wrote, meant, turned, ratio)) if ratio != 1 else found

    def _left_over(self, theirs: list[Factor], ours: list[Factor], ratio: Fraction) -> Iterator[Found]:
        """Compare the factors that have no like: one with all that is left of the key, or one with one."""
        number_first = () if ratio == 1 else (number(ratio),)
        if len(theirs) == 1:
            one = theirs[0]
            rest = product((*number_first, *(each.tree for each in ours)))
            meant = over(ONE, rest) if one.below else rest
            if one.below and len(ours) == 1 and ours[0].below and ratio == 1:
                meant = ours[0].node
            yield self.apart(one.node, meant)
        elif len(theirs) == len(ours) <= _MOST_PAIRED and ratio == 1:
            for order in permutations(ours):
                pairs = [pair for pair in zip(theirs, order, strict=True) if pair[0].below == pair[1].below]
                if len(pairs) == len(theirs):
                    yield tuple(one for a, k in pairs for one in self.apart(a.node, k.node))
        elif len(theirs) > len(ours) and not any(one.below for one in theirs):
            rest = product((*number_first, *(each.tree for each in ours)))
            yield (Parting(theirs[0].node, rest), *(Parting(one.node, ONE) for one in theirs[1:]))

    def _around(self, wrote: TakenApart, meant: TakenApart, ours: list[Factor]) -> tuple[Tree | None, Tree | None]:
        """Say between which parts of an answer something lacks, where those stand side by side in it."""
        first, last = (next(n for n, one in enumerate(meant.factors) if one is end) for end in (ours[0], ours[-1]))
        before = self._place(meant.factors[first - 1], wrote) if first else None
        after = self._place(meant.factors[last + 1], wrote) if last + 1 < len(meant.factors) else None
        if before is not None and after is not None and after != before + 1:
            return None, None
        left, right = (None if place is None else wrote.factors[place].node for place in (before, after))
        return left, right

    def _place(self, one: Factor, wrote: TakenApart) -> int | None:
        return next((n for n, other in enumerate(wrote.factors) if self._alike(other.tree, one.tree)), None)

    # what agrees

    def _matched(self, theirs: Factors, ours: Factors) -> tuple[Factors, Factors, Factors]:
        """Set aside the factors that agree, those that agree but for their sign, and groups that agree with one."""
        turned: Factors = []
        for sign in (1, -1):
            for one in tuple(theirs):
                same = next((other for other in ours if self._alike(_signed(sign, one.tree), other.tree)), None)
                if same is not None:
                    theirs, ours = _without(theirs, (one,)), _without(ours, (same,))
                    turned += [one] if sign < 0 else []
        for one in tuple(theirs):
            group = self._group(one.tree, ours, lambda parts: product(tuple(part.tree for part in parts)))
            if group:
                theirs, ours = _without(theirs, (one,)), _without(ours, group)
        for other in tuple(ours):
            group = self._group(other.tree, theirs, lambda parts: product(tuple(part.tree for part in parts)))
            if group:
                theirs, ours = _without(theirs, group), _without(ours, (other,))
        return theirs, ours, turned

    def _unlike(
        self, theirs: list[Tree], ours: list[Tree], joined: Callable[[tuple[Tree, ...]], Tree]
    ) -> tuple[list[Tree], list[Tree]]:
        """Set aside the terms that agree, and groups of terms that agree with one."""
        for one in tuple(theirs):
            same = next((other for other in ours if self._alike(one, other)), None)
            if same is not None:
                theirs, ours = _without(theirs, (one,)), _without(ours, (same,))
        for one in tuple(theirs):
            group = self._group(one, ours, joined)
            if group:
                theirs, ours = _without(theirs, (one,)), _without(ours, group)
        for other in tuple(ours):
            group = self._group(other, theirs, joined)
            if group:
                theirs, ours = _without(theirs, group), _without(ours, (other,))
        return theirs, ours

    def _group(
        self, whole: Tree, parts: Sequence[Part], joined: Callable[[tuple[Part, ...]], Tree]
    ) -> tuple[Part, ...]:
        if len(parts) > _MOST_LOOSE:
            return ()
        groups = (group for size in range(2, _MOST_GROUPED) for group in combinations(parts, size))
        return next((group for group in groups if self._alike(joined(group), whole)), ())

    def _alike(self, one: Tree, other: Tree) -> bool:
        """Say whether two trees are worth the same at all points, of the same shape."""
        for mine, yours in zip(self._worth(one), self._worth(other), strict=True):
            if mine is None or yours is None or mine[0] != yours[0]:
                return False
            size = max(abs(mine[1]), abs(yours[1]))
            if not abs(mine[1] - yours[1]) <= _SAME * size:
                return False
        return True

    def _worth(self, tree: Tree) -> Worth:
        if tree not in self._known:
            self._known[tree] = tuple(_worth_at(point, tree) for point in self._points)
        return self._known[tree]


def _of_number(answer: Tree, wrote: TakenApart, meant: TakenApart, turned: Factors, ratio: Fraction) -> Found:
    """Say where a product has another number than the key, or another sign."""
    if ratio == -1 and len(turned) == 1:
        return (Parting(turned[0].node, Negative(turned[0].node)),)
    if abs(ratio) != 1:
        right = {one.value for one, _ in meant.numbers}
        numbers = [
            (one, value)
            for one, is_below in wrote.numbers
            if (value := one.value / ratio if is_below else one.value * ratio) in right or one.value != 1
        ]
        if numbers:
            one, value = next((pair for pair in numbers if pair[1] in right), numbers[0])
            return (Parting(one, number(value)),)
    return (Parting(answer, product((number(ratio), answer)), "front"),)


def _worth_at(point: TensorPoint, tree: Tree) -> tuple[Shape, complex] | None:
    with suppress(Valueless, ValueError):
        value = point.of(tree)
        return value.shape, complex(point.hashed(value))
    return None


def _without(parts: Sequence[Part], gone: Sequence[Part]) -> list[Part]:
    return [part for part in parts if all(part is not one for one in gone)]


def _signed(sign: int, tree: Tree) -> Tree:
    return Negative(tree) if sign < 0 else tree
