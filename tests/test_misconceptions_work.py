"""What it costs to look for the reason of a wrong answer, counted in calls: the search must not grow unseen.

The answers have no reason that is found at once, so that everything is tried: each change, and each two. A search
that evaluates the answer once for every change makes some 100 000 calls for the first of them. What is found in a
network with kinks is looked at again at 48 points.
"""

from __future__ import annotations

import pytest
from work import calls_of

from symnn.exercises.library import exercise
from symnn.expressions.tree import Derivative, Name, Number, Product
from symnn.language.reading import read
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.networks.models import Declarations, graph_from_text
from symnn.questions.reference import Reference

ANSWERS = [
    ("bp-2-2-1", "dw1", "(y-z)^3 + w5*x2 - f1*sigmoid(x1*w2)", "(y-z)^3 + w5*x1 - f2*sigmoid(x1*w2)", 17_000),
    ("bp-2-2-1", "dw1", "2(y-z)y(3-y)w5 f2 f1(1.1-f1)x1", "2(y-z)y(3-y)w5 f2 f1(1.2-f1)x2", 19_000),
    ("residual", "by-W", "(V^T (3(y+z)) ⊙ f(a)) x^T * 7", "(V^T (3(y+z)) ⊙ f(a)) x^T * 8", 26_000),
    ("residual", "by-W", "(V^T (2(y-V)) ⊙ f'(a)) x^T", "(V^T (2(y-W)) ⊙ f'(a)) x^T", 80_000),
    ("matrix-form", "by-W1", "x^T (W2^T (y-z) ⊙ f'(a1))", "x^T (W2^T (y+z) ⊙ f'(a1))", 62_000),
]


@pytest.mark.parametrize(("name", "part", "first", "second", "most"), ANSWERS)
def test_a_search_without_result_ends_after_bounded_work(name, part, first, second, most):
    asked = exercise(name).part(part)
    asked.grade(first)  # what is prepared for a whole class
    assert calls_of(lambda: asked.grade(second)) <= most


CLASS = [
    ("bp-2-2-1", "dw1", ("2(y-z)y(1-y)w5 f1(1-f1)x1", "2(y-z)y(1-y)w5 f1(1-f1)x2", "(y-z)w5 x1"), 18_500),
    ("bp-2-3-2-1", "dwx11", ("2(y-z)f_6'(e) w_46", "f_6'(e) w_46 f_4'(e) x_1", "(y-z)*w_46*w_14*x_1"), 24_500),
]


@pytest.mark.parametrize(("name", "part", "texts", "most"), CLASS)
def test_what_students_wrote_alike_costs_little_once_it_was_looked_at(name, part, texts, most):
    """Terms that stood in other answers are not changed anew: only what is new in this one, and what goes across."""
    asked = exercise(name).part(part)
    for text in texts:
        asked.grade(f"{text} + 0.371")
    assert calls_of(lambda: [asked.grade(f"{text} + 0.5813") for text in texts]) <= most


DEAR = [
    ("y**(-0.5)", 120_000),
    ("(y + y + y)**(3/2)", 125_000),
    ("ln(2+(y^(-0.5) + y+y)^2)", 320_000),
    ("log(2+(abs((1/2) + e3+(f4(e6)-z)^2 + e3+x2 + x1-x1))**2)", 380_000),
]


@pytest.mark.parametrize(("answer", "most"), DEAR)
def test_a_dear_formula_is_seen_to_differ_and_not_explained_at_length(answer, most):
    """One point shows that it differs, also where it has no value everywhere; its residues are given up early."""
    asked = exercise("bp-2-3-2-1").part("dw14")
    asked.grade("2(y-z) + 0.3")
    assert calls_of(lambda: asked.grade(answer)) <= most


def test_the_same_formula_in_other_words_is_judged_once_and_told_at_its_own_places():
    asked = exercise("bp-2-2-1").part("dw1")
    told = asked.grade("2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x2")
    other = "2 (y - z) y (1 - y)   w5 f1 (1 - f1) * x2"
    assert calls_of(lambda: asked.grade(other)) <= 800
    found = asked.grade(other)
    assert [(one.code, dict(one.facts), other[slice(*one.span)]) for one in found.findings] == [
        (one.code, dict(one.facts), "x2") for one in told.findings
    ]
    assert asked.grade("2 (y - z) y (1 - y) w5 f1 (1 - f1) x1").verdict == "correct"


@pytest.mark.parametrize(("name", "part"), [("matrix-form", "by-W1"), ("birnn", "by-V"), ("batch-norm", "by-beta")])
def test_a_second_reference_of_tensors_compiles_no_equation_again(name, part):
    asked = exercise(name).part(part)
    key = asked.content.answer.value
    accepted, answer = Product((Number(3), key)), Product((Number(5), key))
    first = Reference(key, asked.meaning)
    first.judge(answer, "five times")
    alone, beside = Reference(accepted, asked.meaning), Reference(accepted, asked.meaning, first)
    spent = calls_of(lambda: alone.judge(answer, "five times"))
    assert 3 * calls_of(lambda: beside.judge(answer, "five times")) <= spent


@pytest.mark.slow
def test_where_units_are_off_few_of_the_changes_that_agree_by_chance_are_looked_at_again():
    """A key that is often 0: thousands of pairs of changes give it at one point (17 s before)."""
    shapes = {"a": (2,), "b": (2,)}
    equations = "d = sqrt(transpose(a - b)*(a - b))\nL = 1/2*(Y*d^2 + (1 - Y)*max(0, m - d)^2)"
    graph = graph_from_text(equations, Declarations(shapes=shapes, inputs=("Y",)))
    diagnosis = diagnosis_of(graph, Derivative(Name("L"), Name("d")))
    answer = read("1/2*Y*2*d - 1/2*(1 - Y)*2*max(0, Y - d)*step(Y - d)", graph.scope).tree
    assert calls_of(lambda: diagnosis.explain(answer)) <= 2_400_000
