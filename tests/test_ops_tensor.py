"""Every tensor operation: its pullback, written in tensors, is the derivative of its entrywise meaning."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tensor_graphs import both_forms, graph_of, point_of

from symnn.derivation.output_error import with_output_error
from symnn.networks.conventions import Conventions
from symnn.networks.values import collected, split
from symnn.numeric.arithmetic import floats
from symnn.numeric.compile import compiled
from symnn.numeric.forward import forward
from symnn.ops.grid import Grid, matrix_product
from symnn.ops.pooling import pool
from symnn.ops.shapes import Unfit, broadcast, normal, product_shape
from symnn.ops.sliding import sliding
from symnn.ops.table import OF_TENSORS

OPERATIONS = [
    ("sum(x ⊙ x)", {"x": (2, 3)}, ()),
    ("sum(x, 1) ⊙ sum(x, 1)", {"x": (2, 3)}, ()),
    ("spread(a*a, 2, 3) ⊙ x", {"x": (2, 3)}, ()),
    ("mean(x ⊙ x)", {"x": (3,)}, ()),
    ("softmax(x)", {"x": (4,)}, ()),
    ("log_softmax(x)", {"x": (4,)}, ()),
    ("squared_norm(x) squared_norm(a x)", {"x": (2, 3)}, ()),
    ("squared_error(x, z)", {"x": (3,), "z": (3,)}, ()),
    ("half_squared_error(x, z)", {"x": (3,), "z": (3,)}, ()),
    ("absolute_error(x, z)", {"x": (3,), "z": (3,)}, ()),
    ("huber(3 x, z)", {"x": (3,), "z": (3,)}, ()),
    ("huber(x, z, a)", {"x": (3,), "z": (3,)}, ()),
    ("hinge(x, z)", {"x": (3,), "z": (3,)}, ()),
    ("mse(x, z)", {"x": (2, 3), "z": (2, 3)}, ()),
    ("mae(x, z)", {"x": (3,), "z": (3,)}, ()),
    ("binary_cross_entropy(sigmoid(x), sigmoid(z))", {"x": (3,), "z": (3,)}, ()),
    ("kl_normal(x, z)", {"x": (3,), "z": (3,)}, ()),
    ("triplet(x, z, v)", {"x": (3,), "z": (3,), "v": (3,)}, ()),
    ("triplet(x, z, v, 5 + a)", {"x": (3,), "z": (3,), "v": (3,)}, ()),
    ("contrastive(x, z, a)", {"x": (3,), "z": (3,)}, ()),
    ("contrastive(x, z, a, 4)", {"x": (3,), "z": (3,)}, ()),
    ("negative_sampling(x, z, A)", {"x": (3,), "z": (3,), "A": (2, 3)}, ()),
    ("cross_entropy(x, z)", {"x": (3,), "z": (3,)}, ("x",)),
    ("focal(sigmoid(x), sigmoid(z), 2 + a^2)", {"x": (3,), "z": (3,)}, ()),
    ("focal(sigmoid(A), sigmoid(B))", {"A": (2, 3), "B": (2, 3)}, ()),
    ("largest(x) x - min(x, all)", {"x": (4,)}, ()),
    ("max(A B, rows) ⊙ x", {"A": (2, 3), "B": (3, 2), "x": (2,)}, ()),
    ("is_smallest(A, columns) ⊙ is_largest(A B, rows) ⊙ smallest(A, all)", {"A": (2, 2), "B": (2, 2)}, ()),
    ("center(x) ⊙ x", {"x": (4,)}, ()),
    ("std(x)", {"x": (4,)}, ()),
    ("variance(x) x", {"x": (4,)}, ()),
    ("var(A, columns) ⊙ B", {"A": (3, 2), "B": (1, 2)}, ()),
    ("normalize(x)", {"x": (2, 3, 1)}, ()),
    ("normalize(x, all)", {"x": (2, 3)}, ()),
    ("flatten(x) ⊙ v", {"x": (2, 3), "v": (6,)}, ()),
    ("concat(x, v, a) ⊙ concat(x, v, a)", {"x": (2, 2), "v": (3,)}, ()),
    ("join_columns(A ⊙ A, x, R^T) ⊙ B", {"A": (2, 3), "x": (2,), "R": (2, 2), "B": (2, 6)}, ()),
    ("join_columns(r, q) ⊙ B", {"r": (1, 3), "q": (1, 2), "B": (1, 5)}, ()),
    ("part(v ⊙ v, 2, 4)", {"v": (5,)}, ()),
    ("slice(A A^T, 2, 2, 0, 0) ⊙ x", {"A": (2, 3), "x": (2,)}, ()),
    ("slice(A, 0, 0, 2, 2) ⊙ x", {"A": (2, 3), "x": (2,)}, ()),
    ("slice(A, 2, 3, 0, 0) x", {"A": (3, 2), "x": (2,)}, ()),
    ("slice(A, 0, 0, 1, 2) ⊙ slice(A, 0, 0, 2, 3)", {"A": (2, 3)}, ()),
    ("slice(A, 2, 3, 1, 2) ⊙ slice(A, 1, 2, 2, 3)", {"A": (3, 4)}, ()),
    ("slice(A, 3, 3, 2, 4) ⊙ x", {"A": (3, 5), "x": (3,)}, ()),
    ("slice(A, 2, 3, 4, 4) ⊙ x", {"A": (3, 5), "x": (2,)}, ()),
    ("slice(A, 2, 2, 3, 3) x", {"A": (3, 5), "x": (2,)}, ()),
    ("slice(A, 0, 0, 2, 2) x", {"A": (1, 3), "x": (2,)}, ()),
    ("slice(v, 2, 4, 0, 0) ⊙ slice(v, 1, 3, 0, 0)", {"v": (5,)}, ()),
    ("A^T onehot(2, 3) ⊙ x", {"A": (3, 2), "x": (2,)}, ()),
    ("reshape(v ⊙ v, 2, 3)", {"v": (6,)}, ()),
    ("outer(x, v)", {"x": (2,), "v": (3,)}, ()),
    ("diag(x) A", {"x": (2,), "A": (2, 3)}, ()),
    ("diagonal(A B)", {"A": (2, 3), "B": (3, 2)}, ()),
    ("x trace(A B)", {"x": (2,), "A": (2, 3), "B": (3, 2)}, ()),
    ("x logsumexp(x)", {"x": (3,)}, ()),
    ("logsumexp(A, rows) ⊙ x", {"A": (2, 3), "x": (2,)}, ()),
    ("logsumexp(A, columns) B", {"A": (2, 3), "B": (3, 2)}, ()),
    ("x det(A)", {"x": (2,), "A": (3, 3)}, ()),
    ("x det(2 A B)", {"x": (2,), "A": (2, 3), "B": (3, 2)}, ()),
    ("x logdet(A + A^T)", {"x": (2,), "A": (3, 3)}, ()),
    ("inv(A) B inv(A)", {"A": (2, 2), "B": (2, 2)}, ()),
    ("x inv(x_1 + 2)", {"x": (2,)}, ()),
    ("A^T (A A^T)^-1 x", {"A": (2, 3), "x": (2,)}, ()),
    ("a eye(2) x", {"x": (2,)}, ()),
    ("norm(x) x", {"x": (3,)}, ()),
    ("norm(A x, 1) x", {"A": (2, 3), "x": (3,)}, ()),
    ("norm(A x) x", {"A": (2, 3), "x": (3,)}, ()),
    ("dot(x, v) x", {"x": (3,), "v": (3,)}, ()),
    ("dot(A, B) ⊙ dot(A, B)", {"A": (2, 3), "B": (3, 2)}, ()),
    ("pca(x, P, 2)", {"x": (4,), "P": (3, 4)}, ()),
    ("pca_back(v, P)", {"v": (2,), "P": (3, 4)}, ()),
    ("conv(x, K)", {"x": (4, 5), "K": (2, 2)}, ()),
    ("conv(x, K, 2)", {"x": (5, 5), "K": (2, 3)}, ()),
    ("conv(x, K, 1, 1)", {"x": (3, 3), "K": (2, 2)}, ()),
    ("conv(x, K)", {"x": (2, 4, 4), "K": (2, 3, 3)}, ()),
    ("conv(x, K, 2, 1)", {"x": (2, 4, 4), "K": (3, 2, 2, 2)}, ()),
    ("conv(x, K)", {"x": (4, 4), "K": (2, 3, 3)}, ()),
    ("depthwise_conv(x, K)", {"x": (2, 3, 4), "K": (2, 2, 2)}, ()),
    ("depthwise_conv(x, K, 2, 1)", {"x": (2, 4, 3), "K": (4, 1, 2, 3)}, ()),
    ("conv_flipped(x, K)", {"x": (4, 4), "K": (2, 2)}, ()),
    ("conv_transpose(x, K)", {"x": (3, 2), "K": (2, 2)}, ()),
    ("conv_transpose(x, K, 2, 1)", {"x": (3, 3), "K": (3, 3)}, ()),
    ("conv_transpose(x, K, 2)", {"x": (2, 2, 3), "K": (2, 3, 2, 2)}, ()),
    ("conv(x, K, [2, 1], [[1, 0], [2, 1]], [1, 2], 2)", {"x": (4, 4, 5), "K": (2, 2, 2, 2)}, ()),
    ("conv(x, K, groups=2)", {"x": (2, 3, 4), "K": (2, 1, 2, 2)}, ()),
    ("conv(x, K, 1, 1)", {"x": (5,), "K": (3,)}, ()),
    ("conv1d(x, K, 2, 1, 2)", {"x": (2, 6), "K": (3, 2, 2)}, ()),
    ("conv1d(x, K)", {"x": (2, 3), "K": (3, 2, 3)}, ()),
    ("conv1d(x, K, 1, [2, 0])", {"x": (2, 4), "K": (2, 3)}, ()),
    ("conv1d(x, K)", {"x": (5,), "K": (2, 3)}, ()),
    ("conv_transpose(x, K, 2, 1, 1, 2, [1, 0])", {"x": (2, 2, 3), "K": (2, 2, 3, 2)}, ()),
    ("conv_transpose1d(x, K, 3, 1, output_padding=1)", {"x": (2, 3), "K": (2, 2, 3)}, ()),
    ("kernel_error(d, x, 2, 0, 2, 1, 1, 1, 3)", {"d": (3, 3), "x": (2, 4)}, ()),
    ("image_error(d, K, 4, 0, 1, 0, 2, 1, 2)", {"d": (2, 2), "K": (2, 3, 2)}, ()),
    ("max_pool(x, 3, [2, 1], 1, [1, 2])", {"x": (6, 5)}, ()),
    ("max_pool(x, 2, 2, floor)", {"x": (2, 5, 3)}, ()),
    ("avg_pool(x, [3, 2], 2, 1, 1, 0)", {"x": (5, 4)}, ()),
    ("avg_pool(x, 3, 2, [[1, 0], [0, 1]], floor)", {"x": (5, 6)}, ()),
    ("max_pool1d(x, 3, 2, 1)", {"x": (2, 6)}, ()),
    ("avg_pool1d(x, 2, 2, 1, edge=floor)", {"x": (2, 7)}, ()),
    ("max_pool1d(x, 2) ⊙ avg_pool1d(x, 2)", {"x": (7,)}, ()),
    ("max_unpool(d, x, 2, 2, 1)", {"d": (3, 2), "x": (4, 3)}, ()),
    ("pick(d, x, 3, 2, 1, floor)", {"d": (4, 4), "x": (4, 4)}, ()),
    ("avg_unpool(d, 4, 3, 2, 2, 1)", {"d": (3, 2)}, ()),
    ("rotate(K) ⊙ K", {"K": (2, 3)}, ()),
    ("kernel_error(d, x, 2, 2)", {"d": (3, 3), "x": (4, 4)}, ()),
    ("image_error(d, K, 4, 4)", {"d": (3, 3), "K": (2, 2)}, ()),
    ("max_pool(x)", {"x": (4, 4)}, ()),
    ("max_pool(x, 2, 2)", {"x": (2, 3, 3)}, ()),
    ("max_pool(x, 3, 2)", {"x": (7, 7)}, ()),
    ("avg_pool(x, 2, 2)", {"x": (2, 3, 3)}, ()),
    ("max_unpool(d, x, 2, 2)", {"d": (2, 2), "x": (3, 3)}, ()),
    ("pick(d, x, 2, 2)", {"d": (3, 3), "x": (3, 3)}, ()),
    ("avg_unpool(d, 3, 3, 2, 2)", {"d": (2, 2)}, ()),
    ("conv(x, K)", {"x": (3, 4), "K": (1, 1)}, ()),
    ("conv(x, K, 2)", {"x": (5, 4), "K": (1, 1)}, ()),
    ("conv(x, K, 1, 1)", {"x": (2, 3), "K": (1, 1)}, ()),
    ("conv(x, K)", {"x": (5, 1), "K": (2, 1)}, ()),
    ("conv(x, K, 2, 1)", {"x": (5, 1), "K": (3, 1)}, ()),
    ("conv(x, K)", {"x": (1, 5), "K": (1, 2)}, ()),
    ("conv(x, K)", {"x": (4, 1), "K": (1, 1)}, ()),
    ("conv(x, K)", {"x": (1, 1), "K": (1, 1)}, ()),
    ("conv(x, K)", {"x": (4, 3), "K": (2, 3)}, ()),
    ("conv(x, K)", {"x": (2, 3, 3), "K": (3, 2, 1, 1)}, ()),
    ("conv_flipped(x, K)", {"x": (5, 1), "K": (2, 1)}, ()),
    ("conv_flipped(x, K)", {"x": (3, 3), "K": (1, 1)}, ()),
    ("rotate(v) ⊙ v", {"v": (4,)}, ()),
    ("max_pool(conv(x, K), 1, 2)", {"x": (5, 3), "K": (2, 3)}, ()),
    ("max_pool(x, 2, 3)", {"x": (6, 6)}, ()),
    ("max_pool(x, 2, 4)", {"x": (7, 5)}, ()),
    ("max_pool(x, 1, 2)", {"x": (6, 1)}, ()),
    ("avg_pool(x, 2, 3)", {"x": (6, 7)}, ()),
    ("avg_pool(x, 1, 2)", {"x": (6, 6)}, ()),
    ("avg_pool(x, 1, 3)", {"x": (7, 1)}, ()),
    ("avg_pool(x, 2, 4)", {"x": (2, 7, 7)}, ()),
    ("max_unpool(d, x, 2, 3)", {"d": (2, 2), "x": (6, 6)}, ()),
    ("avg_unpool(d, 6, 1, 1, 2)", {"d": (3,)}, ()),
    ("avg_unpool(d, 7, 7, 2, 4)", {"d": (2, 2)}, ()),
    ("leaky_relu(x, 0.2)", {"x": (3,)}, ()),
    ("leaky_relu(x - v, c) ⊙ x", {"x": (3,), "v": (3,)}, ()),
    ("A (B x) + b", {"A": (2, 3), "B": (3, 2), "x": (2,), "b": (2,)}, ()),
    ("transpose(A) A", {"A": (2, 3)}, ()),
    ("transpose(x) A x", {"x": (2,), "A": (2, 2)}, ()),
    ("a transpose(x) v u", {"x": (2,), "v": (2,), "u": (3,)}, ()),
    ("A/a - x^3", {"A": (2,), "x": (2,)}, ()),
    ("x/(v ⊙ v)", {"x": (2,), "v": (2,)}, ()),
    ("relu(C + b)", {"C": (2, 3, 3), "b": (2,)}, ()),
    ("max(0, x)", {"x": (3,)}, ()),
    ("tanh(A x) ⊙ exp(x)", {"A": (2, 2), "x": (2,)}, ()),
    ("[a, c; b, a] x", {"x": (2,)}, ()),
]
CASES = pytest.mark.parametrize(
    ("right", "shapes", "positive"), OPERATIONS, ids=[f"{row[0]} {row[1]}" for row in OPERATIONS]
)


@CASES
def test_the_pullback_in_tensors_is_the_derivative_entry_by_entry(right, shapes, positive):
    graph = graph_of(f"y = {right}\nw = y ⊙ y", shapes) if "squared" not in right else graph_of(f"w = {right}", shapes)
    theirs, ours = both_forms(graph, seed=len(right), positive=positive)
    assert theirs
    for name, value in theirs.items():
        if not ("pick" in right and name.startswith("x[")):
            assert ours[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name


@CASES
def test_numpy_computes_what_the_entries_say(right, shapes, positive):
    graph, of = with_output_error(graph_of(f"y = {right}", shapes))
    point = point_of(graph, seed=7)
    point |= {name: abs(value) for name, value in point.items() if name.split("[")[0] in positive}
    values = collected(forward(graph.entrywise, point, floats()), graph)
    step = compiled(graph, of)
    found, _ = step({name: values[name] for name in graph.free})
    assert np.allclose(found["y"], values["y"])


def test_every_operation_is_tested():
    text = " ".join(right for right, _, _ in OPERATIONS)
    assert [name for name in OF_TENSORS if f"{name}(" not in text] == []


@pytest.mark.parametrize(
    ("left", "right", "shape"),
    [
        ((2, 3), (3,), (2,)),
        ((2, 3), (3, 4), (2, 4)),
        ((2,), (1, 3), (2, 3)),
        ((1, 3), (3,), ()),
        ((), (2, 3), (2, 3)),
        ((1, 3), (3, 2), (1, 2)),
    ],
)
def test_product_shapes(left, right, shape):
    assert product_shape(left, right) == shape


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        ((2, 3), (2,), "shape-product-transpose-left"),
        ((2, 3), (4, 3), "shape-product-transpose-right"),
        ((3,), (3,), "shape-product-entrywise"),
        ((3,), (2, 3), "shape-product-order"),
        ((2, 3), (5, 7), "shape-product"),
        ((2, 3), (2, 4, 4), "shape-no-matrix"),
    ],
)
def test_a_product_that_does_not_fit_is_named_by_its_remedy(left, right, code):
    with pytest.raises(Unfit) as refused:
        product_shape(left, right)
    assert refused.value.problem.code == code


def test_spreading_is_by_rows_and_maps():
    assert broadcast([(), (3,), (3, 5, 5)]) == (3, 5, 5)
    with pytest.raises(Unfit):
        broadcast([(5,), (3, 5)])


def test_a_column_of_one_is_a_number():
    assert [normal(shape) for shape in [(1,), (1, 1), (4, 1), (1, 4), (1, 4, 4)]] == [(), (), (4,), (1, 4), (1, 4, 4)]


def test_a_window_cut_off_by_the_edge_keeps_the_cells_it_has():
    found = pool((7, 7), (2, 2, 0, 0, 0, 0, 0, 0, 1, 1, 0))
    assert [len(window) for window in found.windows()] == [
        4,
        4,
        4,
        2,
        4,
        4,
        4,
        2,
        4,
        4,
        4,
        2,
        2,
        2,
        2,
        1,
    ]


def test_the_kernel_is_not_flipped_unless_by_name():
    values = {"x": ((0, 0, 0), (0, 0, 0), (1, 0, 0)), "K": ((1, 2, 3), (4, 5, 6), (7, 8, 9))}
    graph = graph_of("c = conv(x, K)\nd = conv_flipped(x, K)", {"x": (3, 3), "K": (3, 3)})
    found = forward(graph.entrywise, split(values, graph), floats())
    assert (found["c"], found["d"]) == (7, 3)


@pytest.mark.parametrize(
    ("ties", "gradient"), [("first", [1.0, 0.0, 0.0, 0.0]), ("shared", [1 / 3, 1 / 3, 0.0, 1 / 3])]
)
def test_ties_are_decided_as_declared(ties, gradient):
    from msgspec.structs import replace

    graph = replace(graph_of("E = sum(max_pool(x))", {"x": (2, 2)}), conventions=Conventions(ties=ties))
    _, found = compiled(graph)({"x": [[5.0, 5.0], [1.0, 5.0]]})
    assert found["x"].ravel().tolist() == pytest.approx(gradient)
    from symnn.derivation.sweep import derive
    from symnn.numeric.gradient import backward

    m = floats(Conventions(ties=ties))
    point = {"x[1,1]": 5.0, "x[1,2]": 5.0, "x[2,1]": 1.0, "x[2,2]": 5.0}
    errors = backward(derive(graph), forward(graph.entrywise, point, m), m)
    assert [errors[name] for name in point] == pytest.approx(gradient)


def test_zeros_in_a_matrix_product_go():
    from symnn.expressions.tree import Name, Number

    row = Grid((1, 2), (Number(0), Name("b")))
    assert (
        matrix_product(row, Grid((2,), (Name("x"), Name("y")))).cells
        == matrix_product(Grid((1, 1), (Name("b"),)), Grid((1, 1), (Name("y"),))).cells
    )


def test_a_slide_counts_its_multiplications():
    assert len(list(sliding((9, 9), (3, 3), (1, 1, 0, 0, 0, 0, 1, 1, 1)).steps())) == 49 * 9
    assert math.prod(sliding((2, 5, 5), (3, 2, 3, 3), (2, 2, 1, 1, 1, 1, 1, 1, 1)).map) == 27


@pytest.mark.parametrize(
    ("side", "window", "stride", "starts"),
    [
        (6, 2, 3, [0, 3]),
        (6, 1, 2, [0, 2, 4]),
        (7, 2, 4, [0, 4]),
        (5, 2, 2, [0, 2, 4]),
        (5, 3, 2, [0, 2]),
        (9, 2, 8, [0, 8]),
    ],
)
def test_no_window_begins_behind_the_edge(side, window, stride, starts):
    """Every window begins inside the image; one that the edge cuts off averages the cells it has."""
    image = np.arange(float(side * side)).reshape(side, side)
    graph = graph_of(f"y = avg_pool(x, {window}, {stride})", {"x": (side, side)})
    found, _ = compiled(graph, None)({"x": image})
    expected = [[image[i : i + window, j : j + window].mean() for j in starts] for i in starts]
    np.testing.assert_allclose(np.reshape(found["y"], (len(starts), -1)), expected)


def test_a_kernel_of_one_weight_may_be_written_with_its_axes():
    graph = graph_of("y = conv(x, K)\nE = sum(y)", {"x": (2, 3), "K": (1, 1)})
    values, gradients = compiled(graph, "E")({"x": [[1, 2, 3], [4, 5, 6]], "K": [[2]]})
    assert values["y"].tolist() == [[2, 4, 6], [8, 10, 12]]
    assert gradients["K"] == 21
    batch = np.arange(12.0).reshape(2, 2, 3)
    values, gradients = compiled(graph, "E")({"x": batch, "K": 2.0})
    assert values["y"].tolist() == (2 * batch).tolist()
    assert gradients["K"] == 66
