"""The values of derivatives: by the backward sweep, each error used once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symnn.numeric.forward import with_results
from symnn.numeric.interpreter import Interpreter
from symnn.numeric.valued import multiplied_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.derivation.sweep import Derivation, Factor
    from symnn.ops.operation import Arithmetic

__all__ = ["backward"]


def backward(derivation: Derivation, values: Mapping[str, Any], m: Arithmetic) -> dict[str, Any]:
    r"""Give ∂of/∂q for every quantity q that ``of`` depends on, and 0 for others asked for.

    ``values`` are those of the forward pass in the same arithmetic. Cost: linear, each error used once.

    >>> from symnn.derivation.sweep import derive
    >>> from symnn.networks.models import graph_from_text
    >>> from symnn.numeric.arithmetic import floats
    >>> from symnn.numeric.forward import forward
    >>> graph = graph_from_text("a = w*x\nE = (a - z)^2")
    >>> values = forward(graph, {"w": 2.0, "x": 3.0, "z": 5.0}, floats())
    >>> backward(derive(graph), values, floats())["w"]
    6.0
    """
    if m.in_arrays is None:
        return _swept(derivation, values, m)
    from symnn.numeric.wide import in_floats

    graph = derivation.graph

    def again(given: Mapping[str, Any], numbers: Arithmetic) -> dict[str, Any]:
        return _swept(derivation, with_results(graph, {name: given[name] for name in graph.free}, numbers), numbers)

    return in_floats(m, values, lambda given, numbers: _swept(derivation, given, numbers), again)


def _swept(derivation: Derivation, values: Mapping[str, Any], m: Arithmetic) -> dict[str, Any]:
    """Go backward in just the numbers of ``m``."""
    interpreter = Interpreter(m, derivation.graph.functions, derivation.graph.definitions)
    errors: dict[str, Any] = {derivation.of: m.number(1, 1)}
    for name in derivation.downward:
        if name == derivation.of:
            continue
        terms = [
            errors[factor.of] * _factor_value(factor, values, interpreter)
            for factor in derivation.uses[name]
            if factor.of in errors
        ]
        errors[name] = m.kept(_total(terms, m))
    for name in derivation.wrt:
        errors.setdefault(name, m.number(0, 1))
    return errors


def _factor_value(factor: Factor, values: Mapping[str, Any], interpreter: Interpreter) -> Any:
    """Evaluate one factor of the chain rule, the product of its parts."""
    return multiplied_values(*(interpreter.of(part, values) for part in factor.parts))


def _total(terms: list[Any], m: Arithmetic) -> Any:
    total = terms[0] if terms else m.number(0, 1)
    for term in terms[1:]:
        total = total + term
    return total
