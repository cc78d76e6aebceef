"""What it costs to look for the reason of a wrong answer, counted in calls: the search must not grow unseen.

The answers have no reason that is found at once, so that everything is tried: each change, and each two. A search
that evaluates the answer once for every change makes some 100 000 calls for the first of them. What is found in a
network with kinks is looked at again at 48 points.
"""

from __future__ import annotations

import pytest
from work import calls_of

from symnn.exercises.library import exercise

ANSWERS = [
    ("bp-2-2-1", "dw1", "(y-z)^3 + w5*x2 - f1*sigmoid(x1*w2)", "(y-z)^3 + w5*x1 - f2*sigmoid(x1*w2)", 30_000),
    ("bp-2-2-1", "dw1", "2(y-z)y(3-y)w5 f2 f1(1.1-f1)x1", "2(y-z)y(3-y)w5 f2 f1(1.2-f1)x2", 45_000),
    ("residual", "by-W", "(V^T (3(y+z)) ⊙ f(a)) x^T * 7", "(V^T (3(y+z)) ⊙ f(a)) x^T * 8", 95_000),
    ("residual", "by-W", "(V^T (2(y-V)) ⊙ f'(a)) x^T", "(V^T (2(y-W)) ⊙ f'(a)) x^T", 110_000),
    ("matrix-form", "by-W1", "x^T (W2^T (y-z) ⊙ f'(a1))", "x^T (W2^T (y+z) ⊙ f'(a1))", 110_000),
]


@pytest.mark.parametrize(("name", "part", "first", "second", "most"), ANSWERS)
def test_a_search_without_result_ends_after_bounded_work(name, part, first, second, most):
    asked = exercise(name).part(part)
    asked.grade(first)  # what is prepared for a whole class
    assert calls_of(lambda: asked.grade(second)) <= most
