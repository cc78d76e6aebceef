"""Grading formulas of the shipped exercises: what is right, what is accepted, what is said to the rest."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symnn.documents.decoding import Text
from symnn.exercises.library import exercise
from symnn.exercises.loading import load_exercise

DW1 = "2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1"


def grade(target, answer, **more):
    name, _, part = target.partition("/")
    return exercise(name).part(part).grade(answer, **more)


def said(verdict):
    return [finding.facts.get("id", finding.code) for finding in verdict.findings]


@pytest.mark.parametrize(
    "answer",
    [
        DW1,
        f"dE/dw1 = {DW1}",
        r"\frac{\partial E}{\partial w_1} = 2(y-z) f'(a_3) w_5 f'(a_1) x_1",
        "２（y－z）·f′(a₃)·w₅·f′(a₁)·x₁",
        "-2(z-y) ∂y/∂a3 w5 ∂f1/∂a1 x1",
        "2 x1 w5 (f(a3) - z) f(a3) f(-a3) f1 (1-f1)",
    ],
)
def test_a_right_formula_in_any_writing_is_right(answer):
    verdict = grade("bp-2-2-1/dw1", answer)
    assert (verdict.verdict, verdict.points, verdict.findings) == ("correct", 4, ())


def test_the_decks_dropped_2_is_accepted_by_name():
    verdict = grade("bp-2-2-1/dw1", "(y-z)y(1-y)w5 f1(1-f1)x1")
    assert (verdict.verdict, verdict.points) == ("correct", 4)
    assert [finding.code for finding in verdict.findings] == ["convention", "note"]
    assert verdict.findings[0].facts["which"] == "missing-2"


@pytest.mark.parametrize(
    ("answer", "verdict", "points", "findings"),
    [
        ("2(z-y)y(1-y)w5 f1(1-f1)x1", "partial", 2, ["sign"]),
        ("2(y-z)y(1-y)w5", "partial", 1, ["stopped-at-f1"]),
        ("2(y-z)w5 f1(1-f1)x1", "wrong", 0, ["missing-factor"]),
        ("2(y-z)y(1-y)w6 f1(1-f1)x1", "wrong", 0, ["wrong-quantity"]),
        ("dE/dy w5 f'(a1) x1", "wrong", 0, ["not-differentiated"]),
        ("dE/dw1", "wrong", 0, ["not-differentiated"]),
        ("1/(y-y)", "wrong", 0, ["undefined"]),
        ("2*(y-z", "unreadable", 0, ["syntax"]),
        ("q*x1", "unreadable", 0, ["unknown-name"]),
        ("  ", "unreadable", 0, ["blank"]),
        ("dE/dw2 = 2", "unreadable", 0, ["left-not-asked"]),
        ("x1; x2", "unreadable", 0, ["not-one-answer"]),
    ],
)
def test_what_is_not_right_is_named(answer, verdict, points, findings):
    graded = grade("bp-2-2-1/dw1", answer)
    assert (graded.verdict, graded.points, said(graded)) == (verdict, points, findings)


def test_a_wrong_formula_has_a_witness_and_its_place():
    verdict = grade("bp-2-2-1/dw1", "2(y-z)f'(a3)w5 f1 x1")
    assert verdict.witness.yours != verdict.witness.expected
    span = verdict.findings[0].span
    assert "2(y-z)f'(a3)w5 f1 x1"[slice(*span)] == "f1"


def test_a_near_miss_is_wrong():
    assert grade("bp-2-2-1/dw1", f"{DW1} + 1e-9*x1").verdict == "wrong"


def test_demands_on_the_form_are_made_of_right_answers():
    verdict = grade("bp-2-2-1/derivative-of-f", "f(a3)*(1 - f(a3))")
    assert (verdict.verdict, verdict.credit, said(verdict)) == ("partial", Fraction(1, 2), ["form-only"])
    assert grade("bp-2-2-1/derivative-of-f", "f'(a_3) = y - y^2").verdict == "correct"


MATRIX = """
symnn: 1
id: m
title: {zh: 甲, en: A}
equations: |
  f(x) = 1/(1 + exp(-x))
  a = w*x
  y = f(a)
values: {w: 2, x: 0.5}
prompt: {zh: 甲, en: A}
parts:
  - id: g
    kind: matrix
    points: 4
    ask: {zh: 甲, en: A}
    answer: "[diff(y, w), diff(y, x)]"
    accept: [{value: "[diff(y, x), diff(y, w)]", credit: 0.5}]
  - id: v
    kind: matrix
    ask: {zh: 甲, en: A}
    answer: "[[a, y], [w, x]]"
    tolerance: {decimals: 2}
    feedback: [{id: minus, with: {w: -w}, credit: 0.25, say: {zh: 甲, en: A}}]
"""


@pytest.mark.parametrize(
    ("part", "answer", "verdict", "credit", "findings"),
    [
        ("g", "[y(1-y)x, y(1-y)w]", "correct", 1, []),
        ("g", "[y(1-y)w, y(1-y)x]", "partial", Fraction(1, 2), []),
        ("g", "[y(1-y)x, y(1-y)]", "partial", Fraction(1, 2), ["entries", "missing-factor"]),
        ("g", "[1, 2, 3]", "wrong", 0, ["shape"]),
        ("g", "y(1-y)x", "wrong", 0, ["shape"]),
        ("g", "[y, dy/dx]", "wrong", 0, ["not-differentiated"]),
        ("v", "[[1, 0.73], [2, 0.5]]", "correct", 1, []),
        ("v", "[1, 0.73; 2, 1/2]", "correct", 1, []),
        ("v", "[[-1, 0.27], [-2, 0.5]]", "partial", Fraction(1, 4), ["minus"]),
        ("v", "[[1, 0.7], [2, 0.5]]", "partial", Fraction(3, 4), ["entries", "too-few-digits"]),
    ],
)
def test_matrices_are_graded_entry_by_entry(part, answer, verdict, credit, findings):
    graded = load_exercise(Text(MATRIX, "m.yaml")).value.part(part).grade(answer)
    assert (graded.verdict, graded.credit, said(graded)) == (verdict, credit, findings)


@pytest.mark.parametrize(
    ("answer", "verdict", "findings"),
    [
        ("A, B, D", "correct", []),
        ("dba", "correct", []),
        ("选 A、B 和 D", "correct", []),
        ("我选A，B和D。", "correct", []),
        ("答案是ABD", "correct", []),
        ("应该选择 A、B、D", "correct", []),
        ("[A, B, D]", "correct", []),
        ("ABX", "unreadable", ["unknown-choice"]),
        ("（d）、ａ，B", "correct", []),
        ("A, B", "partial", ["forgot-w5"]),
        ("C", "wrong", ["choice-extra", "choice-missing"]),
        ("abcd", "wrong", ["choice-extra"]),
        ("E", "unreadable", ["unknown-choice"]),
        (" ", "unreadable", ["blank"]),
        (";;", "unreadable", ["blank"]),
    ],
)
def test_choices_are_read_as_people_write_them(answer, verdict, findings):
    graded = grade("bp-2-2-1/gradient-is-zero", answer)
    assert (graded.verdict, said(graded)) == (verdict, findings)


def test_the_course_key_changes_no_verdict_but_the_points():
    keyed = exercise("bp-2-2-1").keyed(b"k" * 32)
    assert keyed.part("dw1").grade(DW1).verdict == "correct"
    assert keyed.part("dw1").meaning.key == b"k" * 32


@pytest.mark.parametrize(
    ("part", "answer", "how"),
    [
        ("matrix-form/by-W2", "h (2(y-z)⊙f'(a_2))^T", "shape-asked-transpose"),
        ("matrix-form/delta2", "2(y-z) f'(a_2)", "shape-product-entrywise"),
        ("matrix-form/delta2", "h", None),
        ("rnn/h2", "(7, 5)", "all"),
        ("rnn/h2", "(12, 6)", None),
    ],
)
def test_wrong_tensors_are_told_apart(part, answer, how):
    facts = grade(part, answer).findings[0].facts
    assert facts.get("why", facts.get("how")) == how


@pytest.mark.parametrize("answer", ["12, 12", "12,12", "12 12", "[[12], [12]]", "(12，12)"])
def test_a_vector_of_numbers_may_be_written_as_a_column_or_without_brackets(answer):
    assert grade("rnn/h2", answer).verdict == "correct"


@pytest.mark.parametrize(
    ("target", "answer", "codes", "facts"),
    [
        ("matrix-form/by-W2", "2(y-z)⊙f'(a_2) h", ["shape"], {"first": "2*(y - z) ⊙ f'(a2)", "second": "h"}),
        ("matrix-form/by-W2", "2 h ((y-z)⊙f'(a_2))^T", ["shape"], {"expected": "2x3", "got": "3x2"}),
        ("gan/best", "p_data/(p_data - p_g)", ["sign"], {"at": "p_g"}),
    ],
)
def test_a_tensor_answer_is_told_once_and_as_it_was_written(target, answer, codes, facts):
    found = [finding for finding in grade(target, answer).findings if finding.code != "chosen"]
    assert [finding.code for finding in found] == codes
    assert {name: found[0].facts[name] for name in facts} == facts


@pytest.mark.parametrize("answer", ["两条", "Two.", " two ", "B"])
def test_the_text_of_a_choice_stands_for_it(answer):
    assert exercise("bp-2-3-2-1").part("paths").grade(answer).verdict == "correct"
