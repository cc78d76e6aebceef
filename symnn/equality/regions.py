"""Where formulas have real values: what stands under logarithms, even roots, arcs and symbolic powers.

Two formulas are equal where both are real and defined, so what either of them asks of a quantity holds for both:
beside log x, x is positive. What is real nowhere has no value, and nothing that it is part of has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.equality.drawing import domain_points
from symnn.equality.enclosing import BallPoint, NoValue
from symnn.equality.meaning import Domain, Interval, Lambda, Meaning, Opaque
from symnn.equality.polynomials import Polynomials, settled
from symnn.equality.ranges import Ranges
from symnn.equality.witness import COARSEST, FirstPoint, value_or_none
from symnn.equality.work import spend
from symnn.expressions.literals import TooLarge, constant
from symnn.expressions.tree import (
    Call,
    Constant,
    Name,
    Negative,
    Number,
    Power,
    Quotient,
    Sum,
    Tree,
    bare,
    children,
    names,
    number,
    substitute,
    walk,
)
from symnn.expressions.writing import plain
from symnn.numeric.balls import precision
from symnn.ops.bounds import REAL_LINE
from symnn.ops.table import CHOOSING, OPERATIONS

__all__ = ["Condition", "conditions", "differing", "divisors", "narrowed", "never_holding"]

_MOST_STEPS = 4_000
_LOOKED_AT = 40
"""So many points are looked at for one where only one of two formulas has a value."""
_SHOWN = 3
_ONE: Tree = Number(1)


class Condition(Struct, frozen=True):
    """What may not be negative for a formula to have a value; ``strict``: nor 0. ``of`` is the part that asks it."""

    tree: Tree
    of: Tree
    strict: bool = False

    def written(self) -> str:
        """Write it as an inequality, with the negative terms on the right."""
        terms = self.tree.terms if isinstance(self.tree, Sum) else (self.tree,)
        left = tuple(term for term in terms if not isinstance(term, Negative))
        right = tuple(term.operand for term in terms if isinstance(term, Negative))
        return f"{_side(left)} >{'' if self.strict else '='} {_side(right)}"


def _side(terms: tuple[Tree, ...]) -> str:
    return plain(terms[0] if len(terms) == 1 else Sum(terms) if terms else Number(0))


def conditions(tree: Tree, meaning: Meaning) -> tuple[Condition, ...]:
    """List what a formula asks of its quantities, each once; named results are taken as they are.

    Raises: `TooLarge`.

    >>> tree = Call("log", (Sum((Name("x"), Negative(Name("y")))),))
    >>> [one.written() for one in conditions(tree, Meaning())]
    ['x > y']
    """
    if meaning.complex:
        return ()
    found = tuple(_conditions(tree, meaning))
    if not found:  # the most by far, and spans need not be taken away for nothing
        return ()
    return tuple(dict.fromkeys(Condition(bare(one.tree), bare(one.of), one.strict) for one in found))


def _conditions(tree: Tree, meaning: Meaning) -> Iterator[Condition]:
    waiting, steps = [tree], 0
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        steps += 1
        if steps > _MOST_STEPS:
            raise TooLarge
        yield from _of_node(node, meaning)
        waiting.extend(_inside(node, meaning))


def _inside(node: Tree, meaning: Meaning) -> tuple[Tree, ...]:
    """List what may ask something inside a node: its parts, or a function's formula at them.

    What is chosen asks nothing where it is not chosen.
    """
    if isinstance(node, Call) and node.function not in meaning.functions and node.function in CHOOSING:
        return node.arguments[:1]
    formula = meaning.formula(node) if isinstance(node, Call) else None
    if not isinstance(node, Call) or formula is None or len(formula.parameters) != len(node.arguments):
        return children(node)
    if not _may_ask(formula, meaning.functions):
        return node.arguments
    return (substitute(formula.body, dict(zip(formula.parameters, node.arguments, strict=True))),)


def _may_ask(formula: Lambda, functions: Mapping[str, Lambda | Opaque]) -> bool:
    """Say whether the formula of a function may ask anything of its arguments, beyond what these ask themselves."""
    return any(
        isinstance(node, Call | Power | Constant)
        and not (isinstance(node, Call) and node.function not in functions and _is_everywhere(node.function))
        and not (isinstance(node, Power) and isinstance(node.exponent, Number) and node.exponent.denominator == 1)
        for node in walk(formula.body)
    )


def _is_everywhere(function: str) -> bool:
    """Say whether an elementary function has a value wherever its arguments have one."""
    operation = OPERATIONS.get(function)
    return operation is not None and operation.definition is None and operation.domain == REAL_LINE


def _of_node(node: Tree, meaning: Meaning) -> Iterator[Condition]:
    match node:
        case Call(function, (argument,), 0) if function in OPERATIONS and function not in meaning.functions:
            domain = OPERATIONS[function].domain
            if domain.low is not None:
                yield Condition(_moved(argument, -domain.low), node, domain.low_open)
            if domain.high is not None:
                yield Condition(_moved(Negative(argument), domain.high), node, domain.high_open)
        case Power(base, exponent):
            power = constant(exponent)
            if power is None and base != Constant("e"):
                power = settled(exponent)
            if base != Constant("e") and (power is None or power.denominator % 2 == 0):
                yield Condition(base, node, power is not None and power < 0)
        case Constant("i"):
            yield Condition(Negative(_ONE), node)


def _moved(tree: Tree, offset: Fraction) -> Tree:
    return Sum((number(offset), tree)) if offset else tree


def never_holding(found: Iterable[Condition], meaning: Meaning) -> Condition | None:
    """Give the first of some conditions that provably holds nowhere, or only on a set without extent.

    >>> never_holding(conditions(Call("log", (Negative(Number(1)),)), Meaning()), Meaning()).of.function
    'log'
    """
    ranges = Ranges(meaning)
    for condition in found:
        reach = ranges.bounds(condition.tree)
        if reach.negative or (condition.strict and reach.high <= 0):
            return condition
    return None


def narrowed(found: Iterable[Condition], meaning: Meaning) -> Meaning | None:
    """Give the meaning in which the quantities are where some conditions hold; None if no value is left to one.

    Only what a condition says of a single quantity is taken: x > 0, 1 − 2x > 0, x³y² > 0.

    >>> found = conditions(Call("sqrt", (Sum((Number(1), Negative(Name("x")))),)), Meaning())
    >>> narrowed(found, Meaning()).domain("x")
    Interval(low=None, high=Fraction(1, 1), open=False)
    """
    domains: dict[str, Domain] = {}
    ranges = Ranges(meaning)
    for condition in found:
        bound = _bound(condition.tree, ranges, meaning)
        if bound is None:
            continue
        name, low, high = bound
        domain = _meeting(domains.get(name, meaning.domain(name)), low, high)
        if domain is None:
            return None
        domains[name] = domain
    changed = {name: domain for name, domain in domains.items() if domain != meaning.domain(name)}
    return replace(meaning, domains=MappingProxyType({**meaning.domains, **changed})) if changed else meaning


def _bound(tree: Tree, ranges: Ranges, meaning: Meaning) -> tuple[str, Fraction | None, Fraction | None] | None:
    """Give the quantity that a condition bounds, from below or from above."""
    if isinstance(tree, Name):
        return None if tree.name in meaning.equations else (tree.name, Fraction(0), None)
    polynomials = Polynomials({})
    found = polynomials.factored(tree)
    if found is None:
        return None
    positive = found.constant > 0
    odd: list[Tree] = []
    for factor, times in found.factors:
        reach = ranges.bounds(factor)
        if times % 2 == 0 or reach.low >= 0:
            continue
        if reach.high <= 0:
            positive = not positive
        else:
            odd.append(factor)
    return _straight(polynomials, odd[0], positive=positive, meaning=meaning) if len(odd) == 1 else None


def _straight(
    polynomials: Polynomials, factor: Tree, *, positive: bool, meaning: Meaning
) -> tuple[str, Fraction | None, Fraction | None] | None:
    """Give the bound that a + b x > 0, or < 0, is for x."""
    terms = polynomials.terms(factor) or ()
    offset = sum((value for value, what in terms if what == _ONE), Fraction(0))
    moving = [(value, what) for value, what in terms if what != _ONE]
    if len(moving) != 1 or not isinstance(moving[0][1], Name) or moving[0][1].name in meaning.equations:
        return None
    slope, name = moving[0][0], moving[0][1].name
    edge = -offset / slope
    return (name, edge, None) if (slope > 0) == positive else (name, None, edge)


def _meeting(domain: Domain, low: Fraction | None, high: Fraction | None) -> Domain | None:
    """Give the part of a domain between two bounds, None if it is empty."""
    known = Interval(Fraction(0), None) if domain == "positive" else domain
    if isinstance(known, Interval):
        low = known.low if low is None else low if known.low is None else max(low, known.low)
        high = known.high if high is None else high if known.high is None else min(high, known.high)
    if low is not None and high is not None and low >= high:
        return None
    return "positive" if low == 0 and high is None else Interval(low, high)


def differing(
    answer: Tree, reference: Tree, mine: tuple[Condition, ...], theirs: tuple[Condition, ...], first: FirstPoint
) -> tuple[str, ...]:
    """List the conditions of two equal formulas that narrow down where one of them has a value and the other none.

    Each provably fails on an open set where the other formula has a value.
    """
    if {(one.tree, one.strict) for one in mine} == {(one.tree, one.strict) for one in theirs}:
        return ()
    meaning = first.meaning
    ranges = Ranges(meaning)
    unsure: list[Condition] = [one for one in dict.fromkeys((*mine, *theirs)) if not _holds(one, ranges)]
    failing: dict[Condition, None] = {}
    for _, values in zip(range(_LOOKED_AT), domain_points(first.free_names(names(answer)), meaning), strict=False):
        with precision(COARSEST):
            point = BallPoint(meaning, values)
            fails = [one for one in unsure if one not in failing and _fails(one, point)]
            if fails:
                yours, expected = value_or_none(point, answer), value_or_none(point, reference)
                for lacking, having, asked in ((yours, expected, mine), (expected, yours, theirs)):
                    if isinstance(lacking, NoValue) and lacking.around and not isinstance(having, NoValue | None):
                        failing.update(dict.fromkeys(one for one in fails if one in asked))
        spend(len(values) + point.steps)
        if len(failing) >= min(_SHOWN, len(unsure)):
            break
    return _told(failing, meaning)


def _holds(condition: Condition, ranges: Ranges) -> bool:
    """Say whether a condition provably never fails."""
    return ranges.bounds(condition.tree).low >= 0


def _fails(condition: Condition, point: BallPoint) -> bool:
    value = value_or_none(point, condition.tree)
    return value is not None and not isinstance(value, NoValue) and bool(value < 0)


def _told(found: Iterable[Condition], meaning: Meaning) -> tuple[str, ...]:
    """Write some conditions as inequalities, of several bounds of one quantity the nearest."""
    ranges = Ranges(meaning)
    told: dict[str, None] = {}
    bounds: dict[tuple[str, str], tuple[Fraction, str]] = {}
    for condition in found:
        bound = _bound(condition.tree, ranges, meaning)
        if bound is None:
            told[condition.written()] = None
            continue
        name, low, high = bound
        sign, edge = (">", -low) if low is not None else ("<", high or Fraction(0))
        one = (edge, "" if condition.strict else "=")
        bounds[name, sign] = min(one, bounds.get((name, sign), one))
    for (name, sign), (edge, equal) in bounds.items():
        told[f"{name} {sign}{equal} {-edge if sign == '>' else edge}"] = None
    return tuple(told)


def divisors(tree: Tree, meaning: Meaning) -> Iterator[Tree]:
    """List what a tree divides by, also in the formulas of the functions that it calls; parts that are one object once.

    >>> from symnn.expressions.writing import plain
    >>> quotient = Quotient(Name("z"), Call("sigmoid", (Name("a"),)))
    >>> [plain(under) for under in divisors(quotient, Meaning())]
    ['sigmoid(a)', '1 + exp(-a)']
    """
    seen: set[int] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name | Number) or id(node) in seen:
            continue
        seen.add(id(node))
        yield from _own(node, meaning)
        waiting.extend(reversed(children(node)))


def _own(node: Tree, meaning: Meaning) -> Iterator[Tree]:
    """List what a node itself divides by."""
    match node:
        case Quotient(_, under):
            yield under
        case Power(base, exponent) if (power := constant(exponent)) is None or power < 0:
            yield base
        case Call():
            formula = meaning.formula(node)
            if formula is not None and len(formula.parameters) == len(node.arguments):
                inside = dict(zip(formula.parameters, node.arguments, strict=True))
                yield from (substitute(under, inside) for under in divisors(formula.body, meaning))
