"""Hypothesis draws trees and graphs: everything a lecture could write, small enough to be looked at."""

from __future__ import annotations

from hypothesis import strategies as st

from symnn.expressions.tree import Call, Name, Negative, Number, Power, Product, Quotient, Sum, Tree
from symnn.networks.function import declared
from symnn.networks.graph import Equation, Graph
from symnn.networks.quantity import Quantity

FREE = ("x1", "x2", "w1", "w2", "w3", "z")
SMOOTH = ("sigmoid", "tanh", "softplus", "identity", "exp", "sin", "cos")
SIGMOID = declared("f", "x", Call("sigmoid", (Name("x"),)))
TANH = declared("g", "x", Call("tanh", (Name("x"),)))


def numbers() -> st.SearchStrategy[Tree]:
    """Small whole numbers."""
    return st.integers(0, 5).map(Number)


def trees(names: tuple[str, ...], functions: tuple[str, ...] = ("f", "g", *SMOOTH)) -> st.SearchStrategy[Tree]:
    """Expressions of some names that are smooth everywhere: denominators are 1 + u²."""
    leaf = st.one_of(st.sampled_from(names).map(Name), numbers())

    def larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(
            several.map(Sum),
            several.map(Product),
            inner.map(Negative),
            st.tuples(inner, inner).map(lambda two: Quotient(two[0], Sum((Number(1), Power(two[1], Number(2)))))),
            st.tuples(inner, st.integers(1, 3)).map(lambda two: Power(two[0], Number(two[1]))),
            st.tuples(st.sampled_from(functions), inner).map(lambda two: Call(two[0], (two[1],))),
        )

    return st.recursive(leaf, larger, max_leaves=6)


@st.composite
def graphs(draw: st.DrawFn, most: int = 5) -> Graph:
    """Random feed-forward graphs of up to ``most`` equations; the last one uses the one before."""
    known = list(FREE)
    equations = []
    for count in range(draw(st.integers(1, most))):
        name = f"q{count}"
        right = draw(trees(tuple(known[-4:]) if count else FREE))
        if count:
            right = Sum((right, Product((Name(known[-1]), Name(draw(st.sampled_from(FREE)))))))
        equations.append(Equation(name, right))
        known.append(name)
    quantities = {name: Quantity(name, role="parameter") for name in FREE}
    quantities |= {equation.left: Quantity(equation.left) for equation in equations}
    return Graph(quantities, tuple(equations), {"f": SIGMOID, "g": TANH})


def points() -> st.SearchStrategy[dict[str, float]]:
    """Values of the free quantities, off the saturated regions."""
    return st.fixed_dictionaries({name: st.floats(-1.5, 1.5).map(lambda v: round(v, 3)) for name in FREE})
