"""Any call of any operation: refused with a place, or the same by every way, with slopes that are those of its values.

The arguments are not only those an operation is meant for: too few, too many, numbers among tensors, axes, ranks.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import symnn
from symnn.ops.table import OPERATIONS

SHAPES = {"X": (3, 3), "Y": (3, 3), "x": (3,), "I": (2, 4, 4), "J": (2, 3, 3)}
POOLS = (
    "X X X X X X",
    "X Y 2 2 1 1",
    "x X x s s 1",
    "s s s s s s",
    "X 1 1 0 2 1",
    "X rows 1 1 1 1",
    "I J 1 1 1 1",
    "2 X x 1 1 1",
    "x s s s s s",
    "X s 2 1 1 1",
    "1 x s x x x",
)
MODELS = ("y = {}\nE = sum(y)", "y = {}\nE = y^2", "E = squared_norm(X + {})")
STEP = 1e-6

Written = tuple[str, str]
"""A call and the model that it stands in."""


def calls(name: str) -> list[str]:
    most = OPERATIONS[name].written_arity[1]
    pools = itertools.product(map(str.split, POOLS), range(min(most + 2, 7)))
    return list(dict.fromkeys(f"{name}({', '.join(pool[:count])})" for pool, count in pools))


def some(shape: tuple[int, ...], start: float) -> object:
    """Give numbers that are all different, away from kinks, and inside the domain of every function."""
    entries = start + 0.07 * np.arange(math.prod(shape)).reshape(shape) ** 0.9
    return entries.tolist() if shape else start


def at_a_point(net: symnn.Network) -> dict[str, object]:
    names = (*net.inputs, *net.targets, *net.parameters)
    return {name: some(SHAPES.get(name, ()), 0.21 + 0.03 * place) for place, name in enumerate(names)}


def judged(text: str) -> str:
    """Say what was wrong with a model, or nothing."""
    try:
        shapes = {name: shape for name, shape in SHAPES.items() if name in text}
        net = symnn.network(text, shapes={name: "x".join(map(str, shape)) for name, shape in shapes.items()})
        at = at_a_point(net)
        slopes = net.gradient(at)
        step = net.compile()
    except symnn.SymnnError as error:
        return "" if str(error) else "refused without a word"
    net.derive("E").latex()
    values, gradients = step(at)
    one = net.evaluate(at)
    if not isinstance(one["E"], float) or not math.isfinite(one["E"]):
        return ""
    for name, slope in slopes.items():
        if not np.allclose(gradients[name], slope, rtol=1e-9, atol=1e-9, equal_nan=True):
            return f"the compiled slope by {name} is {gradients[name]}, the interpreter's {slope}"
        moved = np.asarray(at[name], dtype=float)
        move = np.zeros(moved.shape)
        move.flat[0] = STEP
        up, down = (net.evaluate({**at, name: (moved + by).tolist()})["E"] for by in (move, -move))
        if not np.isclose((up - down) / (2 * STEP), np.ravel(slope)[0], rtol=1e-3, atol=1e-4, equal_nan=True):
            return f"the slope by {name} is {np.ravel(slope)[0]}, that of its values {(up - down) / (2 * STEP)}"
    for name, value in values.items():
        if not np.allclose(value, one[name], rtol=1e-9, atol=1e-9, equal_nan=True):
            return f"the compiled {name} is {value}, the interpreter's {one[name]}"
    return ""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("y = elu(x, s)\nE = sum(y)", id="a tensor's slopes by a second argument"),
        pytest.param("y = clip(x, s, t)\nE = sum(y)", id="and by a third"),
        pytest.param("y = elu(W x, s)\nE = sum(y)", id="a matrix product inside"),
        pytest.param("y = sum(s)\nE = y^2", id="a whole number"),
        pytest.param("E = squared_norm(X + softmax(2))", id="a literal number"),
        pytest.param("E = squared_norm(X + std(s))", id="a number among matrices"),
        pytest.param("y = conv_flipped(X, 1)\nE = sum(y)", id="a kernel of one number"),
        pytest.param("y = outer(x, s)\nE = sum(y)", id="outer by a number"),
        pytest.param("y = exp(2)\nE = y^2", id="nothing to derive by"),
    ],
)
def test_arguments_of_any_kind_are_computed_alike(text):
    assert judged(text.replace("W", "X")) == ""


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("top(x, y)", "rank"),
        ("top(s, x, x)", "rank"),
        ("top(3, x, x)", "rank"),
        ("top(0, x, x)", "rank"),
        ("log(X, rows)", "no-axis"),
        ("outer(X, s)", "shape-product"),
    ],
)
def test_arguments_that_mean_nothing_are_refused(call, code):
    with pytest.raises(symnn.SymnnError) as caught:
        symnn.network(f"h = {call}\nE = sum(h)", shapes={"X": "3x3", "x": "3"})
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_call_of_an_operation_is_refused_or_right(name):
    wrong = {text: judged(text) for call in calls(name) for model in MODELS if (text := model.format(call))}
    assert {text: said for text, said in wrong.items() if said} == {}
