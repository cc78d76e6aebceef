"""A model that was read and is written as text reads again to the same graph, whatever it is made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symnn
from symnn.documents.decoding import Text
from symnn.expressions.writing import plain
from symnn.networks.network_file import network_from_equations, network_from_file

NAMES = (
    "x",
    "x_1",
    "w^{(1)}_{11}",
    "w^{[2]}_1",
    "v⁽³⁾₂",
    "\\theta_3^{(1)}",
    "b^{(2)}",
    "s'_2",
    "w_{max}",
    "\\eta",
    "γ",
)
FUNCTIONS = ("tanh", "exp", "\\sin", "sigmoid", "relu")


@st.composite
def scalars(draw, depth=3):
    """Write an expression of numbers as an author would."""
    kind = draw(st.integers(0, 6)) if depth else 0
    if kind <= 1:
        return draw(st.sampled_from((*NAMES, "2", "0.5")))
    one, other = draw(scalars(depth - 1)), draw(scalars(depth - 1))
    return {
        2: f"({one}) + {other}",
        3: f"({one}) - ({other})",
        4: f"({one}) ({other})",
        5: f"\\frac{{{one}}}{{{other}}}",
        6: f"{draw(st.sampled_from(FUNCTIONS))}({one})^2",
    }[kind]


def written(network):
    """Give the equations as text."""
    return "\n".join(f"{one.left} = {plain(one.right)}" for one in network.graph.equations)


@settings(max_examples=120, deadline=None)
@given(st.lists(scalars(), min_size=1, max_size=4))
def test_networks_of_numbers(rights):
    """Names with layers, primes, words and Greek letters keep being what they are."""
    first = network_from_equations("\n".join(f"h^{{({n})}} = {right}" for n, right in enumerate(rights, 1)))
    again = network_from_equations(written(first))
    assert again.graph.equations == first.graph.equations
    assert again.graph.parameters == first.graph.parameters


HEAD = "symnn: 1\nnetwork: n\ntitle: {zh: 甲, en: A}\n"
SHAPES = "shapes: {{X: {r}x{k}, W: {k}x{c}, B: {r}x{c}, b: {c}, d: {r}, q: 1x{c}}}\nequations: |\n"
MATRICES = (
    "X W",
    "X W + B",
    "X W - q",
    "tanh(X W) ⊙ B",
    "softmax(X W, rows)",
    "softmax(B, columns)",
    "normalize(X W + B, all)",
    "center(B, columns)",
    "B - mean(B, columns)",
    "B/(2 + q ⊙ q)",
    "(2 X) W + q ⊙ B",
)
BIASED = ("X W + b", "b ⊙ B - b", "max(X W, b)", "B + d", "d ⊙ B")
NUMBERS = (
    "‖A‖_F^2",
    "½||A_1 - B||^2_F",
    "b^T b",
    "d^T A b",
    "(b - 1)^T(b - 1)",
    "A_{12} + A[2,1] b_2",
    "sum(A, rows)^T d",
    "sum(mean(A, columns))",
    "||d||_1 + std(b)",
    "sum(A ⊙ (1/(2 + B ⊙ B)))",
)


@settings(max_examples=120, deadline=None)
@given(
    st.permutations([2, 3, 4]),
    st.sampled_from((*MATRICES, *BIASED)),
    st.sampled_from(MATRICES),
    st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3),
    st.sampled_from(("", "samples: rows\n", "samples: columns\n")),
)
def test_networks_of_tensors(sizes, first_right, second_right, losses, samples):
    """Biases, axes, norms, entries and transposes are written so that only one reading is left."""
    rows, inner, columns = sizes
    shapes = SHAPES.format(r=rows, k=inner, c=columns)
    loss = " + ".join(f"({one})" for one in losses)
    text = f"  A_1 = {second_right}\n  A = {first_right} + 0 A_1\n  E = {loss}\n"
    first = network_from_file(Text(HEAD + samples + shapes + text, "n.yaml"))
    lines = "".join(f"  {line}\n" for line in written(first).splitlines())
    again = network_from_file(Text(HEAD + shapes + lines, "n.yaml"))
    assert again.graph.equations == first.graph.equations
    assert again.graph.shapes == first.graph.shapes


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(BIASED[:3]), st.sampled_from(("rows", "columns")), st.integers(2, 4))
def test_what_the_file_decides_needs_no_file_any_more(right, samples, size):
    """For rows a bias of a square matrix is written with ones; a text that is read again says the same of every row."""
    shapes = SHAPES.format(r=size, k=3, c=size)
    first = network_from_file(Text(f"{HEAD}samples: {samples}\n{shapes}  A = {right}\n  E = sum(A)\n", "n.yaml"))
    lines = "".join(f"  {line}\n" for line in written(first).splitlines())
    again = network_from_file(Text(f"{HEAD}samples: {samples}\n{shapes}{lines}", "n.yaml"))
    assert again.graph.equations == first.graph.equations


@pytest.mark.parametrize("seed", range(24))
def test_their_values_and_gradients_agree(seed, tmp_path):
    """One of them at random: the interpreter, the compiled code and central differences say the same."""
    rng = np.random.default_rng(seed)
    rows, inner, columns = map(int, rng.permutation([2, 3, 4]))
    loss = " + ".join(f"({one})" for one in rng.choice(NUMBERS, 2, replace=False))
    text = f"  A_1 = {rng.choice(MATRICES)}\n  A = {rng.choice((*MATRICES, *BIASED))} + 0.5 A_1\n  E = {loss}\n"
    file = tmp_path / "n.yaml"
    file.write_text(HEAD + SHAPES.format(r=rows, k=inner, c=columns) + text, encoding="utf-8")
    network = symnn.network(str(file))
    shapes = {name: network.model.graph.shapes[name] for name in network.parameters}
    at = {name: rng.normal(size=shape).tolist() for name, shape in shapes.items()}
    gradient = network.gradient(at)
    values, compiled = network.compile()(at)
    assert float(values["E"]) == pytest.approx(float(network.evaluate(at)["E"]))
    for name, shape in shapes.items():
        assert np.allclose(compiled[name], gradient[name], rtol=1e-6, atol=1e-8), text
        place = tuple(int(rng.integers(0, length)) for length in shape)
        moved = [np.array(at[name]), np.array(at[name])]
        moved[0][place] += 1e-6
        moved[1][place] -= 1e-6
        up, down = (float(network.evaluate({**at, name: one.tolist()})["E"]) for one in moved)
        assert np.array(gradient[name])[place] == pytest.approx((up - down) / 2e-6, rel=1e-4, abs=1e-5), text
