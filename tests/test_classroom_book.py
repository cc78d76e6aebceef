"""Only what is new is graded; the book may go at any time; decisions hold, and are told where they are stale."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from symnn.classroom.book import BOOK
from symnn.classroom.decisions import DECISIONS, DecisionScope, One, Ruling, decisions_in
from symnn.classroom.desk import opened_desk
from symnn.classroom.overruling import overruled
from symnn.cli import symnn
from symnn.errors import OperatorError, TargetError, UsageError
from symnn.exercises.library import shipped_folder
from symnn.exercises.loading import built

ANSWERS = {"1": "y(1-y)x1", "2": "x1", "3": "不会", "4": "不会", "5": "", "6": "y(1-y)x2"}
ROWS = "student,neuron/dy-dw1,neuron/sum\n" + "".join(
    f"{s},{a},{'不会' if s == '3' else 0}\n" for s, a in ANSWERS.items()
)


@pytest.fixture
def there(tmp_path, monkeypatch):
    """Stand in a folder with a class and its exercise."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hw.csv").write_text(ROWS, encoding="utf-8")
    shutil.copy(shipped_folder() / "neuron.yaml", tmp_path / "neuron.yaml")
    return tmp_path


def run(*arguments, code=0):
    ran = CliRunner().invoke(symnn, [str(one) for one in arguments], standalone_mode=True)
    refused = {UsageError: 2, TargetError: 2, OperatorError: 4}.get(type(ran.exception))  # as `cli.main` has it
    assert (refused or ran.exit_code) == code, (ran.output, ran.exception)
    return ran.stdout


def grade(*arguments):
    return json.loads(run("grade", *arguments, "-o", "o", "--json", "--jobs", "1", "-q"))


def graded(*arguments):
    return grade("hw.csv", "-e", "neuron.yaml", *arguments)


def kept(folder):
    """Give all files but the cache and what people said."""
    files = [path for path in (folder / "o").rglob("*") if path.is_file() and path.name not in (BOOK, DECISIONS)]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def results(folder):
    lines = (folder / "o" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return {(one["student"], one["part"]): one for one in map(json.loads, lines)}


def table(folder, name):
    return list(csv.DictReader((folder / "o" / name).read_text(encoding="utf-8-sig").splitlines()))


def changed(folder, old, new):
    path = folder / "neuron.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_is_known_is_not_graded_again(there):
    first = graded()
    assert (first["answers"], first["different"], first["graded"]) == (12, 7, 7)
    assert graded()["graded"] == 0
    assert graded("--lang", "zh")["graded"] == graded("--lang", "en")["graded"] == 0
    with (there / "hw.csv").open("a", encoding="utf-8") as file:
        file.write("7,y(1-y)*x1,0\n")
    assert graded()["graded"] == 1
    assert graded("--again")["graded"] == 8


def test_an_exercise_is_built_again_where_it_or_what_is_kept_of_it_is_another(there, monkeypatch):
    graded()
    before, count = kept(there), []

    def counted(file):
        count.append(file.id)
        return built(file)

    monkeypatch.setattr("symnn.exercises.shelf.built", counted)
    assert graded()["graded"] == 0
    assert (count, kept(there)) == ([], before)
    with closing(sqlite3.connect(there / "o" / BOOK)) as book, book:
        assert book.execute("update run set value = '{\"place\": 0}' where name like 'task %'").rowcount == 2
    graded()
    assert (count, kept(there)) == (["neuron"], before)
    changed(there, "Find $", "Please find $")
    graded()
    assert count == ["neuron", "neuron"]
    (there / "own.yaml").write_text(
        (there / "neuron.yaml").read_text(encoding="utf-8").replace("id: neuron", "id: own")
    )
    (there / "hw.csv").write_text(ROWS.replace("neuron/", "own/"), encoding="utf-8")
    assert grade("hw.csv", "-e", "own.yaml")["graded"] == 7
    assert count[2:] == ["own"]


def test_only_what_can_change_a_verdict_has_answers_graded_again(there):
    before = graded()
    changed(there, "Find $", "Please find $")
    assert graded()["graded"] == 0
    changed(there, "points: 2", "points: 3")
    assert 0 < graded()["graded"] < before["different"]


def test_the_book_may_go(there):
    graded()
    run("decide", "o", "--text", "不会", "--blank", "--by", "ta1")
    before = kept(there)
    (there / "o" / BOOK).unlink()
    again = grade("--again")
    assert (again["graded"], kept(there)) == (7, before)
    (there / "o" / BOOK).write_bytes(b"no book at all, but long enough to be one" * 100)
    assert (graded()["graded"], kept(there)) == (7, before)
    (there / "o" / BOOK).unlink()
    run("decisions", "o")
    assert kept(there) == before


def test_a_text_is_decided_wherever_it_stands_and_that_can_be_taken_back(there):
    assert graded()["open"] == 3
    before = kept(there)
    run("decide", "o", "--text", " 不会", "--blank", "--by", "ta1", "--comment", "空白")
    marks = [one["mark"] for one in results(there).values() if one["answer"] == "不会"]
    assert [(mark["by"], mark["points"], mark["decision"], mark["comment"]) for mark in marks] == [
        ("person", 0, "d1", "空白")
    ] * 3
    assert {row["open"] for row in table(there, "grades.csv")} == {"0"}
    run("decide", "o", "--undo", "d1")
    assert kept(there) == before
    run("decide", "o", "--text", "不会", "--points", "1", code=2)
    run("decide", "o", "--text", "不懂", "--blank", code=2)
    assert kept(there) == before


def test_the_narrower_scope_holds(there):
    graded()
    cluster = results(there)["3", "dy-dw1"]["cluster"]

    def points():
        marks = results(there)
        return [marks[student, "dy-dw1"]["mark"]["points"] for student in "34"]

    assert points() == [None, None]
    run("decide", "o", "--part", "neuron/dy-dw1", "--share", "1")
    assert points() == [2, 2]
    run("decide", "o", "--cluster", cluster, "--points", "1")
    assert points() == [1, 1]
    run("decide", "o", "--text", "不会", "--blank")
    assert points() == [0, 0]
    run("decide", "o", "--answer", "3", "neuron/dy-dw1", "--points", "1.5")
    assert points() == [1.5, 0]
    run("decide", "o", "--answer", "3", "neuron/dy-dw1", "--points", "0.5")
    assert points() == [0.5, 0]
    run("decide", "o", "--undo", "d3")
    assert points() == [0.5, 1]


def test_a_decision_stays_in_force_after_a_regrade_and_is_told_as_stale(there):
    graded()
    run("decide", "o", "--answer", "2", "neuron/dy-dw1", "--points", "1")
    assert table(there, "changes.csv") == []
    assert graded()["graded"] == 0
    changed(there, "answer: diff(y, w1)", "answer: x1")
    assert graded()["graded"] == 5
    one = results(there)["2", "dy-dw1"]
    assert (one["verdict"], one["points"], one["mark"]["points"], one["mark"]["stale"]) == ("correct", 2, 1, True)
    told = [row for row in table(there, "changes.csv") if row["student"] == "2"]
    assert [(row["part"], row["before"], row["after"]) for row in told] == [("neuron/dy-dw1", "1", "1")]
    (listed,) = map(json.loads, run("decisions", "o", "--stale", "--json").splitlines())
    assert (listed["id"], listed["stale"], listed["about"]) == ("d1", 1, 1)


def test_an_answer_that_falls_into_a_group_later_is_decided_too(there):
    graded()
    cluster = results(there)["2", "dy-dw1"]["cluster"]
    run("decide", "o", "--cluster", cluster, "--share", "0.5")
    with (there / "hw.csv").open("a", encoding="utf-8") as file:
        file.write("7, x1 ,0\n")
    graded()
    assert results(there)["7", "dy-dw1"]["mark"]["points"] == 1


def test_of_several_attempts_the_best_counts_also_by_a_decision(there):
    (there / "symnn.toml").write_text('attempts = "best"\n', encoding="utf-8")
    (there / "hw.csv").write_text("student,neuron/dy-dw1\n1,x1\n1,y(1-y)\n", encoding="utf-8")
    graded()
    assert table(there, "grades.csv")[0]["total"] == "0"
    run("decide", "o", "--answer", "1", "neuron/dy-dw1", "--attempt", "2", "--points", "1")
    assert table(there, "grades.csv")[0]["total"] == "1"


def test_being_late_costs_a_share_of_the_mark_and_stands_apart(there):
    (there / "symnn.toml").write_text("[late]\ndue = 2025-11-20T23:59:00\npercent = 10\n", encoding="utf-8")
    rows = "1,2025-11-20 10:00,y(1-y)x1\n2,2025-11-22 00:30,y(1-y)x1\n3,2026-01-01,y(1-y)x1\n4,,y(1-y)x1\n"
    (there / "hw.csv").write_text("student,time,neuron/dy-dw1\n" + rows, encoding="utf-8")
    graded()
    found = [(row["neuron/dy-dw1"], row["late"], row["total"]) for row in table(there, "grades.csv")]
    assert found == [("2", "0", "2"), ("2", "0.4", "1.6"), ("2", "2", "0"), ("2", "0", "2")]
    assert results(there)["2", "dy-dw1"]["late"] == {"days": 2, "off": 0.4}
    assert results(there)["2", "dy-dw1"]["mark"]["points"] == 2
    for text in ("late = 3", "[late]\ndue = 'soon'\npercent = 3", "[late]\ndue = 2025-11-20\npercent = 300"):
        (there / "symnn.toml").write_text(text, encoding="utf-8")
        run("grade", "hw.csv", "-e", "neuron.yaml", "-o", "o", code=4)


def test_a_dry_run_tells_what_would_change_and_writes_nothing(there):
    graded()
    before = {path.name: path.read_bytes() for path in (there / "o").iterdir() if path.is_file()}
    changed(there, "answer: diff(y, w1)", "answer: x1")
    said = run("grade", "--again", "--dry-run", "-o", "o", "--lang", "en")
    assert "2 neuron/dy-dw1: 0 → 2 (the exercise was changed)" in said
    assert {path.name: path.read_bytes() for path in (there / "o").iterdir() if path.is_file()} == before
    assert "changed" not in run("grade", "hw.csv", "-e", "neuron.yaml", "--dry-run", "-o", "o", "--lang", "en")


def test_a_run_is_made_again_from_wherever_one_stands(there, monkeypatch):
    graded()
    before = {name: data for name, data in kept(there).items() if not name.endswith(("results.jsonl", "manifest.json"))}
    (there / "elsewhere").mkdir()
    monkeypatch.chdir(there / "elsewhere")
    run("grade", "--again", "-o", "../o", "-q")
    assert {name: data for name, data in kept(there).items() if name in before} == before
    run("grade", "--again", "-o", "nothing", code=2)


def test_two_people_decide_and_one_merges(there):
    graded()
    for name, points in (("ta1", "1"), ("ta2", "0.5")):
        (there / "o" / DECISIONS).unlink(missing_ok=True)
        run("decide", "o", "--answer", "2", "neuron/dy-dw1", "--points", points, "--by", name)
        shutil.copy(there / "o" / DECISIONS, there / f"{name}.jsonl")
    ran = CliRunner().invoke(symnn, ["decisions", "merge", "ta1.jsonl", "ta2.jsonl", "-o", "a.jsonl", "--lang", "en"])
    assert "ta1 and ta2 decided differently" in ran.stderr
    run("decisions", "merge", "ta2.jsonl", "ta1.jsonl", "-o", "b.jsonl")
    assert (there / "a.jsonl").read_bytes() == (there / "b.jsonl").read_bytes()


def test_a_decision_laid_over_marks_alone_is_as_if_all_were_laid_over_them(there):
    graded()
    with opened_desk(there / "o") as desk:
        groups = [group.scope for group in desk.groups("all")]
        scopes = [
            *groups,
            DecisionScope(part="neuron/sum"),
            DecisionScope(answer=One("3", "neuron/sum")),
            DecisionScope(text="不会"),
            *groups,
        ]
        for number, scope in enumerate(sorted(scopes, key=lambda scope: scope.key[::-1])):
            ruling = (Ruling(blank=True), Ruling(share=0.0), Ruling())[number % 3]
            made = desk.decide(scope, ruling, "" if number % 2 else f"c{number}")
            if number % 5 == 4:
                desk.take_back(made.decision.id)
            seen = list(desk.book.rows("select student, part, attempt, decision, comment from answer"))
            with desk.book.transaction():
                overruled(desk.book, decisions_in(there / "o").decisions)
            assert list(desk.book.rows("select student, part, attempt, decision, comment from answer")) == seen
