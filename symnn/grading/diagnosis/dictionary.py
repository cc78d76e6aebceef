"""The prepared tables of one part: what every single mistake gives, and what every pair of factors gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from symnn.grading.diagnosis.frames import Frame
from symnn.grading.diagnosis.mistakes import Explanation, Mistake, facts
from symnn.grading.diagnosis.ratios import Ratio
from symnn.grading.diagnosis.residues import Residues, Unknown
from symnn.language.tree import Tree
from symnn.messages import LANGUAGES

__all__ = ["DEAREST", "Dictionary"]

DEAREST = 3.0
"""What costs more is no explanation."""

_MOST_PAIRS = 160_000
_EPSILON = 1e-9
_ALIKE = 0.35
"""Explanations of equal value within this cost are aliases."""


class _Valued(Struct, frozen=True):
    """A ratio with its residue, the inverse of that, and a bit for each piece of the key that it touches."""

    ratio: Ratio
    value: int
    inverse: int
    own: int
    cost: float


class _Base(Struct, frozen=True):
    """A frame with residues: the answer is ``rest`` + ``product`` · ratio; ``pieces`` has the bits it allows."""

    frame: Frame
    product: int
    inverse: int
    rest: int
    pieces: int


class Whole(Struct, frozen=True):
    """A mistake that makes a whole other answer, with the residue of that answer."""

    mistake: Mistake
    value: int


class Dictionary:
    """Looks a wrong answer's residue up among the mistakes that a part's key allows.

    Built once per part from the key's frames, the ratios of its pieces, and whole wrong answers.
    """

    def __init__(
        self,
        residues: Residues,
        frames: Iterable[Frame],
        ratios: Iterable[Ratio],
        wholes: Iterable[tuple[Mistake, Tree]],
    ) -> None:
        self.residues = residues
        self.modulus = residues.modulus
        ratios = tuple(ratios)
        labels = sorted({label for ratio in ratios for label in ratio.own})
        self._bits = {label: 1 << place for place, label in enumerate(labels)}
        self._ratios = tuple(self._valued(ratios))
        self._bases = tuple(self._based(frames))
        self._singles = self._grouped_ratios()
        self._wholes = self._grouped_wholes(wholes)
        self._pairs = self._paired()
        self._within = self._inside()
