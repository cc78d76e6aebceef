"""A finding: one thing that is said of an answer, by its code; its facts are trees until somebody reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from symnn.errors import NO_FACTS, Fact, Span
from symnn.expressions.terms import ONE
from symnn.expressions.tree import Call, Number, Product, Transpose, Tree, bare, mapped, walk
from symnn.expressions.writing import plain
from symnn.ops import named

__all__ = ["Finding", "Told", "Words", "in_words"]

Told: TypeAlias = Fact | Tree | tuple[Fact | Tree, ...]
"""A fact as it is found: words, a number, a formula, or several of them."""


class Finding(Struct, frozen=True):
    """What was found in an answer: a stable code (see the contract), the facts, and the place in the answer."""

    code: str
    facts: Mapping[str, Fact] = NO_FACTS
    span: Span | None = None


class Words(Mapping[str, Fact]):
    """Facts that are formulas, written out when somebody asks for them: most findings of a class are never read.

    >>> from symnn.expressions.tree import Name, Product
    >>> words = Words({"factor": Product((Name("w"), Name("x")))})
    >>> words["factor"], dict(words), words.told["factor"].factors[0].name
    ('w*x', {'factor': 'w*x'}, 'w')
    """

    __slots__ = ("_written", "told")

    def __init__(self, told: Mapping[str, Told]) -> None:
        self.told = told
        self._written: dict[str, Fact] = {}

    def __getitem__(self, name: str) -> Fact:
        """Give a fact in words."""
        if name not in self._written:
            self._written[name] = in_words(self.told[name])
        return self._written[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the facts."""
        return iter(self.told)

    def __len__(self) -> int:
        """Count the facts."""
        return len(self.told)

    def __repr__(self) -> str:
        """Show them in words: what is printed of a finding is the same in every process."""
        return repr(dict(self))


def in_words(told: Told) -> Fact:
    """Write a fact as plain text.

    >>> from symnn.expressions.tree import Name, Number
    >>> in_words(Call(named.SPREAD, (Name("c"), Number(2)))), in_words("x")
    ('c', 'x')
    """
    if isinstance(told, str | int):
        return told
    return tuple(str(in_words(part)) for part in told) if isinstance(told, tuple) else plain(_as_typed(told))


def _as_typed(tree: Tree) -> Tree:
    """Write a number that stands for a whole tensor as the number that a person writes."""
    if not any(isinstance(node, Call) and node.function == named.SPREAD for node in walk(tree)):
        return tree
    return mapped(mapped(tree, _unspread), _without_ones)


def _without_ones(node: Tree) -> Tree | None:
    """Leave out the ones that rows of ones have become."""
    if not isinstance(node, Product) or ONE not in map(bare, node.factors):
        return None
    kept = tuple(mapped(factor, _without_ones) for factor in node.factors if bare(factor) != ONE)
    return ONE if not kept else kept[0] if len(kept) == 1 else Product(kept)


def _unspread(node: Tree) -> Tree | None:
    match node:
        case Product((Call(named.SPREAD, (Number(1, 1), _)), Transpose(one) as row)):
            return one if row.span == one.span else row  # a bias of every row of a batch: ours is 1 bᵀ, they write b
        case Call(named.SPREAD, arguments):
            return _as_typed(arguments[0])
        case _:
            return None
