"""The exercises that come with the program: beside the package in a checkout, inside it once installed."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from symnn.documents.nearest import nearest
from symnn.errors import AuthorError, Problem, TargetError
from symnn.messages import raisable

if TYPE_CHECKING:
    from symnn.exercises.exercise import Exercise

__all__ = ["exercise", "exercises_in", "files_in", "path_of", "shipped_folder", "shipped_names"]

SUFFIXES = frozenset({".yaml", ".yml", ".json"})


def shipped_folder() -> Path:
    """Give the folder of the shipped exercises. Raises TargetError if the installation lacks it."""
    package = Path(str(files("symnn")))
    for folder in (package / "shipped" / "exercises", package.parent / "exercises"):
        if folder.is_dir():
            return folder
    raise raisable(TargetError, Problem("no-shipped-exercises"))


def shipped_names() -> tuple[str, ...]:
    """List the shipped exercises by id, which is also their file's name."""
    return tuple(path.stem for path in files_in(shipped_folder()))


def files_in(place: Path) -> tuple[Path, ...]:
    """List the exercise files of a folder in the order of their names; a file is itself."""
    if not place.is_dir():
        return (place,)
    return tuple(sorted(path for path in place.iterdir() if path.suffix in SUFFIXES and path.is_file()))


def exercise(source: str | Path) -> Exercise:
    """Give a shipped exercise by its id, or read one from its path.

    Raises: TargetError if there is none, AuthorError if its file is broken.
    """
    path = path_of(source)
    return _loaded(path, _stamp(path))


def path_of(source: str | Path) -> Path:
    """Find the file of a shipped exercise by its id; a path is itself. Raises TargetError if there is none."""
    path = Path(source)
    if path.suffix in SUFFIXES:
        return path
    if str(source) not in shipped_names():
        facts = {"name": str(source), "nearest": nearest(str(source), shipped_names())}
        raise raisable(TargetError, Problem("unknown-exercise", facts))
    return shipped_folder() / f"{source}.yaml"


def exercises_in(place: Path) -> tuple[Exercise, ...]:
    """Read all exercises of a file or folder. Raises AuthorError naming every problem of the first broken one."""
    return tuple(_loaded(path, _stamp(path)) for path in files_in(place))


def _stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Say which state a file and those beside it are in: an exercise may use a network beside it."""
    try:
        found = [(one.name, one.stat()) for one in files_in(path.parent if path.exists() else path)]
    except OSError:
        return ()
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


@lru_cache(maxsize=256)
def _loaded(path: Path, stamp: tuple[tuple[str, int, int], ...]) -> Exercise:  # noqa: ARG001 - it belongs to the key
    from symnn.exercises.loading import loaded_exercise  # what grades is loaded once something is read

    loaded = loaded_exercise(path)
    if loaded.value is None:
        raise raisable(AuthorError, *loaded.problems)
    return loaded.value
