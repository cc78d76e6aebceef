"""Wrong numbers of recurrent and convolutional networks: the slip that gives exactly them is named."""

from __future__ import annotations

import pytest

from symnn.exercises.library import exercise


def said(exercise_id, part, answer):
    found = exercise(exercise_id).part(part).grade(answer).findings
    return [(finding.code, dict(finding.facts)) for finding in found if finding.code != "entries"]


AVERAGED = "[0.44, 0.19, 0.16, 0.16; 0.19, 0.38, 0.11, 0.44; 0.16, 0.11, 0.5, 0.05; 0.16, 0.44, 0.05, 0.77]"
SUMS = "[9, 3, 5, 3; 3, 9, 3, 5; 5, 3, 9, 1; 3, 5, 1, 7]"
POOLING = ("pooling-kind", {"meant": "max_pool", "wrote": "avg_pool"})


@pytest.mark.parametrize(
    ("exercise_id", "part", "answer", "finding"),
    [
        ("rnn", "h2", "[8, 8]", ("missing-term", {"term": "U*x_2"})),
        ("rnn", "h3", "[8, 8]", ("missing-term", {"term": "W*s_2"})),
        ("rnn", "h3", "[12, 12]", ("wrong-quantity", {"meant": "s_3", "wrote": "s_2"})),
        ("cnn-x", "pooled", AVERAGED, POOLING),
        ("cnn-x", "pooled-twice", "[0.66, 0.44; 0.44, 0.5]", POOLING),
        ("cnn-x", "second", "0.77", ("wrong-quantity", {"meant": "c_1[1,2]", "wrote": "c_1[1,1]"})),
        ("cnn-x", "relu", "-0.11", ("activation-missing", {"at": "c_1"})),
        ("cnn-x", "probability", "0.9", ("too-few-digits", {"places": "1", "wanted": "3"})),
    ],
)
def test_the_slip_behind_a_number_is_named(exercise_id, part, answer, finding):
    assert said(exercise_id, part, answer) == [finding]


def test_a_number_that_no_slip_gives_is_not_explained():
    assert said("rnn", "h3", "[17, 5]") == []


def test_numbers_of_another_shape_are_not_compared():
    assert [code for code, _ in said("rnn", "h3", "[32, 32, 32]")] == ["shape"]


@pytest.mark.parametrize(("part", "answer"), [("pooled", SUMS), ("second-kernel", "[9, 5; 5, 5]"), ("second", "-1")])
def test_a_factor_that_gives_the_number_away_is_not_said(part, answer):
    """Nine times the right numbers: "1/9 is missing" would be the answer in other words."""
    assert not any("1/9" in str(facts) for _, facts in said("cnn-x", part, answer))
