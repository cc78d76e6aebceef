"""What a student's own text says for one mistake and against another of equal value, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from symnn.errors import Span
from symnn.grading.diagnosis.mistakes import Mistake
from symnn.grading.diagnosis.residues import Residues, Unknown
from symnn.language.tree import Call, Name, Negative, Number, Product, Quotient, Sum, Tree, bare, walk

__all__ = ["Evidence"]

_SHOWN, _NOT_SHOWN = -0.12, 0.3
_LACKED, _NOT_LACKED = -0.04, 0.08
_WRITTEN, _NOT_WRITTEN = -0.25, 0.35


class Evidence:
    """An answer's nodes by their residues: a piece is found in whatever spelling the student chose."""

    def __init__(self, answer: Tree, seen: dict[int, int], residues: Residues) -> None:
        self.answer = answer
        self.residues = residues
        self._nodes: dict[int, Tree] = {}
        self._forms: dict[Tree, Tree] | None = None
        for node in walk(answer):
            if isinstance(node, Call):
                self._look_inside(node, seen)
            value = seen.get(id(node))
            if value is not None and not isinstance(node, Negative):
                self._nodes.setdefault(value, node)
        self._known: dict[Tree, Tree | None] = {}

    def _look_inside(self, call: Call, seen: dict[int, int]) -> None:
        """Evaluate what a function is applied to: on its own storey it was not seen."""
        for argument in call.arguments:
            with suppress(Unknown):
                self.residues.of(argument, seen)

    def nodes(self) -> Mapping[int, Tree]:
        """Give the answer's nodes by residue, the outermost of equal ones."""
        return self._nodes

    def weigh(self, mistake: Mistake) -> float:
        """Say how much likelier (negative) or unlikelier the text makes a mistake."""
        weight = 0.0
        if mistake.form is not None:
            weight += _WRITTEN if self._form(mistake.form) is not None else _NOT_WRITTEN
        elif mistake.shows:
            weight += _SHOWN if all(self._node(tree) is not None for tree in mistake.shows) else _NOT_SHOWN
        if mistake.lacks:
            weight += _LACKED if all(self._node(tree) is None for tree in mistake.lacks) else _NOT_LACKED
        return weight

    def span(self, mistake: Mistake) -> Span | None:
        """Say where in the answer the mistake stands; nothing for what is missing."""
        node = self._form(mistake.form) if mistake.form is not None else None
        for tree in mistake.shows[:1]:
            node = node or self._node(tree)
        return node.span if node is not None else None

    def _node(self, tree: Tree) -> Tree | None:
        """Find the first node of the answer that is worth as much as a tree."""
        if tree not in self._known:
            try:
                self._known[tree] = self._nodes.get(self.residues.of(tree))
            except Unknown:
                self._known[tree] = None
        return self._known[tree]

    def _form(self, tree: Tree) -> Tree | None:
        """Find a node that is written exactly so."""
        if self._forms is None:
            self._forms = {}
            for node in walk(self.answer):
                if isinstance(node, Call | Sum | Quotient | Product):
                    self._forms.setdefault(bare(node), node)
        return self._forms.get(tree)
