"""Operations along an axis: value, gradient, compiled code, batches and writing, of square and rectangular matrices."""

from __future__ import annotations

import numpy as np
import pytest

import symnn
from symnn.errors import GraphError, ShapeError

HEAD = "symnn: 1\nnetwork: n\ntitle: {zh: 试, en: try}\n"
RNG = np.random.default_rng(20261129)


def loaded(text, tmp_path):
    """Load a network file with this text after its head."""
    file = tmp_path / "n.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return symnn.network(str(file))


def softmax(x, axis):
    """Give the softmax along an axis of NumPy, or of all entries."""
    powers = np.exp(x - x.max())
    return powers / powers.sum(axis=axis, keepdims=True)


def standard(x, axis):
    """Remove the mean and divide by the deviation."""
    return (x - x.mean(axis=axis, keepdims=True)) / x.std(axis=axis, keepdims=True)


BY_HAND = {
    "sum": lambda x, axis: x.sum(axis=axis, keepdims=True),
    "mean": lambda x, axis: x.mean(axis=axis, keepdims=True),
    "std": lambda x, axis: x.std(axis=axis, keepdims=True),
    "variance": lambda x, axis: x.var(axis=axis, keepdims=True),
    "max": lambda x, axis: x.max(axis=axis, keepdims=True),
    "min": lambda x, axis: x.min(axis=axis, keepdims=True),
    "softmax": softmax,
    "center": lambda x, axis: x - x.mean(axis=axis, keepdims=True),
    "normalize": standard,
}
AXES = {"rows": 1, "columns": 0, "all": None}


@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (3, 3), (1, 3)])
@pytest.mark.parametrize("word", AXES)
@pytest.mark.parametrize("name", BY_HAND)
def test_each_operation_along_each_axis(name, word, shape, tmp_path):
    """Each row by itself, each column, or all: against NumPy, central differences, and the compiled code in batches."""
    if (name, word, shape) in {("std", "columns", (1, 3)), ("normalize", "columns", (1, 3))}:
        pytest.skip("one entry alone has no deviation")
    rows, columns = shape
    reduces = name in ("sum", "mean", "std", "variance", "max", "min")
    kept = {"rows": f"{rows}", "columns": f"1x{columns}", "all": "1"}[word] if reduces else f"{rows}x{columns}"
    text = (
        f"shapes: {{X: {rows}x{columns}, V: {rows}x{columns}, C: {kept}}}\ninputs: [C]\nequations: |\n"
        f"  A = X ⊙ V\n  B = {name}(A, {word})\n  E = sum(B ⊙ B ⊙ C)\n"
    )
    network = loaded(text, tmp_path)
    at = {one: RNG.normal(size=shape) for one in ("X", "V")}
    value = BY_HAND[name](at["X"] * at["V"], AXES[word])
    shown = value[:, 0] if kept == f"{rows}" and rows > 1 else value.reshape(()) if value.size == 1 else value
    at["C"] = RNG.normal(size=shown.shape)
    given = {one: array.tolist() for one, array in at.items()}
    found = network.evaluate(given)
    assert np.allclose(found["B"], shown)

    def result(x):
        value = BY_HAND[name](x * at["V"], AXES[word]).reshape(at["C"].shape)
        return (value * value * at["C"]).sum()

    slopes = np.zeros(shape)
    for place in np.ndindex(*shape):
        moved = [at["X"].copy(), at["X"].copy()]
        moved[0][place] += 1e-6
        moved[1][place] -= 1e-6
        slopes[place] = (result(moved[0]) - result(moved[1])) / 2e-6
    assert np.allclose(network.gradient(given)["X"], slopes, rtol=1e-5, atol=1e-6)
    step = network.compile()
    values, gradients = step(given)
    assert np.allclose(values["B"], shown)
    assert np.allclose(gradients["X"], slopes, rtol=1e-5, atol=1e-6)
    batch = {**given, "X": np.stack([at["X"], 2 * at["X"]])}
    values, gradients = step(batch)
    assert np.allclose(values["B"][1], BY_HAND[name](2 * at["X"] * at["V"], AXES[word]).reshape(shown.shape))
    assert np.allclose(gradients["X"][0], slopes, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["mean", "std", "variance", "softmax", "center", "normalize"])
@pytest.mark.parametrize("shape", ["2x3", "3x3", "4x2"])
def test_a_matrix_without_an_axis_is_refused(name, shape, tmp_path):
    """With all the readings; the sum has one alone."""
    with pytest.raises(ShapeError) as caught:
        loaded(f"shapes: {{X: {shape}}}\nequations: |\n  Y = {name}(2 X)\n  E = sum(Y)", tmp_path)
    (problem,) = caught.value.problems
    assert problem.code == "axis-unclear"
    assert problem.place.line == 6
    assert loaded(f"shapes: {{X: {shape}}}\nequations: E = sum(X)", tmp_path).parameters == ("X",)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("softmax(X, 1)", "axis-number"),
        ("mean(X, 0)", "axis-number"),
        ("sum(X, 0)", "axis-number"),
        ("softmax(v, rows)", "axis-no-matrix"),
        ("mean(Z, columns)", "axis-no-matrix"),
        ("tanh(X, rows)", "no-axis"),
        ("squared_error(X, X, rows)", "no-axis"),
        ("flatten(X, columns)", "no-axis"),
        ("softmax(X, columnns)", "arguments"),
    ],
)
def test_an_axis_where_none_can_be_is_refused(call, code, tmp_path):
    """A number could be NumPy's axis or ours; a vector has no rows."""
    with pytest.raises((ShapeError, GraphError)) as caught:
        loaded(f"shapes: {{X: 2x3, v: 3, Z: 2x2x2}}\nequations: |\n  Y = {call}", tmp_path)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_kept_axes_are_counted_as_before(tmp_path):
    """``sum(X, 1)`` and ``mean(X, 1)`` give one value for each index of the first axis."""
    network = loaded("shapes: {X: 2x2x2, g: 2}\nequations: |\n  v = mean(X, 1)\n  L = g^T v", tmp_path)
    at = {"X": RNG.normal(size=(2, 2, 2)), "g": [1.0, -2.0]}
    assert np.allclose(network.evaluate({**at, "X": at["X"].tolist()})["v"], at["X"].mean(axis=(1, 2)))


def test_rows_is_a_name_where_it_is_declared(tmp_path):
    """A quantity called rows is that quantity."""
    network = loaded("shapes: {rows: 2}\nequations: |\n  y = max(rows, rows)\n  E = sum(y)", tmp_path)
    assert network.parameters == ("rows",)


ATTENTION = """samples: rows
inputs: [X]
targets: [Z]
shapes: {X: 3x4, Q: 4x4, K: 4x4, V: 4x4, Z: 3x4}
equations: |
  S = (X Q) (X K)^T/sqrt(4)
  P = softmax(S, rows)
  A = P (X V)
  E = half_squared_error(A, Z)
"""


def test_attention_is_what_its_paper_says(tmp_path):
    """A foreign network: scaled dot-product attention, each row of scores by itself."""
    network = loaded(ATTENTION, tmp_path)
    shapes = {name: network.model.graph.shapes[name] for name in ("X", "Q", "K", "V", "Z")}
    at = {name: RNG.normal(size=shape) for name, shape in shapes.items()}
    scores = (at["X"] @ at["Q"]) @ (at["X"] @ at["K"]).T / 2
    attended = softmax(scores, 1) @ (at["X"] @ at["V"])
    given = {name: array.tolist() for name, array in at.items()}
    assert float(network.evaluate(given)["E"]) == pytest.approx(((attended - at["Z"]) ** 2).sum() / 2)
    error = softmax(scores, 1).T @ (attended - at["Z"])
    assert np.allclose(network.gradient(given)["V"], at["X"].T @ error)


BATCH_NORM = """samples: rows
inputs: [X, G]
shapes: {X: 3x2, gamma: 2, beta: 2, G: 3x2}
equations: |
  mu = mean(X, columns)
  v = mean((X - mu)^2, columns)
  H = (X - mu)/sqrt(v + 1/100)
  Y = gamma ⊙ H + beta
  E = sum(G ⊙ Y)
"""


def test_batch_normalisation_is_per_feature(tmp_path):
    """A foreign network: N x D samples, statistics of each column, γ and β one entry a column."""
    network = loaded(BATCH_NORM, tmp_path)
    at = {name: RNG.normal(size=shape) for name, shape in (("X", (3, 2)), ("G", (3, 2)), ("gamma", 2), ("beta", 2))}
    x = at["X"]
    hat = (x - x.mean(0)) / np.sqrt(x.var(0) + 0.01)
    given = {name: array.tolist() for name, array in at.items()}
    assert float(network.evaluate(given)["E"]) == pytest.approx((at["G"] * (at["gamma"] * hat + at["beta"])).sum())
    gradient = network.gradient(given)
    assert np.allclose(gradient["beta"], at["G"].sum(0))
    assert np.allclose(gradient["gamma"], (at["G"] * hat).sum(0))


def test_an_axis_is_read_in_answers_and_written_below_the_sign(tmp_path):
    """The axis stands below the name in LaTeX; without it an answer is refused like a model."""
    network = loaded(ATTENTION, tmp_path)
    assert symnn.compare("softmax(S, rows)", "P", network=network).equal is True
    assert symnn.compare("softmax(S, columns)", "P", network=network).equal is False
    assert symnn.compare("softmax(S)", "P", network=network).equal is not True
    latex = network.derive().latex()
    assert r"{\operatorname{softmax}}_{\text{rows}}" in latex or r"\operatorname{softmax}_{\mathrm{rows}}" in latex
