"""Numbers that come of a slip with a given value: what is told is true, of the shipped networks and of others."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import combinations
from math import exp, isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.exercises.library import exercise
from symnn.expressions.tree import Name
from symnn.grading.diagnosis.amounts import Amounts, reach_of
from symnn.grading.numbers import Tolerance
from symnn.language.reading import read
from symnn.networks.graph import Graph
from symnn.networks.models import graph_from_text

LOGISTIC = graph_from_text("a = p*u - q*v + c\nh = sigmoid(a)\nb = r*h + t*u\ny = sigmoid(b)\nL = (y - m)^2")
TANH = graph_from_text("s = g*i + k*j\nh = tanh(s)\no = l*h + n*j")
POINTS = {
    "logistic": (LOGISTIC, "y", {"p": 0.7, "u": 1.3, "q": -0.4, "v": 2.1, "c": 0.25, "r": -1.6, "t": 0.9, "m": 1.0}),
    "tanh": (TANH, "o", {"g": 0.31, "i": -1.7, "k": 0.83, "j": 0.59, "l": 2.3, "n": -0.47}),
}


def logistic(x: float) -> float:
    return 1 / (1 + exp(-x))


def by_hand(name: str, v: dict[str, float], turned: tuple[str, ...] = ()) -> float:
    """Evaluate the two foreign networks in plain Python; units in ``turned`` have exp(+a)."""
    if name == "tanh":
        s = v["g"] * v["i"] + v["k"] * v["j"]
        return v["l"] * (2 * logistic(2 * s) - 1) + v["n"] * v["j"]
    a = v["p"] * v["u"] - v["q"] * v["v"] + v["c"]
    h = logistic(-a if "a" in turned else a)
    b = v["r"] * h + v["t"] * v["u"]
    return logistic(-b if "b" in turned else b)


def told(graph: Graph, key: str, values: dict[str, float], number: str, decimals: int) -> list[tuple[str, dict]]:
    amounts = Amounts(graph, Name(key))
    at = amounts.at({name: Fraction(str(value)) for name, value in values.items()}, Tolerance(decimals=decimals))
    return [(found.code, dict(found.facts)) for found in at.explain(read(number, graph.scope).tree)]


def changed(name: str, code: str, facts: dict, values: dict[str, float]) -> float:
    """Make the change that is named in the key, and evaluate it."""
    if code == "wrong-quantity":
        meant, wrote = ([fact] if isinstance(fact, str) else list(fact) for fact in (facts["meant"], facts["wrote"]))
        return by_hand(name, {**values, **{one: values[other] for one, other in zip(meant, wrote, strict=True)}})
    assert code in ("sign", "bias")
    at = facts.get("at") or facts["bias"]
    if at in values:
        return by_hand(name, {**values, at: -values[at]})
    factor = re.match(r"-?(\w+)\*", at) if isinstance(at, str) else None
    if factor is not None:
        return by_hand(name, {**values, factor[1]: -values[factor[1]]})
    return by_hand(name, values, (at,) if isinstance(at, str) else tuple(at))


@pytest.mark.parametrize("name", POINTS)
def test_a_sign_that_was_lost_is_told_and_the_claim_is_true(name):
    graph, key, values = POINTS[name]
    named = 0
    for one, value in values.items():
        slip = by_hand(name, {**values, one: -value})
        if one == "m" or isclose(slip, by_hand(name, values)):
            continue
        found = told(graph, key, values, f"{slip:.7f}", 7)
        if found:
            named += 1
            assert abs(changed(name, *found[0], values) - slip) < 1e-7, (one, found)
    assert named >= len(values) - 2


@pytest.mark.parametrize("name", POINTS)
def test_two_values_that_were_exchanged_are_told_and_the_claim_is_true(name):
    graph, key, values = POINTS[name]
    told_of = set()
    for one, other in combinations(values, 2):
        slip = by_hand(name, {**values, one: values[other], other: values[one]})
        for code, facts in told(graph, key, values, f"{slip:.7f}", 7):
            if isinstance(facts.get("meant"), tuple):
                told_of.add(facts["meant"])
                assert abs(changed(name, code, facts, values) - slip) < 1e-7
    assert len(told_of) >= 2


@pytest.mark.parametrize("turned", [("a",), ("b",), ("a", "b")])
def test_exp_of_plus_a_is_told_of_the_unit_that_has_it(turned):
    _, _, values = POINTS["logistic"]
    slip = by_hand("logistic", values, turned)
    ((code, facts),) = told(LOGISTIC, "y", values, f"{slip:.7f}", 7)
    assert (code, facts["at"]) == ("sign", turned if len(turned) > 1 else turned[0])


SIBLINGS = [
    ("neuron/sum", "4", "sign", {"at": "w2"}),
    ("midges/Apf", "0.1361", "sign", {"at": "a3"}),
    ("midges/Af", "0.7168", "sign", {"at": "a3"}),
    ("bp-2-2-1/output", "0.5951", "sign", {"at": "a3"}),
    ("bp-2-2-1/output", "0.2167", "wrong-quantity", {"meant": ("w2", "w3"), "wrote": ("w3", "w2")}),
    ("bp-2-2-1/output", "0.5256", "wrong-quantity", {"meant": ("w5", "w6"), "wrote": ("w6", "w5")}),
    ("midges/Apf", "0.8640", "rounded-early", {"places": "3"}),
]


@pytest.mark.parametrize(("target", "answer", "code", "facts"), SIBLINGS)
def test_slips_in_the_shipped_exercises(target, answer, code, facts):
    name, part = target.split("/")
    verdict = exercise(name).part(part).grade(answer)
    assert [(found.code, dict(found.facts)) for found in verdict.findings] == [(code, facts)]


@settings(max_examples=60, deadline=None)
@given(st.integers(-9, 9))
def test_an_integer_is_explained_by_what_it_is_exactly(number):
    graph, key, values = POINTS["tanh"]
    assert told(graph, key, values, str(number), 4) == []


@pytest.mark.parametrize(("number", "places"), [(0.3, 1), (0.28, 2), (3.0, 0)])
def test_few_digits_explain_nothing_that_is_not_that_near(number, places):
    assert reach_of(number, places, Tolerance(decimals=4), 0.2831) < 1e-4


def test_of_two_slips_as_likely_whose_values_share_their_digits_neither_is_told():
    graph = graph_from_text("y = k*l + m*n")
    apart = {"k": 1.1, "l": 0.5, "m": 1.3, "n": 0.7}
    assert told(graph, "y", apart, "0.550", 3) == [("missing-term", {"term": "m*n"})]
    alike = {"k": 1.1, "l": 0.5, "m": 1.3, "n": 0.42315}
    assert told(graph, "y", alike, "0.550", 3) == []
