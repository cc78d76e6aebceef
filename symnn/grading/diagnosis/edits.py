"""Single slips in a formula, at one place each: a name, a sign, a term, a factor, an activation, an exponent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from symnn.grading.diagnosis.mistakes import Mistake, facts
from symnn.grading.diagnosis.pieces import kind_of
from symnn.graph.graph import Graph
from symnn.language.tree import (
    Call,
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
    names,
    rebuilt,
    substitute,
)
from symnn.language.writing import plain
from symnn.ops.table import OPERATIONS
from symnn.ops.terms import is_number, minus

__all__ = ["Edit", "alike", "edits"]

Edit: TypeAlias = tuple[Mistake, Tree]

USUAL, LESS_USUAL, RARE = 1.0, 1.1, 1.2
_MOST_ALIKE = 8
_ACTIVATIONS = ("sigmoid", "tanh", "relu", "identity")


def edits(tree: Tree, graph: Graph) -> Iterator[Edit]:
    """List what a tree becomes by one slip at one place, and by one name mistaken everywhere.

    >>> from symnn.graph.reading import graph_from_text
    >>> graph = graph_from_text("a = b + w1*x1")
    >>> [(mistake.code, plain(wrong)) for mistake, wrong in edits(graph.definitions["a"], graph)][:3]
    [('bias', 'w1*x1'), ('bias', '-b + w1*x1'), ('missing-term', 'b')]
    """
    yield from _at(tree, graph, lambda changed: changed)
    used = list(names(tree))
    for name in dict.fromkeys(used):
        if _count(tree, name) > 1:
            for other in alike(name, graph):
                yield _confused(name, other, LESS_USUAL), substitute(tree, {name: Name(other)})


def _count(tree: Tree, name: str) -> int:
    return (tree == Name(name)) + sum(_count(part, name) for part in children(tree))


def _at(tree: Tree, graph: Graph, put: Callable[[Tree], Tree]) -> Iterator[Edit]:
    """List the slips at a node, then those further in; ``put`` puts a node back into the whole."""
    for mistake, wrong in _here(tree, graph):
        yield mistake, put(wrong)
    parts = children(tree)
    for place, part in enumerate(parts):
        if isinstance(tree, Power) and place == 1:
            continue

        def back(changed: Tree, place: int = place) -> Tree:
            return put(rebuilt(tree, (*parts[:place], changed, *parts[place + 1 :])))

        yield from _at(part, graph, back)


def _here(tree: Tree, graph: Graph) -> Iterator[Edit]:
    match tree:
        case Name(name):
            yield from _name(name, graph)
        case Sum(terms):
            yield from _sum(terms, graph)
        case Product(factors):
            yield from _product(factors)
        case Call():
            yield from _call(tree, graph)
        case Quotient(over, under):
            yield from _quotient(over, under)
        case Power(base, exponent):
            wrote = facts(meant=plain(exponent), wrote="1")
            yield Mistake("exponent", wrote, LESS_USUAL, lacks=(tree,)), base
        case Transpose(operand):
            yield Mistake("transposed", facts(matrix=plain(operand)), USUAL), operand


def _confused(name: str, other: str, cost: float = USUAL) -> Mistake:
    return Mistake("wrong-quantity", facts(meant=name, wrote=other), cost, (Name(other),), (Name(name),))


def _name(name: str, graph: Graph) -> Iterator[Edit]:
    for other in alike(name, graph):
        yield _confused(name, other), Name(other)
    match graph.definitions.get(name):
        case Call(_, (argument,), 0):
            mistake = Mistake("activation-missing", facts(at=plain(argument)), USUAL, (argument,), (Name(name),))
            yield mistake, argument


def alike(name: str, graph: Graph) -> tuple[str, ...]:
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
        inner = term.operand if isinstance(term, Negative) else term
        if _is_bias(inner, graph):
            name = plain(inner)
            yield Mistake("bias", facts(bias=name, how="missing"), USUAL, lacks=(inner,)), left
            yield Mistake("bias", facts(bias=name, how="sign"), USUAL, (inner,)), turned
        elif is_number(terms[0], 1) and place == 1 and isinstance(term, Negative):
            yield Mistake("missing-term", facts(term=plain(term)), LESS_USUAL), left
            yield Mistake("one-plus", facts(of=plain(inner)), USUAL, (turned,)), turned
        else:
            yield Mistake("missing-term", facts(term=plain(term)), USUAL, lacks=(term,)), left
            yield Mistake("sign", facts(at=plain(term)), USUAL, (inner,)), turned


def _is_bias(tree: Tree, graph: Graph) -> bool:
    return isinstance(tree, Name) and kind_of(tree, graph) == "weight"


def _product(factors: tuple[Tree, ...]) -> Iterator[Edit]:
    for place, factor in enumerate(factors):
        rest = (*factors[:place], *factors[place + 1 :])
        left = rest[0] if len(rest) == 1 else Product(rest)
        if isinstance(factor, Number):
            yield Mistake("constant", facts(ratio=f"1/{plain(factor)}"), USUAL), left
        else:
            yield Mistake("missing-factor", facts(factor=plain(factor)), USUAL, lacks=(factor,)), left


def _quotient(over: Tree, under: Tree) -> Iterator[Edit]:
    if isinstance(over, Number) and isinstance(under, Number):
        return
    yield Mistake("missing-factor", facts(factor=plain(Quotient(Number(1), under))), USUAL), over
    yield Mistake("inverted", facts(at=plain(Quotient(over, under))), LESS_USUAL), Quotient(under, over)


def _call(tree: Call, graph: Graph) -> Iterator[Edit]:
    """List the slips at a function: forgotten, another one, the function for its derivative."""
    if tree.order:
        value = Call(tree.function, tree.arguments)
        yield Mistake("function-for-derivative", facts(of=plain(value)), USUAL, (value,)), value
        return
    if len(tree.arguments) != 1:
        return
    argument = tree.arguments[0]
    known = graph.functions.get(tree.function)
    meant = known.known or tree.function if known is not None else tree.function
    if known is None and OPERATIONS[tree.function].arity != (1, 1):
        return
    if meant != "identity":
        yield Mistake("activation-missing", facts(at=plain(argument)), USUAL, (argument,)), argument
    for name in _ACTIVATIONS[:-1]:
        if name != meant and (known is not None or meant in _ACTIVATIONS):
            wrong = Call(name, (argument,))
            yield Mistake("activation-wrong", facts(meant=meant, wrote=name), RARE, (wrong,)), wrong
