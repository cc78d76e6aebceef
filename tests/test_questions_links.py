"""A picture that calls a link of the chain rule right or wrong makes a statement about the answer: here it is tried.

Every answer is the chain rule written out, link by link, with one slip at a known link, or two. What is wrong is then
known without asking symnn: a link with a slip is never right, and the first that is called wrong has one.
"""

from itertools import pairwise

import pytest

from symnn.exercises.library import exercise, exercises_in, shipped_folder
from symnn.expressions.writing import plain
from symnn.questions.trails import trail_of, worth_of

SLIPS = {"left out": None, "squared": "({0})^2", "one more": "(({0})+1)", "minus": "(-({0}))", "inverted": "1/({0})"}
OTHERWISE = {"y*(1 - y)": "(y - y^2)", "f1*(1 - f1)": "(f1 - f1^2)", "2*(y - z)": "(2y - 2z)", "w5": "((w5 + w5)/2)"}
"""The same written in another way."""


def written(part, slips, otherwise=()):
    """Write the chain rule out with a slip at some links, and some in other words."""
    trail, terms = trail_of(part), []
    for path in trail.paths:
        factors = []
        for link in pairwise(path):
            worth = plain(worth_of(part, link))
            worth = OTHERWISE.get(worth, worth) if link in otherwise else worth
            slip = SLIPS[slips[link]] if link in slips else "({0})"
            factors += [slip.format(worth)] if slip else []
        terms.append("*".join(factors) or "1")
    return " + ".join(terms)


def told(part, slips, otherwise=()):
    text = written(part, slips, otherwise)
    verdict = part.grade(text)
    return (part.trace(text, verdict) if verdict.verdict == "wrong" else None), text


def is_true(trace, slips):
    return trace is None or (trace.wrong in slips and not set(trace.right) & set(slips))


def parts_about_a_chain():
    for one in exercises_in(shipped_folder()):
        for part in one.parts:
            trail = trail_of(part) if part.file.kind == "formula" and not part.network.shapes else None
            if trail is not None and part.grade(written(part, {})).verdict == "correct":
                yield part


@pytest.mark.slow
def test_one_slip_at_any_link_of_any_shipped_part_is_found_there():
    count, silent = 0, 0
    for part in parts_about_a_chain():
        for link in trail_of(part).links:
            for slip in SLIPS:
                trace, text = told(part, {link: slip})
                assert is_true(trace, {link}), (part, text, trace)
                count, silent = count + (slip != "minus"), silent + (trace is None and slip != "minus")
    assert count > 200
    assert silent <= 0.1 * count, silent  # a slip that changes nothing, and factors that are 1


BP = exercise("bp-2-2-1").part("dw1")
LINKS = trail_of(BP).links


@pytest.mark.parametrize("slip", sorted(SLIPS))
@pytest.mark.parametrize("link", LINKS, ids="-".join)
def test_one_slip_is_found_at_its_link(link, slip):
    trace, text = told(BP, {link: slip})
    assert is_true(trace, {link}), (text, trace)
    assert trace is not None or slip == "minus"  # a sign stands in front of all of them


@pytest.mark.parametrize("slip", ["left out", "squared", "one more"])
@pytest.mark.parametrize("words", LINKS, ids="-".join)
@pytest.mark.parametrize("link", LINKS[:3], ids="-".join)
def test_what_is_right_in_other_words_is_not_called_wrong(link, words, slip):
    if link != words:
        trace, text = told(BP, {link: slip}, {words})
        assert is_true(trace, {link}), (text, trace)


@pytest.mark.parametrize("second", LINKS, ids="-".join)
@pytest.mark.parametrize("first", LINKS, ids="-".join)
def test_of_two_slips_none_is_called_right(first, second):
    trace, text = told(BP, {first: "squared", second: "one more"})
    assert is_true(trace, {first, second}), (text, trace)


@pytest.mark.parametrize(
    ("target", "answer", "wrong"),
    [
        ("gan/discriminator", "(1/D_x)^2 (D_x(1-D_x)) x + (-1/(1-D_g)) (D_g(1-D_g)) g", ("V", "D_x")),
        ("gan/generator", "((-1/(1-D_g))+1) D_g(1-D_g) c1 z", ("V", "D_g")),
        ("bp-2-2-1/dw1", "2(y-z) y(1-y) w5 f1(1-f1) x1 * 3", None),
        ("bp-2-2-1/dw1", "-2(y-z) y(1-y) w5 f1(1-f1) x1", None),
        ("bp-2-2-1/dw1", "(y-z) y(1-y) w5 f1(1-f1) x1", None),  # right by another convention
        ("bp-2-2-1/dw1", "2(z-y) y(1-y) w5 f1(1-f1) x1", ("E", "y")),
        ("bp-2-2-1/dw1", "2(y-z) y(1-y) w5 sigma(a1)(1-sigma(a1)) x2", ("a1", "w1")),
        ("bp-2-2-1/dw1", "2(y-z) y(1-y) w6 (1/(1+e^(-a1)))(1-1/(1+e^(-a1))) x1", ("a3", "f1")),
        ("bp-2-2-1/dw1", "y-z", ("y", "a3")),
        ("bp-2-2-1/dw1", "w1", None),
    ],
)
def test_the_first_wrong_link_of_answers_as_students_write_them(target, answer, wrong):
    name, _, part_id = target.partition("/")
    part = exercise(name).part(part_id)
    trace = part.trace(answer, part.grade(answer))
    assert (trace and trace.wrong) == wrong
