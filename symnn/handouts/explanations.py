"""Sentences that explain the operations which a derivation brings in, each by its first call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from symnn.expressions.tree import Call, Number, Tree, walk
from symnn.handouts.document import Prose, ProseFact
from symnn.notation.items import Piece
from symnn.ops.table import OPERATIONS

__all__ = ["explanations"]


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


def _facts(call: Call) -> Mapping[str, ProseFact]:
    inside, *others = call.arguments
    facts: dict[str, ProseFact] = {"sample": Piece(call), "inside": Piece(inside)}
    if others:
        facts |= {"beside": Piece(others[0]), "first": Piece(others[0]), "last": Piece(others[-1])}
    facts["size"] = "×".join(str(other.numerator) for other in others if isinstance(other, Number))
    return facts
