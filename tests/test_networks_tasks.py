"""Tasks of other courses, as their lecturers type them: they load, what a course prints is right, what is said is true.

The table is `tests/tables/course_tasks.txt`: d2l, CS231n, CS224n, CS182, Nielsen, nndl, micrograd, makemore, Bishop,
Goodfellow, the matrix cookbook, Ng, CS229, CMU 10-414 and 11-785, GPT, GAN, DPO and exams, written down before the
reader was looked at.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from claims import World, is_true

import symnn
from symnn.api.networks import Network
from symnn.expressions.tree import names
from symnn.language.limits import AUTHOR
from symnn.language.reading import read
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.networks.graph import Graph

TABLE = Path(__file__).parent / "tables" / "course_tasks.txt"
HEAD = "symnn: 1\nnetwork: net\ntitle: {zh: 网络, en: net}\n"
PLAIN = (
    "micrograd-readme",
    "cs231n-svm",
    "goodfellow-rnn",
    "fm",
    "vae-logvar",
    "torch-modules",
    "dqn-target",
    "causal",
    "gan-minimax",
    "triplet-family",
    "nielsen-softmax",
    "ng-rnn-cell",
)
"""One of each kind of writing that was refused once, for the plain suite; the slow one goes through a part of all."""


class Row(NamedTuple):
    """One formula beside what was asked: right or wrong, and a remark."""

    is_right: bool
    asked: str
    answer: str
    remark: str


class Task(NamedTuple):
    """A network's text and what is asked of it."""

    text: str
    rows: tuple[Row, ...]


def _tasks() -> dict[str, Task]:
    found = {}
    for block in re.split(r"^#### ", TABLE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, *lines = block.splitlines()
        cells = [(line[0], *map(str.strip, line[2:].split("::"))) for line in lines if line.startswith(("+ ", "- "))]
        rows = tuple(Row(sign == "+", asked, answer, *(rest or [""])) for sign, asked, answer, *rest in cells)
        text = "\n".join(line for line in lines if not line.startswith(("+ ", "- "))) + "\n"
        found[name] = Task(text, rows)
    return found


TASKS = _tasks()


@lru_cache
def network(name: str) -> Network:
    return symnn.network(HEAD + TASKS[name].text)


@lru_cache
def part(folder: Path, name: str, asked: str, given: tuple[str, ...]):
    (folder / "net.yaml").write_text(HEAD + TASKS[name].text, encoding="utf-8")
    for kind in ("formula", "matrix"):
        lines = (
            "symnn: 1\nid: q\ntitle: {zh: 题, en: q}\nuse: ./net.yaml\nprompt: {zh: 题, en: q}\nparts:",
            f"  - id: a\n    kind: {kind}\n    points: 1\n    ask: {{zh: 求, en: find}}",
            f"    answer: '{_quoted(asked)}'",
            "    given: [" + ", ".join(f"'{_quoted(one)}'" for one in given) + "]" if given else "",
        )
        (folder / "q.yaml").write_text("\n".join(filter(None, lines)) + "\n", encoding="utf-8")
        try:
            return symnn.exercise(str(folder / "q.yaml")).part("a")
        except symnn.errors.SymnnError:
            if kind == "matrix":
                raise
    return None


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def graded(folder: Path, name: str, row: Row):
    given = tuple(sorted(set(re.findall(r"diff\([^()]*\)", row.answer)))) if row.remark == "given" else ()
    return part(folder, name, row.asked, given).grade(row.answer)


def judged_right(folder: Path, name: str) -> list[str]:
    """List what the course prints and is not right; with roots a person may have to look (DESIGN 6)."""
    wrong = []
    for row in (row for row in TASKS[name].rows if row.is_right):
        verdict = graded(folder, name, row)
        is_left = verdict.verdict == "undecided" and "sqrt" in TASKS[name].text
        if verdict.verdict != "correct" and not is_left:
            wrong.append(row.answer)
    return wrong


@pytest.mark.parametrize("name", TASKS)
def test_the_network_loads_as_it_is_typed(name):
    assert network(name).model.graph.equations


@pytest.mark.parametrize("name", PLAIN)
def test_what_the_course_prints_is_right(tmp_path, name):
    assert judged_right(tmp_path, name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in TASKS if name not in PLAIN][::4])
def test_whatever_the_courses_print_is_right(tmp_path, name):
    assert judged_right(tmp_path, name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", tuple(TASKS)[::8])
def test_students_mistakes_are_wrong_and_nothing_untrue_is_said(tmp_path, name):
    for row in TASKS[name].rows:
        if row.is_right:
            continue
        verdict = graded(tmp_path, name, row)
        assert verdict.verdict in {"wrong", "partial"}, row
        if verdict.findings and verdict.findings[0].code not in {"shape", "entries", "unexplained"}:
            assert _is_true_or_unseen(network(name).model.graph, row), (row, verdict.findings)


def _is_true_or_unseen(graph: Graph, row: Row) -> bool:
    r"""Say whether what is said is true; of entries, and where a key has no value in it, the judge sees nothing.

    Nor does it know that ``\cdot`` multiplies two vectors to a number, or that single numbers add up to 1.
    """
    if "\\cdot" in row.answer or not graph.families.keys().isdisjoint(graph.domains):
        return True
    key, answer = (read(text, graph.scope, limits=AUTHOR).tree for text in (row.asked, row.answer))
    findings = diagnosis_of(graph, key).explain(answer)
    others = {str(finding.facts.get("quantity", names(key)[0])) for finding in findings}
    if not graph.quantities.keys() >= others.union(names(key)):
        return True
    world = World(graph, key)
    return world.truth is None or is_true(world, answer, findings)


@pytest.mark.slow
@pytest.mark.parametrize("name", tuple(TASKS)[::4])
def test_gradients_are_those_of_central_differences(name):
    net = network(name)
    rng = np.random.default_rng(5)
    point = {
        one: np.array(net.values[one], float) if one in net.values else rng.uniform(0.2, 1.2, net.shapes.get(one, ()))
        for one in (*net.inputs, *net.targets, *net.parameters)
    }
    step = net.compile()
    values, gradients = step(point)
    of = [one for one, value in values.items() if np.shape(value) == () and one in net.model.graph.definitions][-1]
    for one in net.parameters:
        for place in np.ndindex(point[one].shape):
            there = []
            for side in (1e-5, -1e-5):
                moved = point[one].copy()
                moved[place] += side
                there.append(step({**point, one: moved})[0][of])
            assert np.isclose((there[0] - there[1]) / 2e-5, np.asarray(gradients[one])[place], atol=1e-5, rtol=1e-5)
