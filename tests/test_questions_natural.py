"""Answers as students type them into the shipped exercises: programs, tables, numbers of a pocket calculator."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symnn
from symnn.questions.definitions import defined_after, defined_before

READ = [
    ("neuron/dy-dw1", "np.exp(-a)/(1 + np.exp(-a))**2*x1"),
    ("bp-2-2-1/dw6", "2*(y-z)*math.exp(-a3)/(1+math.exp(-a3))**2*f2"),
    ("bp-2-2-1/dw4", "2(y-z)y(1-y)w[6]f[2](1-f[2])x[2]"),
    ("cnn/by-v", "A.T.dot(y - z)"),
    ("cnn/by-v", "np.matmul(A.T, y - z)"),
    ("cnn/update-A", "A - eta*(y - z) @ v.T"),
    ("matrix-form/by-W2", "np.outer(2*(y-z)*y*(1-y), h)"),
    ("gan/equilibrium", "-2ln2"),
    ("gan/equilibrium", "ln(1/4)"),
    ("midges/Af", "2.831E-01"),
    ("midges/Apf", "8.638e-1"),
    ("midges/hidden", "0.5937 0.1641"),
    ("cnn/mean-removal", "-3 -1 4"),
    ("cnn/mean-removal", "[-3 -1 4]"),
    ("cnn-x/second-kernel", "(1, 5/9; 5/9, 5/9)"),
    ("cnn-x/second-kernel", "1 5/9; 5/9 5/9"),
    ("convolution/by-pixel", "K[3][2]"),
    ("attention/by-W_V", "X^T A^T 2(H-Z)"),
    ("attention/by-W_V", r"X^{\top} A^{\top} 2(H-Z)"),
    ("lstm/by-c2", "V^T 2(y-z) ⊙ o_2 ⊙ (1-tanh(c_2)^2)"),
    ("lstm/by-c2", "2V^T(y-z)*o_2*tanh'(c_2)"),
    ("lstm/by-c2", "2*V.T@(y-z)*o_2*(1-tanh(c_2)**2)"),
    ("gan/discriminator", "(1-D(x))x - D(g) g"),
    ("gan/generator", "-D(g) c_1 z"),
    ("bp-2-2-1/dw1", "x1 w5 2 (y-z) (f1-f1^2)(y-y^2)"),
]


@pytest.mark.parametrize(("target", "answer"), READ)
def test_it_is_read_and_right(target, answer):
    exercise, part = target.split("/")
    verdict = symnn.exercise(exercise).part(part).grade(answer)
    assert verdict.verdict == "correct", verdict


@pytest.mark.parametrize(
    ("target", "answer", "code"),
    [
        ("gan/equilibrium", "log 1/4", "ambiguous"),
        ("midges/hidden", "-0.5937 -0.1641", "separator"),
        ("bp-2-2-1/dw1", "x1 w5 2 y", "syntax"),
        ("bp-2-2-1/dw1", "os.system(1)", "unknown-name"),
        ("bp-2-2-1/dw1", "np.load(y)", "unknown-name"),
    ],
)
def test_what_may_mean_two_things_is_refused(target, answer, code):
    exercise, part = target.split("/")
    verdict = symnn.exercise(exercise).part(part).grade(answer)
    assert (verdict.verdict, verdict.findings[0].code) == ("unreadable", code)


AROUND = [
    ("cnn/weights", "8 x 28 = 224"),
    ("cnn/weights", "(3x3x3+1)x8 = 224"),
    ("cnn/weights", "8x(3x3x3)+8"),
    ("cnn/weights", "224 weights"),
    ("cnn/weights", "224个"),
    ("birnn/last-backward", "[10 10]^T"),
    ("birnn/first-computed", "the answer is (b)"),
    ("birnn/first-computed", "I choose B."),
    ("bp-2-2-1/gradient-is-zero", "Options A, B and D"),
    ("cnn/weights", "8×(27+1)=224"),
    ("cnn/weights", "3×3×3+1 = 28, 28×8=224"),
    ("midges/Af", "y≈0.2831"),
    ("midges/Af", "y = 0.28312 ≈ 0.2831"),
    ("bp-2-2-1/dw5", "2(y-z)y(1-y)f1 = ∂E/∂w5"),
    ("bp-2-2-1/dw5", r"\frac{\partial E}{\partial w_5} = 2(y-z)f'(a3)f1 = 2(y-z)y(1-y)f1"),
    ("bp-2-2-1/update-w1", "w1 := w1-η2(y-z)y(1-y)w5f1(1-f1)x1"),
    ("bp-2-2-1/update-w1", "w1 -= eta*2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1"),
    ("bp-2-2-1/update-w1", r"w_1^{new} \leftarrow w1 - eta*2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1"),
    ("bp-2-2-1/update-w1", "w_1^{(k+1)} = w1 - eta*2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1"),
    ("bp-2-2-1/update-w1", r"w_1^{new} = w_1^{old} - \eta 2(y-z)y(1-y)w_5f_1(1-f_1)x_1"),
    ("bp-2-2-1/update-w1", r"w_1^{(k+1)} = w_1^{(k)} - \eta 2(y-z)y(1-y)w_5f_1(1-f_1)x_1"),
    ("bp-2-2-1/update-w1", r"w_1^{\text{new}} = w_1^{\text{old}} - \eta\cdot 2(y-z)y(1-y)w_5f_1(1-f_1)x_1"),
    ("bp-2-2-1/update-w1", "w_{1,new} = w_{1,old} - eta*2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1"),
    ("gan/best", r"D^* = \frac{p_{data}}{p_{data}+p_g}"),
    ("gan/best", "D*=p_data/(p_data+p_g)"),
    ("gan/best", r"\frac{p_{data}(x)}{p_{data}(x)+p_g(x)}"),
    ("gan/best", "D^* = p_data(x)/(p_data(x) + p_g(x))"),
    ("midges/hidden", "h = (0.5937, 0.1641)"),
    ("midges/hidden", "h1=0.5937, h2=0.1641"),
    ("midges/hidden", "h_1 = 0.5937; h_2 = 0.1641"),
    ("one-hidden-layer/omega12", r"\Delta\omega_{12} = -2\eta(y_2-z_2)y_2(1-y_2)h_1"),
    ("one-hidden-layer/v21", "Δv21=-2η[(y_1-z_1)y_1(1-y_1)ω_11+(y_2-z_2)y_2(1-y_2)ω_12]f'(a_1)x_2"),
    ("cnn/update-A", "A=A-η(y-z)v^T"),
    ("cnn/update-A", "A -= η(y-z)v^T"),
    ("gan/discriminator-step", "c_1 ← c_1+η((1-D_x)x-D_g g)"),
    ("matrix-form/delta1", "δ_1=(W_2^T(2(y-z)⊙f'(a_2)))⊙f'(a_1)"),
    ("through-time/slope", "f'(a_2) = 1 - tanh(a2)^2 = 1-s_2^2"),
]


@pytest.mark.parametrize(("target", "answer"), AROUND)
def test_what_stands_around_an_answer_is_no_part_of_it(target, answer):
    exercise, part = target.split("/")
    verdict = symnn.exercise(exercise).part(part).grade(answer)
    assert verdict.verdict == "correct", verdict


DEFINED = [
    ("bp-2-2-1/dw1", "δ=2(y-z)y(1-y); dE/dw1 = δ w5 f1(1-f1) x1"),
    ("bp-2-2-1/dw1", "delta = 2(y-z)y(1-y); delta_1 = delta w5 f1(1-f1); delta_1 x1"),
    ("bp-2-2-1/dw1", "令 δ=2(y-z)y(1-y)，则 ∂E/∂w1=δw5f1(1-f1)x1"),
    ("bp-2-2-1/dw1", "∂E/∂w1 = δ w5 f1(1-f1) x1，其中 δ=2(y-z)y(1-y)"),
    ("bp-2-2-1/dw1", "δ w5 f1(1-f1) x1 (where δ=2(y-z)y(1-y))"),
    ("bp-2-2-1/dw1", r"\delta w_5 f_1(1-f_1)x_1, \delta = 2(y-z)y(1-y)"),
    ("matrix-form/delta1", "δ2 = 2(y-z)⊙f'(a2); δ1 = (W2^T δ2) ⊙ f'(a1)"),
    ("matrix-form/by-W1", "delta1 x^T where delta2 = 2(y-z)⊙f'(a2), delta1 = W2^T delta2 ⊙ f'(a1)"),
    ("one-hidden-layer/v21", "-η(δ_1 ω_11+δ_2 ω_12)h_1(1-h_1)x_2, δ_1=2(y_1-z_1)y_1(1-y_1), δ_2=2(y_2-z_2)y_2(1-y_2)"),
]


@pytest.mark.parametrize(("target", "answer"), DEFINED)
def test_what_an_answer_defines_is_put_in(target, answer):
    exercise, part = target.split("/")
    assert symnn.exercise(exercise).part(part).grade(answer).verdict == "correct"


def test_a_slip_in_a_definition_has_its_place_there():
    text = "δ w5 f1(1-f1) x1, δ = 2(y-z)y(1+y)"
    part = symnn.exercise("bp-2-2-1").part("dw1")
    assert part.hint(text, 3).sentences("en")
    (finding,) = part.grade(text).findings
    assert (finding.code, text[slice(*finding.span)]) == ("one-plus", "1+y")


@pytest.mark.parametrize("text", ["a = 0.2831, b = 1", "b = 1; a = 0.2831", "y = 0.2831, z = 1", "0.2831, k = 2"])
def test_two_answers_are_no_definition(text):
    part = symnn.exercise("midges").part("Af")
    assert defined_after(part, text) is None
    assert defined_before(part, text) is None


@pytest.mark.parametrize(
    ("target", "answer", "verdict", "left", "right"),
    [
        ("cnn/weights", "8×28=226=224", "partial", "8*28", "226"),
        ("cnn/weights", "8*(27+1) = 215", "wrong", "8*(27 + 1)", "215"),
        ("bp-2-2-1/dw5", "2(y-z)f'(a1)f1 = 2(y-z)y(1-y)f1", "partial", "2*(y - z)*f'(a1)*f1", "2*(y - z)*y*(1 - y)*f1"),
        ("midges/Af", "y = 0.2931 = 0.2831", "partial", "0.2931", "0.2831"),
    ],
)
def test_a_side_that_is_not_equal_to_the_next_is_named(target, answer, verdict, left, right):
    """A wrong step with a right last side does not get full marks; what is said of it is true."""
    exercise, part = target.split("/")
    graded = symnn.exercise(exercise).part(part).grade(answer)
    first = graded.findings[0]
    assert (graded.verdict, first.code) == (verdict, "not-equal")
    assert (first.facts["left"], first.facts["right"]) == (left, right)


@pytest.mark.parametrize(
    ("target", "answer"), [("bp-2-2-1/dw1", "z = 2(y-z)y(1-y)w5f1(1-f1)x1"), ("midges/Af", "z=0.2831")]
)
def test_another_left_side_is_still_refused(target, answer):
    exercise, part = target.split("/")
    graded = symnn.exercise(exercise).part(part).grade(answer)
    assert (graded.verdict, graded.findings[0].code) == ("unreadable", "left-not-asked")


@pytest.mark.parametrize(
    ("target", "answer"),
    [("bp-2-2-1/derivative-of-f", "dy/da3"), ("bp-2-2-1/derivative-of-f", "f'(a3)"), ("through-time/slope", "f'(a_2)")],
)
def test_a_restated_question_earns_nothing(target, answer):
    exercise, part = target.split("/")
    graded = symnn.exercise(exercise).part(part).grade(answer)
    assert (graded.points, graded.findings[0].code) == (0, "not-differentiated")


SOBEL = "-I[x-1,y-1]-2I[x-1,y]-I[x-1,y+1]+I[x+1,y-1]+2I[x+1,y]+I[x+1,y+1]"


@pytest.mark.parametrize("answer", [SOBEL + " + 0*I[x,y]", "0*I[x,y-1] + 0*I[x,y+1]" + SOBEL])
def test_a_kernels_zeros_may_be_written_out(answer):
    assert symnn.exercise("convolution").part("value").grade(answer).verdict == "correct"


WORKED = "2(y-z)y(1-y)w46y4(1-y4)y1"
CHAIN = "dE/dw14 = dE/dy dy/de6 de6/dy4 dy4/de4 de4/dw14"


@pytest.mark.parametrize(
    ("lines", "points"),
    [
        (f"∂E/∂w14 = ∂E/∂w14 = {WORKED}", 2),
        (f"∂E/∂w14 = 1*∂E/∂w14 = {WORKED}", 2),
        (f"∂E/∂w14\n= {WORKED}", 2),
        ("2(y-z) f6'(e6) w46 f4'(e4) y1", 2),
        (f"{CHAIN} = {WORKED}", 4),
        (
            "dE/dy=2(y-z)\ndE/de6=dE/dy*y(1-y)\ndE/dy4=dE/de6*w46\ndE/de4=dE/dy4*y4(1-y4)\ndE/dw14=dE/de4*y1",
            4,
        ),
        ("dE/dw14 = dE/de4*y1\ndE/de4 = dE/de6*w46*y4(1-y4)\ndE/de6 = 2(y-z)*y(1-y)", 4),
        ("dE/dw14 = dE/de4*y1", Fraction(2, 5)),
        ("dE/dw14 = dE/de4*y1\ndE/de4 = dE/dw14/y1", Fraction(2, 5)),
        (f"{CHAIN}\ndE/dy = 2(y-z)\ndy/de6 = y(1-y) because sigmoid\ndE/dw14 = {WORKED}", 4),
        (f"{CHAIN}\n由链式法则得\n={WORKED} （因为 f 是 sigmoid）", 4),
        (f"{CHAIN}\n = {WORKED} (by the chain rule)", 4),
    ],
)
def test_what_a_derivation_is_worth(lines, points):
    """A tautology is no step; what an earlier or later line proves is worked out; reasons in words do no harm."""
    graded = symnn.exercise("bp-2-3-2-1").part("steps-w14").grade(lines)
    assert graded.points == points, graded
