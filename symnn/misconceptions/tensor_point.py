"""One fixed point of a network of tensors: where answers and hypotheses are compared, in floats.

The diagnosis explains what the judge has already decided, so floats may serve: two formulas that agree to ten
digits at a point drawn at random are taken for equal, and nothing depends on it but a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import islice
from math import prod
from typing import Any, TypeAlias

from msgspec import Struct

from symnn.derivation.updates import RATE
from symnn.expressions.tree import Tree
from symnn.misconceptions.answer_spots import Choices
from symnn.networks.graph import Graph
from symnn.numeric.arithmetic import arrays
from symnn.numeric.interpreter import Interpreter, Seen
from symnn.numeric.valued import Valued, filled_tensor, valued
from symnn.ops.shapes import Shape, Valueless

__all__ = ["ANOTHER", "Array", "Batch", "TensorPoint", "batches", "has_kinks"]

Array: TypeAlias = Any

_SEED, ANOTHER = 20231, 41_000
_DRAWS = 40
_ALIVE = 0.7
_LOW, _HIGH = 0.3, 1.3


class Batch(Struct, frozen=True, eq=False):
    """Values of one shape, one a row, and the numbers by which the rows are known: one each, or two."""

    values: Valued
    numbers: Array

    def picked(self, which: Array) -> Batch:
        """Keep some of the rows."""
        return Batch(Valued(self.values.array[which], self.values.shape), self.numbers[which])


class TensorPoint:
    """Values of all quantities of a network, drawn once; where units may be off, a point with some on and some off."""

    def __init__(
        self, graph: Graph, given: Mapping[str, Valued] | None = None, seed: int = _SEED, draws: int = _DRAWS
    ) -> None:
        self.graph = graph
        self._interpreter = Interpreter(arrays(graph.conventions), graph.functions)
        self._drawn: dict[Shape, Array] = {}
        self._worths: dict[int, tuple[Choices, list[Batch]]] = {}
        if given is not None:
            self.given: Mapping[str, Valued] = self._computed(dict(given))
            return
        names = {name: graph.shapes.get(name, ()) for name in graph.free} | {RATE: ()}
        count = draws if graph.shapes and has_kinks(graph) else 1
        drawn = [self._at(names, seed + draw) for draw in range(count)]
        more = (self._at(names, seed + draw, signs=draw < _DRAWS) for draw in range(count, _DRAWS + 2))
        usable = [given for given in drawn if _is_finite(given)] or list(islice(filter(_is_finite, more), 1))
        self.given = max(usable or drawn, key=_liveliness)

    def of(self, tree: Tree, given: Mapping[str, Valued] | None = None, seen: Seen | None = None) -> Valued:
        """Give the value of a tree at this point. Raises `Valueless`."""
        return valued(self._interpreter.of(tree, self.given if given is None else given, seen))

    def worths(self, choices: Choices) -> list[Batch]:
        """Give what each of several trees is worth at this point, as far as they are worth something."""
        import numpy as np

        known = self._worths.get(id(choices))
        if known is None:
            found: list[tuple[int, Valued]] = []
            for place, tree in enumerate(choices.trees):
                with suppress(Valueless), np.errstate(all="ignore"):
                    found.append((place, self.of(tree)))
            known = self._worths[id(choices)] = choices, batches(found)
        return known[1]

    def hashed(self, value: Valued) -> Array:
        """Give one complex number for a tensor, or for each of a batch: a fixed linear function of its entries."""
        weights = self._weights(value.shape)
        if not value.shape:
            return value.array * weights[0]
        lead = value.array.shape[: value.array.ndim - len(value.shape)]
        return value.array.reshape((*lead, -1)) @ weights

    def _weights(self, shape: Shape) -> Array:
        import numpy as np

        known = self._drawn.get(shape)
        if known is None:
            random = np.random.default_rng((_SEED, *shape))
            pairs = random.uniform(0.5, 1.5, (2, prod(shape))) * random.choice((-1, 1), (2, prod(shape)))
            known = self._drawn[shape] = pairs[0] + 1j * pairs[1]
        return known

    def _at(self, names: Mapping[str, Shape], seed: int, *, signs: bool = True) -> dict[str, Valued]:
        """Draw a point, of both signs or, where a root or a logarithm has no value there, of positive numbers."""
        import numpy as np

        random = np.random.default_rng(seed)
        shared = {one for name in self.graph.distributions for one in self.graph.families.get(name, (name,))}
        given: dict[str, Valued] = {}
        for name, shape in names.items():
            drawn = np.asarray(random.uniform(_LOW, _HIGH, shape) * random.choice((-1.0, 1.0), shape))
            given[name] = Valued(np.abs(drawn) if name in shared or not signs else drawn, shape)
        self._share(given)
        return self._computed(given)

    def _share(self, given: dict[str, Valued]) -> None:
        """Make distributions add up to 1: vectors, families of numbers, the rows or columns of a matrix."""
        along = 0 if self.graph.samples == "columns" else -1
        for name in self.graph.distributions:
            members = [one for one in self.graph.families.get(name, (name,)) if one in given]
            arrays = [given[one].array for one in members]
            whole = sum(array.sum(axis=along, keepdims=True) if array.ndim else array for array in arrays)
            for one, array in zip(members, arrays, strict=True):
                given[one] = Valued(array / whole, given[one].shape)

    def _computed(self, given: dict[str, Valued]) -> dict[str, Valued]:
        """Add what the equations compute, as far as everything they need is given."""
        import numpy as np

        with np.errstate(all="ignore"):
            for equation in self.graph.equations:
                with suppress(Valueless):
                    found = self._interpreter.of(equation.right, given)
                    given[equation.left] = filled_tensor(valued(found), self.graph.shapes.get(equation.left, ()))
        return given


def has_kinks(graph: Graph) -> bool:
    """Say whether slopes in a network are settled by conventions: a unit may be off, entries may tie."""
    return bool(graph.decided_by - {"kernel"})


def batches(found: Iterable[tuple[int, Valued]]) -> list[Batch]:
    """Stack values by their shapes; what is infinite is left out."""
    import numpy as np

    shelves: dict[Shape, tuple[list[int], list[Array]]] = {}
    for number, value in found:
        numbers, arrays = shelves.setdefault(value.shape, ([], []))
        numbers.append(number)
        arrays.append(value.array)
    stacked = (_finite(np.array(arrays), shape, np.array(numbers)) for shape, (numbers, arrays) in shelves.items())
    return [rows for rows in stacked if len(rows.numbers)]


def _finite(array: Array, shape: Shape, numbers: Array) -> Batch:
    import numpy as np

    finite = np.isfinite(array.reshape(len(numbers), -1)).all(axis=1)
    rows = Batch(Valued(array, shape), numbers)
    return rows if finite.all() else rows.picked(finite)


def _is_finite(given: Mapping[str, Valued]) -> bool:
    """Say whether everything has a value."""
    import numpy as np

    return all(bool(np.isfinite(valued(value).array).all()) for value in given.values())


def _liveliness(given: Mapping[str, Valued]) -> float:
    """Say how well units are mixed: most of each tensor alive, a few dead."""
    import numpy as np

    shares = [float(np.mean(value.array != 0)) for value in given.values() if value.array.size > 1]
    dead = sum(share < 1 for share in shares)
    return dead + sum(-abs(share - _ALIVE) for share in shares if share < 1) - 4 * sum(share == 0 for share in shares)
