"""The head of every document: the picture, the forward pass, the functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from symnn.derivation.local import local_partials
from symnn.expressions.terms import product
from symnn.expressions.tree import Call, Name, Tree, bare, mapped, names, substitute
from symnn.handouts.document import Block, Heading, Picture, Prose
from symnn.handouts.folded_sums import folding_of
from symnn.handouts.ones import ones_explained, with_ones
from symnn.handouts.pictures.diagram import Diagram, diagram
from symnn.networks.function import Function
from symnn.networks.graph import Graph
from symnn.notation.items import Aligned, Expression, Line, Piece, expression, one_piece
from symnn.ops import named
from symnn.ops.table import OF_NUMBERS

if TYPE_CHECKING:
    from symnn.handouts.shown_numbers import Numbers

__all__ = [
    "column_shape",
    "forward_lines",
    "functions",
    "output_error",
    "picture",
]

MOST_DRAWN = 60
"""Networks with more units than this are not drawn on a page."""


def picture(graph: Graph, highlighted: Diagram | None = None) -> tuple[Picture, ...]:
    """Give the picture of a network that has one worth drawing, with a path ``highlighted`` perhaps."""
    drawn = highlighted or diagram(graph)
    return (Picture(drawn),) if drawn.edges and len(drawn.nodes) <= MOST_DRAWN else ()


def forward_lines(graph: Graph, numbers: Numbers | None = None) -> tuple[Block, ...]:
    """Give the equations in the order of the forward pass, numbered, with their values where there are any."""
    fold = folding_of(graph)
    lines = [
        Line(
            one_piece(Name(equation.left)),
            _with_meaning(fold.of(with_ones(equation.right, graph.shapes, sums=False), equation.left), graph),
            numbers.value(Name(equation.left)) if numbers else None,
            shape=column_shape(graph.quantities[equation.left].shape),
            label=f"F{count}",
            put_in=numbers.put_in(equation.right) if numbers else None,
        )
        for count, equation in enumerate(graph.equations, 1)
    ]
    return (
        Heading("head-forward"),
        Prose("forward-explained"),
        Aligned(tuple(lines), paired=True),
        *ones_explained(with_ones(one.right, graph.shapes, sums=False) for one in graph.equations),
    )


def output_error(graph: Graph, added: str, *, summed: bool = False) -> tuple[Block, ...]:
    """Say that the network has no loss of its own, where one was ``added``, what stands for it, and its value."""
    if not added:
        return ()
    error, output = names(graph.definitions[added])
    facts = {"of": Piece(Name(added)), "error": Piece(Name(error)), "output": Piece(Name(output))}
    said = Prose("output-error-explained", facts)
    return (said, Prose("output-error-of-ones", facts)) if summed else (said,)


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


def functions(graph: Graph, *, proved: bool = False) -> tuple[Block, ...]:
    """Give the declared functions and their derivatives in short form, equal formulas together; once ``proved``."""
    if not graph.functions:
        return ()
    alike: dict[tuple[str, Tree], list[Function]] = {}
    for function in graph.functions.values():
        own = _in_a_free_letter(function, graph)
        alike.setdefault((own.parameter, own.body), []).append(own)
    blocks: list[Block] = [Prose("functions-explained")]
    for group in alike.values():
        blocks.append(Aligned(tuple(_function(group, proved=proved)), paired=True))
        if len(group) > 1:
            parameter = Name(group[0].parameter)
            others = tuple(Piece(Call(function.name, (parameter,), order=1)) for function in group[1:])
            blocks.append(Prose("functions-alike", {"functions": others}))
    return tuple(blocks)


_LETTERS: Final = ("u", "v", "t", "s", "r")
"""For f(u) on a page where x is an input."""


def _in_a_free_letter(function: Function, graph: Graph) -> Function:
    """Write a function in a letter that is no quantity of the page."""
    if function.parameter not in graph.quantities:
        return function
    letter = next((one for one in _LETTERS if one not in graph.quantities), function.parameter)
    return replace(function, parameter=letter, body=substitute(function.body, {function.parameter: Name(letter)}))


def _function(group: list[Function], *, proved: bool) -> Iterator[Line]:
    """Write functions that are one formula, and the derivative of the first, with a proof by the rules."""
    first, parameter = group[0], Name(group[0].parameter)
    calls = [Call(function.name, (parameter,)) for function in group]
    names = tuple(one_piece(call) for call in calls)
    yield Line(names[0], (*names[1:], *_written_out(first)))
    slope = expression(product(first.derivative(calls[0], parameter)))
    steps = (*_by_the_rules(first), slope) if proved else (slope,)
    yield Line(one_piece(Call(first.name, (parameter,), order=1)), tuple(dict.fromkeys(steps)))


def _by_the_rules(function: Function) -> tuple[Expression, ...]:
    """Differentiate a function's formula by the rules alone, as the first step of its short form."""
    operation = OF_NUMBERS.get(function.known)
    body = function.body
    if operation is not None and operation.definition is not None:
        body = operation.definition(Name(function.parameter))
    slope = local_partials(body, body, {}).get(function.parameter)
    return (expression(product(slope)),) if slope is not None and body != Name(function.parameter) else ()


def _written_out(function: Function) -> tuple[Expression, ...]:
    """Write a function's formula, and that of a built-in one in more elementary terms."""
    operation = OF_NUMBERS.get(function.known)
    if not isinstance(function.body, Call) or operation is None or operation.definition is None:
        return (expression(function.body),)
    meant = expression(operation.definition(Name(function.parameter)))
    return (meant,) if function.known == named.IDENTITY else (expression(function.body), meant)
