"""The first point: a witness that a person sees at once, known again for the next answer and the next reference."""

from __future__ import annotations

import pytest
from hypothesis import given
from identities import EXPONENTIAL, trees

from symnn.equality.meaning import Meaning
from symnn.equality.witness import FirstPoint, search
from symnn.expressions.tree import Name
from symnn.language.reading import read
from symnn.language.scope import Scope

OPEN = Scope.of([], open=True)


def tree(text):
    return read(text, OPEN).tree


@given(trees(EXPONENTIAL), trees(EXPONENTIAL))
def test_its_witness_is_the_one_that_a_search_finds_first(answer, reference):
    witness = FirstPoint(reference, Meaning()).witness(answer)
    if witness is not None:
        found = search(answer, reference, Meaning())
        assert found.method == "witness"
        assert found.witness == witness


@given(trees(EXPONENTIAL), trees(EXPONENTIAL), trees(EXPONENTIAL))
def test_what_was_seen_before_changes_nothing(before, answer, reference):
    fresh, used = FirstPoint(reference, Meaning()), FirstPoint(before, Meaning())
    used.witness(answer)
    again = used.beside(reference)
    assert again.witness(answer) == fresh.witness(answer)
    assert again.differs(answer) is fresh.differs(answer)


@pytest.mark.parametrize(
    ("answer", "witness", "differs"),
    [
        ("x*y + 1", True, True),
        ("x*y*(1+1e-9)", False, True),  # too small to be seen, proved all the same
        ("y*x", False, False),
        ("x*y + sqrt(-1 - x^2)", False, False),  # not real: there is no value that differs
        ("x*y/(x - x)", False, False),
    ],
)
def test_what_is_seen_and_what_is_proved(answer, witness, differs):
    first = FirstPoint(tree("x*y"), Meaning())
    assert (first.witness(tree(answer)) is not None) is witness
    assert first.differs(tree(answer)) is differs


def test_named_results_count_as_their_equations():
    first = FirstPoint(tree("a"), Meaning(equations={"a": tree("x*y")}))
    assert first.free_names(("a", "z")) == ("x", "y", "z")
    witness = first.witness(Name("x"))
    assert set(witness.at) == {"x", "y"}
    assert witness.expected == pytest.approx(witness.at["x"] * witness.at["y"])
