"""The matrix form as a document: every error as a tensor with its shape, one row expanded, shared weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import ceil
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.matrices import MatrixDerivation, TensorError
from symnn.derivation.optimizers import SGD, Optimizer
from symnn.expressions.terms import ZERO
from symnn.expressions.tree import (
    Call,
    Derivative,
    Entry,
    Entrywise,
    Matrix,
    Name,
    Product,
    Sum,
    Transpose,
    Tree,
    mapped,
    names,
    walk,
)
from symnn.handouts.checked import differences
from symnn.handouts.collapsing import Collapsed, collapsed
from symnn.handouts.convention_box import conventions
from symnn.handouts.descent import descent
from symnn.handouts.document import Block, Heading, Prose
from symnn.handouts.equations import column_shape
from symnn.handouts.explanations import explanations, statistics
from symnn.handouts.families import ErrorFamily, families
from symnn.handouts.folded_sums import folding_of, left_of
from symnn.handouts.indexed_sums import IndexedSum, indexed_sum
from symnn.handouts.inner import inner_errors, inner_symbols
from symnn.handouts.ones import ones_explained, symbols_of_ones, with_ones
from symnn.handouts.partials import folded_tree
from symnn.handouts.pictures.diagram import Diagram
from symnn.handouts.recurrences import numbered, ranges_held, values_by_step
from symnn.handouts.softmax_errors import short_form_said
from symnn.handouts.symbol_table import overview, shown_at
from symnn.handouts.tensor_numbers import TensorNumbers
from symnn.handouts.transposed_entry import through_a_column
from symnn.networks.expansion import grid_of
from symnn.networks.formula import FORMULA_LIMIT, formula, formula_size
from symnn.networks.graph import Graph
from symnn.notation.items import Aligned, Expression, Line, Piece, Value, expression, one_piece
from symnn.notation.layout import symbols_of
from symnn.notation.symbols import Symbols
from symnn.ops import named

__all__ = ["Written"]

MOST_EQUATIONS = 40
"""More equations than this are not all printed: the first and last of them, and how many there are."""

OF_KERNELS = frozenset({named.KERNEL_ERROR, named.CONV})
"""Operations in the gradient of a kernel that is used at every pixel."""

LARGEST_BOX = 6
"""How many lines a frame holds that is not broken over pages."""

MOST_ENTRIES = 20
"""A sum of more entries than this is not written out beside its equation."""


class Written(Struct, frozen=True, dict=True):
    """The parts of a document about one derivation; ``entries`` are the names that entries have by themselves."""

    derivation: MatrixDerivation
    numbers: TensorNumbers | None
    entries: Mapping[str, str] = MappingProxyType({})

    @property
    def graph(self) -> Graph:
        """The network, with an output error where it has no loss."""
        return self.derivation.graph

    @cached_property
    def symbols(self) -> Symbols:
        """How the inner errors are written, and their entries."""
        ones = symbols_of_ones(self.derivation.shapes.values())
        return {**symbols_of(self.graph), **inner_symbols(self.derivation), **ones}

    @cached_property
    def _collapsed(self) -> Mapping[str, Collapsed]:
        """The gradients that are one term at consecutive time steps."""
        found: dict[str, Collapsed] = {}
        for name in self.derivation.wrt:
            error = self.derivation.error_of(name)
            terms = [self.shown(term.tree) for term in error.terms]
            short = collapsed(terms, self.symbols)
            if short is not None:
                found[error.name] = short
        return found

    @property
    def all_symbols(self) -> Symbols:
        """How everything is written, what is written for all steps together too."""
        made: list[IndexedSum | Collapsed | ErrorFamily] = [*self._sums.values(), *self._collapsed.values()]
        made += [one for one in (*self._backward, *self._wanted) if isinstance(one, ErrorFamily)]
        return {**self.symbols, **{name: box for one in made for name, box in one.symbols.items()}}

    def head(self, given: frozenset[str] = frozenset(), drawn: Diagram | None = None) -> Iterator[Block]:
        """Write what stands before the equations: the conventions, the picture, the table of symbols."""
        yield from conventions(self.graph, numbers=self.numbers is not None)
        yield from overview(self.graph, shown_at(self.graph, self.numbers, given), drawn)

    def forward(self, *, full: bool = False) -> Iterator[Block]:
        """Write the equations, numbered: those of a whole range as the author wrote them, their values in a table."""
        yield Heading("head-forward")
        yield Prose("indexed-explained" if self.graph.indexed else "forward-explained")
        yield from self._in_part(list(self._equations()))
        yield from ones_explained(self._shown_rights())
        if self.numbers is not None:
            yield from statistics((equation.right for equation in self.graph.equations), self.numbers.worth)
        if self.graph.indexed:
            yield from values_by_step(self.graph, self.numbers)
        if full:
            yield from self.closed()

    def _equations(self) -> Iterator[Line]:
        for count, (one, ranges) in enumerate(zip(self.graph.indexed, ranges_held(self.graph), strict=True), 1):
            right = expression(folding_of(self.graph).of(one.right, left_of(one.left)))
            yield Line(one_piece(one.left), (right,), label=f"F{count}", holds=ranges)
        others = (equation for equation in self.graph.equations if equation.left not in self._by_index)
        for count, equation in enumerate(others, len(self.graph.indexed) + 1):
            yield self._equation(equation.left, equation.right, f"F{count}")

    @cached_property
    def _by_index(self) -> Mapping[str, int]:
        """The number of the indexed equation that each quantity of a range comes from."""
        return numbered(self.graph)

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        """The number of the equation that each quantity comes from."""
        rest = [equation.left for equation in self.graph.equations if equation.left not in self._by_index]
        start = len(self.graph.indexed) + 1
        return {**self._by_index, **{name: place for place, name in enumerate(rest, start)}}

    def _shown_rights(self) -> Iterator[Tree]:
        """Give the right sides as they are shown, with ones and entries."""
        return (with_ones(equation.right, self.graph.shapes, sums=False) for equation in self.graph.equations)

    def _in_part(self, lines: list[Line]) -> Iterator[Block]:
        """Give lines; of very many only the first and the last."""
        if len(lines) <= MOST_EQUATIONS:
            yield Aligned(tuple(lines))
            return
        half = MOST_EQUATIONS // 2
        yield Aligned(tuple(lines[:half]))
        yield Prose("lines-left-out", {"count": len(lines) - 2 * half})
        yield Aligned(tuple(lines[-half:]))

    def _equation(self, left: str, right: Tree, label: str) -> Line:
        steps = [expression(folding_of(self.graph).of(with_ones(right, self.graph.shapes, sums=False), left))]
        if not self.graph.shapes.get(left) and self._is_of_tensors(right):
            cell = grid_of(right, self.graph.shapes).cells[0]
            if sum(1 for node in walk(cell) if isinstance(node, Name)) <= MOST_ENTRIES:
                steps.append(expression(self._entries(cell)))
        value = self._value(Name(left))
        return Line(one_piece(Name(left)), tuple(steps), value, shape=self._shape(left), label=label)

    def _is_of_tensors(self, tree: Tree) -> bool:
        return any(
            isinstance(node, Matrix) or (isinstance(node, Name) and node.name in self.graph.shapes)
            for node in walk(tree)
        )

    def closed(self) -> Iterator[Block]:
        """Write the last result of an indexed network in one formula, as the deck unrolls it."""
        if not self.graph.indexed:
            return
        last = next((e.left for e in reversed(self.graph.equations) if e.left in self.graph.shapes), None)
        if last is None or formula_size(self.graph, last) > FORMULA_LIMIT // 40:
            return
        yield Prose("nested-explained", {"name": Piece(Name(last))})
        yield Aligned((Line(one_piece(Name(last)), (expression(formula(self.graph, last)),)),))

    @cached_property
    def _backward(self) -> list[TensorError | ErrorFamily]:
        known = {*self.derivation.wrt, self.derivation.of}
        return self._families([e for e in self.derivation.errors if e.inner or e.wrt not in known])

    @cached_property
    def _wanted(self) -> list[TensorError | ErrorFamily]:
        return self._families([self.derivation.error_of(name) for name in self.derivation.wrt])

    def errors(self) -> Iterator[Block]:
        """Write the error of every computed quantity, from the result back."""
        found = self._backward
        if found:
            yield Heading("head-deltas")
            yield Prose("matrix-errors-explained", {"of": Piece(Name(self.derivation.of))})
            yield from self._rules(found)
            yield from inner_errors(self.derivation)
            labels = self._labels(found)
            yield from self._in_part([self._line(one, label) for one, label in zip(found, labels, strict=True)])
            yield from self._explained(found)
            yield from self._short_forms([one for one in found if isinstance(one, TensorError)])

    def _labels(self, found: list[TensorError | ErrorFamily]) -> Iterator[str]:
        """Give lines the numbers of the forward pass, with letters where there are several; those of δ have none."""
        owners = [_owner(one) for one in found]
        counts = Counter(self._numbers.get(name, 0) for name in owners if name)
        met: Counter[int] = Counter()
        for name in owners:
            number = self._numbers.get(name, 0) if name else 0
            letter = "abcdefghijklmnopqrstuvwxyz"[met[number] % 26] if counts[number] > 1 else ""
            met[number] += 1
            yield f"B{number}{letter}" if number else ""

    def _rules(self, found: list[TensorError | ErrorFamily]) -> Iterator[Block]:
        """Say by what rules errors go back, as far as these do."""
        nodes = [node for one in found for node in walk(self._tree(one))]
        if any(isinstance(node, Product) and any(map(_is_transposed, node.factors)) for node in nodes):
            yield Prose("errors-through-transpose")
        if any(isinstance(node, Entrywise) and any(map(_is_slope, node.factors)) for node in nodes):
            yield Prose("errors-entrywise")

    def _families(self, errors: list[TensorError]) -> list[TensorError | ErrorFamily]:
        """Put what the author wrote with an index together again."""
        return families(self.derivation, errors, self.shown, self.symbols) if self.graph.indexed else list(errors)

    def _tree(self, one: TensorError | ErrorFamily) -> Tree:
        return one.tree if isinstance(one, ErrorFamily) else self.shown(one.formula)

    def _line(self, one: TensorError | ErrorFamily, label: str = "") -> Line:
        if isinstance(one, TensorError):
            return replace(self._indexed_sum(one) or self._error(one), label=label)
        inner = one.members[0].inner
        left = Name(one.wrt) if inner else self._derivative(one.wrt)
        shape = column_shape(one.members[0].shape)
        return Line(one_piece(left), (expression(one.tree),), shape=shape, label=label, holds=(one.index,))

    def _explained(self, shown: list[TensorError | ErrorFamily]) -> Iterator[Block]:
        """Say what the operations do that the sweep brought in."""
        trees = [self._tree(one) for one in shown if isinstance(one, ErrorFamily) or self._indexed_sum(one) is None]
        yield from explanations(trees)
        if not any(ones_explained(self._shown_rights())):
            yield from ones_explained(trees)

    def _short_forms(self, errors: list[TensorError]) -> Iterator[Block]:
        """Go on to y - z behind a softmax with cross entropy."""
        for error in errors:
            short = None if error.inner else self.derivation.short_of(error.wrt)
            if short is not None:
                named = self._derivative(error.wrt)
                yield short_form_said(short, named, self.shown(short.value))
                yield Aligned((Line((Piece(named),), (self._laid_out(short.usual),)),))

    @cached_property
    def _sums(self) -> Mapping[str, IndexedSum]:
        """The gradients that are sums over pixels."""
        taken = frozenset(self.graph.quantities) | frozenset(self.graph.functions)
        found: dict[str, IndexedSum] = {}
        for name in self.derivation.wrt:
            error = self.derivation.error_of(name)
            tree = self.derivation.by_derivative(error.formula)
            one = indexed_sum(tree, len(error.shape), self.graph.shapes, taken)
            if one is not None and self.numbers is None:
                found[error.name] = one
        return found

    def _indexed_sum(self, error: TensorError) -> Line | None:
        one = self._sums.get(error.name)
        if one is None:
            return None
        left = Derivative(Name(self.derivation.of), Entry(Name(error.wrt), one.indices))
        return Line(one_piece(left), (one_piece(one.tree),), shape=column_shape(error.shape))

    def gradients(self) -> Iterator[Block]:
        """Write the gradient of every parameter; a shared one is a sum over its uses."""
        yield Heading("head-gradients")
        yield Prose("matrix-gradients-explained", {"of": Piece(Name(self.derivation.of))})
        errors = [self.derivation.error_of(name) for name in self.derivation.wrt]
        shared = tuple(Piece(Name(error.wrt)) for error in errors if len(error.terms) > 1)
        if shared:
            yield Prose("shared-weights-explained", {"weights": shared})
        for lines in _boxes([self._line(one) for one in self._wanted]):
            yield Aligned(lines, boxed=True)
        yield from self._explained(self._wanted)
        yield from self._kernel_entry(errors)

    def _kernel_entry(self, errors: list[TensorError]) -> Iterator[Block]:
        """Write one entry of the first kernel's gradient as the sum over pixels that it is."""
        for error in errors:
            if not any(isinstance(node, Call) and node.function in OF_KERNELS for node in walk(error.formula)):
                continue
            cell = grid_of(error.formula, self.derivation.shapes).cells[0]
            if isinstance(cell, Sum) and sum(1 for node in walk(cell) if isinstance(node, Name)) <= MOST_ENTRIES:
                entry = grid_of(Name(error.wrt), self.graph.shapes).cells[0]
                left = one_piece(Derivative(Name(self.derivation.of), entry))
                yield Prose("kernel-entry-explained", {"kernel": Piece(Name(error.wrt))})
                yield Aligned((Line(left, (expression(self._entries(cell)),)),))
            return

    def _error(self, error: TensorError) -> Line:
        """Write one error: the sum of its terms, and again with the error of the value inside it put in."""
        left = Name(error.name) if error.inner else self._derivative(error.wrt)
        tree = self.shown(error.formula if error.terms else ZERO)
        steps = [expression(tree), expression(folded_tree(tree))]
        together = self._collapsed.get(error.name)
        if together is not None:
            steps.append(expression(together.tree))
        short = None if error.inner else self.derivation.short_of(error.wrt)
        if short is not None:
            steps.append(self._laid_out(short.tree))
        if error.inner:
            inside = self.derivation.error_of(error.wrt)
            if len(inside.terms) == 1 and len(list(walk(inside.formula))) <= MOST_ENTRIES:
                filled = mapped(error.formula, lambda node: inside.formula if node == Name(inside.name) else None)
                steps.append(self._laid_out(filled))
        value = self._value(Name(error.name))
        return Line(one_piece(left), tuple(dict.fromkeys(steps)), value, shape=column_shape(error.shape))

    def shown(self, tree: Tree) -> Tree:
        """Write a tree as a page shows it: errors as derivatives, sums along an axis with ones."""
        written = folding_of(self.graph).of(self.derivation.by_derivative(with_ones(tree, self.derivation.shapes)))
        return self._entries(written) if any("[" in name for name in names(written)) else written

    def _laid_out(self, tree: Tree) -> Expression:
        return expression(self.shown(tree))

    def _derivative(self, name: str) -> Tree:
        return Derivative(Name(self.derivation.of), Name(name))

    def row(self) -> tuple[Block, ...]:
        """Show where the transpose comes from, if one carries an error."""
        return through_a_column(self.derivation, self._entries)

    def _entries(self, tree: Tree) -> Tree:
        """Write the entries of errors as derivatives, those of inner ones with their δ; others by their own names."""
        return mapped(tree, lambda node: self._of_entries.get(node.name) if isinstance(node, Name) else None)

    def _entry(self, name: Tree) -> Tree:
        return Name(self.entries.get(name.name, name.name)) if isinstance(name, Name) else name

    @cached_property
    def _of_entries(self) -> Mapping[str, Tree]:
        found: dict[str, Tree] = {entry: Name(own) for entry, own in self.entries.items()}
        for error in self.derivation.errors:
            if not error.inner:
                names = grid_of(Name(error.name), self.derivation.shapes).cells
                targets = grid_of(Name(error.wrt), self.graph.shapes).cells
                pairs = zip(names, targets, strict=True)
                found |= {
                    name.name: Derivative(Name(error.of), self._entry(of))
                    for name, of in pairs
                    if isinstance(name, Name)
                }
        return found

    def differences(self) -> tuple[Block, ...]:
        """Compare the numbers of the gradient with difference quotients."""
        if self.numbers is None:
            return ()
        graph, of, slopes = self.graph.entrywise, self.derivation.of, self.numbers.slopes(self.derivation)
        return differences(graph, self.numbers.entries, of, slopes, self.entries)

    def updates(self, rule: Optimizer = SGD) -> Iterator[Block]:
        """Write the step of each parameter by an update rule, and what it does to the result."""
        return descent(self.graph, self.derivation.of, self.derivation.wrt, self.numbers, rule)

    def _shape(self, name: str) -> str:
        return column_shape(self.graph.shapes.get(name, ()))

    def _value(self, tree: Tree) -> Value | None:
        return self.numbers.value(tree) if self.numbers else None


def _is_transposed(tree: Tree) -> bool:
    return isinstance(tree, Transpose) and isinstance(tree.operand, Name)


def _is_slope(tree: Tree) -> bool:
    """Say whether a factor is the derivative of a function, f'(a)."""
    return isinstance(tree, Call) and tree.order > 0


def _owner(one: TensorError | ErrorFamily) -> str:
    """Name the quantity of a line that is to be numbered; none of an inner error, which stands behind its own."""
    error = one.members[0] if isinstance(one, ErrorFamily) else one
    return "" if error.inner else error.wrt


def _boxes(lines: list[Line]) -> Iterator[tuple[Line, ...]]:
    """Put lines into as few frames as hold them, as many into each: none is left alone in the last."""
    frames = ceil(len(lines) / LARGEST_BOX)
    size = ceil(len(lines) / frames) if frames else 1
    for start in range(0, len(lines), size):
        yield tuple(lines[start : start + size])
