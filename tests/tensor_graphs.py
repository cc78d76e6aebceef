"""Tensor networks for the tests: small graphs from text, random points, the values of both forms."""

from __future__ import annotations

import random

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.matrices import derive_matrix
from symnn.derivation.output_error import with_output_error
from symnn.derivation.sweep import derive
from symnn.networks.declarations import Declarations
from symnn.networks.models import graph_from_text
from symnn.numeric.arithmetic import floats
from symnn.numeric.forward import forward
from symnn.numeric.gradient import backward


def graph_of(text, shapes, **given):
    """Read equations with shapes."""
    return graph_from_text(text, Declarations(shapes=shapes, **given))


def point_of(graph, seed=0):
    """Draw a value for every entry, off the kinks."""
    rng = random.Random(seed)  # noqa: S311 - a reproducible draw of test points, no secret
    return {name: rng.uniform(0.1, 1.2) * rng.choice((-1, 1)) for name in graph.entrywise.free}


def both_forms(graph, seed=0, positive=()):
    """Give the entrywise gradient and that of the matrix form at one random point, by entry."""
    graph, of = with_output_error(graph)
    point = point_of(graph, seed)
    point |= {name: abs(value) for name, value in point.items() if name.split("[")[0] in positive}
    m = floats(graph.conventions)
    scalar = derive(graph, of)
    theirs = backward(scalar, forward(graph.entrywise, point, m), m)
    ours = forward(derive_matrix(graph, of).extended.entrywise, point, m)
    return (
        {name: theirs[name] for name in scalar.wrt},
        {name: ours.get(adjoint_name(of, name), 0.0) for name in scalar.wrt},
    )
