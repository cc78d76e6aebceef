"""Conditions, cases and slices have the value and the gradient of what they say, in every writing."""

from __future__ import annotations

import numpy as np
import pytest
import scopes

import symnn
from symnn.errors import Problem
from symnn.expressions.tree import bare
from symnn.expressions.writing import plain
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.messages import LANGUAGES, say
from symnn.notation.layout import laid_out
from symnn.notation.tex import latex
from symnn.notation.typst_math import mathematics
from symnn.notation.unicode import on_one_line

AROUND = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)


@pytest.mark.parametrize(
    ("written", "function"),
    [
        (r"\begin{cases} a x & x > 0 \\ -x & x \le 0 \end{cases}", lambda x, a: a * x if x > 0 else -x),
        (
            r"\begin{cases} a & \text{if } x \geq 1 \\ x^2, & \text{otherwise} \end{cases}",
            lambda x, a: a if x >= 1 else x**2,
        ),
        (r"\begin{cases} -a & x < -1 \\ x & -1 \le x \le 1 \\ a & x > 1 \end{cases}", lambda x, a: np.clip(x, -a, a)),
        (
            r"\begin{cases} \frac12 x^2 & |x| \le a \\ a(|x| - \frac{a}{2}) & \text{otherwise}\end{cases}",
            lambda x, a: x**2 / 2 if abs(x) <= a else a * (abs(x) - a / 2),
        ),
        ("where(x > 0, x, a (exp(x) - 1))", lambda x, a: x if x > 0 else a * np.expm1(x)),
        ("np.where(0.5 <= x, x, a*x)", lambda x, a: x if x >= 0.5 else a * x),
        ("where(-1 < x < 1, a, 0)", lambda x, a: a if -1 < x < 1 else 0),
        ("a * 1[x > 0] x", lambda x, a: a * x if x > 0 else 0),
        (r"a \mathbb{1}_{x > 0} + x", lambda x, a: a * (x > 0) + x),
        ("a (x >= 0) + x", lambda x, a: a * (x >= 0) + x),
        ("a I(0 <= x <= 1)", lambda x, a: a * (0 <= x <= 1)),
    ],
)
def test_a_condition_has_the_value_that_it_says(written, function):
    network = symnn.network(f"y = {written}", parameters=["a"], inputs=["x"])
    step = network.compile()
    for x in AROUND:
        at = {"x": x, "a": 1.0}
        assert network.evaluate(at)["y"] == pytest.approx(function(x, 1.0))
        assert step(at)[0]["y"] == pytest.approx(function(x, 1.0))
    assert network.derive().check().agrees


@pytest.mark.parametrize(
    ("written", "function"),
    [
        ("where(x > 0, log(x), 0)", lambda x: np.log(x) if x > 0 else 0),
        ("where(x >= 1, sqrt(x - 1), 1 - x)", lambda x: np.sqrt(x - 1) if x >= 1 else 1 - x),
        (r"\begin{cases} \sqrt{x} & x > 0 \\ -\sqrt{-x} & x \le 0\end{cases}", lambda x: np.sign(x) * np.sqrt(abs(x))),
        ("where(x > 0, 1/x, 1)", lambda x: 1 / x if x > 0 else 1),
    ],
)
def test_what_is_not_chosen_need_not_have_a_value(written, function):
    network = symnn.network(f"y = {written}")
    wanted = [function(x) for x in AROUND]
    assert [network.evaluate({"x": x})["y"] for x in AROUND] == pytest.approx(wanted)
    assert [float(network.evaluate({"x": x}, digits=17)["y"]) for x in AROUND] == pytest.approx(wanted)
    assert network.compile()({"x": np.array(AROUND)})[0]["y"] == pytest.approx(wanted)
    assert network.gradient({"x": 2.0})["x"] == pytest.approx((function(2 + 1e-7) - function(2 - 1e-7)) / 2e-7)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("where(x > 0, log(x), 0)", "where(x > 0, log(x), x)", False),
        ("where(x > 0, 1/x, 0)", "where(x > 0, 1/x, 1)", False),
        ("where(x > 0, log(x^2), 1)", "where(x <= 0, 1, 2 log(x))", True),
        ("where(x > 0, sqrt(x)^2, 0)", "relu(x)", True),
        ("where(x > 0, sqrt(x), -sqrt(-x))", "sign(x) sqrt(abs(x))", True),
    ],
)
def test_the_judge_looks_where_the_other_case_has_no_value(one, other, equal):
    assert symnn.compare(one, other).equal is equal


def test_a_declared_function_may_have_cases():
    network = symnn.network("f(x) = where(x > 0, x, 0.1 x)\na = w x\ny = f(a)")
    assert network.gradient({"w": -1.0, "x": 2.0})["w"] == pytest.approx(0.2)
    assert symnn.compare("(0.1 + 0.9 [a > 0]) x", "diff(y, w)", network=network).equal


def test_the_mask_of_a_layer_is_the_derivative_of_its_relu():
    network = symnn.network("z = W x\nh = relu(z)\nL = sum(h)", shapes={"W": [2, 3], "x": 3})
    for mask in ("[z > 0] x^T", "(z > 0) x^T", r"\mathbb{1}[z > 0] x^T"):
        assert symnn.compare(mask, "diff(L, W)", network=network).equal
    assert symnn.compare("[x > 0]^T", "diff(L, W)", network=network).equal is False


SLICES = [
    ("C[3,:]", lambda C: C[2]), ("C[3]", lambda C: C[2]), ("C_{3,:}", lambda C: C[2]),
    ("C[:,2]", lambda C: C[:, 1]), (r"C_{:,2}", lambda C: C[:, 1]), ("C[2:3,:]", lambda C: C[1:3]),
    ("C[1:2,2:3]", lambda C: C[:2, 1:3]), ("C[:,:]", lambda C: C), ("C[4,1:2]", lambda C: C[3, :2]),
    ("(C C^T) onehot(2, 4)", lambda C: (C @ C.T)[1]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "function"), SLICES)
def test_a_slice_is_counted_from_one_with_both_ends(written, function):
    table = np.arange(12.0).reshape(4, 3) - 5
    network = symnn.network(f"h = {written}\nL = sum(h ⊙ h)", shapes={"C": [4, 3]})
    assert np.allclose(network.evaluate({"C": table.tolist()})["h"], function(table))
    assert network.derive().check().agrees


def test_rows_of_what_is_computed_and_rows_in_sums():
    network = symnn.network("H = A A^T\nL = sum(H[2]) + Σ_{i=1}^3 sum(A[i,:]) H[i,i]", shapes={"A": [3, 2]})
    A = np.array([[1.0, 2], [3, -1], [0, 2]])
    H = A @ A.T
    assert network.evaluate({"A": A.tolist()})["L"] == pytest.approx(H[1].sum() + A.sum(1) @ H.diagonal())


HALVES = {
    "x": lambda x: x if x > 0 else 0.0,
    "closed": lambda x: 1.0 if x >= 0 else 0.0,
    "clip": lambda x: np.clip(x, -1, 1),
}
"""What choices in words stand for: a ramp, a step that is 1 at 0, a value kept between -1 and 1."""


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("x if x > 0 else 0", "x"), ("0 if x < 0 else x", "x"), ("x if x > 0, 0 otherwise", "x"),
        ("x, x > 0; 0, x <= 0", "x"), ("{x, x>0; 0, x<=0}", "x"), (r"\left\{x, x>0; 0, x \le 0\right.", "x"),
        ("x (x > 0), 0 (x <= 0)", "x"), ("x when x>0 and 0 otherwise", "x"), ("x>0: x, else: 0", "x"),
        ("if x > 0 then x else 0", "x"), ("y = x if x>0 else 0", "x"), ("x if x>0\n0 if x<=0", "x"),
        (r"x \text{ if } x > 0, \quad 0 \text{ otherwise}", "x"), ("x/2 + x/2 for x > 0, else 0", "x"),
        ("当 x>0 时为 x，否则为 0", "x"), ("x（若 x>0），否则 0", "x"),
        ("x>0时取x，x≤0时取0", "x"), ("若x>0则x，若x<=0则0", "x"),
        ("x，x>0；0，其他", "x"),
        ("1 if x >= 0 else 0", "closed"), ("0, x < 0; 1, x ≥ 0", "closed"), ("x<0时0，x>=0时1", "closed"),
        ("1 if x>1 else x if x>-1 else -1", "clip"), ("-1, x<-1; x, -1<=x<=1; 1, x>1", "clip"),
        ("if x>1: 1 elif x<-1: -1 else: x", "clip"), ("1 if x > 1, -1 if x < -1, x otherwise", "clip"),
        ("x if -1 < x and x < 1, 1 if x >= 1, else -1", "clip"),
    ],
)  # fmt: skip
def test_a_choice_in_words_has_the_value_that_it_says(written, means):
    reading = read(written, Scope.of(["x", "y"]))
    assert not isinstance(reading, Problem), say(reading.code, reading.facts, "en")
    network = symnn.network(f"a = {plain(reading.tree)}", inputs=["x"])
    for x in AROUND:
        assert network.evaluate({"x": x})["a"] == HALVES[means](x), x


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1 if x > 0", "cases"), ("1 if x > 0, 0 if x < -1", "cases"), ("1 if x > 0, 0 if y <= 0", "cases"),
        ("1 if q > 0 else 0", "unknown-name"), ("x > 0", "nearly-equal"), ("x > 0, 3", "cases"),
        ("1 if x > 0 else", "words"),
    ],
)  # fmt: skip
def test_a_choice_in_words_that_leaves_something_out_is_refused(written, code):
    problem = read(written, Scope.of(["x", "y"]))
    assert isinstance(problem, Problem), problem
    assert problem.code == code


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("where(x > 0, a x, b)", r"\begin{cases} a x & x > 0 \\ b & x \le 0 \end{cases}"),
        ("where(x >= 1, a, b)", r"\begin{cases} b & x < 1 \\ a & x \ge 1 \end{cases}"),
        ("where(2 x - a > 3 b, a, b)", r"\begin{cases} a & 2 x - a > 3 b \\ b & 2 x - a \le 3 b \end{cases}"),
        ("where(-x > 0, a, b)", r"\begin{cases} a & x < 0 \\ b & x \ge 0 \end{cases}"),
        ("2 where(x > a, 1, y) x", r"2 \left(\begin{cases} 1 & x > a \\ y & x \le a \end{cases}\right) x"),
        ("a + where(x > a, 1, y)", r"a + \left(\begin{cases} 1 & x > a \\ y & x \le a \end{cases}\right)"),
        (
            "where(x > 0, a, where(x > -1, b, 0))",
            r"\begin{cases} a & x > 0 \\ \begin{cases} b & x > -1 \\ 0 & x \le -1 \end{cases} & x \le 0 \end{cases}",
        ),
    ],
)
def test_pages_print_cases_in_a_brace_and_they_are_read_back(written, shown):
    scope = Scope.of(["x", "a", "b", "y"])
    tree = bare(read(written, scope).tree)
    assert latex(tree) == shown
    assert bare(read(shown, scope).tree) == tree
    assert on_one_line(laid_out(tree)).count("{") == shown.count("cases}") // 2
    assert mathematics(laid_out(tree)).count("cases(") == shown.count("cases}") // 2


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("X[0]", "slice-end"), ("X[-1,:]", "slice-end"), ("x[0:2]", "slice-end"), ("X[1,2,3]", "index"),
        (r"\begin{cases} c & c > 0 \\ 0 & c < -1 \end{cases}", "cases"),
        (r"\begin{cases} c & c > 0 \\ 0 & x_1 < 0 \end{cases}", "cases"),
        ("where(c > 0, c)", "arguments"), ("c > 0", "nearly-equal"), ("c:2", "character"),
    ],
)  # fmt: skip
def test_what_is_no_place_and_no_case_is_refused(written, code):
    problem = read(written, scopes.WHOLE)
    assert isinstance(problem, Problem), problem
    assert problem.code == code
    assert all(say(problem.code, problem.facts, lang) for lang in LANGUAGES)
