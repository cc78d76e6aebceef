"""The deck's networks by name, and builders of any size: ``symnn.networks.mlp([10, 10, 1])``.

The builders named here are those of `symnn.api`, whose networks derive, evaluate and grade.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symnn.api import mlp, neuron, one_hidden_layer

    attention: Any
    autoencoder: Any
    batch_norm: Any
    birnn: Any
    cnn: Any
    deep_rnn: Any
    gan: Any
    gru: Any
    layer_norm: Any
    logistic: Any
    lstm: Any
    residual: Any
    rnn: Any
    softmax_regression: Any
    vae: Any
    word2vec: Any

__all__ = [
    "attention",
    "autoencoder",
    "batch_norm",
    "birnn",
    "cnn",
    "deep_rnn",
    "gan",
    "gru",
    "layer_norm",
    "logistic",
    "lstm",
    "mlp",
    "neuron",
    "one_hidden_layer",
    "residual",
    "rnn",
    "softmax_regression",
    "vae",
    "word2vec",
]


def __getattr__(name: str) -> Any:
    """Load a builder when it is first asked for."""
    if name in __all__:
        from symnn import api

        return getattr(api, name) if hasattr(api, name) else api.tensor_builder(name)
    message = f"module 'symnn.networks' has no attribute {name!r}"
    raise AttributeError(message)
