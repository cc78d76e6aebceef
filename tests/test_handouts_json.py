"""``derive --to json``: the contract's shape, formulas that read back, numbers that agree."""

from __future__ import annotations

import json
import math

import pytest

from symnn.derivation.adjoint import resolve
from symnn.derivation.by_sympy import check_gradients
from symnn.derivation.sweep import derive
from symnn.errors import Problem
from symnn.handouts.derivation import View
from symnn.handouts.json import derivation_data
from symnn.handouts.network_page import network_data
from symnn.handouts.shown_numbers import numbers_at
from symnn.language.limits import AUTHOR
from symnn.language.reading import read
from symnn.networks.catalogue import network
from symnn.networks.declarations import Declarations
from symnn.networks.models import graph_from_text
from symnn.numeric.arithmetic import floats
from symnn.numeric.forward import forward
from symnn.numeric.interpreter import value


def data(name, form, *wrt, **shown):
    found = network(name)
    derivation = derive(found.graph, None, wrt or None)
    numbers = numbers_at(derivation, {**found.values, "eta": 0.5})
    return found, json.loads(
        json.dumps(derivation_data(derivation, View(form, numbers=numbers, **shown)), allow_nan=False)
    )


def worth(text, graph, at):
    """Evaluate a formula of the JSON, read as ``compare --network`` reads it."""
    reading = read(text, graph.scope, limits=AUTHOR)
    assert not isinstance(reading, Problem), (text, reading)
    tree, larger = resolve(reading.tree, graph)
    return value(tree, forward(larger, at, floats()), floats(), larger.functions)


@pytest.mark.parametrize("name", ["bp-2-2-1", "bp-2-3-2-1", "one-hidden-layer"])
@pytest.mark.parametrize("form", ["paths", "deltas"])
def test_every_formula_reads_back_to_its_number(name, form):
    found, shown = data(name, form)
    graph = found.graph
    at = {key: float(number) for key, number in found.values.items()}
    pairs = [(each["gradient"], each["number"]) for each in shown["wrt"]]
    pairs += [(each["formula"], each["number"]) for each in shown.get("deltas", ())]
    pairs += [(each["equation"].partition(" = ")[2], each["number"]) for each in shown["forward"]]
    pairs += [(f["value"], f["number"]) for each in shown["wrt"] for path in each.get("paths", ()) for f in path]
    for text, number in pairs:
        assert math.isclose(worth(text, graph, at), number, rel_tol=1e-9, abs_tol=1e-12), text


def test_the_paths_form_has_the_contracts_shape():
    found, shown = data("bp-2-3-2-1", "paths", "w_x1_1", update=True)
    assert list(shown) == ["of", "form", "wrt", "forward", "update", "conventions"]
    (derivative,) = shown["wrt"]
    assert derivative.keys() == {"name", "gradient", "path_count", "paths", "number"}
    assert derivative["path_count"] == len(derivative["paths"]) == 2
    assert [factor["factor"] for factor in derivative["paths"][0]] == [
        "dE/dy",
        "dy/de6",
        "de6/dy4",
        "dy4/de4",
        "de4/dy1",
        "dy1/de1",
        "de1/dw_x1_1",
    ]
    assert [factor["value"] for factor in derivative["paths"][0]] == [
        "2*(y - z)",
        "y*(1 - y)",
        "w46",
        "y4*(1 - y4)",
        "w14",
        "y1*(1 - y1)",
        "x1",
    ]
    products = [math.prod(factor["number"] for factor in path) for path in derivative["paths"]]
    assert math.isclose(math.fsum(products), derivative["number"], rel_tol=1e-12)
    (update,) = shown["update"]
    step = float(found.values["w_x1_1"]) - 0.5 * derivative["number"]
    assert math.isclose(update["number"], step, rel_tol=1e-12)


def test_the_deltas_form_has_the_contracts_shape():
    derivation = derive(network("bp-2-2-1").graph)
    shown = derivation_data(derivation, View(check=check_gradients(derivation)))
    assert list(shown) == ["of", "form", "wrt", "deltas", "forward", "check", "conventions"]
    assert shown["wrt"][0].keys() == {"name", "gradient", "path_count"}
    assert [each["name"] for each in shown["deltas"]] == [
        "dE/dy",
        "dE/da3",
        "dE/df2",
        "dE/df1",
        "dE/da2",
        "dE/da1",
    ]
    assert shown["deltas"][0] == {"name": "dE/dy", "of": "E", "wrt": "y", "formula": "2*(y - z)"}
    assert shown["check"]["sympy"] is True
    assert shown["conventions"] == {
        "relu_at_zero": 0,
        "ties": "first",
        "reduction": "sum",
        "kernel": "unflipped",
        "pooling": "keep-edge",
    }


def test_numbers_that_are_none_become_words():
    derivation = derive(graph_from_text("a = exp(w)\nE = a^2"))
    shown = derivation_data(derivation, View(numbers=numbers_at(derivation, {"w": 1000})))
    assert shown["forward"][0]["number"] == "inf"
    json.dumps(shown, allow_nan=False)


def test_a_network_as_data_has_exact_values():
    shown = network_data(network("midges"))
    assert [point["values"]["x1"] for point in shown["points"]] == [1.72, 2.0]
    assert shown["equations"][-1] == {"name": "E", "equation": "E = (y - z)^2"}


def test_quantities_that_operations_bring_in_are_called_what_they_are():
    text = "a = mean(x)\nn = normalize(W x)\nm = center(W x)\nE = squared_norm(n - a) + sum(m^3)"
    graph = graph_from_text(text, Declarations(shapes={"W": (2, 2), "x": (2,)}))
    derivation = derive(graph, "E", ("x[1]",))
    rows = derivation_data(derivation, View("paths"))["forward"]
    assert [row["name"] for row in rows if "(" in row["name"]] == ["mean(W*x)", "std(W*x)"]  # once, for both uses
    for row in rows:
        left, right = row["equation"].split(" = ", 1)
        assert not isinstance(read(left, graph.scope, limits=AUTHOR), Problem), row
        assert not isinstance(read(right, graph.scope, limits=AUTHOR), Problem), row
