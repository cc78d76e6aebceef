"""A derivation about vectors and matrices is judged line by line like one of numbers."""

from __future__ import annotations

import pytest

import symnn

CLASSES = """
symnn: 1
id: classes
title: {zh: 分类, en: classes}
prompt: {zh: 分类, en: classes}
shapes: {W1: 4x3, b1: 4, W2: 2x4, b2: 2, x: 3, t: 2}
equations: |
  z1 = W1 x + b1
  h = relu(z1)
  z2 = W2 h + b2
  p = softmax(z2)
  L = -t^T log(p)
inputs: [x]
targets: [t]
parts:
  - {id: steps, kind: steps, ask: {zh: 求, en: derive}, answer: "diff(L, W1)"}
"""

RIGHT = {
    "mathematics": "∂L/∂z2 = p - t\n∂L/∂h = W2^T (p - t)\n∂L/∂z1 = W2^T (p-t) ⊙ 1[z1 > 0]\n"
    "∂L/∂W1 = (W2^T (p-t) ⊙ 1[z1 > 0]) x^T",
    "program": "dz2 = p - t\ndh = W2.T @ dz2\ndz1 = dh * (z1 > 0)\ndW1 = np.outer(dz1, x)",
    "names": "δ2 = p - t\nδ1 = (W2^T δ2) ⊙ relu'(z1)\n∂L/∂W1 = δ1 x^T",
    "aligned": r"\begin{aligned}\frac{\partial L}{\partial z_2} &= p - t \\ \frac{\partial L}{\partial h} &="
    r" W_2^\top \frac{\partial L}{\partial z_2} \\ \frac{\partial L}{\partial z_1} &= \frac{\partial L}{\partial h}"
    r" \odot \mathbb{1}[z_1 > 0] \\ \frac{\partial L}{\partial W_1} &= \frac{\partial L}{\partial z_1} x^\top"
    r"\end{aligned}",
}

WRONG = [
    ("dz2 = t - p\ndh = W2.T @ dz2\ndz1 = dh * (z1 > 0)\ndW1 = np.outer(dz1, x)", 1),
    ("dz2 = p - t\ndh = W2.T @ dz2\ndz1 = dh * h\ndW1 = np.outer(dz1, x)", 3),
]


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    path = tmp_path_factory.mktemp("classes") / "classes.yaml"
    path.write_text(CLASSES, encoding="utf-8")
    return symnn.exercise(path).part("steps")


@pytest.mark.parametrize("way", RIGHT)
def test_a_right_derivation_is_right(steps, way):
    verdict = steps.grade(RIGHT[way])
    assert verdict.verdict == "correct", [(one.code, dict(one.facts)) for one in verdict.findings]


@pytest.mark.parametrize(("text", "line"), WRONG)
def test_the_first_line_that_does_not_follow_is_told(steps, text, line):
    (step, *_) = steps.grade(text).findings
    assert step.code == "step"
    assert int(step.facts["line"]) == line


def test_a_product_that_does_not_fit_is_told_with_its_shapes(steps):
    """A name that is introduced for it ended in a traceback."""
    verdict = steps.grade("δ2 = p - t\nδ1 = W2 δ2\n∂L/∂W1 = δ1 x^T")
    assert verdict.verdict == "unreadable"
    assert verdict.findings[0].code.startswith("shape-product")
