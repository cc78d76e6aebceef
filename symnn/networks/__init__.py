"""The deck's networks by name, and builders of any size: ``symnn.networks.mlp([10, 10, 1])``.

The builders named here are those of `symnn.api`, whose networks derive, evaluate and grade.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symnn.api import mlp, neuron, one_hidden_layer

    birnn: Any
    cnn: Any
    deep_rnn: Any
    gan: Any
    rnn: Any

__all__ = ["birnn", "cnn", "deep_rnn", "gan", "mlp", "neuron", "one_hidden_layer", "rnn"]


def __getattr__(name: str) -> Any:
    """Load a builder when it is first asked for."""
    if name in __all__:
        from symnn import api

        return getattr(api, name) if hasattr(api, name) else api.tensor_builder(name)
    message = f"module 'symnn.networks' has no attribute {name!r}"
    raise AttributeError(message)
