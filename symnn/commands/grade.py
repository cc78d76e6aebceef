"""``symnn grade``: the submissions of a class in, grades and results out."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from symnn.commands.options import described, option, verbosity
from symnn.commands.output import printed
from symnn.messages import Language, line, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symnn.classroom.grader import Grader
    from symnn.classroom.grading import Graded, Settings
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
@click.argument("submissions", nargs=-1, type=click.Path())
@option("-e", "--exercises", "places", multiple=True, type=click.Path(), about="option-exercises")
@option("-o", "--output", "output", default="graded", type=click.Path(), about="option-folder")
@option("--roster", type=click.Path(), about="option-roster")
@option("--columns", type=click.Path(), about="option-columns")
@option("--dry-run", is_flag=True, about="option-dry-run")
@option("--again", is_flag=True, about="option-again")
@option("--resume", is_flag=True, hidden=True, about="option-again")
@option("--dask", metavar="ADDRESS", about="option-dask")
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
    dask: str | None,
    dry_run: bool,
    again: bool,
    resume: bool,  # noqa: ARG001 - every run goes on where one was stopped
    strict: bool,
    force: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Grade a class and say what came of it."""
    from symnn.classroom.config import config, key_of
    from symnn.classroom.grading import course, grade_class
    from symnn.classroom.regrading import places_of, settings_of
    from symnn.commands.progress import Progress

    settings = config(Path.cwd(), os.environ)
    asked = _asked(Path(output), submissions, places, roster, columns, again=again)
    found = [Path(source) for source in asked["sources"]]
    grader = course(places_of(settings, asked["exercises"]), key_of(settings), lang)
    how = settings_of(settings, asked, jobs or settings.jobs or (os.cpu_count() or 1), again=again)
    if dask:
        from symnn.classroom.machines import submitted

        how = replace(how, passing=submitted(dask, grader))
    if dry_run:
        sys.exit(_told_of_intake(found, grader, Path(output), how, lang))
    progress = Progress(lang, terminal=sys.stderr.isatty()) if verbosity() >= 0 else None
    graded = grade_class(found, grader, Path(output), how, force=force, progress=progress)
    if verbosity() >= 0:
        _told((*graded.notices, *graded.problems, *graded.lost), lang)
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


def _asked(
    folder: Path,
    submissions: Sequence[str],
    places: Sequence[str],
    roster: str | None,
    columns: str | None,
    *,
    again: bool,
) -> dict[str, Any]:
    """Say what a run is about: what the options name, and for a run that is made again what they named then."""
    from symnn.classroom.grading import run_before
    from symnn.errors import Problem, UsageError
    from symnn.messages import raisable

    given = {"sources": list(submissions), "exercises": [Path(place) for place in places]}
    given |= {name: Path(path) for name, path in (("roster", roster), ("columns", columns)) if path}
    before = dict(run_before(folder)) if again and not submissions else {}
    asked = {"sources": [], "exercises": [], **before, **{name: one for name, one in given.items() if one}}
    if not asked["sources"]:
        raise raisable(UsageError, Problem("nothing-to-grade", {"file": str(folder)}))
    return asked


def _told_of_intake(sources: list[Path], grader: Grader, folder: Path, how: Settings, lang: Language) -> int:
    """Say what would be read and, where all is graded again, which marks would change; gives the exit code."""
    from symnn.classroom.grading import marks_that_would_change
    from symnn.classroom.intake.gathering import handed_in
    from symnn.classroom.intake.roster import roster_in

    students = roster_in(how.roster) if how.roster else ()
    taken = handed_in(sources, grader.exercises.files, how.columns, students)
    read = taken.submissions
    _told((*read.notices, *read.problems), lang)
    for asked in taken.asked:
        found: dict[str, Fact] = {"file": asked.file, "titles": tuple(title for title, _, _ in asked.columns)}
        click.echo(say("columns-unknown", found, lang), err=True)
    by_part: Counter[str] = Counter()
    for _, answers in taken.inbox.by_student():
        by_part.update(answer.target for answer in answers if not answer.is_blank)
    facts: dict[str, Fact] = {"students": len(taken.inbox.first), "answers": taken.inbox.count}
    rows = [say("class-read", facts, lang), *(f"{target}: {by_part[target]}" for target in sorted(by_part))]
    if how.again and not taken.asked and taken.inbox.count:
        for one in marks_that_would_change(taken, grader, folder, how):
            marks = f"{one.before or '–'} → {one.after or '–'}"
            rows.append(f"{one.student} {one.target}: {marks} ({say(one.why, lang=lang)})")
    printed("\n".join(rows) + "\n")
    if taken.asked:
        return EXIT_ASKED
    return EXIT_UNREAD if read.problems or not facts["answers"] else 0


def _told(problems: Sequence[Problem], lang: Language) -> None:
    """Say what could not be read, each with its place; of very many the first ones."""
    for problem in problems[:MOST_PROBLEMS]:
        click.echo(line(problem, lang), err=True)
    if len(problems) > MOST_PROBLEMS:
        click.echo(say("and-more", {"count": len(problems) - MOST_PROBLEMS}, lang), err=True)


def _summary(graded: Graded, lang: Language) -> dict[str, Any]:
    """Count what came of the class."""
    names = ("correct", "partial", "wrong", "unreadable", "undecided", "blank")
    return {
        "students": graded.students,
        "answers": graded.answers,
        "different": graded.different,
        "graded": graded.graded,
        "verdicts": {name: graded.verdicts.get(name, 0) for name in names},
        "open": graded.open,
        "problems": len(graded.problems),
        "problem_list": [{"code": one.code, "sentence": line(one, lang)} for one in graded.problems],
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
    if graded.problems or graded.kept is not None:
        return EXIT_UNREAD
    return EXIT_PERSON if strict and summary["open"] else 0
