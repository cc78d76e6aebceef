"""Gradient descent follows its rule, stops where it should, and reads tables of samples."""

from __future__ import annotations

from itertools import pairwise

import pytest

from symnn.errors import OperatorError, UsageError
from symnn.networks.catalogue import network
from symnn.networks.conventions import Conventions
from symnn.networks.declarations import Declarations
from symnn.networks.models import graph_from_text
from symnn.numeric.points import points
from symnn.numeric.samples import samples
from symnn.numeric.training import Done, Iteration, training

GRAPH = graph_from_text(
    "a = w*x + b\nE = (a - z)^2", Declarations(parameters=("w", "b"), inputs=("x",), targets=("z",))
)
START = {"w": 0.5, "b": 0.0}


def descent(at, table=None, graph=GRAPH, **options):
    return list(training(graph, at, table or {}).iterations(**{"rate": 0.1, **options}))


def test_each_line_is_the_one_before_minus_eta_times_its_gradient():
    *lines, done = descent({**START, "x": 2.0, "z": 3.0}, steps=5, until=0)
    assert [line.k for line in lines] == [0, 1, 2, 3, 4, 5]
    assert done == Done("steps")
    for before, after in pairwise(lines):
        for name, weight in after.parameters.items():
            assert weight == before.parameters[name] - 0.1 * before.gradient[name]
    assert lines[0] == Iteration(0, 4.0, START, {"w": -8.0, "b": -4.0})


def test_it_stops_when_the_loss_is_below_the_bound():
    *lines, done = descent({**START, "x": 1.0, "z": 3.0}, until=1e-3)
    assert done == Done("until")
    assert lines[-1].loss < 1e-3 <= lines[-2].loss
    assert descent({**START, "x": 1.0, "z": 0.5}, until=1e-3)[1:] == [Done("until")]


def test_divergence_is_noticed():
    *lines, done = descent({**START, "x": 100.0, "z": 3.0}, steps=1000)
    assert done == Done("diverged")
    assert len(lines) < 200


@pytest.mark.parametrize(("reduction", "share"), [("sum", 1.0), ("mean", 0.5)])
def test_a_table_adds_up_or_is_averaged_as_declared(reduction, share):
    conventions = Conventions(reduction=reduction)
    declared = Declarations(parameters=("w", "b"), inputs=("x",), targets=("z",), conventions=conventions)
    graph = graph_from_text("a = w*x + b\nE = (a - z)^2", declared)
    table = {"x": [1.0, 2.0], "z": [1.0, 3.0]}
    line = descent(START, table, graph, steps=0)[0]
    alone = [descent({**START, "x": x, "z": z}, steps=0)[0] for x, z in zip(*table.values(), strict=True)]
    assert line.loss == pytest.approx(share * sum(one.loss for one in alone))
    for name in START:
        assert line.gradient[name] == pytest.approx(share * sum(one.gradient[name] for one in alone))


def test_the_lectures_network_learns():
    found = network("bp-2-2-1")
    (point,) = points(found, ["z=0.8"])
    lines = descent(
        {name: float(value) for name, value in point.values.items()}, graph=found.graph, rate=0.5, until=1e-4
    )
    losses = [line.loss for line in lines[:-1]]
    assert lines[-1] == Done("until")
    assert losses == sorted(losses, reverse=True)


def test_what_is_a_column_is_not_learnt():
    graph = graph_from_text("a = w*x\nE = (a - z)^2")
    lines = descent({"w": 0.0}, {"x": [1.0], "z": [1.0]}, graph, steps=1)
    assert lines[0].parameters == {"w": 0.0}
    with pytest.raises(UsageError) as error:
        training(graph, {}, {"w": [1.0], "x": [1.0], "z": [1.0]})
    assert error.value.problems[0].code == "nothing-to-learn"


def test_missing_values_are_named():
    with pytest.raises(UsageError) as error:
        training(GRAPH, {"w": 1.0}, {"x": [1.0]})
    assert set(error.value.problems[0].facts["names"]) == {"b", "z"}


@pytest.mark.parametrize(
    "text", ["x_1,z\n1,2\n3.5,-4\n", "\ufeffx1;z\r\n1;2\r\n\r\n3.5;-4\r\n", "x_{1}\tz\n1\t2\n7/2\t-4e0"]
)
def test_tables_in_any_usual_form(tmp_path, text):
    file = tmp_path / "t.csv"
    file.write_text(text, encoding="utf-8", newline="")
    graph = graph_from_text("E = (x_1 - z)^2")
    assert samples(file, graph) == {"x1": [1.0, 3.5], "z": [2.0, -4.0]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x,q\n1,2\n", [("unknown-quantity", 1)]),
        ("x,x\n1,2\n", [("given-twice", 1)]),
        ("x,a\n1,2\n", [("computed-quantity", 1)]),
        ("x,z\n1\n2,b\n3,4\n", [("row-length", 2), ("not-a-number", 3)]),
        ("x,z\n", [("no-samples", 1)]),
        ("", [("no-samples", 1)]),
        ("x,z\n1,=2+3\n", [("not-a-number", 2)]),
    ],
)
def test_every_problem_of_a_table_has_its_line(tmp_path, text, found):
    file = tmp_path / "t.csv"
    file.write_text(text)
    with pytest.raises(OperatorError) as error:
        samples(file, GRAPH)
    assert [(problem.code, problem.place.line) for problem in error.value.problems] == found
