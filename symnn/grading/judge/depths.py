"""How far the names of two trees are looked into: not at all, to the units, to their nearest results, to the inputs."""

from __future__ import annotations

from functools import cached_property

from symnn.grading.judge.independence import Independence
from symnn.grading.judge.senses import Sense, UnitSense
from symnn.grading.meaning import Meaning, reached

__all__ = ["Depths"]

_MOST_RESULTS = 256
_MOST_CUTS = 32
"""So many different cuts are kept for the answers of a part; an answer beyond goes down to the inputs."""


class Depths:
    """The ways in which names are taken under one meaning, shared by the judges of all references."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.free = Sense(meaning)
        self.full = Sense(meaning, meaning.equations) if meaning.equations else self.free
        self.independence = Independence(self.full)
        self._behind: dict[str, frozenset[str]] = {}
        self._cuts: dict[frozenset[str], Sense] = {}

    @cached_property
    def units(self) -> UnitSense:
        """Named results free, but f(a3) known to be y."""
        return UnitSense(self.meaning)

    def nearest(self, used: tuple[str, ...]) -> Sense | None:
        """Look into a result only where another one of those used stands behind it; None if none does.

        Of y, f1 and a1 with y = f(w5·f1 + w6·f2) and f1 = f(a1), a1 stays free, and so does f2, behind which
        nothing of these stands. That proves what holds for a layer without the layers below it.
        """
        equations = self.meaning.equations
        results = frozenset(name for name in self.free.leaves(used) if name in equations)
        if not 1 < len(results) <= _MOST_RESULTS:
            return None
        kept = frozenset(name for name in results if self._results(name) & results == {name})
        if kept == results:
            return None
        if kept not in self._cuts and len(self._cuts) < _MOST_CUTS:
            through = {name for result in results - kept for name in self._results(result)} - kept
            between = {name: equations[name] for name in through if self._results(name) & kept}
            self._cuts[kept] = Sense(self.meaning, {**self.free.equations, **between})
        return self._cuts.get(kept)

    def _results(self, name: str) -> frozenset[str]:
        """Give the named results that a result is made of, itself included."""
        if name not in self._behind:
            equations = self.meaning.equations
            self._behind[name] = frozenset(used for used in reached((name,), equations) if used in equations)
        return self._behind[name]
