"""What students say around an answer is taken off it; what could be mathematics never is."""

import pytest

from symnn.exercises.library import exercise
from symnn.questions.remarks import without_words

RIGHT = "2(y-z)y(1-y)w5 f1(1-f1)x1"
DW1 = exercise("bp-2-2-1").part("dw1")
OUTPUT = exercise("bp-2-2-1").part("output")


@pytest.mark.parametrize(
    "around",
    [
        "答：{}", "所以 {}", "梯度是 {}", "导数为：{}", "The gradient is {}.", "so the answer is {}", "I get {}",
        "1) {}", "② {}", "{} (chain rule)", "{}（链式法则）", "{}, (by the chain rule)", "{} ✓", "{}。",
    ],
)  # fmt: skip
def test_words_around_an_answer_are_taken_off(around):
    assert DW1.grade(around.format(RIGHT)).verdict == "correct"
    assert DW1.grade(around.format("y - z")).verdict == "wrong"


@pytest.mark.parametrize("around", ["约 {}", "大约{}", "approximately {}", "about {}", "{} (rounded)", "approx. {}"])
def test_a_number_may_be_called_about(around):
    assert OUTPUT.grade(around.format("0.4048")).verdict == "correct"
    assert OUTPUT.grade(around.format("0.6")).verdict == "wrong"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("y - z (y)", "y - z (y)"),  # a factor
        ("w5 (exp)", "w5 (exp)"),
        ("3!", "3!"),
        ("x1 (f1)", "x1 (f1)"),
        ("(chain rule)", "(chain rule)"),
        ("答：", "答："),
        ("y (1 - y)", "y (1 - y)"),
        ("exp(a1) (see the deck) y", "exp(a1) (see the deck) y"),  # not at the end
    ],
)
def test_what_could_be_mathematics_stays(text, left):
    assert without_words(DW1, text) == left


def test_places_stay_what_they_were():
    finding = DW1.grade(f"The gradient is {RIGHT.replace('w5', 'w6')} (chain rule)").findings[0]
    assert finding.span is not None
    assert f"The gradient is {RIGHT.replace('w5', 'w6')}"[slice(*finding.span)] == "w6"
