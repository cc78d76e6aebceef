"""Results of a class: one for every answer, in the order handed in, and the grades made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import msgspec

from symnn.classroom.grader import Grader
from symnn.classroom.work import Assigned
from symnn.exercises.result import SCHEMA

__all__ = ["Gradebook", "counted", "engine", "finished", "gradebook"]


class Gradebook(msgspec.Struct, frozen=True):
    """Points by student and part: of the last attempt of each; ``None`` where a person must look."""

    targets: tuple[str, ...]
    most: Mapping[str, float]
    points: Mapping[str, Mapping[str, float | None]]

    @property
    def total(self) -> float:
        """The most points that can be earned."""
        return sum(self.most.values())


def finished(assigned: Assigned, graded: bytes, grader: Grader) -> dict[str, Any]:
    """Put together one line of ``results.jsonl``."""
    answer = assigned.answer
    return {
        "schema": SCHEMA,
        "exercise": answer.exercise,
        "part": answer.part,
        "student": answer.student,
        "attempt": answer.attempt,
        "seed": assigned.seed,
        **msgspec.json.decode(graded),
        "engine": engine(),
        "exercise_hash": grader.exercises[answer.exercise].hash,
    }


@lru_cache(maxsize=1)
def engine() -> str:
    """Name the version of the program that graded."""
    try:
        return version("symnn")
    except PackageNotFoundError:
        return "0+checkout"


def gradebook(results: Iterable[Mapping[str, Any]], grader: Grader) -> Gradebook:
    """Make the gradebook; students in the order in which they first handed something in."""
    last: dict[tuple[str, str], tuple[int, float | None]] = {}
    students: dict[str, None] = {}
    answered: set[str] = set()
    for result in results:
        target = f"{result['exercise']}/{result['part']}"
        answered.add(target)
        students.setdefault(result["student"])
        points = None if result["verdict"] == "undecided" else result["points"]
        place = (result["student"], target)
        if place not in last or last[place][0] <= result["attempt"]:
            last[place] = (result["attempt"], points)
    order = [f"{exercise.id}/{name}" for exercise in grader.exercises.values() for name in exercise.by_id]
    targets = tuple(target for target in order if target in answered)
    points_of = {
        student: {target: last[student, target][1] for target in targets if (student, target) in last}
        for student in students
    }
    return Gradebook(targets, {target: _most(target, grader) for target in targets}, points_of)


def counted(results: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Count the verdicts."""
    return Counter(result["verdict"] for result in results)


def _most(target: str, grader: Grader) -> float:
    exercise, _, part = target.partition("/")
    return float(grader.exercises[exercise].part(part).file.points)
