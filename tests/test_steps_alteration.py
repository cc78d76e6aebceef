"""Where a step goes wrong: what was put in the place of what; rearrangements; other factors of the loss."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symnn.equality.subject import Subject
from symnn.errors import Span
from symnn.expressions.tree import Derivative, Name, bare
from symnn.language.reading import read
from symnn.networks.catalogue import network
from symnn.steps.alteration import alteration
from symnn.steps.differentiated import FixedPoint, differentiated
from symnn.steps.flaws import closed
from symnn.steps.rearranging import arranged
from symnn.steps.scaling import scaled
from symnn.steps.spoken import spoken

GRAPH = differentiated(network("bp-2-2-1").graph)
SCOPE = network("bp-2-2-1").graph.scope
POINT = FixedPoint(GRAPH, Derivative(Name("E"), Name("w1")))


def tree(text):
    return bare(read(text, SCOPE).tree)


@pytest.mark.parametrize(
    ("before", "after", "wrote", "meant"),
    [
        ("dE/dy*dy/da3*da3/dw5", "2*(y-z)*y*(1+y)*f1", ["y", "1 + y"], ["dy/da3"]),
        ("dE/dy*dy/da3*da3/dw5", "2*(y-z)*dy/da3*f2", ["f2"], ["da3/dw5"]),
        ("dE/dy*dy/da3*da3/dw5", "2*(y-z)*y*(1-y)", [], ["da3/dw5"]),
        ("2*(y-z)*f1", "2*(y-z)*f1*x1", ["x1"], []),
        ("2*(y-z)*f1", "-2*(y-z)*f1", [], []),
        ("2*(y-z)*f1", "2*(y+z)*f1", ["z"], ["-z"]),
        ("w5*f1 + w6*f2", "w5*f1 + w6*f1", ["f1"], ["f2"]),
        ("w5*f1 + w6*f2", "w5*f1", ["w5", "f1"], ["w5*f1 + w6*f2"]),
        ("x1/2", "x1/3", ["3^(-1)"], ["2^(-1)"]),
        ("y*(1-y)", "y - 2*y^2", ["y - 2*y^2"], ["y", "1 - y"]),
    ],
)
def test_what_was_put_in_the_place_of_what(before, after, wrote, meant):
    found = alteration(tree(before), tree(after), POINT.worth, POINT.modulus)
    assert ([spoken(part) for part in found.wrote], [spoken(part) for part in found.meant]) == (wrote, meant)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a1*2*(y-z)", "2*(-z+y)*a1", True),
        ("y+z+0", "z+y", True),
        ("-(-y)", "y", True),
        ("1*y*(f1*f2)", "f2*y*f1", True),
        ("f(w5*f1)", "f(f1*w5)", True),
        ("2*(y-z)", "2*y-2*z", False),
        ("y^2", "y*y", False),
        ("-y", "y", False),
    ],
)
def test_a_rearrangement_is_recognised(one, other, same):
    assert (arranged(tree(one)) == arranged(tree(other))) is same


@pytest.mark.parametrize(
    ("text", "span", "found"),
    [
        ("y*(1 + y)*f1", (0, 8), "y*(1 + y)"),
        ("y*(1 + y)*f1", (3, 8), "1 + y"),
        ("y*(1 + y)*f1", (3, 11), "(1 + y)*f"),
        ("y*(1 + y)*f1", (7, 11), "y)*f"),
        ("a(b(c", (0, 5), "a(b(c"),
        ("abc", (0, 2), "ab"),
    ],
)
def test_a_place_takes_in_its_brackets(text, span, found):
    place = closed(text, Span(*span))
    assert text[slice(*place)] == found


def test_derivatives_of_another_loss():
    subject = Subject.of_network(scaled(GRAPH, "E", Fraction(1, 2)))
    meaning = subject.meaning()
    for left, right in [
        ("dE/dw1", "(y-z)*y*(1-y)*w5*f1*(1-f1)*x1"),
        ("dE/dy", "y-z"),
        ("dy/da3", "y*(1-y)"),
        ("E", "(y-z)^2"),
    ]:
        (one, other), graph = subject.resolved(tree(left), tree(right))
        assert graph is subject.graph
        assert subject.judge(other).judge(one).equal
    assert meaning.equations.keys() > GRAPH.definitions.keys()


def test_a_fixed_point_says_nothing_of_what_it_does_not_know():
    assert POINT.worth(tree("dE/dy*dy/dw5")) == POINT.worth(tree("dE/dw5"))
    assert POINT.worth(tree("1/(y-y)")) is None
    assert POINT.worth(Derivative(Name("E"), Name("nothing"))) is None
