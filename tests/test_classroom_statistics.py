"""The figures of a class, against another computation of the same."""

from __future__ import annotations

import json
import random

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from symnn.classroom.recorded import GivenMark, Recorded, Said, ShownAnswer
from symnn.classroom.statistics import figures, pairs
from symnn.cli import symnn

PARTS = {"a/x": 4.0, "a/y": 2.0, "b/z": 3.0}


def recorded(student, target, share, *, is_open=False, counts=True, answer="1", findings=(), cluster=""):  # noqa: PLR0913
    exercise, _, part = target.partition("/")
    most = PARTS[target]
    verdict = "unreadable" if is_open else "correct" if share == 1 else "wrong" if share == 0 else "partial"
    mark = GivenMark(None if is_open else share * most, open=is_open, counts=counts)
    said = tuple(Said(code, code) for code in findings)
    about = {"read": ShownAnswer(), "findings": said, "answer": answer, "cluster": cluster, "mark": mark}
    return Recorded(exercise, part, student, 1, verdict, share * most, most, **about)


def a_class(size, seed):
    draw = random.Random(seed)  # noqa: S311 - the same class every time
    return [
        recorded(f"s{number}", target, draw.choice((0, 0.5, 1)), is_open=draw.random() < 0.1, cluster=target)
        for number in range(size)
        for target in PARTS
    ]


@pytest.mark.parametrize("seed", range(5))
def test_facility_and_discrimination_are_those_of_numpy(seed):
    results = a_class(60, seed)
    points = {target: np.full(60, np.nan) for target in PARTS}
    for one in results:
        if one.mark.points is not None:
            points[one.target][int(one.student[1:])] = one.mark.points
    total = np.nansum(np.array(list(points.values())), axis=0)
    for part in figures(results).parts:
        own = points[part.target]
        marked = ~np.isnan(own)
        assert part.facility == pytest.approx(np.nanmean(own / PARTS[part.target]), abs=1e-12)
        rest = (total - np.nan_to_num(own))[marked]
        assert part.discrimination == pytest.approx(np.corrcoef(own[marked], rest)[0, 1], abs=1e-12)


def test_quartiles_are_those_of_numpy_over_who_has_a_total():
    results = a_class(41, 7)
    found = figures(results)
    waiting = {one.student for one in results if one.mark.points is None}
    totals = [
        sum(one.mark.points for one in results if one.student == student)
        for student in {one.student for one in results} - waiting
    ]
    expected = np.quantile(totals, [0, 0.25, 0.5, 0.75, 1])
    spread = found.spread
    assert [spread.least, spread.lower, spread.median, spread.upper, spread.most] == pytest.approx(list(expected))
    assert found.open == sum(one.mark.points is None for one in results)


@pytest.mark.parametrize("size", [1, 19])
def test_few_students_have_no_discrimination(size):
    assert all(part.discrimination is None for part in figures(a_class(size, 1)).parts)


def test_where_all_are_the_same_there_is_no_discrimination():
    results = [recorded(f"s{number}", target, 1, cluster=target) for number in range(30) for target in PARTS]
    assert [(part.facility, part.discrimination) for part in figures(results).parts] == [(1.0, None)] * 3


def test_what_does_not_count_is_in_no_figure():
    results = a_class(30, 3)
    others = [recorded("s1", "a/x", 0, counts=False, findings=("sign",), cluster="c")]
    assert figures(results + others).parts == figures(results).parts


def test_rare_wrong_answers_that_two_share_make_a_pair():
    right = [recorded(f"s{number}", "a/x", 1, cluster="right") for number in range(98)]
    rare = [recorded(name, "a/x", 0, answer=text, cluster="odd") for name, text in (("p", "9 y"), ("q", "9  ｙ"))]
    (pair,) = pairs(right + rare)
    assert (pair.first, pair.second, pair.targets) == ("p", "q", ("a/x",))
    assert pair.score == pytest.approx(-np.log2(0.02))


def test_what_many_wrote_or_many_meant_makes_no_pair():
    often = [recorded(f"s{number}", "a/x", 0, answer="9", cluster="c") for number in range(10)]
    assert pairs([recorded(f"r{number}", "a/x", 1, cluster="r") for number in range(90)] + often) == ()
    meant = [recorded(f"s{number}", "a/x", 0, answer=str(number // 2), cluster="c") for number in range(10)]
    assert pairs([recorded(f"r{number}", "a/x", 1, cluster="r") for number in range(90)] + meant) == ()


def test_the_command_says_the_same_to_people_and_programs(tmp_path):
    results = b"".join(msgspec.json.encode(one) + b"\n" for one in a_class(25, 2))
    (tmp_path / "results.jsonl").write_bytes(results)
    ran = CliRunner().invoke(symnn, ["stats", str(tmp_path), "--json", "--pairs"])
    data = json.loads(ran.output)
    assert (data["students"], data["answers"], data["max"], data["pairs"]) == (25, 75, 9.0, [])
    assert [part["target"] for part in data["parts"]] == list(PARTS)
    told = CliRunner().invoke(symnn, ["stats", str(tmp_path), "--lang", "zh"]).output
    assert told.startswith("25 名学生，75 个答案")


def test_a_folder_without_results_is_named(tmp_path):
    ran = CliRunner().invoke(symnn, ["stats", str(tmp_path)])
    assert ran.exit_code != 0
    assert "no results" in str(ran.exception)
