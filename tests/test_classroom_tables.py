"""Tables of submissions: every answer that can be read is, and what cannot costs its own line."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.classroom.intake.columns import OpenColumns
from symnn.classroom.intake.readers import course_of, read_source
from symnn.classroom.intake.rows import rows_of
from symnn.classroom.intake.sheet import sheet_of
from symnn.classroom.intake.tables import EMPTY, is_header, read_table
from symnn.classroom.submissions import counted_attempts, moment, numbered_attempts
from symnn.documents.decoding import Text, decoded
from symnn.exercises.library import exercise
from symnn.messages import line

EXERCISES = {name: exercise(name) for name in ("bp-2-2-1", "midges")}
LONG = "student,exercise,part,answer\n"


class ReadTable(NamedTuple):
    """A table as it was read."""

    answers: list
    problems: tuple
    notices: tuple


COURSE = course_of({name: one.file for name, one in EXERCISES.items()})


def table(text, columns=EMPTY):
    return table_in(Text(text, "t.csv"), columns)


def table_in(text, columns=EMPTY):
    sheet = sheet_of(text, lambda head: any(is_header(row, COURSE, columns) for row in head))
    answers = []
    read = read_table(sheet, COURSE, columns, answers)
    return read if isinstance(read, OpenColumns) else ReadTable(answers, read.problems, read.notices)


def answers(submissions):
    return [(answer.student, answer.target, answer.text) for answer in submissions.answers]


def codes(submissions):
    return [(problem.code, problem.place.line) for problem in submissions.problems]


def test_a_long_table():
    read = table(LONG + '007,midges,Af,0.2831\n="00123",bp-2-2-1,dw5,"f(a,b)"\n')
    assert answers(read) == [("007", "midges/Af", "0.2831"), ("00123", "bp-2-2-1/dw5", "f(a,b)")]
    assert read.problems == ()


def test_a_wide_table_keeps_blank_answers():
    read = table("学号,姓名,midges/Af,bp-2-2-1/dw5\n007,王,0.2831,\n008,李,,x1\n")
    assert answers(read) == [
        ("007", "midges/Af", "0.2831"),
        ("007", "bp-2-2-1/dw5", ""),
        ("008", "midges/Af", ""),
        ("008", "bp-2-2-1/dw5", "x1"),
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "；"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_delimiter_line_end_and_encoding(mark, end, encoding):
    rows = ["学号,习题,小题,答案", "007,midges,Af,０.2831"]
    data = end.join(row.replace(",", mark) for row in rows).encode(encoding)
    read = table_in(decoded(data, "t.csv", controls=True))
    assert answers(read) == [("007", "midges/Af", "０.2831")]
    assert read.problems == ()
    assert [notice.code for notice in read.notices] == (["read-as-gb18030"] if encoding == "gb18030" else [])


def test_an_answer_may_have_several_lines_and_quotes():
    read = table(LONG + '1,midges,Af,"a\n= ""b"", c"\n2,midges,Af,1\n')
    assert [answer.raw for answer in read.answers] == ['a\n= "b", c', "1"]


@pytest.mark.parametrize(
    ("rows", "problems", "read"),
    [
        ("1,midges,Af\n2,midges,Af,1\n", [], 2),
        ("1,midges,Af,1,,\n2,midges,Af,1\n", [], 2),
        ("1,midges,Af,1,2\n2,midges,Af,1\n", [("wrong-columns", 2)], 1),
        ('1,midges,Af,"1\n2,midges,Af,1\n', [("open-quote", 2)], 1),
        ('1,midges,Af,"1"x\n2,midges,Af,1\n', [("bad-quote", 2)], 1),
        ("1,midge,Af,1\n2,midges,Af,1\n", [("unknown-exercise", 2)], 1),
        ("1,midges,Ag,1\n2,midges,Af,1\n", [("unknown-part", 2)], 1),
        ("1,midges,,1\n2,midges,Af,1\n", [("unknown-part", 2)], 1),
        (",midges,Af,1\n2,midges,Af,1\n", [("no-student", 2)], 1),
        ("1\x1b,midges,Af,1\n2,midges,Af,1\n", [("bad-student", 2)], 1),
        ("\u202eabc,midges,Af,1\na\u200bb,midges,Af,1\n2,midges,Af,1\n", [("bad-student", 2), ("bad-student", 3)], 1),
        ("1,midges,Af,1\n\n1,midges,Af,2\n", [], 2),
        ("1,midges/Af,,1\n", [], 1),
        ("1,midges,Af,\n", [], 1),
        ("1,midges,Af,a\x00b\n", [], 1),
        ('1,midges,Af,"' + "x" * 200_000 + '"\n', [], 1),
        ('1,midges,Af,5" + 3\n', [], 1),
    ],
)
def test_what_is_wrong_costs_its_line(rows, problems, read):
    found = table(LONG + rows)
    assert (codes(found), len(found.answers)) == (problems, read)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [("empty-table", 1)]),
        ("\n\n", [("empty-table", 1)]),
        ("exercise,part,answer\nmidges,Af,1\n", [("missing-column", 1)]),
        ("student,exercise,part\n1,midges,Af\n", [("missing-column", 1)]),
        ("student,student,exercise,part,answer\n", [("column-twice", 1)]),
        ("student,midges/Af,midges/Af\n1,2,3\n", [("column-twice", 1)]),
        ("student,midges/Ag,midges/Af\n1,2,3\n", [("unknown-part", 1)]),
        ("student,midges/AG,bp-2-2-1/dw 5,bp221/dw5\n1,2,3,4\n", [("unknown-part", 1)] * 2 + [("unknown-exercise", 1)]),
        ("student,exercise,part,answer,attempt\n1,midges,Af,1,x\n", [("bad-attempt", 2)]),
    ],
)
def test_a_header_or_row_that_cannot_be_used(text, problems):
    assert codes(table(text)) == problems


def test_columns_that_are_no_parts_are_ignored_and_reported():
    read = table("student,exercise,part,answer,score,remark of mine\n1,midges,Af,1,100,good\n")
    assert len(read.answers) == 1
    assert [line(notice) for notice in read.notices] == [
        "t.csv:1:1: these columns are no parts of an exercise and were ignored: score, remark of mine"
    ]


def test_an_id_that_a_spreadsheet_destroyed_is_a_problem_and_kept():
    read = table(LONG + "1.23E+11,midges,Af,1\n2.0230102E+7,midges,Af,1\n")
    assert [student for student, *_ in answers(read)] == ["1.23E+11", "20230102"]
    assert codes(read) == [("id-looks-destroyed", 2)]


ATTEMPTS = "student,exercise,part,answer,attempt,time\n"


def standing(rows, policy="last", head=ATTEMPTS):
    """Give the text that counts for each student, and the lines of what does not."""
    listed = numbered_attempts(table(head + rows).answers)
    counted = counted_attempts(listed, policy)
    chosen = {id(one): counted[one.student, one.target] for one in listed}
    left = sorted({(one.place.line, str(chosen[id(one)].place)) for one in listed if chosen[id(one)] is not one})
    return {student: answer.text for (student, _), answer in counted.items()}, left


@pytest.mark.parametrize(
    ("rows", "last", "first"),
    [
        ("1,midges,Af,a,1,\n1,midges,Af,b,2,\n", "b", "a"),
        ("1,midges,Af,a,2.0,\n1,midges,Af,b,1.0,\n", "a", "b"),
        ("1,midges,Af,a,,\n1,midges,Af,b,,\n", "b", "a"),
        ("1,midges,Af,a,,2025-11-20 12:00\n1,midges,Af,b,,2025-11-20 10:00\n", "a", "b"),
        ("1,midges,Af,a,,2025/11/20 3:14:15 PM\n1,midges,Af,b,,2025/11/20 11:14:15 AM\n", "a", "b"),
        ("1,midges,Af,a,10,\n1,midges,Af,,11,\n", "a", "a"),
        ("1,midges,Af,,1,\n1,midges,Af,b,2,\n", "b", "b"),
    ],
)
def test_which_attempt_counts_and_the_others_are_named(rows, last, first):
    for policy, text in (("last", last), ("first", first)):
        counted, left = standing(rows, policy)
        assert counted == {"1": text}
        assert len(left) == 1


def test_rows_of_a_wide_table_are_attempts_and_each_is_named_once():
    counted, left = standing("7,1,x\n8,2,y\n7,3,z\n", head="student,midges/Af,bp-2-2-1/dw5\n")
    assert counted == {"7": "z", "8": "y"}
    assert left == [(2, "t.csv:4:1")]


def test_an_answer_that_is_handed_in_twice_in_the_same_words_is_one():
    assert standing("1,midges,Af,a,,\n1,midges,Af,a,,\n") == ({"1": "a"}, [])


@pytest.mark.parametrize(
    ("time", "read"),
    [
        ("2025-11-20 07:14:15 UTC", (2025, 11, 20, 7, 14, 15)),
        ("2025年11月20日 下午3:14", (2025, 11, 20, 15, 14, 0)),
        ("20 November 2025  12:14 AM", (2025, 11, 20, 12, 14, 0)),
        ("20/11/2025 3:14 PM", (2025, 11, 20, 15, 14, 0)),
        ("11/20/2025 12:14 PM", (2025, 11, 20, 12, 14, 0)),
        ("2025-11-20", (2025, 11, 20, 0, 0, 0)),
        ("gestern", (0, 0, 0, 0, 0, 0)),
    ],
)
def test_times_are_compared_however_a_form_writes_them(time, read):
    assert moment(time) == read


def test_big5_is_refused_or_read_but_never_crashes():
    data = "學號,exercise,part,answer\n".encode("big5")
    read = decoded(data, "t.csv", controls=True)
    assert isinstance(read, Text) == bool(getattr(read, "notices", ()))


def test_files_that_are_none_are_problems(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.csv").write_bytes(b"\xff\xff\x80")
    names = ("none", "folder", "binary.csv")
    found = {name: read_source(tmp_path / name, COURSE, EMPTY, []).submissions.problems[0].code for name in names}
    assert found == {"none": "file-not-found", "folder": "empty-folder", "binary.csv": "not-text"}


def test_many_open_quotes_cost_little():
    read = table(LONG + '1,midges,Af,"x\n' * 5001)
    assert (len(read.answers), {problem.code for problem in read.problems}) == (0, {"bad-quote", "open-quote"})
    assert len(read.problems) == 5001


@settings(max_examples=100)
@given(
    st.lists(st.lists(st.text('ab",;\n\t ', max_size=5), min_size=2, max_size=2), max_size=5), st.sampled_from(",;\t")
)
def test_what_the_csv_module_writes_is_read_back(rows, mark):
    import csv
    import io

    buffer = io.StringIO()
    csv.writer(buffer, delimiter=mark, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["h", "k"], *rows])
    problems = []
    read = [list(row.fields) for row in rows_of(buffer.getvalue(), "t.csv", mark, problems)]
    assert (read, problems) == ([["h", "k"], *rows], [])


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_no_text_raises(text):
    read = table(text)
    assert isinstance(read, OpenColumns) or not read.answers


@pytest.mark.parametrize("mark", [",", ";", "\t", "；"])
def test_the_delimiter_is_the_one_with_which_there_is_a_header(mark):
    """Titles above the header, and commas in them, mislead nobody; ``sep=`` says it."""
    above = f"homework, part 3, of 2025{mark}{mark}\n"
    text = mark.join(("student", "midges/Af", "x, y")) + "\n" + mark.join(("1", "f(a;b)" if mark != ";" else "c", "d"))
    for start in ("", above, f"sep={mark}\n"):
        read = table(start + text)
        assert [answer.student for answer in read.answers] == ["1"]
        assert read.problems == ()


def test_a_very_long_answer_in_quotes_costs_no_other_row():
    """What is too long for the reader is refused as an answer; the rows around it are read."""
    read = table(LONG + '1,midges,Af,"' + "x\n" * 100_000 + '"\n2,midges,Af,1\n')
    assert ([answer.student for answer in read.answers], read.problems) == (["1", "2"], ())
