"""A cell's text as an answer: what means "nothing" is blank, editors' markup is taken off, damage is named."""

from __future__ import annotations

import re
from typing import Final

from symnn.classroom.intake.columns import Columns
from symnn.classroom.intake.headings import folded_title
from symnn.classroom.intake.markup import holds_markup, unwrapped_html

__all__ = ["BLANK", "answer_in", "damage_in"]

BLANK: Final = frozenset(
    {
        "-",
        "—",
        "--",
        "/",
        "\\",
        "无",
        "n/a",
        "(空)",
        "(跳过)",
        "未作答",
        "未答",
        "未填写",
        "null",
        "no answer",
        "not answered",
    }
)
"""What forms and students write where there is no answer."""

_DAMAGED: Final = re.compile(
    r"#(?:NAME\?|VALUE!|REF!|DIV/0!|N/A|NUM!|NULL!|#+)"
    r"|\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{2}"
    r"|\d{1,2}月\d{1,2}日|\d{4}[-/]\d{1,2}[-/]\d{1,2}(?: 00:00(?::00)?)?|TRUE|FALSE"
)
"""What a spreadsheet makes of 3-28, =x, 1/2 and true: nobody can tell any more what was written."""

_STACK: Final = re.compile(
    r"(?:Seed: -?\d+; )?ans1: (?P<answer>(?:(?!; ans\d+: ).)*?) \[(?:score|valid|invalid)\](?:; (?!ans\d).*)?",
    re.DOTALL,
)
"""How STACK sums up a question with one input: the seed, the input, what its trees say."""

_ONE_LINE: Final = frozenset({"formula", "number", "choice"})
"""Kinds of parts whose answers are one thing: where an editor broke the line there is a blank."""


def answer_in(raw: str, kind: str, columns: Columns) -> str:
    r"""Give the answer that stands in a cell, empty if there is none.

    >>> answer_in("<p>2(y-z)<br>f1</p>", "formula", Columns()), answer_in("N/A", "formula", Columns())
    ('2(y-z) f1', '')
    """
    summary = _STACK.fullmatch(raw.strip())
    text = summary["answer"] if summary else raw
    if columns.html or (columns.html is None and holds_markup(text)):
        text = unwrapped_html(text)
    word = folded_title(text).lower()
    if word in BLANK or word in {folded_title(mark).lower() for mark in columns.blank}:
        return ""
    if kind in _ONE_LINE and "\n" in text:
        return " ".join(text.split("\n")).strip()
    return text


def damage_in(text: str) -> str:
    """Give what a spreadsheet has put in the place of an answer; empty if it has not.

    >>> damage_in("28-Mar"), damage_in(" #NAME? "), damage_in("0.28")
    ('28-Mar', '#NAME?', '')
    """
    return text.strip() if _DAMAGED.fullmatch(text.strip()) else ""
