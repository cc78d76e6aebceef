"""Each operation knows its value, its definition, its local derivative and its NumPy code; all four agree."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

from symnn.expressions.terms import call, product
from symnn.expressions.tree import Name, names, number
from symnn.expressions.writing import plain
from symnn.networks.conventions import Conventions
from symnn.numeric.arithmetic import floats
from symnn.numeric.interpreter import value
from symnn.ops.algebra import to_sympy
from symnn.ops.array_kernels import erf
from symnn.ops.bounds import REAL_LINE
from symnn.ops.operation import Arithmetic
from symnn.ops.table import OF_NUMBERS as OPERATIONS

M = floats()
UNIT = st.floats(0.05, 0.95)
RANKED = {"top"}
"""Takes a rank before its values; tested with pooling."""

PLAIN = sorted(set(OPERATIONS) - RANKED)
KINKED = {name for name in PLAIN if OPERATIONS[name].has_kinks and OPERATIONS[name].domain == REAL_LINE}
TARGETS = {
    "sigmoid": (0.5, 0.6224593312018546),
    "tanh": (0.5, 0.46211715726000975),
    "relu": (-2.0, 0.0),
    "leaky_relu": (-2.0, -0.02),
    "softplus": (0.0, math.log(2)),
    "identity": (3.0, 3.0),
    "step": (2.0, 1.0),
}


def inside(bounds):
    """Draw well inside the bounds of a record, where numbers are of ordinary size."""
    low = -1.9 if bounds.low is None else float(bounds.low) + 0.1
    high = 1.9 if bounds.high is None else float(bounds.high) - 0.1
    return st.floats(low, high).map(lambda v: round(v, 4))


@st.composite
def applied(draw, name, off=0.0):
    """Draw arguments, the optional ones sometimes too, at least ``off`` away from every kink."""
    operation = OPERATIONS[name]
    count = draw(st.integers(operation.arity[0], min(operation.arity[1], 3)))
    strategy = UNIT if operation.role == "loss" else inside(operation.domain)
    arguments = [draw(strategy) for _ in range(count)]
    free = [Name(f"u{place}") for place in range(count)]
    at = {node.name: v for node, v in zip(free, arguments, strict=True)}
    assume(all(abs(value(kink, at, M, {})) > off for kink in operation.kinks(*free)))
    return arguments


@pytest.mark.parametrize(("name", "pair"), TARGETS.items())
def test_known_values(name, pair):
    argument, expected = pair
    assert OPERATIONS[name].value(M, argument) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("name", PLAIN)
@given(data=st.data())
def test_the_definition_has_the_same_value(name, data):
    operation = OPERATIONS[name]
    if operation.definition is None:
        return
    arguments = data.draw(applied(name, 1e-3))
    free = [Name(f"u{place}") for place in range(len(arguments))]
    at = {node.name: v for node, v in zip(free, arguments, strict=True)}
    assert value(operation.definition(*free), at, M, {}) == pytest.approx(
        operation.value(M, *arguments), rel=1e-9, abs=1e-9
    )


@pytest.mark.parametrize("name", PLAIN)
@given(data=st.data())
def test_the_local_derivative_is_the_central_difference(name, data):
    operation = OPERATIONS[name]
    arguments = data.draw(applied(name, 1e-2))
    free = [Name(f"u{place}") for place in range(len(arguments))]
    at = {node.name: v for node, v in zip(free, arguments, strict=True)}
    own = call(name, *free)
    for place, factors in enumerate(operation.partials(own, *free)):
        h = 1e-5
        up, down = list(arguments), list(arguments)
        up[place] += h
        down[place] -= h
        numeric = (operation.value(M, *up) - operation.value(M, *down)) / (2 * h)
        assert value(product(factors), at, M, {}) == pytest.approx(numeric, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("name", [name for name in PLAIN if OPERATIONS[name].numpy])
@given(data=st.data())
def test_the_numpy_code_has_the_same_value(name, data):
    operation = OPERATIONS[name]
    arguments = data.draw(applied(name))[: max(2, operation.arity[0])]  # of more than are needed, two at a time
    code = operation.numpy.replace("AT_ZERO", "0.0")
    written = [f"({v!r})" for v in arguments] + [plain(tree) for tree in operation.defaults]
    for place, text in enumerate(written):
        code = code.replace(f"{{{place}}}", text)
    ours = eval(code, {"np": np, "erf": erf})  # noqa: S307 - our own table, in a test
    assert float(ours) == pytest.approx(operation.value(M, *arguments), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", sorted(set(PLAIN) - KINKED))
def test_sympy_finds_the_same_derivative(name):
    operation = OPERATIONS[name]
    free = [Name(f"u{place}") for place in range(operation.arity[0])]
    low = max(0, operation.domain.low or 0)
    at = {to_sympy(node): low + sympy.Rational(3, 10 + place) for place, node in enumerate(free)}
    own = call(name, *free)
    for node, factors in zip(free, operation.partials(own, *free), strict=True):
        theirs = sympy.diff(to_sympy(own), to_sympy(node)).subs(at).evalf()
        assert float(to_sympy(product(factors)).subs(at).evalf()) == pytest.approx(float(theirs), rel=1e-12)


def test_what_has_no_definition_is_elementary():
    """An arithmetic has a function for it, so that every interpretation can go on from there."""
    elementary = {*Arithmetic.__struct_fields__, "max", "min"}
    assert [name for name in PLAIN if OPERATIONS[name].definition is None and name not in elementary] == []


def test_definitions_use_only_their_arguments():
    for operation in OPERATIONS.values():
        if operation.definition is not None:
            free = [Name(f"u{place}") for place in range(operation.arity[0])]
            assert set(names(operation.definition(*free))) <= {node.name for node in free}


TIES = (
    ("max", (2.0, 2.0)),
    ("max", (2.0, 2.0, 1.0)),
    ("max", (2.0, 2.0, 2.0)),
    ("min", (2.0, 2.0)),
    ("min", (2.0, 2.0, 3.0)),
    ("min", (3.0, 2.0, 2.0)),
    ("min", (2.0, 2.0, 2.0)),
)


def shares(name, at, fixed=(), m=M):
    """Give the slope of an extreme by each of its arguments that is no number."""
    free = [Name(f"u{place}") for place in range(len(at))]
    arguments = (*fixed, *free)
    partials = OPERATIONS[name].partials(call(name, *arguments), *arguments)[len(fixed) :]
    values = {node.name: v for node, v in zip(free, at, strict=True)}
    return [value(product(factors), values, m, {}) for factors in partials]


@pytest.mark.parametrize("ties", ["first", "shared"])
@pytest.mark.parametrize(("name", "at"), TIES)
def test_the_shares_of_an_extreme_add_up_at_a_tie(name, at, ties):
    m = floats(Conventions(ties=ties))
    found = shares(name, at, m=m)
    assert sum(found) == pytest.approx(1)
    extreme = max(at) if name == "max" else min(at)
    assert all(share == 0 for share, one in zip(found, at, strict=True) if one != extreme)
    beside_a_level = shares(name, at, fixed=(number(-9 if name == "max" else 9),), m=m)
    assert beside_a_level == found


@pytest.mark.parametrize("ties", ["first", "shared"])
@pytest.mark.parametrize("at", [(2.0, 2.0), (1.0, 2.0), (2.0, 1.0)])
def test_minimum_and_maximum_have_together_the_slope_of_the_sum(at, ties):
    m = floats(Conventions(ties=ties))
    assert [a + b for a, b in zip(shares("max", at, m=m), shares("min", at, m=m), strict=True)] == [1, 1]


@pytest.mark.parametrize("at_zero", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("at", [-1.0, 0.0, 1.0])
def test_the_two_sides_of_a_level_have_together_slope_one(at, at_zero):
    """ELU, max(0, a) + min(0, exp(a) - 1), is smooth at 0 whatever the convention for ReLU is."""
    m = floats(Conventions(relu_at_zero=at_zero))
    assert shares("max", (at,), (number(0),), m)[0] + shares("min", (at,), (number(0),), m)[0] == 1
