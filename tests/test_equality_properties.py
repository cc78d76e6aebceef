"""Properties of the judge: no identity is called wrong, nothing that mpmath tells apart is called equal."""

from __future__ import annotations

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from identities import CIRCULAR, EXPONENTIAL, KINKED, ROOTED, rewritten_pairs, spoiled_pairs, trees, values

from symnn.equality.judge import compare_trees
from symnn.equality.meaning import Meaning

FAMILIES = [(EXPONENTIAL, "real"), (KINKED, "real"), (CIRCULAR, "real"), (ROOTED, "positive"), (ROOTED, "real")]


def judged(pair, domain):
    return compare_trees(pair[1], pair[0], Meaning(default=domain), text="an answer")


def tell_apart(pair, domain):
    """Whether mpmath sees two different values at a point."""
    both = zip(*(values(tree, positive=domain == "positive") for tree in pair), strict=True)
    return any(
        one is not None and other is not None and abs(one - other) > mpmath.mpf(10) ** -25 * max(abs(one), abs(other))
        for one, other in both
    )


@pytest.mark.parametrize(("functions", "domain"), FAMILIES)
@given(data=st.data())
def test_another_writing_is_never_called_wrong(functions, domain, data):
    pair = data.draw(rewritten_pairs(functions))
    judgement = judged(pair, domain)
    undefined = any(finding.code == "undefined" for finding in judgement.findings)
    assert judgement.equal is not False or undefined
    if undefined:
        assert set(values(pair[0], positive=domain == "positive")) == {None}


@pytest.mark.parametrize(("functions", "domain"), FAMILIES[:1])
@given(data=st.data())
def test_exponentials_are_always_decided(functions, domain, data):
    assert judged(data.draw(rewritten_pairs(functions[:3])), domain).equal is not None


@pytest.mark.parametrize(("functions", "domain"), FAMILIES)
@given(data=st.data())
def test_what_differs_is_never_called_equal(functions, domain, data):
    pair = data.draw(spoiled_pairs(functions))
    judgement = judged(pair, domain)
    if tell_apart(pair, domain):
        assert judgement.equal is not True


@pytest.mark.parametrize("functions", [EXPONENTIAL[:3]])
@given(data=st.data())
def test_a_spoiled_tree_of_exponentials_is_rejected_exactly_when_it_differs(functions, data):
    pair = data.draw(spoiled_pairs(functions).filter(lambda pair: "abs" not in str(pair[1])))
    if tell_apart(pair, "real"):
        assert judged(pair, "real").equal is False


@given(tree=trees((*EXPONENTIAL, *KINKED, *CIRCULAR)), key=st.binary(min_size=1, max_size=8))
def test_the_verdict_does_not_depend_on_the_key(tree, key):
    public = compare_trees(tree, tree, Meaning(), text="t")
    secret = compare_trees(tree, tree, Meaning(key=key, digest=b"d"), text="t")
    assert public.equal is secret.equal
    assert public.equal is not None
