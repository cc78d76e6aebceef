"""A gradient written with indices is, entry by entry, the gradient."""

from __future__ import annotations

from itertools import product as all_of

import pytest

from symnn.derivation.matrices import derive_matrix
from symnn.expressions.tree import Call, Derivative, Entry, Name, Negative, Number, Product, Tree, walk
from symnn.handouts.indexed_sums import indexed_sum
from symnn.networks.expansion import grid_of
from symnn.networks.models import Declarations, graph_from_text


def number(tree: Tree, at: dict[str, int]) -> int:
    match tree:
        case Name(letter):
            return at[letter]
        case Number(value):
            return value
        case Negative(operand):
            return -number(operand, at)
        case Product((Number(value), other)):
            return value * number(other, at)
    return sum(number(term, at) for term in tree.terms)


def place(entry: Entry, at: dict[str, int]) -> str:
    return f"{entry.of.name}[{','.join(str(number(index, at)) for index in entry.indices)}]"


@pytest.mark.parametrize(
    ("image", "kernel", "settings", "result"),
    [
        ((2, 4, 4), (3, 2, 2, 2), "", (3, 3, 3)),
        ((5, 5), (2, 3, 3), ", 2, 1", (2, 3, 3)),
        ((2, 5, 6), (2, 3, 3), ", 1, 1", (5, 6)),
        ((5, 5), (3, 3), ", 2", (2, 2)),
    ],
)
def test_the_gradient_of_a_kernel_is_the_sum_that_is_written(image, kernel, settings, result):
    text = f"c = conv(x, K{settings})\nE = sum(c ⊙ c)"
    derivation = derive_matrix(
        graph_from_text(text, Declarations(shapes={"x": image, "K": kernel}, inputs=("x",), parameters=("K",)))
    )
    error = derivation.error_of("K")
    found = indexed_sum(
        derivation.by_derivative(error.formula), len(kernel), derivation.graph.shapes, frozenset("xKcE")
    )
    inside = found.tree.arguments[0]
    derivative, pixel = inside.factors
    cells = iter(grid_of(error.formula, derivation.shapes).cells)
    for own in all_of(*(range(1, length + 1) for length in kernel)):
        known = dict(zip((index.name for index in found.indices), own, strict=True))
        written = set()
        for i, j in all_of(*(range(1, length + 1) for length in result[-2:])):
            at = known | {"i": i, "j": j}
            written.add((place(derivative.wrt, at), place(pixel, at)))
        cell = next(cells)
        theirs = {
            tuple(name.name.replace("dE/dc", "c") for name in walk(term) if isinstance(name, Name))
            for term in (cell.terms if hasattr(cell, "terms") else (cell,))
        }
        entries = {f"x[{','.join(map(str, index))}]" for index in all_of(*(range(1, n + 1) for n in image))}
        assert theirs == {pair for pair in written if pair[1] in entries}, known


def test_any_other_tree_is_left():
    assert indexed_sum(Call("sum", (Derivative(Name("E"), Name("c")),)), 0, {"c": (2,)}, frozenset()) is None
