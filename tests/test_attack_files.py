"""The attack corpus, rows about tables, exercise files and the file system, as grade and check meet them.

Rows about archives belong to folders and archives of submissions, which `symnn grade` does not take yet.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from symnn.commands.check import command as check
from symnn.commands.grade import command as grade

CORPUS = Path(__file__).parent / "tables" / "attack.jsonl"
ROWS = [row for line in CORPUS.read_text(encoding="utf-8").splitlines() if (row := json.loads(line))["kind"] == "file"]
TABLES = {row["id"]: row for row in ROWS if row["sub"] == "table" and row["gen"]["name"] != "csv_rows"}
CONFIGS = {row["id"]: row for row in ROWS if row["sub"] == "config" and not row["gen"]["name"].startswith("toml")}
PLACES = {row["id"]: row for row in ROWS if row["sub"] == "fs" and row["gen"]["name"] != "two_runs"}

EXERCISE = """
symnn: 1
id: e1
title: {zh: 甲, en: A}
use: neuron
prompt: {zh: 甲, en: A}
parts:
  - {id: p, kind: formula, ask: {zh: 甲, en: A}, answer: "diff(y, w1)"}
"""
GOOD = "student,exercise,answer\nz9,e1,y(1-y)x1\n"
MANY = "student,exercise,answer\nz1,e1,y(1-y)x1\nz2,e1,“我” 的\n"

READ = dict.fromkeys(
    ("FIL-024", "FIL-027", "FIL-033", "FIL-032", "FIL-039", "FIL-040", "FIL-041", "FIL-046", "FIL-047", "FIL-049"), 0
)
READ |= dict.fromkeys(("FIL-034", "FIL-048"), 4)
"""What becomes of the tables whose fate is certain: all read, or one fault told; for the others either is right."""


def table(gen):
    """Make the bytes of a table as the corpus describes it."""
    match gen["name"]:
        case "csv":
            return MANY.replace("\n", gen.get("nl", "\n")).encode(gen.get("enc", "utf-8"), "replace")
        case "csv_nul":
            return b"student,exercise,answer\nz1,e1,x\x00y\nz2,e1,y(1-y)x1\n"
        case "csv_raw":
            return gen["text"].encode()
    raise LookupError(gen["name"])


@pytest.fixture
def course(tmp_path):
    """Make a folder with an exercise and a good table beside whatever else there is."""
    (tmp_path / "e1.yaml").write_text(EXERCISE, encoding="utf-8")
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    return tmp_path


def run(course, *files):
    """Grade some tables and the good one in one process; give the result and the graded students."""
    arguments = [
        *map(str, files),
        str(course / "good.csv"),
        "-e",
        str(course / "e1.yaml"),
        "-o",
        str(course / "out"),
        "--jobs",
        "1",
    ]
    ran = CliRunner().invoke(grade, [*arguments, "--lang", "en"])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    rows = (course / "out" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return ran, {row["student"]: row for row in map(json.loads, rows)}


def faults(ran):
    """Count the lines that tell of the odd file."""
    return sum("odd.csv" in line for line in ran.stderr.splitlines())


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_read_or_its_fault_is_told_and_the_others_are_graded(name, course):
    file = course / "odd.csv"
    file.write_bytes(table(TABLES[name]["gen"]))
    ran, graded = run(course, file)
    assert graded["z9"]["verdict"] == "correct"
    assert ran.exit_code in (0, 4)
    if name in READ and READ[name] == 4:
        assert ran.exit_code == 4
        assert faults(ran) == 1, "one fault, told once"
    elif name in READ:
        assert len(graded) > 1, ran.stderr


@pytest.mark.parametrize(
    ("name", "student"),
    [("FIL-024", "z1"), ("FIL-027", "z1"), ("FIL-046", "00123"), ("FIL-039", "z1"), ("FIL-033", "z1")],
)
def test_ids_and_blank_answers_stay_what_they_are(name, student, course):
    file = course / "odd.csv"
    file.write_bytes(table(TABLES[name]["gen"]))
    _, graded = run(course, file)
    assert student in graded
    code = {"FIL-039": "blank", "FIL-033": "character"}.get(name)
    if code is not None:
        assert graded[student]["findings"][0]["code"] == code


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("name", PLACES)
def test_what_is_no_ordinary_file_is_reported_and_never_waited_for(name, course):
    gen, place = PLACES[name]["gen"], course / "odd.csv"
    match gen["name"]:
        case "fifo":
            os.mkfifo(place)
        case "dir":
            place.mkdir()
        case "symlink_loop":
            place.symlink_to(place)
        case "sparse":
            with place.open("wb") as file:
                file.truncate(gen["gb"] << 30)
        case "bytes":
            place.write_bytes(base64.b64decode(gen["b64"]))
        case "perm000":
            place.write_bytes(b"x")
            place.chmod(0)
            if os.access(place, os.R_OK):
                pytest.skip("this user may read every file")
        case _:
            pytest.skip("not a place that grade takes")
    ran, graded = run(course, place)
    assert (ran.exit_code, faults(ran), graded["z9"]["verdict"]) == (4, 1, "correct")


@pytest.mark.parametrize("name", CONFIGS)
def test_a_broken_exercise_file_is_refused_with_its_place(name, tmp_path):
    gen = CONFIGS[name]["gen"]
    match gen["name"]:
        case "json_nest":
            text = "[" * gen["n"] + "]" * gen["n"]
        case "json_digits":
            text = '{"symnn": ' + "9" * gen["n"] + "}"
        case _:
            text = gen["text"]
    suffix = ".json" if gen["name"].startswith("json") else ".yaml"
    (tmp_path / f"odd{suffix}").write_text(text, encoding="utf-8")
    ran = CliRunner().invoke(check, [str(tmp_path), "--lang", "en"])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    first = ran.stdout.splitlines()[0]
    assert ran.exit_code == 1
    assert first.startswith(str(tmp_path / f"odd{suffix}:")), first
    assert len(first) < 400


def test_a_table_of_many_rows_is_read_in_little_memory():
    from symnn.classroom.intake.readers import course_of
    from symnn.classroom.intake.sheet import sheet_of
    from symnn.classroom.intake.tables import EMPTY, read_table
    from symnn.documents.decoding import Text
    from symnn.exercises.loading import load_exercise

    exercise = load_exercise(Text(EXERCISE, "e1.yaml")).value
    rows = "".join(f"s{number},e1,y\n" for number in range(20_000))
    sheet = sheet_of(Text("student,exercise,answer\n" + rows, "many.csv"), lambda _head: True)
    answers = []
    read = read_table(sheet, course_of({"e1": exercise.file}), EMPTY, answers)
    assert (len(answers), read.problems) == (20_000, ())


def test_a_second_run_into_the_same_folder_waits_for_nobody_and_changes_nothing(course):
    from symnn.classroom.lock import locked

    out = course / "out"
    arguments = [str(course / "good.csv"), "-e", str(course / "e1.yaml"), "-o", str(out), "--jobs", "1", "--lang", "en"]
    with locked(out):
        ran = subprocess.run(
            [sys.executable, "-m", "symnn", "grade", *arguments], capture_output=True, text=True, check=False
        )
        assert (ran.returncode, "is in use by another run" in ran.stderr) == (4, True)
        assert sorted(path.name for path in out.iterdir()) == [".symnn-lock"]
