"""Exercises as pages to read, without a server: prompts, pictures, hints and solutions folded, no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from symnn.classroom.outputs import manifest_of, replaced_set, settled_run
from symnn.classroom.pages import writer
from symnn.classroom.recorded import ShownAnswer
from symnn.errors import Problem, UsageError
from symnn.exercises.exercise import Exercise
from symnn.handouts.pictures.decorating import network_picture
from symnn.handouts.pictures.svg import svg
from symnn.messages import Language, raisable
from symnn.notation.layout import symbols_of
from symnn.questions.description import in_variant
from symnn.questions.part import Part
from symnn.verdicts.hint import LEVELS
from symnn.web.tutor import read_by

__all__ = ["site"]

TEMPLATES: Final = Path(__file__).with_name("templates")
INDEX, STYLE = "index.html", "practice.css"
_KIND: Final = "site"


class _Part(Struct, frozen=True):
    """One part as it is read: what it asks, its hints from the vague to the clear, its solution."""

    id: str
    ask: str
    points: float
    choices: tuple[tuple[str, str], ...]
    hints: tuple[str, ...]
    solution: ShownAnswer


def site(exercises: Iterable[Exercise], folder: Path, lang: Language, *, force: bool = False) -> tuple[Path, ...]:
    """Write the pages into a folder, instead of those that stand there; gives their paths.

    Raises: UsageError if other files stand there and ``force`` is not given, OperatorError if it cannot be written.
    """
    if folder.is_dir() and any(folder.iterdir()):
        settled_run(folder)
        if not force and manifest_of(folder).get("kind") != _KIND:
            raise raisable(UsageError, Problem("file-exists", {"file": str(folder)}))
    folder.mkdir(parents=True, exist_ok=True)
    return replaced_set(folder, _files(tuple(exercises), lang), {"kind": _KIND}).paths


def _files(exercises: tuple[Exercise, ...], lang: Language) -> Mapping[str, Iterable[bytes]]:
    """Give the pages by their names, each made when it is written."""
    write = writer(lang, TEMPLATES)
    rows = [(f"{one.id}.html", one.title.of(lang), len(one.parts)) for one in exercises]

    def index() -> Iterator[bytes]:
        yield write("site.html", rows=rows, token="").encode()

    def page(exercise: Exercise) -> Iterator[bytes]:
        yield write("site-exercise.html", **_facts(exercise, lang)).encode()

    def style() -> Iterator[bytes]:
        yield (TEMPLATES / STYLE).read_bytes()

    return {INDEX: index(), STYLE: style()} | {f"{one.id}.html": page(one) for one in exercises}


def _facts(exercise: Exercise, lang: Language) -> dict[str, Any]:
    network = exercise.network
    title = getattr(network.title, lang) or network.name
    return {
        "id": exercise.id,
        "title": exercise.title.of(lang),
        "prompt": exercise.file.prompt.of(lang),
        "picture": svg(network_picture(network), symbols_of(network.graph), title, alone=False),
        "parts": [_read(part, lang) for part in exercise.parts],
    }


def _read(part: Part, lang: Language) -> _Part:
    solution = part.solution()
    read = read_by(part, part.kind.read(solution)).read
    hints = (part.hint("", level).text(lang) for level in LEVELS[:-1])
    return _Part(
        part.file.id,
        in_variant(part.file.ask, part, "").of(lang),
        float(part.file.points),
        tuple((option.id, option.text.of(lang)) for option in part.file.choices),
        tuple(dict.fromkeys(hints)),
        ShownAnswer(read.text.strip() or solution, read.latex),
    )
