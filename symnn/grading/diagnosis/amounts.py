"""Why a wrong number is wrong: the same mistakes worked out at the part's values, and rounding that came too early."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import floor, isfinite, nan
from types import MappingProxyType

from msgspec import Struct

from symnn.derivation.adjoint import extended, resolve
from symnn.errors import SymnnError
from symnn.expressions.tree import Negative, Number, Tree, names
from symnn.grading.diagnosis.anatomy import Anatomy, anatomy
from symnn.grading.diagnosis.edits import Editor
from symnn.grading.diagnosis.everywhere import everywhere
from symnn.grading.diagnosis.forward import forward_slips, size_of
from symnn.grading.diagnosis.frames import Frame, frames
from symnn.grading.diagnosis.habits import habits
from symnn.grading.diagnosis.mistakes import Explanation, Mistake, facts
from symnn.grading.diagnosis.ranking import in_frame
from symnn.grading.diagnosis.ratios import Ratio, ratios
from symnn.grading.diagnosis.rules import update_mistakes
from symnn.grading.diagnosis.universe import universe
from symnn.grading.diagnosis.wholes import wholes
from symnn.grading.numbers import Tolerance
from symnn.grading.verdict import Finding
from symnn.networks.graph import Graph
from symnn.numeric.arithmetic import floats
from symnn.numeric.interpreter import ValueMissing
from symnn.numeric.interpreter import value as value_of

__all__ = ["Amounts", "AmountsAt", "places_of", "reach_of"]

_LIKELY = 1.3
"""Rarer mistakes are not looked for in numbers: many values lie close together."""

_NEIGHBOURHOOD = 10
_MOST_NEIGHBOURS = 5
"""So many values of other mistakes so close by, and a hit may be chance."""

_EXACT = 1e-9
_ROUGH = 0.25
_MOST_PLACES = 5
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
        self.habits = tuple((habit.mistake, habit.equations) for habit in habits(behind, graph))

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
        from symnn.expressions.tree import Name

        return Name(self.key.of) if self.key.of else self.resolved

    def at(self, values: Mapping[str, Fraction], tolerance: Tolerance | None = None) -> AmountsAt:
        """Work the mistakes out at some values of the free quantities."""
        return AmountsAt(self, values, tolerance or Tolerance())


def _is_turned(ratio: Ratio) -> bool:
    """Say whether a ratio is a sign that only a formula shows to be more than a sign."""
    mistake = ratio.mistake
    return dict(mistake.facts).get("which") == "z-y" or (mistake.code == "sign" and bool(mistake.facts))


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
        self._m = floats(part.graph.conventions)
        self._at = {name: float(value) for name, value in values.items()}
        self._given = dict(self._at)
        self._at = self._forward({}, None)
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
            return float(value_of(tree, at, self._m, self.part.graph.functions))
        except (ValueMissing, OverflowError, ZeroDivisionError):
            return nan  # a quantity that the part gives no value is not needed for its answer

    def _forward(self, changed: Mapping[str, Tree], places: int | None) -> dict[str, float]:
        """Evaluate all equations, some changed, each result rounded to so many places if that is wanted."""
        values = dict(self._given)
        for equation in self.part.graph.equations:
            value = self._value(changed.get(equation.left, equation.right), values)
            values[equation.left] = value if places is None else round(value, places)
        return values

    def _all(self) -> Iterator[Amount]:
        """Work out every single mistake, and the missing factor 2 of the loss together with each."""
        singles = [*self._multiplied(), *self._answered(), *self._changed()]
        yield from singles
        halves = [amount for amount in singles if any(mistake.code == "convention" for mistake in amount.mistakes)]
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
            if frame.labels.issuperset(ratio.own) and (frame.path or ratio.mistake.code != "extra-path"):
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
            values = self._forward(changed, None)
            yield Amount(self._value(self.part.resolved, values), (mistake,), mistake.cost)

    def explain(self, answer: Tree) -> tuple[Finding, ...]:
        """Give the findings of the likeliest explanation of a number; none where nothing explains it."""
        found = self.explanations(answer)
        if not found:
            return ()
        return tuple(Finding(mistake.code, MappingProxyType(dict(mistake.facts))) for mistake in found[0].mistakes)

    def explanations(self, answer: Tree) -> tuple[Explanation, ...]:
        """Give all explanations of a wrong number, the likeliest first."""
        if names(answer):
            return ()
        number = self._value(answer, {})
        places = places_of(answer)
        if not isfinite(number):
            return ()
        if _written_reach(number, places) > _ROUGH * abs(self.truth):
            places = None  # so rough a number stands for itself: half of what is near to it would explain it
        found = (*self._by_rounding(number, places), *self._by_mistakes(number, _written_reach(number, places)))
        return found or self._by_mistakes(number, reach_of(number, places, self.tolerance))

    def _by_rounding(self, number: float, places: int | None) -> Iterator[Explanation]:
        """See whether only the rounding is wrong: of the answer, or of what was used on the way."""
        if places is None:
            return
        half = 0.51 * 10.0**-places
        if any(abs(right - number) < half / 100 for right in (_cut(self.truth, places), round(self.truth, places))):
            wanted = self.tolerance.decimals or 0
            few = Mistake("too-few-digits", facts(places=str(places), wanted=str(wanted)))
            yield Explanation((few if places < wanted else Mistake("cut-or-rounded"),), 0.5)
        for kept in range(1, min(places, _MOST_PLACES) + 1):
            value = self._value(self.part.resolved, self._forward({}, kept))
            if abs(value - number) <= half < abs(self.truth - number):
                yield Explanation((Mistake("rounded-early", facts(places=str(kept))),), 0.9)
                return

    def _by_mistakes(self, number: float, reach: float) -> tuple[Explanation, ...]:
        hits = self._amounts[self._place(number - reach) : self._after(number + reach)]
        wide = reach * _NEIGHBOURHOOD
        near = self._after(number + wide) - self._place(number - wide) - len(hits)
        if near > _MOST_NEIGHBOURS * max(1, len(hits)):
            return ()
        best: dict[tuple[object, ...], Explanation] = {}
        for amount in sorted(
            hits, key=lambda amount: (amount.cost, tuple(mistake.name for mistake in amount.mistakes))
        ):
            explanation = Explanation(amount.mistakes, amount.cost)
            best.setdefault(explanation.name, explanation)
        return tuple(best.values())

    def _place(self, value: float) -> int:
        return bisect_left(self._order, value)

    def _after(self, value: float) -> int:
        return bisect_right(self._order, value)


def reach_of(number: float, places: int | None, tolerance: Tolerance) -> float:
    """Say how far a number may be from a mistake's value by the tolerance of a part."""
    reach = [_written_reach(number, places)]
    if tolerance.cut and places is not None:
        reach.append(1.01 * 10.0**-places)
    if tolerance.rel is not None:
        reach.append(float(tolerance.rel) * abs(number))
    if tolerance.abs is not None:
        reach.append(float(tolerance.abs))
    return max(reach)


def _answers(key: Anatomy, graph: Graph) -> Iterable[tuple[Mistake, Tree]]:
    yield from wholes(key, graph)
    if key.of:
        yield from everywhere(key, graph)
    if key.old:
        yield from update_mistakes(key, graph)


def _written_reach(number: float, places: int | None) -> float:
    """Say how far a number may be from what it was before it was written: half a unit of the last place."""
    return max(abs(number) * _EXACT, 0.51 * 10.0**-places if places is not None else 0.0)


def places_of(answer: Tree) -> int | None:
    """Count the decimals that were written; None for a fraction or a calculation.

    >>> places_of(Number(31, 100, "0.31")), places_of(Number(7, 9))
    (2, None)
    """
    inner = answer.operand if isinstance(answer, Negative) else answer
    if not isinstance(inner, Number):
        return None
    _, point, digits = inner.text.partition(".")
    return len(digits) if point and digits.isdigit() else 0 if inner.denominator == 1 else None


def _cut(value: float, places: int) -> float:
    """Cut a value off towards 0.

    >>> _cut(-0.789, 2)
    -0.78
    """
    unit = 10.0**places
    return floor(abs(value) * unit) / unit * (1 if value >= 0 else -1)
