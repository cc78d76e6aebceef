"""Steps of an update rule in numbers: all parameters at once, each with its own state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from symnn.derivation.optimizers import GRADIENT, PARAMETER, STEP, Optimizer
from symnn.numeric.arithmetic import arrays
from symnn.numeric.interpreter import Interpreter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Descending"]


class Descending:
    """One descent with an update rule; what the rule keeps from step to step begins with 0.

    >>> from symnn.derivation.optimizers import OPTIMIZERS
    >>> down = Descending(OPTIMIZERS["momentum"], 0.1)
    >>> first = down.step({"w": 1.0}, {"w": 1.0})
    >>> first, down.step(first, {"w": 1.0})
    ({'w': 0.9}, {'w': 0.71})
    """

    def __init__(self, rule: Optimizer, rate: float) -> None:
        self._rule = rule
        self._fixed = {name: float(value) for name, value in rule.settings.items()} | {"eta": rate}
        self._kept: dict[str, Any] = {}
        self._taken = 0
        self._interpreter = Interpreter(arrays())

    def step(self, weights: Mapping[str, Any], gradient: Mapping[str, Any]) -> dict[str, Any]:
        """Give the new weights, of the shapes of the old ones."""
        import numpy as np

        self._taken += 1
        shapes = {name: np.shape(value) for name, value in weights.items()}
        old = _joined([weights[name] for name in shapes])
        at = self._fixed | dict.fromkeys(self._rule.states, np.zeros_like(old)) | self._kept
        at |= {PARAMETER: old, GRADIENT: _joined([gradient[name] for name in shapes]), STEP: float(self._taken)}
        with np.errstate(all="ignore"):
            for left, right in self._rule.equations:
                at[left] = self._interpreter.of(right, at)
        self._kept = {name: at[name] for name in self._rule.states}
        return _parted(at[PARAMETER], shapes)


def _joined(values: list[Any]) -> NDArray[np.float64]:
    import numpy as np

    return np.concatenate([np.ravel(np.asarray(value, dtype=float)) for value in values])


def _parted(joined: NDArray[np.float64], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    """Cut what was joined; a number is a Python float again."""
    import math

    found: dict[str, Any] = {}
    start = 0
    for name, shape in shapes.items():
        end = start + math.prod(shape)
        found[name] = joined[start:end].reshape(shape) if shape else float(joined[start])
        start = end
    return found
