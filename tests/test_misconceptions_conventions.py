"""The loss convention of an answer and of a whole submission."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symnn.language.reading import read
from symnn.misconceptions.loss_convention import Followed, ShownConvention, convention_followed, loss_numbers, shown_by
from symnn.networks.catalogue import network
from symnn.networks.models import Declarations, graph_from_text
from symnn.verdicts.verdict import Finding

LOSS = Declarations(inputs=("x",), targets=("z",))
HALVED, KEPT = ShownConvention("missing-2", 1), ShownConvention("", 2)
OF_HALF, DOUBLED = ShownConvention("", 1), ShownConvention("half-loss", 2)


@pytest.mark.parametrize(
    ("loss", "number"),
    [
        ("(a - z)^2", {2}),
        ("(a - z)^2/2", {1}),
        ("0.5*(a - z)^2", {1}),
        ("1/2*((a - z)^2 + (x - z)^2)", {1}),
        ("(a - z)^2 + (x - z)^2/2", {1, 2}),
        ("log(a)", set()),
        ("a*(a - z)^2", set()),
        ("a", set()),
    ],
)
def test_the_number_that_a_loss_brings_in(loss, number):
    graph = graph_from_text(f"a = w*x\nE = {loss}", LOSS)
    key = read("w - x*diff(E, w)", graph.scope)
    assert loss_numbers(key.tree, graph) == {Fraction(one) for one in number}


@pytest.mark.parametrize(
    ("name", "key", "number"),
    [
        ("bp-2-2-1", "diff(E, w1)", {2}),
        ("one-hidden-layer", "diff(E, v_{02})", {2}),
        ("birnn", "diff(E, V')", {2}),
        ("one-hidden-layer-matrix", "diff(E, W_2)", {2}),
        ("cnn", "diff(E, a)", set()),
        ("neuron", "diff(y, w1)", set()),
    ],
)
def test_the_losses_of_the_lecture(name, key, number):
    graph = network(name).graph
    assert loss_numbers(read(key, graph.scope).tree, graph) == {Fraction(one) for one in number}


def test_what_an_answer_shows():
    halves = (Finding("convention", {"which": "missing-2"}),)
    turned = (Finding("convention", {"which": "z-y"}),)
    assert shown_by(halves, Fraction(2), correct=True) == HALVED
    assert shown_by((), Fraction(2), correct=True) == KEPT
    assert shown_by((), Fraction(1), correct=True) == OF_HALF
    assert shown_by((), Fraction(2), correct=False) is None
    assert shown_by(turned, Fraction(2), correct=False) is None


@pytest.mark.parametrize(
    ("shown", "which", "against"),
    [
        ((HALVED, None, HALVED), "missing-2", ()),
        ((KEPT, HALVED, KEPT), "", (1,)),
        ((HALVED, KEPT), "", (0,)),
        ((KEPT, HALVED), "", (1,)),
        ((HALVED, OF_HALF, HALVED), "missing-2", ()),
        ((KEPT, OF_HALF), "", ()),
        ((KEPT, DOUBLED), "half-loss", ()),
        ((HALVED, HALVED, OF_HALF, DOUBLED), "missing-2", (3,)),
    ],
)
def test_a_submission_follows_the_convention_of_most_of_its_parts(shown, which, against):
    kept = convention_followed({str(place): one for place, one in enumerate(shown)})
    assert (kept.which, kept.against) == (which, tuple(map(str, against)))


def test_who_shows_nothing_follows_nothing():
    assert convention_followed({}) is None
    assert convention_followed({"a": None}) is None
    assert convention_followed({"a": KEPT}) == Followed("", ("a",))
