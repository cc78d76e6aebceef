"""What a derivation takes for granted, in a box at the head of its page: only what matters for this network."""

from __future__ import annotations

from collections.abc import Iterator

from symnn.derivation.sweep import Derivation
from symnn.expressions.tree import Call, Constant, Name, Number, Power, Product, Sum, Tree, names, walk
from symnn.handouts.document import Block, Framed, Prose, ProseFact
from symnn.language.names import taken_apart
from symnn.networks.graph import Graph
from symnn.networks.tree_shapes import shape_of
from symnn.notation.items import Piece
from symnn.ops import named
from symnn.ops.operation import EDGES
from symnn.ops.table import OF_TENSORS

__all__ = ["conventions"]

FROM_AND_TO = 2
"""How many indices a weight has that says where it comes from and where it leads."""

HALF = Number(1, 2)


def conventions(graph: Graph, derivation: Derivation | None = None, *, numbers: bool = False) -> tuple[Block, ...]:
    """Frame the conventions of a network; of a ``derivation`` through numbers also what holds of its loss."""
    sentences = [*_of_the_loss(derivation), *_of_indices(graph), *_of_functions(graph)]
    if graph.shapes:
        sentences.append(Prose("convention-columns"))
    if numbers:
        sentences.append(Prose("convention-digits"))
    return (Framed("head-conventions", tuple(sentences)),) if sentences else ()


def _of_the_loss(derivation: Derivation | None) -> Iterator[Prose]:
    """Say what constant the loss has, and that it is a mean where it is one."""
    if derivation is None:
        return
    graph, of = derivation.graph, derivation.of
    definition = graph.definitions.get(of)
    if definition is None:
        return
    if any(isinstance(node, Call) and node.function == named.MEAN for node in walk(definition)):
        yield Prose("convention-mean", {"loss": Piece(Name(of))})
    if _keeps_two(derivation):
        yield Prose("convention-factor-2", {"half": Piece(Product((HALF, definition)))})


def _of_indices(graph: Graph) -> Iterator[Prose]:
    """Say which way the indices of a weight go, where all weights with two go from one unit to the next."""
    weights = [name for name in graph.parameters if len(_parts(name)) == FROM_AND_TO]
    users = {name: equation for equation in graph.equations for name in equation.uses}
    if not weights or graph.shapes or any(name not in users for name in weights):
        return
    if all(_goes_from_to(name, users[name].left, users[name].right) for name in weights):
        start, end = _parts(weights[0])
        facts: dict[str, ProseFact] = {"weight": Piece(Name(weights[0])), "start": start, "end": end}
        yield Prose("convention-indices", facts)


def _parts(name: str) -> tuple[str, ...]:
    """Give the two indices of a weight: w46 has 4 and 6, w_x1_1 has x1 and 1; anything else has none."""
    spelling = taken_apart(name)
    if spelling is None:
        return ()
    parts = spelling.parts
    if len(parts) == 1 and parts[0].isdigit() and len(parts[0]) == FROM_AND_TO:
        return tuple(parts[0])
    return tuple(parts) if len(parts) == FROM_AND_TO else ()


def _goes_from_to(weight: str, user: str, right: Tree) -> bool:
    start, end = _parts(weight)
    terms = right.terms if isinstance(right, Sum) else (right,)
    other = {name for term in terms if weight in names(term) for name in names(term) if name != weight}
    return _ends_with(user, end) and len(other) == 1 and all(_ends_with(name, start) for name in other)


def _ends_with(name: str, index: str) -> bool:
    spelling = taken_apart(name)
    return name == index or (spelling is not None and spelling.parts[-1:] == (index,))


def _of_functions(graph: Graph) -> Iterator[Prose]:
    """Say what functions take for granted: values at kinks, ties, the way of a kernel."""
    said = graph.conventions
    used = graph.decided_by
    if "relu_at_zero" in used:
        yield Prose("convention-relu-at-0", {"value": f"{said.relu_at_zero:g}"})
    if "ties" in used:
        yield Prose(f"convention-ties-{said.ties}{'' if 'pooling' in used else '-entries'}")
    calls = [node for equation in graph.equations for node in walk(equation.right) if isinstance(node, Call)]
    if "kernel" in used:
        flipped = any(call.function == named.CONV_FLIPPED for call in calls)
        yield Prose(f"convention-kernel-{'flipped' if flipped else 'unflipped'}")
    yield from (Prose(f"convention-pooling-{edge}") for edge in sorted({_edge(call, graph) for call in calls} - {""}))


def _edge(call: Call, graph: Graph) -> str:
    """Say what becomes of windows that the edge cuts off, where there are any."""
    if call.function not in OF_TENSORS or "pooling" not in OF_TENSORS[call.function].conventions:
        return ""
    last = call.arguments[-1]
    bare = call.arguments[:-1] if isinstance(last, Constant) else call.arguments
    ways = [shape_of(Call(call.function, (*bare, Constant(edge))), graph.shapes) for edge in EDGES]
    if ways[0] == ways[1]:
        return ""
    return EDGES[last == Constant(EDGES[1])].replace("_", "-")


def _keeps_two(derivation: Derivation) -> bool:
    """Say whether the result is a sum of squares without ½, whose derivative has a 2 that the deck leaves out."""
    return _is_of_squares(derivation.graph.definitions[derivation.of]) and any(
        Number(2) in factor.parts for uses in derivation.uses.values() for factor in uses if factor.of == derivation.of
    )


def _is_of_squares(tree: Tree) -> bool:
    """Say whether every term is a square, at most with a name before it: half of it has no 2 in its derivative.

    A penalty λ/2·w² has its ½ already, and nobody halves the logarithms that stand beside a square.
    """
    match tree:
        case Power(_, exponent):
            return exponent == Number(2)
        case Sum(terms):
            return all(map(_is_of_squares, terms))
        case Product(factors):
            others = [one for one in factors if not _is_of_squares(one)]
            return len(others) < len(factors) and not any(
                isinstance(node, Number) for one in others for node in walk(one)
            )
        case Call(named.SUM, (inner,)):
            return _is_of_squares(inner)
        case _:
            return False
