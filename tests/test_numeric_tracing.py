"""Saturated, huge and flat: where floats overflow, cancel or multiply 0 by infinity the numbers are still so.

The reference is mpmath at 400 digits, evaluated from formulas written here, and its derivative of them.
"""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import symnn
from symnn.derivation.sweep import derive
from symnn.networks.conventions import Conventions
from symnn.networks.declarations import Declarations
from symnn.networks.models import graph_from_text
from symnn.numeric.arithmetic import arrays, floats
from symnn.numeric.balls import balls, double, precision, rational
from symnn.numeric.evaluation import evaluated
from symnn.numeric.exact import exact
from symnn.numeric.formatting import Digits
from symnn.numeric.forward import forward
from symnn.ops.table import OF_NUMBERS

BITS = 400


def logistic(a):
    return 1 / (1 + mpmath.exp(-a))


def log_of_sum(*a):
    return mpmath.log(sum(mpmath.exp(one) for one in a))


SATURATED = (
    ("E = cross_entropy(sigmoid(a), 1)", lambda a: mpmath.log(1 + mpmath.exp(-a))),
    ("E = cross_entropy(sigmoid(a), 0)", lambda a: mpmath.log(1 + mpmath.exp(a))),
    ("y = 1/(1 + exp(-a))\nE = -log(1 - y)", lambda a: mpmath.log(1 + mpmath.exp(a))),
    ("f(x) = x/(1 + exp(-x))\nE = f(a)", lambda a: a * logistic(a)),
    ("E = (exp(a) - exp(-a))/(exp(a) + exp(-a))", mpmath.tanh),
    ("E = log(exp(a) + exp(2*a))", lambda a: log_of_sum(a, 2 * a)),
    ("E = softplus(a) - relu(a)", lambda a: mpmath.log(1 + mpmath.exp(a)) - max(0, a)),
    ("E = exp(a)/(1 + exp(a))^2", lambda a: logistic(a) * (1 - logistic(a))),
    ("E = sqrt(a^2 + 1) - abs(a)", lambda a: mpmath.sqrt(a**2 + 1) - abs(a)),
    ("E = log(cosh(a))", lambda a: mpmath.log(mpmath.cosh(a))),
)


@pytest.mark.parametrize(
    "at",
    ["0.3", "-36", "40", "800", *(pytest.param(x, marks=pytest.mark.slow) for x in ("-0.7", "15", "-750", "3000"))],
)
@pytest.mark.parametrize(("network", "formula"), SATURATED)
def test_saturated_values_and_slopes_are_right_to_the_last_digit(network, formula, at):
    net = symnn.network(network)
    digits = 200 + 2 * abs(int(float(at)))  # exp(-3000) is below 10^-1300, and its slope wants as many again
    with mpmath.workdps(digits):
        step = mpmath.mpf(10) ** -(digits // 4)
        value, slope = formula(mpmath.mpf(at)), mpmath.diff(formula, mpmath.mpf(at), h=step)
        expected, slope = float(value), float(slope)
    assert net.evaluate({"a": float(at)})["E"] == pytest.approx(expected, rel=1e-15, abs=1e-320)
    assert net.gradient({"a": float(at)})["a"] == pytest.approx(slope, rel=1e-15, abs=1e-320)
    batch = {"a": np.array([0.5, float(at)])}
    assert net.evaluate(batch)["E"][1] == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert net.gradient(batch)["a"][1] == pytest.approx(slope, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("logits", [(1000, 0, 0), (710, -5, 3), (0, 5000, -5000), (1, 1, 1)])
@pytest.mark.parametrize("target", [0, 1, 2])
def test_softmax_with_cross_entropy_neither_overflows_nor_divides_by_zero(logits, target):
    shapes = {"a": (3,), "y": (3,), "z": (3,)}
    net = graph_from_text("y = softmax(a)\nE = cross_entropy(y, z)", Declarations(shapes=shapes))
    at = {f"a[{place}]": Fraction(logit) for place, logit in enumerate(logits, 1)}
    at |= {f"z[{place}]": Fraction(int(place - 1 == target)) for place in (1, 2, 3)}
    found = evaluated(net, at, "floats", derive(net))
    with mpmath.workdps(5_000):
        loss = log_of_sum(*map(mpmath.mpf, logits)) - logits[target]
        shares = [mpmath.exp(logit - log_of_sum(*map(mpmath.mpf, logits))) for logit in logits]
        expected = [float(share - (place == target)) for place, share in enumerate(shares)]
    assert found.values["E"] == pytest.approx(float(loss), rel=1e-14, abs=1e-300)
    assert found.values["y"] == pytest.approx([float(share) for share in shares], rel=1e-14)
    assert found.gradient["a"] == pytest.approx(expected, rel=1e-14)


FLAT = (
    ("E = sqrt(max(0, x^2 - z^2))", {"x": 1, "z": 2}, "x", 0),
    ("E = sqrt(a^2 + b^2)^2/2", {"a": 0, "b": 0}, "a", 0),
    ("r = relu(w*x)\nE = 0.5*sqrt(r^2)^2", {"w": 0.5, "x": -1}, "w", 0),
    ("E = x*log(x)", {"x": 0}, "x", -math.inf),
    ("E = x^2*log(x)", {"x": 0}, "x", 0),
    ("E = (x^3)^(1/3)", {"x": 0}, "x", 1),
    ("E = sqrt(x^4) + x", {"x": 0}, "x", 1),
    ("E = abs(x)^3*sign(x) + 2*x", {"x": 0}, "x", 2),
    ("E = relu(x) - relu(-x)", {"x": 0}, "x", 1),
    ("E = abs(x)*abs(x)", {"x": 0}, "x", 0),
    ("E = max(x, 2*x, 3*x) + min(x, 2*x, 3*x)", {"x": 0}, "x", 4),
    ("E = sqrt(relu(x))", {"x": -1}, "x", 0),
    ("E = max(0, a) + min(0, exp(a) - 1)", {"a": 0}, "a", 1),
    ("E = cross_entropy(y, z)", {"y": 1, "z": 1}, "y", -1),
    ("E = -z*log(y)", {"y": 0, "z": 0}, "y", 0),
    ("E = cross_entropy(sigmoid(a), z)", {"a": 900, "z": 1}, "z", -900),
)


@pytest.mark.parametrize(("network", "at", "name", "slope"), FLAT)
def test_slopes_that_the_chain_rule_multiplies_by_infinity_are_taken_from_the_sides(network, at, name, slope):
    net = symnn.network(network)
    assert net.gradient(at)[name] == slope
    batch = {key: np.array([value, value], dtype=float) for key, value in at.items()}
    assert net.gradient(batch)[name].tolist() == [slope, slope]
    if "relu(-x)" not in network:  # compiled code does not look at the sides of a kink where nothing is infinite
        step = net.compile()
        assert step({key: float(value) for key, value in at.items()})[1][name] == slope
        assert step(batch)[1][name].tolist() == [slope, slope]
    if math.isfinite(slope) and "sigmoid" not in network:
        assert net.gradient(at, exact=True)[name] == str(slope)
        assert float(net.gradient(at, digits=30)[name]) == pytest.approx(slope, abs=1e-25)


KINKS = ("abs(x)", "relu(x)", "max(x, -2*x)", "min(x, 3*x)", "leaky_relu(x)", "max(0, x) + x", "sqrt(x^2)", "-relu(x)")


@pytest.mark.parametrize("conventions", [Conventions(), Conventions(relu_at_zero=0.5, ties="shared")])
@pytest.mark.parametrize("formula", KINKS)
def test_a_slope_at_a_kink_lies_between_the_two_sides(formula, conventions):
    graph = graph_from_text(f"y = {formula}", Declarations(conventions=conventions))
    h = 1e-7
    (left, right) = ((evaluated(graph, {"x": side}).values["y"] / side) for side in (-h, h))
    slope = evaluated(graph, {"x": 0}, "floats", derive(graph)).gradient["x"]
    assert min(left, right) - 1e-9 <= slope <= max(left, right) + 1e-9


def test_the_declared_convention_decides_where_the_sides_differ():
    for at_zero in (0.0, 0.25, 1.0):
        graph = graph_from_text("y = 3*relu(x)", Declarations(conventions=Conventions(relu_at_zero=at_zero)))
        assert evaluated(graph, {"x": 0}, "floats", derive(graph)).gradient == {"x": 3 * at_zero}


@pytest.mark.parametrize("text", ["E = cross_entropy(y, z)", "E = -z*log(y) - (1 - z)*log(1 - y)"])
@pytest.mark.parametrize(("y", "z", "loss"), [(1, 1, 0.0), (0, 0, 0.0), (1, 0, math.inf), (0, 1, math.inf)])
def test_zero_times_log_zero_is_zero_in_every_arithmetic(text, y, z, loss):
    import sympy

    graph = graph_from_text(text)
    with np.errstate(all="ignore"):
        assert forward(graph, {"y": np.array([float(y)]), "z": float(z)}, arrays())["E"].tolist() == [loss]
    assert forward(graph, {"y": float(y), "z": float(z)}, floats())["E"] == loss
    with precision(BITS):
        assert double(forward(graph, {"y": rational(y), "z": rational(z)}, balls())["E"]) == loss
    found = forward(graph, {"y": sympy.Integer(y), "z": sympy.Integer(z)}, exact())["E"]
    assert found == (0 if loss == 0 else sympy.oo)


def test_a_value_outside_the_domain_stays_undefined():
    assert math.isnan(symnn.network("E = cross_entropy(y, z)").evaluate({"y": 2, "z": 0})["E"])
    assert math.isnan(symnn.network("E = z*log(y)").evaluate({"y": -1, "z": 0})["E"])


def test_digits_and_exact_values_of_tensors_come_with_the_defaults_too():
    net = symnn.network("rnn")
    at = {"x_1": [1, 1], "x_2": np.array([1, 1]), "x_3": (2, 2)}
    numbers = net.evaluate(at)
    assert [float(value) for value in net.evaluate(at, digits=30)["h_3"]] == numbers["h_3"]
    assert [float(value) for value in net.evaluate(at, exact=True)["h_3"]] == numbers["h_3"]


SCALE, ALPHA = mpmath.mpf("1.0507009873554805"), mpmath.mpf("1.6732632423543772")
"""Of SELU; Klambauer and others 2017."""


def test_every_function_of_one_number_is_right_where_it_is_huge():
    """Each operation at ±30 and ±700 as a network, against mpmath where that has a value."""
    reference = {
        "sigmoid": logistic,
        "softplus": lambda a: mpmath.log(1 + mpmath.exp(a)),
        "relu": lambda a: max(mpmath.mpf(0), a),
        "leaky_relu": lambda a: max(a / 100, a),
        "abs": abs,
        "squared_norm": lambda a: a**2,
        "identity": lambda a: a,
        "swish": lambda a: a * logistic(a),
        "gelu": lambda a: a * mpmath.erfc(-a / mpmath.sqrt(2)) / 2,
        "gelu_tanh": lambda a: a * logistic(2 * mpmath.sqrt(2 / mpmath.pi) * (a + mpmath.mpf("0.044715") * a**3)),
        "mish": lambda a: a * mpmath.tanh(mpmath.log(1 + mpmath.exp(a))),
        "softsign": lambda a: a / (1 + abs(a)),
        "selu": lambda a: SCALE * (a if a > 0 else ALPHA * mpmath.expm1(a)),
        "hard_sigmoid": lambda a: min(max(a / 6 + mpmath.mpf(1) / 2, 0), 1),
        "hard_tanh": lambda a: min(max(a, -1), 1),
        "step": lambda a: mpmath.mpf(a > 0),
    }
    names = [op.name for op in OF_NUMBERS.values() if op.is_function and op.arity == (1, 1)]
    for name in names:
        formula = reference.get(name) or getattr(mpmath, name, None)
        assert formula is not None, f"{name} has no reference here"
        for at in (-700.0, -30.0, 0.25, 30.0, 700.0):
            with mpmath.workdps(700):
                value = formula(mpmath.mpf(at))
            found = symnn.network(f"y = {name}(a)").evaluate({"a": at})["y"]
            if isinstance(value, mpmath.mpc) and value.imag:
                assert math.isnan(found)
            else:
                assert found == pytest.approx(float(mpmath.re(value)), rel=1e-15, abs=1e-300), (name, at)


def test_decimal_input_is_what_was_written():
    assert symnn.network("y = step(a + b - c)").evaluate({"a": 0.1, "b": 0.2, "c": 0.3})["y"] == 0.0
    assert evaluated(graph_from_text("y = 10*x"), {"x": Fraction(1, 10)}, Digits("decimals", 3)).values["y"] == "1.000"


def test_a_kink_elsewhere_leaves_exact_slopes_as_they_are():
    net = symnn.network("E = relu(a) + exp(b) + sin(b)*c")
    found = net.gradient({"a": 0, "b": 1, "c": 2}, exact=True)
    assert found == {"a": "0", "b": "2*cos(1) + e", "c": "sin(1)"}
    assert net.gradient({"a": 0, "b": 1, "c": 2}, digits=300)["c"][:20] == "0.84147098480789650665"[:20]


SQUARES = "a0 = x*x\n" + "".join(f"a{i} = a{i - 1}*a{i - 1}\n" for i in range(1, 40)) + "E = a39\n"


@pytest.mark.parametrize(
    ("network", "at", "expected"),
    [
        (SQUARES, {"x": 1.1}, math.inf),
        (SQUARES, {"x": 0.5}, 0.0),
        ("E = exp(exp(exp(x)))", {"x": 20}, math.inf),
        ("E = x^(10^6)", {"x": Fraction(10) ** 400}, math.inf),
        ("E = x^y", {"x": 1e300, "y": 1e300}, math.inf),
        ("E = (1/3)^x", {"x": 1e7}, 0.0),
        ("E = sin(x)", {"x": Fraction(10) ** 400}, -0.9985382319830979),
        ("E = step(exp(x)*exp(-x) - 1)", {"x": 1}, 0.0),
    ],
)
def test_huge_numbers_take_bounded_work(network, at, expected):
    """Fractions that grow are balls from some length on, and an exact value that nobody could read is refused."""
    net = symnn.network(network)
    assert net.evaluate(at)["E"] == pytest.approx(expected, rel=1e-12)
    assert set(net.gradient(at)) == set(at)
    codes: set[str] = set()
    try:
        net.evaluate(at, exact=True)
    except symnn.SymnnError as refused:
        codes = {problem.code for problem in refused.problems}
    assert codes <= {"too-long-fraction"}


@pytest.mark.parametrize(
    ("text", "at", "slopes"),
    [
        ("E = sqrt((exp(x) - exp(y))^2 + (sin(x) - sin(y))^2)", {"x": "0.3", "y": "0.3"}, {"x": 0.0, "y": 0.0}),
        ("E = ((exp(x) - exp(y))^4)^(1/4)", {"x": "0.3", "y": "0.3"}, {"x": 0.0, "y": 0.0}),
        ("E = (exp(x) - exp(y))^3", {"x": "0.3", "y": "0.3"}, {"x": 0.0, "y": 0.0}),
        ("E = sqrt(exp(x)^2 - exp(2*x))", {"x": "0.3"}, {"x": 0.0}),
    ],
)
def test_a_difference_that_is_zero_but_not_provably_so_has_a_power_and_a_root(text, at, slopes):
    graph = graph_from_text(text)
    at = {name: Fraction(value) for name, value in at.items()}
    found = evaluated(graph, at, "floats", derive(graph, "E", tuple(slopes)))
    assert found.values["E"] == 0
    assert found.gradient == slopes
    assert evaluated(graph, at, Digits("significant", 20)).values["E"] == "0"


def test_a_root_of_what_is_below_zero_is_no_number():
    found = evaluated(graph_from_text("E = sqrt(exp(x) - 2)"), {"x": Fraction(3, 10)})
    assert math.isnan(found.values["E"])
