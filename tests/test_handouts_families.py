"""Errors of one form under one index are said once, where the author wrote the index."""

from __future__ import annotations

import pytest

from symnn.derivation.matrices import TensorError, derive_matrix
from symnn.expressions.writing import plain
from symnn.handouts.families import Family, families
from symnn.networks.catalogue import network


def found(name: str) -> dict[str, str]:
    derivation = derive_matrix(network(name).graph, "E")
    return {
        one.wrt: plain(one.tree)
        for one in families(derivation, derivation.errors, derivation.by_derivative)
        if isinstance(one, Family)
    }


def test_the_maps_of_a_network_are_one_family():
    known = found("cnn-x")
    assert set(known) == {"q_k", "p_k", "r_k", "c_k", "K_k"}
    assert known["q_k"] == "reshape(part(diff(E, v), 4*k - 3, 4*k), 2, 2)"
    assert known["p_k"] == "max_unpool(diff(E, q_k), p_k, 2, 2)"


@pytest.mark.parametrize("name", ["birnn", "deep-rnn"])
def test_what_goes_from_step_to_step_stays_apart(name):
    assert set(found(name)) == {"E_t"}


def test_a_network_without_indices_has_none():
    derivation = derive_matrix(network("cnn").graph)
    assert all(
        isinstance(one, TensorError) for one in families(derivation, derivation.errors, derivation.by_derivative)
    )
