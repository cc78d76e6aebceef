"""A class is graded whole: the same bytes for any number of jobs, a dead worker costs one answer, nothing is lost."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from symnn.classroom.allowance import LIMITS, AnswerLimits
from symnn.classroom.book import BOOK, opened
from symnn.classroom.config import Config, config, key_of, new_key
from symnn.classroom.files import safe_cell
from symnn.classroom.grader import Lost
from symnn.classroom.grading import OUTPUTS, Settings, course, grade_class
from symnn.classroom.lock import LOCK, locked
from symnn.classroom.piece_of_work import GradedPiece
from symnn.classroom.policy import Policy
from symnn.equality.meaning import PUBLIC_KEY
from symnn.errors import AuthorError, OperatorError, TargetError, UsageError
from symnn.exercises.library import shipped_folder
from symnn.questions.variants import seed_of

CLASS = shipped_folder() / "class" / "submissions.csv"
ROWS = ("neuron", "midges", "one-hidden-layer", "bp-2-2-1", "bp-2-3-2-1")
SHIPPED = [shipped_folder() / f"{name}.yaml" for name in ROWS]
NEURON = SHIPPED[0]
LONG = "student,exercise,part,answer\n"


@pytest.fixture(scope="module")
def shipped_class(tmp_path_factory):
    folder = tmp_path_factory.mktemp("graded")
    return grade_class([CLASS], course(SHIPPED, PUBLIC_KEY, "en"), folder, Settings(jobs=2))


def test_the_shipped_class_is_graded_whole(shipped_class):
    assert shipped_class.students >= 30
    assert shipped_class.problems == ()
    assert set(shipped_class.verdicts) == {"correct", "partial", "wrong", "unreadable", "blank"}
    results = map(json.loads, shipped_class.files[1].read_text(encoding="utf-8").splitlines())
    open_ones = [result for result in results if result["mark"]["open"]]
    assert len(open_ones) == shipped_class.open == shipped_class.verdicts["unreadable"] > 0
    assert all(result["verdict"] == "unreadable" and result["answer"].strip() for result in open_ones)
    assert shipped_class.verdicts["correct"] > shipped_class.answers / 2


def test_every_result_fits_the_published_schema(shipped_class):
    jsonschema = pytest.importorskip("jsonschema")
    from symnn.classroom.schemas import schema

    validator = jsonschema.Draft202012Validator(schema("result"))
    lines = shipped_class.files[1].read_text(encoding="utf-8").splitlines()
    assert len(lines) == shipped_class.answers
    for line in lines:
        validator.validate(json.loads(line))


def test_the_grades_open_in_a_spreadsheet(shipped_class):
    data = shipped_class.files[0].read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    best = next(row for row in rows if row["student"] == "20230101")
    assert (best["total"], best["bp-2-2-1/dw1"], best["midges/Af"]) == (best["max"], "4", "3")
    assert any(row["student"] == "007" for row in rows)


def test_no_wrong_answer_is_without_a_word(shipped_class):
    silent = [
        (result["student"], result["part"])
        for result in map(json.loads, shipped_class.files[1].read_text(encoding="utf-8").splitlines())
        if result["verdict"] in ("wrong", "partial", "unreadable")
        and not result["findings"]
        and result["part"] not in ("Af", "Apf", "gradient-is-zero")
    ]
    assert silent == []


def test_jobs_and_order_of_work_change_no_byte(tmp_path, shipped_class):
    again = grade_class([CLASS], course(SHIPPED, PUBLIC_KEY, "en"), tmp_path, Settings(jobs=1))
    assert [path.read_bytes() for path in again.files] == [path.read_bytes() for path in shipped_class.files]


def grader(lang="en"):
    return course([NEURON], b"k" * 32, lang)


def test_equal_answers_are_one_piece_of_work(tmp_path):
    rows = "".join(f"{student},neuron,dy-dw1,y(1-y)x1\n" for student in "abc")
    done, results, _ = graded_with(LONG + rows + "d,neuron,output,0.5\nd,neuron,sum,0\n", tmp_path)
    assert (done.answers, done.different, done.graded) == (5, 3, 3)
    assert len({one["seed"] for one in results}) == 5
    with opened(tmp_path / "out") as book:
        carried = dict(book.rows("select p.text, p.carried from piece p"))
    assert carried == {"y(1-y)x1": "[]", "0": "[]", "0.5": '[["sum","0"]]'}


def test_seeds_are_those_of_the_hand_outs(tmp_path):
    _, (one,), _ = graded_with(LONG + "007,neuron,dy-dw1,x1\n", tmp_path)
    assert one["seed"] == seed_of(b"k" * 32, "neuron", "dy-dw1", "007")


def test_the_last_attempt_counts_and_undecided_is_no_number(tmp_path):
    text = LONG.replace("answer", "answer,attempt") + "a,neuron,dy-dw1,x1,2\na,neuron,dy-dw1,y(1-y)x1,1\n"
    done, _, rows = graded_with(text, tmp_path)
    assert (rows[0]["total"], done.open) == ("0", 0)

    def all_lost(pieces):
        return ((number, Lost("memory")) for number, _ in enumerate(pieces))

    done, results, rows = graded_with(text, tmp_path, passing=all_lost, again=True)
    assert (rows[0]["total"], rows[0]["neuron/dy-dw1"], done.open) == ("", "?", 1)
    assert {one["verdict"] for one in results} == {"undecided"}
    assert [problem.facts["cause"] for problem in done.lost] == ["memory"] * 2


DW5, DW6 = ("bp-2-2-1", "dw5", "(y-z)y(1-y)f1"), ("bp-2-2-1", "dw6", "(y-z)y(1-y)f2")
DW1, NO_ANSWER = ("bp-2-2-1", "dw1", "2(y-z)y(1-y)w5 f1(1-f1)x1"), ("bp-2-2-1", "dw4", "x1")
DW46, BY_V = ("bp-2-3-2-1", "dw46", "2(y-z)f6'(e)y4"), ("birnn", "by-V", "diff(E, V')/2")
OTHER_DW46 = ("bp-2-3-2-1", "dw46", "(y-z)f6'(e)y4")
BY_W2 = ("matrix-form", "by-W2", "((y - z) ⊙ f'(a_2)) h^T")
STEPS = ("bp-2-3-2-1", "steps-w14", "dE/dw14 = dE/dy*dy/de6*de6/dy4*dy4/de4*de4/dw14 = 2(y-z)f6'(e)w46 f4'(e)y1")


def mixed_in(rows, tmp_path, attempts=()):
    """Give what is said about conventions, by target and attempt."""
    table = tmp_path / "t.csv"
    attempt = dict(enumerate(attempts))
    lines = [f's,{exercise},{part},"{text}",{attempt.get(n, 1)}\n' for n, (exercise, part, text) in enumerate(rows)]
    table.write_text(LONG.replace("answer", "answer,attempt") + "".join(lines), encoding="utf-8")
    done = grade_class([table], course([shipped_folder()], PUBLIC_KEY, "en"), tmp_path / "out", force=True)
    results = [json.loads(line) for line in done.files[1].read_text(encoding="utf-8").splitlines()]
    return {
        (result["exercise"], result["part"], result["attempt"]): finding
        for result in results
        for finding in result["findings"]
        if finding["code"] == "convention-mixed"
    }


def test_who_mixes_conventions_is_told_where(tmp_path):
    found = mixed_in([DW5, DW6, DW1, NO_ANSWER], tmp_path)
    assert {at: finding["facts"] for at, finding in found.items()} == {
        ("bp-2-2-1", "dw1", 1): {"here": 2, "follows": "missing-2", "parts": ["dw5", "dw6"]}
    }
    (told,) = found.values()
    assert told["message"] == (
        "Here you keep the factor 2 of the squared error, in dw5, dw6 you leave it out; "
        "keep to one way in your whole submission."
    )


@pytest.mark.parametrize(
    ("rows", "against", "others"),
    [
        ([DW5, DW6, DW46], "dw46", ["bp-2-2-1/dw5", "bp-2-2-1/dw6"]),
        ([DW5, BY_W2, DW46], "dw46", ["bp-2-2-1/dw5", "matrix-form/by-W2"]),
        ([DW1, BY_W2, STEPS], "by-W2", ["bp-2-2-1/dw1", "bp-2-3-2-1/steps-w14"]),
        ([DW1, DW5], "dw5", ["dw1"]),
        ([DW1, OTHER_DW46], "dw46", ["bp-2-2-1/dw1"]),
    ],
)
def test_a_convention_is_kept_over_all_exercises_in_whatever_order(rows, against, others, tmp_path):
    forward, backward = mixed_in(rows, tmp_path), mixed_in(rows[::-1], tmp_path)
    assert forward == backward
    assert [(part, finding["facts"]["parts"]) for (_, part, _), finding in forward.items()] == [(against, others)]


def test_an_answer_given_again_is_seen_beside_what_stands_then(tmp_path):
    again = ("bp-2-3-2-1", "dw46", "(y-z)f6'(e)y4")
    found = mixed_in([DW5, DW6, DW46, again], tmp_path, attempts=(1, 1, 1, 2))
    assert list(found) == [("bp-2-3-2-1", "dw46", 1)]
    turned = mixed_in([DW5, DW1, DW46, again], tmp_path, attempts=(1, 1, 1, 2))
    assert list(turned) == [("bp-2-2-1", "dw1", 1)]


def test_conventions_cost_the_same_for_every_answer():
    """Four times the answers of a student take about four times as long; each beside every other one would be 16."""
    from time import process_time

    from symnn.classroom.consistency import GivenAnswer, mixed, parts_about_losses

    one = course([shipped_folder()], PUBLIC_KEY, "en")
    losses = parts_about_losses(one.exercises.values())
    parts = [
        (f"{exercise}/{part}", one.graded(GradedPiece(exercise, part, text)))
        for exercise, part, text in (DW5, DW6, DW1)
    ]
    seconds = {}
    for attempts in (250, 1000):
        given = [GivenAnswer(target, attempt, result) for attempt in range(attempts) for target, result in parts]
        times = []
        for _ in range(3):
            start = process_time()
            assert len(mixed(given, losses)) == attempts
            times.append(process_time() - start)
        seconds[attempts] = min(times)
    assert seconds[1000] < 8 * seconds[250]


def test_bad_rows_do_not_stop_the_others(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(
        LONG + "1,neuron,dy-dw1,y(1-y)x1\n2,neuron\n3,neuron,nosuch,1\n4,neuron,dy-dw1,\n", encoding="utf-8"
    )
    done = grade_class([table, tmp_path / "none.csv"], grader(), tmp_path / "out")
    assert [problem.code for problem in done.problems] == ["file-not-found", "unknown-part", "unknown-part"]
    rows = csv.DictReader((tmp_path / "out" / "grades.csv").read_text(encoding="utf-8-sig").splitlines())
    assert {row["student"]: row["total"] for row in rows} == {"1": "2", "4": "0"}


def graded_with(text, tmp_path, **settings):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    done = grade_class([tmp_path / "t.csv"], grader(), tmp_path / "out", Settings(**settings), force=True)
    lines = (tmp_path / "out" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader((tmp_path / "out" / "grades.csv").read_text(encoding="utf-8-sig").splitlines()))
    return done, [json.loads(line) for line in lines], rows


def test_a_result_holds_who_handed_in_what_and_when(tmp_path):
    head = "student,name,exercise,part,answer,time\n"
    _, results, _ = graded_with(head + "007,王小明,neuron,dy-dw1,<p>y(1-y)x1</p>,2025-11-20 10:00\n", tmp_path)
    (one,) = results
    assert one["answer"] == "<p>y(1-y)x1</p>"
    assert (one["name"], one["time"], one["place"]) == ("王小明", "2025-11-20 10:00", f"{tmp_path / 't.csv'}:2")
    assert (one["verdict"], one["read"]["text"]) == ("correct", "y*(1 - y)*x1")
    assert one["mark"] == {"points": 2, "by": "engine", "open": False, "counts": True}


def test_what_cannot_be_read_is_open_and_blank_is_not(tmp_path):
    rows = [("1", "y(1-y)x1"), ("2", "不会"), ("3", "-"), ("4", ""), ("5", "N/A"), ("6", "无"), ("7", "/"), ("8", "x1")]
    text = LONG + "".join(f"{student},neuron,dy-dw1,{answer}\n" for student, answer in rows)
    text += "2,neuron,sum,0\n"
    done, results, grades = graded_with(text, tmp_path)
    assert [one["student"] for one in results if one["mark"]["open"]] == ["2"]
    assert (done.open, done.verdicts["blank"]) == (1, 5)
    assert [(row["student"], row["total"], row["open"]) for row in grades] == [
        ("1", "2", "0"),
        ("2", "", "1"),
        *((student, "0", "0") for student in "345678"),
    ]
    assert grades[1]["neuron/dy-dw1"] == "?"
    assert {one["mark"]["points"] for one in results if one["answer"] == "不会"} == {None}
    zero, _, rows = graded_with(text, tmp_path, policy=Policy(unreadable="zero"))
    assert zero.open == 0
    assert {row["open"] for row in rows} == {"0"}


@pytest.mark.parametrize(("attempts", "total"), [("last", "0"), ("first", "2"), ("best", "2")])
def test_the_course_says_which_attempt_counts(attempts, total, tmp_path):
    text = LONG + "1,neuron,dy-dw1,y(1-y)x1\n1,neuron,dy-dw1,x1\n"
    done, results, rows = graded_with(text, tmp_path, policy=Policy(attempts=attempts))
    assert [row["total"] for row in rows] == [total]
    assert [one["attempt"] for one in results] == [1, 2]
    assert [notice.code for notice in done.notices] == ["attempt-left-out"]
    problems = (tmp_path / "out" / "problems.csv").read_text(encoding="utf-8-sig")
    assert f",{2 if attempts == 'last' else 3},1,attempt-left-out," in problems


def test_what_a_spreadsheet_made_of_an_answer_is_named_as_that(tmp_path):
    done, results, rows = graded_with(LONG + "1,neuron,dy-dw1,28-Mar\n2,neuron,dy-dw1,#NAME?\n", tmp_path)
    assert [row["open"] for row in rows] == ["1", "1"]
    assert [one["findings"][-1]["code"] for one in results] == ["spreadsheet-damage"] * 2
    assert [notice.code for notice in done.notices] == ["spreadsheet-damage"] * 2


def test_a_roster_says_who_is_who_and_who_is_missing(tmp_path):
    roster = tmp_path / "class.csv"
    roster.write_text("学号,姓名,班级\n007,王小明,一班\n008,李婷,二班\n009,张伟,一班\n", encoding="utf-8")
    text = LONG + "".join(f"{student},neuron,dy-dw1,y(1-y)x1\n" for student in ("7", "００８", "55"))
    done, results, rows = graded_with(text, tmp_path, roster=roster)
    assert [(row["student"], row["name"], row["group"], row["total"]) for row in rows] == [
        ("007", "王小明", "一班", "2"),
        ("008", "李婷", "二班", "2"),
        ("009", "张伟", "一班", "0"),
        ("55", "", "", "2"),
    ]
    assert [one["name"] for one in results] == ["王小明", "李婷", ""]
    assert [(notice.code, notice.facts["student"]) for notice in done.notices] == [("not-on-roster", "55")]


def test_ids_that_are_one_number_are_named_together_where_there_is_no_roster(tmp_path):
    text = LONG + "".join(f"{student},neuron,dy-dw1,x1\n" for student in ("007", "007.0", " 7 ", "００８"))
    done, _, rows = graded_with(text, tmp_path)
    (alike,) = done.problems
    assert (alike.code, alike.facts["students"], len(alike.facts["places"])) == ("ids-alike", ("007", "007.0", "7"), 3)
    assert [row["student"] for row in rows] == ["007", "007.0", "7", "008"]
    (tmp_path / "class.csv").write_text("id\n007\n008\n", encoding="utf-8")
    done, _, rows = graded_with(text, tmp_path, roster=tmp_path / "class.csv")
    assert (done.problems, [row["student"] for row in rows]) == ((), ["007", "008"])


def test_the_order_of_the_sources_changes_no_byte(tmp_path):
    for name, answer in (("a.csv", "x1"), ("b.csv", "y(1-y)x1")):
        (tmp_path / name).write_text(LONG + f"1,neuron,dy-dw1,{answer}\n", encoding="utf-8")
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    one = grade_class(paths, grader(), tmp_path / "one")
    other = grade_class(paths[::-1], grader(), tmp_path / "other")
    assert [path.read_bytes() for path in one.files] == [path.read_bytes() for path in other.files]


def test_nothing_is_overwritten_unasked(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(LONG + "1,neuron,dy-dw1,x1\n", encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "grades.csv").write_text("not ours", encoding="utf-8")
    with pytest.raises(UsageError, match=r"grades.csv' exists"):
        grade_class([table], grader(), tmp_path / "out")
    grade_class([table], grader(), tmp_path / "out", force=True)
    grade_class([table], grader(), tmp_path / "out")  # a set of ours may be made anew
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {*OUTPUTS, BOOK}


def test_two_runs_in_one_folder_exclude_each_other(tmp_path):
    """The lock is of the system: what a run that is gone has left behind, with whatever number, holds nobody up."""
    program = "import sys; from pathlib import Path; from symnn.classroom.lock import locked\n"
    program += "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()\n"
    asked = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(OperatorError, match=rf"process {other.pid}.*wait for its end, or end it") as raised:
            locked(tmp_path).__enter__()
        assert [problem.code for problem in raised.value.problems] == ["folder-locked"]
        other.kill()
    for left_behind in ("1", str(os.getppid()), "no number"):
        (tmp_path / LOCK).write_text(left_behind, encoding="ascii")
        with locked(tmp_path):
            assert (tmp_path / LOCK).read_text(encoding="ascii") == str(os.getpid())
    assert list(tmp_path.iterdir()) == []


def _files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_where_nothing_is_read_nothing_is_replaced(tmp_path):
    table, out = tmp_path / "t.csv", tmp_path / "out"
    table.write_text(LONG + "1,neuron,dy-dw1,x1\n", encoding="utf-8")
    grade_class([table], grader(), out)
    before = _files(out)
    (tmp_path / "empty.csv").write_text(LONG, encoding="utf-8")
    for names in (["none.csv"], ["empty.csv"], ["t.csv", "none.csv"], ["none.csv", "t.csv"]):
        done = grade_class([tmp_path / name for name in names], grader(), out, force=True)
        assert done.kept.code == ("nothing-read" if len(names) == 1 else "source-unread")
        assert (done.files, _files(out)) == ((), before)
    assert grade_class([tmp_path / "none.csv"], grader(), tmp_path / "new").files == ()
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("007", "007"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "<U+0009>=1"),
        ("a\x1b[31m", "a<U+001B>[31m"),
        ("a\u202eb", "a<U+202E>b"),
        ("王小明", "王小明"),
        ("", ""),
    ],
)
def test_a_cell_is_text_and_never_a_formula(text, cell):
    assert safe_cell(text) == cell


def test_a_course_without_exercises_or_with_broken_ones_is_refused(tmp_path):
    with pytest.raises(TargetError):
        course([tmp_path], PUBLIC_KEY, "en")
    (tmp_path / "a.yaml").write_text("id: [", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("id: 1", encoding="utf-8")
    with pytest.raises(AuthorError) as raised:
        course([tmp_path], PUBLIC_KEY, "en")
    assert {problem.place.file for problem in raised.value.problems} == {
        str(tmp_path / n) for n in ("a.yaml", "b.yaml")
    }


def test_settings_come_from_file_then_environment(tmp_path):
    assert config(tmp_path, {}) == Config()
    (tmp_path / "pyproject.toml").write_text("[tool.symnn]\njobs = 3\nexercises = 'ex'\n", encoding="utf-8")
    assert config(tmp_path, {}) == Config(jobs=3, exercises=str(tmp_path / "ex"))
    (tmp_path / "symnn.toml").write_text("key_file = 'k'\njobs = 2\n", encoding="utf-8")
    assert config(tmp_path, {"SYMNN_JOBS": "4"}) == Config(jobs=4, key_file=str(tmp_path / "k"))


def test_the_settings_may_say_what_the_columns_are(tmp_path):
    (tmp_path / "symnn.toml").write_text(
        "[columns]\nheader = 1\nstudent = 'Kennung'\nhtml = true\nignore = ['x']\nparts = {'Antwort' = 'neuron/sum'}\n",
        encoding="utf-8",
    )
    columns = config(tmp_path, {}).columns
    assert (columns.header, columns.student, columns.html, dict(columns.parts)) == (
        1,
        "Kennung",
        True,
        {"Antwort": "neuron/sum"},
    )
    done, _, rows = graded_with("Kennung,Antwort,x\n7,0,1\n", tmp_path, columns=columns)
    assert (done.asks, [row["student"] for row in rows]) == (None, ["7"])
    (tmp_path / "symnn.toml").write_text("[columns]\nstudents = 'Kennung'\n", encoding="utf-8")
    with pytest.raises(AuthorError, match="student"):
        config(tmp_path, {})


def test_the_operator_may_raise_what_an_answer_may_cost(tmp_path):
    assert config(tmp_path, {}).limits == LIMITS
    (tmp_path / "symnn.toml").write_text("answer_seconds = 60\nanswer_mib = 4096\n", encoding="utf-8")
    assert config(tmp_path, {}).limits == AnswerLimits(4 << 30, 60, 120)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("columns = 3", "bad-setting"),
        ("jobs = ", "toml-syntax"),
        ("jobs = " + "[" * 20_000, "toml-syntax"),
        ("job = 1", "unknown-field"),
        ("jobs = 'many'", "bad-setting"),
        ("jobs = true", "bad-setting"),
        ("answer_seconds = 0", "bad-setting"),
        ("answer_mib = 1", "bad-setting"),
        ("jobs = -1", "bad-setting"),
        ("lang = 'de'", "bad-setting"),
        ("attempts = 'all'", "bad-setting"),
        ("unreadable = 'half'", "bad-setting"),
    ],
)
def test_bad_settings_are_named(tmp_path, text, code):
    (tmp_path / "symnn.toml").write_text(text, encoding="utf-8")
    with pytest.raises(OperatorError) as raised:
        config(tmp_path, {})
    assert [problem.code for problem in raised.value.problems] == [code]


def test_a_key_is_secret_and_used(tmp_path):
    path = tmp_path / "k"
    path.write_text(new_key() + "\n", encoding="ascii")
    key = key_of(Config(key_file=str(path)))
    assert len(key) == 32
    assert key_of(Config()) == PUBLIC_KEY
    assert new_key() != new_key()
    for bad in ("", "zz", "00"):
        path.write_text(bad, encoding="ascii")
        with pytest.raises(OperatorError):
            key_of(Config(key_file=str(path)))
    with pytest.raises(OperatorError):
        key_of(Config(key_file=str(tmp_path / "none")))


def test_the_most_points_are_those_of_the_answered_parts(tmp_path):
    _, _, (row,) = graded_with(LONG + "a,neuron,sum,0\n", tmp_path)
    assert list(row) == ["student", "neuron/sum", "total", "max", "open"]
    assert row["max"] == "1"


def test_the_shipped_class_mixes_notations_and_mistakes():
    text = Path(CLASS).read_text(encoding="utf-8")
    for sign in ("（", "\\frac", "∂", "η", "不会", "O'Brien", "у"):
        assert sign in text
