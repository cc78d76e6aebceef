"""What a student may put in the place of a piece: the other pieces of the same derivation, the near ones first."""

from __future__ import annotations

from msgspec import Struct

from symnn.derivation.updates import RATE
from symnn.expressions.terms import ONE, difference
from symnn.expressions.tree import Call, Name, Tree, names, walk
from symnn.misconceptions.anatomy import Anatomy
from symnn.misconceptions.pieces import FactorPiece, kind_of, unit_derivative
from symnn.networks.graph import Graph

__all__ = ["MOST_PIECES", "Universe", "universe"]

MOST_PIECES = 40
"""In larger networks only so many of the nearest pieces count as plausible."""


class Universe(Struct, frozen=True, gc=False):
    """Plausible pieces: ``own`` stand in the key, ``others`` beside them; ``arguments`` are names of quantities."""

    own: tuple[FactorPiece, ...]
    others: tuple[FactorPiece, ...]
    arguments: tuple[str, ...]


def universe(anatomy: Anatomy, graph: Graph) -> Universe:
    """List the pieces of a key and what they may be confused with."""
    own = tuple(dict.fromkeys(piece for term in anatomy.terms for piece in term.pieces))
    distance = _distances(own, graph)
    named = [
        FactorPiece(Name(name), kind_of(Name(name), graph)) for name in graph.quantities if _is_scalar(name, graph)
    ]
    candidates = [piece for piece in named if piece.kind not in ("sum", "loss")]
    candidates += [found for name in graph.definitions if (found := unit_derivative(name, graph)) is not None]
    candidates += _errors(graph)
    if any(piece.kind == "rate" for piece in own):
        candidates.append(FactorPiece(Name(RATE), "rate"))
    ranked = sorted(candidates, key=lambda piece: (_nearness(piece, distance), piece.label))
    labels = {piece.label for piece in own}
    others = tuple(piece for piece in ranked if piece.label not in labels)[:MOST_PIECES]
    arguments = sorted(
        (name for name in graph.quantities if graph.quantities[name].role in ("input", "intermediate", "result")),
        key=lambda name: (distance.get(name, len(graph.quantities)), name),
    )
    return Universe(own, others, tuple(name for name in arguments if _is_scalar(name, graph))[:MOST_PIECES])


def _is_scalar(name: str, graph: Graph) -> bool:
    quantity = graph.quantities[name]
    return quantity.shape == () and quantity.role != "adjoint"


def _errors(graph: Graph) -> list[FactorPiece]:
    """Give y - z for every output that is compared with a target."""
    nodes = (node for equation in graph.equations for node in walk(equation.right))
    errors = dict.fromkeys(node for node in nodes if kind_of(node, graph) == "error")
    return [FactorPiece(node, "error") for node in errors if len(names(node)) == 2]  # noqa: PLR2004 - y - z


def _distances(own: tuple[FactorPiece, ...], graph: Graph) -> dict[str, int]:
    """Count, for every quantity, the equations between it and the pieces of the key."""
    distance = dict.fromkeys((name for piece in own for name in names(piece.tree)), 0)
    neighbours: dict[str, set[str]] = {}
    for equation in graph.equations:
        for name in equation.uses:
            neighbours.setdefault(name, set()).add(equation.left)
            neighbours.setdefault(equation.left, set()).add(name)
    edge = list(distance)
    while edge:
        reached = []
        for name in edge:
            for other in sorted(neighbours.get(name, ())):
                if other not in distance:
                    distance[other] = distance[name] + 1
                    reached.append(other)
        edge = reached
    return distance


def _nearness(piece: FactorPiece, distance: dict[str, int]) -> int:
    return max((distance.get(name, len(distance)) for name in names(piece.tree)), default=0)


def complement(part: Tree) -> Tree | None:
    """Give v for a part that is 1 - v, else None.

    >>> complement(difference(ONE, Name("y")))
    Name(name='y', span=None)
    """
    match part:
        case Call() | Name():
            return None
    inside = names(part)
    if len(inside) == 1 and part == difference(ONE, Name(inside[0])):
        return Name(inside[0])
    return None
