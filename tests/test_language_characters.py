# ruff: noqa: E501 - a row of a table stands in one line
"""Characters: the explicit table, and refusals by name."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnn.errors import Problem, Span
from symnn.language.characters import ALIKE, MENDED, Mended, mend

REFUSED = [
    ("х", "U+0445", "x"), ("е", "U+0435", "e"), ("о", "U+043E", "o"), ("р", "U+0440", "p"), ("с", "U+0441", "c"), ("у", "U+0443", "y"), ("Е", "U+0415", "E"),
    ("ѡ", "U+0461", "w"), ("ο", "U+03BF", "o"), ("Α", "U+0391", "A"), ("ſ", "U+017F", "s"), ("ⅹ", "U+2179", "x"), ("ı", "U+0131", "i"),
    ("\u200b", "U+200B", ""), ("\u200d", "U+200D", ""), ("\u202e", "U+202E", ""), ("\ufeff", "U+FEFF", ""), ("\u00ad", "U+00AD", ""),
    ("\x00", "U+0000", ""), ("\x1b", "U+001B", ""), ("\ud800", "U+D800", ""), ("😀", "U+1F600", ""), ("٣", "U+0663", ""),
]  # fmt: skip


@pytest.mark.parametrize(("sign", "code", "nearest"), REFUSED)
def test_a_character_is_refused_by_name(sign, code, nearest):
    problem = mend(f"x{sign} + 1")
    assert isinstance(problem, Problem)
    assert (problem.code, problem.facts["code"], problem.facts["nearest"]) == ("character", code, nearest)
    assert problem.span == Span(1, 2)


def test_no_lookalike_is_mended_and_all_look_like_what_can_be_typed():
    assert ALIKE.keys().isdisjoint(MENDED)
    assert all((letter.isascii() or letter == "∂") and len(letter) == 1 for letter in ALIKE.values())


def test_nothing_is_mended_into_a_letter_of_another_kind():
    """Only full-width and mathematical letters become letters, and they become their own letter."""
    for sign, read_as in MENDED.items():
        if read_as.isalpha() and sign != "∆":
            assert unicodedata.normalize("NFKC", sign) in {read_as, "ε", "φ", "θ", "ρ"}, sign


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("x²", "x^{2}"),
        ("x₁²", "x_{1}^{2}"),
        ("s⁽¹⁾₂", "s^{(1)}_{2}"),
        ("10⁻³", "10^{-3}"),
        ("ｘ＋１", "x+1"),
        ("“", None),
    ],
)
def test_scripts_are_structure(text, read_as):
    mended = mend(text)
    assert (mended.text if isinstance(mended, Mended) else None) == read_as


@given(st.text(alphabet=st.sampled_from("x1²³⁻₁₂（）＋ηπ·′\u3000½"), max_size=12))
def test_every_character_keeps_its_place(text):
    mended = mend(text)
    assert isinstance(mended, Mended)
    if mended.places is not None:
        assert len(mended.places) == len(mended.text)
        assert list(mended.places) == sorted(mended.places)
        assert all(0 <= place < len(text) for place in mended.places)
