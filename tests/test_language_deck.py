# ruff: noqa: E501 - a row of a table stands in one line
"""The formulas of the lecture: every side that is an expression in its network's names is read as it is meant."""

from __future__ import annotations

import pytest
import scopes

from symnn.errors import Problem
from symnn.expressions.writing import plain
from symnn.language.lines import read_lines
from symnn.language.reading import Reading, read
from symnn.language.scope import Scope

MIDGES = Scope.of({"W_1": (2, 2), "W_2": (1, 2), "theta_1": (2,), "theta_2": (), "x": (2,)}, {"f": 1})
NET = Scope.of(["omega_{jk}", "v_{ij}", "eta", "E", "x"], {"f": 1})
BOTH_WAYS = Scope.of(
    {
        **dict.fromkeys(("U", "V", "W", "U'", "V'", "W'"), (2, 2)),
        **dict.fromkeys(("x_2", "A_1", "A_2", "A'_2", "A'_3", "y_2"), (2,)),
    },
    {"f": 1, "g": 1},
    canonical=True,
)
DEEP = Scope.of(
    {
        **dict.fromkeys(("U^{(i)}", "V^{(i)}", "W^{(i)}", "U'^{(i)}", "V'^{(i)}", "W'^{(i)}"), (2, 2)),
        **dict.fromkeys(("x_t", "y_t", "s_t", "s'_t", "s^{(i)}_t", "s'^{(i)}_t"), (2,)),
    },
    {"f": 1, "g": 1},
    indices=("t", "i"),
)
SEQUENCE = Scope.of(
    {
        "U": (2, 2),
        "V": (2, 2),
        "W": (2, 2),
        "V'": (2, 2),
        "W'": (2, 2),
        "U'": (2, 2),
        **dict.fromkeys(("x_t", "s_t", "s'_t", "h_t", "y_t"), (2,)),
    },
    {"f": 1, "g": 1},
    indices=("t",),
)
GAN = Scope.of(["x", "z"], {"D": 1, "G": 1})

two, three = scopes.TWO_TWO_ONE, scopes.TWO_THREE_TWO_ONE

SIDES = [
    (MIDGES, r"\begin{bmatrix} -5.5921 & 7.5976 \\ -0.5787 & -0.2875 \end{bmatrix}", "[[-5.5921, 7.5976], [-0.5787, -0.2875]]"),
    (MIDGES, r"\mathbf{W}_1", "W1"), (MIDGES, "W_2", "W2"), (MIDGES, r"[-8.4075 \quad 0.4838]", "[-8.4075, 0.4838]"), (MIDGES, r"\theta_2", "theta2"),
    (GAN, r"\frac{1}{1 + e^{-x}}", "1/(1 + exp(-x))"), (GAN, r"\frac{e^{-x}}{(1+e^{-x})^2}", "exp(-x)/(1 + exp(-x))^2"),
    (NET, r"-\eta \frac{\partial E}{\partial \omega_{jk}}", "-eta*diff(E, omega_jk)"), (NET, r"f(x)(1-f(x))", "f(x)*(1 - f(x))"), (NET, "f'(x)", "f'(x)"),
    (two, r"(y(w) - z)^2", "(y - z)^2"), (two, r"(\mathbf{y}(\mathbf{w}) - \mathbf{z})^{2}", "(y - z)^2"), (two, r"\mathbf{E}(\mathbf{w})", "E"),
    (two, r"\mathbf{f}(\mathbf{w}_{5}\mathbf{f}_{1} + \mathbf{w}_{6}\mathbf{f}_{2})", "f(w5*f1 + w6*f2)"), (two, r"f(\mathbf{a}_{3})", "f(a3)"),
    (two, r"f(\mathbf{w}_{1}\mathbf{x}_{1} + \mathbf{w}_{3}\mathbf{x}_{2})", "f(w1*x1 + w3*x2)"), (two, r"f(w_2x_1 + w_4x_2)", "f(w2*x1 + w4*x2)"),
    (two, r"\nabla \mathbf{E}(\mathbf{w})", "grad(E)"), (two, r"w_5^{k} - \eta \frac{\partial E(w^{k})}{\partial w_{5}}", "w5 - eta*diff(E, w5)"),
    (two, r"\frac{\partial E(w)}{\partial w_5}", "diff(E, w5)"), (two, r"(y(w) - z) \frac{\partial f}{\partial a_3} \frac{\partial a_3}{\partial w_5}", "(y - z)*f'(a3)*diff(a3, w5)"),
    (two, r"(y(w) - z) f(a_3) (1 - f(a_3)) f_1", "(y - z)*f(a3)*(1 - f(a3))*f1"),
    (two, r"(y(w) - z) \frac{\partial f}{\partial a_3} \frac{\partial a_3}{\partial f_1} \frac{\partial f_1}{\partial a_1} \frac{\partial a_1}{\partial w_1}",
     "(y - z)*f'(a3)*diff(a3, f1)*diff(f1, a1)*diff(a1, w1)"),
    (two, r"(y(w) - z) f(a_3) (1 - f(a_3)) w_5 f(a_1) (1 - f(a_1)) x_1", "(y - z)*f(a3)*(1 - f(a3))*w5*f(a1)*(1 - f(a1))*x1"),
    (three, r"(f_6(w_{46}y_4 + w_{56}y_5) - z)^2", "(f6(w46*y4 + w56*y5) - z)^2"), (three, r"(z - f_6(e))^2", "(z - f6(e6))^2"),
    (three, r"f_{1}(w_{(x1)1}x_{1} + w_{(x2)1}x_{2})", "f1(w_x1_1*x1 + w_x2_1*x2)"), (three, r"f_{4}(w_{14}y_{1} + w_{24}y_{2} + w_{34}y_{3})", "f4(w14*y1 + w24*y2 + w34*y3)"),
    (three, r"\frac{\partial E}{\partial w_{46}}", "diff(E, w46)"), (three, r"-(z - y)\frac{\partial f_6(e)}{\partial e}y_4", "-(z - y)*f6'(e6)*y4"),
    (three, r"-(z - y) \frac{\partial f_6(e)}{\partial e} w_{46} \frac{\partial f_4(e)}{\partial e} y_1", "-(z - y)*f6'(e6)*w46*f4'(e4)*y1"),
    (three, (r"-(z - y) \frac{\partial f_6(e)}{\partial e} (w_{46} \frac{\partial f_4(e)}{\partial e} w_{14} \frac{\partial f_1(e)}{\partial e} x_1 + w_{56} "
     r"\frac{\partial f_5(e)}{\partial e} w_{15} \frac{\partial f_1(e)}{\partial e} x_1)"),
     "-(z - y)*f6'(e6)*(w46*f4'(e4)*w14*f1'(e1)*x1 + w56*f5'(e5)*w15*f1'(e1)*x1)"),
    (scopes.IMAGE, r"-\mathbf{I}_{x-1,y-1} - 2\mathbf{I}_{x-1,y} - \mathbf{I}_{x-1,y+1} + \mathbf{I}_{x+1,y-1} + 2\mathbf{I}_{x+1,y} + \mathbf{I}_{x+1,y+1}",
     "-I[x-1,y-1] - 2*I[x-1,y] - I[x-1,y+1] + I[x+1,y-1] + 2*I[x+1,y] + I[x+1,y+1]"),
    (GAN, r"\max\{0, x\}", "max(0, x)"), (SEQUENCE, "f(Ux_t + Ws_{t-1})", "f(U*x_{t} + W*s_{t-1})"), (SEQUENCE, "g(Vs_t)", "g(V*s_{t})"),
    (SEQUENCE, "g(Vf(Ux_t + Ws_{t-1}))", "g(V*f(U*x_{t} + W*s_{t-1}))"), (SEQUENCE, r"f\left(U \cdot x_t + W \cdot s_{t-1}\right)", "f(U*x_{t} + W*s_{t-1})"),
    (GAN, "1*1+1*1+1*2+1*2", "1*1 + 1*1 + 1*2 + 1*2"), (GAN, "【32,32】", "[32, 32]"),
    (BOTH_WAYS, "g(VA_2 + V'A_2')", "g(V*A_2 + V'*A'_2)"), (BOTH_WAYS, "f(W'A'_3 + U'x_2)", "f(W'*A'_3 + U'*x_2)"),
    (SEQUENCE, r"g(V\mathbf{s}_t + V'\mathbf{s}_t')", "g(V*s_{t} + V'*s'_{t})"), (SEQUENCE, r"f(U'\mathbf{x}_t + W'\mathbf{s}_{t+1}')", "f(U'*x_{t} + W'*s'_{t+1})"),
    (DEEP, r"g(V^{(i)}\mathbf{s}_t^{(i)} + V'^{(i)}\mathbf{s}_t'^{(i)})", "g(V^(i)*s^(i)_{t} + V'^(i)*s'^(i)_{t})"),
    (DEEP, r"f(U'^{(i)}\mathbf{s}_t'^{(i-1)} + W'^{(i)}\mathbf{s}_{t+1}')", "f(U'^(i)*s'^(i-1)_{t} + W'^(i)*s'_{t+1})"),
    (DEEP, r"f(U^{(1)}\mathbf{x}_t + W^{(1)}\mathbf{s}_{t-1})", "f(U^(1)*x_{t} + W^(1)*s_{t-1})"),
    (GAN, "log(D(x))", "log(D(x))"), (GAN, "log(1 - D(G(z)))", "log(1 - D(G(z)))"),
]  # fmt: skip

NOT_EXPRESSIONS = [
    (two, r"\min_{\mathbf{w}} \mathbf{E}(\mathbf{w})"),  # a problem, not an expression
    (two, r"\frac{\partial E}{\partial w_i}"),  # i stands for any of six indices
    (two, r"w_i^{k+1}"),  # as above
    (three, r"E(w, f_1, \cdots, f_6)"),  # dots
    (SEQUENCE, r"g(Vf(Ux_t + Wf(Ux_{t-1} + ...)))"),  # dots
    (GAN, r"E_{x \sim p_{\textit{data}}(x)} \left[log(D(x)) \right]"),  # an expectation
    (GAN, r"\min_{G} \max_{D} V(D,G)"),  # a game
    (three, r"f_{i}(x)"),  # i stands for any of six indices
]


@pytest.mark.parametrize(("scope", "side", "written"), [row for row in SIDES if row[2] is not None])
def test_a_side_is_read(scope, side, written):
    reading = read(side, scope)
    assert isinstance(reading, Reading), reading
    assert plain(reading.tree) == written


@pytest.mark.parametrize(("scope", "side"), NOT_EXPRESSIONS)
def test_what_is_no_expression_is_refused(scope, side):
    assert isinstance(read(side, scope), Problem)


def test_the_aligned_lines_of_the_lecture_are_steps():
    text = r"""$$\frac{\partial \mathbf{E}(w)}{\partial w_1} = (y(w) - z) \frac{\partial f}{\partial a_3} \frac{\partial a_3}{\partial f_1}
        \frac{\partial f_1}{\partial a_1} \frac{\partial a_1}{\partial w_1}$$
        $$= (y(w) - z) f(a_3) (1 - f(a_3)) w_5 f(a_1) (1 - f(a_1)) x_1$$"""
    lines = read_lines(text, two)
    assert [(len(line.sides), line.continues) for line in lines] == [(2, False), (1, True)]
    assert plain(lines[1].sides[0]) == "(y - z)*f(a3)*(1 - f(a3))*w5*f(a1)*(1 - f(a1))*x1"


def test_two_equations_in_one_line_are_two_steps():
    lines = read_lines("$f_1 = f(w_1x_1 + w_3x_2), f_2 = f(w_2x_1 + w_4x_2),$", two)
    assert [plain(line.sides[0]) for line in lines] == ["f1", "f2"]
