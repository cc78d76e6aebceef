"""Bounds that hold before any work: how long, deep and wide a text may be."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["ANSWER", "AUTHOR", "DERIVATION", "Limits"]


class Limits(Struct, frozen=True):
    """The largest text that is read; everything above is refused as ``too-large`` with the limit's name.

    Each field counts something that is known before the costly step: characters before anything, tokens
    before parsing, the digits of a number before it becomes one, derivatives of derivatives before they are
    carried out: each takes three times the work of the one inside it.
    """

    characters: int = 4_096
    lines: int = 200
    tokens: int = 2_000
    depth: int = 100
    digits: int = 60
    exponent: int = 400
    names: int = 64
    side: int = 64
    order: int = 4


ANSWER = Limits()
"""One expression of a student."""

DERIVATION = Limits(characters=16_384, tokens=8_000)
"""The lines of a derivation."""

AUTHOR = Limits(characters=1_000_000, lines=20_000, tokens=500_000, digits=400, names=100_000, side=4_096, order=8)
"""An author's model or exercise, and what the program itself wrote; only the depth stays (no recursion)."""
