"""Functions with parameters and of several arguments: PReLU, a slope in a sigmoid; they are learnt with the rest."""

from __future__ import annotations

import numpy as np
import pytest

import symnn
from symnn.errors import SymnnError
from symnn.expressions.writing import plain

WRITTEN = [
    ("f(x; alpha) = max(0, x) + alpha min(0, x)\ny = f(a; beta)", {}, "max(0, a) + beta*min(0, a)"),
    ("f(x, alpha) = max(0, x) + alpha min(0, x)\ny = f(a, 2)", {}, "max(0, a) + 2*min(0, a)"),
    ("f(x) = max(0, x) + alpha*min(0, x)\ny = f(a)", {}, "max(0, a) + alpha*min(0, a)"),
    ("y = f(a)", {"f": "max(0, x) + alpha*min(0, x)"}, "max(0, a) + alpha*min(0, a)"),
    ("f(x) = 1/(1 + e^{-\\beta x})\ny = f(a)", {}, "1/(1 + exp(-beta*a))"),
    ("g(u, v) = u v + sin(u)\ny = g(a, g(b, c))", {}, "a*(b*c + sin(b)) + sin(a)"),
    ("s(x) = tanh(x)\nf(x, k) = x s(k x)\ny = f(a, k)", {}, "a*tanh(k*a)"),
]


@pytest.mark.parametrize(("equations", "functions", "expected"), WRITTEN)
def test_a_function_with_parameters_is_written_out(equations, functions, expected):
    net = symnn.network(equations, functions=functions)
    assert plain(net.model.graph.definitions["y"]) == expected


def test_its_parameters_are_learnt_in_networks_of_tensors_and_time_steps():
    net = symnn.network(
        "f(x) = max(0, x) + alpha ⊙ min(0, x)\nE = sum(f(W x))", shapes={"W": (3, 2), "x": 2, "alpha": 3}
    )
    point = {"W": [[1, 2], [-3, 0.5], [-1, 1]], "x": [1, 0.5], "alpha": [0.1, 0.2, 0.3]}
    np.testing.assert_allclose(net.gradient(point)["alpha"], [0, -2.75, -0.5])
    steps = symnn.network("f(x) = x tanh(k x)\nh_0 = 1\nh_t = f(w h_{t-1})", index={"t": (1, 2)})
    assert set(steps.parameters) == {"w", "k"}


@pytest.mark.parametrize(
    ("equations", "code"),
    [
        ("f(x) = sgmoid(x)\ny = f(w)", "unknown-name"),
        ("f(x) = c t\ny = f(w)", "unknown-name"),
        ("f(x, k) = x\ny = f(w)", "arguments"),
        ("f(x, k) = x k\ny = f(w)", "arguments"),
        ("f(x, k) = x k + x + x + x\ny = " + "f(" * 12 + "w" + ", k)" * 12, "formula-too-large"),
    ],
)
def test_what_is_misspelt_or_too_large_is_refused(equations, code):
    with pytest.raises(SymnnError) as refused:
        symnn.network(equations)
    assert code in [problem.code for problem in refused.value.problems]


def test_prelu_is_graded(tmp_path):
    file = tmp_path / "prelu.yaml"
    file.write_text(
        "symnn: 1\nid: prelu\ntitle: {zh: 激活, en: PReLU}\nprompt: {zh: 求, en: Find}\n"
        "functions: {f: 'max(0,x) + alpha*min(0,x)'}\nequations: |\n  a = w x\n  y = f(a)\n  L = (y - z)^2\nparts:\n"
        "  - {id: da, kind: formula, points: 1, ask: {zh: 求, en: Find}, answer: 'diff(L, alpha)'}\n"
        "  - {id: step, kind: formula, points: 1, ask: {zh: 求, en: Find}, answer: 'w - eta diff(L, w)'}\n",
        encoding="utf-8",
    )
    exercise = symnn.exercise(str(file))
    assert exercise.part("da").grade("2(y-z) min(0, a)").verdict == "correct"
    assert exercise.part("da").grade("2(y-z) min(0, a) x").verdict == "wrong"
    assert exercise.part("step").grade("w - 2 eta (y-z) (step(a) + alpha(1 - step(a))) x").verdict == "correct"
