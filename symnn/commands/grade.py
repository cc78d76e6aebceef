"""``symnn grade``: the submissions of a class in, grades and results out."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symnn.commands.options import described, option, verbosity
from symnn.commands.output import printed
from symnn.messages import Language, line, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symnn.classroom.config import Config
    from symnn.classroom.grader import Grader
    from symnn.classroom.grading import Graded
    from symnn.classroom.intake.columns import Columns
    from symnn.errors import Fact, Problem

__all__ = ["command"]

EXIT_ASKED = 2
EXIT_UNREAD = 4
EXIT_PERSON = 3
MOST_PROBLEMS = 50
MOST_JOBS = 256


@described(
    "grade",
    "symnn grade submissions.csv -o graded",
    "symnn grade homework.xlsx late.zip --roster class.csv -e my-exercises/ -o graded --jobs 4 --json",
)
@click.argument("submissions", nargs=-1, required=True, type=click.Path())
@option("-e", "--exercises", "places", multiple=True, type=click.Path(), about="option-exercises")
@option("-o", "--output", "output", default="graded", type=click.Path(), about="option-folder")
@option("--roster", type=click.Path(), about="option-roster")
@option("--columns", type=click.Path(), about="option-columns")
@option("--dry-run", is_flag=True, about="option-dry-run")
@option("--again", "--resume", "again", is_flag=True, about="option-again", hidden=True)
@option("--jobs", type=click.IntRange(1, MOST_JOBS), about="option-jobs")
@option("--strict", is_flag=True, about="option-strict")
@option("-f", "--force", is_flag=True, about="option-force")
@option("--json", "as_json", is_flag=True, about="option-json")
def command(  # noqa: PLR0913 - one argument an option
    submissions: tuple[str, ...],
    places: tuple[str, ...],
    output: str,
    roster: str | None,
    columns: str | None,
    jobs: int | None,
    *,
    dry_run: bool,
    again: bool,  # noqa: ARG001 - every run grades all there is, and goes on where one was stopped
    strict: bool,
    force: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Grade a class and say what came of it."""
    from symnn.classroom.config import config, key_of
    from symnn.classroom.grading import course, grade_class
    from symnn.commands.progress import Progress

    settings = config(Path.cwd(), os.environ)
    grader = course(_places(places, settings), key_of(settings), lang)
    sources = [Path(source) for source in submissions]
    known = Path(columns) if columns else settings.columns
    if dry_run:
        sys.exit(_told_of_intake(sources, grader, known, roster, lang))
    progress = Progress(lang, terminal=sys.stderr.isatty()) if verbosity() >= 0 else None
    graded = grade_class(
        sources,
        grader,
        Path(output),
        jobs=jobs or settings.jobs or (os.cpu_count() or 1),
        force=force,
        progress=progress,
        policy=settings.policy,
        limits=settings.limits,
        columns=known,
        roster=Path(roster) if roster else None,
    )
    if verbosity() >= 0:
        _told((*graded.submissions.notices, *graded.submissions.problems, *graded.lost), lang)
        if not settings.key_file:
            click.echo(say("no-course-key", lang=lang), err=True)
    if graded.kept is not None:
        click.echo(line(graded.kept, lang), err=True)
    if graded.asks is not None:
        click.echo(say("columns-asked", {"file": str(graded.asks)}, lang), err=True)
        sys.exit(EXIT_ASKED)
    summary = _summary(graded, lang)
    printed(json.dumps(summary, ensure_ascii=False) + "\n" if as_json else _sentences(graded, summary, lang))
    sys.exit(_exit_code(graded, summary, strict=strict))


def _told_of_intake(
    sources: list[Path], grader: Grader, columns: Path | Columns | None, roster: str | None, lang: Language
) -> int:
    """Say what would be read, and write nothing; gives the exit code."""
    from symnn.classroom.intake.gathering import handed_in
    from symnn.classroom.intake.roster import roster_in

    students = roster_in(Path(roster)) if roster else ()
    taken = handed_in(sources, grader.exercises, columns, students)
    read = taken.submissions
    _told((*read.notices, *read.problems), lang)
    for asked in taken.asked:
        found: dict[str, Fact] = {"file": asked.file, "titles": tuple(title for title, _, _ in asked.columns)}
        click.echo(say("columns-unknown", found, lang), err=True)
    by_part = Counter(answer.target for answer in read.answers if not answer.is_blank)
    facts: dict[str, Fact] = {
        "students": len({answer.student for answer in read.answers}),
        "answers": len(read.answers),
    }
    rows = [say("class-read", facts, lang), *(f"{target}: {count}" for target, count in by_part.items())]
    printed("\n".join(rows) + "\n")
    if taken.asked:
        return EXIT_ASKED
    return EXIT_UNREAD if read.problems or not read.answers else 0


def _places(places: Sequence[str], settings: Config) -> list[Path]:
    """Say where the exercises are: as the options say, as the settings say, or the shipped ones."""
    if places:
        return [Path(place) for place in places]
    if settings.exercises:
        return [Path(settings.exercises)]
    from symnn.exercises.library import shipped_folder

    return [shipped_folder()]


def _told(problems: Sequence[Problem], lang: Language) -> None:
    """Say what could not be read, each with its place; of very many the first ones."""
    for problem in problems[:MOST_PROBLEMS]:
        click.echo(line(problem, lang), err=True)
    if len(problems) > MOST_PROBLEMS:
        click.echo(say("and-more", {"count": len(problems) - MOST_PROBLEMS}, lang), err=True)


def _summary(graded: Graded, lang: Language) -> dict[str, Any]:
    """Count what came of the class."""
    from symnn.classroom.results import counted

    counts = counted(graded.marks)
    names = ("correct", "partial", "wrong", "unreadable", "undecided", "blank")
    problems = graded.submissions.problems
    return {
        "students": len(graded.book.points),
        "answers": len(graded.marks),
        "different": graded.pieces,
        "verdicts": {name: counts[name] for name in names},
        "open": sum(mark.is_open and mark.counts for mark in graded.marks),
        "problems": len(problems),
        "problem_list": [{"code": one.code, "sentence": line(one, lang)} for one in problems],
        "files": _files(graded),
    }


def _sentences(graded: Graded, summary: dict[str, Any], lang: Language) -> str:
    """Say the same in words."""
    verdicts = {**summary["verdicts"], "open": summary["open"]}
    facts = {"students": summary["students"], "answers": summary["answers"], "different": summary["different"]}
    lines = [say("class-graded", facts, lang), say("class-verdicts", verdicts, lang)]
    if summary["problems"]:
        lines.append(say("class-problems", {"count": summary["problems"]}, lang))
    lines += [say("class-written", {"file": path}, lang) for path in _files(graded)]
    return "\n".join(lines) + "\n"


def _files(graded: Graded) -> list[str]:
    """List the files that were written; of a folder with a page for each student the folder."""
    own = graded.files[-1].parent if graded.files else None
    return list(dict.fromkeys(str(path if path.parent == own else path.parent) for path in graded.files))


def _exit_code(graded: Graded, summary: dict[str, Any], *, strict: bool) -> int:
    if graded.submissions.problems or graded.kept is not None:
        return EXIT_UNREAD
    return EXIT_PERSON if strict and summary["open"] else 0
