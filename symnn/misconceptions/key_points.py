"""Points at which a key is known: the first to compare answers with it, more to see that what is found holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count

from symnn.misconceptions.tensor_point import ANOTHER, TensorPoint, has_kinks
from symnn.networks.graph import Graph
from symnn.numeric.valued import Valued
from symnn.ops.shapes import Valueless

__all__ = ["KeyPoints"]

_MOST_DRAWS = 100


class KeyPoints:
    """Points of a network, drawn when they are needed, each with what a key is worth there."""

    def __init__(self, graph: Graph, truth: Callable[[TensorPoint], Valued], point: TensorPoint | None = None) -> None:
        self.is_bent = has_kinks(graph)
        self._graph = graph
        self.truth = truth
        self._known: list[tuple[TensorPoint, Valued]] = []
        self._seeds = count(ANOTHER, ANOTHER)
        self._left = _MOST_DRAWS
        if point is not None:
            self._look(point)

    def first(self, many: int) -> Iterator[tuple[TensorPoint, Valued]]:
        """Give so many points at which the key has a value, or as many as there are."""
        for place in range(many):
            while len(self._known) <= place and self._left:
                self._left -= 1
                self._look(TensorPoint(self._graph, seed=next(self._seeds), draws=1))
            yield from self._known[place : place + 1]

    def _look(self, point: TensorPoint) -> None:
        import numpy as np

        with suppress(Valueless), np.errstate(all="ignore"):
            truth = self.truth(point)
            if np.isfinite(truth.array).all():
                self._known.append((point, truth))
