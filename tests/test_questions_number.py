"""Numbers: the two insects of the deck, the ways to subtract θ, rounding, cutting, variants, follow-through."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import pytest

from symnn.exercises.library import exercise
from symnn.questions.fields import Among, DrawnSteps
from symnn.questions.placeholders import ending_decimal, filled, wanted
from symnn.questions.variants import drawn, is_drawn, possible, seed_of


def said(verdict):
    return [finding.facts.get("id", finding.code) for finding in verdict.findings]


@pytest.mark.parametrize(
    ("part", "answer", "verdict", "findings"),
    [
        ("Af", "0.2831", "correct", []),
        ("Af", "y = 0.2831", "correct", []),
        ("Af", "0.28310", "correct", []),
        ("Af", "2831/10000", "correct", []),
        ("Apf", "0.8638", "correct", []),
        ("Af", "0.8103", "partial", ["subtracted-theta1"]),
        ("Af", "0.0001", "partial", ["subtracted-theta2"]),
        ("Af", "0.0015", "partial", ["subtracted-both"]),
        ("Apf", "0.9624", "partial", ["subtracted-theta1"]),
        ("Apf", "0.0022", "partial", ["subtracted-theta2"]),
        ("Apf", "0.0088", "partial", ["subtracted-both"]),
        ("Af", "0.2832", "wrong", ["rounded-early"]),
        ("Af", "0.2833", "wrong", ["near-miss"]),
        ("Af", "0.5", "wrong", ["unexplained"]),
        ("Af", "y", "wrong", ["number-expected"]),
        ("Af", "h_1 + 0", "wrong", ["number-expected"]),
        ("Af", "1/0", "wrong", ["undefined"]),
        ("Af", "[[1, 3], [2, 4]]", "wrong", ["shape"]),
        ("Af", "(0.2831, 0.8638)", "wrong", ["shape"]),
        ("Af", "x1 = 0.2831", "unreadable", ["left-not-asked"]),
        ("Af", "0.28.31", "unreadable", ["two-numbers"]),
    ],
)
def test_the_two_insects(part, answer, verdict, findings):
    graded = exercise("midges").part(part).grade(answer)
    assert (graded.verdict, said(graded), graded.witness) == (verdict, findings, None)


def test_rounded_or_cut_decimals_are_both_right():
    part = exercise("neuron").part("output")
    assert [part.grade(answer).verdict for answer in ("0.5000", "0.5", "1/2", "0.5002")] == ["correct"] * 3 + ["wrong"]


def test_a_later_part_is_graded_with_the_students_own_result():
    part = exercise("neuron").part("output")
    own_sum = {"sum": "2"}
    assert part.grade("0.8808").verdict == "wrong"
    followed = part.grade("0.8808", carried=own_sum)
    assert (followed.verdict, followed.credit) == ("partial", Fraction(3, 4))
    assert followed.findings[0].code == "follow-through"
    assert followed.findings[0].facts["from"] == ("sum",)
    assert part.grade("0.7", carried=own_sum).verdict == "wrong"
    assert part.grade("0.8808", carried={"sum": "nonsense("}).verdict == "wrong"
    assert part.grade("0.8808", carried={"sum": ""}).verdict == "wrong"


def test_a_right_earlier_result_carries_nothing():
    verdict = exercise("neuron").part("output").grade("0.5", carried={"sum": "0"})
    assert (verdict.verdict, verdict.findings) == ("correct", ())


def test_a_variant_is_the_same_in_every_run_and_another_for_others():
    part = exercise("bp-2-2-1").part("output")
    assert is_drawn(part.at)
    variants = {str(sorted(part.numbers(seed).items())) for seed in map(str, range(20))}
    assert len(variants) > 15
    assert part.numbers("a") == part.numbers("a")
    for seed in ("", "a", "b"):
        assert part.grade(part.solution(seed), seed=seed).verdict == "correct"
    assert part.grade(part.solution("a"), seed="b").verdict == "wrong"


def test_known_draws_stay_as_they_are():
    at = {
        "w": DrawnSteps(Fraction(-2), Fraction(2), Fraction(1, 2), (Fraction(0),)),
        "x": Among((Fraction(1), Fraction(3))),
    }
    assert drawn(at, "seed") == {"w": Fraction(-2), "x": Fraction(1)}
    assert len(possible(at["w"])) == 8


def test_a_seed_depends_on_everything_and_on_nothing_else():
    seeds = {seed_of(key, e, p, s) for key in (b"a", b"b") for e in "ef" for p in "pq" for s in ("1", "01", "s")}
    assert len(seeds) == 24


def test_a_seed_is_the_hmac_of_its_definition():
    key, message = b"key".ljust(64, b"\0"), b"e\0p\0s"
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + message).digest()
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).hexdigest()
    assert seed_of(b"key", "e", "p", "s") == outer


def test_placeholders_show_the_variants_values():
    assert wanted("$x_1={@x1@}$, {@ w @}") == ("x1", "w")
    assert filled("{@x1@} {@w@} {@q@}", {"x1": Fraction(1, 8), "w": Fraction(-1, 3)}) == r"0.125 -\frac{1}{3} {@q@}"
    assert filled("{@W@}", {"W": ((1, 2), (3, 4))}) == r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"


DECIMALS = [("5/4", "1.25"), ("-1/1000", "-0.001"), ("20", "20"), ("1/30", None), ("0", "0")]


@pytest.mark.parametrize(("value", "text"), DECIMALS)
def test_decimals_that_end_are_written_out(value, text):
    assert ending_decimal(Fraction(value)) == text


@pytest.mark.parametrize(
    ("answer", "credit"),
    [("[[11,19],[20,12]]", 0), ("[[11,20],[19,13]]", Fraction(3, 4)), ("[[11,20],[19,12]]", 1)],
)
def test_an_entry_that_is_right_by_symmetry_earns_nothing(answer, credit):
    """A matrix transposed, or a kernel flipped, has its diagonal right by chance; one slip leaves the others earned."""
    assert exercise("cnn").part("convolved").grade(answer).credit == credit
