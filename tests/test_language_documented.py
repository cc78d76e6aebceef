"""The tables of ``docs/language.md`` are true: what stands on the left is read as what stands on the right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import scopes

from symnn.errors import Problem
from symnn.expressions.tree import bare
from symnn.language.reading import Reading, read

PAGE = Path(__file__).parent.parent / "docs" / "language.md"
NAMES = re.compile(r"<!-- names: (\w+) -->")
CELL = re.compile(r"(?<!\\)\|")
CODE = re.compile(r"`([^`]+)`")


def rows(head):
    """List the rows of the tables with a head: the names in scope, the texts on the left, the right cell."""
    names, inside, found = "", False, []
    for line in PAGE.read_text("utf-8").splitlines():
        scope = NAMES.match(line)
        names = scope[1] if scope else names
        inside = line.startswith(head) or (inside and line.startswith("|"))
        if inside and not line.startswith((head, "| ---")):
            left, right = (cell.replace(r"\|", "|") for cell in CELL.split(line)[1:3])
            found.append((names, CODE.findall(left), right))
    return found


SAME = [
    (names, text, CODE.search(right)[1])
    for names, texts, right in rows("| you write")
    if right[1] == "`"
    for text in texts
]
READ = [(names, text) for names, texts, _ in rows("| you write") for text in texts]
REFUSED = [(names, text) for names, texts, _ in rows("| not read") for text in texts]


def test_the_tables_are_found():
    assert len(SAME) > 150
    assert len(REFUSED) > 30


@pytest.mark.parametrize(("names", "text", "meaning"), SAME)
def test_a_notation_is_read_as_the_page_says(names, text, meaning):
    reading, meant = (read(one, getattr(scopes, names)) for one in (text, meaning))
    assert isinstance(reading, Reading), reading
    assert bare(reading.tree) == bare(meant.tree)


@pytest.mark.parametrize(("names", "text"), READ)
def test_a_notation_is_read(names, text):
    assert isinstance(read(text, getattr(scopes, names)), Reading)


@pytest.mark.parametrize(("names", "text"), REFUSED)
def test_what_the_page_says_is_not_read_is_refused(names, text):
    assert isinstance(read(text, getattr(scopes, names)), Problem)
