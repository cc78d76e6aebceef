"""Single slips in a formula, at one place each: a name, a sign, a term, a factor, an activation, an exponent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from symnn.expressions.terms import is_number, minus, unsigned
from symnn.expressions.tree import (
    Call,
    Derivative,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    children,
    rebuilt,
    substitute,
    walk,
)
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.pieces import kind_of
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.ops.table import ACTIVATIONS, OF_NUMBERS, OPERATIONS, mistaken_for
from symnn.verdicts import codes

__all__ = ["Edit", "Editor", "Remembered", "activation", "is_bias", "left_out", "lookalikes", "turned_round"]

Edit: TypeAlias = tuple[Mistake, Tree]

USUAL, LESS_USUAL, RARE = 1.0, 1.1, 1.2
_MOST_ALIKE = 8


class Remembered:
    """The slips at a node, worked out once: the formulas of one network share most nodes, a slip more or less."""

    def __init__(self, slips: Callable[[Tree], Iterator[Edit]]) -> None:
        self._slips = slips
        self._known: dict[Tree, tuple[Edit, ...]] = {}

    def at(self, node: Tree) -> Iterator[Edit]:
        """Give the slips at a node."""
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = tuple(self._slips(node))
        return iter(known)


class Editor:
    """Edits formulas of one network; remembers what each quantity may be taken for.

    >>> from symnn.expressions.writing import plain
    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("a = b + w1*x1")
    >>> slips = Editor(graph).edits(graph.definitions["a"])
    >>> [(mistake.code, plain(wrong)) for mistake, wrong in slips][:3]
    [('bias', 'w1*x1'), ('bias', '-b + w1*x1'), ('missing-term', 'b')]
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._slips = Remembered(lambda node: _here(node, graph))
        self._alike: dict[str, tuple[str, ...]] = {}
        self._confusions: dict[tuple[str, str], tuple[Edit, ...]] = {}

    def edits(self, tree: Tree, of: str = "") -> Iterator[Edit]:
        """List what a tree becomes by one slip at one place, and by one name mistaken everywhere.

        Where the tree is the equation of ``of``, only quantities computed before it are taken for others.
        """
        yield from self._at(tree, of, lambda changed: changed)
        used = _counts(tree)
        for name in [name for name, count in used.items() if count > 1]:
            for other in self._known(name, of):
                yield _confused(name, other, LESS_USUAL), substitute(tree, {name: Name(other)})

    def _at(self, tree: Tree, of: str, put: Callable[[Tree], Tree]) -> Iterator[Edit]:
        """List the slips at a node, then those further in; ``put`` puts a node back into the whole."""
        if isinstance(tree, Name):
            yield from ((mistake, put(wrong)) for mistake, wrong in self._name(tree.name, of))
            return
        if isinstance(tree, Derivative):
            return
        yield from ((mistake, put(wrong)) for mistake, wrong in self._slips.at(tree))
        parts = children(tree)
        for place, part in enumerate(parts):
            if isinstance(tree, Power) and place == 1:
                continue

            def back(changed: Tree, place: int = place) -> Tree:
                return put(rebuilt(tree, (*parts[:place], changed, *parts[place + 1 :])))

            yield from self._at(part, of, back)

    def _name(self, name: str, of: str) -> tuple[Edit, ...]:
        """List what may stand for a name; of its unit the weighted sum, without the activation."""
        known = self._confusions.get((name, of))
        if known is None:
            found: list[Edit] = [(_confused(name, other), Name(other)) for other in self._known(name, of)]
            match self.graph.definitions.get(name):
                case Call(_, (argument,), 0):
                    at = facts(at=argument)
                    mistake = Mistake(codes.ACTIVATION_MISSING, at, USUAL, (argument,), (Name(name),))
                    found.append((mistake, argument))
            if not of:
                found += self._unit_for_sum(name)
            known = self._confusions[name, of] = tuple(found)
        return known

    def _unit_for_sum(self, name: str) -> Iterator[Edit]:
        """Say that the activation was applied where the weighted sum is asked."""
        for unit, right in self.graph.definitions.items():
            if isinstance(right, Call) and right.arguments == (Name(name),):
                shown = facts(meant=name, wrote=unit)
                yield Mistake(codes.WRONG_FACTOR, shown, RARE, (Name(unit),), (Name(name),)), Name(unit)

    def _known(self, name: str, of: str) -> tuple[str, ...]:
        """List the quantities like one that are known where ``of`` is computed."""
        others = self._alike.get(name)
        if others is None:
            others = self._alike[name] = lookalikes(name, self.graph)
        position = self.graph.position
        return tuple(other for other in others if not of or position.get(other, -1) < position[of])


def _counts(tree: Tree) -> dict[str, int]:
    counts: dict[str, int] = {}
    for node in walk(tree):
        if isinstance(node, Name):
            counts[node.name] = counts.get(node.name, 0) + 1
    return counts


def _here(tree: Tree, graph: Graph) -> Iterator[Edit]:
    match tree:
        case Sum(terms):
            yield from _sum(terms, graph)
        case Product(factors):
            yield from _product(factors)
        case Call():
            yield from _call(tree, graph)
        case Quotient(over, under):
            yield from _quotient(over, under)
        case Power(base, exponent):
            wrote = facts(meant=exponent, wrote="1")
            yield Mistake(codes.EXPONENT, wrote, LESS_USUAL, lacks=(tree,)), base
        case Transpose(operand):
            yield Mistake(codes.TRANSPOSED, facts(matrix=operand), USUAL), operand


def _confused(name: str, other: str, cost: float = USUAL) -> Mistake:
    return Mistake(codes.WRONG_QUANTITY, facts(meant=name, wrote=other), cost, (Name(other),), (Name(name),))


def lookalikes(name: str, graph: Graph) -> tuple[str, ...]:
    """List the quantities that one may be taken for: of its kind and shape, those used beside it first."""
    quantity = graph.quantities.get(name)
    if quantity is None:
        return ()
    kind = kind_of(Name(name), graph)
    together = {used for equation in graph.equations if name in equation.uses for used in equation.uses}
    order = list(graph.quantities)
    place = order.index(name)
    found = [
        other
        for other, known in graph.quantities.items()
        if other != name
        and known.shape == quantity.shape
        and known.role != "adjoint"
        and kind_of(Name(other), graph) == kind
    ]
    found.sort(key=lambda other: (other not in together, abs(order.index(other) - place), other))
    return tuple(found[:_MOST_ALIKE])


def _sum(terms: tuple[Tree, ...], graph: Graph) -> Iterator[Edit]:
    for place, term in enumerate(terms):
        rest = (*terms[:place], *terms[place + 1 :])
        left = rest[0] if len(rest) == 1 else Sum(rest)
        turned = Sum((*terms[:place], minus(term), *terms[place + 1 :]))
        if is_number(terms[0], 1) and place == 1 and isinstance(term, Negative):
            told = facts(meant=Sum(terms), wrote=term.operand)
            yield Mistake(codes.WRONG_QUANTITY, told, LESS_USUAL, (term.operand,)), term.operand
            yield Mistake(codes.MISSING_TERM, facts(term=term), LESS_USUAL), left
            yield Mistake(codes.ONE_PLUS, facts(of=term.operand), USUAL, (turned,)), turned
        else:
            yield left_out(term, graph), left
            yield turned_round(term, graph), turned


def left_out(term: Tree, graph: Graph) -> Mistake:
    """Say that a term of a sum is missing."""
    inner = unsigned(term)
    if is_bias(inner, graph):
        return Mistake(codes.BIAS, facts(bias=inner, how="missing"), USUAL, lacks=(inner,))
    return Mistake(codes.MISSING_TERM, facts(term=term), USUAL, lacks=(term,))


def turned_round(term: Tree, graph: Graph) -> Mistake:
    """Say that a term of a sum has the wrong sign."""
    inner = unsigned(term)
    if is_bias(inner, graph):
        return Mistake(codes.BIAS, facts(bias=inner, how="sign"), USUAL, (inner,))
    return Mistake(codes.SIGN, facts(at=term), USUAL, (inner,))


def is_bias(term: Tree, graph: Graph) -> bool:
    """Say whether a term, its sign apart, is a bias of the network."""
    inner = unsigned(term)
    return isinstance(inner, Name) and inner.name in graph.biases


def _product(factors: tuple[Tree, ...]) -> Iterator[Edit]:
    for place, factor in enumerate(factors):
        rest = (*factors[:place], *factors[place + 1 :])
        left = rest[0] if len(rest) == 1 else Product(rest)
        if isinstance(factor, Number):  # in one term perhaps: the whole need not be a multiple
            yield Mistake(codes.CONSTANT, facts(factor=factor), USUAL), left
        else:
            yield Mistake(codes.MISSING_FACTOR, facts(factor=factor), USUAL, lacks=(factor,)), left


def _quotient(over: Tree, under: Tree) -> Iterator[Edit]:
    if isinstance(over, Number) and isinstance(under, Number):
        return
    yield Mistake(codes.MISSING_FACTOR, facts(factor=Quotient(Number(1), under)), USUAL), over
    yield Mistake(codes.INVERTED, facts(at=Quotient(over, under)), LESS_USUAL), Quotient(under, over)


def _call(tree: Call, graph: Graph) -> Iterator[Edit]:
    """List the slips at a function: forgotten, another one, the function for its derivative."""
    if tree.order:
        value = Call(tree.function, tree.arguments)
        yield Mistake(codes.FUNCTION_FOR_DERIVATIVE, facts(of=value), USUAL, (value,)), value
        return
    yield from _other_operation(tree)
    if tree.function in graph.functions:  # f where the network has g
        for other in graph.functions:
            if other != tree.function:
                told = facts(meant=tree.function, wrote=other)
                yield Mistake(codes.ACTIVATION_WRONG, told, RARE), Call(other, tree.arguments)
    others = mistaken_for(graph.known_as(tree.function) or tree.function)
    wrongs = [None, *(Call(name, tree.arguments) for name in others if name != named.IDENTITY)]
    for wrong in wrongs:
        mistake = activation(tree, wrong, graph)
        if mistake is not None:
            yield mistake, wrong or tree.arguments[0]


def _other_operation(tree: Call) -> Iterator[Edit]:
    """Take one operation for another that its record names; activations and the like have words of their own."""
    operation = OPERATIONS.get(tree.function)
    for other in operation.confusable if operation is not None and not operation.role else ():
        told = facts(meant=tree.function, wrote=other)
        yield Mistake(codes.OPERATION_WRONG, told, RARE), Call(other, tree.arguments)


def activation(meant: Call, wrote: Call | None, graph: Graph) -> Mistake | None:
    """Say that a unit has another activation, or none where ``wrote`` is None; None where that is no mistake."""
    known = graph.functions.get(meant.function)
    if known is None and not (meant.function in OF_NUMBERS and OF_NUMBERS[meant.function].is_function):
        return None
    if meant.order or len(meant.arguments) != 1:
        return None
    name = graph.known_as(meant.function) or meant.function
    if wrote is None:
        argument = meant.arguments[0]
        shown = facts(at=argument, function="" if known is not None or name in ACTIVATIONS else name)
        return None if name == named.IDENTITY else Mistake(codes.ACTIVATION_MISSING, shown, USUAL, (argument,))
    instead = graph.known_as(wrote.function) or wrote.function
    usual = instead in mistaken_for(name) and (known is not None or name in ACTIVATIONS)
    if wrote.order or not usual:
        return None
    return Mistake(codes.ACTIVATION_WRONG, facts(meant=name, wrote=instead), RARE, (wrote,))
