"""The pages of a class: what stands in them, what never does, and that nothing in them is more than text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import groupby

import pytest

from symnn.classroom.about import About, MarkedPart
from symnn.classroom.decisions import Decision, DecisionScope, Ruling
from symnn.classroom.grading import course, grade_class
from symnn.classroom.pageset import _feedback
from symnn.classroom.recorded import Delay, GivenMark, Recorded, Results, Said, ShownAnswer
from symnn.classroom.report import report
from symnn.classroom.returned import feedback_names, feedback_page
from symnn.classroom.statistics import figures
from symnn.exercises.library import shipped_folder

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "a\u202eb\x1b",
    "<!--",
    "</style>",
)
CHINESE = re.compile("[\u4e00-\u9fff]")


class Page(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.inside = []
        self.feed(html.decode() if isinstance(html, bytes) else html)

    def handle_starttag(self, tag, attrs):  # noqa: D102 - of HTMLParser, as below
        self.tags.append(tag)
        self.attributes += attrs
        self.inside.append(tag)

    def handle_endtag(self, tag):  # noqa: D102
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):  # noqa: D102
        if "style" not in self.inside:
            self.text += data


def a_result(**changed):
    about = {"exercise": "a", "part": "x", "student": "007", "attempt": 1, "verdict": "wrong", "points": 0, "max": 2}
    mark = {"findings": (Said("sign", "the sign"),), "answer": "-x", "cluster": "c", "mark": GivenMark(0.0)}
    return Recorded(**{**about, **mark, "read": ShownAnswer("-x", "-x"), **changed})


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    lines = ["student,name,midges/Af,neuron/dy-dw1"]
    lines += [f"{number:04},S{number}x,{answer},y(1-y)x1" for number, answer in enumerate(("0.8103", "hm", "0.2831"))]
    (folder / "in.csv").write_text("\n".join(lines), encoding="utf-8")
    grade_class([folder / "in.csv"], course([shipped_folder()], b"k" * 32, "en"), folder / "out")
    return folder / "out"


def test_the_open_count_stands_first_and_leads_to_what_waits(graded):
    page = (graded / "report.html").read_text(encoding="utf-8")
    body = Page(page[page.index("<body>") :])
    assert re.search(r"Open\s*1\b", body.text[:2000])
    assert ("href", "#open") in body.attributes
    assert "script" not in body.tags
    assert all(not value.startswith("http") for name, value in body.attributes if name in ("href", "src"))


def test_a_report_shows_parts_clusters_and_what_was_expected(graded):
    text = Page((graded / "report.html").read_bytes()).text
    for words in ("midges/Af", "Facility", "0.8103", "Expected", "0.2831", "Everything could be read."):
        assert words in text


def test_a_student_sees_the_own_answers_and_nothing_that_was_asked_for(graded):
    pages = sorted((graded / "feedback").iterdir())
    assert [page.name for page in pages] == ["0000.html", "0001.html", "0002.html"]
    for number, page in enumerate(pages):
        text = page.read_text(encoding="utf-8")
        others = {f"{other:04}" for other in range(3) if other != number} | {f"S{o}x" for o in range(3) if o != number}
        assert not [words for words in others if words in text]
        assert ("0.2831" in text) == (number == 2)  # who wrote it sees it
        assert (b"k" * 32).hex() not in text
    assert "A person will look" in pages[1].read_text(encoding="utf-8")


def test_every_page_is_in_the_manifest(graded):
    files = json.loads((graded / "manifest.json").read_bytes())["files"]
    assert {"report.html", "course.json", "feedback/0001.html"} <= set(files)


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_stands_in_a_class_is_text(words):
    one = a_result(
        student=words, name=words, answer=words, part=words, findings=(Said("x", words), Said("y", f"${words}$"))
    )
    decision = Decision("d1", DecisionScope(text=words), Ruling(points=0.0), comment=words, by=words)
    asked = About("en", 1, {one.target: MarkedPart(words, 1.0, ShownAnswer(words, words))})
    table = f'file,line,student,code,sentence\r\n"{words.replace(chr(34), "")}",1,,x,"<b>"\r\n'.encode()
    clean = Page(report([a_result()], About(), decisions=[decision])).tags
    for html in (report([one], asked, table, decisions=[decision]), feedback_page(words, [one], 2.0, {}, "en")):
        page = Page(html)
        assert not {"script", "img", "b"} & set(page.tags)
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert "\u202e" not in html.decode()
        assert "49" not in page.text
    assert "script" not in clean


def test_pages_are_in_one_language():
    one = a_result(findings=(), mark=GivenMark(None, open=True), verdict="undecided")
    for html in (report([one], About("en")), feedback_page("007", [one], 2.0, {}, "en")):
        assert not CHINESE.search(Page(html).text)
    for html in (report([one], About("zh")), feedback_page("007", [one], 2.0, {}, "zh")):
        assert not re.search(r"\b(?:the|Points|Open|Answers|Parts)\b", Page(html).text)


def test_a_comment_of_a_person_reaches_the_student_and_a_mark_in_the_answer_shows_the_place():
    one = a_result(
        answer="2*q*x",
        findings=(Said("unknown-name", "no q", (2, 3)),),
        mark=GivenMark(1.0, by="person", decision="d7"),
    )
    html = feedback_page("007", [one], 2.0, {"d7": "Well <tried>"}, "en").decode()
    assert "Well &lt;tried&gt;" in html
    assert "2*<mark>q</mark>*x" in html
    assert "Marked by a person: 1 of 2 points." in html


def test_what_being_late_costs_is_shown_apart():
    late = a_result(verdict="correct", points=2, findings=(), mark=GivenMark(2.0), late=Delay(2, 0.4))
    text = " ".join(Page(feedback_page("007", [late], 2.0, {}, "en")).text.split())
    assert "Points1.6 / 2 Late−0.4" in text
    found = figures([late])
    assert (found.totals, found.parts[0].facility) == ((1.6,), 1.0)


def test_names_of_pages_are_harmless_and_no_two_are_the_same():
    students = [
        "007",
        "a",
        "A",
        "../../etc",
        "..",
        ".",
        "",
        "a/b",
        "a\\b",
        "con",
        "x" * 300,
        "x" * 299,
        "王小明",
        "a~2",
    ]
    names = feedback_names(students)
    assert len({name.casefold() for name in names.values()}) == len(students)
    for name in names.values():
        folder, _, file = name.partition("/")
        assert (folder, file[-5:], "/" in file, "\\" in file, file[:1]) == ("feedback", ".html", False, False, file[:1])
        assert file[0] not in "./" or file == ".html"
        assert len(file.encode()) <= 120


def test_results_are_read_a_student_at_a_time(graded):
    results = Results(graded / "results.jsonl")
    assert [one.target for one in results.of("0001")] == ["midges/Af", "neuron/dy-dw1"]
    assert results.of("nobody") == []


def test_results_that_do_not_stand_together_are_told_before_a_page_loses_some():
    ahead = groupby([a_result(student="b")], key=lambda one: one.student)
    with pytest.raises(ValueError, match="a do not stand together"):
        next(_feedback("a", ahead, 1.0, {}, "en"))
