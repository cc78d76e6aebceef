"""Each code of a finding stands in the program once, and whatever is found can be said in both languages."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

import symnn
from symnn.messages import LANGUAGES, sentences
from symnn.verdicts.codes import KINDS

PACKAGE = Path(symnn.__file__).parent
SAID_BY_OTHERS = frozenset({"feedback", "note"})
"""An author's own words."""


def test_no_finding_is_made_from_a_code_written_on_the_spot():
    """A finding is made by its kind; only what a reader refused comes with the code of the refusal."""
    texts = {file: file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")}
    written = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}"
        for file, text in texts.items()
        if re.search(r"\b(Finding|Mistake)\s*\(", text)  # others need not be parsed
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("Finding", "Mistake")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    assert written == []


def test_each_code_is_given_to_one_kind():
    tree = ast.parse((PACKAGE / "verdicts" / "codes.py").read_text(encoding="utf-8"))
    made = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "FindingKind"
    ]
    codes = Counter(node.args[0].value for node in made if isinstance(node.args[0], ast.Constant))
    assert codes.most_common(1)[0][1] == 1
    assert codes.keys() == KINDS.keys()


@pytest.mark.parametrize("code", sorted(KINDS.keys() - SAID_BY_OTHERS))
def test_every_kind_has_its_sentence(code):
    """The sentence of the code, or sentences of the code with what sorts it."""
    sorts = KINDS[code].by
    for lang in LANGUAGES:
        own = [known for known in sentences(lang) if known == code or (sorts and known.startswith(f"{code}-"))]
        assert own


def test_every_kind_is_used():
    text = "".join(file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py"))
    assert [code for code in KINDS if f"codes.{code.upper().replace('-', '_')}" not in text] == []
