"""What a key is made of: terms, each a product of pieces; a gradient is one term a path."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import product as combinations
from math import prod

from msgspec import Struct

from symnn.derivation.adjoint import resolve
from symnn.derivation.paths import Path, path_count, paths
from symnn.derivation.sweep import derive
from symnn.expressions.literals import constant
from symnn.expressions.terms import ONE, is_number
from symnn.expressions.tree import (
    Call,
    Derivative,
    Name,
    Negative,
    Product,
    Quotient,
    Sum,
    Tree,
    bare,
    number,
    walk,
)
from symnn.misconceptions.pieces import FactorPiece, derivative_at, kind_of, pieces_of, unit_derivative
from symnn.networks.graph import Graph

__all__ = ["MOST_TERMS", "Anatomy", "Term", "anatomy", "path_term"]

MOST_TERMS = 64
"""A gradient of more paths than this is one piece."""


class Term(Struct, frozen=True, gc=False):
    """A product of pieces with a sign; ``nodes`` are the quantities that its path goes through."""

    sign: int
    pieces: tuple[FactorPiece, ...]
    nodes: tuple[str, ...] = ()
    wrt: str = ""

    @property
    def tree(self) -> Tree:
        """The term written as a product; a 1, left where numbers cancel (λ/2 · 2 · w), is not written."""
        factors = tuple(piece.tree for piece in self.pieces if not is_number(piece.tree, 1))
        whole = ONE if not factors else factors[0] if len(factors) == 1 else Product(factors)
        return Negative(whole) if self.sign < 0 else whole


class Anatomy(Struct, frozen=True, gc=False):
    """The terms of a key. ``old`` is the parameter of an update rule, whose other terms are the step.

    ``of`` and ``wrt`` name the derivative where the key holds exactly one.
    """

    key: Tree
    terms: tuple[Term, ...]
    of: str = ""
    wrt: str = ""
    old: str = ""


def anatomy(key: Tree, graph: Graph) -> Anatomy:
    r"""Take a key apart: ``diff(E, w1)``, ``w1 - eta*diff(E, w1)``, or any other tree.

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("a = w*x\nE = (a - z)^2")
    >>> [piece.label for piece in anatomy(Derivative(Name("E"), Name("w")), graph).terms[0].pieces]
    ['2', 'a - z', 'x']
    """
    plain = bare(key)
    terms = tuple(_terms(plain, graph))
    found = {pair for node in walk(plain) if (pair := _named(node)) is not None}
    of, wrt = found.pop() if len(found) == 1 else ("", "")
    old = ""
    if wrt and isinstance(plain, Sum) and plain.terms[0] == Name(wrt):
        old = wrt
        terms = terms[1:]
    return Anatomy(plain, tuple(_grouped(term, graph) for term in terms), of, wrt, old)


def _named(node: Tree) -> tuple[str, str] | None:
    """Give the names of a derivative of one quantity by another."""
    match node:
        case Derivative(Name(of), Name(wrt)):
            return of, wrt
    return None


def _terms(tree: Tree, graph: Graph) -> list[Term]:
    """List the terms of a tree: sums and gradients are opened, sums inside products stay whole."""
    match tree:
        case Sum(parts):
            return [term for part in parts for term in _terms(part, graph)]
        case Negative(operand):
            return [_times(-1, term) for term in _terms(operand, graph)]
        case Derivative():
            return _gradient(tree, graph)
        case Product(factors):
            lists = [_terms(factor, graph) if _opens(factor) else [_atom(factor, graph)] for factor in factors]
            return [_multiplied(chosen) for chosen in combinations(*lists)]
        case Quotient(over, under) if over != ONE:
            inverse = _atom(Quotient(ONE, under), graph)
            return [_multiplied((term, inverse)) for term in (_terms(over, graph))]
    return [_atom(tree, graph)]


def _opens(tree: Tree) -> bool:
    """Say whether a factor is itself a product or holds a gradient."""
    if isinstance(tree, Negative | Product | Quotient):
        return True
    return any(isinstance(node, Derivative) for node in walk(tree))


def _atom(tree: Tree, graph: Graph) -> Term:
    if is_number(tree, 1):
        return Term(1, ())
    if isinstance(tree, Call) and tree.order == 1:
        return Term(1, (derivative_at(tree, graph),))
    return Term(1, (FactorPiece(tree, kind_of(tree, graph)),))


def _times(sign: int, term: Term) -> Term:
    return Term(sign * term.sign, term.pieces, term.nodes, term.wrt)


def _multiplied(terms: Iterable[Term]) -> Term:
    sign, wrt = 1, ""
    pieces: list[FactorPiece] = []
    nodes: list[str] = []
    for term in terms:
        sign *= term.sign
        pieces += term.pieces
        nodes += term.nodes
        wrt = wrt or term.wrt
    return Term(sign, tuple(pieces), tuple(nodes), wrt)


def _gradient(tree: Derivative, graph: Graph) -> list[Term]:
    """Give one term for each path of a gradient."""
    pair = _named(tree)
    if pair is None:
        resolved, _ = resolve(tree, graph)
        return [Term(1, (FactorPiece(resolved, "other"),))]
    of, wrt = pair
    if of == wrt:
        return [Term(1, ())]
    derivation = derive(graph, of, (wrt,))
    if not 0 < path_count(derivation, wrt) <= MOST_TERMS:
        return [Term(1, (FactorPiece(tree, "other"),), wrt=wrt)]
    return [path_term(path, graph) for path in paths(derivation, wrt)]


def path_term(path: Path, graph: Graph) -> Term:
    """Write one path as a term."""
    sign = 1
    pieces: list[FactorPiece] = []
    for factor in path:
        turned, found = pieces_of(factor, graph)
        sign *= turned
        pieces += found
    return Term(sign, tuple(pieces), tuple(factor.of for factor in path), path[-1].wrt)


def _grouped(term: Term, graph: Graph) -> Term:
    """Join y and 1 - y that were typed apart into f'(a)."""
    pieces = list(term.pieces)
    trees = [piece.tree for piece in pieces]
    for value in sorted(name for name in graph.definitions if Name(name) in trees):
        whole = unit_derivative(value, graph)
        trees = [piece.tree for piece in pieces]
        if whole is None or len(whole.parts) < 2 or any(part not in trees for part in whole.parts):  # noqa: PLR2004
            continue
        pieces[trees.index(whole.parts[0])] = whole
        for part in whole.parts[1:]:
            pieces.remove(next(piece for piece in pieces if piece.tree == part))
    return Term(term.sign, _one_number(pieces), term.nodes, term.wrt)


def _one_number(pieces: list[FactorPiece]) -> tuple[FactorPiece, ...]:
    """Multiply the numbers of a term; 1/2 and 2 of a halved loss become a 1 that remembers where it is from."""
    numbers = [piece for piece in pieces if piece.kind == "number"]
    if len(numbers) < 2:  # noqa: PLR2004 - one number stays as it is
        return tuple(pieces)
    value = prod((constant(piece.tree) or Fraction(0) for piece in numbers), start=Fraction(1))
    merged = FactorPiece(number(value), "number", loss=all(piece.loss for piece in numbers))
    place = pieces.index(numbers[0])
    kept = [piece for piece in pieces if piece.kind != "number"]
    return (*kept[:place], merged, *kept[place:])
