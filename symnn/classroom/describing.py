"""Describes the parts of a course for the pages of a class: what each asks, and the model answer as it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from symnn.classroom.about import About, MarkedPart
from symnn.classroom.piece_of_work import Task
from symnn.exercises.file import ExerciseFile
from symnn.messages import Language

__all__ = ["described_parts"]

_PLACEHOLDER: Final = re.compile(r"\{@(\w+)@\}")


def described_parts(
    files: Mapping[str, ExerciseFile], tasks: Mapping[str, Task], lang: Language, enrolled: int = 0
) -> bytes:
    """Write what the pages need to know of some parts."""
    found = {target: _asked(files, target, task, lang) for target, task in tasks.items()}
    return msgspec.json.format(msgspec.json.encode(About(lang, enrolled, found)), indent=1) + b"\n"


def _asked(files: Mapping[str, ExerciseFile], target: str, task: Task, lang: Language) -> MarkedPart:
    exercise, _, name = target.partition("/")
    ask = next(part.ask for part in files[exercise].parts if part.id == name)
    return MarkedPart(_PLACEHOLDER.sub(r"\1", ask.of(lang)), task.points, task.expected)
