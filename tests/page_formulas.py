"""The formulas of a LaTeX page, read from its text alone: what stands left and right of each sign of equality."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

DISPLAYED = re.compile(r"\\begin\{(align\*?|alignat\*?|aligned|alignedat)\}(?:\{\d+\})?\n(.*?)\\end\{\1\}", re.DOTALL)
SHAPE = re.compile(r"\\qquad \((\d+(?: \\times \d+)*)\)")
RANGE = re.compile(r"(\w) = (\d+)(?:, (?:\\ldots, )?(\d+))?")
HOLDS = re.compile(rf"\\qquad \(({RANGE.pattern}(?:;{RANGE.pattern})*)\)")
NEXT = re.compile(r"(.*)\^\{(\w) \+ 1\}")
"""A parameter after a step of gradient descent."""

LOSS = re.compile(r"\\frac\{\\partial (\w+(?:_(?:\w|\{\w+\}))?)\}")

FREE = re.compile(
    r"\\frac\{\\partial \w+\}\{\\partial \w_(?:\{(?P<several>\w(?:,\w)+)\}|(?P<one>[a-z]))\} = \\sum_\{\w,\w\}"
)
"""An entry by its indices, of a gradient that is a sum over all places: it holds for every entry."""


ERROR = re.compile(r"\\delta_(?:\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|\w)(?!\w)")
STRETCH = re.compile(r"\\left\(((?:(?!\\left\().)*?)\\right\)_\{(\d+)\\ldots(\d+)\}")
"""Entries of a vector from one to another: read by the name of the operation, for dots are no sign of the language."""

OVER = re.compile(r"\\sum_\{(t)=(\d+)\}\^\{(\d+)\}")
"""A sum over time steps, whose letter our reader does not know; other sums it reads by itself."""


class Said(NamedTuple):
    """Two sides that a page says to be equal."""

    left: str
    right: str


def said(page: str) -> list[Said]:
    """Read every pair of neighbouring sides on a page; those of a range once for each value of its index."""
    found = []
    for block in DISPLAYED.finditer(page):
        for line in _lines(block[2]):
            for one in _instances(line.replace(r"\quad {}", "")):
                named = STRETCH.sub(r"\\operatorname{part}\\left(\1, \2, \3\\right)", one)
                sides = [_added_up(side.strip()) for side in _cut(named, ("=",)) if side.strip(" \\")]
                found += [Said(*pair) for pair in pairwise(sides)]
    return found


def resolved(pairs: list[Said], of: str, *, named: bool) -> list[Said]:
    r"""Put what an error is in the place of its δ: ∂E/∂q, or where δ is ``named`` on the page what stands there."""
    meaning: dict[str, str] = {}
    if named:
        for left, right in pairs:
            if ERROR.fullmatch(left):
                meaning.setdefault(left, right)

    def put_in(text: str) -> str:
        return ERROR.sub(lambda found: rf"\left({_error(found[0], meaning, of)}\right)", text)

    pairs = [_as_a_step(pair) for pair in pairs]
    return [Said(put_in(left), put_in(right)) for left, right in pairs if meaning.get(left) != right]


def _as_a_step(pair: Said) -> Said:
    """Put in the place of w^{k+1} what the rule makes of it, by the loss that the other side names; w^k is w."""
    after = NEXT.fullmatch(pair.left)
    if after is None:
        return pair
    loss = LOSS.search(pair.right)
    assert loss is not None, pair
    step = rf"{after[1]} - \eta\,\frac{{\partial {loss[1]}}}{{\partial {after[1]}}}"
    return Said(step, pair.right.replace(f"^{{{after[2]}}}", ""))


def _error(name: str, meaning: dict[str, str], of: str) -> str:
    quantity = name.removeprefix(r"\delta_")
    quantity = quantity[1:-1] if quantity.startswith("{") else quantity
    if quantity.isdigit():  # an entry of the output error, which is a quantity of its own
        return name
    return meaning.get(name, rf"\frac{{\partial {of}}}{{\partial {quantity}}}")


def _added_up(side: str) -> str:
    """Write a sum over steps, the last of a side, with all its terms."""
    over = OVER.search(side)
    if over is None:
        return side
    before, inside = side[: over.start()], side[over.end() :]
    return before + " + ".join(_at(inside, over[1], value) for value in range(int(over[2]), int(over[3]) + 1))


def _at(text: str, index: str, value: int) -> str:
    step = re.compile(rf"(?:(\d+)|(?<![A-Za-z\\])){index}(?:([-+])(\d+))?(?![A-Za-z])")
    found = step.sub(lambda found: str(int(found[1] or 1) * value + int(f"{found[2] or '+'}{found[3] or 0}")), text)
    return re.sub(r"_\{(\w)\}", r"_\1", found)


def _lines(text: str) -> list[str]:
    """Put the rows of one block together that belong to one line, also those that stand side by side."""
    lines: list[str] = []
    columns: dict[int, int] = {}
    for row in _cut(text.strip(), ("\\\\",)):
        halves = re.split(r"&\\qquad", row)
        for column, half in enumerate(halves):
            cells = _cut(re.sub(r"\\text\{\([FB]\d+[a-z]?\)\}\s*&\\quad&|^\s*&\\quad&", "", half.strip()), ("&",))
            left, right = cells[0].strip(), " ".join(cells[1:]).strip()
            if left or column not in columns:
                columns[column] = len(lines)
                lines.append(f"{left} {right}")
            else:
                lines[columns[column]] += f" {right}"
    return lines


def _instances(line: str) -> list[str]:
    """Write a line that holds for ranges once for each value, one of entries for the first and for the last."""
    shape, holds = SHAPE.search(line), HOLDS.search(line)
    bare = SHAPE.sub("", HOLDS.sub("", line))
    entry = FREE.search(re.sub(r"\s+", " ", bare))
    if entry is not None and shape is not None:
        letters = (entry["several"] or entry["one"]).split(",")
        last = dict(zip(letters, map(int, shape[1].split(r" \times ")), strict=False))
        return [_all_at(bare, dict.fromkeys(letters, 1)), _all_at(bare, last)]
    ranges = RANGE.findall(holds[1]) if holds is not None else []
    found = [bare]
    for index, low, high in ranges:
        found = [_at(one, index, value) for one in found for value in range(int(low), int(high or low) + 1)]
    return found


def _all_at(line: str, values: dict[str, int]) -> str:
    """Put numbers in the place of indices, and add those up that stand in one index."""
    for index, value in values.items():
        line = _at(line, index, value)
    return re.sub(
        r"([a-z])((?:[+-]\d+)+)",
        lambda found: found[1] + f"{sum(map(int, re.findall('[+-]?[0-9]+', found[2]))):+d}",
        line,
    )


def _cut(text: str, signs: tuple[str, ...]) -> list[str]:
    """Cut at signs that stand in no braces and in no environment."""
    parts, depth, start, place = [], 0, 0, 0
    while place < len(text):
        if text.startswith(("\\begin", "\\left"), place) and not text.startswith("\\leftarrow", place):
            depth += 1
        elif text.startswith(("\\end", "\\right"), place) and not text.startswith("\\rightarrow", place):
            depth -= 1
        elif text[place] == "{":
            depth += 1
        elif text[place] == "}":
            depth -= 1
        elif depth == 0:
            sign = next((one for one in signs if text.startswith(one, place)), "")
            if sign:
                parts.append(text[start:place])
                place += len(sign)
                start = place
                continue
        place += 2 if text.startswith("\\\\", place) else 1
    return [*parts, text[start:]]
