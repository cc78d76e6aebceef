"""One piece of a key stands as something else: what that is, the answer itself says in its own words."""

from __future__ import annotations

from collections.abc import Iterator

from symnn.expressions.tree import Name, Number, Product, Tree, names
from symnn.expressions.writing import plain
from symnn.misconceptions.alongside import Alongside
from symnn.misconceptions.anatomy import Anatomy
from symnn.misconceptions.dictionary import DEAREST, Base, Candidate, Dictionary, Group
from symnn.misconceptions.evidence import Evidence
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.pieces import Piece
from symnn.misconceptions.ranking import in_frame
from symnn.verdicts import codes

__all__ = ["OwnWords"]

INSTEAD, MORE = 1.8, 1.6
_MOST_FACTORS = 3
"""A longer product of an answer is not one thing that stands for another."""

_LIKELY, _FEW = 1.1, 2.1


class OwnWords:
    """Looks for a part of an answer by which it is wrong: the key with one piece exchanged for that part is the answer.

    The dictionary knows what students usually write; here anything may stand there, as long as it is written down.
    """

    def __init__(self, taken: Anatomy, dictionary: Dictionary, alongside: Alongside) -> None:
        self.dictionary = dictionary
        self.alongside = alongside
        self.modulus = dictionary.modulus
        own = dict.fromkeys(piece for term in taken.terms for piece in term.pieces if piece.kind != "number")
        self._alone = next(iter(own)) if len(own) == 1 and len(taken.terms) == 1 else None
        worths = ((piece, tree, dictionary.residues.known(tree)) for piece in own for tree in _trees(piece))
        self._pieces = tuple((piece, tree, worth) for piece, tree, worth in worths if worth)
        self._inverses = tuple(pow(worth, -1, self.modulus) for _, _, worth in self._pieces)
        likely = (group for group in dictionary.groups if group.cost <= _LIKELY)
        self._turns = tuple((group.inverse, group) for group in likely)

    def candidates(self, value: int, evidence: Evidence) -> list[Candidate]:
        """List what explains an answer by its own parts, in the whole with a usual mistake besides."""
        found = list(self._beside(evidence))
        nodes = evidence.seen.nodes
        # most ratios lead nowhere, and one look says so for all pieces at once
        leading = {node * inverse % self.modulus for node in nodes for inverse in self._inverses} | nodes.keys()
        for place, base in enumerate(self.dictionary.bases):
            ratio = (value - base.rest) * base.inverse % self.modulus
            if ratio in leading:
                found += self._instead(ratio, base, None, evidence)
            if not place and not found:
                for inverse, group in self._turns:
                    if (turned := ratio * inverse % self.modulus) in leading:
                        found += self._instead(turned, base, group, evidence)
        return [candidate for candidate in found if candidate.cost <= DEAREST]

    def _beside(self, evidence: Evidence) -> Iterator[Candidate]:
        """Lay an answer beside a key that is a single piece: the derivative of a sum inside one equation."""
        if self._alone is not None and names(evidence.answer):
            found = self.alongside.mistakes(evidence.answer, self._alone.tree, evidence.value_of)
            if 0 < (cost := sum(mistake.cost for mistake in found)) <= _FEW:
                yield Candidate(found, (), cost)

    def _instead(self, ratio: int, base: Base, group: Group | None, evidence: Evidence) -> Iterator[Candidate]:
        nodes, frame = evidence.seen.nodes, base.frame
        fixed = () if frame.mistake is None else (frame.mistake,)
        places = () if group is None else ((group, base),)
        spent = sum(mistake.cost for mistake in fixed) + (group.cost if group is not None else 0.0)
        more = nodes.get(ratio)
        if more is not None and _is_one_thing(more, evidence.answer) and group is None:
            extra = Mistake(codes.EXTRA_FACTOR, facts(factor=plain(more)), MORE, (more,))
            told = in_frame(extra, (), frame)
            yield Candidate((*fixed, told), (), spent + told.cost)
        # that the only piece of a key belongs there would be the answer
        for piece, tree, worth in self._pieces if self._alone is None else ():
            node = nodes.get(ratio * worth % self.modulus)
            if node is None or piece.label not in frame.labels or not _is_one_thing(node, evidence.answer):
                continue
            mistakes = tuple(in_frame(one, (piece.label,), frame) for one in self._named(node, tree, evidence))
            yield Candidate((*fixed, *mistakes), places, spent + sum(mistake.cost for mistake in mistakes))

    def _named(self, node: Tree, meant: Tree, evidence: Evidence) -> tuple[Mistake, ...]:
        """Name by what one tree is made of the other, or only that it stands in its place."""
        found = self.alongside.mistakes(node, meant, evidence.value_of)
        foreign = any(mistake.kind is codes.WRONG_FACTOR for mistake in found)
        if found and not foreign and sum(mistake.cost for mistake in found) <= INSTEAD:
            return found
        both_names = isinstance(node, Name) and isinstance(meant, Name)
        kind = codes.WRONG_QUANTITY if both_names else codes.WRONG_FACTOR
        told = facts(meant=plain(meant), wrote=plain(node))
        return (Mistake(kind, told, INSTEAD, (node,), (meant,)),)


def _trees(piece: Piece) -> tuple[Tree, ...]:
    return (piece.tree, *piece.parts) if len(piece.parts) > 1 else (piece.tree,)


def _is_one_thing(node: Tree, answer: Tree) -> bool:
    """Say whether a part of an answer may be called what stands there."""
    if node is answer and not isinstance(node, Name):
        return False
    return not isinstance(node, Number) and not (isinstance(node, Product) and len(node.factors) > _MOST_FACTORS)
