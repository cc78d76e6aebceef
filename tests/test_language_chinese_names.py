"""Chinese words as names of quantities: in models, answers, steps, programs and pages; elsewhere they are words."""

from __future__ import annotations

import pytest

import symnn
from symnn.expressions.tree import Name
from symnn.language.names import spelled
from symnn.notation.tex import latex

NETWORK = "输出 = sigmoid(权重_1 x_1 + 偏置)\n损失 = (输出 - 目标)^2"
SLOPE = "2(输出-目标)输出(1-输出)x_1"
EXERCISE = """symnn: 1
id: words
title: {zh: 题, en: words}
equations: |
  输出 = sigmoid(权重_1 x_1 + 偏置)
  损失 = (输出 - 目标)^2
prompt: {zh: 题, en: words}
parts:
  - {id: slope, kind: formula, points: 1, ask: {zh: 求, en: find}, answer: "diff(损失, 权重_1)"}
  - {id: steps, kind: steps, points: 1, ask: {zh: 求, en: find}, answer: "diff(损失, 权重_1)"}
"""


@pytest.fixture(scope="module")
def exercise(tmp_path_factory):
    file = tmp_path_factory.mktemp("words") / "words.yaml"
    file.write_text(EXERCISE, encoding="utf-8")
    return symnn.exercise(str(file))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (SLOPE, ""),
        (f"答：{SLOPE}", ""),
        (f"∂损失/∂权重_1 = {SLOPE}", ""),
        (r"\frac{\partial 损失}{\partial 权重_{1}} = 2(\text{输出}-\text{目标})\text{输出}(1-\text{输出})x_1", ""),
        ("２（输出－目标）输出（１－输出）x₁", ""),
        ("2(输出-目标)(1-输出)x_1", "missing-factor"),
        ("2(输出-目标)输出(1-输入)x_1", "words"),
        ("2(输出-目标)输出(1-输出)权重_2", "unknown-name"),
    ],
)
def test_an_answer_names_them(exercise, answer, code):
    verdict = exercise.part("slope").grade(answer)
    assert verdict.verdict == ("correct" if not code else "wrong" if code == "missing-factor" else "unreadable")
    assert [finding.code for finding in verdict.findings][:1] == ([code] if code else [])


def test_steps_may_hold_them_and_words_too(exercise):
    steps = "因为 (链式法则)\n∂损失/∂权重_1 = ∂损失/∂输出 · ∂输出/∂权重_1\n= 2(输出 - 目标) · 输出(1-输出) x_1"
    assert exercise.part("steps").grade(steps).verdict == "correct"


def test_programs_and_values_have_them():
    network = symnn.network(NETWORK)
    at = {"权重_1": 1.0, "x_1": 2.0, "偏置": 0.5, "目标": 1.0}
    values, slopes = network.compile()({"权重1": 1.0, "x1": 2.0, "偏置": 0.5, "目标": 1.0})
    assert network.evaluate(at)["损失"] == pytest.approx(values["损失"])
    assert slopes["权重1"] == pytest.approx(network.gradient(at)["权重1"])


def test_they_stand_below_letters_and_have_indices():
    network = symnn.network("误差_i = 权重 x_i - y_i\n损失 = Σ_{i=1}^2 误差_i^2", index={"i": "1..2"})
    assert symnn.compare("2 误差_1 x_1 + 2 误差_2 x_2", "diff(损失, 权重)", network=network).equal
    assert spelled(r"W_{\text{输入}}") == spelled("W_输入") == "W_输入"
    assert latex(Name("W_输入")) == r"W_{\text{输入}}"
    assert latex(Name("权重1")) == r"\text{权重}_1"


@pytest.mark.parametrize("text", ["损失", "x 加 输出", "输出y"])
def test_elsewhere_they_are_words(text):
    assert symnn.compare(text, "x").verdict == "unreadable"
