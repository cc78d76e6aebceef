"""Where floats overflow or divide by zero: once more with 0 log 0 = 0, and what stays by the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from symnn.derivation.sweep import derive
from symnn.errors import SymnnError
from symnn.networks.graph import Graph
from symnn.networks.values import split
from symnn.numeric.evaluation import evaluated
from symnn.numeric.packing import Packed
from symnn.numeric.program import Program
from symnn.ops.shapes import size

__all__ = ["Results", "carefully"]

Results = tuple[dict[str, Any], dict[str, Any]]
"""The values of the computed quantities, and the gradients, by name."""

_WORK: Final = 4000
"""Numbers that are evaluated entry by entry for one call, each in half a millisecond; of more samples, and in larger
networks, inf and nan stay where floats leave them."""

_MOST: Final = 100
"""Samples that are evaluated so at most: halving a batch down to each costs some runs of its own."""


def carefully(graph: Graph, program: Program, packed: Packed, compute: Callable[[Packed], Results]) -> Results:
    """Compute what `compute` gives, and what is not finite there by the interpreter, sample by sample.

    A batch is halved until the samples are found; a network too large for the interpreter keeps its inf and nan.
    """
    import numpy as np

    left = [min(_MOST, _WORK // sum(size(one.shape) for one in graph.quantities.values()))]

    def computed(part: Packed) -> Results:
        found = compute(part)
        if left[0] <= 0 or _finite(found) or not _finite((part.given,)):
            return found
        if part.count is None or part.count == 1:
            left[0] -= 1
            return _interpreted(graph, program, part) or found
        middle = (part.count or 0) // 2
        return _joined(program, computed(_cut(part, 0, middle)), computed(_cut(part, middle, part.count)))

    with np.errstate(all="ignore"):
        return computed(packed)


def _finite(found: tuple[Mapping[str, Any], ...]) -> bool:
    import numpy as np

    return all(bool(np.isfinite(value).all()) for part in found for value in part.values())


def _cut(packed: Packed, start: int, stop: int) -> Packed:
    """Take some samples of a batch."""
    given = {name: value[start:stop] if name in packed.batched else value for name, value in packed.given.items()}
    return Packed(given, packed.batched, stop - start)


def _joined(program: Program, first: Results, second: Results) -> Results:
    """Put the results of two parts of a batch together: one after the other, or added up."""
    import numpy as np

    def join(name: str, *, added: bool) -> Any:
        one, other = (part[1 if added else 0][name] for part in (first, second))
        if name in program.sampled:
            return np.concatenate([one, other])
        return one + other if added and program.gradients[name][0] in program.sampled else one

    values = {name: join(name, added=False) for name in first[0]}
    return values, {name: join(name, added=True) for name in first[1]}


def _interpreted(graph: Graph, program: Program, packed: Packed) -> Results | None:
    """Evaluate one point, or a batch of one; None where the interpreter gives it up."""
    import numpy as np

    point = {name: value[0] if name in packed.batched else value for name, value in packed.given.items()}
    at = split({name: _listed(value) for name, value in point.items()}, graph)
    losses: dict[str, tuple[str, ...]] = {}
    for name, (of, _) in program.gradients.items():
        losses[of] = (*losses.get(of, ()), name)
    try:
        found = [evaluated(graph, at, "floats", derive(graph, of, wrt)) for of, wrt in losses.items()]
        found = found or [evaluated(graph, at, "floats")]
    except SymnnError:
        return None
    gradient = {name: value for one in found for name, value in (one.gradient or {}).items()}

    def shown(name: str, value: Any) -> Any:
        array = np.asarray(value, dtype=float)
        return array[None] if name in program.sampled and packed.count else array if array.ndim else float(array)

    values = {name: shown(name, found[0].values[name]) for name in program.computed}
    return values, {name: shown(name, gradient[name]) for name in program.gradients}


def _listed(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value
