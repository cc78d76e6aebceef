"""The public face: networks, derivations, comparing and exercises, joined from the layers below.

>>> net = network("bp-2-2-1")
>>> net.derive("E", wrt="w5").gradient("w5")
'2*(y - z)*y*(1 - y)*f1'
>>> compare("2(y-z)f'(a_3)", "2*(y-z)*y*(1-y)", network=net).equal
True
"""

from __future__ import annotations

from symnn.api.builders import mlp, neuron, one_hidden_layer, tensor_builder
from symnn.api.comparisons import check, compare, exercise
from symnn.api.derivations import Derivation
from symnn.api.networks import Network, from_torch, network
from symnn.exercises.exercise import Exercise
from symnn.questions.part import Part

__all__ = [
    "Derivation",
    "Exercise",
    "Network",
    "Part",
    "check",
    "compare",
    "exercise",
    "from_torch",
    "mlp",
    "network",
    "neuron",
    "one_hidden_layer",
    "tensor_builder",
]
