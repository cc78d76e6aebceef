"""A network of numbers as a lecture writes it with matrices: a^(1) = W^(1) x and h^(1) = f(a^(1)).

Its dense layers are those of `symnn.networks.dense`; here they get names, and the matrices are put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from symnn.errors import Problem, UsageError
from symnn.expressions.tree import Call, Matrix, Name, Transpose, Tree, mapped
from symnn.language.names import taken_apart
from symnn.messages import raisable
from symnn.networks.declarations import Declarations
from symnn.networks.dense import Dense, Layer, layered
from symnn.networks.expansion import entry_names
from symnn.networks.function import Function
from symnn.networks.models import EquationLine, graph_from_lines, source_of
from symnn.networks.network import Network, Player, Point
from symnn.ops.shapes import MATRIX, Shape

__all__ = ["Vectorised", "vectorised"]

WEIGHTS = ("W", "M", "A")
BIASES = ("b", "theta", "beta")
VALUES = ("h", "v", "u")
"""Letters for what has no letter of its own, or one that another quantity has already."""


class Vectorised(Struct, frozen=True):
    """A ``network`` in vectors and matrices, and the ``names`` of the numbers that each of them consists of.

    ``wholes`` says in which quantity a number is; a number that stays one is its own. ``functions`` are the names that
    its functions have in the network of numbers.
    """

    network: Network
    names: Mapping[str, tuple[str, ...]]
    wholes: Mapping[str, str]
    functions: Mapping[str, str]

    @property
    def matrices(self) -> Mapping[str, Matrix]:
        """Each vector and matrix with the numbers it is put together from, as a matrix of names."""
        return {name: self._matrix(name) for name, members in self.names.items() if len(members) > 1}

    def _matrix(self, name: str) -> Matrix:
        cells, shape = tuple(map(Name, self.names[name])), self.network.graph.shapes[name]
        width = shape[-1] if len(shape) == MATRIX else 1
        rows = tuple(cells[start : start + width] for start in range(0, len(cells), width))
        return Matrix(rows, vector=len(shape) < MATRIX)

    @property
    def entries(self) -> Mapping[str, str]:
        """Which number each entry is: W^(1)[1,2] is w21."""
        shapes = self.network.graph.shapes
        pairs = ((entry_names(name, shapes.get(name, ())), members) for name, members in self.names.items())
        return {entry: number for found, members in pairs for entry, number in zip(found, members, strict=True)}

    def renamed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give the values of numbers as those of entries, by the names that these have."""
        own = {number: entry for entry, number in self.entries.items()}
        return {own.get(name, name): value for name, value in values.items()}

    def whole(self, numbers: Iterable[str]) -> tuple[str, ...]:
        """Name the quantities that some numbers are in, each once."""
        return tuple(dict.fromkeys(self.wholes.get(number, number) for number in numbers))

    def packed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Put the values of numbers into vectors and matrices; one of which a number is missing is left out."""
        found = {name: value for name, value in values.items() if name not in self.wholes}
        for name, members in self.names.items():
            if all(member in values for member in members):
                flat = [values[member] for member in members]
                shape = self.network.graph.shapes.get(name, ())
                width = shape[-1] if len(shape) == MATRIX else 1
                rows = tuple(tuple(flat[start : start + width]) for start in range(0, len(flat), width))
                found[name] = flat[0] if not shape else rows if len(shape) == MATRIX else tuple(flat)
        return found


def vectorised(network: Network) -> Vectorised:
    r"""Write a network of numbers with the vectors and matrices of its layers.

    Raises: UsageError where its equations form no layers.

    >>> from symnn.expressions.writing import plain
    >>> from symnn.networks.layers import mlp
    >>> found = vectorised(mlp([2, 3, 1]))
    >>> [f"{one.left} = {plain(one.right)}" for one in found.network.graph.equations][:3]
    ['a^(1) = W^(1)*x', 'h = f(a^(1))', 'a4 = W^(2)*h']
    >>> plain(found.matrices["W^(2)"]), found.entries["W^(1)[3,2]"]
    ('[[w14, w24, w34]]', 'w_x2_3')
    """
    dense = layered(network.graph)
    if dense is None or not dense.graph.shapes:
        raise raisable(UsageError, Problem("not-layered", {"network": network.name}))
    names, functions = _Letters(dense).names(), _functions(dense)
    wholes = {number: names[place.whole] for number, place in dense.places.items()}
    members = {names[whole]: found for whole, found in dense.members.items()}
    rows = {layer.weights for layer in dense.layers}
    shapes = {names[whole]: _shape(dense, whole, rows) for whole in dense.members}
    own = {role: [names[one] for one in dense.graph.listed(role)] for role in ("parameter", "input", "target")}
    given = Declarations(
        tuple(own["parameter"]),
        tuple(own["input"]),
        tuple(own["target"]),
        shapes=shapes,
        conventions=network.graph.conventions,
    )
    empty = source_of("")
    lines = tuple(
        EquationLine(names[one.left], _renamed(one.right, names, functions), empty, 0) for one in dense.graph.equations
    )
    graph = graph_from_lines(lines, {one.name: one for one in functions.values()}, given)
    called = MappingProxyType({one.name: own for own, one in functions.items()})
    bare = Network(network.name, network.title, graph, network.source, network.description)
    found = Vectorised(bare, MappingProxyType(members), MappingProxyType(wholes), called)
    return replace(found, network=_valued(network, found))


def _valued(network: Network, found: Vectorised) -> Network:
    """Give the values, points and players of a network of numbers to the one in vectors."""
    points = tuple(Point(found.packed({**network.values, **point.values}), point.name) for point in network.points)
    players = tuple(Player(one.name, found.wholes[one.loss], found.whole(one.parameters)) for one in network.players)
    return replace(found.network, values=found.packed(network.values), points=points, players=players)


def _shape(dense: Dense, whole: str, weights: set[str]) -> Shape:
    """Give the shape of a quantity as a matrix: a vector is a column, the weights of one unit are a row."""
    shape = dense.graph.shapes.get(whole, ())
    if len(shape) == MATRIX:
        return shape
    length = shape[0] if shape else 1
    return (1, length) if whole in weights and not _is_column(dense, whole) else (length, 1)


def _is_column(dense: Dense, weights: str) -> bool:
    """Say whether weights lead from one value to several units."""
    sums = next(layer.sums for layer in dense.layers if layer.weights == weights)
    return bool(dense.graph.shapes.get(sums))


def _functions(dense: Dense) -> dict[str, Function]:
    """Call the one function that many units share f, not f_1."""
    called = {e.right.function for e in dense.graph.equations if isinstance(e.right, Call)}
    used = {name: one for name, one in dense.graph.functions.items() if name in called}
    if len(used) == len(dense.graph.functions):
        return used
    letters = [_letter(name) for name in used]
    free = {letter for letter in letters if letters.count(letter) == 1}.difference(dense.graph.quantities)
    return {
        name: replace(one, name=letter if letter in free else name)
        for (name, one), letter in zip(used.items(), letters, strict=True)
    }


def _renamed(tree: Tree, names: Mapping[str, str], functions: Mapping[str, Function]) -> Tree:
    """Write a right side in the new names; the row of weights of one unit is a matrix, no transposed column."""

    def change(node: Tree) -> Tree | None:
        match node:
            case Name(name):
                return Name(names[name])
            case Transpose(Name(name)):
                return Name(names[name])
            case Call(function, arguments, order) if function in functions:
                return Call(functions[function].name, tuple(mapped(one, change) for one in arguments), order)
        return None

    return mapped(tree, change)


class _Letters:
    """Gives vectors and matrices names: W^(1), the letter that its numbers share, and what is free."""

    def __init__(self, dense: Dense) -> None:
        self.dense = dense
        single = [names[0] for names in dense.members.values() if len(names) == 1]
        self.taken = {*single, *dense.graph.functions, *(one.name for one in _functions(dense).values())}
        self.letters = {_letter(name) for name in (*single, *self.taken)}
        self.found = {whole: names[0] for whole, names in dense.members.items() if len(names) == 1}

    def names(self) -> Mapping[str, str]:
        """Name everything."""
        depth: dict[str, int] = {}
        for place, layer in enumerate(self.dense.layers, 1):
            depth[layer.sums] = place
            self._call(layer.weights, WEIGHTS, place)
            if layer.bias:
                self._call(layer.bias, self._of_biases(layer), place)
        for equation in self.dense.graph.equations:
            depth.setdefault(equation.left, max((depth.get(name, 0) for name in equation.uses), default=0))
        shared = [self._shared(whole) for whole in self.dense.members if whole not in self.found]
        for whole in self.dense.members:
            letter = self._shared(whole)
            alone = shared.count(letter) == 1 and letter not in self.letters
            self._call(whole, (letter, *VALUES), 0 if alone else depth.get(whole, 0))
        return self.found

    def _shared(self, whole: str) -> str:
        """Give the letter that all numbers of a vector share and no function has; else the first of `VALUES`."""
        letters = {_letter(name) for name in self.dense.members[whole]}
        letter = letters.pop() if len(letters) == 1 else ""
        return letter if letter and letter not in self.dense.graph.functions else VALUES[0]

    def _of_biases(self, layer: Layer) -> list[str]:
        """Give letters for biases: their own, if it is not that of the weights, before those of nothing else."""
        own, weights = self._shared(layer.bias), self._shared(layer.weights)
        others = {self._shared(whole) for whole in self.dense.members if whole != layer.bias}
        letters = sorted(BIASES, key=lambda letter: letter in others)
        return letters if own == weights or own in VALUES else [own, *letters]

    def _call(self, whole: str, letters: Iterable[str], place: int) -> None:
        """Give one quantity the first name that is free."""
        if whole in self.found:
            return
        names = [f"{letter}^({place})" if place else letter for letter in letters]
        further = (f"{names[0]}_{count}" for count in range(1, len(self.dense.members) + 1))
        name = next(one for one in (*names, *further) if one not in self.taken)
        self.found[whole] = name
        self.taken.add(name)


def _letter(name: str) -> str:
    """Give the letter of a name, without its indices."""
    apart = taken_apart(name)
    return name if apart is None else apart.base.rstrip("0123456789")
