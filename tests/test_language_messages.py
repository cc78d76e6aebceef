"""Every refusal and note of the reader has a sentence in both languages."""

from __future__ import annotations

import pytest

from symnn.errors import Problem
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.messages import LANGUAGES, say

SCOPE = Scope.of({"y": (), "z": (), "w5": (), "f1": (), "W": (2, 2), "e": ()}, {"f": 1})

TEXTS = (
    "", "2*(y-z", "2*", "w5 + q", "х", "x\u200by", "y, z", "017", "1 2", "5,6*y", "sin y z", "f", "f(y, z)", "W[3,1]",
    "e^y", "y^T", "diff(y, 2*z)", "matrix(y)", "[1, 2; 3]", "[1 -2]", r"\tag{y}", "y'", "(" * 200, "9" * 70,
    "1e-500*y", "y" * 5000, "∂y/2", r"\frac", "W_{13}",
)  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("text", TEXTS)
def test_a_refusal_can_be_said(text, lang):
    problem = read(text, SCOPE)
    assert isinstance(problem, Problem)
    sentence = say(problem.code, problem.facts, lang)
    assert "{" not in sentence.replace(r"\tag{y}", "").replace("'{'", "").replace("“{”", "")


def test_the_words_of_an_expectation_are_said_in_the_language():
    problem = read("2*", SCOPE)
    assert isinstance(problem, Problem)
    assert say(problem.code, problem.facts) == "expected a number, a name or '('"
    assert say(problem.code, problem.facts, "zh") == "这里应有一个数、一个名字或“(”"


def test_a_note_can_be_said():
    reading = read("1/2y", SCOPE)
    assert [say(note.code, note.facts) for note in reading.notes] == ["'1/2y' was read as (1/2)*y"]
