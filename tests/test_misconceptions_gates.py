"""Slips in networks as other courses have them: a gate, a margin, a variance that is learnt; typed by hand."""

from __future__ import annotations

from functools import cache

import pytest
from claims import World, is_true

import symnn
from symnn.expressions.tree import Derivative, Name
from symnn.expressions.writing import plain
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.messages import LANGUAGES
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.networks.models import graph_from_text
from symnn.verdicts.feedback import feedback_sentence

EQUATIONS = {
    "gate": "z = sigmoid(a*x + u*h0)\nr = sigmoid(c*x + v*h0)\ng = tanh(d*x + w*r*h0)\n"
    "h = (1 - z)*h0 + z*g\nL = (h - y)^2/2",
    "margin": "s = w1*x1 + w2*x2 + b\nm = t*s\nL = max(0, 1 - m) + k/2*(w1^2 + w2^2)",
    "variance": "mu = w1*x + b1\nr = w2*x + b2\nL = 1/2*exp(-r)*(y - mu)^2 + r/2",
    "ramp": "a = w*x + b\nh = relu(a)\nL = (h - y)^2/2",
}


@cache
def asked(target):
    """Give the graph, the derivative that is asked, and what explains wrong answers."""
    name, wrt = target.split("/")
    graph = graph_from_text(EQUATIONS[name])
    key = Derivative(Name("L"), Name(wrt))
    return graph, key, diagnosis_of(graph, key)


def tree_of(answer, graph):
    return read(answer, Scope.of(graph.quantities)).tree


RIGHT = [
    ("gate/h0", "(h-y)((1-z) + (g-h0)z(1-z)u + z(1-g^2)(w r + w h0 r(1-r) v))"),
    ("margin/w1", "-t*x1 + k*w1 if m < 1 else k*w1"),
    ("margin/w1", "k w1, m≥1; k w1 - t x1, m<1"),
    ("margin/w1", "k w_1 - t x_1 (若 m<1)，否则 k w_1"),
    ("variance/w2", "x/2 (1 - e^{-r}(y-mu)^2)"),
    ("ramp/w", "(h-y) x if a>0 else 0"),
]
SLIPS = [
    ("gate/w", "(h-y) z g(1-g) r h0", "activation-wrong", {"meant": "tanh", "wrote": "sigmoid"}),
    ("gate/u", "(h-y)(g-h0)(1-z^2) h0", "activation-wrong", {"meant": "sigmoid", "wrote": "tanh"}),
    ("gate/w", "(h-y) z (1-h^2) r h0", "wrong-quantity", {"meant": "g", "wrote": "h"}),
    ("gate/h0", "(h-y)(1-z)", "missing-path", {"through": ("z", "g"), "how": "several"}),
    ("gate/h0", "(h-y)((1-z) + z(1-g^2)w r)", "missing-path", {"through": ("z", "r"), "how": "several"}),
    ("gate/h0", "(h-y)((1-z) + (g-h0)z(1-z)u + z(1-g^2) w r)", "missing-path", {"through": "r"}),
    ("margin/w1", "-t x1 1[m>1] + k w1", "condition-turned", {"at": "1 - m"}),
    ("margin/w1", "-t x1 1[m>=1] + k w1", "condition-turned", {"at": "1 - m"}),
    ("margin/b", "0 if m<1 else -t", "condition-turned", {"at": "1 - m"}),
    ("ramp/w", "(h-y) x if a<0 else 0", "condition-turned", {"at": "a"}),
    ("variance/r", "1/2 - 1/2 (y-mu)^2", "missing-factor", {"factor": "exp(-r)"}),
    ("variance/w2", "x(1/2 - 1/2 (y-mu)^2)", "missing-factor", {"factor": "exp(-r)"}),
    ("variance/w2", "x(1/2 - e^{-r} (y-mu)^2)", "missing-factor", {"factor": "1/2"}),
    ("variance/w2", "x(1/2 - 1/2 e^{-r} (y-mu))", "exponent", {"meant": "2", "wrote": "1"}),
]


@pytest.mark.parametrize(("target", "answer"), RIGHT)
def test_what_is_right_is_right(target, answer):
    key = asked(target)[1]
    network = symnn.network(EQUATIONS[target.split("/")[0]])
    assert symnn.compare(plain(key), answer, network=network).equal


@pytest.mark.parametrize(("target", "answer", "code", "facts"), SLIPS)
def test_a_slip_is_named_by_what_it_is(target, answer, code, facts):
    graph, key, diagnosis = asked(target)
    tree = tree_of(answer, graph)
    (finding,) = findings = diagnosis.explain(tree)
    assert (finding.code, {name: finding.facts.get(name) for name in facts}) == (code, facts)
    assert is_true(World(graph, key), tree, findings)
    assert all(feedback_sentence(finding, lang) for lang in LANGUAGES)
