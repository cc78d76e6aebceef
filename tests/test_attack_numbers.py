"""Numbers that are written to be taken for any number, or to cost a verdict: over all parts that ask for numbers."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from fractions import Fraction

import pytest

from symnn.equality.meaning import Meaning
from symnn.equality.numbers import Window, judge_number
from symnn.exercises.library import exercise, shipped_names
from symnn.expressions.tree import Matrix
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.questions.solving import middle
from symnn.verdicts.feedback import feedback_sentence

OPEN = Scope.of([], open=True)
PARTS = [
    pytest.param(part, id=f"{one.file.id}/{part.file.id}")
    for one in map(exercise, shipped_names())
    for part in one.parts
    if part.file.kind == "number" or (part.file.kind == "matrix" and part.file.tolerance is not None)
]
WIDE = ["exp(200)-exp(200)", "1000*sin(10^400)", "10^78*(pi-pi)+0.3", "sin(exp(2000))*1e6", "1e90*(sqrt(2)^2-2)"]
"""With 256 bits the balls of these hold every number asked; their values are 0, 0.3 or known with more bits."""
UNREAL = ["0*log(-1)+{}", "{}+sqrt(-2)-sqrt(-2)", "{}*(asin(3)/asin(3))", "{}+0/(1-1)"]
HEAVY = ["exp(exp(20))", "exp(10^8)", "cosh(10^8)", "(10^400)^(10^6)^pi", "(10^400)^(10^5+0.5)", "1.1^(10^400)"]
MOST_SECONDS = 0.5


def tree(text):
    return read(text, OPEN).tree


def keys(part):
    reference = part.content.answer.value
    entries = [entry for row in reference.rows for entry in row] if isinstance(reference, Matrix) else [reference]
    return reference, [middle(part, entry) for entry in entries]


def written(part, text):
    """Write one number as the answer of a part, in every entry."""
    reference = part.content.answer.value
    if not isinstance(reference, Matrix):
        return text
    if reference.vector:
        return "[" + ",".join([text] * len(reference.rows)) + "]"
    row = "[" + ",".join([text] * len(reference.rows[0])) + "]"
    return "[" + ",".join([row] * len(reference.rows)) + "]"


def of_entries(reference, texts):
    width = 1 if reference.vector else len(reference.rows[0])
    rows = [texts[start : start + width] for start in range(0, len(texts), width)]
    return "[" + ",".join(row[0] if reference.vector else "[" + ",".join(row) + "]" for row in rows) + "]"


def test_there_are_numbers_to_ask_for():
    assert len(PARTS) > 20


@pytest.mark.parametrize("part", PARTS)
def test_no_number_is_right_in_every_part(part):
    _, values = keys(part)
    for text, value in zip(WIDE, [0, None, Fraction(3, 10), None, 0], strict=True):
        verdict = part.grade(written(part, text))
        if value not in values:
            assert verdict.verdict != "correct", text


@pytest.mark.parametrize("part", PARTS)
def test_what_has_no_real_value_is_never_right(part):
    _, values = keys(part)
    if len(set(values)) > 1:
        return
    right = f"({float(values[0]):.6f})"
    for text in UNREAL:
        verdict = part.grade(written(part, text.format(right)))
        assert verdict.verdict == "wrong", text


@pytest.mark.parametrize("part", PARTS)
def test_large_numbers_cost_bounded_work(part):
    for text in HEAVY:
        start = time.process_time()
        verdict = part.grade(written(part, text))
        assert verdict.verdict in ("wrong", "undecided"), text
        assert time.process_time() - start < MOST_SECONDS, text


@pytest.mark.parametrize(
    ("text", "equal"),
    [
        ("exp(log(1/4))", True),  # on the edge of a window without width: proved, not enclosed
        ("sqrt(2)^2/8", True),
        ("sqrt(2)^2/8 + 1e-300", False),
        ("exp(log(1/4)) + exp(-3000)", None),  # beyond the bits that are looked at
        ("(sqrt(5)-1)/2-(sqrt(5)-1)/2+0.25", True),
        ("1/4 + 0*atan(1/(pi-pi))", None),
        ("exp(10^9)/exp(10^9)/4", True),
        ("9^9^9^9", None),
    ],
)
def test_a_window_without_width_is_met_by_proof_alone(text, equal):
    window = Window(Fraction(1, 4), Fraction(1, 4))
    assert judge_number(tree(text), window, Meaning()).equal in ({equal} if equal is not None else {None, False})


SPOILED = [
    *(
        lambda value, k=k: value * k
        for k in (Fraction(1, 3), Fraction(1, 2), 2, 3, 10, Fraction(-1, 2), Fraction(9, 10))
    ),
    *(lambda value, k=k: value + k for k in (-3, -2, -1, Fraction(1, 3), 1, 2, 3)),
    *(lambda _, k=k: Fraction(k) for k in (0, 1, 2, 3, 4, 7, 9, 27, 36, 10**40)),
    lambda value: 1 / value if value else Fraction(1),
]
NAMES = re.compile(r"[^\W\d_]\w*(\^\(\d\))?'*(_\w+)*(\[[\w,+-]+\])*")


@pytest.mark.parametrize("part", PARTS)
def test_no_message_gives_a_number_away(part):
    """Numbers in messages are those of decimals asked and of entries, and constants beside names of quantities."""
    reference, values = keys(part)
    for spoiled in SPOILED:
        texts = [f"{Decimal(found.numerator) / found.denominator:.7f}" for found in map(spoiled, values)]
        verdict = part.grade(texts[0] if not isinstance(reference, Matrix) else of_entries(reference, texts))
        assert verdict.verdict != "unreadable"
        for finding in verdict.findings:
            if finding.code in ("feedback", "entries", "too-few-digits", "rounded-early"):
                continue
            assert "ratio" not in finding.facts
            for fact in finding.facts.values():
                told = fact if isinstance(fact, tuple) else (fact,)
                assert all(NAMES.search(text) for text in told), (finding.code, fact)
            for lang in ("zh", "en"):
                said = NAMES.sub("", feedback_sentence(finding, lang))
                given = {str(value) for value in values} | {f"{float(value):g}" for value in values}
                assert given.isdisjoint(re.findall(r"\d+(?:[./]\d+)?", said)), said


@pytest.mark.parametrize(
    ("target", "answer"),
    [("matrix-form/shape", "2"), ("cnn/weights", "10^309"), ("cnn-x/first", "6")],
)
def test_a_number_that_would_be_given_away_is_unexplained(target, answer):
    name, part = target.split("/")
    verdict = exercise(name).part(part).grade(answer)
    assert [(finding.code, dict(finding.facts)) for finding in verdict.findings] == [("unexplained", {"how": "number"})]


def test_a_term_that_may_be_missing_from_a_number_is_not_named():
    verdict = exercise("cnn").part("map-size").grade("1")
    assert [finding.code for finding in verdict.findings] == ["missing-term"]
    assert not any(
        re.search(r"\d", feedback_sentence(finding, lang)) for finding in verdict.findings for lang in ("zh", "en")
    )


def test_what_was_carried_cannot_cost_more_either():
    part = exercise("neuron").part("output")
    for own in ("1e400", "exp(exp(20))", "1/0", "(10^400)^(10^6)^pi"):
        start = time.process_time()
        assert part.grade("1", carried={"sum": own}).verdict in ("wrong", "partial", "undecided")
        assert time.process_time() - start < MOST_SECONDS
