"""Values and gradients of the 2-3-2-1 network: compiled by symnn, hand-written NumPy, autograd.

``python benchmarks/gradients.py``; autograd is left out, with a note, if it is not installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from timing import medians, shown

from symnn.networks.catalogue import network
from symnn.numeric.compile import compiled

Array = NDArray[np.float64]
Names = list[list[list[str]]]
POINTS = 100_000
INPUTS, LAYERS = ("x1", "x2"), (("1", "2", "3"), ("4", "5"), ("6",))


def by_hand_at_one_point(x: Array, z: float, W1: Array, W2: Array, w3: Array) -> tuple[Any, ...]:
    """Compute one sample with vectors, as one writes it by hand."""
    h1 = 1 / (1 + np.exp(-(x @ W1)))
    h2 = 1 / (1 + np.exp(-(h1 @ W2)))
    y = 1 / (1 + np.exp(-(h2 @ w3)))
    loss = (y - z) ** 2
    d3 = 2 * (y - z) * y * (1 - y)
    d2 = d3 * w3 * h2 * (1 - h2)
    d1 = (W2 @ d2) * h1 * (1 - h1)
    return loss, y, h2, h1, np.outer(x, d1), np.outer(h1, d2), h2 * d3


def by_hand(X: Array, Z: Array, W1: Array, W2: Array, W3: Array) -> tuple[Any, ...]:
    """Compute a batch with matrices, as one writes it by hand."""
    H1 = 1 / (1 + np.exp(-(X @ W1)))
    H2 = 1 / (1 + np.exp(-(H1 @ W2)))
    Y = 1 / (1 + np.exp(-(H2 @ W3)))
    loss = (Y - Z) ** 2
    D3 = 2 * (Y - Z) * Y * (1 - Y)
    D2 = (D3 @ W3.T) * H2 * (1 - H2)
    D1 = (D2 @ W2.T) * H1 * (1 - H1)
    return loss, Y, H2, H1, X.T @ D1, H1.T @ D2, H2.T @ D3


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


def weight_names() -> Names:
    """Name the weights of each layer as matrices, rows by the unit they leave."""
    below = tuple(f"_{x}_" for x in INPUTS)
    named = []
    for layer in LAYERS:
        named.append([[f"w{one}{unit}" for unit in layer] for one in below])
        below = layer
    return named


def main() -> None:
    found = network("bp-2-3-2-1")
    step = compiled(found.graph)
    point: dict[str, Any] = {name: float(value) for name, value in found.values.items()}  # type: ignore[arg-type]
    named = weight_names()
    matrices = [np.array([[point[name] for name in row] for row in rows]) for rows in named]
    derived = by_autograd()
    _point(step, point, matrices, derived)
    _batch(step, point, matrices, derived, named)
    if derived is None:
        print("autograd is not installed (pip install autograd): its rows are left out")


def _point(step: Any, point: Mapping[str, float], matrices: list[Array], derived: Any) -> None:
    x, z = np.array([point["x1"], point["x2"]]), point["z"]
    W1, W2, W3 = matrices
    w3 = W3[:, 0]
    hand = by_hand_at_one_point(x, z, W1, W2, w3)
    _, gradients = step(point)
    assert np.isclose(gradients["w_x2_3"], hand[4][1, 2], rtol=1e-12)
    actions: dict[str, Callable[[], object]] = {
        "symnn, compiled": lambda: step(point),
        "NumPy by hand": lambda: by_hand_at_one_point(x, z, W1, W2, w3),
    }
    if derived is not None:
        actions["autograd"] = lambda: derived((W1, W2, w3), x, z)
    _print("one point: 13 values, 14 gradients", medians(actions, repeat=500))


def _batch(step: Any, point: Mapping[str, float], matrices: list[Array], derived: Any, named: Names) -> None:
    draw = np.random.default_rng(1)
    X, Z = draw.normal(size=(POINTS, 2)), draw.random((POINTS, 1))
    batch = {**point, "x1": X[:, 0].copy(), "x2": X[:, 1].copy(), "z": Z[:, 0].copy()}
    hand = by_hand(X, Z, *matrices)
    _, gradients = step(batch)
    for rows, theirs in zip(named, hand[4:], strict=True):
        assert np.allclose([[gradients[name] for name in row] for row in rows], theirs, rtol=1e-9)
    actions: dict[str, Callable[[], object]] = {
        "symnn, compiled": lambda: step(batch),
        "NumPy by hand": lambda: by_hand(X, Z, *matrices),
    }
    if derived is not None:
        actions["autograd"] = lambda: derived(tuple(matrices), X, Z)
    _print(f"{POINTS} points: 13 values each, 14 gradients of the sum", medians(actions, repeat=1, rounds=25))


def _print(title: str, times: Mapping[str, float]) -> None:
    base = times["NumPy by hand"]
    print(title)
    for name, seconds in times.items():
        print(f"  {name:<16} {shown(seconds):>10}   {seconds / base:.2f} x by hand")


if __name__ == "__main__":
    main()
