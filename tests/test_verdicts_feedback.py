"""Findings as sentences: every code of the contract in both languages, mathematics as the lecture writes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnn.messages import LANGUAGES, facts_of, sentences
from symnn.verdicts.feedback import feedback_sentence, spelled_out
from symnn.verdicts.verdict import Finding

CODES = (
    "undefined",
    "missing-factor",
    "extra-factor",
    "extra-term",
    "divided",
    "wrong-factor",
    "sign",
    "constant",
    "convention",
    "wrong-quantity",
    "wrong-argument",
    "function-for-derivative",
    "one-plus",
    "not-differentiated",
    "missing-path",
    "extra-path",
    "paths-multiplied",
    "stopped-early",
    "other-derivative",
    "update-given",
    "update-sign",
    "update-rate",
    "update-only-step",
    "stale-value",
    "bias",
    "activation-missing",
    "activation-wrong",
    "transposed",
    "order",
    "flipped-kernel",
    "pooling-kind",
    "operation-wrong",
    "rounded-early",
    "cut-or-rounded",
    "near-miss",
    "follow-through",
    "step",
    "form",
    "unexplained",
    "missing-term",
    "exponent",
    "inverted",
    "zero",
    "not-zero",
    "too-few-digits",
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence(code, lang):
    facts = dict.fromkeys(facts_of(sentences(lang)[code]), "w5") | {"layer": "output"}
    text = feedback_sentence(Finding(code, facts), lang)
    assert text.rstrip().endswith(("。", "."))
    assert "{" not in text
    assert "[[" not in text


@pytest.mark.parametrize(
    ("code", "facts", "zh", "en"),
    [
        (
            "missing-factor",
            {"factor": "f'(a3)", "layer": "output"},
            "你漏乘了输出层的 f'(a₃)：误差往回穿过输出层的激活函数时，要乘上它的导数。",
            (
                "You left out f'(a₃) of the output layer: going back through the activation of the output layer "
                "multiplies by its derivative."
            ),
        ),
        ("missing-factor", {"factor": "x1"}, "你漏乘了 x₁。", "You left out x₁."),
        (
            "update-rate",
            {"how": "missing"},
            "漏了学习率 η：更新量是 η 乘梯度。",
            "The learning rate η is missing: the step is η times the gradient.",
        ),
        (
            "bias",
            {"bias": ("theta1", "theta2"), "how": "sign"},
            "偏置 θ₁、θ₂ 的符号反了：它是加上去的，你减去了它。",
            "The bias θ₁, θ₂ has the wrong sign: it is added, you subtracted it.",
        ),
        (
            "other-derivative",
            {"quantity": "w5", "asked": "w1"},
            "你求的是对 w₅ 的导数，这里要的是对 w₁ 的导数。",
            "This is the derivative with respect to w₅; the one with respect to w₁ belongs here.",
        ),
    ],
)
def test_findings_read_like_a_teacher(code, facts, zh, en):
    finding = Finding(code, facts)
    assert (feedback_sentence(finding, "zh"), feedback_sentence(finding, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        ("w46", "w₄₆"),
        ("w_x1_1", "w₍ₓ₁₎₁"),
        ("s_2", "s₂"),
        ("p_data", "p_data"),
        ("eta", "η"),
        ("omega11*h1", "ω₁₁·h₁"),
        ("1 - f1", "1 − f₁"),
        ("-z", "−z"),
        ("W1[2,1]", "W₁[2,1]"),
        ("f6'(e6)", "f₆'(e₆)"),
        ("x-2*y", "x-2·y"),
    ],
)
def test_mathematics_in_sentences(plain, written):
    assert spelled_out(plain) == written


@given(st.text(alphabet="<>&\"'{}[]%$\\\x1b", min_size=1, max_size=12))
def test_facts_are_put_in_literally(text):
    assert text.replace("*", "·").replace("-", "−") in feedback_sentence(Finding("missing-term", {"term": text}), "en")
