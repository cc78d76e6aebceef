"""The truth gate of compiled code on networks that we did not make, and on networks that Hypothesis makes."""

from __future__ import annotations

import re

import numpy as np
import pytest
from foreign import FOREIGN
from gates import at_a_point, drawn, entries, in_a_batch
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import graphs, tensor_graphs
from tensor_graphs import graph_of
from wired import SHAPES, WIRED

from symnn.numeric.compile import compiled
from symnn.numeric.one_sided import one_sided
from symnn.numeric.tracing import as_exact


@pytest.mark.parametrize("name", FOREIGN)
def test_networks_of_other_courses(name):
    shapes, text, each = FOREIGN[name]
    graph = graph_of(text, shapes, inputs=each)
    at_a_point(graph, drawn(graph, positive=graph.free))
    for batch in (each, each[:1], graph.parameters[:1], graph.free):
        in_a_batch(graph, drawn(graph, positive=graph.free, batch=batch), tuple(batch))


def check(graph, data):
    at = drawn(graph, seed=data.draw(st.integers(0, 99)))
    at_a_point(graph, at)
    batch = data.draw(st.sets(st.sampled_from(graph.free), min_size=1))
    in_a_batch(graph, at | {k: v for k, v in drawn(graph, 1, batch=batch).items() if k in batch}, tuple(batch))


@given(tensor_graphs(), st.data())
def test_networks_of_tensors_that_hypothesis_makes(graph, data):
    check(graph, data)


@given(graphs(), st.data())
def test_networks_of_numbers_that_hypothesis_makes(graph, data):
    check(graph, data)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [tensor_graphs, graphs], ids=["tensors", "numbers"])
@settings(max_examples=300)
@given(data=st.data())
def test_many_networks_that_hypothesis_makes(kind, data):
    check(data.draw(kind()), data)


@pytest.mark.parametrize("right", ["r (r v u) v", "r (r v u) (r v u) + v", "(r (r u v)) S (r v u)"])
def test_a_number_made_of_a_product_inside_a_product(right):
    shapes = {"r": (1, 2), "v": (2,), "u": (2,), "S": (2, 2)}
    graph = graph_of(f"q = {right}\nE = sum(q ⊙ q)", {name: one for name, one in shapes.items() if name in right})
    at_a_point(graph, {})
    in_a_batch(graph, {}, ("v",))


def wired(text):
    """Give a network of `WIRED`; what is not computed is given."""
    names = set(re.findall(r"\w+", text)) - {line.split(" = ")[0].strip() for line in text.split(";")}
    return graph_of(text.replace(" ; ", "\n"), {name: SHAPES[name] for name in SHAPES if name in names})


@pytest.mark.slow
@pytest.mark.parametrize("text", WIRED)
def test_equations_wired_in_any_way(text):
    graph = wired(text)
    at_a_point(graph, drawn(graph, 7, positive=("d",)))
    for batch in (graph.free[:1], graph.free[-1:], graph.free):
        in_a_batch(graph, drawn(graph, 8, positive=("d",), batch=batch), batch)


@pytest.mark.slow
@pytest.mark.parametrize("finely", [1, 2], ids=["whole numbers", "halves"])
@pytest.mark.parametrize("text", WIRED)
def test_slopes_at_kinks_and_ties_lie_between_those_of_the_sides(text, finely):
    graph = wired(text)
    at = {name: np.round(value * finely) / finely + 0.0 for name, value in drawn(graph, 7).items()}
    point = entries(graph, at)
    sides = one_sided(graph.entrywise, {name: as_exact(number) for name, number in point.items()}, "E", tuple(point))
    _, gradients = compiled(graph, "E", graph.free)(at)
    for name, slope in entries(graph, gradients).items():
        ends = [float(one) for one in (sides[name].left, sides[name].right) if one is not None]
        if ends and np.isfinite(ends).all():
            room = 1e-6 * max(1.0, *map(abs, ends))
            assert min(ends) - room <= slope <= max(ends) + room, name


def test_a_term_without_data_counts_for_every_sample():
    graph = graph_of(
        "K = sum(b ⊙ b)\nL = K\ny = W x\nE = squared_error(y, y ⊙ y) + L", {"W": (2, 2), "x": (2,), "b": (2,)}
    )
    in_a_batch(graph, {}, ("x",))
    assert np.ndim(drawn(graph, batch=("x",))["x"]) == 2
