# ruff: noqa: E501 - a row of a table stands in one line
"""Canonical names and keys of every spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnn.errors import Problem
from symnn.expressions.tree import Name
from symnn.language.characters import CHINESE_NAME
from symnn.language.names import indexed, instance, spelled, taken_apart
from symnn.notation.tex import latex

SPELLINGS = [
    ("w_{46}", "w46", "w_{46}"), ("w46", "w46", "w_{46}"), ("w_46", "w46", "w_{46}"), ("w_4_6", "w46", "w_{46}"), ("w_{4,6}", "w46", "w_{46}"),
    ("w_{(x1)1}", "w_x1_1", "w_{(x1)1}"), ("w_x1_1", "w_x1_1", "w_{(x1)1}"), ("w_{1,11}", "w_1_11", "w_{1,11}"), ("x_1", "x1", "x_1"), ("x1", "x1", "x_1"),
    ("eta", "eta", r"\eta"), ("η", "eta", r"\eta"), (r"\eta", "eta", r"\eta"), (r"\varepsilon_1", "epsilon1", r"\epsilon_1"), ("θ_1", "theta1", r"\theta_1"),
    ("omega_{12}", "omega12", r"\omega_{12}"), ("v_{ij}", "v_ij", "v_{ij}"), ("p_data", "p_data", r"p_{\mathrm{data}}"),
    (r"p_{\text{data}}", "p_data", r"p_{\mathrm{data}}"), ("eps", "eps", r"\mathrm{eps}"), ("E", "E", "E"), ("y", "y", "y"), ("V'", "V'", "V'"),
    ("s'_2", "s'_2", "s'_2"), ("s_2'", "s'_2", "s'_2"), ("s^{(1)}_2", "s^(1)_2", "s^{(1)}_2"), ("s_2^{(1)}", "s^(1)_2", "s^{(1)}_2"), ("U^(1)", "U^(1)", "U^{(1)}"),
    (r"s^{\prime(1)}_2", "s'^(1)_2", r"s^{\prime(1)}_2"), ("W[1,2]", "W[1,2]", "W_{12}"), ("W_1[1,2]", "W1[1,2]", "(W_1)_{12}"),
    ("I_{x-1,y-1}", "I[x-1,y-1]", "I_{x-1,y-1}"), ("I_{x,y}", "I[x,y]", "I_{x,y}"), (r"\mathbf{w}_{5}", "w5", "w_5"), ("w₄₆", "w46", "w_{46}"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "written"), SPELLINGS)
def test_a_name_has_one_canonical_spelling(text, name, written):
    assert spelled(text) == name
    assert latex(Name(name)) == written


@pytest.mark.parametrize(("text", "name", "written"), SPELLINGS)
def test_the_canonical_name_and_its_latex_are_spellings_of_it(text, name, written):  # noqa: ARG001 - one table
    assert spelled(name) == name or name.startswith("s_")
    assert taken_apart(written) is None or taken_apart(written).compact == taken_apart(name).compact


@pytest.mark.parametrize("text", ["", "1x", "x+1", "x y", "f(x)", "x^2", "х", "x\u200b", "_x", "x_{", "{", "'"])
def test_what_is_no_name_is_a_problem(text):
    assert isinstance(spelled(text), Problem)


@given(st.text(max_size=20))
def test_no_spelling_raises(text):
    known = spelled(text)
    assert isinstance(known, Problem) or CHINESE_NAME.sub("", known).isascii()


def test_members_of_families():
    assert indexed("s", below="2") == instance("s", (2,)) == "s_2"
    assert indexed("s'", above="1", below="2") == instance("s'^()", (1, 2)) == "s'^(1)_2"
    assert instance("U^()", (1,)) == "U^(1)"


def test_latex_of_a_canonical_name():
    assert [latex(Name(name)) for name in ("w46", "eta", "s'_2", "w_x1_1")] == ["w_{46}", r"\eta", "s'_2", "w_{(x1)1}"]
