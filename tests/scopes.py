"""The scopes of the lecture's networks, by hand: the language is tested without the layers above it."""

from __future__ import annotations

from symnn.language.scope import Scope, Unit

TWO_TWO_ONE = Scope.of(
    [*(f"w_{i}" for i in range(1, 7)), "x_1", "x_2", "z", "a_1", "a_2", "a_3", "f_1", "f_2", "y", "E", "eta"],
    {"f": 1},
)
"""bp-2-2-1: f_1 and f_2 are quantities, f is the activation."""

WEIGHTS = [
    *(f"w_{{(x{i}){j}}}" for i in (1, 2) for j in (1, 2, 3)),
    *(f"w_{{{i}{j}}}" for i in (1, 2, 3) for j in (4, 5)),
]

TWO_THREE_TWO_ONE = Scope.of(
    [
        *WEIGHTS,
        "w_{46}",
        "w_{56}",
        "x_1",
        "x_2",
        "z",
        *(f"e_{i}" for i in range(1, 7)),
        *(f"y_{i}" for i in range(1, 6)),
        "y",
        "E",
    ],
    {f"f_{i}": 1 for i in range(1, 7)},
    units={f"f_{i}": Unit(f"e{i}", f"y{i}" if i < 6 else "y") for i in range(1, 7)},
    own_argument="e",
)
"""bp-2-3-2-1: f_1 to f_6 are units, each with its own argument e."""

RECURRENT = Scope.of(
    {
        "U": (2, 2), "V": (2, 2), "W": (2, 2),
        **{f"x_{t}": (2,) for t in (1, 2, 3)},
        **{f"s_{t}": (2,) for t in (0, 1, 2, 3)},
        **{f"h_{t}": (2,) for t in (1, 2, 3)},
    },
    {"f": 1, "g": 1},
    canonical=True,
)  # fmt: skip
"""rnn, unrolled: the names of the members of families."""

LAYERED = Scope.of(
    {"s^(1)_2": (2,), "s'^(1)_2": (2,), "U^(1)": (2, 2), "V'": (2, 2), "s'_2": (2,)}, {"f": 1}, canonical=True
)
"""birnn and deep-rnn: primes and layers belong to names."""

INDEXED = Scope.of(
    {"x_t": (2,), "s_t": (2,), "s'_t": (2,), "s^{(i)}_t": (2,), "U": (2, 2), "W^{(i)}": (2, 2)},
    {"f": 1},
    indices=("t", "i"),
)
"""An author's equations: members of families by expressions of the indices."""

IMAGE = Scope.of([f"I_{{{i},{j}}}" for i in ("x-1", "x", "x+1") for j in ("y-1", "y", "y+1")])
"""conv-3x3: nine pixels around (x, y)."""

TENSORS = Scope.of(
    {"W": (2, 2), "W_1": (2, 2), "x": (2,), "b": (2,), "K": (11, 11), "delta": (2,), "a": (2,), "t": ()},
    {"f": 1},
)

WHOLE = Scope.of({"W": (2, 3), "X": (4, 3), "x": (3,), "a": (3,), "b": (2,), "c": ()}, tensors=True)
"""Tensors with the operations on whole ones."""

OPEN = Scope.of((), open=True)

CLASH = Scope.of(["w_{1,11}", "w_{11,1}", "x"])

EVERYDAY = Scope.of(["x", "y", "a", "b", "c", "w5", "f1", "x1", "x2"])
