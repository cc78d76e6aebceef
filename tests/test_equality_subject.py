"""Every formula that ``derive --to json`` prints is read by ``compare --network`` and proved equal to it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from symnn.commands.derive import command
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
