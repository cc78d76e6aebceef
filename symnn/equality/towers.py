"""Towers of prime fields: p₀ > p₁ > …, each dividing the one above minus one, so that exp(v) = g^v.

Two towers are usually joined into one: arithmetic modulo p·q is arithmetic in two independent fields at once,
so one evaluation is two. A tower is made from a key and nothing else, so nobody without the key knows it,
and the same key always makes the same tower.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import shake_256
from math import gcd, lcm, prod

from msgspec import Struct

__all__ = ["BITS", "CIRCLE", "PLAIN", "ROOTS", "SECOND", "Level", "PrimeKind", "Tower", "circle", "tower"]

BITS = 62
"""The least size of a prime."""

SECOND = b"/q"
"""What is put behind a seed for the tower that is joined to its own; its primes are other ones but for an accident."""

_SPREAD = 10
"""How many bits of choice each further prime of a tower has."""


class PrimeKind(Struct, frozen=True):
    """What the primes of a tower must satisfy: p ≡ ``residue`` modulo ``modulus``; p − 1 prime to ``free_of``."""

    modulus: int = 2
    residue: int = 1
    free_of: int = 1


PLAIN = PrimeKind(free_of=3 * 5 * 7 * 11 * 13)
"""For rational expressions, exp, and odd roots."""

ROOTS = PrimeKind(8, 7, free_of=3 * 5 * 7 * 11 * 13)
"""For even roots: half of the numbers are squares, and the square root that is itself a square is unique."""

CIRCLE = PrimeKind(24, 1)
"""For sin and cos: i and the multiples of π/12 exist as roots of unity."""


def circle(denominator: int) -> PrimeKind:
    """Give the kind in which exp(iπ/denominator) is a root of unity, beside i and exp(iπ/12).

    >>> circle(5).modulus
    120
    """
    needed = 2 * denominator
    return PrimeKind(24 * needed // gcd(24, needed), 1)


class Level(Struct, frozen=True):
    """One storey: the modulus, an element ``base`` whose order is the next modulus, a root of unity.

    ``unity`` has the order of the kind's modulus on the circle, else it is 1; u^``order`` = 1 for all u ≠ 0.
    """

    modulus: int
    base: int
    unity: int
    order: int


Tower = tuple[Level, ...]
"""Storeys from the top (where values are compared) to the bottom."""


def _drawn(seed: bytes, bits: int) -> int:
    """Draw a number of so many bits, its highest bit set."""
    number = int.from_bytes(shake_256(seed).digest(bits // 8 + 1))
    return number >> (8 * (bits // 8 + 1) - bits) | 1 << (bits - 1)


def _is_prime(number: int) -> bool:
    from flint import fmpz

    return bool(fmpz(number).is_probable_prime())


def _lowest(seed: bytes, bits: int, kind: PrimeKind) -> int:
    start = _drawn(seed, bits)
    candidate = start + (kind.residue - start) % kind.modulus
    while gcd(candidate - 1, kind.free_of) != 1 or not _is_prime(candidate):
        candidate += kind.modulus
    return candidate


def _above(seed: bytes, below: int, kind: PrimeKind) -> int:
    """Find the prime k·``below`` + 1 of the kind."""
    start = _drawn(seed, _SPREAD)
    wanted = (kind.residue - 1) * pow(below, -1, kind.modulus)
    factor = start + (wanted - start) % kind.modulus
    while gcd(factor, kind.free_of) != 1 or not _is_prime(factor * below + 1):
        factor += kind.modulus
    return factor * below + 1


def _chain(seed: bytes, depth: int, bits: int, kind: PrimeKind) -> list[int]:
    primes = [_lowest(seed + b"/0", bits, kind)]
    for storey in range(1, depth + 1):
        primes.append(_above(seed + b"/%d" % storey, primes[-1], kind))
    return primes[::-1]


def _prime_factors(number: int) -> list[int]:
    found = []
    divisor = 2
    while number > 1:
        if number % divisor == 0:
            found.append(divisor)
            while number % divisor == 0:
                number //= divisor
        divisor += 1
    return found


def _of_order(prime: int, order: int, factors: list[int]) -> int:
    """Find the element of exactly this order modulo a prime that the smallest base gives."""
    start = 2
    while True:
        element = pow(start, (prime - 1) // order, prime)
        if all(pow(element, order // factor, prime) != 1 for factor in factors):
            return element
        start += 1


def _storey(primes: tuple[int, ...], orders: tuple[int, ...] | None, kind: PrimeKind) -> Level:
    factors = _prime_factors(kind.modulus)
    unities = [_of_order(prime, kind.modulus, factors) if kind.residue == 1 else 1 for prime in primes]
    bases = [1] * len(primes)
    if orders is not None:
        bases = [_of_order(prime, order, [order]) for prime, order in zip(primes, orders, strict=True)]
    order = lcm(*(prime - 1 for prime in primes))
    return Level(prod(primes), _joined(primes, bases), _joined(primes, unities), order)


def _joined(primes: tuple[int, ...], values: list[int]) -> int:
    """Give the number that has these values modulo one prime or two."""
    value, modulus = values[0], primes[0]
    for prime, wanted in zip(primes[1:], values[1:], strict=True):
        value += modulus * ((wanted - value) * pow(modulus, -1, prime) % prime)
        modulus *= prime
    return value


@lru_cache(maxsize=1024)
def tower(seed: bytes, depth: int = 0, kind: PrimeKind = PLAIN, bits: int = BITS, *, width: int = 2) -> Tower:
    """Make the tower of a seed, ``width`` (1 or 2) towers joined, for ``depth`` nested exponentials.

    >>> high, low = tower(b"an example", 1)
    >>> pow(high.base, low.modulus, high.modulus)
    1
    """
    chains = [_chain(seed + b"/p", depth, bits, kind)]
    while len(chains) < width:
        seed += SECOND
        other = _chain(seed, depth, bits, kind)
        if not set(other) & set(chains[0]):
            chains.append(other)
    storeys = list(zip(*chains, strict=True))
    return tuple(_storey(pair, order, kind) for pair, order in zip(storeys, [*storeys[1:], None], strict=True))
