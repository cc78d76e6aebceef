"""What is handed out for every network in both languages, as it was when last looked at."""

from __future__ import annotations

import pytest

from symnn.handouts.handout import Handout
from symnn.networks.catalogue import CATALOGUE, network


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_the_derivation_of_every_network(name, lang, golden):
    golden(f"derive-{lang}-{name}.txt", Handout(network(name)).written("text", lang))


@pytest.mark.parametrize(
    ("name", "wrt", "form"),
    [
        ("bp-2-2-1", None, "deltas"),
        ("bp-2-2-1", ("w1",), "paths"),
        ("rnn", None, "matrix"),
        ("rnn", ("W",), "matrix"),
        ("rnn", ("W[1,2]",), "paths"),
        ("rnn", ("W", "x_1[1]"), "matrix"),
    ],
)
def test_the_form_suits_what_is_asked(name, wrt, form):
    assert Handout(network(name), wrt=wrt).usual_form == form


def test_the_title_of_a_network_without_one_is_its_name():
    from symnn.networks.network_file import network_from_equations

    assert Handout(network_from_equations("y = w*x", "mine")).title.en == "mine"
