# ruff: noqa: E501 - a row of a table stands in one line
"""Every notation of the language, one row each: what is typed, and the tree as plain text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import scopes

import symnn
from symnn.errors import Problem, Span
from symnn.expressions.tree import Call, Derivative, Entry, Name, Negative, Number, Sum, bare
from symnn.expressions.writing import plain
from symnn.language.reading import Reading, read
from symnn.language.scope import Scope

NOTATIONS = {
    "EVERYDAY": [
        # implicit products and precedence
        ("2x", "2*x"), ("xy", "x*y"), ("w5f1", "w5*f1"), ("w5 f1", "w5*f1"), ("2(x+y)(x-y)", "2*(x + y)*(x - y)"),
        ("x(x+1)", "x*(x + 1)"), ("(x+1)x", "(x + 1)*x"), ("f1(1-f1)", "f1*(1 - f1)"), ("x1x2", "x1*x2"),
        ("-x^2", "-x^2"), ("2^-1", "2^(-1)"), ("x^y^2", "x^(y^2)"), ("x**2", "x^2"), ("a/b/c", "a/b/c"),
        ("a/b*c", "a/b*c"), ("a-b-c", "a - b - c"), ("a-(b-c)", "a - (b - c)"), ("(a*b)*c", "(a*b)*c"),
        ("+x", "x"), ("x*-y", "x*(-y)"), ("--x", "--x"), ("{x+1}*2", "(x + 1)*2"), ("2[x+1]", "2*(x + 1)"),
        ("-x*y", "-x*y"), ("(-x)*y", "(-x)*y"), ("(-x)^2", "(-x)^2"),
        # numbers
        ("0.5x", "0.5*x"), (".5x", "0.5*x"), ("1e-3", "1e-3"), ("2.5e2x", "2.5e2*x"), ("1_000", "1000"), ("0,5", "0.5"),
        ("½", "1/2"), ("2½x", "(2 + 1/2)*x"), ("x+1.", "x + 1"), ("x+y.", "x + y"), ("x+y。", "x + y"),
        # functions and constants
        ("sin x", "sin(x)"), ("sin^2 x", "sin(x)^2"), ("sin²(x)", "sin(x)^2"), ("sin x cos y", "sin(x)*cos(y)"),
        ("sin x + 1", "sin(x) + 1"), ("ln x", "log(x)"), ("sin 2x", "sin(2*x)"), ("xsin(x)", "x*sin(x)"),
        ("log2(x)", "log(x)/log(2)"), ("log_2(x)", "log(x)/log(2)"), ("log(x, 2)", "log(x)/log(2)"), ("lg x", "log(x)/log(10)"), ("e^xy", "exp(x)*y"), ("sin x^2", "sin(x^2)"),
        ("e^x", "exp(x)"), ("e^(-x)", "exp(-x)"), ("2e^x", "2*exp(x)"), ("xe^x", "x*exp(x)"), ("e", "e"), ("pi x", "pi*x"),
        ("2pi", "2*pi"), ("π", "pi"), ("pix", "pi*x"), ("∞", "inf"), ("NaN", "nan"), ("√x+1", "sqrt(x) + 1"), ("∛x", "x^(1/3)"),
        ("√(x+1)", "sqrt(x + 1)"), ("|x|", "abs(x)"), ("|x||y|", "abs(x)*abs(y)"), ("|x+|y||", "abs(x + abs(y))"),
        ("2|x|", "2*abs(x)"), ("max(0,x)", "max(0, x)"), ("max{0,x}", "max(0, x)"), ("max(0，x)", "max(0, x)"), ("ReLU(x)", "relu(x)"),
        ("σ(x)", "sigmoid(x)"), ("sigmoid'(x)", "sigmoid'(x)"), ("tanh(x)^2", "tanh(x)^2"), ("sec(x)", "1/cos(x)"),
        ("pow(x, 2)", "x^2"), ("Exp(x)", "exp(x)"), ("E^x", "exp(x)"),
        # input methods, word processors, Unicode
        ("（ｘ＋１）＊２", "(x + 1)*2"), ("【x+1】*2", "(x + 1)*2"), ("x−y", "x - y"), ("x–y", "x - y"), ("x·y", "x*y"),
        ("x×y", "x*y"), ("x÷y", "x/y"), ("x∕y", "x/y"), ("x↑2", "x^2"), ("x²", "x^2"), ("x⁻¹", "x^(-1)"), ("x₁²", "x1^2"),
        ("x\u00a0y", "x*y"), ("x\u3000+\u30001", "x + 1"), ("x\u2062y", "x*y"), ("𝑥+𝑦", "x + y"), ("x∘y", "x ⊙ y"),
        ("x_1", "x1"), ("x_{1}", "x1"), ("x_(1)", "x1"), ("X1", "x1"), ("F1", "f1"), ("x_ 1", "x1"),
        # lines that go on, and a left side
        ("x\n+1", "x + 1"), ("x+\n1", "x + 1"), ("(x\ny)", "x*y"), ("y = x + 1", "x + 1"), ("q = x + 1", "x + 1"),
        ("1 2\n3 4", "[[1, 2], [3, 4]]"),
        # LaTeX
        (r"\frac{1}{2}x", "1/2*x"), (r"\frac12x", "1/2*x"), (r"\frac1{2}", "1/2"), (r"\frac xy", "x/y"), (r"\dfrac{x}{y}", "x/y"),
        (r"\tfrac{x+1}{y}", "(x + 1)/y"), (r"x\cdot y", "x*y"), (r"x\times y", "x*y"), (r"x\div y", "x/y"),
        (r"\left(x+1\right)y", "(x + 1)*y"), (r"\big(x+1\big)y", "(x + 1)*y"), (r"x\,y\;\!", "x*y"), (r"\mathrm{e}^{-x}", "exp(-x)"),
        (r"e^{-x}", "exp(-x)"), (r"\exp(x)", "exp(x)"), (r"\exp{x}", "exp(x)"), (r"\ln x", "log(x)"), (r"\log_{10} x", "log(x)/log(10)"),
        (r"\sqrt{x}", "sqrt(x)"), (r"\sqrt[3]{x}", "x^(1/3)"), (r"\sqrt x", "sqrt(x)"), (r"\sqrt2", "sqrt(2)"),
        (r"\max\{0,x\}", "max(0, x)"), (r"\max(0,x)", "max(0, x)"), (r"\left|x\right|", "abs(x)"), (r"\lvert x\rvert", "abs(x)"),
        (r"\tanh'(x)", "tanh'(x)"), (r"\tanh^{\prime}\left(x\right)", "tanh'(x)"), (r"\exp''(x)", "exp''(x)"), (r"\operatorname{tanh}'(x)", "tanh'(x)"),
        (r"\operatorname{ReLU}(x)", "relu(x)"), (r"\text{sigmoid}(x)", "sigmoid(x)"), (r"\sigma(x)", "sigmoid(x)"),
        (r"\sin^{2}x", "sin(x)^2"), (r"\tanh\left(x\right)", "tanh(x)"), ("$x+1$", "x + 1"), ("$$x+1$$", "x + 1"), (r"\(x+1\)", "x + 1"),
        (r"\[x+1\]", "x + 1"), (r"\boxed{x+1}", "x + 1"), ("{x}_{1}", "x1"), (r"\mathbf{x}_1", "x1"), (r"\mathbf{x}_{1}^{2}", "x1^2"),
        ("x_1^2", "x1^2"), ("{x+1}", "x + 1"), (r"\pi x", "pi*x"), (r"x \odot y", "x ⊙ y"), (r"w_{5}f_{1}", "w5*f1"), (r"w_5f_1", "w5*f1"),
        (r"\frac{1}{1+e^{-x}}", "1/(1 + exp(-x))"), (r"2*\frac{x}{y} + x/y", "2*(x/y) + x/y"), (r"\displaystyle\frac{x}{y}", "x/y"),
    ],
    "TWO_TWO_ONE": [
        ("2(y-z)f'(a_3)w_5 f'(a_1)x_1", "2*(y - z)*f'(a3)*w5*f'(a1)*x1"), ("f(a_3)(1-f(a_3))", "f(a3)*(1 - f(a3))"),
        ("f’(a₃)", "f'(a3)"), (r"f^{\prime}(a_3)", "f'(a3)"), ("f''(a_3)", "f''(a3)"), ("f^2(a_3)", "f(a3)^2"), (r"{f_1 f_2}^2", "(f1*f2)^2"), (r"\sqrt{f_1f_2}^2", "sqrt(f1*f2)^2"),
        ("dE/dw1", "diff(E, w1)"), ("∂E/∂w_1", "diff(E, w1)"), (r"\frac{\partial E}{\partial w_1}", "diff(E, w1)"),
        (r"\frac{dE}{dw_1}", "diff(E, w1)"), (r"\frac{\mathrm{d}E}{\mathrm{d}w_1}", "diff(E, w1)"), ("diff(E, w1)", "diff(E, w1)"),
        ("∂/∂w_1 E", "diff(E, w1)"), (r"\frac{\partial}{\partial w_1}E", "diff(E, w1)"), ("d/dw1 (y-z)^2", "diff((y - z)^2, w1)"),
        ("∂²E/∂w_1²", "diff(diff(E, w1), w1)"), (r"\frac{\partial^2 E}{\partial w_1 \partial w_2}", "diff(diff(E, w1), w2)"),
        ("diff(E, w1, w2)", "diff(diff(E, w1), w2)"), ("diff(E, w1, 2)", "diff(diff(E, w1), w1)"), ("∇E", "grad(E)"),
        (r"\nabla E", "grad(E)"), ("Derivative(E, w5)", "diff(E, w5)"),
        ("dE/dy*dy/da3*da3/dw5", "diff(E, y)*diff(y, a3)*diff(a3, w5)"), ("∂E/∂y ∂y/∂a_3", "diff(E, y)*diff(y, a3)"),
        ("(∂E)/(∂w_1)", "diff(E, w1)"), ("(∂E)/∂w_1", "diff(E, w1)"), ("∂E/(∂w_1)", "diff(E, w1)"), ("(dE/dy)(dy/da3)", "diff(E, y)*diff(y, a3)"),
        ("(∂f)/(∂a_3 ) w_5", "f'(a3)*w5"), ("d(E)/d(w1)", "diff(E, w1)"), ("∂(y-z)^2/∂y", "diff((y - z)^2, y)"), ("(∂^2 E)/(∂w_1 ∂w_2)", "diff(diff(E, w1), w2)"),
        (r"\frac{\differentialD E}{\differentialD w_1}", "diff(E, w1)"), ("ⅆE/ⅆy", "diff(E, y)"), ("𝜕𝐸/𝜕𝑦", "diff(E, y)"), ("2(y-z)⋅f^' (a_3 ) w_5", "2*(y - z)*f'(a3)*w5"),
        ("∂f/∂a_3", "f'(a3)"), ("∂f(a_3)/∂a_3", "f'(a3)"), ("df/da3", "f'(a3)"), (r"\frac{\partial f}{\partial a_3}", "f'(a3)"),
        ("∂f_1/∂a_1", "diff(f1, a1)"), ("f(w5*f1+w6*f2)", "f(w5*f1 + w6*f2)"), ("(y(w)-z)", "y - z"), ("E(w)", "E"),
        (r"\frac{\partial E(w)}{\partial w_5}", "diff(E, w5)"), ("w_5^k - η ∂E/∂w_5", "w5 - eta*diff(E, w5)"),
        (r"w_5^{(k)}-\eta\frac{\partial E(w^k)}{\partial w_5}", "w5 - eta*diff(E, w5)"), ("w_5^{k+1} = w_5^k - eta", "w5 - eta"),
        ("Δw_5 = -η*y", "-eta*y"), (r"\Delta w_{5} = -\eta y", "-eta*y"), ("2ηy", "2*eta*y"), ("E(1-E)", "E*(1 - E)"),
    ],
    "TWO_THREE_TWO_ONE": [
        ("w_{46}", "w46"), ("w46", "w46"), ("w_46", "w46"), ("w_4_6", "w46"), ("w_4 6", "w46"), ("w_{4,6}", "w46"), ("w_{4 6}", "w46"),
        ("w₄₆", "w46"), ("{w}_{46}", "w46"), ("w_{(x1)1}", "w_x1_1"), ("w(x1)1", "w_x1_1"), ("w_x1_1", "w_x1_1"), ("wx11", "w_x1_1"),
        ("w_{x1,1}", "w_x1_1"), ("w_{x_11}", "w_x1_1"), ("w_(x1)1", "w_x1_1"), ("w(x1)1x1", "w_x1_1*x1"), ("w_{ (x1) 1 }", "w_x1_1"),
        ("f_6'(e)", "f6'(e6)"), ("f_6’(e)", "f6'(e6)"), ("f'_6(e)", "f6'(e6)"), ("df6/de", "f6'(e6)"), ("∂f_6(e)/∂e", "f6'(e6)"),
        (r"\frac{\partial f_6(e)}{\partial e}", "f6'(e6)"), (r"\frac{\partial f_4(e)}{\partial e}", "f4'(e4)"), ("∂f_4/∂e", "f4'(e4)"),
        ("∂f_4(e_4)/∂e_4", "f4'(e4)"), ("∂y_4/∂e", "diff(y4, e4)"), ("f_4(e)(1-f_4(e))", "f4(e4)*(1 - f4(e4))"), ("e", "e6"),
        ("f_6'w_46", "f6'(e6)*w46"), ("y_4(1-y_4)", "y4*(1 - y4)"), ("-(z-y)∂f_6(e)/∂e y_4", "-(z - y)*f6'(e6)*y4"),
        ("f_6(w46 y4 + w56 y5)", "f6(w46*y4 + w56*y5)"), ("f_5(f_4(e)e)", "f5(f4(e4)*e5)"), ("2*e3", "2*e3"), (r"\mathrm{e}^{-e_1}", "exp(-e1)"),
    ],
    "RECURRENT": [
        ("f(U x_1 + W s_0)", "f(U*x_1 + W*s_0)"), ("W s_{2}", "W*s_2"), ("s2", "s_2"), ("W^T s_1", "transpose(W)*s_1"),
        (r"W^\top s_1", "transpose(W)*s_1"), (r"W^{\mathsf{T}}s_1", "transpose(W)*s_1"), ("Wᵀs_1", "transpose(W)*s_1"), ("W⊤s_1", None),
        ("W^⊤ s_1", "transpose(W)*s_1"), ("(W s_1)^T", "transpose(W*s_1)"), ("W[1,2]", "W[1,2]"), ("W_{12}", "W[1,2]"),
        ("W_{1,2}", "W[1,2]"), ("W_12", "W[1,2]"), ("s_2[1]", "s_2[1]"), (r"\delta", None), ("h_1 ⊙ s_1", "h_1 ⊙ s_1"),
        ("h_1 .* s_1", "h_1 ⊙ s_1"), (r"h_1 \odot s_1", "h_1 ⊙ s_1"), ("U·x_1", "U*x_1"), ("U@x_1", "U*x_1"), ("[1, 1]", "[1, 1]"),
        ("(4, 4)", "[4, 4]"), ("(4, 4)^T", "[4, 4]"), ("【4,4】", "[4, 4]"), (r"\begin{bmatrix}4\\4\end{bmatrix}", "[4, 4]"),
        (r"\left[\begin{matrix}1&2\\3&4\\\end{matrix}\right]", "[[1, 2], [3, 4]]"),
    ],
    "LAYERED": [
        ("s^{(1)}_2", "s^(1)_2"), ("s_2^{(1)}", "s^(1)_2"), ("s^(1)_2", "s^(1)_2"), ("s_2^(1)", "s^(1)_2"), ("s'^{(1)}_2", "s'^(1)_2"),
        (r"s^{\prime(1)}_2", "s'^(1)_2"), ("s_2'^{(1)}", "s'^(1)_2"), ("U^{(1)}s'_2", "U^(1)*s'_2"), ("V's'_2", "V'*s'_2"), ("V′s_2′", "V'*s'_2"),
        ("s⁽¹⁾₂", "s^(1)_2"), ("s'_2^2", "s'_2^2"), ("s'_2^{(2)}", "s'_2^2"), ("s^(1)_2^(2)", "s^(1)_2^2"), ("s^{(1)}_2^{(2)}", "s^(1)_2^2"), ("s^(1)_2^(2^1)", "s^(1)_2^(2^1)"),
        ("U^(1)^(2)", "U^(1)^2"),
    ],
    "IMAGE": [
        ("-I_{x-1,y-1} - 2I_{x-1,y}", "-I[x-1,y-1] - 2*I[x-1,y]"), ("I[x-1, y+1]", "I[x-1,y+1]"), ("I(x+1,y)", "I[x+1,y]"),
        ("I_{x - 1, y}", "I[x-1,y]"), ("I_{x−1,y}", "I[x-1,y]"), (r"\mathbf{I}_{x,y}", "I[x,y]"), ("2 I_{x+1,y}+I_{x+1,y+1}", "2*I[x+1,y] + I[x+1,y+1]"),
    ],
    "TENSORS": [
        ("W x + b", "W*x + b"), ("Wx", "W*x"), ("[1,2;3,4]", "[[1, 2], [3, 4]]"), ("[1 2\n3 4]", "[[1, 2], [3, 4]]"), ("[[1,2],\n[3,4]]", "[[1, 2], [3, 4]]"), ("((1,2),(3,4))", "[[1, 2], [3, 4]]"),
        (r"\begin{array}{cc}1&2\\3&4\end{array}", "[[1, 2], [3, 4]]"), ("[[1,2],[3,4]]", "[[1, 2], [3, 4]]"), ("{{1,2},{3,4}}", "[[1, 2], [3, 4]]"),
        ("[1 2; 3 4]", "[[1, 2], [3, 4]]"), ("[1;2]", "[1, 2]"), ("[[1],[2]]", "[[1], [2]]"), ("[[1，2]，[3，4]]", "[[1, 2], [3, 4]]"),
        ("Matrix([[1,2],[3,4]])", "[[1, 2], [3, 4]]"), (r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", "[[1, 2], [3, 4]]"),
        (r"\begin{pmatrix}t & 2t\end{pmatrix}", "[[t, 2*t]]"), ("[t+1, t]", "[t + 1, t]"), ("W_1[2,1]", "W1[2,1]"), ("(W_{1})_{2,1}", "W1[2,1]"), (r"\left(W_1\right)_{21}x", "W1[2,1]*x"), ("W_1 x", "W1*x"),
        ("W^T δ ⊙ f'(a)", "transpose(W)*delta ⊙ f'(a)"), ("δ x^T", "delta*transpose(x)"), ("K_{1,11}", "K[1,11]"), ("K[11,1]", "K[11,1]"),
        ("[1 \\quad 2]", "[1, 2]"), ("transpose(W)", "transpose(W)"), ("a ⊙ b ⊙ x", "a ⊙ b ⊙ x"), ("f'(a) ⊙ W^T δ", "f'(a) ⊙ (transpose(W)*delta)"), ("δ ⊙ f'(a) x^T", "(delta ⊙ f'(a))*transpose(x)"),
        ("a ⊙ W b ⊙ x", "a ⊙ (W*b) ⊙ x"), ("a ⊙ W*b", "a ⊙ (W*b)"), ("(a ⊙ W) b", "(a ⊙ W)*b"), ("a ⊙ t x", "a ⊙ (t*x)"), ("x[2]", "x[2]"), ("W_{1,2}", "W[1,2]"), ("x_2", "x[2]"),
    ],
    "OPEN": [
        ("xy", "xy"), ("w_{46}", "w46"), ("w_{(x1)1}", "w_x1_1"), ("2x", "2*x"), ("a1b", "a1b"), ("x(x+1)", "x*(x + 1)"), ("η", "eta"), (r"\theta_1", "theta1"),
        ("pi*e", "pi*e"), ("s'_t", "s'_t"), ("sin(x)", "sin(x)"), (r"\log_{10} x", "log(x)/log(10)"), ("dE/dw", "dE/dw"), ("x^T", "x^T"),
    ],
    "CLASH": [("w_{1,11}", "w_1_11"), ("w_{11,1}*x", "w_11_1*x"), ("w_1_11", "w_1_11"), ("w_{1 11}", "w_1_11")],
}  # fmt: skip

ROWS = [(name, text, written) for name, rows in NOTATIONS.items() for text, written in rows if written is not None]


@pytest.mark.parametrize(("name", "text", "written"), ROWS)
def test_a_notation_is_read(name, text, written):
    reading = read(text, getattr(scopes, name))
    assert isinstance(reading, Reading), reading
    assert plain(reading.tree) == written


@pytest.mark.parametrize(("name", "text", "written"), ROWS)
def test_what_was_read_is_written_so_that_it_reads_back(name, text, written):
    scope = getattr(scopes, name)
    first = read(text, scope)
    again = read(written, scope)
    assert isinstance(again, Reading), again
    assert bare(again.tree) == bare(first.tree)


# ! marks where the caret must be; the span begins there
MARKED = [
    ("2*(y-x!", "syntax", "')'"), ("2*!", "syntax", "operand"), ("w5 + !q*x1", "unknown-name", "q"), ("x +!* y", "syntax", "operand"),
    ("!", "blank", None), ("x + !х", "character", "U+0445"), ("x!\u200b+1", "character", "U+200B"), ("(x + 1!]", "syntax", "')'"),
    ("x!, y", "not-one-answer", ","), ("x !or y", "not-one-answer", "or"), ("x!; y", "not-one-answer", ";"), ("x!\ny", "not-one-answer", None),
    ("x = y != a", "not-one-answer", "="), ("x ± 1", "not-one-answer", None), ("!017", "number", "17"), ("!1.5.2", "two-numbers", None),
    ("x + !1e", "number", "1*e"), ("!2 3", "two-numbers", "3"), ("x !2", "syntax", "operator"), ("(x + 1)![2]", "ambiguous", "h[2], h = x + 1"), ("exp(x)![1]", "ambiguous", "h[1], h = exp(x)"), ("!sin x y", "ambiguous", None),
    ("!sin^-1 x", "ambiguous", "1/sin"), ("5!,6*x", "decimal-comma", "5.6"), ("!x2x3", "unknown-name", None), ("|x!", "syntax", "'|'"),
    ("max(!)", "syntax", "operand"), ("!max(x)", "arguments", None), ("!sin(x, y)", "arguments", None), ("x + !sin", "no-argument", None),
    ("!diff(x, 2*y)", "wrt", None), (r"\frac{x}{y!", "syntax", "'}'"), (r"\frac{x}!", "syntax", "group"), (r"x + !\tag{1}", "command", r"\tag"),
    ("x!'", None, None), ("!x^T", "transpose", None), ("!∂x/∂(2y)", None, None), ("x + !...", "command", "dots"), ("a !# b", "character", "U+0023"),
    ("{x!, y}", None, None), ("[1, 2; 3]", "ragged", None), ("![1 -2]", "separator", None), (r"x !\\ y", "not-one-answer", None), ("x=!=1", "syntax", "operand"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "code", "fact"), [row for row in MARKED if row[1] is not None])
def test_points_at_the_mistake(marked, code, fact):
    place = marked.find("!") if "!" in marked else 0
    if marked == "x = y != a":
        place = 6
    problem = read(marked[:place] + marked[place + 1 :] if "!" in marked else marked, scopes.EVERYDAY)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert fact is None or fact in problem.facts.values()
    assert problem.span.start == place or "!" not in marked


REFUSED = {
    "EVERYDAY": ["x2x3", "x^{2", "xq", "x''", "f(x", "O.5x", "x+l", "三", "1..2", "0b101", "x!", "25%", "x:=5", "x<y", "x->y", "x~y", "~x", "0、5", "x and y", "x & y", "x | y", "(x", "[[1, 2], 3]", "[x, [1, 2]]", "1,000", "x => y", "x_i", "'x'", "α", "Σx",
                 "x∈y", "答案是 x", "\\", "}{", "x))", "sin x/", "√x²", "1/2x y =", r"\boxed{x} \boxed{y}", r"x^{2}}", r"x^23\cdot\left(y", "x\\frac", "dx", "x + dx"],
    "TWO_TWO_ONE": ["f", "f'", "f_1'", "f'_1", "f(a_1, a_2)", "y(x_1, x_2) z_2", "x^k", "∂E", "∂E/w_1", "w_7", "∂^2E/∂w_1"],
    "TWO_THREE_TWO_ONE": ["e^x_1", r"2\mathrm{e}", "e^{-e}", "2e3", "1e-3", "f_6", "f_7(e)", "w_{47}", "f_6(e", "1e3"],
    "LAYERED": [r"f^{(1)}(s'_2)", "f^(1)(s'_2)"],
    "RECURRENT": ["W_{13}", "W[3,1]", "W_{1}", "s_4", "W[1]", "s_1[3]"],
    "IMAGE": ["I_{x-2,y}", "x", "I"],
    "TENSORS": ["K_{111}", "t^T", "[1, 2; 3]", "[]", "[[1,2],[3,4]", "{1, 2}", "matrix(t)"],
    "CLASH": ["w_{111}", "w111"],
    "OPEN": ["foo(x)", r"\sqt[3]{x}", r"\foo", r"x_{__import__('os')}", r"\prod n", "x_{a.b}", "x +", "0x1"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in REFUSED.items() for text in texts])
def test_is_refused(name, text):
    assert isinstance(read(text, getattr(scopes, name)), Problem)


CHOSEN = [
    ("1/2x", "(1/2)*x"), ("x^1/2", "(x^1)/2"), ("e^xy", "exp(x)*y"), ("sin x^2", "sin(x^2)"), ("a/bc", "(a/b)*c"), ("1/2(x+1)", "(1/2)*(x + 1)"), ("e^2x", "exp(2)*x"), ("sin 2x", "sin(2*x)"), ("sin x/2", "sin(x)/2"),
    ("lg x", "log(x)/log(10)"), ("|x|y", "abs(x)*y"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "read_as"), CHOSEN)
def test_a_choice_between_readings_is_shown(text, read_as):
    notes = read(text, scopes.EVERYDAY).notes
    assert [(note.code, note.facts["read"]) for note in notes] == [("chosen", read_as)]


@pytest.mark.parametrize("text", ["a/b*c", "2x", "x^2y", "(1/2)x", r"\frac{1}{2}x", "x₁·x₂", "x–y", "a*b/c", "x^2"])
def test_what_has_one_reading_has_no_note(text):
    assert read(text, scopes.EVERYDAY).notes == ()


@pytest.mark.parametrize(
    ("text", "what", "read_as"),
    [
        ("（x)", "（", "("),
        ("X1", "X1", "x1"),
        ("0,5", "0,5", "0.5"),
        ("x_ 1", None, None),
        ("x。", "。", "."),
    ],
)
def test_what_was_mended_is_shown(text, what, read_as):
    notes = read(text, scopes.EVERYDAY).notes
    assert what is None or ("mended", {"what": what, "read": read_as}) in [
        (note.code, dict(note.facts)) for note in notes
    ]


def test_spans_are_places_in_the_text_as_submitted():
    text = "（x₁² ＋ ｙ）·w5"
    tree = read(text, scopes.EVERYDAY).tree
    assert tree.span == Span(0, len(text))
    power, y = tree.factors[0].terms
    assert text[slice(*power.span)] == "x₁²"
    assert text[slice(*y.span)] == "ｙ"


def test_a_member_of_a_family_keeps_its_index():
    def tree(text):
        return bare(read(text, scopes.INDEXED).tree)

    before = Sum((Name("t"), Negative(Number(1))))
    assert tree("s_{t-1}") == Entry(Name("s"), (before,))
    assert tree("s'_{t - 1}") == Entry(Name("s'"), (before,))
    assert tree("s^{(i)}_t") == Entry(Name("s^()"), (Name("i"), Name("t")))
    assert tree("W^{(i)}") == Entry(Name("W^()"), (Name("i"),))
    assert tree("s_0") == Entry(Name("s"), (Number(0),))
    assert tree("f(U x_t)") == Call("f", (bare(read("U x_t", scopes.INDEXED).tree),))
    assert plain(tree("s^{(i)}_{t-1} + s'_t")) == "s^(i)_{t-1} + s'_{t}"


def test_a_left_side_is_given_back_or_compared_with_what_was_asked():
    scope = scopes.TWO_TWO_ONE
    asked = (Derivative(Name("E"), Name("w1")), "answer")
    assert bare(read("dE/dw1 = y", scope).left) == asked[0]
    assert isinstance(read("∂E/∂w_1 = y", scope, asked=asked), Reading)
    assert isinstance(read("answer = y", scope, asked=asked), Reading)
    refused = read("∂E/∂w_2 = y", scope, asked=asked)
    assert (refused.code, refused.span) == ("not-asked", Span(0, 7))
    assert read("y = z", scope, asked=lambda left: left == Name("y", Span(0, 1))).left is not None


LIMITED = [
    ("x" * 5000, "characters"), ("x+" * 1500, "tokens"), ("(" * 101 + "x" + ")" * 101, "depth"), ("x/" * 150 + "x", "depth"), ("-" * 150 + "x", "depth"),
    ("2^" * 150 + "x", "depth"), ("exp(" * 120 + "x" + ")" * 120, "depth"), (r"\frac{1}{" * 120 + "x" + "}" * 120, "depth"), ("9" * 61, "digits"),
    ("1e401", "exponent"), ("[" + ",".join("1" * 65) + "]", "side"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "limit"), LIMITED, ids=[f"{limit}-{place}" for place, (_, limit) in enumerate(LIMITED)]
)
def test_a_limit_holds(text, limit):
    problem = read(text, scopes.EVERYDAY)
    assert (problem.code, problem.facts["limit"]) == ("too-large", limit)


@pytest.mark.parametrize(
    ("opening", "closing", "levels"),
    [("(", ")", 95), ("sin(", ")", 95), (r"\frac{1}{", "}", 95), ("|", "|", 95), ("-", "", 95), ("x^{", "}", 45)],
)
def test_at_the_limit_of_depth_everything_is_read(opening, closing, levels):
    assert isinstance(read(opening * levels + "x" + closing * levels, scopes.EVERYDAY), Reading)


def test_too_many_distinct_names_are_refused():
    text = "+".join(f"v{place}" for place in range(65))
    assert read(text, scopes.OPEN).facts["limit"] == "names"


@pytest.mark.parametrize("text", ["w_{x,oo-oo}", "w_{i,j}", "w[i+1, j]", "w[α,1]", "w_{inf}", "x_{t-1}"])
def test_an_undeclared_name_with_indices_is_written_as_it_is_read(text):
    """Found by fuzzing: ``oo`` in an index is a letter twice, not infinity."""
    scope = Scope.of((), open=True)
    tree = bare(read(text, scope).tree)
    assert bare(read(plain(tree), scope).tree) == tree


def test_an_index_that_is_none_is_not_guessed():
    """Found by fuzzing: of a name that is not declared, a bracket may begin an entry or a factor."""
    problem = read("2x + I[x-1log2(x)y+1]", Scope.of((), open=True))
    assert isinstance(problem, Problem)
    assert (problem.code, problem.facts["name"]) == ("index-unclear", "I")


def test_no_pattern_has_a_possessive_group():
    """Before Python 3.11.5, which Debian 12 has, what such a group begins and does not finish stays consumed (gh-106052).

    There ``2e^x`` was the number 2e and ended in a traceback.
    """
    package = Path(symnn.__file__).parent
    found = {path.name for path in package.rglob("*.py") if re.search(r"\)[?*+]\+", path.read_text(encoding="utf-8"))}
    assert found == set()
