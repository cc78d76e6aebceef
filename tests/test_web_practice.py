"""The pages of practice: what they say is what the program says, and they give nothing away."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("starlette", reason="the pages need symnn[web]")
pytest.importorskip("uvicorn", reason="the pages need symnn[web]")

from served_pages import asked, faults, served, watched

from symnn.exercises.library import exercise, exercises_in, shipped_folder
from symnn.verdicts.hint import LEVELS
from symnn.web.learner import Learner
from symnn.web.lessons import Lessons

RIGHT, WRONG, TORN = "2(y-z)y(1-y)w5 f1(1-f1)x1", "2(y-z)y(1-y)w5 x1", "2(y-z)y(1-y)w5 f1(1-f1"
ANSWERS = [
    ("bp-2-2-1/dw1", RIGHT),
    ("bp-2-2-1/dw1", WRONG),
    ("bp-2-2-1/dw1", TORN),
    ("bp-2-2-1/dw1", "<script>alert(1)</script>"),
    ("bp-2-2-1/chain", "E -> y -> a3 -> f2 -> a2 -> w1"),
    ("bp-2-2-1/gradient-is-zero", "A"),
    ("midges/Af", "0.8103"),
]


@pytest.fixture
def lessons(tmp_path):
    made = Lessons([exercise("bp-2-2-1"), exercise("midges")], Learner(tmp_path / "store.sqlite"), "en")
    yield made
    made.learner.close()


def part_of(lessons, target):
    name, _, part = target.partition("/")
    return lessons.exercises[name].part(part)


@pytest.mark.parametrize(("target", "answer"), ANSWERS)
def test_the_page_says_what_the_program_says(lessons, target, answer):
    part = part_of(lessons, target)
    shown, said = lessons.try_(part, answer), part.grade(answer).to_dict("en")
    assert (shown.verdict, shown.points) == (said["verdict"], said["points"])
    assert [(one.code, one.message, one.span and list(one.span)) for one in shown.findings] == [
        (one["code"], one["message"], one.get("span")) for one in said["findings"]
    ]
    (task,) = [task for task in lessons.tasks(lessons.exercises[part.exercise]) if task.id == part.file.id]
    assert (task.answer, task.result) == (answer, shown)


@pytest.mark.parametrize(("target", "answer"), ANSWERS)
def test_a_preview_shows_what_is_read_and_not_whether_it_is_right(lessons, target, answer):
    part = part_of(lessons, target)
    seen = lessons.preview(part, answer)
    assert seen.verdict == ("unreadable" if part.grade(answer).is_illegible else "undecided")
    if seen.verdict == "undecided" and seen.read.text:
        assert seen.findings == ()
        assert seen.read.text == part.grade(answer).read.text


@pytest.mark.parametrize("name", [one.id for one in exercises_in(shipped_folder())])
def test_every_model_answer_can_be_previewed(name, tmp_path):
    found = exercise(name)
    lessons = Lessons([found], Learner(tmp_path / "s"), "zh")
    for part in found.parts:
        assert lessons.preview(part, part.solution()).findings == ()
    lessons.learner.close()


def test_a_solution_is_shown_after_an_attempt_and_hints_one_by_one(lessons):
    part = part_of(lessons, "bp-2-2-1/dw1")
    lessons.help(part, solution=True)

    def task():
        return next(one for one in lessons.tasks(lessons.exercises["bp-2-2-1"]) if one.id == "dw1")

    assert (task().solution, task().hints) == (None, ())
    for count in LEVELS:
        lessons.help(part, solution=False)
        assert len(task().hints) == count
    assert not task().more_hints
    lessons.try_(part, WRONG)
    lessons.help(part, solution=True)
    assert task().solution.latex
    assert "f₁" not in task().hints[1]  # of what kind it is, and not its name
    lessons.try_(part, RIGHT)
    assert (task().hints, task().more_hints) == ((), False)


def test_another_variant_asks_anew_and_the_old_answers_stay_with_the_old_one(tmp_path):
    drawn = next(one for one in exercises_in(shipped_folder()) if any("{@" in part.file.ask.en for part in one.parts))
    lessons = Lessons([drawn], Learner(tmp_path / "s"), "en")
    first = lessons.tasks(drawn)
    lessons.try_(drawn.parts[0], "1")
    asks = set()
    for _ in range(4):
        lessons.learner.turn(drawn.id)
        asks.add(tuple(task.ask for task in lessons.tasks(drawn)))
        assert all(task.result is None for task in lessons.tasks(drawn))
    assert len(asks | {tuple(task.ask for task in first)}) > 1
    lines = [json.loads(line) for line in lessons.learner.lines("007")]
    assert [(line["student"], line["exercise"], line["answer"]) for line in lines] == [("007", drawn.id, "1")]
    lessons.learner.close()


def test_what_was_done_is_there_after_a_restart(tmp_path):
    for _ in range(2):
        lessons = Lessons([exercise("bp-2-2-1")], Learner(tmp_path / "s"), "en")
        last = lessons.tasks(lessons.exercises["bp-2-2-1"])[4].answer
        lessons.try_(part_of(lessons, "bp-2-2-1/dw1"), RIGHT)
        lessons.learner.close()
    assert last == RIGHT
    assert Learner(tmp_path / "s").solved("bp-2-2-1") == {"dw1"}


def test_pages_need_the_token_and_show_what_is_typed_as_text(tmp_path):
    with served("practice", "bp-2-2-1", "--store", tmp_path / "s", "--lang", "en") as (_, address):
        origin, _, token = address.partition("?")
        assert asked(origin)[0] == 403
        assert asked(f"{origin}x/bp-2-2-1", {"action": "check"})[0] == 403
        assert asked(f"{origin}x/nobody?{token}")[0] == 404
        page = f"{origin}x/bp-2-2-1?{token}"
        status, text, headers = asked(page, {"part": "dw1", "action": "check", "answer": "<script>alert(1)</script>"})
        assert status == 200
        assert "<script>alert" not in text
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        seen = asked(f"{origin}x/bp-2-2-1/dw1/read?{token}", {"answer": "<img src=x>"})[1]
        assert "<img" not in seen
        assert asked(page, {"part": "nobody", "answer": "1"})[0] == 400
        assert "1 − f" not in asked(page)[1]  # nothing of what is asked stands there before an attempt


@pytest.mark.parametrize(("lang", "scheme", "right"), [("zh", "dark", "正确。"), ("en", "light", "Correct.")])
def test_a_student_goes_the_whole_way_on_a_phone(browser, tmp_path, lang, scheme, right):
    with served("practice", "--store", tmp_path / "s", "--lang", lang) as (_, address):
        page, said = watched(browser, 400, scheme)
        page.goto(address)
        assert faults(page) == []
        page.locator("a[href*='bp-2-2-1?']").press("Enter")
        part = page.locator("article#dw1")
        part.locator("textarea").fill(TORN)
        part.locator("output mark, output p").first.wait_for()
        part.locator("textarea").fill(WRONG)
        part.locator("output math").wait_for()
        part.locator("button.first").press("Enter")
        page.locator("article#dw1 .verdict.wrong").wait_for()
        page.locator("article#dw1 button[value=hint]").press("Enter")
        page.locator("article#dw1 .comment").wait_for()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        page.locator("article#dw1 textarea").fill(RIGHT)
        page.locator("article#dw1 button.first").press("Enter")
        page.locator("article#dw1 .verdict.correct").wait_for()
        assert page.locator("article#dw1 .verdict").inner_text() == right
        assert said == []
