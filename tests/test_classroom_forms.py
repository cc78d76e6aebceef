"""One class of four in forms in which platforms, spreadsheets and folders hand it over: the same is read of each."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from html import escape

import pytest

from symnn.classroom.intake.gathering import handed_in
from symnn.exercises.library import exercise

COURSE = {name: exercise(name).file for name in ("midges", "bp-2-2-1")}
PARTS = ("midges/Af", "bp-2-2-1/dw1", "bp-2-2-1/chain")
CLASS = (
    ("007", "王小明", ("0.2831", "2(y-z)y(1-y)w5 f1(1-f1)x1", "E -> y -> a3 -> f1 -> a1 -> w1")),
    ("20230102", "李婷", ("0.8103", "$2(y-z)\\,f'(a_3)\\,w_5\\,f'(a_1)\\,x_1$", "E -> y -> a3 -> w5")),
    ("20230103", "Anna Schmidt", ("0.28", "2(y-z), or half of it", "E -> a3 -> w1")),
    ("20230104", "John O'Brien", ("0.0001", "x < y & z", "E -> y -> w1")),
)
WHOLE = {(student, part, text) for student, _, texts in CLASS for part, text in zip(PARTS, texts, strict=True)}


def cells(rows, encoding="utf-8", delimiter=",", before="", after="", end="\r\n"):
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator=end).writerows(rows)
    return (before + written.getvalue() + after).encode(encoding)


def wide(head, row, **how):
    """Write a row a student; ``row`` takes the number, the id, the name and the three answers."""
    return cells([head, *(row(k, i, n, *x) for k, (i, n, x) in enumerate(CLASS))], **how)


def long(head, row, **how):
    """Write a row an answer; ``row`` takes the id, the name, the part and the answer."""
    listed = [row(i, n, p, a) for i, n, x in CLASS for p, a in zip(PARTS, x, strict=True)]
    return cells([head, *listed], **how)


def plain(titles=PARTS, student="student", **how):
    return wide([student, *titles], lambda _, i, __, *x: [i, *x], **how)


def packed(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return data.getvalue()


def each(name, text):
    """Pack a file a student; ``text`` takes the pairs of parts and answers."""
    return packed({name.format(i=i, n=n, k=k): text(list(zip(PARTS, x, strict=True))) for k, (i, n, x) in numbered()})


def numbered():
    return enumerate(CLASS)


def lines(pairs):
    return "\n".join(f"{part}: {answer}" for part, answer in pairs)


def notebook(sources):
    return json.dumps({"cells": [{"cell_type": "markdown", "metadata": {}, "source": [text]} for text in sources]})


def word(pairs):
    body = "".join(f"<w:p><w:r><w:t>{escape(part)}: {escape(answer)}</w:t></w:r></w:p>" for part, answer in pairs)
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": f"<w:document>{body}</w:document>"})


def page(rows):
    told = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><body><table border='1'>{told}</table></body></html>".encode()


def beside(name, marks):
    return [title for part in PARTS for title in (part, *(mark.format(part) for mark in marks))] + [name]


MARKED = beside("Total points", ("Points - {}", "Feedback - {}"))
FORMS = {
    "chaoxing.csv": wide(
        ["学校", "班级", "学号/工号", "姓名", "提交时间", "状态", "批阅时间", *PARTS],
        lambda _, i, n, *x: ["某大学", "1班", i, n, "2025-11-20 12:00", "待批阅", "", *x],
        before="作业名称：第3次作业\r\n",
    ),
    "rain.csv": wide(
        ["姓名", "学号", "院系", "行政班级", "总得分", "1.填空题(2分)midges/Af", f"2.主观题(4分){PARTS[1]}", PARTS[2]],
        lambda _, i, n, *x: [n, i, "信", "1班", "--", *x],
        encoding="gb18030",
    ),
    "tencent.csv": wide(
        ["编号", "开始答题时间", "结束答题时间", "答题时长", "来源渠道", "IP地址", "1.姓名", "2.学号", *PARTS],
        lambda k, i, n, *x: [k, "2025-11-20 12:00", "2025-11-20 12:03", "180秒", "链接", "1.2.3.4", n, i, *x],
    ),
    "dingtalk.csv": wide(
        ["填写人", "填写人ID", "填写时间", "部门", "学号（必填）", *(f"{part}（必填）" for part in PARTS)],
        lambda k, i, n, *x: [n, f"0{k}22", "2025-11-20", "一班", i, *x],
    ),
    "feishu.csv": wide(
        ["记录 ID", "提交人", "学号", *PARTS, "创建时间", "最后更新时间"],
        lambda k, i, n, *x: [f"rec{k}", n, i, *x, "2025/11/20", "2025/11/20"],
    ),
    "microsoft.csv": wide(
        ["ID", "Completion time", "Email", "Name", "Student ID", "Points - Student ID", *MARKED],
        lambda k, i, _, *x: [k, "11/20/25", "a@b", "", i, 0, *(t for a in x for t in (a, 0, "ok")), 0],
    ),
    "微软.csv": wide(
        ["ID", "完成时间", "电子邮件", "名称", "学号", "分数 - 学号", *beside("总分", ("分数 - {}", "反馈 - {}"))],
        lambda k, i, _, *x: [k, "25-11-20", "a@b", "", i, 0, *(t for a in x for t in (a, 0, "好")), 0],
    ),
    "canvas.csv": wide(
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *PARTS],
        lambda k, i, n, *x: [n, 5000 + k, i, f"login{k}", "S1", *x],
        after="    Points Possible,,,,,2,4,4\r\n",
    ),
    "brightspace.csv": long(
        ["Org Defined ID", "Username", "FirstName", "Attempt #", "Q #", "Q Type", "Q Title", "Answer", "Out Of"],
        lambda i, n, p, a: [f"#{i}", "u", n, "1", "1", "WR", p, a, "2"],
    ),
    "blackboard.csv": long(
        ["Username", "Last Name", "First Name", "Question ID", "Question", "Answer", "Possible Points"],
        lambda i, n, p, a: [i, n, "", "Question ID 1", p, a, 2],
        encoding="utf-16",
        delimiter="\t",
    ),
    "limesurvey.csv": wide(
        ["Antwort ID", "Datum Abgeschickt", "Letzte Seite", "Start-Sprache", "Ihre Matrikelnummer", *PARTS],
        lambda k, i, _, *x: [k, "2025-11-20", 1, "de", i, *x],
        delimiter=";",
    ),
    "qualtrics.csv": cells(
        [["StartDate", "QID1", "QID2", "QID3", "QID4"], ["Start Date", "Your student ID", *PARTS]]
        + [['{"ImportId":"startDate"}', *['{"ImportId":"QID1_TEXT"}'] * 4]]
        + [["2025-11-20", i, *x] for i, _, x in CLASS]
    ),
    "german.csv": long(
        ["Matrikelnr.", "Prüfer", "Aufgabe", "Teil", "Antwort"],
        lambda i, _, p, a: [i, "ä", *p.split("/"), a],
        encoding="cp1252",
        delimiter=";",
    ),
    "french.csv": long(
        ["numéro étudiant", "exercice", "question", "réponse"],
        lambda i, _, p, a: [i, *p.split("/"), a],
        delimiter=";",
    ),
    "japanese.csv": long(
        ["学籍番号", "氏名", "課題", "設問", "解答"],
        lambda i, _, p, a: [i, "備考", *p.split("/"), a],
        encoding="cp932",
    ),
    "taiwan.csv": wide(["學號", "姓名", *PARTS], lambda _, i, __, *x: [i, "王小明", *x], encoding="big5"),
    "questions.csv": long(["学号", "题目", "答案"], lambda i, _, p, a: [i, p, a], encoding="gb18030"),
    "submitted.tsv": long(
        ["Student Number", "Question", "Response", "Submitted on"],
        lambda i, _, p, a: [i, p, a, "2025-11-20"],
        delimiter="\t",
    ),
    "capitals.csv": plain([part.upper() for part in PARTS], "STUDENT"),
    "dots.csv": plain([part.replace("/", ".") for part in PARTS]),
    "dashes.csv": plain([part.replace("/", " – ") for part in PARTS]),
    "backslashes.csv": plain([part.replace("/", "\\") for part in PARTS]),
    "pipes.csv": plain(delimiter="|"),
    "utf-32.csv": plain(encoding="utf-32"),
    "returns.csv": plain(end="\r"),
    "remarks.csv": plain(after="\r\n导出时间：2025-11-20,,,\r\n合计：4人,,,\r\n"),
    "apostrophes.csv": wide(["student", *PARTS], lambda _, i, __, *x: [f"'{i}", *x]),
    "page.xls": page([["学号", "姓名", *PARTS], *([i, n, *x] for i, n, x in CLASS)]),
    "list.json": json.dumps([{"student": i, **dict(zip(PARTS, x, strict=True))} for i, _, x in CLASS]).encode(),
    "by-student.json": json.dumps({i: {"answers": dict(zip(PARTS, x, strict=True))} for i, _, x in CLASS}).encode(),
    "wrapped.json": json.dumps(
        {
            "course": "NN",
            "submissions": [{"student": i, "answers": dict(zip(PARTS, x, strict=True))} for i, _, x in CLASS],
        }
    ).encode(),
    "nested.jsonl": "\n".join(
        json.dumps({"student": {"id": i, "name": n}, "answers": dict(zip(PARTS, x, strict=True))}) for i, n, x in CLASS
    ).encode(),
    "listed.jsonl": "\n".join(
        json.dumps({"student": i, "answers": [{"exercise": p, "answer": a} for p, a in zip(PARTS, x, strict=True)]})
        for i, _, x in CLASS
    ).encode(),
    "word.zip": each("{i}_{n}.docx", word),
    "text.zip": each("作业3/{n}_{i}_第3次作业.txt", lines),
    "tables.zip": each("{i}.csv", lambda pairs: "part,answer\n" + "\n".join(f'{p},"{a}"' for p, a in pairs)),
    "files.zip": packed(
        {f"hw/{i}/{p.replace('/', '-')}.txt": a for i, _, x in CLASS for p, a in zip(PARTS, x, strict=True)}
    ),
    "folders.zip": packed({f"{i} {n}/{p}.tex": a for i, n, x in CLASS for p, a in zip(PARTS, x, strict=True)}),
    "fields.zip": each(
        "{i}/answers.yml", lambda pairs: "name: x\nanswers:\n" + "\n".join(f"  {p}: {json.dumps(a)}" for p, a in pairs)
    ),
    "below.zip": each("{i}/hw.ipynb", lambda pairs: notebook([t for p, a in pairs for t in (f"### {p}\nSay it.", a)])),
    "questions.zip": each(
        "{i}.ipynb",
        lambda pairs: notebook([t for k, (p, a) in enumerate(pairs) for t in (f"**Question {k}.** {p}", a)]),
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_same_class_is_read_of_every_form(name, tmp_path):
    (tmp_path / name).write_bytes(FORMS[name])
    found = handed_in([tmp_path / name], COURSE)
    assert not found.asked
    assert found.submissions.problems == ()
    answers = [answer for _, listed in found.inbox.by_student() for answer in listed]
    assert {(answer.student, answer.target, answer.text) for answer in answers} == WHOLE


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"%PDF-1.7\n\x00", "file-of-kind"),
        ("a.csv", b"Rar!\x1a\x07\x01\x00", "file-of-kind"),
        ("a.zip", packed({"007.txt": "midges/Af: 1", "20230102.pdf": "%PDF-1.7"}), "nothing-of-student"),
        ("a.docx", packed({"[Content_Types].xml": "word/document.xml"}), "archive-broken"),
    ],
)
def test_what_holds_no_answers_is_a_problem_with_its_kind(name, data, code, tmp_path):
    (tmp_path / name).write_bytes(data)
    assert [problem.code for problem in handed_in([tmp_path / name], COURSE).submissions.problems] == [code]


def test_a_drawn_equation_is_not_guessed(tmp_path):
    body = "<w:p><w:r><w:t>midges/Af: </w:t></w:r><m:oMath><m:r><m:t>x1</m:t></m:r></m:oMath></w:p>"
    (tmp_path / "007.docx").write_bytes(packed({"[Content_Types].xml": "", "word/document.xml": body}))
    found = handed_in([tmp_path / "007.docx"], COURSE)
    assert [answer.text for _, listed in found.inbox.by_student() for answer in listed] == ["[?]"]


SCORED = (("007", "2", "1"), ("008", "0", "0.5"))


@pytest.mark.parametrize(
    "titles",
    [
        ["学号", "bp-2-2-1/dw1 得分", "midges/Af 得分"],
        ["学号", "bp-2-2-1/dw1(2分)", "midges/Af（1分）"],
        ["Student ID", "Points - bp-2-2-1/dw1", "Points - midges/Af"],
        ["Student ID", "1: bp-2-2-1/dw1 (2.0 pts)", "2: midges/Af (1.0 pts)"],
        ["Username", "bp-2-2-1/dw1 [Total Pts: 2 Score] |12345", "midges/Af [Total Pts: 1 Score] |12346"],
        ["学号", "bp-2-2-1/dw1 教师评分", "midges/Af 教师评分"],
    ],
)
def test_the_points_of_a_platform_are_never_taken_for_answers(titles, tmp_path):
    path = tmp_path / "scores.csv"
    path.write_bytes(cells([titles, *SCORED]))
    taken = handed_in([path], COURSE)
    assert (taken.inbox.count, len(taken.asked)) == (0, 1)


@pytest.mark.parametrize("more", ["得分", "教师评分", "[Score]", "(points)"])
def test_points_beside_answers_are_left_out(more, tmp_path):
    path = tmp_path / "both.csv"
    path.write_bytes(cells([["学号", f"第1题 midges/Af 作答 {more}", "第1题 midges/Af 作答"], ["007", "2", "0.28"]]))
    taken = handed_in([path], COURSE)
    assert [answer.text for _, answers in taken.inbox.by_student() for answer in answers] == ["0.28"]
    assert [notice.code for notice in taken.submissions.notices] == ["columns-ignored"]
    assert not taken.submissions.problems


def test_a_large_table_is_read_line_by_line_and_gives_the_same(tmp_path, monkeypatch):
    from symnn.documents import decoding

    rows = [
        "sep=;",
        "学号;midges/Af;bp-2-2-1/dw1",
        "",
        '7;"0,5";x1',
        '8;"two\r\nlines ""here""";y',
        '9;"open',
        "10;0.3;y1",
    ]
    found = []
    for name, least in (("whole.csv", 1 << 20), ("lines.csv", 16)):
        monkeypatch.setattr(decoding, "_AT_ONCE", least)
        path = tmp_path / name
        path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(rows).encode())
        assert (decoding.streamed(path) is None) == (name == "whole.csv")
        taken = handed_in([path], COURSE)
        problems = [(problem.code, problem.place.line) for problem in taken.submissions.problems]
        answers = [answer for _, listed in taken.inbox.by_student() for answer in listed]
        found.append(([(one.student, one.part, one.text, one.place.line) for one in answers], problems))
    assert found[0] == found[1]
    answers, problems = found[0]
    assert problems == [("open-quote", 7)]
    assert [(student, line) for student, _, _, line in answers] == [
        (s, k) for s, k in (("7", 4), ("8", 5), ("10", 8)) for _ in "ab"
    ]
    assert answers[2][2] == 'two lines "here"'


@pytest.mark.parametrize(
    ("name", "encoding", "notices"),
    [
        ("utf-16.csv", "utf-16", []),
        ("unmarked.csv", "utf-16-le", ["read-as-utf-16"]),
        ("chinese.csv", "gb18030", ["read-as-gb18030"]),
        ("objects.jsonl", "utf-8", []),
        ("objects.jsonl", "gb18030", ["read-as-gb18030"]),
        ("objects.txt", "utf-16", []),
    ],
)
def test_large_files_of_every_encoding_and_objects_are_read_line_by_line(
    name, encoding, notices, tmp_path, monkeypatch
):
    from symnn.documents import decoding

    rows = ["学号,姓名,midges/Af", "007,王小明,0.3", "008,李四,不会", '009,张三,"0.5', "010,赵六,x1"]
    if name.startswith("objects"):
        rows = [
            '{"学号": "007", "姓名": "王小明", "midges/Af": "0.3"}',
            '{"学号": "008", "midges/Af": "不会"}',
            "{",
            "7",
        ]
    path = tmp_path / name
    path.write_bytes("\r\n".join(rows).encode(encoding))
    found = []
    for least in (1 << 20, 64):
        monkeypatch.setattr(decoding, "_AT_ONCE", least)
        assert (decoding.streamed(path) is None) == (least > 64)
        if least == 64:
            monkeypatch.setattr("symnn.classroom.intake.readers.content", None)  # nothing is read as a whole
        taken = handed_in([path], COURSE)
        answers = [answer for _, listed in taken.inbox.by_student() for answer in listed]
        problems = [(problem.code, problem.place.line) for problem in taken.submissions.problems]
        found.append((answers, problems, [notice.code for notice in taken.submissions.notices]))
    assert found[0] == found[1]
    answers, problems, told = found[0]
    assert [answer.student for answer in answers][:2] == ["007", "008"]
    assert len(problems) == (2 if name.startswith("objects") else 1)
    assert told == notices
