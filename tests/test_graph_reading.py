"""Equations as the lecture writes them become a checked graph; every mistake has its line and column."""

from __future__ import annotations

import pytest

from symnn.errors import GraphError
from symnn.expressions.tree import Name
from symnn.expressions.writing import plain
from symnn.networks.models import Declarations, graph_from_text
from symnn.notation.tex import latex


def test_the_lectures_equations_become_a_graph():
    graph = graph_from_text(
        "f(x) = 1/(1+exp(-x))\n\na_1 = w_1 x_1 + w_3 x_2  # the first sum\nf_1 = f(a_1)\nE=(f_1-z)^2"
    )
    assert [(equation.left, plain(equation.right)) for equation in graph.equations] == [
        ("a1", "w1*x1 + w3*x2"),
        ("f1", "f(a1)"),
        ("E", "(f1 - z)^2"),
    ]
    assert graph.functions["f"].known == "sigmoid"
    assert graph.result == "E"


def test_names_keep_the_lectures_spelling_in_latex():
    graph = graph_from_text("e_1 = w_{(x1)1}*x_1\ny = \\omega_{12} e_1")
    assert {name: latex(Name(name)) for name in graph.quantities} == {
        "w_x1_1": "w_{(x1)1}",
        "x1": "x_1",
        "omega12": r"\omega_{12}",
        "e1": "e_1",
        "y": "y",
    }


def test_roles_follow_from_the_declarations():
    graph = graph_from_text("a = w*x\nE = (a - z)^2", Declarations(inputs=("x",), targets=("z",)))
    assert {name: quantity.role for name, quantity in graph.quantities.items()} == {
        "x": "input",
        "z": "target",
        "w": "parameter",
        "a": "intermediate",
        "E": "result",
    }


@pytest.mark.parametrize(
    ("text", "parameters", "code", "line", "column"),
    [
        ("a = w*x\na = 2*w", (), "defined-twice", 2, 1),
        ("y = b + 1\nb = w", (), "used-before-definition", 1, 5),
        ("a = b + 1\nb = 2*a", (), "cycle", 1, 1),
        ("a = a + w", (), "cycle", 1, 1),
        ("a = w*q", ("w",), "undefined-name", 1, 7),
        ("a = w*x +", (), "syntax", 1, 10),
        ("  a = (w*x", (), "syntax", 1, 11),
        ("a w x", (), "not-an-equation", 1, 1),
        ("x = w\n\n   b = 2*(w", (), "syntax", 3, 12),
        ("a = g(w)*2 + h(", (), None, 1, None),
        ("f(x) = 1/(x\na = f(w)", (), "syntax", 1, 12),
    ],
)
def test_every_mistake_has_its_line_and_column(text, parameters, code, line, column):
    with pytest.raises(GraphError) as caught:
        graph_from_text(text, Declarations(parameters=parameters))
    problem = caught.value.problems[0]
    assert code is None or problem.code == code
    assert problem.place is not None
    assert problem.place.line == line
    assert column is None or problem.place.column == column


def test_all_mistakes_are_told_at_once():
    with pytest.raises(GraphError) as caught:
        graph_from_text("a = (w\nb = w*\nc = w")
    assert [problem.place.line for problem in caught.value.problems] == [1, 2]


def test_an_undefined_name_comes_with_the_nearest_one():
    with pytest.raises(GraphError) as caught:
        graph_from_text("alpha = w\ny = alhpa", Declarations(parameters=("w",)))
    assert caught.value.problems[0].facts["nearest"] == "alpha"


def test_a_cycle_names_its_way_round():
    with pytest.raises(GraphError) as caught:
        graph_from_text("a = b\nb = c\nc = a")
    through = caught.value.problems[0].facts["through"]
    assert through[0] == through[-1]
    assert set(through) == {"a", "b", "c"}
