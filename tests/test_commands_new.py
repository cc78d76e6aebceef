"""``symnn new``: what it starts is without a problem, in both languages, for every network."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from symnn.cli import symnn
from symnn.errors import SymnnError
from symnn.exercises.checking import check_file
from symnn.networks.catalogue import CATALOGUE


def run(*arguments):
    return CliRunner().invoke(symnn, [str(argument) for argument in arguments])


@pytest.mark.parametrize("network", CATALOGUE)
def test_a_started_exercise_proves_itself(network, tmp_path):
    file = tmp_path / "mine.yaml"
    assert run("new", "exercise", "mine", "--use", network, "-o", file).exit_code == 0
    assert check_file(file) == ()


def test_it_asks_for_the_gradients_that_are_named(tmp_path):
    file = tmp_path / "mine.yaml"
    ran = run("new", "exercise", "mine", "--use", "bp-2-3-2-1", "--wrt", "w_{46}", "--wrt", "w_(x1)1", "-o", file)
    assert ran.exit_code == 0
    assert check_file(file) == ()
    asked = [
        line.split("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines() if "answer: d" in line
    ]
    assert asked == ["answer: diff(E, w46)", "answer: diff(E, w_x1_1)"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_started_network_is_one_that_an_exercise_can_use(lang, tmp_path):
    network, exercise = tmp_path / "net.yaml", tmp_path / "mine.yaml"
    assert run("new", "network", "net", "--lang", lang, "-o", network).exit_code == 0
    assert run("new", "exercise", "mine", "--use", network, "--lang", lang, "-o", exercise).exit_code == 0
    assert check_file(network) == check_file(exercise) == ()


def test_nothing_is_overwritten_and_names_are_names(tmp_path):
    file = tmp_path / "net.yaml"
    file.write_text("mine", encoding="utf-8")
    assert isinstance(run("new", "network", "net", "-o", file).exception, SymnnError)
    assert file.read_text(encoding="utf-8") == "mine"
    assert "9" in str(run("new", "network", "9").exception)


@pytest.mark.parametrize("kind", ["network", "exercise"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_file_without_another_name_has_that_of_the_network_and_says_how_to_go_on(kind, lang, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = run("new", kind, "mine", "--lang", lang)
    assert (ran.stdout, ran.stderr.count("symnn check mine.yaml")) == ("", 1)
    assert check_file(tmp_path / "mine.yaml") == ()
    assert isinstance(run("new", kind, "mine").exception, SymnnError)
    assert run("new", kind, "mine", "-o", "-").stdout.startswith("#")
