"""Every operation has one value in every arithmetic: floats, arrays, batches, balls, exact, SymPy, residues, code.

Tensors are compared with NumPy written here by hand; functions of numbers with mpmath at 50 digits.
"""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

import symnn
from symnn.expressions.terms import call
from symnn.expressions.tree import Name
from symnn.networks.conventions import Conventions
from symnn.networks.declarations import Declarations
from symnn.networks.models import graph_from_text
from symnn.networks.values import collected, split
from symnn.numeric.arithmetic import arrays, floats
from symnn.numeric.balls import balls, double, precision, rational
from symnn.numeric.compile import compiled
from symnn.numeric.evaluation import evaluated
from symnn.numeric.exact import exact
from symnn.numeric.forward import forward
from symnn.numeric.valued import Valued
from symnn.ops.algebra import to_sympy
from symnn.ops.table import OF_NUMBERS, OF_TENSORS

BITS = 300


def places(length, window, stride):
    return [range(start, min(start + window, length)) for start in range(0, max(length - window, 0) + stride, stride)]


def pooled(image, window, stride, join):
    rows, columns = (places(length, window, stride) for length in image.shape)
    return np.array([[join(image[np.ix_(r, c)]) for c in columns] for r in rows])


def conv(image, kernel, stride=1, padding=0):
    image = np.pad(image, padding)
    (h, w), (k, m) = image.shape, kernel.shape
    rows, columns = range(0, h - k + 1, stride), range(0, w - m + 1, stride)
    return np.array([[(image[i : i + k, j : j + m] * kernel).sum() for j in columns] for i in rows])


def softmax(a):
    return np.exp(a - a.max()) / np.exp(a - a.max()).sum()


def spread_errors(error, image, window, stride, share):
    """Send each entry of an error to the cells of its window, by shares."""
    found = np.zeros(image.shape)
    rows, columns = (places(length, window, stride) for length in image.shape)
    for i, r in enumerate(rows):
        for j, c in enumerate(columns):
            found[np.ix_(r, c)] += error[i, j] * share(image[np.ix_(r, c)])
    return found


def first_largest(cells):
    found = np.zeros(cells.shape)
    found.flat[int(np.argmax(cells))] = 1
    return found


def image_error(error, kernel, height, width):
    found = np.zeros((height, width))
    k, m = kernel.shape
    for i in range(error.shape[0]):
        for j in range(error.shape[1]):
            found[i : i + k, j : j + m] += error[i, j] * kernel
    return found


def picked(values, image):
    windows = [[np.s_[i : i + 2, j : j + 2] for j in (0, 2)] for i in (0, 2)]
    return np.array([[(values[at] * first_largest(image[at])).sum() for at in row] for row in windows])


def huber(rest, width):
    inside = abs(rest) <= width
    return np.where(inside, rest**2 / 2, width * (abs(rest) - width / 2)).sum()


BY_HAND = (
    ("squared_error(x, z)", {"x": (3,), "z": (3,)}, lambda x, z: ((x - z) ** 2).sum()),
    ("half_squared_error(A, B)", {"A": (2, 3), "B": (2, 3)}, lambda A, B: ((A - B) ** 2).sum() / 2),
    ("cross_entropy(p, z)", {"p": (3,), "z": (3,)}, lambda p, z: -(z * np.log(p)).sum()),
    ("squared_norm(A)", {"A": (2, 3)}, lambda A: (A**2).sum()),
    ("absolute_error(x, z)", {"x": (3,), "z": (3,)}, lambda x, z: abs(x - z).sum()),
    ("mae(A, B)", {"A": (2, 3), "B": (2, 3)}, lambda A, B: abs(A - B).mean()),
    ("mse(A, B)", {"A": (2, 3), "B": (2, 3)}, lambda A, B: ((A - B) ** 2).mean()),
    ("huber(x, z)", {"x": (3,), "z": (3,)}, lambda x, z: huber(x - z, 1)),
    ("huber(x, z, 1/4)", {"x": (3,), "z": (3,)}, lambda x, z: huber(x - z, 0.25)),
    ("hinge(x, z)", {"x": (3,), "z": (3,)}, lambda x, z: np.maximum(0, 1 - x * z).sum()),
    (
        "binary_cross_entropy(sigmoid(x), z)",
        {"x": (3,), "z": (3,)},
        lambda x, z: (z * np.log1p(np.exp(-x)) + (1 - z) * np.log1p(np.exp(x))).sum(),
    ),
    (
        "focal(sigmoid(x), z, 3)",
        {"x": (3,), "z": (3,)},
        lambda x, z: (
            z * (1 + np.exp(x)) ** -3 * np.log1p(np.exp(-x)) + (1 - z) * (1 + np.exp(-x)) ** -3 * np.log1p(np.exp(x))
        ).sum(),
    ),
    ("kl_normal(x, z)", {"x": (3,), "z": (3,)}, lambda x, z: (x**2 + np.exp(z) - 1 - z).sum() / 2),
    (
        "triplet(x, z, d, 2)",
        {"x": (3,), "z": (3,), "d": (3,)},
        lambda x, z, d: max(0, ((x - z) ** 2).sum() - ((x - d) ** 2).sum() + 2),
    ),
    (
        "contrastive(x, z, a, 2)",
        {"x": (3,), "z": (3,)},
        lambda x, z, a: a * ((x - z) ** 2).sum() + (1 - a) * max(0, 2 - np.linalg.norm(x - z)) ** 2,
    ),
    (
        "negative_sampling(x, z, A)",
        {"x": (3,), "z": (3,), "A": (2, 3)},
        lambda x, z, A: np.log1p(np.exp(-x @ z)) + np.log1p(np.exp(A @ x)).sum(),
    ),
    ("slice(A, 2, 3, 1, 2)", {"A": (3, 4)}, lambda A: A[1:3, :2]),
    ("A x + onehot(2, 3)", {"A": (3, 2), "x": (2,)}, lambda A, x: A @ x + np.array([0, 1, 0])),
    ("sum(A)", {"A": (2, 3)}, np.sum),
    ("sum(A, 1)", {"A": (3, 2)}, lambda A: A.sum(axis=1)),
    ("spread(x, 2, 3)", {"x": (2,)}, lambda x: np.repeat(x[:, None], 3, axis=1)),
    ("mean(x)", {"x": (4,)}, np.mean),
    ("softmax(x)", {"x": (4,)}, softmax),
    ("softmax(1000*x)", {"x": (3,)}, lambda x: softmax(1000 * x)),
    ("log_softmax(x)", {"x": (4,)}, lambda x: np.log(softmax(x))),
    ("log_softmax(20*x)", {"x": (3,)}, lambda x: np.log(softmax(20 * x))),
    ("center(x)", {"x": (4,)}, lambda x: x - x.mean()),
    ("std(x)", {"x": (4,)}, np.std),
    ("variance(x)", {"x": (4,)}, np.var),
    ("variance(x)", {"x": (4,)}, np.var),
    ("normalize(x)", {"x": (4,)}, lambda x: (x - x.mean()) / x.std()),
    ("max(x)", {"x": (4,)}, np.max),
    ("max(A, rows)", {"A": (2, 3)}, lambda A: A.max(axis=1)),
    ("min(A, columns)", {"A": (3, 4)}, lambda A: A.min(axis=0)[None]),
    ("is_largest(A, rows)", {"A": (2, 3)}, lambda A: 1.0 * (A.max(axis=1, keepdims=True) == A)),
    ("is_smallest(A, all)", {"A": (2, 3)}, lambda A: 1.0 * (A.min() == A)),
    ("flatten(A)", {"A": (2, 3)}, np.ravel),
    ("concat(x, A, a)", {"x": (2,), "A": (2, 3)}, lambda x, A, a: np.concatenate([x, A.ravel(), [a]])),
    ("join_columns(A, x, B)", {"A": (2, 3), "x": (2,), "B": (2, 2)}, lambda A, x, B: np.hstack([A, x[:, None], B])),
    ("concat(A, B, axis=0)", {"A": (1, 3), "B": (2, 3)}, lambda A, B: np.vstack([A, B])),
    ("part(x, 2, 3)", {"x": (4,)}, lambda x: x[1:3]),
    ("reshape(x, 2, 3)", {"x": (6,)}, lambda x: x.reshape(2, 3)),
    ("outer(x, z)", {"x": (2,), "z": (3,)}, np.outer),
    ("diag(x)", {"x": (3,)}, np.diag),
    ("diagonal(A)", {"A": (3, 3)}, np.diag),
    ("trace(A)", {"A": (3, 3)}, np.trace),
    ("logsumexp(x)", {"x": (4,)}, lambda x: np.log(np.exp(x).sum())),
    ("det(A)", {"A": (3, 3)}, np.linalg.det),
    ("logdet(A)", {"A": (3, 3)}, lambda A: np.linalg.slogdet(A)[1]),
    ("inv(A)", {"A": (3, 3)}, np.linalg.inv),
    ("inv(A) x", {"A": (2, 2), "x": (2,)}, np.linalg.solve),
    ("A eye(3)", {"A": (2, 3)}, lambda A: A),
    ("norm(x)", {"x": (4,)}, np.linalg.norm),
    ("norm(A, 1)", {"A": (2, 3)}, lambda A: np.abs(A).sum()),
    ("dot(x, z)", {"x": (3,), "z": (3,)}, np.dot),
    ("dot(A, x)", {"A": (2, 3), "x": (3,)}, np.dot),
    ("pca(x, P, 2)", {"x": (4,), "P": (3, 4)}, lambda x, P: P[:2] @ x),
    ("pca_back(x, P)", {"x": (2,), "P": (3, 4)}, lambda x, P: P[:2].T @ x),
    ("conv(A, K)", {"A": (4, 5), "K": (2, 3)}, conv),
    ("conv(A, K, 2, 1)", {"A": (4, 4), "K": (2, 2)}, lambda A, K: conv(A, K, 2, 1)),
    (
        "depthwise_conv(X, K)",
        {"X": (2, 4, 3), "K": (2, 2, 2)},
        lambda X, K: np.stack([conv(X[i], K[i]) for i in range(2)]),
    ),
    ("conv_flipped(A, K)", {"A": (4, 4), "K": (2, 2)}, lambda A, K: conv(A, K[::-1, ::-1])),
    ("conv_transpose(d, K)", {"d": (3, 4), "K": (2, 2)}, lambda d, K: image_error(d, K, 4, 5)),
    ("conv1d(x, z)", {"x": (5,), "z": (2,)}, np.correlate),
    ("conv1d(A, K, dilation=2)", {"A": (2, 5), "K": (2, 2)}, lambda A, K: conv(A, np.insert(K, 1, 0, axis=1))[0]),
    ("conv_transpose1d(x, z)", {"x": (3,), "z": (4,)}, np.convolve),
    ("max_pool1d(A, 2)", {"A": (2, 5)}, lambda A: np.stack([A[:, at : at + 2].max(1) for at in (0, 2, 4)], 1)),
    ("avg_pool1d(A, 2, floor)", {"A": (2, 5)}, lambda A: (A[:, :4:2] + A[:, 1:4:2]) / 2),
    (
        "conv(A, K, padding=[[0, 2], [1, 0]])",
        {"A": (3, 3), "K": (2, 3)},
        lambda A, K: conv(np.pad(A, ((0, 2), (1, 0))), K),
    ),
    ("rotate(K)", {"K": (2, 3)}, lambda K: K[::-1, ::-1]),
    ("kernel_error(d, A, 2, 2)", {"d": (3, 4), "A": (4, 5)}, lambda d, A: conv(A, d)),
    ("image_error(d, K, 4, 5)", {"d": (3, 4), "K": (2, 2)}, lambda d, K: image_error(d, K, 4, 5)),
    ("max_pool(A, 2, 2)", {"A": (4, 6)}, lambda A: pooled(A, 2, 2, np.max)),
    ("avg_pool(A, 2, 2)", {"A": (4, 4)}, lambda A: pooled(A, 2, 2, np.mean)),
    ("max_unpool(d, A, 2, 2)", {"d": (2, 2), "A": (4, 4)}, lambda d, A: spread_errors(d, A, 2, 2, first_largest)),
    ("pick(B, A, 2, 2)", {"B": (4, 4), "A": (4, 4)}, picked),
    (
        "avg_unpool(d, 4, 4, 2, 2)",
        {"d": (2, 2)},
        lambda d: spread_errors(d, np.zeros((4, 4)), 2, 2, lambda cells: np.full(cells.shape, 1 / cells.size)),
    ),
    ("A x + b", {"A": (2, 3), "x": (3,), "b": (2,)}, lambda A, x, b: A @ x + b),
    ("tanh(A x) ⊙ exp(x)", {"A": (2, 2), "x": (2,)}, lambda A, x: np.tanh(A @ x) * np.exp(x)),
    ("transpose(x) A/a - transpose(z)", {"x": (2,), "A": (2, 3), "z": (3,)}, lambda x, A, a, z: (x @ A / a - z)[None]),
    ("z ⊙ log(p)", {"z": (3,), "p": (3,)}, lambda z, p: z * np.log(p)),
    ("relu(A - B) + a", {"A": (2, 2), "B": (2, 2)}, lambda A, B, a: np.maximum(A - B, 0) + a),
    ("[a, x_1; x_2, 1] z", {"z": (2,)}, lambda a, x1, x2, z: np.array([[a, x1], [x2, 1]]) @ z),
    ("x^3/z^2", {"x": (2,), "z": (2,)}, lambda x, z: x**3 / z**2),
)
CASES = pytest.mark.parametrize(("right", "shapes", "by_hand"), BY_HAND, ids=[row[0] for row in BY_HAND])


def drawn(graph, seed):
    """Draw fractions; probabilities are positive."""
    rng = np.random.default_rng(seed)

    def fractions(shape, name):
        if not shape:
            return Fraction(int(rng.integers(1, 60)), 31) * (1 if name == "p" else int(rng.choice((-1, 1))))
        return tuple(fractions(shape[1:], name) for _ in range(shape[0]))

    return {name: fractions(graph.shapes.get(name, ()), name) for name in graph.free}


def nested(value, change):
    return [nested(part, change) for part in value] if isinstance(value, tuple) else change(value)


def tensor(value, shape, change, dtype):
    return Valued(np.array(nested(value, change), dtype=dtype).reshape(shape), shape) if shape else change(value)


def numbers(found, change):
    if not isinstance(found, Valued):
        return np.array(change(found), dtype=float)
    return np.vectorize(lambda entry: float(change(entry)), otypes=[float])(found.array)


@CASES
def test_an_operation_on_tensors_has_one_value_in_every_arithmetic(right, shapes, by_hand):
    graph = graph_from_text(f"y = {right}", Declarations(shapes=shapes))
    points = [drawn(graph, seed) for seed in range(2)]
    used = [{name: np.array(nested(value, float)) for name, value in point.items()} for point in points]
    expected = [by_hand(*(at[name] for name in graph.free)) for at in used]
    shape = graph.shapes.get("y", ())

    def agrees(found, wanted=expected[0]):
        assert np.reshape(found, np.shape(wanted)) == pytest.approx(wanted, rel=1e-12, abs=1e-12)

    def interpreted(m, change, dtype):
        given = {name: tensor(value, graph.shapes.get(name, ()), change, dtype) for name, value in points[0].items()}
        return forward(graph, given, m)["y"]

    agrees(numbers(interpreted(arrays(), float, float), float))
    with precision(BITS):
        agrees(numbers(interpreted(balls(), rational, object), double))
    agrees(numbers(interpreted(exact(), sympy.Rational, object), lambda entry: sympy.N(entry, 30)))
    batch = {}
    for name in graph.free:
        own = graph.shapes.get(name, ())
        batch[name] = Valued(np.array([at[name] for at in used]).reshape(2, *own), own)
    found = forward(graph, batch, arrays())["y"]
    agrees(found.array if isinstance(found, Valued) else found, np.array(expected))
    agrees(numbers(interpreted(floats(), float, object), float))
    agrees(np.array(evaluated(graph, split(points[0], graph)).values["y"]).reshape(shape))
    meaning = {name: sympy.Rational(value) for name, value in split(points[0], graph).items()}
    for equation in graph.entrywise.equations:
        meaning[equation.left] = to_sympy(equation.right, graph.written_out, meaning)
    agrees(np.array(collected({n: float(sympy.N(v, 30)) for n, v in meaning.items()}, graph)["y"]).reshape(shape))
    agrees(compiled(graph)(used[0])[0]["y"])


def test_every_operation_on_tensors_is_here():
    text = " ".join(right for right, _, _ in BY_HAND)
    assert [name for name in OF_TENSORS if f"{name}(" not in text] == []


def logistic(a):
    return 1 / (1 + mpmath.exp(-a))


def cross_entropy_of_two(p, z):
    return -z * mpmath.log(p) - (1 - z) * mpmath.log(1 - p)


MPMATH = {
    "absolute_error": lambda y, z: abs(y - z),
    "mae": lambda y, z: abs(y - z),
    "mse": lambda y, z: (y - z) ** 2,
    "huber": lambda y, z: (y - z) ** 2 / 2 if abs(y - z) < 1 else abs(y - z) - mpmath.mpf(1) / 2,
    "hinge": lambda y, z: max(mpmath.mpf(0), 1 - y * z),
    "binary_cross_entropy": cross_entropy_of_two,
    "focal": lambda p, z: -z * (1 - p) ** 2 * mpmath.log(p) - (1 - z) * p**2 * mpmath.log(1 - p),
    "kl_normal": lambda m, s: (m**2 + mpmath.exp(s) - 1 - s) / 2,
    "piecewise": lambda condition, a, b: a if condition > 0 else b,
    "abs": abs,
    "squared_norm": lambda a: a**2,
    "sign": mpmath.sign,
    "floor": mpmath.floor,
    "step": lambda a: mpmath.mpf(a > 0),
    "sigmoid": logistic,
    "relu": lambda a: max(a, mpmath.mpf(0)),
    "leaky_relu": lambda a: max(a / 100, a),
    "softplus": lambda a: mpmath.log(1 + mpmath.exp(a)),
    "identity": lambda a: a,
    "swish": lambda a: a * logistic(a),
    "mish": lambda a: a * mpmath.tanh(mpmath.log(1 + mpmath.exp(a))),
    "gelu": lambda a: a * mpmath.erfc(-a / mpmath.sqrt(2)) / 2,
    "gelu_tanh": lambda a: a * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (a + mpmath.mpf("0.044715") * a**3))) / 2,
    "softsign": lambda a: a / (1 + abs(a)),
    "elu": lambda a: a if a > 0 else mpmath.exp(a) - 1,
    "selu": lambda a: (
        mpmath.mpf("1.0507009873554805") * (a if a > 0 else mpmath.mpf("1.6732632423543772") * (mpmath.exp(a) - 1))
    ),
    "hard_sigmoid": lambda a: max(mpmath.mpf(0), min(mpmath.mpf(1), (a + 3) / 6)),
    "hard_tanh": lambda a: max(mpmath.mpf(-1), min(mpmath.mpf(1), a)),
    "clip": lambda a, b, c: min(max(a, b), c),
    "max": max,
    "min": min,
    "squared_error": lambda y, z: (y - z) ** 2,
    "half_squared_error": lambda y, z: (y - z) ** 2 / 2,
    "cross_entropy": cross_entropy_of_two,
}
SMALL = ("-3/7", "1/3", "5/7")
HUGE = ("-2841/4", "-161/4", "149/4", "2881/4")
"""Halves of halves, so that their floats are themselves: a sine of -710.3 depends on the sixteenth digit."""
IN_UNIT = frozenset({"asin", "acos", "atanh", "cross_entropy", "binary_cross_entropy", "focal"})
FUNCTIONS = sorted(set(OF_NUMBERS) - {"top"})


def points_of(name):
    one = OF_NUMBERS[name]
    places = SMALL if name in IN_UNIT else (*SMALL, *HUGE)
    if name in {"log", "sqrt", "cross_entropy", "binary_cross_entropy", "focal"}:
        places = tuple(place for place in places if not place.startswith("-"))
    if name == "acosh":
        return [(abs(Fraction(place)) + 1,) for place in places]
    if one.arity[0] == 1:
        return [(Fraction(place),) for place in places]
    if one.arity[0] == 3:
        return [(Fraction(a), Fraction(-1, 2), Fraction(3, 4)) for a in places]
    return [(Fraction(a), Fraction(b)) for a in places for b in places if a != b]


def reference(name, at, place=None):
    """Give a value, or a slope by one argument, at 50 digits; both at high precision inside."""
    formula = MPMATH.get(name) or getattr(mpmath, name)
    with mpmath.workdps(1_200):
        numbers = [mpmath.mpf(number.numerator) / number.denominator for number in at]
        if place is None:
            return float(formula(*numbers))
        h = mpmath.mpf(10) ** -300
        sides = [formula(*(v + s * h * (i == place) for i, v in enumerate(numbers))) for s in (1, -1)]
        return float((sides[0] - sides[1]) / (2 * h))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_numbers_has_one_value_and_slope_in_every_arithmetic(name):
    """Small and saturated: floats and arrays are right to rounding, the public ways to the last digit."""
    free = [Name(f"u{place}") for place in range(OF_NUMBERS[name].arity[0])]
    net = symnn.network(f"y = {name}({', '.join(node.name for node in free)})")
    graph = net.model.graph
    for at in points_of(name):
        value = reference(name, at)
        given = {node.name: number for node, number in zip(free, at, strict=True)}
        with np.errstate(all="ignore"):
            near = [forward(graph, {n: float(v) for n, v in given.items()}, floats())["y"]]
            near += list(forward(graph, {n: np.array([float(v)] * 2) for n, v in given.items()}, arrays())["y"])
            near += [compiled(graph)({n: float(v) for n, v in given.items()})[0]["y"]]
        assert near == pytest.approx([value] * len(near), rel=1e-13, abs=1e-300), at
        with precision(2_400):
            assert double(forward(graph, {n: rational(v) for n, v in given.items()}, balls())["y"]) == value
        expressions = {n: sympy.Rational(v) for n, v in given.items()}
        assert float(sympy.N(forward(graph, expressions, exact())["y"], 40)) == pytest.approx(value, rel=1e-13)
        assert float(sympy.N(to_sympy(call(name, *free), None, expressions), 40)) == pytest.approx(value, rel=1e-13)
        assert net.evaluate(given)["y"] == value
        gradient = net.gradient(given)
        for place, node in enumerate(free):
            slope = reference(name, at, place)
            assert gradient[node.name] == pytest.approx(slope, rel=1e-15, abs=1e-320), (at, node.name)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if OF_NUMBERS[name].definition is not None])
def test_residues_know_each_function_by_its_definition(name):
    from symnn.expressions.writing import plain

    one = OF_NUMBERS[name]
    free = [Name(letter) for letter in ("u", "v", "w")[: one.arity[0]]]
    written = plain(one.definition(*free))
    direct = f"{name}({', '.join(node.name for node in free)})"
    assert symnn.compare(direct, written).equal is True
    assert symnn.compare(direct, f"{written} + u/10^9").equal is False


@pytest.mark.parametrize("ties", ["first", "shared"])
def test_ties_of_pooling_are_shared_alike_in_every_arithmetic(ties):
    conventions = Conventions(ties=ties)
    shapes = {"d": (1, 2), "A": (2, 4)}
    graph = graph_from_text("y = max_unpool(d, A, 2, 2)", Declarations(shapes=shapes, conventions=conventions))
    image, error = [[3.0, 3.0, 1.0, 5.0], [3.0, 0.0, 5.0, 5.0]], [[6.0, 12.0]]
    expected = [[6, 0, 0, 12], [0, 0, 0, 0]] if ties == "first" else [[2, 2, 0, 4], [2, 0, 4, 4]]
    for m, dtype in ((arrays(conventions), float), (exact(conventions), object)):
        change = float if dtype is float else sympy.Rational
        given = {
            "A": Valued(np.array([[change(int(v)) for v in row] for row in image], dtype=dtype), (2, 4)),
            "d": Valued(np.array([[change(int(v)) for v in row] for row in error], dtype=dtype), (1, 2)),
        }
        found = forward(graph, given, m)["y"].array
        assert np.array(found, dtype=float).tolist() == expected
    assert compiled(graph)({"A": np.array(image), "d": np.array(error)})[0]["y"].tolist() == expected


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_spreads_of_very_large_and_very_small_numbers(size):
    """A square would overflow or vanish; the deviation does not."""
    x = np.array([1.0, 2.0, 4.0])
    for right, wanted in (("std(x)", x.std() * size), ("normalize(x)", (x - x.mean()) / x.std())):
        graph = graph_from_text(f"y = {right}", Declarations(shapes={"x": (3,)}))
        found = forward(graph, {"x": x * size}, arrays())["y"]
        assert (found.array if isinstance(found, Valued) else found) == pytest.approx(wanted, rel=1e-12)
        assert compiled(graph)({"x": x * size})[0]["y"] == pytest.approx(wanted, rel=1e-12)
