"""Builders of networks of any size, as the public sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Literal

from symnn.api.networks import Network
from symnn.networks import courses, layers, tensor_builders
from symnn.ops import named

__all__ = ["mlp", "neuron", "one_hidden_layer", "tensor_builder"]


def tensor_builder(name: str) -> Callable[..., Network]:
    """Give a builder of `symnn.networks.tensor_builders` or `symnn.networks.courses`, its networks derive and evaluate.

    >>> tensor_builder("rnn")(3).parameters, tensor_builder("attention")().parameters
    (('U', 'V', 'W'), ('W_Q', 'W_K', 'W_V'))
    """
    build = getattr(tensor_builders if name in tensor_builders.__all__ else courses, name)
    return wraps(build)(lambda *sizes, **options: Network(build(*sizes, **options)))


def mlp(
    sizes: Sequence[int],
    activation: str = named.SIGMOID,
    loss: str = named.SQUARED_ERROR,
    *,
    bias: bool = False,
    form: Literal["scalars", "matrix"] = "scalars",
    output: str = "",
) -> Network:
    """Build a fully connected network of any sizes: scalar by scalar, or in the form of matrices.

    Scalars have the deck's names; see `symnn.networks.layers.mlp`. In matrix form the output is linear unless
    ``output`` says "softmax", "sigmoid" or another function, and the loss follows it; see
    `symnn.networks.courses.matrix_mlp`.

    >>> len(mlp([10, 10, 10, 10, 1]).parameters)
    310
    >>> mlp([4, 3, 2], "relu", form="matrix", bias=True, output="softmax").equations[-2:]
    ('y = softmax(a2)', 'E = cross_entropy(y, z)')
    """
    if form == "matrix":
        return Network(courses.matrix_mlp(sizes, activation, output or named.IDENTITY, bias=bias))
    return Network(layers.mlp(sizes, activation, loss, bias=bias))


def one_hidden_layer(n: int, m: int, l: int, activation: str = named.SIGMOID) -> Network:
    """Build the deck's network with one hidden layer; see `symnn.networks.layers.one_hidden_layer`."""
    return Network(layers.one_hidden_layer(n, m, l, activation))


def neuron(inputs: int = 3, activation: str = named.SIGMOID) -> Network:
    """Build one neuron; see `symnn.networks.layers.neuron`."""
    return Network(layers.neuron(inputs, activation))
