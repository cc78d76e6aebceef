"""The tree of a mathematical text: one closed union of frozen nodes, for models and answers alike.

Nothing is simplified: ``2*(y - z)`` stays a product of a number and a sum, in the order it was written.
Every node may carry the span of text it was read from; `bare` takes the spans away, so that trees that
mean the same writing compare equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from symnn.errors import Span

__all__ = [
    "Call",
    "Constant",
    "Derivative",
    "Entry",
    "Entrywise",
    "Matrix",
    "Name",
    "Negative",
    "Number",
    "Power",
    "Product",
    "Quotient",
    "Sum",
    "Transpose",
    "Tree",
    "bare",
    "calls",
    "children",
    "holds",
    "mapped",
    "mapped_once",
    "names",
    "number",
    "rebuilt",
    "substitute",
    "walk",
    "walk_once",
    "with_parts",
]


class Number(Struct, frozen=True, gc=False):
    """An exact rational number in lowest terms; ``text`` is how it was written where that is not ``numerator``.

    >>> Number(1, 2, "0.5").value
    Fraction(1, 2)
    """

    numerator: int
    denominator: int = 1
    text: str = ""
    span: Span | None = None

    @property
    def value(self) -> Fraction:
        """The number as a fraction."""
        return Fraction(self.numerator, self.denominator)


class Constant(Struct, frozen=True, gc=False):
    """A fixed number with a name: ``pi``, ``e`` (where not declared), ``i``, ``infinity``, ``nan``."""

    name: str
    span: Span | None = None


class Name(Struct, frozen=True, gc=False):
    """A quantity by its canonical ASCII name (``w46``, ``w_x1_1``, ``eta``)."""

    name: str
    span: Span | None = None


class Sum(Struct, frozen=True, gc=False):
    """Terms added; a subtracted term is a `Negative`. At least two terms."""

    terms: tuple[Tree, ...]
    span: Span | None = None


class Negative(Struct, frozen=True, gc=False):
    """A term with a minus sign before it."""

    operand: Tree
    span: Span | None = None


class Product(Struct, frozen=True, gc=False):
    """Factors in the order written; between tensors of fitting shapes it is the matrix product."""

    factors: tuple[Tree, ...]
    span: Span | None = None


class Quotient(Struct, frozen=True, gc=False):
    """One thing over another."""

    over: Tree
    under: Tree
    span: Span | None = None


class Power(Struct, frozen=True, gc=False):
    """A base with an exponent."""

    base: Tree
    exponent: Tree
    span: Span | None = None


class Call(Struct, frozen=True, gc=False):
    """A function at its arguments, or with ``order`` > 0 its derivative there: ``f'(a3)`` has order 1."""

    function: str
    arguments: tuple[Tree, ...]
    order: int = 0
    span: Span | None = None


class Derivative(Struct, frozen=True, gc=False):
    """∂ ``of`` / ∂ ``wrt``, read but not carried out; ``wrt`` None is the gradient ∇ by all parameters."""

    of: Tree
    wrt: Tree | None
    span: Span | None = None


class Entry(Struct, frozen=True, gc=False):
    """A quantity with indices that are expressions: ``W[i, j]``, ``s_{t-1}``, ``I[x-1, y+1]``."""

    of: Tree
    indices: tuple[Tree, ...]
    span: Span | None = None


class Matrix(Struct, frozen=True, gc=False):
    """Rows of entries; a vector written ``[1, 2]`` has ``vector`` set and one entry in each row."""

    rows: tuple[tuple[Tree, ...], ...]
    vector: bool = False
    span: Span | None = None


class Transpose(Struct, frozen=True, gc=False):
    """A matrix with rows and columns exchanged."""

    operand: Tree
    span: Span | None = None


class Entrywise(Struct, frozen=True, gc=False):
    """The entrywise (Hadamard) product ⊙ of factors of one shape."""

    factors: tuple[Tree, ...]
    span: Span | None = None


Tree: TypeAlias = (
    Number
    | Constant
    | Name
    | Sum
    | Negative
    | Product
    | Quotient
    | Power
    | Call
    | Derivative
    | Entry
    | Matrix
    | Transpose
    | Entrywise
)
"""Any node: the union is closed, so a ``match`` that ends in ``assert_never`` is checked for gaps."""


def number(value: Fraction | int) -> Tree:
    """Give the tree of an exact number: a negative one is a `Negative`, a fraction a `Quotient`.

    >>> number(Fraction(-1, 2))
    Negative(operand=Quotient(over=Number(numerator=1, denominator=1, text='', span=None), \
under=Number(numerator=2, denominator=1, text='', span=None), span=None), span=None)
    """
    if value < 0:
        return Negative(number(-value))
    if value.denominator == 1:
        return Number(value.numerator)
    return Quotient(Number(value.numerator), Number(value.denominator))


def children(tree: Tree) -> tuple[Tree, ...]:
    """Give the nodes directly under a node, in the order they are written."""
    # the commonest first, and asked by identity: `isinstance` takes five times as long to say no
    if type(tree) is Name or type(tree) is Number:
        return ()
    if type(tree) is Product:
        return tree.factors
    if type(tree) is Sum:
        return tree.terms
    if type(tree) is Negative:
        return (tree.operand,)
    if type(tree) is Call:
        return tree.arguments
    match tree:
        case Quotient(left, right) | Power(left, right):
            return (left, right)
        case Name() | Number() | Constant():
            return ()
        case Sum(parts) | Product(parts) | Entrywise(parts):
            return parts
        case Negative(operand) | Transpose(operand):
            return (operand,)
        case Call():
            return tree.arguments
        case Derivative(of, wrt):
            return (of,) if wrt is None else (of, wrt)
        case Entry(of, indices):
            return (of, *indices)
        case Matrix(rows):
            return tuple(entry for row in rows for entry in row)
        case _:
            assert_never(tree)


def rebuilt(tree: Tree, parts: tuple[Tree, ...]) -> Tree:
    """Give the same node over other children (as `children` lists them), without a span."""
    if type(tree) is Name or type(tree) is Number:
        return tree if tree.span is None else replace(tree, span=None)
    if type(tree) is Product:
        return Product(parts)
    if type(tree) is Sum:
        return Sum(parts)
    if type(tree) is Negative:
        return Negative(parts[0])
    match tree:
        case Call(function, _, order):
            return Call(function, parts, order)
        case Power():
            return Power(parts[0], parts[1])
        case Quotient():
            return Quotient(parts[0], parts[1])
        case Number() | Constant() | Name():
            return tree if tree.span is None else replace(tree, span=None)
        case Sum() | Product() | Entrywise():
            return type(tree)(parts)
        case Negative() | Transpose():
            return type(tree)(parts[0])
        case Derivative():
            return Derivative(parts[0], parts[1] if len(parts) > 1 else None)
        case Entry():
            return Entry(parts[0], parts[1:])
        case Matrix(rows, vector):
            width = len(rows[0]) if rows else 0
            return Matrix(tuple(parts[i : i + width] for i in range(0, len(parts), width)), vector)
        case _:
            assert_never(tree)


def with_parts(tree: Tree, parts: tuple[Tree, ...]) -> Tree:
    """Give a node over other children where it stands, with its span; the node itself where they are its own.

    >>> whole = Negative(Name("a"), Span(0, 2))
    >>> with_parts(whole, (Name("b"),))
    Negative(operand=Name(name='b', span=None), span=Span(start=0, end=2))
    """
    if all(one is other for one, other in zip(parts, children(tree), strict=True)):
        return tree
    return replace(rebuilt(tree, parts), span=tree.span)


def mapped(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """Rebuild a tree without spans; where ``change`` gives a tree, that one stands instead, whole."""
    changed = change(tree)
    if changed is not None:
        return changed
    return rebuilt(tree, tuple(mapped(part, change) for part in children(tree)))


def mapped_once(tree: Tree, change: Callable[[Tree], Tree | None], known: dict[int, tuple[Tree, Tree]]) -> Tree:
    """Rebuild a tree as `mapped` does, each object once: parts that stand at many places stay shared.

    ``known`` is kept from tree to tree; it holds what it knows by identity, so that no identity is used twice.
    """
    found = known.get(id(tree))
    if found is None:
        changed = change(tree)
        if changed is None:
            changed = rebuilt(tree, tuple(mapped_once(part, change, known) for part in children(tree)))
        found = known[id(tree)] = (tree, changed)
    return found[1]


def bare(tree: Tree) -> Tree:
    """Take the spans away.

    >>> bare(Name("w5", Span(3, 5)))
    Name(name='w5', span=None)
    """
    parts = children(tree)
    return rebuilt(tree, tuple([bare(part) for part in parts]) if parts else parts)


def substitute(tree: Tree, values: Mapping[str, Tree]) -> Tree:
    """Put trees in the place of names.

    >>> substitute(Negative(Name("a")), {"a": Number(2)})
    Negative(operand=Number(numerator=2, denominator=1, text='', span=None), span=None)
    """
    return mapped(tree, lambda node: values.get(node.name) if isinstance(node, Name) else None)


def walk(tree: Tree) -> Iterator[Tree]:
    """Go through all nodes, parents first, in the order they are written."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def walk_once(tree: Tree) -> Iterator[Tree]:
    """Go through the nodes of a tree, each object once: parts that stand at many places are looked at but once."""
    waiting, seen = [tree], {id(tree)}
    while waiting:
        node = waiting.pop()
        yield node
        new = [part for part in children(node) if id(part) not in seen]
        seen.update(map(id, new))
        waiting += new


_MANY = 1024
"""With more nodes than this, parts that stand at many places are looked for."""


def holds(tree: Tree, kinds: frozenset[type]) -> bool:
    """Say whether a tree has a node of some kinds, or a primed call where `Derivative` is among them.

    >>> holds(Negative(Matrix(((Number(1),),))), frozenset({Matrix}))
    True
    """
    waiting: list[Tree] = [tree]
    primes = Derivative in kinds
    for node in waiting:
        if len(waiting) > _MANY:
            return any(type(one) in kinds or (primes and type(one) is Call and one.order) for one in walk_once(tree))
        kind = type(node)
        if kind is Name or kind is Number:
            continue
        if kind in kinds or (primes and type(node) is Call and node.order):
            return True
        waiting += children(node)
    return False


def calls(tree: Tree, functions: frozenset[str]) -> bool:
    """Say whether a tree calls one of some functions, or a derivative of one.

    >>> calls(Negative(Call("f", (Name("a"),))), frozenset({"f"}))
    True
    """
    waiting: list[Tree] = [tree]
    for node in waiting:
        if type(node) is Call and node.function in functions:
            return True
        waiting += children(node)
    return False


def names(tree: Tree) -> tuple[str, ...]:
    """List the names of a tree in the order of their first appearance.

    >>> names(Sum((Name("b"), Name("a"), Name("b"))))
    ('b', 'a')
    """
    found: dict[str, None] = {}
    seen: set[int] = set()  # a part may stand at many places, and whole trees of such parts are longer than any time
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if type(node) is Name:
            found[node.name] = None
        elif type(node) is not Number and id(node) not in seen:
            seen.add(id(node))
            waiting += children(node)[::-1]
    return tuple(found)
