"""The terms of an answer laid beside the paths of a key: each is a path with its own mistakes, or one is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations

from symnn.expressions.tree import Name, Negative, Product, Quotient, Sum, Tree
from symnn.misconceptions.anatomy import Anatomy
from symnn.misconceptions.dictionary import Base, Candidate, Dictionary, RatioGroup
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.residues import SeenResidues
from symnn.verdicts import codes

__all__ = ["Termwise"]

_MOST_TERMS = 16
_MOST_UNLIKE = 4
"""Of so many terms that differ every pairing is tried."""


class Termwise:
    """Pairs the terms of an answer with those of the key and looks up by what each was multiplied.

    What all paths that share a piece were multiplied by is one mistake, what only one path was is a mistake there.
    """

    def __init__(self, taken: Anatomy, dictionary: Dictionary) -> None:
        self.dictionary = dictionary
        self.modulus = dictionary.modulus
        residues = dictionary.residues
        self._terms = tuple(residues.of(term.tree) for term in taken.terms)
        self._old = residues.of(Name(taken.old)) if taken.old else 0
        whole = frozenset(range(len(self._terms)))
        self._inverses = tuple(pow(term, -1, self.modulus) if term else 0 for term in self._terms)
        self._bases = {base.frame.terms: base for base in dictionary.bases if base.frame.mistake is None}
        self._doubled: dict[int, Mistake] = {}
        self._lost: dict[int, Mistake] = {}
        for base in dictionary.bases:
            if base.frame.mistake is None and len(base.frame.terms) == 1 and base.frame.path:
                more = Mistake(codes.EXTRA_PATH, facts(through=base.frame.path), 1.2)
                self._doubled[min(base.frame.terms)] = more
            if base.frame.mistake is not None and len(lost := whole - base.frame.terms) == 1:
                self._lost[min(lost)] = base.frame.mistake

    @property
    def applies(self) -> bool:
        """Whether there are several paths, all with a value."""
        return len(self._terms) > 1 and all(self._terms)

    def candidates(self, answer: Tree, seen: SeenResidues) -> list[Candidate]:
        """List what explains an answer term by term."""
        if not self.applies:
            return []
        try:
            terms = self._opened(answer, seen.values)
        except _TooMany:
            return []
        if self._old:
            if self._old not in terms:
                return []
            terms.remove(self._old)
        left = dict(enumerate(self._terms))
        unlike, twice = [], []
        for term in terms:
            equal = [place for place, own in enumerate(self._terms) if own == term]
            if equal and equal[0] in left:
                del left[equal[0]]
            elif equal:
                twice.append(equal[0])
            else:
                unlike.append(term)
        if len(unlike) > len(left) or len(left) > _MOST_UNLIKE or any(place not in self._doubled for place in twice):
            return []
        extra = tuple(self._doubled[place] for place in twice)
        return [
            found for places in permutations(left, len(unlike)) for found in self._paired(places, unlike, left, extra)
        ]

    def _opened(self, tree: Tree, seen: Mapping[int, int]) -> list[int]:
        """Give the residues of an answer's terms; y - z and 1 - y, which are factors, are not opened."""
        modulus = self.modulus
        match tree:
            case Sum(parts) if seen[id(tree)] not in self.dictionary.factors:
                return _few([value for part in parts for value in self._opened(part, seen)])
            case Negative(operand):
                return [-value % modulus for value in self._opened(operand, seen)]
            case Product(parts):
                values = [1]
                for part in parts:
                    inner = self._opened(part, seen)
                    values = _few([value * factor % modulus for value in values for factor in inner])
                return values
            case Quotient(over, under) if seen[id(under)]:
                inverse = pow(seen[id(under)], -1, modulus)
                return [value * inverse % modulus for value in self._opened(over, seen)]
        return [seen[id(tree)]]

    def _paired(
        self, places: tuple[int, ...], terms: list[int], left: Mapping[int, int], extra: tuple[Mistake, ...]
    ) -> Iterator[Candidate]:
        """Explain the terms as these of the key; those of the key that are left over were forgotten."""
        ratios = [term * self._inverses[place] % self.modulus for place, term in zip(places, terms, strict=True)]
        lost = [place for place in left if place not in places]
        if any(place not in self._lost for place in lost):
            return
        fixed = (*extra, *(self._lost[place] for place in lost))
        for groups in self._groups(ratios):
            shared = self._shared(dict(zip(places, groups, strict=True)))
            if shared is not None:
                cost = sum(mistake.cost for mistake in fixed) + sum(group.cost for group, _ in shared)
                yield Candidate(fixed, shared, cost)

    def _groups(self, ratios: list[int]) -> Iterator[list[tuple[RatioGroup, ...]]]:
        """Cut each ratio into one or two mistakes, those that other terms have as well before others."""
        singles = self.dictionary.singles
        alone = [singles.get(ratio) for ratio in ratios]
        common = tuple({group.value: group for group in alone if group is not None}.values())
        found: list[tuple[RatioGroup, ...]] = []
        for ratio, single in zip(ratios, alone, strict=True):
            if single is not None:
                found.append((single,))
                continue
            cut = next(
                ((group, rest) for group in common if (rest := singles.get(ratio * group.inverse % self.modulus))),
                self.dictionary.pair(ratio),
            )
            if cut is None:
                return
            found.append(cut)
        yield found

    def _shared(self, groups: Mapping[int, tuple[RatioGroup, ...]]) -> tuple[tuple[RatioGroup, Base], ...] | None:
        """Say in which paths each mistake was made; None where that is no part of the key."""
        holders: dict[int, tuple[RatioGroup, list[int]]] = {}
        for place, own in groups.items():
            for group in own:
                holders.setdefault(group.value, (group, []))[1].append(place)
        found = []
        for group, places in holders.values():
            together = self._bases.get(frozenset(places))
            apart = [together] if together is not None else [self._bases.get(frozenset((place,))) for place in places]
            for base in apart:
                if base is None:
                    return None
                found.append((group, base))
        return tuple(found)


def _few(values: list[int]) -> list[int]:
    if len(values) > _MOST_TERMS:
        raise _TooMany
    return values


class _TooMany(Exception):  # noqa: N818 - it ends a search, nothing is wrong
    """An answer has more terms than are worth pairing."""
