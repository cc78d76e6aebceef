"""A tensor of derivatives that a part has given is one thing: read, told and explained by its own name."""

from __future__ import annotations

import pytest

import symnn

ATTENTION = """
symnn: 1
id: f
title: {zh: 注意力, en: Attention}
prompt: {zh: 求导, en: Derive}
shapes: {Q: 3x2, K: 4x2, V: 4x3, G: 3x3}
equations: |
  S = Q K^T/2
  A = softmax(S, rows)
  O = A V
  L = sum(O ⊙ G)
inputs: [G]
parts:
  - {id: S, kind: matrix, ask: {zh: 求, en: find}, given: ["diff(L, A)"], answer: "diff(L, S)"}
  - {id: Q, kind: matrix, ask: {zh: 求, en: find}, given: ["diff(L, S)"], answer: "diff(L, Q)"}
  - {id: K, kind: matrix, ask: {zh: 求, en: find}, given: ["diff(L, S)"], answer: "diff(L, K)"}
"""


@pytest.fixture(scope="module")
def exercise(tmp_path_factory):
    file = tmp_path_factory.mktemp("given") / "f.yaml"
    file.write_text(ATTENTION, encoding="utf-8")
    return symnn.exercise(file)


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        ("S", "A ⊙ (dL/dA - sum(dL/dA ⊙ A, rows))"), ("S", "A ⊙ (G V^T - sum(G V^T ⊙ A, rows))"),
        ("Q", "dL/dS K/2"), ("Q", "1/2 (dL/dS) K"), ("K", "(dL/dS)^T Q/2"), ("K", "transpose(dL/dS/2) Q"),
    ],
)  # fmt: skip
def test_what_is_right_is_right(exercise, part, answer):
    assert exercise.part(part).grade(answer).verdict == "correct"


@pytest.mark.parametrize(
    ("part", "answer", "codes", "facts"),
    [
        ("Q", "dL/dS K", ["missing-factor"], {"factor": "1/2"}),
        ("K", "(dL/dS)^T Q", ["missing-factor"], {"factor": "1/2"}),
        ("K", "-(dL/dS)^T Q/2", ["sign"], {}),
        ("S", "dL/dA - sum(dL/dA ⊙ A, rows)", ["missing-factor"], {"factor": "A"}),
        ("S", "A ⊙ (dL/dA - sum(dL/dA, rows))", ["missing-factor"], {"factor": "A"}),
        ("S", "A ⊙ dL/dA", ["missing-term"], {"term": "-sum(diff(L, A) ⊙ A, rows)"}),
        ("S", "A ⊙ (1-A) ⊙ dL/dA", ["wrong-factor"], {"meant": "sum(diff(L, A) ⊙ A, rows)", "wrote": "diff(L, A) ⊙ A"}),
        ("Q", "dL/dS K^T/2", ["shape", "transposed"], {"first": "dL/dS", "second": "transpose(K)"}),
        ("K", "dL/dS Q/2", ["shape"], {"first": "dL/dS", "second": "Q"}),
    ],
)
def test_a_slip_is_told_of_the_whole_tensor(exercise, part, answer, codes, facts):
    verdict = exercise.part(part).grade(answer)
    assert (verdict.verdict, [finding.code for finding in verdict.findings]) == ("wrong", codes)
    told = {name: fact for finding in verdict.findings for name, fact in finding.facts.items()}
    assert {name: told.get(name) for name in facts} == facts
