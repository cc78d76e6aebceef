"""One backward sweep: paths = deltas = SymPy = central differences, on random graphs and on the deck's networks."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from strategies import FREE, graphs, points

from symnn.derivation.adjoint import adjoint_name, extended, resolve
from symnn.derivation.by_sympy import check_gradients, expanded_sympy
from symnn.derivation.deltas import deltas
from symnn.derivation.explicit import explicit
from symnn.derivation.matrices import derive_matrix
from symnn.derivation.paths import gradient, path_count, paths
from symnn.derivation.primes import carried_out
from symnn.derivation.sweep import derive
from symnn.derivation.updates import update
from symnn.errors import TargetError, UsageError
from symnn.expressions.tree import Call, Derivative, Name, Number, Power, Product
from symnn.expressions.writing import plain
from symnn.networks.catalogue import network
from symnn.networks.expansion import grid_of
from symnn.networks.graph import Graph
from symnn.networks.layers import mlp
from symnn.networks.models import Declarations, graph_from_text
from symnn.numeric.arithmetic import floats
from symnn.numeric.forward import forward
from symnn.numeric.interpreter import value


def numbers(graph: Graph, at: dict[str, float]) -> dict[str, float]:
    return forward(graph, at, floats())


@given(graphs(), points(), st.sampled_from(FREE))
def test_paths_and_deltas_are_what_sympy_finds(graph, at, wrt):
    """Three ways: the sum over paths, the adjoint equations, and SymPy on the expanded result."""
    of = graph.equations[-1].left
    derivation = derive(graph, of, (wrt,))
    values = numbers(graph, at)
    by_paths = value(gradient(derivation, wrt), values, floats(), graph.functions)
    adjoint = adjoint_name(of, wrt)
    larger = extended(graph, of)
    by_deltas = numbers(larger, at)[adjoint] if adjoint in larger.definitions else 0.0
    theirs = sympy.diff(expanded_sympy(graph, graph.definitions[of]), sympy.Symbol(wrt, real=True))
    exact = theirs.xreplace({symbol: sympy.Float(at[symbol.name], 30) for symbol in theirs.free_symbols})
    assert by_paths == pytest.approx(float(exact), rel=1e-6, abs=1e-6)
    assert by_deltas == pytest.approx(float(exact), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", ["neuron", "midges", "one-hidden-layer", "bp-2-2-1", "bp-2-3-2-1"])
def test_the_decks_gradients_are_confirmed_by_sympy(name):
    found = check_gradients(derive(network(name).graph))
    assert found.sympy
    assert found.max_error < 1e-20


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("bp-2-2-1", dict.fromkeys(("w1", "w2", "w3", "w4", "w5", "w6"), 1)),
        (
            "bp-2-3-2-1",
            dict.fromkeys(("w46", "w56", "w14", "w24", "w34", "w15", "w25", "w35"), 1)
            | dict.fromkeys(("w_x1_1", "w_x2_1", "w_x1_2", "w_x2_2", "w_x1_3", "w_x2_3"), 2),
        ),
    ],
)
def test_path_counts_are_those_of_the_slides(name, counts):
    derivation = derive(network(name).graph)
    assert {wrt: path_count(derivation, wrt) for wrt in derivation.wrt} == counts


@pytest.mark.parametrize(
    ("name", "wrt", "expected"),
    [
        ("bp-2-2-1", "w5", "2*(y - z)*y*(1 - y)*f1"),
        ("bp-2-2-1", "w1", "2*(y - z)*y*(1 - y)*w5*f1*(1 - f1)*x1"),
        ("bp-2-2-1", "w4", "2*(y - z)*y*(1 - y)*w6*f2*(1 - f2)*x2"),
        ("bp-2-3-2-1", "w46", "2*(y - z)*y*(1 - y)*y4"),
        ("bp-2-3-2-1", "w14", "2*(y - z)*y*(1 - y)*w46*y4*(1 - y4)*y1"),
        (
            "bp-2-3-2-1",
            "w_x1_1",
            (
                "2*(y - z)*y*(1 - y)*w46*y4*(1 - y4)*w14*y1*(1 - y1)*x1"
                " + 2*(y - z)*y*(1 - y)*w56*y5*(1 - y5)*w15*y1*(1 - y1)*x1"
            ),
        ),
    ],
)
def test_factors_stand_in_the_decks_order(name, wrt, expected):
    assert plain(gradient(derive(network(name).graph), wrt)) == expected


def test_the_chain_of_named_partials_is_the_slides():
    (path,) = paths(derive(network("bp-2-2-1").graph), "w1")
    assert [(factor.of, factor.wrt) for factor in path] == [
        ("E", "y"),
        ("y", "a3"),
        ("a3", "f1"),
        ("f1", "a1"),
        ("a1", "w1"),
    ]


def test_too_many_paths_are_counted_and_refused():
    derivation = derive(mlp([10, 10, 10, 10, 1]).graph)
    assert path_count(derivation, "w_x1_1") == 100
    with pytest.raises(UsageError, match="100"):
        paths(derivation, "w_x1_1", limit=99)


@pytest.mark.parametrize("formula", ["x^3", "1/(1 + x^2)", "x*sin(x)", "tanh(x)", "exp(-x^2)*x"])
def test_the_slope_of_every_entry_of_a_matrix_is_written_entry_by_entry(formula):
    """A product or power in f'(P) is no matrix product, square or not, and products inside P stay what they are."""
    graph = graph_from_text(
        f"f(x) = {formula}\nE = sum(f(W X))", Declarations(shapes={"W": (2, 2), "X": (2, 2)}, inputs=("X",))
    )
    slope = carried_out(Call("f", (Product((Name("W"), Name("X"))),), 1), graph.functions, graph.shapes)
    at = {"W[1,1]": 0.3, "W[1,2]": -0.8, "W[2,1]": 0.5, "W[2,2]": 1.1}
    at |= {"X[1,1]": 0.7, "X[1,2]": 0.2, "X[2,1]": -0.4, "X[2,2]": 0.9}
    found = [value(cell, at, floats(), graph.functions) for cell in grid_of(slope, graph.shapes).cells]
    for cell, entry in zip(found, grid_of(Product((Name("W"), Name("X"))), graph.shapes).cells, strict=True):
        u, h = value(entry, at, floats(), {}), 1e-6
        above, below = (value(Call("f", (Name("u"),)), {"u": u + step}, floats(), graph.functions) for step in (h, -h))
        assert cell == pytest.approx((above - below) / (2 * h), rel=1e-6)


def test_a_factor_is_named_only_where_it_is_the_whole_derivative():
    """E uses w itself and through y: what its equation gives is not ∂E/∂w."""
    derivation = derive(graph_from_text("y = w*x\nE = (y - z)^2 + c*w^2"), "E", ("w",))
    (through, _), (direct,) = paths(derivation, "w")
    assert [plain(part) for part in derivation.by_name(through)] == ["diff(E, y)"]
    assert [plain(part) for part in derivation.by_name(direct)] == ["c", "2", "w"]
    assert [derivation.is_whole(factor) for factor in derivation.uses["w"]] == [True, False]


def test_one_sweep_is_that_of_numbers_and_of_tensors():
    """A number is a tensor of shape (): the views of a network of numbers are one record's."""
    graph = network("bp-2-3-2-1").graph
    numbers_, tensors = derive(graph), derive_matrix(graph)
    assert tensors.path_counts == {name: numbers_.path_counts[name] for name in tensors.path_counts}
    assert set(tensors.downward) <= set(numbers_.downward)
    for name in graph.parameters:
        assert [use.of for use in tensors.uses[name]] == [use.of for use in numbers_.uses[name]]
        assert tensors.losses[name] == numbers_.losses[name] == "E"


def test_the_sweep_grows_with_the_edges_only():
    """Sixteen times the edges are sixteen times the terms: none is met twice, whatever the depth."""
    for sizes in ([16, 16, 16, 1], [64, 64, 64, 1], [4] * 40 + [1]):
        graph = mlp(sizes).graph
        swept = derive(graph)
        edges = len(graph.parameters)
        units = sum(sizes[1:])
        assert (
            sum(map(len, swept.uses.values())) == 2 * edges + units + 2
        )  # w and x of each product, a of f(a), y and z


def test_each_adjoint_is_used_by_name_once_per_use():
    formulas = {delta.wrt: plain(delta.formula) for delta in deltas(derive(network("bp-2-3-2-1").graph))}
    assert formulas["y1"] == "diff(E, e4)*w14 + diff(E, e5)*w15"
    assert formulas["w_x1_1"] == "diff(E, e1)*x1"


def test_a_quantity_that_does_not_matter_has_gradient_zero():
    graph = graph_from_text("a = w*x\nb = v*x\nE = a^2")
    derivation = derive(graph, "E", ("v",))
    assert path_count(derivation, "v") == 0
    assert plain(gradient(derivation, "v")) == "0"


def test_second_derivatives_are_a_second_call():
    graph = graph_from_text("a = w*x\nE = (a - z)^2")
    once = Derivative(Name("E"), Name("w"))
    tree, larger = resolve(Derivative(once, Name("w")), graph)
    values = numbers(larger, {"w": 0.3, "x": 1.7, "z": 0.9})
    assert values[tree.name] == pytest.approx(2 * 1.7**2)


@pytest.mark.parametrize(
    ("text", "point", "expected"),
    [
        (Derivative(Name("E"), Name("E")), {}, 1),
        (Derivative(Name("a"), Name("z")), {}, 0),
        (Derivative(Power(Name("a"), Number(2)), Name("w")), {}, 2 * 0.3 * 1.7 * 1.7),
        (Call("f", (Name("a"),), order=1), {}, 0.23442),
    ],
)
def test_derivatives_of_all_kinds_are_carried_out(text, point, expected):
    graph = graph_from_text("f(x) = 1/(1+exp(-x))\na = w*x\nE = (f(a) - z)^2")
    tree, larger = resolve(text, graph)
    values = numbers(larger, {"w": 0.3, "x": 1.7, "z": 0.9} | point)
    assert value(tree, values, floats(), graph.functions) == pytest.approx(expected, abs=5e-5)


def test_an_unknown_target_is_named():
    with pytest.raises(TargetError, match="w7"):
        derive(network("bp-2-2-1").graph, "E", ("w7",))


def test_the_update_rule_is_the_decks():
    assert plain(update("E", "w1").formula) == "w1 - eta*diff(E, w1)"


def test_a_model_may_name_a_derivative_and_go_on_from_it():
    """A gradient in the equations of a model is worked out, so that a second derivative is one more step."""
    graph = explicit(graph_from_text("y = w*x\nE = (y - z)^2\ng = diff(E, w)\nq = g^2"))
    at = {"w": 2.0, "x": 3.0, "z": 1.0}
    values = numbers(graph, at)
    assert (graph.result, values["g"]) == ("q", 2 * (2 * 3 - 1) * 3)
    second = gradient(derive(graph, "g", ("w",)), "w")
    assert value(second, values, floats(), graph.functions) == 2 * 3 * 3


def test_the_adjoints_stand_in_the_order_of_the_quantities():
    larger = extended(graph_from_text("y = w*x + v*u\nE = (y - z)^2"), "E")
    assert [name for name in larger.definitions if name.startswith("dE/")] == [
        "dE/dE", "dE/dy", "dE/dw", "dE/dx", "dE/dv", "dE/du", "dE/dz",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "agrees", "unchecked"),
    [
        ("y = floor(w*x)\nE = (y - z)^2", False, ("w", "x")),
        ("E = floor(w)*v + v^2", True, ("w",)),
        ("E = w*x/0", False, ("w", "x")),
        ("E = 0^w", False, ("w",)),
        ("E = max(w, 1/0)*v", False, ("w", "v")),
        ("E = sqrt(-1 - w^2)", False, ("w",)),
        ("E = (w*x)^(1/3) + (w*x)^(2/5)", True, ()),
        ("E = sqrt(w) + log(x)*w^x", True, ()),
        ("E = min(w, x)*sign(x) + max(w, x, 0)", True, ()),
    ],
)
def test_the_check_says_what_it_could_not_compare(text, agrees, unchecked):
    """A complex value, nan or what SymPy leaves as it is says neither that two ways agree nor that they differ."""
    graph = graph_from_text(text)
    wrt = tuple(name for name in graph.parameters if name != "z")
    found = check_gradients(derive(graph, "E", wrt))
    assert found.agrees
    assert (found.sympy, found.unchecked) == (agrees, unchecked)


def test_the_check_finds_a_wrong_derivative():
    graph = graph_from_text("E = sin(w)*w")
    right = derive(graph)
    (factor,) = right.uses["w"]
    wrong = replace(right, uses={**right.uses, "w": (replace(factor, parts=(Number(3), *factor.parts)),)})
    assert check_gradients(right).agrees
    assert not check_gradients(wrong).agrees
    assert not check_gradients(wrong).sympy


def test_what_an_equation_begins_with_has_an_adjoint_too():
    """A first state is 0 by an equation that no quantity is in: no path from a free quantity leads through it."""
    graph = graph_from_text("s = 0\nh = tanh(w*x + u*s)\nE = (h - z)^2")
    found, larger = resolve(Derivative(Name("E"), Name("s")), graph)
    assert found.name in larger.definitions
