"""``derive``, ``show``, ``networks``: options, files, exit codes, any terminal."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from symnn.cli import main
from symnn.commands.derive import command as derive
from symnn.commands.networks import command as networks
from symnn.commands.output import encodable
from symnn.commands.show import command as show
from symnn.networks.catalogue import CATALOGUE


def ran(command, *arguments, **options):
    return CliRunner().invoke(command, list(arguments), catch_exceptions=False, **options)


def failed(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return left.value.code, capsys.readouterr().err


def test_the_default_is_back_propagation_to_every_parameter():
    out = ran(derive, "bp-2-2-1", "--lang", "en").output
    assert [f"∂E/∂w{k} =" in out for k in range(1, 7)] == [True] * 6
    assert "Backward pass" in out


def test_names_may_be_spelled_in_any_way():
    spellings = ("w_{(x1)1}", "w_x1_1", "w(x1)1")
    outs = {ran(derive, "bp-2-3-2-1", "--wrt", spelling, "--lang", "en").output for spelling in spellings}
    assert len(outs) == 1


def test_wrt_is_repeatable_and_form_overrides():
    shown = json.loads(ran(derive, "bp-2-2-1", "--wrt", "w5", "--wrt", "w1", "--to", "json", "--form", "deltas").output)
    assert shown["form"] == "deltas"
    assert [each["name"] for each in shown["wrt"]] == ["w5", "w1"]


def test_another_quantity_can_be_derived():
    shown = json.loads(ran(derive, "bp-2-2-1", "--of", "y", "--wrt", "w5", "--to", "json").output)
    assert shown["wrt"][0]["gradient"] == "y*(1 - y)*f1"


def test_values_are_filled_from_the_network_and_the_rate_is_one():
    arguments = ("bp-2-2-1", "--wrt", "w5", "--update", "--to", "json")
    shown = json.loads(ran(derive, *arguments, "--at", "x1=1,x2=0", "--at", "eta=0.5").output)
    gradient = shown["wrt"][0]["number"]
    assert shown["update"][0]["number"] == pytest.approx(0.5 - 0.5 * gradient)
    without = json.loads(ran(derive, *arguments, "--at", "x1=1").output)
    assert "number" not in without["update"][0]
    assert "number" not in json.loads(ran(derive, *arguments).output)["wrt"][0]


def test_equations_come_from_standard_input():
    out = ran(derive, "-", "--wrt", "w", "--lang", "en", input="a = w*x\nE = (a - z)^2\n").output
    assert "∂E/∂w = ∂E/∂a · ∂a/∂w" in out


def test_check_says_that_sympy_agrees_and_leaves_with_0():
    result = ran(derive, "bp-2-3-2-1", "--wrt", "w14", "--check", "--lang", "en")
    assert result.exit_code == 0
    assert "finds the same derivatives" in result.output


def test_check_leaves_with_1_where_the_ways_disagree(monkeypatch):
    from symnn.derivation import by_sympy

    monkeypatch.setattr(by_sympy, "check_gradients", lambda _derivation: by_sympy.Check(sympy=False, max_error=0.5))
    result = ran(derive, "bp-2-2-1", "--check", "--lang", "en")
    assert result.exit_code == 1
    assert "finds other derivatives" in result.output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("derive", "bp-2-2-1", "--wrt", "w7"), 2, "w7"),
        (("derive", "bp-2-2-1", "--of", "F"), 2, "F"),
        (("derive", "bp-2-2"), 2, "bp-2-2-1"),
        (("show", "bp-9"), 2, "bp-9"),
        (("derive", "bp-2-2-1", "--at", "q=1"), 2, "q"),
    ],
)
def test_what_does_not_exist_is_named(arguments, code, said, capsys):
    left, message = failed(capsys, *arguments, "--lang", "en")
    assert left == code
    assert said in message


def test_a_missing_value_is_named(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a = w*x\nE = a^2")))
    left, message = failed(capsys, "derive", "-", "--at", "w=1")
    assert left == 2
    assert "x" in message


def test_a_broken_network_leaves_with_4(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a = w*(x\nE = a^2")))
    left, message = failed(capsys, "derive", "-")
    assert left == 4
    assert ":1:" in message


def test_nothing_is_overwritten_without_force(tmp_path, capsys):
    file = tmp_path / "out.tex"
    assert ran(derive, "bp-2-2-1", "--to", "latex", "-o", str(file)).output == ""
    before = file.read_text(encoding="utf-8")
    left, message = failed(capsys, "derive", "bp-2-2-1", "-o", str(file))
    assert left == 2
    assert "-f" in message
    assert file.read_text(encoding="utf-8") == before
    ran(show, "bp-2-2-1", "-o", str(file), "-f")
    assert file.read_text(encoding="utf-8") != before


def test_a_file_that_cannot_be_written_is_the_operators(tmp_path, capsys):
    left, _ = failed(capsys, "derive", "bp-2-2-1", "-o", str(tmp_path / "no" / "out.txt"))
    assert left == 4


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1", "cp437"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_any_terminal_survives(encoding, lang):
    out = ran(derive, "bp-2-3-2-1", "--wrt", "w46", "--update", "--at", "eta=1", "--lang", lang).output
    shown = encodable(out, encoding)
    assert shown.encode(encoding).decode(encoding) == shown
    assert "E -> y" in shown or "E → y" in shown


def test_what_is_redirected_for_a_program_is_utf_8():
    """LaTeX and HTML in a pipe are UTF-8 also where the locale is not; text follows the locale."""
    program = [sys.executable, "-m", "symnn", "show", "bp-2-2-1", "--lang", "zh", "--to"]
    environment = {**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
    latex = subprocess.run([*program, "latex"], capture_output=True, check=True, env=environment).stdout
    text = subprocess.run([*program, "text"], capture_output=True, check=True, env=environment).stdout
    assert "网络" in latex.decode("utf-8")
    assert "网络" in text.decode("gbk")


@pytest.mark.parametrize("to", ["text", "latex", "markdown", "json", "svg", "tikz"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_every_network_is_shown_in_every_format(name, to):
    result = ran(show, name, "--to", to)
    assert result.exit_code == 0
    assert len(result.output) > 100


def test_show_lists_what_is_given():
    out = ran(show, "midges", "--lang", "en").output
    assert "value (Af)" in out
    assert "-5.5921" in out


def test_networks_lists_the_catalogue():
    assert [line.split()[0] for line in ran(networks).output.splitlines()] == list(CATALOGUE)
    listed = json.loads(ran(networks, "--json").output)
    assert [each["name"] for each in listed] == list(CATALOGUE)
    assert listed[list(CATALOGUE).index("bp-2-2-1")]["parameters"] == ["w1", "w2", "w3", "w4", "w5", "w6"]
