r"""Layers above names without brackets, ``z^l_j``, and letters in a font without braces, ``\mathcal L``."""

from __future__ import annotations

import pytest

import symnn
from symnn.language.names import spelled

UNITS = r"""a^0_j = x_j
z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j
a^l_j = sigmoid(z^l_j)
C = \frac12 \sum_j (a^2_j - y_j)^2"""
LAYERS = r"""a^0 = x
z^l = W^l a^{l-1} + b^l
a^l = sigmoid(z^l)
C = \frac12 \|a^2 - y\|^2"""
SHAPES = {"x": 3, "W^1": "2x3", "W^2": "1x2", "b^1": 2, "b^2": 1, "y": 1}


@pytest.fixture(scope="module")
def units():
    return symnn.network(UNITS, index={"l": "1..2", "j": "1..2", "k": "1..2"})


@pytest.fixture(scope="module")
def layers():
    return symnn.network(LAYERS, index={"l": "1..2"}, shapes=SHAPES)


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        ("(a^2_1 - y_1) a^2_1 (1 - a^2_1)", "diff(C, b^2_1)"),
        ("(a^{2}_1 - y_1) a^{(2)}_1 (1 - a^2_1) a^1_2", r"\frac{\partial C}{\partial w^2_{12}}"),
        ("(a_1^{(2)} - y_1)^2", "diff(C, a^2_1)^2"),
    ],
)
def test_a_number_above_is_a_layer_where_names_have_layers(units, answer, asked):
    assert symnn.compare(answer, asked, network=units).equal
    assert symnn.compare(f"2 ({answer})", asked, network=units).equal is False


def test_layers_of_vectors(layers):
    delta = "((a^2 - y) ⊙ a^2 ⊙ (1 - a^2))"
    assert symnn.compare(f"{delta} (a^1)^T", "diff(C, W^2)", network=layers).equal
    assert symnn.compare(f"((W^2)^T {delta}) ⊙ a^1 ⊙ (1 - a^1)", "diff(C, b^1)", network=layers).equal
    assert layers.derive().check().agrees


@pytest.mark.parametrize(
    ("equations", "index", "asked", "meant"),
    [
        (r"G = \sum_{t=1}^3 γ^t r_t", {"t": "1..3"}, "diff(G, r_2)", "γ^2"),
        ("y_i = x_i^2 + w^2", {"i": "1..2"}, "diff(y_1, w)", "2 w"),
        ("y_i = x^i w_i", {"i": "1..3"}, "diff(y_3, x)", "3 x^2 w_3"),
    ],
)
def test_elsewhere_it_is_a_power(equations, index, asked, meant):
    assert symnn.compare(meant, asked, network=symnn.network(equations, index=index)).equal


def test_a_mistake_behind_a_layer_has_its_place():
    with pytest.raises(symnn.GraphError, match=r":2:25: "):
        symnn.network("a^0 = x\na^l = w^l a^{l-1} + sin(", index={"l": "1..2"})


@pytest.mark.parametrize(
    "equations",
    [
        "\\hat y = \\sigma(w x + b)\n\\mathcal L = -(y \\log \\hat y + (1-y) \\log(1-\\hat y))",
        "\\hat{y} = \\sigma(w x + b)\n\\mathscr{L} = -y \\log \\hat{y} - (1-y) \\log(1-\\hat{y})",
    ],
)
def test_letters_in_a_font_stand_on_the_left(equations):
    network = symnn.network(equations)
    assert network.derive().of == "L"
    assert symnn.compare(r"(\hat y - y) x", r"\frac{\partial \mathcal L}{\partial w}", network=network).equal
    assert spelled(r"\mathbf x_1") == spelled("x_1")


def test_sums_on_the_left_of_which_stands_a_mark():
    network = symnn.network(
        "\\hat y_i = \\sigma(w x_i + b)\n\\mathcal{L} = -\\sum_{i=1}^{3} y_i \\log \\hat y_i", index={"i": "1..3"}
    )
    assert symnn.compare(r"-\sum_i y_i (1 - \hat y_i)", r"diff(\mathcal L, b)", network=network).equal
