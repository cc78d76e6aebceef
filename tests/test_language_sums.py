"""A sum over an index is what it stands for: the same value, the same gradient, the same grade; and it ends."""

from __future__ import annotations

import numpy as np
import pytest
import scopes

import symnn
from symnn.errors import Problem
from symnn.language.limits import ANSWER
from symnn.language.reading import read
from symnn.messages import LANGUAGES, say

AT = {"y": [0.2, 0.5, 0.3], "z": [0.3, -1.2, 0.7], "x": [0.5, 1.5, -0.4], "W": [[1, 2, 3], [0, -1, 2], [2, 2, -3]]}
SHAPES = {"y": 3, "z": 3, "x": 3, "W": [3, 3]}
Y, Z, X, W = (np.array(AT[name], float) for name in "yzxW")

VALUES = [
    (r"\sum_{i=1}^{3} y_i e^{z_i}", (Y * np.exp(Z)).sum()),
    (r"-\sum_i y_i \log \frac{e^{z_i}}{\sum_j e^{z_j}}", -(Y * np.log(np.exp(Z) / np.exp(Z).sum())).sum()),
    (
        r"\frac{1}{2}\sum_{i} (y_i - z_i)^2 + \frac{1}{3} \sum_{i,j} W_{ij}^2",
        ((Y - Z) ** 2).sum() / 2 + (W**2).sum() / 3,
    ),
    (r"\sum_i \sum_j x_i W_{ij} y_j", X @ W @ Y),
    ("sum(j=1..3, W_{2j} x_j)", W[1] @ X),
    (r"\prod_{k=1}^{3} (1 + x_k^2)", (1 + X**2).prod()),
    (r"\sum_{j \ne 2} \max(0, z_j - z_2 + 1)", np.maximum(0, np.delete(Z, 1) - Z[1] + 1).sum()),
    (r"\sum_{t=1}^{2} (x_{t+1} - x_t)^2", (np.diff(X) ** 2).sum()),
    (r"\sum_i W_{ii}", W.trace()),
    (r"\sum_{i=1}^{3} i x_i", X @ [1, 2, 3]),
]


@pytest.mark.parametrize(("written", "value"), VALUES)
def test_a_sum_has_the_value_and_the_gradient_of_what_it_stands_for(written, value):
    network = symnn.network(f"L = {written}", shapes=SHAPES)
    used = {name: AT[name] for name in network.parameters}
    assert network.evaluate(used)["L"] == pytest.approx(value, rel=1e-12)
    assert network.derive().check().agrees


def test_a_softmax_written_with_indices_is_graded_as_the_operation():
    network = symnn.network("p = softmax(z)\nL = -sum(y ⊙ log(p))", shapes={"y": 3, "z": 3})
    assert symnn.compare(r"-\sum_{i=1}^3 y_i \log p_i", "L", network=network).equal
    assert symnn.compare(r"\sum_k y_k \log p_k", "L", network=network).equal is False


def test_sums_over_a_declared_index_take_its_range():
    written = "a_j = Σ_k w_{jk} x_k + b_j\nh_j = tanh(a_j)\nE = 1/2 Σ_j (h_j - t_j)^2"
    network = symnn.network(written, index={"j": "1..2", "k": "1..3"}, inputs=["x_k"], targets=["t_j"])
    assert len(network.parameters) == 2 * 3 + 2
    assert symnn.compare("(h_1 - t_1)(1 - h_1^2) x_3", "diff(E, w_{13})", network=network).equal


@pytest.mark.parametrize(
    ("scope", "written", "code"),
    [
        ("EVERYDAY", r"\sum_i x_i - x_i", "sum-end"),
        ("EVERYDAY", r"\sum_i a_i", "sum-range"),
        ("EVERYDAY", r"\sum_{i=1}^3 x_i", "unknown-name"),
        ("WHOLE", r"\sum_{i=1}^{4} x_i", "index"),
        ("WHOLE", r"\sum_j x_j W_{ij} - x_j", "sum-end"),
        ("EVERYDAY", "Σ x1", "unknown-name"),
        ("WHOLE", r"\sum_i x_i b_i", "sum-range"),
        ("EVERYDAY", r"\sum_{i=1}^{1000000000} x_1", "too-large"),
        ("EVERYDAY", r"\sum_{i=1}^{60}\sum_{j=1}^{60} x_1 i j", "too-large"),
        ("EVERYDAY", r"\sum x_1", "command"),
    ],
)
def test_a_sum_without_an_end_is_refused(scope, written, code):
    problem = read(written, getattr(scopes, scope), limits=ANSWER)
    assert isinstance(problem, Problem), problem
    assert problem.code == code
    assert all(say(problem.code, problem.facts, lang) for lang in LANGUAGES)
