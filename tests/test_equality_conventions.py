"""ReLU networks: what f' means at 0 is the graph's convention, also where a unit is 0 on a whole region."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from symnn.equality.subject import Subject
from symnn.networks.conventions import Conventions
from symnn.networks.models import graph_from_text
from symnn.numeric.evaluation import evaluated

NET = graph_from_text("""
f(x) = relu(x)
a1 = w1*x1 + w2*x2
h1 = f(a1)
a2 = w3*x1 + w4*x2
h2 = f(a2)
a3 = w5*h1 + w6*h2
y = f(a3)
E = (y - z)^2
""")
GRADIENT = "2*(y-z)*f'(a3)*w5*f'(a1)*x1"


def judged(answer, reference, **conventions):
    subject = Subject.of_network(replace(NET, conventions=Conventions(**conventions)))
    return subject.compare(subject.read(answer).tree, subject.read(reference).tree, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "diff(E, w1)",
        "2*(y-z)*f'(y)*w5*f'(h1)*x1",
        "2*(y-z)*step(a3)*w5*step(h1)*x1",
        "2*(y-z)*(1+sign(a3))/2*w5*f'(a1)*x1",
        "2*(y*f'(a3)-z*f'(y))*w5*f'(h1)*x1",
        "2*(a3-z)*f'(a3)*w5*f'(a1)*x1",
    ],
)
def test_a_step_of_a_unit_is_the_step_of_its_sum_where_relu_has_slope_0_at_0(answer):
    assert judged(answer, GRADIENT).equal is True


@pytest.mark.parametrize("answer", ["2*(y-z)*f'(y)*w5*f'(a1)*x1", "2*(y-z)*f'(a3)*w5*f'(h1)*x1"])
def test_with_another_slope_at_0_it_is_not_and_a_point_off_the_kinks_shows_it(answer):
    judgement = judged(answer, GRADIENT, relu_at_zero=0.5)
    assert judgement.equal is False
    at = judgement.witness.at
    sums = [at["w1"] * at["x1"] + at["w2"] * at["x2"], at["w3"] * at["x1"] + at["w4"] * at["x2"]]
    assert all(abs(value) > 0.001 for value in sums)


@pytest.mark.parametrize(
    "answer", ["2*(y-z)*w5*f'(a1)*x1", "2*(y-z)*f'(a3)*w5*f'(a2)*x1", "2*(y-z)*f'(a1)*w5*f'(a3)*x2"]
)
def test_a_wrong_step_is_rejected(answer):
    assert judged(answer, GRADIENT).equal is False


NUMBERS = st.sampled_from([-2.0, -0.5, 0.25, 1.0, 3.0])
POINTS = st.fixed_dictionaries(dict.fromkeys(("w1", "w2", "w3", "w4", "w5", "w6", "x1", "x2", "z"), NUMBERS))


@given(POINTS, st.sampled_from([0.0, 0.5, 1.0]))
def test_the_judge_agrees_with_the_numbers_of_the_graph(at, at_zero):
    """Where f'(h1) and f'(a1) have other values at a point off the kinks, the judge calls them different."""
    conventions = Conventions(relu_at_zero=at_zero)
    values = evaluated(replace(NET, conventions=conventions), at).values
    slope = {name: (at_zero if values[name] == 0 else float(values[name] > 0)) for name in ("a1", "h1")}
    if values["a1"] != 0 and slope["a1"] != slope["h1"]:
        assert judged("f'(h1)", "f'(a1)", relu_at_zero=at_zero).equal is False
