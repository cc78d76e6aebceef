"""The corpus rows of kind ``echo``: hostile text comes out as plain text, of every writer and of a graded class."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from symnn.classroom.files import safe_cell
from symnn.commands.grade import command as grade
from symnn.commands.verify import command as verify
from symnn.handouts import formats
from symnn.handouts.document import Document, Title
from symnn.handouts.html import html
from symnn.handouts.latex import escaped as in_latex
from symnn.handouts.markdown import escaped as in_markdown
from symnn.notation.terminal import escaped as in_terminal

CORPUS = Path(__file__).parent / "tables" / "attack.jsonl"
ROWS = [row for line in CORPUS.read_text(encoding="utf-8").splitlines() if (row := json.loads(line))["kind"] == "echo"]
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
FORMULA = tuple("=+-@")
ALLOWED_TAGS = {"html", "head", "meta", "title", "style", "body", "h1", "main", "article"}


def text_of(row):
    return row["input"] if "input" in row else "".join(piece * count for piece, count in row["parts"])


def cases(context):
    rows = [row for row in ROWS if context in row["contexts"]]
    return pytest.mark.parametrize("text", [text_of(row) for row in rows], ids=[row["id"] for row in rows])


class Tags(HTMLParser):
    """Collects the tags and the words of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.words = [], []

    def handle_starttag(self, tag, attrs):
        """Keep a tag."""
        self.tags.append((tag, attrs))

    def handle_data(self, data):
        """Keep words."""
        self.words.append(data)


@cases("csv")
def test_spreadsheet_cells_are_text(text):
    cell = safe_cell(text)
    table = io.StringIO()
    csv.writer(table).writerow([cell, "end"])
    rows = list(csv.reader(io.StringIO(table.getvalue(), newline="")))
    assert rows == [[cell, "end"]]
    assert not cell.lstrip().startswith(FORMULA)
    if not CONTROL.search(text) and "\n" not in text:
        assert cell.removeprefix("'") == text


@cases("html")
def test_html_shows_the_text_and_nothing_else(text):
    page = html(Document((Title(text, text),)), "en")
    seen = Tags()
    seen.feed(page)
    assert {tag for tag, _ in seen.tags} <= ALLOWED_TAGS
    assert not any(
        name.startswith("on") or "javascript" in (value or "") for _, attrs in seen.tags for name, value in attrs
    )
    assert " ".join(text.split()) in " ".join(" ".join(seen.words).split())


@cases("md")
def test_markdown_shows_the_text_and_nothing_else(text):
    written = in_markdown(text)
    assert not re.search(r"(?<!\\)[<`\[]", written)
    assert (
        unescape(re.sub(r"\\(.)", r"\1", written)).split() == unescape(unescape(text)).split()
        or re.sub(r"\\(.)", r"\1", written).split() == text.split()
    )


@cases("latex")
def test_latex_has_no_command_of_the_texts_own(text):
    written = in_latex(text)
    without_ours = re.sub(
        r"\\(?:[&%$#_{}]|text[a-z]+(?:\{\}|\{[^{}]*\})?|ensuremath\{[^{}]*\}|\^\{\}|~\{\})", "", written
    )
    assert not re.search(r"[\\&%$#_^~]", without_ours), written


@cases("terminal")
def test_a_terminal_obeys_nothing(text):
    assert not CONTROL.search(in_terminal(text))


@pytest.mark.parametrize("to", formats.FORMATS)
def test_titles_pass_through_every_writer(to):
    for row in ROWS:
        written = formats.written_document(Document((Title(text_of(row), text_of(row)),)), to, "zh")
        assert to in ("text", "latex") or not re.search(r"(?<!\\)<script", written)
        assert "\x1b" not in written


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_answers_are_echoed_harmlessly_by_verify(row):
    ran = CliRunner().invoke(verify, ["neuron/dy-dw1", text_of(row)])
    assert ran.exit_code in (1, 4)
    assert not CONTROL.search(ran.output.replace("\n", ""))


def test_hostile_students_and_answers_stay_inside_the_output_folder(tmp_path):
    """Every hostile id has its own row of text; nothing is written beside the output folder."""
    ids = [text_of(row) for row in ROWS if row["field"] == "exercise_id_or_student_id"]
    answers = [text_of(row) for row in ROWS if row["field"] == "answer"]
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["student", "exercise", "part", "answer"])
    writer.writerows([identity, "neuron", "dy-dw1", "y(1-y)x1"] for identity in ids)
    writer.writerows([f"s{place}", "neuron", "dy-dw1", answer] for place, answer in enumerate(answers))
    work = tmp_path / "work"
    work.mkdir()
    (work / "in.csv").write_bytes(table.getvalue().encode())
    ran = CliRunner().invoke(grade, [str(work / "in.csv"), "-o", str(work / "out"), "--jobs", "1"])
    assert ran.exit_code in (0, 4), ran.output
    assert {path.name for path in tmp_path.iterdir()} == {"work"}
    assert {path.name for path in work.iterdir()} == {"in.csv", "out"}
    grades = (work / "out" / "grades.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(grades, newline="")))[1:]
    assert all(not row[0].lstrip().startswith(FORMULA) for row in rows)
    assert len({row[0] for row in rows}) == len(rows)
    results = [json.loads(line) for line in (work / "out" / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    hostile = [one for one in results if re.fullmatch(r"s\d+", one["student"])]
    assert all(one["points"] == 0 for one in hostile)
