"""Signs as pages print them are read as the operation with the settings that stand below them."""

from __future__ import annotations

import pytest

from symnn.errors import Problem
from symnn.expressions.tree import Call, Constant, Name
from symnn.expressions.writing import plain
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.notation.tex import latex
from symnn.ops.operation import AXES
from symnn.ops.settings import flat_settings, spelled_settings
from symnn.ops.table import OF_TENSORS

SCOPE = Scope.of({"S": (3, 3), "d": (3,), "X": (4, 4), "K": (2, 2), "E": ()}, tensors=True)

DRAWN = ((2,), (2, 1), (3, 2, 1), ((2, 1), (1, 0), 1), (2, 3, 4), (3, 1, (1, 0, 2, 1), 2), (3, 2, 2, 1, 1, 1))
"""Settings as they are written short, of which each operation takes as many as it has."""

SAME_SIGN = frozenset({"conv1d", "conv_transpose1d", "max_pool1d", "avg_pool1d"})
"""Operations of signals whose sign pages write as that of images: read as those, which do the same to a row."""


def read_back(text):
    found = read(text, SCOPE, syntax="latex")
    assert not isinstance(found, Problem), (text, found)
    return plain(found.tree)


def calls():
    for name, operation in OF_TENSORS.items():
        if operation.below is None or operation.layout != "call" or name in SAME_SIGN:
            continue
        arguments = tuple(map(Name, "XK"[: operation.arity[0]]))
        if operation.has_axis:
            yield from (Call(name, (*arguments, Constant(axis))) for axis in AXES[:2])
            continue
        for given in DRAWN:
            short = given[: sum(not one.words for one in operation.settings)]
            numbers = flat_settings(operation.settings, short)
            if len(numbers) == sum(one.parts for one in operation.settings):
                yield Call(name, (*arguments, *spelled_settings(operation.settings, numbers)))


@pytest.mark.parametrize("call", list(calls()), ids=plain)
def test_what_the_pen_writes_below_a_sign_is_read(call):
    written = latex(call)
    assert latex(read(written, SCOPE, syntax="latex").tree) == written
    assert read_back(written) == plain(call)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\operatorname{softmax}_{\mathrm{rows}}(S)", "softmax(S, rows)"),
        (r"\sum_{\mathrm{rows}}\left(S \odot S\right)", "sum(S ⊙ S, rows)"),
        (r"\operatorname{normalize}_{columns}(S)^2", "normalize(S, columns)^2"),
        (r"\max_{\mathrm{rows}}(S)", "max(S, rows)"),
        (r"\max(E, 0)", "max(E, 0)"),
        (r"\operatorname{maxpool}_{2\times2}(X)", "max_pool(X)"),
        (r"\operatorname{maxpool}_{3 \times 2,\, s=1,\, \mathrm{floor}}(X)", "max_pool(X, [3, 2], 1, floor)"),
        (r"\mathbf{1}_3", "spread(1, 3)"),
        (r"d\,\mathbf{1}_3^{\top}", "d*transpose(spread(1, 3))"),
        (r"\mathbf{1}_{3\times2}", "spread(1, 3, 2)"),
        (r"\mathbf{E}(\log(d))", "mean(log(d))"),
        (r"\mathbb{E}\left(d\right)", "mean(d)"),
        (r"\mathbf{E} d", "E*d"),
        (r"(S^{\top} d)_1", "part(transpose(S)*d, 1, 1)"),
        (r"\left(S S\right)_{1,2}", "slice(S*S, 1, 1, 2, 2)"),
        (r"\operatorname{conv}(X, K)", "conv(X, K)"),
    ],
)
def test_signs_of_pages(written, meant):
    assert read_back(written) == plain(read(meant, SCOPE).tree)


@pytest.mark.parametrize(
    "written",
    [r"\operatorname{softmax}_{\mathrm{planes}}(S)", r"\operatorname{maxpool}_{q=2}(X)", r"\mathbf{1}", r"(E + 1)_1"],
)
def test_what_no_operation_writes_below_its_sign_is_refused(written):
    assert isinstance(read(written, SCOPE, syntax="latex"), Problem)


def test_entries_that_are_quantities_of_their_own_are_read_with_the_brackets_of_the_page():
    scope = Scope.of(["W_1[1,2]", "theta_1[2]", "x_1"])
    found = read(r"\frac{(W_1)_{12}\,x_1}{(\theta_1)_2} + (W_1)_{1,2}", scope, syntax="latex")
    assert plain(found.tree) == "W1[1,2]*x1/theta1[2] + W1[1,2]"
