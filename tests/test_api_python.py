"""Networks from Python's own types, back to their files, trained, and shown in a notebook."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction

import numpy as np
import pytest

import symnn
from symnn.documents.decoding import Text
from symnn.networks.catalogue import CATALOGUE
from symnn.networks.catalogue import network as catalogued
from symnn.networks.filing import file_yaml
from symnn.networks.network_file import network_from_file

BUILT = {
    "mlp": symnn.networks.mlp([4, 5, 3, 2], bias=True),
    "rnn": symnn.networks.rnn(4, 3, 2, 1),
    "birnn": symnn.networks.birnn(2),
    "deep_rnn": symnn.networks.deep_rnn(2, 2, inputs=3),
    "cnn": symnn.networks.cnn((6, 6), 2, 3, classes=3),
    "gan": symnn.networks.gan(3, 5),
}
NETWORKS = {**{name: symnn.network(name) for name in CATALOGUE}, **BUILT}
FIELDS = ("quantities", "equations", "functions", "conventions", "own_argument", "domains", "samples")


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_reads_back_from_its_file(name):
    first = NETWORKS[name].model
    again = network_from_file(Text(file_yaml(first), "again.yaml"))
    for field in FIELDS:
        assert getattr(again.graph, field) == getattr(first.graph, field), field
    assert (again.values, again.points, again.players, again.title) == (
        first.values,
        first.points,
        first.players,
        first.title,
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_data_and_network_go_back_and_forth(name):
    net = NETWORKS[name]
    again = type(net).from_dict(net.to_dict())
    assert again.equations == net.equations
    assert again.parameters == net.parameters
    assert again.to_dict() == net.to_dict()


@pytest.mark.parametrize("name", ["rnn", "deep-rnn"])
def test_recurrences_stay_recurrences(name):
    assert catalogued(name).graph.indexed == network_from_file(Text(file_yaml(catalogued(name)), "x")).graph.indexed


def test_what_a_file_declares_can_stand_beside_equations():
    net = symnn.network(
        "h = f(W x + b)\ny = V h\nE = sum((y - z)^2)",
        shapes={"W": (2, 3), "x": 3, "b": [2], "V": "1x2", "z": 1},
        functions={"f": "x/(1 + abs(x))"},
        inputs=["x"],
        targets=["z"],
        values={"b": np.array([0.1, 0.2]), "z": Fraction(1, 3)},
    )
    assert (net.inputs, net.targets, net.parameters) == (("x",), ("z",), ("W", "b", "V"))
    assert net.shapes["h"] == (2,)
    assert net.values == {"b": (Fraction(1, 10), Fraction(1, 5)), "z": Fraction(1, 3)}
    unrolled = symnn.network("s_0 = 0\ns_t = tanh(w s_{t-1} + x_t)", index={"t": (1, 2)}, inputs=["x_t"])
    assert unrolled.equations == ("s_0 = 0", "s_1 = tanh(w*s_0 + x_1)", "s_2 = tanh(w*s_1 + x_2)")


def test_the_text_of_a_file_is_a_network():
    text = NETWORKS["gan"].to_yaml()
    assert symnn.network(text).equations == NETWORKS["gan"].equations


@pytest.mark.parametrize(
    ("source", "declared", "said"),
    [
        ("y = W x", {"shapes": {"W": "2by2"}}, "is not a shape"),
        ("y = W x", {"shape": {"W": 2}}, "did you mean 'shapes'"),
        ("y = W +", {"shapes": {"W": 2}}, "<equations>:1:8"),
        ("y = w x", {"values": {"v": 1}}, "v"),
        ("y = w x", {"values": {"w": [1, 2]}}, "w"),
        ("y = w x", {"index": {"t": (3, 1)}}, "range"),
        ("y = w x", {"samples": "row"}, "rows"),
        ("neuron", {"inputs": ["x"]}, "beside equations"),
    ],
)
def test_what_cannot_be_declared_is_said(source, declared, said):
    with pytest.raises((symnn.AuthorError, symnn.GraphError, symnn.UsageError)) as caught:
        symnn.network(source, **declared)
    assert said in str(caught.value)


def test_training_from_lists_and_arrays():
    net = symnn.network(
        "y = W x + b\nE = sum((y - z)^2)",
        shapes={"W": (2, 3), "x": 3, "b": 2, "z": 2},
        inputs=["x"],
        targets=["z"],
    )
    x, z = np.eye(3), np.array([[1, 0], [0, 1], [1, 1]])
    found = net.train({"W": 0, "b": [0, 0], "x": x, "z": z}, eta=0.1, steps=3000, until=1e-12)
    assert np.asarray(found.parameters["W"]) @ x + np.asarray(found.parameters["b"])[:, None] == pytest.approx(
        z.T, abs=1e-5
    )
    assert found.losses[0] == pytest.approx(4)
    assert list(found.losses) == sorted(found.losses, reverse=True)


def test_training_says_what_is_missing_and_which_rules_there_are():
    with pytest.raises(symnn.UsageError):
        symnn.network("y = w*x\nE = (y - z)^2").train(eta=0.1)
    with pytest.raises(symnn.UsageError, match="adam"):
        symnn.network("bp-2-2-1").train(eta=0.1, optimizer="adma")


SHOWN = {
    "network": lambda: symnn.network("bp-2-2-1"),
    "tensors": lambda: symnn.network("cnn-x"),
    "derivation": lambda: symnn.network("bp-2-2-1").derive("E", wrt="w1"),
    "matrices": lambda: symnn.network("rnn").derive(),
    "exercise": lambda: symnn.exercise("softmax-vote"),
    "part": lambda: symnn.exercise("bp-2-2-1").part("dw1"),
    "verdict": lambda: symnn.exercise("bp-2-2-1").part("dw1").grade("<b>2*(y-z)</b>"),
    "training": lambda: symnn.network("bp-2-2-1").train(eta=0.5, steps=5),
}


@pytest.mark.parametrize("lang", ["zh_CN.UTF-8", "en_US.UTF-8"])
@pytest.mark.parametrize("what", SHOWN)
def test_notebooks_show_well_formed_html(what, lang, monkeypatch):
    monkeypatch.setenv("LC_ALL", lang)
    bundle = SHOWN[what]()._repr_mimebundle_()
    assert bundle["text/plain"]
    root = ET.fromstring(f"<div>{bundle['text/html']}</div>".replace("&nbsp;", " "))  # noqa: S314 - our own
    assert not root.findall(".//b"), "a student's text is text"
    if lang.startswith("zh") and what != "training":
        assert set("".join(root.itertext())) & set("的求读络")
    if "image/svg+xml" in bundle:
        ET.fromstring(bundle["image/svg+xml"])  # noqa: S314 - our own


@pytest.mark.parametrize("answer", ["2(y-z)y(1-y)w_5 f_1(1-f_1) x_1", r"2(y-z)f'(a_3)w_5 f'(a_1)x_1"])
def test_a_right_answer_passes_a_check(answer):
    symnn.check("bp-2-2-1/dw1", answer)


@pytest.mark.parametrize(
    ("target", "answer", "said"),
    [
        ("bp-2-2-1/dw1", "2(y-z)y(1-y)w_5 f_1(1-f_1) x_2", "x₂"),
        ("neuron/sum", 3, "Not right"),
        ("bp-2-2-1/dw1", "2(y-z", "cannot be read"),
        ("cnn/convolved", np.array([[11, 19], [20, 12]]), "11"),
    ],
)
def test_a_wrong_answer_raises_what_there_is_to_say(target, answer, said):
    with pytest.raises(AssertionError, match=said):
        symnn.check(target, answer, lang="en")


def matrices(**shapes):
    sympy = pytest.importorskip("sympy")
    return [sympy.MatrixSymbol(name, *shape) for name, shape in shapes.items()]


def test_matrix_symbols_bring_their_shapes():
    import sympy

    W, x, b, z, h = matrices(W=(3, 2), x=(2, 1), b=(3, 1), z=(3, 1), h=(3, 1))
    E = sympy.Symbol("E")
    net = symnn.network([sympy.Eq(h, (W * x + b).applyfunc(sympy.tanh)), sympy.Eq(E, sympy.Trace((h - z).T * (h - z)))])
    assert net.shapes["h"] == (3, 1)
    same = symnn.network("h = tanh(W x + b)\nE = ||h - z||^2", shapes={"W": (3, 2), "x": 2, "b": 3, "z": 3})
    rng = np.random.default_rng(0)
    at = {name: rng.normal(size=net.shapes[name]) for name in "Wxbz"}
    for name in "Wxbz":
        flat = {one: np.reshape(value, same.shapes[one]) for one, value in at.items()}
        assert np.ravel(net.gradient(at)[name]) == pytest.approx(np.ravel(same.gradient(flat)[name]))


def test_entries_of_matrix_symbols_are_entries():
    import sympy

    W, x, h = matrices(W=(3, 2), x=(2, 1), h=(3, 1))
    E = sympy.Symbol("E")
    net = symnn.network(
        [sympy.Eq(h, W * x), sympy.Eq(E, h[0, 0] * h[2, 0] ** 2 + 3 * W[1, 1] + sympy.exp(h[1, 0] + 1))]
    )
    at = {"W": [[1, 2], [3, 4], [5, 6]], "x": [1, -1]}
    assert net.evaluate(at)["E"] == -1 * (-1) ** 2 + 12 + 1
    assert net.gradient(at)["W"] == [[1, -1], [1, 2], [2, -2]]


def test_what_no_network_holds_of_sympy_is_said():
    import sympy

    A, b, y = matrices(A=(3, 3), b=(3, 1), y=(3, 1))
    with pytest.raises(symnn.GraphError, match="A"):
        symnn.network([sympy.Eq(y, sympy.Inverse(A) * b)])
