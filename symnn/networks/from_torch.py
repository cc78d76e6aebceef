"""A network from a model of PyTorch: its layers as named equations, its weights as their default values.

PyTorch itself is never imported: a module says by its class and its numbers what it is. One sample goes through the
network, as one row of a batch does there. Layers that behave differently in training are taken as in ``eval()``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NoReturn

from msgspec.structs import replace

from symnn.errors import Fact, Problem, UsageError
from symnn.messages import raisable
from symnn.networks.network import Network
from symnn.networks.network_file import network_from_data
from symnn.ops import named
from symnn.ops.operation import EDGES
from symnn.ops.sliding import Along
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
            raise raisable(UsageError, Problem("unknown-layer", facts))
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
            raise raisable(UsageError, Problem("unknown-torch-loss", {"loss": kind, "choices": choices}))
        if kind == _CLASSES and tuple(self.shape) == (1,):  # cross_entropy of a number is that of two classes
            written = "-z*log(softmax(y))"
        self.lines.append(f"E = {written}")

    def _begin(self, shape: Sequence[int]) -> None:
        """Declare the input, once."""
        if self.now == "x" and not self.given:
            if not shape:
                raise raisable(UsageError, Problem("no-input-shape"))
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
        shape = tuple(layer.normalized_shape)
        if self.shape and tuple(self.shape) != shape:
            self._refuse(number, layer)
        over = ", all" if len(shape) > 1 else ""
        self.lines.append(f"c_{number} = center({self.now}{over})")
        self.lines.append(f"v_{number} = mean(c_{number} ⊙ c_{number}{over}) + {layer.eps}")
        self._normalized(number, layer, f"c_{number} / sqrt(v_{number})")

    def batchnorm(self, number: int, layer: Any) -> None:
        self._begin((layer.num_features,))
        mean = self._beside(self._keep("m", number, layer.running_mean, given=True))
        variance = self._beside(self._keep("v", number, layer.running_var, given=True))
        spread = f"sqrt({variance} + {layer.eps})"
        over = f" ⊙ (1/{spread})" if "(" in variance else f" / {spread}"  # by a square matrix it would be two things
        self._normalized(number, layer, f"({self.now} - {mean}){over}")

    def _normalized(self, number: int, layer: Any, formula: str) -> None:
        """Scale and shift what is normalized, where the layer does."""
        self.lines.append(f"n_{number} = {formula}")
        if getattr(layer, "weight", None) is None:
            self._define(number, f"n_{number}", self.shape or self.shapes["x"])
            return
        scale = self._beside(self._keep("g", number, layer.weight))
        shift = f" + {self._beside(self._keep('b', number, layer.bias))}" if layer.bias is not None else ""
        self._define(number, f"{scale} ⊙ n_{number}{shift}", self.shape or self.shapes["x"])

    def _beside(self, name: str) -> str:
        """Write what each channel has once beside the channels; those of signals stand in rows."""
        shape, own = tuple(self.shape), tuple(self.shapes[name])
        is_unclear = len(shape) == len(own) + 1 and shape[0] == shape[-1] == own[0]
        return f"spread({name}, {', '.join(map(str, shape))})" if is_unclear and len(own) == 1 else name

    def conv(self, number: int, layer: Any) -> None:
        self._begin(self.shape)
        if layer.padding_mode != "zeros":
            self._refuse(number, layer)
        ways = _ways(layer, [_padding(layer, place) for place in range(len(layer.kernel_size))])
        operation = named.CONV if len(ways) > 1 else named.CONV1D
        places = (replace(way, length=side).places for way, side in zip(ways, self.shape[1:], strict=True))
        self._convolved(number, layer, operation, _around(ways), (layer.out_channels, *places))

    def _convolved(self, number: int, layer: Any, operation: str, padding: str, shape: Sequence[int]) -> None:
        """Write a convolution and what each of its maps has added."""
        kernel = self._keep("K", number, layer.weight)
        settings = (
            _pairs("stride", layer.stride, 1),
            padding,
            _pairs("dilation", layer.dilation, 1),
            _pairs("groups", (layer.groups,), 1),
            _pairs("output_padding", layer.output_padding, 0),
        )
        formula = f"{operation}({', '.join(filter(None, (self.now, kernel, *settings)))})"
        self.shape = tuple(shape)
        bias = f" + {self._beside(self._keep('b', number, layer.bias))}" if layer.bias is not None else ""
        self._define(number, f"{formula}{bias}", shape)

    def transposed(self, number: int, layer: Any) -> None:
        self._begin(self.shape)
        own = (layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.output_padding)
        sides = zip(self.shape[1:], *map(_each, own), strict=True)
        shape = [(n - 1) * s + (k - 1) * d + 1 + more - 2 * p for n, k, s, p, d, more in sides]
        operation = named.CONV_TRANSPOSE if len(shape) > 1 else named.CONV_TRANSPOSE1D
        self._convolved(number, layer, operation, _pairs("padding", layer.padding, 0), (layer.out_channels, *shape))

    def maxpool(self, number: int, layer: Any) -> None:
        self._pool(number, layer, (named.MAX_POOL1D, named.MAX_POOL))

    def avgpool(self, number: int, layer: Any) -> None:
        if getattr(layer, "divisor_override", None):
            self._refuse(number, layer)
        self._pool(number, layer, (named.AVG_POOL1D, named.AVG_POOL))

    def _pool(self, number: int, layer: Any, operations: tuple[str, str]) -> None:
        self._begin(self.shape)
        axes = len(operations) if type(layer).__name__.endswith("2d") else 1
        window, stride, padding = (_each(one, axes) for one in (layer.kernel_size, layer.stride, layer.padding))
        dilation = _each(getattr(layer, "dilation", 1), axes)
        sides = zip(self.shape[-axes:], window, stride, padding, padding, dilation, strict=True)
        places = [replace(Along(*side), keeps=layer.ceil_mode).places for side in sides]
        settings = (
            _written(window),
            _pairs("stride", stride, None),
            _pairs("padding", padding, 0),
            _pairs("dilation", dilation, 1),
            "" if getattr(layer, "count_include_pad", True) or not any(padding) else "zeros=0",
            f"edge={EDGES[not layer.ceil_mode]}",
        )
        formula = f"{operations[axes - 1]}({', '.join(filter(None, (self.now, *settings)))})"
        self._define(number, formula, (*self.shape[:-axes], *places))

    def _refuse(self, number: int, layer: Any) -> NoReturn:
        raise raisable(UsageError, Problem("torch-option", {"layer": type(layer).__name__, "number": number}))

    def _recurrent(self, number: int, layer: Any, equations: Callable[[Any], Sequence[str]]) -> None:
        """Unroll a recurrent layer of one direction, and of one depth, over the time steps."""
        if number != 1 or layer.num_layers != 1 or layer.bidirectional or not self.steps:
            raise raisable(UsageError, Problem("torch-recurrent", {"layer": type(layer).__name__, "number": number}))
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
        "AvgPool1d": _Writer.avgpool,
        "AvgPool2d": _Writer.avgpool,
        "BatchNorm1d": _Writer.batchnorm,
        "BatchNorm2d": _Writer.batchnorm,
        "Conv1d": _Writer.conv,
        "Conv2d": _Writer.conv,
        "ConvTranspose1d": _Writer.transposed,
        "ConvTranspose2d": _Writer.transposed,
        "Dropout": _Writer.identity,
        "Dropout1d": _Writer.identity,
        "Dropout2d": _Writer.identity,
        "Embedding": _Writer.embedding,
        "Flatten": _Writer.flatten,
        "GRU": _Writer.gru,
        "Identity": _Writer.identity,
        "LSTM": _Writer.lstm,
        "LayerNorm": _Writer.layernorm,
        "Linear": _Writer.linear,
        "MaxPool1d": _Writer.maxpool,
        "MaxPool2d": _Writer.maxpool,
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


def _each(value: Any, axes: int = 0) -> tuple[int, ...]:
    """Give a number for each axis."""
    return (value,) * axes if isinstance(value, int) else tuple(value)


def _written(numbers: tuple[int, ...]) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else f"[{', '.join(map(str, numbers))}]"


def _pairs(name: str, value: Any, usual: int | None) -> str:
    """Write a setting that is not as usual."""
    numbers = _each(value)
    return "" if set(numbers) == {usual} else f"{name}={_written(numbers)}"


def _padding(layer: Any, place: int) -> tuple[int, int]:
    """Give the zeros before and behind an axis; PyTorch's words for them are ``same`` and ``valid``."""
    if not isinstance(layer.padding, str):
        return (layer.padding[place],) * 2
    more = (layer.kernel_size[place] - 1) * layer.dilation[place] if layer.padding == "same" else 0
    return more // 2, more - more // 2


def _ways(layer: Any, around: Sequence[tuple[int, int]]) -> list[Along]:
    """Give the way of a kernel along each axis, of an image without pixels."""
    sides = zip(layer.kernel_size, layer.stride, around, layer.dilation, strict=True)
    return [Along(0, window, stride, *zeros, dilation) for window, stride, zeros, dilation in sides]


def _around(ways: Sequence[Along]) -> str:
    """Write the zeros around an image: the same on both sides, or each of its own."""
    if all(way.before == way.behind for way in ways):
        return _pairs("padding", tuple(way.before for way in ways), 0)
    sides = ", ".join(f"[{way.before}, {way.behind}]" for way in ways)
    return f"padding=[{sides}]" if len(ways) > 1 else f"padding={sides}"
