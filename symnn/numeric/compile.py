"""A checked graph compiled to readable straight-line Python: values and gradients, at a point or a batch.

This is the only place where source becomes code, and the source is written here, from a checked graph, by our
own printer: names are Python identifiers that `spelling` made, numbers and operators are the printer's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from math import prod
from typing import Any, Final, TypeAlias

from symnn.derivation.matrices import derive_matrix, joined_sweeps
from symnn.derivation.sweep import Derivation, derive
from symnn.errors import Problem, UsageError
from symnn.messages import raisable
from symnn.networks.conventions import Conventions
from symnn.networks.dense import layered
from symnn.networks.graph import Graph
from symnn.networks.values import is_batch
from symnn.numeric.arithmetic import floats
from symnn.numeric.careful import SEAM, Found, Results, carefully
from symnn.numeric.forward import missing
from symnn.numeric.kernels import operation
from symnn.numeric.kink_sides import SIDES, Kinks
from symnn.numeric.packing import Packed, Packing, Unpacked
from symnn.numeric.program import Program, Sweep, program
from symnn.numeric.small import ENDING, Raised, kept
from symnn.numeric.source import AT_ONE_POINT, FOR_A_BATCH, SourceWriter, batch_source, point_source
from symnn.ops import array_kernels
from symnn.ops.shapes import Shape, shape_text
from symnn.ops.table import OF_TENSORS

__all__ = ["CompiledStep", "Results", "Sides", "compiled"]

Sides: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Several results, each with the quantities by which it is derived."""

_NUMBERS: Final = frozenset({float})
_SEVERAL: Final = 80
"""From so many products on, packed vectors beat floats at one point (measured: 5-5-5-1 does not, 10-10-1 does)."""

_MANY: Final = 500
"""From so many on, it pays to pack first: that costs as much as 300 products of floats."""

_BLOCK: Final = 8192
"""Numbers of one line of code computed at a time, so that what two lines hand on stays in the processor's cache."""

_FEWEST: Final = 64
"""Samples computed at a time at least, so that a product of matrices is worth its call."""


def compiled(
    graph: Graph,
    of: str | None = None,
    wrt: tuple[str, ...] | None = None,
    sides: Sides = (),
) -> CompiledStep:
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
        return CompiledStep(graph, joined_sweeps(graph, sides))
    if of is None and graph.result is None:
        return CompiledStep(graph, None)
    return CompiledStep(graph, derive_matrix(graph, of, wrt) if graph.shapes else derive(graph, of, wrt))


class CompiledStep:
    """One step of a network: ``step(batch_by_name) -> (values, gradients)``, both dicts by name.

    In the batch each quantity is a number or array of its shape, or has one more axis before it that runs over
    the samples. A quantity given once gets its gradient summed over the batch, one given per sample gets it per
    sample. Numbers at one point run on plain floats, dense layers on products of matrices. ``source`` is what runs,
    in readable Python; a batch is compiled once for each choice of what is given per sample.

    Who steps often packs once: ``step(step.pack(batch))`` computes the same, and unpacks the results that are asked
    for. Raises: UsageError naming what is missing, and for shapes and lengths that do not fit.
    """

    def __init__(self, graph: Graph, sweep: Sweep | None) -> None:
        self.graph = graph
        self.sweep = sweep
        self._runners: dict[tuple[frozenset[str], bool, bool], tuple[Callable[..., Found], bool]] = {}
        self._free = frozenset(graph.free)
        self._quick = len(self._free) < _MANY and not graph.shapes

    def __call__(self, batch: Mapping[str, Any] | Packed) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Give the values and the gradients."""
        if isinstance(batch, Packed):
            return self.run(batch)
        return self._as_declared(self._stepped(batch)) if self.graph.declared else self._stepped(batch)

    def _stepped(self, batch: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        if self._quick and _NUMBERS.issuperset(map(type, batch.values())):
            try:
                found, kinks = self._point(batch)
            except (ArithmeticError, ValueError, KeyError):  # `math` raises where NumPy says inf or nan
                pass
            else:
                if kinks < SEAM and _is_settled(found):
                    return found
        packed = self._packed(batch, _MANY)
        values, gradients = self._run(packed)
        if self._layers is not None and isinstance(values, Unpacked) and isinstance(gradients, Unpacked):
            return self._layers[0].unpacked(values), self._layers[0].unpacked(gradients)
        return values, gradients

    def pack(self, batch: Mapping[str, Any]) -> Packed:
        """Put a point or a batch into the arrays that the code works on, once for many steps.

        >>> from symnn.networks.layers import mlp
        >>> network = mlp([10, 10, 1])
        >>> step = compiled(network.graph)
        >>> packed = step.pack(dict.fromkeys(network.graph.free, 0.5))
        >>> values, gradients = step(packed)
        >>> packed.given["x1 to x10"].shape, len(gradients), round(values["y"], 3)
        ((10,), 110, 0.99)
        """
        return self._packed(batch, _SEVERAL)

    def run(self, packed: Packed) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Give the values and the gradients of what was packed: all are computed, what is asked for is unpacked."""
        return self._as_declared(self._run(packed)) if self.graph.declared else self._run(packed)

    def _run(self, packed: Packed) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        import numpy as np

        if packed.dense and self._layers is not None:
            packing, step = self._layers
            values, gradients = step._run(packed)  # noqa: SLF001 - a step of its own kind, which has no layers
            return packing.values(values), packing.gradients(gradients)
        try:
            if packed.count is None and not self.graph.shapes:
                found, kinks = self._point(packed.given)
                settled = _is_settled(found)
            else:
                with np.errstate(divide="raise", over="raise", invalid="raise"):
                    found, kinks = self._computed(packed)
                settled = True
            if kinks < SEAM and settled:
                return found
        except (ArithmeticError, ValueError):  # `math` raises, as NumPy was told to
            pass
        program = self.program(packed.batched)
        return carefully(
            self.graph,
            program,
            packed,
            lambda part: self._computed(part, careful=True),
            self._raised,
        )

    def _raised(self, packed: Packed) -> Found | None:
        """Run the code with somewhat larger exponentials, where there are any that may be too small."""
        may_end = any(ending for _, ending in self._runners.values())
        return self._computed(packed, careful=True, raised=True) if may_end else None

    def _computed(self, packed: Packed, *, careful: bool = False, raised: bool = False) -> Found:
        """Run the code for arrays."""
        import numpy as np

        key = (packed.batched, careful, raised)
        if key not in self._runners:
            program = self.program(packed.batched, careful=careful)
            name = FOR_A_BATCH if packed.batched else AT_ONE_POINT
            text, source = batch_source(program) if packed.batched else point_source(program, arrays=True)
            runner = _loaded(name, text, source, watched=self._watched, raised=raised)
            self._runners[key] = runner, source.may_end
        runner, may_end = self._runners[key]
        with np.errstate(under="raise" if may_end and not careful else "ignore"):
            return self._ran(runner, packed)

    def _ran(self, runner: Callable[..., Found], packed: Packed) -> Found:
        import numpy as np

        if packed.count is not None:
            return runner(packed.given, packed.count, self._block)
        if self.graph.shapes:
            return runner(packed.given)
        found, kinks = runner({name: np.float64(value) for name, value in packed.given.items()})
        values, gradients = ({name: float(one) for name, one in part.items()} for part in found)
        return (values, gradients), kinks

    def program(self, batched: frozenset[str] = frozenset(), *, careful: bool = False) -> Program:
        """Write what is computed, line by line, where these quantities are given per sample."""
        return program(self.graph, self.sweep, batched, careful=careful)

    @property
    def point_source(self) -> str:
        """The source for one point."""
        return point_source(self.program(), arrays=bool(self.graph.shapes))[0]

    @property
    def source(self) -> str:
        """The source for one point, and for a batch of inputs and targets with one set of parameters."""
        batched = frozenset(self.graph.listed("input", "target"))
        return f"{self.point_source}\n\n{self.batch_source(batched)}"

    def batch_source(self, batched: frozenset[str]) -> str:
        """Give the source for a batch where these quantities are given per sample."""
        return batch_source(self.program(batched))[0]

    def at_one_point(self) -> tuple[str, SourceWriter]:
        """Give the source for one point, by itself, and what it names: in floats for numbers, else in arrays.

        It knows that 0 log 0 is 0.
        """
        graph = self.graph
        arrays = bool(graph.shapes or graph.declared)
        return point_source(self.program(careful=True), arrays=arrays, declared=graph.declared)

    @cached_property
    def _point(self) -> Callable[[Mapping[str, Any]], Found]:
        """The code for numbers at one point."""
        text, source = point_source(self.program(), arrays=False)
        return _loaded(AT_ONE_POINT, text, source, self.graph.conventions, watched=self._watched)

    @cached_property
    def _watched(self) -> bool:
        """Whether it is noted where kinks decide slopes."""
        return self.sweep is not None and len(self.graph.quantities) < _MANY

    @cached_property
    def _layers(self) -> tuple[Packing, CompiledStep] | None:
        """The network in vectors and matrices, and its step, where it has dense layers."""
        dense = layered(self.graph) if isinstance(self.sweep, Derivation) else None
        if dense is None or self.sweep is None or dense.places[self.sweep.of].index:
            return None
        wrt = self.sweep.wrt
        wholes = tuple(dict.fromkeys(dense.places[name].whole for name in wrt))
        step = CompiledStep(dense.graph, derive_matrix(dense.graph, self.sweep.of, wholes))
        return Packing(dense, self.graph.free, self.graph.definitions, wrt), step

    def _packed(self, batch: Mapping[str, Any], least: int) -> Packed:
        """Pack a point or a batch; into vectors and matrices where there are at ``least`` so many products."""
        if not self._free.issubset(batch):
            raise raisable(UsageError, Problem("missing-value", {"names": missing(self.graph, batch)}))
        given: Mapping[str, Any] = batch
        lengths: dict[str, int] = {}
        if self.graph.shapes or not _NUMBERS.issuperset(map(type, batch.values())):
            given, lengths = self._arrays(batch)
        batched, count = frozenset(lengths), next(iter(lengths.values()), None)
        if self._layers is not None and self._layers[0].suits(batched, count, least):
            return self._layers[0].packed(given, batched, count)
        return Packed({name: given[name] for name in self._free}, batched, count)

    def _arrays(self, batch: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
        """Take what is given as arrays and numbers, and say which are given for how many samples."""
        import numpy as np

        given = {name: np.asarray(batch[name], dtype=float) for name in self._free}
        lengths = {name: len(array) for name, array in given.items() if self._is_batch(name, array.shape)}
        if len(set(lengths.values())) > 1:
            said = tuple(f"{name}: {length}" for name, length in lengths.items())
            raise raisable(UsageError, Problem("batch-lengths", {"lengths": said}))
        for name, array in given.items():
            shape = self.graph.shapes.get(name, ())
            given[name] = array.reshape((len(array), *shape) if name in lengths else shape)
        number = np.float64 if self.graph.shapes or lengths else float
        return {name: array if array.ndim else number(array) for name, array in given.items()}, lengths

    def _is_batch(self, name: str, got: Shape) -> bool:
        """Say whether a quantity is given per sample."""
        found = is_batch(self.graph, name, got)
        if found is None:
            shape = self.graph.declared.get(name, self.graph.shapes.get(name, ()))
            facts = {"name": name, "expected": shape_text(shape) if shape else "N", "got": shape_text(got)}
            raise raisable(UsageError, Problem("value-shape", facts))
        return found

    def _as_declared(self, results: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Any:
        """Give results the axes of length 1 that are declared; a batch axis stays before them."""
        import numpy as np

        declared = self.graph.declared
        if not declared:
            return results

        def shown(name: str, value: Any) -> Any:
            before = np.shape(value)[: np.ndim(value) - len(self.graph.shapes.get(name, ()))]
            return np.reshape(value, (*before, *declared[name])) if name in declared else value

        return tuple({name: shown(name, value) for name, value in part.items()} for part in results)

    @cached_property
    def _block(self) -> int:
        """How many samples are computed at a time."""
        widest = max((prod(self.graph.shapes.get(name, ())) for name in self.graph.definitions), default=1)
        return max(_FEWEST, _BLOCK // widest)


def _is_settled(found: Results) -> bool:
    """Say whether no number overflowed: floats alone do so without a word."""
    return math.isfinite(sum(found[0].values()) + sum(found[1].values()))


def _loaded(
    name: str,
    text: str,
    source: SourceWriter,
    conventions: Conventions | None = None,
    *,
    watched: bool,
    raised: bool = False,
) -> Callable[..., Found]:
    """Turn source that this package wrote into a function; it sees nothing but what it needs.

    With ``conventions`` its functions are those of floats, else NumPy's, ``raised`` or as they are. Beside the results
    it gives how many kinks decided a slope, where these are ``watched``.
    """
    import numpy as np

    namespace: dict[str, Any] = {"__builtins__": {"min": min, "range": range, "len": len, "float": float}}
    namespace["np"] = Raised() if raised else np
    namespace |= {one: getattr(array_kernels, one) for one in source.functions.intersection(array_kernels.__all__)}
    namespace |= {
        one: operation(call.function, call.shapes, call.settings, call.ties) for call, one in source.kernels.items()
    }
    if conventions is not None:
        namespace |= _of_floats(source.functions, conventions)
        namespace |= {one: kept(namespace[one]) for one in ENDING & namespace.keys()} if source.may_end else {}
    pooling = {
        one: operation(call.function, call.shapes, call.settings, "first" if call.ties == "shared" else "shared")
        for call, one in source.kernels.items()
        if "ties" in OF_TENSORS[call.function].conventions
    }
    kinks = Kinks(namespace, pooling) if watched and (pooling or SIDES & source.functions) else None
    exec(compile(text, f"<symnn {name}>", "exec"), namespace)  # noqa: S102 - our printer's source of a checked graph
    function: Callable[..., Results] = namespace[name]
    return (lambda *given: (function(*given), 0)) if kinks is None else kinks.counting(function)


def _of_floats(functions: Collection[str], conventions: Conventions) -> dict[str, Any]:
    """Give the functions of one point by the names that NumPy has for them: those of ``math`` where it has them."""
    import numpy as np

    m = floats(conventions)
    of_math = {one: one.replace("arc", "a", 1) for one in functions}
    return {
        **{one: getattr(np, one) for one in functions if hasattr(np, one)},
        **{one: getattr(math, theirs) for one, theirs in of_math.items() if hasattr(math, theirs)},
        **{f"math_{name}": getattr(math, name) for name in ("pi", "e", "inf", "nan")},
        "pow": math.pow,
        "abs": abs,
        "sign": m.sign,
        "floor": m.floor,
        "maximum": m.maximum,
        "minimum": m.minimum,
        "heaviside": lambda a, at: at if a == 0 else m.step(a),
        "logaddexp": lambda a, b: m.maximum(a, b) + math.log1p(math.exp(-abs(a - b))),
    }
