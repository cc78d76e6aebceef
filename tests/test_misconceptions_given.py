"""Numbers that come of a slip with a given value: what is told is true, of the shipped networks and of others."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import combinations
from math import exp, isclose

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.equality.numbers import Tolerance
from symnn.exercises.library import exercise
from symnn.expressions.tree import Name
from symnn.language.reading import read
from symnn.misconceptions.amounts import Amounts, reach_of
from symnn.misconceptions.tensor_amounts import TensorAmounts
from symnn.networks.declarations import Declarations
from symnn.networks.graph import Graph
from symnn.networks.models import graph_from_text
from symnn.verdicts.result import finding_sentence

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


def test_of_two_slips_as_likely_whose_values_share_their_digits_neither_is_told_for_sure():
    graph = graph_from_text("y = k*l + m*n")
    apart = {"k": 1.1, "l": 0.5, "m": 1.3, "n": 0.7}
    assert told(graph, "y", apart, "0.550", 3) == [("missing-term", {"term": "m*n"})]
    alike = {"k": 1.1, "l": 0.5, "m": 1.3, "n": 0.42315}
    assert told(graph, "y", alike, "0.550", 3) == [
        ("missing-term", {"term": "k*l", "likely": "perhaps"}),
        ("missing-term", {"term": "m*n", "likely": "perhaps"}),
        ("several", {}),
    ]


LAYER = graph_from_text(
    "s1 = p11*u1 + p12*u2 + c1\ns2 = p21*u1 + p22*u2 + c2\nh1 = tanh(s1)\nh2 = tanh(s2)\no = q1*h1 + q2*h2",
    Declarations(inputs=("u1", "u2")),
)
"""A layer of two units, asked as a vector; by hand it is NumPy."""

LAYER_AT = {"p11": 0.4, "p12": -0.9, "c1": 0.35, "p21": 1.1, "p22": 0.2, "c2": -0.6, "u1": 0.8, "u2": -0.5}


def layer_by_hand(values: dict[str, float]) -> np.ndarray:
    weights = np.array([[values["p11"], values["p12"]], [values["p21"], values["p22"]]])
    return np.tanh(weights @ [values["u1"], values["u2"]] + [values["c1"], values["c2"]])


def told_of_entries(graph: Graph, key: str, values: dict[str, float], numbers: np.ndarray) -> list[tuple[str, dict]]:
    amounts = TensorAmounts(
        graph,
        read(key, graph.scope).tree,
        {name: Fraction(str(value)) for name, value in values.items()},
        Tolerance(decimals=6),
    )
    entries = [read(f"{number:.6f}", graph.scope).tree for number in numbers.ravel()]
    return [(found.code, dict(found.facts)) for found in amounts.explain(entries, numbers.shape)]


def test_a_vector_of_numbers_gets_the_slips_that_numbers_get():
    def said(numbers: np.ndarray) -> list[tuple[str, dict]]:
        return told_of_entries(LAYER, "[h1; h2]", LAYER_AT, numbers)

    right = layer_by_hand(LAYER_AT)
    assert said(right[::-1]) == [("order", {"how": "entries"})]
    assert said(-right) == [("sign", {})]
    assert said(right / 2) == [("constant", {})]
    assert said(layer_by_hand({**LAYER_AT, "u2": 0.5})) == [("sign", {"at": "u2"})]
    exchanged = layer_by_hand({**LAYER_AT, "p12": 1.1, "p21": -0.9})
    assert said(exchanged) == [("wrong-quantity", {"meant": ("p12", "p21"), "wrote": ("p21", "p12")})]
    assert said(np.arctanh(right)) == [("activation-missing", {"at": ("s1", "s2")})]


FOREIGN_TENSORS = graph_from_text(
    "q = G i + d\nr = softmax(q)", Declarations(shapes={"G": (3, 2), "i": (2,), "d": (3,)})
)
TENSORS_AT = {
    **{f"G[{row},{column}]": value for (row, column), value in zip(
        [(row, column) for row in (1, 2, 3) for column in (1, 2)], (0.5, -0.7, 1.2, 0.3, -0.4, 0.9), strict=True)},
    "i[1]": 0.6, "i[2]": -1.1, "d[1]": 0.2, "d[2]": -0.3, "d[3]": 0.7,
}  # fmt: skip


def scores_by_hand(sign: float = 1.0, absolute: bool = False) -> np.ndarray:  # noqa: FBT001, FBT002 - as it is drawn
    matrix = np.array([[0.5, -0.7], [1.2, 0.3], [-0.4, 0.9]])
    return (abs(matrix) if absolute else sign * matrix) @ [0.6, -1.1] + [0.2, -0.3, 0.7]


@pytest.mark.parametrize(
    ("slip", "code", "facts"),
    [
        (np.exp(scores_by_hand()), "missing-factor", {"factor": "1/sum(exp(q))"}),
        (np.exp(scores_by_hand(-1)) / np.exp(scores_by_hand(-1)).sum(), "sign", {"at": "G"}),
        (
            np.exp(scores_by_hand(absolute=True)) / np.exp(scores_by_hand(absolute=True)).sum(),
            "sign",
            {"at": "G"},
        ),
    ],
)
def test_numbers_behind_a_softmax_are_explained(slip, code, facts):
    found = told_of_entries(FOREIGN_TENSORS, "r", TENSORS_AT, slip)
    assert found[0][0] == code
    assert code != "missing-factor" or found[0][1] == facts


SHIPPED_VECTORS = [
    ("midges/hidden", "(0.1641, 0.5937)", "order"),
    ("midges/hidden", "(0.4509, 0.2056)", "bias"),
    ("cnn/component", "2.6", "sign"),
    ("convolution/number", "40", "sign"),
    ("cnn/convolved", "[[5.5,10],[9.5,6]]", "constant"),
    ("cnn-x/probability", "258.7", "missing-factor"),
]


@pytest.mark.parametrize(("target", "answer", "code"), SHIPPED_VECTORS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_vectors_of_the_shipped_exercises_and_the_right_number_is_not_told(target, answer, code, lang):
    name, part = target.split("/")
    verdict = exercise(name).part(part).grade(answer)
    assert verdict.findings[0].code == code
    assert not re.search(r"\d\.\d", finding_sentence(verdict.findings[0], lang))


@pytest.mark.parametrize(("last", "told_of"), [(0.7, True), (0.4230770, False)])
def test_of_two_slips_of_a_vector_that_share_their_digits_neither_is_told(last, told_of):
    graph = graph_from_text("y1 = k*l + m*n\ny2 = 2*y1")
    values = {"k": 1.1, "l": 0.5, "m": 1.3, "n": last}
    assert bool(told_of_entries(graph, "[y1; y2]", values, np.array([0.55, 1.1]))) == told_of
