"""How programs and other courses write the gradients of a batch: read, right, and slips in them named."""

from __future__ import annotations

import pytest

import symnn

BATCH = """
symnn: 1
id: batch
title: {zh: 试, en: try}
prompt: {zh: 试, en: try}
shapes: {X: 3x5, W1: 4x3, b1: 4, W2: 1x4, b2: 1, Y: 1x5}
samples: columns
equations: |
  Z1 = W1 X + b1
  A1 = tanh(Z1)
  Z2 = W2 A1 + b2
  A2 = sigmoid(Z2)
  J = -1/5*sum(Y ⊙ log(A2) + (1 - Y) ⊙ log(1 - A2))
inputs: [X]
targets: [Y]
names: [alpha]
parts:
  - {id: dZ2, kind: matrix, ask: {zh: "求", en: "find"}, answer: "diff(J, Z2)"}
  - {id: dW2, kind: matrix, ask: {zh: "求", en: "find"}, answer: "diff(J, W2)"}
  - {id: db2, kind: matrix, ask: {zh: "求", en: "find"}, answer: "diff(J, b2)"}
  - {id: dZ1, kind: matrix, ask: {zh: "求", en: "find"}, given: ["diff(J, Z2)"], answer: "diff(J, Z1)"}
  - {id: dW1, kind: matrix, ask: {zh: "求", en: "find"}, given: ["diff(J, Z1)"], answer: "diff(J, W1)"}
  - {id: db1, kind: matrix, ask: {zh: "求", en: "find"}, given: ["diff(J, Z1)"], answer: "diff(J, b1)"}
  - {id: upd, kind: matrix, ask: {zh: "求", en: "find"}, given: ["diff(J, W1)"], answer: "W1 - alpha*diff(J, W1)"}
"""

RIGHT = [
    ("dZ2", "(A2 - Y)/5"),
    ("dZ2", "1/m (A2 - Y)"),
    ("dZ2", r"\frac{1}{5}(A^{[2]} - Y)"),
    ("dZ2", "(A^[2] - Y)/5"),
    ("dZ2", "dZ2 = (A2 - Y) / 5"),
    ("dZ2", "(sigmoid(Z2) - Y)/5"),
    ("dZ2", "1/5*(A2-Y)"),
    ("dW2", "1/5 (A2 - Y) A1^T"),
    ("dW2", "1/5*np.dot(A2-Y, A1.T)"),
    ("dW2", "(A2-Y) @ A1.T / 5"),
    ("dW2", "np.matmul((A2-Y), A1.T)/5"),
    ("dW2", "(1/5) * np.dot((A2 - Y), A1.transpose())"),
    ("dW2", "dW2 = np.dot(A2-Y, A1.T) / X.shape[1]"),
    ("dW2", "torch.matmul(A2 - Y, A1.t()) / 5"),
    ("dW2", "torch.mm(A2 - Y, A1.T).div(5)"),
    ("db2", "1/5 * np.sum(A2-Y, axis=1, keepdims=True)"),
    ("db2", "np.sum(A2-Y)/5"),
    ("db2", "(A2-Y).mean()"),
    ("db2", "np.mean(A2 - Y)"),
    ("db2", "np.mean(A2 - Y, axis=1, keepdims=True)"),
    ("db2", "1/5 Σ_{i=1}^5 (A2_{1i} - Y_{1i})"),
    ("dZ1", "W2^T dZ2 ⊙ (1 - A1^2)"),
    ("dZ1", "np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))"),
    ("dZ1", "W2.T @ dZ2 * (1 - A1**2)"),
    ("dZ1", "np.multiply(np.dot(W2.T, dZ2), 1 - A1*A1)"),
    ("dZ1", "(W2^T dZ2) * tanh'(Z1)"),
    ("dZ1", "W2.T.dot(dZ2) * (1 - np.tanh(Z1)**2)"),
    ("dZ1", "(W2.T @ dZ2) * (1 - np.square(A1))"),
    ("dZ1", r"W2^T \frac{\partial J}{\partial Z2} \circ (1 - A1 \circ A1)"),
    ("dW1", "dZ1 X^T"),
    ("dW1", "np.dot(dZ1, X.T)"),
    ("dW1", "dZ1 @ X.T"),
    ("dW1", r"\frac{\partial J}{\partial Z_1} X^T"),
    ("dW1", "dZ^{[1]} X^T"),
    ("db1", "np.sum(dZ1, axis=1, keepdims=True)"),
    ("db1", "dZ1.sum(axis=1)"),
    ("db1", "dZ1.sum(1)"),
    ("db1", "np.sum(dZ1, 1)"),
    ("db1", "sum(dZ1, rows)"),
    ("db1", "rowsum(dZ1)"),
    ("db1", "Σ_j dZ1_ij"),
    ("db1", "∂J/∂b1_i = Σ_j ∂J/∂Z1_ij"),
    ("upd", "W1 - alpha*dW1"),
    ("upd", "W1 = W1 - alpha * dW1"),
    ("upd", "W1 -= alpha*dW1"),
    ("upd", "W1 := W1 - α ∂J/∂W1"),
    ("dZ1", "W^{[2]T} dZ^{[2]} * (1 - A^{[1]} ⊙ A^{[1]})"),
    ("dW2", "(A2 - Y).mm(A1.t()).div(X.size(1))"),
    ("dW2", "1/N (A2 - Y) A1'"),
    ("db1", "rowSums(dZ1)"),
    ("dZ2", "(σ - Y)/5 where σ = sigmoid(Z2)"),
]

WRONG = [
    ("dZ2", "A2 - Y", "constant"),
    ("dZ2", "(Y - A2)/5", "sign"),
    ("dZ2", "(A2-Y)*A2*(1-A2)/5", "extra-factor"),
    ("dW2", "(A2 - Y) A1^T", "constant"),
    ("dW2", "1/5 A1^T (A2 - Y)", "order"),
    ("dW2", "1/5 (A2 - Y) A1", "shape"),
    ("dW2", "1/5 (A2 - Y) X^T", "wrong-factor"),
    ("dW2", "1/5 A1 (A2-Y)^T", "shape"),
    ("db2", "np.sum(A2-Y)", "constant"),
    ("db2", "A2 - Y", "shape"),
    ("dZ1", "W2^T dZ2", "missing-factor"),
    ("dZ1", "W2^T dZ2 ⊙ A1 ⊙ (1 - A1)", "activation-wrong"),
    ("dZ1", "W2 dZ2 ⊙ (1 - A1^2)", "shape"),
    ("dZ1", "W2^T dZ2 ⊙ (1 - A1)", "exponent"),
    ("dZ1", "dZ2 W2^T ⊙ (1 - A1^2)", "shape"),
    ("dZ1", "W2^T dZ2 ⊙ (1 - Z1^2)", "wrong-factor"),
    ("dW1", "dZ1 X", "shape"),
    ("dW1", "X dZ1^T", "shape"),
    ("dW1", "1/5 dZ1 X^T", "constant"),
    ("db1", "dZ1", "wrong-factor"),
    ("db1", "np.sum(dZ1, axis=0)", "shape"),
]


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    path = tmp_path_factory.mktemp("batch") / "batch.yaml"
    path.write_text(BATCH, encoding="utf-8")
    return symnn.exercise(path)


@pytest.mark.parametrize(("part", "answer"), RIGHT)
def test_a_right_answer_is_right(batch, part, answer):
    verdict = batch.part(part).grade(answer)
    assert verdict.verdict == "correct", [(one.code, dict(one.facts)) for one in verdict.findings]


@pytest.mark.parametrize(("part", "answer", "code"), WRONG)
def test_a_slip_is_named(batch, part, answer, code):
    verdict = batch.part(part).grade(answer)
    assert verdict.verdict == "wrong"
    assert code in [one.code for one in verdict.findings]
