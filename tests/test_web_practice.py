"""The pages of practice: what they say is what the program says, and they give nothing away."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the pages need symnn[web]")
pytest.importorskip("uvicorn", reason="the pages need symnn[web]")

from lessons_here import Here, lessons_of, now
from served_pages import asked, faults, served, watched

from symnn.exercises.library import exercise, exercises_in, shipped_folder, shipped_names
from symnn.verdicts.hint import LEVELS
from symnn.web.learner import Learner, Store
from symnn.web.shelves import shelves
from symnn.web.tutor import Tutor

RIGHT, WRONG, TORN = "2(y-z)y(1-y)w5 f1(1-f1)x1", "2(y-z)y(1-y)w5 x1", "2(y-z)y(1-y)w5 f1(1-f1"
STEPS = "dE/dx1\n= dE/dh dh/ds2 ds2/da2 da2/ds1 ds1/da1 da1/dx1\n"
SERVED = ("bp-2-2-1", "through-time", "midges", "matrix-form", "neuron")
TABLES = Path(__file__).parent / "tables"
TABLE = [json.loads(line) for line in (TABLES / "page_answers.jsonl").read_text(encoding="utf-8").splitlines()]
ANSWERS = [(row["target"], row["answer"]) for row in TABLE]


@pytest.fixture
def lessons(tmp_path):
    made, learner = lessons_of(tmp_path, "bp-2-2-1", "midges", "through-time")
    yield made, learner
    learner.store.close()


def part_of(lessons, learner, target):
    name, _, part = target.partition("/")
    return now(lessons.asked(name, part, learner))


def task_of(lessons, learner, target):
    name, _, part = target.partition("/")
    return next(one for one in now(lessons.tasks(name, learner)) if one.asked.id == part)


def tried(lessons, learner, target, answer):
    now(lessons.attempt(target.partition("/")[0], part_of(lessons, learner, target), learner, answer))
    return task_of(lessons, learner, target)


@pytest.mark.parametrize(("target", "answer"), ANSWERS, ids=[f"{target} {answer[:20]}" for target, answer in ANSWERS])
def test_the_page_says_what_verify_says(tmp_path, target, answer):
    name, _, part = target.partition("/")
    lessons, learner = lessons_of(tmp_path, name)
    task = tried(lessons, learner, target, answer)
    said = exercise(name).part(part).grade(answer).to_dict("en")
    assert (task.result.verdict, task.result.points) == (said["verdict"], said["points"])
    assert [(one.code, one.message, one.span and list(one.span)) for one in task.result.findings] == [
        (one["code"], one["message"], one.get("span")) for one in said["findings"]
    ]
    assert task.answer == answer
    learner.store.close()


@pytest.mark.parametrize(("target", "answer"), ANSWERS, ids=[f"{target} {answer[:20]}" for target, answer in ANSWERS])
def test_a_preview_shows_what_is_read_and_not_whether_it_is_right(tmp_path, target, answer):
    name, _, part = target.partition("/")
    lessons, learner = lessons_of(tmp_path, name)
    seen = now(lessons.reading(name, part_of(lessons, learner, target), answer)).result
    graded = exercise(name).part(part).grade(answer)
    assert seen.verdict == ("unreadable" if graded.is_illegible else "undecided")
    if seen.verdict == "undecided" and seen.read.text.strip():
        assert seen.findings == ()
        assert seen.read.text == graded.read.text
    learner.store.close()


@pytest.mark.parametrize("name", shipped_names())
def test_every_model_answer_can_be_previewed_and_every_card_tells_the_truth(name):
    found = exercise(name)
    tutor = Tutor(shelves([shipped_folder() / f"{name}.yaml"]).texts, b"", "zh")
    for part in found.parts:
        assert b'"findings":[]' in tutor.seen(name, part.file.id, part.solution()).verdict
    card = shelves([shipped_folder() / f"{name}.yaml"]).cards[name]
    assert (card.titles["zh"], card.parts) == (found.title.zh, len(found.parts))


def test_a_card_is_read_from_json_and_from_odd_yaml_as_well(tmp_path):
    whole = exercise("neuron").file
    odd = tmp_path / "odd.yaml"
    odd.write_text('symnn: 1\nid: odd\ntitle: {zh: 甲, en: A}\n"parts": [{id: p, kind: number}]\n', encoding="utf-8")
    (card,) = shelves([odd]).cards.values()
    assert (card.id, dict(card.titles), card.parts, bool(whole.id)) == ("odd", {"zh": "甲", "en": "A"}, 1, True)


def test_a_solution_is_shown_after_an_attempt_and_hints_one_by_one(lessons):
    made, learner = lessons
    part = part_of(made, learner, "bp-2-2-1/dw1")
    now(made.help("bp-2-2-1", part, learner, "solution"))
    task = task_of(made, learner, "bp-2-2-1/dw1")
    assert (task.solution, task.hints, task.step) == (None, (), "")
    for count in LEVELS[:-1]:
        now(made.help("bp-2-2-1", part, learner, "hint"))
        assert len(task_of(made, learner, "bp-2-2-1/dw1").hints) == count
    assert not task_of(made, learner, "bp-2-2-1/dw1").more_hints
    tried(made, learner, "bp-2-2-1/dw1", WRONG)
    now(made.help("bp-2-2-1", part, learner, "solution"))
    now(made.help("bp-2-2-1", part, learner, "step"))
    task = task_of(made, learner, "bp-2-2-1/dw1")
    assert task.solution.latex
    assert "f₁" not in task.hints[1]  # of what kind it is, and not its name
    assert "f₁·(1 − f₁)" in task.step
    task = tried(made, learner, "bp-2-2-1/dw1", RIGHT)
    assert (task.hints, task.more_hints, task.step) == ((), False, "")


LINKS = [
    (WRONG, {"right": [("E", "y"), ("y", "a3"), ("a3", "f1"), ("a1", "w1")], "wrong": ("f1", "a1")}),
    (
        "2(y-z)y(1-y)w6 f1(1-f1)x1",
        {"right": [("E", "y"), ("y", "a3"), ("f1", "a1"), ("a1", "w1")], "wrong": ("a3", "f1")},
    ),
    ("E -> y -> a3 -> f2 -> a2 -> w1", {"right": [("E", "y"), ("y", "a3")], "wrong": ("a3", "f1")}),
    ("E -> y -> a3", {"right": [("E", "y"), ("y", "a3")], "wrong": ("a3", "f1")}),
    ("7", None),
    (TORN, None),
]


@pytest.mark.parametrize(("answer", "links"), LINKS)
def test_the_picture_shows_what_of_the_chain_rule_an_answer_has_right(lessons, answer, links):
    made, learner = lessons
    target = "bp-2-2-1/chain" if "->" in answer else "bp-2-2-1/dw1"
    task = tried(made, learner, target, answer)
    trace = learner.last("bp-2-2-1")[target.partition("/")[2]].judged.trace
    assert (trace and {"right": list(trace.right), "wrong": trace.wrong}) == links
    assert ("#15803D" in task.picture, "#B3261E" in task.picture) == (links is not None, links is not None)
    assert "<style" not in task.picture  # the policy of the pages would refuse it


CHAIN = [("E", "h"), ("h", "s2"), ("s2", "a2"), ("a2", "s1"), ("s1", "a1"), ("a1", "x1")]
FACTORS = ("2(h-z)", "v", "(1-s2^2)", "w", "(1-s1^2)", "u")


@pytest.mark.parametrize("places", [{0}, {2}, {3}, {5}, {2, 4}, {0, 3}, {1, 2, 4}])
def test_in_a_derivation_exactly_the_links_that_are_wrong_are_not_green(places):
    part = exercise("through-time").part("derivation")
    slips = ("(h-z)^2", "v^2", "(1-s2)", "u", "(1-s1)", "w")
    line = " ".join(slips[k] if k in places else factor for k, factor in enumerate(FACTORS))
    text = f"{STEPS}= {line}"
    trace = part.trace(text, part.grade(text))
    assert trace.wrong in {CHAIN[k] for k in places}
    assert set(trace.right) <= {link for k, link in enumerate(CHAIN) if k not in places}


@pytest.mark.parametrize("target", ["bp-2-2-1/dw1", "bp-2-2-1/dw4", "bp-2-2-1/dw5", "through-time/dv"])
def test_a_link_that_is_left_out_is_never_green(target):
    name, _, part_id = target.partition("/")
    if part_id not in exercise(name).by_id:
        pytest.skip("the exercise asks something else")
    part = exercise(name).part(part_id)
    factors = re.findall(r"[\w']+(?:\([^)]*\))?|\([^)]*\)", part.solution().replace("*", " "))
    for left_out in range(len(factors)):
        text = "*".join(factor for k, factor in enumerate(factors) if k != left_out)
        verdict = part.grade(text)
        trace = part.trace(text, verdict)
        if trace is not None and verdict.verdict == "wrong":
            owners = [link for link in trace.links if _owns(part, link, factors[left_out])]
            assert not set(owners) <= set(trace.right), (text, trace)


def _owns(part, link, factor):
    """Tell if a factor of the solution stands in the derivative of a link."""
    from symnn.expressions.writing import plain
    from symnn.questions.trails import worth_of

    return factor.strip("()") in plain(worth_of(part, link)).replace("(", " ").replace(")", " ")


def test_finished_lines_of_a_derivation_are_judged_as_they_stand(lessons):
    made, learner = lessons
    part = part_of(made, learner, "through-time/derivation")

    def states(text):
        return [row.state for row in now(made.reading("through-time", part, text)).rows]

    assert states(STEPS) == ["", "correct"]
    assert states(STEPS + "= 2(h-z) v (1-s2) w (1-s1^2) u") == ["", "correct"]  # not finished
    assert states(STEPS + "= 2(h-z) v (1-s2) w (1-s1^2) u\n") == ["", "correct", "wrong"]
    assert states(STEPS + "= 2(h-z) v (1-s2^2) w (1-s1^2) u\n") == ["", "correct", "correct"]
    assert states(STEPS + "= 2(h-z v\n") == ["", "correct"]  # what can be read before what cannot
    task = tried(made, learner, "through-time/derivation", STEPS + "= 2(h-z) v (1-s2) w (1-s1^2) u")
    assert [row.state for row in task.rows] == ["", "correct", "wrong"]


def test_another_variant_asks_anew_and_the_old_answers_stay_with_the_old_one(tmp_path):
    drawn = next(one for one in exercises_in(shipped_folder()) if any("{@" in part.file.ask.en for part in one.parts))
    lessons, learner = lessons_of(tmp_path, drawn.id)
    target = f"{drawn.id}/{drawn.parts[0].file.id}"
    tried(lessons, learner, target, "1")
    asks = {tuple(task.asked.ask for task in now(lessons.tasks(drawn.id, learner)))}
    for _ in range(4):
        learner.turn(drawn.id)
        asks.add(tuple(task.asked.ask for task in now(lessons.tasks(drawn.id, learner))))
        assert all(task.result is None for task in now(lessons.tasks(drawn.id, learner)))
    assert len(asks) > 1
    lines = [json.loads(line) for line in learner.store.lines("007")]
    assert [(line["student"], line["exercise"], line["answer"]) for line in lines] == [("007", drawn.id, "1")]
    learner.store.close()


def test_what_was_done_is_there_after_a_restart(tmp_path):
    for _ in range(2):
        lessons, learner = lessons_of(tmp_path, "bp-2-2-1")
        last = task_of(lessons, learner, "bp-2-2-1/dw1").answer
        tried(lessons, learner, "bp-2-2-1/dw1", RIGHT)
        learner.store.close()
    assert last == RIGHT
    assert Learner(Store(tmp_path / "store.sqlite")).done() == {"bp-2-2-1": 1}


def test_an_answer_whose_process_ended_waits_and_the_page_still_stands(tmp_path):
    lessons, learner = lessons_of(tmp_path, "bp-2-2-1")
    lessons.staff = Here(lessons.staff.tutor, lost={"judged", "hint", "seen"})
    now(lessons.help("bp-2-2-1", part_of(lessons, learner, "bp-2-2-1/dw1"), learner, "hint"))
    task = tried(lessons, learner, "bp-2-2-1/dw1", RIGHT)
    assert (task.result.verdict, task.result.findings[0].code, task.hints) == ("undecided", "worker-died", ("",))
    learner.store.close()


def test_a_broken_exercise_says_what_is_wrong_and_the_others_work(tmp_path):
    broken = tmp_path / "broken.yaml"
    text = (shipped_folder() / "neuron.yaml").read_text(encoding="utf-8").replace("id: neuron", "id: broken", 1)
    broken.write_text(text.replace("answer: diff(y, w1)", "answer: diff(y, w1"), encoding="utf-8")
    lessons, learner = lessons_of(tmp_path, broken, "midges")
    (problem, *_) = now(lessons.parts("broken", learner)).problems
    assert problem.place.line > 1
    assert now(lessons.parts("midges", learner)).parts
    learner.store.close()


# the server


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Serve in English, for all tests: starting is what takes long."""
    store = tmp_path_factory.mktemp("practice") / "s"
    with served("practice", *SERVED, "--store", store, "--lang", "en") as (_, found):
        yield found


def test_pages_need_the_token_and_show_what_is_typed_as_text(address):
    origin, _, token = address.partition("?")
    assert asked(origin)[0] == 403
    assert asked(address, Host="evil.example")[0] == 403
    assert asked(f"{origin}x/bp-2-2-1", {"action": "check"})[0] == 403
    assert asked(f"{origin}x/nobody?{token}")[0] == 404
    assert asked(f"{origin}../../etc/passwd?{token}")[0] == 404
    page = f"{origin}x/bp-2-2-1?{token}"
    status, text, headers = asked(page, {"part": "dw1", "action": "check", "answer": "<script>alert(1)</script>"})
    assert status == 200
    assert "<script>alert" not in text
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    seen = asked(f"{origin}x/bp-2-2-1/dw1/read?{token}", {"answer": "<img src=x>"})[1]
    assert "<img" not in seen
    assert asked(page, {"part": "nobody", "answer": "1"})[0] == 400
    assert asked(page, {"part": "dw1", "answer": "1" * (1 << 19)})[0] == 400
    assert "1 − f" not in asked(page)[1]  # nothing of what is asked stands there before an attempt


def test_hostile_answers_stay_text(address):
    rows = map(json.loads, (TABLES / "attack.jsonl").read_text(encoding="utf-8").splitlines())
    texts = [row["input"] for row in rows if row.get("kind") == "echo" and isinstance(row.get("input"), str)]
    assert len(texts) > 10
    origin, _, token = address.partition("?")
    for text in texts:
        form = {"part": "dw1", "action": "check", "answer": text}
        for page in (
            asked(f"{origin}x/bp-2-2-1?{token}", form)[1],
            asked(f"{origin}x/bp-2-2-1/dw1/read?{token}", form)[1],
        ):
            tags = set(re.findall(r"<\s*(\w+)", page))
            assert not tags & {"iframe", "img", "object", "embed", "meta2", "base", "body2", "marquee", "video"}
            assert not re.search(r"<[^>]*\son\w+=", page)
            assert page.count("<script") <= 1


def test_no_response_tells_the_number_asked_for(address):
    target = exercise("midges").parts[0]
    numbers = {target.solution(), target.solution().rstrip("0")}
    origin, _, token = address.partition("?")
    page = f"{origin}x/midges?{token}"
    pages = [asked(page)[1]]
    for action, answer in (("check", "0.5"), ("hint", "0.5"), ("hint", "0.5"), ("step", "0.5"), ("check", "(")):
        pages.append(asked(page, {"part": target.file.id, "action": action, "answer": answer})[1])
    pages.append(asked(f"{origin}x/midges/{target.file.id}/read?{token}", {"answer": "0.5"})[1])
    assert not any(number in page for page in pages for number in numbers)


@pytest.mark.parametrize(
    ("lang", "scheme", "right"),
    [("zh", "dark", "正确。"), pytest.param("en", "light", "Correct.", marks=pytest.mark.slow)],
)
def test_a_student_goes_the_whole_way_on_a_phone(browser, tmp_path, lang, scheme, right):
    with served("practice", "bp-2-2-1", "through-time", "midges", "--store", tmp_path / "s", "--lang", lang) as (
        _,
        address,
    ):
        page, said = watched(browser, 400, scheme, touch=True)
        page.goto(address)
        assert faults(page) == []
        page.locator("a[href*='bp-2-2-1?']").tap()
        part = page.locator("article#dw1")
        part.locator("textarea").fill(TORN)
        part.locator("output mark, output p").first.wait_for()
        part.locator("textarea").fill(WRONG)
        part.locator("output math").wait_for()
        part.locator("button.first").tap()
        part.locator(".verdict.wrong").wait_for()
        part.locator("[data-path='2']").wait_for()  # the link that is missing
        for count in (1, 2):
            part.locator("button[value=hint]").tap()
            part.locator(f".comment >> nth={count - 1}").wait_for()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        part.locator(".palette button", has_text="w5").tap()
        assert part.locator("textarea").input_value().endswith("w5")
        part.locator("textarea").fill(RIGHT)
        part.locator("button.first").tap()
        part.locator(".verdict.correct").wait_for()
        assert part.locator(".verdict").inner_text() == right
        page.locator("button[value=variant]").tap()
        page.locator("#dw1 .verdict").wait_for(state="detached")
        page.goto(address.replace("/?", "/x/through-time?"))
        part = page.locator("article#derivation")
        part.locator("textarea").fill(STEPS + "= 2(h-z) v (1-s2) w (1-s1^2) u\n")
        part.locator("ol.lines li.wrong").wait_for()
        assert part.locator("ol.lines li").count() == 3
        assert faults(page) == []
        assert said == []


def test_the_same_way_goes_by_keys_alone(browser, address):
    page, said = watched(browser, 1000, "light")
    page.goto(address)
    focus = "document.activeElement"

    def tab_to(what, key="Tab", most=400):
        for _ in range(most):
            page.keyboard.press(key)
            if page.evaluate(f"{focus}.matches({json.dumps(what)})"):
                return
        raise AssertionError(what)

    tab_to("a[href*='bp-2-2-1?']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/x/bp-2-2-1**")
    tab_to("#dw4 textarea")
    page.keyboard.type("2(y-z)y(1-y)w6 x2")
    page.locator("#dw4 output math").wait_for()
    page.keyboard.press("Enter")
    page.locator("#dw4 .verdict.wrong").wait_for()
    for _ in range(2):
        page.evaluate("document.querySelector('#dw4 textarea').focus()")
        tab_to("#dw4 button[value=hint]")
        page.keyboard.press("Enter")
    page.locator("#dw4 .comment >> nth=1").wait_for()
    assert page.evaluate(f"{focus}.value") == "hint"  # where one was, one is again
    while not page.evaluate(f"{focus}.matches('#dw4 textarea')"):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("2(y-z)y(1-y)w6 f2(1-f2) x2")
    page.keyboard.press("Enter")
    page.locator("#dw4 .verdict.correct").wait_for()
    tab_to("button[value=variant]")
    page.keyboard.press("Enter")
    page.locator("#dw4 .verdict").wait_for(state="detached")
    tab_to("a[href^='/?'], a[href='/']")
    page.keyboard.press("Enter")
    page.wait_for_url(address.partition("?")[0] + "*")
    tab_to("a[href*='through-time?']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/x/through-time**")
    tab_to("#derivation textarea", "Shift+Tab")  # from the end it is near
    page.keyboard.insert_text(STEPS + "= 2(h-z) v (1-s2) w (1-s1^2) u\n")
    page.locator("#derivation ol.lines li.wrong").wait_for()
    assert faults(page) == []
    page.goto(address.replace("/?", "/x/matrix-form?"))
    tab_to("button.grid")
    page.keyboard.press("Enter")
    page.keyboard.type("1")
    for entry in "234":
        page.keyboard.press("Tab")
        page.keyboard.type(entry)
    article = page.locator("article:has(.cells)")
    assert article.locator("textarea").input_value() == "[[1, 2], [3, 4]]"
    article.locator("output math").wait_for()
    assert said == []


def test_without_scripts_every_form_still_works(browser, address):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address.replace("/?", "/x/bp-2-2-1?"))
    page.locator("#dw6 textarea").fill("2(y-z)f2")
    page.locator("#dw6 button.first").click()
    assert page.locator("#dw6 .verdict.wrong").count() == 1
    page.locator("#gradient-is-zero input[type=checkbox] >> nth=0").check()
    page.locator("#gradient-is-zero button.first").click()
    assert page.locator("#gradient-is-zero .verdict").count() == 1
