"""Dense layers of a network of numbers: a_j = w_1j x_1 + w_2j x_2 + … + b_j becomes A = W X + B, f_j = f(a_j) F = f(A).

What is found is the same network with vectors and matrices in the place of their entries, and where each entry lies.
A weight belongs to a layer if nothing else uses it but a penalty; what is in no layer stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct

from symnn.expressions.tree import (
    Call,
    Entrywise,
    Name,
    Number,
    Power,
    Product,
    Sum,
    Transpose,
    Tree,
    mapped,
    rebuilt,
)
from symnn.expressions.tree import children as parts_of
from symnn.networks.equation import Equation
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity, Role
from symnn.ops import named
from symnn.ops.shapes import Shape

__all__ = ["Dense", "EntryPlace", "Layer", "layered"]


class EntryPlace(Struct, frozen=True):
    """Where an entry lies: the quantity that holds it, and its index there."""

    whole: str
    index: tuple[int, ...]


class Layer(Struct, frozen=True):
    """One dense layer: its weighted sums, its weights, and its biases if it has them, each as one quantity."""

    sums: str
    weights: str
    bias: str = ""


class Dense(Struct, frozen=True):
    """A network in vectors and matrices; ``members`` are the entries of each, ``places`` where each entry lies.

    ``layers`` go from the inputs on; ``products`` counts the multiplications of a weight and a value that are now in
    products of matrices.
    """

    graph: Graph
    members: Mapping[str, tuple[str, ...]]
    places: Mapping[str, EntryPlace]
    layers: tuple[Layer, ...]
    products: int


def layered(graph: Graph) -> Dense | None:
    r"""Find the dense layers of a network of numbers; None if it has none, or is one of tensors.

    >>> from symnn.expressions.writing import plain
    >>> from symnn.networks.layers import mlp
    >>> [f"{one.left} = {plain(one.right)}" for one in layered(mlp([2, 3, 1]).graph).graph.equations][:2]
    ['a1 to a3 = w_x1_1 to w_x2_3*x1 to x2', 'f1 to f3 = f(a1 to a3)']
    """
    if graph.shapes:
        return None
    search = _Search(graph)
    while search.dense_layer() or search.layer_of_functions():
        pass
    return search.found() if search.products else None


class _Row(NamedTuple):
    """One equation of a dense layer: weights and values in order, and the bias if there is one."""

    left: str
    weights: tuple[str, ...]
    values: tuple[str, ...]
    bias: str


class _Search:
    """Looks for layers from the inputs on; a layer is made of what is known to be one vector."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.waiting = {equation.left: _by_first(equation.right, graph) for equation in graph.equations}
        self.free = frozenset(graph.free)
        self.uses = Counter(
            name for equation in graph.equations for term in _terms(equation) for name in self._used(term)
        )
        self.rows = [row for equation in graph.equations if (row := self._row(equation)) is not None]
        self.weights = {weight for row in self.rows for weight in (*row.weights, row.bias)}
        self.places: dict[str, EntryPlace] = {}
        self.members: dict[str, tuple[str, ...]] = {}
        self.shapes: dict[str, Shape] = {}
        self.equations: list[Equation] = []
        self.layers: list[Layer] = []
        self.products = 0
        self.alone: set[str] = set()
        """Numbers that whole vectors share: they stay numbers."""

    def _used(self, term: Tree) -> list[str]:
        """List the names that a term uses; a penalty, which is made of parameters alone, takes none from its layer."""
        found = _leaves(term)
        plain = isinstance(term, Name) or (isinstance(term, Product) and all(isinstance(x, Name) for x in term.factors))
        learnt = all(self.graph.quantities[name].role == "parameter" for name in found)
        return [] if learnt and not plain else found

    def _row(self, equation: Equation) -> _Row | None:
        """Take an equation as one of a dense layer."""
        bias = ""
        weights, values = [], []
        for term in _terms(equation):
            match term:
                case Product((Name(one), Name(other))):
                    weight, value = (one, other) if self._is_weight(one) or not self._is_weight(other) else (other, one)
                    if not self._is_weight(weight):
                        return None
                    weights.append(weight)
                    values.append(value)
                case Name(name) if not bias and self._is_weight(name):
                    bias = name
                case _:
                    return None
        distinct = len(set(values)) == len(values) > 0
        return _Row(equation.left, tuple(weights), tuple(values), bias) if distinct else None

    def _is_weight(self, name: str) -> bool:
        return name in self.free and self.uses[name] == 1 and self.graph.quantities[name].role == "parameter"

    def dense_layer(self) -> bool:
        """Find one layer whose inputs are known as a vector, and write it."""
        groups: dict[tuple[tuple[str, ...], bool], list[_Row]] = {}
        for row in self.rows:
            if row.left in self.waiting:
                groups.setdefault((row.values, bool(row.bias)), []).append(row)
        for (values, has_bias), rows in groups.items():
            below = self._vector(values)
            if below is not None:
                self._write_layer(rows, values, below, has_bias=has_bias)
                return True
        return False

    def _write_layer(self, rows: list[_Row], values: tuple[str, ...], below: Tree, *, has_bias: bool) -> None:
        weights = tuple(weight for row in rows for weight in row.weights)
        tall, wide = len(rows), len(values)
        shape = tuple(length for length in (tall, wide) if length > 1)
        matrix = self._pack(weights, shape)
        right: Tree = Product((Transpose(matrix) if tall == 1 and wide > 1 else matrix, below))
        bias = self._pack(tuple(row.bias for row in rows)) if has_bias else None
        sums = self._write(tuple(row.left for row in rows), right if bias is None else Sum((right, bias)))
        self.layers.append(Layer(sums, matrix.name, "" if bias is None else bias.name))
        self.products += tall * wide

    def layer_of_functions(self) -> bool:
        """Find one layer of equations that say the same of each entry of a vector, and write it."""
        groups: dict[Tree, dict[tuple[int, ...], str]] = {}
        for left, right in self.waiting.items():
            key, indices = self._said(right)
            if len(indices) == 1:
                groups.setdefault(key, {}).setdefault(next(iter(indices)), left)
        for lefts in groups.values():
            names = tuple(lefts[index] for index in sorted(lefts))
            tree = self._aligned([self.waiting[name] for name in names])
            if tree is not None and (len(names) > 1 or () in lefts):
                self._write(names, tree)
                return True
        return False

    def _said(self, tree: Tree) -> tuple[Tree, set[tuple[int, ...]]]:
        """Give what a tree says of an entry, whichever it is, and which entries it is about."""
        indices = {self.places[name].index for name in _leaves(tree) if name in self.places}

        def change(node: Tree) -> Tree | None:
            if isinstance(node, Name):
                return Name(self.places[node.name].whole if node.name in self.places else "")
            return None

        return mapped(tree, change), indices

    def _aligned(self, trees: list[Tree]) -> Tree | None:
        """Write trees that differ in the entries only as one about vectors; None if they are not so."""
        first = trees[0]
        if all(isinstance(tree, Name) for tree in trees):
            names = tuple(tree.name for tree in trees if isinstance(tree, Name))
            if len(set(names)) == 1 and (len(names) > 1 or names[0] not in self.places):
                if names[0] in self.waiting or names[0] in self.places:
                    return None
                self.alone.add(names[0])
                return first
            return self._vector(names)
        own = parts_of(first)
        if any(len(parts_of(tree)) != len(own) or rebuilt(tree, own) != rebuilt(first, own) for tree in trees):
            return None
        columns = zip(*map(parts_of, trees), strict=True)
        parts = []
        for column in columns:
            part = self._aligned(list(column))
            if part is None:
                return None
            parts.append(part)
        if not parts:
            return first
        return Entrywise(tuple(parts)) if isinstance(first, Product) else rebuilt(first, tuple(parts))

    def _vector(self, names: tuple[str, ...]) -> Tree | None:
        """Give the vector of some names: one that is known, or a new one of inputs that are in no other."""
        whole = self.places[names[0]].whole if names[0] in self.places else None
        if whole is not None:
            return Name(whole) if self.members[whole] == names and len(self.shapes[whole]) < 2 else None  # noqa: PLR2004 - a vector
        fresh = len(set(names)) == len(names) and all(
            name in self.free and name not in self.places and name not in self.weights | self.alone for name in names
        )
        return self._pack(names) if fresh else None

    def _pack(self, names: tuple[str, ...], shape: Shape | None = None) -> Name:
        """Make one quantity of several; of one, that one."""
        shape = ((len(names),) if len(names) > 1 else ()) if shape is None else shape
        whole = f"{names[0]} to {names[-1]}" if len(names) > 1 else names[0]
        self.members[whole], self.shapes[whole] = names, shape
        width = shape[-1] if shape else 1
        for place, name in enumerate(names):
            index = (place,) if len(shape) == 1 else divmod(place, width) if shape else ()
            self.places[name] = EntryPlace(whole, tuple(index))
        return Name(whole)

    def _write(self, lefts: tuple[str, ...], right: Tree) -> str:
        whole = self._pack(lefts).name
        self.equations.append(Equation(whole, right))
        for left in lefts:
            del self.waiting[left]
        return whole

    def found(self) -> Dense:
        """Give the network; what is in no layer is written with the entries that it needs."""
        for equation in self.graph.equations:
            if equation.left in self.waiting:
                self.equations.append(Equation(equation.left, self._summed(self.waiting[equation.left])))
        rest = [name for name in self.graph.quantities if name not in self.places]
        for name in rest:
            self._pack((name,))
        quantities = {
            whole: Quantity(whole, shape=self.shapes[whole], role=self._role(names))
            for whole, names in self.members.items()
        }
        graph = Graph(MappingProxyType(quantities), tuple(self.equations), self.graph.functions, self.graph.conventions)
        members, places = MappingProxyType(self.members), MappingProxyType(self.places)
        return Dense(graph, members, places, tuple(self.layers), self.products)

    def _role(self, names: Iterable[str]) -> Role:
        """Give the role of a vector; one with an entry that is learnt counts as learnt."""
        roles = {self.graph.quantities[name].role for name in names}
        return "parameter" if "parameter" in roles else next(iter(roles))

    def _summed(self, tree: Tree) -> Tree:
        """Write a sum of the same of every entry as a sum of vectors, and any other name by its place."""
        if isinstance(tree, Sum):
            squares = self._squares(tree)
            if squares is not None:
                return squares
            vector = self._aligned(list(tree.terms))
            if vector is not None and any(self.shapes.get(name) for name in _leaves(vector)):  # not u + u
                return Call(named.SUM, (vector,))
        if isinstance(tree, Name):
            return self._entry(tree)
        return rebuilt(tree, tuple(map(self._summed, parts_of(tree)))) if parts_of(tree) else tree

    def _squares(self, tree: Sum) -> Tree | None:
        """Write the squares of all weights of a layer, as a penalty adds them, as the square of its matrix."""
        wholes = [self._squared(term) for term in tree.terms]
        complete = {whole for whole in wholes if whole and self._is_complete(whole, tree)}
        if not complete:
            return None
        terms: list[Tree] = []
        for term, whole in zip(tree.terms, wholes, strict=True):
            if whole not in complete:
                terms.append(self._summed(term))
            elif (square := Call(named.SQUARED_NORM, (Name(whole),))) not in terms:
                terms.append(square)
        return Sum(tuple(terms)) if len(terms) > 1 else terms[0]

    def _is_complete(self, whole: str, tree: Sum) -> bool:
        """Say whether a sum has the square of each of several entries once."""
        found = [name for term in tree.terms if self._squared(term) == whole for name in _leaves(term)]
        return len(found) > 1 and sorted(found) == sorted(self.members[whole])

    def _squared(self, term: Tree) -> str:
        """Name the weights or biases of which a term is the square of an entry; empty for any other term."""
        match term:
            case Power(Name(name), Number(2, 1)) if name in self.places and name in self.weights:
                return self.places[name].whole
        return ""

    def _entry(self, node: Name) -> Tree:
        if node.name not in self.places:
            return node
        place = self.places[node.name]
        whole, index = place.whole, place.index
        if not index:
            return Name(whole)
        flat = self.members[whole].index(node.name) + 1
        return Call(named.PART, (Name(whole), Number(flat), Number(flat)))


def _by_first(tree: Tree, graph: Graph) -> Tree:
    """Call functions that are declared alike by the name of the first: the units of the deck have one each."""
    first: dict[tuple[str, Tree], str] = {}
    for function in graph.functions.values():
        first.setdefault((function.parameter, function.body), function.name)

    def change(node: Tree) -> Tree | None:
        function = graph.functions.get(node.function) if isinstance(node, Call) else None
        if function is None or not isinstance(node, Call):
            return None
        same = first[function.parameter, function.body]
        return Call(same, tuple(mapped(part, change) for part in node.arguments), node.order)

    return mapped(tree, change)


def _terms(equation: Equation) -> tuple[Tree, ...]:
    """Give what an equation adds."""
    return equation.right.terms if isinstance(equation.right, Sum) else (equation.right,)


def _leaves(tree: Tree) -> list[str]:
    """List the names of a tree, each as often as it stands there."""
    found: list[str] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name):
            found.append(node.name)
        else:
            waiting.extend(parts_of(node))
    return found
