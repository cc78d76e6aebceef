"""What a verdict costs at most: nested, shared and heavy formulas, decided or left open within one account."""

from __future__ import annotations

import time

import pytest

from symnn.exercises.library import exercise
from symnn.questions.comparing import ComparedRow, Comparer

MOST_SECONDS = 2
"""An account takes about 0.5 s alone on a machine; others may be busy on this one, and a hang takes minutes."""


def nested(deep, function="sigmoid"):
    inner = "x"
    for level in range(1, deep + 1):
        inner = f"{function}(a{level}*({inner})+b{level})"
    return inner


def compared(left, right, **about):
    start = time.process_time()
    equal = Comparer().row(ComparedRow(left, right, **about)).judgement.equal
    return equal, time.process_time() - start


@pytest.mark.parametrize("deep", [1, 4, 7, 9, 12])
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("log(1+{})", "log(2-(1-{}))"),
        ("sqrt(1+{})", "(2-(1-{}))^(1/2)"),
        ("max(0,{})", "({}+abs({}))/2"),
        ("log({})", "-log(1/{})"),
    ],
)
def test_nested_exponentials_are_decided_however_deep(deep, left, right):
    unit = nested(deep)
    equal, seconds = compared(left.format(unit), right.replace("{}", unit))
    assert equal is not False
    assert equal is True or deep > 9
    assert seconds < MOST_SECONDS


@pytest.mark.parametrize("function", ["tanh", "softplus", "exp", "sin", "sqrt"])
def test_nesting_of_any_function_costs_bounded_work(function):
    unit = nested(9, function)
    for left, right in ((f"log(2+{unit}^2)", f"log(3+{unit}^2-1)"), (f"abs({unit})", f"sqrt(({unit})^2)")):
        equal, seconds = compared(left, right)
        assert equal is not False
        assert seconds < MOST_SECONDS


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            "-2*(y-z)*f'(a3)*log(exp(w5))*f'(a1)*x1+log(1+exp(w5))",
            "log(exp(-2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1)*(1+exp(w5)))",
        ),
        (
            "cos(min(tanh(1/(1+1/exp(-(2*(1+sign(x1*w1)*abs(x1*w1))/2)))),w1+5))",
            "cos(min(tanh(1/(1+exp(1+w1*x1))),5+w1))",
        ),
        ("2*(y-z)**y*(1-y)*y5", "2*(y-z)*y*(1-y)*y5"),
        ("log(1+(max(w1,log(exp(w5))))^2)/2", "log(sqrt(1+(max(w1,w5))^((-2)*(-1))))"),
        ("(1+x1+w1+w3+w5+x2+z)^12", "(1+z+x2+w5+w3+w1+x1)^12+1e-9"),
        ("abs(abs(abs(abs(x1-w1)-w3)-w5)-x2)", "abs(abs(abs(abs(w1-x1)-w3)-w5)-x2)"),
    ],
)
@pytest.mark.parametrize("network", ["", "bp-2-2-1"])
def test_heavy_formulas_cost_bounded_work(left, right, network):
    for one, other in ((left, right), (right, left)):
        _, seconds = compared(one, other, network=network)
        assert seconds < MOST_SECONDS


def graded(target, answer):
    name, part = target.split("/")
    asked = exercise(name).part(part)
    asked.grade("1")
    start = time.process_time()
    return asked.grade(answer), time.process_time() - start


@pytest.mark.parametrize("deep", [5, 8, 20])
def test_derivatives_of_derivatives_are_refused_before_they_are_carried_out(deep):
    answer = "dE/dw14 = " + "diff(" * deep + "E" + ", w14)" * deep
    verdict, seconds = graded("bp-2-3-2-1/steps-w14", answer)
    assert [(finding.code, finding.facts["limit"]) for finding in verdict.findings] == [("too-large", "order")]
    assert seconds < MOST_SECONDS / 10


def test_a_few_derivatives_of_derivatives_are_read():
    equal, seconds = compared("diff(diff(x^4*y, x), x)", "12*x^2*y", names=["x", "y"])
    assert equal is True
    assert seconds < MOST_SECONDS


@pytest.mark.parametrize(
    "line",
    [
        "= log(1+exp(e6*{}+w14))*2*(y-z)",
        "= sqrt({}+e6^2)*sqrt(2+e4^2)",
        "= max(e6,{}*e4)*abs(w14-w46)",
        "= 2*(y-z)^(y/{})*f6'(e6)",
    ],
)
def test_a_derivation_of_many_lines_has_one_account(line):
    lines = "\n".join(line.format(count) for count in range(1, 81))
    verdict, seconds = graded("bp-2-3-2-1/steps-w14", f"dE/dw14\n{lines}")
    assert verdict.verdict in ("wrong", "partial", "undecided")
    assert seconds < 2 * MOST_SECONDS


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("bp-2-3-2-1/dw56", "2*(y - z)**y*(1 - y)*y5"),
        ("bp-2-3-2-1/dw14", "2*(y - z)**(1 - y)*w46*y4*(1 - y4)*y1"),
        ("bp-2-2-1/dw1", "sqrt(1+sigmoid(x2*sigmoid(w6*sigmoid(w5*sigmoid(w4*sigmoid(w3*sigmoid(w1*x1+w4)))))))"),
        ("bp-2-3-2-1/steps-w14", "dE/dy**dy/de6*de6/dy4*dy4/de4*de4/dw14\n= 2*(y - z)*y*(1 - y)*w46*y4*(1 - y4)*y1"),
    ],
)
def test_a_wrong_answer_and_its_reason_cost_bounded_work(target, answer):
    verdict, seconds = graded(target, answer)
    assert verdict.verdict != "correct"
    assert seconds < 2 * MOST_SECONDS


@pytest.mark.parametrize(
    ("network", "left", "right", "equal"),
    [
        ("cnn", "y[1]+y[2]", "1", True),
        ("cnn", "1-y[2]", "y[1]", True),
        ("cnn", "y[1]+y[2]+y[1]*y[2]", "1", False),
        ("cnn", "p[1,1,1]", "max(r[1,1,1],r[1,1,2],r[1,2,1])", False),
        ("cnn", "p[1,1,1]", "max(r[1,1,1],r[1,1,2],r[1,2,1],r[1,2,2])", True),
        ("cnn-x", "y[1]+y[2]", "1", True),
        ("deep-rnn", "y_3-y_3", "0*y_3", True),
    ],
)
def test_results_of_deep_networks_are_decided_where_they_meet(network, left, right, equal):
    decided, seconds = compared(left, right, network=network)
    assert decided is equal
    assert seconds < MOST_SECONDS
