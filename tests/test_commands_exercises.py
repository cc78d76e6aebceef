"""The commands about exercises: what they print, and the exit codes of the contract."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from symnn.cli import symnn
from symnn.errors import SymnnError

DW1 = "2(y-z)y(1-y)w5 f1(1-f1)x1"


def run(*arguments, typed=None):
    """Run a command; an error raised on purpose comes back as the exception."""
    return CliRunner().invoke(symnn, [str(argument) for argument in arguments], input=typed)


@pytest.mark.parametrize(
    ("target", "answer", "code"),
    [
        ("bp-2-2-1/dw1", DW1, 0),
        ("bp-2-2-1/dw1", f"-{DW1}", 1),
        ("bp-2-2-1/dw1", "-(z-y)*2*y*(1-y)*w5*f1*(1-f1)*x1", 0),
        ("bp-2-2-1/dw1", "x1", 1),
        ("bp-2-2-1/dw1", "2*(y-z", 4),
        ("bp-2-2-1/dw1", "q", 4),
        ("bp-2-2-1/dw1", "", 4),
        ("midges/Af", "0.2831", 0),
        ("midges/Af", "-0.2831", 1),
    ],
)
def test_verify_leaves_with_the_verdicts_exit_code(target, answer, code):
    assert run("verify", target, answer).exit_code == code


def test_verify_reads_standard_input():
    assert run("verify", "bp-2-2-1/dw1", "-", typed=DW1 + "\n").exit_code == 0


def test_verify_says_what_was_read_what_is_wrong_and_where():
    lines = run("verify", "bp-2-2-1/dw1", "2(y-z)y(1-y)w6 f1(1-f1)x1", "--lang", "en").output.splitlines()
    assert lines[0] == "Not right."
    assert lines[1] == "Read as: 2*(y - z)*y*(1 - y)*w6*f1*(1 - f1)*x1"
    assert "w₆" in lines[2]
    assert lines[3:5] == ["    2(y-z)y(1-y)w6 f1(1-f1)x1", "                ^^"]


def test_verify_speaks_chinese():
    output = run("verify", "midges/Af", "0.8103", "--lang", "zh").output
    assert output.startswith("部分正确：得 1.5 分，满分 3 分。")
    assert "减去了" in output


def test_verify_gives_json():
    result = json.loads(run("verify", "bp-2-2-1/dw1", "2(y-z)w5 f1(1-f1)x1", "--json").output)
    assert (result["schema"], result["verdict"], result["max"]) == ("symnn/result/1", "wrong", 4)
    assert result["findings"][0]["code"] == "missing-factor"
    assert set(result["reason"]) == {"method", "witness"}


def test_verify_never_shows_the_answer_of_a_number():
    for answer in ("0.5", "0.2832", "y"):
        assert "0.2831" not in run("verify", "midges/Af", answer, "--json").output.replace('"0.2832"', "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify",),
        ("verify", "bp-2-2-1/dw1"),
        ("verify", "bp-2-2-1", "x"),
        ("verify", "nosuch/dw1", "x"),
        ("verify", "bp-2-2-1/nosuch", "x"),
        ("verify", "--network", "midges", "0.3"),
        ("verify", "--network", "midges", "--quantity", "q", "0.3"),
        ("verify", "--network", "nosuch", "--quantity", "y", "0.3"),
        ("verify", "--network", "midges", "--quantity", "y", "0.3", "--tolerance", "near"),
        ("verify", "--network", "midges", "--quantity", "y", "0.3", "--at", "q=1"),
        ("grade", "none.csv", "-e", "nosuch-exercise"),
        ("key", "old"),
        ("schema", "nosuch"),
    ],
)
def test_usage_is_refused(arguments):
    ran = run(*arguments)
    assert ran.exit_code == 2 or isinstance(ran.exception, SymnnError)


def test_verify_checks_against_a_network():
    at = ("--network", "midges", "--at", "x1=1.72,x2=1.24", "--quantity")
    assert run("verify", *at, "y", "0.2831", "--tolerance", "decimals=4").exit_code == 0
    assert run("verify", *at, "y", "0.2841", "--tolerance", "abs=0.0001").exit_code == 1
    assert run("verify", "--network", "bp-2-2-1", "--quantity", "dE/dw5", "2(y-z)f'(a3)f1").exit_code == 0
    assert run("verify", "--network", "bp-2-2-1", "--quantity", "dE/dw5", "2(y-z)f'(a3)f2").exit_code == 1


@pytest.mark.parametrize(
    ("quantity", "answer", "code"),
    [
        ("h_2", "[12, 12]", 0),
        ("h_2", "[4, 4]", 1),
        ("h_2", "[12, 12, 12]", 1),
        ("h_2", "V f(U x_2 + W s_1)", 0),
        ("h_2", "V f(U x_1 + W s_1)", 1),
        ("h_2[1]", "12", 0),
    ],
)
def test_verify_checks_a_tensor_against_a_network(quantity, answer, code):
    """The RNN of the slides, all weights 1, at its inputs (1, 1), (1, 1), (2, 2)."""
    at = ("--at", "x_1=[1,1] x_2=[1,1] x_3=[2,2]")
    ran = run("verify", "--network", "rnn", "--quantity", quantity, *at, answer)
    assert ran.exit_code == code, ran.output


def test_exercises_are_listed():
    rows = json.loads(run("exercises", "--json").output)
    assert {"neuron", "midges", "bp-2-2-1"} <= {row["id"] for row in rows}
    assert {type(row["source"]) for row in rows} <= {str, dict}
    assert "midges: " in run("exercises", "--lang", "en").output


def test_check_passes_the_shipped_exercises_and_refuses_broken_ones(tmp_path):
    shipped = Path(__file__).parent.parent / "exercises"
    assert run("check", shipped / "neuron.yaml", shipped / "midges.yaml").exit_code == 0
    (tmp_path / "a.yaml").write_text("symnn: 1\nid: a\n", encoding="utf-8")
    ran = run("check", tmp_path, "--format", "github")
    assert ran.exit_code == 1
    assert ran.output.count("::error file=") == 3


def test_grade_writes_and_sums_up(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(f"student,bp-2-2-1/dw1\n007,{DW1}\n008,x1\n009,(\n", encoding="utf-8")
    ran = run("grade", table, "-o", tmp_path / "out", "--json", "-q", "--jobs", 1)
    summary = json.loads(ran.output)
    assert (ran.exit_code, summary["students"], summary["problems"]) == (0, 3, 0)
    verdicts = {"correct": 1, "partial": 0, "wrong": 1, "unreadable": 1, "undecided": 0, "blank": 0}
    assert (summary["verdicts"], summary["open"]) == (verdicts, 1)
    written = {path.name for path in (tmp_path / "out").iterdir()} - {"grades.xlsx"}  # it needs the extra xlsx
    tables = {"changes.csv", "grades.csv", "manifest.json", "problems.csv", "results.jsonl"}
    assert written == tables | {"book.sqlite", "course.json", "feedback", "report.html"}
    assert run("grade", table, "-o", tmp_path / "out", "--strict", "-q", "--jobs", 1).exit_code == 3


def test_grade_tells_unread_rows_with_their_lines_and_exits_4(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(f"student,bp-2-2-1/dw1\n007,{DW1}\n008,x1,y1\n", encoding="utf-8")
    ran = run("grade", table, "-o", tmp_path / "out", "--lang", "en", "--jobs", 1)
    assert ran.exit_code == 4
    assert "t.csv:3:1: this row has 3 columns, the header has 2" in ran.output
    assert len((tmp_path / "out" / "results.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_grade_says_which_of_several_rows_counts(tmp_path):
    """A form lists every submission: that is no mistake of anybody, but it is said."""
    table = tmp_path / "t.csv"
    table.write_text(f"student,bp-2-2-1/dw1\n007,{DW1}\n007,x1\n", encoding="utf-8")
    ran = run("grade", table, "-o", tmp_path / "out", "--lang", "en", "--jobs", 1)
    assert ran.exit_code == 0
    assert "t.csv:2:1: this answer of 007 (bp-2-2-1/dw1) does not count, that of" in ran.output


def test_a_dry_run_says_what_would_be_read_and_writes_nothing(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(f"学号,bp-2-2-1/dw1,midges/Af\n007,{DW1},-\n008,x1,0.28\n", encoding="utf-8")
    ran = run("grade", table, "-o", tmp_path / "out", "--dry-run", "--lang", "en")
    assert (ran.exit_code, ran.output) == (0, "2 students, 4 answers would be read\nbp-2-2-1/dw1: 2\nmidges/Af: 1\n")
    table.write_text("学号,w1 对 E 的导数？\n007,x1\n", encoding="utf-8")
    ran = run("grade", table, "-o", tmp_path / "out", "--dry-run", "--lang", "en")
    assert ran.exit_code == 2
    assert "w1 对 E 的导数?" in ran.output
    assert not (tmp_path / "out").exists()


def test_a_new_key_is_for_its_owner_only(tmp_path):
    path = tmp_path / "course.key"
    assert run("key", "new", "-o", path).exit_code == 0
    assert len(path.read_text(encoding="ascii").strip()) == 64
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert isinstance(run("key", "new", "-o", path).exception, SymnnError)


@pytest.mark.parametrize("kind", ["exercise", "network", "result", "submission"])
def test_schemas_are_schemas(kind):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(run("schema", kind).output)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"symnn/{kind}/1"
