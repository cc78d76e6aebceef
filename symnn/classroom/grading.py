"""A whole class: what was handed in is read, every answer graded once, grades and results written as one set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from symnn.classroom.changes import Basis, Counting, changes, marks_before
from symnn.classroom.conventions import mixed
from symnn.classroom.describing import described
from symnn.classroom.files import changes_csv, grades_csv, problems_csv
from symnn.classroom.grader import Grader, Lost, result_lost
from symnn.classroom.intake.cells import damage_in
from symnn.classroom.intake.columns import Columns, filled_in
from symnn.classroom.intake.gathering import HandedIn, handed_in
from symnn.classroom.intake.readers import course_of
from symnn.classroom.intake.roster import roster_in
from symnn.classroom.lock import locked
from symnn.classroom.outcomes import said, said_with
from symnn.classroom.outputs import MANIFEST, replaced, settled, standing
from symnn.classroom.pageset import Tables, pages
from symnn.classroom.report import REPORT
from symnn.classroom.results import LENIENT, Gradebook, Mark, Policy, engine, gradebook, line_of, marked
from symnn.classroom.submissions import Submissions, left_out
from symnn.classroom.work import Assigned, Piece, assigned
from symnn.classroom.workers import LIMITS, Limits, graded
from symnn.documents.text import Text, read_text
from symnn.errors import AuthorError, Fact, OperatorError, Problem, TargetError, UsageError
from symnn.exercises.exercise import Exercise
from symnn.exercises.library import files_in
from symnn.exercises.loading import load_exercise
from symnn.messages import Language, raised
from symnn.verdicts import codes

__all__ = ["COLUMNS_FILE", "OUTPUTS", "Graded", "course", "grade_class"]

CHANGES = "changes.csv"
OUTPUTS = ("grades.csv", "results.jsonl", "problems.csv", CHANGES, MANIFEST)
"""The files that a run writes."""

UNREAD = frozenset({"file-not-found", "file-unreadable", "file-not-regular", "file-too-large", "not-text"})
"""Problems that cost a whole file of submissions."""

COLUMNS_FILE = "columns.yaml"
"""Where a run that does not know what the columns are asks for it, in the output folder."""

Progress = Callable[[int, int], None]


class Graded(Struct, frozen=True):
    """What came of a class: the marks in the order of the files, the gradebook, and what could not be read.

    ``lost`` are the answers that could not be graded; ``kept`` tells why the folder was left as it was, if it was;
    ``asks`` is the file of columns that is to be filled in first.
    """

    marks: tuple[Mark, ...]
    book: Gradebook
    submissions: Submissions
    pieces: int
    files: tuple[Path, ...] = ()
    lost: tuple[Problem, ...] = ()
    kept: Problem | None = None
    asks: Path | None = None


def course(places: Sequence[Path], key: bytes, lang: Language) -> Grader:
    """Read all exercises of some files and folders.

    Raises: AuthorError naming every problem if one of them is broken, TargetError if there is none.
    """
    texts: list[Text] = []
    problems: list[Problem] = []
    loaded: list[Exercise] = []
    for path in (path for place in places for path in files_in(place)):
        text = read_text(path)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        exercise = load_exercise(text)
        problems += exercise.problems
        texts.append(text)
        loaded += [exercise.value] if exercise.value is not None else []
    if problems:
        raise raised(AuthorError, *problems)
    if not texts:
        raise raised(TargetError, Problem("no-exercises", {"file": ", ".join(map(str, places))}))
    return Grader(tuple(texts), key, lang, loaded)


def grade_class(  # noqa: PLR0913 - what a class may be asked for
    sources: Sequence[Path],
    grader: Grader,
    folder: Path,
    *,
    jobs: int = 1,
    force: bool = False,
    progress: Progress | None = None,
    policy: Policy = LENIENT,
    columns: Path | Columns | None = None,
    roster: Path | None = None,
    limits: Limits = LIMITS,
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
            settled(folder)
    students = roster_in(roster) if roster else ()
    taken = handed_in(sources, grader.exercises, columns, students)
    if taken.asked and columns is None and _is_filled(folder / COLUMNS_FILE, taken, grader):
        taken = handed_in(sources, grader.exercises, folder / COLUMNS_FILE, students)
    if taken.asked:
        return _asking(taken, grader, folder)
    submissions = taken.submissions
    existing = next((folder / name for name in OUTPUTS if (folder / name).exists()), None)
    kept = _kept(submissions, folder, existing)
    if kept is not None:
        return Graded((), gradebook((), grader), submissions, 0, kept=kept)
    with locked(folder):
        if existing is not None and not force and not standing(folder):
            raise raised(UsageError, Problem("file-exists", {"file": str(existing)}))
        work = assigned(submissions.answers, grader.exercises, grader.key)
        by_piece, lost = _graded(tuple(dict.fromkeys(one.piece for one in work)), grader, jobs, progress, limits)
        marks = tuple(marked(work, by_piece, policy))
        book = gradebook(marks, grader, taken.roster)
        told = (*submissions.notices, *_uncounted(work, marks))
        submissions = Submissions(submissions.answers, submissions.problems, told)
        tables = Tables(
            grades_csv(book),
            problems_csv((*submissions.problems, *told), grader.lang),
            changes_csv(changes(marks_before(folder), _bases(work, marks, grader)), grader.lang),
        )
        files: dict[str, Iterable[bytes]] = {
            "grades.csv": [tables.grades],
            "results.jsonl": _lines(work, by_piece, marks, grader),
            "problems.csv": [tables.problems],
            CHANGES: [tables.changes],
        }
        about = described(grader.exercises, book.targets, grader.lang, len(taken.roster))
        files |= pages(folder, dict.fromkeys(mark.student for mark in marks), about, tables)
        paths = replaced(folder, files, {"symnn": engine(), "course": grader.digest}, beside=(CHANGES, REPORT))
    return Graded(marks, book, submissions, len(by_piece), paths, tuple(_lost(work, lost)))


def _question(taken: HandedIn, grader: Grader) -> str:
    return filled_in(taken.asked, course_of(grader.exercises).targets, grader.lang)


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
        raise raised(OperatorError, Problem("file-unwritable", facts)) from error
    return Graded((), gradebook((), grader), taken.submissions, 0, asks=path)


def _uncounted(work: Sequence[Assigned], marks: Sequence[Mark]) -> Iterator[Problem]:
    """Name the answers that do not count because another attempt does."""
    pairs = list(zip(work, marks, strict=True))
    counted = {(mark.student, mark.target): one.answer for one, mark in pairs if mark.counts}
    yield from left_out((one.answer for one in work), counted)


def _kept(submissions: Submissions, folder: Path, existing: Path | None) -> Problem | None:
    """Tell why nothing may be replaced: nothing was read, or of a class that has grades a file was not."""
    if not submissions.answers:
        return Problem("nothing-read", {"file": str(folder)})
    if existing is not None and any(problem.code in UNREAD for problem in submissions.problems):
        return Problem("source-unread", {"file": str(folder)})
    return None


def _bases(work: Sequence[Assigned], marks: Sequence[Mark], grader: Grader) -> Iterator[Basis]:
    """Say what each mark rests on."""
    for one, mark in zip(work, marks, strict=True):
        answer = one.answer
        digest = grader.exercises[answer.exercise].hashes[answer.part]
        counting = Counting(mark.points, mark.counts)
        yield Basis(answer.student, answer.exercise, answer.part, answer.handed_in, digest, engine(), counting)


def _lost(work: Iterable[Assigned], lost: Mapping[Piece, Lost]) -> Iterator[Problem]:
    """Name the answers that could not be graded, each with the cause."""
    for one in work:
        if one.piece in lost:
            why = lost[one.piece]
            facts: dict[str, Fact] = {"student": one.answer.student, "target": one.answer.target}
            yield Problem("lost-answer", facts | {"cause": why.cause, "detail": why.detail}, place=one.answer.place)


def _lines(
    work: Sequence[Assigned], graded: Mapping[Piece, bytes], marks: Sequence[Mark], grader: Grader
) -> Iterator[bytes]:
    """Give the lines of the results, with what only a whole submission or the raw cell shows."""
    unlike = mixed(work, graded, grader.exercises)
    for one, mark in zip(work, marks, strict=True):
        damage = damage_in(one.answer.raw)
        more = [codes.SPREADSHEET_DAMAGE({"what": damage})] if damage else []
        more += [unlike[one]] if one in unlike else []
        result = graded[one.piece]
        told = said_with(result, tuple(more), grader.lang) if more else said(result, grader.lang)
        yield line_of(one, told, mark, grader)


def _graded(
    pieces: tuple[Piece, ...], grader: Grader, jobs: int, progress: Progress | None, limits: Limits
) -> tuple[Mapping[Piece, bytes], Mapping[Piece, Lost]]:
    """Grade every piece once; with those that were lost."""
    done: dict[Piece, bytes] = {}
    lost: dict[Piece, Lost] = {}
    for place, outcome in graded(pieces, grader, jobs, limits):
        piece = pieces[place]
        if isinstance(outcome, Lost):
            lost[piece] = outcome
            done[piece] = result_lost(grader, piece, outcome)
        else:
            done[piece] = outcome
        if progress is not None:
            progress(len(done), len(pieces))
    return done, lost
