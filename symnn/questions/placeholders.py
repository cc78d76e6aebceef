"""Placeholders in an exercise's texts: ``{@x1@}`` stands for the value of x1 in the student's variant."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.documents.containers import Nested

__all__ = ["ending_decimal", "filled", "wanted"]

_PLACEHOLDER: Final = re.compile(r"\{@\s*(.{1,60}?)\s*@\}")


def wanted(text: str) -> tuple[str, ...]:
    """Name what a text has placeholders for.

    >>> wanted("for $x_1 = {@x1@}$")
    ('x1',)
    """
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def filled(text: str, values: Mapping[str, Nested]) -> str:
    """Put the values in; a placeholder without a value stays as it is (`checking` reports it).

    >>> filled("for $x_1 = {@x1@}$", {"x1": Fraction(1, 2)})
    'for $x_1 = 0.5$'
    """
    return _PLACEHOLDER.sub(
        lambda found: latex_value(values[found[1]]) if found[1] in values else found[0],
        text,
    )


def latex_value(value: Nested) -> str:
    """Write a value as LaTeX reads it: decimals where they end, fractions where not, rows of a matrix."""
    if isinstance(value, tuple):
        rows = [row if isinstance(row, tuple) else (row,) for row in value]
        body = r" \\ ".join(" & ".join(latex_value(entry) for entry in row) for row in rows)
        return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
    ended = ending_decimal(Fraction(value))
    if ended is not None:
        return ended
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def ending_decimal(value: Fraction) -> str | None:
    """Write a number as a decimal if it ends.

    >>> ending_decimal(Fraction(-1, 8)), ending_decimal(Fraction(1, 3)), ending_decimal(Fraction(3))
    ('-0.125', None, '3')
    """
    under, places = value.denominator, 0
    while under % 10 == 0:
        under, places = under // 10, places + 1
    for prime in (2, 5):
        while under % prime == 0:
            under, places = under // prime, places + 1
    if under != 1:
        return None
    if not places:
        return str(value.numerator)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}".rstrip("0")
