"""What is said around an answer: words that announce it, a number in front of it, a remark in brackets behind it.

Behind a number also what is counted (``24 weights``); and between numbers an x is a cross.

Only words are taken off, never a sign of mathematics: ``答：``, ``The gradient is``, ``1)``, ``约``, ``(chain rule)``.
A word that the part knows as a name is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from symnn.errors import Problem
from symnn.language.reading import read

if TYPE_CHECKING:
    from symnn.questions.question import Question

__all__ = ["without_words"]

_BEFORE: Final = re.compile(
    r"\s*(?:(?:答案?|解|所以|因此|故|于是|即|综上|可得|得到?|结果|(?:偏?导数|梯度|输出)(?=[是为:：]))[是为]?\s*[：:，,]?\s*"
    r"|(?:the\s+)?(?:final\s+)?(?:answer|result|gradient|(?:partial\s+)?derivative|output|value)(?:\s+is\b|\s*[:：])\s*"
    r"|(?:so|hence|therefore|thus)\b[\s,:]*"
    r"|(?:(?:I|we)\s+(?:get|have|find|obtain))\b[\s,:]*"
    r"|[1-9a-h]\)\s*|[①-⑨]\s*)+",
    re.IGNORECASE,
)
_ABOUT: Final = re.compile(
    r"\s*(?:大约|约等于|约为|约|approximately|approx(?:\.|\b)|about|roughly|circa)\s*", re.IGNORECASE
)
"""Only a number is about something."""
_BEHIND: Final = re.compile(
    r"(?:[,，;；]?\s{0,8}[(（]\s{0,8}(?P<remark>[^\W\d_]{2,}(?:[ \-'’,，.]+[^\W\d_]+){0,11}[.。]?)\s{0,8}[)）])?"
    r"\s{0,8}[✓✔☑√。.]*$"
)
"""No ``!``: that is a factorial behind a number."""
_FOR_ALL: Final = re.compile(
    r"[,，;；]?\s*(?:\\q?quad\s*)?(?:[(（]\s*)?"
    r"(?:(?:(?:\\text\s*\{\s*)?for(?:\s+(?:all|any|each|every))?\s*\}?|\\forall|∀|对(?:所有|任意|每[个一])的?)\s*[i-n](?:\s*,\s*[i-n])*"
    r"(?:\s*=[\s0-9A-Za-z,，.…\\]{1,24})?|(?<![A-Za-z0-9_])[i-n](?:\s*,\s*[i-n])*\s*=\s*1\s*[,，][\s0-9A-Za-z,，.…\\]{1,24})(?:\s*[)）])?\s*$"
)
"""``for all i``, ``i = 1, 2, 3``: an index without a sum means nothing else."""
_COUNTED: Final = re.compile(
    r"(?<=[\d)])(?:\s*(?:个|项|种|次|条|层)?[\u4e00-\u9fff]{0,6}|\s+(?!(?:or|and|not|no)\b)[A-Za-z]{2,20}(?:\s+[A-Za-z]{2,20})?)\s*$"
)
_CROSS: Final = re.compile(r"(?<=[\d)])(\s*)[xX](\s*)(?=(\d+|\())")
"""``8 x 28``, ``(3x3x3 + 1)x8``."""
_WORD: Final = re.compile(r"[^\W\d_]+")


def without_words(part: Question, text: str) -> str:
    """Put blanks in the place of what is said around an answer, so that every other place stays what it was.

    >>> from symnn.exercises.library import exercise
    >>> part = exercise("bp-2-2-1").part("dw1")
    >>> without_words(part, "1) So y - z (chain rule)").strip()
    'y - z'
    """
    before = _BEFORE.match(text)
    start = before.end() if before is not None and _only_words(part, before[0]) else 0
    if part.file.tolerance is not None and (about := _ABOUT.match(text, start)) is not None:
        start = about.end()
    bare = text.rstrip()
    behind = _BEHIND.search(bare, start)
    end = behind.start() if behind is not None and _only_words(part, behind["remark"] or "") else len(bare)
    for_all = _FOR_ALL.search(text, start, end) if part.file.tolerance is None else None
    end = end if for_all is None or not text[start : for_all.start()].strip() else for_all.start()
    if part.file.tolerance is not None:
        counted = _COUNTED.search(text, start, end)
        end = counted.start() if counted is not None and _only_words(part, counted[0]) else end
        text = _CROSS.sub(lambda found: _crossed(part, found), text)
    kept = text[start:end]
    return " " * start + kept + " " * (len(text) - end) if kept.strip() else text


def _crossed(part: Question, found: re.Match[str]) -> str:
    """Write a cross for the x between two numbers, unless it is a quantity or begins the name of one: ``2x1``."""
    before, after, number = found.groups()
    if number == "(":
        is_name = part.scope.shapes.get("x") == ()
    else:
        is_name = not after and not isinstance(read(f"x{number}", part.scope), Problem)
    return found[0] if is_name else f"{before}×{after}"


def _only_words(part: Question, said: str) -> bool:
    """Tell if none of the words is a name or a function of the part."""
    return not any(part.scope.find(word) for word in _WORD.findall(said))
