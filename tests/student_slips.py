"""Slips that students make in formulas of the forward pass: expanded as far as they like, with one or two mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from student_mistakes import Answer, Fact, fact, graphs, kind_of

from symnn.expressions.tree import Call, Name, Negative, Number, Power, Product, Sum, Tree, names
from symnn.expressions.writing import plain
from symnn.networks.graph import Graph


@dataclass(frozen=True)
class Question:
    """What a computed quantity is, asked as a formula."""

    name: str
    graph: Graph
    key: Tree


@lru_cache
def questions() -> tuple[Question, ...]:
    """Every output, loss and weighted sum of the catalogue's networks."""
    found = []
    for name in ("neuron", "midges", "one-hidden-layer", "bp-2-2-1", "bp-2-3-2-1", "mlp-tanh", "mlp-half"):
        graph = graphs()[name]
        found += [Question(f"{name}/{quantity}", graph, Name(quantity)) for quantity in graph.definitions]
    return tuple(found)


def replaced(parts: tuple[Tree, ...], place: int, new: Tree | None) -> tuple[Tree, ...]:
    return (*parts[:place], *(() if new is None else (new,)), *parts[place + 1 :])


def sum_of(terms: tuple[Tree, ...]) -> Tree:
    return terms[0] if len(terms) == 1 else Sum(terms)


def product_of(factors: tuple[Tree, ...]) -> Tree:
    return factors[0] if len(factors) == 1 else Product(factors)


def inside(term: Tree) -> Tree:
    return term.operand if isinstance(term, Negative) else term


def neighbours(name: str, of: str, graph: Graph) -> list[str]:
    """List what stands beside a quantity in its equation, or elsewhere on its layer, and is known by then."""
    kind = kind_of(name, graph)
    order = graph.position
    beside = [used for used in names(graph.definitions[of]) if used != name and kind_of(used, graph) == kind]
    layer = [
        other
        for other in graph.quantities
        if other != name and kind_of(other, graph) == kind and order.get(other, -1) < order[of]
    ]
    return beside or layer[:3]


def slips(tree: Tree, of: str, graph: Graph) -> Iterator[tuple[str, Tree, Fact]]:
    """Give every slip in a weighted sum, an activation or a loss: where, what it becomes, what it is called."""
    match tree:
        case Sum(terms):
            for place, term in enumerate(terms):
                yield from term_slips(terms, place, term, of, graph)
        case Call(function, (argument,)) if function in graph.functions:
            meant = graph.functions[function].known
            yield of, argument, fact("activation-missing", at=plain(argument))
            other = "tanh" if meant == "sigmoid" else "sigmoid"
            yield of, Call(other, (argument,)), fact("activation-wrong", meant=meant, wrote=other)
        case Power(Sum((output, Negative(target))), Number(2)):
            yield of, tree.base, fact("exponent", meant="2", wrote="1")
            plus = Power(Sum((output, target)), Number(2))
            yield of, plus, fact("sign", at=plain(Negative(target)))


def term_slips(
    terms: tuple[Tree, ...], place: int, term: Tree, of: str, graph: Graph
) -> Iterator[tuple[str, Tree, Fact]]:
    where = f"{of}/{place}"
    inner = inside(term)
    turned = Sum(replaced(terms, place, Negative(inner) if inner is term else inner))
    if isinstance(inner, Name) and kind_of(inner.name, graph) == "weight":
        yield where, sum_of(replaced(terms, place, None)), fact("bias", bias=inner.name, how="missing")
        yield where, turned, fact("bias", bias=inner.name, how="sign")
        return
    if not isinstance(inner, Product):
        return
    yield where, sum_of(replaced(terms, place, None)), fact("missing-term", term=plain(term))
    yield where, turned, fact("sign", at=plain(term))
    for at, factor in enumerate(inner.factors):
        left = product_of(replaced(inner.factors, at, None))
        yield where, Sum(replaced(terms, place, left)), fact("missing-factor", factor=plain(factor))
        if isinstance(factor, Name):
            for other in neighbours(factor.name, of, graph):
                wrong = Product(replaced(inner.factors, at, Name(other)))
                yield where, Sum(replaced(terms, place, wrong)), fact("wrong-quantity", meant=factor.name, wrote=other)
            right = graph.definitions.get(factor.name)
            if isinstance(right, Call):
                forgot = Product(replaced(inner.factors, at, right.arguments[0]))
                yield (
                    where,
                    Sum(replaced(terms, place, forgot)),
                    fact("activation-missing", at=plain(right.arguments[0])),
                )


def answer(question: Question, rng: Random, count: int) -> Answer | None:
    """Draw an answer with ``count`` slips in different places; None where the question has no room for them."""
    graph = question.graph
    wrong: dict[str, Tree] = {}
    found: list[Fact] = []
    places: set[str] = set()
    reached = [name for name in graph.definitions if name in graph.ancestors(plain(question.key))]
    for _ in range(count):
        of = rng.choice(reached)
        choices = [slip for slip in slips(wrong.get(of, graph.definitions[of]), of, graph) if slip[0] not in places]
        if of in wrong and not isinstance(graph.definitions[of], Sum):
            return None
        if not choices:
            return None
        where, tree, name = rng.choice(choices)
        wrong[of] = tree
        places.add(where)
        found.append(name)
    if len(set(found)) < count:
        return None
    return Answer(question.name, written(question.key, graph, wrong, rng), frozenset(found))


def written(tree: Tree, graph: Graph, wrong: dict[str, Tree], rng: Random) -> Tree:
    """Write a formula out: where it is wrong by all means, elsewhere as far as the student likes."""
    affected = set(wrong)
    for equation in graph.equations:
        if affected.intersection(equation.uses):
            affected.add(equation.left)

    def expand(node: Tree) -> Tree:
        if isinstance(node, Name) and node.name in graph.definitions:
            if node.name in affected or rng.random() < 0.15:
                return expand(wrong.get(node.name, graph.definitions[node.name]))
            return node
        return within(node, expand)

    first = plain(tree)
    return expand(wrong.get(first, graph.definitions[first]))


def within(node: Tree, change: object) -> Tree:
    from symnn.expressions.tree import children, rebuilt

    return rebuilt(node, tuple(change(part) for part in children(node)))  # type: ignore[operator]
