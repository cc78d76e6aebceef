"""Statements: how lines are put together, what they introduce, on which row they stand."""

from __future__ import annotations

import pytest

from symnn.errors import Problem
from symnn.expressions.tree import Derivative, Name
from symnn.expressions.writing import plain
from symnn.language.lines import read_lines
from symnn.networks.catalogue import network
from symnn.steps.statements import MOST_SIDES, Stated, stated
from symnn.steps.ways import Ways

GRAPH = network("bp-2-2-1").graph
ASKED = Derivative(Name("E"), Name("w5"))


def told(text):
    lines = read_lines(text, GRAPH.scope)
    assert isinstance(lines, tuple), lines
    return stated(text, lines, ASKED, GRAPH, Ways(GRAPH))


def sides(text):
    said = told(text)
    assert isinstance(said, Stated)
    return [[plain(side.plain) for side in statement.sides] for statement in said.statements]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y = f(a3)\n= f(x1)", [["y", "f(a3)", "f(x1)"]]),
        ("y = f(a3)\nE = (y-z)^2", [["y", "f(a3)"], ["E", "(y - z)^2"]]),
        ("= f1", [["diff(E, w5)", "f1"]]),
        ("f1 + f2", [["diff(E, w5)", "f1 + f2"]]),
        ("y = f(a3)\nf1 + f2", [["y", "f(a3)", "f1 + f2"]]),
        ("dE/dw5\n= f1\n= f2", [["diff(E, w5)", "f1", "f2"]]),
        ("y\n= f(a3)", [["y", "f(a3)"]]),
        ("dE/dw5 = 2\nf1", [["diff(E, w5)", "2", "f1"]]),
        ("dE/dw5 = 2\nf1\ny = z", [["diff(E, w5)", "2", "f1"], ["y", "z"]]),
        ("dE/dw5", []),
        ("x1 = 1, x2 = 2", [["x1", "1"], ["x2", "2"]]),
    ],
)
def test_lines_are_put_together(text, expected):
    assert sides(text) == expected


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("y = z\n\n\nE = 2", [1, 2]),
        ("解：\ny = z\n所以\nE = 2", [1, 2]),
        (r"y = z \\ E = 2", [1, 2]),
        ("y = z \\\\\nE = 2", [1, 2]),
        ("y = z, E = 2", [1, 1]),
        ("y = z; E = 2", [1, 1]),
        ("\\begin{aligned}\ny &= z \\\\[2pt]\nE &= 2\n\\end{aligned}", [1, 2]),
    ],
)
def test_rows_are_counted_as_a_reader_does(text, rows):
    said = told(text)
    assert [statement.sides[-1].row for statement in said.statements] == rows


def test_a_new_name_is_introduced_by_its_first_statement():
    said = told("delta = dE/da3\ndE/dw5 = delta*f1")
    assert [statement.defines for statement in said.statements] == [True, False]
    assert plain(said.graph.definitions["delta"]) == "dE/da3"
    assert "dE/da3" in said.graph.definitions
    assert "delta" not in GRAPH.definitions


def test_every_side_knows_its_place():
    text = "∂E/∂w_5 = 2(y－z) · f_1\n = 3"
    said = told(text)
    assert [text[slice(*side.span)] for side in said.statements[0].sides] == ["∂E/∂w_5", "2(y－z) · f_1", "3"]


def test_a_derivative_that_cannot_be_taken_is_a_problem():
    problem = told("dE/dw5 = ∇E")
    assert isinstance(problem, Problem)
    assert problem.code == "gradient-by-all"


def test_there_is_a_limit():
    problem = told("=".join(["x1"] * (MOST_SIDES + 1)))
    assert isinstance(problem, Problem)
    assert problem.code == "too-large"
