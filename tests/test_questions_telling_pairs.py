"""What a person is told: a caret under the character, wide characters counted, nothing obeyed by a terminal."""

from __future__ import annotations

import pytest

from symnn.errors import Problem, Span
from symnn.questions.telling_pairs import caret, told_problem, told_witness
from symnn.verdicts.verdict import Witness


@pytest.mark.parametrize(
    ("text", "span", "column"),
    [("2*(y-z", Span(2, 3), 2), ("（y-z", Span(1, 2), 2), ("答案x", Span(2, 3), 4), ("a\nb+*c", Span(4, 5), 2)],
)
def test_the_caret_stands_under_the_character(text, span, column):
    assert caret(text, span)[1].index("^") == column


def test_control_characters_are_shown_not_obeyed():
    shown, marks = caret("\x1b[2Jx", Span(4, 5))
    assert shown == "<U+001B>[2Jx"
    assert marks.index("^") == len("<U+001B>[2J")


def test_a_problem_is_told_in_both_languages():
    problem = Problem("undefined-name", {"name": "q", "in": "a", "nearest": ""}, Span(0, 1))
    english, chinese = told_problem(problem, "q", "en"), told_problem(problem, "q", "zh")
    assert english[0] != chinese[0]
    assert english[1:] == chinese[1:] == ("    q", "    ^")


def test_a_witness_names_the_point():
    told = told_witness(Witness({"x": 0.5}, 0.25, 0.125), "en")
    assert "x = 0.5" in told
    assert "0.25" in told
