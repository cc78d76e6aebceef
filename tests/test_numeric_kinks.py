"""At kinks one convention holds everywhere: compiled code gives what the interpreter gives, in a batch too."""

from __future__ import annotations

import numpy as np
import pytest
from gates import entries
from hypothesis import given, settings
from hypothesis import strategies as st
from tensor_graphs import graph_of

from symnn.derivation.sweep import derive
from symnn.networks.layers import mlp
from symnn.networks.models import graph_from_text
from symnn.networks.values import collected
from symnn.numeric.compile import compiled
from symnn.numeric.directions import both_sides
from symnn.numeric.evaluation import evaluated
from symnn.numeric.one_sided import one_sided
from symnn.numeric.tracing import as_exact
from symnn.ops.table import OF_NUMBERS

NAMES = ("x", "y", "w")
KINKED = (
    "relu({0})",
    "relu(-{0})",
    "abs({0})",
    "max({0}, {1})",
    "min({0}, -{1})",
    "leaky_relu({0})",
    "max({0}, {1}, 0)",
)


@st.composite
def kinked(draw):
    """Draw sums and products of what has kinks at small whole numbers, some inside others."""
    known, lines = list(NAMES), []
    for count in range(draw(st.integers(1, 3))):
        terms = []
        for _ in range(draw(st.integers(1, 3))):
            inside = (draw(st.sampled_from(known)) for _ in range(2))
            sign, factor = draw(st.sampled_from("+-")), draw(st.sampled_from(("1", "2", *known)))
            terms.append(f"{sign} {factor}*{draw(st.sampled_from(KINKED)).format(*inside)}")
        lines.append(f"q{count} = 0*x {' '.join(terms)}")
        known.append(f"q{count}")
    return graph_from_text("\n".join([*lines, f"E = {' + '.join(known)}"]))


def interpreted(graph, at, wrt):
    """Give the gradient by the interpreter."""
    found = evaluated(graph, entries(graph, at), "floats", derive(graph.entrywise, graph.result, wrt))
    return found.gradient


@settings(deadline=None, max_examples=20)
@given(kinked(), st.lists(st.tuples(*(st.sampled_from((-1.0, 0.0, 1.0)) for _ in NAMES)), min_size=2, max_size=3))
def test_compiled_code_has_the_slopes_of_the_interpreter(graph, points):
    step = compiled(graph, "E", NAMES)
    each = [dict(zip(NAMES, point, strict=True)) for point in points]
    expected = [interpreted(graph, at, NAMES) for at in each]
    for at, slopes in zip(each, expected, strict=True):
        assert step(at)[1] == pytest.approx(slopes)
    batch = {name: np.array([at[name] for at in each]) for name in NAMES}
    for name, found in step(batch)[1].items():
        assert found == pytest.approx(np.array([slopes[name] for slopes in expected]))
    once = batch | {"w": each[0]["w"]}
    summed = sum(interpreted(graph, at | {"w": once["w"]}, NAMES)["w"] for at in each)
    assert step(once)[1]["w"] == pytest.approx(summed)


@settings(deadline=None)
@given(kinked(), st.tuples(*(st.sampled_from((-1.0, 0.0, 0.5)) for _ in NAMES)))
def test_slopes_in_directions_are_the_limits_of_difference_quotients(graph, point):
    at = dict(zip(NAMES, point, strict=True))
    limits = one_sided(graph, {name: as_exact(value) for name, value in at.items()}, "E", NAMES)
    table = both_sides(graph, at, "E", NAMES)[0]
    for row, name in zip(table, NAMES, strict=True):
        assert row.tolist() == pytest.approx([float(limits[name].left), float(limits[name].right)])


@pytest.mark.parametrize("size", [1, 4])
def test_a_layer_of_dead_units_in_every_way_of_running_it(size):
    """Dense layers are packed into matrices from some size on."""
    graph = mlp([2 * size, 3 * size, 1], activation="relu").graph
    at = {name: float(len(name) * ord(name[-1]) % 3 - 1) if name.startswith("w") else 0.0 for name in graph.free}
    expected = interpreted(graph, at, graph.parameters)
    step = compiled(graph)
    assert step(at)[1] == pytest.approx(expected)
    assert dict(step(step.pack(at))[1]) == pytest.approx(expected)
    batch = at | {name: np.zeros(3) for name in graph.listed("input", "target")}
    assert dict(step(batch)[1]) == pytest.approx({name: 3 * slope for name, slope in expected.items()})


def test_ties_of_pooling_that_meet():
    shapes = {"X": (2, 4), "k": ()}
    graph = graph_of(
        "P = max_pool(k*X, 2, 2)\nE = part(flatten(P), 1, 1) - part(flatten(P), 2, 2)", shapes, inputs=("X",)
    )
    at = {"X": np.array([[1.0, 3.0, 3.0, 1.0], [0.0, 2.0, 1.0, 0.0]]), "k": 0.0}
    expected = collected(interpreted(graph, at, ("k",)), graph)
    assert compiled(graph, "E", ("k",))(at)[1]["k"] == pytest.approx(expected["k"])


@pytest.mark.parametrize("name", sorted(name for name, one in OF_NUMBERS.items() if one.arity[0] == 1))
def test_every_function_has_its_slopes_in_directions(name):
    graph = graph_from_text(f"E = {name}(x)")
    for place in (1.3, 1.7) if name == "acosh" else (0.3, 0.7):
        expected = evaluated(graph, {"x": place}, "floats", derive(graph, "E", ("x",))).gradient["x"]
        assert both_sides(graph, {"x": place}, "E", ("x",))[0].tolist() == [pytest.approx([expected, expected])]
