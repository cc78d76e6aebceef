"""The prepared tables of one part: what every single mistake gives, and every pair of mistakes in a product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, combinations, combinations_with_replacement
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from symnn.expressions.tree import Sum, Tree
from symnn.misconceptions.frames import Frame
from symnn.misconceptions.mistakes import Mistake
from symnn.misconceptions.ratios import Ratio
from symnn.misconceptions.residues import NoResidue, Residues
from symnn.verdicts import codes

__all__ = ["DEAREST", "Candidate", "Dictionary", "RatioChoice"]

DEAREST = 3.0
"""What costs more is no explanation."""

_MOST_PAIRS = 100_000
"""So many are tried, the likelier ones first."""

_TWICE_THERE = frozenset((codes.EXPONENT, codes.PATHS_MULTIPLIED))
"""In what these make of a key its pieces stand more than once: to exchange one is no ratio of the whole."""

_Block: TypeAlias = list[tuple[int, int]]
"""Groups that cost as much and touch the same pieces of the key: place and value of each."""


class RatioChoice(Struct, frozen=True, gc=False):
    """One mistake among those of equal ratio: ``own`` has a bit for each piece of the key that it touches."""

    mistake: Mistake
    own: int
    labels: tuple[str, ...]


class RatioGroup(Struct, frozen=True, gc=False):
    """All mistakes that multiply by the same residue, the likeliest first; ``over`` and ``under`` are how one does."""

    value: int
    inverse: int
    choices: tuple[RatioChoice, ...]
    cost: float
    own: int
    over: tuple[Tree, ...] = ()
    under: tuple[Tree, ...] = ()


class Base(Struct, frozen=True, gc=False):
    """A frame in residues: the answer is ``rest`` + ``product`` · ratio; ``pieces`` are the bits it allows."""

    frame: Frame
    product: int
    inverse: int
    rest: int
    pieces: int


class Candidate(Struct, frozen=True, gc=False):
    """Mistakes that give the answer's residue: in each place one of the group's choices, inside its frame."""

    fixed: tuple[Mistake, ...]
    places: tuple[tuple[RatioGroup, Base], ...]
    cost: float


class Dictionary:
    """Looks a wrong answer's residue up among the mistakes that a part's key allows; built once per part."""

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
        self._bits = {label: 1 << n for n, label in enumerate(sorted({l for ratio in ratios for l in ratio.own}))}
        self.bases = tuple(self._based(frames))
        self._anywhere = replace(self.bases[0], pieces=-1) if self.bases else None
        self.factors = self._sums(ratios)
        self.groups = tuple(sorted(self._grouped(ratios), key=lambda group: group.cost))
        self.singles = {group.value: group for group in self.groups}
        self.whole_trees: list[Tree] = []
        self.wholes = self._whole(wholes)
        self._pairs = self._paired()
        self._whole_ratios, self._whole_inverses = self._turned()
        self._constants = tuple(group for group in self.groups if not group.own and group.cost <= 1.0)

    def _grouped(self, ratios: Iterable[Ratio]) -> Iterator[RatioGroup]:
        found: dict[int, list[RatioChoice]] = {}
        first: dict[int, Ratio] = {}
        for ratio in ratios:
            over, under = self._product(ratio.over), self._product(ratio.under)
            if over and under and over != under:
                own = sum(self._bits[label] for label in ratio.own)
                value = over * pow(under, -1, self.modulus) % self.modulus
                found.setdefault(value, []).append(RatioChoice(ratio.mistake, own, ratio.own))
                first.setdefault(value, ratio)
        for value, choices in found.items():
            ranked = tuple(sorted(choices, key=lambda choice: (choice.mistake.cost, choice.mistake.name, choice.own)))
            shared = ranked[0].own
            for choice in ranked:
                shared &= choice.own
            how = first[value].over, first[value].under
            yield RatioGroup(value, pow(value, -1, self.modulus), ranked, ranked[0].mistake.cost, shared, *how)

    def _product(self, trees: tuple[Tree, ...]) -> int:
        value = 1
        for tree in trees:
            value = value * (self.residues.known(tree) or 0) % self.modulus
        return value

    def _sums(self, ratios: Iterable[Ratio]) -> frozenset[int]:
        """Give the residues of the sums that are factors: y - z, 1 - y, and what they become by a mistake."""
        trees = dict.fromkeys(tree for ratio in ratios for tree in (*ratio.over, *ratio.under))
        found = (self.residues.known(tree) for tree in trees if isinstance(tree, Sum))
        return frozenset(value for value in found if value is not None)

    def _based(self, frames: Iterable[Frame]) -> Iterator[Base]:
        for frame in frames:
            try:
                product, rest = self.residues.of(frame.product), self.residues.of(frame.rest)
            except NoResidue:
                continue
            if product:
                pieces = sum(bit for label, bit in self._bits.items() if label in frame.labels)
                yield Base(frame, product, pow(product, -1, self.modulus), rest, pieces)

    def _whole(self, wholes: Iterable[tuple[Mistake, Tree]]) -> dict[int, list[Mistake]]:
        found: dict[int, list[Mistake]] = {}
        for mistake, tree in wholes:
            try:
                value = self.residues.of(tree)
            except NoResidue:
                continue
            if not value:
                continue  # an answer that is 0 is told as that
            if value not in found:
                self.whole_trees.append(tree)
            if mistake not in (known := found.setdefault(value, [])):
                known.append(mistake)
        return found

    def pair(self, ratio: int) -> tuple[RatioGroup, RatioGroup] | None:
        """Give the likeliest two mistakes in one product that multiply it by a ratio."""
        code = self._pairs.get(ratio)
        return None if code is None else (self.groups[code // len(self.groups)], self.groups[code % len(self.groups)])

    def _paired(self) -> dict[int, int]:
        """Multiply every two ratios that may happen in one product, the likelier pairs first.

        A pair is one number, so that a hundred thousand of them are nothing to the garbage collector.
        """
        many, modulus = len(self.groups), self.modulus
        found: dict[int, int] = {}
        for first, second in reversed(self._fitting()):  # of equal products the likeliest pair is written last
            if first is second:
                found |= {v * w % modulus: n * many + m for (n, v), (m, w) in combinations(first, 2)}
            else:
                found |= {v * w % modulus: n * many + m for n, v in first for m, w in second}
        return found

    def _fitting(self) -> list[tuple[_Block, _Block]]:
        """List the blocks of ratios that go together in one product, the likelier ones first.

        In a block the nearest to the key come last: ratios are listed with the nearest first.
        """
        blocks: dict[tuple[float, int], _Block] = {}
        for place, group in reversed(tuple(enumerate(self.groups))):
            blocks.setdefault((group.cost, group.own), []).append((place, group.value))
        masks = tuple(dict.fromkeys(base.pieces for base in self.bases))
        pairs = [
            (cost + other, first, second)
            for ((cost, own), first), ((other, touched), second) in combinations_with_replacement(blocks.items(), 2)
            if cost + other <= DEAREST and not own & touched and any((own | touched) & ~mask == 0 for mask in masks)
        ]
        pairs.sort(key=lambda pair: pair[0])
        reached = accumulate(len(first) * len(second) for _, first, second in pairs)
        return [
            (first, second) for (_, first, second), count in zip(pairs, reached, strict=True) if count <= _MOST_PAIRS
        ]

    def usual(self, value: int) -> list[Candidate]:
        """List the whole wrong answers of this residue, and the ratios inside one product that give it."""
        found = [Candidate((mistake,), (), mistake.cost) for mistake in self.wholes.get(value, ())]
        found += [candidate for candidate in self._in_frames(value) if candidate.cost <= DEAREST]
        return found

    def single(self, value: int) -> Iterator[Candidate]:
        """List the whole wrong answers of this residue, and the single ratios inside one product that give it."""
        yield from (Candidate((mistake,), (), mistake.cost) for mistake in self.wholes.get(value, ()))
        for base in self.bases:
            group = self.singles.get((value - base.rest) * base.inverse % self.modulus)
            if group is not None and base.frame.mistake is None:
                yield Candidate((), ((group, base),), group.cost)

    def _in_frames(self, value: int) -> list[Candidate]:
        """Find one or two ratios inside a frame, a constant divided out where nothing else helps."""
        found: list[Candidate] = []
        modulus, singles, pairs = self.modulus, self.singles, self._pairs
        for base in self.bases:
            frame = base.frame
            ratio = (value - base.rest) * base.inverse % modulus
            fixed = () if frame.mistake is None else (frame.mistake,)
            cost = sum(mistake.cost for mistake in fixed)
            if ratio == 1 and fixed:
                found.append(Candidate(fixed, (), cost))
            single = singles.get(ratio)
            if single is not None:
                found.append(Candidate(fixed, ((single, base),), cost + single.cost))
            pair = self.pair(ratio) if ratio in pairs else None
            if pair is not None:
                found.append(_pair(fixed, pair, base, cost))
            elif single is None:
                found += self._with_constant(ratio, base, fixed, cost)
        return found

    def _with_constant(self, ratio: int, base: Base, fixed: tuple[Mistake, ...], cost: float) -> Iterator[Candidate]:
        for constant in self._constants:
            pair = self.pair(ratio * constant.inverse % self.modulus)
            if pair is not None:
                yield Candidate(
                    fixed,
                    ((constant, base), (pair[0], base), (pair[1], base)),
                    cost + constant.cost + pair[0].cost + pair[1].cost,
                )

    def twice(self, value: int) -> list[Candidate]:
        """Find a whole wrong answer that was multiplied by a ratio as well."""
        if self._anywhere is None:
            return []
        base, modulus, singles, wholes = self.bases[0], self.modulus, self.singles, self._whole_ratios
        ratio = (value - base.rest) * base.inverse % modulus
        if len(self.groups) < len(wholes):
            hits = [(group, other) for group in self.groups if (other := ratio * group.inverse % modulus) in wholes]
        else:
            found = ((singles.get(ratio * inverse % modulus), other) for inverse, other in self._whole_inverses)
            hits = [(group, other) for group, other in found if group is not None]
        return [
            Candidate((mistake,), ((group, self._anywhere),), group.cost + mistake.cost)
            for group, other in hits
            for mistake in wholes[other]
            if group.cost + mistake.cost <= DEAREST and not (group.own and mistake.kind in _TWICE_THERE)
        ]

    def _turned(self) -> tuple[dict[int, list[Mistake]], tuple[tuple[int, int], ...]]:
        """Give the whole wrong answers as ratios to the whole key, and the inverses of these."""
        if not self.bases:
            return {}, ()
        base, modulus = self.bases[0], self.modulus
        ratios = {(value - base.rest) * base.inverse % modulus: mistakes for value, mistakes in self.wholes.items()}
        return ratios, tuple((pow(ratio, -1, modulus), ratio) for ratio in ratios if ratio)


def _pair(fixed: tuple[Mistake, ...], pair: tuple[RatioGroup, RatioGroup], base: Base, cost: float) -> Candidate:
    return Candidate(fixed, ((pair[0], base), (pair[1], base)), cost + pair[0].cost + pair[1].cost)
