"""Hints in four levels: they say more from one to the next, and give nothing away before the third."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import symnn
from symnn.documents.decoding import Text
from symnn.exercises.library import exercise, shipped_names
from symnn.exercises.loading import load_exercise
from symnn.expressions.tree import Name, Product, walk
from symnn.expressions.writing import plain
from symnn.language.reading import read
from symnn.messages import LANGUAGES, sentences
from symnn.questions.groups import _GROUPS
from symnn.questions.telling import told
from symnn.questions.trails import trail_of, worth_of
from symnn.verdicts.feedback import spelled_out
from symnn.verdicts.hint import LEVELS

PARTS = [part for name in shipped_names() for part in exercise(name).parts]
IDS = [f"{part.exercise}/{part.file.id}" for part in PARTS]


def part_of(target):
    name, _, part = target.partition("/")
    return exercise(name).part(part)


def printed(part, answer, level, lang="en"):
    """Give what is printed after the standing and the reading: the hint alone."""
    verdict = part.grade(answer).at_level(part.hint(answer, level))
    read_lines = verdict.read.text.count("\n") + 1 if verdict.read.text else 0
    return "\n".join(told(verdict, answer, lang)[1 + read_lines + len(verdict.read.notes) :])


def bare_text(text):
    return re.sub(r"[\s·*{}$\\]", "", text).replace("−", "-").translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))


def formulas_of(part):
    """Give what must not be said before level 3: the model answer, and each link of the chain that is a formula."""
    found = {part.solution()} if part.file.kind != "choice" else set()
    trail = trail_of(part)
    for link in trail.links if trail is not None else ():
        value = worth_of(part, link)
        factors = value.factors if isinstance(value, Product) else (value,)
        found |= {plain(factor) for factor in (*factors, value) if factor is not None}
    trees = [tree for text in found if hasattr(tree := getattr(read(text, part.scope), "tree", None), "span")]
    return {
        plain(tree) for tree in trees if not isinstance(tree, Name) and any(isinstance(n, Name) for n in walk(tree))
    }


def on_the_way(part):
    """Name the quantities that the paths pass: they are no factors, and a path may be told."""
    trail = trail_of(part)
    return {name for path in trail.paths for name in path} if trail is not None else set()


def answers_to(part):
    """Give wrong answers of many kinds: those that the author lists, none, and the model answer without a factor."""
    yield ""
    yield "我不会"
    yield from (wrong.answer.text for wrong in part.file.wrong)
    tree = getattr(read(part.solution(), part.scope), "tree", None)
    if part.file.kind in ("formula", "matrix") and isinstance(tree, Product):
        for place in range(len(tree.factors)):
            kept = tree.factors[:place] + tree.factors[place + 1 :]
            yield plain(Product(kept)) if len(kept) > 1 else plain(kept[0])


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(part, id=name, marks=[pytest.mark.slow] if place % 4 else [])
        for place, (part, name) in enumerate(zip(PARTS, IDS, strict=True))
    ],
)
def test_nothing_is_given_away_before_the_third_level(part):
    forbidden = {bare_text(spelled_out(formula)) for formula in formulas_of(part)}
    for answer in answers_to(part):
        verdict = part.grade(answer)
        own = bare_text(answer) + " " + bare_text(spelled_out(verdict.read.text))
        missing = {str(one.facts["factor"]) for one in verdict.findings if one.code == "missing-factor"}
        for level in LEVELS[:2]:
            for lang in LANGUAGES:
                line = printed(part, answer, level, lang).split("\n    ")[0]
                said = bare_text(line)
                # what the student wrote is no secret
                assert [text for text in forbidden if text in said and text not in own] == [], (answer, level, line)
                names = [spelled_out(one) for one in missing - on_the_way(part)]
                assert not any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", line) for name in names), line


def test_no_level_of_a_number_says_the_number():
    for part in PARTS:
        if part.file.kind != "number" and not (part.file.kind == "matrix" and part.file.tolerance):
            continue
        numbers = [text for text in re.findall(r"-?\d+(?:\.\d+)?", part.solution()) if len(text) > 2]
        for answer in ("", "12.3", "0.1", *(wrong.answer.text for wrong in part.file.wrong)):
            for level in LEVELS[len(part.file.hints) :]:
                hint = printed(part, answer, level)
                assert not [text for text in numbers if text in hint.replace("−", "-")], (part, answer, hint)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_part_has_a_first_hint_for_who_has_no_answer(lang):
    for part in PARTS:
        for answer in ("", "我不会", "I don't know", "？"):
            verdict = part.grade(answer)
            assert verdict.is_blank
            assert verdict.points == 0
            assert verdict.to_dict(lang)["hint"]["level"] == 1
            assert told(verdict, answer, lang)[1]


FACTOR = {
    "2(y-z)f1": ["between E and w₅", "missing there", "left out f'(a₃)", "∂y/∂a₃ = y·(1 − y)"],
    "y(1-y)f1": ["between E and w₅", "missing there", "left out y − z", "∂E/∂y = 2·(y − z)"],
    "2(y-z)y(1-y)f2": ["the factor f₂", "in the place of", "f₁", "∂a₃/∂w₅ = f₁"],
}


@pytest.mark.parametrize(("answer", "said"), FACTOR.items())
def test_the_levels_are_where_kind_name_and_step(answer, said):
    part = part_of("bp-2-2-1/dw5")
    for level, words in zip(LEVELS, said, strict=True):
        assert words in printed(part, answer, level), level


def test_the_next_link_of_a_chain_comes_from_the_longest_right_beginning():
    part = part_of("gan/chain")
    assert "as far as Dg" in printed(part, "L -> D_g", 1).replace("_", "")
    assert "∂D_g/∂a_g" in printed(part, "L -> D_g", 4)
    assert "as far as ag" in printed(part, "L -> D_g -> a_g", 1).replace("_", "")
    assert "∂a_g/∂g" in printed(part, "L -> D_g -> a_g", 4)


STEPS = """symnn: 1
id: s
title: {zh: 甲, en: A}
use: bp-2-2-1
prompt: {zh: 甲, en: A}
parts: [{id: p, kind: steps, ask: {zh: 甲, en: A}, answer: "diff(E, w5)"}]
"""
LINES = [
    ("dE/dw5 = dE/dy * dy/da3 * da3/dw5", "line 1", "∂E/∂y = 2·(y − z)"),
    ("dE/dw5 = dE/dy * dy/da3 * da3/dw5\n = 2(y-z) * dy/da3 * da3/dw5", "line 2", "∂y/∂a₃ = y·(1 − y)"),
    ("dE/dy = 2(y-z)\ndy/da3 = y(1-y)", "line 2", "∂a₃/∂w₅ = f₁"),
    ("dE/dy = 2(y-z)\ndy/da3 = y(1+y)", "line 2", "∂y/∂a₃ = y·(1 − y)"),
]


@pytest.mark.parametrize(("answer", "where", "step"), LINES)
def test_so_does_the_next_step_of_a_derivation(answer, where, step):
    part = load_exercise(Text(STEPS, "s.yaml")).value.part("p")
    assert where in printed(part, answer, 1).lower()
    assert step in printed(part, answer, 4)


def test_the_authors_hints_come_first():
    part = part_of("bp-2-2-1/dw1")
    answer = "2(y-z)w5 f1(1-f1)x1"
    assert "E → y → a₃" in printed(part, answer, 1)
    assert "five factors" in printed(part, answer, 2)
    assert "f'(a₃)" in printed(part, answer, 3)


def test_what_is_right_or_cannot_be_read_has_a_hint_too():
    part = part_of("bp-2-2-1/dw5")
    assert "right" in printed(part, "2(y-z)y(1-y)f1", 1)
    assert "'q'" in printed(part, "2(y-z) q", 1)


_SAYING = ("questions/hints.py", "questions/whereabouts.py", "verdicts/hint.py")


def test_every_sentence_of_a_hint_is_used():
    source = Path(symnn.__file__).parent
    text = "".join((source / name).read_text(encoding="utf-8") for name in _SAYING)
    made = re.compile("hint-(?:kind-|paths-|choices-|correct|undecided)")  # of a group, a count, a standing
    own = [code for code in sentences("en") if code.startswith("hint-") and not made.match(code)]
    assert [code for code in own if f'"{code}"' not in text] == []
    assert {code for code in sentences("en") if code.startswith("hint-kind-")} == {
        f"hint-kind-{group}" for group in (*_GROUPS, "next", "unknown")
    }
