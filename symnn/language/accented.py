"""Letters with marks that are no names in scope: refused, so that they are never read as several letters."""

from __future__ import annotations

from symnn.errors import Problem, Span
from symnn.language.accents import Marked
from symnn.language.characters import Mended, mend, refused_character
from symnn.language.scope import Scope

__all__ = ["mended_for"]


def mended_for(text: str, scope: Scope) -> Mended | Problem:
    """Mend a text; refuse the first letter with a mark that is no name in scope and begins none.

    Without declarations any is a name.
    """
    mended = mend(text, scope.chinese)
    if isinstance(mended, Problem) or not mended.marked or scope.open:
        return mended
    for one in mended.marked:
        if one.word not in scope.table and not any(name.startswith(one.word) for name in scope.shapes):
            return _refused(text, one)
    return mended


def _refused(text: str, marked: Marked) -> Problem:
    written = text[marked.start : marked.end]
    if not written.startswith("\\"):
        return refused_character(written[-1], marked.end - 1)
    name = written.split("{")[0].rstrip()
    return Problem("command", {"name": name, "nearest": "", "advice": "mark"}, Span(marked.start, marked.end))
