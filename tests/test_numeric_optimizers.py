"""Update rules give the numbers of their papers, those of PyTorch, and say what they do not know."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

import pytest
from click.testing import CliRunner

import symnn
from symnn.commands.derive import command
from symnn.derivation.optimizers import OPTIMIZERS, SGD, optimizer
from symnn.errors import UsageError
from symnn.handouts.handout import Handout
from symnn.networks.catalogue import network
from symnn.networks.models import graph_from_text
from symnn.networks.tensor_builders import gan
from symnn.numeric.descending import Descending
from symnn.numeric.duel import Duel, Round
from symnn.numeric.training import Iteration, Training

GRADIENTS = [(0.5, -1.0), (0.25, 0.0), (-2.0, 3.0), (1e-3, -1e3), (0.0, 0.0)]
"""Derivatives of two parameters at five steps: signs change, one is 0, sizes differ by a million."""

TORCH = {
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "adagrad": ("Adagrad", {}),
    "rmsprop": ("RMSprop", {}),
    "adam": ("Adam", {}),
    "adamw": ("AdamW", {}),
}


def walked(rule, rate=0.1):
    weights, down = {"a": 1.0, "b": -2.0}, Descending(rule, rate)
    steps = []
    for a, b in GRADIENTS:
        weights = down.step(weights, {"a": a, "b": b})
        steps.append((weights["a"], weights["b"]))
    return steps


@pytest.mark.parametrize("decay", [0, 0.05])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_numbers_are_those_of_pytorch(name, decay):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    kind, options = TORCH[name]
    weights = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    usual = {"weight_decay": decay} if decay or name == "adamw" else {}
    theirs = getattr(torch.optim, kind)([weights], lr=0.1, **options, **usual)
    expected = []
    for gradient in GRADIENTS:
        weights.grad = torch.tensor(gradient, dtype=torch.float64)
        theirs.step()
        expected.append(tuple(weights.tolist()))
    settings = {"lambda": Fraction(str(decay))} if usual else {}
    assert walked(optimizer(name, settings)) == pytest.approx([pytest.approx(one, rel=1e-12) for one in expected])


def test_momentum_by_hand():
    """The velocity 0.9 v + g is 1, then 1.9, then 2.71; the weight falls by a tenth of it."""
    down, weights, seen = Descending(OPTIMIZERS["momentum"], 0.1), {"w": 0.0}, []
    for _ in range(3):
        weights = down.step(weights, {"w": 1.0})
        seen.append(weights["w"])
    assert seen == pytest.approx([-0.1, -0.29, -0.561])


def test_adam_begins_with_a_step_of_the_rate():
    """Kingma and Ba, section 2.1: the first step is the learning rate, whatever the size of the derivative."""
    for size in (1e-4, 1.0, 1e6):
        assert Descending(OPTIMIZERS["adam"], 0.01).step({"w": 0.0}, {"w": size})["w"] == pytest.approx(-0.01, rel=1e-3)


def test_tensors_keep_their_shapes_and_states():
    import numpy as np

    down, weights = Descending(OPTIMIZERS["adam"], 0.1), {"W": np.ones((2, 3)), "b": np.zeros(2), "c": 0.5}
    for _ in range(3):
        weights = down.step(weights, {"W": np.full((2, 3), 2.0), "b": np.array([1.0, -1.0]), "c": 0.0})
    assert {name: np.shape(value) for name, value in weights.items()} == {"W": (2, 3), "b": (2,), "c": ()}
    assert weights["c"] == 0.5
    assert weights["b"][0] == pytest.approx(-weights["b"][1])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_rule_descends(name):
    graph = graph_from_text("E = (w - 3)^2 + (u + 1)^2/2")
    training = Training(graph, "E", {"w": 0.0, "u": 1.0}, {})
    losses = [one.loss for one in training.iterations(0.05, 300, 0, OPTIMIZERS[name]) if isinstance(one, Iteration)]
    assert losses[-1] < losses[0] / 2


def test_players_keep_their_own_states():
    network = gan(2, 2)
    at = {"x": [1.0, 2.0], "z": [-1.0, 1.0], "c0": 0.0, "c1": 0.0, "c2": 0.0, "u": 1.0, "m": 0.0}
    *shown, _ = Duel(network.graph, network.players, at).rounds(0.1, 4, OPTIMIZERS["momentum"])
    velocity = 0.0
    for before, after in pairwise(shown):
        assert isinstance(before, Round)
        velocity = 0.9 * velocity + before.gradient["c0"]
        assert after.parameters["c0"] == pytest.approx(before.parameters["c0"] - 0.1 * velocity)


@pytest.mark.parametrize(("name", "settings"), [("adm", {}), ("sgd", {"mu": Fraction(1)}), ("adam", {"beta3": 1})])
def test_what_does_not_exist_is_said(name, settings):
    with pytest.raises(UsageError, match=r"adam|lambda"):
        optimizer(name, settings)


@pytest.mark.parametrize("decay", [{}, {"lambda": Fraction(1, 20)}])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_pages_write_a_rule_and_its_first_step(name, decay):
    """The equations of the page, evaluated by themselves, give the step that training takes."""
    rule = optimizer(name, decay)
    net = network("bp-2-2-1")
    point = {**net.values, "x1": 0.5, "x2": 1, "z": 0.8, "eta": 0.1}
    asked = Handout(net, of="E", wrt=("w1", "w4"), update=True, rule=rule, point=point)
    page = asked.written("text", "en").replace("−", "-")
    moved = {one: float(found) for one, found in re.findall(r"(w[14])\^1 [=≈] (\S+)", page)}
    if rule == SGD:
        assert "Gradient descent" in page
        return
    slopes = gradient_of(point)
    expected = Descending(rule, 0.1).step({one: float(point[one]) for one in slopes}, slopes)
    assert moved == pytest.approx(expected, rel=1e-3, abs=1e-7)
    for left in {one.rstrip("'") for one, _ in rule.equations} - {"g"}:
        assert f"{left}^(k + 1) = " in page
    assert all(
        one in asked.written(to, lang)
        for to in ("latex", "html", "markdown", "typst")
        for lang, one in (("zh", "第一步之后"), ("en", "After the first step"))
    )
    assert asked.data()["optimizer"]["name"] == name


def gradient_of(point):
    found = symnn.network("bp-2-2-1").gradient({one: value for one, value in point.items() if one != "eta"})
    return {one: found[one] for one in ("w1", "w4")}


def test_letters_of_a_rule_are_free():
    """A network that has w, g, m and s of its own gets other letters for the rule."""
    net = symnn.network(
        {"equations": "E = (w*g + m*s*v - z)^2", "parameters": ["w", "g", "m", "s", "v"], "targets": ["z"]}
    )
    page = Handout(net.model, update=True, rule=optimizer("adam")).written("text", "en")
    assert "p^(k + 1) = beta1 · p^k + (1 - beta1) · gamma^k" in page
    assert "theta^(k + 1) = theta^k - (eta · phat^(k + 1))/(√(rhat^(k + 1)) + epsilon)" in page


def test_a_page_is_asked_for_by_the_rule():
    asked = ["derive", "neuron", "--optimizer", "rmsprop", "--setting", "rho=0.9", "--lang", "zh"]
    page = CliRunner().invoke(command, asked[1:], catch_exceptions=False).output
    assert "RMSProp" in page
    assert "rho = 0.9" in page
