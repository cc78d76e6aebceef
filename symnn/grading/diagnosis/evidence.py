"""What a student's own text says for one mistake and against another of equal value, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property

from symnn.errors import Span
from symnn.grading.diagnosis.mistakes import Mistake
from symnn.grading.diagnosis.pieces import Piece
from symnn.grading.diagnosis.residues import Residues, Unknown
from symnn.language.tree import Call, Name, Negative, Number, Product, Quotient, Sum, Tree, bare, children, walk

__all__ = ["Evidence"]

_SHOWN, _NOT_SHOWN = -0.12, 0.45
_LACKED, _NOT_LACKED = -0.04, 0.08
_WRITTEN, _NOT_WRITTEN = -0.25, 0.35


class Evidence:
    """An answer's nodes by their residues: a piece is found in whatever spelling the student chose."""

    def __init__(self, answer: Tree, seen: dict[int, int], residues: Residues) -> None:
        self.answer = answer
        self.residues = residues
        self.seen = seen

    @cached_property
    def _outer(self) -> Mapping[int, Tree]:
        """The nodes outside all functions, by residue."""
        found: dict[int, Tree] = {}
        self._enter(self.answer, found)
        return found

    @cached_property
    def nodes(self) -> Mapping[int, Tree]:
        """The answer's nodes by residue, the outermost of equal ones."""
        found = dict(self._outer)
        for node in walk(self.answer):
            for argument in node.arguments if isinstance(node, Call) else ():
                if self.value_of(argument) is not None:
                    self._enter(argument, found)
        return found

    @cached_property
    def _forms(self) -> Mapping[Tree, Tree]:
        """The answer's nodes by how they are written."""
        found: dict[Tree, Tree] = {}
        for node in walk(self.answer):
            if isinstance(node, Call | Sum | Quotient | Product):
                found.setdefault(bare(node), node)
        return found

    def _enter(self, tree: Tree, found: dict[int, Tree]) -> None:
        """Note the nodes of a tree, functions not opened."""
        waiting, seen = [tree], self.seen
        while waiting:
            node = waiting.pop()
            kind = type(node)
            if kind is not Negative and (value := seen.get(id(node))) is not None:
                found.setdefault(value, node)
            if kind is not Name and kind is not Call and kind is not Number:
                waiting.extend(reversed(children(node)))

    def value_of(self, node: Tree) -> int | None:
        """Give the residue of a node of the answer, None where it has none."""
        known = self.seen.get(id(node))
        if known is None:
            # on its own storey, what a function is applied to was not seen
            with suppress(Unknown):
                return self.residues.of(node, self.seen)
        return known

    def holds(self, piece: Piece) -> bool:
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
        for tree in (*mistake.shows[:1], *mistake.shown_as[-1:]):
            value = self.residues.known(tree)
            node = node or (self.nodes.get(value) if value is not None else None)
        return node.span if node is not None else None

    def _form(self, tree: Tree) -> Tree | None:
        """Find a node that is written exactly so."""
        return self._forms.get(tree)
