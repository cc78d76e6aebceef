"""What the program does today, in five tables: a difference is no error, but it must be meant and named.

``pytest tests/test_snapshot.py --snapshot-update`` writes the tables anew; the commit that changes a line says why.
The tables are short on purpose (a page is one line with its digest): goldens elsewhere hold whole pages.
"""

from __future__ import annotations

import csv
import inspect
import json
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

import symnn
from symnn.cli import symnn as command
from symnn.networks.catalogue import CATALOGUE

ROOT = Path(__file__).parent.parent
TABLES = Path(__file__).parent / "tables"
FORMATS = ("text", "latex", "markdown", "html", "typst", "json", "python")
TRIED = ("", "不会", "1", "-1", "x", "0.5", "[1, 2]", "E -> y", "2(y-z)", "f(", "10^40", "w1 + w2")
"""Answers given to every part, whatever it asks: most are wrong, several cannot be read."""


def line(*cells):
    """Write one row of a table; line breaks and tabs inside a cell are shown."""
    return "\t".join(str(cell).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t") for cell in cells)


def findings(verdict):
    """Name the findings with their places: the sentence may be worded better without a difference here."""
    return " ".join(
        finding.code + (f"@{finding.span.start}-{finding.span.end}" if finding.span else "")
        for finding in verdict.findings
    )


def graded(target, answer):
    """Grade one answer and put all that matters of its verdict into a row."""
    exercise, part = target.split("/", 1)
    verdict = symnn.exercise(exercise).part(part).grade(answer)
    return line(target, answer, verdict.verdict, verdict.points, verdict.method, findings(verdict))


def class_answers():
    """Give each distinct answer of the shipped class with the part it answers."""
    with (ROOT / "exercises" / "class" / "submissions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return dict.fromkeys((target, row[target]) for row in rows for target in row if "/" in target)


def test_verdicts_of_the_shipped_class(golden):
    rows = [graded(target, answer) for target, answer in class_answers()]
    golden("snapshot-class.tsv", "\n".join(rows) + "\n")


@pytest.mark.parametrize("name", sorted(file.stem for file in (ROOT / "exercises").glob("*.yaml")))
def test_verdicts_of_every_part(name, golden):
    exercise = symnn.exercise(name)
    rows = [graded(f"{name}/{part}", answer) for part in exercise.by_id for answer in TRIED]
    golden(f"snapshot-parts-{name}.tsv", "\n".join(rows) + "\n")


def test_comparisons(golden):
    """Every row of the two tables of odd and of typed input that gives two expressions, through the stream."""
    rows = [json.loads(text) for text in (TABLES / "attack.jsonl").read_text(encoding="utf-8").splitlines()]
    asked = [
        {"id": row["id"], "a": row["input"], "b": row.get("ref") or row.get("value") or "1"}
        | ({"names": row["symbols"]} if "symbols" in row else {})
        for row in rows
        if row["kind"] in ("expr", "latex", "matrix", "number") and isinstance(row.get("input"), str)
        if row["input"].isprintable()
    ]
    text = "".join(json.dumps(one | {"b": str(one["b"])}, ensure_ascii=False) + "\n" for one in asked)
    ran = CliRunner().invoke(command, ["compare", "--jsonl", "-"], input=text)
    assert ran.exit_code == 0, ran.output
    found = [json.loads(answer) for answer in ran.stdout.splitlines()]
    assert len(found) == len(asked)
    table = [
        line(
            one["id"],
            one["equal"],
            one["method"],
            (one.get("problem") or {}).get("code", ""),
            (one.get("problem") or {}).get("span", ""),
        )
        for one in found
    ]
    golden("snapshot-compare.tsv", "\n".join(table) + "\n")


@pytest.mark.parametrize("name", CATALOGUE)
def test_pages(name, golden):
    """One line a page: how many lines it has, and the digest of its text."""
    rows = []
    for lang in ("zh", "en"):
        for form in FORMATS:
            ran = CliRunner().invoke(command, ["--lang", lang, "derive", name, "--to", form])
            page = ran.stdout
            rows.append(line(lang, form, ran.exit_code, page.count("\n"), sha256(page.encode()).hexdigest()[:16]))
    golden(f"snapshot-pages-{name}.tsv", "\n".join(rows) + "\n")


def public(owner):
    """List what a public object offers, with the arguments it takes; what its own base classes give, too."""
    bases = [base for base in owner.__mro__ if base.__module__.startswith("symnn")] if inspect.isclass(owner) else []
    for name in sorted({name for base in bases for name in vars(base)} if bases else owner.__all__):
        if name.startswith("_"):
            continue
        member = getattr(owner, name)
        known = inspect.isfunction(member) or inspect.isclass(member)
        yield f"{name}({', '.join(inspect.signature(member).parameters)})" if known else name


def test_public_names(golden):
    owners = (symnn.Network, symnn.Derivation, symnn.Exercise, symnn.Part, symnn.Verdict, symnn.Finding)
    rows = [line("symnn", *public(symnn)), line("symnn.networks", *public(symnn.networks))]
    rows += [line(owner.__name__, *public(owner)) for owner in owners]
    golden("snapshot-names.tsv", "\n".join(rows) + "\n")
