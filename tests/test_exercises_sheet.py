"""An exercise as a document: what students see holds no answer, the model answers are the engine's."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from symnn.cli import main
from symnn.commands.show import command as show
from symnn.exercises.library import exercise, shipped_names
from symnn.handouts.exercise_sheet import exercise_document
from symnn.handouts.formats import FORMATS, written_document


def shown(*arguments):
    return CliRunner().invoke(show, list(arguments), catch_exceptions=False).output


def test_sheets_are_as_they_were_when_last_looked_at(golden):
    sheet = exercise_document(exercise("bp-2-2-1"), "seed", solution=True)
    golden("text-zh-bp-2-2-1-solution.txt", written_document(sheet, "text", "zh"))
    golden("latex-en-bp-2-2-1-solution.tex", written_document(sheet, "latex", "en"))


@pytest.mark.parametrize("name", shipped_names())
@pytest.mark.parametrize("to", FORMATS)
def test_every_shipped_exercise_is_shown_with_and_without_its_answers(name, to):
    asked = written_document(exercise_document(exercise(name)), to, "en")
    solved = written_document(exercise_document(exercise(name), solution=True), to, "en")
    assert "Model answer" not in asked
    assert solved.count("Model answer") == len(exercise(name).parts)
    assert "{@" not in asked


def test_a_model_answer_is_the_derivation():
    lines = shown("--exercise", "bp-2-2-1", "--solution", "--lang", "en").splitlines()
    assert "         = 2 · (y - z) · f'(a3) · f1" in lines
    assert "         = 2 · (y - z) · y · (1 - y) · f1" in lines


def test_the_seed_chooses_the_values():
    texts = {shown("--exercise", "bp-2-2-1", "--seed", seed, "--lang", "en") for seed in ("a", "b", "c", "a")}
    assert 1 < len(texts) <= 3


def test_a_name_that_is_both_shows_the_network():
    assert shown("bp-2-2-1", "--lang", "en").startswith("Backpropagation in a 2-2-1 network")
    assert "Forward pass" in shown("bp-2-2-1", "--lang", "en")
    assert "Part 1" in shown("bp-2-2-1", "--solution", "--lang", "en")


def test_an_exercise_as_data_has_its_answers_on_demand_only():
    data = json.loads(shown("--exercise", "bp-2-2-1", "--to", "json"))
    assert [part["id"] for part in data["parts"]] == [part.file.id for part in exercise("bp-2-2-1").parts]
    assert not any("answer" in part for part in data["parts"])
    assert all("answer" in part for part in exercise("bp-2-2-1").to_dict(solution=True)["parts"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show",), "one network or one exercise"),
        (("show", "bp-2-2-1", "--exercise", "midges"), "one network or one exercise"),
        (("show", "--exercise", "bp-2-2"), "bp-2-2-1"),
        (("show", "--exercise", "midges", "--to", "svg"), "midges"),
    ],
)
def test_what_cannot_be_shown_is_said(arguments, said, capsys):
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--lang", "en"])
    assert left.value.code == 2
    assert said in capsys.readouterr().err
