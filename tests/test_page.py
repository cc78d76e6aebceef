"""The page one can touch: it computes what ``eval`` does, shows every path, needs no network and no mouse."""

from __future__ import annotations

import json
import random
import re

import pytest

from symnn.derivation.paths import path_count
from symnn.derivation.sweep import derive
from symnn.handouts.handout import Handout
from symnn.networks.catalogue import CATALOGUE, network
from symnn.numeric.evaluation import evaluated
from symnn.ops.table import OF_NUMBERS


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Write the page of a network once."""
    folder = tmp_path_factory.mktemp("pages")

    def write(name, lang="en", **options):
        file = folder / f"{name.replace('/', '-')}-{lang}{'-hidden' * bool(options)}.html"
        if not file.exists():
            file.write_text(Handout(network(name), **options).page(lang), encoding="utf-8")
        return file

    return write


@pytest.fixture(scope="module")
def window(browser):
    """Open one window for all tests: a process for each costs more than what most of them look at."""
    context = browser.new_context()
    page = context.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()


@pytest.fixture
def opened(window, written):
    """Open a page from its file; whatever it says or asks for is remembered."""

    def open_page(name, lang="en", fragment="", width=1200, scheme="light", **options):
        window.goto("about:blank")
        window.said.clear()
        window.asked.clear()
        window.set_viewport_size({"width": width, "height": 900})
        window.emulate_media(color_scheme=scheme)
        window.goto(f"file://{written(name, lang, **options)}{fragment}")
        return window

    return open_page


def data_of(page):
    return json.loads(page.locator("#data").text_content())


SLOWLY = pytest.mark.slow


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (400, "dark")])
@pytest.mark.parametrize("name", ["bp-2-2-1", *(pytest.param(name, marks=SLOWLY) for name in ("rnn", "cnn-x", "gan"))])
def test_a_page_says_nothing_asks_for_nothing_and_fits(opened, name, width, scheme):
    page = opened(name, "zh", width=width, scheme=scheme)
    steps = len(data_of(page)["steps"])
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
    page.locator("#descend").click()
    page.locator("#reset").click()
    assert page.said == []
    assert len(page.asked) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_arrow_keys_go_through_all_lines(opened):
    page = opened("bp-2-2-1")
    lines = [step["id"] for step in data_of(page)["steps"] if step["kind"] != "U"]
    for number in lines:
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.body.dataset.step") == number
        assert page.locator("li[aria-current]").count() == 1
    assert number == "G6"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.body.dataset.step") == "G5"


@pytest.mark.parametrize("name", ["bp-2-3-2-1", pytest.param("one-hidden-layer", marks=SLOWLY)])
def test_clicking_a_weight_shows_all_its_paths(opened, name):
    page = opened(name)
    graph = network(name).graph
    derivation = derive(graph, graph.result)
    for place, edge in enumerate(data_of(page)["edges"]):
        if len(edge["weights"]) == 1:
            page.locator(f"svg .label[data-edge='{place}']").dispatch_event("click")
            count = path_count(derivation, edge["weights"][0])
            assert page.locator("svg .track").count() == count
            assert page.locator("#card").get_attribute("data-paths") == str(count)
            assert page.locator("#card .product").count() == count


def write_network(file, equations, at):
    head = "symnn: 1\nnetwork: own\ntitle: {zh: one, en: one}\nsource: own\n"
    lines = "\n".join(f"  {line}" for line in equations)
    file.write_text(f"{head}values: {json.dumps(at)}\nequations: |\n{lines}\n", encoding="utf-8")


def agrees(page, graph, sides, at):
    """Hold values and gradients of a page at a point against `evaluated`."""
    data = data_of(page)
    values, slopes = page.evaluate(
        "(given) => symnnNumbers(given)", [at[one] for one in data["names"][: data["given"]]]
    )
    for side, found in zip(sides, slopes, strict=True):
        expected = evaluated(graph, at, "floats", side)
        near = 1e-12 * max(1.0, *map(abs, values))  # where terms cancel, the digits of the largest are what is left
        assert values == pytest.approx([expected.values[one] for one in data["names"]], rel=1e-12, abs=near)
        near = 1e-12 * max(1.0, *map(abs, found))
        assert found == pytest.approx([expected.gradient[one] for one in side.wrt], rel=1e-12, abs=near)


@pytest.mark.parametrize(
    "name", [name if name in {"bp-2-3-2-1", "gan"} else pytest.param(name, marks=SLOWLY) for name in CATALOGUE]
)
def test_numbers_agree_with_eval_wherever_the_sliders_are(opened, name):
    """Values and gradients at 100 random positions, of large networks at 10: it is `evaluated` that takes its time."""
    page = opened(name)
    data = data_of(page)
    rng = random.Random(name)  # noqa: S311 - a reproducible draw of test points, no secret
    handout = Handout(network(name))
    graph = handout.graph.entrywise
    sides = [derive(handout.graph, side.derivation.of, side.derivation.wrt) for side in handout.sides]
    for _ in range(100 if len(graph.equations) < 120 else 10):
        agrees(page, graph, sides, {one: round(rng.uniform(0.1, 2), 2) for one in data["names"][: data["given"]]})


@pytest.mark.parametrize(
    ("equations", "at"),
    [
        ("y = relu(x) - relu(-x)\nE = 3*y", {"x": 0}),
        ("y = max(a, b, 0)\nE = 2*y", {"a": 0, "b": 0}),
        ("y = max(a, b) + min(a, b)\nE = 2*y", {"a": 1, "b": 1}),
        ("y = x*sign(x)\nE = y", {"x": 0}),
        ("y = sqrt(x^2)\nE = y", {"x": 0}),
        ("y = clip(x, 0, 1)\nE = y", {"x": 1}),
        ("a = w*x\ny = relu(a)\nE = y^2 + y", {"w": 0, "x": 2}),
        ("p = exp(x)/(1 + exp(x))\nE = -z*log(p) - (1 - z)*log(1 - p)", {"x": 800, "z": 0}),
        ("p = sigmoid(x)\nE = -z*log(p) - (1 - z)*log(1 - p)", {"x": 800, "z": 0}),
    ],
)
def test_kinks_and_ties_are_those_of_eval(opened, tmp_path, equations, at):
    file = tmp_path / "kinks.yaml"
    write_network(file, equations.splitlines(), at)
    graph = network(file).graph
    agrees(opened(str(file)), graph, [derive(graph)], {name: float(value) for name, value in at.items()})


def test_every_operation_of_numbers_runs_in_a_browser(opened, tmp_path):
    """One equation each, at a point inside all domains; arccosh wants more than 1."""
    calls = []
    for name, operation in OF_NUMBERS.items():
        arguments = ["x", "u", "v"][: operation.arity[0]]
        ranked = ["1", *arguments[: operation.arity[0] - 1]] if operation.ranked else arguments
        calls.append(f"y_{{{len(calls) + 1}}} = {name}({', '.join(ranked)}{' + 1' * (name == 'acosh')})")
    total = " + ".join(f"y_{{{place + 1}}}" for place in range(len(calls)))
    file = tmp_path / "every.yaml"
    at = {"x": 0.31, "u": 0.42, "v": 0.27}
    write_network(file, (*calls, f"E = {total}"), at)
    graph = network(file).graph
    agrees(opened(str(file)), graph, [derive(graph)], {name: at[name] for name in graph.free})


def test_a_field_a_step_of_descent_and_reset(opened):
    page = opened("bp-2-2-1")
    field = page.locator("input[data-name=w1]")
    before = page.locator("li[data-step='6'] output").text_content()
    field.fill("1.5")
    assert page.locator("li[data-step='6'] output").text_content() != before
    assert "w1=1.5" in page.url
    loss = page.evaluate("symnnNumbers()[0]")[-1]
    page.locator("#descend").click()
    assert page.evaluate("symnnNumbers()[0]")[-1] < loss
    assert "→" in page.locator("#change").text_content()
    assert page.locator("#curve polyline").get_attribute("points")
    page.locator("#reset").click()
    assert page.locator("li[data-step='6'] output").text_content() == before
    assert "w1=" not in page.url  # the folder may be that of a worker called gw1


def test_a_link_leads_to_a_moment(opened):
    page = opened("bp-2-2-1", fragment="#wrt=w1&step=9&w1=1.5")
    assert page.evaluate("document.body.dataset.step") == "B5"
    assert page.locator("svg .track").count() == 1
    assert page.locator("input[data-name=w1]").input_value() == "1.5"


def test_references_unfold_in_place(opened):
    page = opened("bp-2-2-1")
    page.locator("li .ref").first.click()
    assert page.locator("li .unfolded").count() == 1
    page.locator("li .ref").first.click()
    assert page.locator("li .unfolded").count() == 0


def test_an_exam_covers_numbers_until_they_are_tapped(opened):
    page = opened("bp-2-2-1", hidden=True)
    covered = page.locator("li output.covered").count()
    assert covered == page.locator("li output").count()
    page.locator("li output.covered").first.click()
    assert page.locator("li output.covered").count() == covered - 1


def test_the_keyboard_reaches_every_arrow(opened):
    page = opened("bp-2-3-2-1")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.dataset.edge"))
    assert reached >= {str(place) for place in range(16)}
    page.locator("svg .edge[data-edge='0']").focus()
    page.keyboard.press("Enter")
    assert page.locator("svg .track").count() == 2


def test_an_arrow_of_time_shows_its_term(opened):
    page = opened("rnn")
    edges = data_of(page)["edges"]
    place = next(k for k, edge in enumerate(edges) if edge["weights"] == ["W"])
    page.locator(f"svg .edge[data-edge='{place}']").dispatch_event("pointerenter")
    assert "W (its term, through" in re.sub(r"\s+", " ", page.locator("#card").inner_text().replace("\U0001d44a", "W"))


def test_a_pixel_shows_its_window_and_a_pool_its_winner(opened):
    page = opened("cnn-x")
    names = {name: place for place, name in enumerate(data_of(page)["names"])}
    page.locator(f"rect[data-q='{names['c_1[2,4]']}']").dispatch_event("pointerover")
    assert page.locator("rect.window").count() == 9
    page.locator(f"rect[data-q='{names['p_1[1,1]']}']").dispatch_event("pointerover")
    assert page.locator("rect.window").count() == 1


def test_turns_of_players(opened):
    page = opened("gan")
    assert page.locator("svg .frame.rests").get_attribute("data-name") == "G"
    before = page.locator("input[data-name=u]").input_value()
    page.locator("#turns button").nth(1).click()
    assert page.locator("svg .frame.rests").get_attribute("data-name") == "D"
    page.locator("#descend").click()
    assert page.locator("input[data-name=u]").input_value() != before


@pytest.mark.parametrize("name", ["neuron", "bp-2-3-2-1"])
def test_a_page_is_small_and_runs_nothing_else(written, name):
    text = written(name).read_text(encoding="utf-8")
    assert len(text.encode()) <= 90_000
    assert re.search(r"default-src 'none'; script-src 'sha256-[^ ]+' 'sha256-[^ ]+';", text)
    assert not re.search(r"\beval\(|new Function|https?://(?!www.w3.org)", text)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_every_network_has_a_page(opened, name, lang):
    page = opened(name, lang)
    for _ in data_of(page)["steps"]:
        page.keyboard.press("ArrowRight")
    assert page.said == []
    assert "NaN" not in page.locator("body").inner_text()


SIGHTS = [
    (400, "dark"),
    *(pytest.param(*one, marks=SLOWLY) for one in ((1200, "light"), (1200, "dark"), (400, "light"))),
]


@pytest.mark.parametrize(("width", "scheme"), SIGHTS)
@pytest.mark.parametrize("name", ["bp-2-2-1", *(pytest.param(name, marks=SLOWLY) for name in ("gan", "cnn-x"))])
def test_nothing_keeps_anybody_out(opened, name, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    page = opened(name, width=width, scheme=scheme, fragment="#step=20")
    page.locator("svg .edge").first.dispatch_event("click")
    found = axe.Axe().run(page).response["violations"]
    serious = [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in {"serious", "critical"}]
    assert serious == []
