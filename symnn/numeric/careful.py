"""Where floats overflow or divide by zero: once more with 0 log 0 = 0, and what stays entry by entry.

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
from symnn.numeric.batches import in_a_batch
from symnn.numeric.directions import both_sides
from symnn.numeric.packing import Packed
from symnn.numeric.program import Program
from symnn.numeric.small import is_alike
from symnn.ops.shapes import size

__all__ = ["SEAM", "Found", "Results", "carefully"]

Results = tuple[dict[str, Any], dict[str, Any]]
"""The values of the computed quantities, and the gradients, by name."""

Found = tuple[Results, int]
"""Results, and how many kinks decided slopes among them."""

_WORK: Final = 4000
"""Numbers that are evaluated in balls for one call, each in half a millisecond."""

_NUMBERS: Final = 1_000_000
"""Numbers that are evaluated entry by entry; of more, inf and nan stay where floats leave them."""

_ROUNDING: Final = 1e-12
"""What two ways of adding up the same terms may differ by."""

_DIRECTIONS: Final = 100_000
"""Numbers times directions times samples that are gone through where kinks meet: some milliseconds."""

_MOST: Final = 100
"""Samples that are evaluated in balls at most."""


SEAM: Final = 2
"""So many kinks at once give together what no side may have; one alone keeps its convention."""


def carefully(
    graph: Graph,
    program: Program,
    packed: Packed,
    compute: Callable[[Packed], Found],
    raised: Callable[[Packed], Found | None],
) -> Results:
    """Compute what `compute` gives, and what is not finite there in numbers with a wider exponent or in balls.

    So it goes, too, where exponentials that are too small for a float matter: where ``raised`` gives something else.
    A batch too large for that keeps its inf and nan. Where kinks meet, slopes are brought between those from both
    sides, if that is not too much work.
    """
    import numpy as np

    with np.errstate(all="ignore"):
        found, kinks = compute(packed)
        alike = _finite(found) and _alike(found, raised(packed))
    numbers = sum(size(one.shape) for one in graph.quantities.values())
    if alike:
        return found if kinks < SEAM else _between(graph, program, packed, compute, numbers) or found
    if numbers * (packed.count or 1) > _NUMBERS or not _finite((packed.given,)):
        return found
    try:
        return _widely(graph, program, packed, min(_MOST, _WORK // numbers))
    except SymnnError:  # the interpreter gives it up
        return found


def _alike(found: Results, other: Found | None) -> bool:
    return other is None or is_alike(found, other[0])


def _finite(found: tuple[Mapping[str, Any], ...]) -> bool:
    import numpy as np

    return all(bool(np.isfinite(value).all()) for part in found for value in part.values())


def _widely(graph: Graph, program: Program, packed: Packed, most: int) -> Results:
    """Evaluate every sample entry by entry, the ``most`` doubtful of them in balls."""
    import numpy as np

    count, at = _samples(graph, packed)
    losses = dict.fromkeys(of for of, _ in program.gradients.values())
    sweeps = [derive(graph, of, _wrt(program, of)) for of in losses]
    evaluations = [in_a_batch(graph.entrywise, at, sweep, most) for sweep in sweeps or (None,)]
    slopes = {name: slope for one in evaluations for name, slope in (one.gradient or {}).items()}

    def whole(name: str, numbers: Mapping[str, Any]) -> Any:
        shape = graph.shapes.get(name, ())
        entries = [np.broadcast_to(numbers[entry], (count,)) for entry in entry_names(name, shape)]
        return np.stack(entries, axis=-1).reshape((count, *shape))

    values = {name: whole(name, evaluations[0].values) for name in program.computed}
    return _as_given(program, values, {name: whole(name, slopes) for name in program.gradients})


def _samples(graph: Graph, packed: Packed) -> tuple[int, dict[str, Any]]:
    """Give every entry of what is given at each sample, and how many samples there are."""
    import numpy as np

    count = packed.count or 1
    at: dict[str, Any] = {}
    for name, value in packed.given.items():
        entries = entry_names(name, graph.shapes.get(name, ()))
        each = value if name in packed.batched else np.broadcast_to(value, (count, *np.shape(value)))
        at |= dict(zip(entries, np.reshape(each, (count, -1)).T, strict=True))
    return count, at


def _wrt(program: Program, of: str) -> tuple[str, ...]:
    """Name the quantities by which a result is derived."""
    return tuple(name for name, (its, _) in program.gradients.items() if its == of)


def _between(
    graph: Graph, program: Program, packed: Packed, compute: Callable[[Packed], Found], numbers: int
) -> Results | None:
    """Bring the gradients of every sample between the slopes from both sides; None where that is too much work."""
    import numpy as np

    count, at = _samples(graph, packed)
    if count * numbers * sum(size(graph.shapes.get(name, ())) for name in program.gradients) > _DIRECTIONS:
        return None
    each = {
        name: value if name in packed.batched else np.broadcast_to(value, (count, *np.shape(value)))
        for name, value in packed.given.items()
    }
    (values, slopes), _ = compute(Packed(each, frozenset(each), count))
    gradients: dict[str, Any] = {}
    for of in dict.fromkeys(of for of, _ in program.gradients.values()):
        wrt = {name: entry_names(name, graph.shapes.get(name, ())) for name in _wrt(program, of)}
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
