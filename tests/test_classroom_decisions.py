"""A person's decisions: only ever added to, never lost once acknowledged, merged to the same in any order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from symnn.classroom.decisions import (
    DECISIONS,
    Decision,
    DecisionScope,
    One,
    Ruling,
    appended_to,
    conflicts,
    decisions_in,
    merged_decisions,
    standing_decisions,
    written_decisions,
)

ANSWER = DecisionScope(answer=One("007", "neuron/sum"))
SCOPES = (ANSWER, DecisionScope(text=" 不  会"), DecisionScope(cluster="c1"), DecisionScope(part="neuron/sum"))


def test_of_equal_scopes_the_last_holds_and_what_is_taken_back_does_not():
    first, second = Decision("d1", ANSWER, Ruling(points=1)), Decision("d2", ANSWER, Ruling(points=2))
    undo, again = Decision("d3", undo="d2"), Decision("d4", undo="d3")
    key = ("answer", "neuron/sum#1#007")
    assert standing_decisions((first, second)) == {key: second}
    assert standing_decisions((first, second, undo)) == {key: first}
    assert standing_decisions((first, second, undo, again)) == {key: second}
    assert set(standing_decisions([Decision(f"d{n}", scope) for n, scope in enumerate(SCOPES)])) == {
        key,
        ("text", "不 会"),
        ("cluster", "c1"),
        ("part", "neuron/sum"),
    }


def test_lines_are_as_published_and_read_back(tmp_path):
    one = appended_to(
        tmp_path, Decision("", DecisionScope(cluster="c4f1"), Ruling(share=0.5), "漏了一项", "ta1", "2025-11-20T12:00Z")
    )
    line = json.loads((tmp_path / DECISIONS).read_bytes())
    assert line == {
        "v": 1,
        "id": "d1",
        "scope": {"cluster": "c4f1"},
        "set": {"share": 0.5},
        "comment": "漏了一项",
        "by": "ta1",
        "at": "2025-11-20T12:00Z",
    }
    assert decisions_in(tmp_path).decisions == (one,)


def test_a_torn_line_is_told_and_the_next_begins_on_its_own(tmp_path):
    first = appended_to(tmp_path, Decision("", ANSWER, Ruling(points=1)))
    path = tmp_path / DECISIONS
    path.write_bytes(path.read_bytes() + b'{"v":1,"id":"d2","scope":{"clus')
    read = decisions_in(tmp_path)
    assert read.decisions == (first,)
    assert [(problem.code, problem.place.line) for problem in read.problems] == [("decision-torn", 2)]
    second = appended_to(tmp_path, Decision("", ANSWER, Ruling(points=2)))
    assert decisions_in(tmp_path).decisions == (first, second)


PROGRAM = """
import sys
from pathlib import Path
from symnn.classroom.decisions import Decision, DecisionScope, Ruling, appended_to
for number in range(100):
    one = appended_to(Path(sys.argv[1]), Decision("", DecisionScope(cluster=f"c{number}"), Ruling(points=number)))
    print(one.id, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.parametrize("after", [1, 7, 40, 99])
def test_a_kill_loses_none_that_was_acknowledged(after, tmp_path):
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True) as running:
        for _ in range(after):
            running.stdout.readline()
        os.kill(running.pid, signal.SIGKILL)
        rest = running.stdout.read().split()
    kept = [one.id for one in decisions_in(tmp_path).decisions]
    assert kept[: after + len(rest)] == [f"d{number}" for number in range(1, after + len(rest) + 1)]


def files():
    common = Decision("d1", SCOPES[2], Ruling(share=1), by="ta1", at="1")
    mine = (common, Decision("d2", SCOPES[1], Ruling(blank=True), by="ta1", at="2"), Decision("d3", undo="d1", at="4"))
    theirs = (common, Decision("d2", SCOPES[1], Ruling(), "ask me", "ta2", "3"))
    return mine, theirs


def test_two_files_merge_to_the_same_in_either_order():
    mine, theirs = files()
    together = merged_decisions(mine, theirs)
    assert (
        written_decisions(together)
        == written_decisions(merged_decisions(theirs, mine))
        == written_decisions(merged_decisions(together, mine, theirs))
    )
    assert [one.id for one in together] == ["d1", "d2", "d3", "d4"]
    assert together[3].undo == "d1"
    assert set(standing_decisions(together)) == {("text", "不 会")}
    (conflict,) = conflicts(together)
    assert (conflict.first.by, conflict.second.by) == ("ta1", "ta2")
    assert conflicts(mine) == ()
