"""What a tree is compiled to: a function from a point to a residue, and what bounds the chance of an accident."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Protocol

from flint import fmpz
from msgspec import Struct

from symnn.equality.meaning import Meaning
from symnn.equality.ranges import Ranges
from symnn.equality.residue_points import Run
from symnn.expressions.tree import Tree

__all__ = [
    "BROKEN",
    "CIRCLE",
    "HALF",
    "HUGE",
    "KINK",
    "LOG",
    "ODD_ROOT",
    "OPAQUE",
    "REWRITTEN",
    "ROOT",
    "ROUGH",
    "Code",
    "Compiles",
    "NotASquare",
    "NotScalar",
    "exponential",
    "float_of",
    "float_power",
    "power_of",
    "shared",
]

KINK, ROOT, ODD_ROOT, LOG, CIRCLE, OPAQUE, ROUGH, BROKEN, REWRITTEN, HALF = 1, 2, 4, 8, 16, 32, 64, 128, 256, 512
"""What a tree needs beyond + − × ÷, whole powers and exp. ROUGH: an equality may be missed. BROKEN: something
with kinks is divided by, and it may be 0 on a whole region, so that free signs prove nothing.
REWRITTEN: the tree is not as it was written. HALF: the square root of a positive quantity, which is drawn as s²."""

HUGE = float("inf")

_LONGEST = 1000
"""A float holds whole numbers of so many bits."""


class NotScalar(Exception):  # noqa: N818 - it sends a tree to another judge
    """The tree holds a node that is no number: a matrix, a derivative, an index."""


class NotASquare(Exception):  # noqa: N818 - it asks for another point
    """An even root has no value at this point; draw again."""


class Code(Struct, frozen=True, gc=False):
    """A compiled tree.

    ``top`` and ``bottom`` bound the degrees of numerator and denominator in quantities and exponentials,
    ``over`` and ``under`` the sums of the absolute values of their coefficients; ``depth`` says how deeply
    exponentials are nested; ``needs`` is what a named result brings along where its name is used.
    """

    run: Run
    top: float = 0.0
    bottom: float = 0.0
    over: float = 1.0
    under: float = 1.0
    depth: int = 0
    needs: int = 0


class Compiles(Protocol):
    """What the rules for functions may ask of the compiler that calls them."""

    meaning: Meaning
    bound: Mapping[str, Code]
    needs: int
    powers: int
    turned: int
    squares: list[str]
    logarithms: list[str]

    @property
    def ranges(self) -> Ranges:
        """Between which bounds the values of trees lie."""

    @property
    def named(self) -> Mapping[str, Code]:
        """The named results that count as their equations."""

    def of(self, tree: Tree) -> Code:
        """Compile a tree."""

    def with_kinks(self, tree: Tree) -> tuple[Code, bool]:
        """Compile a tree and say whether it has kinks."""


def float_of(number: int) -> float:
    """Give a whole number as a float, infinite if it does not fit.

    >>> float_of(-3), float_of(10**400)
    (3.0, inf)
    """
    return HUGE if number.bit_length() > _LONGEST else float(abs(number))


def float_power(base: float, exponent: float) -> float:
    """Give a power, infinite if it does not fit.

    >>> float_power(2.0, 1e9)
    inf
    """
    try:
        return float(base**exponent)
    except OverflowError:
        return HUGE


def shared(code: Code) -> Code:
    """Give the same code, evaluated once at each point however often it is used."""
    run = code.run
    if isinstance(run, itemgetter):
        return code
    return Code(itemgetter(run), code.top, code.bottom, code.over, code.under, code.depth)


def power_of(base: int, exponent: int, modulus: int) -> int:
    """Raise a residue to a power that is not negative: python-flint takes a fifth of Python's time.

    >>> power_of(3, 5, 100)
    43
    """
    return int(pow(fmpz(base), exponent, modulus))


def exponential(compiler: Compiles, inner: Code, sign: int = 1) -> Code:
    """Compile exp of ``sign`` times a compiled exponent: g^v, where v is taken on the next storey."""
    compiler.powers += 1
    run = inner.run
    weight = abs(sign) * (inner.over + inner.top) * inner.under + inner.bottom
    return Code(
        lambda at: power_of(at.base, sign * run(at.above) % at.above.modulus, at.modulus),
        weight,
        weight,
        depth=inner.depth + 1,
    )
