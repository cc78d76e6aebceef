"""A whole class: tables read, every answer graded once, grades and results written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from symnn.classroom.conventions import mixed, with_finding
from symnn.classroom.files import grades_csv, written
from symnn.classroom.grader import Grader, Lost, result_lost
from symnn.classroom.lock import locked
from symnn.classroom.results import Gradebook, Mark, gradebook, line_of, marked
from symnn.classroom.submissions import Submissions, joined
from symnn.classroom.tables import read_table
from symnn.classroom.work import Assigned, Piece, assigned
from symnn.classroom.workers import graded
from symnn.documents.text import Text, read_text
from symnn.errors import AuthorError, Fact, Problem, TargetError, UsageError
from symnn.exercises.library import files_in
from symnn.exercises.loading import load_exercise
from symnn.messages import Language, raised

__all__ = ["OUTPUTS", "Graded", "course", "grade_class"]

OUTPUTS = ("grades.csv", "results.jsonl")
"""The files that a run writes."""

UNREAD = frozenset({"file-not-found", "file-unreadable", "file-not-regular", "file-too-large", "not-text"})
"""Problems that cost a whole file of submissions."""

Progress = Callable[[int, int], None]


class Graded(Struct, frozen=True):
    """What came of a class: the marks in the order handed in, the gradebook, and what could not be read.

    ``lost`` are the answers that could not be graded; ``kept`` tells why the folder was left as it was, if it was.
    """

    marks: tuple[Mark, ...]
    book: Gradebook
    submissions: Submissions
    pieces: int
    files: tuple[Path, ...] = ()
    lost: tuple[Problem, ...] = ()
    kept: Problem | None = None


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

    The files depend on the answers, the exercises and the key only, not on ``jobs`` or on when it is run. Where
    nothing could be read, or not all files and there are grades already, the folder is left as it was.
    Raises: UsageError if the files exist and ``force`` is not given, OperatorError if they cannot be written.
    """
    submissions = joined([read_table(path, grader.exercises) for path in tables])
    existing = next((folder / name for name in OUTPUTS if (folder / name).exists()), None)
    kept = _kept(submissions, folder, existing)
    if kept is not None:
        return Graded((), gradebook((), grader), submissions, 0, kept=kept)
    with locked(folder):
        if existing is not None and not force:
            raise raised(UsageError, Problem("file-exists", {"file": str(existing)}))
        work = assigned(submissions.answers, grader.exercises, grader.key)
        by_piece, lost = _graded(tuple(dict.fromkeys(one.piece for one in work)), grader, jobs, progress)
        marks = tuple(marked(work, by_piece))
        book = gradebook(marks, grader)
        lines = _lines(work, by_piece, grader)
        files = (written(folder, "grades.csv", [grades_csv(book)]), written(folder, "results.jsonl", lines))
    return Graded(marks, book, submissions, len(by_piece), files, tuple(_lost(work, lost)))


def _kept(submissions: Submissions, folder: Path, existing: Path | None) -> Problem | None:
    """Tell why nothing may be replaced: nothing was read, or of a class that has grades a file was not."""
    if not submissions.answers:
        return Problem("nothing-read", {"file": str(folder)})
    if existing is not None and any(problem.code in UNREAD for problem in submissions.problems):
        return Problem("source-unread", {"file": str(folder)})
    return None


def _lost(work: Iterable[Assigned], lost: Mapping[Piece, Lost]) -> Iterator[Problem]:
    """Name the answers that could not be graded, each with the cause."""
    for one in work:
        if one.piece in lost:
            why = lost[one.piece]
            facts: dict[str, Fact] = {"student": one.answer.student, "target": one.answer.target}
            yield Problem("lost-answer", facts | {"cause": why.cause, "detail": why.detail}, place=one.answer.place)


def _lines(work: Sequence[Assigned], graded: Mapping[Piece, bytes], grader: Grader) -> Iterator[bytes]:
    """Give the lines of the results, with what only a whole submission shows."""
    unlike = mixed(work, graded, grader.exercises)
    for one in work:
        result = graded[one.piece]
        yield line_of(one, with_finding(result, unlike[one], grader.lang) if one in unlike else result, grader)


def _graded(
    pieces: tuple[Piece, ...], grader: Grader, jobs: int, progress: Progress | None
) -> tuple[Mapping[Piece, bytes], Mapping[Piece, Lost]]:
    """Grade every piece once; with those that were lost."""
    done: dict[Piece, bytes] = {}
    lost: dict[Piece, Lost] = {}
    for place, outcome in graded(pieces, grader, jobs):
        piece = pieces[place]
        if isinstance(outcome, Lost):
            lost[piece] = outcome
            done[piece] = result_lost(grader, piece, outcome)
        else:
            done[piece] = outcome
        if progress is not None:
            progress(len(done), len(pieces))
    return done, lost
