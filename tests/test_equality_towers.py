"""Towers of primes: every promise that the fingerprint builds on."""

from __future__ import annotations

from itertools import pairwise

import pytest
from flint import fmpz

from symnn.equality.towers import BITS, CIRCLE, PLAIN, ROOTS, circle, tower

KINDS = [PLAIN, ROOTS, CIRCLE, circle(5), circle(7)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_exponents_live_one_storey_below(kind, width, depth):
    storeys = tower(b"a key", depth, kind, width=width)
    assert len(storeys) == depth + 1
    for high, low in pairwise(storeys):
        assert pow(high.base, low.modulus, high.modulus) == 1
        assert pow(high.base, 3, high.modulus) != 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_primes_are_prime_large_and_of_their_kind(kind):
    for storey in tower(b"another key", 2, kind, width=1):
        assert fmpz(storey.modulus).is_prime()
        assert storey.modulus.bit_length() >= BITS
        assert storey.modulus % kind.modulus == kind.residue
        assert storey.order == storey.modulus - 1
        assert all(storey.order % prime for prime in (3, 5, 7, 11, 13) if kind.free_of % prime == 0)


def test_on_the_circle_there_is_a_root_of_unity_of_full_order():
    kind = circle(5)
    storey = tower(b"k", 0, kind)[0]
    assert pow(storey.unity, kind.modulus // 2, storey.modulus) == storey.modulus - 1
    assert pow(storey.unity, kind.modulus // 4, storey.modulus) ** 2 % storey.modulus == storey.modulus - 1


def test_a_square_root_that_is_itself_a_square_is_unique():
    storey = tower(b"k", 0, ROOTS, width=1)[0]
    square = pow(12345, 2, storey.modulus)
    root = pow(square, (storey.modulus + 1) // 4, storey.modulus)
    assert root * root % storey.modulus == square
    assert pow(root, storey.order // 2, storey.modulus) == 1


def test_the_same_key_makes_the_same_tower_and_another_key_another():
    assert tower(b"one", 2) is tower(b"one", 2)
    assert tower(b"one", 2)[0].modulus != tower(b"two", 2)[0].modulus


def test_ten_nested_exponentials_stay_small():
    assert tower(b"deep", 10, width=1)[0].modulus.bit_length() <= 220
    assert tower(b"large", 0, PLAIN, 200, width=1)[0].modulus.bit_length() in (200, 201)
