"""The same class once more: what the last run was given, read and graded again as far as the book does not know it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from symnn.classroom.config import Config, key_of
from symnn.classroom.grading import Graded, Settings, course, grade_class, run_before
from symnn.errors import OperatorError, Problem
from symnn.exercises.library import shipped_folder
from symnn.messages import Language, raisable

__all__ = ["places_of", "regraded", "settings_of"]


def places_of(settings: Config, named: list[Path]) -> list[Path]:
    """Say where the exercises are: as somebody named them, as the settings do, or the shipped ones."""
    return named or [Path(settings.exercises) if settings.exercises else shipped_folder()]


def settings_of(settings: Config, asked: Mapping[str, Any], jobs: int, *, again: bool) -> Settings:
    """Say how a class is graded: as the course has settled it, and as the run was asked for."""
    return Settings(
        jobs=jobs,
        policy=settings.policy,
        limits=settings.limits,
        columns=asked.get("columns") or settings.columns,
        roster=asked.get("roster"),
        places=tuple(asked["exercises"]),
        again=again,
    )


def regraded(folder: Path, settings: Config, lang: Language, jobs: int = 1) -> Graded:
    """Make the book of a folder anew; the set of files stays as it is if nothing else has changed.

    Raises: OperatorError if it is not known any more what the last run was given, or that cannot be read.
    """
    asked = run_before(folder)
    if not asked.get("sources"):
        raise raisable(OperatorError, Problem("nothing-to-grade", {"file": str(folder)}))
    grader = course(places_of(settings, asked["exercises"]), key_of(settings), lang)
    done = grade_class(asked["sources"], grader, folder, settings_of(settings, asked, jobs, again=False))
    if done.kept is not None:
        raise raisable(OperatorError, done.kept)
    return done
