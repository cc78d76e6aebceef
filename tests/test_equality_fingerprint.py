"""Rung 1 under attack: with the public key anybody can compute its primes, and it does not help."""

from __future__ import annotations

import pytest

from symnn.equality.fingerprint import _pool
from symnn.equality.judge import Judge, compare_trees
from symnn.equality.meaning import PUBLIC_KEY, Meaning
from symnn.equality.towers import PLAIN, tower
from symnn.expressions.tree import Call, Name, Number, Power, Product, Sum, number
from symnn.questions.comparing import ComparedRow, Comparer

X, T = Name("x1"), Name("t")


def primes():
    """List the factors of the public pool's moduli, found as an attacker would: by making the same towers."""
    for seed in _pool(PUBLIC_KEY):
        yield tower(seed, 0, PLAIN, width=1)[0].modulus
        yield tower(seed, 0, PLAIN)[0].modulus


@pytest.mark.parametrize("modulus", list(primes()))
def test_adding_a_multiple_of_a_known_modulus_is_seen(modulus):
    answer = Sum((T, Product((Number(modulus), X))))
    for trial in range(3):
        assert compare_trees(answer, T, Meaning(), text=f"{trial}").equal is False


@pytest.mark.parametrize("modulus", list(primes()))
def test_fermat_is_not_accepted(modulus):
    answer = Product((T, Power(X, Number(modulus - 1))))
    assert compare_trees(answer, T, Meaning(), text="fermat").equal is not True


def test_a_large_degree_asks_for_larger_primes():
    high = 10**30
    left = Product((Power(X, Number(high)), X))
    assert compare_trees(left, Power(X, Number(high + 1)), Meaning(), text="t").equal is True
    assert compare_trees(left, Power(X, Number(high + 2)), Meaning(), text="t").equal is False


def test_exponents_cannot_wrap_around():
    modulus = tower(_pool(PUBLIC_KEY)[0], 1, PLAIN)[1].modulus
    answer = Call("exp", (Product((Number(modulus), X)),))
    assert compare_trees(answer, Number(1), Meaning(), text="wrap").equal is False


def test_kinks_agree_in_every_pattern_or_not_at_all():
    product = Product(tuple(Call("abs", (Sum((X, Number(shift))),)) for shift in range(6)))
    squares = Product(tuple(Power(Sum((X, Number(shift))), Number(2)) for shift in range(6)))
    assert compare_trees(Power(product, Number(2)), squares, Meaning(), text="six kinks").equal is True
    assert compare_trees(product, Call("abs", (squares,)), Meaning(), text="six kinks").equal is False


def test_a_long_chain_of_equations_is_evaluated_without_deep_recursion():
    names = [f"s{place}" for place in range(1500)]
    equations = {
        name: Sum((Product((Name(before), X)), Number(1))) for before, name in zip(["s", *names], names, strict=False)
    }
    judge = Judge(Name(names[-1]), Meaning(equations=equations))
    expanded = Sum((Product((Sum((Product((Name(names[-3]), X)), Number(1))), X)), Number(1)))
    assert judge.judge(expanded, "unrolled").equal is True
    assert judge.judge(Sum((expanded, number(1))), "wrong", explain=False).equal is False


def test_points_change_with_answer_key_and_exercise_but_not_from_run_to_run():
    outcomes = {
        compare_trees(Product((X, T)), Product((T, X)), Meaning(key=key, digest=digest), text=text).equal
        for key in (b"a", b"b")
        for digest in (b"", b"d")
        for text in ("x", "y")
    }
    assert outcomes == {True}


@pytest.mark.parametrize(
    ("answer", "reference", "equal"),
    [
        ("w^(3/2)/w", "sqrt(w)", True),
        ("(w^(1/4))^2", "sqrt(w)", True),
        ("sqrt(w)*log(w)", "2*sqrt(w)*log(sqrt(w))", True),
        ("sqrt(w)*w^(-1/2)", "1", True),
        ("1/(sqrt(w)+1)", "(sqrt(w)-1)/(w-1)", True),
        ("sqrt(w)*sin(x)^2+sqrt(w)*cos(x)^2", "sqrt(w)", True),
        ("exp(sqrt(w)+x)", "exp(sqrt(w))*exp(x)", True),
        ("sqrt(w)", "-sqrt(w)", False),
        ("sqrt(w)+1e-9", "sqrt(w)", False),
        ("sqrt(w)", "w", False),
    ],
)
def test_roots_of_quantities_are_drawn_and_settled_by_the_fields(answer, reference, equal):
    judgement = Comparer().row(ComparedRow(answer, reference)).judgement
    by_a_point = not equal and "1e-9" not in answer  # a point is asked first; it does not see what is so small
    assert (judgement.equal, judgement.method) == (equal, "witness" if by_a_point else "fingerprint")
