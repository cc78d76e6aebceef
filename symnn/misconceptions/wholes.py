"""Mistakes that give a whole other answer: another derivative, a path too many, paths multiplied, stopped early."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from msgspec.structs import replace

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.paths import path_count, paths
from symnn.derivation.sweep import derive
from symnn.derivation.updates import RATE
from symnn.expressions.terms import TWO, difference, minus, plus, product, times, total
from symnn.expressions.tree import Call, Derivative, Name, Power, Tree, mapped, names, substitute
from symnn.misconceptions.anatomy import Anatomy, Term, path_term
from symnn.misconceptions.equation_slips import size_of, with_equations
from symnn.misconceptions.frames import through
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.pieces import FactorPiece, kind_of
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.ops.table import OF_NUMBERS, mistaken_for
from symnn.verdicts import codes

__all__ = ["wholes"]

_MOST_PATHS = 16
_MOST_OTHERS = 60
_MOST_EXCHANGED = 16
_MOST_FORGOTTEN = 6
"""Of more paths than this, those that are left are not gone through in all combinations."""
_MOST_UNITS = 12
"""Around so many units, and pairs of them, paths are forgotten where there are many paths."""
_FORGOTTEN = 1.3
_LOST = 1.0
_MOST_CARRIED = 12
_CARRIED = frozenset(("weight", "derivative"))
"""What each step back multiplies by, in networks with at most so many such factors."""
_SMALL = 200
"""In larger networks only weights of the key itself are exchanged: what depends on others is long to write out."""


def wholes(anatomy: Anatomy, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """List whole wrong answers, each with its tree; derivatives by name are those of the extended graph."""
    if len(anatomy.terms) > 1 and all(term.nodes for term in anatomy.terms):
        yield from _multiplied(anatomy)
        yield from _several_missing(anatomy, graph)
        yield from _lost_throughout(anatomy)
        yield from _other_activation(anatomy, graph)
    if anatomy.of and not anatomy.old:
        yield Mistake(codes.NOT_DIFFERENTIATED, facts(what=anatomy.of), 1.0, (Name(anatomy.of),)), Name(anatomy.of)
        yield Mistake(codes.EXPONENT, facts(meant="1", wrote="2"), 1.2), Power(_key(anatomy), TWO)
        yield from _updates(anatomy, graph)
        yield from _exchanged(anatomy, graph)
        yield from _extra_paths(anatomy, graph)
        yield from _all_alike(anatomy, graph)
    if anatomy.of:
        yield from _other_derivatives(anatomy, graph)


def _several_missing(anatomy: Anatomy, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """Forget the paths through one unit, or several that none has in common: only the direct one is there."""
    terms = anatomy.terms
    for kept in dict.fromkeys(_kept(terms)):
        missing = [term for place, term in enumerate(terms) if place not in kept]
        ways = _ways_of(missing, [terms[place] for place in kept], graph)
        rest = _rule(anatomy, [terms[place] for place in kept])
        if len(ways) > 1:
            yield Mistake(codes.MISSING_PATH, facts(through=ways, how="several"), _FORGOTTEN), rest
        elif ways and len(missing) > 1:
            yield Mistake(codes.MISSING_PATH, facts(through=ways[0])), rest


def _rule(anatomy: Anatomy, terms: Iterable[Term]) -> Tree:
    """Add terms of a key, behind the old value in an update rule."""
    old = (Name(anatomy.old),) if anatomy.old else ()
    return total((*old, *(term.tree for term in terms)))


def _lost_throughout(anatomy: Anatomy) -> Iterator[tuple[Mistake, Tree]]:
    """Lose a factor wherever it stands, as often as it stands there, or two: what ``w (1 - h^2)`` carries back in time.

    One that stands once in each of its terms is lost by a `frames.Frame`.
    """
    terms = anatomy.terms
    pieces = dict.fromkeys(piece for term in terms for piece in term.pieces if piece.kind in _CARRIED)
    often = [piece for piece in pieces if any(term.pieces.count(piece) > 1 for term in terms)]
    if len(pieces) > _MOST_CARRIED:
        return
    slopes = tuple(piece for piece in pieces if piece.kind == "derivative")
    between = tuple(piece for piece in pieces if not all(piece in term.pieces for term in terms))
    lost = dict.fromkeys((*((piece,) for piece in often), *combinations(pieces, 2), slopes, between))
    for several in filter(None, lost):
        left = [replace(term, pieces=tuple(one for one in term.pieces if one not in several)) for term in terms]
        factors = tuple(piece.tree for piece in several)
        told = facts(factor=factors[0] if len(factors) == 1 else tuple(piece.label for piece in several))
        cost = _LOST * min(len(several), 2)
        yield Mistake(codes.MISSING_FACTOR, told, cost, lacks=factors), _rule(anatomy, left)


def _other_activation(anatomy: Anatomy, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """Take the slope of another activation at all units: h (1 - h) of a sigmoid where they are tanh."""
    slopes = [piece for piece in dict.fromkeys(p for term in anatomy.terms for p in term.pieces) if _is_slope(piece)]
    functions = {graph.known_as(piece.tree.function) for piece in slopes if isinstance(piece.tree, Call)}
    if len(slopes) < 2 or len(functions) > 1:  # noqa: PLR2004 - one unit's slope is a factor like others
        return
    meant = functions.pop()
    for other in mistaken_for(meant) if meant in OF_NUMBERS else ():
        if other == named.IDENTITY:
            continue
        instead = {piece: _slope(other, piece.tree) for piece in slopes if isinstance(piece.tree, Call)}
        told = facts(meant=meant, wrote=other)
        wrong = [replace(term, pieces=tuple(instead.get(one, one) for one in term.pieces)) for term in anatomy.terms]
        lacks = tuple(piece.tree for piece in slopes)
        yield Mistake(codes.ACTIVATION_WRONG, told, _FORGOTTEN, lacks=lacks), _rule(anatomy, wrong)


def _is_slope(piece: FactorPiece) -> bool:
    return isinstance(piece.tree, Call) and piece.tree.order == 1 and len(piece.tree.arguments) == 1


def _slope(activation: str, call: Call) -> FactorPiece:
    """Write the slope of an activation with the value that a unit has, whatever that is of."""
    value = Call(call.function, call.arguments)
    return FactorPiece(product(OF_NUMBERS[activation].partials(value, call.arguments[0])[0]), "other")


def _kept(terms: tuple[Term, ...]) -> Iterator[tuple[int, ...]]:
    """List which paths may be there alone: of few any, of many those that go around one unit or two."""
    places = range(len(terms))
    if len(terms) <= _MOST_FORGOTTEN:
        for count in range(1, len(terms) - 1):
            yield from combinations(places, count)
        return
    units = tuple(dict.fromkeys(node for term in terms for node in term.nodes))
    for count in (1, 2):
        for around in combinations(units[:_MOST_UNITS], count):
            kept = tuple(place for place in places if not set(around).intersection(terms[place].nodes))
            if 0 < len(kept) < len(terms):
                yield kept


def _ways_of(missing: list[Term], kept: list[Term], graph: Graph) -> tuple[str, ...]:
    """Name the units through which all of some paths go, and none of the others; nothing if units do not tell them."""
    others = {node for term in kept for node in term.nodes}
    ways: list[str] = []
    left = missing
    while left:
        apart = [node for node in graph.definitions if node not in others and any(node in term.nodes for term in left)]
        if not apart:
            return ()
        widest = max(apart, key=lambda node: sum(node in term.nodes for term in left))
        ways.append(widest)
        left = [term for term in left if widest not in term.nodes]
    return tuple(name for name in graph.definitions if name in ways)


def _key(anatomy: Anatomy) -> Tree:
    """Give the key as a tree, by its name where it is just a derivative."""
    if anatomy.key == Derivative(Name(anatomy.of), Name(anatomy.wrt)):
        return Name(adjoint_name(anatomy.of, anatomy.wrt))
    return total(tuple(term.tree for term in anatomy.terms))


def _updates(anatomy: Anatomy, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """Give the update of a weight, or its step, where only the gradient is asked."""
    if anatomy.wrt in graph.parameters:
        step = times(Name(RATE), _key(anatomy))
        for tree in (difference(Name(anatomy.wrt), step), plus(Name(anatomy.wrt), step), minus(step)):
            yield Mistake(codes.UPDATE_GIVEN), tree


def _exchanged(anatomy: Anatomy, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """Exchange two weights of one equation throughout, in the derivative and in what it is taken at."""
    pairs: dict[tuple[str, str], None] = {}
    for equation in graph.equations:
        weights = [name for name in equation.uses if name in graph.parameters]
        pairs.update(dict.fromkeys(combinations(weights, 2)))
    key = total(tuple(term.tree for term in anatomy.terms))
    used = frozenset(names(key))
    reached = used.union(*(graph.ancestors(name) for name in used))
    small = size_of(graph) <= _SMALL
    near = sorted((pair for pair in pairs if small or not used.isdisjoint(pair)), key=used.isdisjoint)
    for first, second in near[: _MOST_EXCHANGED // len(anatomy.terms)]:
        other = {first: Name(second), second: Name(first)}
        affected = [equation for equation in graph.equations if {first, second} & set(equation.uses)]
        changed = {equation.left: substitute(equation.right, other) for equation in affected}
        tree = with_equations(substitute(key, other), graph, changed)
        yield _confused(first, second, reached), tree


def _confused(first: str, second: str, reached: frozenset[str]) -> Mistake:
    """Say that two weights were exchanged, or that one stands for the other where only that one matters."""
    if first in reached and second in reached:
        return Mistake(codes.WRONG_QUANTITY, facts(meant=(first, second), wrote=(second, first)), 1.2)
    meant, wrote = (first, second) if first in reached else (second, first)
    return Mistake(codes.WRONG_QUANTITY, facts(meant=meant, wrote=wrote), 1.2, (Name(wrote),), (Name(meant),))


def _multiplied(anatomy: Anatomy) -> Iterator[tuple[Mistake, Tree]]:
    """Multiply the paths instead of adding them, the common factors once or each time."""
    terms = anatomy.terms
    mistake = Mistake(codes.PATHS_MULTIPLIED)
    everywhere = set.intersection(*({piece.label for piece in term.pieces} for term in terms))
    heads = _shared(terms, everywhere, first=True)
    for common in (frozenset(), everywhere, heads, _shared(terms, everywhere, first=False)):
        once = [piece.tree for piece in terms[0].pieces if piece.label in common]
        inner = [piece.tree for term in terms for piece in term.pieces if piece.label not in common]
        yield mistake, product((*once, *inner))


def _shared(terms: tuple[Term, ...], everywhere: set[str], *, first: bool) -> frozenset[str]:
    """Name the common pieces at the beginning (or the end) of all terms."""
    shared = []
    order = terms[0].pieces if first else terms[0].pieces[::-1]
    for piece in order:
        if piece.label not in everywhere:
            break
        shared.append(piece.label)
    return frozenset(shared)


def _other_derivatives(anatomy: Anatomy, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """Take the derivative by another parameter, or stop at a quantity on the way."""
    on_way = {node for term in anatomy.terms for node in term.nodes}
    reached = graph.ancestors(anatomy.of)
    for name in [name for name in graph.quantities if name in reached][: _MOST_OTHERS * 2]:
        if name in (anatomy.of, anatomy.wrt):
            continue
        tree = _with_derivative(anatomy, Name(adjoint_name(anatomy.of, name)))
        if name in on_way:
            yield Mistake(codes.STOPPED_EARLY, facts(at=name), 1.04), tree
        elif graph.quantities[name].role == "parameter":
            yield Mistake(codes.OTHER_DERIVATIVE, facts(quantity=name), 1.1), tree


def _with_derivative(anatomy: Anatomy, other: Tree) -> Tree:
    """Put another derivative where the key has its own: in ``-eta*diff(E, w1)`` or ``w1 - eta*diff(E, w1)``."""
    own = Derivative(Name(anatomy.of), Name(anatomy.wrt))
    return mapped(anatomy.key, lambda node: other if node == own else None)


def _all_alike(anatomy: Anatomy, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """Add the derivatives by all weights of an equation where the one by a single weight is asked."""
    for equation in graph.equations:
        kin = [name for name in equation.uses if kind_of(Name(name), graph) == kind_of(Name(anatomy.wrt), graph)]
        kin = [name for name in kin if name in graph.parameters and name not in graph.biases]
        if anatomy.wrt in kin and len(kin) > 1:
            others = tuple(name for name in kin if name != anatomy.wrt)
            tree = total(tuple(_with_derivative(anatomy, Name(adjoint_name(anatomy.of, name))) for name in kin))
            yield Mistake(codes.EXTRA_PATH, facts(through=others), 1.25), tree


def _extra_paths(anatomy: Anatomy, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """Add a path that leads elsewhere, or one of the own paths twice."""
    key = _key(anatomy)
    for place, term in enumerate(anatomy.terms):
        others = (*anatomy.terms[:place], *anatomy.terms[place + 1 :])
        if others:
            way = through((term,), others, graph)
            twice = Mistake(codes.EXTRA_PATH, facts(through=way), 1.2)
            yield twice if way else Mistake(codes.EXTRA_TERM, facts(term=term.tree), 1.2), plus(key, term.tree)
    derivation = derive(graph, anatomy.of, tuple(name for name in graph.parameters if name != anatomy.wrt))
    for name in derivation.wrt[:_MOST_OTHERS]:
        if not 0 < path_count(derivation, name) <= _MOST_PATHS:
            continue
        for path in paths(derivation, name):
            term = path_term(path, graph)
            way = through((term,), anatomy.terms, graph)
            units = way if isinstance(way, tuple) else (way,)
            if way and all(anatomy.wrt not in graph.ancestors(unit) for unit in units):
                told = facts(through=way, quantity=anatomy.wrt)
                yield Mistake(codes.FOREIGN_PATH, told, 1.3), plus(key, term.tree)
            else:
                yield Mistake(codes.EXTRA_PATH, facts(through=way or name), 1.3), plus(key, term.tree)
