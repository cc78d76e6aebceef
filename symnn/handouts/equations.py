"""The head of every document: the functions, the forward pass, the conventions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symnn.derivation.sweep import Derivation
from symnn.expressions.terms import product
from symnn.expressions.tree import Call, Name, Number, Power, Tree, bare, mapped, names, walk
from symnn.handouts.document import Block, Heading, Picture, Prose
from symnn.handouts.ones import ones_explained, with_ones
from symnn.handouts.pictures.diagram import diagram
from symnn.networks.function import Function
from symnn.networks.graph import Graph
from symnn.notation.items import Aligned, Expression, Line, Piece, expression, one_piece
from symnn.ops import named
from symnn.ops.table import OF_NUMBERS

if TYPE_CHECKING:
    from symnn.handouts.numbers import Numbers

__all__ = [
    "column_shape",
    "convention_sentences",
    "conventions",
    "declared",
    "forward",
    "functions",
    "output_error",
    "picture",
]

MOST_DRAWN = 60
"""Networks with more units than this are not drawn on a page."""

MOST_NAMED = 60
"""More quantities than this are counted, not named."""


def picture(graph: Graph) -> tuple[Block, ...]:
    """Give the picture of a network that has one worth drawing: units that flow into each other."""
    drawn = diagram(graph)
    return (Picture(drawn),) if drawn.edges and len(drawn.nodes) <= MOST_DRAWN else ()


def declared(graph: Graph) -> tuple[Block, ...]:
    """Name what is given and what is learnt; of very many only how many there are."""
    given, learnt = graph.listed("input", "target"), graph.parameters
    if len(given) + len(learnt) > MOST_NAMED:
        return (Prose("declared-in-number", {"given": len(given), "learnt": len(learnt)}),)
    facts = {"given": tuple(Piece(Name(name)) for name in given), "learnt": tuple(Piece(Name(name)) for name in learnt)}
    if given and learnt:
        return (Prose("declared", facts),)
    return (Prose("declared-given" if given else "declared-learnt", facts),) if facts["given"] + facts["learnt"] else ()


def forward(graph: Graph, numbers: Numbers | None = None) -> tuple[Block, ...]:
    """Give the equations in the order of the forward pass, with their values where there are any."""
    lines = [
        Line(
            one_piece(Name(equation.left)),
            _with_meaning(with_ones(equation.right, graph.shapes, sums=False), graph),
            numbers.value(Name(equation.left)) if numbers else None,
            shape=column_shape(graph.quantities[equation.left].shape),
        )
        for equation in graph.equations
    ]
    return (
        Heading("head-forward"),
        *declared(graph),
        *picture(graph),
        Prose("forward-explained"),
        Aligned(tuple(lines)),
        *ones_explained(with_ones(one.right, graph.shapes, sums=False) for one in graph.equations),
    )


def output_error(graph: Graph, added: str) -> tuple[Block, ...]:
    """Say that the network has no loss of its own, where one was ``added``, and what stands for it."""
    if not added:
        return ()
    error, output = names(graph.definitions[added])
    facts = {"of": Piece(Name(added)), "error": Piece(Name(error)), "output": Piece(Name(output))}
    return (Prose("output-error-explained", facts),)


def _with_meaning(right: Tree, graph: Graph) -> tuple[Expression, ...]:
    """Write a right side, and once more with the losses between numbers written out: HSE(y, z) = ½ (y - z)²."""

    def meant(node: Tree) -> Tree | None:
        if not isinstance(node, Call) or len(node.arguments) == 1 or node.order or node.function in graph.functions:
            return None
        known = OF_NUMBERS.get(node.function)
        of_numbers = graph.shapes.keys().isdisjoint(names(node))
        if known is None or known.definition is None or not of_numbers:
            return None
        return known.definition(*(mapped(argument, meant) for argument in node.arguments))

    written = mapped(right, meant)
    return (expression(right),) if written == bare(right) else (expression(right), expression(written))


def column_shape(shape: tuple[int, ...]) -> str:
    """Write a shape, that of a vector as a column."""
    return "x".join(map(str, shape if len(shape) != 1 else (*shape, 1)))


def functions(graph: Graph) -> tuple[Block, ...]:
    """Give the declared functions and their derivatives in short form; equal formulas together."""
    if not graph.functions:
        return ()
    alike: dict[tuple[str, Tree], list[Function]] = {}
    for function in graph.functions.values():
        alike.setdefault((function.parameter, function.body), []).append(function)
    blocks: list[Block] = [Heading("head-functions"), Prose("functions-explained")]
    for group in alike.values():
        blocks.append(Aligned(tuple(_function(group))))
        if len(group) > 1:
            parameter = Name(group[0].parameter)
            others = tuple(Piece(Call(function.name, (parameter,), order=1)) for function in group[1:])
            blocks.append(Prose("functions-alike", {"functions": others}))
    return tuple(blocks)


def _function(group: list[Function]) -> Iterator[Line]:
    """Write functions that are one formula, and the derivative of the first."""
    first, parameter = group[0], Name(group[0].parameter)
    calls = [Call(function.name, (parameter,)) for function in group]
    names = tuple(one_piece(call) for call in calls)
    yield Line(names[0], (*names[1:], *_written_out(first)))
    slope = product(first.derivative(calls[0], parameter))
    yield Line(one_piece(Call(first.name, (parameter,), order=1)), (expression(slope),))


def _written_out(function: Function) -> tuple[Expression, ...]:
    """Write a function's formula, and that of a built-in one in more elementary terms."""
    operation = OF_NUMBERS.get(function.known)
    if not isinstance(function.body, Call) or operation is None or operation.definition is None:
        return (expression(function.body),)
    meant = expression(operation.definition(Name(function.parameter)))
    return (meant,) if function.known == named.IDENTITY else (expression(function.body), meant)


def conventions(derivation: Derivation, whole: Graph) -> tuple[Block, ...]:
    """Say what the derivation takes for granted, as far as it matters in the ``whole`` network."""
    graph, of = derivation.graph, derivation.of
    sentences: list[Prose] = []
    if _keeps_two(derivation):
        facts = {"loss": Piece(Name(of)), "square": Piece(graph.definitions[of])}
        sentences.append(Prose("convention-factor-2", facts))
    return (*sentences, *convention_sentences(whole))


def convention_sentences(graph: Graph) -> tuple[Block, ...]:
    """Say what the functions of a network take for granted: values at kinks, ties, the way of a kernel."""
    said = graph.conventions
    used = graph.decided_by
    sentences: list[Prose] = []
    if "relu_at_zero" in used:
        sentences.append(Prose("convention-relu-at-0", {"value": f"{said.relu_at_zero:g}"}))
    if "ties" in used:
        sentences.append(Prose(f"convention-ties-{said.ties}"))
    if "kernel" in used:
        sentences.append(Prose(f"convention-kernel-{said.kernel}"))
    return tuple(sentences)


def _keeps_two(derivation: Derivation) -> bool:
    """Say whether the result is a square without ½, whose derivative has a 2 that the deck leaves out."""
    definition = derivation.graph.definitions.get(derivation.of)
    if definition is None or not any(
        isinstance(node, Power) and node.exponent == Number(2) for node in walk(definition)
    ):
        return False
    return any(
        Number(2) in factor.parts for uses in derivation.uses.values() for factor in uses if factor.of == derivation.of
    )
