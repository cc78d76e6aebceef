# ruff: noqa: E501 - a row of a table stands in one line
"""Shapes in the reader: products, transposes, and the one grouping that fits."""

from __future__ import annotations

import pytest
import scopes

from symnn.expressions.writing import plain
from symnn.language.read_shapes import shape_in_scope
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.ops.shapes import Unfit

SCOPE = Scope.of({"W": (2, 3), "a": (2,), "b": (3,), "t": ()}, {"f": 1})

SHAPES = [
    ("t + 1", ()), ("W b", (2,)), ("W b + a", (2,)), ("W^T a", (3,)), ("a b^T", (2, 3)), ("a^T W", (1, 3)), ("t W", (2, 3)), ("f(W b)", (2,)),
    ("a ⊙ f(a)", (2,)), ("[1, 2, 3]", (3,)), ("[[1, 2], [3, 4]]", (2, 2)), ("-a/t", (2,)), ("b b^T", (3, 3)), ("W^T W", (3, 3)), ("W[1,2] a", (2,)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shape"), SHAPES)
def test_the_shape_of_an_expression(text, shape):
    assert shape_in_scope(read(text, SCOPE).tree, SCOPE) == shape


@pytest.mark.parametrize("text", ["W a", "a + b", "a b", "W W", "max(a, b)", "a ⊙ b"])
def test_what_does_not_fit_has_no_shape(text):
    with pytest.raises(Unfit):
        shape_in_scope(read(text, SCOPE).tree, SCOPE)


GROUPINGS = [
    ("a ⊙ W b", "a ⊙ (W*b)"), ("W b ⊙ a", "W*b ⊙ a"), ("a ⊙ a b^T", "(a ⊙ a)*transpose(b)"), ("(a ⊙ W) b", "(a ⊙ W)*b"), ("a ⊙ W b ⊙ a", "a ⊙ (W*b) ⊙ a"),
    ("W^T a ⊙ f(b) a^T", "(transpose(W)*a ⊙ f(b))*transpose(a)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "written"), GROUPINGS)
def test_an_entrywise_product_groups_as_the_shapes_fit(text, written):
    assert plain(read(text, SCOPE).tree) == written


def test_a_grouping_that_was_chosen_is_shown():
    assert [note.facts["read"] for note in read("a ⊙ W b", SCOPE).notes] == ["a ⊙ (W*b)"]
    assert read("W x ⊙ a", scopes.TENSORS).notes == ()
