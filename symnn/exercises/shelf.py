"""The exercises of a course: all are read, and each is built when somebody first asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from symnn.errors import AuthorError
from symnn.exercises.exercise import Exercise
from symnn.exercises.file import ExerciseFile
from symnn.exercises.loading import built
from symnn.messages import raisable

__all__ = ["Shelf"]


class Shelf(Mapping[str, Exercise]):
    """Exercises by id, under the course's key; ``files`` are what their authors wrote."""

    def __init__(self, files: Iterable[ExerciseFile], key: bytes) -> None:
        self.files = MappingProxyType({file.id: file for file in files})
        self.key = key
        self._built: dict[str, Exercise] = {}

    def __getitem__(self, name: str) -> Exercise:
        """Build an exercise, once. Raises: AuthorError if its mathematics is broken."""
        if name not in self._built:
            loaded = built(self.files[name])
            if loaded.value is None:
                raise raisable(AuthorError, *loaded.problems)
            self._built[name] = loaded.value.keyed(self.key)
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the ids; nothing is built."""
        return iter(self.files)

    def __len__(self) -> int:
        """Count the exercises."""
        return len(self.files)
