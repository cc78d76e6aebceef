"""What is said first of answers as students slip, written by hand: over all kinds of part."""

from __future__ import annotations

from functools import lru_cache

import pytest

import symnn
from symnn.exercises.exercise import Exercise
from symnn.expressions.tree import Name
from symnn.language.reading import read
from symnn.misconceptions.diagnosis import diagnosis_of

ROWS = [
    ("neuron/sum", "2", "missing-term", "w2*x2"),
    ("neuron/output", "0", "activation-missing", "a"),
    ("neuron/output", "0.9820", "sign", "w2"),
    ("neuron/dy-dw1", "(1-y^2)x_1", "activation-wrong", "tanh"),
    ("neuron/dy-dw0", "y(1-y)x_1", "other-derivative", "w1"),
    ("midges/Af", "0.0073", "bias", "theta2"),
    ("midges/Af", "0.6206", "activation-wrong", "tanh"),
    ("midges/Apf", "0.9981", "sign", "W2[1,1]"),
    ("midges/hidden", "(0.3791, -1.6283)", "activation-missing", "a1"),
    ("midges/dy-dh1", "W2[1,1]", "missing-factor", "f'(a3)"),
    ("one-hidden-layer/v21", "-2η(y_1-z_1)y_1(1-y_1)ω_11 h_1(1-h_1)x_2", "missing-path", "y2"),
    (
        "one-hidden-layer/v21",
        "-2η[(y_1-z_1)y_1(1-y_1)ω_11+(y_2-z_2)y_2(1-y_2)ω_21]h_1(1-h_1)x_2",
        "wrong-quantity",
        "omega12",
    ),
    ("one-hidden-layer/v02", "-2η[(y_1-z_1)y_1(1-y_1)ω_21-(y_2-z_2)y_2(1-y_2)ω_22]h_2(1-h_2)", "sign", "y2"),
    ("bp-2-2-1/dw5", "2(y-z)y(1-y)+f_1", "factors-added", ""),
    ("bp-2-2-1/dw5", "(y-z)^2 y(1-y)f_1", "not-differentiated", "E"),
    ("bp-2-2-1/dw1", "2(y-z)y(1-y)[w5f1(1-f1)+w6f2(1-f2)]x1", "foreign-path", "f2"),
    ("bp-2-2-1/dw1", "(2y-z)y(1-y)w5f1(1-f1)x1", "brackets", "y - z"),
    ("bp-2-2-1/dw1", "2y-z*y(1-y)w5f1(1-f1)x1", "brackets", "y - z"),
    ("bp-2-2-1/dw5", "2(y-z)y*1-y*f1", "brackets", "1 - y"),
    ("gan/slope", "p_data/D - p_g/1-D", "brackets", "1 - D"),
    ("bp-2-2-1/dw1", "3(y-z)y(1-y)w5f1(1-f1)x1", "constant", "3/2"),
    ("bp-2-2-1/dw1", "2(y-z)y(1-y)w5f1(1-f1)^2x1", "extra-factor", "1 - f1"),
    ("bp-2-2-1/update-w1", "η(w_1-2(y-z)y(1-y)w_5f_1(1-f_1)x_1)", "update-rate", "whole"),
    ("convolution/by-pixel", "K_{23}", "wrong-quantity", "K[3,2]"),
    ("rnn/unrolled", "g(V f(U x_2 + W f(U x_2)))", "wrong-quantity", "x_1"),
    ("rnn/entry", "f(U_{11}x_1[1]+U_{21}x_1[2])", "wrong-quantity", "U[1,2]"),
    ("gan/slope", "p_data/D", "missing-term", "-p_g*(1/(1 - D))"),
    ("gan/discriminator", "D_x x-D_g g", "complement", "D_x"),
    ("gan/generator", "-(1-D_g)c_1 z", "wrong-factor", "D_g"),
    ("gan/non-saturating", "-(1-D_g)c_1 z", "other-derivative", "u"),
    ("softmax-vote/probability", "e_X", "missing-factor", "1/S"),
    ("through-time/slope", "1-s_2", "exponent", "2"),
    ("through-time/dw", "2(h-z)v(1-s_2^2)(s_1+w s_0)", "missing-factor", "f'(a1)"),
    ("matrix-form/delta1", "W_2^T(2(y-z))⊙f'(a_1)", "missing-factor", "f'(a2)"),
    ("lstm/by-c2", "2(y-z)V^T⊙o_2⊙(1-c_2⊙c_2)", "wrong-factor", "tanh'(c_2)"),
    ("lstm/by-f2", "2(y-z)V^T⊙o_2⊙(1-tanh(c_2)⊙tanh(c_2))⊙c_2", "wrong-quantity", "c_1"),
    ("gru/by-u2", "2(y-z)V^T⊙(h_1+n_2)", "sign", "-diff(E, h_2) ⊙ n_2"),
    ("attention/by-W_V", "2X^T(H-Z)", "missing-factor", "transpose(A)"),
    ("batch-norm/by-gamma", " + ".join(f"2(Y[{i},1]-Z[{i},1])Y[{i},1]" for i in (1, 2, 3)), "wrong-quantity", "N[2,1]"),
    ("matrix-form/one-entry", "2(y_1-z_1)h_1(1-h_1)W2[1,1]+2(y_2-z_2)h_2(1-h_2)W2[2,1]", "wrong-quantity", "y"),
    ("vae/divergence", "(exp(l)+1)/2", "sign", "-1/2"),
    ("vae/deviation", "l[1]/2", "activation-missing", "exp"),
    ("softmax-regression/by-W", "(y-z)⊙y⊙(1-y)x^T", "extra-factor", "y ⊙ (1 - y)"),
    ("softmax-regression/loss", "2.407", "missing-term", "some"),
]


@lru_cache
def exercise(name: str) -> Exercise:
    return symnn.exercise(name)


@pytest.mark.parametrize(("target", "answer", "code", "fact"), ROWS)
def test_the_first_reason_names_the_slip(target, answer, code, fact):
    name, part = target.split("/")
    verdict = exercise(name).part(part).grade(answer)
    assert (verdict.verdict, verdict.findings[0].code) == ("wrong", code)
    values = verdict.findings[0].facts.values()
    assert not fact or any(fact == value or (isinstance(value, tuple) and fact in value) for value in values)
    assert "spread" not in str(verdict.told("en"))


def test_a_wrong_line_that_keeps_the_loss_is_told_so():
    lines = "∂E/∂w14=∂E/∂y·∂y/∂e6·∂e6/∂y4·∂y4/∂e4·∂e4/∂w14\n=(y-z)^2·y(1-y)·w46·y4(1-y4)·y1"
    verdict = exercise("bp-2-3-2-1").part("steps-w14").grade(lines)
    assert [finding.code for finding in verdict.findings] == ["step", "not-differentiated"]


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        ("mean(beta)", ["wrong-quantity"]),
        ("mean(beta)*3 + 1", ["unexplained"]),
        ("sum(h)/7*mean(beta)", ["unexplained"]),
    ],
)
def test_a_tensor_in_the_place_of_another_is_one_mistake(answer, codes):
    """What is computed later has no value where the mean is asked: it is nothing that could be meant."""
    network = symnn.network(
        "mu = mean(x)\nh = x - mu\ny = gamma ⊙ h + beta\nE = sum((y - z)^2)",
        shapes={"x": 3, "gamma": 3, "beta": 3, "z": 3},
    )
    graph = network.model.graph
    found = diagnosis_of(graph, Name("mu")).explain(read(answer, graph.scope).tree)
    assert [finding.code for finding in found] == codes


FACTORS = [
    ("bp-2-2-1/dw5", "2(y-z)[y] f1", "function-for-derivative"),
    ("bp-2-2-1/dw5", "2(y-z)y(1-y)[z] f1", "extra-factor"),
    ("bp-2-2-1/dw5", "2(y-z)[y] y(1-y)f1", "extra-factor"),
    (
        "bp-2-3-2-1/dwx23",
        "2(y-z)y(1-y)w46 y4(1-y4)w34 y3(1-y3)x2 + 2(y-z)[y] w56 y5(1-y5)w35 y3(1-y3)x2",
        "function-for-derivative",
    ),
]


@pytest.mark.parametrize(("target", "marked", "code"), FACTORS)
def test_what_is_said_of_a_factor_points_at_a_factor(target, marked, code):
    start, end = marked.index("["), marked.index("]") - 1
    name, _, part = target.partition("/")
    finding = exercise(name).part(part).grade(marked.replace("[", "").replace("]", "")).findings[0]
    assert (finding.code, tuple(finding.span)) == (code, (start, end))


def test_advice_on_shapes_is_given_where_it_alone_makes_the_product_right():
    part = exercise("cnn").part("by-v")
    whys = {answer: part.grade(answer).findings[0].facts["why"] for answer in ("A(y-z)", "(y-z)A", "(y-z)A^T")}
    assert whys == {
        "A(y-z)": "shape-product-transpose-left",
        "(y-z)A": "shape-product",
        "(y-z)A^T": "shape-product-order",
    }
    assert part.grade("(y-z)A").findings[1].facts["of"] == "transpose(A)*(y - z)"


def test_a_term_too_many_is_no_missing_factor_of_0():
    (finding,) = exercise("birnn").part("output").grade("V s_2 + V' s'_2 + V s_2").findings
    assert (finding.code, finding.facts["term"]) == ("extra-term", "V*s_2")


SENTENCES = [
    ("cnn/component", "-1.8", "missing-term", "think of all that is added here"),
    ("rnn/h1", "[4, 5]", "entries", "Entry 2 is not right yet; all others are."),
    ("rnn/h3", "12", "shape", "Here a vector of 2 entries is asked: 2 numbers, one for each entry."),
    ("cnn-x/relu", "[[1,2],[3,4]]", "shape", "This is a 2×2 matrix, but one number is asked."),
    ("bp-2-2-1/gradient-is-zero", "0.02", "unknown-choice", "'0.02' is none of the choices A, B, C, D."),
    ("bp-2-2-1/gradient-is-zero", "A, E", "unknown-choice", "'E' is none of the choices A, B, C, D."),
]


@pytest.mark.parametrize(("target", "answer", "code", "said"), SENTENCES)
def test_what_is_said_as_a_teacher_would(target, answer, code, said):
    name, part = target.split("/")
    verdict = exercise(name).part(part).grade(answer)
    assert verdict.findings[0].code == code
    assert said in " ".join(verdict.told("en"))
