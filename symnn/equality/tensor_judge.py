"""Judging vectors, matrices and images entry by entry: the shape first, then each entry by the scalar judge.

What is written out is bounded before; shapes that do not fit are a finding with what would mend them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import prod
from types import MappingProxyType

from msgspec.structs import replace

from symnn.equality.alike import WrittenOut
from symnn.equality.judge import Judge
from symnn.equality.meaning import Meaning
from symnn.equality.whole import WholeLook, WholeReference
from symnn.equality.work import Account, one_account
from symnn.errors import Fact, Problem, Span
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import (
    Call,
    Entrywise,
    Matrix,
    Name,
    Number,
    Product,
    Sum,
    Transpose,
    Tree,
    children,
    holds,
    walk,
    walk_once,
)
from symnn.networks.expansion import entry_names, grid_of
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.ops import named
from symnn.ops.grid import Grid
from symnn.ops.image import IMAGE
from symnn.ops.pooling import POOLING
from symnn.ops.shapes import MATRIX, Shape, as_matrix, product_shape, shape_text, size, transposed_shape
from symnn.ops.table import OF_TENSORS
from symnn.verdicts import codes
from symnn.verdicts.verdict import Finding, Judgement

__all__ = [
    "TENSORS",
    "GridJudge",
    "asked_shape",
    "cells_of",
    "entrywise_meaning",
    "is_tensor",
    "misfit",
    "written_place",
]

_MOST_ENTRIES = 4_096
"""A matrix of 64x64, or as many entries in another shape."""
_MOST_WORK = 200_000
"""So many nodes the scalar trees of all entries may have together, shared ones counted each time."""
_MOST_PRODUCTS = _MOST_WORK // 3
"""So many multiplications a matrix product may take: each is a node with two more."""
_MOST_SLIDES = 1 << 19
"""So many entries a slide of a kernel or of a window may look at."""
_ROOT_POINTS = 48
"""What stands under a root is evaluated at so many points."""
_FURTHER = 6
"""So many points more than the first are looked at for entries that differ, as long as each shows another one."""

_FEW = 12
"""Products of matrices with so few rows and columns need not be counted."""
_GROWING = (Name, Product, Call)
"""What may have more entries than its parts, or take more work than it has entries."""
_SLIDING = frozenset(operation.name for operation in (*IMAGE, *POOLING))


def cells_of(tree: Tree, shapes: Mapping[str, Shape]) -> Grid:
    """Write a tensor tree entry by entry.

    Raises: `Misfit` where shapes do not fit, `TooLarge` before the work passes its bounds.

    >>> from symnn.expressions.writing import plain
    >>> grid = cells_of(Product((Name("W"), Name("x"))), {"W": (2,), "x": ()})
    >>> [plain(cell) for cell in grid.cells]
    ['W[1]*x', 'W[2]*x']
    """
    if not _stays_small(tree, shapes):
        for node in walk(tree):
            if isinstance(node, _GROWING):
                _bounded(node, shapes)
    grid = grid_of(tree, shapes)
    work, weights = 0, _Weights()
    for cell in grid.cells:
        work += weights.of(cell)
        if work > _MOST_WORK:
            raise TooLarge
    return grid


def _stays_small(tree: Tree, shapes: Mapping[str, Shape]) -> bool:
    """Say whether nothing in a tree can be large: small vectors and matrices, and no operation that changes shapes."""
    for node in walk(tree):
        if isinstance(node, Name):
            shape = shapes.get(node.name, ())
            if len(shape) > MATRIX or max(shape, default=0) > _FEW:
                return False
        elif isinstance(node, Matrix) or (isinstance(node, Call) and node.function in OF_TENSORS):
            return False
    return True


def _bounded(node: Tree, shapes: Mapping[str, Shape]) -> None:
    """Refuse what would take too much work to write out, before it is written."""
    shape = shape_of(node, shapes)
    if not shape:
        return
    count = size(shape)
    if count > _MOST_ENTRIES:
        raise TooLarge
    most = _MOST_PRODUCTS
    if isinstance(node, Product):
        count = _multiplications(tuple(shape_of(factor, shapes) for factor in node.factors))
    elif isinstance(node, Call) and node.function in _SLIDING:
        most = _MOST_SLIDES
        count *= max(size(shape_of(argument, shapes)) for argument in node.arguments)
    if count > most:
        raise TooLarge


def _multiplications(factors: tuple[Shape, ...]) -> int:
    """Count the multiplications of a product from left to right."""
    count, left = 0, factors[0]
    for right in factors[1:]:
        over = as_matrix(right)[1] if left and right and len(right) <= MATRIX else 1
        count += max(size(left), size(right)) if not left or not right else size(left) * over
        left = product_shape(left, right)
    return count


class _Weights:
    """The sizes of trees; parts that are one object are looked at once, so that counting is no work itself."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def of(self, tree: Tree) -> int:
        """Count the nodes of a tree. Raises TooLarge instead of passing the bound."""
        if isinstance(tree, Name | Number):
            return 1
        known = self._known.get(id(tree))
        if known is None:
            known = 1 + sum(map(self.of, children(tree)))
            if isinstance(tree, Call) and tree.function == named.SQRT:
                known *= _ROOT_POINTS
            if known > _MOST_WORK:
                raise TooLarge
            self._known[id(tree)] = known
        return known


def misfit(problem: Problem) -> Finding:
    """Make of shapes that do not fit the finding ``shape``: what was expected, what stands there, what mends it.

    >>> facts = {"left": "2x3", "right": "2", "first": "W", "second": "d"}
    >>> misfit(Problem("shape-product-transpose-left", facts)).facts["expected"]
    '3'
    """
    given = problem.facts
    left, right = str(given.get("left", "1")), str(given.get("right") or given.get("shape") or "1")
    expected = left.split("x", 1)[1] if problem.code.startswith("shape-product") and "x" in left else left
    if problem.code.startswith("shape-product") and "x" not in left:
        expected = "1"
    facts: dict[str, Fact] = {"expected": expected, "got": right, "why": problem.code, **given}
    return codes.SHAPE(MappingProxyType(facts), problem.span)


def asked_shape(expected: Shape, got: Shape, span: Span | None, *, of_numbers: bool = False) -> Finding:
    """Say that an answer has another shape than what is asked, and whether a transpose mends that.

    ``of_numbers`` are no factors whose order could be looked at.

    >>> asked_shape((2,), (1, 2), None).facts["why"]
    'shape-asked-transpose'
    """
    facts: dict[str, Fact] = {"expected": shape_text(expected), "got": shape_text(got)}
    if len(got) <= MATRIX and got and transposed_shape(got) == expected:
        facts["why"] = "shape-asked-transpose"
    elif not got and of_numbers:
        facts |= {"why": "shape-asked-numbers", "count": prod(expected)}
    elif not got:
        facts["why"] = "shape-asked-tensor"
    elif not expected:
        facts["why"] = "shape-asked-one" if of_numbers else "shape-asked-number"
    return codes.SHAPE(MappingProxyType(facts), span)


TENSORS: frozenset[type] = frozenset({Matrix, Transpose, Entrywise})
_EQUAL = Judgement(equal=True, method="fingerprint")
_APART = Judgement(equal=False, method="witness")
_UNDECIDED = Judgement(equal=None)


def is_tensor(tree: Tree, shapes: Mapping[str, Shape]) -> bool:
    """Say whether an expression has vectors or matrices anywhere in it.

    >>> is_tensor(Name("W"), {"W": (2, 2)}), is_tensor(Name("w"), {"W": (2, 2)})
    (True, False)
    """
    if holds(tree, TENSORS):
        return True
    return bool(shapes) and any(isinstance(node, Name) and node.name in shapes for node in walk_once(tree))


def entrywise_meaning(meaning: Meaning) -> Meaning:
    """Give the same meaning with an equation, and the domain, for each entry of each tensor.

    Raises: `Misfit` or `TooLarge` for an equation that cannot be written entry by entry.

    >>> meaning = Meaning({"a": Transpose(Name("r"))}, shapes={"a": (2,), "r": (1, 2)})
    >>> sorted(entrywise_meaning(meaning).equations)
    ['a[1]', 'a[2]']
    """
    if not meaning.shapes:
        return meaning
    equations: dict[str, Tree] = {}
    for name, tree in meaning.equations.items():
        shape = meaning.shapes.get(name, ())
        if shape or is_tensor(tree, meaning.shapes):
            grid = cells_of(tree, meaning.shapes)
            if shape[: len(grid.shape)] != grid.shape:
                facts = {"in": name, "left": shape_text(shape), "right": shape_text(grid.shape)}
                raise Misfit(Problem("shape-declared", facts))
            equations.update(zip(entry_names(name, shape), grid.spread(shape).cells, strict=True))
        else:
            equations[name] = tree
    domains = dict(meaning.domains)
    for name in meaning.domains.keys() & meaning.shapes.keys():
        domains.update(dict.fromkeys(entry_names(name, meaning.shapes[name]), meaning.domains[name]))
    return replace(meaning, equations=MappingProxyType(equations), domains=MappingProxyType(domains))


class GridJudge:
    """Judges tensor answers against one tensor reference, entry by entry; what is compiled is shared by all entries.

    ``beside`` is the judge of another reference under the same meaning, whose compiled equations serve this one, too.
    Raises: `Misfit` if the reference's shapes do not fit, `TooLarge` if it has too many entries.
    """

    def __init__(self, reference: Tree, meaning: Meaning, beside: GridJudge | None = None) -> None:
        self.writing: WrittenOut = (
            WrittenOut(meaning.written or meaning.equations) if beside is None else beside.writing
        )
        self._signature = self.writing.signature(_whole(reference, meaning.shapes))
        self.shapes = meaning.shapes
        self.expected = cells_of(reference, meaning.shapes)
        whole = _joined(self.expected)
        self.whole: Judge = Judge(whole, entrywise_meaning(meaning)) if beside is None else beside.whole.against(whole)
        self.judges = tuple(map(self.whole.against, self.expected.cells))
        self._looked: tuple[Tree, str, WholeLook | None] | None = None

    def judge(self, answer: Tree, text: str = "", *, explain: bool = True) -> Judgement:
        """Say whether an answer equals the reference in every entry.

        A wrong shape is a finding ``shape``; wrong entries are a finding ``entries`` that lists them. The work for
        all entries is counted together; where it ends, those not yet proved wrong are left open.
        """
        look = self._look(answer, text)
        if look is not None and not look.wrong:
            return _EQUAL
        if look is None:
            signature = self.writing.signature(answer)
            if signature is not None and signature == self._signature:
                return _EQUAL
        with one_account() as work:
            return self._judged(answer, text, work, look, explain=explain)

    def outright(self, answer: Tree, text: str = "") -> Judgement | None:
        """Judge a right plain formula by one look at it whole; None where that settles nothing."""
        look = self._look(answer, text)
        return _EQUAL if look is not None and not look.wrong else None

    def _look(self, answer: Tree, text: str) -> WholeLook | None:
        """Look at a plain formula whole, all entries free and none written out; None where that proves nothing."""
        if self._direct is None:
            return None
        if self._looked is not None and self._looked[0] is answer and self._looked[1] == text:
            return self._looked[2]
        look = self._direct.look(answer, self.whole.seed(answer, text))
        proves = look is not None and (look.surely or self.whole.are_independent(look.names))
        self._looked = (answer, text, look if proves else None)
        return self._looked[2]

    @cached_property
    def _direct(self) -> WholeReference | None:
        return WholeReference.of(
            (judge.plainly_compiled for judge in self.judges), self.expected.shape, self.whole.free
        )

    def _judged(self, answer: Tree, text: str, work: Account, look: WholeLook | None, *, explain: bool) -> Judgement:
        try:
            given = cells_of(answer, self.shapes)
        except Misfit as found:
            return Judgement(equal=False, method="shape", findings=(misfit(found.problem),))
        except (TooLarge, RecursionError):
            return Judgement(equal=None)
        if given.shape != self.expected.shape:
            finding = asked_shape(self.expected.shape, given.shape, answer.span)
            return Judgement(equal=False, method="shape", findings=(finding,))
        if look is not None:
            return self._told(
                set(look.wrong), self._entries_judged(given, text, (look.wrong[0],), work, explain=explain)
            )
        pairs = tuple(zip(self.judges, given.cells, strict=True))
        wrong = {place for place, (judge, entry) in enumerate(pairs) if judge.differs(entry)}
        if not wrong and self.whole.judge(_joined(given), text, explain=False).equal is True:
            return _EQUAL
        return self._entry_by_entry(given, text, wrong, work, explain=explain)

    def _entry_by_entry(self, given: Grid, text: str, wrong: set[int], work: Account, *, explain: bool) -> Judgement:
        """Judge the first of the ``wrong`` entries, which is explained, and those of which nothing is known yet.

        An entry that agrees at one point may differ beyond a kink: behind a ReLU every second one does.
        """
        for number in range(1, _FURTHER + 1):
            known = len(wrong)
            unknown = (place for place in range(len(given.cells)) if place not in wrong)
            wrong = wrong.union(place for place in unknown if self.judges[place].differs(given.cells[place], number))
            if len(wrong) in {known, len(given.cells)} and number > 1:
                break
        shown = min(wrong, default=0)
        places = (shown, *(place for place in range(len(given.cells)) if place != shown and place not in wrong))
        judged = self._entries_judged(given, text, places, work, explain=explain)
        wrong = wrong.union(place for place, judgement in judged.items() if judgement.equal is False)
        if not wrong:
            return next((judgement for judgement in judged.values() if judgement.equal is None), _EQUAL)
        right = sum(judgement.equal is True for judgement in judged.values())
        return self._told(wrong, judged, unsettled=len(given.cells) - len(wrong) - right)

    def _entries_judged(
        self, given: Grid, text: str, places: tuple[int, ...], work: Account, *, explain: bool
    ) -> dict[int, Judgement]:
        """Judge some entries one after the other; the first that is wrong is explained."""
        judged: dict[int, Judgement] = {}
        for place in places:
            if judged and work.used_up:
                judged[place] = _UNDECIDED
                break
            explained = explain and all(judgement.equal is not False for judgement in judged.values())
            judge, entry = self.judges[place], given.cells[place]
            judged[place] = judge.judge(entry, f"{text} {place}", explain=explained)
        return judged

    def _told(self, wrong: set[int], judged: Mapping[int, Judgement], unsettled: int = 0) -> Judgement:
        """Say which entries are wrong, and of the first why; of ``unsettled`` ones nothing is known."""
        first = next((judgement for judgement in judged.values() if judgement.equal is False), _APART)
        which = tuple(written_place(place, self.expected.shape) for place in sorted(wrong))
        about: dict[str, Fact] = {"which": which} if not unsettled else {"which": which, "unsettled": unsettled}
        return replace(first, findings=(codes.ENTRIES(about), *first.findings))


def _whole(tree: Tree, shapes: Mapping[str, Shape]) -> Tree:
    """Call a tensor that is written as all entries of a named one by its name.

    >>> from symnn.expressions.writing import plain
    >>> plain(_whole(Matrix(((Name("h[1]"),), (Name("h[2]"),)), vector=True), {"h": (2,)}))
    'h'
    """
    grid = tree.arguments[0] if isinstance(tree, Call) and tree.function == named.RESHAPE else tree
    cells = children(grid) if isinstance(grid, Matrix) else ()
    written = tuple(cell.name for cell in cells if isinstance(cell, Name))
    name = written[0].partition("[")[0] if written else ""
    is_whole = len(written) == len(cells) and name in shapes and written == entry_names(name, shapes[name])
    return Name(name) if is_whole else tree


def _joined(grid: Grid) -> Tree:
    """Make one number of a tensor: its entries, each times a quantity of its own that nobody can spell.

    Two such sums are equal if and only if all entries are, so that a right answer takes one judgement.
    """
    if len(grid.cells) == 1:
        return grid.cells[0]
    return Sum(tuple(Product((Name(f" {place}"), cell)) for place, cell in enumerate(grid.cells)))


def written_place(place: int, shape: Shape) -> str:
    """Write the indices of an entry, counted from 1: ``2,1``.

    >>> written_place(2, (2, 2)), written_place(2, (3,)), written_place(0, ())
    ('2,1', '3', '1')
    """
    found: list[str] = []
    for count in reversed(shape):
        place, index = divmod(place, count)
        found.append(str(index + 1))
    return ",".join(reversed(found)) or "1"
