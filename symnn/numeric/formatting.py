"""Numbers as people ask for them: fractions, decimals rounded or cut, significant digits.

They are written from exact values, never from the text of a float. Rounding is the school's: a half goes
away from zero. Cutting drops digits, as the deck does (7/9 is 0.77).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Final, Literal

from msgspec import Struct

__all__ = ["Digits", "agreed_digits", "decimal", "fraction", "json_number", "significant", "written"]

_SMALL: Final = -5
_LARGE: Final = 6
"""Between these powers of ten a number is written without an exponent."""

_SHORT_ENOUGH: Final = 14_000


class Digits(Struct, frozen=True):
    """How many digits are wanted: ``count`` decimals, rounded or ``cut``, or ``count`` significant digits."""

    kind: Literal["decimals", "significant"]
    count: int
    cut: bool = False


def written(value: Fraction, digits: Digits) -> str:
    """Write a number with the digits wanted.

    >>> written(Fraction(7, 9), Digits("decimals", 2))
    '0.78'
    >>> written(Fraction(7, 9), Digits("decimals", 2, cut=True))
    '0.77'
    """
    if digits.kind == "decimals":
        return decimal(value, digits.count, cut=digits.cut)
    return significant(value, digits.count, cut=digits.cut)


def agreed_digits(low: Fraction, high: Fraction, digits: Digits) -> str | None:
    """Write the number that lies between ``low`` and ``high`` if that settles every digit, else None."""
    text = written(low, digits)
    return text if text == written(high, digits) else None


def fraction(value: Fraction) -> str:
    """Write an exact number.

    >>> fraction(Fraction(-7, 9)), fraction(Fraction(4))
    ('-7/9', '4')
    """
    sign = "-" if value < 0 else ""
    over = f"/{_text(value.denominator)}" if value.denominator != 1 else ""
    return f"{sign}{_text(abs(value.numerator))}{over}"


def decimal(value: Fraction, places: int, *, cut: bool = False) -> str:
    """Write a number with exactly so many decimals.

    >>> decimal(Fraction(1, 8), 2), decimal(Fraction(-1, 8), 2, cut=True), decimal(Fraction(-1, 1000), 2)
    ('0.13', '-0.12', '0.00')
    """
    units = _units(value * 10**places, cut=cut)
    text = _text(abs(units)).rjust(places + 1, "0")
    sign = "-" if units < 0 else ""
    return f"{sign}{text[:-places]}.{text[-places:]}" if places else sign + text


def significant(value: Fraction, digits: int, *, cut: bool = False) -> str:
    """Write a number with exactly so many significant digits; far from 1 as ``1.50e-7``.

    >>> significant(Fraction(2, 3), 4), significant(Fraction(1, 10**8), 3), significant(Fraction(0), 3)
    ('0.6667', '1.00e-8', '0')
    """
    if value == 0:
        return "0"
    exponent = _exponent(value)
    units = _units(value / Fraction(10) ** (exponent - digits + 1), cut=cut)
    if abs(units) == 10**digits:
        exponent, units = exponent + 1, units // 10
    sign = "-" if units < 0 else ""
    text = _text(abs(units))
    if not _SMALL <= exponent < max(digits, _LARGE):
        return f"{sign}{_pointed(text, 1)}e{exponent}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{text}"
    return sign + _pointed(text.ljust(exponent + 1, "0"), exponent + 1)


def _pointed(text: str, before: int) -> str:
    return f"{text[:before]}.{text[before:]}" if len(text) > before else text


def _units(value: Fraction, *, cut: bool) -> int:
    """Give the whole number nearest to a fraction, a half going away from zero, or the one towards zero."""
    size = abs(value)
    whole = math.floor(size) if cut else math.floor(size + Fraction(1, 2))
    return whole if value > 0 else -whole


def _exponent(value: Fraction) -> int:
    """Give the power of ten of the first digit: 2 for 345, -1 for 0.5."""
    size = abs(value)
    guess = math.floor((size.numerator.bit_length() - size.denominator.bit_length() - 1) * math.log10(2))
    while size >= Fraction(10) ** (guess + 1):
        guess += 1
    return guess


def _text(whole: int) -> str:
    """Write a whole number of any length; Python itself refuses more than 4300 digits."""
    if whole.bit_length() < _SHORT_ENOUGH:
        return str(whole)
    from flint import fmpz

    return str(fmpz(whole))


def json_number(value: Any) -> Any:
    """Give a float, a text or nested lists of them as JSON can hold them.

    >>> json_number([0.5, math.inf]), json_number(-math.inf), json_number(math.nan), json_number("7/9")
    ([0.5, 'inf'], '-inf', 'nan', '7/9')
    """
    if isinstance(value, list):
        return [json_number(part) for part in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
