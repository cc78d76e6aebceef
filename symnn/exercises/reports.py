"""Problems of files as reports: for people, for programs, for GitHub's and for JUnit's readers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from symnn.errors import Problem
from symnn.messages import Language, line, say
from symnn.notation.terminal import escaped

__all__ = ["FORMATS", "Checked", "check_report"]

Checked = Mapping[str, Sequence[Problem]]
"""The problems of each file that was checked, by its name."""

NOTHING: Checked = MappingProxyType({})


def check_report(checked: Checked, form: str, lang: Language, notes: Checked = NOTHING) -> str:
    """Write a report in one of the `FORMATS`; notes are no problems and stand where people read them."""
    found = FORMATS[form](checked, lang)
    if form != "text":
        return found
    return "".join(f"{escaped(line(note, lang))}\n" for several in notes.values() for note in several) + found


def _text(checked: Checked, lang: Language) -> str:
    lines = [escaped(line(problem, lang)) for problems in checked.values() for problem in problems]
    good = sum(not problems for problems in checked.values())
    facts = {"files": len(checked), "good": good, "problems": len(lines)}
    return "\n".join([*lines, say("checked", facts, lang)]) + "\n"


def _json(checked: Checked, lang: Language) -> str:
    rows = [
        {
            "file": file,
            "problems": [
                {
                    "code": problem.code,
                    "line": problem.place.line if problem.place else 1,
                    "column": problem.place.column if problem.place else 1,
                    "field": problem.place.field if problem.place else "",
                    "message": say(problem.code, problem.facts, lang),
                }
                for problem in problems
            ],
        }
        for file, problems in checked.items()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _github(checked: Checked, lang: Language) -> str:
    lines = []
    for file, problems in checked.items():
        for problem in problems:
            where = problem.place
            place = f"line={where.line},col={where.column}" if where else "line=1,col=1"
            message = _github_text(line(Problem(problem.code, problem.facts), lang))
            lines.append(f"::error file={_github_text(file, ':,')},{place}::{message}")
    return "".join(f"{text}\n" for text in lines)


def _github_text(text: str, more: str = "") -> str:
    """Escape as GitHub's workflow commands want it."""
    for letter in "%\r\n" + more:
        text = text.replace(letter, f"%{ord(letter):02X}")
    return text


def _junit(checked: Checked, lang: Language) -> str:
    failed = sum(bool(problems) for problems in checked.values())
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<testsuite name="symnn check" tests="{len(checked)}" failures="{failed}">')
    for file, problems in checked.items():
        lines.append(f"  <testcase classname={quoteattr('symnn check')} name={quoteattr(escaped(file))}>")
        if problems:
            text = escape("\n".join(escaped(line(problem, lang)) for problem in problems))
            lines.append(f'    <failure message="{len(problems)}">{text}</failure>')
        lines.append("  </testcase>")
    return "\n".join([*lines, "</testsuite>"]) + "\n"


FORMATS: Final[Mapping[str, Callable[[Checked, Language], str]]] = MappingProxyType(
    {"text": _text, "json": _json, "github": _github, "junit": _junit}
)
"""The formats of a report."""
