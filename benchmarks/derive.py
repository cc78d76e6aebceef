"""Deriving all gradients of fully connected networks: symnn's sweep beside CasADi and SymPy's diff.

``python benchmarks/derive.py [--sympy-seconds 60]``; CasADi is left out, with a note, if it is not installed.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from itertools import cycle, pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median
from time import perf_counter, process_time
from types import ModuleType
from typing import Any

from timing import medians, shown

import symnn
from symnn.derivation.by_sympy import expanded_sympy
from symnn.derivation.deltas import deltas
from symnn.derivation.paths import gradient
from symnn.derivation.sweep import derive
from symnn.expressions.tree import Tree
from symnn.networks.layers import mlp
from symnn.networks.network import Network
from symnn.notation.layout import symbols_of
from symnn.notation.tex import latex
from symnn.numeric.compile import compiled

SIZES = ([2, 2, 1], [2, 3, 2, 1], [10, 10, 10, 10, 1], *([width, width, width, 1] for width in (16, 32, 64, 256)))
MANY = 1000
MOST = 100_000
WIDTHS = (16, 7, 10, 9, 13, 14, 6, 18)
ACTIVATIONS = cycle(("sigmoid", "tanh", "softplus", "sin", "relu", "exp"))
SYMPY_SIZES = ([2, 2, 1], [2, 3, 2, 1], [10, 10, 10, 10, 1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sympy-seconds", type=float, default=60.0, help="SymPy is stopped after so long")
    limit = parser.parse_args().sympy_seconds
    casadi = _casadi()
    _row("network", "edges", "sweep", "per edge", "all of symnn", "all of CasADi", "ratio", "SymPy diff")
    for sizes in SIZES:
        network = mlp(sizes)
        edges = len(network.graph.parameters)
        actions: dict[str, Callable[[], object]] = {
            "sweep": lambda graph=network.graph: derive(graph),
            "symnn": lambda sizes=sizes: _everything(sizes),
        }
        if casadi is not None:
            actions["casadi"] = lambda sizes=sizes: _casadi_gradient(casadi, sizes)
            _agree(casadi, network, sizes)
        times = medians(actions, repeat=1, rounds=3 if edges > MOST else 7 if edges > MANY else 25)
        theirs = shown(times["casadi"]) if casadi is not None else "-"
        ratio = f"{times['symnn'] / times['casadi']:.2f}" if casadi is not None else "-"
        sympy = _sympy(sizes, limit) if sizes in SYMPY_SIZES else "-"
        name = "-".join(map(str, sizes))
        per_edge = shown(times["sweep"] / edges)
        _row(name, edges, shown(times["sweep"]), per_edge, shown(times["symnn"]), theirs, ratio, sympy)
    if casadi is None:
        print("CasADi is not installed (pip install casadi): its column is empty")
    _latex_row()
    print("all: the network is built anew in every round, with another activation each time, and all gradients derived")
    print("symnn keeps every factor apart and named, and writes every error out; CasADi has values only")
    print("SymPy: diff of the expanded loss by every weight, the network being there")


def _everything(sizes: list[int]) -> list[Tree]:
    """Build a network that was not there before and write out all of its errors."""
    built = mlp(sizes, activation=next(ACTIVATIONS))
    return [delta.formula for delta in deltas(derive(built.graph))]


def _latex_row(rounds: int = 15) -> None:
    """Print what the LaTeX of all gradients costs, building included: no network or name occurs in two rounds."""
    texts = [_lettered("abcdghijkmno"[k % 12], k) for k in range(2 * rounds + 2)]
    seconds: dict[str, list[float]] = {"formulas": [], "displayed": [], "sympy": []}
    for round_ in range(rounds + 1):
        ways: dict[str, Callable[[], object]] = {
            "formulas": lambda given=texts[2 * round_]: _formulas(*given),
            "displayed": lambda given=texts[2 * round_ + 1]: _displayed(*given),
            "sympy": lambda weights=texts[2 * round_][1]: _sympy_latex(weights),
        }
        for name, way in ways.items():
            start = process_time()  # others on the machine shall not count
            way()
            if round_:  # the first round loads what is loaded once
                seconds[name].append(process_time() - start)
    times = {name: median(found) for name, found in seconds.items()}
    for name in ("formulas", "displayed"):
        ratio = times[name] / times["sympy"]
        print(f"LaTeX of all 2-3-2-1 gradients, {name}: {shown(times[name])}, {ratio:.3f} of SymPy's diff and latex")


def _lettered(letter: str, k: int) -> tuple[str, list[str]]:
    """Write a 2-3-2-1 network whose weights no other round has, and name those."""
    lines, layers = ["f(x) = 1/(1 + exp(-x))"], (("x1", "x2"), ("p1", "p2", "p3"), ("q1", "q2"), ("y",))
    named: list[str] = []
    for before, after in pairwise(layers):
        for unit in after:
            weights = [f"{letter}_{{{k},{len(named) + place}}}" for place in range(1, len(before) + 1)]
            named += weights
            terms = (f"{weight}*{source}" for weight, source in zip(weights, before, strict=True))
            lines.append(f"{unit} = f({' + '.join(terms)})")
    return "\n".join((*lines, "E = (y - z)^2")), named


def _formulas(text: str, weights: list[str]) -> list[str]:
    network = symnn.network(text)
    graph = network.model.graph
    derivation, symbols = derive(graph), symbols_of(graph)
    return [latex(gradient(derivation, name), symbols) for name in map(network.canonical, weights)]


def _displayed(text: str, weights: list[str]) -> str:
    return symnn.network(text).derive(wrt=weights)._repr_latex_()


def _sympy_latex(names: list[str]) -> list[str]:
    import sympy

    values = list(sympy.symbols("x1 x2", real=True))
    weights = [sympy.Symbol(name, real=True) for name in names]
    left = iter(weights)
    for size in (3, 2, 1):
        values = [1 / (1 + sympy.exp(-sum(next(left) * value for value in values))) for _ in range(size)]
    loss = (values[0] - sympy.Symbol("z", real=True)) ** 2
    return [sympy.latex(sympy.diff(loss, weight)) for weight in weights]


def _row(*cells: object) -> None:
    print(" ".join(f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True)))


def _casadi() -> ModuleType | None:
    try:
        import casadi
    except ImportError:
        return None
    return casadi


def _casadi_gradient(casadi: ModuleType, sizes: list[int]) -> tuple[Any, Any]:
    """Build the network in CasADi's scalars and derive the loss by all weights."""
    x, z = casadi.SX.sym("x", sizes[0]), casadi.SX.sym("z", sizes[-1])
    weights, value = [], x
    for n, m in pairwise(sizes):
        matrix = casadi.SX.sym("W", m, n)
        weights.append(matrix)
        value = 1 / (1 + casadi.exp(-(matrix @ value)))
    loss = casadi.sumsqr(value - z)
    everything = casadi.vertcat(*(casadi.vec(matrix) for matrix in weights))
    return casadi.gradient(loss, everything), (x, z, everything)


def _agree(casadi: ModuleType, network: Network, sizes: list[int]) -> None:
    """Make sure that both derive the same thing."""
    gradient, (x, z, weights) = _casadi_gradient(casadi, sizes)
    draw = random.Random(7)  # noqa: S311 - test points
    graph = network.graph
    point = {name: draw.uniform(-1, 1) for name in graph.free}
    _, ours = compiled(graph)(point)
    named = iter(graph.parameters)
    order: list[str] = []
    for n, m in pairwise(sizes):
        rows = [[next(named) for _ in range(n)] for _ in range(m)]
        order += [rows[j][i] for i in range(n) for j in range(m)]
    inputs = graph.listed("input")
    given = [[point[name] for name in names] for names in (inputs, graph.listed("target"), order)]
    theirs = casadi.Function("g", [x, z, weights], [gradient])(*given)
    worst = max(abs(ours[name] - float(value)) for name, value in zip(order, theirs.elements(), strict=True))
    assert worst < 1e-12, f"the gradients differ by {worst}"  # noqa: PLR2004 - rounding


def _sympy(sizes: list[int], limit: float) -> str:
    """Time SymPy in a process of its own, stopped after ``limit`` seconds."""
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_sympy_gradient, args=(sizes, sender))
    process.start()
    took = None
    if receiver.poll(limit + 5):  # starting takes a while
        receiver.recv()
        took = receiver.recv() if receiver.poll(limit) else None
    process.kill()
    process.join()
    return f"> {limit:g} s (stopped)" if took is None else shown(took)


def _sympy_gradient(sizes: list[int], sender: Connection) -> None:
    import sympy

    graph = mlp(sizes).graph
    sender.send("ready")
    start = perf_counter()
    loss = expanded_sympy(graph, graph.definitions["E"])
    for name in graph.parameters:
        sympy.diff(loss, sympy.Symbol(name, real=True))
    sender.send(perf_counter() - start)


if __name__ == "__main__":
    main()
