"""What an exercise asks, as dictionaries and lists, with texts in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symnn.documents.kinds import Bilingual
from symnn.questions.placeholders import filled

if TYPE_CHECKING:
    from symnn.questions.question import Question

__all__ = ["both", "in_variant", "part_data", "texts_of"]


def both(text: Bilingual) -> dict[str, str]:
    """Give a text as a dictionary by language."""
    return {"zh": text.zh, "en": text.en}


def part_data(part: Question, seed: str, *, solution: bool) -> dict[str, Any]:
    """Give a part as dictionaries and lists."""
    about = part.file
    data: dict[str, Any] = {"id": about.id, "kind": about.kind, "points": float(about.points)}
    if about.title is not None:
        data["title"] = both(in_variant(about.title, part, seed))
    data["ask"] = both(in_variant(about.ask, part, seed))
    if about.choices:
        data["choices"] = [{"id": option.id, "text": both(option.text)} for option in about.choices]
    if part.at:
        data["at"] = {name: float(value) for name, value in part.numbers(seed).items() if name in part.at}
    return data | ({"answer": about.answer.text} if solution else {})


def in_variant(text: Bilingual, part: Question, seed: str) -> Bilingual:
    """Fill a text with the values of a seed's variant."""
    values = part.variant(seed)
    return Bilingual(filled(text.zh, values), filled(text.en, values))


def texts_of(part: Question) -> tuple[Bilingual, ...]:
    """List every text of a part that may hold placeholders."""
    about = part.file
    notes = tuple(accept.note for accept in about.accept if accept.note is not None)
    rubric = tuple(item.say for item in about.rubric if item.say is not None)
    feedback = tuple(feedback.say for feedback in about.feedback)
    title = (about.title,) if about.title is not None else ()
    return (*title, about.ask, *about.hints, *notes, *feedback, *rubric, *(option.text for option in about.choices))
