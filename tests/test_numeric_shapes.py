"""An axis of length 1 that is declared is kept: given, computed and returned so, at a point and in a batch."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner
from gates import entries
from sources import run

import symnn
from symnn.cli import symnn as command
from symnn.handouts.document import Title
from symnn.handouts.python import python
from symnn.networks.expansion import entry_names

SHAPES = (
    *({"W": (n, m), "x": x} for n in (1, 2, 3) for m in (1, 2) for x in ((m,), (m, 1))),
    *({"W": (n, 2), "x": (2, m)} for n in (1, 2) for m in (1, 3)),
    {"W": (1,), "x": (1, 1)},
    {"W": (3, 1), "x": (1, 3)},
    {"W": (1, 1), "x": (1, 2)},
)
FORMULAS = (
    "E = sum(tanh(W x))",
    "h = W x\nE = sum(h ⊙ h) + sum(W)^2/3",
    "E = sum(transpose(x) transpose(W)) + sum(x ⊙ x)",
)
RNG = np.random.default_rng(7)


def by_hand(formula, W, x):
    """Compute E with NumPy, every tensor a matrix."""
    W, x = (one.reshape((len(one), -1)) for one in (W, x))
    product = W @ x
    if "tanh" in formula:
        return np.tanh(product).sum()
    return (product**2).sum() + W.sum() ** 2 / 3 if "h" in formula.split("=")[0] else product.sum() + (x**2).sum()


def network(formula, shapes):
    return symnn.network(formula, shapes=shapes, parameters=["W", "x"])


def differences(formula, at, name, step=1e-6):
    """Give the gradient by one quantity in its own shape."""
    found = np.zeros(at[name].shape)
    for place in np.ndindex(found.shape):
        ends = []
        for sign in (1, -1):
            moved = at[name].copy()
            moved[place] += sign * step
            ends.append(by_hand(formula, **(at | {name: moved})))
        found[place] = (ends[0] - ends[1]) / (2 * step)
    return found


def same(found, wanted):
    assert np.shape(found) == np.shape(wanted)
    assert np.asarray(found) == pytest.approx(np.asarray(wanted), rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_a_declared_axis_is_kept(shapes, formula):
    net, at = network(formula, shapes), {name: RNG.normal(size=shape) for name, shape in shapes.items()}
    wanted = {name: differences(formula, at, name) for name in shapes}
    step = net.compile()
    graph = net.model.graph
    assert {name: net.shapes[name] for name in shapes} == shapes
    module = run(python(graph, None, None, {}, Title("甲", "A"), "en"), at)
    for values, gradients in (step(at), module, (net.evaluate(at), net.gradient(at)), step(step.pack(at))):
        same(values["E"], by_hand(formula, **at))
        for name in shapes:
            same(gradients[name], wanted[name])
    for batched in ({"x"}, {"W"}, {"W", "x"}):
        for count in (1, 3):
            given = {n: RNG.normal(size=(count, *s)) if n in batched else at[n] for n, s in shapes.items()}
            values, gradients = step(given)
            each = [{n: v[i] if n in batched else v for n, v in given.items()} for i in range(count)]
            same(values["E"], [by_hand(formula, **one) for one in each])
            for name in shapes:
                slopes = np.array([differences(formula, one, name) for one in each])
                same(gradients[name], slopes if name in batched else slopes.sum(axis=0))


def test_numbers_may_be_given_in_the_axes_that_are_not_declared():
    """A column of numbers for a vector, one number in brackets for a number."""
    net = network("E = sum(W x)", {"W": (1, 2), "x": (2,)})
    wanted = net.gradient({"W": [[1, 2]], "x": [3, 4]})
    for x in ([[3], [4]], np.array([[3.0], [4.0]])):
        assert net.gradient({"W": [[1, 2]], "x": x}) == wanted
        assert net.compile()({"W": [[1, 2]], "x": x})[1]["x"].tolist() == wanted["x"]


@pytest.mark.parametrize("shape", [(3, 1), (1, 1), (1, 3), (3,), (1,)], ids=str)
def test_the_command_line_shows_what_is_declared(shape, tmp_path):
    lengths = "x".join(map(str, shape))
    file = tmp_path / "one.yaml"
    file.write_text(
        "symnn: 1\nnetwork: one\ntitle: {zh: 一, en: one}\n"
        f"shapes: {{W: {lengths}}}\nparameters: [W]\nequations: |\n  h = tanh(W)\n  E = sum(h ⊙ h)\n",
        encoding="utf-8",
    )
    given = RNG.uniform(0.1, 1, size=shape).round(3)
    ran = CliRunner().invoke(
        command, ["eval", str(file), "--at", f"W={json.dumps(given.tolist())}", "--grad", "--json"]
    )
    data = json.loads(ran.stdout)
    same(data["values"]["W"], given)
    same(data["gradient"]["W"], 2 * np.tanh(given) * (1 - np.tanh(given) ** 2))


def test_entries_lie_in_the_order_of_their_names():
    net = network("E = sum(W x)", {"W": (3, 1), "x": (1,)})
    at = {"W": np.array([[1.0], [2.0], [3.0]]), "x": np.array([2.0])}
    assert list(entries(net.model.graph, at)) == [*entry_names("W", (3,)), "x"]


def test_a_number_with_two_axes_is_its_own_transpose():
    net = symnn.network("H = M M^T + (w M)^T\nE = H^2", shapes={"M": (1, 1)})
    at = {"M": [[3.0]], "w": 2.0}
    values, gradients = net.compile()(at)
    assert (values["H"], values["E"], gradients["w"], gradients["M"].tolist()) == (15.0, 225.0, 90.0, [[240.0]])
    assert np.ravel(net.gradient(at)["M"]) == [240.0]
    assert net.derive().check().sympy
