"""A class in a lecture hall: who gets in, whose data is seen, what the lecturer sees, what a kill leaves."""

from __future__ import annotations

import http.cookiejar
import json
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

pytest.importorskip("starlette", reason="the pages need symnn[web]")
pytest.importorskip("uvicorn", reason="the pages need symnn[web]")

from lessons_here import lessons_of
from served_pages import asked, faults, served, watched

from symnn.classroom.config import config, key_of
from symnn.errors import OperatorError, UsageError
from symnn.exercises.library import exercise
from symnn.questions.variants import seed_of
from symnn.web.hall import Hall
from symnn.web.learner import Store
from symnn.web.lesson import Who
from symnn.web.pace import Pace
from symnn.web.roll import roll_in

RIGHT, WRONG = "2(y-z)y(1-y)w5 f1(1-f1)x1", "2(y-z)y(1-y)w5 x1"
KEY = "5ec2e7" * 10 + "beef"
STUDENTS = {"007": "bond-secret", "20230001": "maple-secret", "20230002": "river-secret"}


def roster_at(folder, students=STUDENTS, head="学号,姓名,口令"):
    path = folder / "roster.csv"
    rows = [f"{student},Name{student},{code}" for student, code in students.items()]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


class Visitor:
    """A student's browser: it keeps cookies, and finds the token in the pages."""

    def __init__(self, origin):
        self.origin = origin
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.token = ""

    def asked(self, path, form=None, **headers):
        """Ask for a page; gives the status and the text."""
        data = urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(self.origin + path, data, headers)  # noqa: S310 - our own server
        try:
            with self.opener.open(request, timeout=30) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        found = re.search(r"token=([0-9a-f]{64})", text)
        self.token = found[1] if found else self.token
        return status, text

    def entered(self, student, code):
        """Sign in."""
        return self.asked("/enter", {"student": student, "code": code})

    def answered(self, part, answer, action="check", exercise="bp-2-2-1"):
        """Hand an answer in."""
        form = {"part": part, "action": action, "answer": answer}
        return self.asked(f"/x/{exercise}?token={self.token}", form, **{"X-Piece": "1"})


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    store = folder / "class.sqlite"
    options = ("--class", roster_at(folder), "--store", store, "--host", "127.0.0.1", "--lang", "en")
    (folder / "course.key").write_text(KEY, encoding="utf-8")
    (folder / "symnn.toml").write_text('key_file = "course.key"\n', encoding="utf-8")
    with served("practice", "bp-2-2-1", "midges", *options, folder=folder) as (_, address):
        yield address, store


def origin_of(address):
    return address.partition("/class")[0]


# signing in


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("学号,姓名\n1,A\n", "roster-without-codes"),
        ("student,code\n1,abc\n", "code-too-short"),
        ("student,code\n1,\n", "code-too-short"),
        ("name,code\nA,abcdef\n", "roster-without-ids"),
    ],
)
def test_a_roster_that_lets_nobody_in_is_refused_with_the_reason(tmp_path, text, code):
    path = tmp_path / "r.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OperatorError) as refused:
        roll_in(path)
    assert refused.value.problems[0].code == code


def test_codes_are_compared_as_they_are_written(tmp_path):
    roll = roll_in(roster_at(tmp_path))
    assert roll.knows("007", "bond-secret")
    for student, code in (("007", "maple-secret"), ("7", "bond-secret"), ("007", ""), ("", ""), ("nobody", "")):
        assert not roll.knows(student, code)


def test_a_session_outlives_the_program_and_ends_on_leaving(tmp_path):
    roll, store = roll_in(roster_at(tmp_path)), Store(tmp_path / "s")
    token = Hall(roll, store, secure=False).sign_in("007", "bond-secret")
    again = Hall(roll, store, secure=False)
    assert again.student_of(token).id == "007"
    assert len(token) >= 43  # 256 bits
    assert token.encode() not in b"".join(row[0] for row in store.rows("select digest from session"))
    again.leave(token)
    assert again.student_of(token) is None
    store.close()


def test_a_bucket_fills_with_time():
    now = [0.0]
    pace = Pace(2, 0.5, clock=lambda: now[0])
    assert [pace.allows("a") for _ in range(3)] == [True, True, False]
    now[0] = 2.0
    assert [pace.allows("a"), pace.allows("a")] == [True, False]


def test_who_is_not_signed_in_gets_the_door_and_changes_nothing(hall):
    address, _ = hall
    visitor = Visitor(origin_of(address))
    assert "Sign in" in visitor.asked("/")[1]
    assert "Sign in" in visitor.asked("/x/bp-2-2-1")[1]
    assert visitor.answered("dw1", RIGHT)[0] == 403
    assert visitor.entered("007", "wrong-code")[0] == 403
    assert visitor.asked("/")[1].count("bp-2-2-1") == 0
    assert asked(origin_of(address) + "/", Host="evil.example")[0] == 403
    assert visitor.entered("007", "bond-secret")[0] == 200
    assert visitor.asked("/x/bp-2-2-1?token=0", {"part": "dw1", "answer": RIGHT})[0] == 403
    assert visitor.asked("/x/bp-2-2-1", {"part": "dw1", "answer": RIGHT}, Origin="http://evil.example")[0] == 403
    (cookie,) = visitor.cookies
    assert cookie.has_nonstandard_attr("HttpOnly")


def test_codes_cannot_be_tried_one_after_another(hall):
    visitor = Visitor(origin_of(hall[0]))
    assert [visitor.entered("20230002", f"code-{n}")[0] for n in range(12)][-1] == 429


def test_each_sees_the_own_and_the_lecturer_sees_numbers_and_no_names(hall):
    address, store = hall
    first, second = Visitor(origin_of(address)), Visitor(origin_of(address))
    first.entered("007", "bond-secret")
    second.entered("20230001", "maple-secret")
    assert "Not right" in first.answered("dw1", WRONG + " ")[1]
    assert "Correct" in second.answered("dw1", RIGHT)[1]
    assert first.answered("chain", "E -> y -> a3 -> f2 -> a2 -> w1")[0] == 200
    page = second.asked("/x/bp-2-2-1")[1]
    assert "Name20230001" in page
    for foreign in (WRONG, "Name007", "bond-secret", "maple-secret", "f2 -&gt; a2"):
        assert foreign not in page
    assert "Name007" in first.asked("/x/bp-2-2-1")[1]
    assert asked(address.replace("token=", "token=x"))[0] == 403
    assert first.asked("/class")[0] == 403
    status, seen, _ = asked(address)
    assert status == 200
    assert re.search(r"bp-2-2-1/dw1</th><td class=\"number\">2</td><td class=\"number\">1</td>", seen)
    assert "∂E/∂y" in seen
    assert WRONG in seen
    assert not any(secret in seen for secret in (*STUDENTS, *STUDENTS.values(), "Name007"))
    with sqlite3.connect(store) as kept:
        assert {row[0] for row in kept.execute("select student from attempt")} == {"007", "20230001"}
    kept.close()


def test_the_first_variant_is_the_one_that_grade_expects(tmp_path):
    lessons, _ = lessons_of(tmp_path, "bp-2-2-1", key=b"k" * 32)
    tutor = lessons.staff.tutor
    assert tutor.seed("bp-2-2-1", "output", Who("007")) == seed_of(b"k" * 32, "bp-2-2-1", "output", "007")
    assert tutor.seed("bp-2-2-1", "output", Who("007", 1)) != tutor.seed("bp-2-2-1", "output", Who("008", 1))
    assert tutor.seed("bp-2-2-1", "output", Who()) == ""
    assert key_of(config(tmp_path, {}))


def test_no_page_tells_the_key_a_seed_or_the_number_asked_for(hall):
    address, _ = hall
    visitor = Visitor(origin_of(address))
    visitor.entered("20230001", "maple-secret")
    part = exercise("bp-2-2-1").part("output")
    seed = seed_of(bytes.fromhex(KEY), "bp-2-2-1", "output", "20230001")
    number = part.solution(seed)
    pages = [visitor.asked("/x/bp-2-2-1")[1]]
    pages += [visitor.answered("output", "0.5", action)[1] for action in ("check", "hint", "hint", "hint", "step")]
    pages += [visitor.asked(f"/x/bp-2-2-1/output/read?token={visitor.token}", {"answer": "0.5"})[1]]
    assert number != part.solution()  # a variant of one's own
    assert not any(secret in page for page in pages for secret in (KEY, seed, number))
    shown = visitor.answered("output", "0.5", "solution")[1]
    assert number in shown


def test_too_quick_requests_are_turned_away(hall):
    visitor = Visitor(origin_of(hall[0]))
    visitor.entered("007", "bond-secret")
    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(lambda _: visitor.asked("/")[0], range(80)))
    assert {200, 429} == set(states)


@pytest.mark.parametrize(
    "options", [("--host", "::"), ("--public", "http://x"), ("--public", "https://x/y"), ("--public", "x")]
)
def test_open_doors_without_a_class_are_refused(options):
    from symnn.commands.practice import command

    with pytest.raises(UsageError):
        command.main(["neuron", *options], standalone_mode=False)


def test_the_lecturers_page_and_the_door_are_fit_for_use(browser, hall):
    address, _ = hall
    for width, scheme in ((1000, "light"), (400, "dark")):
        page, said = watched(browser, width, scheme)
        for where in (address, origin_of(address)):
            page.goto(where)
            assert faults(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert said == []


# what a kill leaves


@pytest.mark.slow
def test_every_acknowledged_answer_is_there_after_a_kill(tmp_path):
    """The server is killed after 1, 2, 3, ... acknowledged answers, while more are on their way."""
    students = {f"2023{n:04}": f"code-{n:04}" for n in range(8)}
    store = tmp_path / "class.sqlite"
    options = ("--class", roster_at(tmp_path, students), "--store", store, "--lang", "en")
    acknowledged = []
    for point in range(2):
        with served("practice", "neuron", *options) as (server, address):
            visitors = [Visitor(origin_of(address)) for _ in students]
            for visitor, (student, code) in zip(visitors, students.items(), strict=True):
                visitor.entered(student, code)

            def hand_in(place, visitors=visitors, point=point, server=server):
                for number in range(50):
                    answer = f"x1 + {point} + {number}"
                    try:
                        status, _ = visitors[place].answered("dy-dw1", answer, exercise="neuron")
                    except OSError:
                        return
                    if status == 200:
                        acknowledged.append((list(students)[place], answer))
                    if number == 2 * point + 1 and place == point:
                        server.send_signal(signal.SIGKILL)
                        return

            with ThreadPoolExecutor(len(students)) as pool:
                list(pool.map(hand_in, range(len(students))))
            server.wait()
    with sqlite3.connect(store) as kept:
        there = set(kept.execute("select student, answer from attempt"))
    kept.close()
    assert len(acknowledged) > 5
    assert set(acknowledged) <= there
    lines = [json.loads(line) for line in Store(store).lines("")]
    assert {(line["student"], line["answer"]) for line in lines} == there


KILLED = """
import os, signal, sys
from functools import partial
sys.path.insert(0, sys.argv[1])
from lessons_here import Here
from symnn.web import staff
from symnn.web.learner import Store

hook, point = sys.argv[2], int(sys.argv[3])
seen = 0

def stop_at(which):
    global seen
    if which == hook:
        seen += 1
        if seen == point:
            os.kill(os.getpid(), signal.SIGKILL)

plain = Store.do

def do(self, query, *values):
    is_answer = "into attempt" in query
    if is_answer:
        stop_at("before")
    plain(self, query, *values)
    if is_answer:
        stop_at("after")

class Killed(Here):
    async def ask(self, name, *about, by="judge"):
        if name == "judged":
            stop_at("judging")
        return await super().ask(name, *about, by=by)

Store.do = do
staff.Staff = lambda make: Killed(make())
from symnn.cli import main
main(sys.argv[4:])
"""
POINTS = [(hook, point) for hook in ("judging", "before", "after") for point in range(1, 8)][:20]


@pytest.mark.slow
def test_what_was_acknowledged_is_there_wherever_the_server_is_killed(tmp_path):
    """SIGKILL while judging, before an answer is written and after it: 20 points, one file all the time."""
    roster, store = roster_at(tmp_path), tmp_path / "class.sqlite"
    acknowledged = []
    for hook, point in POINTS:
        about = (str(Path(__file__).parent), hook, str(point), "practice", "neuron", "--class", str(roster))
        command = [sys.executable, "-c", KILLED, *about, "--store", str(store), "--no-browser", "--lang", "en"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            visitor = Visitor(origin_of(server.stdout.readline().strip()))
            visitor.entered("007", "bond-secret")
            for _ in range(10):
                answer = f"x1*{len(acknowledged) + 2}"
                try:
                    status, _ = visitor.answered("dy-dw1", answer, exercise="neuron")
                except OSError:
                    break
                assert status == 200
                acknowledged.append(answer)
            assert server.wait(20) == -signal.SIGKILL
    with sqlite3.connect(store) as kept:
        there = [answer for (answer,) in kept.execute("select answer from attempt order by id")]
    kept.close()
    assert len(acknowledged) == sum(point - 1 for _, point in POINTS)
    assert set(acknowledged) <= set(there)
