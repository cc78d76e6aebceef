r"""A text that is nothing but one number, or a table of numbers, as people write them outside formulas.

``1 000``, ``12\,345.6``, ``1 1/2`` and ``2.8E-01`` (where E is a loss, too) are one number where nothing else stands
beside them; inside a formula they would be two numbers without an operator, and are refused there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symnn.errors import Problem, Span
from symnn.expressions.tree import Matrix, Negative, Number, Quotient, Sum, Tree
from symnn.expressions.writing import plain
from symnn.language.characters import mend
from symnn.language.numerals import exact_number

if TYPE_CHECKING:
    from symnn.language.limits import Limits

__all__ = ["lone"]

_LONGEST = 80
_GROUPED = re.compile(r"(-?)([1-9][0-9]{0,2}(?:(?:[ ~]|\\[,; ]|\{,\})[0-9]{3})+(?:\.[0-9]+)?)\.?")
_COMMAS = re.compile(r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_WHOLE = r"(?:0|[1-9][0-9]{0,8})"
_MIXED = re.compile(rf"(-?)({_WHOLE}) +({_WHOLE}) ?/ ?({_WHOLE})")
_SCIENTIFIC = re.compile(rf"(-?)({_WHOLE}(?:\.[0-9]{{1,30}})?[eE][+-]0[0-9]{{1,2}})")
_NOT_DIGITS = re.compile(r"[^0-9.]")
_CELL = re.compile(r"-?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,30})?")

Found = tuple[Tree, Problem]


def lone(text: str, limits: Limits) -> Found | Problem | None:
    """Read a lone number or table that the grammar has refused: with a note how, or a better refusal, or None.

    >>> from symnn.language.limits import ANSWER
    >>> tree, note = lone("1 000", ANSWER)
    >>> note.code, note.facts["read"]
    ('chosen', '1000')
    >>> lone("x", ANSWER)
    """
    if "\n" in text:
        return _table(text, limits)
    if len(text) > _LONGEST:
        return None
    mended = mend(text)
    if isinstance(mended, Problem):
        return None
    inner, span = mended.text.strip().strip("$").strip(), Span(0, len(text))
    grouped, mixed, scientific = (form.fullmatch(inner) for form in (_GROUPED, _MIXED, _SCIENTIFIC))
    if _COMMAS.fullmatch(inner):
        return Problem("decimal-comma", {"found": inner, "nearest": inner.replace(",", "")}, span)
    tree: Tree | None = None
    if grouped is not None:
        tree = _signed(grouped[1], exact_number(_NOT_DIGITS.sub("", grouped[2]), span))
    elif scientific is not None and abs(int(re.split("[eE]", scientific[2])[1])) <= limits.exponent:
        tree = _signed(scientific[1], exact_number(scientific[2], span))
    elif mixed is not None and 0 < int(mixed[3]) < int(mixed[4]):
        part = Quotient(Number(int(mixed[3])), Number(int(mixed[4])))
        tree = _signed(mixed[1], Sum((Number(int(mixed[2])), part), span))
    return None if tree is None else (tree, Problem("chosen", {"what": inner, "read": plain(tree)}, span))


def _table(text: str, limits: Limits) -> Found | None:
    """Read rows of numbers pasted from a table, one row a line."""
    lines = [line.split() for line in text.strip().splitlines()]
    widths = {len(cells) for cells in lines}
    if len(widths) != 1 or widths & {0, 1} or max(len(lines), *widths) > limits.side:
        return None
    if not all(_CELL.fullmatch(cell) for cells in lines for cell in cells):
        return None
    span = Span(0, len(text))
    matrix = Matrix(tuple(tuple(_cell(cell) for cell in cells) for cells in lines), span=span)
    return matrix, Problem("chosen", {"what": text.strip(), "read": plain(matrix)}, span)


def _cell(cell: str) -> Tree:
    return _signed("-" if cell[0] == "-" else "", exact_number(cell.removeprefix("-"), None))


def _signed(sign: str, tree: Tree) -> Tree:
    return Negative(tree, tree.span) if sign else tree
