"""The work of a verdict is counted: hostile and merely large tensor answers end within the bound."""

import time
from contextlib import suppress

import pytest

from symnn.equality.work import Account, account, one_account, spend
from symnn.expressions.literals import TooLarge
from symnn.questions.comparing import ComparedRow, Comparer

SLOWEST = 6.0
"""Seconds of the processor; three times what is promised, for a machine under load."""

SQUARE = {"W": [8, 8], "x": [8]}
LARGE = {"A": [64, 64], "B": [64, 64], "v": [64]}
MIXED = "sigmoid(W*sigmoid(W*sigmoid(W*x)))"

WORST = [
    # answer, reference, names or a network, verdict
    ("A*B", "B*A", LARGE, None),
    ("A*B*A*v", "A*(B*(A*v))", LARGE, None),
    ("sigmoid(A*sigmoid(B*v))", "v", LARGE, None),
    ("relu(A*v)", "relu(B*v)", LARGE, False),
    ("A⊙B", "A+B", LARGE, False),
    ("log(A)", "log(B)", LARGE, False),
    ("abs(A)", "abs(B)", LARGE, False),
    ("softmax(softmax(v))", "softmax(A*v)", LARGE, None),
    ("*".join("W" * 14) + "*x", "W*x", SQUARE, None),
    (MIXED, "x", SQUARE, False),
    ("relu(W*relu(W*relu(W*x)))", "relu(W*relu(W*relu(2*W*x)))", SQUARE, False),
    ("max_pool(y,8)", "max_pool(y,8)+1", {"y": [64, 64]}, False),
    ("normalize(2x)", "n", "cnn", None),
    ("relu(max_pool(c,2,2))", "p", "cnn", None),
    ("softmax(A*flatten(max_pool(relu(conv(n,K)+k),2,2))+b)", "y", "cnn", True),
    ("2*diff(E,x)", "diff(E,x)", "cnn", False),
    ("max_pool(max_pool(relu(conv(x,K_2)/9),2,2),2,2)", "q_1", "cnn-x", False),
    ("2*diff(E,r_1)", "diff(E,r_1)", "cnn-x", False),
]


ALIKE = ("abs(A)",)
"""What costs as much as another row, and for the same reason: looked at where there is time."""


@pytest.mark.parametrize(
    ("answer", "reference", "about", "verdict"),
    [pytest.param(*row, id=row[0][:32], marks=[pytest.mark.slow] * (row[0] in ALIKE)) for row in WORST],
)
def test_the_worst_answers_end_in_time_and_lie_about_nothing(answer, reference, about, verdict):
    row = (
        ComparedRow(answer, reference, network=about)
        if isinstance(about, str)
        else ComparedRow(answer, reference, names=about)
    )
    started = time.process_time()
    found = Comparer().row(row)
    assert time.process_time() - started < SLOWEST
    assert found.problem is None
    assert found.judgement.equal is verdict


def test_what_was_compared_before_does_not_change_a_verdict_at_the_bound():
    """Work is counted alike whether or not it was kept from an earlier comparison."""
    rows = [
        ComparedRow(answer, "p", network="cnn") for answer in ("relu(max_pool(c,2,2))", "max_pool(c,2,2)", "2p", "p")
    ]
    alone = [Comparer().row(row).judgement.equal for row in rows]
    together = Comparer()
    assert [together.row(row).judgement.equal for row in (*rows, *rows)] == alone * 2
    assert alone[1:] == [False, False, True]


def test_the_last_piece_of_work_may_be_finished():
    small = Account(10)
    small.spend(9)
    small.spend(9)
    assert small.used_up
    with pytest.raises(TooLarge):
        small.spend(1)


def test_parts_of_a_verdict_share_its_account():
    with one_account() as outer:
        with one_account() as inner:
            spend(3)
        with account() as apart:
            spend(5)
    assert inner is outer
    assert (outer.spent, apart.spent) == (3, 5)
    spend(10**12)  # nobody counts outside of a verdict


def test_what_fails_is_paid_by_who_asked():
    with one_account() as outer, suppress(TooLarge), account():
        spend(7)
        raise TooLarge
    assert outer.spent == 7
