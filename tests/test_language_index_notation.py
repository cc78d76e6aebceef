"""A formula for each entry is the whole vector or matrix: the same verdict, the same reason, and a clear refusal."""

from __future__ import annotations

import pytest

import symnn
from symnn.messages import LANGUAGES, say

SOFTMAX = """
symnn: 1
id: classes
title: {zh: 分类, en: classes}
prompt: {zh: 分类, en: classes}
shapes: {W: 3x4, x: 4, b: 3, t: 3}
equations: |
  z = W x + b
  p = softmax(z)
  L = -t^T log(p)
inputs: [x]
targets: [t]
names: [alpha]
domain: {t: distribution}
parts:
  - {id: jacobian, kind: matrix, ask: {zh: 求, en: find}, answer: "diff(p, z)"}
  - {id: dz, kind: matrix, ask: {zh: 求, en: find}, answer: "diff(L, z)"}
  - {id: dW, kind: matrix, ask: {zh: 求, en: find}, answer: "diff(L, W)"}
  - {id: dx, kind: matrix, ask: {zh: 求, en: find}, answer: "diff(L, x)"}
  - {id: step, kind: matrix, ask: {zh: 求, en: find}, answer: "b - alpha*diff(L, b)"}
"""

RIGHT = [
    ("dz", "p_i - t_i"),
    ("dz", "pᵢ - tᵢ"),
    ("dz", "p[i] - t[i]"),
    ("dz", "∂L/∂z_k = p_k - t_k"),
    ("dz", r"\frac{\partial L}{\partial z_i} = p_i - t_i"),
    ("dz", "p_i - t_i, i = 1, 2, 3"),
    ("dz", "p_i - t_i (i=1,2,3)"),
    ("dz", "p_i - t_i for all i"),
    ("dW", "(p_i - t_i) x_j"),
    ("dW", "x_j (p_i - t_i)"),
    ("dW", "(p_k - t_k) x_j"),
    ("dW", r"\frac{\partial L}{\partial W_{kj}} = (p_k - t_k) x_j"),
    ("dW", "dW[i, j] = (p[i] - t[i])*x[j]"),
    ("dW", "p_i x_j - t_i x_j"),
    ("dx", "∂L/∂x_j = Σ_i (p_i - t_i) W_ij"),
    ("dx", r"\frac{\partial L}{\partial x_j} = \sum_{i=1}^{3} (p_i - t_i) W_{ij}"),
    ("dx", "Σ_k W_ki (p_k - t_k)"),
    ("jacobian", "p_i(δ_ij - p_j)"),
    ("jacobian", r"\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)"),
    ("jacobian", "J_ij = δ_ij p_j - p_i p_j"),
    ("jacobian", "p_i(1-p_i) if i=j, -p_i p_j otherwise"),
    ("jacobian", r"\begin{cases} p_i(1-p_i) & i=j \\ -p_ip_j & i\neq j\end{cases}"),
    ("jacobian", r"p_i(\mathbb{1}_{i=j} - p_j)"),
    ("jacobian", "1[i=j] p_i - p_i p_j"),
    ("jacobian", "当 i=j 时为 p_i(1-p_i)，否则为 -p_i p_j"),
    ("step", "b_j := b_j - α (p_j - t_j)"),
    ("step", r"b_i \leftarrow b_i - \alpha (p_i - t_i)"),
    ("step", "b_i -= alpha*(p_i - t_i)"),
    ("step", "b - η(p - t)"),
    ("step", "b - lr*(p - t)"),
]

WRONG = [
    ("dz", "t_i - p_i", "sign"),
    ("dW", "(t_i - p_i) x_j", "sign"),
    ("dW", "∂L/∂W_{ij} = (p_j - t_j) x_i", "shape"),
    ("dx", "Σ_j (p_i - t_i) W_ij", "shape"),
    ("jacobian", "p_i(1 - p_j)", "entries"),
    ("step", "b_i + α (p_i - t_i)", "update-sign"),
]

REFUSED = [
    ("dx", "∂L/∂x_j = (p_i - t_i) W_ij", "index-loose"),
    ("dW", "p_i x_j t_k", "indices-many"),
    ("dz", "p_i - x_i", "sum-range"),
    ("dz", "p_i - s_i", "unknown-name"),
    ("dW", "p_i x_t", "unknown-name"),
    ("dz", "W x_i - t", "index-mixed"),
]


ENTRIES = [
    ("A_ij + 2 u_i v_j", "A[{i},{j}] + 2*u[{i}]*v[{j}]"),
    ("c A_ij u_i/3", "c*A[{i},{j}]*u[{i}]/3"),
    ("A_ij - B_ji", "A[{i},{j}] - B[{j},{i}]"),
    ("c u_i v_j + A_ij - 2 B_ji", "c*u[{i}]*v[{j}] + A[{i},{j}] - 2*B[{j},{i}]"),
    ("u_i (v_j - A_ij)", "u[{i}]*(v[{j}] - A[{i},{j}])"),
    ("exp(u_i) v_j^2", "exp(u[{i}])*v[{j}]^2"),
    ("exp(u_i v_j)", "exp(u[{i}]*v[{j}])"),
    ("u_i + v_j", "u[{i}] + v[{j}]"),
    ("-(u_i - 1) v_j/c", "-(u[{i}] - 1)*v[{j}]/c"),
    ("Σ_k S_ik A_kj", "S[{i},1]*A[1,{j}] + S[{i},2]*A[2,{j}]"),
    ("u_i Σ_k v_k A_ik v_j", "u[{i}]*(v[1]*A[{i},1] + v[2]*A[{i},2] + v[3]*A[{i},3])*v[{j}]"),
    ("max(A_ij, 0) v_j", "max(A[{i},{j}], 0)*v[{j}]"),
    ("sigmoid(u^T A v) A_ij B_ji", "sigmoid(u^T A v)*A[{i},{j}]*B[{j},{i}]"),
    ("A_ij B_ji", "A[{i},{j}]*B[{j},{i}]"),
]
"""Formulas with indices i and j, and the same for one entry."""


@pytest.mark.parametrize(("written", "entry"), ENTRIES)
def test_the_whole_has_the_entries_that_the_formula_gives(written, entry):
    shapes = {"A": "2x3", "B": "3x2", "S": "2x2", "u": 2, "v": 3}
    network = symnn.network("E = sum(A) + sum(B) + sum(S) + sum(u) + c*sum(v)", shapes=shapes)
    rows = [[entry.format(i=i, j=j) for j in (1, 2, 3)] for i in (1, 2)]
    listed = "[" + ", ".join("[" + ", ".join(row) + "]" for row in rows) + "]"
    assert symnn.compare(written, listed, network=network).equal


@pytest.mark.parametrize("written", ["p_i(δ_ij-p_j)" * 300, "Σ" * 4000, "p_i x_j " * 500, "dW " * 1300])
def test_hostile_indices_end(classes, written):
    assert classes.part("dW").grade(written).verdict in {"wrong", "unreadable"}


@pytest.fixture(scope="module")
def classes(tmp_path_factory):
    path = tmp_path_factory.mktemp("classes") / "classes.yaml"
    path.write_text(SOFTMAX, encoding="utf-8")
    return symnn.exercise(path)


@pytest.mark.parametrize(("part", "answer"), RIGHT)
def test_a_formula_for_each_entry_is_right(classes, part, answer):
    verdict = classes.part(part).grade(answer)
    assert verdict.verdict == "correct", [(one.code, dict(one.facts)) for one in verdict.findings]


@pytest.mark.parametrize(("part", "answer", "code"), WRONG)
def test_a_slip_in_it_is_named_as_in_the_whole(classes, part, answer, code):
    verdict = classes.part(part).grade(answer)
    assert verdict.verdict in {"wrong", "partial"}
    assert code in [one.code for one in verdict.findings]


@pytest.mark.parametrize(("part", "answer", "code"), REFUSED)
def test_indices_that_say_too_little_are_refused(classes, part, answer, code):
    verdict = classes.part(part).grade(answer)
    assert verdict.verdict == "unreadable"
    assert verdict.findings[0].code == code
    assert all(say(code, verdict.findings[0].facts, lang) for lang in LANGUAGES)


def test_it_is_said_which_index_counts_the_rows_where_the_text_does_not(classes):
    notes = {note.code: note.facts for note in classes.part("jacobian").grade("p_i(δ_ij - p_j)").read.notes}
    assert notes["entry-order"] == {"rows": "i", "columns": "j"}
    turned = {note.code: note.facts for note in classes.part("dW").grade("(p_k - t_k) x_j").read.notes}
    assert turned["entry-order"] == {"rows": "k", "columns": "j"}
