"""Terms with indices as terms of whole tensors: ``y_i log(p_i)`` for every i is ``y ⊙ log(p)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symnn.expressions.tree import (
    Call,
    Derivative,
    Entry,
    Entrywise,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    children,
    rebuilt,
    walk,
)
from symnn.language.signs import NAME
from symnn.ops import named
from symnn.ops.table import OF_NUMBERS

if TYPE_CHECKING:
    from symnn.language.reader import Reader
    from symnn.language.scope import Scope

__all__ = ["WholeTensor", "holds_no_tensor", "is_quantity", "member_spelling"]


def is_quantity(parser: Reader, base: str, others: list[int], place: int, value: int) -> bool:
    """Say whether the member with a value at one place of its indices is a quantity of its own."""
    numbers = tuple(value if at == place else other for at, other in enumerate(others))
    known = parser.scope.find(member_spelling(base, numbers))
    return known is not None and known[0] == NAME and known[1] in parser.scope.shapes


def member_spelling(base: str, numbers: tuple[int, ...]) -> str:
    """Spell a member: ``w_{1,2}``, or with the first index above ``w^{(1)}_{2}``."""
    above, below = (numbers[0], numbers[1:]) if base.endswith("^()") else ("", numbers)
    name = base.removesuffix("^()") + (f"^{{({above})}}" if base.endswith("^()") else "")
    return name + (f"_{{{','.join(map(str, below))}}}" if below else "")


def holds_no_tensor(tree: Tree, scope: Scope) -> bool:
    """Say whether a tree without the letters of a sum is surely a number beside its vectors."""
    if isinstance(tree, Name):
        return not scope.shape(tree.name)
    if isinstance(tree, Call) and tree.function == named.SUM:
        return len(tree.arguments) == 1
    return all(holds_no_tensor(part, scope) for part in children(tree))


class WholeTensor:
    """Writes a term with indices as one of whole tensors of one shape; None where there is no such.

    With ``rows`` an index may run through rows, ``Y_i`` of a 1x4: ``shapes`` then are those met, of vectors and what
    has no shape yet as the sum goes.
    """

    def __init__(
        self, parser: Reader, letters: tuple[Name, ...], shape: tuple[int, ...], *, rows: bool = False
    ) -> None:
        self.parser, self.letters, self.shape = parser, letters, shape
        self.declared = False
        self.row = (1, *shape) if rows and len(shape) == 1 else shape
        self.shapes: set[tuple[int, ...]] = set()

    def holds(self, tree: Tree) -> bool:
        """Say whether a tree changes with the letters."""
        return any(node.name == letter.name for node in walk(tree) if isinstance(node, Name) for letter in self.letters)

    def of(self, tree: Tree) -> Tree | None:
        """Write a term for each entry with whole tensors; one that no index changes stays."""
        if isinstance(tree, Entry):
            return self._tensor(tree)
        if not self.holds(tree):
            return tree if holds_no_tensor(tree, self.parser.scope) else None
        found = [self.of(part) for part in children(tree)]
        if isinstance(tree, Name) or any(part is None for part in found):
            return None
        return self._again(tree, tuple(part for part in found if part is not None))

    def _again(self, tree: Tree, parts: tuple[Tree, ...]) -> Tree | None:
        changing = [self.holds(part) for part in children(tree)]
        match tree:
            case Product() | Entrywise():
                plain = tuple(part for part, changes in zip(parts, changing, strict=True) if not changes)
                tensors = tuple(part for part, changes in zip(parts, changing, strict=True) if changes)
                together = Entrywise(tensors) if len(tensors) > 1 else tensors[0] if tensors else None
                factors = plain if together is None else (*plain, together)
                return factors[0] if len(factors) == 1 else Product(factors)
            case Power(_, exponent) if changing[0]:
                if changing[1] or len(self.shape) == 1:
                    return None if changing[1] else rebuilt(tree, parts)
                is_square = isinstance(exponent, Number) and exponent.value == 2  # noqa: PLR2004 - the square
                return Entrywise((parts[0], parts[0])) if is_square else None
            case Call(function) if any(changing):
                return rebuilt(tree, parts) if function in OF_NUMBERS else None
            case Sum() | Negative() | Quotient() | Derivative():
                return rebuilt(tree, parts)
        return None if any(changing) else rebuilt(tree, parts)

    def _tensor(self, entry: Entry) -> Tree | None:
        """Give the tensor whose entries, all of them in order, an entry with letters runs through."""
        if not self.holds(entry):
            return None
        same = len(entry.indices) == len(self.letters) and all(
            isinstance(index, Name) and index.name == letter.name
            for index, letter in zip(entry.indices, self.letters, strict=True)
        )
        if isinstance(entry.of, Entry) and isinstance(entry.of.of, Name):  # a member of a family, which has no letter
            fits = self.parser.scope.shape(entry.of.of.name) in {self.shape, ()}
            self.shapes.add(self.shape)
            return entry.of if same and fits and not self.holds(entry.of) else None
        if not isinstance(entry.of, Name):
            return None
        scope, name = self.parser.scope, entry.of.name
        if not same or name in scope.families or name.endswith("^()"):
            return None
        shape = scope.shape(name)
        if self._are_quantities(name) or (not shape and (not scope.open or name not in scope.shapes)):
            return None
        self.declared = self.declared or bool(shape)
        self.shapes.add(shape or self.shape)
        return entry.of if shape in {self.shape, self.row, ()} else None

    def _are_quantities(self, name: str) -> bool:
        """Say whether x_1 is a quantity of its own and no entry of a vector x."""
        return is_quantity(self.parser, name, [1] * len(self.letters), 0, 1)
