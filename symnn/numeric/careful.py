"""Where floats overflow or divide by zero: once more with 0 log 0 = 0, and what stays by the interpreter.

And where several kinks meet: what their conventions give together is brought between the slopes from both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, Final

from symnn.derivation.sweep import derive
from symnn.errors import SymnnError
from symnn.networks.expansion import entry_names
from symnn.networks.graph import Graph
from symnn.networks.values import split
from symnn.numeric.directions import both_sides
from symnn.numeric.evaluation import evaluated
from symnn.numeric.packing import Packed
from symnn.numeric.program import Program
from symnn.ops.shapes import size

__all__ = ["SEAM", "Found", "Results", "carefully"]

Results = tuple[dict[str, Any], dict[str, Any]]
"""The values of the computed quantities, and the gradients, by name."""

Found = tuple[Results, int]
"""Results, and how many kinks decided slopes among them."""

_WORK: Final = 4000
"""Numbers that are evaluated entry by entry for one call, each in half a millisecond; of more samples, and in larger
networks, inf and nan stay where floats leave them."""

_ROUNDING: Final = 1e-12
"""What two ways of adding up the same terms may differ by."""

_DIRECTIONS: Final = 100_000
"""Numbers times directions times samples that are gone through where kinks meet: some milliseconds."""

_MOST: Final = 100
"""Samples that are evaluated so at most: halving a batch down to each costs some runs of its own."""


SEAM: Final = 2
"""So many kinks at once give together what no side may have; one alone keeps its convention."""


def carefully(graph: Graph, program: Program, packed: Packed, compute: Callable[[Packed], Found]) -> Results:
    """Compute what `compute` gives, and what is not finite there by the interpreter, sample by sample.

    A batch is halved until the samples are found; a network too large for the interpreter keeps its inf and nan.
    Where kinks meet, slopes are brought between those from both sides, if that is not too much work.
    """
    import numpy as np

    left = [min(_MOST, _WORK // sum(size(one.shape) for one in graph.quantities.values()))]

    def computed(part: Packed) -> Results:
        found, kinks = compute(part)
        if _finite(found):
            return found if kinks < SEAM else _between(graph, program, part, compute) or found
        if left[0] <= 0 or not _finite((part.given,)):
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

    at = _point(graph, packed)
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
        array = np.reshape(np.asarray(value, dtype=float), graph.shapes.get(name, ()))
        return array[None] if name in program.sampled and packed.count else array if array.ndim else float(array)

    values = {name: shown(name, found[0].values[name]) for name in program.computed}
    return values, {name: shown(name, gradient[name]) for name in program.gradients}


def _between(graph: Graph, program: Program, packed: Packed, compute: Callable[[Packed], Found]) -> Results | None:
    """Bring the gradients of every sample between the slopes from both sides; None where that is too much work."""
    import numpy as np

    count = packed.count or 1
    numbers = sum(size(one.shape) for one in graph.quantities.values())
    if count * numbers * sum(size(graph.shapes.get(name, ())) for name in program.gradients) > _DIRECTIONS:
        return None
    each = {
        name: value if name in packed.batched else np.broadcast_to(value, (count, *np.shape(value)))
        for name, value in packed.given.items()
    }
    (values, slopes), _ = compute(Packed(each, frozenset(each), count))
    at: dict[str, Any] = {}
    for name, value in each.items():
        entries = entry_names(name, graph.shapes.get(name, ()))
        at |= dict(zip(entries, np.reshape(value, (count, -1)).T, strict=True))
    gradients: dict[str, Any] = {}
    for of in dict.fromkeys(of for of, _ in program.gradients.values()):
        asked = (name for name, (its, _) in program.gradients.items() if its == of)
        wrt = {name: entry_names(name, graph.shapes.get(name, ())) for name in asked}
        sides = both_sides(graph.entrywise, at, of, tuple(chain(*wrt.values())))
        ends = np.cumsum([len(names) for names in wrt.values()])[:-1]
        for name, pair in zip(wrt, np.split(sides, ends, axis=1), strict=True):
            gradients[name] = _clipped(np.asarray(slopes[name], dtype=float), pair.min(axis=-1), pair.max(axis=-1))
    return _as_given(program, values, {name: gradients[name] for name in program.gradients})


def _clipped(slope: Any, low: Any, high: Any) -> Any:
    """Bring slopes between two others; what is only rounded stays, and nothing lies outside nan."""
    import numpy as np

    low, high = low.reshape(slope.shape), high.reshape(slope.shape)
    outside = (slope < low - _ROUNDING * abs(low)) | (slope > high + _ROUNDING * abs(high))
    return np.where(outside, np.clip(slope, low, high), slope)


def _as_given(program: Program, values: dict[str, Any], gradients: dict[str, Any]) -> Results:
    """Give what was computed for every sample as it is asked for: per sample, summed, or at one point."""

    def shown(array: Any) -> Any:
        return array if array.ndim else float(array)

    def once(name: str, array: Any) -> Any:
        of = program.gradients[name][0]
        return array.sum(axis=0) if of in program.sampled else array[0]

    return (
        {name: array if name in program.sampled else shown(array[0]) for name, array in values.items()},
        {name: array if name in program.sampled else shown(once(name, array)) for name, array in gradients.items()},
    )


def _point(graph: Graph, packed: Packed) -> dict[str, Any]:
    """Give the entries of one point, or of a batch of one."""
    given = {name: value[0] if name in packed.batched else value for name, value in packed.given.items()}
    return split({name: _listed(value) for name, value in given.items()}, graph)


def _listed(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value
