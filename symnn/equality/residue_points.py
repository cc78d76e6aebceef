"""A point at which trees are evaluated exactly: a residue for every quantity, on every storey of a tower."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from hashlib import shake_256
from itertools import combinations
from typing import NamedTuple, TypeAlias

from symnn.equality.towers import PrimeKind, Tower
from symnn.expressions.tree import Tree

__all__ = [
    "CompiledUnit",
    "ResiduePoint",
    "Run",
    "Signs",
    "Undefined",
    "World",
    "drawn_seed",
    "fraction_of",
    "impossible",
]

Run: TypeAlias = "Callable[[ResiduePoint], int]"
"""A compiled tree: gives its residue at a point."""

_from_bytes = int.from_bytes

_WIDTH = 24
"""Bytes of key stream for a residue at least; towers with a larger modulus take more."""


class CompiledUnit(NamedTuple):
    """A named result that is a function at one argument, ``y = f(a3)``, the argument compiled."""

    function: str
    argument: Run
    name: str


class Undefined(Exception):  # noqa: N818 - it is a finding about an answer, not an error of the program
    """The value does not exist at this point, because of this part of the tree."""

    def __init__(self, where: Tree) -> None:
        super().__init__()
        self.where = where


def drawn_seed(key: bytes, *parts: bytes) -> bytes:
    """Give the seed of all choices: HMAC-SHA256 of the exercise digest and the answer as read."""
    return hmac.digest(key, b"\x00".join(parts), "sha256")


class World:
    """What all storeys and twins of one point share: equations, names in order, the seed, the kinks' signs.

    ``equations`` are the compiled equations of the named results; where they are empty, every name is free.
    ``logarithms`` are the quantities that are drawn as g^ℓ, ℓ being their logarithm; ``squares`` those that
    are drawn as squares, because they stand under an even root. ``units`` are known by their arguments.
    """

    __slots__ = (
        "equations",
        "ground",
        "index",
        "kind",
        "logarithms",
        "seed",
        "signs",
        "squares",
        "tower",
        "units",
        "width",
    )

    def __init__(  # noqa: PLR0913, PLR0917 - a point needs all of these, and only `Setting` makes one by hand
        self,
        tower: Tower,
        kind: PrimeKind,
        seed: bytes,
        names: tuple[str, ...],
        equations: Mapping[str, Run],
        logarithms: frozenset[str] = frozenset(),
        squares: frozenset[str] = frozenset(),
        units: tuple[CompiledUnit, ...] = (),
    ) -> None:
        self.tower = tower
        self.kind = kind
        self.seed = seed
        self.index = {name: place for place, name in enumerate(names)}
        self.equations = equations
        self.logarithms = logarithms
        self.squares = squares
        self.units = units
        self.signs = Signs()
        self.width = max(_WIDTH, tower[0].modulus.bit_length() // 8 + 9)
        self.ground = ResiduePoint(self, 0, b"")

    def hashed(self, level: int, label: str, values: tuple[int, ...]) -> int:
        """Give a residue that depends on a label and some residues only: an unknown function of them."""
        text = ",".join((str(level), label, *map(str, values)))
        stream = shake_256(self.seed + text.encode()).digest(self.width)
        return int.from_bytes(stream) % self.tower[level].modulus


class ResiduePoint(dict[object, int]):
    """The residues of all quantities on one storey, found when first asked for.

    A key is a name or a compiled tree; looking it up evaluates it once. ``above`` is the point on the next
    storey (where exponents live), ``twin`` an independent point on the same storey.
    """

    __slots__ = ("_above", "_drawn", "_twin", "_units", "base", "level", "modulus", "side", "world")

    def __init__(self, world: World, level: int, side: bytes) -> None:
        super().__init__()
        storey = world.tower[level]
        self.modulus = storey.modulus
        self.base = storey.base
        self.world = world
        self.level = level
        self.side = side
        self._drawn: list[int] | None = None
        self._above: ResiduePoint | None = None
        self._twin: ResiduePoint | None = None
        self._units: dict[tuple[str, int], str] | None = None

    @property
    def above(self) -> ResiduePoint:
        """The point on the next storey, where exponents are evaluated."""
        if self._above is None:
            self._above = ResiduePoint(self.world, self.level + 1, self.side)
        return self._above

    @property
    def twin(self) -> ResiduePoint:
        """An independent point on the same storey, with the same signs."""
        if self._twin is None:
            self._twin = ResiduePoint(self.world, self.level, self.side + b"*")
        return self._twin

    def unit(self, function: str, argument: int) -> str | None:
        """Name the unit that is this function at an argument of this value, if there is one."""
        if self._units is None:
            self._units = {(unit.function, unit.argument(self)): unit.name for unit in self.world.units}
        return self._units.get((function, argument))

    @property
    def order(self) -> int:
        """The number n with uⁿ = 1 for all residues u that have an inverse."""
        return self.world.tower[self.level].order

    @property
    def imaginary(self) -> int:
        """The residue of i, on the circle."""
        return self.turned(Fraction(1, 2))

    def turned(self, turn: Fraction) -> int:
        """Give the residue of exp(iπ·turn), on the circle."""
        half = self.world.kind.modulus // 2
        return pow(self.world.tower[self.level].unity, int(turn * half), self.modulus)

    def __missing__(self, key: str | Run) -> int:
        if isinstance(key, str):
            run = self.world.equations.get(key)
            value = self._residue(key) if run is None else run(self)
        else:
            value = key(self)
        self[key] = value
        return value

    def _residue(self, name: str) -> int:
        world = self.world
        if world.logarithms and name in world.logarithms and self.level + 1 < len(world.tower):
            return pow(self.base, self.above.logarithm(name), self.modulus)
        if name not in world.index:
            return world.hashed(self.level, "name " + name + self.side.decode(), ())
        if self._drawn is None:
            self._drawn = self._drawing()
        value = self._drawn[world.index[name]]
        return value * value % self.modulus if world.squares and name in world.squares else value

    def half(self, name: str) -> int:
        """Give the square root of a quantity that is drawn as a square."""
        world = self.world
        if name in world.logarithms and self.level + 1 < len(world.tower):
            modulus = self.above.modulus
            return pow(self.base, self.above.logarithm(name) * pow(2, -1, modulus) % modulus, self.modulus)
        if self._drawn is None:
            self._drawn = self._drawing()
        return self._drawn[world.index[name]]

    def draw(self) -> None:
        """Draw all names at once, which is quicker; for worlds without squares and logarithms."""
        self.update(zip(self.world.index, self._drawing(), strict=True))

    def _drawing(self) -> list[int]:
        """Draw the residues of all names in order."""
        world, width, modulus = self.world, self.world.width, self.modulus
        raw = shake_256(world.seed + b"%d" % self.level + self.side).digest(width * len(world.index))
        return [_from_bytes(raw[start : start + width]) % modulus for start in range(0, len(raw), width)]

    def logarithm(self, name: str) -> int:
        """Give the residue that is the logarithm of a positive quantity on this storey."""
        return self.world.hashed(self.level, "log " + name + self.side.decode(), ())


class Signs:
    """The signs of what stands under | |, one for each argument up to constant factors.

    Free: a sign is a residue like any other. In a pattern: it is +1 or −1, in the order of first appearance;
    signs beyond the pattern are +1 and the pattern grows by them.
    """

    __slots__ = ("_first", "arguments", "free", "pattern", "seen")

    def __init__(self) -> None:
        self.arguments: list[Run] = []
        self._first: dict[int, list[tuple[int, int]]] = {}
        self.free = True
        self.pattern: list[int] = []
        self.seen = 0

    def restart(self, pattern: list[int]) -> None:
        """Begin an evaluation under a pattern of signs."""
        self._first.clear()
        self.arguments = []
        self.free = False
        self.pattern = pattern
        self.seen = 0

    def sign(self, run: Run, at: ResiduePoint) -> int:
        """Give the sign of a compiled argument, the same on every storey."""
        ground = at.world.ground
        value, other = ground[run], ground.twin[run]
        if not value or not other:
            return 0
        number, orientation = self._known(value, other, ground.modulus)
        if self.free:
            return orientation * at.world.hashed(at.level, "sign", (number,)) % at.modulus
        if number == len(self.arguments):
            self.arguments.append(run)
        while number >= len(self.pattern):
            self.pattern.append(1)
        return orientation * self.pattern[number] % at.modulus

    def impossible(self, ground: ResiduePoint) -> bool:
        """Say whether no point of the domain has the signs of this evaluation; 1 is positive everywhere."""
        arguments = tuple(self.arguments)  # looking at twins may bring up more, and relations are sought among few
        places = [ground]
        for _ in range(len(arguments) + 1):
            places.append(places[-1].twin)
        vectors = [tuple(place[run] for place in places) for run in arguments]
        signs = self.pattern[: len(vectors)]
        return impossible([*vectors, (1,) * len(places)], [*signs, 1], ground.modulus)

    def _known(self, value: int, other: int, modulus: int) -> tuple[int, int]:
        """Give the number of an argument, and say whether it is the first of its kind up to a negative factor.

        What differs by a constant factor has the same quotient of its values at two points.
        """
        alike = self._first.setdefault(value * pow(other, -1, modulus) % modulus, [])
        for number, first in alike:
            ratio = fraction_of(value * pow(first, -1, modulus) % modulus, modulus)
            if ratio is not None:
                return number, 1 if ratio[0] > 0 else -1
        alike.append((self.seen, value))
        self.seen += 1
        return self.seen - 1, 1


Vector: TypeAlias = tuple[int, ...]
"""The residues of one argument at several points."""

_LONGEST = 4
"""The most arguments in one relation that is looked for."""

_SMALL = 1 << 30


def fraction_of(residue: int, modulus: int, largest: int = _SMALL) -> tuple[int, int] | None:
    """Give the fraction of small numbers that a residue is; None if it is none.

    >>> fraction_of(-3 * pow(7, -1, 10**30 + 57) % (10**30 + 57), 10**30 + 57)
    (-3, 7)
    """
    above, under = modulus, residue
    before, now = 0, 1
    while under > largest:
        above, (quotient, under) = under, divmod(above, under)
        before, now = now, before - quotient * now
    if not under or abs(now) > largest:
        return None
    return (under, now) if now > 0 else (-under, -now)


def impossible(vectors: Sequence[Vector], signs: Sequence[int], modulus: int) -> bool:
    """Say whether provably no point gives the arguments with these residues these signs.

    >>> impossible([(5, 7), (2, 9), (1000 - 7, 1000 - 16)], [1, 1, 1], 10**30 + 57)
    False
    >>> prime = 10**30 + 57
    >>> impossible([(5, 7), (2, 9), (prime - 7, prime - 16)], [1, 1, 1], prime)
    True
    """
    products = ({signs[place] * side for place, side in relation} for relation in _relations(tuple(vectors), modulus))
    return any(len(found) == 1 for found in products)


@lru_cache(maxsize=64)
def _relations(vectors: tuple[Vector, ...], modulus: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """List the shortest linear relations: which vectors, and the signs of their coefficients."""
    found: list[tuple[tuple[int, int], ...]] = []
    for length in range(2, _LONGEST + 1):
        for places in combinations(range(len(vectors)), length):
            if any(set(places) >= {place for place, _ in shorter} for shorter in found):
                continue
            sides = _dependence([vectors[place] for place in places], modulus)
            if sides is not None:
                found.append(tuple(zip(places, sides, strict=True)))
    return tuple(found)


def _dependence(vectors: list[Vector], modulus: int) -> list[int] | None:
    """Give the signs of the coefficients with which vectors add up to 0, the last one's being −1.

    None if there are none, or if they are no fractions of small numbers.
    """
    rows = [list(row) for row in zip(*vectors, strict=True)]
    count = len(vectors) - 1
    for column in range(count):
        pivot = next((place for place in range(column, len(rows)) if rows[place][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        try:
            inverse = pow(rows[column][column], -1, modulus)
        except ValueError:
            return None
        rows[column] = [value * inverse % modulus for value in rows[column]]
        for place, row in enumerate(rows):
            factor = row[column]
            if place != column and factor:
                rows[place] = [(one - factor * other) % modulus for one, other in zip(row, rows[column], strict=True)]
    if any(row[count] for row in rows[count:]):
        return None
    fractions = [fraction_of(row[count], modulus) for row in rows[:count]]
    return None if None in fractions else [1 if found[0] > 0 else -1 for found in fractions if found] + [-1]
