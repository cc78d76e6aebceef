"""The same writing: named results written out or not, terms in any order, factors of matrices in theirs."""

from __future__ import annotations

import pytest

from symnn.equality.alike import WrittenOut
from symnn.expressions.tree import Name, Sum
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.questions.comparing import ComparedRow, Comparer

OPEN = Scope.of([], {"f": 1}, open=True)
EQUATIONS = {"a": "A*x + b", "s": "f(a)", "q": "b + c"}


def tree(text):
    return read(text, OPEN).tree


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("s", "f(b + A*x)", True),
        ("f(a)", "s", True),
        ("q + d", "c + d + b", True),
        ("A*(q + d)", "A*(d + c + b)", True),
        ("a*s", "s*a", False),  # they may be matrices
        ("s", "f(A*x)", False),
        ("f'(a)", "f(a)", False),
        ("x - y", "y - x", False),
        ("[x, y]", "[y, x]", False),
    ],
)
def test_writings_are_compared_with_names_written_out(left, right, same):
    writing = WrittenOut({name: tree(text) for name, text in EQUATIONS.items()})
    for _ in range(2):  # what is kept of the names changes nothing
        assert (writing.signature(tree(left)) == writing.signature(tree(right))) is same


def test_a_chain_too_deep_has_no_signature():
    chain = {f"s{place}": Sum((Name(f"s{place - 1}"), Name(f"t{place}"))) for place in range(1, 20_000)}
    assert WrittenOut(chain).signature(Sum((Name("s19999"), Name("z")))) is None


@pytest.mark.parametrize(
    ("answer", "reference", "equal"),
    [
        ("normalize(x)", "n", True),
        ("softmax(b + A*flatten(max_pool(relu(k + conv(normalize(x), K)), 2, 2)))", "y", True),
        ("softmax(b + A*flatten(max_pool(conv(normalize(x), K), 2, 2)))", "y", None),
    ],
)
def test_what_is_too_large_for_its_entries_is_the_same_writing_at_once(answer, reference, equal):
    assert Comparer().row(ComparedRow(answer, reference, network="cnn")).judgement.equal is equal
