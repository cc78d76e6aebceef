"""``symnn export``: the marks of a class as another program reads them, or exercises as pages to read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import click

from symnn.commands.options import described, option
from symnn.commands.output import delivered_text
from symnn.errors import Problem, UsageError
from symnn.messages import Language, line, raisable, say

if TYPE_CHECKING:
    from symnn.classroom.exports.sending import Open, Sent
    from symnn.classroom.recorded import Results
    from symnn.classroom.scores import Scores

__all__ = ["command"]

EXIT_OPEN: Final = 3
OPEN: Final = ("refuse", "zero", "skip")


class _Order:
    """What is to be written: of which folder, for which template, in which language."""

    def __init__(self, folder: str, template: str | None, column: str, waiting: Open, lang: Language) -> None:
        self.folder = Path(folder)
        self.template = Path(template) if template else None
        self.column = column
        self.waiting = waiting
        self.lang = lang

    def needed(self, form: str) -> Path:
        """Give the template. Raises: UsageError if there is none."""
        if self.template is None:
            raise raisable(UsageError, Problem("no-template", {"form": form}))
        return self.template

    @property
    def comments(self) -> Mapping[str, str]:
        """What people said with their decisions, by the decision."""
        from symnn.classroom.decisions import decisions_in

        return {one.id: one.comment for one in decisions_in(self.folder).decisions if one.comment}


@described(
    "export",
    "symnn export xlsx graded -o grades.xlsx",
    "symnn export site exercises/ -o site",
)
@click.argument("form", type=click.Choice(["xlsx", "moodle", "moodle-feedback", "canvas", "gradescope", "site"]))
@click.argument("folder", metavar="OUT|EXERCISES", type=click.Path())
@click.argument("template", required=False, type=click.Path())
@option("-o", "--output", "output", required=True, type=click.Path(allow_dash=True), about="option-output")
@option("-f", "--force", is_flag=True, about="option-force")
@option("--open", "waiting", type=click.Choice(OPEN), default="refuse", about="option-open")
@option("--column", default="", metavar="TITLE", about="option-assignment")
@option("--feedback", type=click.Path(), about="option-feedback-zip")
def command(  # noqa: PLR0913, PLR0917 - one argument an option
    form: str,
    folder: str,
    template: str | None,
    output: str,
    waiting: Open,
    column: str,
    feedback: str | None,
    *,
    force: bool,
    lang: Language,
) -> None:
    """Write the marks in a form, unless some are open; or exercises as a site."""
    if form == "site":
        if template is not None:
            raise raisable(UsageError, Problem("site-one-place"))
        _site(folder, Path(output), lang, force=force)
        return
    from symnn.classroom.about import language_of
    from symnn.classroom.exports.sending import UnfinishedError, scores_to_send
    from symnn.commands.freshness import seen_to

    seen_to(Path(folder), lang)
    order = _Order(folder, template, column, waiting, language_of(Path(folder), lang))
    try:
        results, found = scores_to_send(order.folder, waiting)
    except UnfinishedError as error:
        click.echo("\n".join(line(problem, lang) for problem in error.problems), err=True)
        sys.exit(EXIT_OPEN)
    sent = FORMS[form](order, results, found)
    _told(sent, lang)
    delivered_text(sent.data, output, force=force)
    if feedback:
        delivered_text(_beside(order, results, found).data, feedback, force=force)


def _site(source: str, folder: Path, lang: Language, *, force: bool) -> None:
    """Write the exercises of a folder, a file, or a shipped one by its name, as pages to read."""
    from symnn.exercises.library import exercise, exercises_in
    from symnn.web.site import site

    found = exercises_in(Path(source)) if Path(source).exists() else (exercise(source),)
    paths = site(found, folder, lang, force=force)
    click.echo(say("site-written", {"count": len(paths), "folder": str(folder)}, lang), err=True)


def _told(sent: Sent, lang: Language) -> None:
    for notice in sent.notices:
        click.echo(line(notice, lang), err=True)


def _xlsx(order: _Order, results: Results, found: Scores) -> Sent:
    from symnn.classroom.exports.sending import Sent
    from symnn.classroom.exports.spreadsheet import graded_rows, workbook
    from symnn.classroom.scores import grades_rows

    rows = graded_rows(grades_rows(order.folder), found.students)
    return Sent(workbook(rows, (one for one in results if one.student in found.students), order.lang))


def _moodle(order: _Order, results: Results, found: Scores) -> Sent:
    from symnn.classroom.exports.moodle import worksheet
    from symnn.classroom.returned import summary

    comments = {student: summary(results.of(student), order.comments, order.lang) for student in found.students}
    return worksheet(order.needed("moodle"), found, comments)


def _moodle_feedback(order: _Order, results: Results, found: Scores) -> Sent:
    from symnn.classroom.exports.moodle import feedback_archive

    return feedback_archive(order.needed("moodle-feedback"), found, _pages(order, results, found))


def _beside(order: _Order, results: Results, found: Scores) -> Sent:
    from symnn.classroom.exports.moodle import feedback_beside

    return feedback_beside(order.needed("moodle"), found, _pages(order, results, found))


def _pages(order: _Order, results: Results, found: Scores) -> Mapping[str, bytes]:
    from symnn.classroom.returned import feedback_page

    return {
        student: feedback_page(student, results.of(student), found.max, order.comments, order.lang)
        for student in found.students
    }


def _canvas(order: _Order, _results: Results, found: Scores) -> Sent:
    from symnn.classroom.exports.canvas import gradebook_of_canvas

    return gradebook_of_canvas(found, order.template, order.column)


def _gradescope(_order: _Order, _results: Results, found: Scores) -> Sent:
    from symnn.classroom.exports.gradescope import grades_of_gradescope

    return grades_of_gradescope(found)


FORMS: Final[Mapping[str, Callable[[_Order, Results, Scores], Sent]]] = MappingProxyType(
    {
        "xlsx": _xlsx,
        "moodle": _moodle,
        "moodle-feedback": _moodle_feedback,
        "canvas": _canvas,
        "gradescope": _gradescope,
    }
)
