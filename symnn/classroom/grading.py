"""A whole class: tables read, every answer graded once, grades and results written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from symnn.classroom.files import grades_csv, locked, results_jsonl, written
from symnn.classroom.grader import Grader
from symnn.classroom.results import Gradebook, finished, gradebook
from symnn.classroom.submissions import Submissions, joined
from symnn.classroom.tables import read_table
from symnn.classroom.work import Piece, assigned
from symnn.classroom.workers import graded
from symnn.documents.text import Text, read_text
from symnn.errors import AuthorError, Problem, TargetError
from symnn.exercises.library import files_in
from symnn.exercises.loading import load_exercise
from symnn.messages import Language, raised

__all__ = ["OUTPUTS", "Graded", "course", "grade_class"]

OUTPUTS = ("grades.csv", "results.jsonl")
"""The files that a run writes."""

Progress = Callable[[int, int], None]


class Graded(Struct, frozen=True):
    """What came of a class: the results in the order handed in, the gradebook, and what could not be read."""

    results: list[dict[str, Any]]
    book: Gradebook
    submissions: Submissions
    pieces: int
    files: tuple[Path, ...] = ()


def course(places: Sequence[Path], key: bytes, lang: Language) -> Grader:
    """Read all exercises of some files and folders.

    Raises: AuthorError naming every problem if one of them is broken, TargetError if there is none.
    """
    texts: list[Text] = []
    problems: list[Problem] = []
    for path in (path for place in places for path in files_in(place)):
        text = read_text(path)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        problems += load_exercise(text).problems
        texts.append(text)
    if problems:
        raise raised(AuthorError, *problems)
    if not texts:
        raise raised(TargetError, Problem("no-exercises", {"file": ", ".join(map(str, places))}))
    return Grader(tuple(texts), key, lang)


def grade_class(
    tables: Sequence[Path],
    grader: Grader,
    folder: Path,
    *,
    jobs: int = 1,
    force: bool = False,
    progress: Progress | None = None,
) -> Graded:
    """Grade the submissions of some tables and write ``grades.csv`` and ``results.jsonl`` into a folder.

    The files depend on the answers, the exercises and the key only, not on ``jobs`` or on when it is run.
    Raises: UsageError if the files exist and ``force`` is not given, OperatorError if they cannot be written.
    """
    with locked(folder, OUTPUTS, force=force):
        submissions = joined([read_table(path, grader.exercises) for path in tables])
        results, pieces = _results(submissions, grader, jobs, progress)
        book = gradebook(results, grader)
        files = (
            written(folder, "grades.csv", grades_csv(book)),
            written(folder, "results.jsonl", results_jsonl(results)),
        )
    return Graded(results, book, submissions, pieces, files)


def _results(
    submissions: Submissions, grader: Grader, jobs: int, progress: Progress | None
) -> tuple[list[dict[str, Any]], int]:
    """Grade every piece once, and give each answer its result."""
    work = assigned(submissions.answers, grader.exercises, grader.key)
    pieces = tuple(dict.fromkeys(one.piece for one in work))
    by_piece: dict[Piece, bytes] = {}
    for place, result in graded(pieces, grader, jobs):
        by_piece[pieces[place]] = result
        if progress is not None:
            progress(len(by_piece), len(pieces))
    return [finished(one, by_piece[one.piece], grader) for one in work], len(pieces)
