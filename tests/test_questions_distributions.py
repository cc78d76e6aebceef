"""Targets of a cross entropy are distributions: then p - y is the derivative itself, for every judge."""

from __future__ import annotations

import numpy as np
import pytest

import symnn

HEAD = "symnn: 1\nnetwork: n\ntitle: {zh: 试, en: try}\n"
CLASSIFIER = """targets: [y]
inputs: [x]
shapes: {x: 2, W: 3x2, b: 3, y: 3}
equations: |
  s = W x + b
  p = softmax(s)
  J = cross_entropy(p, y)
"""
WRITTEN_OUT = CLASSIFIER.replace("p = softmax(s)\n  J = cross_entropy(p, y)", "p = softmax(s)\n  J = -sum(y ⊙ log(p))")
IN_ONE = CLASSIFIER.replace("p = softmax(s)\n  J = cross_entropy(p, y)", "J = -(y^T log(softmax(s)))")
DECLARED = CLASSIFIER.replace("targets: [y]", "domain: {y: distribution}\ninputs: [y]").replace("inputs: [x]\n", "", 1)
FREE = CLASSIFIER.replace("targets: [y]\n", "").replace("inputs: [x]", "inputs: [x, y]")


def part(folder, network, asked, kind="matrix"):
    (folder / "net.yaml").write_text(HEAD + network, encoding="utf-8")
    text = (
        "symnn: 1\nid: e\ntitle: {zh: 试, en: try}\nuse: ./net.yaml\nprompt: {zh: 试, en: try}\nparts:\n"
        f'  - {{id: q, kind: {kind}, points: 1, ask: {{zh: 求, en: find}}, answer: "{asked}"}}\n'
    )
    (folder / "e.yaml").write_text(text, encoding="utf-8")
    return symnn.exercise(str(folder / "e.yaml")).part("q")


@pytest.mark.parametrize("network", [CLASSIFIER, WRITTEN_OUT, IN_ONE, DECLARED], ids=["op", "sum", "product", "domain"])
@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("diff(J, s)", "softmax(s) - y"),
        ("diff(J, s)", "softmax(s)*sum(y) - y"),
        ("diff(J, W)", "(softmax(s) - y) x^T"),
        ("diff(J, b)", "softmax(s) - y"),
    ],
)
def test_the_error_behind_a_softmax_is_p_minus_y(network, asked, answer, tmp_path):
    assert part(tmp_path, network, asked).grade(answer).verdict == "correct"


BATCHES = [
    ("S = X W\nP = softmax(S, rows)\nE = -sum(Y ⊙ log(P))/4", (4, 2), "X^T (P - Y)/4"),
    ("S = X W\nP = softmax(S, rows)\nE = cross_entropy(P, Y)", (4, 2), "X^T (P - Y)"),
    ("S = X W\nE = -sum(Y ⊙ log_softmax(S, rows))/4", (4, 2), "X^T (softmax(S, rows) - Y)/4"),
    ("S = X W\nL = log(softmax(S, rows))\nE = -sum(Y ⊙ L)/4", (4, 2), "X^T (softmax(S, rows) - Y)/4"),
    ("S = W^T X^T\nP = softmax(S, columns)\nE = -sum(Y ⊙ log(P))/4", (2, 4), "X^T (P - Y)^T/4"),
]
"""Losses of batches that nobody declares to lie in rows or columns, and their gradient by W."""


@pytest.mark.parametrize(("equations", "targets", "gradient"), BATCHES)
def test_the_axis_of_the_softmax_says_what_adds_up_to_1(equations, targets, gradient):
    shapes = {"X": (4, 3), "W": (3, 2), "Y": targets}
    network = symnn.network(equations, shapes=shapes, parameters=["W"], inputs=["X"], targets=["Y"])
    assert symnn.compare("diff(E, W)", gradient, network=network).equal
    assert symnn.compare("diff(E, W)", f"2 {gradient}", network=network).equal is False


def test_a_target_of_vectors_behind_a_log_softmax_is_one_too():
    network = symnn.network(
        "a = W x\nE = -y^T log_softmax(a)", shapes={"W": (3, 2), "x": 2, "y": 3}, inputs=["x"], targets=["y"]
    )
    assert symnn.compare("diff(E, a)", "softmax(a) - y", network=network).equal


def test_an_entry_of_it_too(tmp_path):
    assert part(tmp_path, CLASSIFIER, "diff(J, s[2])", "formula").grade("p[2] - y[2]").verdict == "correct"


@pytest.mark.parametrize(
    ("answer", "code"),
    [("y - p", "sign"), ("p", None), ("-y/p", "stopped-early"), ("p - x[1] y", None), ("(p - y)⊙p", None)],
)
def test_what_is_not_it_is_wrong(answer, code, tmp_path):
    graded = part(tmp_path, CLASSIFIER, "diff(J, s)").grade(answer)
    assert graded.verdict == "wrong"
    assert code is None or code in [finding.code for finding in graded.findings]


def test_targets_that_are_no_distribution_are_not_taken_for_one(tmp_path):
    """Where y is an input like any other, p - y is p·sum(y) - y only if somebody says that the y add up to 1."""
    asked = part(tmp_path, FREE, "diff(J, s)")
    assert asked.grade("p - y").verdict == "wrong"
    assert asked.grade("p sum(y) - y").verdict == "correct"


def test_the_numbers_say_the_same(tmp_path):
    """Central differences, for a target that adds up to 1 and is not one-hot."""
    (tmp_path / "net.yaml").write_text(HEAD + CLASSIFIER, encoding="utf-8")
    net = symnn.network(str(tmp_path / "net.yaml"))
    at = {"x": [0.3, -1.2], "W": [[1, 2], [0.5, -1], [0, 0.7]], "b": [0.1, 0, -0.4], "y": [0.2, 0.5, 0.3]}
    values, gradient = net.evaluate(at), net.gradient(at)
    step = 1e-6
    moved = [net.evaluate(at | {"b": list(np.array(at["b"]) + step * np.eye(3)[k])})["J"] for k in range(3)]
    slopes = [(there - values["J"]) / step for there in moved]
    assert np.allclose(gradient["b"], np.array(values["p"]) - np.array(at["y"]), atol=1e-12)
    assert np.allclose(slopes, gradient["b"], atol=1e-5)


def test_a_distribution_is_a_vector(tmp_path):
    file = tmp_path / "net.yaml"
    file.write_text(HEAD + "domain: {y: distribution}\nequations: |\n  E = y^2\n", encoding="utf-8")
    with pytest.raises(symnn.SymnnError) as found:
        symnn.network(str(file))
    assert [problem.code for problem in found.value.problems] == ["not-a-distribution"]


def test_an_edited_exercise_is_read_again(tmp_path):
    """The key of a file is that of its text now, not of the first time it was asked for."""
    before = part(tmp_path, CLASSIFIER, "diff(J, s)")
    assert before.grade("p - y").verdict == "correct"
    after = part(tmp_path, CLASSIFIER.replace("J = cross_entropy(p, y)", "J = 2 cross_entropy(p, y)"), "diff(J, s)")
    assert after.grade("p - y").verdict == "wrong"
    assert after.grade("2(p - y)").verdict == "correct"
