"""An answer at one point: what it is worth there beside the key, and what trees around its parts are worth."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.expressions.tree import Call, Derivative, Name, Tree, walk
from symnn.misconceptions.tensor_point import TensorPoint
from symnn.numeric.interpreter import Seen
from symnn.numeric.valued import Valued
from symnn.ops.shapes import Valueless

__all__ = ["Trial"]

_SAME, _SMALL = 1e-9, 1e-12
_NOTHING: Mapping[str, Valued] = MappingProxyType({})
_NO_VALUE = (Valueless, ValueError)


class Trial:
    """One answer at one point; ``truth`` is the right one there, where it is a number."""

    def __init__(self, point: TensorPoint, truth: Valued, answer: Tree) -> None:
        self.point = point
        self.answer = answer
        self.truth = float(truth.array) if not truth.shape else None
        self._truth = truth.shape, complex(point.hashed(truth))
        size = abs(self._truth[1])
        self._near = _SAME * size + _SMALL * (size < _SMALL)
        self._seen: Seen = {}
        self._given = dict(point.given)
        for node in walk(answer):
            if isinstance(node, Derivative) and (slope := _carried_out(node, point)) is not None:
                self._seen[id(node)] = (node, point.of(slope).array)
        self._worth = self.value(answer, keeps=True)  # its parts are kept even if the whole has no value

    @property
    def fits(self) -> bool:
        """Whether the answer has the shape of the key, or none yet."""
        return self._worth is None or self._worth.shape == self._truth[0]

    @property
    def is_wrong(self) -> bool:
        """Whether the answer differs from the key at this point, and the key tells something there."""
        shape, truth = self._truth
        if not truth or self._worth is None or self._worth.shape != shape:
            return bool(truth)
        return not self.is_right

    @property
    def differs(self) -> bool:
        """Whether the answer has a value of the key's shape at this point, and another one."""
        return self._worth is not None and self._worth.shape == self._truth[0] and not self.is_right

    @property
    def is_right(self) -> bool:
        """Whether the answer is worth here what the key is, be it nothing."""
        return self._worth is not None and bool(self.right(Valued(self._worth.array[None], self._worth.shape)))

    def value(self, tree: Tree, given: Mapping[str, Valued] = _NOTHING, *, keeps: bool = False) -> Valued | None:
        """Evaluate a tree made of parts of the answer, and of names that are ``given``; None where it has no value.

        What ``keeps`` its nodes must live as long as this trial does.
        """
        known = len(self._seen)
        self._given.update(given)
        try:
            return self.point.of(tree, self._given, self._seen)
        except _NO_VALUE:
            return None
        finally:
            while not keeps and len(self._seen) > known:
                self._seen.popitem()  # nodes that are gone: others will have their ids

    def right(self, values: Valued) -> list[int]:
        """List the places of a batch at which an answer is right."""
        import numpy as np

        shape, truth = self._truth
        if values.shape != shape:
            return []
        near = np.abs(self.point.hashed(values) - truth) <= self._near
        found: list[int] = np.flatnonzero(near).tolist() if near.any() else []
        return found

    def is_nothing(self, tree: Tree) -> bool:
        """Say whether a tree is worth 0 here."""
        value = self.value(tree)
        return value is not None and not value.array.any()


def _carried_out(node: Derivative, point: TensorPoint) -> Tree | None:
    """Write the derivative of a unit by what it is applied to as f'(a)."""
    if isinstance(node.of, Name) and isinstance(node.wrt, Name):
        right = point.graph.definitions.get(node.of.name)
        if isinstance(right, Call) and right.arguments == (node.wrt,) and not right.order:
            return Call(right.function, right.arguments, 1)
    return None
