"""``eval``: forms of numbers, points, JSON, exit codes."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from symnn.cli import main
from symnn.commands.eval import command


def ran(*arguments, **options):
    return CliRunner().invoke(command, list(arguments), catch_exceptions=False, **options)


def failed(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(["eval", *arguments, "--lang", "en"])
    return left.value.code, capsys.readouterr().err


def test_the_two_midges_for_people():
    out = ran("midges", "--lang", "en").output
    assert "Point Af" in out
    assert "y         = 0.2831\n" in out
    assert "y         = 0.8638\n" in out
    assert "样本 Af" in ran("midges", "--lang", "zh").output


def test_one_json_object_a_point():
    rows = [json.loads(line) for line in ran("midges", "--json", "--grad").output.splitlines()]
    assert [row["point"] for row in rows] == ["Af", "Apf"]
    assert [round(row["values"]["y"], 4) for row in rows] == [0.2831, 0.8638]
    assert rows[0]["gradient"].keys() == {k for k in rows[0]["values"] if k[0] in "Wt"}


def test_given_values_replace_the_points():
    (row,) = (json.loads(line) for line in ran("midges", "--at", "x1=2,x2=1.26 z=0.9", "--json").output.splitlines())
    assert "point" not in row
    assert "gradient" not in row
    assert round(row["values"]["y"], 4) == 0.8638


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--decimals", "2"), {"x": "7.00", "a": "0.78", "y": "0.60"}),
        (("--decimals", "2", "--cut"), {"x": "7.00", "a": "0.77", "y": "0.60"}),
        (("--digits", "3"), {"x": "7.00", "a": "0.778", "y": "0.605"}),
        (("--exact",), {"x": "7", "a": "7/9", "y": "49/81"}),
        ((), {"x": 7.0, "a": 7 / 9, "y": (7 / 9) * (7 / 9)}),
    ],
)
def test_forms_of_numbers(options, expected):
    out = ran("-", "--at", "x=7", "--json", *options, input="a = x/9\ny = a*a\n").output
    assert json.loads(out) == {"values": expected}


def test_what_is_not_finite_is_a_word_in_json():
    out = ran("-", "--at", "x=0", "--json", "--grad", input="a = 1/x\ny = log(x)\nu = x*a\n").output
    assert json.loads(out) == {"values": {"x": 0.0, "a": "inf", "y": "-inf", "u": "nan"}, "gradient": {"x": "nan"}}


def test_the_gradient_for_people():
    assert "∂E/∂w1 = -0.01" in ran("bp-2-2-1", "--grad", "--decimals", "2").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("midges", "--at", "x1=1"), "missing for x2, z"),
        (("midges", "--at", "x_7=1"), "no quantity x_7"),
        (("midges", "--at", "y=1"), "y is computed"),
        (("midges", "--exact", "--digits", "3"), "--digits, --exact exclude"),
        (("midges", "--cut"), "--cut works only together with --decimals"),
        (("midgets",), "did you mean 'midges'"),
        (("midges", "--digits", "0"), "--digits"),
    ],
)
def test_wrong_use_is_exit_code_2(capsys, arguments, said):
    code, err = failed(capsys, *arguments)
    assert code == 2
    assert said in err


def test_a_broken_file_is_exit_code_4(capsys, tmp_path):
    broken = tmp_path / "net.yaml"
    broken.write_text("symnn: 1\nnetwork: n\n")
    assert failed(capsys, str(broken))[0] == 4
    assert failed(capsys, "midges", "--at", str(tmp_path / "no.yaml"))[0] == 4


def test_what_the_values_reach_is_computed_and_the_rest_says_what_it_needs():
    out = ran("midges", "--at", "x1=1.72,x2=1.24", "--lang", "en").output
    assert "y         = 0.2831\n" in out
    assert out.endswith("E still needs z\n")
    assert "E 还需要 z" in ran("midges", "--at", "x1=1.72,x2=1.24", "--lang", "zh").output
    row = json.loads(ran("midges", "--at", "x1=1.72,x2=1.24", "--json").output)
    assert row["needs"] == {"E": ["z"]}
    assert "E" not in row["values"]
    assert "needs" not in json.loads(ran("midges", "--at", "x1=1,x2=1,z=0", "--json").output)


def test_tensors_are_reached_as_wholes():
    row = json.loads(ran("rnn", "--at", "x_1=[1,1]", "--json", "--exact").output)
    assert row["values"]["h_1"] == ["4", "4"]
    assert row["needs"]["h_3"] == ["x_2", "x_3"]
    assert "h_3" not in row["values"]


def test_a_quantity_asked_for_must_be_reached(capsys):
    assert json.loads(ran("midges", "--at", "x1=1.72,x2=1.24", "--json", "--of", "h_1,y").output)["values"].keys() == {
        "h1",
        "y",
    }
    assert failed(capsys, "midges", "--at", "x1=1.72,x2=1.24", "--of", "E") == (
        2,
        "symnn: a value is missing for z; give it with --at\n",
    )
    assert failed(capsys, "midges", "--at", "x1=1.72,x2=1.24", "--grad")[0] == 2
    assert failed(capsys, "midges", "--at", "x1=1.72")[0] == 2


def test_points_by_name_alone_or_before_values():
    alone = json.loads(ran("midges", "--at", "Apf", "--json").output)
    assert (alone["point"], round(alone["values"]["y"], 4)) == ("Apf", 0.8638)
    for words in (("--at", "Apf x1=1.72, x2=1.24"), ("--at", "Apf", "--at", "x1=1.72,x2=1.24")):
        row = json.loads(ran("midges", *words, "--json").output)
        assert (row["values"]["z"], round(row["values"]["y"], 4)) == (0.9, 0.2831)
        assert "point" not in row
    assert json.loads(ran("bp-2-2-1", "--at", "default", "--json").output) == json.loads(
        ran("bp-2-2-1", "--json").output
    )


def test_a_point_that_does_not_exist_is_told_with_those_that_do(capsys):
    code, said = failed(capsys, "midges", "--at", "Bf")
    assert code == 2
    assert "default, Af, Apf" in said
