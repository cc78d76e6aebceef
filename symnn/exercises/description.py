"""What an exercise asks, as dictionaries and lists, with texts in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symnn.documents.kinds import Bilingual
from symnn.exercises.placeholders import filled

if TYPE_CHECKING:
    from symnn.exercises.exercise import Exercise
    from symnn.exercises.part import Part

__all__ = ["exercise_data", "in_variant", "part_data"]


def exercise_data(exercise: Exercise, seed: str = "", *, solution: bool = False) -> dict[str, Any]:
    """Give an exercise as dictionaries and lists, texts in both languages."""
    return {
        "exercise": exercise.id,
        "title": _both(exercise.title),
        "source": exercise.file.source,
        "prompt": _both(exercise.file.prompt),
        "parts": [part_data(part, seed, solution=solution) for part in exercise.parts],
    }


def _both(text: Bilingual) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def part_data(part: Part, seed: str, *, solution: bool) -> dict[str, Any]:
    """Give a part as dictionaries and lists."""
    about = part.file
    data: dict[str, Any] = {"id": about.id, "kind": about.kind, "points": float(about.points)}
    data["ask"] = _both(in_variant(about.ask, part, seed))
    if about.choices:
        data["choices"] = [{"id": option.id, "text": _both(option.text)} for option in about.choices]
    if part.at:
        data["at"] = {name: float(value) for name, value in part.numbers(seed).items() if name in part.at}
    return data | ({"answer": about.answer.text} if solution else {})


def in_variant(text: Bilingual, part: Part, seed: str) -> Bilingual:
    """Fill a text with the values of a seed's variant."""
    values = part.variant(seed)
    return Bilingual(filled(text.zh, values), filled(text.en, values))
