"""What makes a wrong answer right if it is changed at one place: the same for numbers and for tensors.

The catalogue knows what students usually do to a key; here an answer is taken as it is written, and every small change
is tried in it. One that makes it right is true whatever the student thought, and it has its place in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
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
from symnn.misconceptions.edits import Edit
from symnn.misconceptions.mistakes import Explanation, Mistake, facts
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.ops.table import ACTIVATIONS, OF_NUMBERS, OPERATIONS
from symnn.verdicts import codes

__all__ = ["ONE_MISTAKE", "TWO_MISTAKES", "Mended", "Mending"]

ONE_MISTAKE, TWO_MISTAKES, CLEARER = 1.85, 2.6, 0.5
"""What costs more are several mistakes, or too many; one that costs so much less explains an answer better."""

USUAL, LESS_USUAL, RARE, FOREIGN = 1.05, 1.15, 1.3, 1.9
_MOST_NAMES, _MOST_PIECES, _LARGEST = 16, 24, 12
"""So many names and pieces are tried at one place; what has more nodes is not called one thing."""

_FEWEST = 4
"""What has fewer nodes has no part to be mended."""

_PUT_IN = (codes.MISSING_FACTOR, codes.MISSING_TERM, codes.ACTIVATION_MISSING)

_WORK, _DEAR = 40_000, 12
"""So many nodes are evaluated for one answer; one of a function that is no exponential costs as much as so many."""

_IDLE = 0.98
"""A function that does not belong is tried before another one: of what is positive relu is the value itself."""

_FUNCTIONS = (named.SIGMOID, named.TANH, named.RELU, named.EXP, named.LOG)
_EXPONENTIAL = (named.SIGMOID, named.TANH, named.EXP)


Worth = TypeVar("Worth", bound=Hashable)


class Mended(Struct, Generic[Worth], frozen=True):
    """The change that makes an answer right, if one does; else what it is worth after those that exchange something.

    What is put in or taken away makes nearly anything of an answer together with a second mistake.
    """

    mistake: Mistake | None
    worths: Mapping[Worth, Mistake]

    @property
    def told(self) -> tuple[Explanation, ...]:
        """The change as an explanation, if there is one."""
        return () if self.mistake is None else (Explanation((self.mistake,), self.mistake.cost),)

    def comes_before(self, usual: Sequence[Explanation]) -> bool:
        """Say whether the change explains the answer better than usual mistakes do."""
        cost = ONE_MISTAKE if self.mistake is None else self.mistake.cost
        return cost < ONE_MISTAKE and (not usual or cost + CLEARER <= usual[0].cost)


class Mending:
    """Changes an answer about one network at one place; ``pieces`` are what a right answer is made of."""

    def __init__(self, graph: Graph, pieces: Iterable[Tree], *, of_gradient: bool) -> None:
        self.graph = graph
        parts = tuple(dict.fromkeys(map(bare, pieces)))
        self.pieces = tuple(islice((part for part in parts if not isinstance(part, Number)), _MOST_PIECES))
        self.numbers = tuple(part for part in parts if isinstance(part, Number) and part != ONE)
        self.of_gradient = of_gradient
        self._names: dict[str, tuple[Edit, ...]] = {}
        calls = (node for right in graph.definitions.values() for node in walk(right) if isinstance(node, Call))
        units = tuple(call for call in calls if len(call.arguments) == 1)
        self._arguments = tuple(dict.fromkeys(unit.arguments[0] for unit in units))
        self._functions = tuple(dict.fromkeys((*(unit.function for unit in units), *graph.functions, *_FUNCTIONS)))

    def mended(
        self, answer: Tree, worth: Callable[[Tree], Worth | None], truth: Callable[[Worth], bool]
    ) -> Mended[Worth]:
        """Try the changes, the likelier first; ``worth`` says what a tree is worth, ``truth`` whether that is right."""
        edits = sorted(self.of(answer), key=lambda edit: edit[0].cost)[: _WORK // _work(answer)]
        found: dict[Worth, Mistake] = {}
        foreign: Mistake | None = None
        has_parts = sum(1 for _ in islice(walk(answer), _FEWEST)) == _FEWEST
        for mistake, better in edits:  # kept in a list: what is known of a node goes by its identity
            value = worth(better)
            if value is not None and value not in found:
                if truth(value) and mistake.cost < ONE_MISTAKE:
                    return Mended(mistake, found)
                foreign = mistake if foreign is None and truth(value) else foreign
                if has_parts and mistake.cost <= USUAL and mistake.kind not in _PUT_IN:
                    found[value] = mistake
        return Mended(foreign, found)

    def of(self, answer: Tree) -> Iterator[Edit]:
        """List what the answer becomes by each change, with the mistake that was in it."""
        yield from self._at(answer, lambda changed: changed, is_whole=True)

    def _at(self, node: Tree, put: Callable[[Tree], Tree], *, is_whole: bool = False) -> Iterator[Edit]:
        yield from ((mistake, put(better)) for mistake, better in self._here(node, is_whole=is_whole))
        if isinstance(node, Derivative | Matrix):
            return
        parts = children(node)
        for place, part in enumerate(parts):
            is_setting = isinstance(node, Call) and isinstance(part, Number)
            if is_setting or (isinstance(node, Power) and place == 1):
                continue

            def back(changed: Tree, place: int = place) -> Tree:
                return put(rebuilt(node, (*parts[:place], changed, *parts[place + 1 :])))

            yield from self._at(part, back)

    def _here(self, node: Tree, *, is_whole: bool) -> Iterator[Edit]:
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
            yield from self._with_pieces(node, is_whole=is_whole)

    def _sum(self, terms: tuple[Tree, ...], node: Sum, *, is_whole: bool) -> Iterator[Edit]:
        for place, term in enumerate(terms):
            before, after = terms[:place], terms[place + 1 :]
            turned, inner = minus(term), unsigned(term)
            yield Mistake(codes.SIGN, facts(at=turned), USUAL, (term,)), Sum((*before, turned, *after))
            rest = (*before, *after)
            extra = Mistake(codes.EXTRA_TERM, facts(term=inner), LESS_USUAL, (term,))
            yield extra, rest[0] if len(rest) == 1 else Sum(rest)
        yield from _bracketed(terms, node)
        for other in (Product(terms), *((Entrywise(terms),) if self.graph.shapes else ())):
            if is_whole and self.of_gradient:
                yield Mistake(codes.FACTORS_ADDED, (), USUAL), other
            else:
                yield from _instead(node, other)

    def _product(self, factors: tuple[Tree, ...], node: Product | Entrywise) -> Iterator[Edit]:
        kind, other = (Product, Entrywise) if isinstance(node, Product) else (Entrywise, Product)
        for place, factor in enumerate(factors):
            rest = (*factors[:place], *factors[place + 1 :])
            left = rest[0] if len(rest) == 1 else kind(rest)
            if isinstance(factor, Number):
                yield Mistake(codes.CONSTANT, facts(ratio=factor), USUAL, (factor,)), left
            else:
                yield Mistake(codes.EXTRA_FACTOR, facts(factor=factor), LESS_USUAL, (factor,)), left
        if self.graph.shapes:
            better = other(factors)
            yield Mistake(codes.PRODUCT_KIND, facts(of=better), LESS_USUAL, (node,)), better
            for place in range(len(factors) - 1) if kind is Product else ():
                pair = factors[place + 1], factors[place]
                better = Product((*factors[:place], *pair, *factors[place + 2 :]))
                yield Mistake(codes.ORDER, facts(of=Product(pair)), USUAL, (node,)), better
        yield from _instead(node, Sum(factors))

    def _call(self, node: Call) -> Iterator[Edit]:
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
        for instead in self._functions if len(arguments) == 1 else others:
            meant = self._known(instead)
            if meant not in (function, name, named.IDENTITY):
                kind = codes.ACTIVATION_WRONG if {name, meant}.issubset(ACTIVATIONS) else codes.OPERATION_WRONG
                given = arguments[:1] if name in OF_NUMBERS else arguments
                yield Mistake(kind, facts(meant=meant, wrote=name), 1.0, (node,)), Call(instead, given)

    def _known(self, function: str) -> str:
        """Name the operation that a function of the network is, or the function itself where it is none."""
        known = self.graph.functions.get(function)
        return (known.known if known is not None else "") or function

    def _name(self, name: str, node: Name) -> Iterator[Edit]:
        known = self._names.get(name)
        if known is None:
            known = self._names[name] = tuple(islice(self._others(name), _MOST_NAMES))
        yield from ((_with(mistake, node), better) for mistake, better in known)
        if len(self.graph.shapes.get(name, ())) > 0:
            yield Mistake(codes.TRANSPOSED, facts(matrix=name), USUAL, (node,)), Transpose(node)
        else:
            yield Mistake(codes.EXPONENT, facts(meant="2", wrote="1"), RARE, (node,)), Power(node, TWO)

    def _others(self, name: str) -> Iterator[Edit]:
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

    def _with_pieces(self, node: Tree, *, is_whole: bool) -> Iterator[Edit]:
        """Put a piece of a right answer in a node's place, or beside it as a factor or a term."""
        for argument in self._arguments if isinstance(node, Name | Sum) else ():
            if bare(node) == bare(argument):
                for function in self.graph.functions:
                    told = facts(at=node)
                    yield Mistake(codes.ACTIVATION_MISSING, told, USUAL, (node,)), Call(function, (node,))
        if is_whole and not names(node):
            return  # whatever a mere number is multiplied by would be the answer
        for factor in self.numbers if isinstance(node, Product | Entrywise | Name | Sum) or is_whole else ():
            yield Mistake(codes.MISSING_FACTOR, facts(factor=factor), LESS_USUAL), Product((factor, node))
        short = _is_short(node)
        for piece in self.pieces:
            if short and not is_whole and not isinstance(node, Name):
                yield from _instead(node, piece, FOREIGN)
            if isinstance(node, Product | Entrywise | Name) or is_whole:
                missing = Mistake(codes.MISSING_FACTOR, facts(factor=piece), LESS_USUAL, lacks=(piece,))
                yield missing, Product((node, piece))
                if self.graph.shapes:
                    yield missing, Product((piece, node))
                    yield missing, Entrywise((node, piece))
            if isinstance(node, Sum) or is_whole:
                for term, better in ((piece, plus(node, piece)), (minus(piece), difference(node, piece))):
                    yield Mistake(codes.MISSING_TERM, facts(term=term), RARE, lacks=(piece,)), better


def _work(answer: Tree) -> int:
    """Say how much it costs to evaluate an answer once."""
    calls = (node for node in walk(answer) if isinstance(node, Call) and node.function not in _EXPONENTIAL)
    return sum(1 for _ in walk(answer)) + _DEAR * sum(1 for _ in calls)


def _bracketed(terms: tuple[Tree, ...], node: Sum) -> Iterator[Edit]:
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


def _quotient(over: Tree, under: Tree, node: Quotient) -> Iterator[Edit]:
    turned = Quotient(under, over)
    yield Mistake(codes.INVERTED, facts(at=turned), USUAL, (node,)), turned
    yield Mistake(codes.DIVIDED, facts(factor=under), USUAL, (node,)), Product((over, under))
    yield Mistake(codes.EXTRA_FACTOR, facts(factor=Quotient(ONE, under)), LESS_USUAL, (node,)), over


def _power(base: Tree, exponent: Tree, node: Power) -> Iterator[Edit]:
    inner = unsigned(exponent)
    if isinstance(inner, Number) and inner.denominator == 1:
        wrote = inner.numerator if inner is exponent else -inner.numerator
        for meant in (wrote - 1, wrote + 1, -wrote):
            better = base if meant == 1 else ONE if not meant else Power(base, _integer(meant))
            told = facts(meant=str(meant), wrote=str(wrote))
            yield Mistake(codes.EXPONENT, told, USUAL, (node,)), better
    yield from _instead(node, Power(exponent, base))


def _number(node: Number) -> Iterator[Edit]:
    for meant in (2 * node.value, node.value / 2, node.value - 1, node.value + 1):
        simpler = meant.denominator <= node.denominator
        yield from _instead(node, number(meant), LESS_USUAL if simpler else FOREIGN)


def _integer(value: int) -> Tree:
    return Number(value) if value >= 0 else Negative(Number(-value))


def _instead(node: Tree, better: Tree, cost: float = RARE) -> Iterator[Edit]:
    """Say that one thing belongs where another stands."""
    if _is_short(node) and _is_short(better) and node != better:
        yield Mistake(codes.WRONG_FACTOR, facts(meant=better, wrote=node), cost, (node,), (better,)), better


def _with(mistake: Mistake, node: Tree) -> Mistake:
    return Mistake(mistake.kind, mistake.facts, mistake.cost, (node,))


def _is_short(tree: Tree) -> bool:
    """Say whether a tree may be called one thing."""
    return sum(1 for _ in islice(walk(tree), _LARGEST + 1)) <= _LARGEST
