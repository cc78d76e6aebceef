"""Typst and PDF: words are escaped, mathematics is ours, what belongs together stays on a page."""

from __future__ import annotations

import builtins
import re

import pytest
from click.testing import CliRunner
from hypothesis import given
from test_handouts_formats import NASTY

from symnn.commands.derive import command
from symnn.errors import UsageError
from symnn.handouts.document import Document, Title
from symnn.handouts.handout import Handout
from symnn.handouts.pdf import compiler, pdf
from symnn.handouts.typst import escaped
from symnn.networks.catalogue import network
from symnn.notation.authored import boxes_of
from symnn.notation.typst_math import mathematics, quoted


@given(NASTY)
def test_typst_prints_words_and_obeys_none(words):
    out = re.sub(r"\\.", "", escaped(words))
    assert not re.search(r"[\\#$*_`<>@\[\]~/\n\x1b\u202e\u200b]", out)
    inside = re.sub(r"\\.", "", quoted(words)[1:-1])
    assert not re.search(r"[\"\\\n\x1b\u202e]", inside)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"w_{46}", "w_(46)"),
        (r"f'(a_3)", r"f^(′) \( a_(3) \)"),
        (r"\left(\frac{a}{b}\right)", r"lr(\( frac(a, b) \))"),
        (r"\Bigl(a +", r"lr(\(, size: #180%) a +"),
        (r"\operatorname{softmax}(a, b)", r'op("softmax") \( a \, b \)'),
        (r"\begin{bmatrix} 1 & a \\ 2 & b \end{bmatrix}", r"lr(\[ mat(delim: #none, 1, a; 2, b) \])"),
        (r"\underbrace{\mathstrut x}_{0.5}", "underbrace(x, 0.5)"),
        (r"\mathbb{E}(y)", r"𝔼 \( y \)"),
        (r"p_{\mathrm{data}}", 'p_(upright("data"))'),
        (r"s'^{(1)}_t", r"s_(t)^(′ \( 1 \))"),
        (r"\sqrt{a + b}", "sqrt(a + b)"),
    ],
)
def test_mathematics_in_typst(latex, expected):
    assert mathematics(boxes_of(latex)) == expected


def test_what_leads_to_equations_stays_with_them():
    page = Handout(network("gan")).written("typst", "en")
    sentences = page.partition("minimise $L_(D)$")[2].partition("= Gradients")[0].partition("error terms\n\n")[2]
    assert sentences.count("#block(sticky: true") == 2


def test_the_last_two_frames_of_gradients_stay_together():
    page = Handout(network("bp-2-3-2-1")).written("typst", "en")
    frames = re.findall(r"^(#block.*)?#align\(center, box\(stroke", page, re.MULTILINE)
    assert [bool(kept) for kept in frames] == [False, True, False]


def test_pictures_are_drawn_in_colours_that_paper_knows():
    assert "Canvas" not in Handout(network("cnn")).written("typst", "en")


def test_a_pdf_is_written_to_a_file(tmp_path):
    pytest.importorskip("typst", reason="the extra [pdf] is not installed")
    page = tmp_path / "page.pdf"
    arguments = ["bp-2-2-1", "--wrt", "w1", "--at", "w1=1", "--to", "pdf", "-o", str(page)]
    assert CliRunner().invoke(command, arguments).exit_code == 0
    assert page.read_bytes().startswith(b"%PDF-")


def test_without_the_extra_the_message_says_what_brings_it(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "typst":
            raise ImportError(name)
        return real(name, *rest, **more)

    compiler.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=re.escape("pip install 'symnn[pdf]'")):
        pdf(Document((Title("甲", "A"),)), "en")
