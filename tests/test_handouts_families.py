"""Errors of one form under one index are said once, where the author wrote the index."""

from __future__ import annotations

import pytest

from symnn.derivation.matrices import TensorError, derive_matrix
from symnn.expressions.writing import plain
from symnn.handouts.families import ErrorFamily, families
from symnn.networks.catalogue import network


def found(name: str) -> dict[str, str]:
    derivation = derive_matrix(network(name).graph, "E")
    return {
        one.wrt: plain(one.tree)
        for one in families(derivation, derivation.errors, derivation.by_derivative)
        if isinstance(one, ErrorFamily)
    }


def test_the_maps_of_a_network_are_one_family():
    known = found("cnn-x")
    assert set(known) == {"q_k", "p_k", "r_k", "c_k", "K_k"}
    assert known["q_k"] == "reshape(part(diff(E, v), 4*k - 3, 4*k), 2, 2)"
    assert known["p_k"] == "max_unpool(diff(E, q_k), p_k, 2, 2)"


def test_a_recurrence_is_written_once_and_its_last_step_apart():
    derivation = derive_matrix(network("birnn").graph, "E")
    rows = families(derivation, derivation.errors, derivation.by_derivative)
    held = {one.wrt: one.index for one in rows if isinstance(one, ErrorFamily)}
    assert held["s_t"] == ("t", 1, 2)
    assert held["delta_s_t"] == ("t", 1, 3)
    assert [one.wrt for one in rows if isinstance(one, TensorError) and one.wrt.startswith("s_")] == ["s_3"]
    (last,) = (one for one in rows if isinstance(one, ErrorFamily) and one.wrt == "s_t")
    assert "delta_s_{t+1}" in plain(last.tree)


@pytest.mark.parametrize(("name", "layers"), [("birnn", 1), ("deep-rnn", 2)])
def test_each_layer_has_its_own_recurrence(name, layers):
    assert sum(key.startswith("s") for key in found(name)) == 2 * layers


def test_a_network_without_indices_has_none():
    derivation = derive_matrix(network("cnn").graph)
    assert all(
        isinstance(one, TensorError) for one in families(derivation, derivation.errors, derivation.by_derivative)
    )
