"""What a student's own formula of tensors says for one mistake and against another of equal value, and where."""

from __future__ import annotations

from functools import cached_property

from symnn.errors import Span
from symnn.expressions.tree import Name, Negative, Tree
from symnn.misconceptions.mistakes import Mistake
from symnn.misconceptions.tensor_point import Array, TensorPoint
from symnn.numeric.interpreter import Seen
from symnn.numeric.valued import valued
from symnn.ops.shapes import Shape, Valueless
from symnn.verdicts import codes

__all__ = ["TensorEvidence"]

_SAID, _UNSAID = -0.12, 0.3
_LACKING, _STILL_THERE = -0.04, 0.08
_NEAR, _ZERO = 1e-9, 1e-12


class TensorEvidence:
    """An answer's nodes by what they are worth, so that a piece is found in whatever spelling the student chose."""

    def __init__(self, point: TensorPoint, seen: Seen) -> None:
        self._point = point
        self._seen = seen

    @cached_property
    def _by_shape(self) -> dict[Shape, tuple[Array, list[Tree]]]:
        import numpy as np

        found: dict[Shape, tuple[list[complex], list[Tree]]] = {}
        for node, worth_of in self._seen.values():
            value = valued(worth_of)
            worth, nodes = found.setdefault(value.shape, ([], []))
            worth.append(complex(self._point.hashed(value)))
            nodes.append(node)
        return {shape: (np.array(worth), nodes) for shape, (worth, nodes) in found.items()}

    def same(self, tree: Tree) -> Tree | None:
        """Find the outermost node of the answer that is worth the same as a tree; a name only as itself."""
        if isinstance(tree, Name):
            return next(
                (node for node, _ in self._seen.values() if isinstance(node, Name) and node.name == tree.name), None
            )
        try:
            value = self._point.of(tree)
        except Valueless:
            return None
        known = self._by_shape.get(value.shape)
        if known is None:
            return None
        worth = complex(self._point.hashed(value))
        places = abs(known[0] - worth) <= _ZERO + _NEAR * abs(worth)
        return known[1][int(places.nonzero()[0][-1])] if places.any() else None

    def span(self, mistake: Mistake) -> Span | None:
        """Say where in the answer a mistake stands; nothing for what is missing."""
        nodes = (tree if tree.span is not None else self.same(tree) for tree in mistake.shows)
        return next((node.span for node in nodes if node is not None), None)

    def weigh(self, mistake: Mistake) -> float:
        """Say how much likelier (negative) or unlikelier the text makes a mistake."""
        weight = 0.0
        if mistake.kind is codes.SIGN and mistake.shows:
            was_minus = isinstance(dict(mistake.facts).get("at"), Negative)
            is_minus = self.same(Negative(mistake.shows[0])) is not None
            weight += _SAID if is_minus != was_minus else _UNSAID
        elif mistake.shows:
            weight += _SAID if any(self.same(tree) is not None for tree in mistake.shows) else _UNSAID
        if mistake.lacks:
            weight += _STILL_THERE if any(self.same(tree) is not None for tree in mistake.lacks) else _LACKING
        return weight
