"""What every single mistake makes of the key at one point, in floats: a sieve before residues are compared.

What is one of them as a residue is one of them as a float, too, so of a thousand changed answers only those are
worked out as residues that come near one.
"""

from __future__ import annotations

from operator import attrgetter

from symnn.expressions.tree import Tree
from symnn.misconceptions.dictionary import Dictionary
from symnn.misconceptions.tensor_point import Array, TensorPoint
from symnn.numeric.interpreter import Seen
from symnn.ops.shapes import Valueless

__all__ = ["SingleValues"]

_NEAR, _SMALL = 1e-7, 1e-10
"""Wider than rounding, and still next to nothing comes so near by chance."""


_SIDES = (attrgetter("over"), attrgetter("under"))


class SingleValues:
    """The values at a point of the answers that `Dictionary.single` knows."""

    def __init__(self, dictionary: Dictionary, point: TensorPoint) -> None:
        import numpy as np

        self._point = point
        self._seen: Seen = {}
        with np.errstate(all="ignore"):
            over, under = (np.array([self._product(of(one)) for one in dictionary.groups]) for of in _SIDES)
            ratios = over / under  # 0 below says nothing, and is no exception of Python's
            frames = [base.frame for base in dictionary.bases if base.frame.mistake is None]
            within = [self._of(frame.rest) + self._of(frame.product) * ratios for frame in frames]
            found = np.concatenate(([self._of(tree) for tree in dictionary.whole_trees], *within))
        self._seen.clear()
        self._known: Array | None = np.sort(found) if np.isfinite(found).all() else None

    def near(self, values: Array) -> Array:
        """Say of each value if it may be one of them; of one without a value nothing is known."""
        import numpy as np

        if self._known is None or not self._known.size:
            return np.full(len(values), self._known is None)
        slack = _NEAR * np.abs(values) + _SMALL
        first = np.searchsorted(self._known, values - slack, "left")
        return (np.searchsorted(self._known, values + slack, "right") > first) | ~np.isfinite(values)

    def _product(self, trees: tuple[Tree, ...]) -> float:
        value = 1.0
        for tree in trees:
            value *= self._of(tree)
        return value

    def _of(self, tree: Tree) -> float:
        try:
            value = self._point.of(tree, None, self._seen)
        except (Valueless, ValueError):
            return float("nan")
        return float("nan") if value.shape else float(value.array)
