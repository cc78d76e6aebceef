"""The network file of the contract is read whole, and its slips have places."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from symnn.documents.decoding import Text
from symnn.documents.network_record import read_network
from symnn.messages import line

RNN = """\
symnn: 1
network: rnn
title: {zh: 简单循环神经网络, en: simple recurrent network}
source: 人工神经网络3
shapes: {U: 2x2, x_t: 2, b: 1}
index: {t: 1..3}
functions: {f: identity, g: "1/(1 + exp(-x))"}
parameters: [U, V, W]
inputs: [x_t]
values: {U: [[1, 1], [1, 1]], b: 0.5}
points: [{name: slide, x_1: [1, 1], x_2: [1, 1]}]
equations: |
  s_0 = 0
  s_t = f(U x_t + W s_{t-1})
"""


def test_the_contracts_example_is_read():
    network = read_network(Text(RNN, "rnn.yaml")).value
    assert network.network == "rnn"
    assert network.title.of("zh") == "简单循环神经网络"
    assert dict(network.shapes) == {"U": (2, 2), "x_t": (2,), "b": (1,)}
    assert dict(network.index) == {"t": (1, 3)}
    assert network.functions["g"].text == "1/(1 + exp(-x))"
    assert network.parameters == ("U", "V", "W")
    assert dict(network.values) == {"U": ((1, 1), (1, 1)), "b": Fraction(1, 2)}
    assert network.points[0].name == "slide"
    assert dict(network.points[0].values) == {"x_1": (1, 1), "x_2": (1, 1)}
    assert network.equations.text == "s_0 = 0\ns_t = f(U x_t + W s_{t-1})\n"
    assert (network.equations.place.line, network.equations.indent) == (12, 2)


def test_the_same_document_as_json_is_the_same_network():
    text = '{"symnn": 1, "network": "n", "title": {"zh": "甲", "en": "A"}, "equations": "y = w*x\\nE = y^2"}'
    network = read_network(Text(text, "n.json")).value
    assert network.equations.text == "y = w*x\nE = y^2"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("symnn: 1", "symnn: 2", "n.yaml:1:8: symnn: format 2 is not one this version reads; write symnn: 1"),
        ("U: 2x2", "U: 2y2", "n.yaml:5:13: shapes.U: '2y2' is not a shape; write 2x2, 3 or 1"),
        ("1..3", "3..1", "n.yaml:6:12: index.t: '3..1' is not a range; write 1..3"),
        ("1..3", "[1, 3]", "n.yaml:6:12: index.t: '[1, 3]' is not a range; write 1..3"),
        ("U: 2x2", "U: [2, n]", "n.yaml:5:13: shapes.U: '[2, n]' is not a shape; write 2x2, 3 or 1"),
        ("U: 2x2", "U: '(2, 2'", "n.yaml:5:13: shapes.U: '(2, 2' is not a shape; write 2x2, 3 or 1"),
        ("inputs", "input", "n.yaml:9:1: input: unknown field 'input'; did you mean 'inputs'?"),
        ("0.5}", "a}", "n.yaml:10:34: values.b: 'a' is not a number"),
        ("[1, 1]}]", "[1, x]}]", "n.yaml:11:46: points[0].x_2[1]: 'x' is not a number"),
    ],
)
def test_slips_have_places(old, new, message):
    problems = read_network(Text(RNN.replace(old, new), "n.yaml")).problems
    assert [line(problem) for problem in problems] == [message]


@pytest.mark.parametrize("written", ["[2, 2]", "'(2, 2)'", "'2, 2'", "2 × 2", "2*2"])
def test_a_shape_may_be_written_as_in_python(written):
    loaded = read_network(Text(RNN.replace("U: 2x2", f"U: {written}"), "n.yaml"))
    assert loaded.problems == ()
    assert loaded.value.shapes["U"] == (2, 2)


def test_a_text_for_a_list_is_told_the_list():
    problems = read_network(Text(re.sub(r"inputs: .*", "inputs: x_t", RNN), "n.yaml")).problems
    assert [line(problem).partition(": ")[2] for problem in problems] == [
        "inputs: expected a list [ ], found a text; write [x_t]"
    ]


def test_what_is_missing_is_named():
    problems = read_network(Text("symnn: 1\n", "n.yaml")).problems
    assert [problem.facts["field"] for problem in problems] == ["network", "title", "equations"]


def test_a_missing_file_is_a_problem(tmp_path):
    problems = read_network(tmp_path / "none.yaml").problems
    assert [problem.code for problem in problems] == ["file-not-found"]
