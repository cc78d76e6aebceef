"""``symnn exercises``: the list of exercises."""

from __future__ import annotations

import json
from pathlib import Path

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.errors import Fact
from symnn.messages import Language, say

__all__ = ["command"]


@described("exercises", "symnn exercises", "symnn exercises -e my-exercises/ --json")
@option("-e", "--exercises", "place", about="option-exercises")
@option("--json", "as_json", is_flag=True, about="option-json")
def command(place: str | None, *, as_json: bool, lang: Language) -> None:
    """List the exercises with their parts."""
    from msgspec import to_builtins

    from symnn.exercises.library import exercises_in, shipped_folder

    found = exercises_in(Path(place) if place else shipped_folder())
    if as_json:
        rows = [
            {
                "id": exercise.id,
                "title": {"zh": exercise.title.zh, "en": exercise.title.en},
                "source": to_builtins(exercise.file.source),
                "parts": [
                    {"id": part.file.id, "kind": part.file.kind, "points": float(part.file.points)}
                    for part in exercise.parts
                ],
            }
            for exercise in found
        ]
        printed(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
        return
    lines: list[str] = []
    for exercise in found:
        facts: dict[str, Fact] = {"id": exercise.id, "title": exercise.title.of(lang), "parts": len(exercise.parts)}
        lines.append(say("exercise-line", facts, lang))
        lines.append("    " + ", ".join(part.file.id for part in exercise.parts))
    printed("\n".join(lines) + "\n")
