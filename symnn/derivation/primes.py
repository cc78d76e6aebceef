"""What f'(a), f''(a) are: the derivative of a unit's function at an argument, carried out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symnn.expressions.terms import ZERO, product
from symnn.expressions.tree import (
    Call,
    Entrywise,
    Name,
    Number,
    Power,
    Product,
    Tree,
    bare,
    children,
    mapped,
    names,
    rebuilt,
    substitute,
)
from symnn.networks.function import Function
from symnn.networks.shapes import Misfit, shape_of
from symnn.ops.shapes import Shape
from symnn.ops.table import OF_NUMBERS

__all__ = ["carried_out", "derivative_of_call"]

NUMBERS: Mapping[str, Shape] = MappingProxyType({})

ARGUMENT = "argument of the function"
"""A placeholder that no reader can spell."""


def carried_out(tree: Tree, functions: Mapping[str, Function], shapes: Mapping[str, Shape] = NUMBERS) -> Tree:
    """Put the derivative in the place of every primed call: ``f'(a3)`` becomes ``f(a3)*(1 - f(a3))``.

    Trees without primed calls come back without spans, otherwise unchanged. Where the argument is a tensor by
    its ``shapes``, the derivative is written for every entry: products and powers in it are entrywise.

    >>> from symnn.expressions.writing import plain
    >>> from symnn.networks.function import declared
    >>> sigmoid = declared("f", "x", Call("sigmoid", (Name("x"),)))
    >>> plain(carried_out(Call("f", (Name("a3"),), order=1), {"f": sigmoid}))
    'f(a3)*(1 - f(a3))'
    """

    def change(node: Tree) -> Tree | None:
        if isinstance(node, Call) and node.order:
            arguments = tuple(carried_out(argument, functions, shapes) for argument in node.arguments)
            entrywise = bool(shapes) and _is_tensor(arguments[0], shapes)
            return _at(node.function, (0,) * node.order, arguments, functions, entrywise=entrywise)
        return None

    return mapped(tree, change)


def _is_tensor(tree: Tree, shapes: Mapping[str, Shape]) -> bool:
    """Say whether an argument is a tensor; one whose shapes do not fit is left to whoever judges it."""
    try:
        return bool(shape_of(tree, shapes))
    except Misfit:
        return True


def _entrywise(tree: Tree) -> Tree:
    """Write a derivative for every entry of a tensor, while its argument is a placeholder and nothing stands in it.

    Products become entrywise ones, and so do whole powers: that of a matrix would be a product of matrices.
    """
    parts = tuple(map(_entrywise, children(tree)))
    match tree:
        case Product():
            return Entrywise(parts)
        case Power(base, Number(numerator=n, denominator=1)) if n > 1 and names(base):
            return Entrywise((parts[0],) * n)
    return rebuilt(tree, parts) if parts else tree


def derivative_of_call(node: Call, functions: Mapping[str, Function], place: int = 0) -> Tree:
    """Give the derivative of a primed call, f''(a) of f'(a), by one of its arguments as a tree without primes.

    A prime is the derivative by the first argument: of ``leaky_relu(a, 0.2)`` the slope at a.
    """
    return _at(node.function, (*(0,) * node.order, place), tuple(map(bare, node.arguments)), functions)


def _at(
    name: str,
    places: tuple[int, ...],
    arguments: tuple[Tree, ...],
    functions: Mapping[str, Function],
    *,
    entrywise: bool = False,
) -> Tree:
    """Differentiate a function by its arguments at some places, one after the other, and put the arguments in."""
    from symnn.derivation.local import local_partials

    variables = tuple(Name(f"{ARGUMENT} {place}") for place in range(len(arguments)))
    called = Call(name, variables)
    value: Tree = called
    for place in places:
        if value == called:
            function = functions.get(name)
            factors = (
                function.derivative(value, variables[place])
                if function is not None
                else OF_NUMBERS[name].partials(value, *variables)[place]
            )
        else:
            factors = local_partials(value, value, functions).get(variables[place].name, ())
        value = product(factors) if factors else ZERO
    if entrywise:
        value = _entrywise(value)
    return substitute(value, {variable.name: given for variable, given in zip(variables, arguments, strict=True)})
