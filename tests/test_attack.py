"""The corpus of hostile, odd and ambiguous input: every row that is an expression gets what it must.

Rows of kind ``steps``, ``echo`` and ``file`` are tested where derivations are graded, reports written, files read.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest
from work import calls_of

from symnn.language.limits import ANSWER
from symnn.questions.comparing import ComparedRow, Comparer

CORPUS = Path(__file__).parent / "tables" / "attack.jsonl"
KINDS = {"expr", "latex", "number", "matrix"}
ROWS = [row for line in CORPUS.read_text(encoding="utf-8").splitlines() if (row := json.loads(line))["kind"] in KINDS]
COMPARER = Comparer()
PYTHON_NAMES = {"lambda_*x": "lambda*x", "pi_*x": "pi*x"}
"""The corpus writes declared names that Python or SymPy keep for themselves with an underscore."""

SLOWEST = 2.0
"""Seconds that any verdict may take; typical ones take a ten-thousandth of that."""

FEW = 200
"""Calls; one for each of a million characters would be far more."""

FORBIDDEN_EVENTS = ("exec", "open", "import", "os.", "subprocess", "socket", "compile")


def text_of(row, canary):
    if "parts" in row:
        text = "".join(piece * count for piece, count in row["parts"])
    elif "gen" in row:
        assert row["gen"]["name"] == "distinct_symbols"
        text = " + ".join(f"q{place}" for place in range(row["gen"]["n"]))
    else:
        text = row["input"]
    return text.replace("{{CANARY_DIR}}", str(canary.parent)).replace("{{CANARY}}", str(canary))


def compared(row, text):
    syntax = "latex" if row["kind"] == "latex" else "auto"
    return COMPARER.row(
        ComparedRow(
            text,
            PYTHON_NAMES.get(reference := row.get("value") or row.get("ref") or "0", reference),
            names=row.get("symbols"),
            functions=row.get("functions", {}),
            domain=row.get("domain", "real"),
            syntax=syntax,
        )
    )


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_each_row_gets_what_it_must(row, tmp_path):
    canary = tmp_path / "canary"
    text = text_of(row, canary)
    started = time.process_time()
    found = compared(row, text)
    assert time.process_time() - started < SLOWEST
    assert found.problem is None or found.side == "a", "the reference must be readable"
    undefined = any(finding.code == "undefined" for finding in found.judgement.findings)
    refused = found.problem is not None or undefined
    equal = found.judgement.equal
    match row["expect"]:
        case "reject":
            assert refused
        case "value_or_reject":
            assert refused or equal is True
        case "correct":
            assert equal is True
        case "incorrect":
            assert refused or equal is False
    assert not canary.exists()
    assert json.dumps(found.to_dict("zh"))


def test_most_rows_that_have_a_meaning_are_read():
    """We read far more than the strict minimum: at least 85 % of the rows that have a meaning."""
    rows = [
        row for row in ROWS if row["expect"] in ("value_or_reject", "correct") and (row.get("value") or row.get("ref"))
    ]
    read = [row for row in rows if compared(row, text_of(row, Path("canary"))).problem is None]
    assert len(read) / len(rows) >= 0.85, sorted(row["id"] for row in rows if row not in read)


def test_reading_and_comparing_touch_nothing():
    """After a first round everything is loaded; in a second one no file, import, process or socket is touched."""
    events = []
    watching = [False]

    def watch(event, _arguments):
        if watching[0] and event.startswith(FORBIDDEN_EVENTS):
            events.append(event)

    sys.addaudithook(watch)
    for row in ROWS:
        compared(row, text_of(row, Path("canary")))
    watching[0] = True
    try:
        for row in ROWS:
            compared(row, text_of(row, Path("canary")))
    finally:
        watching[0] = False
    assert not events


@pytest.mark.parametrize(
    "text", ["(" * 1_000_000, "x" * 1_000_000, "x+" * 500_000, "９" * 1_000_000, "\\frac" * 200_000]
)
def test_a_megabyte_is_refused_at_once(text):
    assert len(text) > ANSWER.characters
    row = ComparedRow(text, "x", names=["x"])
    found = COMPARER.row(row)
    assert calls_of(lambda: COMPARER.row(row)) < FEW
    assert found.problem is not None
    assert found.problem.code == "too-large"
