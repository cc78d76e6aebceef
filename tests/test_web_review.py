"""The review page: who may ask, what is shown, and that what was acknowledged is on the disk."""

from __future__ import annotations

import contextlib
import csv
import re
import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPException

import pytest

from symnn.classroom.about import About
from symnn.classroom.decisions import DecisionScope, One, Ruling, decisions_in
from symnn.classroom.desk import opened_desk
from symnn.classroom.grading import course, grade_class
from symnn.classroom.recorded import Results
from symnn.errors import UsageError
from symnn.exercises.library import shipped_folder

pytest.importorskip("starlette", reason="the pages need symnn[web]")
pytest.importorskip("uvicorn", reason="the pages need symnn[web]")

from served_pages import asked, faults, served, watched

from symnn.web.serving import listening
from symnn.web.sitting import ReviewSitting

GROUP = re.compile(r'name="group" value="(\w+)"')
PARTS = ("neuron/dy-dw1", "neuron/sum")


def a_class(folder, rows, name="Secretname{}", key=b"k" * 32):
    """Grade what some students wrote to two parts."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "in.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["student", "name", *PARTS])
        writer.writerows([f"2023{number:04}", name.format(number), *row] for number, row in enumerate(rows))
    grade_class([folder / "in.csv"], course([shipped_folder() / "neuron.yaml"], key, "en"), folder / "out")
    return folder / "out"


def several(count, each=2):
    """Write texts that nobody can read, each of them by some students."""
    return [("?" * (number % count + 1), "") for number in range(each * count)]


@contextlib.contextmanager
def sitting(folder, only=None, by="", *, anonymous=False):
    with opened_desk(folder) as desk:
        yield ReviewSitting(desk, only, by, anonymous=anonymous)


# the sitting


def test_the_same_text_in_several_parts_is_one_group_without_points(tmp_path):
    folder = a_class(tmp_path, [("??!", "？？！"), ("??!", "1"), ("?", "1")])
    with sitting(folder, by="T") as at:
        both = next(one for one in at.waiting.values() if not one.is_of_one_part)
        with pytest.raises(UsageError):
            at.decide(both.id, Ruling(share=1.0), "")
        assert decisions_in(folder).decisions == ()
        made = at.decide(both.id, Ruling(blank=True), "see me").decision
        assert (made.by, made.comment, made.scope.kind) == ("T", "see me", "text")
        assert [one.id for one in at.waiting.values()] != [both.id]


def test_points_have_bounds_and_a_group_is_settled_once(tmp_path):
    with sitting(a_class(tmp_path, several(1))) as at:
        key = at.next.id
        with pytest.raises(UsageError):
            at.decide(key, Ruling(points=99.0), "")
        at.decide(key, Ruling(points=1.0), "")
        with pytest.raises(UsageError):
            at.decide(key, Ruling(points=1.0), "")
        assert at.next is None


def test_undo_takes_back_and_shows_the_group_again(tmp_path):
    folder = a_class(tmp_path, several(3))
    with sitting(folder) as at:
        first = at.next
        at.decide(first.id, Ruling(points=0.0), "")
        assert at.next is not first
        assert at.undo()
        assert at.next is first
        assert decisions_in(folder).decisions[-1].undo == "d1"
        assert not at.undo()


def test_what_was_put_off_comes_when_all_else_is_done(tmp_path):
    with sitting(a_class(tmp_path, several(2))) as at:
        first, second = at.waiting
        at.skip(first)
        at.decide(second, Ruling(points=0.0), "")
        assert (at.next, len(at.waiting)) == (None, 1)
        at.again()
        assert at.next.id == first


def test_what_the_program_says_otherwise_now_comes_back_first_and_can_be_kept(tmp_path):
    folder = a_class(tmp_path, [("x1", ""), ("?", "")])
    with opened_desk(folder) as desk:
        desk.decide(DecisionScope(answer=One("20230000", PARTS[0])), Ruling(points=1.5))
        desk.publish()
    exercise = (shipped_folder() / "neuron.yaml").read_text(encoding="utf-8")
    (tmp_path / "neuron.yaml").write_text(exercise.replace("answer: diff(y, w1)", "answer: x1"), encoding="utf-8")
    grade_class([tmp_path / "in.csv"], course([tmp_path / "neuron.yaml"], b"k" * 32, "en"), folder)
    with sitting(folder) as at:
        assert (at.next.scope.kind, at.next.stale.set.points) == ("answer", 1.5)
        at.decide(at.next.id, at.next.stale.set, "")
        at.desk.publish()
    (one,) = [one for one in Results(folder / "results.jsonl").of("20230000") if one.target == PARTS[0]]
    assert (one.verdict, one.mark.points, one.mark.by, one.mark.stale) == ("correct", 1.5, "person", False)


# the server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = a_class(tmp_path_factory.mktemp("served"), [*several(3), ("<script>x</script>", "")])
    with served("review", folder, "--lang", "en") as (_, address):
        yield folder, address


def test_it_listens_on_the_loopback_only():
    with listening(0) as at:
        assert at.getsockname()[0] == "127.0.0.1"


def test_who_has_no_token_or_calls_it_by_another_name_gets_nothing(server):
    folder, address = server
    origin = address.partition("?")[0]
    decision = {"group": "x", "action": "zero"}
    assert asked(address)[0] == 200
    for refused in (
        asked(origin),
        asked(origin + "?token=wrong"),
        asked(address, Host="evil.example"),
        asked(address, Host=f"evil.example:{origin.rsplit(':', 1)[1][:-1]}"),
        asked(origin, decision),
        asked(address, decision, Origin="http://evil.example"),
        asked(address, decision, Origin="null"),
        asked(origin + "style.css"),
    ):
        assert refused[0] == 403
    assert not (folder / "decisions.jsonl").exists()


@pytest.mark.parametrize("body", [b"x" * (1 << 17), b"\xff\xfe", b"&".join([b"a=1"] * 99), b"group=x&action=full"])
def test_a_form_that_is_none_is_refused(server, body):
    assert asked(server[1], body)[0] == 400


def test_nothing_foreign_may_run_or_be_loaded(server):
    _, page, headers = asked(server[1])
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert "<script" not in page


def test_every_acknowledged_decision_is_in_the_file_after_a_kill(tmp_path):
    folder = a_class(tmp_path, several(120, 1))
    with sitting(folder) as left:
        clusters = {key: one.group.scope.cluster for key, one in left.waiting.items()}
    acknowledged = []
    with served("review", folder, "--lang", "en") as (process, address):
        key = GROUP.search(asked(address)[1])[1]
        killing = threading.Timer(0.01, process.send_signal, (signal.SIGKILL,))
        with contextlib.suppress(OSError, HTTPException):
            for number in range(100):
                if number == 60:
                    killing.start()  # somewhere in one of the next posts
                status, page, _ = asked(address, {"group": key, "action": "half", "comment": "c"})
                assert status == 200  # led on to the next page
                acknowledged.append(key)
                key = GROUP.search(page)[1]
        process.wait()
    made = decisions_in(folder).decisions
    assert 60 <= len(acknowledged) < 100
    assert [one.scope.cluster for one in made][: len(acknowledged)] == [clusters[key] for key in acknowledged]
    assert len(made) - len(acknowledged) in (0, 1)  # one may be on the disk without an answer
    stats = [sys.executable, "-m", "symnn", "stats", str(folder), "--lang", "en"]
    told = subprocess.run(stats, capture_output=True, text=True, check=True).stdout
    assert f"120 students, 240 answers, {120 - len(made)} open" in told  # the set has caught up with what was decided
    with (folder / "decisions.jsonl").open("ab") as file:
        file.write(b'{"v":1,"id"')  # as a kill in the middle of a line leaves it
    with sitting(folder) as left:
        left.decide(left.next.id, Ruling(points=0.0), "")
    ledger = decisions_in(folder)
    assert (len(ledger.decisions), len(ledger.problems)) == (len(made) + 1, 1)


def test_nobody_is_named_where_nobody_is_to_be_known(tmp_path):
    rows = [(f"Secretname{number} says 2023{number:04}: ?", "") for number in range(4)]
    folder = a_class(tmp_path, rows)
    with served("review", folder, "--lang", "en", "--anonymous") as (_, address):
        seen = []
        for _ in range(4):
            page = asked(address)[1]
            assert page == asked(address)[1]
            assert "Secretname" not in page
            assert "20230" not in page
            seen.append(GROUP.search(page)[1])
            asked(address, {"group": seen[-1], "action": "skip"})
    assert seen == sorted(seen)


# in a browser


def settle(page, keys):
    """Settle groups by the keyboard alone until no form asks for one; gives how many.

    A page may have loaded before the field has the focus: a key pressed then is lost, and Enter gives no points.
    """
    count = 0
    while page.locator("input[name=group]").count():
        page.locator("input[name=points]:focus").wait_for()
        with page.expect_navigation():
            page.keyboard.type(keys[count % len(keys)])
            page.keyboard.press("Enter")
        count += 1
    return count


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), pytest.param(400, "dark", marks=pytest.mark.slow)])
def test_a_class_is_settled_by_the_keyboard_alone(browser, tmp_path, width, scheme):
    folder = a_class(tmp_path, [*several(3), ("!", "!"), ("%" * 300, "")])
    with served("review", folder, "--lang", "en") as (_, address):
        page, said = watched(browser, width, scheme)
        page.goto(address)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert settle(page, ["z", "0", "b"]) == 5
        assert "Nothing is left" in page.inner_text("main")
        assert faults(page) == []
        assert said == []
    assert len(decisions_in(folder).decisions) == 5


@pytest.mark.parametrize("width", [pytest.param(1200, marks=pytest.mark.slow), 400])
def test_the_report_fits_and_can_be_used_by_everybody(browser, tmp_path, width):
    from symnn.classroom.report import report

    folder = a_class(tmp_path, [*several(3), *[("x1", "1")] * 30])
    (tmp_path / "report.html").write_bytes(report(Results(folder / "results.jsonl"), About("zh")))
    page, said = watched(browser, width, "light")
    page.goto((tmp_path / "report.html").as_uri())
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []


@pytest.mark.slow
def test_138_groups_of_a_class_of_300(browser, tmp_path):
    folder = a_class(tmp_path, several(138, 3)[:300])
    with served("review", folder, "--lang", "en") as (server, address):
        page, said = watched(browser, 1200, "light")
        start = time.monotonic()
        page.goto(address)
        assert time.monotonic() - start < 5  # one second on an idle machine
        assert settle(page, ["z"]) == 138
        assert "Nothing is left" in page.inner_text("main")
        assert said == []
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=60) == 0
    assert all(one.mark.points is not None for one in Results(folder / "results.jsonl"))
