"""A whole class: what was handed in is read, every answer graded once, grades and results written as one set."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from symnn.classroom.allowance import LIMITS, AnswerLimits
from symnn.classroom.book import Book, opened, scratch
from symnn.classroom.changes import Change, changes, remembered
from symnn.classroom.decisions import decisions_in
from symnn.classroom.describing import described_parts
from symnn.classroom.edition import FILES, RESULTS, left_out_rows
from symnn.classroom.engine import engine
from symnn.classroom.enrolment import filed
from symnn.classroom.grader import Grader
from symnn.classroom.intake.columns import Columns, filled_in
from symnn.classroom.intake.gathering import HandedIn, handed_in, in_order
from symnn.classroom.intake.readers import course_of
from symnn.classroom.intake.roster import roster_in
from symnn.classroom.judging import Passing, Progress, judged, lost_in
from symnn.classroom.lock import locked
from symnn.classroom.outputs import MANIFEST, holds_a_set, manifest_of, settled_run
from symnn.classroom.overruling import overruled
from symnn.classroom.piece_of_work import GradedPiece
from symnn.classroom.policy import LENIENT, Policy
from symnn.classroom.publishing import published
from symnn.classroom.submissions import Submissions
from symnn.classroom.workers import graded
from symnn.documents.decoding import Text, read_text
from symnn.errors import AuthorError, OperatorError, Problem, TargetError, UsageError
from symnn.exercises.file import ExerciseFile
from symnn.exercises.library import files_in
from symnn.exercises.loading import read_exercise
from symnn.messages import Language, raisable

__all__ = [
    "COLUMNS_FILE",
    "OUTPUTS",
    "Graded",
    "Settings",
    "course",
    "entered",
    "grade_class",
    "marks_that_would_change",
    "run_before",
]

OUTPUTS = (*FILES, MANIFEST)
"""The files of the set that a run writes."""

UNREAD = frozenset({"file-not-found", "file-unreadable", "file-not-regular", "file-too-large", "not-text"})
"""Problems that cost a whole file of submissions."""

COLUMNS_FILE = "columns.yaml"
"""Where a run that does not know what the columns are asks for it, in the output folder."""

NONE: Mapping[str, int] = MappingProxyType({})


class Settings(Struct, frozen=True):
    """How a class is graded. ``passing`` grades pieces elsewhere than in ``jobs`` processes of this machine.

    ``again`` grades what is in the book already once more.
    """

    jobs: int = 1
    policy: Policy = LENIENT
    limits: AnswerLimits = LIMITS
    columns: Path | Columns | None = None
    roster: Path | None = None
    places: tuple[Path, ...] = ()
    again: bool = False
    passing: Passing | None = None


USUAL = Settings()


class Graded(Struct, frozen=True):
    """What came of a class: how many handed in what, the verdicts, what is open, and what could not be read.

    ``different`` counts the pieces, ``graded`` those of them that were not known. ``lost`` are the answers that could
    not be graded; ``kept`` tells why the folder was left as it was, if it was; ``asks`` is the file of columns that is
    to be filled in first.
    """

    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()
    students: int = 0
    answers: int = 0
    different: int = 0
    graded: int = 0
    open: int = 0
    verdicts: Mapping[str, int] = NONE
    files: tuple[Path, ...] = ()
    lost: tuple[Problem, ...] = ()
    kept: Problem | None = None
    asks: Path | None = None


def course(places: Sequence[Path], key: bytes, lang: Language) -> Grader:
    """Read all exercises of some files and folders.

    Those that somebody answers are built later. Raises: AuthorError naming every problem if one of them cannot be
    read, TargetError if there is none.
    """
    texts: list[Text] = []
    problems: list[Problem] = []
    loaded: list[ExerciseFile] = []
    for path in (path for place in places for path in files_in(place)):
        text = read_text(path)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        exercise = read_exercise(text)
        problems += exercise.problems
        texts.append(text)
        loaded += [exercise.value] if exercise.value is not None else []
    if problems:
        raise raisable(AuthorError, *problems)
    if not texts:
        raise raisable(TargetError, Problem("no-exercises", {"file": ", ".join(map(str, places))}))
    return Grader(tuple(texts), key, lang, loaded)


def grade_class(
    sources: Sequence[Path],
    grader: Grader,
    folder: Path,
    settings: Settings = USUAL,
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> Graded:
    """Grade what a class handed in, in any form, and write the set of files into a folder.

    The files depend on the answers, the exercises and the key only, not on ``jobs``, the order of the sources or on
    when it is run. Where nothing could be read, or not all files and there are grades already, the folder is left as
    it was. Where it is not sure what the columns of a table are, ``columns.yaml`` is written there and nothing graded.
    Raises: UsageError if there are such files that are not ours and ``force`` is not given, OperatorError if a roster
    cannot be read or the files cannot be written, AuthorError if the file of columns is broken.
    """
    if folder.is_dir():
        with locked(folder):  # nobody ends what another run is about to end itself
            settled_run(folder)
    taken = _taken(sources, grader, folder, settings)
    if taken.asked:
        return _asking(taken, grader, folder)
    existing = next((folder / name for name in OUTPUTS if (folder / name).exists()), None)
    kept = _kept(taken, folder, existing)
    if kept is not None:
        return Graded(taken.submissions.problems, taken.submissions.notices, kept=kept)
    with locked(folder):
        if existing is not None and not force and not holds_a_set(folder):
            raise raisable(UsageError, Problem("file-exists", {"file": str(existing)}))
        with opened(folder) as book:
            count = entered(book, taken, grader, settings, _about(sources, settings, folder), progress)
            paths = published(book, folder, anew=True)
            return _graded(book, taken.submissions, count, paths)


def entered(
    book: Book,
    taken: HandedIn,
    grader: Grader,
    settings: Settings,
    about: Mapping[str, Any],
    progress: Progress | None,
) -> int:
    """Put what was handed in into the book, and grade what is new; gives how many pieces were graded."""
    policy = settings.policy
    late = str(policy.late.percent) if policy.late else ""
    told = {"attempts": policy.attempts, "unreadable": policy.unreadable, "late-percent": late, "lang": grader.lang}
    with book.transaction():
        filed(book, taken, grader, policy)
        hashes = sorted(digest.hex() for (digest,) in book.rows("select hash from part where place is not null"))
        named = {"symnn": engine(), "course": sha256("".join(hashes).encode()).hexdigest(), **about}
        tasks = {f"{exercise}/{part}": grader.task(exercise, part) for exercise, part in book.rows(_ASKED)}
        shown = described_parts(grader.exercises.files, tasks, grader.lang, len(taken.roster)).decode()
        book.tell({**told, "about": json.dumps(named, ensure_ascii=False), "described": shown, "results": ""})
    taken.inbox.close()

    def here(pieces: Iterator[GradedPiece]) -> Iterator[tuple[int, Any]]:
        return graded(pieces, grader, settings.jobs, settings.limits)

    return judged(book, settings.passing or here, progress, again=settings.again)


def marks_that_would_change(taken: HandedIn, grader: Grader, folder: Path, settings: Settings) -> Iterator[Change]:
    """Grade everything again beside the book, write nothing, and tell which marks would be others."""
    with scratch() as book:
        entered(book, taken, grader, settings, {}, None)
        with book.transaction():
            overruled(book, decisions_in(folder).decisions)
            remembered(book, folder / RESULTS)
        yield from changes(book)


def _graded(book: Book, read: Submissions, count: int, paths: tuple[Path, ...]) -> Graded:
    """Count what came of it."""
    verdicts = dict(book.rows(_VERDICTS))
    return Graded(
        read.problems,
        (*read.notices, *left_out_rows(book)),
        students=book.number("select count(*) from student"),
        answers=book.number("select count(*) from answer"),
        different=book.number("select count(*) from piece where exists (select 1 from answer where piece = piece.id)"),
        graded=count,
        open=book.number("select count(*) from mark where counts and points is null"),
        verdicts=verdicts,
        files=paths,
        lost=tuple(lost_in(book)),
    )


_ASKED = "select exercise, part from part where place is not null order by place"
_VERDICTS = (
    "select iif(verdict = 'unreadable' and folded = '', 'blank', verdict) as told, count(*) from mark group by told"
)


def _about(sources: Sequence[Path], settings: Settings, folder: Path) -> Mapping[str, Any]:
    """Say how the run was asked for, so that it can be made again; paths are seen from the folder."""
    given = {"sources": in_order(sources), "exercises": settings.places}
    found: dict[str, Any] = {name: [_seen_from(folder, path) for path in paths] for name, paths in given.items()}
    for name, path in (("roster", settings.roster), ("columns", settings.columns)):
        if isinstance(path, Path):
            found[name] = _seen_from(folder, path)
    return {"run": found}


def _seen_from(folder: Path, path: Path) -> str:
    return path.as_posix() if path.is_absolute() else Path(os.path.relpath(path, folder)).as_posix()


def run_before(folder: Path) -> Mapping[str, Any]:
    """Give how the run of the set in a folder was asked for: its paths, seen from here. Empty without a set."""
    found = manifest_of(folder).get("run", {})

    def here(path: str) -> Path:
        return Path(path) if Path(path).is_absolute() else Path(os.path.relpath(folder / path))

    return {
        name: here(paths) if isinstance(paths, str) else [here(path) for path in paths] for name, paths in found.items()
    }


def _taken(sources: Sequence[Path], grader: Grader, folder: Path, settings: Settings) -> HandedIn:
    """Read what was handed in; where a file of columns was asked for and filled in meanwhile, with that."""
    students = roster_in(settings.roster) if settings.roster else ()
    files = grader.exercises.files
    taken = handed_in(sources, files, settings.columns, students)
    if taken.asked and settings.columns is None and _is_filled(folder / COLUMNS_FILE, taken, grader):
        return handed_in(sources, files, folder / COLUMNS_FILE, students)
    return taken


def _question(taken: HandedIn, grader: Grader) -> str:
    return filled_in(taken.asked, course_of(grader.exercises.files).targets, grader.lang)


def _is_filled(path: Path, taken: HandedIn, grader: Grader) -> bool:
    """Tell if somebody has written into the file of columns that a run before has put there."""
    return path.is_file() and path.read_text(encoding="utf-8") != _question(taken, grader)


def _asking(taken: HandedIn, grader: Grader, folder: Path) -> Graded:
    """Write the file of columns that is to be filled in; one that is there already stays."""
    path = folder / COLUMNS_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(_question(taken, grader), encoding="utf-8")
    except OSError as error:
        facts = {"file": str(path), "detail": error.strerror or ""}
        raise raisable(OperatorError, Problem("file-unwritable", facts)) from error
    return Graded(taken.submissions.problems, taken.submissions.notices, asks=path)


def _kept(taken: HandedIn, folder: Path, existing: Path | None) -> Problem | None:
    """Tell why nothing may be replaced: nothing was read, or of a class that has grades a file was not."""
    if not taken.inbox.count:
        return Problem("nothing-read", {"file": str(folder)})
    if existing is not None and any(problem.code in UNREAD for problem in taken.submissions.problems):
        return Problem("source-unread", {"file": str(folder)})
    return None
