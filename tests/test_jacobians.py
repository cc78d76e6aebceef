"""Derivatives of vectors: Jacobians with a row for each entry, Hessians, and both inside the equations of a model."""

from __future__ import annotations

import numpy as np
import pytest

import symnn
from symnn.errors import SymnnError

EQUAL = [
    ("h = A x", {"A": (3, 2), "x": (2,)}, "diff(h, x)", "A"),
    ("h = tanh(A x)", {"A": (3, 2), "x": (2,)}, "diff(h, x)", "diag(1 - h^2) A"),
    ("p = softmax(z)", {"z": (3,)}, "diff(p, z)", "diag(p) - p p^T"),
    ("p = softmax(z)", {"z": (3,)}, r"\frac{\partial p}{\partial z}", "diag(p) - p p^T"),
    ("y = x^T A", {"A": (3, 2), "x": (3,)}, "diff(y, x)", "A^T"),
    ("h = tanh(A x)", {"A": (3, 2), "x": (2,)}, "diff(A x, x)", "A"),
    ("r = y - X b\nL = r^T r", {"X": (3, 2), "b": (2,), "y": (3,)}, "diff(diff(L, b), b)", "2 X^T X"),
    ("L = x^T A x", {"A": (3, 3), "x": (3,)}, "diff(L, x, 2)", "A + A^T"),
    ("L = x^T A x\nq = v^T x", {"A": (3, 3), "x": (3,), "v": (3,)}, "diff(diff(L, x), x) v", "A v + A^T v"),
    ("h = x exp(t)", {"x": (3,)}, "diff(h, t)", "h"),
    ("h = u tanh(w^T z) + z", {"u": (2,), "w": (2,), "z": (2,)}, "diff(h, z)",
     "diag([1, 1]) + (1 - tanh(w^T z)^2) u w^T"),
    ("z = X w\nJ = sum(log(1 + exp(z)))", {"X": (3, 2), "w": (2,)}, "diff(diff(J, w), w)",
     "X^T diag(sigmoid(z) ⊙ (1 - sigmoid(z))) X"),
]  # fmt: skip


@pytest.mark.parametrize(("equations", "shapes", "derivative", "form"), EQUAL)
def test_a_jacobian_is_its_published_form(equations, shapes, derivative, form):
    net = symnn.network(equations, shapes=shapes)
    assert symnn.compare(derivative, form, network=net).equal is True
    assert symnn.compare(derivative, f"2 ({form})", network=net).equal is False


@pytest.mark.parametrize(
    "wrong", ["p p^T - diag(p)", "diag(p) - p^T p", "diag(p) + p p^T", "diag(p)", "diag(p ⊙ (1-p))"]
)
def test_mistaken_jacobians_are_wrong(wrong):
    net = symnn.network("p = softmax(z)", shapes={"z": (3,)})
    assert symnn.compare("diff(p, z)", wrong, network=net).equal is False


def test_a_derivative_with_three_axes_is_refused_with_an_entry_to_ask_for():
    net = symnn.network("h = A x", shapes={"A": (3, 2), "x": (2,)})
    with pytest.raises(SymnnError) as refused:
        symnn.compare("diff(h, A)", "A", network=net)
    assert refused.value.problems[0].code == "derivative-axes"
    assert symnn.compare("diff(h[1], A)", "[x_1, x_2; 0, 0; 0, 0]", network=net).equal is True


def _slopes(function, at, step=1e-5):
    """Take central differences, a column for each entry of what is changed."""
    columns = []
    for place in np.ndindex(at.shape):
        change = np.zeros_like(at)
        change[place] = step
        columns.append((function(at + change) - function(at - change)) / (2 * step))
    return np.stack(columns, axis=-1)


IN_EQUATIONS = [
    ("h = tanh(A x)\nJ = diff(h, x)", "h", "x"),
    ("p = softmax(A x)\nJ = diff(p, x)", "p", "x"),
    ("L = sum(exp(A x))\ng = diff(L, x)\nJ = diff(g, x)", "g", "x"),
    ("L = sum(exp(A x))\ng = diff(L, x)\nJ = diff(diff(L, x), x)", "g", "x"),
    ("h = A x + sin(t) x_1\nJ = diff(h, t)", "h", "t"),
]


@pytest.mark.parametrize(("equations", "of", "by"), IN_EQUATIONS)
def test_derivatives_in_equations_of_tensors(equations, of, by):
    net = symnn.network(equations + "\nE = sum(J ⊙ J)", shapes={"A": (3, 2), "x": (2,)}, inputs=["x"])
    rng = np.random.default_rng(7)
    point = {"A": rng.normal(size=(3, 2)), "x": rng.normal(size=2), "t": np.asarray(0.3)}
    point = {name: one for name, one in point.items() if name in {*net.inputs, *net.parameters}}

    def at(name, quantity):
        return lambda one: np.asarray(net.evaluate({**point, name: one})[quantity], dtype=float)

    found = np.asarray(net.evaluate(point)["J"])
    expected = _slopes(at(by, of), np.asarray(point[by], dtype=float))
    np.testing.assert_allclose(found, expected.reshape(found.shape), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(net.gradient(point)["A"], _slopes(at("A", "E"), point["A"]).reshape(3, 2), rtol=1e-5)
    values, gradients = net.compile()(point)
    np.testing.assert_allclose(values["J"], found, rtol=1e-12)
    np.testing.assert_allclose(gradients["A"], net.gradient(point)["A"], rtol=1e-10)


def test_an_exercise_may_ask_about_equations_with_derivatives(tmp_path):
    file = tmp_path / "slopes.yaml"
    file.write_text(
        "symnn: 1\nid: slopes\ntitle: {zh: 斜率, en: Slopes}\nprompt: {zh: 求, en: Find}\n"
        "shapes: {A: 2x2, w: 2}\nequations: |\n  L = 1/2 w^T A w\n  g = diff(L, w)\nparts:\n"
        "  - {id: g, kind: matrix, points: 1, ask: {zh: 求, en: Find}, answer: g}\n",
        encoding="utf-8",
    )
    part = symnn.exercise(str(file)).part("g")
    assert part.grade("1/2 (A + A^T) w").verdict == "correct"
    assert part.grade("A w").verdict == "wrong"
