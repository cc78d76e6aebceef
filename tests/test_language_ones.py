r"""Ones whose number is not written, ``\mathbf{1}^T G``, are as many as fit; where nothing says so they are refused."""

from __future__ import annotations

import pytest

import symnn

SHAPES = {"X": "2x3", "W": "3x2", "b": "1x2", "G": "2x2"}


@pytest.fixture(scope="module")
def network():
    return symnn.network("S = X W + b\nL = sum(S ⊙ G)", shapes=SHAPES)


@pytest.mark.parametrize(
    "answer", [r"\mathbf{1}^T G", r"\mathbf{1}^\top (G)", "one^T G", "ones^T (2 G)/2", r"\mathbf{1}_2^T G"]
)
def test_they_are_as_many_as_the_rows_behind_them(network, answer):
    assert symnn.compare(answer, "diff(L, b)", network=network).equal
    assert symnn.compare(f"2 {answer}", "diff(L, b)", network=network).equal is False


def test_they_are_as_many_as_the_columns_before_them(network):
    assert symnn.compare(r"\mathbf{1}^T (S ⊙ G) \mathbf{1}", "L", network=network).equal
    assert symnn.compare(r"X^T \mathbf{1}", "transpose(sum(X, columns))", network=network).equal


@pytest.mark.parametrize("answer", [r"\mathbf{1}", r"\mathbf{1} G", r"X^T \mathbf{1} \mathbf{1}^T", "one"])
def test_where_nothing_says_how_many_they_are_refused(network, answer):
    verdict = symnn.compare(answer, "diff(L, b)", network=network)
    assert [finding.code for finding in verdict.findings] == ["ones-number"]


def test_a_quantity_of_that_name_is_that_quantity():
    network = symnn.network("L = one^T x", shapes={"x": 2, "one": 2})
    assert symnn.compare("one", "diff(L, x)", network=network).equal
    assert symnn.compare(r"\mathbf{1}^T x", "L", network=network).equal is False


def test_models_may_have_them():
    network = symnn.network(r"L = \mathbf{1}^\top X u", shapes={"X": "2x3", "u": 3})
    assert symnn.compare(r"X^T \mathbf{1}", "diff(L, u)", network=network).equal


@pytest.mark.parametrize(
    "answer", ["ones(2)^T G", "np.ones(2).T @ G", "np.ones((2, 1)).T @ G", "transpose(ones(2)) G", "ones( 2 )^T (G)"]
)
def test_their_number_may_stand_behind_them(network, answer):
    assert symnn.compare(answer, "diff(L, b)", network=network).equal
    assert symnn.compare(f"2 {answer}", "diff(L, b)", network=network).equal is False


def test_as_many_as_do_not_fit_are_told_so(network):
    verdict = symnn.compare("ones(3)^T G", "diff(L, b)", network=network)
    assert [finding.code for finding in verdict.findings] == ["shape"]


@pytest.mark.parametrize(
    "answer", ["np.sum(G, 0)", "G.sum(0)", "np.sum(G, axis=0)", "(2 G).sum(0, keepdims=True)/2", "torch.sum(G, -2)"]
)
def test_the_number_of_an_axis_may_stand_alone_in_a_program(network, answer):
    assert symnn.compare(answer, "sum(G, columns)", network=network).equal
    assert symnn.compare(answer.replace("0", "1").replace("-2", "-1"), "sum(G, rows)", network=network).equal
