"""The products inside a key that a mistake may hit: the whole, one path, the paths through one factor, the step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from symnn.expressions.terms import total
from symnn.expressions.tree import Call, Name, Negative, Sum, Tree
from symnn.misconceptions.anatomy import Anatomy, Term
from symnn.misconceptions.mistakes import Facts, Mistake, facts
from symnn.networks.graph import Graph
from symnn.verdicts import codes

__all__ = ["ALONE", "INSIDE", "Frame", "Way", "frames", "through", "told_way", "way_of"]

INSIDE, ALONE = 0.5, 0.2
"""How much less likely a mistake is that was made in some paths and not in the others, though they have the
same piece; and one before a path (its sign, a factor too many)."""

_MOST_FRAMES = 160


Way: TypeAlias = Literal["", "down", "up"]
"""Which way an update goes: gradient descent or ascent."""


class Frame(Struct, frozen=True, gc=False):
    """A product that may be multiplied by something: the answer is ``rest`` + ``product`` · ratio.

    ``terms`` are the places of its terms in the key; ``labels`` are the pieces common to all terms of the
    product; ``outside`` those found in the other terms too.
    ``mistake`` is what has happened already (a path forgotten, the old value forgotten).
    """

    product: Tree
    rest: Tree
    labels: frozenset[str]
    outside: frozenset[str] = frozenset()
    path: str | tuple[str, ...] = ""
    mistake: Mistake | None = None
    step: Way = ""
    terms: frozenset[int] = frozenset()


def frames(anatomy: Anatomy, graph: Graph) -> tuple[Frame, ...]:
    """List the products of a key, the whole first."""
    found = list(_frames(anatomy, graph))
    return tuple(found[:_MOST_FRAMES])


def _frames(anatomy: Anatomy, graph: Graph) -> Iterator[Frame]:
    terms, old = anatomy.terms, way_of(anatomy.key) if anatomy.old else ""
    rest = Name(anatomy.old) if old else total(())
    everything = frozenset(range(len(terms)))
    yield Frame(_tree(terms), rest, _common(terms), step=old, terms=everything)
    if old:
        only = Mistake(codes.UPDATE_ONLY_STEP, told_way(old), lacks=(Name(anatomy.old),))
        yield Frame(_tree(terms), total(()), _common(terms), mistake=only, step=old)
    subsets = dict.fromkeys(_subsets(terms))
    for subset in subsets:
        if subset in (everything, frozenset()):
            continue
        inside = tuple(terms[place] for place in sorted(subset))
        outside = tuple(term for place, term in enumerate(terms) if place not in subset)
        labels = frozenset(piece.label for term in outside for piece in term.pieces)
        kept = total((rest, _tree(outside)))
        way = through(inside, outside, graph)
        yield Frame(_tree(inside), kept, _common(inside), labels, way, step=old, terms=subset)
    if len(terms) > 1:
        yield from _missing(anatomy, rest, graph)


def way_of(rule: Tree) -> Way:
    """Say which way an update rule ``w - eta*g`` goes.

    >>> from symnn.expressions.terms import difference, plus
    >>> way_of(difference(Name("w"), Name("g"))), way_of(plus(Name("w"), Name("g")))
    ('down', 'up')
    """
    return "down" if isinstance(rule, Sum) and isinstance(rule.terms[-1], Negative) else "up"


def told_way(way: Way) -> Facts:
    """Say that an update goes up; that it goes down is what everybody expects."""
    return facts(way="up") if way == "up" else ()


def _missing(anatomy: Anatomy, rest: Tree, graph: Graph) -> Iterator[Frame]:
    """Give what is left when one term is forgotten."""
    for place, term in enumerate(anatomy.terms):
        left = (*anatomy.terms[:place], *anatomy.terms[place + 1 :])
        way = through((term,), left, graph)
        if term.nodes and way:  # two uses inside one equation go the same way: then the term is what is missing
            mistake = Mistake(codes.MISSING_PATH, facts(through=way))
        else:
            mistake = Mistake(codes.MISSING_TERM, facts(term=term.tree), lacks=(term.tree,))
        others = frozenset(range(len(anatomy.terms))) - {place}
        yield Frame(
            _tree(left),
            rest,
            _common(left),
            mistake=mistake,
            step=way_of(anatomy.key) if anatomy.old else "",
            terms=others,
        )


def _subsets(terms: tuple[Term, ...]) -> Iterator[frozenset[int]]:
    """Give the sets of terms that have a piece in common, and each term alone."""
    holders: dict[str, set[int]] = {}
    for place, term in enumerate(terms):
        for piece in term.pieces:
            holders.setdefault(piece.label, set()).add(place)
    for places in holders.values():
        yield frozenset(places)
    for place in range(len(terms)):
        yield frozenset((place,))


def _common(terms: tuple[Term, ...]) -> frozenset[str]:
    sets = [frozenset(piece.label for piece in term.pieces) for term in terms]
    return frozenset.intersection(*sets) if sets else frozenset()


def _tree(terms: tuple[Term, ...]) -> Tree:
    return total(tuple(term.tree for term in terms))


def through(inside: tuple[Term, ...], outside: tuple[Term, ...], graph: Graph) -> str | tuple[str, ...]:
    """Name the units that tell some paths from the others; where there are none, all that does."""
    common = set.intersection(*(set(term.nodes) for term in inside)) if inside else set()
    apart = common - {node for term in outside for node in term.nodes}
    units = [node for node in graph.definitions if node in apart and isinstance(graph.definitions[node], Call)]
    named = tuple(units or (node for node in graph.definitions if node in apart))
    if not named and inside:
        everywhere = set.intersection(*(set(term.nodes) for term in (*inside, *outside)))
        ways = (node for node in graph.definitions if node in common - everywhere)
        named = tuple(node for node in ways if isinstance(graph.definitions[node], Call))
    return named[0] if len(named) == 1 else named
