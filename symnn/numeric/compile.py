"""A checked graph compiled to readable straight-line Python: values and gradients, at a point or a batch.

This is the only place where source becomes code, and the source is written here, from a checked graph, by our
own printer: names are Python identifiers that `spelling` made, numbers and operators are the printer's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final, TypeAlias

from symnn.derivation.matrices import derive_matrix, joined
from symnn.derivation.sweep import derive
from symnn.errors import Problem, UsageError
from symnn.messages import raised
from symnn.networks.conventions import Conventions
from symnn.networks.graph import Graph
from symnn.numeric import kernels
from symnn.numeric.arithmetic import floats
from symnn.numeric.forward import missing
from symnn.numeric.program import Program, Sweep, program
from symnn.numeric.source import AT_ONE_POINT, FOR_A_BATCH, Source, batch_source, point_source
from symnn.ops.shapes import normal, written

__all__ = ["Results", "Sides", "Step", "compiled"]

Results = tuple[dict[str, Any], dict[str, Any]]
"""The values of the computed quantities, and the gradients, by name."""

Sides: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Several results, each with the quantities by which it is derived."""

_NUMBERS: Final = frozenset({float})
_BLOCK: Final = 8192
"""Samples computed at a time, so that what lies between two lines of code stays in the processor's cache."""


def compiled(
    graph: Graph,
    of: str | None = None,
    wrt: tuple[str, ...] | None = None,
    sides: Sides = (),
) -> Step:
    r"""Compile a graph: ``step(batch) -> (values, gradients)``.

    The gradients are those of ``of`` (the last scalar result; none if there is no such result) by each of
    ``wrt`` (all parameters); or, with ``sides``, those of several results by quantities of their own.

    >>> from symnn.networks.models import graph_from_text
    >>> step = compiled(graph_from_text("a = w*x\nE = (a - z)^2"), wrt=("w",))
    >>> step({"w": 2.0, "x": 3.0, "z": 5.0})
    ({'a': 6.0, 'E': 1.0}, {'w': 6.0})
    >>> print(step.point_source)
    def at_one_point(given):
        w = given["w"]
        x = given["x"]
        z = given["z"]
    <BLANKLINE>
        # forward
        a = w*x
        t1 = a - z
        E = t1*t1
    <BLANKLINE>
        # backward
        dE_da = 2*t1
        dE_dw = dE_da*x
    <BLANKLINE>
        return {"a": a, "E": E}, {"w": dE_dw}
    <BLANKLINE>
    """
    if sides:
        return Step(graph, joined(graph, sides))
    if of is None and graph.result is None:
        return Step(graph, None)
    return Step(graph, derive_matrix(graph, of, wrt) if graph.shapes else derive(graph, of, wrt))


class Step:
    """One step of a network: ``step(batch_by_name) -> (values, gradients)``, both dicts by name.

    In the batch each quantity is a number or array of its shape, or has one more axis before it that runs over
    the samples. A quantity given once gets its gradient summed over the batch, one given per sample gets it per
    sample. Numbers at one point run on plain floats. ``source`` is what runs, in readable Python; a batch is
    compiled once for each choice of what is given per sample.
    Raises: UsageError naming what is missing, and for shapes and lengths that do not fit.
    """

    def __init__(self, graph: Graph, sweep: Sweep | None) -> None:
        self.graph = graph
        self.sweep = sweep
        self._batches: dict[frozenset[str], Callable[..., Results]] = {}

    def __call__(self, batch: Mapping[str, Any]) -> Results:
        """Give the values and the gradients."""
        if _NUMBERS.issuperset(map(type, batch.values())):
            try:
                return self._point(batch)
            except (ArithmeticError, ValueError, KeyError):  # `math` raises where NumPy says inf or nan
                pass
        return self._of_arrays(batch)

    def program(self, batched: frozenset[str] = frozenset()) -> Program:
        """Write what is computed, line by line, where these quantities are given per sample."""
        return program(self.graph, self.sweep, batched)

    @property
    def point_source(self) -> str:
        """The source for one point."""
        return self.at_one_point()[0]

    @property
    def source(self) -> str:
        """The source for one point, and for a batch of inputs and targets with one set of parameters."""
        batched = frozenset(self.graph.listed("input", "target"))
        return f"{self.point_source}\n\n{self.batch_source(batched)}"

    def batch_source(self, batched: frozenset[str]) -> str:
        """Give the source for a batch where these quantities are given per sample."""
        return batch_source(self.program(batched))[0]

    def at_one_point(self) -> tuple[str, Source]:
        """Give the source for one point, and what it names: in floats for a network of numbers, else in arrays."""
        return self._at_one_point(arrays=bool(self.graph.shapes))

    def _at_one_point(self, *, arrays: bool) -> tuple[str, Source]:
        return point_source(self.program(), arrays=arrays)

    @cached_property
    def _point(self) -> Callable[[Mapping[str, Any]], Results]:
        arrays = bool(self.graph.shapes)
        return _loaded(AT_ONE_POINT, *self._at_one_point(arrays=arrays), None if arrays else self.graph.conventions)

    @cached_property
    def _point_of_arrays(self) -> Callable[[Mapping[str, Any]], Results]:
        return _loaded(AT_ONE_POINT, *self._at_one_point(arrays=True))

    def _of_arrays(self, batch: Mapping[str, Any]) -> Results:
        import numpy as np

        absent = missing(self.graph, batch)
        if absent:
            raise raised(UsageError, Problem("missing-value", {"names": absent}))
        given = {name: np.asarray(batch[name], dtype=float) for name in self.graph.free}
        lengths = {name: len(array) for name, array in given.items() if self._is_batch(name, array)}
        if len(set(lengths.values())) > 1:
            said = tuple(f"{name}: {length}" for name, length in lengths.items())
            raise raised(UsageError, Problem("batch-lengths", {"lengths": said}))
        whole = {name: self.graph.shapes.get(name, ()) for name in given.keys() - lengths.keys()}
        given |= {name: given[name].reshape(shape) for name, shape in whole.items()}
        numbers = {name: np.float64(array) if not array.ndim else array for name, array in given.items()}
        with np.errstate(all="ignore"):
            if lengths:
                return self._runner(frozenset(lengths))(numbers, next(iter(lengths.values())), _BLOCK)
            values, gradients = self._point_of_arrays(numbers)
        return _plain(values), _plain(gradients)

    def _is_batch(self, name: str, array: Any) -> bool:
        """Say whether a quantity is given per sample."""
        shape = self.graph.shapes.get(name, ())
        if array.shape == shape:
            return False
        if array.shape[1:] == shape and array.ndim == len(shape) + 1:
            return True
        if normal(array.shape) == shape:  # a column as n x 1, a kernel of one weight as 1 x 1
            return False
        facts = {"name": name, "expected": written(shape) if shape else "N", "got": written(array.shape)}
        raise raised(UsageError, Problem("value-shape", facts))

    def _runner(self, batched: frozenset[str]) -> Callable[..., Results]:
        if batched not in self._batches:
            self._batches[batched] = _loaded(FOR_A_BATCH, *batch_source(self.program(batched)))
        return self._batches[batched]


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    """Give numbers as Python's."""
    return {name: value if getattr(value, "ndim", 0) else float(value) for name, value in found.items()}


def _loaded(name: str, text: str, source: Source, conventions: Conventions | None = None) -> Callable[..., Results]:
    """Turn source that this package wrote into a function; it sees nothing but what it needs.

    With ``conventions`` its functions are those of floats, else NumPy's.
    """
    import numpy as np

    namespace: dict[str, Any] = {"__builtins__": {"min": min, "range": range, "len": len, "float": float}, "np": np}
    namespace |= {one: getattr(kernels, one) for one in source.functions.intersection(kernels.__all__)}
    namespace |= {
        one: kernels.operation(call.function, call.shapes, call.settings, call.ties)
        for call, one in source.kernels.items()
    }
    if conventions is not None:
        namespace |= {one: getattr(np, one) for one in source.functions if hasattr(np, one)} | _of_floats(conventions)
    exec(compile(text, f"<symnn {name}>", "exec"), namespace)  # noqa: S102 - our printer's source of a checked graph
    function: Callable[..., Results] = namespace[name]
    return function


def _of_floats(conventions: Conventions) -> dict[str, Any]:
    """Give the functions of one point by the names that NumPy has for them."""
    m = floats(conventions)
    return {
        **{
            name: getattr(math, name)
            for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "pow")
        },
        **{f"arc{name}": getattr(math, f"a{name}") for name in ("sin", "cos", "tan")},
        **{f"math_{name}": getattr(math, name) for name in ("pi", "e", "inf", "nan")},
        "abs": abs,
        "sign": m.sign,
        "floor": m.floor,
        "maximum": m.maximum,
        "minimum": m.minimum,
        "heaviside": lambda a, at: at if a == 0 else m.step(a),
        "logaddexp": lambda a, b: m.maximum(a, b) + math.log1p(math.exp(-abs(a - b))),
    }
