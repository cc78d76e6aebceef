"""Authors' texts: formulas with known commands stay formulas, everything else is words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnn.handouts.document import Document, Verbatim
from symnn.handouts.formats import FORMATS, written_document
from symnn.notation.author import author_text, harmless, paragraphs, readable, words_and_formulas
from symnn.notation.inline import AuthorFormula

HARMFUL = [
    r"\input{/etc/passwd}",
    r"\write18{id}",
    r"\def\x{1}",
    r"\csname end\endcsname",
    r"x}",
    r"{x",
    r"}{",
    r"x%y",
    r"a & b",
    r"a \\ b",
    r"\left( x",
    r"\begin{document}",
    r"\begin{bmatrix} 1",
    r"\href{a}{b}",
    "x\x1b",
    "#1",
]


@pytest.mark.parametrize("latex", HARMFUL)
def test_what_is_not_known_to_be_harmless_stands_as_words(latex):
    assert not harmless(latex)
    assert not any(isinstance(part, AuthorFormula) for part in words_and_formulas(f"a ${latex}$ b"))


@pytest.mark.parametrize("to", FORMATS)
def test_no_harmful_command_reaches_a_document(to):
    text = " ".join(f"${latex}$" for latex in HARMFUL)
    out = written_document(Document((Verbatim(text, text),)), to, "en")
    if to == "latex":
        assert not any(command in out for command in (r"\input", r"\write", r"\def", r"\csname", r"\href"))
        assert out.count(r"\begin{document}") == 1
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"w_{(x1)1}x_1 + w_{(x2)1}x_2", "w_x1_1 x1 + w_x2_1 x2"),
        (r"\frac{\partial f_6(e)}{\partial e}", "∂f6(e)/∂e"),
        (r"E \to \dots \to w_1", "E → … → w1"),
        (r"-(z-y)^2", "-(z - y)^2"),
        (r"s'_t = f(U x_t)", "s'_t = f(U x_t)"),
        (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "[1, 2; 3, 4]"),
        (r"\Delta w = -\eta \frac{a+b}{2}", "Δw = -η(a + b)/2"),
        (r"\sqrt{x}", "√x"),
        (r"W^{(i)} s_t", "W^(i) s_t"),
        (r"p_g = p_{data}", "p_g = p_data"),
        (r"\log\frac12 < 0", "log 1/2 < 0"),
        (r"\frac 1 2x", "1/2 x"),
        (r"\frac{1}", "1/()"),
    ],
)
def test_formulas_are_readable_in_a_terminal(latex, text):
    assert harmless(latex)
    assert readable(latex) == text


@given(st.text("ab$ \n\\{}权", max_size=40))
def test_nothing_of_a_text_is_lost(text):
    parts = [part for paragraph in author_text(text) for part in paragraph]
    kept = "".join(f"${part.latex}$" if isinstance(part, AuthorFormula) else part.text for part in parts)
    assert "".join(kept.split()) == "".join(text.split())


def test_paragraphs_are_split_at_empty_lines():
    assert paragraphs("网络有\n两个输入，\n$x$ 和\n y\n\n\nand more\ntext") == (
        "网络有两个输入，$x$ 和 y",
        "and more text",
    )
