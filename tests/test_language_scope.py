"""Scopes: what each spelling means, what is hidden, what collides."""

from __future__ import annotations

import pytest
import scopes

from symnn.errors import Problem
from symnn.expressions.tree import Call
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.language.signs import CONSTANT, CROWDED, FUNCTION, NAME
from symnn.language.vocabulary import ARITIES, FUNCTION_WORDS
from symnn.ops.table import OPERATIONS


def test_aliases_are_one_name():
    scope = scopes.TWO_THREE_TWO_ONE
    for spelling in ("w_{46}", "w46", "w_46", "w_4_6", "w_{4,6}", r"\mathbf{w}_{46}"):
        assert scope.find(spelling) == (NAME, "w46")


def test_an_exact_spelling_wins_over_an_alias():
    scope = Scope.of(["w_{1,1}", "w_{11}", "x_a_b"], canonical=False)
    assert scope.find("w_{1,1}") == scope.find("w11") == (NAME, "w11")
    clash = Scope.of(["w_{1,11}", "w_{11,1}", "w111"])
    assert clash.find("w111") == (NAME, "w111")
    assert clash.find("w_{1,11}") == (NAME, "w_1_11")


def test_names_that_collide_need_their_commas():
    assert scopes.CLASH.find("w_{111}") == (CROWDED, "w_1_11 w_11_1")
    assert scopes.CLASH.find("w_{11,1}") == (NAME, "w_11_1")


@pytest.mark.parametrize("word", ["e", "pi", "exp", "gamma", "lambda", "E", "T", "S", "N", "sigma", "max", "oo"])
def test_a_declared_name_hides_what_is_built_in(word):
    assert Scope.of([word]).find(word) == (NAME, word)


def test_declared_functions_hide_built_in_ones():
    scope = Scope.of(["x"], {"relu": 2})
    assert scope.functions["relu"] == (2, 2)
    assert scope.find("relu'") == (FUNCTION, "relu'")


def test_without_declarations_constants_stay():
    assert scopes.OPEN.find("pi") == (CONSTANT, "pi")
    assert scopes.OPEN.find("w_{46}") == (NAME, "w46")


def test_shapes_are_known_by_canonical_name():
    scope = Scope.of({"W_1": (2, 3), "x": (3,)})
    assert scope.shape("W1") == (2, 3)
    assert scope.names == ("W1", "x")
    assert scope.shape("unknown") == ()


def test_every_operation_can_be_written():
    """Each spelling in a record is read as a call of that operation, with its fewest and its most arguments."""
    scope = Scope.of([f"q{place}" for place in range(9)])
    for word, name in FUNCTION_WORDS.items():
        for count in {ARITIES[name][0], min(ARITIES[name][1], 9)}:
            names = [f"q{place}" for place in range(count)]
            written = ", ".join(["1", *names[1:]] if OPERATIONS[name].ranked else names)
            answer = read(f"{word}({written})", scope)
            assert not isinstance(answer, Problem), (word, answer)
            assert isinstance(answer.tree, Call)
            assert answer.tree.function == name


def test_more_names_may_be_introduced():
    wider = scopes.EVERYDAY.also(["delta3", "x"])
    assert wider.find("δ_3") == (NAME, "delta3")
    assert scopes.EVERYDAY.find("δ_3") is None
