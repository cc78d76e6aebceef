"""Pieces that are graded by a dask scheduler: the same bytes, and what fails costs its own answer."""

from __future__ import annotations

import os

import pytest

from symnn.classroom.book import BOOK
from symnn.classroom.grader import Grader, Lost
from symnn.classroom.grading import Settings, course, grade_class
from symnn.classroom.machines import submitted
from symnn.classroom.piece_of_work import GradedPiece
from symnn.errors import OperatorError
from symnn.exercises.library import shipped_folder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),
]  # of the package, about ports and its own clean-up

NEURON = shipped_folder() / "neuron.yaml"
ROWS = "student,exercise,part,answer\n" + "".join(f"{n},neuron,dy-dw1,y(1-y)x1 + {n % 30}\n" for n in range(60))


class Fatal(Grader):
    """A grader whose worker ends on one answer."""

    def graded(self, piece):
        """Grade, or end."""
        if piece.text == "DIE":
            os._exit(3)
        return super().graded(piece)


@pytest.fixture(scope="module", autouse=True)
def distributed():
    return pytest.importorskip("distributed", reason="the extra cluster is not installed")


@pytest.fixture(scope="module")
def scheduler(distributed):
    import dask

    settings = {"n_workers": 1, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    once = dask.config.set({"distributed.scheduler.allowed-failures": 0})  # every death is a process to be started
    with once, distributed.LocalCluster(**settings) as cluster:
        yield cluster.scheduler_address


def grader(kind=Grader):
    plain = course([NEURON], b"k" * 32, "en")
    return kind(plain.texts, plain.key, plain.lang)


def test_a_cluster_gives_the_same_bytes(scheduler, tmp_path):
    (tmp_path / "t.csv").write_text(ROWS, encoding="utf-8")
    found = []
    for name, passing in (("here", None), ("there", submitted(scheduler, grader()))):
        done = grade_class([tmp_path / "t.csv"], grader(), tmp_path / name, Settings(passing=passing))
        assert (done.graded, done.lost) == (30, ())
        files = [path for path in (tmp_path / name).rglob("*") if path.is_file() and not path.name.startswith(BOOK)]
        found.append({str(path.relative_to(tmp_path / name)): path.read_bytes() for path in files})
    assert found[0] == found[1]


def test_a_scheduler_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr("symnn.classroom.machines.CONNECTING", 1)
    with pytest.raises(OperatorError, match=r"127\.0\.0\.1:9"):
        list(submitted("tcp://127.0.0.1:9", grader())(iter([GradedPiece("neuron", "dy-dw1", "x1")])))


def test_an_answer_that_ends_its_worker_costs_itself_alone(scheduler):
    texts = ["x1", "DIE", "y(1-y)x1"]
    pieces = (GradedPiece("neuron", "dy-dw1", text) for text in texts)
    found = dict(submitted(scheduler, grader(Fatal))(pieces))
    assert [isinstance(found[number], Lost) for number in range(3)] == [False, True, False]
