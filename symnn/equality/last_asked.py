"""What was found of the answer that was asked about last: the references of a part are asked one by one."""

from __future__ import annotations

from symnn.equality.meaning import Meaning
from symnn.equality.regions import Condition, conditions
from symnn.equality.residue_points import drawn_seed
from symnn.expressions.tree import Tree, bare

__all__ = ["LastAsked"]


class LastAsked:
    """The answer that was asked about last, and what it asks of its quantities and is looked at by."""

    __slots__ = ("_conditions", "_seed")

    def __init__(self) -> None:
        self._conditions: tuple[Tree, tuple[Condition, ...]] | None = None
        self._seed: tuple[Tree, str, bytes] | None = None

    def conditions(self, answer: Tree, meaning: Meaning) -> tuple[Condition, ...]:
        """List what an answer asks of its quantities. Raises TooLarge."""
        if self._conditions is None or self._conditions[0] is not answer:
            self._conditions = answer, conditions(answer, meaning)
        return self._conditions[1]

    def seed(self, answer: Tree, text: str, meaning: Meaning) -> bytes:
        """Draw the seed of an answer's points."""
        if self._seed is None or self._seed[0] is not answer or self._seed[1] != text:
            self._seed = answer, text, drawn_seed(meaning.key, meaning.digest, (text or repr(bare(answer))).encode())
        return self._seed[2]
