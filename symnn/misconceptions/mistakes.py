"""One thing that a student may have done wrong, and an explanation made of one to three of them."""

from __future__ import annotations

from msgspec import Struct

from symnn.expressions.tree import Tree
from symnn.verdicts.codes import FindingKind
from symnn.verdicts.finding import Told, in_words

__all__ = ["Explanation", "Facts", "Mistake", "facts"]

Facts = tuple[tuple[str, Told], ...]
"""Facts by name, in alphabetical order, so that mistakes can be compared and sorted; formulas are trees."""


def facts(**given: Told) -> Facts:
    """Order facts by name; what is empty is left out.

    >>> facts(wrote="x2", meant="x1", path="")
    (('meant', 'x1'), ('wrote', 'x2'))
    """
    return tuple((name, fact) for name, fact in sorted(given.items()) if fact not in ("", ()))


class Mistake(Struct, frozen=True, gc=False):
    """A kind of finding with its facts, how unlikely it is, and by what the answer shows it.

    ``shows`` are trees that the answer holds if it was this mistake, in any spelling of equal value; ``lacks``
    those that it does not hold. The products ``shown_as`` and ``lacked_as`` are the same in factors, which an
    answer may hold apart (y and 1 - y for f'). ``form`` is a tree that it holds literally.
    """

    kind: FindingKind
    facts: Facts = ()
    cost: float = 1.0
    shows: tuple[Tree, ...] = ()
    lacks: tuple[Tree, ...] = ()
    shown_as: tuple[Tree, ...] = ()
    lacked_as: tuple[Tree, ...] = ()
    form: Tree | None = None

    @property
    def code(self) -> str:
        """The code of what is found."""
        return self.kind.code

    @property
    def name(self) -> tuple[str, Facts]:
        """What the mistake is called: the code and the facts, all of them lists so that they can be sorted."""
        return self.code, tuple((name, _listed(in_words(fact))) for name, fact in self.facts)


def _listed(fact: object) -> tuple[str, ...]:
    return fact if isinstance(fact, tuple) else (str(fact),)


class Explanation(Struct, frozen=True, gc=False):
    """Mistakes that together give exactly the student's answer.

    ``aliases`` are other explanations of the same value, which the answer cannot tell apart from this one.
    """

    mistakes: tuple[Mistake, ...]
    cost: float
    aliases: tuple[Explanation, ...] = ()

    @property
    def name(self) -> tuple[tuple[str, Facts], ...]:
        """The names of its mistakes, in order."""
        return tuple(mistake.name for mistake in self.mistakes)
