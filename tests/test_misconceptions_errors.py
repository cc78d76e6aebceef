"""Errors of layers told by what was done to them: on networks of others, each claim made in the key by hand."""

from __future__ import annotations

import pytest

from symnn.exercises.library import exercise
from symnn.language.reading import read
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.networks.declarations import Declarations
from symnn.networks.graph import Graph
from symnn.networks.models import graph_from_text

LOGISTIC = graph_from_text(
    "q = G i + d\nr = sigmoid(q)\ns = H r\nL = sum((s - k)^2)",
    Declarations(shapes={"G": (3, 2), "i": (2,), "d": (3,), "H": (2, 3), "k": (2,)}, inputs=("i",), targets=("k",)),
)
HYPERBOLIC = graph_from_text(
    "q = G i\nr = tanh(q)\nL = sum((r - k)^2)",
    Declarations(shapes={"G": (3, 2), "i": (2,), "k": (3,)}, inputs=("i",), targets=("k",)),
)
CLASSES = graph_from_text(
    "q = G i\nr = softmax(q)\nL = cross_entropy(r, k)",
    Declarations(shapes={"G": (3, 2), "i": (2,), "k": (3,)}, inputs=("i",), targets=("k",)),
)
STEPS = graph_from_text(
    "h_0 = o\nh_t = tanh(W x_t + U h_{t-1})\nr_t = V h_t\nL = sum((r_1-k_1)^2) + sum((r_2-k_2)^2) + sum((r_3-k_3)^2)",
    Declarations(
        shapes={"W": (2, 2), "U": (2, 2), "V": (3, 2), "x_t": (2,), "k_t": (3,), "o": (2,)},
        inputs=("x_t",),
        targets=("k_t",),
        index={"t": (1, 3)},
    ),
)
PLAIN = graph_from_text("s = g*i + k*j + b\nr = sigmoid(s)\nL = (r - m)^2")


def told(graph: Graph, key: str, answer: str) -> tuple[str, dict]:
    diagnosis = diagnosis_of(graph, read(key, graph.scope).tree)
    found = diagnosis.explain(read(answer, graph.scope).tree)
    return found[0].code, dict(found[0].facts)


@pytest.mark.parametrize(
    ("graph", "key", "answer", "code", "facts"),
    [
        (LOGISTIC, "diff(L, q)", "(H^T (2(s-k))) ⊙ (1 - r⊙r)", "activation-wrong", {"wrote": "tanh"}),
        (LOGISTIC, "diff(L, G)", "((H^T (2(s-k))) ⊙ (1 - r⊙r)) i^T", "activation-wrong", {"wrote": "tanh"}),
        (HYPERBOLIC, "diff(L, q)", "2(r-k) ⊙ r ⊙ (1-r)", "activation-wrong", {"wrote": "sigmoid"}),
        (LOGISTIC, "diff(L, s)", "2(s-k) ⊙ s ⊙ (1-s)", "extra-factor", {}),
        (LOGISTIC, "diff(L, H)", "(2(s-k) ⊙ s ⊙ (1-s)) r^T", "extra-factor", {}),
        (CLASSES, "diff(L, q)", "(r-k) ⊙ r ⊙ (1-r)", "extra-factor", {}),
        (STEPS, "diff(L, r_2)", "2(r_1-k_1) + 2(r_2-k_2) + 2(r_3-k_3)", "extra-path", {"through": ("r_1", "r_3")}),
        (PLAIN, "diff(L, g)", "2(r-m) r (1-r) (i+j)", "extra-path", {"through": "k"}),
    ],
)
def test_what_was_done_to_an_error_is_told(graph, key, answer, code, facts):
    found, given = told(graph, key, answer)
    assert found == code
    assert facts.items() <= given.items()


FORWARD = graph_from_text(
    "f(x) = tanh(x)\ng(x) = sigmoid(x)\nl = f(P i + Q k)\nj = g(R l)\nn = R l + i",
    Declarations(shapes={"P": (2, 2), "Q": (2, 2), "R": (2, 2), "i": (2,), "k": (2,)}, inputs=("i", "k")),
)


@pytest.mark.parametrize(
    ("key", "answer", "code", "facts"),
    [
        ("j", "g(R f(Q i + P k))", "wrong-quantity", {"meant": ("P", "Q"), "wrote": ("Q", "P")}),
        ("j", "f(R l)", "activation-wrong", {"meant": "sigmoid", "wrote": "tanh"}),
        ("j", "g(R g(P i + Q k))", "activation-wrong", {"meant": "tanh", "wrote": "sigmoid"}),
        ("n", "f(R l + i)", "activation-wrong", {"meant": "identity", "wrote": "f"}),
    ],
)
def test_what_was_done_in_the_forward_pass_is_told(key, answer, code, facts):
    assert told(FORWARD, key, answer) == (code, facts)


@pytest.mark.parametrize(
    ("target", "answer", "code"),
    [
        ("matrix-form/by-W2", "(2(y-z)⊙(1-y^2)) h^T", "activation-wrong"),
        ("matrix-form/delta2", "2(y-z)⊙(1-y⊙y)", "activation-wrong"),
        ("cnn/by-scores", "-z/y", "stopped-early"),
        ("cnn/by-A", "(y-z)⊙y⊙(1-y) v^T", "extra-factor"),
        ("deep-rnn/output-error", "2(y_1-z_1)+2(y_2-z_2)+2(y_3-z_3)", "extra-path"),
        ("deep-rnn/output-error", "2(y_3-z_3)⊙y_3⊙(1-y_3)", "extra-factor"),
        ("rnn/unrolled", "g(V f(W x_2 + U f(W x_1)))", "wrong-quantity"),
        ("birnn/output", "f(V s_2+V' s'_2)", "activation-wrong"),
        ("neuron/dy-dw1", "y(1-y)(x1+x2+x3)", "extra-path"),
    ],
)
def test_errors_of_the_shipped_exercises(target, answer, code):
    name, part = target.split("/")
    verdict = exercise(name).part(part).grade(answer)
    assert (verdict.verdict, verdict.findings[0].code) == ("wrong", code)
