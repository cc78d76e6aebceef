"""Exercises as pages to read: they work from a file share, and replace nothing that is not theirs."""

from __future__ import annotations

import re
import shutil

import pytest
from served_pages import faults, watched

from symnn.errors import UsageError
from symnn.exercises.library import exercise, shipped_folder
from symnn.web.site import site

NAMES = ("bp-2-2-1", "through-time")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_stands_there_with_its_solution_folded(tmp_path, lang):
    paths = site(map(exercise, NAMES), tmp_path / "site", lang)
    assert {path.name for path in paths} == {
        "index.html",
        "practice.css",
        "manifest.json",
        *(f"{n}.html" for n in NAMES),
    }
    for name in NAMES:
        page = (tmp_path / "site" / f"{name}.html").read_text(encoding="utf-8")
        assert [found in page for found in ("<script", "http://127", "src=")] == [False, False, False]
        assert re.findall(r'<article id="([\w-]+)"', page) == [part.file.id for part in exercise(name).parts]
        assert page.count("<details>") >= 2 * len(exercise(name).parts)
        assert f"symnn practice {name}" in page


def test_a_folder_of_others_is_left_alone_and_an_own_one_is_replaced(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError):
        site([exercise("neuron")], tmp_path, "en")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    folder = tmp_path / "site"
    site([exercise("neuron"), exercise("midges")], folder, "en")
    site([exercise("neuron")], folder, "en")
    assert {path.name for path in folder.iterdir()} == {"index.html", "practice.css", "manifest.json", "neuron.html"}


def test_what_an_author_writes_stays_text(tmp_path):
    path = tmp_path / "neuron.yaml"
    text = (shipped_folder() / "neuron.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("title: {zh: ", "title: {zh: <script>alert(1)</script>", 1), encoding="utf-8")
    site([exercise(path)], tmp_path / "site", "zh")
    pages = [found.read_text(encoding="utf-8") for found in (tmp_path / "site").glob("*.html")]
    assert not any("<script" in page for page in pages)
    assert any("&lt;script&gt;" in page for page in pages)


@pytest.mark.parametrize(("width", "scheme"), [(400, "dark"), pytest.param(1100, "light", marks=pytest.mark.slow)])
def test_pages_open_from_a_file_share(browser, tmp_path, width, scheme):
    site(map(exercise, NAMES), tmp_path / "made", "en")
    moved = tmp_path / "share with blanks"
    shutil.move(tmp_path / "made", moved)
    page, said = watched(browser, width, scheme)
    page.goto((moved / "index.html").as_uri())
    page.locator("a[href='bp-2-2-1.html']").click()
    assert page.locator("article").count() == 9
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.querySelector('.picture')).overflowX") == "auto"  # the style came
    page.locator("#dw1 summary").last.click()
    assert page.locator("#dw1 details[open] math").count() == 1
    assert said == []
    assert faults(page) == []  # which asks for the style once more, as no page does
