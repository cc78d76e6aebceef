"""The factors of an answer as the student wrote them, beside the links of the chain rule that they stand for.

A picture that calls a link right makes a statement about the student's own text: its derivative stands there, as a
factor or as a product of factors. A link whose derivative stands nowhere is wrong or missing. Both are looked up here
in products and sums of products; of answers written in another way nothing is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import chain, combinations, pairwise, permutations
from math import prod
from typing import Final

from msgspec import Struct

from symnn.expressions.terms import ONE, over, power, product
from symnn.expressions.tree import Negative, Number, Power, Product, Quotient, Sum, Tree
from symnn.expressions.writing import plain
from symnn.questions.trails import Trail
from symnn.verdicts.trace import Link

__all__ = ["Standing", "standing"]

Equal = Callable[[Tree, Tree], bool | None]

_MOST_PATHS: Final = 4
_MOST_LOOSE: Final = 5
"""Factors of a term that belong to no link as they stand; of more than these no product is tried."""
_MOST_MISSING: Final = 2
"""Links of a path that may be missing before an answer counts as written in another way."""


class Standing(Struct, frozen=True):
    """The links that stand in an answer, and those that do not, in the order of the chain."""

    right: tuple[Link, ...]
    missing: tuple[Link, ...]


class _Piece(Struct, frozen=True):
    """A factor with its whole exponent; ``key`` is the same for sums that differ in the order of their terms."""

    key: str
    exponent: int
    base: Tree

    @property
    def tree(self) -> Tree:
        raised = self.base if abs(self.exponent) == 1 else power(self.base, Number(abs(self.exponent)))
        return raised if self.exponent > 0 else over(ONE, raised)

    @property
    def same(self) -> tuple[str, int]:
        return self.key, self.exponent


class _Term(Struct, frozen=True):
    """A product: its number with its sign, and its pieces."""

    number: Fraction
    pieces: tuple[_Piece, ...] = ()

    def times(self, other: _Term) -> _Term:
        return _Term(self.number * other.number, (*self.pieces, *other.pieces))

    def raised(self, exponent: int) -> _Term:
        pieces = (_Piece(one.key, one.exponent * exponent, one.base) for one in self.pieces)
        return _Term(self.number**exponent, tuple(pieces))


def _term(tree: Tree) -> _Term:
    """Take a product apart, as it is written: nothing is multiplied out and nothing cancelled."""
    match tree:
        case Number(numerator, denominator):
            return _Term(Fraction(numerator, denominator))
        case Negative(operand):
            return _Term(Fraction(-1)).times(_term(operand))
        case Product(factors):
            whole = _Term(Fraction(1))
            for factor in factors:
                whole = whole.times(_term(factor))
            return whole
        case Quotient(over_, under) if (below := _term(under)).number:
            return _term(over_).times(below.raised(-1))
        case Power(base, Number(exponent, 1)) if (inner := _term(base)).number or exponent > 0:
            return inner.raised(exponent)
        case Sum(terms):
            return _Term(Fraction(1), (_Piece(" + ".join(sorted(map(plain, terms))), 1, tree),))
    return _Term(Fraction(1), (_Piece(plain(tree), 1, tree),))


def _terms(tree: Tree, sign: int = 1) -> list[_Term]:
    match tree:
        case Negative(operand):
            return _terms(operand, -sign)
        case Sum(terms):
            return [term for one in terms for term in _terms(one, sign)]
    return [_Term(Fraction(sign)).times(_term(tree))]


def _written(tree: Tree) -> Iterator[list[_Term]]:
    """Give the ways to see an answer as a sum of products: as it is, and with one bracket multiplied out."""
    yield _terms(tree)
    if isinstance(tree, Product):
        for place, factor in enumerate(tree.factors):
            if isinstance(factor, Sum):
                rest = _term(product((*tree.factors[:place], *tree.factors[place + 1 :])))
                yield [rest.times(term) for term in _terms(factor)]


class _Match(Struct, frozen=True):
    """A term of an answer beside one path: the links that do not stand in it, and the pieces that are left."""

    path: tuple[Link, ...]
    term: _Term
    missing: tuple[Link, ...]
    loose: tuple[_Piece, ...]


def _beside(term: _Term, path: tuple[Link, ...], worth: Mapping[Link, _Term]) -> _Match:
    loose = list(term.pieces)
    missing = []
    for link in path:
        wanted = Counter(piece.same for piece in worth[link].pieces)
        if wanted <= Counter(piece.same for piece in loose):
            for same in wanted.elements():
                loose.remove(next(piece for piece in loose if piece.same == same))
        else:
            missing.append(link)
    return _Match(path, term, tuple(missing), tuple(loose))


def standing(answer: Tree, trail: Trail, worth: Mapping[Link, Tree], equal: Equal) -> Standing | None:
    """Say which links of a trail stand in an answer and which do not; None where that cannot be told.

    ``worth`` holds the derivative of each link, ``equal`` compares what is written in another way.
    """
    paths = [tuple(pairwise(path)) for path in trail.paths]
    if len(paths) > _MOST_PATHS:
        return None
    terms = {link: _term(tree) for link, tree in worth.items()}
    ways = (
        [_beside(term, path, terms) for term, path in zip(written, order, strict=True)]
        for written in _written(answer)
        if len(written) <= len(paths)
        for order in permutations(paths, len(written))
    )
    best = min(ways, key=lambda way: sum(len(match.missing) for match in way), default=None)
    if best is None:
        return None
    found = [_in_other_words(match, worth, equal) for match in best]
    matches = [match for match in found if match is not None]
    if len(matches) < len(found) or any(not _is_close(match) for match in matches):
        return None
    return _standing(paths, matches, terms)


def _is_close(match: _Match) -> bool:
    return len(match.missing) <= min(_MOST_MISSING, len(match.path) - 1)


def _in_other_words(match: _Match, worth: Mapping[Link, Tree], equal: Equal) -> _Match | None:
    """Find links whose derivative is written in another way; None if nobody can tell whether it is there."""
    if not match.missing or not match.loose:
        return match
    if len(match.loose) > _MOST_LOOSE or not _is_close(match):
        return None
    groups = chain.from_iterable(combinations(match.missing, size) for size in range(1, len(match.missing) + 1))
    parts = [part for size in range(1, len(match.loose) + 1) for part in combinations(match.loose, size)]
    for links in groups:
        wanted = product(tuple(worth[link] for link in links))
        for part in parts:
            same = equal(product(tuple(piece.tree for piece in part)), wanted)
            if same is None:
                return None
            if same:
                missing = tuple(link for link in match.missing if link not in links)
                loose = tuple(piece for piece in match.loose if piece not in part)
                return _in_other_words(_Match(match.path, match.term, missing, loose), worth, equal)
    return match


def _standing(paths: list[tuple[Link, ...]], matches: list[_Match], worth: Mapping[Link, _Term]) -> Standing | None:
    missing = {link for match in matches for link in match.missing}
    numbered: set[Link] = set()
    for match in matches:
        wrong = _wrong_numbers(match, worth)
        if wrong is None:
            return None
        numbered |= wrong
    gone = {match.path for match in matches}
    walked = {link for path in gone for link in path}
    for path in paths:
        if path not in gone:
            missing.add(next((link for link in path if link not in walked), path[-1]))
    if not missing and not any(match.loose for match in matches):
        missing = {link for link in numbered if all(_leaves_out(match, link, worth) for match in matches)}
    order = list(dict.fromkeys(chain.from_iterable(paths)))
    right = tuple(link for link in order if link in walked and link not in missing | numbered)
    return Standing(right, tuple(link for link in order if link in missing))


def _wrong_numbers(match: _Match, worth: Mapping[Link, _Term]) -> set[Link] | None:
    """Give the links whose number does not stand in a term; None if its sign is of no link."""
    owners = {link for link in match.path if abs(worth[link].number) != 1}
    all_of_them = prod((worth[link].number for link in match.path), start=Fraction(1))
    absent = prod((worth[link].number for link in match.missing), start=Fraction(1))
    if match.term.number in (all_of_them, all_of_them / absent):
        return set()
    if abs(match.term.number) in (abs(all_of_them), abs(all_of_them / absent)) and not match.missing:
        return None
    return owners - set(match.missing)


def _leaves_out(match: _Match, link: Link, worth: Mapping[Link, _Term]) -> bool:
    """Tell if a term has every number of its path but that of a link."""
    others = prod((worth[one].number for one in match.path if one != link), start=Fraction(1))
    return match.term.number == others
