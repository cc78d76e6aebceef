"""Derivations: right ones in every notation, the first wrong step and its place, what they are worth."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.equality.subject import Subject
from symnn.equality.tensor_judge import GridJudge
from symnn.errors import TargetError
from symnn.exercises.library import exercise
from symnn.expressions.tree import Derivative, Name, bare
from symnn.networks.catalogue import network
from symnn.networks.network_file import network_from_equations
from symnn.steps.flaws import Flaws
from symnn.steps.marking import MarkingPolicy, Marks, credit, verdict_of_marks
from symnn.steps.rubric import Item
from symnn.steps.steps import Workings

SMALL = Subject.of_network(network("bp-2-2-1").graph)
LARGE = Subject.of_network(network("bp-2-3-2-1").graph)
W5 = Workings.of(SMALL, Derivative(Name("E"), Name("w5")))
W1 = Workings.of(SMALL, Derivative(Name("E"), Name("w1")))
W14 = Workings.of(LARGE, Derivative(Name("E"), Name("w14")))
X11 = Workings.of(LARGE, Derivative(Name("E"), Name("w_x1_1")))
ALIGNED = r"""\begin{aligned}
\frac{\partial E}{\partial w_1} &= \frac{\partial E}{\partial y}\frac{\partial y}{\partial a_3}
  \frac{\partial a_3}{\partial f_1}\frac{\partial f_1}{\partial a_1}\frac{\partial a_1}{\partial w_1} \\
&= 2(y-z)\, f'(a_3)\, w_5\, f'(a_1)\, x_1 \\
&= 2(y-z)\, y(1-y)\, w_5\, f_1(1-f_1)\, x_1
\end{aligned}"""
ROWS_ALONE = r"""\frac{\partial E}{\partial w_1} = \frac{\partial E}{\partial a_1}\frac{\partial a_1}{\partial w_1} \\
= 2(y-z) f'(a_3) w_5 f'(a_1) x_1"""


def tree(text, subject=SMALL):
    return bare(subject.read(text).tree)


def codes(worked):
    return [finding.code for finding in worked.verdict.findings]


@pytest.mark.parametrize(
    "text",
    [
        "dE/dw1 = dE/dy*dy/da3*da3/df1*df1/da1*da1/dw1\n = 2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1",
        "dE/dw1 = dE/dy*dy/da3*da3/df1*df1/da1*da1/dw1 = 2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1",
        "dE/dw1\n= dE/da1*da1/dw1\n= dE/da1*x1\n= 2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1",
        (
            "dE/dy = 2*(y-z)\ndy/da3 = y*(1-y)\nda3/df1 = w5\ndf1/da1 = f1*(1-f1)\nda1/dw1 = x1\n"
            "dE/dw1 = 2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1"
        ),
        "dE/dw1 = 2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1\nda1/dw1 = x1\ndE/dy = 2*(y-z)\nE = (y-z)^2",
        (
            "由链式法则：∂E/∂w_1 = ∂E/∂y·∂y/∂a_3·∂a_3/∂f_1·∂f_1/∂a_1·∂a_1/∂w_1，其中\n"
            "∂E/∂y = 2(y－z)，∂y/∂a_3 = y（1－y）\n∂a_3/∂f_1 = w_5，∂f_1/∂a_1 = f_1(1－f_1)，∂a_1/∂w_1 = x_1\n"
            "所以 ∂E/∂w_1 = 2(y－z)y(1－y)w_5 f_1(1－f_1)x_1。"
        ),
        "dE/dw1 = 2(y-z) f'(a3) w5 f'(a1) x1 => dE/dw1 = 2(y-z) y(1-y) w5 f1(1-f1) x1",
        "delta = dE/da3 = 2(y-z)y(1-y)\nδ_1 = delta*w5*f1*(1-f1)\n∴ dE/dw1 = δ_1 x1",
        "2(y-z)*dy/da3*w5*df1/da1*x1\n= 2(y-z)*y*(1-y)*w5*f1*(1-f1)*x1",
        "2*(y-z) = dE/dy; y*(1-y)*w5 = dy/df1\ndE/dw1 = 2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1",
        "E = (f(w5*f1 + w6*f2) - z)^2\ndE/dw1 = 2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1",
        "dE/dw1 = 2*(f(a3)-z)*f(a3)*(1-f(a3))*w5*f1*(1-f1)*x1 = 2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1",
        ALIGNED,
        f"$${ALIGNED}$$",
        ROWS_ALONE,
    ],
)
def test_right_derivations_in_every_notation(text):
    worked = W1.grade(text)
    assert (worked.verdict.verdict, codes(worked)) == ("correct", [])
    assert all(step.true for step in worked.steps)
    assert worked.verdict.read.text
    assert worked.verdict.read.latex


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (
            W14,
            (
                "∂E/∂w_14 = ∂E/∂y · ∂f_6(e)/∂e · ∂e_6/∂y_4 · ∂f_4(e)/∂e · ∂e_4/∂w_14\n"
                "= -2(z-y) · ∂f_6(e)/∂e · w_46 · ∂f_4(e)/∂e · y_1"
            ),
        ),
        (W14, "dE/dw14 = dE/de4 * y1\n = dE/de6 * w46 * f_4'(e) * y1\n = 2(y-z) * y*(1-y) * w46 * y4*(1-y4) * y1"),
        (
            X11,
            (
                "dE/dw_{(x1)1} = dE/dy1 * dy1/de1 * de1/dw_{(x1)1}\n"
                "dE/dy1 = dE/de4*w14 + dE/de5*w15\n"
                "dE/de4 = dE/de6*w46*y4*(1-y4), dE/de5 = dE/de6*w56*y5*(1-y5)\n"
                "dE/dw_{(x1)1} = 2(y-z)y(1-y)*(w46 y4(1-y4) w14 + w56 y5(1-y5) w15)*y1(1-y1)*x1"
            ),
        ),
    ],
)
def test_right_derivations_of_the_larger_network(part, text):
    worked = part.grade(text)
    assert (worked.verdict.verdict, codes(worked)) == ("correct", [])


@pytest.mark.parametrize(
    ("text", "line", "place", "then", "share"),
    [
        ("dE/dw5 = dE/dy*dy/da3*da3/dw5\n= 2(y-z)*y*(1+y)*f1", 2, "y*(1+y)", ["one-plus"], "1/4"),
        ("dE/dw5 = dE/dy*dy/da3*da3/dw5\n= 2(y-z)*(1-y)*f1", 2, "1-y", ["missing-factor"], "1/4"),
        ("dE/dw5 = dE/dy*dy/da3*da3/dw5\n= (y-z)*y*(1-y)*f1", 2, "y-z", ["convention"], "1/4"),
        ("dE/dw5 = dE/dy*dy/da3*da3/dw5\n= 2(y-z)*y*(1-y)*f2", 2, "f2", ["other-derivative"], "1/4"),
        ("dE/dw5 = dE/dy*dy/da3*da3/dw5\n= -2(y-z)*y*(1-y)*f1", 2, "-2(y-z)*y*(1-y)*f1", ["sign"], "1/4"),
        ("dE/dw5 = dE/dy*dy/da3*da3/dw6\n= 2(y-z)*y*(1-y)*f2", 1, "dE/dy*dy/da3*da3/dw6", ["wrong-factor"], "0"),
        ("dE/dy=2(y-z)\ndy/da3=y(1+y)\ndE/dw5=dE/dy*dy/da3*f1", 2, "y(1+y)", ["one-plus"], "1/6"),
        ("E = y - z^2\ndE/dw5 = dE/dy*dy/da3*f1 = 2(y-z)y(1-y)f1", 1, "y - z^2", ["brackets", "recovered"], "1/2"),
        (
            "dE/dw5 = dE/dy*dy/da3*da3/dw5\n= 2(y-z)*y*f1\n= 2(y-z)*y*(1-y)*f1",
            2,
            "y",
            ["function-for-derivative", "recovered"],
            "1/2",
        ),
    ],
)
def test_the_first_wrong_step_its_place_and_its_reason(text, line, place, then, share):
    worked = W5.grade(text)
    step, *others = worked.verdict.findings
    assert (step.code, step.facts["line"], text[slice(*step.span)]) == ("step", line, place)
    assert [finding.code for finding in others] == then
    assert worked.verdict.credit == Fraction(share)
    assert worked.verdict.verdict != "correct"


def test_a_wrong_step_says_which_equation_it_uses():
    worked = W5.grade("dE/dw5 = dE/dy*dy/da3*da3/dw5\n= 2(y-z)*y*(1+y)*f1")
    step = worked.verdict.findings[0]
    assert dict(step.facts) == {"line": 2, "wrote": "y*(1 + y)", "meant": "dy/da3", "uses": ("y",), "look": ("y",)}


def test_a_wrong_step_that_uses_the_whole_network_points_at_no_equation():
    """A list of all equations would say nothing; and a partial that is gone on from is no leap."""
    network_wide = W5.grade("dE/dw5 = 2(y-z)*y*(1+y)*f1")
    assert network_wide.verdict.findings[0].facts["look"] == ()
    going_on = W5.grade("dE/dw5 = 2(y-z) * dy/dw5\n= 2(y-z) * y * da3/dw5")
    assert [finding.code for finding in going_on.verdict.findings] == ["step", "function-for-derivative"]


def test_each_step_says_what_it_uses():
    worked = W5.grade(
        "dE/dw5 = dE/dy*dy/da3*da3/dw5\n= 2(y-z)*dy/da3*da3/dw5\n= 2(y-z)*f'(a3)*f1\n"
        "= 2(y-z)*y*(1-y)*f1\n= 2f1*(y-z)*(y-y^2)"
    )
    assert [(step.use.rule, step.use.equations) for step in worked.steps] == [
        ("chain", ()),
        ("equation", ("E",)),
        ("equation", ("a3",)),
        ("equation", ("y",)),
        ("arithmetic", ()),
    ]


def test_later_steps_that_follow_from_a_wrong_one_are_no_second_mistake():
    worked = W5.grade("dE/dw5 = dE/dy*dy/da3*da3/dw5\n= 2(y-z)*y*(1+y)*f1\n= 2(y-z)*(y+y^2)*f1")
    assert [step.follows for step in worked.steps] == [True, False, True]
    assert [step.true for step in worked.steps] == [True, False, False]
    assert codes(worked).count("step") == 1


@pytest.mark.parametrize(
    "text", ["y = z\ndE/dw5 = 0", "w5 = 0\ndE/dw5 = 2(y-z)y(1-y)f1", "z = 1\ndE/dw5 = 2(y-1)y(1-y)f1"]
)
def test_an_assumption_that_the_network_does_not_give_is_wrong(text):
    worked = W5.grade(text)
    assert codes(worked)[0] == "assumption"
    assert worked.verdict.credit <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("text", "verdict", "share", "code"),
    [
        ("dE/dw5 = 2(y-z)y(1-y)f1", "partial", "1/2", "answer-alone"),
        ("2(y-z)y(1-y)f1", "partial", "1/2", "answer-alone"),
        ("dE/dw5 = 2(y-z)y(1-y)f1 = f1*(y-z)*2*(1-y)*y*1 + 0", "partial", "1/2", "answer-alone"),
        ("E = (y-z)^2\ny = f(a3)\ndE/dw5 = 2(y-z)y(1-y)f1", "partial", "1/2", "answer-alone"),
        ("x1*w1 = w1*x1\ndE/dw5 = 2(y-z)y(1-y)f1", "partial", "1/2", "answer-alone"),
        ("dE/dw5 = 2(y-z)y(1-y)f1\n" * 100, "partial", "1/2", "answer-alone"),
        ("dE/dw5 = dE/dy*dy/da3*da3/dw5", "partial", "1/4", "not-differentiated"),
        ("dE/dw5 = dE/dy*dy/da3*da3/dw5\n= 2(y-z)*dy/da3*da3/dw5", "partial", "1/3", "not-differentiated"),
        ("dE/dy = 2(y-z)", "wrong", "0", "not-answered"),
        ("dE/dw5 = dE/dw5", "wrong", "0", "not-answered"),
        ("dE/dw5 = x1", "wrong", "0", "step"),
        ("2(y-z) = 2y - 2z", "wrong", "0", "not-answered"),
    ],
)
def test_what_a_derivation_is_worth(text, verdict, share, code):
    worked = W5.grade(text)
    assert (worked.verdict.verdict, worked.verdict.credit) == (verdict, Fraction(share))
    assert code in codes(worked)


RUBRIC = (
    Item("chain", Fraction(1, 4), tree("diff(E,y)*diff(y,a3)*diff(a3,w5)")),
    Item("loss", Fraction(1, 4), tree("diff(E, y)")),
    Item("unit", Fraction(1, 4), tree("y*(1-y)")),
    Item("answer", Fraction(1, 4), tree("diff(E, w5)")),
)


@pytest.mark.parametrize(
    ("text", "earned", "share"),
    [
        ("dE/dy = 2(y-z)", ("loss",), "1/4"),
        ("dE/dy = 2(y-z)\ndE/dy = 2(y-z)\ndE/dy = 2y - 2z", ("loss",), "1/4"),
        ("dE/dw5 = dE/dy*dy/da3*da3/dw5", ("chain",), "1/4"),
        ("dE/dw5 = dE/dy*dy/da3*da3/dw5\ndE/dy=2(y-z)\ndy/da3=y(1-y)", ("chain", "loss", "unit"), "3/4"),
        (
            "dE/dw5 = dE/dy*dy/da3*da3/dw5\ndE/dy=2(y-z)\ndy/da3=y(1-y)\ndE/dw5=2(y-z)y(1-y)f1",
            ("chain", "loss", "unit", "answer"),
            "1",
        ),
        ("dE/dw5 = 2(y-z)y(1-y)f1", ("answer",), "1/2"),
        ("2(y-z) = 2y - 2z\ny(1-y) = y - y^2", (), "0"),
        ("dE/dy = dE/dy\ndy/da3 = dy/da3", (), "0"),
        (
            "dE/dy=2(y-z)\ndy/da3=y(1-y)\ndE/dw5=dE/dy*dy/da3*da3/dw5=2(y-z)y(1-y)f2=2(y-z)y(1-y)f1",
            ("chain", "loss", "unit", "answer"),
            "3/4",
        ),
    ],
)
def test_rubric_items_are_earned_once_by_right_steps(text, earned, share):
    worked = Workings.of(SMALL, tree("diff(E, w5)"), rubric=RUBRIC).grade(text)
    assert worked.earned == earned
    assert worked.verdict.credit == Fraction(share)


def test_a_convention_of_the_loss_must_be_kept_through_the_derivation():
    part = Workings.of(SMALL, tree("diff(E, w5)"), accepted={"missing-2": Fraction(1)})
    kept = part.grade("dE/dy = (y-z)\ndE/dw5 = dE/dy*dy/da3*da3/dw5 = (y-z)*y*(1-y)*f1")
    assert (kept.verdict.verdict, codes(kept)) == ("correct", ["convention"])
    mixed = part.grade("dE/dy = 2(y-z)\ndE/dw5 = dE/dy*dy/da3*da3/dw5 = (y-z)*y*(1-y)*f1")
    assert mixed.verdict.credit < 1
    assert W5.grade("dE/dy = (y-z)\ndE/dw5 = dE/dy*dy/da3*da3/dw5 = (y-z)*y*(1-y)*f1").verdict.credit < 1


def test_an_update_is_derived_like_anything_else():
    part = Workings.of(SMALL, tree("w5 - 3*diff(E, w5)"), asked=[Name("w5^(k+1)")])
    worked = part.grade("w_5^{k+1} = w5 - 3*dE/dw5\n= w5 - 3*2(y-z)y(1-y)f1")
    assert (worked.verdict.verdict, codes(worked)) == ("correct", [])
    assert part.grade("w_5^{k+1} = w5 + 3*dE/dw5\n= w5 + 6(y-z)y(1-y)f1").verdict.verdict == "wrong"


def test_a_forward_value_is_derived_like_anything_else():
    part = Workings.of(SMALL, Name("y"))
    assert part.grade("y = f(a3) = f(w5*f1 + w6*f2)").verdict.verdict == "correct"
    wrong = part.grade("y = f(a3) = f(w5*f1 - w6*f2)")
    assert codes(wrong)[0] == "step"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "blank"),
        ("因为所以", "blank"),
        ("dE/dw5 = 2(y-z", "syntax"),
        ("dE/dw5 = 2*q", "unknown-name"),
        ("dE/dw5 = f1\n" * 201, "too-large"),
        ("x1" + "=x1" * 500, "too-large"),
        ("x" * 20000, "too-large"),
    ],
)
def test_what_cannot_be_read_has_a_reason(text, code):
    worked = W5.grade(text)
    assert (worked.verdict.verdict, codes(worked)) == ("unreadable", [code])


def test_a_key_that_cannot_be_derived_is_the_authors_mistake():
    with pytest.raises(TargetError):
        Workings.of(SMALL, Derivative(Name("E"), Name("nothing")))


CORPUS = Path(__file__).parent / "tables" / "attack.jsonl"
ROWS = [row for row in map(json.loads, CORPUS.read_text(encoding="utf-8").splitlines()) if row["kind"] == "steps"]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_hostile_derivations_get_what_they_deserve(row):
    """The rows name a, E and f1; the network around them is the deck's."""
    graph = network_from_equations(
        "f(x) = 1/(1+exp(-x))\nf2 = f(x1 + x2)\na = w5*f1 + w6*f2\ny = f(a)\nE = (y-z)^2"
    ).graph
    verdict = Workings.of(Subject.of_network(graph), Derivative(Name("E"), Name("w5"))).grade(row["input"]).verdict
    match row["expect"]:
        case "incorrect":
            assert verdict.verdict in ("wrong", "unreadable")
        case "partial":
            assert verdict.verdict == "partial"
        case _:
            assert verdict.verdict in ("correct", "partial", "unreadable")
            assert verdict.verdict == "correct" or verdict.credit <= Fraction(1, 2)


def test_the_policy_is_numbers():
    strict = MarkingPolicy(answer_alone=Fraction(0), unfinished=Fraction(0))
    assert Workings.of(SMALL, tree("diff(E, w5)"), policy=strict).grade("2(y-z)y(1-y)f1").verdict.credit == 0
    assert credit(Marks("right", worked=True, flawed=True), MarkingPolicy(recovered=Fraction(1, 3))) == Fraction(1, 3)
    assert verdict_of_marks(Marks("right", worked=True, open=True), Fraction(1)) == "undecided"


SIDES = st.sampled_from(
    [
        "dE/dw5",
        "dE/dy*dy/da3*da3/dw5",
        "2(y-z)*dy/da3*f1",
        "2(y-z)*f'(a3)*f1",
        "2(y-z)*y*(1-y)*f1",
        "2*y*f1*(y-z) - 2*y^2*f1*(y-z)",
    ]
)
FALSE = st.sampled_from(["2(y-z)*y*(1+y)*f1", "(y-z)*y*(1-y)*f1", "2(y-z)*y*(1-y)*f2", "dE/dy*dy/da3", "0", "f1/0"])


@settings(max_examples=40, deadline=None)
@given(st.lists(SIDES, min_size=1, max_size=4), FALSE, st.integers(0, 4), st.booleans())
def test_one_false_side_makes_exactly_one_first_wrong_step(right, false, place, one_line):
    place = min(place, len(right))
    sides = ["dE/dw5", *right[:place], false, *right[place:]]
    worked = W5.grade((" = " if one_line else "\n = ").join(sides))
    assert worked.verdict.credit <= Fraction(1, 2)
    first = next(step for step in worked.steps if step.is_wrong)
    assert first.side.plain == tree(false)
    assert codes(worked)[0] == "step"


@settings(max_examples=40, deadline=None)
@given(st.lists(SIDES, min_size=1, max_size=5))
def test_true_sides_have_no_wrong_step(right):
    worked = W5.grade("\n = ".join(["dE/dw5", *right]))
    assert "step" not in codes(worked)
    assert worked.verdict.verdict != "undecided"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="dEyzaf135w/=*()+-\n\\&{}'^ 所以2,;", max_size=60))
def test_no_text_raises(text):
    assert W5.grade(text).verdict.verdict in ("correct", "partial", "wrong", "unreadable", "undecided")


V_STEPS = exercise("birnn").part("steps")


@pytest.mark.parametrize(
    ("text", "verdict", "credit", "codes"),
    [
        ("dE/dy_3 = 2(y_3 - z_3)\ndE/ds_3 = V^T dE/dy_3\n= 2 V^T (y_3 - z_3)", "correct", "1", ["feedback"]),
        ("dE/ds_3 = V^T dE/dy_3 = 2 V^T (y_3 - z_3)", "correct", "1", []),
        ("δ = 2(y_3 - z_3)\ndE/ds_3 = V^T δ", "correct", "1", ["feedback"]),
        ("dE/ds_3 = 2 V^T (y_3 - z_3)", "partial", "1/2", ["answer-alone"]),
        ("dE/dy_3 = y_3 - z_3\ndE/ds_3 = V^T dE/dy_3 = V^T (y_3 - z_3)", "correct", "1", ["convention", "feedback"]),
        ("δ = 2(y_3 - z_3)\ndE/ds_3 = V δ", "partial", "1/2", ["step", "feedback"]),
        (
            "dE/dy_3 = 2(z_3 - y_3)\ndE/ds_3 = V^T dE/dy_3 = 2 V^T (y_3 - z_3)",
            "partial",
            "1/2",
            ["step", "sign", "recovered"],
        ),
    ],
)
def test_derivations_in_matrix_form(text, verdict, credit, codes):
    graded = V_STEPS.grade(text)
    assert (graded.verdict, graded.credit, [finding.code for finding in graded.findings]) == (
        verdict,
        Fraction(credit),
        codes,
    )


SHARED = network_from_equations(
    "f(x) = tanh(x)\na_1 = u*x_1\nf_1 = f(a_1)\na_2 = u*x_2 + w*f_1\ny = f(a_2)\nE = (y - z)^2"
)
"""Two steps of a recurrent network with one unit: u is used at both."""
RIGHT_END = "\n = 2(y-z)(1-y^2)(x_2 + w (1-f_1^2) x_1)"


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("dE/du = dE/dy dy/da_2 (da_2/du + da_2/df_1 df_1/da_1 da_1/du)" + RIGHT_END, [True, True]),
        ("dE/du = dE/da_2 da_2/du" + RIGHT_END, [True, True]),
        ("da_2/du = x_2\ndE/du = dE/da_2 (da_2/du + da_2/df_1 df_1/du)" + RIGHT_END, [True, True, True]),
        ("da_2/du = x_2 + w df_1/du\ndE/du = 2(y-z)(1-y^2)(x_2 + w (1-f_1^2) x_1)", [True, True]),
        ("dE/du = dE/da_2 da_2/du\n = 2(y-z)(1-y^2) x_2", [True, False]),
        ("da_2/du = x_1\ndE/du = 2(y-z)(1-y^2)(x_2 + w (1-f_1^2) x_1)", [False, True]),
        ("dE/du = dE/da_2 (2 da_2/du + da_2/df_1 df_1/da_1 da_1/du)" + RIGHT_END, [False, True]),
    ],
)
def test_a_partial_of_a_shared_weight_is_read_either_way(text, true):
    """As the whole derivative, or by its own equation with the other ways written out beside it."""
    part = Workings.of(Subject.of_network(SHARED.graph), Derivative(Name("E"), Name("u")))
    worked = part.grade(text)
    assert [step.true for step in worked.steps] == true
    assert (worked.verdict.verdict == "correct") is all(true)


def test_a_derivation_of_vectors_prepares_its_judges_once(monkeypatch):
    """What a side is compared with is prepared when it is first met, and kept for all answers of the class."""
    workings = exercise("birnn").part("steps").kind.workings
    made = []
    judge = GridJudge.__init__
    text = "dE/dy_3 = 2(y_3-z_3)\ndE/ds_3 = V^T dE/dy_3\n = 2 V^T (y_3-z_3)"
    workings.grade(text.replace("V^T", "V"))
    monkeypatch.setattr(GridJudge, "__init__", lambda self, *given: made.append(given[0]) or judge(self, *given))
    for answer in (text, text + " + 1*s_3", text.replace("2(y_3-z_3)", "3(y_3-z_3)")):
        workings.grade(answer)
    assert made == []


def test_reasons_are_sought_under_the_convention_that_counts_alone(monkeypatch):
    part = exercise("birnn").part("steps").kind
    asked = []
    find = Flaws.findings
    monkeypatch.setattr(Flaws, "findings", lambda self, *given: asked.append(self) or find(self, *given))
    part.workings.grade("dE/ds_3 = V dE/dy_3\n = 2V(y_3-z_3)")
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("(-1/y_X)(e_X/S^2)*1*e_O", {"meant": "dy_X/dS", "wrote": "e_X/S^2"}),
        ("(-1/y_X)(-e_X/S)*e_O", {"meant": "dy_X/dS", "wrote": "-e_X/S"}),
        ("(1/y_X)(-e_X/S^2)*e_O", {"meant": "dE/dy_X"}),
    ],
)
def test_a_sign_belongs_to_the_factor_at_which_it_stands(line, said):
    """∂y_X/∂S is not e_X/S²: the minus of -1/y_X before it is that of ∂E/∂y_X, and ∂S/∂e_O = 1 is no mistake."""
    text = f"dE/da_O = dE/dy_X dy_X/dS dS/de_O de_O/da_O\n = {line}"
    step, *reasons = exercise("softmax-vote").part("derivation").grade(text).findings
    assert step.code == "step"
    assert said.items() <= step.facts.items()
    wrong_sign = any(reason.code == "sign" for reason in reasons)
    assert wrong_sign is ("e_X/S)" not in line)
