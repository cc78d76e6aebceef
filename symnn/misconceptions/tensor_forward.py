"""What a quantity of the forward pass becomes by slips in its equation and in those before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from symnn.expressions.tree import Tree, names
from symnn.misconceptions.tensor_changes import TensorChange
from symnn.misconceptions.tensor_linear import TensorOutcome
from symnn.misconceptions.tensor_point import Array, TensorPoint
from symnn.misconceptions.tensor_steps import WorkedSteps
from symnn.numeric.valued import Valued, filled_tensor
from symnn.ops.shapes import Valueless

__all__ = ["ForwardSweep"]

_PAIR_WORK = 1_500_000
"""So many entries are worked out for pairs of slips."""


class ForwardSweep:
    """Works out a key of the forward pass with any of its steps changed."""

    def __init__(self, point: TensorPoint, steps: WorkedSteps) -> None:
        self.point = point
        self.steps = steps
        self.truth = point.of(steps.steps[-1].formula)
        self._own = [point.graph.shapes.get(step.name, ()) for step in steps.steps]
        self._uses = [frozenset(names(step.formula)) for step in steps.steps]
        self._work = _PAIR_WORK

    def value(self, change: TensorChange) -> dict[str, Valued]:
        """Give what every step that a change reaches is worth, the key among them. Raises `Valueless`."""
        changed = {one.step: one.formula for one in change.changed}
        return self._swept(dict(self.point.given), changed, min(changed), {})

    def _swept(
        self, given: dict[str, Valued], changed: dict[int, Tree], start: int, found: dict[str, Valued]
    ) -> dict[str, Valued]:
        last = len(self.steps.steps) - 1
        for place in range(start, last + 1):
            step = self.steps.steps[place]
            if place not in changed and found.keys().isdisjoint(self._uses[place]):
                continue
            value = self.point.of(changed.get(place, step.formula), given)
            if place != last and len(value.shape) < len(self._own[place]):
                value = filled_tensor(value, self._own[place])
            given[step.name] = found[step.name] = value
        return found

    def singly(self, changes: Sequence[TensorChange]) -> tuple[list[TensorChange], list[dict[str, Valued]]]:
        """Give the changes that have a value, each with what it is worth."""
        import numpy as np

        kept: list[TensorChange] = []
        values: list[dict[str, Valued]] = []
        key = self.steps.steps[-1].name
        for change in changes:
            try:
                found = self.value(change)
            except Valueless:
                continue
            if key in found and np.isfinite(found[key].array).all():
                kept.append(change)
                values.append(found)
        return kept, values

    def alone(self, values: Sequence[dict[str, Valued]]) -> Iterator[TensorOutcome]:
        """Give what each change is worth."""
        import numpy as np

        key = self.steps.steps[-1].name
        for number, found in enumerate(values):
            own = found[key]
            yield TensorOutcome(own.shape, np.atleast_1d(self.point.hashed(own)), np.array([[number, number]]))

    def paired(self, changes: Sequence[TensorChange], values: Sequence[dict[str, Valued]]) -> Iterator[TensorOutcome]:
        """Give what each two changes are worth, the first in an earlier step."""
        import numpy as np

        fitting = [n for n, found in enumerate(values) if self._fits(found)]
        order = sorted(fitting, key=lambda n: changes[n].changed[-1].step)
        ends = [changes[n].changed[-1].step for n in order]
        before = self.steps.steps[:-1] if fitting else ()
        rows = {step.name: self._stacked(step.name, order, values) for step in before}
        for number in fitting:
            change = changes[number]
            count = sum(end < change.changed[0].step for end in ends)
            if count:
                yield from self._after(number, change, np.array(order[:count]), rows)

    def _fits(self, found: dict[str, Valued]) -> bool:
        """Say whether every step on the way has kept its shape."""
        own = zip(self.steps.steps[:-1], self._own, strict=False)
        return all(found[step.name].shape == shape for step, shape in own if step.name in found)

    def _stacked(self, name: str, order: list[int], values: Sequence[dict[str, Valued]]) -> Valued:
        import numpy as np

        base = self.point.given[name]
        return Valued(np.stack([values[n].get(name, base).array for n in order]), base.shape)

    def _after(
        self, number: int, change: TensorChange, first: Array, rows: dict[str, Valued]
    ) -> Iterator[TensorOutcome]:
        """Work a change out on top of all those in earlier steps."""
        import numpy as np

        changed = {one.step: one.formula for one in change.changed}
        self._work -= len(first) * sum(prod(shape) for shape in self._own[min(changed) :])
        if self._work < 0:
            return
        given = dict(self.point.given)
        given |= {name: Valued(value.array[: len(first)], value.shape) for name, value in rows.items()}
        try:
            found = self._swept(given, changed, min(changed), {}).get(self.steps.steps[-1].name)
        except Valueless:
            return
        if found is not None:
            array = np.broadcast_to(found.array, (len(first), *found.shape))
            pairs = np.stack([first, np.full(len(first), number)], axis=1)
            yield TensorOutcome(found.shape, self.point.hashed(Valued(array, found.shape)), pairs)
