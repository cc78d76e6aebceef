"""Wrong answers that are vectors or matrices: the same slips in tensors, and a transpose or an order mistaken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from types import MappingProxyType

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.matrices import derive_matrix
from symnn.derivation.updates import RATE
from symnn.errors import SymnnError
from symnn.grading.diagnosis.diagnosis import Diagnosis
from symnn.grading.diagnosis.edits import Edit, Editor
from symnn.grading.diagnosis.forward import forward_slips, with_equations
from symnn.grading.diagnosis.mistakes import Explanation, Mistake, facts
from symnn.grading.diagnosis.residues import Residues, Unknown
from symnn.grading.verdict import Finding
from symnn.graph.expansion import expanded, grid_of
from symnn.graph.graph import Graph
from symnn.graph.shapes import Misfit, shape_of
from symnn.language.tree import (
    Call,
    Derivative,
    Entrywise,
    Name,
    Number,
    Product,
    Transpose,
    Tree,
    bare,
    children,
    mapped,
    rebuilt,
    substitute,
    walk,
)
from symnn.language.writing import plain
from symnn.ops.shapes import Shape, Unfit

__all__ = ["TensorDiagnosis", "tensor_edits"]

_MOST_SLIPS = 500
_MOST_DOUBLES = 600
_MOST_INLINED = 120
_WORK = 20_000
"""So many names and operations are evaluated for slips, entries counted."""
_FACTORS = (Fraction(-1), Fraction(2), Fraction(1, 2))
_POOLING: Mapping[str, str] = MappingProxyType({"max_pool": "avg_pool", "avg_pool": "max_pool"})
_KERNEL: Mapping[str, str] = MappingProxyType({"conv": "conv_flipped", "conv_flipped": "conv"})

Values = tuple[int, ...]


class TensorDiagnosis(Diagnosis):
    """Explains wrong answers to a part whose answer is a vector or a matrix."""

    def __init__(self, residues: Residues, shapes: Mapping[str, Shape], key: Tree) -> None:
        self.residues = residues
        self.shapes = shapes
        self.truth = self.values(key)
        self._table: dict[Values, list[tuple[Mistake, ...]]] = {}
        self._left = _WORK
        self._of_loss = False

    @classmethod
    def prepared(cls, graph: Graph, key: Tree) -> TensorDiagnosis:
        """Prepare from a tensor network; gradients are taken in their matrix form."""
        larger, written = _written_out(graph, key)
        scalars = expanded(larger)
        shapes = larger.shapes
        residues = Residues(scalars, grid_of(written, shapes).cells[0], (RATE,))
        diagnosis = cls(residues, shapes, written)
        diagnosis.learn(graph, written, key)
        diagnosis._of_loss = larger is not graph and Number(2) in walk(written)
        return diagnosis

    def values(self, tree: Tree) -> Values:
        """Give the residues of all entries. Raises Unknown, or Misfit where shapes do not fit."""
        cells = grid_of(tree, self.shapes).cells
        return tuple(self.residues.of(cell) for cell in cells)

    def learn(self, graph: Graph, key: Tree, asked: Tree) -> None:
        """Work out every slip in the key and in the equations behind it, and some pairs in the key.

        ``asked`` is the key as its author wrote it.
        """
        editor = Editor(graph)
        singles = [*editor.edits(key), *tensor_edits(key, self.shapes)]
        if len(shape_of(key, self.shapes)) == 2:  # noqa: PLR2004 - a matrix
            singles.append((Mistake("transposed", facts(matrix=plain(bare(asked)))), Transpose(key)))
        for mistake, wrong in singles:
            if mistake.code != "constant":  # numbers are divided out at look-up
                self._enter(wrong, (mistake,))
        for slip in islice(_slips(key, editor, graph), _MOST_SLIPS):
            self._enter(*slip)
            if self._left < 0:
                return
        pairs = ((first, second, wrong) for first, tree in singles for second, wrong in editor.edits(tree))
        for first, second, wrong in islice(pairs, _MOST_DOUBLES):
            self._enter(wrong, (first, second))
            if self._left < 0:
                return

    def _enter(self, wrong: Tree, mistakes: tuple[Mistake, ...]) -> None:
        """Note what an answer is worth after some mistakes, as long as that is worth the work."""
        with suppress(Unknown, Misfit, Unfit):
            cells = grid_of(wrong, self.shapes).cells
            self._left -= sum(1 for cell in cells for _ in islice(walk(cell), _WORK))
            if self._left < 0:
                return
            value = tuple(self.residues.of(cell) for cell in cells)
            if value != self.truth:
                self._table.setdefault(value, []).append(mistakes)

    def explain(self, answer: Tree) -> tuple[Finding, ...]:
        """Give the findings of the likeliest explanation; never empty."""
        found = self.explanations(answer)
        if not found:
            return (Finding("unexplained"),)
        return tuple(Finding(mistake.code, MappingProxyType(dict(mistake.facts))) for mistake in found[0].mistakes)

    def explanations(self, answer: Tree) -> tuple[Explanation, ...]:
        """Give all explanations of a wrong answer, the likeliest first."""
        try:
            value = self.values(answer)
        except (Unknown, Misfit, Unfit, SymnnError):
            return ()
        if value == self.truth:
            return ()
        if not any(value):
            return (Explanation((Mistake("zero"),), 1.0),)
        found = [Explanation(mistakes, _cost(mistakes)) for mistakes in self._table.get(value, ())]
        found += self._scaled(value)
        unique: dict[object, Explanation] = {}
        for explanation in sorted(found, key=_rank):
            unique.setdefault(explanation.name, explanation)
        return tuple(unique.values())

    def _scaled(self, value: Values) -> Iterator[Explanation]:
        """See whether only a number is wrong, or a number and one slip."""
        modulus = self.residues.modulus
        for factor in _FACTORS:
            inverse = factor.denominator * pow(factor.numerator, -1, modulus)
            before = tuple(entry * inverse % modulus for entry in value)
            wrong = Mistake("sign") if factor < 0 else Mistake("constant", facts(ratio=str(factor)))
            if self._of_loss and factor == _FACTORS[-1]:
                wrong = Mistake("convention", facts(which="missing-2"), 0.6)
            if before == self.truth:
                yield Explanation((wrong,), wrong.cost)
            for mistakes in self._table.get(before, ()):
                yield Explanation((*mistakes, wrong), _cost(mistakes) + wrong.cost)


def _cost(mistakes: tuple[Mistake, ...]) -> float:
    return sum(mistake.cost for mistake in mistakes)


def _rank(explanation: Explanation) -> tuple[float, int]:
    """Order by cost; of equal ones that first which was worked out first, nearest to the key."""
    return round(explanation.cost, 6), len(explanation.mistakes)


def _slips(key: Tree, editor: Editor, graph: Graph) -> Iterator[tuple[Tree, tuple[Mistake, ...]]]:
    """List what a key becomes by a slip in an equation behind it, tensor slips included."""
    for slip in forward_slips(key, editor):
        yield with_equations(key, graph, {slip.of: slip.right}), (slip.mistake,)
    for equation in reversed(graph.equations):
        for mistake, wrong in tensor_edits(equation.right, graph.shapes):
            yield with_equations(key, graph, {equation.left: wrong}), (mistake,)


def _written_out(graph: Graph, key: Tree) -> tuple[Graph, Tree]:
    """Put the matrix form in the place of every gradient."""
    larger = graph

    def change(node: Tree) -> Tree | None:
        nonlocal larger
        match node:
            case Derivative(Name(of), Name(wrt)):
                derivation = derive_matrix(graph, of, (wrt,))
                larger = derivation.extended
                formula = derivation.error_of(wrt).formula
                errors = {error.name: error.formula for error in derivation.errors}
                errors.pop(adjoint_name(of, wrt), None)
                return _inlined(formula, errors)
        return None

    written = mapped(key, change)
    return larger, written


def _inlined(tree: Tree, errors: Mapping[str, Tree]) -> Tree:
    """Write out the errors by which an error is given, as far as the formula does not become too long."""
    while True:
        found = {name: formula for name, formula in errors.items() if _uses(tree, name)}
        longer = substitute(tree, found)
        if not found or sum(1 for _ in islice(walk(longer), _MOST_INLINED + 1)) > _MOST_INLINED:
            return tree
        tree = longer


def _uses(tree: Tree, name: str) -> bool:
    return tree == Name(name) or any(_uses(part, name) for part in children(tree))


def tensor_edits(tree: Tree, shapes: Mapping[str, Shape]) -> Iterator[Edit]:
    """List the slips that only tensors know, at one place each: transposes, order, kinds of products, kernels.

    >>> found = tensor_edits(Product((Name("W"), Name("x"))), {"W": (2, 2), "x": (2,)})
    >>> [(mistake.code, plain(wrong)) for mistake, wrong in found]
    [('order', 'x*W'), ('product-kind', 'W ⊙ x'), ('transposed', 'transpose(W)*x')]
    """
    yield from _at(tree, shapes, lambda changed: changed)


def _at(tree: Tree, shapes: Mapping[str, Shape], put: Callable[[Tree], Tree]) -> Iterator[Edit]:
    yield from ((mistake, put(wrong)) for mistake, wrong in _here(tree, shapes))
    parts = children(tree)
    for place, part in enumerate(parts):
        if isinstance(tree, Transpose) and isinstance(part, Name):
            continue

        def back(changed: Tree, place: int = place) -> Tree:
            return put(rebuilt(tree, (*parts[:place], changed, *parts[place + 1 :])))

        yield from _at(part, shapes, back)


def _here(tree: Tree, shapes: Mapping[str, Shape]) -> Iterator[Edit]:
    match tree:
        case Product(factors) if _tensors(factors, shapes) > 1:
            for place in range(len(factors) - 1):
                first, second = factors[place], factors[place + 1]
                swapped = Product((*factors[:place], second, first, *factors[place + 2 :]))
                yield Mistake("order", facts(of=plain(Product((first, second)))), 1.0), swapped
            yield Mistake("product-kind", facts(of=plain(tree)), 1.1), Entrywise(factors)
        case Entrywise(factors):
            for place in range(len(factors)):
                rest = (*factors[:place], *factors[place + 1 :])
                left = rest[0] if len(rest) == 1 else Entrywise(rest)
                yield Mistake("missing-factor", facts(factor=plain(factors[place]))), left
            yield Mistake("product-kind", facts(of=plain(tree)), 1.1), Product(factors)
        case Name(name) if len(shapes.get(name, ())) == 2:  # noqa: PLR2004 - a matrix
            yield Mistake("transposed", facts(matrix=name), 1.0), Transpose(tree)
        case Call(function, arguments, 0) if function in _POOLING:
            other = _POOLING[function]
            yield Mistake("pooling-kind", facts(meant=function, wrote=other)), Call(other, arguments)
        case Call(function, arguments, 0) if function in _KERNEL:
            yield Mistake("flipped-kernel"), Call(_KERNEL[function], arguments)


def _tensors(factors: tuple[Tree, ...], shapes: Mapping[str, Shape]) -> int:
    count = 0
    for factor in factors:
        with suppress(Misfit, Unfit):
            count += bool(shape_of(factor, shapes))
    return count
