"""Demands on the writing of an answer, each with what meets it and what does not."""

from __future__ import annotations

import pytest

from symnn.language.reading import read
from symnn.networks.catalogue import network
from symnn.questions.fields import Form
from symnn.questions.form import broken_demand

SCOPE = network("bp-2-2-1").graph.scope


@pytest.mark.parametrize(
    ("form", "text", "code", "place"),
    [
        (Form(only=("y", "z")), "2*(y-z)", None, ""),
        (Form(only=("y", "z")), "2*(f(a3)-z)", "form-only", "a3"),
        (Form(only=("w_1",)), "w1 + 3", None, ""),
        (Form(expanded=True), "2*y - 2*z", None, ""),
        (Form(expanded=True), "y^2 - 2*y*z + z^2", None, ""),
        (Form(expanded=True), "2*(y-z)", "form-expanded", ""),
        (Form(expanded=True), "(y-z)^2", "form-expanded", ""),
        (Form(expanded=True), "-(y-z)", "form-expanded", ""),
        (Form(expanded=True), "(y-z)/2", "form-expanded", ""),
        (Form(expanded=False), "2*(y-z)", None, ""),
        (Form(expanded=False), "2*y - 2*z", "form-factored", ""),
        (Form(decimals=False), "y/2 + 7", None, ""),
        (Form(decimals=False), "y + 0.5", "form-decimals", "0.5"),
        (Form(decimals=False), "y + 5e-1", "form-decimals", "5e-1"),
        (Form(derivatives=False), "2*(y-z)*y*(1-y)", None, ""),
        (Form(derivatives=False), "2*(y-z)*f'(a3)", "form-derivatives", "f'(a3)"),
        (Form(derivatives=False), "2*(y-z)*dy/da3", "form-derivatives", "dy/da3"),
        (Form(), "0.5*f'(a3)*(y-z)", None, ""),
        (None, "0.5*f'(a3)*(y-z)", None, ""),
    ],
)
def test_each_demand(form, text, code, place):
    finding = broken_demand(form, read(text, SCOPE).tree)
    if code is None:
        assert finding is None
        return
    assert finding is not None
    assert finding.code == code
    assert (text[slice(*finding.span)] if finding.span else "") == place
