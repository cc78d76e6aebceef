"""What a worker cannot finish costs its own answer, with the true cause; no process outlives its parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from symnn.classroom import allowance
from symnn.classroom.allowance import AnswerLimits
from symnn.classroom.grader import Grader, Lost
from symnn.classroom.grading import course
from symnn.classroom.piece_of_work import GradedPiece
from symnn.classroom.workers import graded
from symnn.exercises.library import shipped_folder

NEURON = shipped_folder() / "neuron.yaml"
QUICK = AnswerLimits(memory=256 << 20, processor_seconds=1, wall_seconds=8)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no limits of the system there")


class Faulty(Grader):
    """A grader that fails on some answers, each in another way."""

    def graded(self, piece):
        """Grade, or fail."""
        match piece.text.partition(" ")[0]:
            case "DIE":
                os._exit(3)
            case "RAISE":
                raise ZeroDivisionError
            case "MEM":
                return b"x" * (4 << 30)
            case "HANG":
                while True:
                    pass
            case "SLEEP":
                time.sleep(600)
            case "KILLED":
                os.kill(os.getpid(), signal.SIGKILL)
            case "ONCE":
                self.die_once(Path(piece.text.partition(" ")[2]))
        return super().graded(piece)

    @staticmethod
    def die_once(mark):
        """Be killed from outside, the first time."""
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)


def grader(kind=Faulty):
    plain = course([NEURON], b"k" * 32, "en")
    return kind(plain.texts, plain.key, plain.lang)


def outcomes(texts, jobs=2):
    pieces = [GradedPiece("neuron", "dy-dw1", text) for text in texts]
    by_place = dict(graded(pieces, grader(), jobs, QUICK))
    assert sorted(by_place) == list(range(len(pieces)))
    return [by_place[place] for place in range(len(pieces))]


def verdicts(results):
    return [one if isinstance(one, Lost) else msgspec.json.decode(one)["verdict"] for one in results]


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_each_failure_costs_its_own_answer_and_is_named(jobs):
    good = ["y(1-y)x1", *(f"y(1-y)x1 + {n}" for n in range(1, 40)), "y(1-y)x1*1"]
    bad = {
        "DIE": Lost("died"),
        "RAISE": Lost("raised", "ZeroDivisionError"),
        "MEM": Lost("memory"),
        "HANG": Lost("processor"),
        "SLEEP": Lost("clock"),
        "KILLED": Lost("killed"),
    }
    texts = [*good[:5], *bad, *good[5:]]
    found = dict(zip(texts, verdicts(outcomes(texts, jobs)), strict=True))
    assert {text: found[text] for text in bad} == bad
    assert Counter(found[text] for text in good) == {"correct": 2, "wrong": 39}


def test_a_worker_that_is_killed_once_changes_nothing(tmp_path):
    texts = ["y(1-y)x1", *(f"x1 + {n}" for n in range(20))]
    undisturbed = outcomes([*texts, f"ONCE {tmp_path}"])  # the mark is there: no worker is killed
    disturbed = outcomes([*texts, f"ONCE {tmp_path / 'mark'}"])
    assert (tmp_path / "mark").exists()
    assert disturbed[:-1] == undisturbed[:-1]
    assert verdicts(disturbed[-1:]) == ["unreadable"]


def test_no_process_is_left_behind():
    list(graded([GradedPiece("neuron", "dy-dw1", "x1")], grader(Grader), 2))
    assert multiprocessing.active_children() == []


def test_what_is_broken_off_leaves_no_process_behind():
    running = graded([GradedPiece("neuron", "dy-dw1", f"x1 + {n}") for n in range(100)], grader(Grader), 2)
    next(running)
    running.close()
    assert multiprocessing.active_children() == []


def test_a_grader_travels_as_text(monkeypatch):
    monkeypatch.setattr(allowance.multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    results = list(graded([GradedPiece("neuron", "dy-dw1", "y(1-y)x1")], grader(Grader), 1))
    assert verdicts([results[0][1]]) == ["correct"]


PARENT = """
import os, sys, threading, time
from pathlib import Path
from symnn.classroom.grading import course
from symnn.classroom.grader import Grader
from symnn.classroom.piece_of_work import GradedPiece
from symnn.classroom.workers import graded

class Slow(Grader):
    def graded(self, piece):
        os.write(1, b"%d\\n" % os.getpid())  # in one piece, two processes write
        end = time.time() + 60
        while piece.text == "BUSY" and time.time() < end:
            pass
        time.sleep(60)

plain = course([Path(sys.argv[1])], b"k" * 32, "en")
pieces = [GradedPiece("neuron", "dy-dw1", f"{n}" if n % 2 else "BUSY") for n in range(64)]
list(graded(pieces, Slow(plain.texts, plain.key, plain.lang), 2))
"""


def is_alive(process):
    """Tell if a process runs; one that has ended and waits to be collected does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_its_parent(sent):
    asked = [sys.executable, "-c", PARENT, str(NEURON)]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as parent:
        begun = {int(parent.stdout.readline()) for _ in range(2)}
        parent.send_signal(sent)
    end = time.monotonic() + 3
    while any(map(is_alive, begun)) and time.monotonic() < end:
        time.sleep(0.05)
    assert [process for process in begun if is_alive(process)] == []
