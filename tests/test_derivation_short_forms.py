"""Behind a softmax with cross entropy the error is y·sum(z) - z, and y - z where z adds up to 1."""

from __future__ import annotations

import pytest

import symnn
from symnn.derivation.matrices import derive_matrix
from symnn.expressions.writing import plain
from symnn.networks.models import Declarations, graph_from_text

SHAPES = {"W": (2, 2), "x": (2,), "z": (2,)}


def short(equations: str, wrt: str = "a"):
    given = Declarations(shapes=SHAPES, inputs=("x",), targets=("z",))
    return derive_matrix(graph_from_text(equations, given)).short_of(wrt)


@pytest.mark.parametrize(
    ("equations", "always", "usual"),
    [
        ("a = W x\ny = softmax(a)\nE = cross_entropy(y, z)", "y*sum(z) - z", "y - z"),
        ("a = W x\ny = softmax(a)\nL = cross_entropy(y, z)\nE = 3*L", "dE/dL*(y*sum(z) - z)", "dE/dL*(y - z)"),
    ],
)
def test_the_short_form_comes_from_the_structure(equations, always, usual):
    found = short(equations)
    assert (plain(found.tree), plain(found.usual), plain(found.targets)) == (always, usual, "z")


BATCHED = """
symnn: 1
id: batch
title: {zh: 批, en: Batch}
prompt: {zh: 求导, en: Derive}
shapes: {X: 4x3, W: 3x2, b: 2, Y: 4x2}
samples: rows
inputs: [X]
targets: [Y]
parameters: [W, b, lambda]
equations: |
  Z = X W + b
  P = softmax(Z, rows)
  L = -1/4*sum(Y ⊙ log(P)) + lambda*‖W‖^2
parts:
  - {id: dZ, kind: matrix, ask: {zh: dZ, en: dZ}, answer: "diff(L, Z)"}
  - {id: dW, kind: matrix, ask: {zh: dW, en: dW}, answer: "diff(L, W)"}
  - {id: db, kind: matrix, ask: {zh: db, en: db}, answer: "diff(L, b)"}
"""

BATCH = {"X": (4, 3), "W": (3, 2), "b": (2,), "Y": (4, 2)}
LOSSES = [
    ("-1/4*sum(Y ⊙ log(P))", "1/4"), ("-sum(Y ⊙ log P)", ""), ("-sum(Y ⊙ log(P))/4", "1/4"),
    ("-1/4*sum(sum(Y ⊙ log(P), rows))", "1/4"), ("mean(-sum(Y ⊙ log(P), rows))", "1/4"),
    ("cross_entropy(P, Y)/4", "1/4"), ("1/4*cross_entropy(P, Y) + 3*‖W‖^2", "1/4"),
    ("-1/4*sum(Y ⊙ log_softmax(Z, rows))", "1/4"),
]  # fmt: skip
"""The loss of a batch, and the number before its short form."""


@pytest.mark.parametrize("axis", ["rows", "columns"])
@pytest.mark.parametrize(("loss", "scale"), LOSSES)
def test_a_batch_has_it_row_by_row_or_column_by_column(loss, scale, axis):
    if axis == "columns" and ", rows))" in loss:
        pytest.skip("sums of columns stand beside a matrix as a product with ones, and are not looked through")
    loss = loss.replace("Z, rows", "Z, columns") if axis == "columns" else loss
    network = symnn.network(f"Z = X W + b\nP = softmax(Z, {axis})\nL = {loss}", shapes=BATCH)
    found = derive_matrix(network.model.graph, "L", ("W", "b")).short_of("Z")
    assert plain(found.usual).startswith(f"{scale}*(" if scale else "")
    assert [one.name for one in found.along] == [axis]
    assert symnn.compare("diff(L, Z)", plain(found.tree), network=network).equal
    assert symnn.compare("diff(L, Z)", plain(found.usual), network=network).equal is False  # Y is no distribution here


def test_where_rows_are_distributions_the_usual_form_is_the_answer(tmp_path):
    file = tmp_path / "batch.yaml"
    file.write_text(BATCHED, encoding="utf-8")
    exercise = symnn.exercise(file)
    solutions = {part.file.id: part.solution() for part in exercise.parts}
    assert solutions == {
        "dZ": "1/4*(P - Y)",
        "dW": "transpose(X)*(1/4*(P - Y)) + lambda*2*W",
        "db": "transpose(1/4*(P - Y))*spread(1, 4)",
    }
    for part in exercise.parts:
        assert part.grade(solutions[part.file.id]).verdict == "correct"


@pytest.mark.parametrize(
    "equations",
    [
        "a = W x\ny = softmax(a)\nE = squared_error(y, z)",
        "a = W x\ny = sigmoid(a)\nE = cross_entropy(y, z)",
        "a = W x\ny = softmax(a)\nE = cross_entropy(y, z) + sum(y ⊙ y)",
        "a = W x\ny = softmax(a)\nE = cross_entropy(y, z ⊙ y)",
        "a = W x\ny = softmax(a)\nE = cross_entropy(y, z) + sum(a)",
    ],
)
def test_nothing_else_has_it(equations):
    assert short(equations) is None


@pytest.mark.parametrize("name", ["cnn", "cnn-x"])
def test_the_short_form_is_proved_equal_to_the_gradient(name):
    network = symnn.network(name)
    found = next(row for row in network.derive().to_dict()["deltas"] if row["wrt"] == "a")
    assert found["usual"] == {"formula": "y - z", "given": "sum(z) = 1"}
    assert symnn.compare("diff(E, a)", found["short"], network=network).verdict == "correct"
    assert symnn.compare("diff(E, a)", found["usual"]["formula"], network=network).verdict == "correct"
