"""A formula for each entry, written as the whole vector or matrix: ``(p_i - t_i) x_j`` is ``(p - t) x^T``."""

from __future__ import annotations

from itertools import product as all_of
from typing import TYPE_CHECKING, TypeGuard

from symnn.expressions.tree import (
    Call,
    Entry,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    walk,
)
from symnn.language.folds import lengths_of, with_numbers
from symnn.language.index_notation import KRONECKER
from symnn.language.read_shapes import shape_in_scope
from symnn.language.whole_tensors import WholeTensor, holds_no_tensor
from symnn.ops import named
from symnn.ops.shapes import Unfit

if TYPE_CHECKING:
    from symnn.errors import Span
    from symnn.language.reader import Reader

__all__ = ["entry_by_entry"]

_MOST_DISTRIBUTED = 2
"""So many sums of a product are multiplied out; with more it is written entry by entry."""


def entry_by_entry(parser: Reader, tree: Tree, letters: tuple[str, ...]) -> Tree:
    """Write a formula for each entry as the whole vector or matrix: as whole tensors where it can be, else written out.

    Raises a refusal where it is unclear how far an index goes, or where the whole is too large.
    """
    lengths = [_length(parser, tree, letter) for letter in letters]
    whole = _whole(parser, tree, letters, lengths)
    if whole is not None:
        return whole
    count = sum(1 for _ in walk(tree))
    for length in lengths:
        count *= length
    if count > parser.limits.tokens:
        parser.refuse("too-large", 0, limit="tokens", most=parser.limits.tokens)
    entries = [
        with_numbers(parser, tree, dict(zip(letters, places, strict=True)))
        for places in all_of(*(range(1, length + 1) for length in lengths))
    ]
    if not _is_number(entries[0], parser):
        parser.refuse("index-mixed", 0, found=parser.source(0))
    width = lengths[1] if len(lengths) > 1 else 1
    rows = tuple(tuple(entries[at : at + width]) for at in range(0, len(entries), width))
    return Matrix(rows, vector=len(letters) == 1, span=tree.span)


def _is_number(entry: Tree, parser: Reader) -> bool:
    """Say whether a formula for one entry is a number: no whole tensor stands in it beside indices."""
    try:
        return holds_no_tensor(entry, parser.scope) or shape_in_scope(entry, parser.scope) == ()
    except Unfit:
        return False


def _is_delta(tree: Tree) -> TypeGuard[Entry]:
    return isinstance(tree, Entry) and tree.of == Name(KRONECKER)


def _length(parser: Reader, tree: Tree, letter: str) -> int:
    """Say how long the axis is along which an index runs: that of every entry it stands at, or of its equal in δ_ij."""
    entries = [node for node in walk(tree) if isinstance(node, Entry)]
    found = {length for entry in entries for length in lengths_of(parser, entry, letter)}
    if not found:
        pairs = [entry.indices for entry in entries if _is_delta(entry)]
        partners = {one.name for pair in pairs for one in pair if isinstance(one, Name) and Name(letter) in pair}
        found = {
            length
            for partner in partners - {letter}
            for entry in entries
            for length in lengths_of(parser, entry, partner)
        }
    if len(found) != 1:
        parser.refuse("sum-range", 0, index=letter, found=parser.source(0), lengths=", ".join(map(str, sorted(found))))
    return found.pop()


def _whole(parser: Reader, tree: Tree, letters: tuple[str, ...], lengths: list[int]) -> Tree | None:
    """Write a formula for each entry with whole tensors: ``p - t``, ``(p - t) x^T``, ``diag(p)``."""
    whole = WholeTensor(parser, tuple(map(Name, letters)), tuple(lengths))
    if not any(_is_delta(node) for node in walk(tree)):
        found = whole.of(tree)
        if found is not None and whole.declared and whole.holds(tree):
            return found
    return _Outer(parser, letters, lengths).of(tree) if len(letters) > 1 else None


class _Outer:
    """Writes terms whose factors each hold one index as outer products, and those with δ_ij as diagonal matrices."""

    def __init__(self, parser: Reader, letters: tuple[str, ...], lengths: list[int]) -> None:
        self.parser = parser
        self.sides = [
            WholeTensor(parser, (Name(letter),), (length,)) for letter, length in zip(letters, lengths, strict=True)
        ]
        self.both = WholeTensor(parser, tuple(map(Name, letters)), tuple(lengths))
        self.turned = WholeTensor(parser, tuple(map(Name, reversed(letters))), tuple(reversed(lengths)))
        self.letters = letters
        self.is_square = lengths[0] == lengths[1]

    def of(self, tree: Tree) -> Tree | None:
        match tree:
            case Sum(terms):
                parts = [self.of(term) for term in terms]
                return None if None in parts else Sum(tuple(part for part in parts if part is not None), tree.span)
            case Negative(operand):
                inside = self.of(operand)
                return None if inside is None else Negative(inside, tree.span)
            case Quotient(over, under) if not self.both.holds(under) and self.both.of(under) is not None:
                inside = self.of(over)
                return None if inside is None else Quotient(inside, under, tree.span)
            case Product(factors):
                return self._product(factors, tree.span)
        return self._product((tree,), tree.span)

    def _product(self, factors: tuple[Tree, ...], span: Span | None) -> Tree | None:
        mixed = [at for at, factor in enumerate(factors) if isinstance(factor, Sum) and self._is_mixed(factor)]
        if len(mixed) > _MOST_DISTRIBUTED:
            return None
        if mixed:
            return self._distributed(factors, mixed[0], span)
        plain: list[Tree] = []
        on: tuple[list[Tree], list[Tree]] = ([], [])
        diagonal = False
        for factor in factors:
            held = [side.holds(factor) for side in self.sides]
            if self._is_kronecker(factor):
                diagonal = True
            elif all(held):
                return self._entries(factors)
            elif any(held):
                on[held.index(True)].append(factor)
            elif self.both.of(factor) is None:  # a tensor without indices in a formula for one entry
                return None
            else:
                plain.append(factor)
        return self._diagonal(plain, on, span) if diagonal else self._outer(plain, on, span)

    def _entries(self, factors: tuple[Tree, ...]) -> Tree | None:
        """Write a term that holds entries with both indices, in their order or turned round."""
        term = _together(list(factors))
        found = self.both.of(term)
        turned = self.turned.of(term) if found is None else None
        return found if turned is None else Transpose(turned)

    def _distributed(self, factors: tuple[Tree, ...], at: int, span: Span | None) -> Tree | None:
        """Multiply a sum out whose terms hold different indices."""
        inside = factors[at]
        terms = inside.terms if isinstance(inside, Sum) else ()
        parts = [self._signed((*factors[:at], *factors[at + 1 :]), term, span) for term in terms]
        return None if None in parts else Sum(tuple(part for part in parts if part is not None), span)

    def _signed(self, others: tuple[Tree, ...], term: Tree, span: Span | None) -> Tree | None:
        operand = term.operand if isinstance(term, Negative) else term
        own = operand.factors if isinstance(operand, Product) else (operand,)
        found = self._product((*others, *own), span)
        return Negative(found, span) if isinstance(term, Negative) and found is not None else found

    def _is_mixed(self, tree: Sum) -> bool:
        return any(self._is_kronecker(node) for node in walk(tree)) or all(side.holds(tree) for side in self.sides)

    def _is_kronecker(self, tree: Tree) -> bool:
        indices = {Name(letter) for letter in self.letters}
        return _is_delta(tree) and self.is_square and set(tree.indices) == indices

    def _outer(self, plain: list[Tree], on: tuple[list[Tree], list[Tree]], span: Span | None) -> Tree | None:
        both = [side.of(_together(several)) for side, several in zip(self.sides, on, strict=True) if several]
        if len(both) < len(self.sides) or both[0] is None or both[1] is None:
            return None
        return Product((*plain, both[0], Transpose(both[1])), span)

    def _diagonal(self, plain: list[Tree], on: tuple[list[Tree], list[Tree]], span: Span | None) -> Tree | None:
        several = [side.of(_together(found)) for side, found in zip(self.sides, on, strict=True) if found]
        vectors = [vector for vector in several if vector is not None]
        if not vectors or len(vectors) < len(several):
            return None
        found = Call(named.DIAG, (vectors[0] if len(vectors) == 1 else Entrywise(tuple(vectors)),), 0, span)
        return Product((*plain, found), span) if plain else found


def _together(factors: list[Tree]) -> Tree:
    return factors[0] if len(factors) == 1 else Product(tuple(factors))
