"""Right answers as students write them, in Chinese and English, LaTeX, Unicode and code: none is misread."""

from __future__ import annotations

import pytest

from symnn.exercises.library import exercise

RIGHT = [
    ("bp-2-2-1/dw5", "∂E/∂w₅ = 2(y−z)·y(1−y)·f₁"),
    ("bp-2-2-1/dw5", "$$\\frac{\\partial E}{\\partial w_5}=2(y-z)\\,f'(a_3)\\,f_1$$"),
    ("bp-2-2-1/dw5", "2*(y-z)*y*(1-y)*sigmoid(a1)"),
    ("bp-2-2-1/dw5", "dE_dw5 = 2*(y-z)*y*(1-y)*f1"),
    ("bp-2-2-1/dw5", "答：2(y－z)y(1－y)f１"),
    ("bp-2-2-1/dw5", "所以 ∂E/∂w5=2(y-z)y(1-y)f1。"),
    ("bp-2-2-1/dw5", "2 (y-z) f(a_3) [1-f(a_3)] f(a_1)"),
    ("bp-2-2-1/dw5", "2\\left(y-z\\right)y\\left(1-y\\right)f_{1}"),
    ("bp-2-2-1/dw5", "(2y-2z)(y-y²)f₁"),
    ("bp-2-2-1/dw1", "2(y-z)·f'(a₃)·w₅·f'(a₁)·x₁"),
    ("bp-2-2-1/dw1", "2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1;"),
    ("bp-2-2-1/dw1", "The answer is 2(y-z)y(1-y)w5f1(1-f1)x1"),
    ("bp-2-2-1/dw1", "\\dfrac{\\partial E}{\\partial w_1} = 2(y-z)\\cdot y(1-y)\\cdot w_5\\cdot f_1(1-f_1)\\cdot x_1"),
    ("bp-2-2-1/update-w1", "w1 <- w1 - eta*2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1"),
    ("bp-2-2-1/update-w1", "w_1' = w_1 - 2η(y-z)y(1-y)w_5f_1(1-f_1)x_1"),
    ("bp-2-2-1/update-w1", "w1 -= eta * 2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1"),
    ("bp-2-2-1/derivative-of-f", "f'(a_3)=y(1-y)"),
    ("bp-2-2-1/derivative-of-f", "y-y^2"),
    ("bp-2-2-1/derivative-of-f", "y - y**2"),
    ("bp-2-2-1/chain", "E→y→a3→f1→a1→w1"),
    ("bp-2-2-1/chain", "∂E/∂y × ∂y/∂a₃ × ∂a₃/∂f₁ × ∂f₁/∂a₁ × ∂a₁/∂w₁"),
    ("bp-2-2-1/chain", "先 E 对 y，再 y 对 a3，a3 对 f1，f1 对 a1，最后 a1 对 w1"),
    ("bp-2-2-1/chain", "dE/dy * dy/da3 * da3/df1 * df1/da1 * da1/dw1"),
    ("bp-2-2-1/gradient-is-zero", "A、B、D"),
    ("bp-2-2-1/gradient-is-zero", "选ABD"),
    ("bp-2-2-1/gradient-is-zero", "a,b and d"),
    ("gan/best", "D^*=\\frac{p_{data}}{p_{data}+p_g}"),
    ("gan/best", "p_data/(p_data+p_g)"),
    ("gan/best", "D*(x) = p_data(x)/(p_data(x)+p_g(x))"),
    ("gan/equilibrium", "-log 4"),
    ("gan/equilibrium", "-2ln2"),
    ("gan/equilibrium", "≈ -1.386"),
    ("gan/equilibrium", "-1.386294"),
    ("gan/slope", "\\frac{p_{data}}{D}-\\frac{p_g}{1-D}"),
    ("gan/slope", "p_data/D − p_g/(1−D)"),
    ("gan/turn", "B"),
    ("gan/turn", "u 和 m"),
    ("gan/discriminator", "(1-D_x)x - D_g g"),
    ("gan/discriminator-step", "c_1 := c_1 + η[(1-D_x)x - D_g g]"),
    ("softmax-vote/probability", "e^{a_X}/(e^{a_X}+e^{a_O})"),
    ("softmax-vote/probability", "1/(1+exp(a_O-a_X))"),
    ("softmax-vote/probability", "\\frac{\\exp(a_X)}{\\exp(a_X)+\\exp(a_O)}"),
    ("softmax-vote/right-class", "y_X-1"),
    ("softmax-vote/right-class", "∂E/∂a_X = y_X − 1"),
    ("softmax-vote/paths", "E→y_X→e_X→a_X; E→y_X→S→e_X→a_X"),
    ("birnn/output", "y_2 = V s_2 + V' s'_2"),
    ("birnn/output", "V @ s_2 + V' @ s'_2"),
    ("birnn/output", "Vs_2+V's_2'"),
    ("birnn/steps", "∂E/∂y_3 = 2(y_3-z_3)\n∂E/∂s_3 = V^T ∂E/∂y_3 = 2V^T(y_3-z_3)"),
    ("midges/Af", "0.2831"),
    ("midges/Af", "y ≈ 0.2831"),
    ("midges/Af", "y = f(a) = 0.2831"),
    ("neuron/dy-dw1", "f(a)(1-f(a))x_1"),
    ("neuron/dy-dw1", "dy/dw1 = y*(1-y)*x1"),
    ("rnn/h1", "[4, 4]"),
    ("rnn/h1", "(4,4)^T"),
    ("rnn/h1", "4; 4"),
    ("rnn/h1", "h_1 = \\begin{pmatrix}4\\\\4\\end{pmatrix}"),
]
REFUSED = [
    ("cnn-x/size", "7×7", "size-or-product"),  # a size, or 49
    ("bp-2-2-1/dw5", "2(y-z)…f1", "character"),
    ("bp-2-2-1/dw5", "w6 = 2(y-z)y(1-y)f1", "left-not-asked"),
    ("bp-2-2-1/dw5", "大约 2(y-z)y(1-y)f1", "words"),
]


def grade(target, answer):
    name, _, part = target.partition("/")
    return exercise(name).part(part).grade(answer)


@pytest.mark.parametrize(("target", "answer"), RIGHT)
def test_a_natural_answer_is_read_as_it_is_meant(target, answer):
    assert grade(target, answer).verdict == "correct"


@pytest.mark.parametrize(("target", "answer", "code"), REFUSED)
def test_what_is_refused_has_its_reason(target, answer, code):
    verdict = grade(target, answer)
    assert (verdict.verdict, verdict.findings[0].code) == ("unreadable", code)


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("bp-2-2-1/dw5", "so 2(y-z)y(1-y)f2"),
        ("bp-2-2-1/dw5", "w1 <- w1 - 2(y-z)f1"),
        ("bp-2-2-1/dw5", "dE_dw6 = 2(y-z)y(1-y)f1"),
        ("gan/best", "D*x = p_data(x)/(p_data(x)+p_g(x))"),
    ],
)
def test_no_wrong_answer_becomes_right_by_what_is_taken_off(target, answer):
    assert grade(target, answer).verdict != "correct"
