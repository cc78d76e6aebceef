"""The output folder changes as one set: whatever stops a run, the old set stands, or the new one once anyone looks."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from symnn.classroom.book import BOOK
from symnn.classroom.grading import OUTPUTS, course, grade_class
from symnn.classroom.outputs import MANIFEST, replaced_set, settled_run
from symnn.errors import OperatorError
from symnn.exercises.library import shipped_folder

NEURON = shipped_folder() / "neuron.yaml"
HEAD = "student,exercise,part,answer\n"
OLD, CHANGED = HEAD + "1,neuron,dy-dw1,x1\n", HEAD + "1,neuron,dy-dw1,y(1-y)x1\n2,neuron,sum,0\n"
POINTS = 20

PROGRAM = """
import os, signal, sys
from pathlib import Path
from threading import Lock
from symnn.classroom.grading import course, grade_class

table, exercises, *folders = map(Path, sys.argv[1:])
left, counting = 0, Lock()

def stopped_around(name, owner):
    \"\"\"Stop before or after the call that the count comes to.\"\"\"
    function = getattr(owner, name)
    def counted(*arguments, **options):
        step()
        result = function(*arguments, **options)
        step()
        return result
    setattr(owner, name, counted)

def step():
    global left
    with counting:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

for name, owner in (("fsync", os), ("replace", Path), ("unlink", Path), ("rmdir", os)):
    stopped_around(name, owner)
for point, folder in enumerate(folders, 1):
    child = os.fork()
    if not child:
        left = point
        grade_class([table], course([exercises], b"k" * 32, "en"), folder)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
"""Grades a table into each of some folders, and is killed at another point in each."""


def grader():
    return course([NEURON], b"k" * 32, "en")


def graded(table, text, out):
    table.write_text(text, encoding="utf-8")
    return grade_class([table], grader(), out)


def contents(folder):
    """Give all files but the book, which is a cache."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(BOOK)]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def fits_its_manifest(folder):
    named = json.loads((folder / MANIFEST).read_bytes())["files"]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in named} == named


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """Grade a class, then another one into copies of the folder, each of which is killed at a point of its own."""
    within = tmp_path_factory.mktemp("killed")
    table, old, undisturbed = within / "t.csv", within / "old", within / "undisturbed"
    graded(table, OLD, old)
    shutil.copytree(old, undisturbed)
    graded(table, CHANGED, undisturbed)
    folders = [within / str(point) for point in range(1, POINTS + 1)]
    for folder in folders:
        shutil.copytree(old, folder)
    asked = [sys.executable, "-c", PROGRAM, str(table), str(NEURON), *map(str, folders)]
    ran = subprocess.run(asked, capture_output=True, text=True, check=False)
    return dict(zip(folders, ran.stdout.split(), strict=True)), table, contents(old), contents(undisturbed)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.parametrize("point", range(1, POINTS + 1))
def test_a_run_killed_at_any_point_leaves_one_set_whole(point, killed):
    ended, table, old, undisturbed = killed
    out = list(ended)[point - 1]
    assert ended[out] == str(-signal.SIGKILL), f"there are fewer points than {point}"
    settled_run(out)
    rolled = contents(out)
    rolled.pop(".symnn-lock", None)
    assert fits_its_manifest(out)
    assert rolled == old or list(rolled) == sorted(OUTPUTS)
    graded(table, CHANGED, out)
    assert contents(out) == undisturbed
    assert not [path for path in out.rglob("*") if "new" in path.name or "journal" in path.name]


def test_changes_say_which_marks_are_others_now_and_why(tmp_path):
    table, out = tmp_path / "t.csv", tmp_path / "out"
    graded(table, OLD, out)
    assert (out / "changes.csv").read_text(encoding="utf-8-sig").splitlines() == ["student,part,before,after,why"]
    graded(table, CHANGED, out)
    changed = (out / "changes.csv").read_text(encoding="utf-8-sig").splitlines()
    assert changed[1:] == [
        "1,neuron/dy-dw1,0,2,another answer",
        "2,neuron/sum,,1,an answer that was not there before",
    ]
    before = contents(out)
    graded(table, CHANGED, out)
    assert contents(out) == before, "the same again changes nothing, also not what was told of the change"
    (out / "grades.csv").write_text("spoilt", encoding="utf-8")
    graded(table, CHANGED, out)
    assert fits_its_manifest(out)


def test_what_a_set_has_no_more_is_removed_and_what_is_not_ours_stays(tmp_path):
    replaced_set(tmp_path, {"a.csv": [b"1"], "feedback/1.html": [b"x"]}, {})
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    replaced_set(tmp_path, {"a.csv": [b"2"]}, {})
    assert set(contents(tmp_path)) == {"a.csv", MANIFEST, "mine.txt"}
    assert fits_its_manifest(tmp_path)


def test_a_manifest_that_somebody_has_changed_removes_nothing_outside(tmp_path):
    out = tmp_path / "out"
    replaced_set(out, {"a.csv": [b"1"]}, {})
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    (out / MANIFEST).write_text(
        json.dumps({"files": {"../mine.txt": "", str(tmp_path / "mine.txt"): ""}}), encoding="utf-8"
    )
    replaced_set(out, {"a.csv": [b"2"]}, {})
    assert (tmp_path / "mine.txt").exists()


def test_a_full_disk_leaves_the_old_set(tmp_path, monkeypatch):
    replaced_set(tmp_path, {"a.csv": [b"old"], "b.csv": [b"old"]}, {})
    before = contents(tmp_path)
    calls = iter(range(100))
    sync = os.fsync

    def full(handle):
        if next(calls) == 1:
            raise OSError(28, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OperatorError, match="No space left"):
        replaced_set(tmp_path, {"a.csv": [b"new"], "b.csv": [b"new"]}, {})
    assert contents(tmp_path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="limits as POSIX has them")
def test_a_limit_on_the_size_of_files_leaves_the_old_set(tmp_path):
    table, out = tmp_path / "t.csv", tmp_path / "out"
    graded(table, OLD, out)
    before = contents(out)
    rows = "".join(f"{student},neuron,dy-dw1,x1 + {student}\n" for student in range(60))
    table.write_text(HEAD + rows, encoding="utf-8")
    command = f"ulimit -f 8; exec {sys.executable} -m symnn grade {table} -e {NEURON} -o {out} --jobs 1"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False, env=environment)
    assert ran.returncode == 4, ran.stderr
    assert "Traceback" not in ran.stderr
    assert contents(out) == before


def test_a_mistyped_file_wipes_nothing(tmp_path):
    table, out = tmp_path / "good.csv", tmp_path / "d"
    graded(table, CHANGED, out)
    before = contents(out)
    for name in ("nofile.csv", "good.csv nofile.csv"):
        files = [str(tmp_path / one) for one in name.split()]
        asked = [sys.executable, "-m", "symnn", "grade", *files, "-e", str(NEURON), "-o", str(out), "-f"]
        assert subprocess.run(asked, capture_output=True, check=False).returncode == 4
        assert contents(out) == before
    assert Path(out / "problems.csv").exists()
