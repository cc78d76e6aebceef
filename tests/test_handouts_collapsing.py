"""Sums over time steps are collapsed only where every term is the same one at its own step."""

from __future__ import annotations

import pytest

from symnn.expressions.tree import Name, Product
from symnn.expressions.writing import plain
from symnn.handouts.collapsing import collapsed
from symnn.handouts.handout import Handout
from symnn.networks.catalogue import network
from symnn.notation.items import Aligned
from symnn.notation.tex import aligned


def terms(*pairs):
    return [Product((Name(left), Name(right))) for left, right in pairs]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (terms(("d_1", "s_0"), ("d_2", "s_1")), "sum_t(d_t*s_{t-1})"),
        (terms(("d_2", "s'_3"), ("d_1", "s'_2")), "sum_t(d_t*s'_{t+1})"),
        (terms(("d_1", "x"), ("d_2", "x")), "sum_t(d_t*x)"),
    ],
)
def test_one_term_at_every_step_is_one_sum(given, expected):
    assert plain(collapsed(given, {}).tree) == expected


@pytest.mark.parametrize(
    "given",
    [
        terms(("d_1", "s_0")),
        terms(("d_1", "s_0"), ("d_2", "s_3")),
        terms(("d_1", "s_0"), ("d_3", "s_2")),
        terms(("d_1", "x"), ("e_2", "x")),
        [*terms(("d_1", "x")), Name("d_2")],
    ],
)
def test_anything_else_stays_as_it_is(given):
    assert collapsed(given, {}) is None


def test_the_gradient_through_time_is_shown_per_step_and_collapsed():
    document = Handout(network("rnn"), wrt=("W",)).document()
    shown = [aligned(block, document.symbols) for block in document.blocks if isinstance(block, Aligned)][-1]
    assert r"\delta_{s_1}\,s_0^{\top} + \delta_{s_2}\,s_1^{\top} + \delta_{s_3}\,s_2^{\top}" in shown
    assert r"\sum_{t=1}^{3}(\delta_{s_t} s_{t-1}^{\top})" in shown
