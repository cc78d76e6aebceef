"""The truth gate of compiled code: it is what the interpreter and the differences say, whatever the network."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import numpy as np
import pytest
from gates import at_a_point, drawn, entries, in_a_batch
from hostile import HOSTILE, namings, renamed
from hypothesis import given
from hypothesis import strategies as st
from sources import run
from strategies import FREE, graphs, points
from tensor_graphs import graph_of

import symnn
from symnn.derivation.sweep import derive
from symnn.handouts.document import Title
from symnn.handouts.python import python
from symnn.networks.catalogue import CATALOGUE, network
from symnn.networks.layers import mlp, neuron, one_hidden_layer
from symnn.networks.models import graph_from_text
from symnn.networks.tensor_builders import birnn, cnn, deep_rnn, rnn
from symnn.numeric.compile import compiled
from symnn.numeric.evaluation import evaluated
from symnn.ops.table import OPERATIONS

TENSORS = graph_of(
    "M = conv(X, K)\nN = conv(X, L)\nh = tanh(W x + b) ⊙ softplus(W h0 + b)\nE = sum(M ⊙ N) + squared_error(V h, z)",
    {"X": (4, 4), "K": (2, 2), "L": (2, 2), "W": (3, 2), "V": (2, 3), "x": (2,), "b": (3,), "h0": (2,), "z": (2,)},
)
"""Two windows laid out, several inner errors in one equation."""


def near(found, expected):
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert np.asarray(found[name]) == pytest.approx(np.asarray(value), rel=1e-9, abs=1e-9, nan_ok=True), name


@given(st.data())
def test_whatever_quantities_are_called_the_numbers_are_the_same(data):
    graph = data.draw(graphs())
    names = data.draw(namings(graph))
    at = data.draw(points())
    hostile = compiled(renamed(graph, names))
    expected = compiled(graph)(at)
    for found in (
        hostile({names[name]: value for name, value in at.items()}),
        run(
            python(hostile.graph, None, None, {}, Title("甲", "A"), "en"),
            {names[name]: value for name, value in at.items()},
        ),
    ):
        near(found[0], {names[name]: value for name, value in expected[0].items()})
        near(found[1], {names[name]: value for name, value in expected[1].items()})


@given(st.data())
def test_in_a_batch_too(data):
    graph = data.draw(graphs())
    names = data.draw(namings(graph))
    once, each = data.draw(points()), data.draw(st.sets(st.sampled_from(FREE), min_size=1))
    at = {name: np.linspace(value, value + 1, 3) if name in each else value for name, value in once.items()}
    expected = compiled(graph)(at)
    found = compiled(renamed(graph, names))({names[name]: value for name, value in at.items()})
    near(found[0], {names[name]: value for name, value in expected[0].items()})
    near(found[1], {names[name]: value for name, value in expected[1].items()})


@given(st.permutations(HOSTILE), st.booleans())
def test_tensors_may_be_called_anything_too(drawn, batch):
    names = dict(zip(TENSORS.quantities, drawn, strict=False))
    rng = np.random.default_rng(1)
    at = {name: rng.normal(size=TENSORS.shapes.get(name, ())) for name in TENSORS.free}
    if batch:
        at |= {name: rng.normal(size=(3, *TENSORS.shapes[name])) for name in ("X", "x", "K")}
    expected = compiled(TENSORS)(at)
    hostile = compiled(renamed(TENSORS, names))
    given_values = {names[name]: value for name, value in at.items()}
    near(hostile(given_values)[0], {names[name]: value for name, value in expected[0].items()})
    near(hostile(given_values)[1], {names[name]: value for name, value in expected[1].items()})
    if not batch:
        module = python(hostile.graph, None, None, {}, Title("甲", "A"), "en")
        near(run(module, given_values)[1], {names[name]: value for name, value in expected[1].items()})


def test_a_network_with_the_names_of_temporaries_is_right():
    net = symnn.network("t1 = w*x\nt2 = (t1 + x)^3\nt = tanh(t1 + x)*t2\nE = (t - z)^2 + (t1 + x)^3*tanh(t1 + x)")
    at = {"w": 0.5, "x": 1.5, "z": 0.25}
    values, gradients = net.compile()(at)
    near(values, {name: value for name, value in net.evaluate(at).items() if name in values})
    near(gradients, net.gradient(at))


@pytest.mark.parametrize("names", [("t1", "t2"), ("np", "given"), ("dE_da", "lambda")])
def test_a_printed_module_with_such_names_runs_by_itself(names, tmp_path):
    one, two = names
    graph = renamed(graph_from_text("a = w*x + tanh(w*x)\nb = tanh(w*x)*a\nE = (b - z)^2"), {"w": one, "a": two})
    file = tmp_path / "module.py"
    file.write_text(python(graph, None, None, {one: 0.5, "x": 1.0, "z": 2.0}, Title("甲", "A"), "en"))
    ask = f"import json, runpy; m = runpy.run_path({str(file)!r}); print(json.dumps(m['at_one_point'](m['GIVEN'])[1]))"
    ran = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    near(json.loads(ran.stdout), compiled(graph)({one: 0.5, "x": 1.0, "z": 2.0})[1])


@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_name_becomes_an_identifier(name):
    graph = renamed(graph_from_text("a = w*x"), {"w": name})
    ast.parse(compiled(graph).source)
    assert compiled(graph)({name: 2.0, "x": 3.0})[0] == {"a": 6.0}


def swept(everything, usual):
    """Mark as slow what every run need not try."""
    return [one if one in usual else pytest.param(one, marks=pytest.mark.slow) for one in everything]


ACTIVATIONS = tuple(name for name, one in OPERATIONS.items() if one.role == "activation" and one.is_function)
OTHERS = ("x^3", "x/(1 + exp(-x))", "abs(x)*x", "x*sigmoid(2*x) + x^2/2", "max(x, 0.2*x) + min(x^2, 1)")
STRUCTURES = {
    "W x": "h = f(W x)",
    "W x + b": "h = f(W x + b)",
    "U x + W s": "h = f(U x + W s + b)",
    "nested": "h = f(W f(U x + b) + c)",
    "residual": "h = x + f(W x + b)",
    "gate": "h = f(W x + b) ⊙ sigmoid(U x) + (1 - f(W x + b)) ⊙ x",
    "scaled": "h = 2 f(k W x) k - f(b)/3",
    "transposed": "h = U transpose(W) f(transpose(V) x + b)",
    "twice": "a = W x\nh = f(a) ⊙ a + V f(U x)",
}


def shapes_of(square):
    """Square matrices hide a wrong order; rectangular ones hide that an entrywise product would fit."""
    n, m = (2, 2) if square else (3, 2)
    return {
        "W x": {"W": (n, m), "x": (m,), "z": (n,)},
        "W x + b": {"W": (n, m), "x": (m,), "b": (n,), "z": (n,)},
        "U x + W s": {"U": (n, m), "x": (m,), "W": (n, 4), "s": (4,), "b": (n,), "z": (n,)},
        "nested": {"W": (m, n), "U": (n, m), "x": (m,), "b": (n,), "c": (m,), "z": (m,)},
        "residual": {"W": (n, n), "x": (n,), "b": (n,), "z": (n,)},
        "gate": {"W": (n, n), "U": (n, n), "x": (n,), "b": (n,), "z": (n,)},
        "scaled": {"W": (n, m), "x": (m,), "b": (n,), "z": (n,)},
        "transposed": {"U": (m, n), "W": (m, n), "V": (n, m), "x": (n,), "b": (m,), "z": (m,)},
        "twice": {"W": (n, m), "V": (n, n), "U": (n, m), "x": (m,), "z": (n,)},
    }


@pytest.mark.parametrize("square", [True, False], ids=["square", "rectangular"])
@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("activation", swept((*ACTIVATIONS, *OTHERS), ("sigmoid", "relu", "x^3")))
def test_every_activation_in_every_structure(activation, structure, square):
    formula = f"{activation}(x)" if activation in ACTIVATIONS else activation
    text = f"f(x) = {formula}\n{STRUCTURES[structure]}\nE = squared_error(h, z) + sum(h ⊙ h)/7"
    shapes = shapes_of(square)[structure]
    graph = graph_of(text, shapes, inputs=("x",), targets=("z",))
    at_a_point(graph, {})
    in_a_batch(graph, {}, ("x", "z"))
    in_a_batch(graph, {}, ("W", "z"))


CORNERS = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
MATRIX = {"W": (3, 2), "x": (2,), "z": (3,)}
SATURATED = {
    "sigmoid": ("y = sigmoid(w*x)\nE = cross_entropy(y, z)", {}, 0.0),
    "logarithms": ("y = sigmoid(w*x)\nE = -z*log(y) - (1 - z)*log(1 - y)", {}, 1.0),
    "declared": ("f(x) = sigmoid(x)\ny = f(w*x + b)\nE = 3*cross_entropy(y, z) + w^2", {}, 1.0),
    "softmax": ("p = softmax(W x)\nE = cross_entropy(p, z)", MATRIX, CORNERS[0]),
    "sum": ("p = softmax(W x)\nE = -sum(z ⊙ log(p))/2", MATRIX, CORNERS[0]),
    "rows": ("p = softmax(X W, rows)\nE = cross_entropy(p, z)", {"X": (2, 2), "W": (2, 3), "z": (2, 3)}, CORNERS),
}
"""A probability that floats take for 0 or 1 has a finite logarithm, and an error that is not infinite."""


@pytest.mark.parametrize("size", [1.0, 20.0, -50.0])
@pytest.mark.parametrize("name", SATURATED)
def test_saturated_probabilities_are_no_infinities(name, size):
    text, shapes, targets = SATURATED[name]
    graph = graph_of(text, shapes, targets=("z",))
    at = {one: value * size for one, value in drawn(graph).items()} | {"z": np.array(targets)}
    expected = evaluated(graph, entries(graph, at), "floats", derive(graph.entrywise, "E", graph.entrywise.parameters))
    for found in (compiled(graph)(at), run(python(graph, None, None, {}, Title("甲", "A"), "en"), at)):
        near(found[0], {one: expected.values[one] for one in graph.definitions})
        near(found[1], {one: expected.gradient[one] for one in graph.parameters})


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize(
    ("text", "shapes"), [("E = x - z*log(y)", {}), ("E = cross_entropy(y, z)", {"y": (2,), "z": (2,)})]
)
def test_a_printed_module_knows_that_0_log_0_is_0(text, shapes):
    module = python(graph_of(text, shapes), "E", ("z",), {}, Title("甲", "A"), "en")
    at = {"x": 3.0} | {name: np.zeros(shapes.get(name, ())) for name in ("y", "z")}
    assert run(module, at)[0]["E"] == (0.0 if shapes else 3.0)


BUILDERS = {
    "neuron": lambda f: neuron(3, f),
    "one-hidden-layer": lambda f: one_hidden_layer(3, 2, 2, f),
    "mlp": lambda f: mlp([3, 4, 2], f),
    "mlp-bias": lambda f: mlp([2, 3, 1], f, bias=True),
    "rnn": lambda f: rnn(2, 2, 3, 2, f=f, g=f),
    "birnn": lambda f: birnn(2, 2, 3, 1, f=f),
    "deep-rnn": lambda f: deep_rnn(2, 2, 2, 3, 2, f=f, g=f),
}


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("activation", swept(ACTIVATIONS, ("sigmoid", "relu")))
def test_every_builder_with_every_activation(activation, builder):
    graph = BUILDERS[builder](activation).graph
    at_a_point(graph, {})
    given = graph.listed("input", "target")
    in_a_batch(graph, {}, tuple(given))


LOGARITHMS = (
    "y = W log(x)",
    "y = W log(1 + exp(x)) + U x",
    "Y = log(A) B",
    "Y = r transpose(log(x))",
    "Y = outer(log(r), log(x))",
    "y = transpose(log(x)) x",
    "y = r*c ⊙ log(r)",
    "y = c*log(x)",
    "y = log(c)*x",
    "Y = log(c)*A log(x) transpose(r)",
)


@pytest.mark.parametrize("text", LOGARITHMS)
def test_a_logarithm_in_a_product_of_matrices(text):
    """Emitted programs multiply with a logarithm so that 0 log 0 is 0: entry by entry, and never across a matrix."""
    shapes = {"W": (2, 3), "U": (2, 3), "x": (3,), "A": (2, 3), "B": (3, 4), "r": (2,)}
    used = {name: shape for name, shape in shapes.items() if name in text}
    graph = graph_of(f"{text}\nE = sum({text[0]} ⊙ {text[0]})/2" if text[0] == "Y" else f"{text}\nE = sum(y^2)", used)
    at_a_point(graph, drawn(graph, positive=graph.free))
    each = graph.free[0]
    in_a_batch(graph, drawn(graph, positive=graph.free, batch=(each,)), (each,))


def test_the_convolutional_builder():
    graph = cnn((6, 5), 2, 3, kernel=2).graph
    at_a_point(graph, {"z": np.array([0.3, 0.7] + [0.0] * (graph.shapes["z"][0] - 2))}, slopes=False)
    in_a_batch(graph, {}, ("x",))


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_network_of_the_catalogue(name):
    graph = network(name).graph
    at_a_point(graph, {}, slopes=len(graph.entrywise.equations) < 200)
    batch = graph.listed("input", "target")
    in_a_batch(graph, {}, batch[:1])
    in_a_batch(graph, {}, batch)
