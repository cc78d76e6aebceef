"""The loss convention of an answer and of a whole submission."""

from __future__ import annotations

from symnn.grading.diagnosis.anatomy import anatomy
from symnn.grading.diagnosis.conventions import followed, possible, shown_by
from symnn.grading.verdict import Finding
from symnn.graph.reading import Declarations, graph_from_text
from symnn.language.tree import Derivative, Name
from symnn.networks.catalogue import network

LOSS = Declarations(inputs=("x",), targets=("z",))


def test_a_squared_error_may_lose_its_two_and_a_halved_one_gain_it():
    squared = anatomy(Derivative(Name("E"), Name("w1")), network("bp-2-2-1").graph)
    halved = anatomy(Derivative(Name("E"), Name("w")), graph_from_text("a = w*x\nE = (a - z)^2/2", LOSS))
    output = anatomy(Derivative(Name("y"), Name("w1")), network("neuron").graph)
    assert [possible(key) for key in (squared, halved, output)] == [{"missing-2"}, {"half-loss"}, set()]


def test_what_an_answer_shows():
    halves = (Finding("convention", {"which": "missing-2"}),)
    turned = (Finding("convention", {"which": "z-y"}),)
    assert shown_by(halves, correct=True) == "missing-2"
    assert shown_by((), correct=True) == ""
    assert shown_by((), correct=False) is None
    assert shown_by(turned, correct=False) is None


def test_a_submission_follows_the_convention_of_most_of_its_parts():
    assert followed({}) is None
    assert followed({"a": None}) is None
    same = followed({"a": "missing-2", "b": None, "c": "missing-2"})
    assert same is not None
    assert (same.which, same.consistent) == ("missing-2", True)
    mixed = followed({"a": "", "b": "missing-2", "c": ""})
    assert mixed is not None
    assert (mixed.which, mixed.parts, mixed.against, mixed.consistent) == ("", ("a", "c"), ("b",), False)
