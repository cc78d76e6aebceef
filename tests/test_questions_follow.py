"""Follow-through: what may be carried, what that changes, when it leaves nothing to do, what it earns."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symnn.derivation.adjoint import resolve
from symnn.equality.judge import Judge
from symnn.equality.subject import Subject
from symnn.expressions.tree import bare
from symnn.networks.catalogue import network
from symnn.questions.follow import CAP, Carried, capped, carried_into, is_trivial, usable
from symnn.verdicts.verdict import Finding, Verdict

GRAPH = network("bp-2-2-1").graph
SUBJECT = Subject.of_network(GRAPH)


def tree(text):
    return bare(SUBJECT.read(text).tree)


def prepared(key, **own):
    """Give the resolved key, the meaning with its derivatives, and what is carried."""
    value, graph = resolve(tree(key), GRAPH)
    carried = []
    for place, (quantity, text) in enumerate(own.items()):
        name, graph = resolve(tree(quantity.replace("_by_", "/d") if "_by_" in quantity else quantity), graph)
        carried.append(Carried(name.name, tree(text), f"part{place}"))
    return value, SUBJECT.meaning(graph), tuple(carried)


@pytest.mark.parametrize(
    ("key", "own", "answer", "right"),
    [
        ("diff(E, w1)", {"dE_by_a3": "(y-z)*y*(1-y)"}, "(y-z)*y*(1-y)*w5*f1*(1-f1)*x1", True),
        ("diff(E, w1)", {"dE_by_a3": "(y-z)*y*(1-y)"}, "2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1", False),
        ("w1 - 3*diff(E, w1)", {"dE_by_w1": "x1*y"}, "w1 - 3*x1*y", True),
        ("E", {"y": "7/10"}, "(7/10-z)^2", True),
        ("E", {"y": "7/10"}, "(y-z)^2", True),
        ("diff(E, a3)", {"y": "0.7"}, "2*(0.7-z)*0.7*0.3", True),
    ],
)
def test_what_uses_a_quantity_follows_the_students_own(key, own, answer, right):
    value, meaning, carried = prepared(key, **own)
    assert not is_trivial(value, meaning, carried)
    judge = Judge(value, carried_into(meaning, carried))
    assert judge.judge(tree(answer)).equal is right


@pytest.mark.parametrize(
    ("key", "own"),
    [
        ("diff(E, w1)", {"dE_by_a3": "0"}),  # everything after is 0
        ("E", {"y": "z"}),  # the loss vanishes
        ("diff(E, w1)", {"y": "1"}),  # 1 - y vanishes
        ("diff(E, w1)", {"f1": "1"}),
        ("diff(E, f1)", {"dE_by_a3": "1/w5"}),  # takes out what the part is about
        ("diff(E, a1)", {"dE_by_f1": "1/(f1*(1-f1))"}),
        ("diff(E, w1)", {"dE_by_w1": "x1"}),  # nothing but a copy
        ("diff(E, w1)", {"dE_by_a3": "1/0"}),
    ],
)
def test_what_leaves_nothing_to_do_is_refused(key, own):
    value, meaning, carried = prepared(key, **own)
    assert is_trivial(value, meaning, carried)


def test_a_number_may_evaluate_the_students_own_formula_but_not_copy_a_number():
    value, meaning, carried = prepared("diff(E, w1)", dE_by_w1="y*x1")
    assert not is_trivial(value, meaning, carried, to_number=True)
    assert is_trivial(value, meaning, (Carried(carried[0].quantity, tree("0.7")),), to_number=True)


def test_a_value_that_makes_the_number_zero_is_refused():
    value, meaning, carried = prepared("E", y="0.7")
    assert not is_trivial(value, meaning, carried, to_number=True, at={"z": Fraction(1)})
    assert is_trivial(value, meaning, carried, to_number=True, at={"z": Fraction(7, 10)})


def test_results_that_need_each_other_are_not_both_carried():
    meaning = SUBJECT.meaning()
    circle = (Carried("a1", tree("f2")), Carried("a2", tree("f1")))
    assert [one.quantity for one in usable(circle, meaning)] == ["a1"]
    assert usable((Carried("y", tree("E + 1")),), meaning) == ()
    assert usable((Carried("y", tree("y + 1")),), meaning) == ()


def test_the_share_is_capped_and_the_source_named():
    right = Verdict("correct", Fraction(1), Fraction(4), (Finding("mended"),))
    verdict = capped(right, (Carried("y", tree("0.7"), "forward"), Carried("a3", tree("2"), "sum")))
    assert (verdict.verdict, verdict.points) == ("partial", 4 * CAP)
    assert verdict.findings[0].facts["from"] == ("forward", "sum")
    assert capped(right, (), Fraction(1)).verdict == "correct"
    assert capped(right, (), Fraction(0)).verdict == "wrong"
