"""Determinants, inverses, norms, newer functions of numbers: PyTorch, differences, interpreters, answers."""

from __future__ import annotations

import numpy as np
import pytest

import symnn
from symnn.errors import SymnnError

torch = functional = None  # imported by `pytorch`


@pytest.fixture(scope="module", autouse=True)
def here(pytorch):
    globals().update(torch=pytorch, functional=pytorch.nn.functional)


def focal(p, z, gamma):
    return -(z * (1 - p) ** gamma * p.log() + (1 - z) * p**gamma * (1 - p).log()).sum()


A, V, W, N = (3, 3), (3,), (3, 2), ()
ROWS = [
    ("E = erf(a)", lambda a: a.erf(), {"a": N}),
    ("E = sum(erf(W x))", lambda W, x: torch.erf(W @ x).sum(), {"W": W, "x": (2,)}),
    ("E = sum(gelu(W x)^2)", lambda W, x: (functional.gelu(W @ x) ** 2).sum(), {"W": W, "x": (2,)}),
    ("E = sum(gelu_tanh(x)^2)", lambda x: (functional.gelu(x, approximate="tanh") ** 2).sum(), {"x": V}),
    ("E = sum(asinh(x)) + acosh(2 + a^2)", lambda x, a: torch.asinh(x).sum() + torch.acosh(2 + a**2), {"x": V, "a": N}),
    ("E = sum(atanh(tanh(x)^2/2))", lambda x: torch.atanh(torch.tanh(x) ** 2 / 2).sum(), {"x": V}),
    ("E = logsumexp(x)", lambda x: torch.logsumexp(x, 0), {"x": V}),
    ("E = sum(logsumexp(W, rows)^2)", lambda W: (torch.logsumexp(W, 1) ** 2).sum(), {"W": W}),
    ("E = sum(logsumexp(W, columns)^2)", lambda W: (torch.logsumexp(W, 0) ** 2).sum(), {"W": W}),
    ("E = det(K)", lambda K: K.det(), {"K": A}),
    ("E = det(K)", lambda K: K.det(), {"K": (4, 4)}),
    ("E = logdet(K)", lambda K: torch.linalg.slogdet(K)[1], {"K": A}),
    (r"E = \log \det(K K^\top)", lambda K: torch.logdet(K @ K.T), {"K": A}),
    ("E = trace(inv(K) Y Y^T)", lambda K, Y: torch.trace(torch.inverse(K) @ Y @ Y.T), {"K": A, "Y": W}),
    ("E = x^T K^{-T} x + x^T (K + 3 eye(3))^-1 x", lambda K, x: x @ torch.inverse(K).T @ x
     + x @ torch.inverse(K + 3 * torch.eye(3)) @ x, {"K": A, "x": V}),
    ("E = norm(x) + norm(W, 1) + norm(W)", lambda x, W: x.norm() + W.abs().sum() + W.norm(), {"x": V, "W": W}),
    ("E = dot(x, y) + sum(dot(K, x))", lambda x, y, K: x @ y + (K @ x).sum(), {"x": V, "y": V, "K": A}),
    ("E = sum(exp(join_columns(W, y, K)) ⊙ L)",
     lambda W, y, K, L: (torch.exp(torch.cat([W, y[:, None], K], 1)) * L).sum(),
     {"W": (2, 3), "y": (2,), "K": (2, 2), "L": (2, 6)}),
    ("E = sum(exp(concat(W, K, axis=0)) ⊙ L)", lambda W, K, L: (torch.exp(torch.cat([W, K], 0)) * L).sum(),
     {"W": (1, 3), "K": (2, 3), "L": (3, 3)}),
    ("E = sum(conv_transpose(X, K, 2, 1)^2)", lambda X, K: (functional.conv_transpose2d(X, K, stride=2, padding=1) ** 2)
     .sum(), {"X": (2, 3, 4), "K": (2, 3, 3, 2)}),
    ("E = sum(conv_transpose(X, K)^2)", lambda X, K: (functional.conv_transpose2d(X[None], K[None, None]) ** 2).sum(),
     {"X": (2, 3), "K": (2, 2)}),
    ("E = absolute_error(x, y) + mae(3 x, y)", lambda x, y: functional.l1_loss(x, y, reduction="sum")
     + functional.l1_loss(3 * x, y), {"x": V, "y": V}),
    ("E = huber(2 x, y) + huber(x, y, 0.5)", lambda x, y: functional.huber_loss(2 * x, y, reduction="sum")
     + functional.huber_loss(x, y, reduction="sum", delta=0.5), {"x": V, "y": V}),
    ("E = huber(3 a, b)", lambda a, b: functional.smooth_l1_loss(3 * a, b), {"a": N, "b": N}),
    ("E = mse(K, L)", lambda K, L: ((K - L) ** 2).mean(), {"K": W, "L": W}),
    ("E = hinge(x, y)", lambda x, y: torch.clamp(1 - x * y, min=0).sum(), {"x": V, "y": V}),
    ("E = bce(sigmoid(x), sigmoid(y))", lambda x, y: functional.binary_cross_entropy_with_logits(
        x, torch.sigmoid(y), reduction="sum"), {"x": V, "y": V}),
    ("E = kl_normal(x, y)", lambda x, y: torch.distributions.kl_divergence(
        torch.distributions.Normal(x, torch.exp(y / 2)), torch.distributions.Normal(0.0, 1.0)).sum(), {"x": V, "y": V}),
    ("E = triplet(x, y, z, 9) + triplet(x, z, y)", lambda x, y, z: torch.relu(((x - y) ** 2 - (x - z) ** 2).sum() + 9)
     + torch.relu(((x - z) ** 2 - (x - y) ** 2).sum() + 1), {"x": V, "y": V, "z": V}),
    ("E = contrastive(x, y, a, 6)", lambda x, y, a: a * ((x - y) ** 2).sum()
     + (1 - a) * torch.relu(6 - (x - y).norm()) ** 2, {"x": V, "y": V, "a": N}),
    ("E = negative_sampling(v, u, U)", lambda v, u, U: -functional.logsigmoid(u @ v)
     - functional.logsigmoid(-U @ v).sum(), {"v": V, "u": V, "U": (2, 3)}),
    ("E = sum(where(x > y, x^2, 3 y)) + sum(K[2,:]) K[3,1]", lambda x, y, K: torch.where(x > y, x**2, 3 * y).sum()
     + K[1].sum() * K[2, 0], {"x": V, "y": V, "K": A}),
    ("E = sum(max(K, rows)^2) + sum(min(K W, columns))", lambda K, W: (K.max(1).values ** 2).sum()
     + (K @ W).min(0).values.sum(), {"K": A, "W": W}),
    ("E = log(max(x)^2 + 1) - X.min()", lambda x, X: torch.log(x.max() ** 2 + 1) - X.min(), {"x": V, "X": W}),
    ("E = focal(sigmoid(x), sigmoid(y), 3)", lambda x, y: focal(torch.sigmoid(x), torch.sigmoid(y), 3),
     {"x": V, "y": V}),
    ("E = focal(sigmoid(X), 1/2 + 0 X)", lambda X: focal(torch.sigmoid(X), 0 * X + 0.5, 2), {"X": W}),
    ("E = tr(A X B)", lambda A, X, B: torch.trace(A @ X @ B), {"A": (2, 3), "X": (3, 4), "B": (4, 2)}),
]  # fmt: skip


@pytest.mark.parametrize(("equation", "theirs", "shapes"), ROWS, ids=[row[0] for row in ROWS])
def test_values_and_gradients_are_those_of_pytorch(equation, theirs, shapes):
    rng = np.random.default_rng(3)
    point = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    given = {name: torch.tensor(one, dtype=torch.float64, requires_grad=True) for name, one in point.items()}
    value = theirs(*given.values())
    value.backward()
    net = symnn.network(equation, shapes={name: shape for name, shape in shapes.items() if shape})
    values, gradients = net.compile()(point)
    assert net.evaluate(point)["E"] == pytest.approx(value.item(), rel=1e-9)
    assert float(net.evaluate(point, digits=20)["E"]) == pytest.approx(value.item(), rel=1e-9)
    assert values["E"] == pytest.approx(value.item(), rel=1e-9)
    for name, one in given.items():
        expected = one.grad.numpy()
        np.testing.assert_allclose(net.gradient(point)[name], expected, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(gradients[name], expected, rtol=1e-9, atol=1e-12)
    batch = {name: np.stack([one, one + 0.125]) for name, one in point.items()}
    rows = [net.compile()({name: one[place] for name, one in batch.items()})[0]["E"] for place in range(2)]
    np.testing.assert_allclose(net.compile()(batch)[0]["E"], rows, rtol=1e-9)


COOKBOOK = [
    ("f = tr(inv(K) Y Y^T)", "diff(f, K)", "-K^{-T} Y Y^T K^{-T}"),
    ("f = tr(inv(K) Y Y^T)", "diff(f, Y)", "(inv(K) + K^{-T}) Y"),
    ("f = logdet(K)", "diff(f, K)", "K^{-T}"),
    ("f = logdet(K)", "diff(f, K)", r"(K^{-1})^\top"),
    ("f = logdet(K)", "diff(f, K)", "(K^T)^{-1}"),
    ("f = det(K)", "diff(f, K)", "det(K) K^{-T}"),
    ("f = det(K)", "diff(f, K)", "[K_22, -K_21; -K_12, K_11]"),
    ("f = tr(K)", "diff(f, K)", "eye(2)"),
    ("f = tr(K Y Y^T)", "diff(f, K)", "Y Y^T"),
    ("f = tr(K^T K)", "diff(f, K)", "2 K"),
    ("f = norm(K)", "diff(f, K)", r"K/\|K\|_F"),
    ("f = y^T K^-1 y", "diff(f, K)", "-K^{-T} y y^T K^{-T}"),
    ("f = norm(y)", "diff(f, y)", "y/norm(y)"),
    ("f = norm(y, 1)", "diff(f, y)", "sign(y)"),
    ("f = logsumexp(y)", "diff(f, y)", "softmax(y)"),
    ("f = K^-1 K", "f", "eye(2)"),
    (r"f = \frac{1}{\det K} [K_22, -K_12; -K_21, K_11]", "f", "inv(K)"),
]
SHAPES = {"K": (2, 2), "Y": (2, 3), "y": (2,)}


@pytest.mark.parametrize(("equation", "asked", "form"), COOKBOOK)
def test_the_forms_of_the_matrix_cookbook_are_equal(equation, asked, form):
    net = symnn.network(equation, shapes={name: one for name, one in SHAPES.items() if name in equation})
    assert symnn.compare(asked, form, network=net).equal is True
    assert symnn.compare(asked, f"({form})/3", network=net).equal is False


NUMBERS = [
    ("erf(-x)", "-erf(x)"),
    ("diff(erf(x), x)", "2/sqrt(pi) exp(-x^2)"),
    ("gelu(x)", "x/2 (1 + erf(x/sqrt(2)))"),
    ("diff(gelu(x), x)", "1/2 (1 + erf(x/sqrt(2))) + x exp(-x^2/2)/sqrt(2 pi)"),
    ("asinh(x)", "log(x + sqrt(x^2 + 1))"),
    ("atanh(x)", "1/2 log((1+x)/(1-x))"),
    ("diff(asinh(x), x)", "1/sqrt(1 + x^2)"),
    ("diff(acosh(x), x)", "1/sqrt(x^2 - 1)"),
    ("diff(atanh(x), x)", "1/(1 - x^2)"),
]


@pytest.mark.parametrize(("one", "other"), NUMBERS)
def test_functions_of_numbers_are_proved(one, other):
    assert symnn.compare(one, other).equal is True
    assert symnn.compare(one, f"{other} + x/7").equal is False


def test_a_page_can_compute_the_error_function():
    from symnn.derivation.sweep import derive
    from symnn.networks.models import graph_from_text
    from symnn.numeric.javascript import script

    graph = graph_from_text("a = w*x\ny = gelu(a)\nE = (y - z)^2")
    assert "erf(" in script(graph, [derive(graph, "E", ("w",))]).text


REFUSED = [
    ("E = det(W)", "shape-no-square"),
    ("E = sum(inv(B))", "matrix-too-large"),
    ("E = norm(W, 3)", "norm-order"),
    ("E = sum(K^-2)", "no-inverse"),
]


@pytest.mark.parametrize(("equation", "code"), REFUSED)
def test_what_has_no_meaning_is_refused(equation, code):
    shapes = {"W": (3, 2), "B": (9, 9), "K": (2, 2)}
    with pytest.raises(SymnnError) as refused:
        symnn.network(equation, shapes={name: one for name, one in shapes.items() if name in equation})
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_singular_matrix_has_a_determinant_and_no_inverse():
    net = symnn.network("d = det(K)\nE = sum(inv(K))", shapes={"K": (2, 2)})
    assert net.evaluate({"K": [[1, 2], [2, 4]]})["d"] == 0
    values, _ = net.compile()({"K": np.array([[[1.0, 2.0], [2.0, 4.0]], [[2.0, 0.0], [0.0, 4.0]]])})
    assert not np.isfinite(values["E"][0])
    assert values["E"][1] == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("singular", "cofactors"),
    [
        ([[1.0, 2.0], [2.0, 4.0]], [[4, -2], [-2, 1]]),
        ([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]], [[4, 4, -4], [-2, -2, 2], [0, 0, 0]]),
        ([[0.0, 0.0], [0.0, 0.0]], [[0, 0], [0, 0]]),
    ],
)
def test_a_determinant_has_its_slope_where_the_matrix_has_no_inverse(singular, cofactors):
    side = len(singular)
    net = symnn.network("d = det(K)", shapes={"K": (side, side)})
    step = net.compile()
    assert net.gradient({"K": singular})["K"] == cofactors
    assert step({"K": singular})[1]["K"] == pytest.approx(np.array(cofactors, dtype=float))
    assert step({"K": np.array([np.eye(side), singular])})[1]["K"][1] == pytest.approx(np.array(cofactors, dtype=float))
