"""Values and all gradients of fully connected networks: compiled by symnn, hand-written NumPy, autograd.

``python benchmarks/gradients.py``; autograd is left out, with a note, if it is not installed. Every round has inputs
of its own. By dicts, the names are read and written one by one; packed, the inputs are put into arrays before the
clock runs, as those of the hand-written code are, and every gradient is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from timing import medians, shown

from symnn.networks.layers import mlp
from symnn.numeric.compile import compiled

Array = NDArray[np.float64]
ROUNDS = 15
POINTS: Mapping[tuple[int, ...], int] = {(2, 3, 2, 1): 500, (10, 10, 10, 10, 1): 300, (64, 64, 64, 1): 100}
"""The networks at one point, and how often each is computed in a round."""
BATCHES: Mapping[tuple[int, ...], int] = {(64, 64, 64, 1): 1_000, (2, 3, 2, 1): 100_000}
"""The networks and how many samples."""


def by_hand_at_one_point(x: Array, z: float, weights: Sequence[Array]) -> tuple[Any, ...]:
    """Compute one sample with vectors, as one writes it by hand; the last matrix is a vector."""
    values = [x]
    for matrix in weights:
        values.append(1 / (1 + np.exp(-(values[-1] @ matrix))))
    y = values[-1]
    loss = (y - z) ** 2
    delta = 2 * (y - z) * y * (1 - y)
    gradients = [values[-2] * delta]
    delta = delta * weights[-1] * values[-2] * (1 - values[-2])
    for place in range(len(weights) - 2, -1, -1):
        gradients.append(np.outer(values[place], delta))
        if place:
            delta = (weights[place] @ delta) * values[place] * (1 - values[place])
    return loss, values, gradients[::-1]


def by_hand(X: Array, Z: Array, weights: Sequence[Array]) -> tuple[Any, ...]:
    """Compute a batch with matrices, as one writes it by hand."""
    values = [X]
    for matrix in weights:
        values.append(1 / (1 + np.exp(-(values[-1] @ matrix))))
    Y = values[-1]
    loss = (Y - Z) ** 2
    delta = 2 * (Y - Z) * Y * (1 - Y)
    gradients = []
    for place in range(len(weights) - 1, -1, -1):
        gradients.append(values[place].T @ delta)
        if place:
            delta = (delta @ weights[place].T) * values[place] * (1 - values[place])
    return loss, values, gradients[::-1]


def by_autograd() -> Callable[..., Any] | None:
    """Give the same loss and its gradient by autograd."""
    try:
        import autograd.numpy as anp
        from autograd import value_and_grad
    except ImportError:
        return None

    def loss(weights: tuple[Any, ...], X: Any, Z: Any) -> Any:
        value = X
        for matrix in weights:
            value = 1 / (1 + anp.exp(-anp.dot(value, matrix)))
        return anp.sum((value - Z) ** 2)

    return value_and_grad(loss)  # type: ignore[no-any-return]


def drawn(sizes: tuple[int, ...], samples: int, seed: int) -> tuple[dict[str, Any], Array, Any, list[Array]]:
    """Draw inputs of one round: by name, and as the matrices of the hand-written code."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(samples, sizes[0]) if samples else sizes[0])
    z = rng.random((samples, 1)) if samples else float(rng.random())
    weights = [rng.normal(size=pair) / np.sqrt(pair[0]) for pair in pairwise(sizes)]
    named: dict[str, Any] = {f"x{i}": x[..., i - 1].copy() for i in range(1, sizes[0] + 1)}
    named["z"] = z[:, 0].copy() if samples else z
    entries = (entry for matrix in weights for entry in matrix.T.ravel().tolist())
    named |= dict(zip(mlp(sizes).graph.parameters, entries, strict=True))
    if not samples:
        named = {name: float(value) for name, value in named.items()}
    return named, x, z, weights if samples else [*weights[:-1], weights[-1][:, 0]]


def measured(sizes: tuple[int, ...], samples: int, repeat: int) -> None:
    """Measure one network at one point (no samples) or for a batch."""
    network = mlp(sizes)
    step = compiled(network.graph)
    inputs = [drawn(sizes, samples, seed) for seed in range(ROUNDS)]
    packed = [step.pack(named) for named, *_ in inputs]
    hand = by_hand if samples else by_hand_at_one_point
    _, x, z, weights = inputs[0]
    theirs = np.concatenate([np.ravel(g.T if g.ndim > 1 else g) for g in hand(x, z, weights)[2]])
    _, gradients = step(packed[0])
    ours = np.array([gradients[name] for name in network.graph.parameters])
    assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    turns = {name: cycle(range(ROUNDS)) for name in ("dicts", "packed", "hand", "autograd")}
    actions: dict[str, Callable[[], object]] = {
        "symnn, dicts": lambda: step(inputs[next(turns["dicts"])][0]),
        "symnn, packed": lambda: step(packed[next(turns["packed"])]),
        "NumPy by hand": lambda: hand(*inputs[next(turns["hand"])][1:]),
    }
    derived = by_autograd()
    if derived is not None:

        def traced() -> object:
            _, x, z, weights = inputs[next(turns["autograd"])]
            return derived(tuple(weights), x, z)

        actions["autograd"] = traced
    where = f"{samples} samples" if samples else "one point"
    _print(f"{'-'.join(map(str, sizes))}, {where}: {len(theirs)} gradients", medians(actions, repeat=repeat))


def main() -> None:
    for sizes, repeat in POINTS.items():
        measured(sizes, 0, repeat)
    for sizes, samples in BATCHES.items():
        measured(sizes, samples, 1)
    if by_autograd() is None:
        print("autograd is not installed (pip install autograd): its rows are left out")


def _print(title: str, times: Mapping[str, float]) -> None:
    base = times["NumPy by hand"]
    print(title)
    for name, seconds in times.items():
        print(f"  {name:<16} {shown(seconds):>10}   {seconds / base:.2f} x by hand")


if __name__ == "__main__":
    main()
