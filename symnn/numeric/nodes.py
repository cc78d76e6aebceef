"""What compiled code is made of: nodes that know the shape of their value and whether it has a batch axis.

A node is made once: equal nodes are the same object, so that what is common is computed once. Every entrywise
operation says so by its kind; what is a matrix product stays one, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from math import prod
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

from symnn.ops.shapes import Shape, as_matrix, broadcast, product_shape, transposed_shape

__all__ = ["CALL", "Kind", "Node", "Nodes"]

Kind: TypeAlias = Literal[
    "given",  # a quantity that is given, by name
    "number",  # an exact number
    "constant",  # pi, e, infinity, nan
    "samples",  # how many samples there are
    "sum",  # terms with signs, entry by entry
    "negative",
    "product",  # factors, entry by entry
    "quotient",
    "power",
    "function",  # a NumPy function that works entry by entry
    "matmul",  # a matrix product
    "transpose",
    "stack",  # numbers written as a vector or matrix
    "spread",  # a value laid out in a larger shape
    "kernel",  # a tensor operation
    "total",  # the sum over the samples
    "contracted",  # a product summed over the samples
]

CALL: Final = re.compile(r"(np\.)?\w+\((?:[^()]|\([^()]*\))*\)")
"""NumPy code that is one call: its arguments need no brackets, and it holds together."""

_CARRYING: Final = frozenset({"negative", "product", "sum"})

_DEEP: Final = 4
"""So many operations deep a quotient is looked for: -(k (z/y)) in a difference."""

_BATCH: Final = 100
"""How much dearer a product is that is done for every sample, where the order of a chain is chosen."""


class Node(Struct, frozen=True, eq=False):
    """One operation with its operands; ``data`` is what else it needs (a name, signs, code, which side is weak)."""

    kind: Kind
    operands: tuple[Node, ...]
    data: Any
    shape: Shape
    batched: bool
    fixed: bool
    """Whether no given quantity is in it, so that it is the same in every call."""


class Nodes:
    """Makes nodes, each only once, in the shortest form that means the same.

    >>> make = Nodes()
    >>> W, x = make.given("W", (2, 3)), make.given("x", (3,), batched=True)
    >>> node = make.matmul(W, x)
    >>> node.shape, node.batched, node is make.matmul(W, x)
    ((2,), True, True)
    """

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], Node] = {}
        self._named: set[Node] = set()
        self._quotients: set[Node] = set()
        """What is a quotient, or a product or a difference with one in it; of lines, only what stands in them."""
        self.weak: set[Node] = set()
        """Logarithms, where 0 log 0 is to be 0."""
        self.logged: set[Node] = set()
        """What logarithms are taken of: in a gradient 0 over it is 0, the slope of 0 log x."""
        self.cancelling = False
        """Whether y/y is 1 also where y is 0: so it is in a gradient, whose factors come from one formula."""

    def named(self, node: Node) -> Node:
        """Say that a node is a line of its own: what uses it uses its name, and does not look inside."""
        if not node.fixed or node.shape:  # a number is shorter than its name
            self._named.add(node)
        return node

    def _inside(self, node: Node, kind: Kind) -> tuple[Node, ...] | None:
        """Give the operands of a node that is not a line of its own; None for any other."""
        return node.operands if node.kind == kind and node not in self._named else None

    def node(self, kind: Kind, operands: tuple[Node, ...], data: Any, shape: Shape, *, batched: bool) -> Node:
        """Give the one node that is so made."""
        key = (kind, tuple(map(id, operands)), data, shape, batched)
        known = self._made.get(key)
        if known is None:
            fixed = all(part.fixed for part in operands) and kind not in ("given", "samples")
            known = self._made[key] = Node(kind, operands, data, shape, batched, fixed)
            seen = (part in self._quotients and part not in self._named for part in operands)
            if kind == "quotient" or (kind in _CARRYING and any(seen)):
                self._quotients.add(known)
        return known

    def _entrywise(self, kind: Kind, operands: tuple[Node, ...], data: Any = None) -> Node:
        shape = broadcast(part.shape for part in operands)
        full = sum(part.shape == shape and part.kind != "spread" for part in operands)
        if full:  # what is laid out in the shape of another operand need not be: it spreads by itself
            operands = tuple(self._unspread(part) for part in operands)
        return self.node(kind, operands, data, shape, batched=any(part.batched for part in operands))

    @staticmethod
    def _unspread(node: Node) -> Node:
        return node.operands[0] if node.kind == "spread" else node

    def given(self, name: str, shape: Shape = (), *, batched: bool = False) -> Node:
        """Name a quantity."""
        return self.node("given", (), name, shape, batched=batched)

    def number(self, value: Fraction | int) -> Node:
        """Write an exact number."""
        return self.node("number", (), Fraction(value), (), batched=False)

    def constant(self, name: str) -> Node:
        """Write a number with a name."""
        return self.node("constant", (), name, (), batched=False)

    def sum(self, terms: Iterable[tuple[int, Node]]) -> Node:
        """Add terms, each with its sign."""
        signed = []
        for sign, term in terms:
            inner = self._inside(term, "negative")
            signed.append((-sign, inner[0]) if inner else (sign, term))
        if len(signed) == 1:
            return signed[0][1] if signed[0][0] > 0 else self.negative(signed[0][1])
        return self._entrywise("sum", tuple(term for _, term in signed), tuple(sign for sign, _ in signed))

    def negative(self, operand: Node) -> Node:
        """Change the sign."""
        inner = self._inside(operand, "negative")
        return inner[0] if inner else self._entrywise("negative", (operand,))

    def product(self, factors: Iterable[Node]) -> Node:
        """Multiply entry by entry; signs come to the front and ones go."""
        given = tuple(factors)
        shape = broadcast(factor.shape for factor in given)
        if any(factor.shape == shape and factor.kind != "spread" for factor in given):
            given = tuple(map(self._unspread, given))
        kept: list[Node] = []
        odd = False
        for factor in given:
            inner = factor
            signed = self._inside(inner, "negative")
            if signed:
                odd, inner = not odd, signed[0]
            kept.extend(self._inside(inner, "product") or (() if _is_one(inner) else (inner,)))
        kept = self._folded(self._over_logged(self._cancelled(kept)) if self.cancelling else kept)
        result = self.number(1) if not kept else kept[0] if len(kept) == 1 else self._entrywise("product", tuple(kept))
        return self.negative(result) if odd else result

    def _cancelled(self, factors: list[Node]) -> list[Node]:
        """Multiply each quotient among the factors with what it is divided by, where that is a factor too."""
        for one in factors:
            for other in factors if self._holds_quotient(one) else ():
                if one is not other and (found := self._times(one, other)) is not None:
                    rest = [factor for factor in factors if factor is not one]
                    rest.remove(other)  # once: a square keeps the other half
                    whole = self.spread(found, broadcast((one.shape, other.shape)))
                    return self._cancelled([whole, *rest])
        return factors

    def _over_logged(self, factors: list[Node]) -> list[Node]:
        """Divide by what logarithms are taken of, in place of multiplying with the slope 1/x."""
        for one in factors:
            if one.kind == "quotient" and one.operands[1] in self.logged and _is_one(one.operands[0]) and factors[1:]:
                rest = list(factors)
                rest.remove(one)
                return [self.quotient(self.product(rest), one.operands[1])]
        return factors

    def _holds_quotient(self, node: Node) -> bool:
        return node in self._quotients or (
            node.kind in _CARRYING and any(part in self._quotients for part in node.operands)
        )

    def _times(self, node: Node, factor: Node, depth: int = _DEEP) -> Node | None:
        """Multiply what has a quotient by ``factor`` in it, so that this goes; None for any other."""
        if not depth or not self._holds_quotient(node):
            return None
        parts = node.operands
        match node.kind:
            case "quotient":
                under = [parts[1]] if parts[1].kind != "product" else list(parts[1].operands)
                if factor not in under:
                    return None
                under.remove(factor)
                return self.quotient(parts[0], self.product(under)) if under else parts[0]
            case "negative":
                inner = self._times(parts[0], factor, depth - 1)
                return None if inner is None else self.negative(inner)
            case "product":
                for place, part in enumerate(parts):
                    inner = self._times(part, factor, depth - 1)
                    if inner is not None:
                        return self.product((*parts[:place], inner, *parts[place + 1 :]))
            case "sum" if len(parts) == 2:  # noqa: PLR2004 - of more terms more products would be made than go
                found = [self._times(part, factor, depth - 1) for part in parts]
                if any(one is not None for one in found):
                    terms = [one or self.product((factor, part)) for one, part in zip(found, parts, strict=True)]
                    return self.sum(zip(node.data, terms, strict=True))
        return None

    def _folded(self, factors: list[Node]) -> list[Node]:
        """Multiply exact numbers among the factors with each other, where there are several."""
        known = [_literal(factor) for factor in factors]
        numbers = [value for value in known if value is not None]
        if len(numbers) < 2:  # noqa: PLR2004 - one number stays as it is written
            return factors
        value = prod(numbers, start=Fraction(1))
        rest = [factor for factor, number in zip(factors, known, strict=True) if number is None]
        return rest if value == 1 and rest else [self.number(value), *rest]

    def quotient(self, over: Node, under: Node) -> Node:
        """Divide entry by entry; a sign comes to the front, and by u² it is divided twice: u² may be beyond floats."""
        inner = self._inside(over, "negative")
        if inner:
            return self.negative(self.quotient(inner[0], under))
        repeated = self._inside(under, "product")
        if repeated and all(one is repeated[0] for one in repeated):
            return reduce(self.quotient, repeated, over)
        weak = self.cancelling and under in self.logged and not over.fixed
        return self._entrywise("quotient", (over, under), weak or None)

    def power(self, base: Node, exponent: Node) -> Node:
        """Raise every entry to a power."""
        return self._entrywise("power", (base, exponent))

    def function(self, code: str, operands: tuple[Node, ...]) -> Node:
        """Call a function of NumPy that works entry by entry; ``{0}`` in its code is the first argument."""
        return self._entrywise("function", operands, code)

    def kernel(self, call: Any, operands: tuple[Node, ...], shape: Shape) -> Node:
        """Call a tensor operation."""
        return self.node("kernel", operands, call, shape, batched=any(part.batched for part in operands))

    def stack(self, cells: tuple[Node, ...], shape: Shape) -> Node:
        """Write numbers as a vector or a matrix."""
        if not shape:
            return cells[0]
        return self.node("stack", cells, None, shape, batched=any(cell.batched for cell in cells))

    def spread(self, part: Node, shape: Shape) -> Node:
        """Lay a value out in a larger shape, along the axes that follow its own."""
        return part if part.shape == shape else self.node("spread", (part,), None, shape, batched=part.batched)

    def transpose(self, operand: Node) -> Node:
        """Exchange rows and columns."""
        if not operand.shape:
            return operand
        if operand.kind == "transpose":
            return operand.operands[0]
        return self.node("transpose", (operand,), None, transposed_shape(operand.shape), batched=operand.batched)

    def matmul(self, left: Node, right: Node) -> Node:
        """Multiply two tensors as matrices; what is a row times a matrix is written as a column."""
        if not left.shape or not right.shape:
            return self.product((left, right))
        if _is_row(left) and len(right.shape) > 1 and not _is_row(right):
            return self.transpose(self.matmul(self.transpose(right), left.operands[0]))
        shape = product_shape(left.shape, right.shape)
        weak = 1 if self.is_weak(right) else 0 if self.is_weak(left) else None
        return self.node("matmul", (left, right), weak, shape, batched=left.batched or right.batched)

    def is_weak(self, node: Node) -> bool:
        """Say whether a factor is a logarithm, which is weaker than 0: 0 log 0 is 0."""
        inner = node.operands[0] if node.kind == "transpose" else node
        return inner in self.weak or (inner.kind == "matmul" and inner.data is not None and inner not in self._named)

    def chain(self, factors: tuple[Node, ...], numbers: tuple[Node, ...] = ()) -> Node:
        """Multiply matrices in the cheapest order; numbers go to the smallest tensor there is.

        The numbers are products of the result as well as of any factor: in c·δ h^T it is δ that is scaled.
        """
        smallest = min(range(len(factors)), key=lambda place: _entries(factors[place]))
        shape = reduce(product_shape, (factor.shape for factor in factors))
        weak = any(map(self.is_weak, factors))
        if numbers and shape and len(factors) > 1 and not weak and _entries(factors[smallest]) < prod(shape):
            factors = (*factors[:smallest], self._scaled(numbers, factors[smallest]), *factors[smallest + 1 :])
            numbers = ()
        result = self._ordered(factors)
        return self.product((*numbers, result)) if numbers else result

    def _scaled(self, numbers: tuple[Node, ...], tensor: Node) -> Node:
        """Multiply a tensor with numbers; a row stays a row."""
        if tensor.kind == "transpose":
            return self.transpose(self.product((*numbers, tensor.operands[0])))
        return self.product((*numbers, tensor))

    def _ordered(self, factors: tuple[Node, ...]) -> Node:
        """Choose the order by dynamic programming over where the last product splits the chain."""
        best: dict[tuple[int, int], tuple[int, Node]] = {(i, i + 1): (0, one) for i, one in enumerate(factors)}
        for length in range(2, len(factors) + 1):
            for start in range(len(factors) - length + 1):
                stop = start + length
                splits = [self._split(best, start, middle, stop) for middle in range(start + 1, stop)]
                best[start, stop] = min(splits, key=lambda found: found[0])
        return best[0, len(factors)][1]

    def _split(
        self, best: dict[tuple[int, int], tuple[int, Node]], start: int, middle: int, stop: int
    ) -> tuple[int, Node]:
        (one, left), (other, right) = best[start, middle], best[middle, stop]
        rows, inner = as_matrix(left.shape)
        columns = as_matrix(right.shape)[1]
        each = _BATCH if left.batched or right.batched else 1
        return one + other + each * rows * inner * columns, self.matmul(left, right)

    def total(self, node: Node) -> Node:
        """Sum over the samples; what is the same for all of them is counted for each."""
        if not node.batched:
            return self.product((self.node("samples", (), None, (), batched=False), node))
        if node in self._named:
            return self.node("total", (node,), None, node.shape, batched=False)
        match node.kind:
            case "negative" | "transpose":
                inner = self.total(node.operands[0])
                return self.negative(inner) if node.kind == "negative" else self.transpose(inner)
            case "sum" if any(_holds_matmul(term) for term in node.operands):
                return self.sum(zip(node.data, map(self.total, node.operands), strict=True))
            case "product":
                return self._total_product(node)
            case "matmul" if node.data is None:
                left, right = node.operands
                return self._total_matmul(left, right, node.shape)
        return self.node("total", (node,), None, node.shape, batched=False)

    def _total_product(self, node: Node) -> Node:
        once = tuple(factor for factor in node.operands if not factor.batched)
        each = tuple(factor for factor in node.operands if factor.batched)
        if once:
            return self.product((*once, self.total(self.product(each))))
        if not node.shape and len(each) > 1:
            return self.node("contracted", (self.product(each[:-1]), each[-1]), None, (), batched=False)
        tensors = [factor for factor in each if factor.shape]
        if len(tensors) == 1 and tensors[0].kind == "matmul" and tensors[0].data is None:
            left, right = tensors[0].operands
            numbers = tuple(factor for factor in each if not factor.shape)
            return self._total_matmul(self._scaled(numbers, left), right, node.shape)
        return self.node("total", (node,), None, node.shape, batched=False)

    def _total_matmul(self, left: Node, right: Node, shape: Shape) -> Node:
        if not left.batched:
            return self.matmul(left, self.total(right))
        if not right.batched:
            return self.matmul(self.total(left), right)
        if shape:
            return self.node("contracted", (left, right), None, shape, batched=False)
        return self.node("total", (self.matmul(left, right),), None, shape, batched=False)


def _entries(node: Node) -> int:
    return prod(node.shape)


def _literal(node: Node) -> Fraction | None:
    """Give the exact number that a node is: 2, or 1/2."""
    if node.kind == "number":
        return Fraction(node.data)
    if node.kind == "quotient" and all(part.kind == "number" for part in node.operands) and node.operands[1].data:
        return Fraction(node.operands[0].data, node.operands[1].data)
    return None


def _is_one(node: Node) -> bool:
    return node.kind == "number" and node.data == 1


def _is_row(node: Node) -> bool:
    return node.kind == "transpose" and len(node.operands[0].shape) == 1


def _holds_matmul(node: Node) -> bool:
    """Say whether a sum over the samples can be done by a product of matrices."""
    inner = node.operands[0] if node.kind in ("negative", "transpose") else node
    return inner.kind == "matmul" or (inner.kind == "product" and any(map(_holds_matmul, inner.operands)))
