"""Why numbers that come from tensors are wrong: each slip worked out at the part's values, all entries together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from types import MappingProxyType

from symnn.equality.numbers import Tolerance
from symnn.errors import SymnnError
from symnn.expressions.tree import Name, Tree, names, substitute
from symnn.language.entries import entry_name
from symnn.misconceptions.amounts import ALIKE, decimals_of, reach_of
from symnn.misconceptions.given import given_slips, turned_units, without_signs
from symnn.misconceptions.habits import habits
from symnn.misconceptions.mistakes import Explanation, Mistake, facts
from symnn.misconceptions.tensor_changes import changes_of
from symnn.misconceptions.tensor_point import Array, TensorPoint
from symnn.misconceptions.tensor_slips import TensorEditor
from symnn.misconceptions.tensor_steps import WorkedSteps, steps_to
from symnn.misconceptions.whole_arrays import whole_slips
from symnn.networks.expansion import entry_names
from symnn.networks.graph import Graph
from symnn.numeric.valued import Valued
from symnn.ops.shapes import Valueless
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding

__all__ = ["TensorAmounts"]

_LIKELY, _BESIDE, _SIGNS = 1.25, 1.1, 1.15
_MOST_PLACES = 4
_FORGOTTEN, _MOST_FORGOTTEN = 1.2, 64
_HOLE = "with a hole"
"""Stands for a tensor without one of its entries; no reader can spell it."""

_FIRST = (
    codes.MISSING_TERM,
    codes.ACTIVATION_MISSING,
    codes.POOLING_KIND,
    codes.FLIPPED_KERNEL,
    codes.MISSING_FACTOR,
    codes.BIAS,
    codes.SIGN,
)
"""Of equally likely slips these are told before others."""

_MOST_ALIKE = 6
"""So many slips of one result are listed."""


class TensorAmounts:
    """Explains wrong numbers, vectors and matrices of one part at one set of values."""

    def __init__(
        self, graph: Graph, key: Tree, values: Mapping[str, Fraction], tolerance: Tolerance | None = None
    ) -> None:
        import numpy as np

        self.tolerance = tolerance or Tolerance()
        self._point = TensorPoint(graph, _given(graph, values))
        self._key = key
        self._graph = graph
        with np.errstate(all="ignore"):
            steps = steps_to(key, graph)
            given = dict(self._point.given)
            for step in steps.steps:
                given[step.name] = self._point.of(steps.evaluated(step.formula), given)
            self.truth = given[steps.steps[-1].name]
            self._amounts = tuple(self._worked_out(steps, given, graph))

    @classmethod
    def of(
        cls, graph: Graph, key: Tree, values: Mapping[str, Fraction], tolerance: Tolerance | None = None
    ) -> TensorAmounts | None:
        """Prepare the explanations; None where the key has no value at these values."""
        try:
            return cls(graph, key, values, tolerance)
        except (SymnnError, Valueless):
            return None

    def _worked_out(
        self, steps: WorkedSteps, given: Mapping[str, Valued], graph: Graph
    ) -> Iterator[tuple[Mistake, Array]]:
        """Give what the key becomes by each slip."""
        truth = self.truth.array
        if len(self.truth.shape) == 2:  # noqa: PLR2004 - a matrix
            yield Mistake(codes.TRANSPOSED, facts(how="answer"), 0.95), truth.T
        yield from self._beside(steps)
        yield from whole_slips(truth)
        yield from self._throughout(steps, given)
        yield from self._forgotten(steps, given)
        editor = TensorEditor(graph, steps.shapes, tuple(steps.errors))
        for change in changes_of(steps, editor):
            if change.cost > _LIKELY:
                continue
            changed = {one.step: one.formula for one in change.changed}
            yield from self._told(change.mistakes[0], steps, given, changed)

    def _throughout(self, steps: WorkedSteps, given: Mapping[str, Valued]) -> Iterator[tuple[Mistake, Array]]:
        """Give what the key becomes by a habit of the forward pass, and by slips with the values given."""
        import numpy as np

        if steps.linear:
            return
        places = {step.name: place for place, step in enumerate(steps.steps)}
        for mistake, equations in _habits(self._key, self._graph):
            changed = {places[name]: formula for name, formula in equations.items() if name in places}
            yield from self._told(mistake, steps, given, changed)
        scalars = {name: float(value.array) for name, value in self._point.given.items() if not value.shape}
        free = {name: value for name, value in scalars.items() if name not in self._graph.definitions}
        for slip in given_slips(self._key, self._graph, free):
            other = {name: Valued(np.float64(value), ()) for name, value in slip.values.items()}
            yield from self._told(slip.mistake, steps, {**given, **other}, {}, frozenset(other))
        for name, value in self._point.given.items():
            if value.shape and name not in self._graph.definitions and (value.array < 0).any():
                for turned in (-value.array, abs(value.array)):
                    other = {name: Valued(turned, value.shape)}
                    mistake = Mistake(codes.SIGN, facts(at=name), _SIGNS)
                    yield from self._told(mistake, steps, {**given, **other}, {}, frozenset(other))

    def _forgotten(self, steps: WorkedSteps, given: Mapping[str, Valued]) -> Iterator[tuple[Mistake, Array]]:
        """Give what the key becomes where an entry is left out of a sum of products, in one equation."""
        left = _MOST_FORGOTTEN
        for place, step in enumerate(() if steps.linear else steps.steps):
            formula = steps.evaluated(step.formula)
            for name in names(formula):
                whole = given.get(name)
                if whole is None or not 1 < whole.array.size <= left:
                    continue
                without, holes = substitute(formula, {name: Name(_HOLE)}), _holes(whole)
                if not self._adds_up(without, {**given, _HOLE: whole}, holes):
                    continue
                left -= whole.array.size
                for hole in holes:
                    mistake = Mistake(codes.MISSING_TERM, facts(how="some"), _FORGOTTEN)
                    yield from self._told(mistake, steps, {**given, _HOLE: hole}, {place: without})

    def _adds_up(self, formula: Tree, given: Mapping[str, Valued], holes: Sequence[Valued]) -> bool:
        """Say whether a formula is a sum of what each entry brings: then leaving one out leaves a term out."""
        try:
            with_all = self._point.of(formula, given).array
            none = self._point.of(formula, {**given, _HOLE: Valued(0 * holes[0].array, holes[0].shape)}).array
            parts = [with_all - self._point.of(formula, {**given, _HOLE: hole}).array for hole in holes]
        except Valueless:
            return False
        return self._alike(sum(parts), with_all - none) and all(part.any() for part in parts[:1])

    def _told(
        self,
        mistake: Mistake,
        steps: WorkedSteps,
        given: Mapping[str, Valued],
        changed: Mapping[int, Tree],
        touched: frozenset[str] = frozenset(),
    ) -> Iterator[tuple[Mistake, Array]]:
        """Give a mistake with what the key becomes by it, where that has a value and is not the key's own."""
        import numpy as np

        with suppress(Valueless):
            value = self._swept(steps, given, changed, touched).array
            if np.isfinite(value).all() and value.size and not self._alike(value, self.truth.array):
                yield mistake, value

    def _beside(self, steps: WorkedSteps) -> Iterator[tuple[Mistake, Array]]:
        """Give the entries beside the one that is asked."""
        key = steps.steps[-1].formula
        tensor, bracket, places = key.name.partition("[") if isinstance(key, Name) else ("", "", "")
        whole = self._point.given.get(tensor)
        if not bracket or whole is None:
            return
        place = tuple(int(part) for part in places.rstrip("]").split(","))
        for axis, length in enumerate(whole.shape):
            for other in (place[axis] - 1, place[axis] + 1):
                if 1 <= other <= length:
                    beside = (*place[:axis], other, *place[axis + 1 :])
                    told = facts(meant=key.name, wrote=entry_name(tensor, beside)) if isinstance(key, Name) else ()
                    yield Mistake(codes.WRONG_QUANTITY, told, _BESIDE), whole.array[tuple(i - 1 for i in beside)]

    def _alike(self, one: Array, other: Array) -> bool:
        import numpy as np

        return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-9, atol=1e-12))

    def _swept(
        self, steps: WorkedSteps, given: Mapping[str, Valued], changed: Mapping[int, Tree], others: frozenset[str]
    ) -> Valued:
        values, touched = dict(given), set(others)
        for place, step in enumerate(steps.steps):
            formula = steps.evaluated(changed.get(place, step.formula))
            if place in changed or touched.intersection(_tensors(formula)):
                values[step.name] = self._point.of(formula, values)
                touched.add(step.name)
        return values[steps.steps[-1].name]

    def explain(self, entries: Sequence[Tree], shape: tuple[int, ...]) -> tuple[Finding, ...]:
        """Say what is wrong with numbers of a shape; nothing where no slip explains them."""
        found = self.explanations(entries, shape)
        if not found:
            return ()
        return tuple(mistake.kind(MappingProxyType(dict(mistake.facts))) for mistake in found[0].mistakes)

    def explanations(self, entries: Sequence[Tree], shape: tuple[int, ...]) -> tuple[Explanation, ...]:
        """Give all explanations of wrong numbers, the likeliest first."""
        import numpy as np

        if any(names(entry) for entry in entries):
            return ()
        try:
            with np.errstate(all="ignore"):
                yours = np.array([float(self._point.of(entry).array) for entry in entries]).reshape(shape)
        except Valueless:
            return ()
        if not np.isfinite(yours).all():
            return ()
        places = [decimals_of(entry) for entry in entries]
        size = float(np.abs(self.truth.array).max(initial=0.0))
        for wide in (False, True):  # first what gives the very digits
            numbers = zip(yours.ravel(), places, strict=True)
            reaches = [reach_of(number, place, self.tolerance, size, wide=wide) for number, place in numbers]
            reach = np.array(reaches).reshape(shape)
            found = (*self._fewer_digits(yours, places), *self._rounded_early(yours, places))
            found = (*found, *self._within(yours, reach))
            if found:
                return found
        return ()

    def _within(self, yours: Array, reach: Array) -> Iterator[Explanation]:
        """Give the slips whose result is near enough, the likelier and the more usual first."""
        hits = [
            (mistake, value)
            for mistake, value in self._amounts
            if value.shape == yours.shape and (abs(value - yours) <= reach).all()
        ]
        if self._differ(hits):
            return
        found = [Explanation((mistake,), mistake.cost) for mistake, _ in hits]
        found.sort(key=lambda one: (round(one.cost, 6), _usual(one.mistakes[0])))
        unique = {one.name: one for one in reversed(found)}
        yield from [one for one in found if unique.get(one.name) is one][:_MOST_ALIKE]

    def _differ(self, hits: list[tuple[Mistake, Array]]) -> bool:
        """Say whether slips that are about as likely give different values of the same digits."""
        least = min((mistake.cost for mistake, _ in hits), default=0.0)
        values = [value for mistake, value in hits if mistake.cost <= least + ALIKE]
        return any(not self._alike(value, values[0]) for value in values[1:])

    def _fewer_digits(self, yours: Array, places: Sequence[int | None]) -> Iterator[Explanation]:
        """See whether the value is right and only written with fewer decimals than asked."""
        import numpy as np

        written, wanted = max((place or 0 for place in places), default=0), self.tolerance.decimals or 0
        if None in places or written >= wanted or yours.shape != self.truth.array.shape:
            return
        unit = 10.0**written
        cut = np.trunc(self.truth.array * unit) / unit
        if any(np.allclose(right, yours, atol=1e-9) for right in (cut, np.round(self.truth.array, written))):
            yield Explanation((Mistake(codes.TOO_FEW_DIGITS, facts(places=str(written), wanted=str(wanted))),), 0.5)

    def _rounded_early(self, yours: Array, places: Sequence[int | None]) -> Iterator[Explanation]:
        """See whether the results on the way were rounded to few decimals."""
        import numpy as np

        written = max((place or 0 for place in places), default=0)
        if not written or yours.shape != self.truth.array.shape or names(self._key) == ():
            return
        half = 0.51 * 10.0**-written
        if (np.abs(self.truth.array - yours) <= half).all():
            return
        for kept in range(1, min(written, _MOST_PLACES) + 1):
            with suppress(Valueless):
                value = self._with_rounding(kept)
                if value.shape == yours.shape and (np.abs(value - yours) <= half).all():
                    yield Explanation((Mistake(codes.ROUNDED_EARLY, facts(places=str(kept))),), 0.9)
                    return

    def _with_rounding(self, places: int) -> Array:
        """Work the key out with every result on the way rounded."""
        import numpy as np

        steps = steps_to(self._key, self._graph)
        values = {name: value for name, value in self._point.given.items() if name not in self._graph.definitions}
        for step in steps.steps[:-1]:
            value = self._point.of(steps.evaluated(step.formula), values)
            values[step.name] = Valued(np.round(value.array, places), value.shape)
        return self._point.of(steps.evaluated(steps.steps[-1].formula), values).array


def _habits(key: Tree, graph: Graph) -> Iterator[tuple[Mistake, Mapping[str, Tree]]]:
    yield from ((habit.mistake, habit.equations) for habit in habits(key, graph))
    yield from turned_units(key, graph)
    yield from without_signs(key, graph)


def _holes(whole: Valued) -> list[Valued]:
    """Set each entry to 0 in turn."""
    found = []
    for place in range(whole.array.size):
        array = whole.array.copy()
        array.flat[place] = 0
        found.append(Valued(array, whole.shape))
    return found


def _usual(mistake: Mistake) -> int:
    return _FIRST.index(mistake.kind) if mistake.kind in _FIRST else len(_FIRST)


def _tensors(tree: Tree) -> set[str]:
    """Name what a tree uses, tensors for their entries."""
    used = names(tree)
    return {*used, *(name.partition("[")[0] for name in used)}


def _given(graph: Graph, values: Mapping[str, Fraction]) -> Mapping[str, Valued]:
    """Put the entries of each tensor together."""
    import numpy as np

    given: dict[str, Valued] = {name: Valued(np.float64(value), ()) for name, value in values.items()}
    for name in graph.free:
        shape = graph.shapes.get(name, ())
        entries = entry_names(name, shape) if shape else ()
        if shape and all(entry in values for entry in entries):
            array = np.array([float(values[entry]) for entry in entries])
            given[name] = Valued(array.reshape(shape), shape)
    return given
