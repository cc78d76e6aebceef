"""Programs of ``derive --to python`` where exponentials end: they give what the evaluation gives, or warn."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import product

import numpy as np
import pytest
from tensor_graphs import graph_of

import symnn
from symnn.derivation.sweep import derive
from symnn.handouts.document import Title
from symnn.handouts.python import python
from symnn.networks.models import graph_from_text
from symnn.numeric.compile import compiled
from symnn.numeric.evaluation import evaluated
from symnn.numeric.javascript import script

PLACES = (-6000.0, -740.0, -3.0, 0.5, 800.0)
SCALARS = (
    "y = exp(a)/(1 + exp(a))",
    "y = log(1 + exp(a))",
    "y = log(exp(a) + exp(b))",
    "y = a*exp(a)/(1 + exp(a))",
    "y = exp(a)/(1 + exp(2*a))",
    "y = exp(a)*exp(b)/(exp(a) + exp(b))^2",
    "u = exp(a)\nv = exp(b)\ns = u + v\np = u/s\nE = -c*log(p) - (1 - c)*log(v/s)",
    "u = e^a\ny = u/(u + 1)\nE = (y - c)^2",
    "f(x) = (exp(x) - exp(-x))/(exp(x) + exp(-x))\ny = f(a) + f(b)*c",
    "y = sinh(a)/cosh(a) + max(exp(a), exp(b))/(exp(a) + exp(b))",
    "D = exp(a)/(1 + exp(a))\nG = 1/(1 + exp(-b))\nE = -log(D) - log(1 - G)",
    "y = sqrt(exp(a)/(exp(a) + exp(b)))*floor(exp(c)/(1 + exp(c)))",
    "h = exp(a)/(1 + exp(a))\ny = relu(h - 0.5) + abs(h) + step(h) + sign(b) + erf(h) + atan(exp(b)) + softplus(h)",
)


def program(graph, wrt=None):
    namespace = {}
    title = Title("甲", "A")
    exec(python(graph, None, wrt, {}, title, "en"), namespace)  # noqa: S102 - what our printer wrote is run
    return namespace["at_one_point"]


def settled(found):
    return {name: np.asarray(value, dtype=float) for name, value in found.items()}


def alike(found, expected, least=1e-290):
    assert found.keys() == expected.keys()
    for name, value in settled(found).items():
        assert value == pytest.approx(np.asarray(expected[name], dtype=float), rel=1e-9, abs=least, nan_ok=True), name


@pytest.mark.parametrize("text", SCALARS)
def test_numbers(text):
    net = symnn.network(text)
    names = net.parameters
    emitted = program(graph_from_text(text))
    for place, point in enumerate(product(PLACES, repeat=min(2, len(names)))):
        at = dict(zip(names, (*point, PLACES[place % 5]), strict=False))
        values, gradients = emitted(at)
        alike(values, {name: value for name, value in net.evaluate(at).items() if name not in at})
        alike(gradients, net.gradient(at))


def test_numbers_on_a_page(tmp_path):
    """All in one run of Node.js; pages themselves are opened in test_page."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed")
    parts, expected = [], []
    for text in SCALARS:
        graph = graph_from_text(text)
        derivation = derive(graph)
        code = script(graph, [derivation])
        for point in product((-740.0, 800.0), repeat=len(code.given)):
            at = dict(zip(code.given, point, strict=True))
            expected.append((code, evaluated(graph, at, derivation=derivation)))
        points = json.dumps(list(product((-740.0, 800.0), repeat=len(code.given))))
        show = "console.log(JSON.stringify([...forward(at)[0], ...backward[0](at)].map(String)))"
        parts.append(f"(() => {{ {code.text}\nfor (const at of {points}) {show}; }})();")
    (tmp_path / "all.js").write_text("\n".join(parts), encoding="utf-8")
    ran = subprocess.run([node, str(tmp_path / "all.js")], capture_output=True, text=True, check=True)
    for line, (code, found) in zip(ran.stdout.splitlines(), expected, strict=True):
        numbers = dict(zip((*code.values, *(f"d{name}" for name in code.errors[0])), json.loads(line), strict=True))
        wanted = found.values | {f"d{name}": slope for name, slope in found.gradient.items()}
        both = numbers.keys() & wanted.keys()
        floats = {name: float(numbers[name].replace("Infinity", "inf")) for name in both}
        alike(floats, {name: wanted[name] for name in both})


TENSORS = (
    ("p = exp(s)/sum(exp(s))\nE = -sum(z .* log(p))", {"s": (3,), "z": (3,)}),
    ("u = exp(W x + b)\np = u/sum(u)\nE = -z^T log(p)", {"W": (3, 2), "x": (2,), "b": (3,), "z": (3,)}),
    ("y = 1/(1 + exp(-W x))\nh = y .* (1 - y)\nE = sum(h)", {"W": (2, 3), "x": (3,)}),
    ("h = exp(W x)/(1 + exp(W x))\nE = sum(log(1 + exp(V h)) .* c)", {"W": (2, 2), "x": (2,), "V": (2, 2), "c": (2,)}),
    (
        "S = Q K^T\nU = exp(S)\nA = U ⊙ (1/(U J))\nO = A V\nE = sum(O)",
        {"Q": (2, 2), "K": (2, 2), "V": (2, 2), "J": (2, 2)},
    ),
    ("E = log(sum(exp(s))) + log(exp(s[1]) + exp(s[2]))", {"s": (3,)}),
    ("m = softmax(exp(s)/(1 + exp(s)))\nE = sum(m .* max(0, W m)) + logsumexp(W m)", {"s": (2,), "W": (2, 2)}),
    (
        "u = exp(conv(X, K))\nE = sum(u)/(1 + sum(u)) + sum(max_pool(u, 2)/(1 + max_pool(u, 2)))",
        {"X": (3, 3), "K": (2, 2)},
    ),
    ("u = exp(s)\nE = norm(u)/sum(u) + sum(normalize(u/sum(u))) + std(u/sum(u))", {"s": (3,)}),
)


@pytest.mark.parametrize(("text", "shapes"), TENSORS, ids=[text for text, _ in TENSORS])
@pytest.mark.parametrize("scale", [1.0, 400.0, -6000.0])
def test_tensors(text, shapes, scale):
    graph = graph_of(text, shapes)
    emitted = program(graph)
    random = np.random.default_rng(7)
    at = {name: random.uniform(-1, 2, shape) for name, shape in shapes.items()}
    at |= {"z": np.eye(len(at["z"]))[1]} if "z" in at else {}
    at |= {name: one * scale for name, one in at.items() if name in "sxbXQ"}
    at |= {"J": np.ones((2, 2))} if "J" in at else {}
    entries = {
        f"{n}[{','.join(str(i + 1) for i in place)}]": value for n in at for place, value in np.ndenumerate(at[n])
    }
    expected = evaluated(graph, entries, derivation=derive(graph))
    values, gradients = emitted(at)
    alike(values, {name: expected.values[name] for name in values}, 1e-15)
    alike(gradients, {name: expected.gradient[name] for name in gradients}, 1e-15)  # floats cancel


WEAK = (
    ("E = -y^T log(p)", {"y": (2,), "p": (2,)}),
    ("E = log(p)^T y", {"y": (2,), "p": (2,)}),
    ("l = log(p)\nE = y^T l", {"y": (2,), "p": (2,)}),
    ("E = y^T W log(p)", {"y": (2,), "W": (2, 2), "p": (2,)}),
    ("h = 2 Y log(p)\nE = sum(h)", {"Y": (3, 2), "p": (2,)}),
    ("h = log(P) Y\nE = sum(h)", {"P": (2, 3), "Y": (3, 2)}),
    ("h = y log(p)^T\nE = sum(h)", {"y": (2,), "p": (3,)}),
    ("h = y^T log(P)\nE = sum(h)", {"y": (2,), "P": (2, 3)}),
    ("E = trace(Y^T log(P))", {"Y": (2, 2), "P": (2, 2)}),
    ("E = -sum(y .* log(p)) - sum((1 - y) .* log(1 - p))", {"y": (2,), "p": (2,)}),
    ("E = cross_entropy(p, y)", {"y": (2,), "p": (2,)}),
)


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
@pytest.mark.parametrize(("text", "shapes"), WEAK, ids=[text for text, _ in WEAK])
def test_a_logarithm_is_weaker_than_0_in_products_of_matrices(text, shapes):
    graph = graph_of(text, shapes)
    at = {name: np.zeros(shape) for name, shape in shapes.items()}
    at |= {"p": np.array([0.0, 1.0, 0.5])[: shapes["p"][0]]} if "p" in at else {}
    at |= {"y": np.array([0.0, 1.0])} if "log(1 - p)" in text else {}
    at |= {"W": np.ones((2, 2))} if "W" in at else {}
    step = compiled(graph)
    batch = step({name: np.stack([one, 0.5 * one + 0.25, one]) for name, one in at.items()})[0]
    for values, gradients in (step(at), program(graph)(at)):
        assert values["E"] == 0
        if "l = " not in text:  # of a step 1/0 times 0 through a quantity of its own is nan
            assert not np.isnan(gradients["p" if "p" in at else "P"]).any()
    assert batch["E"][[0, 2]] == pytest.approx(0)
    assert np.isfinite(batch["E"]).all()
