"""A derivation as the public sees it: mathematics in a notebook, text, SymPy, data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from symnn.derivation.adjoint import adjoint_name, extended
from symnn.derivation.by_sympy import Check, all_expanded, expanded_sympy
from symnn.derivation.deltas import delta
from symnn.derivation.matrices import MatrixDerivation
from symnn.derivation.paths import Path, path_count, paths
from symnn.derivation.paths import gradient as written_gradient
from symnn.derivation.sweep import Derivation as Sweep
from symnn.derivation.sweep import derive
from symnn.errors import Fact, Problem, UsageError
from symnn.expressions.terms import ZERO
from symnn.expressions.tree import Derivative, Name, Tree
from symnn.expressions.writing import plain
from symnn.handouts.handout import Handout
from symnn.messages import Language, language, raisable
from symnn.networks.expansion import entry_names
from symnn.networks.formula import formula_size
from symnn.networks.graph import Graph
from symnn.networks.network import Network as Model
from symnn.notation.items import Aligned, Line, expression, one_piece
from symnn.notation.tex import aligned

__all__ = ["Derivation"]

SYMPY_LIMIT = 50_000
"""Derivatives with more names and numbers than this, everything written out, are counted, not written."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derivation of one result by one or more quantities; shown as mathematics in a notebook.

    By tensors it is in matrix form: errors and gradients with their shapes, shared weights one term a use.

    >>> import symnn
    >>> d = symnn.network("bp-2-2-1").derive("E", wrt="w1")
    >>> d.path_count("w1"), d.check().sympy
    (1, True)
    >>> symnn.network("rnn").derive(wrt="V").gradient()
    "(diff(E, h_3) ⊙ g'(V*s_3))*transpose(s_3)"
    """

    handout: Handout

    def __post_init__(self) -> None:
        """Derive now, so that what cannot be derived is said where it was asked for."""
        _ = self.handout.derivation

    @property
    def model(self) -> Model:
        """The network that is derived."""
        return self.handout.network

    @property
    def of(self) -> str:
        """The quantity that is derived; where players have losses of their own, that of the last."""
        return self.handout.derivation.of

    @property
    def wrt(self) -> tuple[str, ...]:
        """The quantities by which it is derived; tensors whole."""
        return tuple(name for side in self.handout.sides for name in side.derivation.wrt)

    @property
    def sweep(self) -> Sweep:
        """The backward sweep through numbers; that of tensors entry by entry."""
        return _entrywise(self.handout.derivation)

    @property
    def paths(self) -> dict[str, tuple[Path, ...]]:
        """For each quantity (of tensors each entry) its paths: tuples of named factors whose parts are kept apart."""
        sweeps = [_entrywise(side.derivation) for side in self.handout.sides]
        return {name: paths(sweep, name) for sweep in sweeps for name in sweep.wrt}

    @property
    def terms(self) -> dict[str, dict[str, str]]:
        """For each quantity, what every use of it gives: of a shared weight one term a time step or layer."""
        return {name: self._terms(name) for name in self.wrt}

    def _terms(self, wrt: str) -> dict[str, str]:
        made = self._by(wrt)
        if isinstance(made, MatrixDerivation):
            return {term.user: plain(made.named(term.tree)) for term in made.error_of(wrt).terms}
        own = delta(made, wrt)
        return {term.of: plain(own.term(term)) for term in own.terms}

    def path_count(self, wrt: str) -> int:
        """Count the paths to a quantity, without walking them; a tensor counts as one quantity."""
        made = self._by(wrt)
        if isinstance(made, MatrixDerivation):
            return made.path_counts.get(wrt, 0)
        return path_count(made, wrt)

    def gradient(self, wrt: str | None = None) -> str:
        """Write a derivative in the network's names, factors in the lecture's order; by a tensor in matrix form."""
        return plain(self._gradient(self.wrt[0] if wrt is None else wrt))

    def _gradient(self, wrt: str) -> Tree:
        made = self._by(wrt)
        return (
            made.named(made.error_of(wrt).formula)
            if isinstance(made, MatrixDerivation)
            else written_gradient(made, wrt)
        )

    def _by(self, wrt: str) -> Sweep | MatrixDerivation:
        """Give the derivation by one quantity, of the loss that it belongs to."""
        for side in self.handout.sides:
            if wrt in side.derivation.wrt:
                return side.derivation
        return replace(self.handout, wrt=(wrt,)).derivation

    def latex(self, lang: Language = "en") -> str:
        """Write the derivation as a complete LaTeX document (xelatex, ctex)."""
        return self._written("latex", lang)

    def markdown(self, lang: Language = "en") -> str:
        """Write the derivation as Markdown with ``$…$``."""
        return self._written("markdown", lang)

    def text(self, lang: Language = "en") -> str:
        """Write the derivation for a terminal."""
        return self._written("text", lang)

    def html(self, lang: Language = "en") -> str:
        """Write the derivation as a page that needs nothing else."""
        return self._written("html", lang)

    def _written(self, to: str, lang: Language) -> str:
        return str(self.handout.written(to, lang))

    def sympy(self, wrt: str | None = None) -> Any:
        """Give the derivative in inputs and parameters, everything written out: an expression, a matrix or an array.

        By a vector it is a column, by what has more than two axes an array of SymPy.
        Raises: UsageError with the count where everything written out would be too large for SymPy.
        """
        import sympy

        name = self.wrt[0] if wrt is None else wrt
        made = self._by(name)
        if not isinstance(made, MatrixDerivation):
            return expanded_sympy(made.graph, written_gradient(made, name))
        shape = made.graph.shapes.get(name, ())
        larger = extended(made.graph.entrywise, made.of)
        known = [adjoint_name(made.of, entry) for entry in entry_names(name, shape)]
        _demand_small(larger, name, known)
        entries = all_expanded(larger, [Name(one) if one in larger.definitions else ZERO for one in known])
        if len(shape) > 2:  # noqa: PLR2004 - more than a matrix
            return sympy.ImmutableDenseNDimArray(entries, shape)
        return sympy.ImmutableMatrix(shape[0], len(entries) // shape[0], entries) if shape else entries[0]

    def check(self) -> Check:
        """Re-derive everything with SymPy, and say whether it agrees."""
        return self.handout.check

    def to_dict(self) -> dict[str, Any]:
        """Give what ``derive --to json`` prints."""
        return self.handout.data()

    def _repr_latex_(self) -> str:
        lines = (Line(one_piece(self._named(name)), (expression(self._gradient(name)),)) for name in self.wrt)
        body = aligned(Aligned(tuple(lines)), self.handout.symbols)
        return f"$$\\begin{{aligned}}\n{body}\n\\end{{aligned}}$$"

    def _named(self, wrt: str) -> Tree:
        return Derivative(Name(self._by(wrt).of), Name(wrt))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Show the derivation in a notebook, in the language of the environment."""
        from symnn.handouts.notebook import bundle

        return bundle(self.handout.document(), language(None, os.environ)) | {"text/latex": self._repr_latex_()}

    def __str__(self) -> str:
        return self.text()


def _entrywise(made: Sweep | MatrixDerivation) -> Sweep:
    """Give a derivation entry by entry."""
    return derive(made.graph, made.of, made.wrt) if isinstance(made, MatrixDerivation) else made


def _demand_small(graph: Graph, wrt: str, entries: Sequence[str]) -> None:
    """Refuse, by counting only, to write out what SymPy would not come to an end with."""
    size = sum(formula_size(graph, entry) for entry in entries)
    if size > SYMPY_LIMIT:
        facts: dict[str, Fact] = {"wrt": wrt, "size": size, "entries": len(entries), "limit": SYMPY_LIMIT}
        raise raisable(UsageError, Problem("too-large-for-sympy", facts))
