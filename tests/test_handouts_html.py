"""Hand-outs in HTML as a browser shows them: nothing is asked for, nothing sticks out, columns stand on their signs."""

from __future__ import annotations

import pytest

from symnn.handouts.handout import Handout
from symnn.networks.catalogue import CATALOGUE, network

SOME = (("rnn", "zh"), ("cnn", "en"))
"""Pages of steps and of images; the long ones are in the sweep, axe takes seconds for each."""

WINDOWS = ((1200, "light"), (400, "dark"))

GAPS = """[...document.querySelectorAll('.display')].map(display => {
  const cells = [...display.querySelectorAll('mtd.left')].filter(cell => cell.children.length);
  const gaps = cells.map(cell => cell.getBoundingClientRect().right
    - cell.lastElementChild.getBoundingClientRect().right);
  return gaps.length ? Math.max(...gaps) - Math.min(...gaps) : 0;
})"""
"""How far the left sides of a display stand apart from one line."""


def looked_at(browser, pages, folder):
    """Open pages in windows of two widths and colours, and let axe go over them."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    for width, scheme in WINDOWS:
        window = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        said, asked = [], []
        window.on("console", lambda message, said=said: said.append(message.text))
        window.on("request", lambda request, asked=asked: asked.append(request.url))
        for name, lang in pages:
            file = folder / f"{name}-{lang}.html"
            if not file.exists():
                file.write_text(Handout(network(name)).written("html", lang), encoding="utf-8")
            asked.clear()
            window.goto(file.as_uri())
            assert (said, asked) == ([], [file.as_uri()])
            assert window.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
            gaps = window.evaluate(GAPS)
            assert gaps
            assert max(gaps) <= 2, name
            found = axe.run(window).response["violations"]
            assert [(one["id"], name) for one in found if one["impact"] in {"serious", "critical"}] == []
        window.close()


def test_some_hand_outs_are_as_they_should_be_in_a_browser(browser, tmp_path):
    looked_at(browser, SOME, tmp_path)


@pytest.mark.slow
def test_every_hand_out_is_as_it_should_be_in_a_browser(browser, tmp_path):
    looked_at(browser, [(name, lang) for name in CATALOGUE for lang in ("zh", "en")], tmp_path)
