"""What a record says is true of its operation is true, judged by plain evaluation."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

import symnn
from symnn.expressions.tree import Call, Name, Number, number
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.numeric.arithmetic import arrays, floats
from symnn.numeric.interpreter import Interpreter, value
from symnn.numeric.valued import Valued, filled_tensor
from symnn.ops.operation import TensorCall
from symnn.ops.shapes import Unfit
from symnn.ops.table import OF_NUMBERS, OF_TENSORS, OPERATIONS

M = floats()
PLACES = [k / 7 for k in range(-30, 31)]
FUNCTIONS = sorted(name for name, one in OF_NUMBERS.items() if one.is_function)


def inside(bounds, number):
    """Say whether a number lies between bounds."""
    low, high = bounds.low, bounds.high
    above = low is None or number > low or (number == low and not bounds.low_open)
    return above and (high is None or number < high or (number == high and not bounds.high_open))


def graph_of(name):
    """Give the points of an operation of one number where it is defined."""
    one = OPERATIONS[name]
    return [(place, one.value(M, place)) for place in PLACES if inside(one.domain, place)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_domain_and_range_hold(name):
    one = OPERATIONS[name]
    for place in PLACES:
        found = one.value(M, place)
        if inside(one.domain, place):
            assert inside(one.range, found), (place, found)
        else:
            assert math.isnan(found) or math.isinf(found)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if OPERATIONS[name].logarithm is not None])
def test_the_logarithm_and_the_complement_are_those_of_the_value(name):
    one = OPERATIONS[name]
    for place, found in graph_of(name):
        at = {"a": place}
        assert value(one.logarithm(Name("a")), at, M, {}) == pytest.approx(math.log(found), rel=1e-12)
        assert value(one.complement(Name("a")), at, M, {}) == pytest.approx(1 - found, rel=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_trend_and_parity_hold(name):
    one = OPERATIONS[name]
    values = [found for _, found in graph_of(name)]
    steps = [after - before for before, after in pairwise(values)]
    if one.trend:
        assert all(step * one.trend > 0 for step in steps)
    for place, found in graph_of(name):
        if one.parity:
            assert one.value(M, -place) == pytest.approx(one.parity * found, abs=1e-12)


@pytest.mark.parametrize("name", sorted(set(OF_NUMBERS) - {"top"}))
def test_slopes_jump_only_at_the_kinks(name):
    """Between kinks the slopes on both sides of a place are one number."""
    one = OPERATIONS[name]
    count = one.arity[0]
    free = [Name(f"u{place}") for place in range(count)]
    rng = np.random.default_rng(5)
    for _ in range(60):
        at = [float(number) for number in rng.uniform(0.05, 0.95, count) * rng.choice([1, -1 if count == 1 else 1])]
        values = {node.name: number for node, number in zip(free, at, strict=True)}
        if not inside(one.domain, at[0]) or any(abs(value(kink, values, M, {})) < 1e-3 for kink in one.kinks(*free)):
            continue
        h = 1e-6
        left = (one.value(M, *at) - one.value(M, at[0] - h, *at[1:])) / h
        right = (one.value(M, at[0] + h, *at[1:]) - one.value(M, *at)) / h
        assert left == pytest.approx(right, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("name", ["abs", "relu", "leaky_relu", "sign", "step", "max", "min", "floor"])
def test_a_kink_is_where_the_slope_or_the_value_jumps(name):
    one = OPERATIONS[name]
    at = [1.0, 1.0] if one.arity[0] > 1 else [0.0]
    free = [Name(f"u{place}") for place in range(len(at))]
    zeros = [value(kink, {node.name: v for node, v in zip(free, at, strict=True)}, M, {}) for kink in one.kinks(*free)]
    assert 0 in zeros
    h = 1e-6
    left = (one.value(M, *at) - one.value(M, at[0] - h, *at[1:])) / h
    right = (one.value(M, at[0] + h, *at[1:]) - one.value(M, *at)) / h
    assert abs(left - right) > 0.5 or max(abs(left), abs(right)) > 1 / (4 * h)


@pytest.mark.parametrize("slope", [None, 0.2, 0.0, 1.0, 3.0, -0.5])
@pytest.mark.parametrize("place", [-2.0, -0.3, 0.4, 5.0])
def test_leaky_relu_with_its_slope(slope, place):
    one = OPERATIONS["leaky_relu"]
    given = () if slope is None else (slope,)
    expected = place if place > 0 else place * (0.01 if slope is None else slope)
    assert one.value(M, place, *given) == pytest.approx(expected)
    assert one.value(arrays(), np.array([place]), *given)[0] == pytest.approx(expected)
    trees = (Name("u"), *(() if slope is None else (Name("c"),)))
    at = {"u": place, "c": slope}
    assert value(one.definition(*trees), at, M, {}) == pytest.approx(expected)
    slopes = [value(factors[0], at, M, {}) for factors in one.partials(Name("v"), *trees)]
    assert slopes[0] == pytest.approx(1 if place > 0 else 0.01 if slope is None else slope)
    assert math.prod(value(factor, at, M, {}) for factor in one.partials(Name("v"), *trees)[-1]) == pytest.approx(
        slopes[0] if slope is None else min(place, 0)
    )


def test_a_slope_above_1_is_no_maximum():
    one = OPERATIONS["leaky_relu"]
    assert value(one.definition(Name("u"), Number(3)), {"u": -2.0}, M, {}) == -6.0


def test_every_confusable_operation_exists_and_takes_as_much():
    for one in OPERATIONS.values():
        for other in one.confusable:
            assert OPERATIONS[other].arity[0] == one.arity[0]
            assert other != one.name


def test_words_belong_to_one_operation():
    words = [word for one in OPERATIONS.values() for word in {one.name, *one.words}]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("name", ["sum", "mean", "softmax", "center", "std", "variance", "normalize", "squared_error"])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (1, 4)])
def test_kernels_take_a_batch_before_the_axes(name, shape):
    one = OF_TENSORS[name]
    rng = np.random.default_rng(3)
    count = one.arity[0]
    batch = [rng.normal(size=(5, *shape)) for _ in range(count)]
    taken = TensorCall((Name("A"),) * count, (shape,) * count, tuple(s.default or 0 for s in one.settings))
    together = one.kernel(taken, tuple(batch), "first")
    for place in range(5):
        single = one.kernel(taken, tuple(array[place] for array in batch), "first")
        np.testing.assert_allclose(together[place], single)


LEAKS = """a = w*x + b
y = leaky_relu(a, {slope})
E = (y - z)^2"""


@pytest.mark.parametrize("slope", ["0.2", "1/5", "c", "2", "-1"])
@pytest.mark.parametrize("x", [-1.4, 0.9])
def test_leaky_relu_with_a_slope_is_one_operation_everywhere(slope, x):
    net = symnn.network(LEAKS.format(slope=slope))
    point = {"w": 0.7, "x": x, "b": 0.3, "z": 0.2} | ({"c": 0.35} if slope == "c" else {})
    factor = {"0.2": 0.2, "1/5": 0.2, "c": 0.35, "2": 2.0, "-1": -1.0}[slope]
    a = 0.7 * x + 0.3
    y = a if a > 0 else factor * a
    gradient = net.gradient(point)
    assert net.evaluate(point)["y"] == pytest.approx(y)
    assert gradient["w"] == pytest.approx(2 * (y - 0.2) * (1 if a > 0 else factor) * x)
    if slope == "c":
        assert gradient["c"] == pytest.approx(2 * (y - 0.2) * min(a, 0))
    values, found = net.compile()(point)
    assert values["y"] == pytest.approx(y)
    assert found == pytest.approx(gradient)
    values, found = net.compile()({**point, "x": np.array([x, -x])})
    assert values["y"][0] == pytest.approx(y)
    for one, other in (
        (f"leaky_relu(a, {slope})", "y"),
        (f"leaky_relu'(a, {slope})", f"{slope} + (1 - {slope})*step(a)"),
        ("diff(E, w)", f"2(y - z) leaky_relu'(a, {slope}) x"),
        (f"leaky_relu(a, {slope})", f"max(0, a) + ({slope})*min(0, a)"),
    ):
        assert symnn.compare(one, other, network=net).equal is True, (one, other)
    assert symnn.compare(f"leaky_relu(a, {slope})", "leaky_relu(a)", network=net).equal is False


def test_a_tensor_is_no_value_of_a_number():
    with pytest.raises(Unfit):
        filled_tensor(Valued(np.zeros(3), (3,)), ())


def test_a_prime_of_two_tensors_is_entrywise():
    """A prime is the derivative by the first argument; the others keep their entries."""
    given = {"x": filled_tensor([-1.0, 2.0, -3.0], (3,)), "c": filled_tensor([0.1, 0.2, 0.3], (3,))}
    found = Interpreter(arrays()).of(Call("leaky_relu", (Name("x"), Name("c")), 1), given)
    assert found.array.tolist() == pytest.approx([0.1, 1.0, 0.3])


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if OPERATIONS[name].anchor is not None])
def test_an_anchor_lies_on_the_graph(name):
    one = OPERATIONS[name]
    place, expected = one.anchor
    assert one.value(M, float(place)) == pytest.approx(float(expected))
    for level in (Fraction(1, 3), Fraction(2, 5)) if one.inverse is not None else ():
        inner = value(one.inverse(number(level)), {}, M, {})
        assert one.value(M, inner) == pytest.approx(float(level))


@pytest.mark.parametrize(("text", "expected"), [("leaky_relu(x, 1, 2)", "1–2"), ("max(x)", "≥ 2"), ("exp(x, x)", 1)])
def test_the_number_of_arguments_is_said_as_the_record_has_it(text, expected):
    problem = read(text, Scope.of(["x"]))
    assert problem.code == "arguments"
    assert problem.facts["expected"] == expected
