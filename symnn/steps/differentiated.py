"""A network with its derivatives worked out beforehand, and what trees with derivatives are worth at one point."""

from __future__ import annotations

from collections.abc import Iterable

from symnn.derivation.adjoint import extended, resolve
from symnn.equality.residue_code import NotScalar
from symnn.errors import SymnnError
from symnn.expressions.tree import Tree, bare
from symnn.misconceptions.residues import NoResidue, Residues
from symnn.networks.graph import Graph

__all__ = ["FixedPoint", "differentiated"]

_FEW_EQUATIONS = 40
_MOST_KEPT = 1024


def differentiated(graph: Graph, wanted: Iterable[str] = ()) -> Graph:
    r"""Differentiate every quantity of a small network by everything, once for all answers; of a large one ``wanted``.

    >>> from symnn.networks.models import graph_from_text
    >>> graph = differentiated(graph_from_text("a = w*x\nE = (a - z)^2"))
    >>> "da/dw" in graph.definitions, "dE/dw" in graph.definitions
    (True, True)
    """
    computed = tuple(equation.left for equation in graph.equations)
    if graph.shapes:
        return graph
    for name in computed if len(computed) <= _FEW_EQUATIONS else dict.fromkeys(wanted):
        graph = extended(graph, name)
    return graph


class FixedPoint:
    """One fixed public point: it says where to look, it decides nothing.

    A tree that has no value there, or a derivative that was not worked out beforehand, is worth None.
    """

    def __init__(self, graph: Graph, key: Tree) -> None:
        value, self.graph = resolve(key, graph)
        self._residues: Residues | None
        try:
            self._residues = Residues(self.graph, value)
        except NotScalar:
            self._residues = None  # a network of tensors has no residues: its steps are compared whole
        self.modulus = self._residues.modulus if self._residues is not None else 1
        self._kept: dict[Tree, int | None] = {}

    def worth(self, tree: Tree) -> int | None:
        """Give the residue of a tree, its derivatives carried out.

        >>> from symnn.networks.models import graph_from_text
        >>> from symnn.expressions.tree import Derivative, Name
        >>> point = FixedPoint(differentiated(graph_from_text("a = w*x")), Name("a"))
        >>> point.worth(Derivative(Name("a"), Name("w"))) == point.worth(Name("x"))
        True
        """
        plain = bare(tree)
        if plain not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[plain] = self._value(plain)
        return self._kept[plain]

    def _value(self, tree: Tree) -> int | None:
        try:
            value, graph = resolve(tree, self.graph)
            return self._residues.of(value) if self._residues is not None and graph is self.graph else None
        except (NoResidue, SymnnError):
            return None
