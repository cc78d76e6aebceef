"""Hypothesis draws trees and graphs: everything a lecture could write, small enough to be looked at."""

from __future__ import annotations

from math import prod

from hypothesis import strategies as st

from symnn.expressions.tree import (
    Call,
    Entrywise,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
)
from symnn.networks.equation import Equation
from symnn.networks.function import declared
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity
from symnn.ops.shapes import transposed_shape

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


SHAPES: dict[str, tuple[int, ...]] = {
    "W": (2, 3),
    "V": (3, 2),
    "S": (2, 2),
    "R": (1, 3),
    "x": (3,),
    "u": (2,),
    "b": (2,),
    "c": (3,),
    "k": (),
    "s": (),
}
"""Given quantities of the tensor graphs."""


@st.composite
def tensors(draw: st.DrawFn, shape: tuple[int, ...], known: dict[str, tuple[int, ...]], depth: int) -> Tree:
    """Draw an expression of one shape: products of matrices, transposes, functions, entrywise products."""
    names = [name for name, own in known.items() if own == shape]
    kinds = ["name"] * bool(names)
    if depth:
        kinds += ["sum", "function", "entrywise", "scaled", "product", "turned"]
    kind = draw(st.sampled_from(kinds)) if kinds else "number"
    below = depth - 1

    def part(of: tuple[int, ...]) -> Tree:
        return draw(tensors(of, known, below))

    match kind:
        case "name":
            return Name(draw(st.sampled_from(names)))
        case "sum":
            signed = Negative(part(shape)) if draw(st.booleans()) else part(shape)
            return Sum((part(shape), signed))
        case "function":
            return Call(draw(st.sampled_from(("f", "g", "h", "tanh", "softplus", "sin"))), (part(shape),))
        case "entrywise":
            return Entrywise((part(shape), part(shape)))
        case "scaled":
            return Product((part(()), part(shape))) if draw(st.booleans()) else Product((part(shape), part(())))
        case "product":
            inner = draw(st.integers(2, 3))
            if shape and draw(st.integers(0, 3)) == 0:
                return Product((part((1, inner)), part((inner,)), part(shape)))
            left, right = ((shape[0], inner) if shape else (1, inner)), ((inner, *shape[1:]) if shape else (inner,))
            return Product((part(left), part(right)))
        case "turned" if shape:
            return Transpose(part(transposed_shape(shape)))
    if not shape:
        return Number(draw(st.integers(1, 3)))
    return Call("reshape", (Call("spread", (Number(1), Number(prod(shape)))), *map(Number, shape)))


@st.composite
def tensor_graphs(draw: st.DrawFn, most: int = 3) -> Graph:
    """Random networks of vectors and matrices whose last equation is a number."""
    known = dict(SHAPES)
    equations, quantities = [], {}
    for count in range(draw(st.integers(1, most))):
        shape = draw(st.sampled_from(((2,), (3,), (2, 3), (2, 2), ())))
        right = draw(tensors(shape, known, 3))
        equations.append(Equation(f"q{count}", right))
        known[f"q{count}"] = shape
        quantities[f"q{count}"] = Quantity(f"q{count}", shape)
    last = equations[-1].left
    squared = Name(last) if not known[last] else Call("sum", (Entrywise((Name(last), Name(last))),))
    equations.append(Equation("E", squared))
    quantities["E"] = Quantity("E", role="result")
    given = {name: Quantity(name, shape, "parameter") for name, shape in SHAPES.items()}
    cube = declared("h", "x", Sum((Power(Name("x"), Number(3)), Negative(Name("x")))))
    return Graph(given | quantities, tuple(equations), {"f": SIGMOID, "g": TANH, "h": cube})
