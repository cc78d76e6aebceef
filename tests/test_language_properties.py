# ruff: noqa: E501 - a row of a table stands in one line
"""Thousands of random texts: read as Python reads them, written as they read back, never an exception."""

from __future__ import annotations

import ast
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.errors import Problem
from symnn.expressions.tree import (
    Call,
    Constant,
    Derivative,
    Entry,
    Entrywise,
    Matrix,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    bare,
    children,
    walk,
)
from symnn.expressions.writing import plain
from symnn.language.lines import read_chain, read_lines
from symnn.language.reading import Reading, read
from symnn.language.scope import Scope
from symnn.notation.layout import laid_out
from symnn.notation.tex import latex
from symnn.notation.unicode import on_one_line

NAMES = {
    "x": (),
    "y4": (),
    "w46": (),
    "w_x1_1": (),
    "eta": (),
    "E": (),
    "W": (2, 2),
    "s_2": (),
    "s^(1)_2": (),
    "V'": (2, 2),
    "s'^(1)_2": (2,),
    "theta_1": (2,),
    "delta": (),
}
SCOPE = Scope.of(NAMES, {"f": 1, "f6": 1}, canonical=True)
AT = {"x": Fraction(3, 7), "y": Fraction(-5, 3), "z2": Fraction(2, 11), "w5": Fraction(9, 4)}
PLAIN_SCOPE = Scope.of(list(AT))

python_texts = st.recursive(
    st.sampled_from(["x", "y", "z2", "w5", "2", "0.5", "13", "7"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", " + ", " - ", " * "]), inner).map("".join),
        inner.map("({})".format),
        inner.map("-{}".format),
        st.tuples(inner, st.sampled_from(["**2", "**-1", "**3", "**0"])).map("".join),
    ),
    max_leaves=12,
)


def python_value(text: str) -> Fraction:
    """Evaluate a text as Python would, in fractions: an oracle that shares no code with the reader."""

    def of(node: ast.expr) -> Fraction:
        match node:
            case ast.Constant(number):
                return Fraction(str(number))
            case ast.Name(name):
                return AT[name]
            case ast.UnaryOp(ast.USub(), operand):
                return -of(operand)
            case ast.BinOp(left, ast.Add(), right):
                return of(left) + of(right)
            case ast.BinOp(left, ast.Sub(), right):
                return of(left) - of(right)
            case ast.BinOp(left, ast.Mult(), right):
                return of(left) * of(right)
            case ast.BinOp(left, ast.Div(), right):
                return of(left) / of(right)
            case ast.BinOp(left, ast.Pow(), right):
                return of(left) ** of(right)
        raise AssertionError(ast.dump(node))

    return of(ast.parse(text, mode="eval").body)


def exact_value(tree) -> Fraction:
    match tree:
        case Number():
            return tree.value
        case Name(name):
            return AT[name]
        case Sum(terms):
            return sum(map(exact_value, terms), Fraction(0))
        case Negative(operand):
            return -exact_value(operand)
        case Product(factors):
            return math.prod(map(exact_value, factors), start=Fraction(1))
        case Quotient(over, under):
            return exact_value(over) / exact_value(under)
        case Power(base, exponent):
            return exact_value(base) ** exact_value(exponent)
    raise AssertionError(tree)


@settings(max_examples=200)
@given(python_texts)
def test_expressions_read_as_python_reads_them(text):
    reading = read(text, PLAIN_SCOPE)
    assert isinstance(reading, Reading), (text, reading)
    try:
        expected = python_value(text)
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            exact_value(reading.tree)
    else:
        assert exact_value(reading.tree) == expected


numerals = st.sampled_from(
    [Number(0), Number(2), Number(17), Number(1, 2, "0.5"), Number(1, 2, "0.50"), Number(3, 1, "3.0")]
)
leaves = st.one_of(
    numerals,
    st.sampled_from(sorted(NAMES)).map(Name),
    st.sampled_from(["pi", "infinity"]).map(Constant),
    st.just(Name("W[1,2]")),
)


def larger(inner):
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    two = st.tuples(inner, inner)
    functions = st.sampled_from(["f", "f6", "exp", "sin", "sqrt", "abs", "sigmoid", "relu", "log"])
    return st.one_of(
        several.map(Sum),
        several.map(Product),
        several.map(Entrywise),
        inner.map(Negative),
        two.map(lambda pair: Quotient(*pair)),
        two.map(lambda pair: Power(*pair)),
        st.tuples(functions, inner, st.integers(0, 2)).map(
            lambda call: Call(call[0], (call[1],), call[2] if call[0] in {"f", "f6", "sigmoid"} else 0)
        ),
        several.map(lambda many: Call("max", many)),
        st.tuples(inner, st.sampled_from(sorted(NAMES)).map(Name)).map(lambda pair: Derivative(*pair)),
        inner.map(lambda one: Derivative(one, None)),
        st.lists(several.filter(lambda row: len(row) == 2), min_size=2, max_size=2).map(
            lambda rows: Matrix(tuple(rows))
        ),
        several.map(lambda many: Matrix(tuple((one,) for one in many), vector=True)),
        inner.map(lambda one: Transpose(Product((Name("W"), one)))),
        st.sampled_from(["W", "V'", "s'^(1)_2"]).map(lambda name: Transpose(Name(name))),
    )


def in_a_terminal(tree):
    """Write a tree as text pages do."""
    return on_one_line(laid_out(tree, typed=True))


INDEXED = Scope.of({"x_t": (2,), "s'_t": (2,), "s^{(i)}_t": (2,), "W": (2, 2)}, {"f": 1}, indices=("t", "i"))
indices = st.one_of(
    st.sampled_from([Name("t"), Name("i"), Number(2)]),
    st.sampled_from([Number(1), Number(3)]).map(lambda back: Sum((Name("t"), Negative(back)))),
    st.just(Sum((Name("t"), Number(1)))),
)
members = st.one_of(
    st.tuples(st.sampled_from(["x", "s'"]), indices).map(lambda one: Entry(Name(one[0]), (one[1],))),
    st.tuples(indices, indices).map(lambda both: Entry(Name("s^()"), both)),
)


@settings(max_examples=200)
@given(members, members)
def test_members_of_families_are_written_so_that_they_read_back(one, other):
    tree = Sum((Call("f", (Product((Name("W"), one)),), 1), Negative(other)))
    for text, syntax in ((plain(tree), "plain"), (in_a_terminal(tree), "plain"), (latex(tree), "latex")):
        reading = read(text, INDEXED, syntax=syntax)
        assert isinstance(reading, Reading), (text, reading)
        assert bare(reading.tree) == tree, text


def has_matrix(tree):
    return any(isinstance(node, Matrix) for node in walk(tree))


trees = st.recursive(leaves, larger, max_leaves=10).filter(
    lambda tree: not any(isinstance(node, Matrix) and any(map(has_matrix, children(node))) for node in walk(tree))
)


@settings(max_examples=200)
@given(trees)
def test_what_is_written_reads_back_to_the_same_tree(tree):
    for text in (plain(tree), in_a_terminal(tree)):
        reading = read(text, SCOPE)
        assert isinstance(reading, Reading), (text, reading)
        assert bare(reading.tree) == tree, text
        assert not reading.notes, text


@settings(max_examples=150)
@given(trees)
def test_what_is_typeset_reads_back_to_the_same_tree(tree):
    reading = read(latex(tree), SCOPE, syntax="latex")
    assert isinstance(reading, Reading), (latex(tree), reading)
    assert bare(reading.tree) == tree, latex(tree)


@pytest.mark.parametrize(
    ("text", "typeset"),
    [
        ("1e-3^2", r"(1 \times 10^{-3})^{2}"),
        ("diff(1e4, x)", r"\frac{\partial (1 \times 10^{4})}{\partial x}"),
        ("1e-3*x", r"1 \times 10^{-3} x"),
    ],
)
def test_a_numeral_with_an_exponent_is_grouped_where_it_must_be(text, typeset):
    assert latex(read(text, SCOPE).tree) == typeset
    assert isinstance(read(typeset, SCOPE, syntax="latex"), Reading)


PIECES = st.sampled_from([
    "x", "y4", "w_4", "w_{46", "}", "{", "(", ")", "[", "]", "|", "^", "**", "_", "'", "\\frac", "\\sqrt", "\\left", "\\right", "\\begin{bmatrix}", "\\end{bmatrix}", "&", "\\\\", "\\text{", "\\partial", "d", "dE", "/d", "∂", "∇", "=", "=>", "->", ",", ";", ".", "e", "E", "1e", "0", "2", "²", "₁", "⁻", "√", "½", "－", "（", "sin", "log_2", "f", "f'", "f6", "W", "T", "max", "\\{", "\\}", "$", "\n", "\t", "\0", "х", "答", "k", "w", "\\mathrm{", "\\Delta", "E(w)", "所以", "so", "step", "\\,", "~", "%", "#", '"', "@", "⊙", "⊤", "\\top", "\ud800",
])  # fmt: skip


@settings(max_examples=500)
@given(st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=40)))
def test_no_text_raises(text):
    for result in (
        read(text, SCOPE),
        read(text, Scope.of((), open=True)),
        read(text, SCOPE, syntax="latex"),
        read_lines(text, SCOPE),
        read_chain(text, SCOPE),
    ):
        problems = [result] if isinstance(result, Problem) else []
        for problem in problems:
            if problem.span is not None:
                assert 0 <= problem.span.start <= problem.span.end <= len(text), problem


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_spans_lie_in_the_text(text):
    reading = read(text, SCOPE)
    if isinstance(reading, Reading):
        for note in reading.notes:
            assert 0 <= note.span.start <= note.span.end <= len(text)
        assert reading.tree.span is None or reading.tree.span.end <= len(text)
