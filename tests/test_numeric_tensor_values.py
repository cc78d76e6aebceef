"""Trees of tensors on arrays give what the same trees give entry by entry, at one point and at a batch of points."""

from __future__ import annotations

import numpy as np
import pytest
from tensor_graphs import point_of

from symnn.derivation.matrices import derive_matrix
from symnn.derivation.output_error import with_output_error
from symnn.expressions.tree import Name, Number, Sum
from symnn.networks.catalogue import CATALOGUE, network
from symnn.networks.expansion import entry_names
from symnn.numeric.arithmetic import arrays, floats
from symnn.numeric.forward import forward
from symnn.numeric.interpreter import Interpreter
from symnn.numeric.valued import Valued, valued
from symnn.ops.shapes import Unfit

TENSORS = [name for name in CATALOGUE if network(name).graph.shapes]


def extended(name):
    graph, of = with_output_error(network(name).graph)
    return derive_matrix(graph, of).extended


def tensor(point, name, shape):
    return np.array([point[entry] for entry in entry_names(name, shape)]).reshape(shape)


@pytest.mark.parametrize("name", TENSORS)
def test_values_and_gradients_are_those_of_the_entries(name):
    graph = extended(name)
    points = [{key: abs(value) for key, value in point_of(graph, seed).items()} for seed in range(2)]
    m = floats(graph.conventions)
    expected = [forward(graph.entrywise, point, m) for point in points]
    values = Interpreter(arrays(graph.conventions), graph.functions)
    single = {q: Valued(tensor(points[0], q, graph.shapes.get(q, ())), graph.shapes.get(q, ())) for q in graph.free}
    batch = {
        q: Valued(np.array([tensor(point, q, graph.shapes.get(q, ())) for point in points]), graph.shapes.get(q, ()))
        for q in graph.free
    }
    for equation in graph.equations:
        shape = graph.shapes.get(equation.left, ())
        right = [tensor(point, equation.left, shape) for point in expected]
        for given, wanted in ((single, right[0]), (batch, np.array(right))):
            found = valued(values.of(equation.right, given))
            assert found.shape == shape[: len(found.shape)]
            array = found.array.reshape((*found.array.shape, *(1,) * (len(shape) - len(found.shape))))
            array = np.broadcast_to(array, wanted.shape)
            assert array == pytest.approx(wanted, rel=1e-9, abs=1e-12)
            given[equation.left] = Valued(array, shape)


def test_shapes_that_do_not_fit_are_refused():
    from symnn.expressions.tree import Name, Product

    given = {"W": Valued(np.ones((2, 3)), (2, 3)), "x": Valued(np.ones(2), (2,))}
    with pytest.raises(Unfit):
        Interpreter(arrays()).of(Product((Name("W"), Name("x"))), given)


def test_what_was_seen_is_not_evaluated_again():
    values, x = Interpreter(arrays()), Name("x")
    given, seen = {"x": Valued(np.array([1.0, 2.0]), (2,))}, {}
    twice = Sum((x, x))
    values.of(twice, given, seen)
    assert [node for node, _ in seen.values()] == [x, twice]
    elsewhere = {"x": Valued(np.array([5.0, 5.0]), (2,))}
    assert values.of(Sum((twice, Number(1))), elsewhere, seen).array.tolist() == [3.0, 5.0]
