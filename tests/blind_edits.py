"""Wrong answers made by edits that know nothing of mistakes: a node dropped, doubled, exchanged, turned, renamed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from claims import World

from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
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
    mapped,
    names,
    rebuilt,
    walk,
)
from symnn.networks.graph import Graph

LARGEST = 60
"""Nodes of a formula that a person would write out."""


def right_answers(world: World, rng: Random) -> Iterator[Tree]:
    """Write the key as a student would: some steps of a program written out, as far as that stays short."""
    for program in world.programs:
        tree = program[-1].tree
        forward = {step.name for step in program if not step.back}
        for step in reversed(program[:-1]):
            keep = step.name in forward and rng.random() < 0.8
            if step.name in names(tree) and not keep:
                larger = mapped(tree, lambda node, step=step: step.tree if node == Name(step.name) else None)
                if step.back or sum(1 for _ in walk(larger)) <= LARGEST:
                    tree = larger
        if sum(1 for _ in walk(tree)) <= 2 * LARGEST and not unwritten(tree, world.graph):
            yield tree


def unwritten(tree: Tree, graph: Graph) -> bool:
    """Whether a name is left that only a program knows."""
    return any(name not in graph.quantities and name != "eta" and "[" not in name for name in names(tree))


def edited(tree: Tree, graph: Graph, rng: Random) -> Tree:
    """Change a formula by one edit at a place drawn at random."""
    places = list(sites(tree))
    for _ in range(40):
        way = rng.choice(places)
        other = changed(at(tree, way), graph, rng)
        if other is not None:
            return put(tree, way, other)
    return tree


def sites(tree: Tree, way: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    yield way
    for place, part in enumerate(children(tree)):
        if not (isinstance(tree, Call) and isinstance(part, Number)):  # settings of an operation
            yield from sites(part, (*way, place))


def at(tree: Tree, way: tuple[int, ...]) -> Tree:
    for place in way:
        tree = children(tree)[place]
    return tree


def put(tree: Tree, way: tuple[int, ...], other: Tree) -> Tree:
    if not way:
        return other
    parts = list(children(tree))
    parts[way[0]] = put(parts[way[0]], way[1:], other)
    return rebuilt(tree, tuple(parts))


def changed(node: Tree, graph: Graph, rng: Random) -> Tree | None:
    """One of the edits that this node allows."""
    found = [Negative(node)]
    match node:
        case Sum(parts) | Product(parts) | Entrywise(parts):
            n = rng.randrange(len(parts))
            kept = (*parts[:n], *parts[n + 1 :])
            found += [kept[0] if len(kept) == 1 else rebuilt(node, kept)] * 4
            found.append(rebuilt(node, (*parts, parts[n])))
            swapped = list(parts)
            swapped[0], swapped[-1] = swapped[-1], swapped[0]
            found.append(rebuilt(node, tuple(swapped)))
            other = {Sum: Product, Product: Sum, Entrywise: Product}[type(node)]
            found.append(other(parts))
            if isinstance(node, Sum):
                turned = parts[n].operand if isinstance(parts[n], Negative) else Negative(parts[n])
                found += [rebuilt(node, (*parts[:n], turned, *parts[n + 1 :]))] * 3
        case Name(name):
            own = graph.quantities.get(name)
            alike = [
                other for other, known in graph.quantities.items() if own and known.shape == own.shape and other != name
            ]
            kin = [other for other in alike if own and graph.quantities[other].role == own.role]
            found += [Name(rng.choice(kin))] * 4 if kin else []
            found += [Name(rng.choice(alike))] if alike else []
            found += [Power(node, Number(2))] if own and not own.shape else [Transpose(node)]
        case Number() if node.denominator == 1:
            found += [Number(node.numerator + 1), Number(node.numerator * 2), Number(-node.numerator)]
        case Call(function, arguments, order):
            if order:
                found += [Call(function, arguments)] * 3
            elif len(arguments) == 1:
                found += [arguments[0]] * 2
                found += [Call(rng.choice(("sigmoid", "tanh", "exp", "relu")), arguments)]
            others = [
                unit for unit in graph.definitions.values() if isinstance(unit, Call) and unit.arguments != arguments
            ]
            if order and others:
                found += [Call(function, rng.choice(others).arguments[:1], order)] * 2
        case Power(base, exponent):
            found += [base, Power(base, Number(3)), Power(exponent, base)]
        case Quotient(over, under):
            found += [Quotient(under, over), over, Product((over, under))]
        case Transpose(operand):
            found += [operand] * 3
        case Negative(operand):
            found += [operand] * 3
        case Derivative():
            return None
    return rng.choice(found)
