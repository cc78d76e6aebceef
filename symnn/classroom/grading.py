"""A whole class: tables read, every answer graded once, grades and results written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from symnn.classroom.conventions import mixed, with_finding
from symnn.classroom.files import grades_csv, locked, written
from symnn.classroom.grader import Grader
from symnn.classroom.results import Gradebook, Mark, gradebook, line_of, marked
from symnn.classroom.submissions import Submissions, joined
from symnn.classroom.tables import read_table
from symnn.classroom.work import Assigned, Piece, assigned
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
    """What came of a class: the marks in the order handed in, the gradebook, and what could not be read."""

    marks: tuple[Mark, ...]
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
        work = assigned(submissions.answers, grader.exercises, grader.key)
        by_piece = _graded(tuple(dict.fromkeys(one.piece for one in work)), grader, jobs, progress)
        marks = tuple(marked(work, by_piece))
        book = gradebook(marks, grader)
        lines = _lines(work, by_piece, grader)
        files = (written(folder, "grades.csv", [grades_csv(book)]), written(folder, "results.jsonl", lines))
    return Graded(marks, book, submissions, len(by_piece), files)


def _lines(work: Sequence[Assigned], graded: Mapping[Piece, bytes], grader: Grader) -> Iterator[bytes]:
    """Give the lines of the results, with what only a whole submission shows."""
    unlike = mixed(work, graded, grader.exercises)
    for one in work:
        result = graded[one.piece]
        yield line_of(one, with_finding(result, unlike[one], grader.lang) if one in unlike else result, grader)


def _graded(pieces: tuple[Piece, ...], grader: Grader, jobs: int, progress: Progress | None) -> Mapping[Piece, bytes]:
    """Grade every piece once."""
    done: dict[Piece, bytes] = {}
    for place, result in graded(pieces, grader, jobs):
        done[pieces[place]] = result
        if progress is not None:
            progress(len(done), len(pieces))
    return done
