"""Networks of numbers written with matrices: every entry is proved equal to the derivative of its number."""

from __future__ import annotations

import io
import json

import pytest
from click.testing import CliRunner
from test_numeric_packing import SKIPPING

from symnn.cli import main
from symnn.cli import symnn as command
from symnn.documents.kinds import Bilingual
from symnn.equality.subject import Subject
from symnn.errors import UsageError
from symnn.handouts.handout import Handout
from symnn.networks.catalogue import CATALOGUE, network
from symnn.networks.declarations import Declarations
from symnn.networks.layers import mlp, neuron, one_hidden_layer
from symnn.networks.models import graph_from_text
from symnn.networks.network import Network
from symnn.networks.vectorised import vectorised
from symnn.numeric.compile import compiled
from symnn.numeric.points import points

OF_NUMBERS = [name for name in CATALOGUE if not network(name).graph.shapes]
BUILT = [
    mlp([2, 3, 1]),
    mlp([1, 3, 1]),
    mlp([3, 1]),
    mlp([3, 4, 3, 2], "relu", bias=True),
    mlp([2, 2, 2], "tanh", "cross_entropy"),
    mlp([2, 2, 2, 2, 2, 1], bias=True),
    one_hidden_layer(3, 2, 1),
    neuron(2),
    Network("skipping", Bilingual("", ""), SKIPPING),
]
PENALISED = graph_from_text(
    "a1 = w1*x1 + w3*x2 + b1\na2 = w2*x1 + w4*x2 + b2\nf1 = tanh(a1)\nf2 = tanh(a2)\ny = w5*f1 + w6*f2\n"
    "E = (y - z)^2 + lambda/2*(w1^2 + w2^2 + w3^2 + w4^2 + w5^2 + w6^2)",
    Declarations(inputs=("x1", "x2"), targets=("z",)),
)
"""A network whose weights stand in a penalty, too."""
BUILT.append(Network("penalised", Bilingual("", ""), PENALISED))
LAYERED = [*map(network, OF_NUMBERS), *BUILT]


def named(some):
    return [one.name for one in some]


@pytest.mark.parametrize("some", LAYERED, ids=named(LAYERED))
def test_the_matrix_form_is_proved_equal_to_the_derivatives_of_the_numbers(some):
    assert Handout(some, form="matrix").data()["proved"] is True


@pytest.mark.parametrize("some", LAYERED, ids=named(LAYERED))
def test_matrices_and_numbers_have_the_same_values_and_gradients(some):
    found = vectorised(some)
    at = {name: 0.3 + 0.1 * place for place, name in enumerate(some.graph.free)}
    values, gradients = compiled(some.graph)(at)
    step = compiled(found.network.graph)(found.packed(at))
    for expected, got in zip((values, gradients), step, strict=True):
        wholes = found.whole(expected)
        assert set(wholes) == set(got)
        flat = {n: v for w in wholes for n, v in zip(found.names[w], _flat(got[w]), strict=True)}
        assert flat == pytest.approx({name: flat[name] if name not in expected else expected[name] for name in flat})


def _flat(value):
    import numpy as np

    return np.ravel(value).tolist()


@pytest.mark.parametrize("wrong", ["[w46, w56]", "[y5, y4]"])
def test_a_matrix_form_that_is_not_equal_is_not_called_proved(wrong):
    whole = Handout(network("bp-2-3-2-1"), form="matrix").whole
    subject = Subject.of_network(network("bp-2-3-2-1").graph)
    told = subject.compare(subject.read(f"diff(E, e6)*{wrong}").tree, subject.read("[diff(E,w46), diff(E,w56)]").tree)
    assert told.equal is False
    derivation = whole.derivation
    (last,) = derivation.uses["W^(3)"]
    forged = {**derivation.uses, "W^(3)": (type(last)(last.of, last.wrt, subject.read("diff(E, e6)*w46").tree),)}
    from msgspec.structs import replace

    assert whole.assembly.proved(replace(derivation, uses=forged)) is False


def test_weights_in_a_penalty_are_those_of_their_layer():
    text = Handout(Network("penalised", Bilingual("", ""), PENALISED), form="matrix").written("text", "en")
    assert "E = (y - z)^2 + lambda/2 · (‖W^(1)‖^2 + ‖W^(2)‖^2)" in text
    assert "= ∂E/∂a · x^T + lambda · W^(1)" in text


def test_the_shapes_of_the_errors_are_those_of_columns():
    data = Handout(network("bp-2-3-2-1"), form="matrix").data()
    shapes = [tuple(row["shape"]) for row in data["deltas"]]
    assert {(3, 1), (2, 1), (1, 1)} == set(shapes)
    assert data["matrices"]["W^(2)"] == "[[w14, w24, w34], [w15, w25, w35]]"
    assert [row["shape"] for row in data["wrt"]] == [[3, 2], [2, 3], [1, 2]]


def test_the_page_has_the_numbers_of_the_page_of_numbers():
    some = network("bp-2-2-1")
    at = points(some, ("default", "eta=0.5"), ("eta",))[0].values
    page = Handout(some, form="matrix", point=at, update=True).written("text", "en")
    scalar = Handout(some, point=at, update=True).written("text", "en")
    goes = next(line for line in scalar.splitlines() if "E goes from" in line)
    assert goes in page
    assert "W^(1) = [w1, w3; w2, w4]" in page
    assert "∂E/∂f1 = w5 · ∂E/∂a3" in page


def test_a_quantity_is_asked_for_by_the_matrix_it_is_in():
    data = Handout(network("bp-2-3-2-1"), wrt=("w14", "w15", "w46"), form="matrix").data()
    assert [row["name"] for row in data["wrt"]] == ["W^(2)", "W^(3)"]


@pytest.mark.parametrize("to", ["latex", "markdown", "html", "typst", "beamer", "page", "python", "json", "text"])
def test_the_matrix_form_is_written_in_every_format(to):
    assert Handout(network("midges"), form="matrix").written(to, "zh")


@pytest.mark.parametrize("text", ["y = w*x\nE = (y - z)^2", "y = w1*x1 + w2*x2 + w1*w2\nE = (y - z)^2"])
def test_what_is_not_layered_says_so(text, capsys, monkeypatch):
    given = Declarations(inputs=("x", "x1", "x2"), targets=("z",))
    with pytest.raises(UsageError) as caught:
        _ = Handout(Network("mine", Bilingual("", ""), graph_from_text(text, given)), form="matrix").derivation
    assert caught.value.problems[0].code == "not-layered"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    with pytest.raises(SystemExit) as ended:
        main(["derive", "-", "--form", "matrix", "--lang", "en"])
    assert ended.value.code == 2
    assert "no matrix form" in capsys.readouterr().err


def test_the_matrix_form_of_numbers_through_the_command():
    ran = CliRunner().invoke(command, ["derive", "bp-2-2-1", "--form", "matrix", "--to", "json"])
    assert json.loads(ran.stdout)["proved"] is True
