"""Kinds turn nodes into values, find every problem, and publish what they accept."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.documents.containers import ByForm, Field, ListOf, MapOf, NestedNumbers, Record
from symnn.documents.decoding import Text as FileText
from symnn.documents.domain import DomainKind, Domains, DomainsKind, Interval
from symnn.documents.kinds import AnyText, BilingualText, ExactNumber, Flag, Identifier, OneOf, WholeNumber, exact_value
from symnn.documents.parsed import load_text, published_schema
from symnn.messages import line


def read(kind, text):
    return load_text(FileText(text, "a.yaml"), kind)


def codes(kind, text):
    return [problem.code for problem in read(kind, text).problems]


PART = Record(
    dict,
    (
        Field("id", Identifier()),
        Field("kind", OneOf(("formula", "number"))),
        Field("points", ExactNumber(), Fraction(1)),
    ),
)
EXERCISE = Record(dict, (Field("id", Identifier()), Field("parts", ListOf(PART, least=1))))


def test_every_problem_is_found_and_says_field_and_nearest():
    text = "id: 1x\nparts:\n  - id: a\n    kind: formul\n  - {id: b, kind: number, ponits: 2}\n"
    assert [line(problem) for problem in read(EXERCISE, text).problems] == [
        "a.yaml:1:5: id: '1x' cannot be an id: use letters, digits, '-' and '_', starting with a letter",
        "a.yaml:4:11: parts[0].kind: 'formul' is not one of formula, number; did you mean 'formula'?",
        "a.yaml:5:27: parts[1].ponits: unknown field 'ponits'; did you mean 'points'?",
    ]


def test_a_record_is_made_with_its_defaults():
    assert read(EXERCISE, "id: e\nparts: [{id: a, kind: number}]").value == {
        "id": "e",
        "parts": ({"id": "a", "kind": "number", "points": 1},),
    }


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (ExactNumber(), "1e-3", Fraction(1, 1000)),
        (ExactNumber(), "7/9", Fraction(7, 9)),
        (ExactNumber(), "-.5", Fraction(-1, 2)),
        (WholeNumber(), "07", 7),
        (Flag(), "true", True),
        (AnyText(), "12:30", "12:30"),
        (NestedNumbers(), "[[1, 0.5], [3, 4]]", ((1, Fraction(1, 2)), (3, 4))),
        (ByForm(scalar=ExactNumber(), items=ListOf(ExactNumber())), "[1, 2]", (1, 2)),
        (ByForm(scalar=ExactNumber(), items=ListOf(ExactNumber())), "3", 3),
        (DomainKind(), "[0, 1]", Interval(Fraction(0), Fraction(1))),
        (DomainKind(), "'(0, 1/2)'", Interval(Fraction(0), Fraction(1, 2), open=True)),
        (DomainsKind(), "positive", Domains("positive")),
    ],
)
def test_a_value_is_read(kind, text, value):
    assert read(kind, text).value == value


def test_domains_by_name_have_a_default():
    domains = read(DomainsKind(), "{x: positive, default: complex}").value
    assert (domains.default, dict(domains.names)) == ("complex", {"x": "positive"})


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (ExactNumber(), "nan", ["not-a-number"]),
        (ExactNumber(), "1" * 100, ["not-a-number"]),
        (ExactNumber(), "1/0", ["not-a-number"]),
        (ExactNumber(positive=True), "-1", ["not-positive"]),
        (ExactNumber(positive=True), "0", ["not-positive"]),
        (ExactNumber(Fraction(0), Fraction(1)), "1.5", ["out-of-range"]),
        (WholeNumber(), "1.5", ["not-a-whole-number"]),
        (WholeNumber(0, 5), "9", ["out-of-range"]),
        (Flag(), "yes", ["not-true-or-false"]),
        (AnyText(), "''", ["blank-text"]),
        (AnyText(), "[a]", ["wrong-kind"]),
        (NestedNumbers(), "[[1, 2], [3]]", ["ragged-matrix"]),
        (NestedNumbers(), "[1, x]", ["not-a-number"]),
        (BilingualText(), "{zh: 甲}", ["missing-field"]),
        (BilingualText(), "{zh: 甲, en: ''}", ["blank-text"]),
        (BilingualText(), "{zh: 甲, en: A, de: A}", ["unknown-field"]),
        (BilingualText(), "A", ["wrong-kind"]),
        (ListOf(AnyText(), most=2), "[a, b, c]", ["too-many"]),
        (ListOf(AnyText(), least=1), "[]", ["too-few"]),
        (MapOf(ExactNumber()), "{a: x, b: y}", ["not-a-number", "not-a-number"]),
        (ByForm(scalar=ExactNumber()), "[1]", ["wrong-kind"]),
        (DomainKind(), "postive", ["not-one-of"]),
        (DomainKind(), "[1, 0]", ["empty-interval"]),
        (DomainKind(), "[0, 1)", ["yaml-open-bracket"]),
        (EXERCISE, "[]", ["wrong-kind"]),
    ],
)
def test_what_does_not_fit_is_named(kind, text, expected):
    assert codes(kind, text) == expected


@settings(max_examples=60)
@given(st.fractions())
def test_fractions_are_exact(value):
    assert exact_value(str(value)) == value or len(str(value)) > 60


@settings(max_examples=60)
@given(st.text(max_size=12))
def test_only_numbers_are_numbers(text):
    value = exact_value(text)
    assert value is None or isinstance(value, Fraction)


def test_the_published_schema_accepts_what_the_kind_accepts():
    jsonschema = pytest.importorskip("jsonschema")
    schema = published_schema(EXERCISE, "exercise")
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"id": "e", "parts": [{"id": "a", "kind": "number", "points": 2}]})
    assert not validator.is_valid({"id": "e", "parts": [{"id": "a", "kind": "number", "ponits": 2}]})
    assert not validator.is_valid({"id": "e", "parts": []})
