"""What a student's own text says for one mistake and against another of equal value, and where it stands."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from functools import cached_property

from symnn.errors import Span
from symnn.expressions.terms import unsigned
from symnn.expressions.tree import Call, Name, Negative, Number, Product, Sum, Tree, bare, children, names
from symnn.misconceptions.mistakes import Mistake
from symnn.misconceptions.pieces import FactorPiece
from symnn.misconceptions.residues import NoResidue, Residues, SeenResidues
from symnn.verdicts import codes

__all__ = ["Evidence"]

_SHOWN, _NOT_SHOWN = -0.12, 0.45
_LACKED, _NOT_LACKED = -0.04, 0.08
_WRITTEN, _NOT_WRITTEN = -0.25, 0.35

_OF_FACTORS = frozenset((codes.EXTRA_FACTOR, codes.FUNCTION_FOR_DERIVATIVE, codes.COMPLEMENT))

_SHORT = 2
_LEAVES = frozenset((Name, Number, Negative))


class Evidence:
    """An answer's nodes by their residues: a piece is found in whatever spelling the student chose."""

    def __init__(self, answer: Tree, seen: SeenResidues, residues: Residues) -> None:
        self.answer = answer
        self.residues = residues
        self.seen = seen
        self._outer = seen.nodes
        self._inner = SeenResidues(seen.values)

    @cached_property
    def nodes(self) -> Mapping[int, Tree]:
        """The answer's nodes by residue, those inside functions too."""
        waiting = [self.answer]
        for node in waiting:
            waiting += children(node)
            for argument in node.arguments if isinstance(node, Call) else ():
                self.value_of(argument)
        return ChainMap(self._outer, self._inner.nodes)

    @cached_property
    def _short(self) -> tuple[Tree, ...]:
        """The answer's short nodes: f'(a) and y - 1."""
        found: list[Tree] = []
        waiting = [self.answer]
        while waiting:
            node = waiting.pop()
            parts = children(node)
            if isinstance(node, Call | Sum) and len(parts) <= _SHORT and all(type(part) in _LEAVES for part in parts):
                found.append(node)
            else:
                waiting += reversed(parts)
        return tuple(found)

    def value_of(self, node: Tree) -> int | None:
        """Give the residue of a node of the answer, None where it has none."""
        known = self.seen.values.get(id(node))
        if known is not None:
            return known
        try:
            # on its own storey, what a function is applied to was not seen
            return self.residues.of(node, self._inner)
        except NoResidue:
            return None

    def holds(self, piece: FactorPiece) -> bool:
        """Say whether an answer has a piece, as such or as its parts."""
        return self._outside((piece.tree,)) or self._outside(piece.parts)

    def weigh(self, mistake: Mistake) -> float:
        """Say how much likelier (negative) or unlikelier the text makes a mistake."""
        weight = 0.0
        if mistake.form is not None:
            weight += _WRITTEN if self._form(mistake.form) is not None else _NOT_WRITTEN
        elif mistake.shows:
            weight += self._shown(mistake)
        if mistake.lacks:
            present = any(self.residues.known(tree) in self._outer for tree in mistake.lacks) or self._outside(
                mistake.lacked_as
            )
            weight += _NOT_LACKED if present else _LACKED
        return weight

    def contradicts(self, mistake: Mistake) -> bool:
        """Say whether an answer shows no trace of what a mistake would have put there."""
        if self._outside(mistake.shows) or self._outside(mistake.shown_as):
            return False
        return any(self.residues.known(tree) not in self.nodes for tree in mistake.shows)

    def _shown(self, mistake: Mistake) -> float:
        if self._outside(mistake.shows) or self._outside(mistake.shown_as):
            return _SHOWN
        return _NOT_SHOWN if self.contradicts(mistake) else 0.0

    def _outside(self, trees: tuple[Tree, ...]) -> bool:
        """Say whether an answer holds all these (at least one), not inside functions."""
        return bool(trees) and all(self.residues.known(tree) in self._outer for tree in trees)

    def span(self, mistake: Mistake) -> Span | None:
        """Say where in the answer the mistake stands; nothing for what is missing."""
        node = self._form(mistake.form) if mistake.form is not None else None
        if mistake.kind in _OF_FACTORS and mistake.shows and node is None:
            node = self._factor(mistake)
        for tree in (*mistake.shows[:1], *mistake.shown_as[-1:]):
            node = node or self._found(tree)
        return node.span if node is not None else None

    def _factor(self, mistake: Mistake) -> Tree | None:
        """Find a factor of this value, on the path that a mistake lies on: the y of y - z is none."""
        value = self.residues.known(mistake.shows[0])
        path = dict(mistake.facts).get("path")
        found = [one for one in _factors_of(self.answer, path) if self.value_of(one) == value]
        return found[0] if found else None

    def _found(self, tree: Tree) -> Tree | None:
        """Find a node of this value, outside functions rather than inside; a part of the answer is itself that node."""
        if tree.span is not None:
            return tree
        value = self.residues.known(tree)
        if value is None:
            return None
        return self._outer.get(value) or self.nodes.get(value)

    def _form(self, tree: Tree) -> Tree | None:
        """Find a node that is written exactly so."""
        value = self.residues.known(tree)
        return next((node for node in self._short if self.value_of(node) == value and bare(node) == tree), None)


def _factors_of(tree: Tree, path: object) -> Iterator[Tree]:
    """List the factors of products, those of a term that has to do with a path first."""
    terms = list(tree.terms) if isinstance(tree, Sum) else [tree]
    for term in sorted(terms, key=lambda one: path not in names(one)):
        waiting: list[Tree] = [term]
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, Product):
                yield from map(unsigned, node.factors)
            waiting += children(node)
