"""What a LaTeX page says is read by our own reader, and every two sides of a line are equal."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from page_formulas import resolved, said

from symnn.cli import symnn as command
from symnn.equality.subject import Subject
from symnn.errors import Problem
from symnn.handouts.handout import Handout
from symnn.networks.catalogue import CATALOGUE, network

FUNCTION = re.compile(r"(?:[A-Za-z](?:_\d)?'*|\\tanh|\\operatorname\{ReLU\})\(([xuv])\)")
"""A function of a letter that is no quantity of the page."""

OPTIMUM = re.compile("optimal discriminator|最优判别器")
"""Where a page begins to speak of an optimum: there D and V are others."""


def compared(name, lang="en", **asked):
    """Give the pairs of a page that are not equal, and those that cannot be read."""
    handout = Handout(network(name) if isinstance(name, str) else name, **asked)
    graph = handout.whole.graph
    subject = Subject.of_network(graph)
    own = Subject.of_names(dict.fromkeys("xuv", ()), graph.functions)
    page = OPTIMUM.split(str(handout.written("body", lang)))[0]
    by_name = bool(graph.shapes) and handout.usual_form == "matrix"
    pairs = list(dict.fromkeys(resolved(said(page), handout.derivation.of, named=by_name)))
    assert pairs
    different, unread = [], []
    for pair in pairs:
        letters = {found[1] for side in pair for found in FUNCTION.finditer(side)}
        about = own if letters - graph.quantities.keys() else subject
        left, right = (about.read(side, syntax="latex") for side in pair)
        if isinstance(left, Problem) or isinstance(right, Problem):
            unread.append(pair)
        elif about.compare(left.tree, right.tree).equal is not True:
            different.append(pair)
    return different, unread


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("bp-2-2-1", {"update": True}),
        ("bp-2-2-1", {"wrt": ("w1",), "full": True}),
        ("bp-2-2-1", {"form": "paths"}),
        ("midges", {"lang": "zh"}),
        ("rnn", {"update": True, "lang": "zh"}),
        ("residual", {"form": "deltas"}),
        ("one-hidden-layer-matrix", {"form": "paths", "lang": "zh"}),
        ("gan", {"lang": "zh"}),
        ("batch-norm", {}),
    ],
)
def test_a_page_is_read_and_every_line_is_equal(name, asked):
    assert compared(name, **asked) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_every_page_is_read_and_every_line_is_equal(name, lang):
    assert compared(name, lang, update=lang == "zh") == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("form", ["deltas", "paths"])
@pytest.mark.parametrize("name", ["midges", "bp-2-3-2-1", "one-hidden-layer", "rnn", "residual", "batch-norm", "gan"])
def test_every_line_of_another_form_is_equal(name, form):
    assert compared(name, "zh", form=form, full=form == "deltas") == ([], [])


def test_the_lines_of_a_page_are_equal_for_compare_too():
    pairs = resolved(said(Handout(network("bp-2-3-2-1")).written("body", "en")), "E", named=False)
    rows = [
        json.dumps({"id": str(place), "a": a, "b": b, "network": "bp-2-3-2-1"})
        for place, (a, b) in enumerate(pairs)
        if not FUNCTION.fullmatch(a)
    ]
    ran = CliRunner().invoke(command, ["compare", "--jsonl", "-"], input="\n".join(rows))
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(told) == len(rows) > 60
    assert [row for row in told if row["equal"] is not True] == []
