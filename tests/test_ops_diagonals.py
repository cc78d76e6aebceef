"""diag, diagonal and trace, each by its record alone: values, gradients, batches, answers."""

from __future__ import annotations

import numpy as np
import pytest

import symnn

HEAD = "symnn: 1\nnetwork: n\ntitle: {zh: 试, en: try}\n"
MIXED = """shapes: {A: 2x3, X: 3x2, v: 2}
parameters: [X, v]
inputs: [A]
equations: |
  M = A X
  d = diagonal(diag(v) M)
  E = trace(M)^2 + sum(d)
"""


def network(folder, text):
    file = folder / "n.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return symnn.network(str(file))


def test_values_and_gradients_are_those_of_the_cookbook(tmp_path):
    net = network(tmp_path, MIXED)
    random = np.random.default_rng(3)
    A, X, v = (random.normal(size=shape) for shape in ((2, 3), (3, 2), (2,)))
    at = {"A": A.tolist(), "X": X.tolist(), "v": v.tolist()}
    M = A @ X
    by_X = 2 * np.trace(M) * A.T + A.T @ np.diag(v)
    for gradient in (net.gradient(at), net.compile()(at)[1]):
        assert np.allclose(gradient["X"], by_X)
        assert np.allclose(gradient["v"], np.diag(M))
    assert np.isclose(net.evaluate(at)["E"], np.trace(M) ** 2 + np.diag(np.diag(v) @ M).sum())


def test_a_batch_is_its_samples(tmp_path):
    net = network(tmp_path, MIXED)
    random = np.random.default_rng(4)
    given = {"A": random.normal(size=(5, 2, 3)), "X": random.normal(size=(3, 2)), "v": random.normal(size=2)}
    values, gradient = net.compile()(given)
    singles = [net.compile()(given | {"A": sample}) for sample in given["A"]]
    assert np.allclose(values["E"], [one[0]["E"] for one in singles])
    assert np.allclose(gradient["X"], sum(one[1]["X"] for one in singles))


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("diag(f'(a_1)) W_2^T (2(y-z)⊙f'(a_2))", "correct"),
        ("diag(f'(a_1)) W_2^T diag(f'(a_2)) (2(y-z))", "correct"),
        ("diag(f'(a_2)) W_2^T (2(y-z)⊙f'(a_1))", "wrong"),
    ],
)
def test_a_student_may_write_the_error_with_diag(answer, verdict):
    assert symnn.exercise("matrix-form").part("delta1").grade(answer).verdict == verdict


@pytest.mark.parametrize(("a", "b"), [("trace(A B)", "trace(B A)"), ("trace(x x^T)", "x^T x"), ("diag(x) x", "x ⊙ x")])
def test_what_everybody_knows_of_traces_is_proved(a, b):
    import json

    from click.testing import CliRunner

    from symnn.cli import symnn as command

    row = {"id": 1, "a": a, "b": b, "names": {"A": "2x3", "B": "3x2", "x": "3"}}
    ran = CliRunner().invoke(command, ["compare", "--jsonl", "-"], input=json.dumps(row) + "\n")
    assert json.loads(ran.stdout)["equal"] is True, ran.stdout


@pytest.mark.parametrize(
    ("equation", "code"), [("E = trace(A)", "shape-no-square"), ("M = diag(A)", "shape-no-vector")]
)
def test_other_shapes_are_refused_with_the_shape(equation, code, tmp_path):
    with pytest.raises(symnn.SymnnError) as found:
        network(tmp_path, f"shapes: {{A: 2x3}}\nequations: |\n  {equation}\n")
    assert found.value.problems[0].code == code
