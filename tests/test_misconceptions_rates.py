"""An update rule whose rate is not called η is told as one that is."""

from __future__ import annotations

import pytest

from symnn.language.reading import Reading, read
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.networks.models import Declarations, graph_from_text

NUMBERS = graph_from_text("E = (w*x - z)^2", Declarations(inputs=("x",), targets=("z",)))
TENSORS = graph_from_text(
    "y = W x\nE = squared_error(y, z)",
    Declarations(shapes={"W": (2, 3), "x": (3,), "z": (2,)}, inputs=("x",), targets=("z",)),
)

SLIPS = [
    (NUMBERS, "w", "w + R*2*(w*x - z)*x", "update-sign"),
    (NUMBERS, "w", "w - 2*(w*x - z)*x", "update-rate"),
    (NUMBERS, "w", "-R*2*(w*x - z)*x", "update-only-step"),
    (NUMBERS, "w", "w - R*2*(w*x - z)", "missing-factor"),
    (TENSORS, "W", "W + 2*R*(y - z)*x^T", "update-sign"),
    (TENSORS, "W", "W - 2*(y - z)*x^T", "update-rate"),
    (TENSORS, "W", "W - 2*R*(y + z)*x^T", "sign"),
    (TENSORS, "W", "W - 2*R^2*(y - z)*x^T", "exponent"),
]


@pytest.mark.parametrize("rate", ["eta", "alpha", "lr", "gamma"])
@pytest.mark.parametrize(("graph", "name", "written", "code"), SLIPS)
def test_every_rate_is_told_alike(graph, name, written, code, rate):
    scope = graph.scope.also([rate])
    key, answer = (read(text.replace("R", rate), scope) for text in (f"{name} - R*diff(E, {name})", written))
    assert isinstance(key, Reading)
    assert isinstance(answer, Reading)
    found = diagnosis_of(graph, key.tree).explain(answer.tree)
    assert code in [finding.code for finding in found]
    assert rate == "eta" or all("eta" not in str(dict(finding.facts)) for finding in found)
