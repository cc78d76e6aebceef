"""Gradients of tensors are linear in each error: every slip in a step is a matrix, and pairs of slips one sweep.

A step takes the errors that it uses, laid out as one row with a 1 before them, to its own error. Another formula
of the step is another matrix. So one pass through the steps works out any number of wrong answers at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from msgspec import Struct

from symnn.expressions.tree import Tree, names
from symnn.misconceptions.tensor_changes import TensorChange
from symnn.misconceptions.tensor_point import Array, TensorPoint
from symnn.misconceptions.tensor_steps import WorkedSteps
from symnn.numeric.valued import Valued, filled_tensor
from symnn.ops.shapes import Shape, Valueless

__all__ = ["LinearSweep", "TensorOutcome"]

_NOTHING = 1e-12


class TensorOutcome(Struct, frozen=True):
    """What wrong answers are worth: the shape they have, their hashes, and by which changes (two rows of places)."""

    shape: Shape
    hashes: Array
    changes: Array


class LinearSweep:
    """Works out the key of a gradient with any of its steps changed."""

    def __init__(self, point: TensorPoint, steps: WorkedSteps) -> None:
        self.point = point
        self.steps = steps
        self.given = dict(point.given)
        self.shapes: list[Shape] = []
        self.uses: list[tuple[int, ...]] = []
        self.right: list[Array] = []
        order = {step.name: place for place, step in enumerate(steps.steps)}
        for place, step in enumerate(steps.steps):
            formula = steps.evaluated(step.formula)
            used = tuple(order[name] for name in names(formula) if order.get(name, place) < place)
            self.uses.append(used)
            value = self.point.of(formula, self.given)
            self.shapes.append(value.shape)
            self.given[step.name] = value
            self.right.append(self.matrix(place, formula, value.shape))
        self.truth = self.given[steps.steps[-1].name]

    def matrix(self, place: int, formula: Tree, shape: Shape) -> Array:
        """Give the matrix of a formula of a step. Raises `Valueless`."""
        import numpy as np

        given, width = dict(self.given), 1 + sum(prod(self.shapes[used]) for used in self.uses[place])
        start = 1
        for used in self.uses[place]:
            count = prod(self.shapes[used])
            rows = np.zeros((width, count))
            rows[start : start + count] = np.eye(count)
            given[self.steps.steps[used].name] = Valued(rows.reshape((width, *self.shapes[used])), self.shapes[used])
            start += count
        value = filled_tensor(self.point.of(formula, given), shape)
        found = np.broadcast_to(value.array, (width, *shape)).reshape((width, -1)).copy()
        found[1:] -= found[0]
        return found

    def variants(self, changes: Sequence[TensorChange]) -> list[dict[Tree, tuple[Shape, Array]]]:
        """Give, for each step, the matrix of every other formula that a change has for it."""
        import numpy as np

        found: list[dict[Tree, tuple[Shape, Array]]] = [{} for _ in self.steps.steps]
        last = len(self.steps.steps) - 1
        for change in changes:
            for changed in change.changed:
                if changed.formula in found[changed.step]:
                    continue
                formula = self.steps.evaluated(changed.formula)
                try:
                    shape = self.shapes[changed.step]
                    if changed.step == last:
                        shape = self.point.of(formula, self.given).shape or shape
                    matrix = self.matrix(changed.step, formula, shape)
                except Valueless:
                    continue
                if np.isfinite(matrix).all():
                    found[changed.step][changed.formula] = (shape, matrix)
        return found

    def worked_out(
        self, changes: Sequence[TensorChange], pairs: Array, variants: list[dict[Tree, tuple[Shape, Array]]]
    ) -> list[TensorOutcome]:
        """Sweep once for all pairs of changes; a pair of one change with itself is that change alone."""
        import numpy as np

        count, last = len(pairs), len(self.steps.steps) - 1
        values: list[Array] = []
        by_change = _rows_by_change(pairs, len(changes))
        at_step: list[list[tuple[int, Tree]]] = [[] for _ in self.steps.steps]
        for number, change in enumerate(changes):
            for changed in change.changed:
                at_step[changed.step].append((number, changed.formula))
        ends: list[tuple[Shape, Array, Array]] = []
        for place in range(last + 1):
            before = np.ones((count, 1 + sum(prod(self.shapes[used]) for used in self.uses[place])))
            start = 1
            for used in self.uses[place]:
                width = prod(self.shapes[used])
                before[:, start : start + width] = values[used]
                start += width
            own = before @ self.right[place]
            taken = np.zeros(count, dtype=bool)
            for number, formula in at_step[place]:
                shape, matrix = variants[place][formula]
                rows = by_change[number]
                if place == last and shape != self.shapes[place]:
                    rows = np.unique(rows)
                    ends.append((shape, rows, before[rows] @ matrix))
                    taken[rows] = True
                else:
                    own[rows] = before[rows] @ matrix
            if place == last:
                kept = np.flatnonzero(~taken)
                ends.append((self.shapes[place], kept, own[kept]))
            values.append(own)
        return [self._outcome(shape, rows, array, pairs) for shape, rows, array in ends if len(rows)]

    def _outcome(self, shape: Shape, rows: Array, array: Array, pairs: Array) -> TensorOutcome:
        hashes = self.point.hashed(Valued(array.reshape((len(rows), *shape)), shape))
        return TensorOutcome(shape, hashes, pairs[rows])

    def in_terms(
        self, changes: Sequence[TensorChange], variants: list[dict[Tree, tuple[Shape, Array]]]
    ) -> list[tuple[int, dict[int, complex]]]:
        """Give, for each change of one step before the last, what it adds to the terms of the key that it reaches."""
        import numpy as np

        last = len(self.steps.steps) - 1
        terms = self.steps.steps[last].terms
        if len(terms) < 2:  # noqa: PLR2004 - one term is the whole
            return []
        weights = self.point.hashed(
            Valued(np.eye(prod(self.shapes[last])).reshape((-1, *self.shapes[last])), self.shapes[last])
        )
        back = [
            self._sent_back(self.matrix(last, self.steps.evaluated(term), self.shapes[last]) @ weights)
            for term in terms
        ]
        found = []
        for number, change in enumerate(changes):
            if len(change.changed) > 1 or change.changed[0].step == last:
                continue
            changed = change.changed[0]
            known = variants[changed.step].get(changed.formula)
            if known is None:
                continue
            before = np.concatenate(
                [[1.0], *(self.given[self.steps.steps[used].name].array.ravel() for used in self.uses[changed.step])]
            )
            difference = before @ (known[1] - self.right[changed.step])
            worth = [complex(difference @ tail[changed.step]) if changed.step in tail else 0j for tail in back]
            found.append((number, {term: value for term, value in enumerate(worth) if abs(value) > _NOTHING}))
        return found

    def _sent_back(self, weights: Array) -> dict[int, Array]:
        """Send the weights of one term back to every step: what an error's change is worth in that term."""
        last = len(self.steps.steps) - 1
        found: dict[int, Array] = {}
        waiting = {last: weights}
        for place in range(last, -1, -1):
            arrived = waiting.get(place)
            if arrived is None:
                continue
            through = arrived if place == last else self.right[place] @ arrived
            if place != last:
                found[place] = arrived
            start = 1
            for used in self.uses[place]:
                width = prod(self.shapes[used])
                part = through[start : start + width]
                waiting[used] = waiting[used] + part if used in waiting else part
                start += width
        return found


def _rows_by_change(pairs: Array, count: int) -> list[Array]:
    """Give, for each change, the rows of the pairs that hold it; a row of one change alone twice."""
    import numpy as np

    both = np.concatenate([pairs[:, 0], pairs[:, 1]])
    rows = np.tile(np.arange(len(pairs)), 2)
    order = np.argsort(both, kind="stable")
    bounds = np.searchsorted(both[order], np.arange(count + 1))
    return [rows[order[bounds[n] : bounds[n + 1]]] for n in range(count)]
