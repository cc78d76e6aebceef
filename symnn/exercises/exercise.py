"""An exercise: a network, what is asked about it, and parts that grade answers."""

from __future__ import annotations

import os
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from symnn.documents.nearest import nearest
from symnn.errors import Problem, TargetError
from symnn.exercises.bearing import of_part
from symnn.exercises.file import ExerciseFile
from symnn.messages import language, raisable
from symnn.networks.network import Network
from symnn.notation.mathml import escaped
from symnn.questions.asked_html import author_html, part_html
from symnn.questions.description import both
from symnn.questions.part import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.documents.kinds import Bilingual

__all__ = ["Exercise", "Part"]


class Exercise(Struct, frozen=True, dict=True):
    """An exercise that grades; ``digest`` is that of its mathematics, which all its parts share."""

    file: ExerciseFile
    network: Network
    parts: tuple[Part, ...]
    digest: bytes

    @property
    def id(self) -> str:
        """The name by which submissions and commands know it."""
        return self.file.id

    @property
    def title(self) -> Bilingual:
        """What it is called, in both languages."""
        return self.file.title

    @cached_property
    def hashes(self) -> Mapping[str, str]:
        """A digest of each part, by its id: of all that can change what is said of an answer, and of nothing else."""
        found: dict[str, str] = {}
        for part in self.parts:
            found[part.file.id] = of_part(part, self.digest, (found[before.file.id] for before in part.earlier))
        return MappingProxyType(found)

    def part(self, name: str) -> Part:
        """Give a part by its id. Raises TargetError naming the nearest one."""
        if name not in self.by_id:
            facts = {"exercise": self.id, "part": name, "nearest": nearest(name, self.by_id)}
            raise raisable(TargetError, Problem("unknown-part", facts))
        return self.by_id[name]

    @cached_property
    def by_id(self) -> Mapping[str, Part]:
        """The parts by their ids."""
        return MappingProxyType({part.file.id: part for part in self.parts})

    def to_dict(self, seed: str = "", *, solution: bool = False) -> dict[str, Any]:
        """Give what it asks, in both languages; with ``solution`` also the model answers."""
        return {
            "exercise": self.id,
            "title": both(self.title),
            "source": to_builtins(self.file.source),
            "prompt": both(self.file.prompt),
            "parts": [part.to_dict(seed, solution=solution) for part in self.parts],
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Show in a notebook what the exercise asks, in the language of the environment."""
        lang = language(None, os.environ)
        title = f"<h3>{escaped(getattr(self.title, lang))}</h3>"
        prompt = author_html(getattr(self.file.prompt, lang))
        parts = "".join(part_html(part, lang) for part in self.parts)
        return {"text/plain": repr(self), "text/html": f"{title}{prompt}{parts}"}

    def __repr__(self) -> str:
        return f"Exercise({self.id!r}, parts={', '.join(self.by_id)})"

    def keyed(self, key: bytes) -> Exercise:
        """Give the exercise with a course's key, which chooses the judge's points."""
        parts: dict[str, Part] = {}
        for part in self.parts:
            earlier = tuple(parts[before.file.id] for before in part.earlier)
            parts[part.file.id] = replace(part, meaning=replace(part.meaning, key=key), earlier=earlier)
        return replace(self, parts=tuple(parts.values()))
