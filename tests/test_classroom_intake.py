"""Every form in which a class hands in gives the same answers; what is not sure is asked, what is unsafe refused."""

from __future__ import annotations

import io
import json
import os
import struct
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.classroom.grading import COLUMNS_FILE, course, grade_class
from symnn.classroom.intake.archives import entries_of_archive
from symnn.classroom.intake.cells import answer_in
from symnn.classroom.intake.columns import Columns, Split, columns_in
from symnn.classroom.intake.gathering import handed_in
from symnn.classroom.intake.headings import heading
from symnn.classroom.intake.identities import Student, identified
from symnn.classroom.intake.papers import sections
from symnn.classroom.intake.roster import roster_in
from symnn.commands.grade import command as grade
from symnn.errors import AuthorError, OperatorError, Place, Problem
from symnn.exercises.library import exercise, shipped_folder
from symnn.messages import line

EXERCISES = {name: exercise(name) for name in ("neuron", "midges")}
FILES = [shipped_folder() / f"{name}.yaml" for name in EXERCISES]
PARTS = ("neuron/dy-dw1", "neuron/sum", "midges/Af")
CLASS = {
    ("0071", "王小明"): ("y(1-y)\\,x_1", "2.5", "0.2831"),
    ("20230102", "Li, Ting"): ("ｙ（1－ｙ）x1", "", "0.8103"),
    ("20230103", "O'Brien"): ("x1", "1,5", "=0.2831"),
}
ROWS = [
    (student, name, part, answer)
    for (student, name), answers in CLASS.items()
    for part, answer in zip(PARTS, answers, strict=True)
]
EXPECTED = {(student, part): answer for student, _, part, answer in ROWS}


def read(path, columns=None):
    return handed_in([path], {name: one.file for name, one in EXERCISES.items()}, columns)


def answers_of(found):
    return [answer for _, answers in found.inbox.by_student() for answer in answers]


def answers(found):
    assert found.asked == ()
    return {(one.student, one.target): one.text for one in answers_of(found)}


def csv_text(header, rows, mark=","):
    import csv

    table = io.StringIO()
    csv.writer(table, delimiter=mark, lineterminator="\n").writerows([header, *rows])
    return table.getvalue()


def wide(header=("student", "name", *PARTS), mark=",", escape=str):
    return csv_text(header, [(*who, *map(escape, given)) for who, given in CLASS.items()], mark)


def archive(entries, encoding=None):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, text in entries.items():
            if encoding:  # as a Windows of that country names its files
                made.writestr(zipfile.ZipInfo(name.encode(encoding).decode("cp437")), text)
            else:
                made.writestr(name, text)
    raw = data.getvalue()
    return raw.replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00") if encoding else raw


def notebook(given, *, tagged=True):
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["# homework\n", "text"]}]
    for part, answer in zip(PARTS, given, strict=True):
        about = (
            {"tags": [f"symnn:{part}"]}
            if tagged
            else {"nbgrader": {"solution": True, "grade_id": part.replace("/", "-")}}
        )
        cells.append({"cell_type": "markdown", "metadata": about, "source": [answer]})
    return json.dumps({"cells": cells, "nbformat": 4})


def page(given, heading="## {}\n\n{}\n\n"):
    return "# 作业 3\n\n" + "".join(heading.format(part, answer) for part, answer in zip(PARTS, given, strict=True))


def html(given):
    lines = [f"<p><strong>{part}</strong></p><p>{answer}</p>" for part, answer in zip(PARTS, given, strict=True)]
    return f'<div class="no-overflow">{"".join(lines)}</div>'


def by_student(write, name="{id}.md"):
    return {name.format(id=student, name=full): write(given) for (student, full), given in CLASS.items()}


def yaml_page(given):
    return "".join(f"{part}: {json.dumps(answer)}\n" for part, answer in zip(PARTS, given, strict=True))


def workbook(header, rows, *, also=()):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    for name, listed in (*also, ("答卷", [header, *rows])):
        sheet = book.add_worksheet(name)
        for number, row in enumerate(listed):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    book.close()
    return data.getvalue()


LONG_ROWS = [(student, *part.split("/"), answer) for student, _, part, answer in ROWS]
GRADESCOPE = "".join(
    f"submission_{number}:\n  :submitters:\n  - :name: {json.dumps(name)}\n    :sid: '{student}'\n  :created_at: 2025\n"
    for number, (student, name) in enumerate(CLASS)
)
WJX_HEAD = ("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP")
GOOGLE_HEAD = ("Timestamp", "Email Address", "Score", "Student ID")
CANVAS_HEAD = ("name", "id", "sis_id", "section", "submitted", "attempt")


def escaped(given):
    return [answer.replace("\\", "\\\\").replace(",", "\\,") for answer in given]


FORMS = {
    "wide.csv": wide(),
    "bom.csv": wide().encode("utf-8-sig"),
    "gb.csv": wide(("学号", "姓名", *PARTS)).encode("gb18030"),
    "utf16.csv": wide().encode("utf-16"),
    "utf16-without-a-mark.csv": wide().encode("utf-16-le"),
    "utf16-turned.csv": wide().encode("utf-16-be"),
    "semicolon.csv": wide(mark=";"),
    "tab.tsv": wide(mark="\t"),
    "sep.csv": "sep=;\n" + wide(mark=";"),
    "titles-above.csv": "神经网络 第3次作业,,,,\n导出时间：2025-11-20,,,,\n"
    + wide(("学号（必填）", "姓名（必填）", *PARTS)),
    "english.csv": wide(("Student ID", "Full name", *(f"Q{n}. {part} [Score]" for n, part in enumerate(PARTS, 1)))),
    "long.csv": csv_text(("student", "exercise", "part", "answer"), LONG_ROWS),
    "lang.csv": csv_text(("学号", "习题", "小题", "答案"), LONG_ROWS),
    "long-joined.csv": csv_text(("sid", "exercise", "answer"), [(s, part, answer) for s, _, part, answer in ROWS]),
    "wjx.csv": csv_text(
        (*WJX_HEAD, "1、您的姓名：", "2、您的学号：", *(f"{n}、{part}" for n, part in enumerate(PARTS, 3)), "总分"),
        [
            (n, "2025/11/20 10:00", "60秒", "微信", "N/A", "1.2.3.4", name, student, *given, "0")
            for n, ((student, name), given) in enumerate(CLASS.items())
        ],
    ),
    "google.csv": csv_text(
        (*GOOGLE_HEAD, *(f"{n}. {part}: what is it?" for n, part in enumerate(PARTS, 1))),
        [("2025/11/20 3:14:15 PM GMT+8", f"{s}@x.edu", "0 / 3", s, *given) for (s, _), given in CLASS.items()],
    ),
    "worksheet.csv": csv_text(
        ("Identifier", "Full name", "ID number", "Status", "Grade", "Online text", "Feedback comments"),
        [(f"Participant {n}", name, s, "Submitted", "", html(g), "") for n, ((s, name), g) in enumerate(CLASS.items())],
    ),
    "worksheet-cn.csv": csv_text(
        ("标识符", "全名", "ID号", "状态", "成绩", "最高分", "可更改成绩", "在线文本", "上次修改（成绩）", "反馈评论"),
        [
            (f"参与者 {n}", name, s, "", "", 100, "是", html(g), "", "")
            for n, ((s, name), g) in enumerate(CLASS.items())
        ],
    ),
    "canvas.csv": csv_text(
        (*CANVAS_HEAD, *(f"4{n}: {part}" for n, part in enumerate(PARTS)), "1.0", "n correct", "n incorrect", "score"),
        [
            (name, n, s, "NN-01", "2025-11-20 07:14:15 UTC", 1, *escaped(given), "0.0", 0, 2, "0.0")
            for n, ((s, name), given) in enumerate(CLASS.items(), 5000)
        ],
    ),
    "rows.jsonl": "".join(
        json.dumps({"student": s, "exercise": e, "part": p, "answer": a}, ensure_ascii=False) + "\n"
        for s, e, p, a in LONG_ROWS
    ),
    "list.json": json.dumps([{"student": s, "exercise": e, "part": p, "answer": a} for s, e, p, a in LONG_ROWS]),
    "folder.zip": archive(by_student(yaml_page, "hw3/{id}/answers.yaml")),
    "md.zip": archive(by_student(page)),
    "txt.zip": archive(by_student(lambda given: page(given, "{}:\n{}\n"), "第三次作业/{id}_{name}.txt"), "gb18030"),
    "lines.zip": archive(by_student(lambda given: page(given, "{}： {}\n"), "{name}_{id}.txt")),
    "tex.zip": archive(by_student(lambda given: page(given, "\\section*{{{}}}\n% mine\n{}\n"), "{id}/main.tex")),
    "tags.zip": archive(by_student(notebook, "{id}.ipynb")),
    "nbgrader.zip": archive(
        by_student(lambda given: notebook(given, tagged=False), "submitted/{id}/hw3/problem1.ipynb")
        | {f"submitted/{student}/hw3/timestamp.txt": "2025-11-20 07:14:15 UTC" for student, _ in CLASS}
    ),
    "moodle.zip": archive(
        by_student(html, "{name}_{id}_assignsubmission_onlinetext/onlinetext.html")
        | by_student(lambda given: f"## {PARTS[0]}\n{given[0]}\n", "{name}_{id}_assignsubmission_file_/a.md")
    ),
    "gradescope.zip": archive(
        {f"assignment_1_export/submission_{n}/a.md": page(given) for n, given in enumerate(CLASS.values())}
        | {"assignment_1_export/submission_metadata.yml": GRADESCOPE}
    ),
    "tables.zip": archive({"export/class.csv": wide()}),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_same_answers(name, tmp_path):
    path = tmp_path / name
    form = FORMS[name]
    path.write_bytes(form if isinstance(form, bytes) else form.encode())
    found = read(path)
    assert {key: text for key, text in answers(found).items() if text} == {k: a for k, a in EXPECTED.items() if a}
    assert found.submissions.problems == ()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_workbook_whatever_it_is_called(kind, tmp_path):
    pytest.importorskip("python_calamine")
    path = tmp_path / f"class.{kind}"
    rows = [(int(student), name, *given) for (student, name), given in CLASS.items()]
    path.write_bytes(workbook(("学号", "姓名", *PARTS), rows, also=[("说明", [("请勿修改",)])]))
    found = read(path)
    assert answers(found) == {(str(int(student)), part): answer for (student, part), answer in EXPECTED.items()}
    assert [notice.code for notice in found.submissions.notices] == ["sheet-taken"]


def test_a_folder_of_files(tmp_path):
    for name, text in by_student(page, "{id}/hw.md").items():
        (tmp_path / "in" / name).parent.mkdir(parents=True)
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    (tmp_path / "in" / ".DS_Store").write_bytes(b"\0")
    if os.name == "posix":
        (tmp_path / "in" / "0071" / "link.md").symlink_to("/etc/hostname")
    found = read(tmp_path / "in")
    assert {key: text for key, text in answers(found).items() if text} == {k: a for k, a in EXPECTED.items() if a}
    assert [problem.code for problem in found.submissions.problems] == ["file-not-regular"] * (os.name == "posix")


WJX = csv_text(
    (*WJX_HEAD, "1、您的 姓名 学号 是？", "2、求 A(f)", "总分"),
    [
        (n, "2025/11/20", "9秒", "微信", "无", "1.2.3.4", f"{name}┋{s}", given[2], 0)
        for n, ((s, name), given) in enumerate(CLASS.items())
    ],
)


def test_what_is_not_sure_is_asked_and_answered_in_a_file(tmp_path):
    path, out = tmp_path / "问卷.csv", tmp_path / "out"
    path.write_text(WJX, encoding="utf-8")
    arguments = [str(path), "-o", str(out), "-e", str(FILES[1]), "--json", "--jobs", "1", "--lang", "en"]
    first = CliRunner().invoke(grade, arguments)
    assert first.exit_code == 2
    assert "columns.yaml" in first.stderr
    asked = (out / COLUMNS_FILE).read_text(encoding="utf-8")
    assert '  "2、求 A(f)": ""\n' in asked
    assert "  # 0.2831 | 0.8103 | =0.2831\n" in asked
    assert 'student: {split: "1、您的 姓名 学号 是?", take: 2}\n' in asked
    assert CliRunner().invoke(grade, arguments).exit_code == 2, "nobody has answered yet"
    (out / COLUMNS_FILE).write_text(asked.replace('A(f)": ""', 'A(f)": "midges/Af"'), encoding="utf-8")
    for more in ([], ["--columns", str(out / COLUMNS_FILE)]):
        second = CliRunner().invoke(grade, [*arguments, *more])
        assert (second.exit_code, json.loads(second.stdout)["students"]) == (0, 3)
    grades = (out / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in grades[1:]] == ["0071", "20230102", "20230103"]


@pytest.mark.parametrize(
    "titles",
    [
        ("学号", "Student ID", "1. midges/Af: what is it?"),
        ("姓名", "求 A(f)", "求 A(f) 之二"),
        ("Student ID", "midges/Af or midges/Apf?", "other"),
    ],
)
def test_two_candidates_are_never_guessed(titles, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(csv_text(titles, [("1", "2", "3"), ("4", "5", "6")]), encoding="utf-8")
    found = read(path)
    assert found.asked
    assert answers_of(found) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("students: a", ["unknown-field"]),
        ("student: {split: a}", ["missing-field"]),
        ("header: x", ["not-a-whole-number"]),
    ],
)
def test_a_file_of_columns_is_read_strictly(text, codes, tmp_path):
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(AuthorError) as raised:
        columns_in(tmp_path / "c.yaml")
    assert [problem.code for problem in raised.value.problems] == codes


def test_a_file_of_columns_says_everything(tmp_path):
    (tmp_path / "c.yaml").write_text(
        "header: 2\nstudent: Kennung\ntime: Wann\nignore: [x]\nblank: [keine]\nhtml: true\n"
        'parts: {"Response 2": midges/Af}\n',
        encoding="utf-8",
    )
    (tmp_path / "t.csv").write_text(
        "x,,,\nKennung,Wann,Response 2,y\n7,2025-11-20,1&lt;2,a\n8,2025-11-20,keine,b\n", encoding="utf-8"
    )
    found = read(tmp_path / "t.csv", tmp_path / "c.yaml")
    assert answers(found) == {("7", "midges/Af"): "1<2", ("8", "midges/Af"): ""}
    assert {one.time for one in answers_of(found)} == {"2025-11-20"}


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("学 号", ""),
        ("您的学号：", "student"),
        ("Student ID (required)", "student"),
        ("ID Number", "student"),
        ("电子邮箱", "weak"),
        ("Email address", "weak"),
        ("1、您的姓名", "name"),
        ("提交时间（自动）", "time"),
        ("Completed", "time"),
        ("上次修改（提交）", "time"),
        ("成绩/10.00", "other"),
        ("编号", "weak"),
        ("Grade/10.00", "other"),
        ("3.0", "other"),
        ("姓名和学号", "split"),
        ("Response 1", ""),
    ],
)
def test_titles_say_what_a_column_is(title, role):
    assert heading(title, {}).role == role


@pytest.mark.parametrize(
    ("raw", "kind", "text"),
    [
        ("2(y-z)\nf1", "formula", "2(y-z) f1"),
        ("a\n= b", "steps", "a\n= b"),
        ("<p>a</p><p>= b</p>", "steps", "a\n= b"),
        ("<p><br></p>", "formula", ""),
        ("x&nbsp;", "formula", "x"),
        ("w<sub>1</sub>x<sup>2</sup>", "formula", "w_{1}x^{2}"),
        ("a<b and b>c", "formula", "a<b and b>c"),
        ("<script>x</script>", "formula", "<script>x</script>"),
        ("<p><img src=x onerror=y></p>", "formula", "<img src=x onerror=y>"),
        ("－", "formula", ""),
        ("-x1", "formula", "-x1"),
        ("(跳过)", "choice", ""),
        ("Seed: 12; ans1: 2*(y-z)*f1 [score]; prt1: # = 1 | prt1-1-T", "formula", "2*(y-z)*f1"),
        ("ans1: [1,2] [valid]", "matrix", "[1,2]"),
        ("ans1: x [score]; ans2: y [score]", "formula", "ans1: x [score]; ans2: y [score]"),
    ],
)
def test_a_cell_is_read_as_what_was_meant(raw, kind, text):
    assert answer_in(raw, kind, Columns()) == text


@settings(max_examples=200)
@given(st.text(alphabet="ab<>&;/p \n#x1", max_size=30))
def test_no_cell_and_no_page_raises(text):
    assert isinstance(answer_in(text, "formula", Columns()), str)
    assert list(sections(text, {"a/b": ("a", "b")})) is not None


@settings(max_examples=200)
@given(st.text(max_size=20))
def test_an_id_is_text_or_a_problem(text):
    student, problem = identified(text, Place("t.csv"))
    assert student or problem is not None


def test_a_roster_is_any_table_with_ids(tmp_path):
    (tmp_path / "r.csv").write_text("第1班\n姓名;学号;班级\n王;007;一\n王;007;一\n;;\n", encoding="utf-8")
    assert [(one.id, one.name, one.group) for one in roster_in(tmp_path / "r.csv")] == [("007", "王", "一")]
    (tmp_path / "none.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for name in ("none.csv", "missing.csv"):
        with pytest.raises(OperatorError):
            roster_in(tmp_path / name)


def problems_of(data):
    return [one.code for one in entries_of_archive(data, "x.zip") if isinstance(one, Problem)]


def linked():
    info = zipfile.ZipInfo("link.md")
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        made.writestr(info, "/etc/passwd")
    return data.getvalue()


def many():
    """Make a directory of a million entries that are not there."""
    entry = b"PK\x01\x02" + bytes(26) + struct.pack("<HHHHHLL", 1, 0, 0, 0, 0, 0, 0)[:16] + b"a"
    directory = entry * 1_000_000
    return b"PK\x03\x04" + directory + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 16960, 16960, len(directory), 4, 0)


def bomb(entries=42, size=8 << 20):
    return archive({f"{number}.md": b"\0" * size for number in range(entries)})


def lying():
    data = bytearray(archive({"a.md": b"x" * 5000}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 10)  # the directory says ten bytes
    return bytes(data)


HOSTILE = {
    "parent": (lambda: archive({"../a.md": "x"}), "entry-unsafe"),
    "absolute": (lambda: archive({"/etc/a.md": "x"}), "entry-unsafe"),
    "drive": (lambda: archive({"C:a.md": "x"}), "entry-unsafe"),
    "backslash": (lambda: archive({"a\\..\\b.md": "x"}), "entry-unsafe"),
    "link": (linked, "entry-unsafe"),
    "million": (many, "too-many-files"),
    "bomb": (bomb, "file-too-large"),
    "dense": (lambda: archive({"a.md": b"\0" * (1 << 19)}), "archive-too-large"),
    "lying": (lying, "entry-broken"),
    "cut": (lambda: archive({"a.md": "x"})[:-30], "archive-broken"),
    "twice": (lambda: archive({"a/b.md": "x", "a//b.md": "y"}), "entry-twice"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_quickly_and_touches_nothing(name, tmp_path):
    make, code = HOSTILE[name]
    data = make()
    start = time.process_time()
    assert code in problems_of(data)
    assert time.process_time() - start < 1
    (tmp_path / "x.zip").write_bytes(data)
    before = sorted(path.name for path in tmp_path.iterdir())
    ran = CliRunner().invoke(grade, [str(tmp_path / "x.zip"), "-o", str(tmp_path / "out"), "-e", str(FILES[0])])
    assert ran.exit_code == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_an_archive_in_an_archive_is_not_unpacked(tmp_path):
    """An archive may even hold itself, under the name of a table."""
    (tmp_path / "x.zip").write_bytes(archive({"a.csv": archive({"b.csv": wide()}), "007.md": "## neuron/sum\n2"}))
    found = read(tmp_path / "x.zip")
    assert [problem.code for problem in found.submissions.problems] == ["entry-unsafe"]
    assert len(answers_of(found)) == 1


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path):
    pytest.importorskip("python_calamine")
    (tmp_path / "x.xlsx").write_bytes(archive({f"xl/workbook{n}.xml": b" " * (30 << 20) for n in range(8)}))
    start = time.process_time()
    assert [problem.code for problem in read(tmp_path / "x.xlsx").submissions.problems] == ["archive-too-large"]
    assert time.process_time() - start < 3


LONG = 100_000
NO_HANG = 2
"""Seconds of the processor: what is linear takes less than one; what is quadratic here takes minutes."""


@pytest.mark.parametrize(
    "text",
    [
        "student,time," + "a" * LONG + "\n1,2,3\n",
        "student," + "a-" * LONG + "/b\n1,2\n",
        "student,neuron/sum,time\n1,2," + "9" * LONG + "\n1,3,2025\n",
        "student,neuron/sum\n1." + "0" * LONG + "E+" + "9" * 5000 + ",2\n",
        "student,neuron/sum\n1,<p>" + "<!--" * (LONG // 8) + "\n",
        "student,neuron/sum\n1,<p " + " " * LONG + "<a " * (LONG // 8) + "\n",
        "student,online text\n1,a" + " " * LONG + "b\n",
        "student,online text\n1," + "#" * LONG + "x" + "*" * LONG + "\n",
        "student,neuron/sum\n1,ans1: " + "x [score" * (LONG // 8) + "\n",
        ("学号" + "，") * LONG,
        "student," + ",".join(f"q{n}" for n in range(LONG // 8)) + "\n7," + ",".join(f"a{n}" for n in range(LONG // 8)),
        "\n" * LONG + "student,neuron/sum\n1,2\n",
    ],
    ids=range(12),
)
def test_no_table_costs_more_than_its_size(text, tmp_path):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    start = time.process_time()
    found = read(tmp_path / "t.csv")
    assert time.process_time() - start < NO_HANG
    told = found.submissions.problems + found.submissions.notices
    assert all(len(line(problem)) < 8000 for problem in told)


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_archive_never_raises(data):
    raw = bytearray(archive({"007.md": "## neuron/sum\n2.5", "a/b.yaml": "neuron/sum: 1"}))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    list(entries_of_archive(bytes(raw), "x.zip"))


def test_the_whole_way_from_an_archive_to_grades(tmp_path):
    (tmp_path / "hw.zip").write_bytes(FORMS["nbgrader.zip"])
    done = grade_class([tmp_path / "hw.zip"], course(FILES, b"k" * 32, "zh"), tmp_path / "out")
    assert done.students == len(CLASS)
    lines = (tmp_path / "out" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["time"] for line in lines} == {"2025-11-20 07:14:15 UTC"}
    assert Path(json.loads(lines[0])["place"].rpartition(":")[0]).name == "problem1.ipynb"


@pytest.mark.parametrize(
    ("table", "students"),
    [
        ("Student,ID,midges/Af\n    Points Possible,,3\nJane,42,0.2831\n", ["Jane"]),
        ("学号,midges/Af\n007,0.2831\n总体平均分,2.5\n", ["007"]),
        ("學號,姓名,班級,midges/Af\n007,陳,甲,0.2831\n", ["007"]),
        ("您的學號：,midges/Af\n007,0.2831\n", ["007"]),
    ],
)
def test_rows_of_a_platform_are_no_students_and_titles_may_be_traditional(table, students, tmp_path):
    file = tmp_path / "class.csv"
    file.write_text(table, encoding="utf-8")
    ran = CliRunner().invoke(grade, [str(file), "-o", str(tmp_path / "out"), "--lang", "en"])
    assert ran.exit_code == 0, ran.output
    rows = (tmp_path / "out" / "grades.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == students


@pytest.mark.parametrize(
    "lines",
    [
        ["第三次作业,,,", "学号,姓名,答案,", ",,neuron/sum,midges/Af", "7,李,2.5,0.28"],
        ["学号,姓名,neuron,midges", ",,sum,Af", "7,李,2.5,0.28"],
        ["Matrikelnummer,neuron/sum,neuron/sum [Score],neuron/sum [Feedback],midges/Af", "7,2.5,-- / 1,,0.28"],
        ["Número de ID;neuron/sum;midges/Af", "7;2.5;0.28"],
    ],
    ids=["two rows", "exercise above part", "quiz with scores", "Spanish"],
)
def test_headers_over_two_rows_and_titles_of_other_platforms(lines, tmp_path):
    (tmp_path / "t.csv").write_text("\n".join(lines), encoding="utf-8")
    found = read(tmp_path / "t.csv")
    assert found.submissions.problems == ()
    assert answers(found) == {("7", "neuron/sum"): "2.5", ("7", "midges/Af"): "0.28"}


def test_a_table_without_rows_says_so(tmp_path):
    (tmp_path / "t.csv").write_text("student,neuron/sum\n", encoding="utf-8")
    assert [notice.code for notice in read(tmp_path / "t.csv").submissions.notices] == ["empty-table"]


def test_a_mistyped_part_in_a_file_of_columns_is_told_with_the_nearest(tmp_path):
    (tmp_path / "t.csv").write_text("student,Response 1,neuron/sum\n1,x1,2\n", encoding="utf-8")
    found = read(tmp_path / "t.csv", Columns(student="student", parts={"Response 1": "neuron/dy-dw"}))
    (problem,) = found.submissions.problems
    assert (problem.code, problem.facts["part"], problem.facts["nearest"]) == ("unknown-part", "dy-dw", "dy-dw1")
    assert [one.target for one in answers_of(found)] == ["neuron/sum"]


def test_responses_of_a_quiz_are_named_by_the_questions_beside_them(tmp_path):
    titles = ["ID number", "Question 1", "Response 1", "Right answer 1", "Question 2", "Response 2"]
    rows = [["1", "neuron/sum: add", "2", "3", "What?", "x"], ["2", "neuron/sum: add", "-", "3", "What?", "-"]]
    (tmp_path / "q.csv").write_text(csv_text(titles[:4], [row[:4] for row in rows]), encoding="utf-8")
    assert answers(read(tmp_path / "q.csv")) == {("1", "neuron/sum"): "2", ("2", "neuron/sum"): ""}
    (tmp_path / "r.csv").write_text(csv_text(titles, rows), encoding="utf-8")
    (asked,) = read(tmp_path / "r.csv").asked
    roles = {title: role for title, role, _ in asked.columns}
    assert (roles["Response 1"], roles["Response 2"], roles["Right answer 1"]) == ("neuron/sum", "", "other")


def test_an_id_beside_a_name_is_found_whichever_comes_first(tmp_path):
    rows = [["张三 2023001", "2"], ["2023002 李四", "2"], ["王五2023003", "2"], ["2023004┋赵六", "2"]]
    (tmp_path / "t.csv").write_text(csv_text(["姓名和学号", "neuron/sum"], rows), encoding="utf-8")
    found = answers_of(read(tmp_path / "t.csv", Columns(student=Split("姓名和学号", 2))))
    assert {one.student: one.name for one in found} == {
        "2023001": "张三",
        "2023002": "李四",
        "2023003": "王五",
        "2023004": "赵六",
    }


def test_ids_that_differ_in_capitals_alone_are_asked_about(tmp_path):
    (tmp_path / "t.csv").write_text("student,neuron/sum\nS1,2\ns1,3\n", encoding="utf-8")
    assert [one.code for one in read(tmp_path / "t.csv").submissions.problems] == ["ids-alike"]
    with_roster = handed_in([tmp_path / "t.csv"], {"neuron": EXERCISES["neuron"].file}, None, [Student("s1")])
    assert {one.student for one in answers_of(with_roster)} == {"s1"}
