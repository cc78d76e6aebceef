"""The same slip made in every place alike: no f' in any path, f for f' throughout, one index wrong in a whole layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from msgspec.structs import replace

from symnn.expressions.terms import ONE, plus, product, total
from symnn.expressions.tree import Call, Name, Tree
from symnn.expressions.writing import plain
from symnn.misconceptions.anatomy import Anatomy, Term
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.pieces import FactorPiece
from symnn.misconceptions.small_changes import other_tensors
from symnn.misconceptions.universe import complement
from symnn.networks.graph import Graph
from symnn.verdicts import codes

__all__ = ["everywhere"]

COST, _MOST_TENSORS = 1.25, 8
"""A habit is likelier than the same slip made twice by accident, rarer than one slip."""


def everywhere(anatomy: Anatomy, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """List the answers with one habit throughout: over all derivatives, and over each layer of the paths."""
    terms = anatomy.terms
    derivatives = _distinct(piece for term in terms for piece in term.pieces if piece.kind == "derivative")
    if len(derivatives) > 1:
        yield from _derivatives(anatomy, derivatives)
    for layer in _layers(terms):
        if layer[0].kind == "derivative" and len(layer) < len(derivatives):
            yield from _derivatives(anatomy, layer)
        elif layer[0].kind != "derivative":
            yield _without(anatomy, layer)
        yield from _shifted(anatomy, layer, graph)
        yield from _of_another_tensor(anatomy, layer, graph)


def _distinct(pieces: Iterator[FactorPiece]) -> tuple[FactorPiece, ...]:
    return tuple(dict.fromkeys(pieces))


def _layers(terms: tuple[Term, ...]) -> Iterator[tuple[FactorPiece, ...]]:
    """Give the pieces that stand in the same place of all paths and differ from path to path."""
    if len(terms) < 2 or len({len(term.pieces) for term in terms}) > 1:  # noqa: PLR2004 - two paths
        return
    for column in zip(*(term.pieces for term in terms), strict=True):
        layer = _distinct(iter(column))
        if len(layer) > 1 and len({piece.kind for piece in layer}) == 1:
            yield layer


def _rewritten(anatomy: Anatomy, layer: tuple[FactorPiece, ...], change: Callable[[FactorPiece], Tree]) -> Tree:
    """Write the key with every piece of a layer changed."""
    terms: list[Tree] = [Name(anatomy.old)] if anatomy.old else []
    for term in anatomy.terms:
        trees = tuple(change(piece) if piece in layer else piece.tree for piece in term.pieces)
        terms.append(replace(term, pieces=tuple(FactorPiece(tree, "other") for tree in trees)).tree)
    return total(tuple(terms))


def _without(anatomy: Anatomy, layer: tuple[FactorPiece, ...]) -> tuple[Mistake, Tree]:
    labels = tuple(piece.label for piece in layer)
    mistake = Mistake(codes.MISSING_FACTOR, facts(factor=labels), COST, lacks=tuple(piece.tree for piece in layer))
    return mistake, _rewritten(anatomy, layer, lambda _: ONE)


def _derivatives(anatomy: Anatomy, layer: tuple[FactorPiece, ...]) -> Iterator[tuple[Mistake, Tree]]:
    """List the habits with f': left out, written f, written f(1+f), a part of it left out."""
    yield _without(anatomy, layer)
    values = tuple(plain(_value(piece)) for piece in layer)
    mistake = Mistake(codes.FUNCTION_FOR_DERIVATIVE, facts(of=values), COST - 0.05)
    yield mistake, _rewritten(anatomy, layer, _value)
    for place in range(max(len(piece.parts) for piece in layer)):
        parts = tuple(piece.parts[place] for piece in layer if len(piece.parts) > place)
        if len(parts) < len(layer) or len(layer[0].parts) < 2:  # noqa: PLR2004 - f' of one part has none to lose
            continue
        labels = tuple(map(plain, parts))
        mistake = Mistake(codes.MISSING_FACTOR, facts(factor=labels), COST + 0.1, lacks=parts)
        yield mistake, _rewritten(anatomy, layer, lambda piece, place=place: _other_parts(piece, place))  # type: ignore[misc]
        insides = [complement(part) for part in parts]
        if all(inside is not None for inside in insides):
            mistake = Mistake(codes.ONE_PLUS, facts(of=tuple(plain(inside) for inside in insides if inside)), COST)
            yield mistake, _rewritten(anatomy, layer, lambda piece, place=place: _one_plus(piece, place))  # type: ignore[misc]


def _value(piece: FactorPiece) -> Tree:
    return Call(piece.tree.function, piece.tree.arguments) if isinstance(piece.tree, Call) else piece.tree


def _other_parts(piece: FactorPiece, place: int) -> Tree:
    return product((*piece.parts[:place], *piece.parts[place + 1 :]))


def _one_plus(piece: FactorPiece, place: int) -> Tree:
    inside = complement(piece.parts[place])
    wrong = plus(ONE, inside) if inside is not None else piece.parts[place]
    return product((*piece.parts[:place], wrong, *piece.parts[place + 1 :]))


def _shifted(anatomy: Anatomy, layer: tuple[FactorPiece, ...], graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """Exchange the pieces of a layer for those of another parameter: w24, w25 for w14, w15."""
    if layer[0].kind != "weight":
        return
    for wrong in _neighbours(layer, graph):
        meant, wrote = tuple(piece.label for piece in layer), tuple(wrong)
        change = dict(zip(layer, wrong, strict=True))
        mistake = Mistake(codes.WRONG_QUANTITY, facts(meant=meant, wrote=wrote), COST, tuple(map(Name, wrong)))
        yield mistake, _rewritten(anatomy, layer, lambda piece, change=change: Name(change[piece]))  # type: ignore[misc]
    if len(layer) > 1:
        turned = layer[1:] + layer[:1]
        exchange = dict(zip(layer, turned, strict=True))
        labels = tuple(piece.label for piece in layer)
        mistake = Mistake(codes.WRONG_QUANTITY, facts(meant=labels, wrote=tuple(piece.label for piece in turned)), COST)
        yield mistake, _rewritten(anatomy, layer, lambda piece: exchange[piece].tree)


def _of_another_tensor(
    anatomy: Anatomy, layer: tuple[FactorPiece, ...], graph: Graph
) -> Iterator[tuple[Mistake, Tree]]:
    """Exchange the entries of a tensor in a layer for those of another: Y for the normalised N."""
    labels = tuple(piece.label for piece in layer)
    families = {label.partition("[")[0] for label in labels}
    if len(families) > 1 or not all("[" in label and label in graph.quantities for label in labels):
        return
    name = families.pop()
    for _, entries in islice(other_tensors(name, labels, graph), _MOST_TENSORS):
        told = facts(meant=labels, wrote=tuple(entries.values()))
        mistake = Mistake(codes.WRONG_QUANTITY, told, COST, tuple(map(Name, entries.values())))
        yield mistake, _rewritten(anatomy, layer, lambda piece, entries=entries: Name(entries[piece.label]))  # type: ignore[misc]


def _neighbours(layer: tuple[FactorPiece, ...], graph: Graph) -> Iterator[tuple[str, ...]]:
    """Give the weights that stand at another signal in the equations where those of the layer stand."""
    beside = []
    for piece in layer:
        equation = next((equation for equation in graph.equations if piece.label in equation.uses), None)
        if equation is None:
            return
        weights = [name for name in equation.uses if name in graph.parameters]
        beside.append((weights, weights.index(piece.label)) if piece.label in weights else ([], 0))
    shortest = min(len(weights) for weights, _ in beside)
    own = {place for _, place in beside}
    for place in range(shortest):
        if place not in own:
            yield tuple(weights[place] for weights, _ in beside)
