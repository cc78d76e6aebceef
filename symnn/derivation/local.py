"""The local derivative of one equation, as factors kept apart in the lecture's order."""

from __future__ import annotations

from collections.abc import Mapping

from symnn.expressions.terms import ZERO, product
from symnn.expressions.tree import Call, Name, Tree, bare, substitute
from symnn.networks.function import Function
from symnn.ops.operation import Factors
from symnn.ops.slopes import built_in, partials_of
from symnn.ops.table import OF_NUMBERS

__all__ = ["derivative_of_call", "derived", "local_partials", "placeholders", "put_in"]


def local_partials(right: Tree, value: Tree, functions: Mapping[str, Function]) -> dict[str, Factors]:
    """Differentiate the right side of an equation by each name in it, other names held fixed.

    ``value`` is how the equation's own value is called, so that ``y = f(a3)`` gives ``y (1 - y)``.
    A name used more than once has one factor: the sum over its uses. Cost: linear in the right side.

    >>> from symnn.expressions.terms import difference
    >>> from symnn.expressions.tree import Name, Number, Power
    >>> from symnn.expressions.writing import plain
    >>> square = Power(difference(Name("y"), Name("z")), Number(2))
    >>> {name: [plain(part) for part in parts] for name, parts in local_partials(square, Name("E"), {}).items()}
    {'y': ['2', 'y - z'], 'z': ['-1', '2', 'y - z']}
    """
    return partials_of(right, value, lambda node, own: _call_partials(node, own, functions))


def _call_partials(node: Call, own: Tree, functions: Mapping[str, Function]) -> tuple[Factors, ...]:
    """Give the local derivatives of a call; of a primed call, the next derivative."""
    function = functions.get(node.function)
    if node.order:
        return tuple((derivative_of_call(node, functions, place),) for place in range(len(node.arguments)))
    if function is not None:
        return (function.derivative(own, node.arguments[0]),)
    return built_in(node, own)


def derivative_of_call(node: Call, functions: Mapping[str, Function], place: int = 0) -> Tree:
    """Give the derivative of a primed call, f''(a) of f'(a), by one of its arguments as a tree without primes.

    A prime is the derivative by the first argument: of ``leaky_relu(a, 0.2)`` the slope at a.
    """
    places = (*(0,) * node.order, place)
    return put_in(derived(node.function, places, len(node.arguments), functions), tuple(map(bare, node.arguments)))


def derived(name: str, places: tuple[int, ...], count: int, functions: Mapping[str, Function]) -> Tree:
    """Differentiate a function of ``count`` arguments at some places, one after the other, over placeholders."""
    variables = placeholders(count)
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
    return value


def put_in(tree: Tree, arguments: tuple[Tree, ...]) -> Tree:
    """Put arguments in the place of the placeholders."""
    return substitute(tree, {_placeholder(place).name: given for place, given in enumerate(arguments)})


def placeholders(count: int) -> tuple[Name, ...]:
    """Name the arguments of a function that are put in later."""
    return tuple(map(_placeholder, range(count)))


def _placeholder(place: int) -> Name:
    """Name an argument as no reader can spell it."""
    return Name(f"argument of the function {place}")
