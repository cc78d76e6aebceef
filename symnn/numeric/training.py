"""Gradient descent, w^{k+1} = w^k - η ∂E/∂w, until E < eps: every iteration is a record."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from symnn.derivation.optimizers import SGD
from symnn.errors import Problem, UsageError
from symnn.messages import raisable
from symnn.numeric.compile import compiled
from symnn.numeric.descending import Descending
from symnn.numeric.forward import missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from symnn.derivation.optimizers import Optimizer
    from symnn.networks.graph import Graph

__all__ = ["STEPS", "UNTIL", "Done", "Iteration", "Training", "training"]

STEPS: Final = 10_000
UNTIL: Final = 1e-6


class Iteration(Struct, frozen=True):
    """Iteration ``k``: the weights w^k, the loss there, and the gradient there; k = 0 is the start."""

    k: int
    loss: float
    parameters: Mapping[str, float]
    gradient: Mapping[str, float]


class Done(Struct, frozen=True):
    """Why training ended: the loss fell below the bound, the steps are used up, or numbers ran to infinity."""

    why: Literal["until", "steps", "diverged"]


class Training(Struct, frozen=True):
    """What is to be learnt: the loss ``of`` a graph of numbers, from values of everything.

    ``fixed`` holds a number for what is the same in all samples and a list, one number a sample, for what is
    not; ``start`` the first weights. Over several samples the loss is the sum, or the mean, as the graph's
    conventions say.
    """

    graph: Graph
    of: str
    start: Mapping[str, float]
    fixed: Mapping[str, float | list[float]]

    def iterations(
        self, rate: float, steps: int = STEPS, until: float = UNTIL, rule: Optimizer = SGD
    ) -> Iterator[Iteration | Done]:
        r"""Descend with the learning rate ``rate`` by an update rule; the last record says why it ended.

        >>> from symnn.networks.models import graph_from_text
        >>> graph = graph_from_text("a = w*x\nE = (a - z)^2")
        >>> descent = Training(graph, "E", {"w": 0.0}, {"x": 1.0, "z": 1.0}).iterations(0.25, until=0.1)
        >>> [iteration.loss for iteration in descent if isinstance(iteration, Iteration)]
        [1.0, 0.25, 0.0625]
        """
        step = compiled(self.graph, self.of, tuple(self.start))
        fixed, count = _columns(self.fixed)
        share = 1 / count if self.graph.conventions.reduction == "mean" and count else 1.0
        weights = dict(self.start)
        descent = Descending(rule, rate)
        for k in range(steps + 1):
            values, errors = step({**fixed, **weights})
            loss = float(values[self.of].sum() if hasattr(values[self.of], "sum") else values[self.of]) * share
            gradient = {name: float(error) * share for name, error in errors.items()}
            yield Iteration(k, loss, weights, gradient)
            why = _ended(loss, gradient, until, last=k == steps)
            if why is not None:
                yield Done(why)
                return
            weights = descent.step(weights, gradient)


def training(graph: Graph, at: Mapping[str, float], samples: Mapping[str, list[float]], of: str = "") -> Training:
    """Say what is to be learnt: the parameters of a graph that are not columns of the samples.

    ``at`` gives the first weights and what is the same for all samples; ``samples`` a list for each column.
    Raises: UsageError naming missing values, or if there is no scalar loss or nothing to learn.
    """
    loss = of or graph.result
    if loss is None:
        raise raisable(UsageError, Problem("no-scalar-gradient"))
    absent = missing(graph, {**at, **samples})
    if absent:
        raise raisable(UsageError, Problem("missing-value", {"names": absent}))
    weights = tuple(name for name in graph.parameters if name not in samples)
    if not weights:
        raise raisable(UsageError, Problem("nothing-to-learn"))
    fixed: dict[str, float | list[float]] = {
        name: at[name] for name in graph.free if name in at and name not in weights
    }
    return Training(graph, loss, {name: at[name] for name in weights}, {**fixed, **samples})


def _columns(fixed: Mapping[str, float | list[float]]) -> tuple[dict[str, Any], int]:
    """Give lists as arrays, and the number of samples (0 where all are numbers)."""
    lengths = [len(value) for value in fixed.values() if isinstance(value, list)]
    if not lengths:
        return dict(fixed), 0
    import numpy as np

    return {name: np.array(value) if isinstance(value, list) else value for name, value in fixed.items()}, lengths[0]


def _ended(
    loss: float, gradient: Mapping[str, float], until: float, *, last: bool
) -> Literal["until", "steps", "diverged"] | None:
    if not (math.isfinite(loss) and all(map(math.isfinite, gradient.values()))):
        return "diverged"
    if loss < until:
        return "until"
    return "steps" if last else None
