"""What is said around an answer: words that announce it, a number in front of it, a remark in brackets behind it.

Only words are taken off, never a sign of mathematics: ``答：``, ``The gradient is``, ``1)``, ``约``, ``(chain rule)``.
A word that the part knows as a name is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

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
    kept = text[start:end]
    return " " * start + kept + " " * (len(text) - end) if kept.strip() else text


def _only_words(part: Question, said: str) -> bool:
    """Tell if none of the words is a name or a function of the part."""
    return not any(part.scope.find(word) for word in _WORD.findall(said))
