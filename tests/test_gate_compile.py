"""The truth gate of compiled code: it is what the interpreter and the differences say, whatever the network."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import numpy as np
import pytest
from hostile import HOSTILE, namings, renamed
from hypothesis import given
from hypothesis import strategies as st
from strategies import FREE, graphs, points
from tensor_graphs import graph_of

import symnn
from symnn.handouts.document import Title
from symnn.handouts.python import python
from symnn.networks.models import graph_from_text
from symnn.numeric.compile import compiled

TENSORS = graph_of(
    "M = conv(X, K)\nN = conv(X, L)\na = W x\nh = tanh(a + b) ⊙ tanh(a ⊙ h0)\nE = sum(M ⊙ N) + squared_error(V h, z)",
    {"X": (4, 4), "K": (2, 2), "L": (2, 2), "W": (3, 2), "V": (2, 3), "x": (2,), "b": (3,), "h0": (3,), "z": (2,)},
)
"""Two windows laid out, several inner errors in one equation."""


def near(found, expected):
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert np.asarray(found[name]) == pytest.approx(np.asarray(value), rel=1e-9, abs=1e-9, nan_ok=True), name


def run(source, given_values):
    """Run a module that we wrote, in a namespace of its own, and give what its function returns."""
    space = {"__name__": "module"}
    exec(compile(source, "module", "exec"), space)  # noqa: S102 - our own printer's source, in a test
    function = space.get("at_one_point") or space["step"]
    return function(given_values)


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
