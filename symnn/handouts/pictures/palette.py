"""The colours and dashes of pictures, the same in every format."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

__all__ = ["CORRECTED", "DASHED", "FAINT", "FILLS", "TRACKS", "Stroke"]


class Stroke(NamedTuple):
    """How one path is drawn: its colour, and its dash (lengths in hundredths of a centimetre)."""

    colour: str
    dash: tuple[int, ...] = ()


TRACKS: Final = (
    Stroke("C2410C"),
    Stroke("1D4ED8", (16, 7)),
    Stroke("15803D", (4, 7)),
    Stroke("7E22CE", (22, 7, 4, 7)),
    Stroke("0E7490", (30, 10)),
    Stroke("A16207", (10, 5, 4, 5, 4, 5)),
)
"""So many paths are told apart; of more only the number is said."""

CORRECTED: Final = (Stroke("15803D"), Stroke("B3261E", (16, 7)))
"""How links of the chain rule are drawn that an answer has right, and how the first that it has not."""

FILLS: Final[Mapping[str, tuple[str, float]]] = MappingProxyType(
    {"input": ("3B82C4", 0.13), "target": ("D98A1F", 0.16), "result": ("C94F4F", 0.15), "bias": ("808080", 0.12)}
)
"""The colour of a kind of unit, and how much of it there is."""

DASHED: Final = frozenset({"target", "bias"})
"""Kinds with a dashed rim."""

FAINT: Final = 0.3
"""How much is left of an arrow that is on no path, where paths are shown."""
