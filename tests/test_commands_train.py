"""``train``: JSON lines, CSV, the table for people, the picture, exit codes."""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from click.testing import CliRunner

from symnn.cli import main
from symnn.commands.train import command
from symnn.handouts.curve import curve


def ran(*arguments, **options):
    return CliRunner().invoke(command, list(arguments), catch_exceptions=False, **options)


def failed(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(["train", *arguments, "--lang", "en"])
    return left.value.code, capsys.readouterr().err


def test_json_lines_end_with_the_reason():
    lines = [json.loads(line) for line in ran("bp-2-2-1", "--eta", "0.5", "--steps", "3", "--json").stdout.splitlines()]
    assert [line.get("k") for line in lines] == [0, 1, 2, 3, None]
    assert lines[-1] == {"done": True, "why": "steps"}
    first, second = lines[:2]
    assert first.keys() == {"k", "loss", "parameters", "gradient"}
    assert second["parameters"]["w1"] == first["parameters"]["w1"] - 0.5 * first["gradient"]["w1"]


def test_csv_has_one_row_an_iteration():
    out = ran("bp-2-2-1", "--eta", "0.5", "--steps", "2", "--csv").stdout
    rows = list(csv.DictReader(out.splitlines()))
    assert [row["k"] for row in rows] == ["0", "1", "2"]
    assert list(rows[0])[:3] == ["k", "loss", "w1"]
    assert float(rows[1]["w1"]) == float(rows[0]["w1"]) - 0.5 * float(rows[0]["dE/dw1"])


def test_players_take_turns_and_every_form_shows_the_same_rounds():
    asked = ("gan", "--eta", "0.5", "--steps", "11", "--lang", "en")
    rounds = [json.loads(line) for line in ran(*asked, "--json").stdout.splitlines()]
    assert rounds.pop() == {"done": True, "why": "steps"}
    for one, after in pairwise(rounds):
        for name, value in one["parameters"].items():
            assert after["parameters"][name] == pytest.approx(value - 0.5 * one["gradient"][name], rel=1e-12)
    expected = [{"k": one["k"], **one["losses"], **one["parameters"]} for one in rounds]
    rows = csv.DictReader(ran(*asked, "--csv").stdout.splitlines())
    assert [{name: float(value) for name, value in row.items()} for row in rows] == expected
    table = ran(*asked)
    head, *shown = (line.split() for line in table.stdout.splitlines())
    assert head == list(expected[0])
    assert [float(row[0]) for row in shown][-2:] == [10.0, 11.0]
    for row in shown:
        numbers = expected[int(row[0])].values()
        assert [float(value) for value in row] == pytest.approx(list(numbers), rel=1e-3, abs=1e-4)
    assert table.stderr == "The steps are used up.\n"


def test_people_see_ever_fewer_rows_and_the_reason():
    done = ran("bp-2-2-1", "--at", "z=0.8", "--eta", "0.5", "--until", "1e-4", "--lang", "en")
    shown = [line.split()[0] for line in done.stdout.splitlines()[1:]]
    assert shown[:13] == [*map(str, range(11)), "20", "30"]
    assert int(shown[-1]) > 100
    assert "below the bound" in done.stderr


def test_many_weights_are_shown_at_the_end():
    out = ran("bp-2-3-2-1", "--eta", "0.5", "--steps", "2").stdout
    assert len([line for line in out.splitlines() if line.startswith("w")]) == 14


def test_a_table_of_samples(tmp_path):
    table = tmp_path / "insects.csv"
    table.write_text("x_1,x_2,z\n1.72,1.24,0.1\n2,1.26,0.9\n")
    with_table = ran("midges", "--data", str(table), "--eta", "0.1", "--steps", "2", "--json").stdout
    assert with_table == ran("midges", "--eta", "0.1", "--steps", "2", "--json").stdout


def test_divergence_is_reported():
    lines = ran("-", "--at", "w=3", "--eta", "10", "--json", input="E = (w*w)^2\n").stdout.splitlines()
    assert json.loads(lines[-1]) == {"done": True, "why": "diverged"}
    assert json.loads(lines[-2])["gradient"]["w"] in ("inf", "-inf", "nan")


def test_the_picture_is_drawn_and_never_overwritten_unasked(capsys, tmp_path):
    picture = tmp_path / "loss.svg"
    arguments = ("bp-2-2-1", "--eta", "0.5", "--steps", "20", "--plot", str(picture))
    assert ran(*arguments).exit_code == 0
    assert ET.parse(picture).getroot().tag.endswith("svg")  # noqa: S314 - our own file
    code, err = failed(capsys, *arguments)
    assert code == 2
    assert "loss.svg" in err
    assert ran(*arguments, "-f").exit_code == 0


@pytest.mark.parametrize(
    "losses",
    [[(0, 1.0)], [(0, 0.0), (1, -2.0)], [(0, 1.0), (1, float("inf"))], [], [(k, 0.9**k) for k in range(5000)]],
)
def test_any_losses_can_be_drawn(losses):
    picture = ET.fromstring(curve(losses, "<E>"))  # noqa: S314 - our own text
    (line,) = picture.iter("{http://www.w3.org/2000/svg}polyline")
    assert 0 < len(line.attrib["points"].split()) <= 1100
    assert "<E>" in "".join(picture.itertext())


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("bp-2-2-1",), 2),
        (("rnn", "--eta", "0.1"), 2),
        (("bp-2-2-1", "--eta", "nan"), 2),
        (("bp-2-2-1", "--eta", "-1"), 2),
        (("bp-2-2-1", "--eta", "1", "--json", "--csv"), 2),
        (("bp-2-2-1", "--eta", "1", "--at", "q=1"), 2),
        (("bp-2-2-1", "--eta", "1", "--data", "missing.csv"), 4),
    ],
)
def test_exit_codes(capsys, arguments, code):
    assert failed(capsys, *arguments)[0] == code


def test_losses_stay_finite_where_softmax_is_saturated(tmp_path):
    """Logits of some thousands, of the right and of the wrong sign: the loss is their distance, not infinity."""
    file = tmp_path / "n.yaml"
    file.write_text(
        "symnn: 1\nnetwork: n\ntitle: {zh: 试, en: try}\nshapes: {W: 3x2, x: 2, y: 3, z: 3}\nparameters: [W]\n"
        "inputs: [x]\ntargets: [z]\nequations: |\n  y = softmax(W x)\n  E = cross_entropy(y, z)\n",
        encoding="utf-8",
    )
    values = "W=[[20,0],[0,0],[0,30]] x=[40,100] z=[0,1,0]"
    out = ran(str(file), "--at", values, "--eta", "0.01", "--steps", "4", "--json").stdout
    losses = [line["loss"] for line in map(json.loads, out.splitlines()) if "k" in line]
    assert losses[0] == 3000
    assert all(before > after for before, after in pairwise(losses))
