# ruff: noqa: E501 - a row of a table stands in one line
"""Steps of a derivation and chains, with the words people put around them."""

from __future__ import annotations

import pytest
import scopes

from symnn.errors import Problem
from symnn.expressions.writing import plain
from symnn.language.lines import read_chain, read_lines
from symnn.notation.tex import latex

NET = scopes.TWO_TWO_ONE

STEPS = [
    ("dE/dw5 = 2(y-z)f'(a3)f1", [["diff(E, w5)", "2*(y - z)*f'(a3)*f1"]]),
    ("dE/dy = 2(y-z)\ndy/da3 = y(1-y)", [["diff(E, y)", "2*(y - z)"], ["diff(y, a3)", "y*(1 - y)"]]),
    ("E = (y-z)^2 => dE/dy = 2(y-z)", [["E", "(y - z)^2"], ["diff(E, y)", "2*(y - z)"]]),
    (r"E = (y-z)^2 \Rightarrow \frac{dE}{dy} = 2(y-z)", [["E", "(y - z)^2"], ["diff(E, y)", "2*(y - z)"]]),
    ("E = (y-z)^2 ⇒ dE/dy = 2(y-z)", [["E", "(y - z)^2"], ["diff(E, y)", "2*(y - z)"]]),
    ("E = (y-z)^2; y = f(a3)", [["E", "(y - z)^2"], ["y", "f(a3)"]]),
    (r"\begin{aligned} \frac{\partial E}{\partial y} &= 2(y-z) \\ &= 2y - 2z \end{aligned}", [["diff(E, y)", "2*(y - z)"], ["= 2*y - 2*z"]]),
    (r"\begin{align*}E&=(y-z)^2\\[2pt] y&=f(a_3)\end{align*}", [["E", "(y - z)^2"], ["y", "f(a3)"]]),
    ("解：由链式法则，\n∂E/∂y = 2(y-z)，\n所以 ∂E/∂w_5 = 2(y-z)f'(a_3)f_1。", [["diff(E, y)", "2*(y - z)"], ["diff(E, w5)", "2*(y - z)*f'(a3)*f1"]]),
    ("By the chain rule, dE/dy = 2(y-z), so we get dE/dw5 = 2(y-z)f'(a3)f1.", [["diff(E, y)", "2*(y - z)"], ["diff(E, w5)", "2*(y - z)*f'(a3)*f1"]]),
    ("1. y = f(a3)\n2. E = (y-z)^2", [["y", "f(a3)"], ["E", "(y - z)^2"]]),
    ("(1) y = f(a3)\n(2) E = (y-z)^2", [["y", "f(a3)"], ["E", "(y - z)^2"]]),
    ("① y = f(a3)\n② E = (y-z)^2", [["y", "f(a3)"], ["E", "(y - z)^2"]]),
    ("Step 1: y = f(a3)\nstep 2: E = (y-z)^2", [["y", "f(a3)"], ["E", "(y - z)^2"]]),
    ("第 1 步：y = f(a3)\n第2步 E = (y-z)^2", [["y", "f(a3)"], ["E", "(y - z)^2"]]),
    ("dE/dy = 2y\n - 2z", [["diff(E, y)", "2*y - 2*z"]]),
    ("dE/dy = 2 *\n(y - z)", [["diff(E, y)", "2*(y - z)"]]),
    ("dE/dw5 = 2(y-z)\n  * f1", [["diff(E, w5)", "2*(y - z)*f1"]]),
    ("dE/dy =\n2(y-z)", [["diff(E, y)", "2*(y - z)"]]),
    ("y = f(a3), E = (y-z)^2", [["y", "f(a3)"], ["E", "(y - z)^2"]]),
    ("$y = f(a_3)$, $E = (y-z)^2$", [["y", "f(a3)"], ["E", "(y - z)^2"]]),
    (r"y = f(a_3) \text{ and so } E = (y-z)^2", [["y", "f(a3)"], ["E", "(y - z)^2"]]),
    ("δ_3 = 2(y-z)f'(a_3)\n∂E/∂w_5 = δ_3 f_1", [["delta3", "2*(y - z)*f'(a3)"], ["diff(E, w5)", "delta3*f1"]]),
    ("dE/dy = 2(y-z) = 2y - 2z", [["diff(E, y)", "2*(y - z)", "2*y - 2*z"]]),
    ("-2(y-z)\n= -2y+2z", [["-2*(y - z)"], ["= -2*y + 2*z"]]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "lines"), STEPS)
def test_steps_are_read(text, lines):
    read_ones = read_lines(text, NET)
    assert not isinstance(read_ones, Problem), read_ones
    found = [[plain(side) for side in line.sides] for line in read_ones]
    for line, sides in zip(read_ones, found, strict=True):
        sides[0] = ("= " if line.continues else "") + sides[0]
        assert len(line.relations) == len(line.sides) - 1 + line.continues
        assert all(text[slice(*relation)] in "=＝" for relation in line.relations)
    assert found == lines


def test_a_step_knows_where_it_stands():
    text = "解：dE/dy = 2(y-z)\n所以 y = f(a3)"
    lines = read_lines(text, NET)
    assert [text[slice(*line.span)] for line in lines] == ["dE/dy = 2(y-z)", "y = f(a3)"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "blank"), ("所以", "blank"), ("y = f(a3)\n y = q", "unknown-name"), ("y = (1\n y = 2", "syntax"), ("y = 1\n" * 300, "too-large"), ("y = banana", "unknown-name"),
     ("y" * 20_000, "too-large"), ("y = 1 or 2", "syntax"), ("=", "syntax")],
)  # fmt: skip
def test_a_derivation_is_refused_at_its_place(text, code):
    problem = read_lines(text, NET)
    assert isinstance(problem, Problem)
    assert problem.code == code


def test_the_place_of_a_mistake_is_in_the_whole_text():
    text = "dE/dy = 2(y-z)\n所以 y = f(q)"
    problem = read_lines(text, NET)
    assert text[slice(*problem.span)] == "q"


CHAINS = [
    ("E -> y -> a3 -> f1 -> a1 -> w1", ("E", "y", "a3", "f1", "a1", "w1")), ("E→y→a_3", ("E", "y", "a3")), (r"E \to y \to a_3", ("E", "y", "a3")),
    (r"E\rightarrow y", ("E", "y")), ("E -> y", ("E", "y")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), CHAINS)
def test_a_chain_of_names(text, names):
    assert read_chain(text, NET).names == names


@pytest.mark.parametrize(
    "text",
    ["dE/dy*dy/da3*da3/dw5", "∂E/∂y·∂y/∂a_3·∂a_3/∂w_5", r"\frac{\partial E}{\partial y}\frac{\partial y}{\partial a_3}\cdot\frac{\partial a_3}{\partial w_5}",
     "dE/dw5 = dE/dy * (dy/da3 * da3/dw5)", "(dE/dy)(dy/da3)(da3/dw5)"],
)  # fmt: skip
def test_a_chain_of_factors(text):
    factors = read_chain(text, NET).factors
    assert [plain(factor) for factor in factors] == ["diff(E, y)", "diff(y, a3)", "diff(a3, w5)"]
    assert latex(factors[0]) == r"\frac{\partial E}{\partial y}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2*dE/dy", "not-a-chain"),
        ("y(1-y)", "not-a-chain"),
        ("E -> q", "unknown-name"),
        ("E ->", "syntax"),
        ("E -> 2", "syntax"),
        ("", "blank"),
    ],
)
def test_what_is_no_chain_is_refused(text, code):
    assert read_chain(text, NET).code == code
