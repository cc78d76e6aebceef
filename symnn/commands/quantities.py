"""A quantity of a network as a part of its own: for answers without an exercise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from symnn.commands.sources import network_named
from symnn.documents.containers import Nested
from symnn.documents.domain import Domains
from symnn.documents.kinds import Bilingual, exact_value
from symnn.documents.node import Source
from symnn.equality.numbers import Tolerance
from symnn.errors import Place, Problem, UsageError
from symnn.expressions.tree import Matrix, names
from symnn.language.reading import Reading, read
from symnn.messages import raisable
from symnn.networks.network import Network
from symnn.questions.fields import PartFile
from symnn.questions.mathematics import Expression, Mathematics, meaning_of, quantities_of
from symnn.questions.part import Part
from symnn.questions.question import Content

__all__ = ["part_of_network", "tolerance_of"]

USUAL = Tolerance(rel=Fraction(1, 1000))
WAYS = ("abs", "rel", "decimals", "digits")
MOST_DIGITS = 30
NO_TEXT = Bilingual("", "")


def part_of_network(name: str, quantity: str, given: Sequence[str], tolerance: str, answer: str) -> Part:
    """Make the part that asks for a quantity (``y``, ``dE/dw1``): a number where the answer is one, else a formula.

    Of a tensor it asks for a matrix, of numbers or of formulas.
    Raises: UsageError for a missing or unknown quantity or value.
    """
    if not quantity:
        raise raisable(UsageError, Problem("missing-argument", {"name": "--quantity"}))
    network = network_named(name)
    mathematics = Mathematics(network.graph)
    expression = mathematics.expression(Source(quantity, Place("--quantity")))
    if expression is None:
        raise raisable(UsageError, *mathematics.problems)
    numeric = _is_number(answer, mathematics)
    allowed = tolerance_of(tolerance)
    kind = "matrix" if isinstance(expression.value, Matrix) else "number" if numeric else "formula"
    values = _values(network, given, expression, mathematics) if numeric else {}
    meaning = meaning_of(mathematics, Domains(), {}, quantity.encode())
    return Part(
        exercise=network.name,
        file=PartFile(
            quantity, kind, NO_TEXT, Source(quantity, Place("--quantity")), tolerance=allowed if numeric else None
        ),
        network=network.graph,
        base=network.graph,
        content=Content(
            expression, asked=(expression.written,), quantities=quantities_of(expression, meaning.equations)
        ),
        graph=mathematics.graph,
        scope=mathematics.scope,
        meaning=meaning,
        values=MappingProxyType(values),
        at=MappingProxyType({}),
    )


def tolerance_of(text: str) -> Tolerance:
    """Read a tolerance as an option has it. Raises UsageError.

    >>> tolerance_of("decimals=4,cut").decimals
    4
    """
    if not text:
        return USUAL
    way, _, rest = text.partition("=")
    number, *flags = rest.split(",")
    value = exact_value(number)
    whole = value is not None and value.denominator == 1 and 0 <= value <= MOST_DIGITS
    good = way in WAYS and value is not None and value >= 0 and set(flags) <= {"cut", "carry"}
    if not good or value is None or (way in ("decimals", "digits") and not whole):
        raise raisable(UsageError, Problem("not-a-tolerance", {"found": text}))
    cut, carry = "cut" in flags, "carry" in flags
    match way:
        case "abs":
            return Tolerance(abs=value)
        case "rel":
            return Tolerance(rel=value)
        case "digits":
            return Tolerance(digits=int(value), cut=cut)
    return Tolerance(decimals=int(value), cut=cut, carry=carry)


def _is_number(answer: str, mathematics: Mathematics) -> bool:
    reading = read(answer, mathematics.scope)
    return isinstance(reading, Reading) and not names(reading.tree)


def _values(
    network: Network, given: Sequence[str], expression: Expression, mathematics: Mathematics
) -> Mapping[str, Nested]:
    """Give the values at which the quantity is taken. Raises UsageError naming those that are missing."""
    from symnn.equality.meaning import names_reached
    from symnn.numeric.points import points

    values = points(network, given)[0].values
    needed = names_reached(names(expression.value), mathematics.graph.definitions)
    absent = (name for name in needed if name not in values and name not in mathematics.graph.definitions)
    missing = tuple(dict.fromkeys(name.partition("[")[0] for name in absent))
    if missing:
        raise raisable(UsageError, Problem("missing-value", {"names": missing}))
    return values
