"""A bias in an answer stands where the network's own equations put it; what a file says of its samples decides."""

from __future__ import annotations

import numpy as np
import pytest

import symnn
from symnn.documents.decoding import Text
from symnn.exercises.loading import load_exercise

HEAD = "symnn: 1\nnetwork: n\ntitle: {zh: 试, en: try}\n"


def loaded(tmp_path, samples, rows, inner, columns, bias):
    """Load a layer over a batch with a loss."""
    said = f"samples: {samples}\n" if samples else ""
    shapes = f"shapes: {{X: {rows}x{inner}, W: {inner}x{columns}, b: {bias}, Y: {rows}x{columns}}}\n"
    file = tmp_path / "n.yaml"
    text = "inputs: [X]\ntargets: [Y]\nequations: |\n  A = X W + b\n  E = sum((A - Y) ⊙ (A - Y))\n"
    file.write_text(HEAD + said + shapes + text, encoding="utf-8")
    return symnn.network(str(file))


LAYERS = [
    ("rows", 4, 3, 2, 2),
    ("rows", 2, 3, 2, 2),
    ("rows", 3, 3, 3, 3),
    ("columns", 2, 3, 4, 2),
    ("columns", 2, 3, 2, 2),
    ("columns", 3, 3, 3, 3),
]


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize(
    ("answer", "of", "verdict"),
    [
        ("X W + b", "A", "correct"),
        ("b + X W", "A", "correct"),
        ("-(-b - X W)", "A", "correct"),
        ("X W - b", "A", "wrong"),
        ("X W + 2b", "A", "wrong"),
        ("X W + 1", "A", "wrong"),
        ("X W", "A", "wrong"),
        ("sum((X W + b - Y) ⊙ (X W + b - Y))", "E", "correct"),
        ("sum((X W - b - Y) ⊙ (X W - b - Y))", "E", "wrong"),
        ("2 X^T (X W + b - Y)", "diff(E, W)", "correct"),
        ("X^T (X W + b - Y)", "diff(E, W)", "wrong"),
        ("2 X^T (X W - b - Y)", "diff(E, W)", "wrong"),
        ("2 (X W + b - Y) W^T", "diff(E, X)", "correct"),
        ("diff(sum((X W + b - Y) ⊙ (X W + b - Y)), W)", "diff(E, W)", "correct"),
        ("diff(sum((X W + b - Y) ⊙ (X W + b - Y)), b)", "diff(E, b)", "correct"),
        ("diff(sum((X W - b - Y) ⊙ (X W - b - Y)), b)", "diff(E, b)", "wrong"),
    ],
)
def test_an_answer_has_the_bias_where_the_equation_has_it(layer, answer, of, verdict, tmp_path):
    assert symnn.compare(answer, of, network=loaded(tmp_path, *layer)).verdict == verdict


@pytest.mark.parametrize("rows", [2, 3, 4])
@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("2 sum(X W + b - Y, columns)^T", "correct"),
        ("sum(2 (X W + b - Y), columns)^T", "correct"),
        ("2 (X W + b - Y)^T spread(1, {rows})", "correct"),
        ("2 (spread(1, {rows})^T (X W + b - Y))^T", "correct"),
        ("2 sum(X W - b - Y, columns)^T", "wrong"),
        ("sum(X W + b - Y, columns)^T", "wrong"),
    ],
)
def test_the_gradient_by_the_bias_sums_over_the_samples(rows, answer, verdict, tmp_path):
    network = loaded(tmp_path, "rows", rows, 2, 3, 3)
    assert symnn.compare(answer.format(rows=rows), "diff(E, b)", network=network).verdict == verdict


@pytest.mark.parametrize("rows", [2, 3])
@pytest.mark.parametrize(
    ("answer", "verdict"), [("X W + b^T", "correct"), ("b^T + X W", "correct"), ("X W - b^T", "wrong")]
)
def test_a_row_stands_in_every_row(rows, answer, verdict, tmp_path):
    network = loaded(tmp_path, "rows", rows, 2, 3, 3)
    assert symnn.compare(answer, "A", network=network).verdict == verdict


@pytest.mark.parametrize(("samples", "by_rows"), [("rows", True), ("columns", False)], ids=["rows", "columns"])
def test_a_square_answer_is_what_numpy_has(samples, by_rows, tmp_path):
    """Entry by entry: the file's convention decides what the same five signs are."""
    network = loaded(tmp_path, samples, 2, 2, 2, 2)
    rng = np.random.default_rng(5)
    at = {name: rng.normal(size=(2, 2)) for name in "XWY"} | {"b": rng.normal(size=2)}
    bias = at["b"] if by_rows else at["b"][:, None]
    wanted = at["X"] @ at["W"] + bias
    assert np.allclose(network.evaluate({name: value.tolist() for name, value in at.items()})["A"], wanted)
    one, other = ("b_2", "b_1") if by_rows else ("b_1", "b_2")
    entries = "[[X_11 W_11 + X_12 W_21 + b_1, X_11 W_12 + X_12 W_22 + {}], [X_21 W_11 + X_22 W_21 + {}, "
    entries += "X_21 W_12 + X_22 W_22 + b_2]]"
    assert symnn.compare(entries.format(one, other), "X W + b", network=network).verdict == "correct"
    assert symnn.compare("X W + b", entries.format(one, other), network=network).verdict == "correct"
    assert symnn.compare("X W + b", entries.format(other, one), network=network).verdict == "wrong"


@pytest.mark.parametrize("samples", ["rows", "columns"])
def test_what_could_be_either_is_refused_with_both_readings(samples, tmp_path):
    """A vector that is computed could count samples or features; where it fits one way only, it is read so."""
    square = symnn.compare("A - sum(X, rows)", "A", network=loaded(tmp_path, samples, 3, 3, 3, 3))
    assert (square.verdict, square.findings[0].code) == ("unreadable", "bias-both-ways")
    facts = square.findings[0].facts
    rows, columns = f"A - {facts['row']}", f"A - {facts['column']}"
    network = loaded(tmp_path, samples, 3, 3, 3, 3)
    entry = "A_{{12}} - X_{{{0}1}} - X_{{{0}2}} - X_{{{0}3}}"
    for written, row in ((rows, 2), (columns, 1)):
        first = f"[1, 0, 0]^T ({written}) [0, 1, 0]"
        assert symnn.compare(first, entry.format(row), network=network).verdict == "correct"
        assert symnn.compare(first, entry.format(3 - row), network=network).verdict == "wrong"
    wide = loaded(tmp_path, samples, 2, 3, 4, 4 if samples == "rows" else 2)
    assert symnn.compare("A - sum(X, rows)", "A", network=wide).verdict == "wrong"


@pytest.mark.parametrize(
    ("shapes", "equation", "answer", "verdict", "finding"),
    [
        ("X: 4x3, W: 3x2, b: 2", "X W + b", "X W + b", "correct", ""),
        ("X: 4x3, W: 3x2, b: 2", "X W + b", "X W - b", "wrong", "entries"),
        ("X: 4x3, W: 3x2, b: 1x2", "X W + b", "X W + b", "correct", ""),
        ("X: 4x3, W: 3x2, b: 2", "X W + spread(1, 4) b^T", "X W + b", "correct", ""),
        ("X: 4x3, W: 3x2, b: 4", "X W + b", "X W + b", "correct", ""),
        ("X: 4x3, W: 3x2, b: 4, c: 2", "X W + b", "X W + c", "wrong", "shape"),
        ("X: 4x3, W: 3x2, c: 2", "X W", "X W + c", "wrong", "shape"),
        ("X: 4x2, c: 2", "X - mean(X, columns)", "X - c", "wrong", "shape"),
    ],
)
def test_where_the_file_says_nothing_the_equations_show_it(shapes, equation, answer, verdict, finding, tmp_path):
    """A model that adds a bias to its rows is answered so; elsewhere a vector beside a matrix is a mistake."""
    file = tmp_path / "n.yaml"
    more = "  B = sum(c)\n" if "c:" in shapes else ""
    file.write_text(
        HEAD + f"shapes: {{{shapes}}}\nequations: |\n  A = {equation}\n{more}  E = sum(A)\n", encoding="utf-8"
    )
    judged = symnn.compare(answer, "A", network=symnn.network(str(file)))
    assert (judged.verdict, judged.findings[0].code if judged.findings else "") == (verdict, finding)


EXERCISE = """
symnn: 1
id: m
title: {{zh: 甲, en: A}}
samples: rows
shapes: {{X: {rows}x3, W: 3x3, b: 3, Y: {rows}x3}}
equations: |
  A = X W + b
  E = sum((A - Y) ⊙ (A - Y))
prompt: {{zh: 甲, en: A}}
parts:
  - {{id: a, kind: formula, points: 4, ask: {{zh: 甲, en: A}}, answer: X W + b}}
  - {{id: w, kind: formula, points: 4, ask: {{zh: 甲, en: A}}, answer: "diff(E, W)"}}
  - {{id: b, kind: formula, points: 4, ask: {{zh: 甲, en: A}}, answer: "diff(E, b)"}}
  - {{id: s, kind: steps, points: 4, ask: {{zh: 甲, en: A}}, answer: "diff(E, W)"}}
"""
LINES = "dE/dA = 2 (A - Y)\ndE/dW = X^T dE/dA\n= 2 X^T (A - Y)\n= 2 X^T (X W {} b - Y)"


@pytest.mark.parametrize("rows", [2, 3])
@pytest.mark.parametrize(
    ("part", "answer", "verdict", "finding"),
    [
        ("a", "X W + b", "correct", ""),
        ("a", "X W + b^T", "correct", ""),
        ("a", "X W - b", "wrong", "entries wrong-factor"),
        ("w", "2 X^T (X W + b - Y)", "correct", ""),
        ("w", "X^T (X W + b - Y)", "wrong", "convention"),
        ("w", "2 X^T (X W - b - Y)", "wrong", "sign"),
        ("b", "2 sum(X W + b - Y, columns)^T", "correct", ""),
        ("b", "2 sum(X W - b - Y, columns)^T", "wrong", "sign"),
        ("s", LINES.format("+"), "correct", ""),
        ("s", LINES.format("-"), "partial", "step"),
    ],
)
def test_exercises_read_answers_as_their_equations(rows, part, answer, verdict, finding):
    graded = load_exercise(Text(EXERCISE.format(rows=rows), "m.yaml")).value.part(part).grade(answer)
    assert graded.verdict == verdict
    assert (graded.findings[0].code if graded.findings else "") in finding.split(" ")
    assert not any("1*transpose" in str(fact) for one in graded.findings for fact in one.facts.values())


@pytest.mark.parametrize(("part", "answer"), [("a", "A - sum(X, rows)"), ("s", "dE/dW = 2 X^T (A - sum(X, rows))")])
def test_exercises_refuse_what_could_be_either(part, answer):
    """It costs nothing: the answer is read again when it says which."""
    graded = load_exercise(Text(EXERCISE.format(rows=3), "m.yaml")).value.part(part).grade(answer)
    assert (graded.verdict, graded.findings[0].code) == ("unreadable", "bias-both-ways")


@pytest.mark.parametrize("answer", ["X W + 2b", "X W + b + b"])
def test_a_multiple_of_the_bias_is_a_bias(answer, tmp_path):
    """In the square model as in the square answer."""
    file = tmp_path / "n.yaml"
    text = "samples: rows\nshapes: {X: 2x2, W: 2x2, b: 2}\nequations: |\n  A = X W + 2b\n  E = sum(A)\n"
    file.write_text(HEAD + text, encoding="utf-8")
    network = symnn.network(str(file))
    assert symnn.compare(answer, "A", network=network).verdict == "correct"
    assert symnn.compare("X W + b", "A", network=network).verdict == "wrong"
    at = {"X": [[0, 0], [0, 0]], "W": [[0, 0], [0, 0]], "b": [1, 5]}
    assert np.allclose(network.evaluate(at)["A"], [[2, 10], [2, 10]])


@pytest.mark.parametrize(
    ("numbered", "words"),
    [
        ("sum(A - Y, axis=0)", "sum(A - Y, columns)"),
        ("np.sum(A - Y, axis = 1)", "sum(A - Y, rows)"),
        ("softmax(2 (A), dim=-1)", "softmax(2 A, rows)"),
        ("A.sum(dim=1, keepdim=True)", "sum(A, rows)"),
        ("np.mean(A, axis=0, keepdims=True)", "mean(A, columns)"),
        ("A - np.mean(A, axis=1, keepdims=True)", "A - mean(A, rows)"),
        ("(A - Y).mean()", "mean(A - Y, all)"),
        ("torch.sum(b, dim=0) A", "sum(b) A"),
        ("A.relu()", "relu(A)"),
        ("(A - Y).square().sum(axis=1).sqrt()", "sqrt(sum((A - Y) ⊙ (A - Y), rows))"),
        ("A.exp().sum() A.tanh()", "sum(exp(A)) tanh(A)"),
        ("np.max(A, axis=0, keepdims=True)", "max(A, columns)"),
        ("A.min(axis=1)", "min(A, rows)"),
        ("sum(b, axis=-1) A", "sum(b) A"),
    ],
)
def test_an_axis_by_its_number_is_the_one_of_the_words(numbered, words, tmp_path):
    """In an answer and in an equation alike."""
    network = loaded(tmp_path, "rows", 2, 3, 3, 3)
    assert symnn.compare(numbered, words, network=network).equal
    text = "shapes: {{A: 2x3, Y: 2x3, b: 3}}\nequations: |\n  v = {}\n  E = sum(v)\n"
    shapes = []
    for number, written in enumerate((numbered, words)):
        (tmp_path / f"m{number}.yaml").write_text(HEAD + text.format(written), encoding="utf-8")
        shapes.append(symnn.network(str(tmp_path / f"m{number}.yaml")).shapes["v"])
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("answer", ["sum(b, axis=1)", "softmax(A, axis=2)"])
def test_an_axis_that_is_not_there_is_told_the_words(answer, tmp_path):
    judged = symnn.compare(answer, "A", network=loaded(tmp_path, "rows", 2, 3, 3, 3))
    assert judged.verdict == "unreadable"


@pytest.mark.parametrize("answer", ["exp(A, axis=0)", "(A, axis=0)"])
def test_an_axis_where_none_can_be_stays_what_it_was(answer, tmp_path):
    judged = symnn.compare(answer, "A", network=loaded(tmp_path, "rows", 2, 3, 3, 3))
    assert judged.verdict == "unreadable"
    assert judged.findings[0].code != "axis-number"
