"""Ways through a network: partials between quantities, what a step uses, how much of the chain rule is covered."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symnn.derivation.paths import paths
from symnn.derivation.sweep import derive
from symnn.expressions.tree import bare
from symnn.language.reading import read
from symnn.networks.catalogue import network
from symnn.steps.coverage import coverage
from symnn.steps.rubric import Item, needed, shows_partials
from symnn.steps.uses import use
from symnn.steps.ways import Ways

GRAPH = network("bp-2-2-1").graph
WAYS = Ways(GRAPH)


def tree(text, graph=GRAPH):
    return bare(read(text, graph.scope).tree)


@pytest.mark.parametrize("name", ["bp-2-2-1", "bp-2-3-2-1", "one-hidden-layer"])
def test_the_partials_between_are_those_of_the_derivation(name):
    graph = network(name).graph
    ways, derivation = Ways(graph), derive(graph)
    for wrt in graph.parameters:
        own = {(factor.of, factor.wrt) for path in paths(derivation, wrt) for factor in path}
        assert ways.edges(derivation.of, wrt) == own


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("dE/dy*dy/da3", (("E", "y"), ("y", "a3"))),
        ("f'(a3)*w5", (("y", "a3"),)),
        ("∂f(a1)/∂a1", (("f1", "a1"),)),
        ("∂f/∂a_2", (("f2", "a2"),)),
        ("y*(1-y)", ()),
        ("f'(x1)", ()),
    ],
)
def test_partials_in_a_tree(text, links):
    assert WAYS.links(tree(text)) == links


@pytest.mark.parametrize(
    ("before", "after", "rule", "equations"),
    [
        ("dE/dw5", "dE/dy*dy/da3*da3/dw5", "chain", ()),
        ("dE/dy*dy/da3", "2*(y-z)*dy/da3", "equation", ("E",)),
        ("f'(a3)", "y*(1-y)", "equation", ("y",)),
        ("y", "f(a3)", "equation", ("y",)),
        ("f(a3)", "f(w5*f1+w6*f2)", "equation", ("a3",)),
        ("E", "(f(a3)-z)^2", "equation", ("E",)),
        ("2*(y-z)", "2*y-2*z", "arithmetic", ()),
        ("dE/dw5", "2*(y-z)*y*(1-y)*f1", "equation", ("a3", "y", "E")),
    ],
)
def test_what_a_step_uses(before, after, rule, equations):
    found = use(tree(before), tree(after), WAYS, GRAPH.definitions)
    assert (found.rule, found.equations) == (rule, equations)


@pytest.mark.parametrize(
    ("shown", "share"),
    [
        ([], "0"),
        ([("dE/dw5", "dE/dy*dy/da3*da3/dw5")], "1/2"),
        ([("dE/dw5", "2*(y-z)*dy/da3*da3/dw5")], "2/3"),
        ([("dE/dw5", "dE/da3*f1")], "1/3"),
        ([("dE/dw5", "2*(y-z)*y*(1-y)*f1")], "1"),
        ([("dE/dw5", "dE/dy*dy/da3*da3/dw5"), ("dE/dy", "2*(y-z)"), ("dE/dy", "2*y-2*z")], "2/3"),
        ([("dE/dw1", "dE/dy*dy/da3*da3/df1*df1/dw1")], "1/3"),
        ([("2*(y-z)", "2*y-2*z")], "0"),
    ],
)
def test_coverage(shown, share):
    said = [((tree(left),), tree(right)) for left, right in shown]
    assert coverage(WAYS.edges("E", "w5"), said, WAYS) == Fraction(share)


def test_a_rubric_item_of_several_partials_wants_them_written():
    chain = needed(Item("chain", Fraction(1), tree("dE/dy*dy/da3")), tree("y"), WAYS)
    value = needed(Item("value", Fraction(1), tree("dE/dy")), tree("y"), WAYS)
    assert shows_partials(tree("da3/dw5*dy/da3*dE/dy"), chain.partials, WAYS)
    assert not shows_partials(tree("2*(y-z)*dy/da3"), chain.partials, WAYS)
    assert value.partials == frozenset()


def test_a_units_own_derivative_is_a_value():
    assert WAYS.unfinished(tree("2*(y-z)*dy/da3*f1")) is None
    assert WAYS.unfinished(tree("2*(y-z)*dy/df1")) == tree("dy/df1")
