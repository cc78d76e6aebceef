"""Whole numbers that belong to an operation: strides, windows, lengths, the word for an axis or an edge.

``conv(X, K, 2, [1, 0])`` has the stride 2 both ways, and pads a row above and below but no columns. In a call of
an operation they are laid out flat, ``(2, 2, 1, 1, 0, 0, …)``; in trees and programs they are written short.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from symnn.expressions.tree import Constant, Matrix, Number, Tree

__all__ = ["Setting", "Short", "flat_settings", "short_settings", "spelled_settings", "whole_numbers"]

Short: TypeAlias = int | tuple[int, ...]
"""A setting as it is written: one number where all are equal."""

BOTH, AROUND = 2, 4


class Setting(Struct, frozen=True):
    """A whole number that belongs to an operation; without ``default`` it must be written.

    Of an image it may be two numbers, for rows and columns, or four, before and behind its rows and its columns:
    ``parts`` says how many. One of ``words`` is told by a word: 0 where none is written, else its place from 1.
    """

    name: str
    default: int | None = None
    least: int = 0
    parts: int = 1
    words: tuple[str, ...] = ()

    def laid_out(self, given: tuple[int, ...]) -> tuple[int, ...] | None:
        """Lay numbers out flat; None where they are too many, too few or too small.

        >>> padding = Setting("padding", 0, parts=4)
        >>> padding.laid_out((1,)), padding.laid_out((1, 0)), padding.laid_out((1, 0, 2))
        ((1, 1, 1, 1), (1, 1, 0, 0), None)
        """
        if min(given) < self.least or self.parts % len(given):
            return None
        times = self.parts // len(given)
        return tuple(one for one in given for _ in range(times))

    def shortened(self, numbers: tuple[int, ...]) -> Short:
        """Write numbers the short way: the other way round than `laid_out`."""
        if len(set(numbers)) == 1:
            return numbers[0]
        before, behind = numbers[::BOTH], numbers[1::BOTH]
        return before if self.parts == AROUND and before == behind else numbers


def whole_numbers(tree: Tree, *, several: bool) -> tuple[int, ...]:
    """Give the whole numbers that a setting is written with, several in brackets; none if it is no setting."""
    match tree:
        case Number(number, 1):
            return (number,)
        case Matrix(rows) if several:
            cells = [whole_numbers(cell, several=False) for row in rows for cell in row]
            return tuple(number for cell in cells for number in cell) if all(cells) else ()
    return ()


def flat_settings(settings: tuple[Setting, ...], given: tuple[Short, ...]) -> tuple[int, ...]:
    """Lay settings out that were written short, defaults in the place of those that were not written."""
    found: list[int] = []
    for place, setting in enumerate(settings):
        one = given[place] if place < len(given) else setting.default or 0
        found += setting.laid_out((one,) if isinstance(one, int) else one) or ()
    return tuple(found)


def short_settings(settings: tuple[Setting, ...], numbers: tuple[int, ...]) -> tuple[Short, ...]:
    """Write settings short; those of images leave out the last ones that are as usual.

    >>> slide = (Setting("stride", 1, 1, parts=2), Setting("padding", 0, parts=4), Setting("groups", 1, 1))
    >>> short_settings(slide, (2, 2, 1, 1, 0, 0, 1)), short_settings(slide, (1, 1, 0, 0, 0, 0, 1))
    ((2, (1, 0)), ())
    """
    found: list[Short] = []
    at = 0
    for setting in settings:
        found.append(setting.shortened(numbers[at : at + setting.parts]))
        at += setting.parts
    if all(setting.parts == 1 for setting in settings):
        return tuple(found)
    while found and found[-1] == settings[len(found) - 1].default:
        found.pop()
    return tuple(found)


def spelled_settings(settings: tuple[Setting, ...], numbers: tuple[int, ...]) -> tuple[Tree, ...]:
    """Write settings as the trailing arguments of a call."""
    has_word = bool(settings) and bool(settings[-1].words)
    counted = settings[:-1] if has_word else settings
    found = [
        Number(one) if isinstance(one, int) else _in_brackets(one)
        for one in short_settings(counted, numbers[:-1] if has_word else numbers)
    ]
    word = numbers[-1] if has_word else 0
    return (*found, Constant(settings[-1].words[word - 1])) if word else tuple(found)


def _in_brackets(numbers: tuple[int, ...]) -> Tree:
    """Write two numbers as a vector, those around an image as rows: before and behind its rows, and its columns."""
    if len(numbers) == BOTH:
        return Matrix(tuple((Number(one),) for one in numbers), vector=True)
    return Matrix(tuple(tuple(map(Number, numbers[at : at + BOTH])) for at in range(0, len(numbers), BOTH)))
