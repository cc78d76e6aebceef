"""Describes the parts of a course for the pages of a class: what each asks, and the model answer as it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from symnn.classroom.about import About, MarkedPart
from symnn.classroom.recorded import ShownAnswer
from symnn.exercises.exercise import Exercise
from symnn.messages import Language
from symnn.notation.layout import symbols_of
from symnn.notation.tex import latex
from symnn.questions.part import Part
from symnn.questions.variants import is_drawn

__all__ = ["described_parts"]

_PLACEHOLDER: Final = re.compile(r"\{@(\w+)@\}")


def described_parts(
    exercises: Mapping[str, Exercise], targets: Iterable[str], lang: Language, enrolled: int = 0
) -> bytes:
    """Write what the pages need to know of some parts."""
    found = {target: _asked(exercises, target, lang) for target in targets}
    return msgspec.json.format(msgspec.json.encode(About(lang, enrolled, found)), indent=1) + b"\n"


def _asked(exercises: Mapping[str, Exercise], target: str, lang: Language) -> MarkedPart:
    exercise, _, name = target.partition("/")
    part = exercises[exercise].part(name)
    ask = _PLACEHOLDER.sub(r"\1", part.file.ask.of(lang))
    return MarkedPart(ask, float(part.file.points), _expected(part))


def _expected(part: Part) -> ShownAnswer:
    """Give the model answer as it is read; where every student has other values, how it is computed."""
    if is_drawn(part.at) and part.file.kind in ("number", "matrix"):
        written = part.content.answer.written
        return ShownAnswer(part.file.answer.text, latex(written, symbols_of(part.network)))
    read = part.grade(part.solution()).read
    return ShownAnswer(read.text, read.latex)
