"""Vectors and matrices entry by entry: shapes that do not fit are named, wrong entries are listed."""

from __future__ import annotations

import pytest

from symnn.grading.judge.cells import cells_of
from symnn.grading.judge.matrices import GridJudge, entrywise
from symnn.grading.meaning import Lambda, Meaning
from symnn.language.tree import (
    Call,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
)

U, W, V, x, s0, d, s = map(Name, ("U", "W", "V", "x", "s0", "d", "s"))
SUMS = Sum((Product((U, x)), Product((W, s0))))
NET = Meaning(
    equations={"a": SUMS, "s": Call("f", (Name("a"),)), "h": Product((V, s))},
    functions={"f": Lambda(("t",), Call("tanh", (Name("t"),)))},
    shapes=dict.fromkeys(("U", "W", "V"), (2, 2)) | dict.fromkeys(("x", "s0", "d", "a", "s", "h"), (2,)),
)


def numbers(*rows):
    return Matrix(tuple(tuple(Number(entry) for entry in row) for row in rows))


def codes(judgement):
    return [finding.code for finding in judgement.findings]


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        (Product((d, Transpose(Call("f", (SUMS,))))), Product((d, Transpose(s)))),
        (Sum((Product((W, s0)), Product((U, x)))), Name("a")),
        (Entrywise((d, s)), Entrywise((s, d))),
        (Sum((Number(1), Negative(Entrywise((s, s))))), Sum((Number(1), Negative(Entrywise((s, s)))))),
        (Transpose(Product((Transpose(x), Transpose(U)))), Product((U, x))),
        (Quotient(Product((Number(2), x)), Number(2)), x),
        (Product((Transpose(d), s)), Call("sum", (Entrywise((d, s)),))),
        (Call("mean", (s,)), Quotient(Call("sum", (s,)), Number(2))),
    ],
)
def test_what_is_equal_in_every_entry(answer, reference):
    assert GridJudge(reference, NET).judge(answer, "a").equal is True


def test_wrong_entries_are_listed_with_a_witness():
    judgement = GridJudge(Product((d, Transpose(s))), NET).judge(Product((s, Transpose(d))), "transposed")
    assert judgement.equal is False
    assert judgement.findings[0].facts == {"which": ("1,2", "2,1")}
    assert judgement.witness is not None


def test_an_undefined_entry_equals_nothing():
    broken = Matrix(((Number(1), Number(2)), (Number(3), Quotient(Number(1), Number(0)))))
    judgement = GridJudge(numbers((1, 2), (3, 4)), Meaning()).judge(broken, "nan")
    assert judgement.equal is False
    assert codes(judgement) == ["entries", "undefined"]


@pytest.mark.parametrize(
    ("answer", "facts"),
    [
        (s, {"expected": "2x2", "got": "2"}),
        (Number(1), {"expected": "2x2", "got": "1"}),
        (numbers((1, 2)), {"expected": "2x2", "got": "1x2"}),
        (Sum((U, x)), {"expected": "2x2", "got": "2"}),
        (Product((U, numbers((1, 2)))), {"expected": "2", "got": "1x2"}),
        (Power(U, Number(2)), {"expected": "1", "got": "2x2"}),
    ],
)
def test_shapes_that_do_not_fit_are_named(answer, facts):
    judgement = GridJudge(Product((d, Transpose(s))), NET).judge(answer, "shape")
    assert (judgement.equal, judgement.method) == (False, "shape")
    assert codes(judgement) == ["shape"]
    assert dict(judgement.findings[0].facts) == facts


def test_a_column_is_a_vector_and_a_row_is_not():
    judge = GridJudge(Product((U, x)), Meaning(shapes={"U": (2, 2), "x": (2,)}))
    first, second = cells_of(Product((U, x)), NET.shapes).cells
    assert judge.judge(Matrix(((first,), (second,))), "column").equal is True
    assert codes(judge.judge(Matrix(((first, second),)), "row")) == ["shape"]


def test_tensor_equations_become_one_equation_an_entry():
    equations = entrywise(NET).equations
    assert sorted(equations) == ["a[1]", "a[2]", "h[1]", "h[2]", "s[1]", "s[2]"]
    assert equations["s[2]"] == Call("f", (Name("a[2]"),))
