r"""Sums with an index stand on pages as their author wrote them, and what a page says is read again and equal."""

import pytest
from test_networks_tasks import network
from test_pages_read_again import compared

from symnn.expressions.tree import Call, Name, Product, Sum
from symnn.expressions.writing import plain
from symnn.handouts.folded_sums import Folding
from symnn.handouts.handout import Handout

WRITTEN = [
    ("bishop-5-3", r"a_j &= \sum_{i=1}^{2}(w^{(1)}_{j,i} x_i)"),
    ("bishop-5-3", r"y_k &= \sum_{j=1}^{3}(w^{(2)}_{k,j} z_j)"),
    ("xigua-bp", r"E &= \frac{1}{2}\,\sum_{j=1}^{2}((\hat{y}_j - y_j)^{2})"),
    ("attention-query", r"c &= \sum_{i=1}^{3}(v_i \alpha_i)"),
    ("conv1d-sum", r"y_i &= \sum_{k=1}^{3}(w_k x_{i+k-1}) + b"),
    ("causal", r"Z_i &= \sum_{j=1}^{i}(\exp(q_i^{\top} k_j))"),
]


@pytest.mark.parametrize(("name", "line"), WRITTEN)
def test_a_sum_stands_on_the_page_as_it_was_written(name, line):
    assert line in str(Handout(network(name).model).written("body", "en"))


@pytest.mark.parametrize("name", ["bishop-5-3", "attention-query", "rmsnorm"])
def test_a_page_with_sums_is_read_and_every_line_is_equal(name):
    different, unread = compared(network(name).model)
    assert (different, unread) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["xigua-bp", "conv1d-sum", "softmax-rows-family", "infonce", "fm", "pairs"])
def test_more_pages_with_sums_are_read_and_equal(name):
    different, unread = compared(network(name).model)
    assert (different, unread) == ([], [])


FOLDS = [
    (("x[1]", "x[2]"), "sum_{k=1}^{2}(x_{k})"),
    (("w^(2)_12", "w^(2)_13", "w^(2)_14"), "w^(2)_12 + w^(2)_13 + w^(2)_14"),
    (("y^(1)", "y^(2)"), "sum_{k=1}^{2}(y^(k))"),
    (("W[1,1]", "W[2,2]"), "sum_{k=1}^{2}(W_{k,k})"),
    (("W[1,1]", "W[1,2]", "W[2,1]", "W[2,2]"), "sum_{k=1}^{2}(sum_{l=1}^{2}(W_{k,l}))"),
    (("x[1]", "x[3]"), "x[1] + x[3]"),
    (("x[1]", "y[2]"), "x[1] + y[2]"),
    (("x[2]", "x[1]"), "x[2] + x[1]"),
    (("x", "x"), "x + x"),
]


@pytest.mark.parametrize(("terms", "written"), FOLDS)
def test_terms_that_differ_in_an_index_are_folded_and_no_others(terms, written):
    fold = Folding({"E": ("k", "l")}, {})
    assert plain(fold.of(Sum(tuple(map(Name, terms))))) == written


def test_what_stays_in_place_is_not_counted_on():
    terms = tuple(Product((Name(f"k_{i}"), Name("k_1"), Call("exp", (Name(f"q_{i}"),)))) for i in (1, 2, 3))
    assert plain(Folding({"E": ("j",)}, {}).of(Sum(terms))) == "sum_{j=1}^{3}(k_{j}*k_1*exp(q_{j}))"


def test_a_letter_that_is_an_index_of_the_page_is_for_its_own_equation_alone():
    fold = Folding({"E": ("j",)}, {}, frozenset("j"))
    tree = Sum((Name("x[1]"), Name("x[2]")))
    assert plain(fold.of(tree)) == "x[1] + x[2]"
    assert plain(fold.of(tree, "E")) == "sum_{j=1}^{2}(x_{j})"
