"""What a student's own text says for one mistake and against another of equal value, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from symnn.errors import Span
from symnn.grading.diagnosis.mistakes import Mistake
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
        self._nodes: dict[int, Tree] = {}
        self._outer: set[int] = set()
        self._forms: dict[Tree, Tree] | None = None
        self._values: dict[Tree, int] = {}
        self._enter(answer, seen, self._outer)
        calls = [node for node in walk(answer) if isinstance(node, Call)]
        for call in calls:
            for argument in call.arguments:
                self._look_inside(argument, seen)

    def _enter(self, tree: Tree, seen: dict[int, int], outer: set[int] | None) -> None:
        """Note the nodes of a tree, functions not opened; those outside all functions also as ``outer``."""
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            value = seen.get(id(node))
            if value is not None and not isinstance(node, Negative):
                self._nodes.setdefault(value, node)
                if outer is not None:
                    outer.add(value)
            if not isinstance(node, Call):
                waiting.extend(reversed(children(node)))

    def _look_inside(self, argument: Tree, seen: dict[int, int]) -> None:
        """Evaluate what a function is applied to: on its own storey it was not seen."""
        with suppress(Unknown):
            self.residues.of(argument, seen)
            self._enter(argument, seen, None)

    def nodes(self) -> Mapping[int, Tree]:
        """Give the answer's nodes by residue, the outermost of equal ones."""
        return self._nodes

    def weigh(self, mistake: Mistake) -> float:
        """Say how much likelier (negative) or unlikelier the text makes a mistake."""
        weight = 0.0
        if mistake.form is not None:
            weight += _WRITTEN if self._form(mistake.form) is not None else _NOT_WRITTEN
        elif mistake.shows:
            weight += self._shown(mistake)
        if mistake.lacks:
            present = any(self._value(tree) in self._outer for tree in mistake.lacks) or self._outside(
                mistake.lacked_as
            )
            weight += _NOT_LACKED if present else _LACKED
        return weight

    def _shown(self, mistake: Mistake) -> float:
        if self._outside(mistake.shows) or self._outside(mistake.shown_as):
            return _SHOWN
        values = (self._value(tree) for tree in mistake.shows)
        return _NOT_SHOWN if any(value not in self._nodes for value in values) else 0.0

    def _outside(self, trees: tuple[Tree, ...]) -> bool:
        """Say whether an answer holds all these (at least one), not inside functions."""
        return bool(trees) and all(self._value(tree) in self._outer for tree in trees)

    def span(self, mistake: Mistake) -> Span | None:
        """Say where in the answer the mistake stands; nothing for what is missing."""
        node = self._form(mistake.form) if mistake.form is not None else None
        for tree in (*mistake.shows[:1], *mistake.shown_as[-1:]):
            node = node or self._nodes.get(self._value(tree))
        return node.span if node is not None else None

    def _value(self, tree: Tree) -> int:
        """Give the residue of a tree, -1 where it has none."""
        known = self._values.get(tree)
        if known is None:
            try:
                known = self.residues.of(tree)
            except Unknown:
                known = -1
            self._values[tree] = known
        return known

    def _form(self, tree: Tree) -> Tree | None:
        """Find a node that is written exactly so."""
        if self._forms is None:
            self._forms = {}
            for node in walk(self.answer):
                if isinstance(node, Call | Sum | Quotient | Product):
                    self._forms.setdefault(bare(node), node)
        return self._forms.get(tree)
