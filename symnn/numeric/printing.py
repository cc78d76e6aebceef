"""Nodes as Python: ``2*(y - z)``, ``x @ W.T``; the shape and the batch axis of every node are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, Never

from symnn.numeric.nodes import CALL, Kind, Node
from symnn.ops.array_kernels import weak_matmul, weakly, weakly_over

__all__ = ["FACTOR", "SUM", "Printer", "numpy_constant", "weak_function"]

SUM: Final = 1
PRODUCT: Final = 2
FACTOR: Final = 3
ATOM: Final = 4

VECTOR: Final = 1
MATRIX: Final = 2
_LARGEST_WHOLE: Final = 2**53
_CONSTANTS: Final = MappingProxyType({"infinity": "inf"})

Coded = tuple[str, int]
"""Code with how tightly it holds together."""


class Printer:
    """Writes nodes; one that has a name is written by it.

    ``arrays`` says whether functions are NumPy's (``np.exp``) or those of floats (``exp``); ``kernels`` name the
    tensor operations. The arrays of a batch have the samples along their first axis.
    """

    def __init__(self, names: Mapping[Node, str], kernels: Mapping[Any, str], *, arrays: bool) -> None:
        self.names = names
        self.kernels = kernels
        self.arrays = arrays

    def code(self, node: Node, strength: int = SUM) -> str:
        """Write a node, in brackets where it would not hold together.

        >>> from symnn.numeric.nodes import Nodes
        >>> make = Nodes()
        >>> W, x = make.given("W", (2, 3)), make.given("x", (3,), batched=True)
        >>> Printer({W: "W", x: "x"}, {}, arrays=True).code(make.matmul(W, x))
        'x @ W.T'
        """
        name = self.names.get(node)
        if name is not None:
            return name
        text, own = self._coded(node)
        return text if own >= strength else f"({text})"

    def body(self, node: Node) -> str:
        """Write what a node computes, although it has a name."""
        return self._coded(node)[0]

    def _coded(self, node: Node) -> Coded:
        coded: Coded = getattr(self, _WRITERS[node.kind])(node)
        return coded

    def into(self, node: Node, place: str) -> str | None:
        """Write a node whose last operation puts its result into an array at once; None where none can."""
        ordered = self._ordered(node)
        match node.kind:
            case "product":
                first = "*".join(self._spread(part, node, FACTOR) for part in ordered[:-1])
                return f"np.multiply({first}, {self._spread(ordered[-1], node, SUM)}, out={place})"
            case "quotient" if not node.data:
                over, under = (self._spread(part, node, SUM) for part in node.operands)
                return f"np.divide({over}, {under}, out={place})"
            case "sum":
                *before, last = zip(node.data, node.operands, strict=True)
                function = "add" if last[0] > 0 else "subtract"
                return f"np.{function}({self._signed(before, node)}, {self._spread(last[1], node, SUM)}, out={place})"
            case "matmul" if _vector_of(node.operands[1]) is None and node.shape and node.data is None:
                first, second, gone, _ = self._factors(node)
                return None if gone else f"np.matmul({first}, {second}, out={place})"
            case "function" if CALL.fullmatch(node.data) and _takes_place(node.data):
                return f"{self.code_of_function(node).removesuffix(')')}, out={place})"
        return None

    def _ordered(self, node: Node) -> tuple[Node, ...]:
        """Put what is small first, so that the large arrays are passed over once."""
        if self.arrays and node.kind == "product":
            return tuple(sorted(node.operands, key=lambda part: (part.batched, len(part.shape))))
        return node.operands

    def _spread(self, part: Node, node: Node, strength: int) -> str:
        """Write an operand with the axes that it needs to spread: a bias per row, a number per sample."""
        missing = len(node.shape) - len(part.shape)
        if not missing or not (part.shape or part.batched):
            return self.code(part, strength)
        return f"{self.code(part, ATOM)}[..., {', '.join(['None'] * missing)}]"

    def _signed(self, terms: Iterable[tuple[int, Node]], node: Node) -> str:
        text = ""
        for sign, term in terms:
            before = (" + " if sign > 0 else " - ") if text else ("" if sign > 0 else "-")
            text += before + self._spread(term, node, PRODUCT)
        return text

    def code_of_function(self, node: Node) -> str:
        """Write the call of a function."""
        text: str = node.data if self.arrays else node.data.replace("np.", "")
        strength = SUM if CALL.fullmatch(node.data) else ATOM
        for place, part in enumerate(node.operands):
            text = text.replace(f"{{{place}}}", self._spread(part, node, strength))
        return text

    # one method a kind of node

    def _given(self, node: Node) -> Never:
        message = f"{node.data} has no name"
        raise KeyError(message)

    def _number(self, node: Node) -> Coded:
        value: Fraction = node.data
        text = _numeral(abs(value))
        return (f"-{text}", SUM) if value < 0 else (text, ATOM)

    def _constant(self, node: Node) -> Coded:
        return f"np.{numpy_constant(node)}" if self.arrays else f"math_{numpy_constant(node)}", ATOM

    def _samples(self, _: Node) -> Coded:
        return "(stop - start)", ATOM

    def _sum(self, node: Node) -> Coded:
        return self._signed(zip(node.data, node.operands, strict=True), node), SUM

    def _negative(self, node: Node) -> Coded:
        return "-" + self.code(node.operands[0], PRODUCT), SUM

    def _product(self, node: Node) -> Coded:
        return "*".join(self._spread(part, node, FACTOR) for part in self._ordered(node)), PRODUCT

    def _quotient(self, node: Node) -> Coded:
        over, under = node.operands
        if node.data:
            return f"{weakly_over.__name__}({self._spread(over, node, SUM)}, {self._spread(under, node, SUM)})", ATOM
        if self.arrays and node.fixed and not under.data:  # plain numbers would raise
            return f"np.divide({self.code(over)}, {self.code(under)})", ATOM
        return f"{self._spread(over, node, PRODUCT)} / {self._spread(under, node, FACTOR)}", PRODUCT

    def _power(self, node: Node) -> Coded:
        base, exponent = node.operands
        whole = exponent.kind == "number" and exponent.data.denominator == 1
        if self.arrays and node.fixed:  # as above; whole numbers have no negative powers
            return f"np.power(float({self.code(base)}), float({self.code(exponent)}))", ATOM
        if self.arrays or whole:
            return f"{self._spread(base, node, ATOM)} ** {self._spread(exponent, node, ATOM)}", FACTOR
        return f"pow({self.code(base)}, {self.code(exponent)})", ATOM

    def _function(self, node: Node) -> Coded:
        return self.code_of_function(node), ATOM if CALL.fullmatch(node.data) else SUM

    def _kernel(self, node: Node) -> Coded:
        text: str = node.data.code
        if not text:
            return f"{self.kernels[node.data]}({', '.join(map(self.code, node.operands))})", ATOM
        strength = SUM if CALL.fullmatch(text) else ATOM
        for place, part in enumerate(node.operands):
            text = text.replace(f"{{{place}}}", self.code(part, strength))
        return text, ATOM if strength == SUM else SUM

    def _stack(self, node: Node) -> Coded:
        cells = ", ".join(map(self.code, node.operands))
        cells = f"np.broadcast_arrays({cells})" if node.batched else f"[{cells}]"
        text = f"np.stack({cells}, axis=-1)"
        if len(node.shape) == VECTOR:
            return text, ATOM
        return f"{text}.reshape({'-1, ' if node.batched else ''}{', '.join(map(str, node.shape))})", ATOM

    def _spread_out(self, node: Node) -> Coded:
        part = node.operands[0]
        if part.kind == "number" and not part.data:
            return f"np.zeros({node.shape})", ATOM
        return f"np.zeros({node.shape}) + {self._spread(part, node, PRODUCT)}", SUM

    def _transpose(self, node: Node) -> Coded:
        inner = node.operands[0]
        text = self.code(inner, ATOM)
        if len(inner.shape) == VECTOR:
            return f"{text}[..., None, :]", ATOM
        if inner.shape[0] == 1:
            return f"{text}[..., 0, :]", ATOM
        return f"{text}.swapaxes(-1, -2)" if inner.batched else f"{text}.T", ATOM

    def _matmul(self, node: Node) -> Coded:
        left, right = node.operands
        column, row = _vector_of(right), _vector_of(left)
        if column is not None and len(left.shape) == VECTOR:
            return self._outer(left, column, node)
        if row is not None and row.batched and right.batched:
            return f"np.sum({self._times(row, right, node, FACTOR)}, axis=-1)", ATOM
        first, second, gone, turned = self._factors(node)
        if node.data is not None:
            text = f"{weak_function(node)}({first}, {second}{'' if node.data != turned else ', log=0'})"
            return f"{text}[..., {', '.join(['0'] * gone)}]" if gone else text, ATOM
        text = f"{first} @ {second}"
        return (f"({text})[..., {', '.join(['0'] * gone)}]", ATOM) if gone else (text, PRODUCT)

    def _times(self, left: Node, right: Node, node: Node, strength: int, places: tuple[str, str] = ("", "")) -> str:
        """Write a product entry by entry that a product of matrices needs."""
        if node.data is None:
            return "*".join(self.code(one, strength) + place for one, place in zip((left, right), places, strict=True))
        pair = [self.code(one, ATOM) + place for one, place in zip((left, right), places, strict=True)]
        return f"{weak_function(node)}({', '.join(pair if node.data else reversed(pair))})"

    def _factors(self, node: Node) -> tuple[str, str, int, bool]:
        """Write the two sides of ``@``, how many axes of length 1 its result has too many, and whether they turned."""
        left, right = node.operands
        row = _vector_of(left)
        if row is not None and len(right.shape) == VECTOR:
            first, second = (right, row) if right.batched else (row, right)
            return self.code(first, FACTOR), self.code(second, ATOM), 0, right.batched
        if len(right.shape) == VECTOR and len(left.shape) == MATRIX and not (left.batched and right.batched):
            gone = 0 if node.shape else 1
            if right.batched:
                return self.code(right, FACTOR), self._turned(left), gone, True
            return self.code(left, FACTOR), self.code(right, ATOM), gone, False
        full = (left.shape[0], right.shape[1] if len(right.shape) == MATRIX else 1)
        return self._as_matrix(left, FACTOR), self._as_matrix(right, ATOM), len(full) - len(node.shape), False

    def _outer(self, one: Node, other: Node, node: Node) -> Coded:
        if one.batched or other.batched or node.data is not None:
            text = self._times(one, other, node, ATOM, ("[..., :, None]", "[..., None, :]"))
            return text, PRODUCT if node.data is None else ATOM
        return f"np.outer({self.code(one)}, {self.code(other)})", ATOM

    def _turned(self, matrix: Node) -> str:
        """Write the transpose of a matrix that is the same for all samples."""
        if matrix.kind == "transpose" and matrix not in self.names and len(matrix.operands[0].shape) == MATRIX:
            return self.code(matrix.operands[0], ATOM)
        return f"{self.code(matrix, ATOM)}.T"

    def _as_matrix(self, part: Node, strength: int) -> str:
        return self.code(part, strength) if len(part.shape) == MATRIX else f"{self.code(part, ATOM)}[..., None]"

    def _total(self, node: Node) -> Coded:
        return f"np.sum({self.code(node.operands[0])}, axis=0)", ATOM

    def _contracted(self, node: Node) -> Coded:
        left, right = node.operands
        if not node.shape:
            return f"np.dot({self.code(left)}, {self.code(right)})", ATOM
        column = _vector_of(right)
        if column is not None and len(left.shape) == VECTOR:
            return f"{self.code(left, ATOM)}.T @ {self.code(column, ATOM)}", PRODUCT
        if len(left.shape) == MATRIX:
            return f"np.tensordot({self.code(left)}, {self.code(right)}, axes=((0, 2), (0, 1)))", ATOM
        return f"{self.code(left, ATOM)}.T @ {self.code(right, ATOM)}[..., 0, :]", PRODUCT


def weak_function(node: Node) -> str:
    """Name the function that multiplies matrices of which one holds logarithms."""
    left, right = node.operands
    outer = _vector_of(right) is not None and len(left.shape) == VECTOR
    by_sample = _vector_of(left) is not None and left.batched and right.batched
    return weakly.__name__ if outer or by_sample else weak_matmul.__name__


def numpy_constant(node: Node) -> str:
    """Give the name that NumPy has for a constant."""
    return str(_CONSTANTS.get(node.data, node.data))


def _takes_place(code: str) -> bool:
    """Say whether a function is one of NumPy's that put what they find into an array: ``np.where`` does not.

    >>> _takes_place("np.exp({0})"), _takes_place("np.where({0} > 0, {1}, {2})"), _takes_place("softmaxed({0}, 1)")
    (True, False, False)
    """
    import numpy as np

    module, _, name = code.partition("(")[0].partition(".")
    return module == "np" and isinstance(getattr(np, name), np.ufunc)


def _vector_of(node: Node) -> Node | None:
    """Give the vector that a row is the transpose of."""
    return node.operands[0] if node.kind == "transpose" and len(node.operands[0].shape) == VECTOR else None


def _numeral(value: Fraction) -> str:
    if value.denominator == 1 and value < _LARGEST_WHOLE:
        return str(value.numerator)
    try:
        return repr(float(value))
    except OverflowError:
        return "float('inf')"


_WRITERS: Final[Mapping[Kind, str]] = MappingProxyType(
    {kind: "_spread_out" if kind == "spread" else f"_{kind}" for kind in Kind.__args__}  # type: ignore[attr-defined]
)
"""The method that writes each kind of node."""
