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
