"""What the pages of a class need to know of its course, kept beside the grades: they can be made without it again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct

from symnn.classroom.recorded import ShownAnswer
from symnn.messages import Language

__all__ = ["ABOUT", "About", "MarkedPart", "about_in", "language_of"]

ABOUT: Final = "course.json"


class MarkedPart(Struct, frozen=True):
    """A part as a person who marks it needs it: what it asks and what was expected."""

    ask: str = ""
    points: float = 0.0
    expected: ShownAnswer = ShownAnswer()


class About(Struct, frozen=True):
    """The parts that were answered, the language of the set, and how many students are on the roster, 0 without one."""

    lang: Language = "en"
    enrolled: int = 0
    parts: Mapping[str, MarkedPart] = MappingProxyType({})


def about_in(folder: Path) -> About:
    """Read it from the folder of a graded class; empty where it is not there, or of another form."""
    try:
        return msgspec.json.decode((folder / ABOUT).read_bytes(), type=About)
    except (OSError, msgspec.DecodeError):
        return About()


def language_of(folder: Path, otherwise: Language) -> Language:
    """Give the language in which the results of a folder are written: what is made of them is in no other."""
    return about_in(folder).lang if (folder / ABOUT).is_file() else otherwise
