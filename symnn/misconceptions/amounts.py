"""Why a wrong number is wrong: the same mistakes worked out at the part's values, and rounding that came too early."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import floor, inf, isclose, isfinite, nan
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct

from symnn.derivation.adjoint import extended, resolve
from symnn.equality.numbers import Tolerance
from symnn.errors import Fact, SymnnError
from symnn.expressions.terms import unsigned
from symnn.expressions.tree import Call, Name, Number, Tree, names
from symnn.misconceptions.anatomy import Anatomy, anatomy
from symnn.misconceptions.edits import Editor
from symnn.misconceptions.equation_slips import forward_slips, size_of
from symnn.misconceptions.everywhere import everywhere
from symnn.misconceptions.frames import Frame, frames
from symnn.misconceptions.given import given_slips, turned_units, without_signs
from symnn.misconceptions.habits import habits
from symnn.misconceptions.mistakes import Explanation, Mistake, facts
from symnn.misconceptions.ranking import in_frame
from symnn.misconceptions.ratios import Ratio, ratios
from symnn.misconceptions.rules import update_mistakes
from symnn.misconceptions.universe import universe
from symnn.misconceptions.wholes import wholes
from symnn.networks.graph import Graph
from symnn.numeric.arithmetic import floats
from symnn.numeric.interpreter import Interpreter
from symnn.ops.shapes import Valueless
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding

__all__ = ["ALIKE", "Amounts", "AmountsAt", "decimals_of", "reach_of"]

_LIKELY = 1.3
"""Rarer mistakes are not looked for in numbers: many values lie close together."""

_NEIGHBOURHOOD = 10
_MOST_NEIGHBOURS = 5
"""So many values of other mistakes so close by, and a hit may be chance."""

Shorten: TypeAlias = Callable[[float, int], float]

ALIKE = 0.06
"""Mistakes whose costs differ by less are about as likely: which of them it was cannot be told."""

_EXACT = 1e-9
_HALF = 0.5001
"""Half a unit of the last place, and what floats add to it."""

_NEAR = 2.5
_ROUGH = 0.25
_FEWEST_PLACES, _MOST_PLACES = 2, 5
_PERHAPS: Mapping[str, Fact] = MappingProxyType({"likely": "perhaps"})
_MOST_ALTERNATIVES, _NEARLY = 3, 0.15
_LARGEST = 600
"""In networks of more names and operations too many mistakes give numbers that lie close together."""


class Amounts:
    """Explains wrong numbers of one part; prepared once, then `at` the values of each variant."""

    def __init__(self, graph: Graph, key: Tree) -> None:
        self.key = anatomy(key, graph)
        self.resolved, larger = resolve(key, graph)
        self.graph = extended(larger, self.key.of) if self.key.of else larger
        self.own = graph
        possible = ratios(universe(self.key, graph), graph)
        self.ratios = tuple(ratio for ratio in possible if ratio.mistake.cost <= _LIKELY and not _is_turned(ratio))
        self.frames = frames(self.key, graph)
        self.answers = tuple(_answers(self.key, graph))
        behind = self._behind()
        slips = forward_slips(behind, Editor(graph))
        self.slips = tuple((slip.mistake, {slip.of: slip.right}) for slip in slips if slip.mistake.cost <= _LIKELY)
        own = ((habit.mistake, habit.equations) for habit in habits(behind, graph))
        self.habits = (*own, *turned_units(behind, graph), *without_signs(behind, graph))
        self.behind = behind

    @classmethod
    def of(cls, graph: Graph, key: Tree) -> Amounts | None:
        """Prepare the explanations of wrong numbers; None for tensors, large networks, and keys without a value."""
        if graph.shapes or size_of(graph) > _LARGEST:
            return None
        try:
            return cls(graph, key)
        except SymnnError:
            return None

    def _behind(self) -> Tree:
        """Give a tree that depends on all that the key depends on."""
        return Name(self.key.of) if self.key.of else self.resolved

    def at(self, values: Mapping[str, Fraction], tolerance: Tolerance | None = None) -> AmountsAt:
        """Work the mistakes out at some values of the free quantities."""
        return AmountsAt(self, values, tolerance or Tolerance())


def _is_turned(ratio: Ratio) -> bool:
    """Say whether a ratio is a sign that only a formula shows to be more than a sign."""
    mistake = ratio.mistake
    return dict(mistake.facts).get("which") == "z-y" or (mistake.kind is codes.SIGN and bool(mistake.facts))


class Amount(Struct, frozen=True):
    """What a number would be after some mistakes."""

    value: float
    mistakes: tuple[Mistake, ...]
    cost: float


class AmountsAt:
    """Explains wrong numbers of one part at one set of values."""

    def __init__(self, part: Amounts, values: Mapping[str, Fraction], tolerance: Tolerance) -> None:
        self.part = part
        self.tolerance = tolerance
        self._interpreter = Interpreter(floats(part.graph.conventions), part.graph.functions)
        self._at = {name: float(value) for name, value in values.items()}
        self._given = dict(self._at)
        self._at = self._forward({})
        self._asked = part.resolved.name if isinstance(part.resolved, Name) else ""
        self.truth = self._value(part.resolved, self._at)
        found = [amount for amount in self._all() if isfinite(amount.value)]
        found.sort(key=lambda amount: (amount.value, amount.cost, tuple(mistake.name for mistake in amount.mistakes)))
        self._amounts = found
        self._order = [amount.value for amount in found]

    def value(self, tree: Tree) -> float:
        """Give what a formula is worth at these values; nan where it has no value."""
        return self._value(tree, self._at)

    def _value(self, tree: Tree, at: Mapping[str, float]) -> float:
        try:
            return float(self._interpreter.of(tree, at))
        except (Valueless, OverflowError, ZeroDivisionError):
            return nan  # a quantity that the part gives no value is not needed for its answer

    def _forward(self, changed: Mapping[str, Tree], given: Mapping[str, float] | None = None) -> dict[str, float]:
        """Evaluate all equations, some of them or some of the given values changed."""
        values = {**self._given, **(given or {})}
        for equation in self.part.graph.equations:
            values[equation.left] = self._value(changed.get(equation.left, equation.right), values)
        return values

    def _all(self) -> Iterator[Amount]:
        """Work out every single mistake, and the missing factor 2 of the loss together with each."""
        singles = [*self._multiplied(), *self._answered(), *self._changed()]
        yield from singles
        halves = [amount for amount in singles if any(mistake.kind is codes.CONVENTION for mistake in amount.mistakes)]
        for half in halves[:2]:
            if not self.truth or self.part.key.old:
                continue
            ratio = half.value / self.truth
            for amount in singles:
                if amount is not half and amount.cost <= 1.0:
                    yield Amount(amount.value * ratio, (*half.mistakes, *amount.mistakes), amount.cost + half.cost)

    def _multiplied(self) -> Iterator[Amount]:
        for frame in self.part.frames:
            product, rest = self._value(frame.product, self._at), self._value(frame.rest, self._at)
            fixed = () if frame.mistake is None else (frame.mistake,)
            if fixed:
                yield Amount(rest + product, fixed, frame.mistake.cost if frame.mistake else 0.0)
                continue
            yield from self._in_frame(frame, product, rest)

    def _in_frame(self, frame: Frame, product: float, rest: float) -> Iterator[Amount]:
        for ratio in self.part.ratios:
            if frame.labels.issuperset(ratio.own) and (frame.path or ratio.mistake.kind is not codes.EXTRA_PATH):
                mistake = in_frame(ratio.mistake, ratio.own, frame)
                factor = self._factor(ratio)
                if mistake.cost <= _LIKELY and factor is not None:
                    yield Amount(rest + product * factor, (mistake,), mistake.cost)

    def _factor(self, ratio: Ratio) -> float | None:
        over = under = 1.0
        for tree in ratio.over:
            over *= self._value(tree, self._at)
        for tree in ratio.under:
            under *= self._value(tree, self._at)
        return over / under if under and isfinite(under) else None

    def _answered(self) -> Iterator[Amount]:
        for mistake, tree in self.part.answers:
            yield Amount(self._value(tree, self._at), (mistake,), mistake.cost)

    def _changed(self) -> Iterator[Amount]:
        for mistake, changed in (*self.part.habits, *self.part.slips):
            values = self._forward(changed)
            yield Amount(self._value(self.part.resolved, values), (mistake,), mistake.cost)
        for slip in given_slips(self.part.behind, self.part.graph, self._given):
            values = self._forward({}, slip.values)
            yield Amount(self._value(self.part.resolved, values), (slip.mistake,), slip.mistake.cost)

    def explain(self, answer: Tree) -> tuple[Finding, ...]:
        """Give the findings of the likeliest explanation of a number; none where nothing explains it."""
        found = self.explanations(answer)
        if found and not (alike := _as_likely(found)):
            return tuple(mistake.kind(MappingProxyType(dict(mistake.facts))) for mistake in found[0].mistakes)
        likely = alike if found else self._alternatives(answer)
        perhaps = tuple(one.kind(MappingProxyType({**dict(one.facts), **_PERHAPS})) for one in likely)
        return perhaps + ((codes.SEVERAL(),) if len(likely) > 1 else ())

    def _alternatives(self, answer: Tree) -> tuple[Mistake, ...]:
        """Give the few single mistakes of these very digits, none of which can be told for sure; none of too many."""
        number, places = self._value(answer, {}), decimals_of(answer)
        if names(answer) or not isfinite(number) or not places or self._is_near(number) or self._is_rough(places):
            return ()
        reach = reach_of(number, places, self.tolerance, self.truth)
        hits = self._amounts[self._place(number - reach) : self._after(number + reach)]
        most = min((amount.cost for amount in hits), default=0.0) + _NEARLY
        single = [amount for amount in hits if len(amount.mistakes) == 1 and amount.cost <= most]
        likely: dict[float, Mistake] = {}
        for amount in sorted(single, key=lambda one: (round(one.cost, 6), one.mistakes[0].name)):
            if not any(isclose(amount.value, known) for known in likely):
                likely[amount.value] = amount.mistakes[0]
        return tuple(likely.values()) if len(likely) <= _MOST_ALTERNATIVES else ()

    def _is_rough(self, places: int | None) -> bool:
        """Say whether so few decimals were written that half of what is near to the right number has them."""
        return places is not None and _HALF * 10.0**-places > _ROUGH * abs(self.truth)

    def explanations(self, answer: Tree) -> tuple[Explanation, ...]:
        """Give all explanations of a wrong number, the likeliest first."""
        if names(answer):
            return ()
        number = self._value(answer, {})
        places = decimals_of(answer)
        if not isfinite(number):
            return ()
        if self._is_rough(places):
            places = None  # so rough a number stands for itself
        found = tuple(self._by_rounding(number, places))
        if self._is_near(number):
            return found  # so near to the truth the values of rare mistakes lie by chance
        reaches = (reach_of(number, places, self.tolerance, self.truth, wide=wide) for wide in (False, True))
        found = (*found, *self._by_mistakes(number, next(reaches)))
        return found or self._by_mistakes(number, next(reaches))

    def _is_near(self, number: float) -> bool:
        """Say whether a number is so few units off that it was only rounded badly."""
        decimals = self.tolerance.decimals
        return decimals is not None and abs(number - self.truth) <= _NEAR * 10.0**-decimals

    def _by_rounding(self, number: float, places: int | None) -> Iterator[Explanation]:
        """See whether only the rounding is wrong: of the answer, or of what was used on the way."""
        if places is None:
            return
        half = _HALF * 10.0**-places
        if any(abs(right - number) < half / 100 for right in (_cut(self.truth, places), round(self.truth, places))):
            wanted = self.tolerance.decimals or 0
            few = Mistake(codes.TOO_FEW_DIGITS, facts(places=str(places), wanted=str(wanted)))
            yield Explanation((few if places < wanted else Mistake(codes.CUT_OR_ROUNDED),), 0.5)
        if half >= abs(self.truth - number):
            return
        for kept in range(_FEWEST_PLACES, min(places, _MOST_PLACES) + 1):
            for shorten, activations in product((_rounded, _cut), (False, True)):
                short = self._shortened(shorten, kept, activations)
                value = self._value(self.part.resolved, short)
                cut = self.tolerance.cut and isfinite(value) and abs(_cut(value, places) - number) < half / 100
                if cut or abs(value - number) <= half:
                    yield Explanation((Mistake(codes.ROUNDED_EARLY, facts(places=str(kept))),), 0.9)
                    return

    def _shortened(self, shorten: Shorten, places: int, activations: bool) -> dict[str, float]:  # noqa: FBT001 - one of two
        """Evaluate the network with its results shortened before they are used: all of them, or those of the units.

        The key itself is shortened by whoever writes the answer down.
        """
        values = dict(self._given)
        for left, right in self.part.graph.definitions.items():
            value = self._value(right, values)
            kept = left == self._asked or (activations and not isinstance(right, Call))
            values[left] = value if kept or not isfinite(value) else shorten(value, places)
        return values

    def _by_mistakes(self, number: float, reach: float) -> tuple[Explanation, ...]:
        hits = self._amounts[self._place(number - reach) : self._after(number + reach)]
        wide = reach * _NEIGHBOURHOOD
        near = self._after(number + wide) - self._place(number - wide) - len(hits)
        if near > _MOST_NEIGHBOURS * max(1, len(hits)):
            return ()
        if self._differ(hits):
            return ()
        best: dict[tuple[object, ...], Explanation] = {}
        for amount in sorted(
            hits, key=lambda amount: (amount.cost, tuple(mistake.name for mistake in amount.mistakes))
        ):
            explanation = Explanation(amount.mistakes, amount.cost)
            best.setdefault(explanation.name, explanation)
        return tuple(best.values())

    def _differ(self, hits: list[Amount]) -> bool:
        """Say whether mistakes that are about as likely give different values of the same digits."""
        least = min((amount.cost for amount in hits), default=0.0)
        values = [amount.value for amount in hits if amount.cost <= least + ALIKE]
        return bool(values) and max(values) - min(values) > _EXACT * max(map(abs, values))

    def _place(self, value: float) -> int:
        return bisect_left(self._order, value)

    def _after(self, value: float) -> int:
        return bisect_right(self._order, value)


def _as_likely(found: tuple[Explanation, ...]) -> tuple[Mistake, ...]:
    """Give the few single mistakes that give the very same number and are as likely as one another; none if one is."""
    single = [one.mistakes[0] for one in found if len(one.mistakes) == 1 and isclose(one.cost, found[0].cost)]
    return tuple(single) if 1 < len(single) <= _MOST_ALTERNATIVES else ()


def reach_of(number: float, places: int | None, tolerance: Tolerance, truth: float, *, wide: bool = False) -> float:
    """Say how far a number may be from a mistake's value: by what was written and by the digits that are asked.

    Who writes fewer digits than asked has still to agree to as many significant ones. ``wide`` allows what the
    tolerance of a part allows besides, such as digits that are cut off.

    >>> reach_of(0.28, 2, Tolerance(decimals=4), 0.2831) < 1e-4, reach_of(4.0, 0, Tolerance(), 2.0)
    (True, 4e-09)
    """
    asked = _asked(number, tolerance, truth)
    reach = [abs(number) * _EXACT, min(_HALF * 10.0**-places, asked) if places else 0.0]
    if not wide:
        return max(reach)
    if tolerance.abs is not None:
        reach.append(float(tolerance.abs))
    if tolerance.rel is not None:
        reach.append(float(tolerance.rel) * abs(number))
    if tolerance.cut and places:
        reach.append(min(2 * _HALF * 10.0**-places, 2 * asked))
    return max(reach)


def _asked(number: float, tolerance: Tolerance, truth: float) -> float:
    """Give half a unit of the last digit that is asked, by decimals or by as many significant digits."""
    if tolerance.decimals is not None:
        half = _HALF * 10.0**-tolerance.decimals
        return half * max(1.0, abs(number / truth)) if truth else half
    return inf if tolerance.digits is None else abs(number) * _HALF * 10.0 ** (1 - tolerance.digits)


def _answers(key: Anatomy, graph: Graph) -> Iterable[tuple[Mistake, Tree]]:
    yield from wholes(key, graph)
    if key.of:
        yield from everywhere(key, graph)
    if key.old:
        yield from update_mistakes(key, graph)


def decimals_of(answer: Tree) -> int | None:
    """Count the decimals that were written; None for a fraction or a calculation.

    >>> decimals_of(Number(31, 100, "0.31")), decimals_of(Number(7, 9))
    (2, None)
    """
    inner = unsigned(answer)
    if not isinstance(inner, Number):
        return None
    _, point, digits = inner.text.partition(".")
    return len(digits) if point and digits.isdigit() else 0 if inner.denominator == 1 else None


def _rounded(value: float, places: int) -> float:
    return round(value, places)


def _cut(value: float, places: int) -> float:
    """Cut a value off towards 0.

    >>> _cut(-0.789, 2)
    -0.78
    """
    unit = 10.0**places
    return floor(abs(value) * unit) / unit * (1 if value >= 0 else -1)
