"""A network from a model of PyTorch: its layers as named equations, its weights as their default values.

PyTorch itself is never imported: a module says by its class and its numbers what it is. One sample goes through the
network, as one row of a batch does there. Layers that behave differently in training are taken as in ``eval()``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from symnn.errors import Fact, Problem, UsageError
from symnn.messages import raised
from symnn.networks.network import Network
from symnn.networks.network_file import network_from_data
from symnn.ops import named
from symnn.ops.table import OPERATIONS

__all__ = ["network_from_torch"]

GATES: Final[Mapping[str, str]] = MappingProxyType({"LSTM": "ifgo", "GRU": "rzn"})
"""The order in which PyTorch stacks the gates of a cell."""


def network_from_torch(
    model: Any, *, inputs: Sequence[int] = (), steps: int = 0, loss: Any = None, name: str = "torch"
) -> Network:
    """Make a network of a module, or of the modules of a ``Sequential`` in their order.

    ``inputs`` is the shape of one sample where the first layer does not say it (an image: channels, height,
    width); ``steps`` the number of time steps of a recurrent layer. ``loss`` is a loss of PyTorch or None:
    ``MSELoss`` and ``CrossEntropyLoss`` (of one-hot targets) are known. Layers are numbered from 1: W_1, b_1, h_1, …;
    the output is y, the target z. The two biases of a recurrent cell, which only occur as a sum, are one.
    Raises: UsageError for a layer that has no equations here, naming it and those that have.
    """
    layers = list(model.children()) if type(model).__name__ == "Sequential" else [model]
    writer = _Writer(tuple(inputs), steps)
    for number, layer in enumerate(layers, 1):
        writer.layer(number, layer)
    writer.output(loss)
    return network_from_data({"network": name, **writer.data})


class _Writer:
    """Collects the equations, shapes and values of layer after layer; ``now`` is what the last one gave."""

    def __init__(self, inputs: tuple[int, ...], steps: int) -> None:
        self.steps = steps
        self.now = "x"
        self.shape = inputs
        self.lines: list[str] = []
        self.shapes: dict[str, Sequence[int]] = {}
        self.values: dict[str, Any] = {}
        self.given: list[str] = []
        self.targets: list[str] = []
        self.index: dict[str, tuple[int, int]] = {}

    @property
    def data(self) -> dict[str, Any]:
        """What the network's file would hold."""
        parameters = [one for one in self.values if one not in self.given]
        return {
            "shapes": self.shapes,
            "index": self.index,
            "parameters": parameters,
            "inputs": self.given,
            "targets": self.targets,
            "values": self.values,
            "equations": self.lines,
        }

    def layer(self, number: int, layer: Any) -> None:
        """Write the equations of one layer."""
        kind = type(layer).__name__
        if kind in _LAYERS:
            _LAYERS[kind](self, number, layer)
            return
        operation = _operation(kind)
        if operation is None:
            facts: dict[str, Fact] = {"layer": kind, "number": number, "choices": tuple(sorted(_LAYERS))}
            raise raised(UsageError, Problem("unknown-layer", facts))
        self._begin(self.shape)
        setting = getattr(layer, "negative_slope", None)
        self._define(number, f"{operation}({self.now}{'' if setting is None else f', {setting}'})", self.shape)

    def output(self, loss: Any) -> None:
        """Name the output y, and write the loss."""
        if self.index:
            return
        self.lines.append(f"y = {self.now}")
        if loss is None:
            return
        kind, reduction = type(loss).__name__, getattr(loss, "reduction", "mean")
        self.targets.append("z")
        self.shapes["z"] = self.shape
        written = _LOSSES.get((kind, reduction)) or _LOSSES.get((kind, ""))
        if written is None:
            choices = tuple(dict.fromkeys(one for one, _ in _LOSSES))
            raise raised(UsageError, Problem("unknown-torch-loss", {"loss": kind, "choices": choices}))
        if kind == _CLASSES and tuple(self.shape) == (1,):  # cross_entropy of a number is that of two classes
            written = "-z*log(softmax(y))"
        self.lines.append(f"E = {written}")

    def _begin(self, shape: Sequence[int]) -> None:
        """Declare the input, once."""
        if self.now == "x" and not self.given:
            if not shape:
                raise raised(UsageError, Problem("no-input-shape"))
            self.given.append("x")
            self.shapes["x"] = tuple(shape)

    def _define(self, number: int, formula: str, shape: Sequence[int]) -> None:
        self.now = f"h_{number}"
        self.lines.append(f"{self.now} = {formula}")
        self.shape = tuple(shape)

    def _keep(self, letter: str, number: int | str, tensor: Any, *, given: bool = False) -> str:
        """Note a tensor's value and shape under a name."""
        name = f"{letter}_{number}" if number else letter
        nested = tensor.detach().tolist()
        self.values[name] = nested
        self.shapes[name] = tuple(tensor.shape) or (1,)
        if given:
            self.given.append(name)
        return name

    def linear(self, number: int, layer: Any) -> None:
        self._begin((layer.in_features,))
        weight = self._keep("W", number, layer.weight)
        bias = f" + {self._keep('b', number, layer.bias)}" if layer.bias is not None else ""
        self._define(number, f"{weight} {self.now}{bias}", (layer.out_features,))

    def flatten(self, number: int, _: Any) -> None:
        self._begin(self.shape)
        count = 1
        for length in self.shape:
            count *= length
        self._define(number, f"flatten({self.now})" if len(self.shape) > 1 else self.now, (count,))

    def identity(self, number: int, _: Any) -> None:
        self._begin(self.shape)
        self._define(number, self.now, self.shape)

    def embedding(self, number: int, layer: Any) -> None:
        self._begin((layer.num_embeddings,))
        table = self._keep("C", number, layer.weight)
        self._define(number, f"transpose({table}) {self.now}", (layer.embedding_dim,))

    def layernorm(self, number: int, layer: Any) -> None:
        self._begin(tuple(layer.normalized_shape))
        self.lines.append(f"c_{number} = center({self.now})")
        self.lines.append(f"v_{number} = mean(c_{number} ⊙ c_{number}) + {layer.eps}")
        self._normalized(number, layer, f"c_{number} / sqrt(v_{number})")

    def batchnorm1d(self, number: int, layer: Any) -> None:
        self._begin((layer.num_features,))
        mean = self._keep("m", number, layer.running_mean, given=True)
        variance = self._keep("v", number, layer.running_var, given=True)
        self._normalized(number, layer, f"({self.now} - {mean}) / sqrt({variance} + {layer.eps})")

    def _normalized(self, number: int, layer: Any, formula: str) -> None:
        """Scale and shift what is normalized, where the layer does."""
        self.lines.append(f"n_{number} = {formula}")
        if getattr(layer, "weight", None) is None:
            self._define(number, f"n_{number}", self.shape or self.shapes["x"])
            return
        scale = self._keep("g", number, layer.weight)
        shift = f" + {self._keep('b', number, layer.bias)}" if layer.bias is not None else ""
        self._define(number, f"{scale} ⊙ n_{number}{shift}", self.shape or self.shapes["x"])

    def conv2d(self, number: int, layer: Any) -> None:
        self._begin(self.shape)
        stride, padding = _one(layer.stride), _one(layer.padding)
        if layer.groups != 1 or _one(layer.dilation) != 1 or stride is None or padding is None:
            raise raised(UsageError, Problem("torch-option", {"layer": "Conv2d", "number": number}))
        kernel = self._keep("K", number, layer.weight)
        bias = f" + {self._keep('b', number, layer.bias)}" if layer.bias is not None else ""
        rows, columns = layer.kernel_size
        down = (self.shape[-2] + 2 * padding - rows) // stride + 1
        across = (self.shape[-1] + 2 * padding - columns) // stride + 1
        settings = f", {stride}, {padding}" if (stride, padding) != (1, 0) else ""
        self._define(number, f"conv({self.now}, {kernel}{settings}){bias}", (layer.out_channels, down, across))

    def maxpool2d(self, number: int, layer: Any) -> None:
        self._pool(number, layer, named.MAX_POOL)

    def avgpool2d(self, number: int, layer: Any) -> None:
        self._pool(number, layer, named.AVG_POOL)

    def _pool(self, number: int, layer: Any, operation: str) -> None:
        self._begin(self.shape)
        side, stride, padding = _one(layer.kernel_size), _one(layer.stride), _one(layer.padding)
        if side is None or stride is None or padding or any((one - side) % stride for one in self.shape[-2:]):
            raise raised(UsageError, Problem("torch-option", {"layer": type(layer).__name__, "number": number}))
        down, across = ((one - side) // stride + 1 for one in self.shape[-2:])
        self._define(number, f"{operation}({self.now}, {side}, {stride})", (*self.shape[:-2], down, across))

    def _recurrent(self, number: int, layer: Any, equations: Callable[[Any], Sequence[str]]) -> None:
        """Unroll a recurrent layer of one direction, and of one depth, over the time steps."""
        if number != 1 or layer.num_layers != 1 or layer.bidirectional or not self.steps:
            raise raised(UsageError, Problem("torch-recurrent", {"layer": type(layer).__name__, "number": number}))
        self.index["t"] = (1, self.steps)
        self.given.append("x_t")
        self.shapes |= {"x_t": (layer.input_size,), "h_t": (layer.hidden_size,)}
        self.lines += ["h_0 = 0", *equations(layer)]
        self.shape = (layer.hidden_size,)

    def rnn(self, number: int, layer: Any) -> None:
        def equations(layer: Any) -> list[str]:
            weight, state = self._keep("W", "", layer.weight_ih_l0), self._keep("U", "", layer.weight_hh_l0)
            bias = f" + {self._keep('b', '', layer.bias_ih_l0 + layer.bias_hh_l0)}" if layer.bias else ""
            return [f"h_t = {layer.nonlinearity}({weight} x_t + {state} h_{{t-1}}{bias})"]

        self._recurrent(number, layer, equations)

    def _gates(self, layer: Any) -> dict[str, str]:
        """Write the weighted sum of each gate of a cell, and keep its weights."""
        letters = GATES[type(layer).__name__]
        pairs = zip(layer.weight_ih_l0.chunk(len(letters)), layer.weight_hh_l0.chunk(len(letters)), strict=True)
        both = layer.bias_ih_l0 + layer.bias_hh_l0 if layer.bias else None
        biases = both.chunk(len(letters)) if both is not None else [None] * len(letters)
        sums = {}
        for letter, (weight, state), bias in zip(letters, pairs, biases, strict=True):
            taken = f"{self._keep('W', letter, weight)} x_t"
            kept = f"{self._keep('U', letter, state)} h_{{t-1}}"
            shift = f" + {self._keep('b', letter, bias)}" if bias is not None else ""
            sums[letter] = f"{taken} + {kept}{shift}"
        return sums

    def lstm(self, number: int, layer: Any) -> None:
        def equations(layer: Any) -> list[str]:
            sums = self._gates(layer)
            self.shapes["c_t"] = (layer.hidden_size,)
            return [
                "c_0 = 0",
                *(f"{gate}_t = sigmoid({sums[gate]})" for gate in "ifo"),
                f"g_t = tanh({sums['g']})",
                "c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t",
                "h_t = o_t ⊙ tanh(c_t)",
            ]

        self._recurrent(number, layer, equations)

    def gru(self, number: int, layer: Any) -> None:
        def equations(layer: Any) -> list[str]:
            sums = self._gates(layer)
            taken, _, kept = sums["n"].partition(" + ")
            inner, outer = kept.partition(" + ")[0], ""
            if layer.bias:  # the reset gate scales the state's own bias: here the two are no sum
                own = layer.bias_hh_l0.chunk(3)[2]
                del self.values["b_n"]
                inner += f" + {self._keep('d', 'n', own)}"
                outer = f" + {self._keep('b', 'n', layer.bias_ih_l0.chunk(3)[2])}"
            return [
                f"r_t = sigmoid({sums['r']})",
                f"z_t = sigmoid({sums['z']})",
                f"n_t = tanh({taken}{outer} + r_t ⊙ ({inner}))",
                "h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}",
            ]

        self._recurrent(number, layer, equations)


_CLASSES: Final = "CrossEntropyLoss"

_LOSSES: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("MSELoss", "mean"): "mean((y - z)^2)",
        ("MSELoss", "sum"): "sum((y - z)^2)",
        (_CLASSES, ""): "cross_entropy(softmax(y), z)",
    }
)
"""Losses by class and reduction; of one sample the cross entropy is the same summed and averaged."""


_LAYERS: Final[Mapping[str, Callable[[_Writer, int, Any], None]]] = MappingProxyType(
    {
        "AvgPool2d": _Writer.avgpool2d,
        "BatchNorm1d": _Writer.batchnorm1d,
        "Conv2d": _Writer.conv2d,
        "Dropout": _Writer.identity,
        "Embedding": _Writer.embedding,
        "Flatten": _Writer.flatten,
        "GRU": _Writer.gru,
        "Identity": _Writer.identity,
        "LSTM": _Writer.lstm,
        "LayerNorm": _Writer.layernorm,
        "Linear": _Writer.linear,
        "MaxPool2d": _Writer.maxpool2d,
        "RNN": _Writer.rnn,
    }
)
"""Who writes a layer, by its class in PyTorch."""


def _operation(kind: str) -> str | None:
    """Name the operation that a class of PyTorch is called after."""
    for name, record in OPERATIONS.items():
        if kind.lower() in {word.lower().replace("_", "") for word in (name, *record.words)}:
            return name
    return None


def _one(value: Any) -> int | None:
    """Give the number that is the same along both axes; None where they differ."""
    if isinstance(value, int):
        return value
    return value[0] if isinstance(value, tuple | list) and len(set(value)) == 1 else None
