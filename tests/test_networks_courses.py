"""Builders of other courses: programs and slopes agree, and what the textbooks say of them holds."""

from __future__ import annotations

import numpy as np
import pytest
from gates import at_a_point, in_a_batch

import symnn
from symnn.errors import UsageError
from symnn.networks import courses

ONE_HOT = {"z": np.array([0.0, 1.0, 0.0])}
BUILT = {
    "logistic": (courses.logistic(3), {"z": 1.0}),
    "softmax-regression": (courses.softmax_regression(4, 3), ONE_HOT),
    "softmax-regression-2": (courses.softmax_regression(1, 2), {"z": np.array([0.0, 1.0])}),
    "mlp": (courses.matrix_mlp([3, 4, 2], "tanh"), {}),
    "mlp-formula": (courses.matrix_mlp([2, 3, 1], "x/(1 + abs(x))", bias=False), {}),
    "mlp-softmax": (courses.matrix_mlp([2, 4, 3], "tanh", "softmax"), ONE_HOT),
    "mlp-one-layer": (courses.matrix_mlp([2, 2]), {}),
    "lstm": (courses.lstm(3, 2, 3, 2), {}),
    "lstm-small": (courses.lstm(2, 1, 1, 1), {}),
    "gru": (courses.gru(3, 2, 3, 1), {}),
    "attention": (courses.attention(3, 4, 2), {}),
    "attention-masked": (courses.attention(3, 2, 2, masked=True), {"M": np.triu(np.full((3, 3), -50.0), 1)}),
    "attention-heads": (courses.attention(2, 3, 2, heads=2), {}),
    "autoencoder": (courses.autoencoder(3, 2), {}),
    "vae": (courses.vae(), {}),
    "batch-norm": (courses.batch_norm(4, 3), {}),
    "layer-norm": (courses.layer_norm(4), {}),
    "residual": (courses.residual(3, 2, "tanh"), {}),
    "word2vec": (courses.word2vec(4, 2), {"z": np.array([0.0, 1.0, 0.0, 0.0])}),
    "word2vec-negative": (courses.word2vec(4, 3, negative=2), {}),
}


@pytest.mark.parametrize("name", BUILT)
def test_programs_and_differences_agree(name):
    built, at = BUILT[name]
    at_a_point(built.graph, at)


@pytest.mark.parametrize("name", sorted(BUILT.keys() - {"word2vec-negative"}))
def test_batches_are_their_samples(name):
    built, at = BUILT[name]
    given = tuple(one for one in built.graph.listed("input", "target") if one not in at)
    in_a_batch(built.graph, at, given)


def test_softmax_with_cross_entropy_has_the_error_p_minus_z():
    net = symnn.networks.softmax_regression(4, 3)
    found = symnn.compare("diff(E, a)", "y - z", network=net)
    assert found.equal
    assert symnn.compare("diff(E, W)", "(y - z) x^T", network=net).equal


def test_logistic_regression_has_the_error_y_minus_z():
    net = symnn.networks.logistic(2)
    assert symnn.compare("diff(E, w)", "(y - z)*x", network=net).equal


def test_the_divergence_of_the_code_is_that_of_two_normal_distributions():
    net = symnn.networks.vae()
    assert symnn.compare("diff(E_K, m)", "m", network=net).equal
    assert symnn.compare("diff(E_K, l)", "(exp(l) - 1)/2", network=net).equal


def test_a_residual_block_passes_the_error_on():
    net = symnn.networks.residual(3, 2)
    assert symnn.compare("diff(E, x)", "diff(E, y) + W^T (f'(a) ⊙ (V^T diff(E, y)))", network=net).equal


def test_no_token_sees_a_later_one():
    net = symnn.networks.attention(3, 2, 2, masked=True)
    rng = np.random.default_rng(0)
    at = {name: rng.normal(size=net.shapes[name]) for name in ("X", "W_Q", "W_K", "W_V", "Z")}
    first = net.evaluate(at)
    later = at | {"X": at["X"] + [[0, 0], [0, 0], [5, -5]]}
    assert np.asarray(first["H"])[:2] == pytest.approx(np.asarray(net.evaluate(later)["H"])[:2])
    assert np.triu(np.asarray(first["A"]), 1) == pytest.approx(0)


def test_heads_are_joined_as_one_matrix_would_join_them():
    net = symnn.networks.attention(3, 4, 2, heads=2)
    rng = np.random.default_rng(1)
    at = {name: rng.normal(size=shape) for name, shape in net.shapes.items() if name in {*net.parameters, "X", "Z"}}
    found = net.evaluate(at)
    joined = np.hstack([found["H1"], found["H2"]]) @ np.vstack([at["O1"], at["O2"]])
    assert np.asarray(found["Y"]) == pytest.approx(joined)


@pytest.mark.parametrize(
    "build",
    [
        lambda: courses.lstm(0),
        lambda: courses.softmax_regression(3, 1),
        lambda: courses.matrix_mlp([3]),
        lambda: courses.matrix_mlp([3, 2, 1], "tahn"),
        lambda: courses.word2vec(3, 2, negative=-1),
        lambda: courses.batch_norm(1, 2),
    ],
)
def test_what_no_network_has_is_refused(build):
    with pytest.raises(UsageError):
        build()
