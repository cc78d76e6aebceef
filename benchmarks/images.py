"""A 28x28 image, 8 kernels: forward and all gradients, beside hand-written NumPy (im2col) and torch.

Run: ``python benchmarks/images.py``. torch is left out, and said so, where it is not installed.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from symnn.networks.tensor_builders import cnn
from symnn.numeric.compile import compiled

BATCH, SIDE, KERNELS, SIZE, CLASSES = 64, 28, 8, 3, 10
RUNS = 15


def data(seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    left = (SIDE - SIZE + 1) // 2
    return {
        "x": rng.normal(size=(BATCH, 1, SIDE, SIDE)),
        "z": np.eye(CLASSES)[rng.integers(CLASSES, size=BATCH)],
        "K": rng.normal(size=(KERNELS, 1, SIZE, SIZE)),
        "k": rng.normal(size=KERNELS),
        "A": rng.normal(size=(CLASSES, KERNELS * left * left)) / 30,
        "b": rng.normal(size=CLASSES),
    }


def by_hand(d: dict[str, np.ndarray]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Compute as a good programmer writes it: im2col, one matrix product forward, one backward."""
    x, K = d["x"], d["K"]
    out = SIDE - SIZE + 1
    view = np.lib.stride_tricks.sliding_window_view(x[:, 0], (SIZE, SIZE), axis=(1, 2))
    columns = np.ascontiguousarray(view.transpose(0, 3, 4, 1, 2)).reshape(BATCH, SIZE * SIZE, out * out)
    c = (K.reshape(KERNELS, -1) @ columns).reshape(BATCH, KERNELS, out, out) + d["k"][:, None, None]
    r = np.maximum(c, 0)
    blocks = r.reshape(BATCH, KERNELS, out // 2, 2, out // 2, 2)
    p = blocks.max(axis=(3, 5))
    v = p.reshape(BATCH, -1)
    a = v @ d["A"].T + d["b"]
    e = np.exp(a - a.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    E = -(d["z"] * np.log(y)).sum(axis=1)
    da = y - d["z"]
    dv = (da @ d["A"]).reshape(p.shape)
    windows = blocks.transpose(0, 1, 2, 4, 3, 5).reshape(*p.shape, 4)
    first = windows.argmax(axis=-1)[..., None]
    dw = np.zeros_like(windows)
    np.put_along_axis(dw, first, dv[..., None], axis=-1)
    dr = dw.reshape(BATCH, KERNELS, out // 2, out // 2, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(r.shape)
    dc = dr * (c > 0)
    dK = (dc.reshape(BATCH, KERNELS, -1) @ columns.transpose(0, 2, 1)).sum(axis=0).reshape(K.shape)
    return E, {"K": dK, "k": dc.sum(axis=(0, 2, 3)), "A": da.T @ v, "b": da.sum(axis=0)}


def by_torch(d: dict[str, np.ndarray]) -> Callable[[], object]:
    import torch

    t = {name: torch.tensor(value, requires_grad=name in "KkAb") for name, value in d.items()}

    def run() -> object:
        c = torch.nn.functional.conv2d(t["x"], t["K"], t["k"])
        p = torch.nn.functional.max_pool2d(torch.relu(c), 2)
        a = p.reshape(BATCH, -1) @ t["A"].T + t["b"]
        loss = -(t["z"] * torch.log_softmax(a, 1)).sum()
        return torch.autograd.grad(loss, [t[name] for name in "KkAb"])

    return run


def median(*functions: Callable[[], object]) -> list[float]:
    """Time the functions in turn, so that all see the same machine."""
    times = [[] for _ in functions]
    for _ in range(RUNS):
        for place, function in enumerate(functions):
            start = time.perf_counter()
            function()
            times[place].append(time.perf_counter() - start)
    return [statistics.median(own) for own in times]


def main() -> None:
    d = data()
    start = time.perf_counter()
    step = compiled(cnn((SIDE, SIDE), 1, KERNELS, kernel=SIZE, classes=CLASSES, normalized=False).graph)
    values, gradients = step(d)
    building = time.perf_counter() - start
    E, theirs = by_hand(d)
    assert np.allclose(values["E"], E)
    assert all(np.allclose(gradients[name], theirs[name]) for name in theirs)
    functions = [lambda: step(d), lambda: by_hand(d)]
    try:
        functions.append(by_torch(d))
    except ImportError:
        print("torch is not installed: left out")
    times = median(*functions)
    print(
        f"{BATCH} images {SIDE}x{SIDE}, {KERNELS} kernels {SIZE}x{SIZE}; built and compiled in {building * 1e3:.0f} ms"
    )
    print(f"symnn          {times[0] * 1e3:8.2f} ms   {times[0] / times[1]:.2f} x by hand")
    print(f"NumPy by hand  {times[1] * 1e3:8.2f} ms")
    if len(times) == len(("symnn", "hand", "torch")):
        print(f"torch          {times[2] * 1e3:8.2f} ms")


if __name__ == "__main__":
    main()
