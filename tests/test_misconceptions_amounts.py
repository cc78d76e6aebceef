"""Why a wrong number is wrong: the same mistakes at the part's values, and rounding."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.equality.numbers import Tolerance
from symnn.exercises.library import exercise
from symnn.expressions.tree import Derivative, Name
from symnn.language.reading import read
from symnn.misconceptions.amounts import Amounts, AmountsAt
from symnn.networks.catalogue import network
from symnn.networks.models import graph_from_text

MIDGES = network("midges")
INSECTS = {"Af": {"x1": "1.72", "x2": "1.24"}, "Apf": {"x1": "2.00", "x2": "1.26"}}
OUTPUT = Amounts(MIDGES.graph, Name("y"))
NET = network("bp-2-2-1")
GRADIENT = Amounts(NET.graph, Derivative(Name("E"), Name("w1")))
POINT = {
    "x1": "0.7",
    "x2": "1.3",
    "z": "0.9",
    "w1": "0.31",
    "w2": "-0.42",
    "w3": "0.53",
    "w4": "0.17",
    "w5": "0.61",
    "w6": "-0.29",
}


def output(insect: str, tolerance: Tolerance | None = None) -> AmountsAt:
    values = {name: Fraction(value) for name, value in MIDGES.values.items()}
    values |= {name: Fraction(value) for name, value in INSECTS[insect].items()}
    return OUTPUT.at(values, tolerance or Tolerance(decimals=4))


def gradient() -> AmountsAt:
    return GRADIENT.at({name: Fraction(value) for name, value in POINT.items()}, Tolerance(rel=Fraction(1, 1000)))


def said(amounts: AmountsAt, number: str) -> list[tuple[str, dict[str, object]]]:
    findings = amounts.explain(read(number, MIDGES.graph.scope).tree)
    return [(finding.code, dict(finding.facts)) for finding in findings]


@pytest.mark.parametrize(
    ("insect", "number", "which"),
    [
        ("Af", "0.8103", "theta1"),
        ("Apf", "0.9624", "theta1"),
        ("Af", "0.0001", "theta2"),
        ("Apf", "0.0022", "theta2"),
        ("Af", "0.0015", ("theta1", "theta2")),
        ("Apf", "0.0088", ("theta1", "theta2")),
    ],
)
def test_who_subtracts_the_bias_of_the_midges_is_told_which(insect, number, which):
    assert said(output(insect), number) == [("bias", {"bias": which, "how": "sign"})]


@pytest.mark.parametrize(
    ("number", "code", "facts"),
    [
        ("-0.9289", "activation-missing", {"at": "a3"}),
        ("0.2826", "rounded-early", {"places": "3"}),
        ("0.28", "too-few-digits", {"places": "2", "wanted": "4"}),
    ],
)
def test_an_output_that_is_wrong_in_another_way(number, code, facts):
    assert said(output("Af"), number) == [(code, facts)]


def test_decimals_that_were_cut_where_rounding_is_asked():
    exact = GRADIENT.at({name: Fraction(value) for name, value in POINT.items()}, Tolerance(decimals=3))
    cut = f"{exact.truth:.8f}"[: f"{exact.truth:.8f}".index(".") + 4]
    assert said(exact, cut) == [("cut-or-rounded", {})]


def test_a_number_that_nothing_explains_gets_no_finding():
    assert said(output("Af"), "0.5") == []
    assert said(output("Af"), "y") == []


MISTAKES = {
    "2(y-z)w5 f1(1-f1)x1": ("missing-factor", "factor"),
    "(y-z)y(1-y)w5 f1(1-f1)x1": ("convention", "which"),
    "-2(y-z)y(1-y)w5 f1(1-f1)x1": ("sign", ""),
    "2(y-z)y(1-y)w6 f1(1-f1)x1": ("wrong-quantity", "meant"),
    "2(y-z)y(1-y)w5 f1 x1": ("function-for-derivative", "of"),
    "2(y-z)y(1+y)w5 f1(1-f1)x1": ("one-plus", "of"),
    "2(y-z)y(1-y)w5": ("stopped-early", "at"),
    "2(y-z)y(1-y)f1": ("other-derivative", "quantity"),
    "(y-z)^2 y(1-y)w5 f1(1-f1)x1": ("not-differentiated", "what"),
}


@pytest.mark.parametrize("formula", MISTAKES)
def test_the_number_of_a_wrong_formula_is_explained_like_the_formula(formula):
    amounts = gradient()
    tree = read(formula, NET.graph.scope).tree
    number = amounts.value(tree)
    code, fact = MISTAKES[formula]
    found = said(amounts, f"{number:.7f}")
    assert [name for name, _ in found] == [code]
    assert not fact or fact in found[0][1]


@settings(max_examples=40)
@given(st.floats(-2, 2, allow_nan=False))
def test_few_numbers_are_explained_by_chance(number):
    found = said(gradient(), f"{number:.6f}")
    assert len(found) <= 2


@pytest.mark.parametrize(("number", "code"), [("0.2830", "rounded-early"), ("0.28", "too-few-digits")])
def test_a_number_part_of_an_exercise_says_what_was_done(number, code):
    verdict = exercise("midges").part("Af").grade(number)
    assert (verdict.verdict, [finding.code for finding in verdict.findings]) == ("wrong", [code])


def test_tensors_and_large_networks_are_left_alone():
    assert Amounts.of(network("rnn").graph, Name("h_3")) is None


def test_a_number_too_rough_to_be_anything_is_explained_by_itself_only():
    graph = graph_from_text("y = -log(4)")
    at = Amounts.of(graph, Name("y")).at({})
    assert at.explain(read("0", graph.scope).tree) == ()
    assert [finding.code for finding in at.explain(read("1.386", graph.scope).tree)] == ["sign"]
