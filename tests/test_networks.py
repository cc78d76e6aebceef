"""The catalogue's networks are the deck's; builders of any size use its names."""

from __future__ import annotations

import pytest

from symnn.derivation.paths import path_count
from symnn.derivation.sweep import derive
from symnn.errors import AuthorError, TargetError, UsageError
from symnn.expressions.tree import Name
from symnn.language.names import spelled, subscripted
from symnn.networks.catalogue import CATALOGUE, network
from symnn.networks.layers import mlp, neuron, one_hidden_layer
from symnn.networks.network_file import network_from_equations
from symnn.notation.tex import latex
from symnn.numeric.arithmetic import floats
from symnn.numeric.forward import forward


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_network_has_titles_source_and_values_for_all_it_needs(name):
    found = network(name)
    assert found.title.zh
    assert found.title.en
    assert found.source
    for point in found.points or [None]:
        given = dict(found.values) | dict(point.values if point else {})
        assert set(found.graph.free) <= set(given)


def test_midges_come_out_as_on_the_slide():
    found = network("midges")
    outputs = []
    for point in found.points:
        at = {name: float(v) for name, v in {**found.values, **point.values}.items()}
        outputs.append(round(forward(found.graph, at, floats())["y"], 4))
    assert outputs == [0.2831, 0.8638]


def test_the_one_hidden_layer_network_is_what_its_builder_makes():
    built = one_hidden_layer(2, 2, 2).graph
    shipped = network("one-hidden-layer").graph
    assert built.equations == shipped.equations
    assert {q.name: q.role for q in built.quantities.values()} == {q.name: q.role for q in shipped.quantities.values()}


@pytest.mark.parametrize(("n", "m", "outputs"), [(1, 1, 1), (3, 4, 2), (2, 12, 1)])
def test_one_hidden_layer_of_any_size_has_a_weight_for_every_pair_of_units(n, m, outputs):
    graph = one_hidden_layer(n, m, outputs).graph
    assert len(graph.parameters) == (n + 1) * m + (m + 1) * outputs


def test_a_built_2_3_2_1_network_has_the_decks_weights():
    assert set(mlp([2, 3, 2, 1]).graph.parameters) == set(network("bp-2-3-2-1").graph.parameters)


def test_large_networks_keep_indices_apart():
    graph = mlp([12, 12, 1]).graph
    assert {"w_x1_1", "w_1_13"} <= set(graph.quantities)
    assert (latex(Name("w_x1_1")), latex(Name("w_1_13"))) == ("w_{(x1)1}", "w_{1,13}")
    assert len(graph.parameters) == 12 * 12 + 12


@pytest.mark.parametrize(
    ("base", "indices", "spelling"),
    [
        ("w", ("4", "6"), "w_{46}"),
        ("w", ("x1", "1"), "w_{(x1)1}"),
        ("w", ("1", "11"), "w_{1,11}"),
        ("w", ("11", "1"), "w_{11,1}"),
        ("w", ("x10", "12"), "w_{(x10)12}"),
        ("omega", ("0", "3"), "omega_{03}"),
        ("a", ("12",), "a_{12}"),
        ("f", ("100",), "f_{100}"),
    ],
)
def test_builders_name_quantities_as_the_reader_does(base, indices, spelling):
    assert subscripted(base, *indices) == spelled(spelling)


def test_every_path_through_a_layered_network_is_counted():
    derivation = derive(mlp([2, 3, 4, 5, 1]).graph)
    assert path_count(derivation, "w_x1_1") == 4 * 5
    assert path_count(derivation, "x1") == 3 * 4 * 5


def test_biases_and_other_losses_on_request():
    graph = mlp([2, 2, 2], activation="tanh", loss="cross_entropy", bias=True).graph
    assert {"b1", "b2", "b3", "b4"} <= set(graph.parameters)
    assert graph.functions["f"].known == "tanh"


def test_a_neuron_adds_its_bias():
    assert neuron(2).graph.parameters == ("w0", "w1", "w2")


@pytest.mark.parametrize(
    "build",
    [
        lambda: mlp([2]),
        lambda: mlp([2, 0, 1]),
        lambda: mlp([2, 1], activation="sigmoit"),
        lambda: mlp([2, 1], loss="none"),
        lambda: neuron(0),
    ],
)
def test_impossible_sizes_and_names_are_refused(build):
    with pytest.raises(UsageError):
        build()


def test_an_unknown_network_comes_with_the_nearest_one():
    with pytest.raises(TargetError, match="did you mean 'bp-2-2-1'"):
        network("bp-2-21")


def test_a_broken_file_names_every_problem(tmp_path):
    file = tmp_path / "broken.yaml"
    file.write_text("symnn: 1\nnetwork: n\ntitle: {zh: 甲, en: A}\nvalues: {q: 1}\nequations: |\n  a = w*x\n")
    with pytest.raises(AuthorError, match="q"):
        network(file)


@pytest.mark.parametrize(
    ("equations", "biases"),
    [
        ("y = w*x + b", {"b"}),
        ("y = tanh(w*x + b)", {"b"}),
        ("y = sigmoid(tanh(w*x - c))", {"c"}),
        ("y = tanh(a + b)", set()),
        ("y = w*tanh(x)", set()),
        ("y = max(w*x + b, 0)", set()),
    ],
)
def test_a_bias_stands_alone_in_the_weighted_sum_of_a_unit(equations, biases):
    assert network_from_equations(equations).graph.biases == biases
