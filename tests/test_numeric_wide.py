"""Exponentials beyond floats: what comes of them is right in every interpreter, and so are the slopes through them."""

from __future__ import annotations

from functools import cache

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symnn.derivation.sweep import derive
from symnn.networks.declarations import Declarations
from symnn.networks.models import graph_from_text
from symnn.numeric.arithmetic import arrays, floats
from symnn.numeric.compile import compiled
from symnn.numeric.forward import forward
from symnn.numeric.gradient import backward
from symnn.numeric.interpreter import value
from symnn.numeric.wide import as_floats, wide, widened

DENORMAL = -740.0
PLACES = (-6000.0, -800.0, DENORMAL, -35.0, 0.5, 36.0, 710.0, 800.0, 6000.0)
POINTS = st.fixed_dictionaries({name: st.sampled_from(PLACES) for name in "abc"})
FORMS = (
    "y = exp(a)/(1 + exp(a))",
    "y = 1/(1 + 2*exp(-a))",
    "y = exp(a)/(exp(a) + exp(b) + exp(c))",
    "y = log(exp(a) + 3*exp(b) + exp(c))",
    "y = log(1 + exp(a)) - log(1 + exp(b))",
    "y = sqrt(exp(a)/(exp(a) + exp(b)))",
    "y = sqrt(exp(a) + exp(b))/(exp(a/2) + exp(b/2))",
    "y = log(1 + log(1 + exp(a) + exp(b)))",
    "y = tanh(exp(a)/(exp(a) + exp(b)))",
    "y = (exp(a) - exp(-a))/(exp(a) + exp(-a))",
    "y = exp(a)^2/(exp(b)^2 + exp(a)^2)",
    "y = exp(2*a - b)/(1 + exp(2*a - b))",
    "y = 1/(1 + exp(a)*exp(-b))",
    "y = (exp(a) + exp(b))^(1/3)/(exp(a/3) + exp(b/3))",
    "y = max(exp(a), 2*exp(b))/(exp(a) + exp(b))",
    "y = sinh(a)/(cosh(a) + cosh(b))",
    "u = exp(a)\ny = u/(1 + u)",
    "u = exp(a)\nv = exp(b)\ns = u + v\np = u/s\ny = p*log(s/u)",
    "f(x) = exp(x)/(2 + exp(x))\nh = f(a)\ny = h*f(b) + f(c)",
    "u = 1 + exp(exp(-a)/(1 + exp(-a)) + b)\ny = log(u)",
)


def in_mpmath(text, at):
    names = {name: getattr(mpmath, name) for name in ("exp", "log", "sqrt", "tanh", "sinh", "cosh")} | {"max": max}
    for line in text.replace("^(1/3)", "**mpf(1)/3").replace("^", "**").splitlines():
        left, right = line.split(" = ")
        right = right.replace("**mpf(1)/3", "**third")
        if left == "f(x)":
            names["f"] = lambda x, right=right: eval(right, names | {"x": x})  # noqa: S307 - our own rows
        else:
            names[left] = eval(right, names | {"third": mpmath.mpf(1) / 3} | {n: at[n] for n in at})  # noqa: S307
    return names["y"]


def reference(text, at):
    """Give the value and the slopes to 60 digits."""
    with mpmath.workdps(80):
        exactly = {name: mpmath.mpf(number) for name, number in at.items()}
        step = mpmath.mpf(10) ** -30

        def moved(name, by):
            return in_mpmath(text, exactly | {name: exactly[name] + by})

        slopes = {name: (moved(name, step) - moved(name, -step)) / (2 * step) for name in at}
        return float(in_mpmath(text, exactly)), {name: float(slope) for name, slope in slopes.items()}


@cache
def prepared(text):
    graph = graph_from_text(text)
    return graph, compiled(graph, "y", graph.free)


def interpreted(graph, at, m):
    values = forward(graph, at, m)
    errors = backward(derive(graph, "y", tuple(at)), values, m)
    return values["y"], {name: errors[name] for name in at}


@pytest.mark.parametrize("text", FORMS)
@settings(max_examples=6)
@given(point=POINTS)
def test_every_interpreter_knows_what_comes_of_exponentials(text, point):
    graph, step = prepared(text)
    at = {name: point[name] for name in graph.free}
    assume("max" not in text or at["a"] != at["b"])
    expected, slopes = reference(text, at)
    batch = {name: np.array([number, 0.25]) for name, number in at.items()}
    in_batch, their_slopes = interpreted(graph, batch, arrays())
    code, code_slopes = step(at)
    batch_code, batch_slopes = step(batch)
    found = {
        "floats": interpreted(graph, at, floats()),
        "arrays": (in_batch[0], {name: np.broadcast_to(slope, 2)[0] for name, slope in their_slopes.items()}),
        "code": (code["y"], code_slopes),
        "code for a batch": (batch_code["y"][0], {name: slope[0] for name, slope in batch_slopes.items()}),
    }
    for way, (y, theirs) in found.items():
        if "code" in way and DENORMAL in at.values():
            continue  # compiled code does not see that exp(-740) has only two digits left
        assert y == pytest.approx(expected, rel=1e-11, abs=1e-11), (way, at)
        for name, slope in slopes.items():
            assert theirs[name] == pytest.approx(slope, rel=1e-11, abs=1e-11 * max(1, abs(expected))), (way, at, name)
    if "\n" not in text:
        tree = graph.definitions["y"]
        assert value(tree, at, floats(), graph.functions) == pytest.approx(expected, rel=1e-11, abs=1e-11)


TENSORS = (
    ("y = exp(x)/sum(exp(x))", "p = softmax(x)"),
    ("u = exp(x)\ny = u/sum(u)", "p = softmax(x)"),
    ("y = exp(W x)/sum(exp(W x))", "p = softmax(W x)"),
    ("y = log(sum(exp(x)))", "p = logsumexp(x)"),
)


@pytest.mark.parametrize(("spelled", "known"), TENSORS)
@pytest.mark.parametrize("size", [1.0, 800.0, 6000.0])
def test_a_softmax_that_is_spelled_out(spelled, known, size):
    declared = {"W": (2, 3), "x": (3,)}
    rng = np.random.default_rng(3)
    x = rng.normal(size=(200, 3)) * size
    at = {"W": rng.normal(size=(2, 3)), "x": x}
    ways = []
    for text in (spelled, known):
        left = text.rpartition("\n")[2][0]
        graph = graph_from_text(
            f"{text}\nE = sum({left} ⊙ {left})", Declarations(shapes={n: declared[n] for n in declared if n in text})
        )
        used = {name: at[name] for name in graph.free}
        values, gradients = compiled(graph, "E", graph.free)(used)
        ways.append((values["E"], *(gradients[name] for name in sorted(used))))
        one = {name: number[0] if name == "x" else number for name, number in used.items()}
        for m in (floats(), arrays()):
            assert forward(graph, one, m)["E"] == pytest.approx(values["E"][0], rel=1e-11)
    for found, expected in zip(*ways, strict=True):
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@settings(max_examples=60)
@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_wide_numbers_are_floats_where_floats_have_them(a, b):
    m, plain = wide(arrays()), floats()
    one, other = widened(a), widened(b)
    assert as_floats(one + other) == a + b
    assert as_floats(one * other) == a * b
    with np.errstate(all="ignore"):
        for name in ("maximum", "minimum", "divide"):
            found = float(as_floats(getattr(m, name)(one, other)))
            assert found == pytest.approx(getattr(plain, name)(a, b), nan_ok=True), name
        for name in (
            "exp",
            "log",
            "log1p",
            "sqrt",
            "abs",
            "sign",
            "step",
            "floor",
            "tanh",
            "sinh",
            "cosh",
            "atan",
            "erf",
        ):
            found = float(as_floats(getattr(m, name)(widened(a / 2e6))))
            assert found == pytest.approx(getattr(plain, name)(a / 2e6), rel=1e-12, nan_ok=True), name


def test_what_is_infinite_in_truth_stays_so():
    for text, wanted in (("y = log(a)", -np.inf), ("y = 1/a", np.inf), ("y = exp(1/a)", np.inf), ("y = a/a", np.nan)):
        found = forward(graph_from_text(text), {"a": 0.0}, floats())["y"]
        assert found == pytest.approx(wanted, nan_ok=True)
