"""What students type, paste and export: from editors, input methods, word processors, web pages.

``tables/typed.jsonl`` has one text a row, with the names it is about (`scopes`), and either the tree that it
means as plain text (and how many notes say so), or the code of its refusal. Each row was reviewed one by one.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import scopes

from symnn.errors import Problem
from symnn.expressions.tree import bare
from symnn.expressions.writing import plain
from symnn.language.reading import Reading, read
from symnn.messages import LANGUAGES, say

TABLE = Path(__file__).parent / "tables" / "typed.jsonl"
ROWS = [json.loads(line) for line in TABLE.read_text("utf-8").splitlines()]
READ = [row for row in ROWS if "read" in row]
REFUSED = [row for row in ROWS if "refused" in row]


def named(row):
    return row["text"].encode("unicode_escape").decode()[:60]


@pytest.mark.parametrize("row", READ, ids=named)
def test_it_is_read_as_what_was_meant(row):
    scope = getattr(scopes, row["scope"])
    reading = read(row["text"], scope)
    assert isinstance(reading, Reading), reading
    assert plain(reading.tree) == row["read"]
    assert len(reading.notes) == row.get("notes", 0)
    assert bare(read(row["read"], scope).tree) == bare(reading.tree)


@pytest.mark.parametrize("row", REFUSED, ids=named)
def test_it_is_refused_with_a_place_and_a_sentence(row):
    problem = read(row["text"], getattr(scopes, row["scope"]))
    assert isinstance(problem, Problem), problem
    assert problem.code == row["refused"]
    assert 0 <= problem.span.start <= problem.span.end <= len(row["text"])
    assert all(say(problem.code, problem.facts, lang) for lang in LANGUAGES)
