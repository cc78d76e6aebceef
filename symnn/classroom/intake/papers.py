"""What one student handed in as a document: answers under headings, in lines, in YAML, in the cells of a notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from symnn.classroom.intake.headings import Target, aimed_at, bare_title, heading
from symnn.classroom.intake.markup import holds_markup, unwrapped_html
from symnn.documents.decoding import Text
from symnn.documents.node import Fields, Node, Scalar
from symnn.documents.parsed import parse
from symnn.errors import Place, Problem

__all__ = ["SUFFIXES", "Found", "answer_of_file", "answers_in", "sections"]

SUFFIXES: Final = frozenset({".yaml", ".yml", ".md", ".markdown", ".tex", ".txt", ".html", ".htm", ".ipynb", ".json"})

Found = tuple[Target, str, int]
"""What is answered, the answer, and the line where it begins."""

_BEFORE: Final = re.compile(r"#+|\*\*|\\(?:sub)*section\*?\{|\\paragraph\*?\{|\\textbf\{|\[")
_BEHIND: Final = "#*}] :："
"""What stands around a heading in Markdown and LaTeX."""
_LONGEST_HEADING: Final = 200
_HEADING: Final = re.compile(r"#+\s|\\(?:sub)*section\*?\{")
_NUMBERED: Final = re.compile(r"^\d+\s*[.、)]\s*")
_LEADING: Final = re.compile(r"^(?P<name>[A-Za-z][\w.-]{0,63}/[\w.-]{0,63}\w)\s{0,9}[:：]\s*(?P<rest>.*)$", re.ASCII)
_ANSWERS: Final = frozenset({"answers", "responses"})
_COMMENT: Final = re.compile(r"^\s*(?:%|\\(?:documentclass|usepackage|begin\{document\}|end\{document\}))")


def answers_in(text: Text, targets: Mapping[str, Target]) -> tuple[tuple[Found, ...], tuple[Problem, ...]]:
    """Read a document by its name: YAML, a notebook, else a page with a heading for each part."""
    name = text.file.lower()
    if name.endswith((".yaml", ".yml", ".json")):
        return _fields(text, targets)
    if name.endswith(".ipynb"):
        return _notebook(text, targets)
    return tuple(sections(text.text, targets, is_tex=name.endswith(".tex"))), ()


def answer_of_file(text: Text) -> str:
    """Give the one answer that a file holds whose name says to what it is one."""
    lines = text.text.split("\n")
    if text.file.lower().endswith(".tex"):
        lines = [line for line in lines if not _COMMENT.match(line)]
    return "\n".join(lines).strip()


def sections(text: str, targets: Mapping[str, Target], *, is_tex: bool = False) -> Iterator[Found]:
    r"""Give what stands under each heading that names a part, or behind ``exercise/part:``.

    >>> targets = {"midges/Af": ("midges", "Af"), "midges/Apf": ("midges", "Apf")}
    >>> list(sections("## midges/Af\n\n0.28\n\nmidges/Apf: 0.86", targets))
    [(('midges', 'Af'), '0.28', 3), (('midges', 'Apf'), '0.86', 5)]
    """
    page = unwrapped_html(text) if holds_markup(text) else text
    target: Target | None = None
    lines: list[str] = []
    start = 1
    for number, line in enumerate([*page.split("\n"), None], 1):
        begun = _begun(line, targets) if line is not None else None
        if line is None or begun is not None or (_HEADING.match(line) and target is not None):
            if target is not None:
                skipped = next((n for n, held in enumerate(lines) if held.strip()), 0)
                yield target, "\n".join(lines).strip(), start + skipped
            target, rest = begun if begun is not None else (None, "")
            lines, start = ([rest], number) if rest else ([], number + 1)
        elif not (is_tex and _COMMENT.match(line)):
            lines.append(line)


def _begun(line: str, targets: Mapping[str, Target]) -> tuple[Target, str] | None:
    """Tell if a line begins an answer, and what of it stands there already."""
    shown = line.strip()
    if len(shown) <= _LONGEST_HEADING:
        inside = _NUMBERED.sub("", _BEFORE.sub("", shown, count=1).strip()).rstrip(_BEHIND)
        inside = bare_title(inside.lstrip("*")).lstrip("* ").replace("\\_", "_")
        if (target := aimed_at(inside, targets)) is not None:
            return target, ""
    leading = _LEADING.match(_NUMBERED.sub("", shown))
    if leading is not None and leading["name"] in targets:
        return targets[leading["name"]], leading["rest"]
    return None


def _fields(text: Text, targets: Mapping[str, Target]) -> tuple[tuple[Found, ...], tuple[Problem, ...]]:
    """Read ``exercise/part: answer``, or the parts of an exercise below its name."""
    document, problems = parse(text.text, text.file)
    found: list[Found] = []
    faults = list(problems)
    if not isinstance(document.root, Fields):
        faults += [] if faults else [Problem("answers-not-named", place=Place(text.file))]
        return (), tuple(faults)
    for key, node in _answering(document.root):
        inner = node.fields if isinstance(node, Fields) else ((Scalar("", key.place), node),)
        for part, value in inner:
            name = f"{key.text.strip()}/{part.text.strip()}" if part.text else key.text.strip()
            target = aimed_at(name, targets) or targets.get(f"{name}/")
            if target is None:
                faults.append(Problem("unknown-target", {"name": name}, place=key.place))
            elif isinstance(value, Scalar):
                found.append((target, value.text, value.place.line))
            else:
                faults.append(Problem("answer-not-text", {"name": name}, place=value.place))
    return tuple(found), tuple(faults)


def _answering(root: Fields) -> Iterator[tuple[Scalar, Node]]:
    """Give the fields that answers are in, and not those that only say whose they are."""
    for key, node in root.fields:
        role = heading(key.text, {}).role or ("answer" if key.text in _ANSWERS else "")
        if role == "answer" and isinstance(node, Fields):
            yield from node.fields
        elif not role or not isinstance(node, Scalar):
            yield key, node


def _notebook(text: Text, targets: Mapping[str, Target]) -> tuple[tuple[Found, ...], tuple[Problem, ...]]:
    """Read the cells that a tag or nbgrader names; where none is, the cells below headings that name a part."""
    try:
        cells = json.loads(text.text)["cells"]
        named = [(_named(cell, targets), _source(cell)) for cell in cells if isinstance(cell, dict)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return (), (Problem("notebook-broken", place=Place(text.file)),)
    found = [(target, source.strip(), 1) for target, source in named if target is not None]
    if found:
        return tuple(found), ()
    return tuple(_below_headings([source for _, source in named], targets)), ()


def _below_headings(cells: list[str], targets: Mapping[str, Target]) -> Iterator[Found]:
    r"""Give what stands in the cells below one that begins a part; what stands in that cell itself where none follows.

    >>> targets = {"midges/Af": ("midges", "Af")}
    >>> list(_below_headings(["### midges/Af\nCompute it.", "0.28"], targets))
    [(('midges', 'Af'), '0.28', 1)]
    """
    waiting: tuple[Target, str] | None = None
    below: list[str] = []
    for cell in [*cells, None]:
        begun = [] if cell is None else list(sections(cell, targets))
        if cell is not None and not begun:
            below += [cell.strip()] if cell.strip() else []
            continue
        if waiting is not None:
            yield waiting[0], "\n\n".join(below) or waiting[1], 1
        yield from begun[:-1]
        waiting = begun[-1][:2] if begun else None
        below = []


def _named(cell: Mapping[str, Any], targets: Mapping[str, Target]) -> Target | None:
    """Tell which part a cell answers: by its tag ``symnn:exercise/part``, or by nbgrader's id."""
    metadata = cell.get("metadata") or {}
    for tag in metadata.get("tags") or ():
        target = aimed_at(str(tag).removeprefix("symnn:"), targets)
        if target is not None:
            return target
    about = metadata.get("nbgrader") or {}
    if not about.get("solution"):
        return None
    return aimed_at(str(about.get("grade_id", "")), targets)


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
