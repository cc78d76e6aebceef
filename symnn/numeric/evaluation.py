"""What a network gives at a point: values and gradient as floats, exact expressions, or proved digits."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from symnn.derivation.sweep import Derivation, derive
from symnn.errors import Problem, UsageError
from symnn.messages import raisable
from symnn.networks.values import collected
from symnn.numeric.arithmetic import floats
from symnn.numeric.balls import double, interval, is_fraction
from symnn.numeric.exact import exact
from symnn.numeric.formatting import Digits, agreed_digits, fraction, written
from symnn.numeric.forward import forward
from symnn.numeric.gradient import backward
from symnn.numeric.reaching import reached
from symnn.numeric.tracing import BallTrace, infinite, traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from symnn.documents.containers import Nested
    from symnn.networks.graph import Graph
    from symnn.networks.network import Network

__all__ = ["Evaluation", "as_far_as_given", "evaluated", "gradients_of", "with_gradients"]

_INDISTINCT: Final = 1000
"""Decimals after which a number that no precision has settled counts as the one it cannot be told from."""

_LARGEST_EXACT: Final = 20_000
_LONGEST: Final = 100_000
"""Bits of an exact fraction: 30 000 digits, which nobody reads."""

Shown = Any
"""A float, a text, or nested lists of them."""


class Evaluation(Struct, frozen=True):
    """The values of all quantities, and the gradient of the result by each parameter if it was asked for.

    ``needs`` names, for each quantity that has no value, the values that are missing.
    """

    values: Mapping[str, Shown]
    gradient: Mapping[str, Shown] | None = None
    needs: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def evaluated(
    graph: Graph,
    at: Mapping[str, Nested],
    form: Digits | Literal["floats", "exact"] = "floats",
    derivation: Derivation | None = None,
) -> Evaluation:
    r"""Evaluate a network at a point; with a ``derivation`` also its gradient.

    ``at`` has a value for every entry of a tensor; the results are nested lists.

    Numbers are floats, or texts: exact (``7/9``, an expression where a value is irrational), or with the
    ``Digits`` wanted, every one of them proved by ball arithmetic.
    Raises: UsageError naming missing values, or where exact expressions grow too large.

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("a = x/9\ny = exp(a)")
    >>> evaluated(graph, {"x": 7}, "exact").values
    {'x': '7', 'a': '7/9', 'y': 'exp(7/9)'}
    >>> evaluated(graph, {"x": 7}, Digits("significant", 30)).values["y"]
    '2.17662993171624818259555107654'
    """
    if graph.shapes or graph.declared:
        found = evaluated(graph.entrywise, at, form, derivation)
        gradient = None if found.gradient is None else collected(found.gradient, graph)
        return Evaluation(collected(found.values, graph), gradient)
    if form == "floats":
        return _in_floats(graph, at, derivation)
    if form == "exact":
        return _exactly(graph, at, derivation)
    return _in_digits(graph, at, derivation, form)


def as_far_as_given(
    graph: Graph,
    at: Mapping[str, Nested],
    form: Digits | Literal["floats", "exact"] = "floats",
    derivation: Derivation | None = None,
) -> Evaluation:
    r"""Evaluate what the given values reach, as `evaluated` does, and say what the rest needs.

    Raises: UsageError naming the missing values where they reach nothing, or not the result that is derived.

    >>> from symnn.networks.models import graph_from_text
    >>> found = as_far_as_given(graph_from_text("a = w*x\nE = (a - z)^2"), {"w": 2, "x": 3})
    >>> dict(found.values), dict(found.needs)
    ({'w': 2.0, 'x': 3.0, 'a': 6.0}, {'E': ('z',)})
    """
    part = reached(graph, at)
    if not part.needs:
        return evaluated(graph, at, form, derivation)
    if not part.graph.equations or (derivation is not None and derivation.of in part.needs):
        wanted = part.needs if derivation is None else {derivation.of: part.needs.get(derivation.of, ())}
        names = dict.fromkeys(name for needs in wanted.values() for name in _joined(needs, graph))
        raise raisable(UsageError, Problem("missing-value", {"names": tuple(names)}))
    found = evaluated(part.graph, at, form, derivation)
    needs: dict[str, tuple[str, ...]] = {}
    for name, missing in part.needs.items():
        (whole,) = _joined((name,), graph)
        needs[whole] = tuple(dict.fromkeys((*needs.get(whole, ()), *_joined(missing, graph))))
    return Evaluation(
        collected(found.values, graph),
        None if found.gradient is None else collected(found.gradient, graph),
        MappingProxyType({name: missing for name, missing in needs.items() if name in graph.quantities}),
    )


def _joined(names: Iterable[str], graph: Graph) -> tuple[str, ...]:
    """Name tensors for their entries."""
    wholes = ((name, name.partition("[")[0]) for name in names)
    return tuple(dict.fromkeys(whole if whole in graph.shapes else name for name, whole in wholes))


def _evaluation(trace: BallTrace, show: Callable[[str, Any], Shown], derivation: Derivation | None) -> Evaluation:
    """Show every number; slopes that were mended are fractions, or floats that are not finite."""
    values = {name: show(name, value) for name, value in trace.values.items()}
    if derivation is None:
        return Evaluation(values)
    slopes = {**trace.slopes, **trace.mended}
    return Evaluation(values, {name: show(name, slope) for name, slope in slopes.items()})


def _in_floats(graph: Graph, at: Mapping[str, Nested], derivation: Derivation | None) -> Evaluation:
    """Evaluate to the last digit of a float, also where a float on the way would overflow or lose its digits."""
    trace = traced(graph, at, derivation, lambda value: double(value) is not None)
    values = {name: double(value) for name, value in trace.values.items()}
    slopes = {name: double(slope) for name, slope in {**trace.slopes, **trace.mended}.items()}
    if None in values.values() or None in slopes.values():
        return _as_floats_have_it(graph, at, derivation, values, slopes)
    return Evaluation(values, None if derivation is None else slopes)


def _as_floats_have_it(
    graph: Graph,
    at: Mapping[str, Nested],
    derivation: Derivation | None,
    values: Mapping[str, float | None],
    slopes: Mapping[str, float | None],
) -> Evaluation:
    """Fill in what no precision settles, as exp(exp(exp(20))) or the sign of what may be 0, by plain floats."""
    m = floats(graph.conventions)
    near = forward(graph, {name: float(at[name]) for name in graph.free}, m)  # type: ignore[arg-type]
    errors = backward(derivation, near, m) if derivation is not None else {}
    return Evaluation(
        {name: near[name] if value is None else value for name, value in values.items()},
        None if derivation is None else {n: errors[n] if slope is None else slope for n, slope in slopes.items()},
    )


def _exactly(graph: Graph, at: Mapping[str, Nested], derivation: Derivation | None) -> Evaluation:
    """Evaluate in fractions, and in expressions where a value is irrational."""
    trace = traced(graph, at, derivation, lambda _: True, longest=_LONGEST)
    if trace.shortened:
        raise raisable(UsageError, Problem("too-long-fraction", {"limit": _LONGEST}))
    if all(is_fraction(value) for part in (trace.values, trace.slopes) for value in part.values()):
        return _evaluation(trace, lambda _, value: _exact_text(value), derivation)
    return _in_expressions(graph, at, derivation, trace)


def _exact_text(value: Any) -> str:
    """Write what is rational as a fraction, and what is not finite."""
    if isinstance(value, float):
        return str(value)
    ends = interval(value) if not isinstance(value, Fraction) else (value, value)
    return fraction(ends[0]) if ends is not None else str(infinite(value))


def _in_expressions(
    graph: Graph, at: Mapping[str, Nested], derivation: Derivation | None, in_balls: BallTrace
) -> Evaluation:
    """Evaluate in SymPy's exact expressions, if they stay of a size that anyone would read."""
    import sympy

    from symnn.expressions.writing import plain
    from symnn.ops.algebra import from_sympy

    _refuse_large(graph, derivation, in_balls.values)
    m = exact(graph.conventions)
    try:
        values = forward(graph, {name: sympy.Rational(at[name]) for name in graph.free}, m)
        errors = backward(derivation, values, m) if derivation is not None else {}
    except (ValueError, RecursionError):  # SymPy's own limits, as on a floor with more than 4300 digits
        raise raisable(UsageError, Problem("too-long-fraction", {"limit": _LONGEST})) from None
    slopes = {name: errors[name] for name in in_balls.slopes}

    def show(_: str, value: Any) -> str:
        if isinstance(value, Fraction | float):
            return _exact_text(value)
        if value.is_Rational:
            return fraction(Fraction(int(value.p), int(value.q)))
        return plain(from_sympy(value)) if value.is_finite is not False else str(infinite(value))

    return _evaluation(BallTrace(values, slopes, in_balls.mended, shortened=False), show, derivation)


def _refuse_large(graph: Graph, derivation: Derivation | None, in_balls: Mapping[str, Any]) -> None:
    """Refuse expressions that would have more leaves than can be read: they are counted, not built.

    ``in_balls`` tells which values are fractions: those are one leaf each.
    """
    from symnn.expressions.tree import Name, walk

    sizes: dict[str, int] = dict.fromkeys(graph.free, 1)
    for equation in graph.equations:
        if is_fraction(in_balls[equation.left]):
            sizes[equation.left] = 1
            continue
        sizes[equation.left] = sum(sizes[node.name] if isinstance(node, Name) else 1 for node in walk(equation.right))
    largest = max(sizes.values(), default=0)
    if derivation is not None:
        largest *= max(derivation.path_counts.values(), default=1)
    if largest > _LARGEST_EXACT:
        raise raisable(UsageError, Problem("too-large-exact", {"size": largest, "limit": _LARGEST_EXACT}))


def _in_digits(graph: Graph, at: Mapping[str, Nested], derivation: Derivation | None, digits: Digits) -> Evaluation:
    """Evaluate in balls, at rising precision until every digit wanted is proved."""
    trace = traced(graph, at, derivation, lambda value: _proved(value, digits) is not None, 4 * digits.count)
    return _evaluation(trace, lambda name, value: _settled(name, value, digits), derivation)


def _proved(value: Any, digits: Digits) -> str | None:
    """Write a ball if its digits are settled; a number beyond all bounds as infinite if that is sure."""
    ends = interval(value)
    if ends is not None:
        return agreed_digits(*ends, digits)
    return str(infinite(value)) if value > 0 or value < 0 else None


def _settled(name: str, value: Any, digits: Digits) -> str:
    """Write a ball that no precision settles: as the decimal that ends from which it cannot be told.

    Raises: UsageError where the ball is wide, as a step function of a number that may be 0.
    """
    if isinstance(value, Fraction | float):
        return written(value, digits) if isinstance(value, Fraction) else str(value)
    ends = interval(value)
    if ends is None:
        return str(infinite(value))
    text = agreed_digits(*ends, digits)
    if text is not None:
        return text
    low, high = ends
    if (high - low) * 10**_INDISTINCT > max(Fraction(1), abs(low)):
        raise raisable(UsageError, Problem("digits-not-settled", {"name": name}))
    return written(round((low + high) / 2, _INDISTINCT), digits)


def gradients_of(network: Network) -> tuple[Derivation, ...]:
    """Derive every parameter by the loss that it is trained for: the players of an adversarial network by their own.

    Raises: UsageError if the network has no scalar result.
    """
    if network.graph.result is None:
        raise raisable(UsageError, Problem("no-scalar-gradient"))
    found = tuple(derive(network.graph, side.loss, side.parameters) for side in network.sides())
    return found or (derive(network.graph, network.graph.result, ()),)


def with_gradients(network: Network, evaluate: Callable[[Derivation], Evaluation]) -> Evaluation:
    """Evaluate with the gradient of every parameter by its own loss; ``evaluate`` does it for one loss.

    Raises: UsageError if the network has no scalar result.
    """
    found = [evaluate(derivation) for derivation in gradients_of(network)]
    merged = {name: value for one in found for name, value in (one.gradient or {}).items()}
    gradient = {name: merged[name] for name in network.graph.parameters if name in merged}
    return Evaluation(found[0].values, gradient, found[0].needs)
