"""What a person is told about an answer, in both languages."""

import pytest

from symnn.exercises.library import exercise, shipped_folder
from symnn.expressions.tree import Derivative, Name
from symnn.expressions.writing import plain
from symnn.questions.telling import readable_text, told
from symnn.verdicts.feedback import spelled_out


def lines(target, answer, lang="en"):
    name, part = target.split("/")
    about = exercise(name).part(part)
    return told(about.grade(answer), answer, lang)


@pytest.mark.parametrize(
    ("target", "answer", "lang", "heading"),
    [
        ("bp-2-2-1/dw1", "", "en", "No answer."),
        ("bp-2-2-1/dw1", "", "zh", "没有作答。"),
        ("bp-2-2-1/dw1", "dE/dw2 = 1", "en", "This is not what was asked, so it was not graded."),
        ("bp-2-2-1/dw1", "2*(y", "en", "This cannot be read."),
        ("bp-2-2-1/dw1", "我不会", "zh", "没有作答。"),
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


def all_parts():
    folder = shipped_folder()
    return [part for path in sorted(folder.glob("*.yaml")) for part in exercise(path.stem).parts]


EXPRESSIONS = [part for part in all_parts() if part.file.kind in ("formula", "number", "matrix")]


@pytest.mark.parametrize("part", EXPRESSIONS, ids=lambda part: f"{part.exercise}/{part.file.id}")
def test_naming_the_wrong_thing_gives_no_answer_away(part):
    meant = part.content.answer.written
    own = next(name for name in part.graph.parameters or part.graph.quantities if Name(name) not in part.content.asked)
    for lang in ("zh", "en"):
        said = " ".join(told(part.grade(f"{own} = 1"), f"{own} = 1", lang))
        if not isinstance(meant, Name | Derivative):
            assert plain(meant) not in said.replace("·", "*")
            assert spelled_out(plain(meant)) not in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_text_of_every_author_can_be_said_in_a_terminal(lang):
    for part in all_parts():
        about = part.file
        says = [feedback.say for feedback in about.feedback] + [item.say for item in about.rubric if item.say]
        says += [accept.note for accept in about.accept if accept.note] + [about.ask, *about.hints]
        for text in says:
            assert "$" not in readable_text(text.zh if lang == "zh" else text.en)


@pytest.mark.parametrize(
    ("target", "answer", "lang", "line"),
    [
        ("bp-2-2-1/dw1", "2(y-z)y(1-y)w5 f1'x1", "en", "write f'(a1)"),
        ("bp-2-2-1/dw1", "2(y-z)y'", "zh", "y 是一个量，不是函数，请写成 f'(a3)"),
        ("bp-2-2-1/dw1", "2(y-z", "en", "the bracket of '(y-z' is still open"),
        ("bp-2-2-1/dw1", "2(y-z)) f1", "zh", "前面没有与“)”配对的括号"),
        ("bp-2-2-1/dw1", "2(y-z) w7", "en", "did you mean 'w6'?"),
        ("bp-2-2-1/dw1", "x", "en", "did you mean 'x1'?"),
        ("bp-2-2-1/output", "0.6,5", "en", "write 0.65"),
        ("cnn/by-b", "(y-z) b", "en", "y − z and b are both a vector of 2 entries"),
        ("cnn/by-A", "(y-z) v", "zh", "把右边转置就能相乘：(y − z)·vᵀ"),
        ("birnn/output", "s_2 V + s'_2 V'", "en", "the product fits in the other order: V·s₂."),
        ("midges/hidden", "[0, 1, 2]", "zh", "这是 3 维向量，而要求的是 2 维向量。"),
        ("bp-2-2-1/dw1", "2(y-z)y(1-y)w6 f1(1-f1)x1", "zh", "你用的是 w₆，这里应是 w₅：请对照网络里的等式核对下标。"),
        ("birnn/output", "V s_2 + V s'_2", "en", "V' belongs here, not V"),
        ("through-time/slope", "1 + s_2^2", "en", "1−s₂² belongs here, you wrote 1+s₂²"),
        ("birnn/chain", "E_1 -> y_1 -> s'_1 -> s'_3", "en", "Between s'₁ and s'₃ you leapt over s'₂"),
        ("bp-2-2-1/dw1", "2(y-z)y(1-y)w5 F1(1-F1)x1", "en", "right: F1 → f1"),
        ("cnn/update-A", "A - (y-z) transpose(v)", "zh", "漏了学习率 η"),
        ("bp-2-2-1/chain", "E -> w1", "zh", "从 E 到 w₁ 跳过了 y、a₃、f₁、a₁"),
        ("bp-2-2-1/chain", "dE/dy + dy/da3 + da3/df1", "en", "along one path are to be multiplied, you added them"),
        ("gan/best", "1/2", "zh", "1/2 只是 p_g = p_data 时的值"),
        ("cnn/chain", "E -> y -> A", "en", "Partly right: 0.67 of 1 point."),
        (
            "birnn/by-V",
            "2 s'_1 (y_1-z_1)^T + 2 s'_2 (y_2-z_2)^T + 2 s'_3(y_3-z_3)^T",
            "zh",
            "∂E/∂V' 该不该转置？这里正好写反了",
        ),
        ("bp-2-2-1/dw1", "2(y-z)q", "en", "Unknown name 'q'."),
    ],
)
def test_what_is_said(target, answer, lang, line):
    assert any(line in said for said in lines(target, answer, lang))


def test_a_shape_is_explained_once():
    said = lines("cnn/by-v", "A (y-z)")
    assert [line for line in said if "transpose" in line] == [said[-1]]


def test_to_nothing_belongs_the_first_hint():
    assert lines("bp-2-2-1/dw5", "  ") == (
        "No answer.",
        "That is all right. Hint 1: Think of the first step: from which quantities is E computed directly?",
    )
