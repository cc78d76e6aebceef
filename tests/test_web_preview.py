"""The author's page: anew on each save, with what check says at its lines, and without losing place."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("starlette", reason="the pages need symnn[web]")
pytest.importorskip("uvicorn", reason="the pages need symnn[web]")

from lessons_here import Here, now
from served_pages import asked, faults, served, watched

from symnn.exercises.checking import check_file
from symnn.exercises.library import shipped_folder
from symnn.messages import line
from symnn.web.previewing import Workshop, stamp_of
from symnn.web.prover import VARIANTS, Author

BROKEN = (
    ("answer: diff(y, w1)", "answer: diff(y, w1"),
    ("answer: diff(y, w1)", "answer: x1"),
    ("id: neuron", "id neuron"),
    ("kind: formula", "kind: formul"),
)


def copied(folder, name, *changes):
    path = folder / f"{name}.yaml"
    text = (shipped_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return path


def found_in(workshop):
    async def found():
        return await workshop.findings(await workshop.draft())

    return now(found())


@pytest.mark.parametrize("change", BROKEN)
def test_the_page_finds_what_check_finds(tmp_path, change):
    path = copied(tmp_path, "neuron", change)
    workshop = Workshop(path, Here(Author(path)))
    said = [line(problem, "en") for problem in found_in(workshop)]
    assert said == [line(problem, "en") for problem in check_file(path)]
    assert said


def test_parts_that_did_not_change_are_not_proved_again_and_findings_move_with_them(tmp_path):
    path = copied(tmp_path, "neuron", BROKEN[1])
    author = Author(path)
    proved = []
    findings = author.findings
    author.findings = lambda stamp, part: (proved.append(part), findings(stamp, part))[1]
    workshop = Workshop(path, Here(author))
    first = found_in(workshop)
    count = len(proved)
    path.write_text("# a line more\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    workshop.look()
    moved = found_in(workshop)
    assert len(proved) == count
    assert [one.place.line for one in moved] == [one.place.line + 1 for one in first]
    assert [line(one, "en") for one in moved] == [line(one, "en") for one in check_file(path)]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("answer: x1", "answer: diff(y, w1)"), encoding="utf-8")
    workshop.look()
    assert (found_in(workshop), len(proved)) == ((), count + 1)


def test_a_draft_shows_both_languages_the_solution_and_ten_variants(tmp_path):
    draft = Author(copied(tmp_path, "bp-2-2-1")).draft("")
    assert draft.title[0] != draft.title[1]
    drawn = next(part for part in draft.parts if part.variants)
    assert len(drawn.variants) == len(VARIANTS) == 10
    assert len({one.values for one in drawn.variants}) > 1
    assert all(part.solution for part in draft.parts)


def test_a_file_between_two_names_is_the_old_one(tmp_path):
    path = copied(tmp_path, "neuron")
    workshop = Workshop(path, Here(Author(path)))
    before = workshop.stamp
    path.rename(tmp_path / "aside")
    assert (stamp_of(path), workshop.look()) == ("", before)


def test_an_author_saves_and_the_page_follows_without_losing_place(browser, tmp_path):
    path = copied(tmp_path, "neuron")
    with served("preview", path, "--lang", "en") as (_, address):
        page, said = watched(browser, 1000, "light")
        page.goto(address)
        page.locator("#findings .correct").wait_for()
        part = page.locator("article >> nth=1")
        part.locator("textarea").fill("<b>x</b>")
        part.locator("button.first").click()
        part.locator("output .unreadable").wait_for()
        page.evaluate("window.scrollTo(0, document.querySelectorAll('article')[1].offsetTop)")
        text = path.read_text(encoding="utf-8")
        changed = text.replace("title: {zh: ", "title: {zh: <i>新新新新</i>", 1)
        path.write_text(changed, encoding="utf-8")
        page.locator("#head h1", has_text="<i>新新新新</i>").wait_for()
        top = page.evaluate("document.querySelectorAll('article')[1].getBoundingClientRect().top")
        assert abs(top) < 5
        assert part.locator("textarea").input_value() == "<b>x</b>"
        path.write_text(changed.replace("kind: formula", "kind: formul", 1), encoding="utf-8")
        page.locator("#head .wrong").wait_for()
        path.write_text(text.replace("answer: diff(y, w1)", "answer: x1", 1), encoding="utf-8")
        page.locator(".source li.hit .finding").first.wait_for()
        assert faults(page) == []
        assert said == []
        assert asked(address.partition("?")[0])[0] == 403
        assert not re.search(r"<b>x</b>", asked(address)[1])
