"""A Jacobian in matrix form has the entries that the rows, derived one by one, have; slips in it are named."""

from __future__ import annotations

import pytest

import symnn
from symnn.derivation.jacobians import jacobian
from symnn.expressions.tree import Derivative, Name
from symnn.expressions.writing import plain
from symnn.language.reading import Reading, read
from symnn.misconceptions.diagnosis import diagnosis_of

SHAPES = {"W": "3x2", "x": 2, "b": 3, "V": "2x3", "a": 3, "U": "3x3"}

FORMS = [
    ("p = softmax(b)", "p", "b", "diag(p) - p*transpose(p)"),
    ("q = log_softmax(b)", "q", "b", "eye(3) - spread(1, 3)*transpose(softmax(b))"),
    ("z = W x + b\nh = tanh(z)", "h", "x", "diag(tanh'(z))*W"),
    ("z = W x\nh = relu(z)\ny = V h", "y", "x", "V*diag(relu'(z))*W"),
    ("z = U b\np = softmax(z)\nq = U p + b", "q", "b", "U*diag(p)*U - U*p*transpose(p)*U + eye(3)"),
    ("q = a ⊙ b", "q", "b", "diag(a)"),
    ("q = U b - 2 b", "q", "b", "U - 2*eye(3)"),
    ("q = b (a^T b)", "q", "b", "b*transpose(a) + transpose(a)*b*eye(3)"),
    ("q = b/sum(b)", "q", "b", "1/sum(b)*eye(3) - b/sum(b)^2*transpose(spread(1, 3))"),
    ("q = sum(b) a", "q", "b", "a*transpose(spread(1, 3))"),
    ("s = ‖b‖\nq = b/s", "q", "b", None),
    ("p = softmax(b)\nq = p ⊙ a", "q", "b", None),
]


@pytest.mark.parametrize(("text", "of", "by", "form"), FORMS)
def test_it_has_the_entries_of_its_rows(text, of, by, form):
    used = {name: shape for name, shape in SHAPES.items() if name in text}
    network = symnn.network(text, shapes=used)
    found = jacobian(network.model.graph, of, by)
    assert form is None or plain(found) == form
    assert symnn.compare(plain(found), f"diff({of}, {by})", network=network).equal


def test_what_has_no_such_form_is_told_by_none():
    network = symnn.network("q = center(b)\nE = sum(a ⊙ q)", shapes={"a": 3, "b": 3})
    assert jacobian(network.model.graph, "q", "b") is None
    assert jacobian(network.model.graph, "E", "b") is None


SLIPS = [
    ("diag(p)", "missing-term"),
    ("diag(p) + p p^T", "sign"),
    ("p p^T - diag(p)", "sign"),
    ("diag(p) - p^T p", "order"),
    ("diag(z) - z z^T", "wrong-quantity"),
]


@pytest.mark.parametrize(("written", "code"), SLIPS)
def test_a_slip_in_it_is_named(written, code):
    graph = symnn.network("z = W x\np = softmax(z)", shapes={"W": "3x2", "x": 2}).model.graph
    answer = read(written, graph.scope)
    assert isinstance(answer, Reading), answer
    assert diagnosis_of(graph, Derivative(Name("p"), Name("z"))).explain(answer.tree)[0].code == code


def test_the_model_answer_of_a_jacobian_is_its_matrix_form(tmp_path):
    path = tmp_path / "slopes.yaml"
    path.write_text(
        "symnn: 1\nid: slopes\ntitle: {zh: 试, en: try}\nprompt: {zh: 试, en: try}\nshapes: {z: 3}\n"
        "equations: |\n  p = softmax(z)\n  q = z ⊙ center(z)\nparts:\n"
        '  - {id: p, kind: matrix, ask: {zh: 求, en: find}, answer: "diff(p, z)"}\n'
        '  - {id: q, kind: matrix, ask: {zh: 求, en: find}, answer: "diff(q, z)"}\n',
        encoding="utf-8",
    )
    exercise = symnn.exercise(path)
    assert exercise.part("p").kind.solve() == "diag(p) - p*transpose(p)"
    for part in exercise.parts:
        assert part.grade(part.kind.solve()).verdict == "correct"
