"""The local derivative of one equation, as factors kept apart in the lecture's order."""

from __future__ import annotations

from collections.abc import Mapping

from symnn.expressions.tree import Call, Tree
from symnn.networks.function import Function
from symnn.ops.operation import Factors
from symnn.ops.slopes import built_in, partials_of

__all__ = ["local_partials"]


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
        from symnn.derivation.primes import derivative_of_call

        return tuple((derivative_of_call(node, functions, place),) for place in range(len(node.arguments)))
    if function is not None:
        return (function.derivative(own, node.arguments[0]),)
    return built_in(node, own)
