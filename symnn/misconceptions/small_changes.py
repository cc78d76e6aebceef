"""The small changes of an answer as it is written: at every place what students put there, leave out or mistake."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice

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
    substitute,
    walk,
)
from symnn.expressions.writing import plain
from symnn.misconceptions.answer_spots import ALONE, EXCHANGE, LIKELY, RARE, USUAL, Beside, Change, Choices, Spot
from symnn.misconceptions.form_changes import (
    FOREIGN,
    LESS_USUAL,
    bracketed,
    instead,
    is_short,
    of_number,
    of_power,
    of_quotient,
)
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.universe import complement
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.ops.table import ACTIVATIONS, OF_NUMBERS, OPERATIONS
from symnn.verdicts import codes

__all__ = ["SmallChanges", "Throughout", "changeable", "count_places", "other_tensors"]

_THROUGHOUT = 1.25
_MOST_NAMES, _MOST_PIECES = 16, 24
"""So many names and pieces are tried at one place."""

_IDLE = 0.98
"""A function that does not belong is likelier than another one in its place."""


class Throughout(Struct, frozen=True):
    """A name that stands in several places of an answer, and what may stand in all of them.

    ``others`` are the names of what may, each with what is written instead of what: entries have names of their own.
    """

    name: str
    nodes: tuple[Name, ...]
    others: tuple[tuple[str, Mapping[str, str]], ...]

    def change(self, answer: Tree, place: int) -> Change:
        """Exchange it for one of the others in all places."""
        other, instead = self.others[place]
        told = facts(meant=other, wrote=self.name)
        better = substitute(answer, {old: Name(new) for old, new in instead.items()})
        return Mistake(codes.WRONG_QUANTITY, told, _THROUGHOUT, self.nodes), better


class SmallChanges:
    """What may be changed in answers about one network; ``pieces`` are what a right answer is made of."""

    def __init__(self, graph: Graph, pieces: Iterable[Tree], *, of_gradient: bool) -> None:
        self.graph = graph
        self.of_gradient = of_gradient
        parts = tuple(dict.fromkeys(map(bare, pieces)))
        pieces = tuple(islice((part for part in parts if not isinstance(part, Number)), _MOST_PIECES))
        calls = (node for right in graph.definitions.values() for node in walk(right) if isinstance(node, Call))
        units = tuple(call for call in calls if len(call.arguments) == 1)
        self._arguments = tuple(dict.fromkeys(unit.arguments[0] for unit in units))
        self._units = frozenset(map(bare, self._arguments))
        beside = (node for part in parts for node in walk(part) if isinstance(node, Call) and len(node.arguments) == 1)
        used = (call.function for call in (*units, *beside))
        self._applied = {bare(unit.arguments[0]): unit.function for unit in units}
        self._functions = tuple(dict.fromkeys((*used, *graph.functions)))  # none that the network has not
        self._applying: dict[Tree, list[Tree]] = {}
        for piece in pieces:
            for argument in piece.arguments if isinstance(piece, Call) else ():
                self._applying.setdefault(argument, []).append(piece)
        self._names: dict[str, tuple[Beside, ...]] = {}
        self._slopes: dict[tuple[str, int, bool], Beside] = {}
        numbers = tuple(part for part in parts if isinstance(part, Number) and part not in (ONE, ZERO))
        self._numbers_beside = Beside(Choices(numbers), LIKELY, _before, _missing_number)
        every, short = Choices(pieces), Choices(tuple(filter(is_short, pieces)))
        self._in_its_place = Beside(short, ALONE, _second, _foreign, keeps=False)
        joins = (_after, _before, _entrywise) if graph.shapes else (_after,)
        self._factors_beside = tuple(Beside(every, LIKELY, join, _missing_factor) for join in joins)
        self._terms_beside = (
            Beside(every, LIKELY, plus, _missing_term),
            Beside(every, LIKELY, difference, _missing_subtrahend),
        )

    def spot(self, node: Tree, parent: Tree | None) -> Spot:
        """List what may be changed at a node of an answer; there is no ``parent`` if it is the whole."""
        listed = (*self._here(node, parent), *_in_its_parent(node, parent))
        return Spot(node, listed, tuple(self._beside(node, parent)))

    def throughout(self, answer: Tree, known: Container[str]) -> Iterator[Throughout]:
        """List what stands in an answer several times, a quantity or entries of one tensor, with what else may.

        Only what is ``known`` has a value.
        """
        groups: dict[str, list[Name]] = {}
        for node in walk(answer):
            if isinstance(node, Name):
                groups.setdefault(node.name.partition("[")[0], []).append(node)
        for name, nodes in groups.items():
            written = frozenset(node.name for node in nodes)
            if len(nodes) == 1 or not all(one in known for one in written):
                continue
            others = (
                other
                for other in self._instead_throughout(name, written)
                if all(one in known for one in other[1].values())
            )
            yield Throughout(name, tuple(nodes), tuple(islice(others, _MOST_NAMES)))

    def _instead_throughout(self, name: str, written: frozenset[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
        if written == {name}:
            yield from ((other.name, {name: other.name}) for _, other in self._others(name) if isinstance(other, Name))
            return
        yield from other_tensors(name, written, self.graph)

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
                yield from of_quotient(over, under, node)
            case Power(base, exponent):
                yield from of_power(base, exponent, node)
            case Transpose(operand):
                yield Mistake(codes.TRANSPOSED, facts(matrix=operand), USUAL, (node,)), operand
            case Call():
                yield from self._call(node)
            case Number():
                yield from of_number(node)
            case Name(name):
                yield from self._name(name, node)
        if not isinstance(node, Number):
            yield from self._around(node)

    def _sum(self, terms: tuple[Tree, ...], node: Sum, *, is_whole: bool) -> Iterator[Change]:
        yield from bracketed(terms, node)
        value = complement(bare(node))
        if value is not None:
            told = facts(meant=value, wrote=node)
            yield Mistake(codes.WRONG_FACTOR, told, USUAL, (node,), (value,)), value
        for other in (Product(terms), *((Entrywise(terms),) if self.graph.shapes else ())):
            if is_whole and self.of_gradient:
                yield Mistake(codes.FACTORS_ADDED, (), USUAL), other
            else:
                yield from instead(node, other)

    def _product(self, factors: tuple[Tree, ...], node: Product | Entrywise) -> Iterator[Change]:
        kind, other = (Product, Entrywise) if isinstance(node, Product) else (Entrywise, Product)
        if self.graph.shapes:
            better = other(factors)
            yield Mistake(codes.PRODUCT_KIND, facts(of=better), LESS_USUAL, (node,)), better
            for place in range(len(factors) - 1) if kind is Product else ():
                pair = factors[place + 1], factors[place]
                better = Product((*factors[:place], *pair, *factors[place + 2 :]))
                yield Mistake(codes.ORDER, facts(of=Product(pair)), USUAL, (node,)), better
        yield from instead(node, Sum(factors))

    def _call(self, node: Call) -> Iterator[Change]:
        function, arguments = node.function, node.arguments
        if node.order:
            yield from instead(node, Call(function, arguments))
            return
        name = self.graph.known_as(function) or function
        is_unit = function in self.graph.functions or (name in OF_NUMBERS and OF_NUMBERS[name].is_function)
        if len(arguments) == 1 and is_unit:
            value = facts(of=node)
            yield Mistake(codes.FUNCTION_FOR_DERIVATIVE, value, USUAL, (node,)), Call(function, arguments, 1)
            told = facts(meant=named.IDENTITY, wrote=name)
            yield Mistake(codes.ACTIVATION_WRONG, told, _IDLE, (node,)), arguments[0]
        if len(arguments) == 1:
            yield from instead(node, arguments[0], _IDLE)
        others = OPERATIONS[name].confusable if name in OPERATIONS else ()
        # what the network applies there, if it does
        own = self._applied.get(bare(arguments[0])) if len(arguments) == 1 else None
        for other in (own,) if own else self._functions if len(arguments) == 1 else others:
            meant = self.graph.known_as(other) or other
            if meant not in (function, name, named.IDENTITY):
                kind = codes.ACTIVATION_WRONG if {name, meant}.issubset(ACTIVATIONS) else codes.OPERATION_WRONG
                given = _taken(meant, arguments) if name in OF_NUMBERS else arguments
                if given:
                    yield Mistake(kind, facts(meant=meant, wrote=name), 1.0, (node,)), Call(other, given)

    def _name(self, name: str, node: Name) -> Iterator[Change]:
        if len(self.graph.shapes.get(name, ())) > 0:
            yield Mistake(codes.TRANSPOSED, facts(matrix=name), USUAL, (node,)), Transpose(node)
        else:
            yield Mistake(codes.EXPONENT, facts(meant="2", wrote="1"), RARE, (node,)), Power(node, TWO)

    def _around(self, node: Tree) -> Iterator[Change]:
        """Apply a function to what it is applied to in the network, or a piece that holds the node already."""
        if isinstance(node, Name | Sum) and bare(node) in self._units:
            for function in self.graph.functions:
                yield Mistake(codes.ACTIVATION_MISSING, facts(at=node), USUAL, (node,)), Call(function, (node,))
        for piece in self._applying.get(bare(node), ()):
            yield from instead(node, piece)

    def _beside(self, node: Tree, parent: Tree | None) -> Iterator[Beside]:
        """Exchange a node for each of many trees, or put each beside it."""
        if isinstance(node, Name):
            yield from self._other_names(node.name)
        if isinstance(node, Call) and node.order and len(node.arguments) == 1:
            yield self._other_arguments(node)
        if not isinstance(node, Number):
            yield from self._with_pieces(node, parent)

    def _other_names(self, name: str) -> tuple[Beside, ...]:
        """List the quantities of the same shape: those of its role are likelier."""
        known = self._names.get(name)
        if known is None:
            found = list(islice(self._others(name), _MOST_NAMES))
            costs = tuple((cost, tuple(other for own, other in found if own == cost)) for cost in (USUAL, RARE))
            known = self._names[name] = tuple(_exchanged(others, _other_name, cost) for cost, others in costs if others)
        return known

    def _others(self, name: str) -> Iterator[tuple[float, Tree]]:
        own, known = self.graph.quantities.get(name), self.graph.quantities
        if own is None:
            return
        begun = {other for other, right in self.graph.definitions.items() if right == ZERO}  # s_0 = 0 leaves things out
        others = [other for other in known if other != name and other not in begun and known[other].shape == own.shape]
        near = {used for e in self.graph.equations if name in e.uses for used in (*e.uses, e.left)}
        others.sort(key=lambda other: (known[other].role != own.role, other not in near))
        yield from ((USUAL if known[other].role == own.role else RARE, Name(other)) for other in others)

    def _other_arguments(self, node: Call) -> Beside:
        """Take a derivative somewhere else; a slip inside what it is taken at is likelier than another formula."""
        key = node.function, node.order, isinstance(node.arguments[0], Name)
        known = self._slopes.get(key)
        if known is None:
            slopes = tuple(Call(node.function, (other,), node.order) for other in self._arguments)
            known = self._slopes[key] = _exchanged(
                slopes, partial(_other_argument, node.function), USUAL if key[2] else RARE
            )
        return known

    def _with_pieces(self, node: Tree, parent: Tree | None) -> Iterator[Beside]:
        """Put a piece of a right answer in a node's place, or beside it as a factor or a term.

        A number beside a factor is beside the whole product, so it is tried there alone.
        """
        is_whole = parent is None
        in_product = isinstance(parent, Product) and not self.graph.shapes
        if is_whole and not names(node):
            return  # whatever a mere number is multiplied by would be the answer
        multiplied = isinstance(node, Product | Entrywise) or is_whole or (isinstance(node, Name) and not in_product)
        if multiplied or isinstance(node, Sum):
            yield self._numbers_beside
        if not is_whole and not isinstance(node, Name) and is_short(node):
            yield self._in_its_place
        if multiplied:
            yield from self._factors_beside
        if isinstance(node, Sum) or is_whole:
            yield from self._terms_beside


def other_tensors(name: str, entries: Iterable[str], graph: Graph) -> Iterator[tuple[str, Mapping[str, str]]]:
    """List the tensors that have entries in the same places, with what is written instead of what."""
    for other in dict.fromkeys(known.partition("[")[0] for known in graph.quantities if "[" in known):
        exchanged = {entry: other + entry.removeprefix(name) for entry in entries}
        if other != name and graph.quantities.keys() >= set(exchanged.values()):
            yield other, exchanged


def _taken(function: str, arguments: tuple[Tree, ...]) -> tuple[Tree, ...]:
    """Give as many of some arguments as a function takes; none where it takes more."""
    least, most = OPERATIONS[function].arity if function in OPERATIONS else (1, 1)
    return arguments[:most] if len(arguments) >= least else ()


def changeable(node: Tree) -> Iterator[int]:
    """List the parts of a node in which something may be changed: no settings, no numbers as exponents, no entries."""
    kind = type(node)
    if kind is not Derivative and kind is not Matrix:
        for place, part in enumerate(children(node)):
            is_setting = kind is Call and type(part) is Number
            if not is_setting and not (kind is Power and place == 1 and not children(unsigned(part))):
                yield place


def count_places(node: Tree) -> int:
    """Count the places of an answer at which something may be changed."""
    nodes = [node]
    for one in nodes:
        parts = children(one)
        nodes += [parts[place] for place in changeable(one)] if parts else parts
    return len(nodes)


def _in_its_parent(node: Tree, parent: Tree | None) -> Iterator[Change]:
    """Turn the sign of a term, or leave a term or a factor out: there is 0 or 1 in its place."""
    match parent:
        case Sum():
            inner = unsigned(node)
            yield Mistake(codes.SIGN, facts(at=inner), USUAL, (node,)), minus(node)
            yield Mistake(codes.EXTRA_TERM, facts(term=inner), LESS_USUAL, (node,)), ZERO
        case Product() | Entrywise():  # a number too much is said of its place: the whole need not be a multiple
            cost = USUAL if isinstance(node, Number) else LESS_USUAL
            yield Mistake(codes.EXTRA_FACTOR, facts(factor=node), cost, (node,)), ONE


def _exchanged(trees: tuple[Tree, ...], told: Callable[[float, Tree, Tree], Mistake], cost: float) -> Beside:
    return Beside(Choices(trees), EXCHANGE if cost <= USUAL else LIKELY, _second, partial(told, cost), keeps=False)


def _second(_: Tree, tree: Tree) -> Tree:
    return tree


def _after(node: Tree, tree: Tree) -> Tree:
    return Product((node, tree))


def _before(node: Tree, tree: Tree) -> Tree:
    return Product((tree, node))


def _entrywise(node: Tree, tree: Tree) -> Tree:
    return Entrywise((node, tree))


def _missing_number(_: Tree, factor: Tree) -> Mistake:
    return Mistake(codes.MISSING_FACTOR, facts(factor=factor), LESS_USUAL)


def _missing_factor(_: Tree, piece: Tree) -> Mistake:
    return Mistake(codes.MISSING_FACTOR, facts(factor=piece), LESS_USUAL, lacks=(piece,))


def _missing_term(_: Tree, piece: Tree) -> Mistake:
    return Mistake(codes.MISSING_TERM, facts(term=piece), RARE, lacks=(piece,))


def _missing_subtrahend(_: Tree, piece: Tree) -> Mistake:
    return Mistake(codes.MISSING_TERM, facts(term=minus(piece)), RARE, lacks=(piece,))


def _foreign(node: Tree, piece: Tree) -> Mistake:
    return Mistake(codes.WRONG_FACTOR, facts(meant=piece, wrote=node), FOREIGN, (node,), (piece,))


def _other_name(cost: float, node: Tree, other: Tree) -> Mistake:
    return Mistake(codes.WRONG_QUANTITY, facts(meant=plain(other), wrote=plain(node)), cost, (node,))


def _other_argument(function: str, cost: float, node: Tree, slope: Tree) -> Mistake:
    meant, wrote = children(slope)[0], children(node)[0]
    return Mistake(codes.WRONG_ARGUMENT, facts(of=function, meant=meant, wrote=wrote), cost, (node,))
