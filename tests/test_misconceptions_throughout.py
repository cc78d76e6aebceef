"""What goes wrong in all places at once: through time, and through a mean and a deviation that every value shares."""

from __future__ import annotations

import pytest

from symnn.expressions.tree import Derivative, Name
from symnn.expressions.writing import plain
from symnn.language.reading import Reading, read
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.networks.models import Declarations, graph_from_text

THROUGH_TIME = graph_from_text(
    "a1 = w*h0 + u*x1\nh1 = tanh(a1)\na2 = w*h1 + u*x2\nh2 = tanh(a2)\na3 = w*h2 + u*x3\nh3 = tanh(a3)\n"
    "q = v*h3 + c\nL = 1/2*(q - y)^2",
    Declarations(inputs=("x1", "x2", "x3", "h0"), targets=("y",)),
)
NORMALISED = graph_from_text(
    "m = (x1 + x2 + x3)/3\nr = ((x1-m)^2 + (x2-m)^2 + (x3-m)^2)/3\ns = 1/sqrt(r + eps)\n"
    "n1 = (x1 - m)*s\ny1 = g*n1 + b\nn2 = (x2 - m)*s\ny2 = g*n2 + b\nn3 = (x3 - m)*s\ny3 = g*n3 + b\n"
    "L = c1*y1 + c2*y2 + c3*y3",
    Declarations(inputs=("x1", "x2", "x3", "c1", "c2", "c3")),
)

ROWS = [
    (
        THROUGH_TIME,
        "w",
        "(q-y) v (1-h3^2)(h2 + w(h1 + w h0))",
        "missing-factor",
        {"factor": ("tanh'(a2)", "tanh'(a1)")},
    ),
    (THROUGH_TIME, "w", "(q-y) v (1-h3^2)(h2 + (1-h2^2)(h1 + (1-h1^2) h0))", "missing-factor", {"factor": "w"}),
    (
        THROUGH_TIME,
        "w",
        "(q-y) v (h2 + w(h1 + w h0))",
        "missing-factor",
        {"factor": ("tanh'(a3)", "tanh'(a2)", "tanh'(a1)")},
    ),
    (
        THROUGH_TIME,
        "w",
        "(q-y) v (1-h3^2)(h2 + h1 + h0)",
        "missing-factor",
        {"factor": ("w", "tanh'(a2)", "tanh'(a1)")},
    ),
    (
        THROUGH_TIME,
        "w",
        "(q-y) v h3(1-h3)(h2 + w h2(1-h2)(h1 + w h1(1-h1) h0))",
        "activation-wrong",
        {"meant": "tanh", "wrote": "sigmoid"},
    ),
    (NORMALISED, "x1", "g c1 s", "missing-path", {"how": "several", "through": ("m", "r")}),
    (NORMALISED, "x1", "g s (c1 - (c1+c2+c3)/3)", "missing-path", {"through": "r"}),
    (NORMALISED, "x1", "s (c1 - (c1+c2+c3)/3 - n1 (c1 n1 + c2 n2 + c3 n3)/3)", "missing-factor", {"factor": "g"}),
    (NORMALISED, "m", "g s (c1+c2+c3)", "sign", {}),
]


@pytest.mark.parametrize(("graph", "by", "written", "code", "facts"), ROWS)
def test_a_slip_that_was_made_throughout_is_named(graph, by, written, code, facts):
    answer = read(written, graph.scope)
    assert isinstance(answer, Reading), answer
    (finding,) = diagnosis_of(graph, Derivative(Name("L"), Name(by))).explain(answer.tree)
    told = {name: fact if isinstance(fact, str | tuple) else plain(fact) for name, fact in finding.facts.items()}
    assert finding.code == code
    assert facts.items() <= told.items()


def test_what_one_root_costs_is_counted_once_in_an_explanation():
    """A part about a deviation was prepared at the cost of thirty, given up, and never explained again."""
    from symnn.equality.work import account

    with account() as spent:
        diagnosis_of(NORMALISED, Derivative(Name("L"), Name("x1")))
    assert spent.spent < 200_000
