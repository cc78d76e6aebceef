"""Chains: every notation of the right ones, and what is said about the wrong ones."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.equality.subject import Subject
from symnn.errors import TargetError, UsageError
from symnn.networks.catalogue import network
from symnn.networks.layers import mlp
from symnn.steps.chain import Chains

SMALL = Subject.of_network(network("bp-2-2-1").graph)
LARGE = Subject.of_network(network("bp-2-3-2-1").graph)
W1 = Chains.of(SMALL, "E", "w1")
W5 = Chains.of(SMALL, "E", "w5")
X11 = Chains.of(LARGE, "E", "w_x1_1")
NAMES = ("E", "y", "a3", "f1", "a1", "w1")
UPPER = "E -> y -> e6 -> y4 -> e4 -> y1 -> e1 -> w_{(x1)1}"
LOWER = "E -> y -> e6 -> y5 -> e5 -> y1 -> e1 -> w_{(x1)1}"


def said(verdict):
    return [(finding.code, dict(finding.facts)) for finding in verdict.findings]


@pytest.mark.parametrize(
    "text",
    [
        "E -> y -> a3 -> f1 -> a1 -> w1",
        "E→y→a_3→f_1→a_1→w_1",
        "E ⟶ y ⇒ a₃ ➜ f₁ => a₁ --> w₁",
        r"$E \to y \to a_3 \to f_1 \to a_1 \to w_1$",
        r"E \rightarrow y \rightarrow a_{3} \longrightarrow f_1 \to a_1 \to w_1",
        "w1 <- a1 <- f1 <- a3 <- y <- E",
        "E，y，a3，f1，a1，w1",
        "E, y, a3, f1, a1, w1",
        "E 经 y 到 a3，再到 f1，然后到 a1，最后到 w1",
        "E对y，y对a3，a3对f1，f1对a1，a1对w1",
        "E to y then a3 via f1, a1, w1",
        "E → f → a3 → f1 → a1 → w1",
        "dE/dw1: E -> y -> a3 -> f1 -> a1 -> w1",
        "∂E/∂w1 = E → y → a3 → f1 → a1 → w1",
        "∂E/∂y → ∂y/∂a3 → ∂a3/∂f1 → ∂f1/∂a1 → ∂a1/∂w1",
        "∂E/∂y · ∂y/∂a_3 · ∂a_3/∂f_1 · ∂f_1/∂a_1 · ∂a_1/∂w_1",
        "∂E/∂y, ∂y/∂a3, ∂a3/∂f1, ∂f1/∂a1, ∂a1/∂w1",
        "da1/dw1 * df1/da1 * da3/df1 * dy/da3 * dE/dy",
        "dE/dw1 = dE/dy*dy/da3*da3/df1*df1/da1*da1/dw1",
        "(dE/dy)(dy/da3)(da3/df1)(df1/da1)(da1/dw1)",
        "diff(E,y)*diff(y,a3)*diff(a3,f1)*diff(f1,a1)*diff(a1,w1)",
        "由链式法则，∂E/∂w1 = ∂E/∂y × ∂f/∂a3 × ∂a3/∂f1 × ∂f(a1)/∂a1 × ∂a1/∂w1",
        (
            r"\frac{\partial E}{\partial w_1} = \frac{\partial E}{\partial y}\frac{\partial f}{\partial a_3}"
            r"\frac{\partial a_3}{\partial f_1}\frac{\partial f_1}{\partial a_1}\frac{\partial a_1}{\partial w_1}"
        ),
        (
            r"\begin{aligned}\frac{\partial E}{\partial w_1} &= \frac{\partial E}{\partial y}\cdot f'(a_3)"
            r"\cdot \frac{\partial a_3}{\partial f_1} \\ & \cdot f'(a_1) \frac{\partial a_1}{\partial w_1}\end{aligned}"
        ),
        "2(y-z) ∂f/∂a_3 ∂a_3/∂f_1 ∂f_1/∂a_1 x_1",
    ],
)
def test_the_chain_in_every_notation(text):
    verdict = W1.grade(text)
    assert (verdict.verdict, verdict.credit, verdict.findings) == ("correct", 1, ())
    assert verdict.read.text
    assert verdict.read.latex


@pytest.mark.parametrize(
    "text",
    [
        f"{UPPER}; {LOWER}",
        f"{LOWER}\n{UPPER}",
        f"{UPPER} + {LOWER}",
        f"{UPPER} 和 {LOWER}",
        f"路径1：{UPPER}；路径2：{LOWER}",
        "E→f_6→e6→f_4→e4→f_1→e1→w(x1)1 以及 E→f6→e6→f5→e5→f1→e1→w_x1_1",
        "dE/dy*dy/de6*(de6/dy4*dy4/de4*de4/dy1 + de6/dy5*dy5/de5*de5/dy1)*dy1/de1*de1/dw_{(x1)1}",
        "∂E/∂y ∂f_6(e)/∂e (∂e_6/∂y_4 ∂f_4(e)/∂e ∂e_4/∂y_1 + ∂e_6/∂y_5 ∂f_5(e)/∂e ∂e_5/∂y_1) ∂f_1(e)/∂e ∂e_1/∂w_{(x1)1}",
        "2(y-z)∂f_6(e)/∂e (w46 ∂f_4(e)/∂e w14 ∂f_1(e)/∂e x1 + w56 ∂f_5(e)/∂e w15 ∂f_1(e)/∂e x1)",
    ],
)
def test_two_paths_in_every_notation(text):
    verdict = X11.grade(text)
    assert (verdict.verdict, said(verdict)) == ("correct", [])


@pytest.mark.parametrize(
    ("text", "credit", "findings"),
    [
        ("y -> a3 -> f1 -> a1 -> w1", "4/5", [("missing-factor", {"factor": "dE/dy"})]),
        ("E -> y -> a3 -> f1", "3/5", [("stopped-early", {"at": "f1"})]),
        ("E -> y -> f1 -> a1 -> w1", "4/5", [("skipped", {"from": "y", "to": "f1", "through": ("a3",)})]),
        ("E -> y -> a3 -> f1 -> a2 -> w1", "3/5", [("wrong-factor", {"wrote": "df1/da2", "meant": "df1/da1"})]),
        ("E -> y -> a3 -> f2 -> a2 -> w1", "2/5", [("wrong-factor", {"wrote": "da3/df2", "meant": "da3/df1"})]),
        ("E -> a3 -> y -> f1 -> a1 -> w1", "2/5", [("chain-order", {"first": "a3"})]),
        ("dE/dy*dy/da3*df1/da1*da1/dw1", "4/5", [("missing-factor", {"factor": "da3/df1"})]),
        ("dE/dy*dE/dy*dy/da3*da3/df1*df1/da1*da1/dw1", "4/5", [("extra-factor", {"factor": "dE/dy"})]),
        ("dE/dy^2*dy/da3*da3/df1*df1/da1*da1/dw1", "4/5", [("extra-factor", {"factor": "dE/dy"})]),
        (
            "dE/dy*dy/da3*da3/df1*df1/da1*da1/dw3",
            "4/5",
            [("wrong-factor", {"wrote": "da1/dw3", "meant": "da1/dw1"})],
        ),
        ("2*dE/dy*dy/da3*da3/df1*df1/da1*da1/dw1", "4/5", [("extra-factor", {"factor": "2"})]),
        ("-dE/dy*dy/da3*da3/df1*df1/da1*da1/dw1", "4/5", [("sign", {})]),
        ("(y-z)*dy/da3*da3/df1*df1/da1*da1/dw1", "4/5", [("convention", {"which": "missing-2"})]),
        ("dE/df1*df1/da1*da1/dw1", "3/5", [("skipped", {"from": "E", "to": "f1", "through": ("y", "a3")})]),
    ],
)
def test_what_is_wrong_with_a_chain(text, credit, findings):
    verdict = W1.grade(text)
    assert (verdict.verdict, verdict.credit, said(verdict)) == ("partial", Fraction(credit), findings)


@pytest.mark.parametrize(
    ("text", "credit", "findings"),
    [
        (UPPER, "1/2", [("missing-path", {"through": "y5"})]),
        (
            f"{UPPER}; {UPPER}",
            "3/7",
            [("missing-path", {"through": "y5"}), ("extra-path", {"through": UPPER.replace("_{(x1)1}", "_x1_1")})],
        ),
        (
            f"{UPPER}; {LOWER.replace('e5', 'e4')}",
            "6/7",
            [("wrong-factor", {"wrote": "dy5/de4", "meant": "dy5/de5"})],
        ),
        (
            "dE/dy*dy/dy1*dy1/de1*de1/dw_x1_1",
            "4/7",
            [("skipped", {"from": "y", "to": "y1", "through": ("e6", "y4", "e4")})],
        ),
        (
            "dE/dy*dy/de6*de6/dy4*dy4/de4*de4/dy1*de6/dy5*dy5/de5*de5/dy1*dy1/de1*de1/dw_x1_1",
            "2/7",
            [("paths-multiplied", {})],
        ),
    ],
)
def test_what_is_wrong_with_two_paths(text, credit, findings):
    verdict = X11.grade(text)
    assert (verdict.credit, said(verdict)) == (Fraction(credit), findings)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("E -> y -> f1 -> a1 -> w1", "y -> f1"),
        ("E→y→a3→f1→a2→w1", "f1→a2"),
        ("dE/dy * dy/da3*da3/df1*df1/da1 * da1/dw3", "da1/dw3"),
        (
            (
                r"\frac{\partial E}{\partial y}\frac{\partial y}{\partial a_3}\frac{\partial a_3}{\partial f_2}"
                r"\frac{\partial f_1}{\partial a_1}\frac{\partial a_1}{\partial w_1}"
            ),
            r"\frac{\partial a_3}{\partial f_2}",
        ),
    ],
)
def test_the_place_of_a_wrong_link(text, found):
    (finding,) = W1.grade(text).findings
    assert text[slice(*finding.span)] == found


@pytest.mark.parametrize(
    "text", ["E -> w1", "dE/dw1", "w2 -> a2", "x1 -> x2", "dE/dy + dy/da3 + da3/df1 + df1/da1 + da1/dw1"]
)
def test_what_shows_nothing_earns_nothing(text):
    assert (W1.grade(text).verdict, W1.grade(text).credit) == ("wrong", 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "blank"),
        ("  \n", "blank"),
        ("E -> y -> q", "unknown-name"),
        ("E -> y -> 2", "not-a-chain"),
        ("2(y-z)", "not-a-chain"),
        ("E", "not-a-chain"),
        ("dE/dw2 = dE/dy*dy/da3", "not-asked"),
        ("dE/dw2: E -> y -> a3", "not-asked"),
        ("dE/dw1 = dE/dy*dy/da3 = 2*(y-z)", "not-one-answer"),
        ("dE/dy*(dy/da3", "syntax"),
        ("E -> \u200by", "character"),
        ("E->" * 6000 + "y", "too-large"),
        ("(dE/dy+dy/da3)" * 30, "too-large"),
        ("E->y;" * 100, "too-large"),
    ],
)
def test_what_cannot_be_read_has_a_reason(text, code):
    verdict = W1.grade(text)
    assert (verdict.verdict, verdict.credit, verdict.findings[0].code) == ("unreadable", 0, code)


def test_an_accepted_convention_of_the_loss_is_noted():
    part = Chains.of(SMALL, "E", "w5", accepted={"missing-2": Fraction(1)})
    deck = part.grade("∂E/∂w_5 = (y-z) ∂f/∂a_3 ∂a_3/∂w_5")
    assert (deck.verdict, said(deck)) == ("correct", [("convention", {"which": "missing-2"})])
    assert part.grade("3 (y-z) ∂f/∂a_3 ∂a_3/∂w_5").verdict == "partial"


def test_a_part_may_be_about_one_path_only():
    names = ("E", "y", "e6", "y4", "e4", "y1", "e1", "w_x1_1")
    part = Chains.of(LARGE, "E", "w_x1_1", through=[names])
    assert part.grade(UPPER).verdict == "correct"
    assert part.grade(f"{UPPER}; {LOWER}").findings[0].code == "extra-path"


def test_a_chain_that_does_not_exist_is_the_authors_mistake():
    with pytest.raises(TargetError):
        Chains.of(SMALL, "f1", "w5")
    with pytest.raises(TargetError):
        Chains.of(SMALL, "E", "w5", through=[("E", "y", "w5")])
    with pytest.raises(TargetError):
        Chains.of(SMALL, "E", "nothing")


def test_too_many_paths_are_refused_by_their_count():
    with pytest.raises(UsageError):
        Chains.of(Subject.of_network(mlp([2, 9, 9, 9, 1]).graph), "E", "w_x1_1")


@settings(max_examples=40, deadline=None)
@given(st.permutations(list(pairwise(NAMES))))
def test_the_order_of_partials_does_not_matter(links):
    assert W1.grade(" * ".join(f"d{of}/d{wrt}" for of, wrt in links)).verdict == "correct"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*NAMES, "f2", "a2", "w2", "z"]), min_size=2, max_size=8))
def test_only_the_path_itself_earns_everything(names):
    distinct = [name for place, name in enumerate(names) if not place or names[place - 1] != name]
    verdict = W1.grade(" -> ".join(names))
    right = tuple(distinct) in (NAMES, NAMES[::-1])
    assert (verdict.credit == 1) is right
    assert 0 <= verdict.credit <= 1


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="Eyaf13w->→,;+=∂d/*() 经到\\\n{}_^2'", max_size=40))
def test_no_text_raises(text):
    assert W5.grade(text).verdict in ("correct", "partial", "wrong", "unreadable")


@pytest.mark.parametrize(
    ("answer", "credit", "codes"),
    [
        ("h_2 -> s_2 -> s_1 -> U", "1", []),
        ("∂h_2/∂s_2 ∂s_2/∂s_1 ∂s_1/∂U", "1", []),
        ("h_2 -> s_1 -> U", "2/3", ["skipped"]),
        ("h_2 -> s_2 -> s_1 -> W", "2/3", ["wrong-factor"]),
    ],
)
def test_a_chain_of_tensors_is_one_of_names(answer, credit, codes):
    """The quantities of a recurrent network are vectors and matrices; a path goes through them whole."""
    subject = Subject.of_network(network("rnn").graph)
    verdict = Chains.of(subject, "h_2", "U", through=[("h_2", "s_2", "s_1", "U")]).grade(answer)
    assert (verdict.credit, [finding.code for finding in verdict.findings]) == (Fraction(credit), codes)
