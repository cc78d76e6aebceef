"""A checked graph compiled to readable straight-line Python: values and gradients, at a point or a batch.

This is the only place where source becomes code, and the source is written here, from a checked graph, by our
own printer: names are Python identifiers that `spelling` made, numbers and operators are the printer's.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from symnn.derivation.matrices import derive_matrix, joined
from symnn.derivation.sweep import derive
from symnn.errors import Problem, UsageError
from symnn.messages import raised
from symnn.networks.conventions import Conventions
from symnn.numeric.arithmetic import floats
from symnn.numeric.forward import forward, missing
from symnn.numeric.gradient import backward
from symnn.numeric.program import program
from symnn.numeric.source import batch_source, point_source
from symnn.numeric.tensor_step import TensorStep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from symnn.derivation.sweep import Derivation
    from symnn.networks.graph import Graph
    from symnn.numeric.program import Program

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
) -> Step | TensorStep:
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
        t = a - z
        E = t*t
    <BLANKLINE>
        # backward
        dE_da = 2*t
        dE_dw = dE_da*x
    <BLANKLINE>
        return {"a": a, "E": E}, {"w": dE_dw}
    <BLANKLINE>
    """
    if sides:
        return TensorStep(graph, joined(graph, sides), _loaded)
    if graph.shapes:
        derived = of is not None or graph.result is not None
        return TensorStep(graph, derive_matrix(graph, of, wrt) if derived else None, _loaded)
    derivation = derive(graph, of, wrt) if of is not None or graph.result is not None else None
    return Step(graph, derivation)


class Step:
    """One step of a network: ``step(batch_by_name) -> (values, gradients)``, both dicts by name.

    In the batch each name is a number or an array whose first axis runs over the samples. A quantity given
    once gets its gradient summed over the batch, one given per sample gets it per sample. At one point (only
    numbers) it runs on plain floats. ``source`` is what runs, in readable Python.
    Raises: UsageError naming what is missing, and for arrays of different lengths.
    """

    def __init__(self, graph: Graph, derivation: Derivation | None) -> None:
        self.graph = graph
        self.derivation = derivation
        self._batches: dict[frozenset[str], Callable[..., Results]] = {}

    def __call__(self, batch: Mapping[str, Any]) -> Results:
        """Give the values and the gradients."""
        if _NUMBERS.issuperset(map(type, batch.values())):
            try:
                return self._point(batch)
            except (ArithmeticError, ValueError, KeyError):
                return self._honest(batch)
        return self._batch(batch)

    @cached_property
    def program(self) -> Program:
        """What is computed, line by line."""
        return program(self.graph, self.derivation)

    @cached_property
    def point_source(self) -> str:
        """The source for one point."""
        return point_source(self.program, self.graph.conventions)

    @property
    def source(self) -> str:
        """The source for one point, and for a batch of inputs and targets with one set of parameters."""
        batched = frozenset(self.graph.listed("input", "target"))
        return f"{self.point_source}\n\n{self.batch_source(batched)}"

    def batch_source(self, batched: frozenset[str]) -> str:
        """Give the source for a batch where these quantities are given per sample."""
        return batch_source(self.program, self.graph.conventions, batched)

    @cached_property
    def _point(self) -> Callable[[Mapping[str, float]], Results]:
        return _loaded(self.point_source, "at_one_point", _point_functions(self.graph.conventions))

    def _honest(self, batch: Mapping[str, float]) -> Results:
        """Compute a point where ``math`` gives up: ``inf`` and ``nan`` where they belong."""
        m = floats(self.graph.conventions)
        values = forward(self.graph, batch, m)
        errors = backward(self.derivation, values, m) if self.derivation is not None else {}
        return {name: values[name] for name in self.program.computed}, {name: errors[name] for name in self.program.wrt}

    def _batch(self, batch: Mapping[str, Any]) -> Results:
        import numpy as np

        absent = missing(self.graph, batch)
        if absent:
            raise raised(UsageError, Problem("missing-value", {"names": absent}))
        given = {name: np.asarray(batch[name], dtype=float) for name in self.program.given}
        batched = {name: len(array) for name, array in given.items() if array.ndim}
        if not batched:
            return self({name: float(array) for name, array in given.items()})
        self._fit(given, batched)
        numbers = {name: float(array) if not array.ndim else array for name, array in given.items()}
        run = self._runner(frozenset(batched))
        with np.errstate(all="ignore"):
            return run(numbers, next(iter(batched.values())), _BLOCK)

    def _fit(self, given: Mapping[str, Any], batched: Mapping[str, int]) -> None:
        for name, array in given.items():
            if array.ndim > 1:
                got = "x".join(map(str, array.shape))
                raise raised(UsageError, Problem("value-shape", {"name": name, "expected": "N", "got": got}))
        if len(set(batched.values())) > 1:
            lengths = tuple(f"{name}: {length}" for name, length in batched.items())
            raise raised(UsageError, Problem("batch-lengths", {"lengths": lengths}))

    def _runner(self, batched: frozenset[str]) -> Callable[..., Results]:
        if batched not in self._batches:
            import numpy as np

            self._batches[batched] = _loaded(self.batch_source(batched), "for_a_batch", {"np": np})
        return self._batches[batched]


def _loaded(source: str, name: str, functions: Mapping[str, Any]) -> Callable[..., Results]:
    """Turn source that this package wrote into a function; it sees nothing but ``functions``."""
    namespace: dict[str, Any] = {"__builtins__": {"min": min, "range": range, "len": len, "float": float}, **functions}
    exec(compile(source, f"<symnn {name}>", "exec"), namespace)  # noqa: S102 - our printer's source of a checked graph
    function: Callable[..., Results] = namespace[name]
    return function


def _point_functions(conventions: Conventions) -> dict[str, Any]:
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
