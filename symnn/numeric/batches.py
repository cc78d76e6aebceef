"""Many points of a network of numbers at once, in arrays; where these leave a doubt, each such point by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symnn.numeric.arithmetic import arrays
from symnn.numeric.evaluation import Evaluation, evaluated
from symnn.numeric.forward import forward
from symnn.numeric.gradient import backward
from symnn.numeric.kink_sides import zeros_watched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.derivation.sweep import Derivation
    from symnn.networks.graph import Graph

__all__ = ["in_a_batch"]


def in_a_batch(
    graph: Graph, at: Mapping[str, Any], derivation: Derivation | None = None, most: int | None = None
) -> Evaluation:
    r"""Give values and slopes, arrays of the batch's shape for what depends on an array.

    Points where a number is not finite, or where a kink decides a slope, are evaluated one by one, as `evaluated`
    does, but no more of them than ``most``. Raises: UsageError naming missing values.

    >>> import numpy as np
    >>> from symnn.derivation.sweep import derive
    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("y = sigmoid(a)\nE = cross_entropy(y, z)")
    >>> found = in_a_batch(graph, {"a": np.array([0.0, 800.0]), "z": 0.0}, derive(graph, "E", ("a",)))
    >>> found.values["E"].round(6).tolist(), found.gradient["a"].tolist()
    ([0.693147, 800.0], [0.5, 1.0])
    """
    import numpy as np

    given = {name: np.asarray(value, dtype=float) for name, value in at.items()}
    shape = np.broadcast_shapes(*(value.shape for value in given.values()))
    m = arrays(graph.conventions)
    values = forward(graph, given, m)
    noting, kinks = zeros_watched(m)
    errors = backward(derivation, values, noting) if derivation is not None else {}
    slopes = {name: errors[name] for name in derivation.wrt} if derivation is not None else {}
    doubtful = np.zeros(shape, dtype=bool)
    for part in (*(~np.isfinite(number) for number in (*values.values(), *slopes.values())), *kinks):
        doubtful |= part
    if doubtful.any():
        places = [tuple(place) for place in np.argwhere(doubtful)[:most]]
        values, slopes = _one_by_one(graph, given, derivation, (shape, places), (values, slopes))
    return Evaluation(values, slopes if derivation is not None else None)


def _one_by_one(
    graph: Graph,
    given: Mapping[str, Any],
    derivation: Derivation | None,
    doubtful: tuple[tuple[int, ...], list[Any]],
    found: tuple[Any, Any],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Evaluate the doubtful points anew, these places of a shape."""
    import numpy as np

    shape, places = doubtful
    spread = {name: np.broadcast_to(value, shape) for name, value in given.items()}
    values, slopes = ({name: np.broadcast_to(v, shape).copy() for name, v in part.items()} for part in found)
    for place in places:
        at: dict[str, Any] = {name: float(value[place]) for name, value in spread.items()}
        point = evaluated(graph, at, "floats", derivation)
        for name, value in point.values.items():
            values[name][place] = value
        for name, slope in (point.gradient or {}).items():
            slopes[name][place] = slope
    return values, slopes
