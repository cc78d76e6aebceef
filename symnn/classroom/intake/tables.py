"""A table of submissions, wide (a column a part) or long (a row an answer): its header understood, its rows read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct

from symnn.classroom.intake.cells import answer_in, damage_in
from symnn.classroom.intake.choosing import (
    answering,
    are_marks,
    identifying,
    is_remark,
    named_beside,
    naming,
    taken_apart,
)
from symnn.classroom.intake.columns import Columns, OpenColumns, Split
from symnn.classroom.intake.folders import Owner
from symnn.classroom.intake.headings import ColumnHeading, Course, Target, aimed_at, folded_title, is_nobody, roles_of
from symnn.classroom.intake.identities import identified
from symnn.classroom.intake.papers import sections
from symnn.classroom.intake.rows import TableRow
from symnn.classroom.intake.sheet import Sheet
from symnn.classroom.submissions import Answer, Submissions, Taker
from symnn.documents.nearest import nearest
from symnn.errors import Fact, Place, Problem

__all__ = ["header_in", "is_header", "read_table"]

SAMPLES: Final = 3
LONGEST_FACT: Final = 80
"""Characters of a text, and texts of a list, that a sentence shows."""
LONGEST_SAMPLE: Final = 40
LONG: Final = ("exercise", "answer")
NOBODY: Final = Owner("")
_NO_VALUES: Final = frozenset({"", "-"})
ESCAPED: Final = frozenset({"sis_id", "n correct", "n incorrect"})
"""Titles of Canvas, which writes a comma and a backslash of an answer behind a backslash."""
EMPTY: Final = Columns()


def is_header(row: TableRow, course: Course, columns: Columns, owner: Owner = NOBODY) -> bool:
    """Tell if a row says who answers and what; who, of a table of one ``owner``, nobody has to say."""
    found = roles_of(_headings(row, course, columns))
    who = bool(owner.student) or any(role in found for role in ("student", "split", "weak"))
    what = "part-answer" in found or "page" in found or all(role in found for role in LONG)
    return who and what


def header_in(sheet: Sheet, course: Course, columns: Columns) -> int | None:
    """Find the header: a row that says who and what, else one with two titles that are known, else the first."""
    if columns.header:
        return next((place for place, row in enumerate(sheet.head) if row.line >= columns.header), None)
    for place, row in enumerate(sheet.head):
        if is_header(row, course, columns):
            return place
    for place, row in enumerate(sheet.head):
        known = [one for one in _headings(row, course, columns) if one.role and one.role != "other"]
        if len(known) > 1:
            return place
    return 0 if sheet.head else None


def _headings(row: TableRow, course: Course, columns: Columns) -> list[ColumnHeading]:
    """Say what each title means; a file of columns stands above what the title itself says."""
    given = columns.titles
    parts = {folded_title(title): target for title, target in columns.parts.items()}
    found: list[ColumnHeading] = []
    for title in row.fields:
        if not given and not parts:
            found.append(course.meaning(title))
            continue
        shown = folded_title(title)
        target = course.targets.get(parts.get(shown, ""))
        if target is not None:
            found.append(ColumnHeading(title, "part-answer", target, exactly=True))
        elif shown in given or shown in parts:
            found.append(ColumnHeading(title, given.get(shown, "other"), exactly=True))
        else:
            found.append(course.meaning(title))
    return found


def read_table(
    sheet: Sheet, course: Course, columns: Columns, answers: Taker, owner: Owner = NOBODY
) -> Submissions | OpenColumns:
    """Read the answers of a table into ``answers``; where it is not sure what its columns are, ask.

    A table that says of nobody that he answers is its ``owner``'s, if it has one.
    """
    start = header_in(sheet, course, columns)
    if start is None:
        problems = list(sheet.problems)
        for _ in sheet.below(0, problems):
            pass
        return Submissions((*problems, Problem("empty-table", place=Place(sheet.file))), sheet.notices)
    header = sheet.head[start]
    table = _Table(sheet, start, course, columns, answers, owner)
    if start:
        table.note("rows-above-header", header.line, count=start)
    layout = table.layout()
    if isinstance(layout, OpenColumns):
        return layout
    if layout:
        count = 0
        for count, row in enumerate(sheet.below(start, table.problems), 1):  # noqa: B007 - counted for what follows
            table.take(row)
        if not count:
            table.note("empty-table", header.line)
    return Submissions(tuple(table.problems), tuple(table.notices))


class _Table:
    """Understands the header of a table, then takes it row by row."""

    def __init__(
        self, sheet: Sheet, start: int, course: Course, columns: Columns, answers: Taker, owner: Owner
    ) -> None:
        header = sheet.head[start]
        self.owner = owner
        self.file = sheet.file
        self.course = course
        self.columns = columns
        self.header = header
        self.sheet = sheet
        self.start = start
        self.headings = _headings(header, course, columns)
        self.headings = named_beside(self.headings, self._values, course.meaning)
        self.places: dict[str, tuple[int, ...]] = dict(roles_of(self.headings))
        self.answers = answers
        self.problems: list[Problem] = list(sheet.problems)
        self.notices: list[Problem] = list(sheet.notices)
        self.is_escaped = frozenset(folded_title(title) for title in header.fields) >= ESCAPED
        self.student: int = -1
        self.parts: dict[int, Target] = {}

    def layout(self) -> bool | OpenColumns:
        """Understand the columns; False if nothing can be read, a question if it is not sure which are which."""
        self._part_columns()
        students = self._students()
        if not self.parts and "exercise" not in self.places and "answer" in self.places:
            found = naming(self.places, self._values, self.course.targets)
            self.places |= {} if found is None else {"exercise": (found,)}
        is_long = not self.parts and all(role in self.places for role in LONG)
        is_ours = is_long or any(one.exactly and one.target for one in self.headings) or self._means_targets()
        open_columns = self._open_columns()
        if len(students) == 1:
            self.student = students[0]
        is_known = self.student >= 0 or bool(self.owner.student and not students)
        if is_known and (is_long or self.parts or "page" in self.places):
            guessed = bool(open_columns) and not is_ours
            guessed = guessed or are_marks(self.parts, self.headings, self._values, self.course.kind)
            if not guessed or self.columns is not EMPTY:
                self._ignored(open_columns)
                return True
            return self._asked(open_columns)
        if is_ours or any(role in self.places for role in LONG):
            self._missing(students)
            return False
        return self._asked(open_columns)

    def _students(self) -> tuple[int, ...]:
        """List the columns that may be the student's: ids, or where there is none, addresses."""
        strong = identifying(self.headings, self.places.get("student", ()))
        if len(strong) < len(self.places.get("student", ())):
            self.places.setdefault("name", self.places["student"])
        split = self.places.get("split", ()) if isinstance(self.columns.student, Split) else ()
        weak = self.places.get("weak", ())
        filled = tuple(place for place in strong if self._values(place))
        return filled or strong or split or (weak if len(weak) == 1 or not self.places.get("split") else ())

    def _means_targets(self) -> bool:
        return any(one.is_like_a_target for one in self.headings)

    def _part_columns(self) -> None:
        """Find the columns of parts; one that is there twice is named with both places, and the first counts."""
        by_target: dict[Target, list[int]] = {}
        for place in self.places.get("part-answer", ()):
            target = self.headings[place].target
            if target is not None:
                by_target.setdefault(target, []).append(place)
        for target, places in by_target.items():
            first, *others = answering(self.headings, places)
            self.parts[first] = target
            for other in others:
                numbers = (str(first + 1), str(other + 1))
                self.problem("column-twice", self.header.line, column="/".join(target), places=numbers)
        given = {folded_title(title): target for title, target in self.columns.parts.items()}
        for one in self.headings:
            named = one.title if one.is_like_a_target else given.get(folded_title(one.title), "")
            if named and not one.target:
                exercise, _, part = named.partition("/")
                self.target(exercise, part, self.header.line)

    def _open_columns(self) -> tuple[int, ...]:
        """List the columns of which nobody knows what they are, and in which something stands."""
        return tuple(
            place
            for place, one in enumerate(self.headings)
            if not one.role and one.title.strip() and not one.is_like_a_target and self._values(place)
        )

    def _ignored(self, places: tuple[int, ...]) -> None:
        """Say what was not read, so that nobody hands in a score of their own."""
        passed = {place for place in self.places.get("part-answer", ()) if place not in self.parts}
        unread = sorted(
            {*places, *(place for place in (*passed, *self.places.get("other", ())) if self._values(place))}
        )
        if unread:
            titles = tuple(folded_title(self.headings[place].title)[:LONGEST_SAMPLE] for place in unread)
            self.note("columns-ignored", self.header.line, columns=titles)

    def _missing(self, students: tuple[int, ...]) -> None:
        """Say which columns are missing, unless a title that is nearly right has been named already."""
        if len(students) > 1:
            places = tuple(str(place + 1) for place in students)
            self.problem("column-twice", self.header.line, column="student", places=places)
        needed = [] if students or self.owner.student else ["student"]
        if not self.parts and not self._means_targets():
            needed += [role for role in LONG if role not in self.places]
        found = tuple(folded_title(title)[:LONGEST_SAMPLE] for title in self.header.fields)
        for name in needed:
            self.problem("missing-column", self.header.line, column=name, found=found)

    def _asked(self, open_columns: tuple[int, ...]) -> OpenColumns:
        """Make the question: what each column was taken for, with some of its values."""
        unknown = frozenset(open_columns)
        asked = [
            (folded_title(one.title), "/".join(one.target) if one.target else one.role, self._values(place))
            for place, one in enumerate(self.headings)
            if one.role or place in unknown
        ]
        return OpenColumns(self.file, self.header.line, tuple(asked))

    def _values(self, place: int) -> tuple[str, ...]:
        """Give the first different values of a column."""
        return self._samples.get(place, ())

    @cached_property
    def _samples(self) -> Mapping[int, tuple[str, ...]]:
        """The first different values of every column, in one pass: a table may have as many columns as letters."""
        found: dict[int, dict[str, None]] = {}
        seen: set[tuple[int, str]] = set()
        open_places = set(range(len(self.headings)))
        for row in self.sheet.below(self.start, []):
            for place, field in enumerate(row.fields):
                cell = field.strip()
                if cell in _NO_VALUES or place not in open_places or (place, cell) in seen:
                    continue
                seen.add((place, cell))
                values = found.setdefault(place, {})
                values[folded_title(cell)[:LONGEST_SAMPLE]] = None
                if len(values) == SAMPLES:
                    open_places.discard(place)
            if not open_places:
                break
        return {place: tuple(values) for place, values in found.items()}

    def take(self, row: TableRow) -> None:
        """Take the answers of one row; cells beyond the header may only be empty."""
        if row.is_blank or is_nobody(self._written(row)) or is_nobody(self._name(row)):
            return
        if is_remark(row, self.student):
            self.note("row-left-out", row.line, found=self._written(row).strip()[:LONGEST_SAMPLE])
            return
        width = len(self.header.fields)
        if any(field.strip() for field in row.fields[width:]):
            self.problem("wrong-columns", row.line, expected=width, found=len(row.fields))
            return
        who = self._who(row)
        if who is None:
            return
        if "page" in self.places:
            self._page(row, who)
        for place, target in self.parts.items():
            self._answer(row, who, target, row.at(place))
        if not self.parts and "page" not in self.places:
            self._long(row, who)

    def _who(self, row: TableRow) -> _Who | None:
        """Read who answers, and when."""
        written = self._written(row)
        name = self._name(row)
        if isinstance(self.columns.student, Split):
            written, rest = taken_apart(written, self.columns.student.take)
            name = name or rest
        student, problem = identified(written, Place(self.file, row.line))
        if problem is not None:
            self.problems.append(problem)
        if not student:
            return None
        attempt = self._attempt(row)
        return (
            None if attempt is None else _Who(student, name, self._cell(row, "time"), self._cell(row, "group"), attempt)
        )

    def _written(self, row: TableRow) -> str:
        """Give what stands there of the student."""
        return row.at(self.student) if self.student >= 0 else self.owner.student

    def _name(self, row: TableRow) -> str:
        whole = self._cell(row, "name")
        return whole or " ".join(filter(None, (self._cell(row, "first"), self._cell(row, "last"))))

    def _cell(self, row: TableRow, role: str) -> str:
        """Give what stands in the first column of a role."""
        places = self.places.get(role, ())
        return folded_title(row.at(places[0])) if places else ""

    def _attempt(self, row: TableRow) -> int | None:
        text = self._cell(row, "attempt").removesuffix(".0")
        if not text:
            return 0
        if text.isascii() and text.isdigit() and len(text) <= 6 and int(text):  # noqa: PLR2004 - a million attempts
            return int(text)
        self.problem("bad-attempt", row.line, found=text[:20])
        return None

    def _long(self, row: TableRow, who: _Who) -> None:
        written = row.at(self.places["exercise"][0])
        exercise, _, part = written.strip().partition("/")
        if "part" in self.places:
            part = part or row.at(self.places["part"][0]).strip()
        target = aimed_at(written, self.course.targets) or self.target(exercise, part, row.line)
        if target is not None:
            self._answer(row, who, target, row.at(self.places["answer"][0]))

    def _page(self, row: TableRow, who: _Who) -> None:
        """Take a cell that holds a whole page, a heading or a line for each part."""
        for target, text, _ in sections(row.at(self.places["page"][0]), self.course.targets):
            self._answer(row, who, target, text)

    def _answer(self, row: TableRow, who: _Who, target: Target, raw: str) -> None:
        if self.is_escaped:
            raw = re.sub(r"\\([\\,])", r"\1", raw)
        text = answer_in(raw, self.course.kind(target), self.columns)
        place = Place(self.file, row.line)
        if damage := damage_in(raw):
            self.note("spreadsheet-damage", row.line, what=damage)
        self.answers.append(Answer(who.student, *target, text, who.attempt, place, raw, who.name, who.time, who.group))

    def target(self, exercise: str, part: str, line: int) -> Target | None:
        """Find what is answered, or say what is nearest."""
        exercise, part = exercise.strip(), part.strip()
        found = aimed_at(f"{exercise}/{part}", self.course.targets)
        if found is not None:
            return found
        parts = [name for of, name in self.course.targets.values() if of == exercise]
        if not parts:
            known = {of for of, _ in self.course.targets.values()}
            self.problem("unknown-exercise", line, name=exercise, nearest=nearest(exercise, known))
        else:
            self.problem("unknown-part", line, exercise=exercise, part=part, nearest=nearest(part, parts))
        return None

    def problem(self, code: str, line: int, **facts: Fact) -> None:
        """Record what could not be read."""
        self.problems.append(Problem(code, _short(facts), place=Place(self.file, line)))

    def note(self, code: str, line: int, **facts: Fact) -> None:
        """Record what the operator should know."""
        self.notices.append(Problem(code, _short(facts), place=Place(self.file, line)))


def _short(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Cut what may be as long as a cell: a sentence names it, and does not repeat it."""
    return {name: fact[:LONGEST_FACT] if isinstance(fact, str | tuple) else fact for name, fact in facts.items()}


class _Who(Struct, frozen=True):
    """Who handed in a row, and when."""

    student: str
    name: str
    time: str
    group: str
    attempt: int
