"""How far the names of two trees are looked into: not at all, to the units, to where they meet, to the inputs.

If a difference shows with all names free, it is a difference of the functions too, provided that the named results can
take all values of an open set independently: each has a quantity of its own, in some order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, partial

from symnn.equality.meaning import Meaning, names_reached
from symnn.equality.residue_code import CIRCLE, HALF, KINK, ROOT, NotScalar
from symnn.equality.residue_points import Undefined, World, drawn_seed
from symnn.equality.senses import Sense, UnitSense
from symnn.equality.towers import PLAIN, tower
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import names

__all__ = ["Depths", "Independence"]

_MOST_KNOWN = 4096
_MOST_NAMES = 64


class Independence:
    """Remembers which sets of names are independent."""

    def __init__(self, sense: Sense) -> None:
        self.sense = sense
        self.known: dict[tuple[str, ...], bool] = {}
        self._quantities: dict[str, frozenset[str]] = {}

    def of(self, names: tuple[str, ...]) -> bool:
        """Say whether these names, named results among them, can take all values of an open set."""
        equations = self.sense.meaning.equations
        if not any(name in equations for name in names):
            return True
        if names not in self.known:
            if len(self.known) > _MOST_KNOWN:
                self.known.clear()
            self.known[names] = len(names) <= _MOST_NAMES and self._checked(names)
        return self.known[names]

    def _checked(self, names: tuple[str, ...]) -> bool:
        behind = {name: self._behind(name) for name in names}
        waiting = list(names)
        while waiting:
            for name in waiting:
                others = {used for other in waiting if other != name for used in behind[other]}
                own = sorted(behind[name] - others)
                if any(self._moves(name, quantity) for quantity in own):
                    waiting.remove(name)
                    break
            else:
                return False
        return True

    def _behind(self, name: str) -> frozenset[str]:
        """Give the free quantities that a name depends on."""
        if name not in self._quantities:
            equations = self.sense.meaning.equations
            found = frozenset(used for used in names_reached((name,), equations) if used not in equations)
            self._quantities[name] = found
        return self._quantities[name]

    def _moves(self, name: str, quantity: str) -> bool:
        """Say whether a result changes when one quantity does and all others stay."""
        if name == quantity:
            return True
        try:
            self.sense.learn((name,))
        except (Undefined, TooLarge, NotScalar, RecursionError):
            return False
        part = self.sense.parts.get(name)
        if part is None or part.needs & (ROOT | CIRCLE | KINK | HALF):
            return False
        leaves = self.sense.leaves((name,))
        chosen = tower(drawn_seed(self.sense.meaning.key, b"tower 0"), part.code.depth + 1, PLAIN)
        values = []
        for moved in (False, True):
            world = World(chosen, PLAIN, b"independence", leaves, self.sense.runs)
            point = world.ground
            while moved and point.level < len(chosen):
                point[quantity] = point[quantity] + 1
                if point.level == len(chosen) - 1:
                    break
                point = point.above
            try:
                values.append(world.ground[name])
            except (Undefined, TooLarge, RecursionError):
                return False
        return values[0] != values[1]


_MOST_RESULTS = 256
_MOST_CUTS = 32
"""So many different cuts are kept for the answers of a part, those that were asked for last."""


class Depths:
    """The ways in which names are taken under one meaning, shared by the judges of all references."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.free = Sense(meaning)
        self.full = Sense(meaning, meaning.equations) if meaning.equations else self.free
        self.independence = Independence(self.full)
        self._behind: dict[str, frozenset[str]] = {}
        self._cuts: dict[frozenset[str], Sense] = {}

    @cached_property
    def units(self) -> UnitSense:
        """Named results free, but f(a3) known to be y."""
        return UnitSense(self.meaning)

    def between(self, one: tuple[str, ...], other: tuple[str, ...]) -> Iterator[Sense]:
        """Give the ways between all names free and none, the ones that look into fewer results first."""
        given: list[Sense] = []
        for cut in (
            partial(self.meeting, one, other, above=True),
            partial(self.meeting, one, other),
            partial(self.nearest, one + other),
            partial(self.outermost, one + other),
        ):
            sense = cut()
            if sense is not None and not any(sense is before for before in given):
                given.append(sense)
                yield sense

    def outermost(self, used: tuple[str, ...]) -> Sense | None:
        """Look into the results that are used and no further: shares of a softmax add up to 1, whatever is below."""
        results = self._results_among(used)
        return self._opened(results) if 0 < len(results) <= _MOST_RESULTS else None

    def nearest(self, used: tuple[str, ...]) -> Sense | None:
        """Look into a result only where another one of those used stands behind it; None if none does.

        Of y, f1 and a1 with y = f(w5·f1 + w6·f2) and f1 = f(a1), a1 stays free, and so does f2, behind which
        nothing of these stands. That proves what holds for a layer without the layers below it.
        """
        results = self._results_among(used)
        if not 1 < len(results) <= _MOST_RESULTS:
            return None
        kept = frozenset(name for name in results if self._results(name) & results == {name})
        if kept == results:
            return None
        through = {name for result in results - kept for name in self._results(result)} - kept
        return self._opened(frozenset(name for name in through if self._results(name) & kept))

    def meeting(self, one: tuple[str, ...], other: tuple[str, ...], *, above: bool = False) -> Sense | None:
        """Look into the results that only one of two trees uses, the last ones first, until both use the same.

        Of y = softmax(a) in one tree and a in the other y is looked into and a stays free, and so does what both
        use. That proves what holds for a layer however deep the layers below it are. ``above``: all that have a
        behind them are looked into, and a itself only then. None where both use the same, or have nothing in common
        before the inputs.
        """
        left, right = (self._results_among(used) for used in (one, other))
        opened: set[str] = set()
        seen: frozenset[str] = frozenset()
        while candidates := (above and self._users(left | right, left ^ right | seen)) or left ^ right:
            if len(opened) == _MOST_RESULTS:
                return None
            last = max(candidates, key=self._places.__getitem__)
            inside = self._results_among(names(self.meaning.equations[last]))
            opened.add(last)
            seen |= inside
            left, right = (side - {last} | inside if last in side else side for side in (left, right))
        return self._opened(frozenset(opened)) if opened and left else None

    def _users(self, results: frozenset[str], behind: frozenset[str]) -> frozenset[str]:
        """Pick the results that have others behind them."""
        return frozenset(name for name in results if not behind.isdisjoint(self._results(name) - {name}))

    def _results_among(self, used: tuple[str, ...]) -> frozenset[str]:
        """Pick the named results among the names that some names stand for."""
        return frozenset(name for name in self.free.leaves(used) if name in self.meaning.equations)

    def _opened(self, opened: frozenset[str]) -> Sense:
        """Give the way in which some results are looked into, and all others stay free."""
        sense = self._cuts.pop(opened, None)
        if sense is None:
            equations = self.meaning.equations
            sense = Sense(self.meaning, {**self.free.equations, **{name: equations[name] for name in sorted(opened)}})
            if len(self._cuts) == _MOST_CUTS:
                del self._cuts[next(iter(self._cuts))]
        self._cuts[opened] = sense
        return sense

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """The place of each named result in the order of definition."""
        return {
            name: place
            for place, name in enumerate(names_reached(tuple(self.meaning.equations), self.meaning.equations))
        }

    def _results(self, name: str) -> frozenset[str]:
        """Give the named results that a result is made of, itself included."""
        equations = self.meaning.equations
        if name not in self._behind:  # what it is made of is known before it: each result is looked at once
            for one in names_reached((name,), equations):
                if one in equations and one not in self._behind:
                    used = (self._behind[other] for other in names(equations[one]) if other in equations)
                    self._behind[one] = frozenset({one}).union(*used)
        return self._behind[name]
