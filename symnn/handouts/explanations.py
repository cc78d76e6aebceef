"""Sentences that explain the operations which a derivation brings in, each by its first call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from symnn.expressions.tree import Call, Number, Tree, bare, walk
from symnn.handouts.document import Block, Prose, ProseFact
from symnn.notation.items import Aligned, Line, Piece, Value, one_piece
from symnn.ops import named
from symnn.ops.table import OPERATIONS

__all__ = ["explanations", "statistics"]


def explanations(trees: Iterable[Tree]) -> Iterator[Prose]:
    """Explain, by the first call of each kind, the operations that a derivation brought in."""
    calls: dict[str, Call] = {}
    for tree in trees:
        for node in walk(tree):
            if isinstance(node, Call):
                calls.setdefault(node.function, node)
    for function, call in calls.items():
        if function in OPERATIONS and OPERATIONS[function].explained:
            yield Prose(OPERATIONS[function].explained, _facts(call))


def statistics(rights: Iterable[Tree], worth: Callable[[Tree], Value]) -> Iterator[Block]:
    """Give the mean and the deviation behind what is normalised, on a page with numbers."""
    calls = [node for tree in rights for node in walk(bare(tree)) if isinstance(node, Call)]
    for call in dict.fromkeys(node for node in calls if node.function == named.NORMALIZE):
        parts = [Call(function, call.arguments) for function in (named.MEAN, named.STD)]
        yield Prose("normalised-explained", {"normalised": Piece(call)})
        yield Aligned(tuple(Line(one_piece(part), (), worth(part)) for part in parts))


def _facts(call: Call) -> Mapping[str, ProseFact]:
    inside, *others = call.arguments
    facts: dict[str, ProseFact] = {"sample": Piece(call), "inside": Piece(inside)}
    if others:
        facts |= {"beside": Piece(others[0]), "first": Piece(others[0]), "last": Piece(others[-1])}
    facts["size"] = "×".join(str(other.numerator) for other in others if isinstance(other, Number))
    return facts
