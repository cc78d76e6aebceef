"""What makes a wrong answer right if it is changed at one place: the same for numbers and for tensors.

The catalogue knows what students usually do to a key; here an answer is taken as it is written, and every small change
is tried in it. One that makes it right is true whatever the student thought, and it has its place in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Generic, TypeVar

from msgspec import Struct

from symnn.expressions.terms import ONE, TWO, ZERO, difference, minus, plus, unsigned
from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    bare,
    children,
    names,
    number,
    rebuilt,
    walk,
)
from symnn.misconceptions.mistakes import Explanation, Mistake, facts
from symnn.misconceptions.trials import Change, Found, Spot, Trial, put
from symnn.misconceptions.universe import complement
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.ops.table import ACTIVATIONS, OF_NUMBERS, OPERATIONS
from symnn.verdicts import codes

__all__ = ["ONE_MISTAKE", "TWO_MISTAKES", "KnownTree", "Mending", "goes_with"]

ONE_MISTAKE, TWO_MISTAKES, CLEARER = 1.85, 2.6, 0.5
"""What costs more are several mistakes, or too many; one that costs so much less explains an answer better."""

USUAL, LESS_USUAL, RARE, FOREIGN = 1.05, 1.15, 1.3, 1.9
_MOST_NAMES, _MOST_PIECES, _LARGEST = 16, 24, 12
"""So many names and pieces are tried at one place; what has more nodes is not called one thing."""

_FEWEST = 4
"""What has fewer nodes has no part to be mended."""

_MOST_SPOTS, _FEW_SPOTS = 160, 32
"""An answer with more places is not gone through; one with more than a few not for two changes."""

_IDLE = 0.98
"""A function that does not belong is likelier than another one in its place."""

_MOST_NESTED, _MOST_NESTED_OF_NUMBERS = 400, 2_000
"""So many changes of a place are tried with others inside it; each costs a walk, of tensors some 0.15 ms (measured on
residual/by-W, where 2 357 of them took 0.3 s). Where there are more, only places beside each other are changed."""


Worth = TypeVar("Worth", bound=Hashable)


class KnownTree(Struct, Generic[Worth], frozen=True):
    """What a diagnosis knows of a tree: what it is worth, whether that is right, and which one usual mistake is left.

    ``left`` is asked for what an answer is worth after a change, all changes at once.
    """

    worth: Callable[[Tree], Worth | None]
    is_right: Callable[[Tree], bool]
    left: Callable[[Mapping[Worth, Mistake]], tuple[Explanation, ...]]


class Mending:
    """Changes an answer about one network at one place; ``pieces`` are what a right answer is made of."""

    def __init__(self, graph: Graph, pieces: Iterable[Tree], *, of_gradient: bool) -> None:
        self.graph = graph
        parts = tuple(dict.fromkeys(map(bare, pieces)))
        self.pieces = tuple(islice((part for part in parts if not isinstance(part, Number)), _MOST_PIECES))
        self.numbers = tuple(part for part in parts if isinstance(part, Number) and part != ONE)
        self.of_gradient = of_gradient
        self._names: dict[str, tuple[Change, ...]] = {}
        calls = (node for right in graph.definitions.values() for node in walk(right) if isinstance(node, Call))
        units = tuple(call for call in calls if len(call.arguments) == 1)
        self._arguments = tuple(dict.fromkeys(unit.arguments[0] for unit in units))
        beside = (node for part in parts for node in walk(part) if isinstance(node, Call) and len(node.arguments) == 1)
        used = (call.function for call in (*units, *beside))
        self._applied = {bare(unit.arguments[0]): unit.function for unit in units}
        self._functions = tuple(dict.fromkeys((*used, *graph.functions)))  # none that the network has not

    def explained(
        self, trial: Trial, usual: tuple[Explanation, ...], known: KnownTree[Worth]
    ) -> tuple[Explanation, ...]:
        """Change an answer so that it is right: at one place, at two, or so that one usual mistake is left in it.

        ``usual`` are explanations by several usual mistakes, if there are any: one that is likelier comes before them.
        """
        spots = self.spots(trial.answer)
        if len(spots) > _MOST_SPOTS:
            return usual
        once = _cheapest((found for spot in spots for found in trial.right(spot)), known.is_right)
        if once and once[0].cost < ONE_MISTAKE and (not usual or once[0].cost + CLEARER <= usual[0].cost):
            return (*once, *usual)
        if usual or not _has_parts(trial.answer):
            return usual or once
        left = known.left(_worths(trial, spots, known.worth))
        return left or self._twice(trial, spots, known.is_right) or once

    def _twice(self, trial: Trial, spots: Sequence[Spot], is_right: Callable[[Tree], bool]) -> tuple[Explanation, ...]:
        """Try changes at two places, of which one exchanges something, one in the other where they are few."""
        if len(spots) > _FEW_SPOTS or not trial.fits:
            return ()
        likely = [spot.only(RARE) for spot in spots]
        usual = [spot.only(USUAL, exchanges=True) for spot in likely]
        rest = [spot.without(own) for spot, own in zip(likely, usual, strict=True)]
        places = list(combinations(range(len(spots)), 2))
        apart = [(one, other) for one, other in places if spots[one].apart(spots[other])]
        nested = sum(len(likely[one].changes) for one, _ in set(places) - set(apart))
        if nested > (_MOST_NESTED if self.graph.shapes else _MOST_NESTED_OF_NUMBERS):
            places = apart
        pairs = (pair for one, other in places for pair in ((usual[one], likely[other]), (rest[one], usual[other])))
        found = _cheapest((found for one, other in pairs for found in trial.both_right(one, other)), is_right)
        return tuple(one for one in found if one.cost <= TWO_MISTAKES)

    def spots(self, answer: Tree) -> list[Spot]:
        """List the places of an answer with what may be changed there."""
        return list(self._at(answer, (), None))

    def _at(self, node: Tree, way: tuple[int, ...], parent: Tree | None) -> Iterator[Spot]:
        yield Spot(way, node, (*self._here(node, parent), *_in_its_parent(node, parent)))
        if isinstance(node, Derivative | Matrix):
            return
        for place, part in enumerate(children(node)):
            is_setting = isinstance(node, Call) and isinstance(part, Number)
            if not is_setting and not (isinstance(node, Power) and place == 1):
                yield from self._at(part, (*way, place), node)

    def _here(self, node: Tree, parent: Tree | None) -> Iterator[Change]:
        is_whole = parent is None
        match node:
            case Negative(operand):
                yield Mistake(codes.SIGN, facts(at=operand), USUAL, (node,)), operand
            case Sum(terms):
                yield from self._sum(terms, node, is_whole=is_whole)
            case Product(factors) | Entrywise(factors):
                yield from self._product(factors, node)
            case Quotient(over, under):
                yield from _quotient(over, under, node)
            case Power(base, exponent):
                yield from _power(base, exponent, node)
            case Transpose(operand):
                yield Mistake(codes.TRANSPOSED, facts(matrix=operand), USUAL, (node,)), operand
            case Call():
                yield from self._call(node)
            case Number():
                yield from _number(node)
            case Name(name):
                yield from self._name(name, node)
        if not isinstance(node, Number):
            yield from self._with_pieces(node, parent)

    def _sum(self, terms: tuple[Tree, ...], node: Sum, *, is_whole: bool) -> Iterator[Change]:
        yield from _bracketed(terms, node)
        value = complement(bare(node))
        if value is not None:
            told = facts(meant=value, wrote=node)
            yield Mistake(codes.WRONG_FACTOR, told, USUAL, (node,), (value,)), value
        for other in (Product(terms), *((Entrywise(terms),) if self.graph.shapes else ())):
            if is_whole and self.of_gradient:
                yield Mistake(codes.FACTORS_ADDED, (), USUAL), other
            else:
                yield from _instead(node, other)

    def _product(self, factors: tuple[Tree, ...], node: Product | Entrywise) -> Iterator[Change]:
        kind, other = (Product, Entrywise) if isinstance(node, Product) else (Entrywise, Product)
        if self.graph.shapes:
            better = other(factors)
            yield Mistake(codes.PRODUCT_KIND, facts(of=better), LESS_USUAL, (node,)), better
            for place in range(len(factors) - 1) if kind is Product else ():
                pair = factors[place + 1], factors[place]
                better = Product((*factors[:place], *pair, *factors[place + 2 :]))
                yield Mistake(codes.ORDER, facts(of=Product(pair)), USUAL, (node,)), better
        yield from _instead(node, Sum(factors))

    def _call(self, node: Call) -> Iterator[Change]:
        function, arguments = node.function, node.arguments
        if node.order:
            cost = USUAL if isinstance(arguments[0], Name) else RARE  # a slip inside it is likelier
            for other in self._arguments if len(arguments) == 1 else ():
                if other != arguments[0]:
                    told = facts(of=function, meant=other, wrote=arguments[0])
                    yield Mistake(codes.WRONG_ARGUMENT, told, cost, (node,)), Call(function, (other,), node.order)
            yield from _instead(node, Call(function, arguments))
            return
        name = self._known(function)
        is_unit = function in self.graph.functions or (name in OF_NUMBERS and OF_NUMBERS[name].is_function)
        if len(arguments) == 1 and is_unit:
            value = facts(of=node)
            yield Mistake(codes.FUNCTION_FOR_DERIVATIVE, value, USUAL, (node,)), Call(function, arguments, 1)
            told = facts(meant=named.IDENTITY, wrote=name)
            yield Mistake(codes.ACTIVATION_WRONG, told, _IDLE, (node,)), arguments[0]
        if len(arguments) == 1:
            yield from _instead(node, arguments[0], _IDLE)
        others = OPERATIONS[name].confusable if name in OPERATIONS else ()
        own = (
            self._applied.get(bare(arguments[0])) if len(arguments) == 1 else None
        )  # what the network applies there, if it does
        for instead in (own,) if own else self._functions if len(arguments) == 1 else others:
            meant = self._known(instead)
            if meant not in (function, name, named.IDENTITY):
                kind = codes.ACTIVATION_WRONG if {name, meant}.issubset(ACTIVATIONS) else codes.OPERATION_WRONG
                given = arguments[:1] if name in OF_NUMBERS else arguments
                yield Mistake(kind, facts(meant=meant, wrote=name), 1.0, (node,)), Call(instead, given)

    def _known(self, function: str) -> str:
        """Name the operation that a function of the network is, or the function itself where it is none."""
        known = self.graph.functions.get(function)
        return (known.known if known is not None else "") or function

    def _name(self, name: str, node: Name) -> Iterator[Change]:
        known = self._names.get(name)
        if known is None:
            known = self._names[name] = tuple(islice(self._others(name), _MOST_NAMES))
        yield from ((_with(mistake, node), better) for mistake, better in known)
        if len(self.graph.shapes.get(name, ())) > 0:
            yield Mistake(codes.TRANSPOSED, facts(matrix=name), USUAL, (node,)), Transpose(node)
        else:
            yield Mistake(codes.EXPONENT, facts(meant="2", wrote="1"), RARE, (node,)), Power(node, TWO)

    def _others(self, name: str) -> Iterator[Change]:
        """List the quantities of the same shape, those of its role first."""
        own, known = self.graph.quantities.get(name), self.graph.quantities
        if own is None:
            return
        begun = {other for other, right in self.graph.definitions.items() if right == ZERO}  # s_0 = 0 leaves things out
        others = [other for other in known if other != name and other not in begun and known[other].shape == own.shape]
        near = {used for e in self.graph.equations if name in e.uses for used in (*e.uses, e.left)}
        others.sort(key=lambda other: (known[other].role != own.role, other not in near))
        for other in others:
            cost = USUAL if known[other].role == own.role else RARE
            yield Mistake(codes.WRONG_QUANTITY, facts(meant=other, wrote=name), cost), Name(other)

    def _with_pieces(self, node: Tree, parent: Tree | None) -> Iterator[Change]:
        """Put a piece of a right answer in a node's place, or beside it as a factor or a term.

        A number beside a factor is beside the whole product, so it is tried there alone.
        """
        is_whole = parent is None
        in_product = isinstance(parent, Product) and not self.graph.shapes
        for argument in self._arguments if isinstance(node, Name | Sum) else ():
            if bare(node) == bare(argument):
                for function in self.graph.functions:
                    told = facts(at=node)
                    yield Mistake(codes.ACTIVATION_MISSING, told, USUAL, (node,)), Call(function, (node,))
        if is_whole and not names(node):
            return  # whatever a mere number is multiplied by would be the answer
        multiplied = isinstance(node, Product | Entrywise) or is_whole or (isinstance(node, Name) and not in_product)
        for factor in self.numbers if multiplied or isinstance(node, Sum) else ():
            yield Mistake(codes.MISSING_FACTOR, facts(factor=factor), LESS_USUAL), Product((factor, node))
        short = _is_short(node)
        for piece in self.pieces:
            if isinstance(piece, Call) and bare(node) in piece.arguments:
                yield from _instead(node, piece)
            if short and not is_whole and not isinstance(node, Name):
                yield from _instead(node, piece, FOREIGN)
            if multiplied:
                missing = Mistake(codes.MISSING_FACTOR, facts(factor=piece), LESS_USUAL, lacks=(piece,))
                yield missing, Product((node, piece))
                if self.graph.shapes:
                    yield missing, Product((piece, node))
                    yield missing, Entrywise((node, piece))
            if isinstance(node, Sum) or is_whole:
                for term, better in ((piece, plus(node, piece)), (minus(piece), difference(node, piece))):
                    yield Mistake(codes.MISSING_TERM, facts(term=term), RARE, lacks=(piece,)), better


def _in_its_parent(node: Tree, parent: Tree | None) -> Iterator[Change]:
    """Turn the sign of a term, or leave a term or a factor out: there is 0 or 1 in its place."""
    match parent:
        case Sum():
            inner = unsigned(node)
            yield Mistake(codes.SIGN, facts(at=inner), USUAL, (node,)), minus(node)
            yield Mistake(codes.EXTRA_TERM, facts(term=inner), LESS_USUAL, (node,)), ZERO
        case Product() | Entrywise() if isinstance(node, Number):
            yield Mistake(codes.CONSTANT, facts(ratio=node), USUAL, (node,)), ONE
        case Product() | Entrywise():
            yield Mistake(codes.EXTRA_FACTOR, facts(factor=node), LESS_USUAL, (node,)), ONE


def _cheapest(found: Iterable[Found], is_right: Callable[[Tree], bool]) -> tuple[Explanation, ...]:
    """Give the likeliest of what was found that holds everywhere."""
    told = [(sum(mistake.cost for mistake in mistakes), mistakes, tree) for mistakes, tree in found]
    told.sort(key=lambda one: one[0])
    return next(((Explanation(one, cost, is_checked=True),) for cost, one, tree in told if is_right(tree)), ())


def _worths(trial: Trial, spots: Sequence[Spot], worth: Callable[[Tree], Worth | None]) -> Mapping[Worth, Mistake]:
    """Say what an answer is worth after each change that exchanges something."""
    found: dict[Worth, Mistake] = {}
    for spot in spots:
        for mistake, better in spot.only(USUAL, exchanges=True).changes:
            value = worth(put(trial.answer, spot.way, better))
            if value is not None:
                found.setdefault(value, mistake)
    return found


def goes_with(change: Mistake, left: Mistake, answer: Tree) -> bool:
    """Say whether a mistake may be left in an answer after a change: not what the change itself has put in."""
    if left.kind is codes.UPDATE_ONLY_STEP:
        return not any(node in left.lacks for node in map(bare, walk(answer)))
    meant, wrote = dict(change.facts).get("meant"), dict(left.facts).get("wrote")
    return not isinstance(meant, str) or meant != wrote or meant not in OPERATIONS


def _has_parts(answer: Tree) -> bool:
    """Say whether there is something to be mended in an answer; a mere x is no attempt at one."""
    return sum(1 for _ in islice(walk(answer), _FEWEST)) == _FEWEST


def _bracketed(terms: tuple[Tree, ...], node: Sum) -> Iterator[Change]:
    """Put brackets around neighbours of which only one was raised or multiplied: y - z^2, 2*y - z."""
    for place in range(1, len(terms)):
        first, last = terms[place - 1], terms[place]
        raised, multiplied = unsigned(last), first.operand if isinstance(first, Negative) else first
        found: list[tuple[Tree, Tree]] = []
        if isinstance(raised, Power):
            inner: Tree = Sum((first, minus(raised.base) if raised is not last else raised.base))
            found.append((inner, Power(inner, raised.exponent)))
        if isinstance(multiplied, Product | Entrywise) and multiplied is first:
            inner = Sum((multiplied.factors[-1], last))
            found.append((inner, rebuilt(multiplied, (*multiplied.factors[:-1], inner))))
        for around, whole in found:
            rest = (*terms[: place - 1], whole, *terms[place + 1 :])
            yield Mistake(codes.BRACKETS, facts(around=around), 1.0, (node,)), rest[0] if len(rest) == 1 else Sum(rest)


def _quotient(over: Tree, under: Tree, node: Quotient) -> Iterator[Change]:
    turned = Quotient(under, over)
    yield Mistake(codes.INVERTED, facts(at=turned), USUAL, (node,)), turned
    yield Mistake(codes.DIVIDED, facts(factor=under), USUAL, (node,)), Product((over, under))
    yield Mistake(codes.EXTRA_FACTOR, facts(factor=Quotient(ONE, under)), LESS_USUAL, (node,)), over


def _power(base: Tree, exponent: Tree, node: Power) -> Iterator[Change]:
    inner = unsigned(exponent)
    if isinstance(inner, Number) and inner.denominator == 1:
        wrote = inner.numerator if inner is exponent else -inner.numerator
        for meant in (wrote - 1, wrote + 1, -wrote):
            better = base if meant == 1 else ONE if not meant else Power(base, _integer(meant))
            told = facts(meant=str(meant), wrote=str(wrote))
            yield Mistake(codes.EXPONENT, told, USUAL, (node,)), better
    yield from _instead(node, Power(exponent, base))


def _number(node: Number) -> Iterator[Change]:
    for meant in (2 * node.value, node.value / 2, node.value - 1, node.value + 1):
        if not meant:
            continue  # that is a term or a factor too many
        simpler = meant.denominator <= node.denominator
        yield from _instead(node, number(meant), LESS_USUAL if simpler else FOREIGN)


def _integer(value: int) -> Tree:
    return Number(value) if value >= 0 else Negative(Number(-value))


def _instead(node: Tree, better: Tree, cost: float = RARE) -> Iterator[Change]:
    """Say that one thing belongs where another stands."""
    if _is_short(node) and _is_short(better) and node != better:
        yield Mistake(codes.WRONG_FACTOR, facts(meant=better, wrote=node), cost, (node,), (better,)), better


def _with(mistake: Mistake, node: Tree) -> Mistake:
    return Mistake(mistake.kind, mistake.facts, mistake.cost, (node,))


def _is_short(tree: Tree) -> bool:
    """Say whether a tree may be called one thing."""
    return sum(1 for _ in islice(walk(tree), _LARGEST + 1)) <= _LARGEST
