"""What ``check`` proves of an author's fields: accepted answers, what is given, the left sides of a question."""

from __future__ import annotations

import pytest

from symnn.documents.decoding import Text
from symnn.exercises.checking import check_exercise
from symnn.exercises.loading import load_exercise

HEAD = """symnn: 1
id: e
title: {zh: 甲, en: A}
use: USE
prompt: {zh: 甲, en: A}
parts:
  - """


def loaded(part, use="bp-2-2-1"):
    found = load_exercise(Text(HEAD.replace("USE", use) + part.replace("\n", "\n    "), "e.yaml"))
    assert found.problems == (), found.problems
    return found.value


def codes(part, use="bp-2-2-1"):
    return [problem.code for problem in check_exercise(loaded(part, use))]


def formula(ask, answer, more=""):
    return f"id: p\nkind: formula\nask: {{zh: '{ask}', en: '{ask}'}}\nanswer: {answer}\n{more}"


DW5 = r"Find $\partial E/\partial w_5$."


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("accept: [{value: '2*(y-z)*y*(1-y)*f1'}]", []),
        ("accept: [{value: '(y-z)*y*(1-y)*f1'}]", ["accepted-not-proved"]),
        ("accept: [{value: '(y-z)*y*(1-y)*f1', credit: 1}]", []),
        ("accept: [{value: 'diff(E, w5)/2', convention: missing-2}]", []),
        ("accept: [{value: 'diff(E, w6)', note: {zh: 乙, en: B}}]", ["accepted-not-proved"]),
    ],
)
def test_an_accepted_answer_without_credit_is_the_answer(more, found):
    assert codes(formula(DW5, "diff(E, w5)", more)) == found


@pytest.mark.parametrize(("value", "found"), [("y + z - z", []), ("y + 1", ["accepted-not-proved"])])
def test_so_is_an_accepted_number(value, found):
    part = formula("Find $y$.", "y", f"accept: [{{value: {value}}}]\ntolerance: {{rel: 0.01}}\nat: AT")
    at = "{x1: 1, x2: 1, w1: 1, w2: 1, w3: 1, w4: 1, w5: 1, w6: 1, z: 1}"
    assert codes(part.replace("formula", "number").replace("AT", at)) == found


@pytest.mark.parametrize(
    ("ask", "answer", "more", "found"),
    [
        (DW5, "diff(E, w5)", "", []),
        (r"Find $\partial E/\partial w_5$ in terms of $y$.", "2*(y-z)*y*(1-y)*f1", "", ["left-not-listed"]),
        (r"Find $\frac{\partial E}{\partial w_5}$.", "2*(y-z)*y*(1-y)*f1", "asked: ['diff(E, w5)']", []),
        (r"Express $\partial E/\partial w_1$ by $\partial E/\partial f_1$.", "diff(E, w1)", "", []),
        (DW5, "2*(y-z)*y*(1-y)*f2", "asked: ['diff(E, w6)']", ["asked-not-in-ask"]),
        ("Find $y^*$.", "f(a3)", "asked: [y]", []),
    ],
)
def test_the_left_sides_of_a_question_are_those_that_are_listed(ask, answer, more, found):
    assert codes(formula(ask, answer, more)) == found


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("given: ['diff(E, a3)']", []),
        ("given: ['diff(E, w5)']", ["given-is-asked"]),
        ("given: [y]", ["given-no-derivative"]),
    ],
)
def test_what_is_given_is_a_derivative_and_not_what_is_asked(more, found):
    assert codes(formula(DW5, "diff(E, w5)", more)) == found


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("dE/da3 f1", "correct"),
        ("f_1 ∂E/∂a_3", "correct"),
        (r"\frac{\partial E}{\partial a_3} f_1", "correct"),
        ("dE/da3 f2", "wrong"),
        ("dE/dy f1", "wrong"),  # another derivative is none
        ("dE/dw5", "wrong"),
    ],
)
def test_a_given_derivative_is_a_value_in_answers(answer, verdict):
    part = loaded(formula(DW5, "diff(E, w5)", "given: ['diff(E, a3)']")).part("p")
    assert part.grade(answer).verdict == verdict


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("dE/da_2 h^T", "correct"), (r"\frac{\partial E}{\partial a_2} h^T", "correct"), ("dE/da_2 x^T", "wrong")],
)
def test_so_is_a_given_gradient_of_a_vector(answer, verdict):
    use = "equations: |\n  a_1 = W_1 x\n  h = sigmoid(a_1)\n  a_2 = W_2 h\n  E = sum((a_2 - z)^2)"
    use += "\nshapes: {W_1: 3x2, W_2: 2x3, x: 2, z: 2}"
    text = HEAD.replace("use: USE", use)
    part = formula(r"Find $\partial E/\partial W_2$.", "diff(E, W_2)", "given: ['diff(E, a_2)']")
    found = load_exercise(Text(text + part.replace("formula", "matrix").replace("\n", "\n    "), "e.yaml"))
    assert found.problems == ()
    assert found.value.part("p").grade(answer).verdict == verdict


def test_a_given_derivative_needs_no_line_of_a_derivation():
    part = "id: p\nkind: steps\nask: {zh: 甲, en: A}\nanswer: diff(E, w5)\n"
    answer = "dE/dw5 = dE/da3 * da3/dw5\n = dE/da3 * f1"
    assert loaded(part + "given: ['diff(E, a3)']").part("p").grade(answer).verdict == "correct"
    assert loaded(part).part("p").grade(answer).verdict == "partial"


def test_a_part_may_have_a_title():
    part = loaded("title: {zh: 输出层, en: The output layer}\n" + formula(DW5, "diff(E, w5)")).part("p")
    assert part.to_dict()["title"] == {"zh": "输出层", "en": "The output layer"}
