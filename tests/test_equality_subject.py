"""Every formula that ``derive --to json`` prints is read by ``compare --network`` and proved equal to it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from symnn.commands.derive import command
from symnn.equality.subject import Subject
from symnn.expressions.tree import Derivative, Name
from symnn.networks.models import Declarations, graph_from_text
from symnn.questions.comparing import ComparedRow, Comparer

NETWORKS = ("neuron", "midges", "one-hidden-layer", "one-hidden-layer-matrix", "bp-2-2-1", "bp-2-3-2-1")


@pytest.mark.parametrize("name", NETWORKS)
def test_printed_gradients_and_errors_are_proved_by_fingerprint(name):
    """In matrix form too: the fingerprint goes through the entrywise form of the same network."""
    data = json.loads(CliRunner().invoke(command, [name, "--to", "json"]).output)
    pairs = [(one["gradient"], data["of"], one["name"]) for one in data["wrt"]]
    pairs += [(one["formula"], one["of"], one["wrt"]) for one in data.get("deltas", [])]
    comparer = Comparer()
    for formula, of, wrt in pairs:
        found = comparer.row(ComparedRow(formula, f"diff({of}, {wrt})", network=name))
        assert found.judgement.equal is True, (wrt, formula, found.problem)
        assert found.judgement.method == "fingerprint"


def test_results_with_roots_that_both_sides_name_stay_free_under_exponentials():
    """Shares of similarities: what is below them need not be looked into, and would cost more than a verdict may."""
    similar = "\n".join(f"s{n} = q^T k{n}/(sqrt(q^T q)*sqrt(k{n}^T k{n}))" for n in (1, 2, 3))
    shapes = dict.fromkeys(("q", "k1", "k2", "k3"), (2,))
    loss = "L = -s1/t + log(exp(s1/t) + exp(s2/t) + exp(s3/t))"
    subject = Subject.of_network(graph_from_text(f"{similar}\n{loss}", Declarations(shapes=shapes)))
    orders = (("s3", "s1", "s2"), ("s1", "s2", "s3"), ("s2", "s3", "s1"))
    shares = [f"exp({one[0]}/t)*({one[0]}/t^2)/({' + '.join(f'exp({s}/t)' for s in one)})" for one in orders]
    answer = subject.read(f"s1/t^2 - {' - '.join(shares)}").tree
    assert subject.compare(answer, Derivative(Name("L"), Name("t"))).equal is True
