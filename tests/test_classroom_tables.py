"""Tables of submissions: every answer that can be read is, and what cannot costs its own line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.classroom.rows import delimiter_of, rows_of
from symnn.classroom.submissions import Submissions, joined
from symnn.classroom.tables import read_table, table_of
from symnn.documents.text import Text, decoded
from symnn.exercises.library import exercise
from symnn.messages import line

EXERCISES = {name: exercise(name) for name in ("bp-2-2-1", "midges")}
LONG = "student,exercise,part,answer\n"


def table(text):
    return table_of(Text(text, "t.csv"), EXERCISES)


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
    read = table_of(decoded(data, "t.csv", controls=True), EXERCISES)
    assert answers(read) == [("007", "midges/Af", "０.2831")]
    assert read.problems == ()
    assert [notice.code for notice in read.notices] == (["read-as-gb18030"] if encoding == "gb18030" else [])


def test_an_answer_may_have_several_lines_and_quotes():
    read = table(LONG + '1,midges,Af,"a\n= ""b"", c"\n2,midges,Af,1\n')
    assert answers(read) == [("1", "midges/Af", 'a\n= "b", c'), ("2", "midges/Af", "1")]


@pytest.mark.parametrize(
    ("rows", "problems", "read"),
    [
        ("1,midges,Af\n2,midges,Af,1\n", [("wrong-columns", 2)], 1),
        ("1,midges,Af,1,2\n2,midges,Af,1\n", [("wrong-columns", 2)], 1),
        ('1,midges,Af,"1\n2,midges,Af,1\n', [("open-quote", 2)], 1),
        ('1,midges,Af,"1"x\n2,midges,Af,1\n', [("bad-quote", 2)], 1),
        ("1,midge,Af,1\n2,midges,Af,1\n", [("unknown-exercise", 2)], 1),
        ("1,midges,af,1\n2,midges,Af,1\n", [("unknown-part", 2)], 1),
        ("1,midges,,1\n2,midges,Af,1\n", [("unknown-part", 2)], 1),
        (",midges,Af,1\n2,midges,Af,1\n", [("no-student", 2)], 1),
        ("1\x1b,midges,Af,1\n2,midges,Af,1\n", [("bad-student", 2)], 1),
        ("1,midges,Af,1\n\n1,midges,Af,2\n", [("answered-twice", 4)], 1),
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
        ("student,midges/Af\n1,2\n1,3\n", [("student-twice", 3)]),
        ("student,exercise,part,answer,attempt\n1,midges,Af,1,x\n", [("bad-attempt", 2)]),
    ],
)
def test_a_header_or_row_that_cannot_be_used(text, problems):
    assert codes(table(text)) == problems


def test_columns_that_are_no_parts_are_ignored_and_reported():
    read = table("student,exercise,part,answer,score\n1,midges,Af,1,100\n")
    assert len(read.answers) == 1
    assert [line(notice) for notice in read.notices] == [
        "t.csv:1:1: the column 'score' is no part of an exercise and was ignored"
    ]


def test_an_id_that_a_spreadsheet_destroyed_is_reported_and_kept():
    read = table(LONG + "1.23E+11,midges,Af,1\n")
    assert answers(read)[0][0] == "1.23E+11"
    assert [notice.code for notice in read.notices] == ["id-looks-destroyed"]


def test_attempts_are_told_apart():
    read = table("student,exercise,part,answer,attempt\n1,midges,Af,1,1\n1,midges,Af,2,2\n1,midges,Af,3,\n")
    assert [answer.attempt for answer in read.answers] == [1, 2]
    assert codes(read) == [("answered-twice", 4)]


def test_the_same_answer_in_two_files_counts_once():
    first, second = table(LONG + "1,midges,Af,1\n"), table(LONG + "1,midges,Af,2\n2,midges,Af,2\n")
    both = joined([first, second])
    assert answers(both) == [("1", "midges/Af", "1"), ("2", "midges/Af", "2")]
    assert codes(both) == [("answered-twice", 2)]


def test_big5_is_refused_or_read_but_never_crashes():
    data = "學號,exercise,part,answer\n".encode("big5")
    read = decoded(data, "t.csv", controls=True)
    assert isinstance(read, Text) == bool(getattr(read, "notices", ()))


def test_files_that_are_none_are_problems(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.csv").write_bytes(b"\xff\xff\x80")
    names = ("none", "folder", "binary.csv")
    found = {name: read_table(tmp_path / name, EXERCISES).problems[0].code for name in names}
    assert found == {"none": "file-not-found", "folder": "file-not-regular", "binary.csv": "not-text"}


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
    assert isinstance(read, Submissions)
    assert not read.answers


def test_the_delimiter_is_told_from_the_header():
    assert [delimiter_of(header) for header in ("a,b", "a;b", "a\tb", "a", "a；b；c")] == [",", ";", "\t", ",", "；"]


def test_a_very_long_answer_in_quotes_costs_no_other_row():
    """What is too long for the reader is refused as an answer; the rows around it are read."""
    read = table(LONG + '1,midges,Af,"' + "x\n" * 100_000 + '"\n2,midges,Af,1\n')
    assert ([answer.student for answer in read.answers], read.problems) == (["1", "2"], ())
