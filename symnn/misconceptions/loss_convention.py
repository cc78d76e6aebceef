"""Which loss convention a student follows, and whether a whole submission keeps to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import prod
from typing import Final

from msgspec import Struct

from symnn.expressions.literals import constant
from symnn.expressions.terms import difference
from symnn.expressions.tree import Call, Derivative, Name, Number, Power, Product, Quotient, Sum, Tree, walk
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.ops.operation import Operation
from symnn.ops.table import OF_NUMBERS
from symnn.verdicts.verdict import Finding

__all__ = ["AS_DERIVED", "Followed", "ShownConvention", "convention_followed", "loss_numbers", "shown_by"]

AS_DERIVED = ""
"""The convention of a student who writes what the loss gives, 2(y - z) for (y - z)²."""

_NUMBERS: Final = (("missing-2", 1), ("half-loss", 2))
"""The conventions that are not as derived, with the number that is then written before every y - z."""

_SPREAD: Final = frozenset((named.SUM, named.MEAN))


class ShownConvention(Struct, frozen=True):
    """What one answer shows: its convention, and the number (1 or 2) that it has before y - z."""

    which: str
    number: int

    def keeps_to(self, which: str) -> bool:
        """Tell if the answer is what a student of a convention would write.

        Who leaves out every 2 writes y - z for (y - z)² and for ½(y - z)², where it is also as derived.

        >>> [ShownConvention("", 1).keeps_to(which) for which in ("", "missing-2", "half-loss")]
        [True, True, False]
        """
        return self.which == which if which == AS_DERIVED else self.number == dict(_NUMBERS)[which]


class Followed(Struct, frozen=True):
    """The convention of a submission: ``which`` (empty: as derived), in which parts, and the parts against it."""

    which: str
    parts: tuple[str, ...]
    against: tuple[str, ...] = ()


def loss_numbers(key: Tree, graph: Graph) -> frozenset[Fraction]:
    r"""Say which numbers the losses differentiated in a key bring before y - z: 2 for (y - z)², 1 for ½(y - z)².

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("a = w*x\nE = (a - z)^2/2")
    >>> loss_numbers(Derivative(Name("E"), Name("w")), graph)
    frozenset({Fraction(1, 1)})
    """
    losses = (node.of for node in walk(key) if isinstance(node, Derivative))
    return frozenset(number for loss in losses for number in _squares(loss, graph))


def _squares(loss: Tree, graph: Graph) -> frozenset[Fraction]:
    """Give twice the number before every square of which a loss is the sum."""
    match loss:
        case Name(name) if name in graph.definitions:
            return _squares(graph.definitions[name], graph)
        case Power(_, Number(2, 1)):
            return frozenset((Fraction(2),))
        case Call(function) if function in OF_NUMBERS and OF_NUMBERS[function].role == "loss":
            return _before_difference(OF_NUMBERS[function])
        case Sum(terms):
            return frozenset(number for term in terms for number in _squares(term, graph))
        case Call(function, (operand,)) if function in _SPREAD:
            return _squares(operand, graph)
        case Product() | Quotient():
            return _times(loss, graph)
    return frozenset()


def _before_difference(loss: Operation) -> frozenset[Fraction]:
    """Give the number that a loss brings before y - z; none where its derivative is no such product."""
    y, z = Name("y"), Name("z")
    slope = loss.partials(Name("E"), y, z)[0]
    numbers = [number for factor in slope if (number := constant(factor)) is not None]
    is_multiple = difference(y, z) in slope and len(slope) == len(numbers) + 1
    return frozenset((prod(numbers, start=Fraction(1)),)) if is_multiple else frozenset()


def _times(loss: Product | Quotient, graph: Graph) -> frozenset[Fraction]:
    """Multiply the squares of a product by its numbers."""
    factors = loss.factors if isinstance(loss, Product) else (loss.over, Quotient(Number(1), loss.under))
    times, inside = Fraction(1), list[Tree]()
    for factor in factors:
        known = constant(factor)
        if known is None:
            inside.append(factor)
        else:
            times *= known
    return frozenset(times * number for number in _squares(inside[0], graph)) if len(inside) == 1 else frozenset()


def shown_by(findings: Iterable[Finding], loss: Fraction, *, correct: bool) -> ShownConvention | None:
    """Say what one answer shows where the loss brings in a number; None if nothing (wrong for another reason).

    >>> shown_by((Finding("convention", {"which": "missing-2"}),), Fraction(2), correct=False)
    ShownConvention(which='missing-2', number=1)
    >>> shown_by((), Fraction(2), correct=True)
    ShownConvention(which='', number=2)
    """
    named = {str(finding.facts["which"]) for finding in findings if finding.code == "convention"}
    for which, number in _NUMBERS:
        if which in named:
            return ShownConvention(which, number)
    return ShownConvention(AS_DERIVED, int(loss)) if correct else None


def convention_followed(shown: Mapping[str, ShownConvention | None]) -> Followed | None:
    """Say which convention a submission follows, from what each part (in the order of the course) shows.

    The one that most answers keep to counts; of several equally frequent ones as derived, then without the 2.

    >>> halved, kept = ShownConvention("missing-2", 1), ShownConvention("", 2)
    >>> convention_followed({"dw1": halved, "dw2": halved, "dw5": kept, "dw6": None})
    Followed(which='missing-2', parts=('dw1', 'dw2'), against=('dw5',))
    """
    known = {part: one for part, one in shown.items() if one is not None}
    if not known:
        return None
    conventions = (AS_DERIVED, *(which for which, _ in _NUMBERS))
    which = max(conventions, key=lambda which: sum(one.keeps_to(which) for one in known.values()))
    own = tuple(part for part, one in known.items() if one.keeps_to(which))
    return Followed(which, own, tuple(part for part in known if part not in own))
