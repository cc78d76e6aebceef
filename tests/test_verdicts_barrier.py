"""What goes wrong in an explanation never loses the verdict; what can go wrong there does not."""

from __future__ import annotations

import logging
import random

import pytest
from click.testing import CliRunner

from symnn.cli import symnn
from symnn.exercises.library import exercise, shipped_names
from symnn.misconceptions.mistakes import Explanation, Mistake, facts
from symnn.misconceptions.scalars import ScalarDiagnosis
from symnn.misconceptions.tensor_amounts import TensorAmounts
from symnn.misconceptions.tensors import TensorDiagnosis
from symnn.verdicts import codes, feedback
from symnn.verdicts.feedback import feedback_sentence
from symnn.verdicts.verdict import Finding

PARTS = {f"{one.file.id}/{part.file.id}": part for one in map(exercise, shipped_names()) for part in one.parts}
AUTHORS = frozenset({"feedback", "note"})


def graded(target, answer):
    return PARTS[target].grade(answer)


@pytest.fixture
def failing(monkeypatch):
    def fail(*_, **__):
        message = "an accident"
        raise ZeroDivisionError(message)

    for explains in (ScalarDiagnosis, TensorDiagnosis, TensorAmounts):
        monkeypatch.setattr(explains, "explain", fail)


@pytest.mark.parametrize(
    ("target", "answer", "codes"),
    [
        ("bp-2-2-1/dw1", "w1^17", ["unexplained"]),
        ("cnn-x/votes", "17", ["unexplained"]),
        ("rnn/h1", "[1, 1]", ["entries"]),
        ("matrix-form/by-W1", "2 W_1", ["entries", "unexplained"]),
    ],
)
@pytest.mark.usefixtures("failing")
def test_an_accident_keeps_the_verdict(caplog, target, answer, codes):
    with caplog.at_level(logging.WARNING, "symnn"):
        verdict = graded(target, answer)
    assert verdict.verdict == "wrong"
    assert set(codes) >= {finding.code for finding in verdict.findings}
    (line,) = {record.getMessage() for record in caplog.records}
    assert line.startswith("unexplained: ZeroDivisionError: an accident")
    assert "\n" not in line


@pytest.mark.parametrize(("option", "said"), [([], False), (["-v"], True), (["--debug"], True)])
@pytest.mark.usefixtures("failing")
def test_the_log_is_shown_to_those_who_ask_for_it(option, said):
    log = logging.getLogger("symnn")
    answer = f"w1^{3 + len(''.join(option))}"  # one that nobody has given before: what is known is not explained again
    try:
        result = CliRunner().invoke(symnn, ["verify", "bp-2-2-1/dw1", answer, *option])
    finally:
        log.removeHandler(logging.lastResort)
        log.setLevel(logging.NOTSET)
    assert result.exit_code == 1
    assert ("an accident" in result.stderr) is said
    assert ("Traceback" in result.stderr) is (option == ["--debug"])


def test_what_cannot_be_said_is_unexplained(monkeypatch):
    assert feedback_sentence(Finding("missing-factor"), "en") == feedback_sentence(Finding("unexplained"), "en")
    monkeypatch.setattr(feedback, "spelled_out", lambda *_: 1 / 0)
    assert feedback_sentence(Finding("extra-factor", {"factor": "w5"}), "zh") == feedback_sentence(
        Finding("unexplained"), "zh"
    )


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("cnn/convolved", "[[11,19],[20,12]]"),
        ("cnn/convolved", "[[log(-1),19],[exp(1000),1/0]]"),
        ("cnn-x/votes", "10^400"),
        ("cnn-x/probability", "10^400"),
        ("rnn/h1", "[10^400,1]"),
        ("rnn/h1", "[10^400/10^399,-10^400]"),
        ("matrix-form/by-W1", "10^400*W_1"),
        ("matrix-form/by-W1", "W_1*10^309/10^308"),
        ("matrix-form/by-W1", "W_1*exp(10^5)"),
        ("cnn/max-pooled", "10^6*sin(10^400)"),
        ("bp-2-2-1/dw1", "leaky_relu(w1, 0.2)"),
        ("bp-2-2-1/dw1", "10^400*w1"),
        ("birnn/steps", "diff(E, s_3) = transpose(V)*diff(E, e_3)\n= transpose(V)*2*(y_3 - z_3)"),
        ("birnn/steps", "diff(E, y_3) = 2*(y_3 - z_3)\ndiff(E, s_3) = transpose(V)*(diff(E, h_3) ⊙ g'(V*s_3))"),
    ],
)
def test_nothing_goes_wrong_there(caplog, target, answer):
    with caplog.at_level(logging.WARNING, "symnn"):
        verdict = graded(target, answer)
        told = [
            feedback_sentence(finding, lang)
            for finding in verdict.findings
            for lang in ("zh", "en")
            if _is_ours(finding)
        ]
    assert verdict.verdict in ("wrong", "partial", "unreadable")
    assert all(told)
    assert [record.getMessage() for record in caplog.records] == []


def _is_ours(finding):
    return finding.code not in AUTHORS


def test_mistakes_are_ordered_whatever_their_facts_are():
    named = [Mistake(codes.MISSING_PATH, facts(through=through)) for through in ("x1", ("f1", "a1"), "f2", ("b", "a"))]
    in_order = [mistake.facts[0][1] for mistake in sorted(named, key=lambda mistake: mistake.name)]
    assert in_order == [("b", "a"), ("f1", "a1"), "f2", "x1"]
    assert sorted(Explanation((mistake,), 1.0).name for mistake in named)


def _slip(text, rng):
    """Put one letter in another's place, leave one out, or write one twice."""
    place = rng.choice([place for place, letter in enumerate(text) if letter.isalnum()])
    return text[:place] + rng.choice(["", "x", "y", "1", "s", "W", 2 * text[place]]) + text[place + 1 :]


@pytest.mark.parametrize(
    "target",
    [pytest.param(name, marks=[pytest.mark.slow] if place % 4 else []) for place, name in enumerate(sorted(PARTS))],
)
def test_slips_of_the_pen_are_explained_without_an_accident(caplog, target):
    rng = random.Random(target)  # noqa: S311 - the same slips in every run
    right = PARTS[target].solution()
    with caplog.at_level(logging.WARNING, "symnn"):
        for _ in range(5):
            for finding in graded(target, _slip(right, rng)).findings:
                assert not _is_ours(finding) or all(feedback_sentence(finding, lang) for lang in ("zh", "en"))
    assert [record.getMessage() for record in caplog.records] == []
