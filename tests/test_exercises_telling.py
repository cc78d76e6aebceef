"""What a person is told about an answer, in both languages."""

import pytest

from symnn.exercises.library import exercise
from symnn.exercises.telling import told


def lines(target, answer, lang="en"):
    name, part = target.split("/")
    about = exercise(name).part(part)
    return told(about, about.grade(answer), answer, lang)


@pytest.mark.parametrize(
    ("target", "answer", "lang", "heading"),
    [
        ("bp-2-2-1/dw1", "", "en", "No answer."),
        ("bp-2-2-1/dw1", "", "zh", "没有作答。"),
        ("bp-2-2-1/dw1", "dE/dw2 = 1", "en", "This is not what was asked, so it was not graded."),
        ("bp-2-2-1/dw1", "2*(y", "en", "This cannot be read."),
        ("bp-2-2-1/dw1", "我不会", "zh", "无法读懂这个答案。"),
    ],
)
def test_the_first_line_says_what_became_of_the_answer(target, answer, lang, heading):
    assert lines(target, answer, lang)[0] == heading


def test_mended_signs_share_a_line():
    said = lines("bp-2-2-1/dw1", "2（y－z）y（1－y）w5 f1（1－f1）x1")
    assert said[2:] == ("These signs were read as what stands on the right: （ → (, － → -, ） → )",)


@pytest.mark.parametrize(("answer", "shows"), [("2(y-z)y(1-y)w5 f1 x1", False), ("y + w5", True)])
def test_a_point_of_difference_is_shown_where_nothing_else_explains(answer, shows):
    assert any(line.startswith("At w1 = ") for line in lines("bp-2-2-1/dw1", answer)) is shows


def test_derivatives_are_said_as_the_lecture_writes_them():
    assert (
        lines("bp-2-2-1/dw1", "dE/dw1")[2]
        == "∂E/∂w₁ is not worked out yet: write it in terms of the network's quantities."
    )


def test_formulas_of_the_author_are_written_like_those_of_the_engine():
    assert lines("midges/Af", "0.8103", "zh")[2] == "你在隐藏层减去了 θ₁；这里应当加上：h = f(W₁ x + θ₁)。"
