"""What stands under a picture with paths: of each path the product of its factors, in its colour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from symnn.expressions.tree import Name
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.pictures.flows import Use
from symnn.handouts.pictures.lettering import Run, lettered, width_of_runs
from symnn.handouts.pictures.measures import LABEL
from symnn.handouts.pictures.plane import PlanePoint
from symnn.notation.symbols import Symbols

__all__ = ["Caption", "CaptionLine", "captions"]

LEADING: Final = 0.52


class CaptionLine(Struct, frozen=True):
    """A line under the picture: its middle (from the end of the picture), its letters, which path it is of.

    ``uses`` are the factors in it; a line that goes on with a product has a sign of it before.
    """

    at: PlanePoint
    runs: tuple[Run, ...]
    track: int | None = None
    uses: tuple[Use, ...] = ()
    continued: bool = False


class Caption(Struct, frozen=True):
    """The lines under a picture, and how high they are."""

    lines: tuple[CaptionLine, ...] = ()

    @property
    def height(self) -> float:
        """How much room they need."""
        return LEADING * len(self.lines) + 0.2 if self.lines else 0.0


def captions(diagram: Diagram, symbols: Symbols, across: float) -> Caption:
    """Lay out what the paths of a derivative multiply; where there are more than can be drawn, their number."""
    lines: list[CaptionLine] = []
    for track, uses in enumerate(diagram.captions):
        for place, (runs, some) in enumerate(_broken(uses, symbols, across)):
            lines.append(
                CaptionLine(PlanePoint(across / 2, LEADING * (len(lines) + 0.5)), runs, track, some, bool(place))
            )
    more = diagram.count - len(diagram.captions)
    if diagram.tracks and more > 0:
        lines.append(CaptionLine(PlanePoint(across / 2, LEADING * (len(lines) + 0.5)), (Run(f"… + {more}"),)))
    return Caption(tuple(lines))


def _named(use: Use, symbols: Symbols) -> tuple[Run, ...]:
    of, wrt = (lettered((Name(name),), symbols) for name in use)
    return (Run("∂"), *of, Run("/∂"), *wrt)


def _broken(
    uses: tuple[Use, ...], symbols: Symbols, across: float
) -> Iterator[tuple[tuple[Run, ...], tuple[Use, ...]]]:
    """Write factors side by side, on as many lines as they need."""
    line: tuple[Run, ...] = ()
    some: tuple[Use, ...] = ()
    for use in uses:
        factor = _named(use, symbols)
        longer = (*line, Run(" · "), *factor) if line else factor
        if line and width_of_runs(longer, LABEL) > across:
            yield line, some
            longer, some = (Run("· "), *factor), ()
        line, some = longer, (*some, use)
    if line:
        yield line, some
