"""The tensor networks of the deck: slide numbers, both forms of every gradient, compiled code, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from tensor_graphs import both_forms, graph_of, point_of

from symnn.cli import symnn as cli
from symnn.derivation.deltas import deltas
from symnn.derivation.matrices import derive_matrix
from symnn.derivation.output_error import with_output_error
from symnn.derivation.paths import path_count, paths
from symnn.derivation.stationary import best_discriminator, value_at_equilibrium
from symnn.derivation.sweep import derive
from symnn.equality.subject import Subject
from symnn.errors import GraphError, Problem, ShapeError, UsageError
from symnn.expressions.tree import Derivative, Name
from symnn.expressions.writing import plain
from symnn.handouts.matrix_json import matrix_data
from symnn.language.limits import ANSWER, AUTHOR
from symnn.networks.catalogue import network
from symnn.networks.declarations import Declarations
from symnn.networks.filing import file_yaml
from symnn.networks.formula import formula
from symnn.networks.models import graph_from_text
from symnn.networks.tensor_builders import birnn, cnn, deep_rnn, gan, rnn
from symnn.networks.values import collected
from symnn.networks.vectorised import vectorised
from symnn.numeric.arithmetic import floats
from symnn.numeric.compile import compiled
from symnn.numeric.duel import Duel, Round
from symnn.numeric.forward import forward
from symnn.numeric.gradient import backward
from symnn.questions.comparing import ComparedRow, Comparer

TENSORS = ("conv-3x3", "cnn-x", "cnn", "rnn", "birnn", "deep-rnn", "gan", "one-hidden-layer-matrix")
STEP = 1e-6


def evaluated(name, *options):
    result = CliRunner().invoke(cli, ["eval", name, *options, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)["values"]


def test_the_recurrent_slide():
    values = evaluated("rnn")
    assert [values[f"h_{t}"] for t in (1, 2, 3)] == [[4, 4], [12, 12], [32, 32]]


def test_the_first_map_is_the_decks():
    values = evaluated("cnn-x", "--exact")
    assert values["c_1"][0] == ["7/9", "-1/9", "1/9", "1/3", "5/9", "-1/9", "1/3"]
    assert values["r_1"][0] == ["7/9", "0", "1/9", "1/3", "5/9", "0", "1/3"]
    assert values["p_1"] == [
        ["1", "1/3", "5/9", "1/3"],
        ["1/3", "1", "1/3", "5/9"],
        ["5/9", "1/3", "1", "1/9"],
        ["1/3", "5/9", "1/9", "7/9"],
    ]
    cut = evaluated("cnn-x", "--decimals", "2", "--cut")["c_1"][0]
    assert cut == ["0.77", "-0.11", "0.11", "0.33", "0.55", "-0.11", "0.33"]


def test_the_kernel_of_the_deck_in_the_order_of_the_deck():
    (right,) = [e.right for e in network("conv-3x3").graph.entrywise.equations if e.left == "S"]
    assert plain(right) == ("-I[x-1,y-1] - 2*I[x-1,y] - I[x-1,y+1] + I[x+1,y-1] + 2*I[x+1,y] + I[x+1,y+1]")


def test_the_nested_formula_of_the_deck():
    assert plain(formula(network("rnn").graph, "h_3")) == "g(V*f(U*x_3 + W*f(U*x_2 + W*f(U*x_1))))"


@pytest.mark.parametrize("name", TENSORS)
def test_the_matrix_form_is_the_entrywise_form(name):
    theirs, ours = both_forms(network(name).graph, seed=3)
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)


PROVED = {name: network(name).graph for name in TENSORS} | {
    "rnn 3 steps": rnn(2, 3, 2, 3).graph,
    "rnn 1 step": rnn(1, 2, 1, 1).graph,
    "birnn 2 steps": birnn(2, 1, 2, 2).graph,
    "deep-rnn 3 layers": deep_rnn(3, 2, 2, 1, 1).graph,
    "cnn 5x4": cnn((5, 4), 1, 2, kernel=2, classes=3).graph,
    "gan 3 samples": gan(3, 2).graph,
}


def with_the_largest_apart(names):
    """Leave the image of the slides, with all its pixels, to the slow sweep."""
    return [pytest.param(name, marks=[pytest.mark.slow] if name == "cnn-x" else []) for name in names]


@pytest.mark.parametrize("name", with_the_largest_apart(PROVED))
def test_the_matrix_form_is_proved_to_be_the_derivative(name):
    """By fingerprint, not at a point: each printed gradient, read back as text, against the expanded graph's."""
    graph, of = with_output_error(PROVED[name])
    derivation = derive_matrix(graph, of)
    subject = Subject.of_network(graph)
    for row in matrix_data(derivation)["wrt"]:
        answer = subject.read(row["gradient"], limits=AUTHOR)
        assert not isinstance(answer, Problem), (row, answer)
        found = subject.compare(answer.tree, Derivative(Name(of), Name(row["name"])))
        assert found.equal is True, (row, found)


@pytest.mark.parametrize("form", ["matrix", "deltas", "paths"])
@pytest.mark.parametrize(
    "name", ["one-hidden-layer-matrix", "rnn", "birnn", "deep-rnn", "gan", "conv-3x3", "bp-2-3-2-1"]
)
def test_what_derive_prints_is_read_back_by_compare(name, form, tmp_path):
    """Every form of every gradient, through the two command lines' own readers.

    What is said of the layers of a network of numbers is about the network in vectors and matrices.
    """
    shown = CliRunner().invoke(cli, ["derive", name, "--form", form, "--to", "json"])
    assert shown.exit_code == 0, shown.output
    printed, comparer = json.loads(shown.output), Comparer()
    about = name
    if form == "matrix" and not network(name).graph.shapes:
        about = str(tmp_path / "layers.yaml")
        Path(about).write_text(file_yaml(vectorised(network(name)).network), encoding="utf-8")
    for row in printed["wrt"][:4]:
        asked = f"diff({row.get('of', printed['of'])}, {row['name']})"
        found = comparer.row(ComparedRow(asked, row["gradient"], network=about))
        if len(row["gradient"]) > ANSWER.characters:  # every path of a deep network: longer than any answer may be
            assert found.problem.code == "too-large"
        else:
            assert found.judgement.equal is True, (row, found)


@pytest.mark.parametrize("name", with_the_largest_apart(TENSORS))
def test_every_gradient_is_the_central_difference(name):
    graph, of = with_output_error(network(name).graph)
    point = point_of(graph, seed=5)
    m = floats(graph.conventions)
    scalar = derive(graph, of)
    errors = backward(scalar, forward(graph.entrywise, point, m), m)
    for wrt in scalar.wrt:
        above, below = (forward(graph.entrywise, point | {wrt: point[wrt] + step}, m)[of] for step in (STEP, -STEP))
        assert errors[wrt] == pytest.approx((above - below) / (2 * STEP), rel=1e-6, abs=1e-7), wrt


@pytest.mark.parametrize("name", TENSORS)
@pytest.mark.parametrize("given", ["once", "inputs", "all"])
def test_compiled_numpy_is_the_interpreter(name, given):
    graph, of = with_output_error(network(name).graph)
    inputs = graph.listed("input", "target")
    batched = {"once": (), "inputs": inputs, "all": graph.free}[given]
    rng = np.random.default_rng(1)
    at = {q: rng.normal(size=((2,) if q in batched else ()) + graph.shapes.get(q, ())) for q in graph.free}
    values, gradients = compiled(graph, of)(at)
    m = floats(graph.conventions)
    scalar, summed = derive(graph, of), {}
    for sample in range(2 if batched else 1):
        from symnn.networks.values import split

        point = split({q: (a[sample] if q in batched else a).tolist() for q, a in at.items()}, graph)
        found = forward(graph.entrywise, point, m)
        errors = backward(scalar, found, m)
        value = values[of][sample] if np.ndim(values[of]) else values[of]
        assert value == pytest.approx(found[of])
        for wrt, error in collected({w: errors[w] for w in scalar.wrt}, graph).items():
            if wrt in batched:
                assert np.allclose(gradients[wrt][sample], error)
            else:
                summed[wrt] = summed.get(wrt, 0) + np.array(error)
    for wrt, error in summed.items():
        assert np.allclose(gradients[wrt], error), wrt


def test_a_hundred_steps_are_derived_and_their_paths_only_counted():
    graph, of = with_output_error(rnn(100, 8, 8, 8).graph)
    scalar = derive(graph, of)
    assert len(deltas(scalar)) > 800
    assert path_count(scalar, "W[1,1]") > 10**80
    with pytest.raises(UsageError, match="more than 1000"):
        paths(scalar, "W[1,1]")


@pytest.mark.parametrize("built", [rnn(2), birnn(2), deep_rnn(3, 2, 3, 2, 1), gan(2, 3), cnn((6, 6), 2, 3, classes=3)])
def test_builders_of_any_size(built):
    theirs, ours = both_forms(built.graph, seed=2)
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_shared_weights_are_sums_over_their_uses():
    graph, of = with_output_error(network("rnn").graph)
    derivation = derive_matrix(graph, of)
    assert [term.user for term in derivation.error_of("W").terms] == ["s_1", "s_2", "s_3"]
    assert plain(derivation.error_of("V").formula) == "delta_h_3*transpose(s_3)"


SHAPES = {"W": (2, 3), "x": (2,), "A": (4, 4), "K": (5, 5)}


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("y = W x", ShapeError, "W is 2x3 and x is 2; the product fits if the left factor is transposed"),
        ("y = A + W", ShapeError, "A is 4x4 and W is 2x3"),
        ("y = x x", ShapeError, "write x ⊙ x"),
        ("y = conv(A, K)", ShapeError, "the kernel K is 5x5, larger than the image A, 4x4"),
        ("y = A^2", ShapeError, "write A A or A ⊙ A"),
        ("y = squared_error(x, A)", ShapeError, "a loss compares two vectors of one shape"),
        ("y = max_pool(A, 5)", ShapeError, "window 5x5 is larger"),
    ],
)
def test_a_shape_that_does_not_fit_is_named_with_both_shapes_and_the_fix(text, kind, said):
    with pytest.raises(kind) as refused:
        graph_of(text, SHAPES)
    assert said in str(refused.value)
    assert refused.value.problems[0].place.line == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("s_t = W s_{t-1}", "add a line s_0 = 0"),
        ("s_0 = 0\ns_t = W s_{t-1} + x_{t+1}", "t runs over 1..3 and not to 4"),
        ("s_0 = 0\ns_t = W s_{t-1}\ny = s_t", "the index t stands on the right but not on the left"),
        ("s_0 = 0\ns_t = W s_{t-1}\ns_t = x_t", "defined twice"),
    ],
)
def test_an_index_that_cannot_be_is_named_with_the_fix(text, said):
    given = Declarations(
        shapes={"W": (2, 2), "x_t": (2,), "s_t": (2,)}, index={"t": (1, 3)}, inputs=("x_t",), parameters=("W",)
    )
    with pytest.raises(GraphError) as refused:
        graph_from_text(text, given)
    assert said in str(refused.value) or refused.value.problems[0].code == "defined-twice"


def test_the_best_discriminator_and_the_value_of_the_game():
    best = best_discriminator()
    assert (plain(best.point), best.kind) == ("p_data/(p_data + p_g)", "maximum")
    assert plain(value_at_equilibrium()["V"]) == "-log(4)"


def test_adversaries_train_in_turn():
    found = network("gan")
    rounds = list(Duel(found.graph, found.players, found.values).rounds(0.1, 100))
    first, last = rounds[0], rounds[-2]
    assert isinstance(last, Round)
    assert rounds[-1].why == "steps"
    assert set(first.losses) == {"D", "G"}
    assert abs(last.parameters["m"] - 2.25) < abs(first.parameters["m"] - 2.25) / 4


@pytest.mark.parametrize("name", TENSORS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_tensor_network_has_a_document(name, lang):
    result = CliRunner().invoke(cli, ["derive", name, "--to", "latex", "--lang", lang, "--update"])
    assert result.exit_code == 0, result.output
    assert r"\documentclass" in result.output


def test_the_matrix_form_as_data():
    result = CliRunner().invoke(cli, ["derive", "one-hidden-layer-matrix", "--to", "json", "--check"])
    data = json.loads(result.output)
    assert data["check"]["sympy"] is True
    gradient = {one["name"]: one for one in data["wrt"]}["W2"]
    assert gradient["shape"] == [2, 3]
    assert gradient["gradient"] == "diff(E, a2)*transpose(h)"


ENTRIES = """
a = W_{12} x_1 + W[2,1]*x[2] + K_{3,3}
b = W x
E = (a - z)^2 + sum(b)
"""
ENTRY_SHAPES = {"W": (2, 2), "x": (2,), "K": (3, 3)}


def test_entries_of_a_declared_tensor_in_an_equation():
    graph = graph_of(ENTRIES, ENTRY_SHAPES, inputs=("x",), targets=("z",), parameters=("W", "K"))
    assert graph.parameters == ("W", "K")
    assert plain(graph.entrywise.definitions["a"]) == "W[1,2]*x[1] + W[2,1]*x[2] + K[3,3]"
    theirs, ours = both_forms(graph, seed=3)
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)
    subject = Subject.of_network(graph)
    mine = subject.read("[x_1, 2*(a - z)*x_1 + x_2; 2*(a - z)*x_2 + x_1, x_2]").tree
    assert subject.compare(mine, Derivative(Name("E"), Name("W"))).equal is True


@pytest.mark.parametrize("entry", ["W_{13}", "W[3,1]", "W[0,1]", "x_3", "x[1,1]"])
def test_an_entry_outside_its_range_is_named_with_the_shape(entry):
    with pytest.raises(GraphError) as refused:
        graph_of(f"a = {entry} * 2", ENTRY_SHAPES)
    problem = refused.value.problems[0]
    assert problem.code == "index"
    assert problem.facts["shape"] in ("2x2", "2")
    assert problem.place is not None
