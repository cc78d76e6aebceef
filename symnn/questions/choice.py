"""A choice: one or several of the things to choose from, by their ids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from symnn.errors import Problem, Span
from symnn.questions.kind import Findings, Kind, Sitting
from symnn.questions.marks import accepted, correct, said_by_author, wrong
from symnn.questions.question import NO_EXPRESSION, Content
from symnn.verdicts import codes
from symnn.verdicts.verdict import Read, Verdict

if TYPE_CHECKING:
    from symnn.errors import Fact
    from symnn.questions.fields import PartFile
    from symnn.questions.mathematics import Mathematics

__all__ = ["ChoiceKind"]

_BETWEEN: Final = re.compile(
    r"[\s,;，；、/()（）.。:：\[\]【】{}&+]+|我|应该?是?|答案?[是为]?|选择?项?|和|与|以?及"
    r"|\b(?i:and|the|my|answers?|options?|choices?|is|are|it's|(?:I|we) (?:choose|pick|take|think)|choose)\b"
)
_FULL_WIDTH: Final = 0xFEE0
_LONGEST: Final = 1000
_LONG: Final = 20
"""A text that names no choice and is no longer is repeated as a whole where it cannot be read."""


def chosen(text: str, about: PartFile) -> frozenset[str] | Problem:
    """Read which ids an answer names: ``b``, ``(B)``, ``a, c``, ``Ａ、Ｃ``, ``选 A 和 C``.

    Case does not matter where the ids differ in more than case; ids of one letter may stand together, ``ACD``.
    """
    if not text.strip():
        return Problem("blank", {}, Span(0, len(text)))
    named = _by_text(text, about)
    if named:
        return named
    ids = {option.id for option in about.choices}
    by_lower = {identifier.lower(): identifier for identifier in sorted(ids)}
    found: set[str] = set()
    for word in filter(None, _BETWEEN.split(text[:_LONGEST])):
        narrow = "".join(_narrow(letter) for letter in word)
        pieces = tuple(narrow) if all(len(identifier) == 1 for identifier in ids) else (narrow,)
        known = [piece if piece in ids else by_lower.get(piece.lower()) for piece in pieces]
        if None in known:
            unknown = _unknown(word, text, ids)
            start = text.index(unknown)
            facts: dict[str, Fact] = {"found": unknown, "choices": tuple(option.id for option in about.choices)}
            return Problem("unknown-choice", facts, Span(start, start + len(unknown)))
        found |= {identifier for identifier in known if identifier is not None}
    return frozenset(found) if found else Problem("blank", {}, Span(0, len(text)))


def _unknown(word: str, text: str, ids: set[str]) -> str:
    """Say which words are none of the choices: a short text that names no choice at all is one, as ``0.5``."""
    whole = text.strip()
    is_torn = len(whole) <= _LONG and ids.isdisjoint(_BETWEEN.split(whole))
    return whole if is_torn else word


def _by_text(text: str, about: PartFile) -> frozenset[str]:
    """Find the one choice whose id or text an answer repeats as it is."""
    said = _plain(text)
    found = {
        option.id
        for option in about.choices
        if said in (_plain(option.id), _plain(option.text.zh), _plain(option.text.en))
    }
    return frozenset(found) if len(found) == 1 else frozenset()


def _plain(text: str) -> str:
    return "".join(sign for sign in text if not sign.isspace() and sign not in "$_{}\\").strip(".。").casefold()


class ChoiceKind(Kind[frozenset[str]]):
    """One or several of the things to choose from; right if exactly the right ones are chosen."""

    fields: ClassVar = frozenset(("at", "choices", "feedback"))
    needs = "choices"

    def read(self, text: str) -> frozenset[str] | Problem:
        """Read which ones are named."""
        return chosen(text, self.question.file)

    def judge(self, answer: frozenset[str], sitting: Sitting) -> Verdict:
        """Compare what is chosen with what is right, then with what has feedback."""
        part = self.question
        read = Read(", ".join(option.id for option in part.file.choices if option.id in answer))
        if answer == part.content.chosen:
            return correct(part, read, None)
        for feedback in part.file.feedback:
            if feedback.when is not None and chosen(feedback.when.text, part.file) == answer:
                return accepted(part, read, feedback.credit, (said_by_author(feedback.id, feedback.say),))
        return wrong(part, read, self.explain(answer, sitting))

    def explain(self, answer: frozenset[str], sitting: Sitting) -> Findings:  # noqa: ARG002 - the same for all students
        """Say that something is chosen which is not right, or that something right is not; never which."""
        right = self.question.content.chosen
        if len(right) == 1:
            return ()
        found = ((codes.CHOICE_EXTRA, answer - right), (codes.CHOICE_MISSING, right - answer))
        return tuple(kind() for kind, ids in found if ids)

    def solve(self, seed: str = "") -> str:  # noqa: ARG002 - the same for all students
        """Name what is right."""
        part = self.question
        return ", ".join(option.id for option in part.file.choices if option.id in part.content.chosen)

    @classmethod
    def content(cls, file: PartFile, mathematics: Mathematics) -> Content | None:
        """Read which ones are right, and see that feedback names some of them."""
        right = mathematics.read_by(lambda text: chosen(text, file), file.answer)
        for feedback in file.feedback:
            if feedback.when is not None:
                mathematics.read_by(lambda text: chosen(text, file), feedback.when)
        return None if right is None else Content(NO_EXPRESSION, chosen=right)


def _narrow(letter: str) -> str:
    return chr(ord(letter) - _FULL_WIDTH) if "！" <= letter <= "～" else letter
