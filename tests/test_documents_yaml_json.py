"""Strict YAML and JSON: what is refused, where, and that all else is text with a place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.documents.node import Fields, Items, Scalar
from symnn.documents.strict_json import parse_json
from symnn.documents.strict_yaml import parse_yaml
from symnn.errors import Span


def plain(node):
    """Give a node as Python lists, dicts and texts."""
    match node:
        case Scalar():
            return node.text
        case Items():
            return [plain(item) for item in node.items]
        case Fields():
            return {key.text: plain(value) for key, value in node.fields}


def test_every_scalar_is_text():
    document, problems = parse_yaml(
        "a: 12:30\nb: no\nc: 007\nd: 1e3\ne:\nf: 2024-01-01\ng: [null, ~, 0x1F]\n", "a.yaml"
    )
    assert problems == ()
    texts = {"a": "12:30", "b": "no", "c": "007", "d": "1e3", "e": "", "f": "2024-01-01"}
    assert plain(document.root) == texts | {"g": ["null", "~", "0x1F"]}


MARKED_YAML = [
    ("id: e1\n!id: e2\n", "duplicate-key"),
    ("a: 1\nb: {x: 1, !x: 2}\n", "duplicate-key"),
    ("a: !&here 1\n", "no-anchors"),
    ("a: !*here\n", "no-anchors"),
    ("a: !!!python/name:os.system ''\n", "no-tags"),
    ("a: !!!str x\n", "no-tags"),
    ("a: !!local x\n", "no-tags"),
    ("a:\n  !<<: 1\n", "no-merge"),
    ("id: e1\n!---\nid: e2\n", "several-documents"),
    ("id:!\te1\n", "yaml-tab"),
    ("!? [a, b]\n: 1\n", "key-not-text"),
    ("a: b!: c\n", "yaml-colon"),
    ("a: 'open\n!", "yaml-open-quote"),
    ("a: !@x\n", "yaml-character"),
    ('a: "x!\\q"\n', "yaml-escape"),
    ("!", "empty-document"),
    ("!# only a remark\n", "empty-document"),
    ("[" * 20 + "![" + "]" * 21, "too-deep"),
]


@pytest.mark.parametrize(("marked", "code"), MARKED_YAML, ids=[text[:14] for text, _ in MARKED_YAML])
def test_yaml_that_is_refused_says_where(marked, code):
    before, _, after = marked.partition("!")
    _, problems = parse_yaml(before + after, "a.yaml")
    problem = next(problem for problem in problems if problem.code == code)
    line = before.count("\n") + 1
    assert problem.place.line == line
    if code in {"duplicate-key", "several-documents", "yaml-tab", "yaml-character", "too-deep"}:
        assert (problem.place.line, problem.place.column) == (line, len(before) - before.rfind("\n"))


def test_all_problems_of_a_file_are_found():
    _, problems = parse_yaml("a: &x 1\nb: !!int 2\na: 3\n", "a.yaml")
    assert [problem.code for problem in problems] == ["no-anchors", "no-tags", "duplicate-key"]


MARKED_JSON = [
    ('{"a": 1!,}', "json-trailing-comma"),
    ("[1, 2!,]", "json-trailing-comma"),
    ('{"a": !NaN}', "json-constant"),
    ('{"a": !-Infinity}', "json-character"),
    ('{"a": 1, !"a": 2}', "duplicate-key"),
    ('{"a" !1}', "json-expected"),
    ("{!a: 1}", "json-expected"),
    ("{!1: 1}", "json-expected"),
    ('{"a": 1!', "json-expected"),
    ("[1 !2]", "json-expected"),
    ("[1] !x", "json-after-end"),
    ("[!,]", "json-expected-value"),
    ('["!', "json-open-quote"),
    ('[!"open', "json-open-quote"),
    (r'[!"\q"]', "json-escape"),
    (r'[!"\ud800"]', "json-escape"),
    ("[!" + "9" * 1000 + "]", "json-number-too-long"),
    ("[" * 20 + "![" + "]" * 21, "too-deep"),
    ("!", "empty-document"),
    ("[!// no\n]", "json-character"),
    ("[0!1]", "json-expected"),
]


@pytest.mark.parametrize(("marked", "code"), MARKED_JSON, ids=[text[:14] for text, _ in MARKED_JSON])
def test_json_that_is_refused_says_where(marked, code):
    before, _, after = marked.partition("!")
    _, problems = parse_json(before + after, "a.json")
    assert problems[0].code == code
    if not before.endswith('["'):
        assert problems[0].place.column == len(before) + 1


def test_hostile_depth_and_length_are_bounded():
    assert parse_json("[" * 100_000, "a.json")[1][0].code == "too-deep"
    assert parse_yaml("[" * 100_000, "a.yaml")[1][0].code == "too-deep"
    assert parse_json('"' + "x" * 100_000 + '"', "a.json")[1][0].code == "too-long"
    assert parse_json("[" + "1" * 1_000_000 + "]", "a.json")[1][0].code == "json-number-too-long"


scalars = st.text(st.characters(exclude_categories=("Cs",)), max_size=8) | st.integers() | st.booleans()
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abcλ'\"{[", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def as_text(value):
    """Write scalars as the document readers give them."""
    match value:
        case dict():
            return {key: as_text(child) for key, child in value.items()}
        case list():
            return [as_text(child) for child in value]
        case bool():
            return str(value).lower()
        case _:
            return str(value)


@settings(max_examples=60)
@given(documents)
def test_json_reads_as_python_reads_it(value):
    document, problems = parse_json(json.dumps(value, ensure_ascii=False), "a.json")
    assert (plain(document.root), problems) == (as_text(value), ())


@settings(max_examples=100)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_no_text_raises(text):
    for parse in (parse_yaml, parse_json):
        document, problems = parse(text, "a")
        assert document.root is not None or problems


def test_python_and_c_parsers_agree(monkeypatch):
    import yaml

    texts = [before.replace("!", "", 1) for before, _ in MARKED_YAML]
    fast = [[problem.code for problem in parse_yaml(text, "a")[1]] for text in texts]
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert [[problem.code for problem in parse_yaml(text, "a")[1]] for text in texts] == fast


def source(yaml_text, *keys):
    from symnn.documents.kinds import DocumentReading, FormulaText

    node = parse_yaml(yaml_text, "a.yaml")[0].root
    for wanted in keys:
        node = next(value for key, value in node.fields if key.text == wanted)
    return FormulaText().read(node, ".".join(keys), DocumentReading())


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: y + q", 1, 8),
        ("a: 'y + q'", 1, 9),
        ('a: "y + q"', 1, 9),
        ("a: |\n  x = 1\n\n  y + q\n", 4, 7),
        ('a: "\\u0079 + q"', 1, 4),
        ("a: >\n  y +\n  q", 1, 4),
    ],
)
def test_a_place_inside_a_text_is_found_where_the_writing_allows(text, line, column):
    read = source(text, "a")
    start = read.text.index("q")
    place = read.at(Span(start, start + 1))
    assert (place.line, place.column) == (line, column)
