"""Trees of tensors as NumPy code, for one point or with a batch axis before the tensor's own axes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from symnn.expressions.terms import product
from symnn.expressions.tree import (
    Call,
    Constant,
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
    mapped,
)
from symnn.networks.conventions import Conventions
from symnn.networks.function import Function
from symnn.networks.shapes import is_entrywise, shape_of
from symnn.ops.shapes import Shape, broadcast
from symnn.ops.table import OF_NUMBERS

__all__ = ["ATOM", "PRODUCT", "SUM", "Coded", "TensorPrinter", "counted"]

SUM: Final = 1
PRODUCT: Final = 2
SIGNED: Final = 3
ATOM: Final = 4
VECTOR: Final = 1
MATRIX: Final = 2
CALL: Final = re.compile(r"np\.\w+\((?:[^()]*)\)")


class Coded(NamedTuple):
    """Code with how tightly it holds together, the shape of its value, and whether it has a batch axis."""

    text: str
    strength: int
    shape: Shape
    batched: bool

    def at(self, strength: int) -> str:
        """Give the code, in brackets where it would not hold together."""
        return self.text if self.strength >= strength else f"({self.text})"


class TensorPrinter:
    """Writes trees whose names have identifiers; windows of images are laid out once and named by ``lines``."""

    def __init__(
        self,
        identifiers: Mapping[str, str],
        shapes: Mapping[str, Shape],
        batched: set[str],
        functions: Mapping[str, Function],
        conventions: Conventions,
    ) -> None:
        self.identifiers, self.shapes, self.batched = dict(identifiers), dict(shapes), set(batched)
        self.functions, self.conventions = functions, conventions
        self.values: dict[Tree, str] = {}
        self.windows: dict[tuple[str, Shape, int, int], str] = {}
        self.lines: list[str] = []

    def code(self, tree: Tree) -> Coded:
        """Write a tree."""
        match tree:
            case Name(name):
                return Coded(self.identifiers[name], ATOM, self.shapes.get(name, ()), name in self.batched)
            case Number(numerator, denominator):
                text = str(numerator) if denominator == 1 else repr(numerator / denominator)
                return Coded(text, ATOM, (), batched=False)
            case Constant(name):
                return Coded(f"np.{ {'infinity': 'inf'}.get(name, name) }", ATOM, (), batched=False)
            case Negative(operand):
                inner = self.code(operand)
                return Coded(f"-{inner.at(PRODUCT)}", SUM, inner.shape, inner.batched)
            case Sum(terms):
                return self._sum(terms)
            case Product(factors):
                return self._product(factors)
            case Entrywise(factors):
                return self._joined([self.code(factor) for factor in factors], "*", SIGNED, PRODUCT)
            case Quotient(above, under):
                return self._joined([self.code(above), self.code(under)], " / ", SIGNED, PRODUCT)
            case Power(base, exponent):
                return self._joined([self.code(base), self.code(exponent)], " ** ", ATOM, SIGNED)
            case Transpose(operand):
                return self._transposed(self.code(operand))
            case Call():
                return self._call(tree)
            case Matrix(rows, vector):
                return self._matrix(rows, vector=vector)
        message = f"{type(tree).__name__} has no line of code"
        raise TypeError(message)

    def _spread(self, part: Coded, shape: Shape, *, batched: bool) -> Coded:
        """Add the axes that broadcasting needs: a bias per row or map, a number per sample."""
        missing = len(shape) - len(part.shape)
        if not missing or not (part.shape or (part.batched and batched)):
            return part
        return Coded(f"{part.at(ATOM)}[..., {', '.join(['None'] * missing)}]", ATOM, part.shape, part.batched)

    def _joined(self, parts: Sequence[Coded], sign: str, strength: int, own: int) -> Coded:
        shape = broadcast(part.shape for part in parts)
        batched = any(part.batched for part in parts)
        spread = [self._spread(part, shape, batched=batched) for part in parts]
        first = spread[0].at(PRODUCT if sign != " ** " else ATOM)
        text = sign.join((first, *(part.at(strength) for part in spread[1:])))
        return Coded(text, own, shape, batched)

    def _sum(self, terms: tuple[Tree, ...]) -> Coded:
        coded = [self.code(term.operand if isinstance(term, Negative) else term) for term in terms]
        shape, batched = broadcast(part.shape for part in coded), any(part.batched for part in coded)
        text = ""
        for term, part in zip(terms, coded, strict=True):
            sign = ("-" if not text else " - ") if isinstance(term, Negative) else (" + " if text else "")
            text += sign + self._spread(part, shape, batched=batched).at(PRODUCT)
        return Coded(text, SUM, shape, batched)

    def _product(self, factors: tuple[Tree, ...]) -> Coded:
        """Multiply from left to right: numbers scale, tensors are matrix products."""
        result = self.code(factors[0])
        before = factors[0]
        for factor in factors[1:]:
            result = self._times(result, self.code(factor), before, factor)
            before = factor
        return result

    def _times(self, left: Coded, right: Coded, left_tree: Tree, right_tree: Tree) -> Coded:
        if not left.shape or not right.shape:
            return self._joined([left, right], "*", SIGNED, PRODUCT)
        batched = left.batched or right.batched
        shape = shape_of(Product((Name("l"), Name("r"))), {"l": left.shape, "r": right.shape})
        if len(left.shape) == MATRIX and len(right.shape) == VECTOR and left.shape[0] > 1 and not left.batched:
            if not right.batched:
                return Coded(f"{left.at(SIGNED)} @ {right.at(ATOM)}", PRODUCT, shape, batched)
            plain = isinstance(left_tree, Transpose) and isinstance(left_tree.operand, Name)
            turned = self.code(left_tree.operand) if plain and isinstance(left_tree, Transpose) else None
            matrix = turned.at(ATOM) if turned else f"{left.at(ATOM)}.T"
            return Coded(f"{right.at(SIGNED)} @ {matrix}", PRODUCT, shape, batched)
        if len(left.shape) == VECTOR and isinstance(right_tree, Transpose) and isinstance(right_tree.operand, Name):
            row = self.code(right_tree.operand)
            if not batched:
                return Coded(f"np.outer({left.text}, {row.text})", ATOM, shape, batched)
            return Coded(f"{left.at(ATOM)}[..., :, None]*{row.at(ATOM)}[..., None, :]", PRODUCT, shape, batched)
        text = f"{self._lifted(left)} @ {self._lifted(right)}"
        return self._lowered(
            text,
            (left.shape[0], *right.shape[1:2]) if len(right.shape) > 1 else (left.shape[0], 1),
            shape,
            batched=batched,
        )

    @staticmethod
    def _lifted(part: Coded) -> str:
        return part.at(SIGNED) if len(part.shape) == MATRIX else f"{part.at(ATOM)}[..., None]"

    @staticmethod
    def _lowered(text: str, full: Shape, shape: Shape, *, batched: bool) -> Coded:
        """Take away the axes of length 1 that a vector or number does not have."""
        if len(shape) == len(full):
            return Coded(text, PRODUCT, shape, batched)
        return Coded(f"({text})[..., {', '.join(['0'] * (len(full) - len(shape)))}]", ATOM, shape, batched)

    @staticmethod
    def _transposed(part: Coded) -> Coded:
        if not part.shape:
            return part
        if len(part.shape) == VECTOR:
            return Coded(f"{part.at(ATOM)}[..., None, :]", ATOM, (1, *part.shape), part.batched)
        if part.shape[0] == 1:
            return Coded(f"{part.at(ATOM)}[..., 0, :]", ATOM, part.shape[1:], part.batched)
        text = f"{part.at(ATOM)}.swapaxes(-1, -2)" if part.batched else f"{part.at(ATOM)}.T"
        return Coded(text, ATOM, part.shape[::-1], part.batched)

    def _matrix(self, rows: tuple[tuple[Tree, ...], ...], *, vector: bool) -> Coded:
        coded = [[self.code(entry) for entry in row] for row in rows]
        batched = any(part.batched for row in coded for part in row)
        flat = [part for row in coded for part in row]
        shape: Shape = (len(rows),) if vector else (len(rows), len(rows[0]))
        if not batched:
            text = f"np.array([{', '.join(part.text for part in flat)}]).reshape{shape}"
        else:
            stacked = ", ".join(part.text for part in flat)
            text = f"np.stack(np.broadcast_arrays({stacked}), axis=-1).reshape(-1, *{shape})"
        return Coded(text, ATOM, shape, batched)

    def _call(self, node: Call) -> Coded:
        known = self.values.get(node)
        if known is not None and not node.order:
            return self.code(Name(known))
        shapes = tuple(shape_of(argument, self.shapes) for argument in node.arguments)
        if is_entrywise(node, shapes):
            return self._function(node)
        from symnn.numeric.tensor_calls import WRITERS, by_record

        return WRITERS.get(node.function, by_record)(self, node)

    def _function(self, node: Call) -> Coded:
        """Write a function that works entry by entry, or its derivative in short form."""
        function = self.functions.get(node.function)
        argument = node.arguments[0]
        if node.order == 1:
            value_name = self.values.get(Call(node.function, node.arguments))
            value = Name(value_name) if value_name else Call(node.function, node.arguments)
            parts = (
                function.derivative(value, argument)
                if function
                else OF_NUMBERS[node.function].partials(value, argument)[0]
            )
            found = self.code(_entrywise(product(parts)))
            return found if found.shape else found._replace(batched=found.batched)
        if node.order:
            from symnn.derivation.primes import carried_out

            return self.code(_entrywise(carried_out(node, self.functions)))
        if function is not None:
            if not function.known:
                return self.code(_entrywise(function.at(argument)))
            node = Call(function.known, node.arguments)
        return self._template(node)

    def _template(self, node: Call) -> Coded:
        operation = OF_NUMBERS[node.function]
        if operation.arity[0] > 1 and operation.definition is not None and node.function != "max":
            return self.code(_entrywise(operation.definition(*node.arguments)))
        coded = [self.code(argument) for argument in operation.filled(node.arguments)]
        shape, batched = broadcast(part.shape for part in coded), any(part.batched for part in coded)
        is_call = CALL.fullmatch(operation.numpy) is not None
        text = operation.numpy.replace("AT_ZERO", repr(float(self.conventions.relu_at_zero)))
        for place, part in enumerate(coded):
            spread = self._spread(part, shape, batched=batched)
            text = text.replace(f"{{{place}}}", spread.at(SUM if is_call else ATOM))
        return Coded(text, ATOM if is_call else SUM, shape, batched)

    def laid_out(self, image: Coded, kernel: Shape, stride: int, padding: int) -> str:
        """Name the windows of an image under a kernel, laid out once."""
        key = (image.text, kernel[-2:], stride, padding)
        if key not in self.windows:
            name = f"windows_{len(self.windows) + 1}"
            while name in self.identifiers.values():
                name += "_"
            self.identifiers[f"windows {len(self.windows) + 1}"] = name
            self.windows[key] = name
            channels = len(image.shape) > MATRIX
            self.lines.append(f"{name} = windows({image.text}, {kernel[-2:]}, {stride}, {padding}, {channels})")
        return self.windows[key]


def _entrywise(tree: Tree) -> Tree:
    """Take every product and power as entrywise: what a function of one entry says of all."""

    def change(node: Tree) -> Tree | None:
        if isinstance(node, Product):
            return Entrywise(tuple(_entrywise(factor) for factor in node.factors))
        return None

    return mapped(tree, change)


def counted(shape: Shape) -> int:
    """Count the entries of a shape."""
    result = 1
    for length in shape:
        result *= length
    return result
