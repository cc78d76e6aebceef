"""At kinks, ties and equal values a slope lies between those from both sides, by every way, for whole tensors.

The points are whole numbers, so that rectifiers stand at 0, values tie and deviations vanish; the sides are plain
difference quotients of compiled values, which know nothing of derivatives.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

import symnn

STEP = 1e-6
SHAPES = {"W": (2, 3), "x": (3,), "y": (3,)}
MODELS = (
    "E = std({f}(x) ⊙ log_softmax(y))",
    "h = {f}(W x)\nE = sum(h) - sum({f}(-W x)) + squared_norm(h)",
    "h = {f}(x)\nE = max(sum(h), sum({f}(y)), s)^2 + min(s, sum(x ⊙ y))",
    "a = softmax({f}(x) - {f}(y))\nE = abs(sum(a ⊙ x) - sum(a ⊙ y)) + {f}(s)^2",
    "g = sigmoid(W x)\nE = squared_norm(g ⊙ (W {f}(y)) + (1 - g))/(1 + {f}(s))",
    "E = sqrt(sum((exp({f}(x)) - exp({f}(y)))^2))",
)
FUNCTIONS = (
    "relu",
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("abs", "leaky_relu", "hard_tanh", "elu", "softplus")),
)
POINTS = (
    {"W": [[1, -1, 0], [0, 0, 0]], "x": [0, 0, 0], "y": [0, 0, 0], "s": 0},
    {"W": [[2, 1, 0], [0, -1, 1]], "x": [1, -2, 0], "y": [0, 1, -1], "s": -1},
)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("model", MODELS)
def test_a_slope_lies_between_those_from_both_sides(model, function):
    text = model.format(f=function)
    used = [name for name in POINTS[0] if re.search(rf"\b{name}\b", text)]
    shapes = {name: "x".join(map(str, SHAPES[name])) for name in used if name in SHAPES}
    net = symnn.network(text, shapes=shapes, parameters=used)
    step = net.compile()
    for point in POINTS:
        at = {name: np.array(point[name], dtype=float) for name in net.parameters}
        slopes, (values, compiled) = net.gradient({name: one.tolist() for name, one in at.items()}), step(at)
        if not np.isfinite(values["E"]):
            continue
        size = max(1.0, abs(float(values["E"])))
        for name, one in at.items():
            for place in np.ndindex(one.shape):
                left, right = sides(step, at, name, place)
                reach = 1e-4 * max(size, abs(left), abs(right))
                for way in (slopes, compiled):
                    slope = np.asarray(way[name])[place]
                    assert min(left, right) - reach <= slope <= max(left, right) + reach, (text, point, name, place)


def sides(step, at, name, place):
    """Give the difference quotients to the left and to the right."""
    ends = []
    for by in (-STEP, 0.0, STEP):
        moved = at[name].copy()
        moved[place] += by
        ends.append(float(step({**at, name: moved})[0]["E"]))
    return (ends[1] - ends[0]) / STEP, (ends[2] - ends[1]) / STEP
