"""Both languages have the same codes and facts, and facts are put in literally."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.errors import AuthorError, Place, Problem
from symnn.messages import LANGUAGES, facts_of, language, line, raisable, say, sentences


def test_both_languages_have_the_same_codes():
    assert sentences("zh").keys() == sentences("en").keys()


def test_both_sentences_use_the_same_facts():
    facts = {lang: {code: facts_of(text) for code, text in sentences(lang).items()} for lang in LANGUAGES}
    assert facts["zh"] == facts["en"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_a_text_and_no_code_is_given_twice(lang):
    assert all(isinstance(sentence, str) and sentence.strip() for sentence in sentences(lang).values())
    text = (files("symnn.messages") / f"{lang}.yaml").read_text(encoding="utf-8")
    codes = Counter(re.findall(r"^([\w-]+):", text, re.MULTILINE))
    assert [code for code, count in codes.items() if count > 1] == []
    assert len(codes) == len(sentences(lang))


def test_chinese_sentences_are_chinese():
    chinese = re.compile(r"[一-鿿]")
    letters = re.compile(r"[A-Za-z]{4,}")
    english = [
        code
        for code, sentence in sentences("zh").items()
        if letters.search(re.sub(r"\{\w+\}|`.*?`", "", sentence)) and not chinese.search(sentence)
    ]
    assert english == []


@settings(max_examples=50)
@given(st.text(min_size=1))
def test_a_fact_is_put_in_literally(text):
    assert say("missing-field", {"field": text}) == f"the field '{text}' is missing"


def test_a_fact_that_looks_like_a_template_stays_as_it_is():
    assert say("missing-field", {"field": "{field.__class__} [[x]] %s"}) == (
        "the field '{field.__class__} [[x]] %s' is missing"
    )


def test_an_optional_passage_goes_with_its_fact():
    assert say("unknown-field", {"field": "a", "nearest": ""}) == "unknown field 'a'"
    assert say("unknown-field", {"field": "a"}, "zh") == "未知字段“a”"


def test_several_names_are_joined_in_each_language():
    facts = {"fields": ("at", "use")}
    assert say("one-of-fields", facts).endswith("at, use")
    assert say("one-of-fields", facts, "zh").endswith("at、use")


@pytest.mark.parametrize(("code", "facts"), [("no-such-code", {}), ("missing-field", {})])
def test_what_the_program_forgot_is_a_bug(code, facts):
    with pytest.raises(LookupError):
        say(code, facts)


def test_an_exception_says_every_problem_with_its_place():
    error = raisable(
        AuthorError,
        Problem("missing-field", {"field": "id"}, place=Place("a.yaml", 2, 1, "parts[0]")),
        Problem("empty-document"),
    )
    assert str(error) == "a.yaml:2:1: parts[0]: the field 'id' is missing\nthe file is empty"
    assert [problem.code for problem in error.problems] == ["missing-field", "empty-document"]


def test_a_line_can_be_chinese():
    assert line(Problem("empty-document", place=Place("a.yaml")), "zh") == "a.yaml:1:1: 文件是空的"


@pytest.mark.parametrize(
    ("option", "environ", "chosen"),
    [
        ("zh", {"LANG": "en_US.UTF-8"}, "zh"),
        (None, {"LC_ALL": "C", "LANG": "zh_CN"}, "en"),
        (None, {"LC_ALL": "", "LANG": "zh_CN"}, "zh"),
        (None, {"LANG": "de_DE"}, "en"),
    ],
)
def test_the_language_is_chosen_by_option_then_locale(option, environ, chosen):
    assert language(option, environ) == chosen
