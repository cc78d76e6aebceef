"""From trees to nodes: declared functions and derivatives carried out, every node with its shape."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, assert_never

from msgspec import Struct

from symnn.derivation.local import derivative_of_call
from symnn.expressions.terms import unsigned
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
    Tree,
    number,
)
from symnn.networks.conventions import Conventions
from symnn.networks.function import Function
from symnn.networks.tree_shapes import is_entrywise
from symnn.numeric.interpreter import literal
from symnn.numeric.nodes import CALL, Node, Nodes
from symnn.ops import named
from symnn.ops.array_kernels import WEAKLY
from symnn.ops.grid import single
from symnn.ops.operation import Operation, TensorCall, settled_arguments
from symnn.ops.saturation import logarithm_of
from symnn.ops.settings import Short
from symnn.ops.shapes import Shape, broadcast, normal, product_shape
from symnn.ops.table import OF_NUMBERS, OF_TENSORS

__all__ = ["KernelCall", "Lowering"]

_HIGHEST_PRODUCT: Final = 4
"""A power up to this one is written as a product of its base."""

_ARGUMENT: Final = "argument of a function"
"""A placeholder that no reader can spell."""


class KernelCall(Struct, frozen=True):
    """A tensor operation with all that is known before it runs; ``code`` is its NumPy code where there is a line."""

    function: str
    shapes: tuple[Shape, ...]
    settings: tuple[Short, ...]
    ties: str
    code: str


class Lowering:
    """Writes trees as nodes; ``known`` gives the nodes of the names.

    >>> make = Nodes()
    >>> lowering = Lowering(make, {}, Conventions(), {"W": make.given("W", (2, 3)), "x": make.given("x", (3,))})
    >>> lowering.node(Call("tanh", (Product((Name("W"), Name("x"))),), order=1)).shape
    (2,)
    """

    def __init__(
        self,
        make: Nodes,
        functions: Mapping[str, Function],
        conventions: Conventions,
        known: Mapping[str, Node],
        *,
        careful: bool = False,
    ) -> None:
        self.make = make
        self.functions = functions
        self.conventions = conventions
        self.known = dict(known)
        self.careful = careful
        self._primes: dict[tuple[str, int, int], Tree] = {}
        self._values: dict[Node, tuple[str, tuple[Node, ...], tuple[Tree, ...]]] = {}
        """What a value is of, and what else stands in the call, where its logarithm is better computed from that."""

    def node(self, tree: Tree) -> Node:
        """Write a tree: a product of tensors is a product of matrices."""
        return self._node(tree, self.known, entrywise=False)

    def _node(self, tree: Tree, at: Mapping[str, Node], *, entrywise: bool) -> Node:
        make = self.make
        parts = self._parts(tree, at, entrywise=entrywise)
        match tree:
            case Name(name):
                return at[name]
            case Number(numerator, denominator):
                return make.number(Fraction(numerator, denominator))
            case Constant(name):
                return make.constant(name)
            case Sum(terms):
                signs = [-1 if isinstance(term, Negative) else 1 for term in terms]
                return make.sum(zip(signs, parts, strict=True))
            case Negative():
                return make.negative(parts[0])
            case Product() | Entrywise() if any(map(make.is_weak, parts)):
                by_entries = entrywise or isinstance(tree, Entrywise) or sum(bool(part.shape) for part in parts) <= 1
                return self._weakly(parts) if by_entries else self._product(parts)
            case Product():
                return make.product(parts) if entrywise else self._product(parts)
            case Entrywise():
                return make.product(parts)
            case Quotient():
                return make.quotient(*parts)
            case Power(_, exponent):
                return self._power(parts[0], parts[1], literal(exponent))
            case Transpose():
                return make.transpose(parts[0])
            case Matrix(rows, vector):
                return make.stack(parts, normal((len(rows),) if vector else (len(rows), len(rows[0]))))
            case Call():
                return self._call(tree, parts)
            case Derivative() | Entry():
                message = f"{type(tree).__name__} has no line of code; resolve or expand the graph first"
                raise TypeError(message)
            case _:
                assert_never(tree)

    def _parts(self, tree: Tree, at: Mapping[str, Node], *, entrywise: bool) -> tuple[Node, ...]:
        """Write the operands of a node; the sign of a term is its sum's, and settings of a call are no operands."""
        match tree:
            case Sum(terms):
                inner: tuple[Tree, ...] = tuple(unsigned(one) for one in terms)
            case Product(inner) | Entrywise(inner) | Call(_, inner):
                pass
            case Negative(one) | Transpose(one):
                inner = (one,)
            case Quotient(one, other) | Power(one, other):
                inner = (one, other)
            case Matrix(rows):
                inner = tuple(entry for row in rows for entry in row)
            case _:
                inner = ()
        return tuple(self._node(part, at, entrywise=entrywise) for part in inner)

    def _product(self, factors: tuple[Node, ...]) -> Node:
        """Multiply numbers and chains of matrices: ``x^T y z`` is the number x^T y times z."""
        numbers: list[Node] = []
        chain: tuple[Node, ...] = ()
        shape: Shape = ()
        for factor in factors:
            if not factor.shape:
                numbers.append(factor)
                continue
            chain = (*chain, factor)
            shape = product_shape(shape, factor.shape)
            if not shape:
                numbers.append(self.make.chain(chain))
                chain = ()
        if any(map(self.make.is_weak, numbers)):
            return self._weakly((*numbers, *((self.make.chain(chain),) if chain else ())))
        return self.make.chain(chain, tuple(numbers)) if chain else self.make.product(numbers)

    def _weakly(self, parts: tuple[Node, ...]) -> Node:
        """Multiply entry by entry; logarithms come last."""
        is_weak = self.make.is_weak
        result = self.make.product(part for part in parts if not is_weak(part))
        for part in filter(is_weak, parts):
            both = (result, part)
            result = self.make.product(both) if result.fixed else self.make.function(WEAKLY, both)
        return result

    def _power(self, base: Node, exponent: Node, known: Fraction | None) -> Node:
        """Write small powers as products, odd roots on the whole real line."""
        make = self.make
        if known is None:
            return make.power(base, exponent)
        if known.denominator == 1 and 1 <= known <= _HIGHEST_PRODUCT:
            return make.product((base,) * known.numerator)
        if known.denominator == 1 or known.denominator % 2 == 0:
            return make.power(base, make.number(known))
        size = make.power(make.function("np.abs({0})", (base,)), make.number(known))
        return make.product((make.function("np.sign({0})", (base,)), size)) if known.numerator % 2 else size

    def _call(self, node: Call, parts: tuple[Node, ...]) -> Node:
        if not is_entrywise(node, tuple(part.shape for part in parts)):
            return self._tensor_call(node, parts)
        if node.order:
            return self._primed(node, parts)
        function = self.functions.get(node.function)
        if function is not None and not function.known:
            return self._formula(function.body, function.parameter, parts[0])
        return self._applied(function.known if function is not None else node.function, parts)

    def _primed(self, node: Call, parts: tuple[Node, ...]) -> Node:
        """Write f'(a), the derivative by the first argument, as a formula of all arguments, entry by entry."""
        places = tuple(f"{_ARGUMENT} {place}" for place in range(len(parts)))
        key = (node.function, node.order, len(parts))
        if key not in self._primes:
            inner = Call(node.function, tuple(map(Name, places)), node.order - 1)
            self._primes[key] = derivative_of_call(inner, self.functions)
        found = self._node(self._primes[key], dict(zip(places, parts, strict=True)), entrywise=True)
        return self.make.spread(found, broadcast(part.shape for part in parts))

    def _formula(self, formula: Tree, parameter: str, argument: Node) -> Node:
        """Write a formula of one number at every entry of its argument: its products are those of numbers."""
        found = self._node(formula, {parameter: argument}, entrywise=True)
        return self.make.spread(found, argument.shape)

    def _applied(self, name: str, parts: tuple[Node, ...]) -> Node:
        """Apply a built-in function entry by entry: by its NumPy code if that is a call, else by its definition."""
        operation = OF_NUMBERS[name]
        if operation.weak and (better := self._logarithm(parts[0])) is not None:
            return better
        found = self._by_code(operation, parts)
        if operation.logarithm is not None:
            self._values[found] = name, parts, ()
        if operation.weak and self.careful and not found.fixed:
            self.make.weak.add(found)
            self.make.logged.update(parts)
        return found

    def _logarithm(self, part: Node) -> Node | None:
        """Write log of a value from what it is the value of: of a sigmoid, a softmax, or 1 minus a sigmoid."""
        rest = part.kind == "sum" and part.data == (1, -1) and part.operands[0] is self.make.number(1)
        name, parts, others = self._values.get(part.operands[1] if rest else part, ("", (), ()))
        known, at = _placed(parts)
        written = logarithm_of(name, (*known, *others), complement=rest)
        return None if written is None else self._node(written, at, entrywise=not others)

    def _by_code(self, operation: Operation, parts: tuple[Node, ...]) -> Node:
        if CALL.fullmatch(operation.numpy):
            code = operation.numpy.replace("AT_ZERO", repr(float(self.conventions.relu_at_zero)))
            return self._folded(code, parts)
        arguments, at = _placed(parts)
        if operation.by_convention is not None:
            at_zero = Fraction(str(self.conventions.relu_at_zero))
            written = operation.by_convention(at_zero, self.conventions.ties)(*arguments)
        elif operation.definition is not None:
            written = operation.definition(*arguments)
        else:
            return self.make.function(operation.numpy, parts)
        return self._node(written, at, entrywise=True)

    def _folded(self, code: str, parts: tuple[Node, ...]) -> Node:
        """Call a function; one of two that has more arguments takes them one after the other."""
        if "{1}" not in code or f"{{{len(parts) - 1}}}" in code:
            return self.make.function(code, parts)
        result = parts[0]
        for part in parts[1:]:
            result = self.make.function(code, (result, part))
        return result

    def _tensor_call(self, node: Call, parts: tuple[Node, ...]) -> Node:
        operation = OF_TENSORS[node.function]
        arguments, settings = settled_arguments(node, operation)
        tensors = parts[: len(arguments)]
        taken = TensorCall(arguments, tuple(part.shape for part in tensors), settings)
        written, at = _placed(tensors)
        shape = operation.shape(taken)
        if not any((shape, *taken.shapes)):
            (cell,) = operation.entries(taken, tuple(map(single, written))).cells
            return self._node(cell, at, entrywise=True)
        if operation.whole is not None:
            return self._node(operation.whole(*written), at, entrywise=False)
        if node.function == named.SPREAD:  # beside what has the shape it is left out
            return self.make.spread(tensors[0], shape)
        axes = len(taken.shapes[0]) if tensors else 0
        over = tuple(range(-axes, 0))
        code = operation.code(settings)
        code = code.replace("{axes}", str(axes)).replace("{over}", str(over))
        code = code.replace("{rest}", str(over[settings[0] :] if settings else over))
        call = KernelCall(node.function, taken.shapes, operation.shortened(settings), self.conventions.ties, code)
        found = self.make.kernel(call, tensors, shape)
        if operation.logarithm is not None:
            self._values[found] = node.function, tensors, node.arguments[len(tensors) :]
        return found


def _placed(parts: tuple[Node, ...]) -> tuple[tuple[Tree, ...], dict[str, Node]]:
    """Write arguments as names of nodes; a number is written as it is."""
    places = [f"{_ARGUMENT} {place}" for place in range(len(parts))]
    at = dict(zip(places, parts, strict=True))
    return tuple(number(part.data) if part.kind == "number" else Name(place) for place, part in at.items()), at
