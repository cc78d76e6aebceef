"""What compiled code is compared with: the interpreter entry by entry, and central differences of its values."""

from __future__ import annotations

import numpy as np
import pytest
from sources import run, undefined

from symnn.derivation.output_error import with_output_error
from symnn.derivation.sweep import derive
from symnn.handouts.document import Title
from symnn.handouts.python import python
from symnn.networks.expansion import entry_names
from symnn.numeric.arithmetic import floats
from symnn.numeric.compile import compiled
from symnn.numeric.forward import forward
from symnn.numeric.gradient import backward

STEP = 1e-6
ROUNDED = 4 * 2.0**-52 / STEP


def drawn(graph, seed=0, positive=(), batch=(), samples=3):
    """Draw a value for everything, off the kinks; those in ``batch`` for every sample."""
    rng = np.random.default_rng(seed)
    at = {}
    for name in graph.free:
        shape = graph.shapes.get(name, ())
        size = (samples, *shape) if name in batch else shape
        value = rng.uniform(0.15, 1.1, size=size) * rng.choice((-1.0, 1.0), size=size)
        at[name] = np.abs(value) if name in positive else value
    return at


def entries(graph, at):
    """Give a point entry by entry."""
    found = {}
    for name, value in at.items():
        names = entry_names(name, graph.shapes.get(name, ()))
        found |= dict(zip(names, np.ravel(value).tolist(), strict=True))
    return found


def whole(graph, found, name):
    """Put entries together again, in the shape that is declared."""
    shape = graph.shapes.get(name, ())
    return np.reshape([found[entry] for entry in entry_names(name, shape)], graph.declared.get(name, shape))


def interpreted(graph, at, of, wrt):
    """Give values and gradients at one point, entry by entry, by the sweep in numbers."""
    m = floats(graph.conventions)
    values = forward(graph.entrywise, entries(graph, at), m)
    expected = {name: whole(graph, values, name) for name in graph.definitions}
    if of is None:
        return expected, {}
    names = tuple(entry for name in wrt for entry in entry_names(name, graph.shapes.get(name, ())))
    errors = backward(derive(graph.entrywise, of, names), values, m)
    return expected, {name: whole(graph, errors, name) for name in wrt}


def differences(graph, at, of, name):
    """Give a gradient by central differences of the interpreter's values."""
    m = floats(graph.conventions)
    point = entries(graph, at)
    found = {}
    for entry in entry_names(name, graph.shapes.get(name, ())):
        ends = [forward(graph.entrywise, point | {entry: point[entry] + step}, m)[of] for step in (STEP, -STEP)]
        found[entry] = (ends[0] - ends[1]) / (2 * STEP)
    return whole(graph, found, name)


def same(found, expected, what, tolerance=1e-9):
    """Say that two values agree, nan and inf at the same places, and their shapes."""
    assert np.shape(found) == np.shape(expected), what
    assert np.asarray(found) == pytest.approx(np.asarray(expected), rel=tolerance, abs=tolerance, nan_ok=True), what


def at_a_point(graph, at, *, slopes=True):
    """Compiled code and the emitted module against the interpreter, and that against differences."""
    graph, of = with_output_error(graph) if graph.shapes else (graph, graph.result)
    at = drawn(graph) | at
    wrt = graph.parameters
    expected = interpreted(graph, at, of, wrt)
    module = python(graph, of, wrt, {}, Title("甲", "A"), "en")
    assert not undefined(module)
    for found in (compiled(graph, of, wrt)(at), run(module, at)):
        for name in graph.definitions:
            same(found[0][name], expected[0][name], name)
        for name in wrt:
            same(found[1][name], expected[1][name], f"gradient by {name}")
    for name in wrt if slopes else ():
        near = expected[1][name]
        noise = ROUNDED * float(np.abs(expected[0][of]).max())  # a difference of large values keeps few digits
        tolerance = 1e-4 * max(1.0, float(np.abs(near).max())) + (noise if np.isfinite(noise) else 0.0)
        same(differences(graph, at, of, name), near, f"slope by {name}", tolerance)


def in_a_batch(graph, at, batch):
    """Compare a batch with its samples one by one: summed where a quantity is given once, each where it is not."""
    graph, of = with_output_error(graph) if graph.shapes else (graph, graph.result)
    at = drawn(graph, batch=batch) | at
    wrt = graph.free
    values, gradients = compiled(graph, of, wrt)(at)
    count = len(at[next(iter(batch))])
    samples = [{name: value[i] if name in batch else value for name, value in at.items()} for i in range(count)]
    each = [interpreted(graph, sample, of, wrt) for sample in samples]
    for name in graph.definitions:
        expected = np.stack([one[0][name] for one in each])
        per_sample = np.ndim(values[name]) > np.ndim(each[0][0][name])
        same(values[name], expected if per_sample else expected[0], name)
    summed = np.ndim(values[of]) > 0
    for name in wrt:
        found = np.stack([one[1][name] for one in each])
        same(
            gradients[name],
            found if name in batch else found.sum(axis=0) if summed else found[0],
            f"gradient by {name}",
        )
