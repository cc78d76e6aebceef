"""Answers that name what they use: ``δ = 2(y - z)y(1 - y); ∂E/∂w1 = δ x1``, or ``δ x1, where δ = …``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from symnn.errors import Problem
from symnn.expressions.tree import Derivative, Name, Tree, bare, children, walk, with_parts
from symnn.language.limits import ANSWER
from symnn.language.lines import DerivationLine, read_lines
from symnn.language.reading import Reading
from symnn.language.signs import FUNCTION
from symnn.language.stretches import INTRODUCED

if TYPE_CHECKING:
    from symnn.language.scope import Scope
    from symnn.questions.question import Question

__all__ = ["defined_after", "defined_before"]

_PAIR: Final = 2
_INTRODUCED: Final = re.compile(rf"({INTRODUCED})\s*:?=(?!=)")
_AFTER: Final = re.compile(
    r"[,;，；]?\s*(?P<bracket>\()?\s*(?<![A-Za-z])(?:where|with|其中)(?![A-Za-z])"
    rf"|[,;，；\n](?=\s*\$?{INTRODUCED}\s*:?=)"
)
"""Where definitions begin: at a word for it, or at the first ``name =`` behind a comma."""


def defined_after(part: Question, text: str) -> Reading | None:
    """Read an answer that says at its end what new names in it stand for, these put in; None where it is no such one.

    What is introduced must be new: a line about a quantity of the network is a claim, and no definition.
    """
    found = _AFTER.search(text) if len(text) <= ANSWER.characters else None
    if found is None:
        return None
    after = text[found.end() :].rstrip(" .。")
    after = after.removesuffix(")") if found["bracket"] else after
    scope = _scope(part, text)
    lines = read_lines(" " * found.end() + after, scope)
    values = None if isinstance(lines, Problem) else _defined(part, lines)
    if not values:
        return None
    introduced = [left.name for left in values if isinstance(left, Name)]
    answer = read_lines(text[: found.start()], scope.also(introduced))
    return None if isinstance(answer, Problem) or len(answer) > 1 else _answered(part, text, answer[0], values)


def defined_before(part: Question, text: str) -> Reading | None:
    """Read an answer whose last line uses what the lines before it introduce; None where it is no such one."""
    lines = read_lines(text, _scope(part, text)) if len(text) <= ANSWER.characters else ()
    if isinstance(lines, Problem) or len(lines) < _PAIR:
        return None
    values = _defined(part, lines[:-1])
    return _answered(part, text, lines[-1], values) if values else None


def _scope(part: Question, text: str) -> Scope:
    """Give the names of a part, and those that a text introduces though a function is called so."""
    words = {found[1] for found in _INTRODUCED.finditer(text)}
    known = ((word, part.scope.table.get(word)) for word in words)
    functions = [word for word, entry in known if entry is not None and entry[0] == FUNCTION]
    hidden = [word for word in functions if re.search(rf"{re.escape(word)}\s*[(']", text) is None]
    return part.scope.hiding(hidden) if hidden else part.scope


def _answered(part: Question, text: str, line: DerivationLine, values: Mapping[Tree, Tree]) -> Reading | None:
    """Take the last side of a line that is about what was asked, or about nothing; it must use what was defined.

    ``a = 3, b = 4`` are two answers.
    """
    if not any(isinstance(node, Name | Derivative) and bare(node) in values for node in walk(line.sides[-1])):
        return None
    left = line.sides[0] if len(line.sides) > 1 else None
    if line.continues or (isinstance(left, Derivative) and bare(left) not in part.content.asked):
        return None
    return Reading(_put_in(line.sides[-1], values), text, line.notes)


def _defined(part: Question, lines: tuple[DerivationLine, ...]) -> dict[Tree, Tree] | None:
    """Give what each line says that a new name, or a derivative, stands for; None where a line says something else."""
    values: dict[Tree, Tree] = {}
    for line in lines:
        left = bare(line.sides[0])
        is_new = isinstance(left, Derivative) or (isinstance(left, Name) and left.name not in part.scope.shapes)
        if line.continues or len(line.sides) != _PAIR or not is_new or left in values:
            return None
        values[left] = _put_in(line.sides[1], values)
    return values


def _put_in(tree: Tree, values: Mapping[Tree, Tree]) -> Tree:
    """Put what was defined in the place of its name; every node stays where the student wrote it."""
    if isinstance(tree, Name | Derivative):
        return values.get(bare(tree), tree)
    return with_parts(tree, tuple(_put_in(one, values) for one in children(tree)))
