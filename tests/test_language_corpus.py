"""The hostile corpus as far as reading goes: no misreading, every refusal a value, quickly, nothing executed."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest
from trees import FUNCTIONS, value
from work import calls_of

from symnn.errors import Problem
from symnn.expressions.tree import names
from symnn.language.limits import ANSWER
from symnn.language.lines import read_chain, read_lines
from symnn.language.reading import Reading, read
from symnn.language.scope import Scope
from symnn.messages import LANGUAGES, say

ROWS = [json.loads(row) for row in (Path(__file__).parent / "tables" / "attack.jsonl").read_text("utf-8").splitlines()]
EXPRESSIONS = [row for row in ROWS if row["kind"] in {"expr", "latex", "matrix", "number"}]
MEANING = [row for row in EXPRESSIONS if row["expect"] == "value_or_reject"]
MOST_CALLS, NO_HANG = 60_000, 2.0
"""What reading costs is counted in calls; seconds only say that nothing hangs inside one (a regular expression)."""

REFUSED_BY_THE_JUDGE = {"NUM-022"}  # log(-1) reads; that it is no real number is for the judge to say


def cheaply(reader):
    """Give what a reader finds; it must cost little."""
    found = []
    started = time.process_time()
    assert calls_of(lambda: found.append(reader())) < MOST_CALLS
    assert time.process_time() - started < NO_HANG
    return found[0]


def text_of(row):
    """Build the text of a row: given, in repeated pieces, or by name."""
    if "input" in row:
        return row["input"].replace("{{CANARY}}", "canary").replace("{{CANARY_DIR}}", "folder")
    if "parts" in row:
        return "".join(piece * count for piece, count in row["parts"])
    return " + ".join(f"s{place}" for place in range(row["gen"]["n"]))


def scope_of(row):
    return Scope.of(row["symbols"], dict.fromkeys(row.get("functions", ()), 1))


def read_row(row):
    return read(text_of(row), scope_of(row), syntax="latex" if row["kind"] == "latex" else "auto")


def meaning(text, row, at):
    reading = read(text.replace("lambda_", "lambda").replace("pi_", "pi"), scope_of(row))
    assert isinstance(reading, Reading), text
    return value(reading.tree, at, {**FUNCTIONS, **dict.fromkeys(row.get("functions", ()), FUNCTIONS["sigmoid"])})


def point(row, shift=0.0):
    return {name: 0.37 + shift + 0.11 * place for place, name in enumerate(scope_of(row).names)}


@pytest.mark.parametrize("row", EXPRESSIONS, ids=lambda row: row["id"])
def test_a_row_is_read_as_it_must_be(row):
    reading = cheaply(lambda: read_row(row))
    if isinstance(reading, Problem):
        assert row["expect"] != "correct", reading
        assert all(say(reading.code, reading.facts, lang) for lang in LANGUAGES)
        return
    assert row["expect"] != "reject" or row["id"] in REFUSED_BY_THE_JUDGE
    assert set(names(reading.tree)) <= set(scope_of(row).names)
    if row["expect"] in {"value_or_reject", "correct"} and len(text_of(row)) < ANSWER.characters:
        functions = {**FUNCTIONS, **dict.fromkeys(row.get("functions", ()), FUNCTIONS["sigmoid"])}
        for at in (point(row), point(row, 0.23)):
            wanted = meaning(row.get("value", row.get("ref")), row, at)
            found = value(reading.tree, at, functions) if "overflow" not in row["sub"] else wanted
            assert found == (wanted if isinstance(wanted, list) else pytest.approx(wanted, rel=1e-12))
            for wrong in row.get("not", ()):
                if not isinstance(read(wrong, scope_of(row)), Problem):
                    assert found != pytest.approx(meaning(wrong, row, at), rel=1e-9)


def test_most_rows_with_a_meaning_are_read():
    """At least 85 % of the rows that have a meaning are read, not only refused."""
    read_ones = [row["id"] for row in MEANING if isinstance(read_row(row), Reading)]
    assert len(read_ones) >= 0.85 * len(MEANING), sorted({row["id"] for row in MEANING} - set(read_ones))


@pytest.mark.parametrize("row", [row for row in ROWS if row["kind"] == "steps"], ids=lambda row: row["id"])
def test_lines_of_a_derivation_are_values_too(row):
    scope = Scope.of([*row["symbols"], "E", "a"])
    lines = read_lines(text_of(row), scope)
    assert isinstance(lines, Problem) == (row["id"] == "GAM-132")  # 300 lines are too many
    assert isinstance(lines, Problem) or all(line.sides for line in lines)


WATCHED = ("compile", "exec", "open", "import", "os.", "subprocess", "socket", "ctypes")


def test_reading_touches_nothing():
    """An audit hook over the corpus in a warm process sees no compile, exec, open, import or process."""
    for row in EXPRESSIONS:
        read_row(row)
    seen = []
    watching = [True]

    def hook(event, _arguments):
        if watching[0] and event.startswith(WATCHED):
            seen.append(event)

    sys.addaudithook(hook)
    for row in EXPRESSIONS:
        read_row(row)
        read_lines(text_of(row), scope_of(row))
        read_chain(text_of(row), scope_of(row))
    watching[0] = False
    assert seen == []


@pytest.mark.parametrize(
    "piece", ["x", "(", "x+", "1,", "\\frac{", "x_{", "|x", "x^", "'", "²", "（", "\n", "答 ", "sin ", "-"]
)
@pytest.mark.parametrize("reader", [read, read_lines, read_chain])
def test_a_megabyte_is_refused_at_once(piece, reader):
    text = piece * (1_000_000 // len(piece))
    problem = cheaply(lambda: reader(text, Scope.of(["x"])))
    assert isinstance(problem, Problem)
    assert problem.code == "too-large"


@pytest.mark.parametrize(
    "piece",
    [
        "x",
        "(",
        "x+",
        "1,",
        "\\frac{",
        "x_{",
        "|x",
        "x^",
        "x'",
        "x²",
        "（",
        "x\n",
        "sin ",
        "-",
        "[",
        "xx_",
        "w(x",
        "x/",
    ],
)
def test_the_longest_text_allowed_is_read_or_refused_quickly(piece):
    text = piece * (ANSWER.characters // len(piece))
    cheaply(lambda: read(text, Scope.of(["x", "w_{(x1)1}", "s^{(1)}_2"])))
