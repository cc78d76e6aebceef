"""Follow-through: a student's own earlier results, formulas and numbers, carried into later parts."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symnn.documents.decoding import Text
from symnn.exercises.library import exercise
from symnn.exercises.loading import load_exercise
from symnn.expressions.tree import Name
from symnn.expressions.writing import plain
from symnn.language.reading import read
from symnn.networks.catalogue import network
from symnn.questions.formulas import FormulaKind
from symnn.questions.replacing import replaced

BOTH = "{zh: 甲, en: A}"
TEXT = """
symnn: 1
id: f
title: {zh: 甲, en: A}
use: bp-2-2-1
prompt: {zh: 甲, en: A}
parts:
  - {id: delta, kind: formula, ask: {zh: 甲, en: A}, answer: "diff(E, a3)"}
  - {id: dw5, kind: formula, ask: {zh: 甲, en: A}, answer: "diff(E, w5)", follow: [delta]}
  - {id: dw1, kind: formula, ask: {zh: 甲, en: A}, answer: "diff(E, w1)", follow: [delta, dw5]}
"""
PARTS = load_exercise(Text(TEXT, "f.yaml")).value


@pytest.mark.parametrize(
    ("part", "answer", "carried", "verdict"),
    [
        ("dw5", "2(y-z)f1", {"delta": "2(y-z)"}, "partial"),
        ("dw5", "2(y-z)f1", {}, "wrong"),
        ("dw5", "2(y-z)f1", {"delta": "2(y-z)y(1-y)"}, "wrong"),
        ("dw5", "2(y-z)f2", {"delta": "2(y-z)"}, "wrong"),
        ("dw1", "2(y-z)w5 f1(1-f1)x1", {"delta": "2(y-z)"}, "partial"),
        ("dw1", "2(y-z)w5 f1(1-f1)x1", {"delta": "2(y-z)", "dw5": "2(y-z)f1"}, "partial"),
        ("dw5", "0", {"delta": "0"}, "wrong"),
        ("dw5", "a3*f1", {"delta": "diff(E, y)"}, "wrong"),
        ("dw5", "w1*f1", {"delta": "w1"}, "partial"),
    ],
)
def test_a_formula_is_carried_into_the_next_part(part, answer, carried, verdict):
    assert PARTS.part(part).grade(answer, carried=carried).verdict == verdict


def test_the_findings_say_where_the_mistake_comes_from():
    verdict = PARTS.part("dw1").grade("2(y-z)w5 f1(1-f1)x1", carried={"delta": "2(y-z)", "dw5": "2(y-z)f1"})
    assert verdict.findings[0].facts["from"] == ("delta",)


def test_a_result_that_leaves_nothing_to_do_is_not_carried():
    sigmoid = exercise("neuron").part("output")
    assert sigmoid.grade("0.5", carried={"sum": "0"}).verdict == "correct"
    assert PARTS.part("dw5").grade("0", carried={"delta": "y - y"}).verdict == "wrong"


def test_quantities_are_replaced_down_through_the_equations():
    graph = network("bp-2-2-1").graph
    tree, copies = replaced(Name("y"), {"f1": Name("a1"), "f2": Name("a2")}, graph.definitions, "raw")
    assert (plain(tree), sorted(copies)) == ("y@raw", ["a3@raw", "y@raw"])
    assert plain(copies["a3@raw"]) == "w5*a1 + w6*a2"


def test_what_does_not_depend_stays_as_it_is():
    graph = network("bp-2-2-1").graph
    tree = read("f1 + z", graph.scope).tree
    assert replaced(tree, {"w5": Name("w6")}, graph.definitions, "k")[1] == {}


def test_copies_cannot_be_spelled_by_a_student():
    assert exercise("midges").part("Af").grade("y@subtracted-theta1").verdict == "unreadable"


@pytest.mark.parametrize(
    ("part", "answer", "carried", "credit"),
    [
        ("max-pooled", "21", "[[11, 21], [19, 12]]", "3/4"),
        ("max-pooled", "17", "[[12, 17], [14, 16]]", "3/4"),
        ("average-pooled", "14", "[[12, 17], [14, 13]]", "3/4"),
        ("max-pooled", "16", "[[12, 17], [14, 16]]", "0"),
        ("max-pooled", "21", "21", "0"),
        ("max-pooled", "20", "[[11, 20], [19, 13]]", "1"),
    ],
)
def test_a_map_of_numbers_is_carried_entry_by_entry(part, answer, carried, credit):
    verdict = exercise("cnn").part(part).grade(answer, carried={"convolved": carried})
    assert verdict.credit == Fraction(credit)


def test_an_earlier_answer_with_feedback_is_carried_too():
    """What the later part earns by the student's own value is more than what its own feedback gives."""
    verdict = exercise("neuron").part("output").grade("0.3775", carried={"sum": "-0.5"})
    assert (verdict.credit, verdict.findings[0].code) == (Fraction(3, 4), "follow-through")


def test_a_long_exercise_grades_every_earlier_answer_once(monkeypatch):
    """Each of twenty parts follows all before it: every wrong answer is looked at once, and in order."""
    count = 20
    equations = "\n".join(f"  q{k} = q{k - 1} + x{k}" for k in range(1, count + 1))
    text = f"symnn: 1\nid: long\ntitle: {BOTH}\nequations: |\n{equations}\nprompt: {BOTH}\nparts:\n"
    for k in range(1, count + 1):
        before = ", ".join(f"p{j}" for j in range(1, k))
        text += f"  - {{id: p{k}, kind: formula, ask: {BOTH}, answer: q{k}, follow: [{before}]}}\n"
    loaded = load_exercise(Text(text, "long.yaml"))
    assert loaded.problems == ()
    graded, grade = [], FormulaKind.grade

    def counted(kind, *given):
        graded.append(kind.question.file.id)
        return grade(kind, *given)

    monkeypatch.setattr(FormulaKind, "grade", counted)
    answers = {f"p{k}": f"2*q0 + x{k}" for k in range(1, count)}
    loaded.value.part(f"p{count}").grade(f"3*q0 + x{count}", carried=answers)
    assert set(graded) == {f"p{k}" for k in range(1, count + 1)}
    assert len(graded) <= 2 * count  # once as it is, once with what is carried into it
