"""Builders of networks of any size, as the public sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps

from symnn.api.networks import Network
from symnn.networks import layers, tensors
from symnn.ops import named

__all__ = ["mlp", "neuron", "one_hidden_layer", "tensor_builder"]


def tensor_builder(name: str) -> Callable[..., Network]:
    """Give a builder of `symnn.networks.tensors` whose networks derive, evaluate and grade.

    >>> tensor_builder("rnn")(3).parameters
    ('U', 'V', 'W')
    """
    build = getattr(tensors, name)
    return wraps(build)(lambda *sizes, **options: Network(build(*sizes, **options)))


def mlp(
    sizes: Sequence[int], activation: str = named.SIGMOID, loss: str = named.SQUARED_ERROR, *, bias: bool = False
) -> Network:
    """Build a fully connected network of any sizes; see `symnn.networks.layers.mlp`.

    >>> len(mlp([10, 10, 10, 10, 1]).parameters)
    310
    """
    return Network(layers.mlp(sizes, activation, loss, bias=bias))


def one_hidden_layer(n: int, m: int, l: int, activation: str = named.SIGMOID) -> Network:
    """Build the deck's network with one hidden layer; see `symnn.networks.layers.one_hidden_layer`."""
    return Network(layers.one_hidden_layer(n, m, l, activation))


def neuron(inputs: int = 3, activation: str = named.SIGMOID) -> Network:
    """Build one neuron; see `symnn.networks.layers.neuron`."""
    return Network(layers.neuron(inputs, activation))
