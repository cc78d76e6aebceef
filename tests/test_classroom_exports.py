"""Marks and feedback in the forms of platforms: their own cells stay, and nothing goes out while marks are open."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from pathlib import Path
from shutil import which

import pytest
from click.testing import CliRunner

from symnn.cli import symnn

ANSWERS = [
    ("007", "王小明", "y(1-y)x1", "0.2831"),
    ("20230102", "李婷", "x1", "0.8103"),
    ("20230103", "=cmd|'calc'!A1", "不会", "=1+1"),
]
_ENGLISH = """Identifier
Full name
ID number
Email address
Status
Grade
Maximum grade
Grade can be changed
Last modified (submission)
Last modified (grade)
Feedback comments"""
_CHINESE = """标识符
全名
学号
电子邮件地址
状态
成绩
最高分
可以更改成绩
最后修改（提交）
最后修改（成绩）
反馈评论"""
WORKSHEET = [
    [
        "Identifier",
        "Full name",
        "ID number",
        "Email address",
        "Status",
        "Grade",
        "Maximum grade",
        "Grade can be changed",
        "Last modified (submission)",
        "Last modified (grade)",
        "Feedback comments",
    ],
    ["Participant 1000", "王小明", "7", "w@x.edu", "Submitted", "", "100.00", "Yes", "20 November, 3:14 PM", "-", ""],
    ["Participant 1001", "李婷", "20230102", "l@x.edu", "Submitted", "", "50,00", "Yes", "-", "20 May", "alt <b>"],
    ["Participant 1002", "Nobody", "999", "n@x.edu", "No submission", "", "100.00", "Yes", "-", "-", ""],
]
CHINESE = [
    "标识符",
    "全名",
    "学号",
    "电子邮件地址",
    "状态",
    "成绩",
    "最高分",
    "可以更改成绩",
    "最后修改（提交）",
    "最后修改（成绩）",
    "反馈评论",
]
GRADE, FEEDBACK = 5, 10


def run(*arguments):
    return CliRunner().invoke(symnn, [str(argument) for argument in arguments])


def table(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def rows_in(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade a class of three, one of whose answers nobody can read."""
    folder = tmp_path_factory.mktemp("class")
    head = ["student", "name", "neuron/dy-dw1", "midges/Af"]
    source = table(folder / "in.csv", [head, *map(list, ANSWERS)])
    assert run("grade", source, "-o", folder / "graded", "--jobs", 1).exit_code == 0
    return folder / "graded"


@pytest.mark.parametrize("form", ["xlsx", "gradescope", "canvas"])
def test_nothing_is_written_while_marks_are_open(graded, tmp_path, form):
    ran = run("export", form, graded, "-o", tmp_path / "out", "--column", "hw3 (123)")
    assert ran.exit_code == 3
    assert "symnn review" in ran.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("waiting", "students"), [("zero", 3), ("skip", 2)])
def test_open_marks_are_zero_or_leave_their_students_out(graded, tmp_path, waiting, students):
    out = tmp_path / "out.csv"
    assert run("export", "gradescope", graded, "-o", out, "--open", waiting).exit_code == 0
    head, *rows = rows_in(out.read_bytes())
    assert head[:3] == ["Name", "SID", "Email"]
    assert [row[1] for row in rows] == ["007", "20230102", "20230103"][:students]
    assert all(row[0][:1] != "=" for row in rows)


def test_what_is_sent_is_in_the_language_of_the_set(graded, tmp_path):
    sheet = table(tmp_path / "grading.csv", WORKSHEET)
    for lang in ("zh", "en"):
        run("export", "moodle", graded, sheet, "-o", tmp_path / lang, "--open", "zero", "--lang", lang)
    assert (tmp_path / "zh").read_bytes() == (tmp_path / "en").read_bytes()
    assert run("stats", graded, "--lang", "en").output == run("stats", graded, "--lang", "zh").output


@pytest.mark.parametrize("titles", [WORKSHEET[0], CHINESE])
def test_only_two_cells_of_a_row_of_moodle_change(graded, tmp_path, titles):
    sheet = table(tmp_path / "grading.csv", [titles, *WORKSHEET[1:]])
    out = tmp_path / "filled.csv"
    ran = run("export", "moodle", graded, sheet, "-o", out, "--open", "zero", "--feedback", tmp_path / "f.zip")
    assert ran.exit_code == 0, ran.output
    assert "20230103" in ran.output  # who has no row there is named
    before, after = rows_in(sheet.read_bytes()), rows_in(out.read_bytes())
    for old, new in zip(before, after, strict=True):
        changed = {at for at, (cell, other) in enumerate(zip(old, new, strict=True)) if cell != other}
        assert changed <= {GRADE, FEEDBACK}
    assert [row[GRADE] for row in after[1:]] == ["100", "15", ""]  # 5 of 5, 1.5 of 5 of fifty, nobody
    assert "<p>neuron/dy-dw1: " in after[2][FEEDBACK]
    assert after[3][FEEDBACK] == ""
    names = zipfile.ZipFile(tmp_path / "f.zip").namelist()
    assert names == [f"{name}_assignsubmission_file/feedback.html" for name in ("王小明_1000", "李婷_1001")]


def test_feedback_goes_into_the_folders_that_the_archive_has(graded, tmp_path):
    given = ["王小明_1000_assignsubmission_onlinetext/onlinetext.html", "王小明_1000_assignsubmission_file/hw.md"]
    given += ["李婷_1001_assignsubmission_file_/hw.md", "Nobody_1002_assignsubmission_file_/hw.md"]
    with zipfile.ZipFile(tmp_path / "moodle.zip", "w") as archive:
        for name in given:
            archive.writestr(name, "x")
    out = tmp_path / "feedback.zip"
    ran = run("export", "moodle-feedback", graded, tmp_path / "moodle.zip", "-o", out, "--open", "zero")
    assert ran.exit_code == 0, ran.output
    folders = {name.rsplit("/", 1)[0] for name in zipfile.ZipFile(out).namelist()}
    assert folders == {"王小明_1000_assignsubmission_file", "李婷_1001_assignsubmission_file_"}


def test_canvas_takes_its_own_columns_back(graded, tmp_path):
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "hw2 (122)", "hw3 (123)", "Final Score"]
    points = ["    Points Possible", "", "", "", "", "10.00", "20.00", "(read only)"]
    rows = [["王小明", "51", "007", "wang", "NN", "1", "", ""], ["李婷", "52", "", "20230102", "NN", "2", "", ""]]
    book = table(tmp_path / "book.csv", [head, points, *rows, ["Student, Test", "53", "", "", "NN", "", "", ""]])
    out = tmp_path / "canvas.csv"
    ran = run("export", "canvas", graded, book, "-o", out, "--open", "zero", "--column", "hw3 (123)")
    assert ran.exit_code == 0, ran.output
    found = rows_in(out.read_bytes())
    assert found[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "hw3 (123)"]
    assert [row[-1] for row in found[1:]] == ["20.00", "20", "6", ""]  # scaled from 5 points to 20
    unsure = run("export", "canvas", graded, book, "-o", out, "-f", "--open", "zero")
    assert "hw2 (122), hw3 (123)" in str(unsure.exception)


def test_canvas_without_a_template_has_the_header_of_an_import(graded, tmp_path):
    out = tmp_path / "canvas.csv"
    assert run("export", "canvas", graded, "-o", out, "--open", "zero", "--column", "hw3 (123)").exit_code == 0
    head, *rows = rows_in(out.read_bytes())
    assert head == ["Student", "ID", "SIS Login ID", "Section", "hw3 (123)"]
    assert rows[2][0] == "'=cmd|'calc'!A1"


def test_a_template_that_knows_nobody_or_has_no_grades_is_refused(graded, tmp_path):
    for rows, told in (([WORKSHEET[0], WORKSHEET[3]], "no row of"), ([["a", "b"]], "no titles")):
        sheet = table(tmp_path / f"{told[:4]}.csv", rows)
        ran = run("export", "moodle", graded, sheet, "-o", tmp_path / "x", "--open", "zero")
        assert told in str(ran.exception)
    assert "TEMPLATE" in str(run("export", "moodle", graded, "-o", tmp_path / "x", "--open", "zero").exception)


def test_a_workbook_holds_ids_and_answers_as_text_and_no_formula(graded, tmp_path):
    calamine = pytest.importorskip("python_calamine", reason="python-calamine reads workbooks back")
    out = tmp_path / "grades.xlsx"
    assert run("export", "xlsx", graded, "-o", out, "--open", "zero").exit_code == 0
    book = calamine.CalamineWorkbook.from_path(str(out))
    grades, answers = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert grades[1] == ["007", 3.0, 2.0, 5.0, 5.0, 0.0]
    assert answers[5][:5] == ["20230103", "'=cmd|'calc'!A1", "midges/Af", 1.0, "'=1+1"]
    xml = b"".join(zipfile.ZipFile(out).read(name) for name in zipfile.ZipFile(out).namelist() if "sheet" in name)
    assert b"<f>" not in xml
    again = tmp_path / "again.xlsx"
    run("export", "xlsx", graded, "-o", again, "--open", "zero")
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_shows_the_grades(graded, tmp_path):
    pytest.importorskip("xlsxwriter", reason="the extra xlsx is not installed")
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "csv", "--outdir", tmp_path, graded / "grades.xlsx"],
        check=True,
        timeout=120,
    )
    assert rows_in((tmp_path / "grades.csv").read_bytes()) == rows_in((graded / "grades.csv").read_bytes())


def test_the_set_has_a_workbook_whose_rows_are_those_of_the_table(graded):
    calamine = pytest.importorskip("python_calamine", reason="python-calamine reads workbooks back")
    (sheet,) = (
        book.get_sheet_by_name(name).to_python()
        for book in [calamine.CalamineWorkbook.from_path(str(graded / "grades.xlsx"))]
        for name in book.sheet_names
    )
    shown = [[f"{cell:.10g}" if isinstance(cell, float) else cell for cell in row] for row in sheet]
    assert shown == rows_in((graded / "grades.csv").read_bytes())
    assert "grades.xlsx" in json.loads(Path(graded / "manifest.json").read_bytes())["files"]
