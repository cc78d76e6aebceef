"""Networks of any size in the deck's names: the builders `mlp` and `one_hidden_layer`, and one `neuron`."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from symnn.errors import Problem, UsageError
from symnn.expressions.terms import call, difference, times, total
from symnn.expressions.tree import Call, Name, Product, Tree
from symnn.language.names import subscripted
from symnn.messages import raisable
from symnn.networks.demands import LARGEST, built_title, demand_activation
from symnn.networks.equation import Equation
from symnn.networks.function import Function, declared
from symnn.networks.graph import Graph
from symnn.networks.network import Network
from symnn.networks.quantity import Quantity, Role
from symnn.ops import named
from symnn.ops.table import OF_NUMBERS

__all__ = ["LOSSES", "mlp", "neuron", "one_hidden_layer"]

LOSSES: tuple[str, ...] = tuple(name for name, one in OF_NUMBERS.items() if one.role == "loss")


ROLES: tuple[Role, ...] = ("input", "target", "parameter", "intermediate", "result")
"""The order in which a network lists its quantities."""


class _Writer:
    """Collects equations and the quantities they name, in the order they are written."""

    def __init__(self) -> None:
        self.declared: dict[Role, dict[str, Quantity]] = {role: {} for role in ROLES}
        self.equations: list[Equation] = []

    def name(self, name: str, role: Role) -> Name:
        """Declare a quantity by its canonical name."""
        self.declared[role][name] = Quantity(name, role=role)
        return Name(name)

    def define(self, left: str, right: Tree, role: Role = "intermediate") -> Name:
        """Write one equation."""
        self.equations.append(Equation(left, right))
        return self.name(left, role)

    def weighted(self, letter: str, values: Sequence[tuple[str, Name]], unit: str) -> list[Tree]:
        """Write the products of the weights that lead to a unit with the values that they lead from."""
        weights = self.declared["parameter"]
        terms: list[Tree] = []
        for index, value in values:
            name = subscripted(letter, index, unit)
            weights[name] = Quantity(name, (), "parameter")
            terms.append(Product((Name(name), value)))
        return terms

    def graph(self, functions: dict[str, Function]) -> Graph:
        """Give the graph of all that was written."""
        quantities = {name: one for role in ROLES for name, one in self.declared[role].items()}
        return Graph(MappingProxyType(quantities), tuple(self.equations), MappingProxyType(functions))


def _activation(name: str) -> dict[str, Function]:
    demand_activation(name)
    return {"f": declared("f", "x", Call(name, (Name("x"),)))}


def _loss(name: str, outputs: Sequence[Name], targets: Sequence[Name]) -> Tree:
    if name not in LOSSES:
        raise raisable(UsageError, Problem("unknown-loss", {"name": name, "choices": LOSSES}))
    terms: list[Tree] = []
    for output, target in zip(outputs, targets, strict=True):
        definition = OF_NUMBERS[name].definition
        squared = times(difference(output, target), difference(output, target))
        terms.append(definition(output, target) if definition else squared)
    return total(tuple(terms))


def _sizes(sizes: Sequence[int], least: int) -> tuple[int, ...]:
    if len(sizes) < least or any(not isinstance(size, int) or not 1 <= size <= LARGEST for size in sizes):
        raise raisable(UsageError, Problem("bad-sizes", {"sizes": tuple(map(str, sizes)), "least": least}))
    return tuple(sizes)


def mlp(
    sizes: Sequence[int], activation: str = named.SIGMOID, loss: str = named.SQUARED_ERROR, *, bias: bool = False
) -> Network:
    """Build a fully connected network of any sizes, named as the deck's 2-3-2-1 network.

    ``sizes`` begins with the number of inputs and ends with that of outputs. Units are numbered through all
    layers: the weight from unit 4 to unit 6 is ``w_{46}``, from input 1 to unit 1 ``w_{(x1)1}``, weighted
    sums are ``a_1``, …, values ``f_1 = f(a_1)``, …; the outputs are ``y`` (``y_1``, … if several), the
    targets ``z``, the loss ``E``. With ``bias`` unit j also adds ``b_j``.
    Raises: UsageError for sizes, activations or losses that do not exist.

    >>> network = mlp([2, 3, 2, 1])
    >>> len(network.graph.parameters), network.graph.parameters[-1]
    (14, 'w56')
    """
    sizes = _sizes(sizes, 2)
    functions = _activation(activation)
    write = _Writer()
    below = [(f"x{i}", write.name(f"x{i}", "input")) for i in range(1, sizes[0] + 1)]
    targets = [write.name(name, "target") for name in _outputs("z", sizes[-1])]
    unit = 0
    for depth, size in enumerate(sizes[1:], start=2):
        units = [str(unit + place) for place in range(1, size + 1)]
        unit += size
        values = _outputs("y", size) if depth == len(sizes) else tuple(f"f{index}" for index in units)
        layer: list[tuple[str, Name]] = []
        for index, value in zip(units, values, strict=True):
            terms = write.weighted("w", below, index)
            if bias:
                terms.append(write.name(f"b{index}", "parameter"))
            layer.append((index, write.define(value, call("f", write.define(f"a{index}", total(tuple(terms)))))))
        below = layer
    write.define("E", _loss(loss, [value for _, value in below], targets), "result")
    return _built("mlp-" + "-".join(map(str, sizes)), write.graph(functions))


def _outputs(letter: str, count: int) -> tuple[str, ...]:
    """Name outputs or targets: without a number where there is one."""
    return (letter,) if count == 1 else tuple(f"{letter}{k}" for k in range(1, count + 1))


def one_hidden_layer(n: int, m: int, l: int, activation: str = named.SIGMOID) -> Network:
    """Build the deck's network with one hidden layer: n inputs, m hidden units, ℓ outputs, with bias units.

    ``v_{ij}`` leads from input i to hidden unit j and ``omega_{jk}`` from hidden unit j to output k; index 0
    is the bias unit. The loss is E = Σ_k (y_k - z_k)².
    Source: deck, 本质：梯度下降法修改权重信息.

    >>> one_hidden_layer(3, 2, 1).graph.parameters[:4]
    ('v01', 'v11', 'v21', 'v31')
    """
    n, m, l = _sizes((n, m, l), 3)
    write = _Writer()
    inputs = [(str(i), write.name(f"x{i}", "input")) for i in range(1, n + 1)]
    targets = [write.name(f"z{k}", "target") for k in range(1, l + 1)]

    def layer(letter: str, values: list[tuple[str, Name]], size: int, names: tuple[str, str]) -> list[Name]:
        """Write weighted sums, the bias unit's weight first, and then the values of all units."""
        sums = []
        for j in map(str, range(1, size + 1)):
            bias = write.name(subscripted(letter, "0", j), "parameter")
            sums.append(write.define(f"{names[0]}{j}", total((bias, *write.weighted(letter, values, j)))))
        return [write.define(f"{names[1]}{j}", call("f", each)) for j, each in enumerate(sums, 1)]

    hidden = layer("v", inputs, m, ("a", "h"))
    outputs = layer("omega", [(str(j), h) for j, h in enumerate(hidden, 1)], l, ("b", "y"))
    write.define("E", _loss(named.SQUARED_ERROR, outputs, targets), "result")
    return _built(f"one-hidden-layer-{n}-{m}-{l}", write.graph(_activation(activation)))


def neuron(inputs: int = 3, activation: str = named.SIGMOID) -> Network:
    """Build one neuron: ``y = f(w_0 + w_1 x_1 + …)``, w_0 on the +1 unit.

    >>> neuron(2).graph.parameters
    ('w0', 'w1', 'w2')
    """
    (count,) = _sizes((inputs,), 1)
    write = _Writer()
    values = [write.name(f"x{i}", "input") for i in range(1, count + 1)]
    bias = write.name("w0", "parameter")
    terms = [times(write.name(f"w{i}", "parameter"), value) for i, value in enumerate(values, 1)]
    write.define("y", call("f", write.define("a", total((bias, *terms)))), "result")
    return _built(f"neuron-{count}", write.graph(_activation(activation)))


def _built(name: str, graph: Graph) -> Network:
    return Network(name, built_title(name), graph)
