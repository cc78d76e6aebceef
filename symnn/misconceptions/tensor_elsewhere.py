"""What a wrong answer that was found at one point is worth at others: it holds there or it was found by chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from symnn.expressions.tree import Tree, names
from symnn.misconceptions.tensor_changes import TensorChange
from symnn.misconceptions.tensor_point import Array, TensorPoint
from symnn.misconceptions.tensor_steps import WorkedSteps
from symnn.numeric.valued import Valued, filled_tensor

__all__ = ["Elsewhere", "Made", "key_of_steps"]

Made: TypeAlias = tuple[TensorChange, int | None]
"""A change of some steps, and the term of the last step for which it was made, if for one only."""

_Given: TypeAlias = dict[str, Valued]
_AS_THEY_ARE: Mapping[int, Tree] = MappingProxyType({})


class Elsewhere:
    """Works changes of steps out at any point, as they were made at the first."""

    def __init__(self, steps: WorkedSteps, made: Sequence[Made]) -> None:
        self._steps = steps
        self._made = made
        self._known: dict[int, tuple[TensorPoint, _Given]] = {}

    def worth(self, changes: Sequence[int], point: TensorPoint) -> Valued:
        """Give what the key is worth at a point with these changes. Raises `Valueless`."""
        made = [self._made[number] for number in changes]
        last = self._steps.steps[-1].name
        if all(term is None for _, term in made):
            return self._swept(point, {one.step: one.formula for change, _ in made for one in change.changed})[last]
        base = self._base(point)[last]
        return Valued(base.array + sum(self._added(point, change, term) for change, term in made), base.shape)

    def _added(self, point: TensorPoint, change: TensorChange, term: int | None) -> Array:
        """Give what a change adds to the key, or to one term of it."""
        base, last = self._base(point), self._steps.steps[-1]
        given = self._swept(point, {one.step: one.formula for one in change.changed})
        if term is None:
            return given[last.name].array - base[last.name].array
        formula = self._steps.evaluated(last.terms[term])
        return point.of(formula, given).array - point.of(formula, base).array

    def _base(self, point: TensorPoint) -> _Given:
        known = self._known.get(id(point))
        if known is None:
            known = self._known[id(point)] = point, _worked_out(self._steps, point, dict(point.given))
        return known[1]

    def _swept(self, point: TensorPoint, changed: Mapping[int, Tree]) -> _Given:
        return _worked_out(self._steps, point, dict(self._base(point)), changed, min(changed))


def key_of_steps(steps: WorkedSteps, point: TensorPoint) -> Valued:
    """Give what the steps come to at a point. Raises `Valueless`."""
    last = len(steps.steps) - 1
    own = {last: steps.steps[last].formula}  # worked out even where the network has it, with the shape it is written in
    return _worked_out(steps, point, dict(point.given), own)[steps.steps[last].name]


def _worked_out(
    steps: WorkedSteps, point: TensorPoint, given: _Given, changed: Mapping[int, Tree] = _AS_THEY_ARE, start: int = 0
) -> _Given:
    """Work the steps out from a place on: those that are changed, unknown or use what has become another."""
    others: set[str] = set()
    last = len(steps.steps) - 1
    for place, step in enumerate(steps.steps[start:], start):
        formula = steps.evaluated(changed.get(place, step.formula))
        if place in changed or step.name not in given or not others.isdisjoint(names(formula)):
            shape = given[step.name].shape if step.name in given and place != last else ()
            value = point.of(formula, given)
            given[step.name] = filled_tensor(value, shape) if len(value.shape) < len(shape) else value
            others.add(step.name)
    return given
