"""Judging vectors, matrices and images entry by entry: the shape first, then each entry by the scalar judge."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from symnn.equality.alike import WrittenOut
from symnn.equality.cells import asked_shape, cells_of, misfit
from symnn.equality.constants import TooLarge
from symnn.equality.equality import Judge
from symnn.equality.meaning import Meaning
from symnn.equality.work import Account, one_account
from symnn.errors import Problem
from symnn.expressions.tree import (
    Entrywise,
    Matrix,
    Name,
    Product,
    Sum,
    Transpose,
    Tree,
    holds,
    walk,
)
from symnn.networks.expansion import entry_names
from symnn.networks.shapes import Misfit
from symnn.ops.grid import Grid, indices
from symnn.ops.shapes import Shape, written
from symnn.verdicts import codes
from symnn.verdicts.verdict import Judgement

__all__ = ["TENSORS", "GridJudge", "entrywise", "is_tensor", "place_of"]

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
    return bool(shapes) and any(isinstance(node, Name) and node.name in shapes for node in walk(tree))


def entrywise(meaning: Meaning) -> Meaning:
    """Give the same meaning with an equation, and the domain, for each entry of each tensor.

    Raises: `Misfit` or `TooLarge` for an equation that cannot be written entry by entry.

    >>> meaning = Meaning({"a": Transpose(Name("r"))}, shapes={"a": (2,), "r": (1, 2)})
    >>> sorted(entrywise(meaning).equations)
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
                facts = {"in": name, "left": written(shape), "right": written(grid.shape)}
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

    Raises: `Misfit` if the reference's shapes do not fit, `TooLarge` if it has too many entries.
    """

    def __init__(self, reference: Tree, meaning: Meaning) -> None:
        self._writing = WrittenOut(meaning.written or meaning.equations)
        self._signature = self._writing.signature(reference)
        self.shapes = meaning.shapes
        self.expected = cells_of(reference, meaning.shapes)
        self._whole = Judge(_joined(self.expected), entrywise(meaning))
        self.judges = tuple(map(self._whole.against, self.expected.cells))

    def judge(self, answer: Tree, text: str = "", *, explain: bool = True) -> Judgement:
        """Say whether an answer equals the reference in every entry.

        A wrong shape is a finding ``shape``; wrong entries are a finding ``entries`` that lists them. The work for
        all entries is counted together; where it ends, those not yet proved wrong are left open.
        """
        signature = self._writing.signature(answer)
        if signature is not None and signature == self._signature:
            return _EQUAL
        with one_account() as work:
            return self._judged(answer, text, work, explain=explain)

    def _judged(self, answer: Tree, text: str, work: Account, *, explain: bool) -> Judgement:
        try:
            given = cells_of(answer, self.shapes)
        except Misfit as found:
            return Judgement(equal=False, method="shape", findings=(misfit(found.problem),))
        except (TooLarge, RecursionError):
            return Judgement(equal=None)
        if given.shape != self.expected.shape:
            finding = asked_shape(self.expected.shape, given.shape, answer.span)
            return Judgement(equal=False, method="shape", findings=(finding,))
        pairs = tuple(zip(self.judges, given.cells, strict=True))
        wrong = {place for place, (judge, entry) in enumerate(pairs) if judge.differs(entry)}
        if not wrong and self._whole.judge(_joined(given), text, explain=False).equal is True:
            return _EQUAL
        return self._entry_by_entry(given, text, wrong, work, explain=explain)

    def _entry_by_entry(self, given: Grid, text: str, wrong: set[int], work: Account, *, explain: bool) -> Judgement:
        """Judge the first of the ``wrong`` entries, which is explained, and those of which nothing is known yet."""
        judged: dict[int, Judgement] = {}
        shown = min(wrong, default=0)
        for place in (shown, *(place for place in range(len(given.cells)) if place != shown and place not in wrong)):
            if judged and work.used_up:
                judged[place] = _UNDECIDED
                break
            explained = explain and all(judgement.equal is not False for judgement in judged.values())
            judge, entry = self.judges[place], given.cells[place]
            judged[place] = judge.judge(entry, f"{text} {place}", explain=explained)
        wrong = wrong.union(place for place, judgement in judged.items() if judgement.equal is False)
        if not wrong:
            return next((judgement for judgement in judged.values() if judgement.equal is None), _EQUAL)
        first = next((judgement for judgement in judged.values() if judgement.equal is False), _APART)
        which = tuple(place_of(place, self.expected.shape) for place in sorted(wrong))
        return replace(first, findings=(codes.ENTRIES({"which": which}), *first.findings))


def _joined(grid: Grid) -> Tree:
    """Make one number of a tensor: its entries, each times a quantity of its own that nobody can spell.

    Two such sums are equal if and only if all entries are, so that a right answer takes one judgement.
    """
    if len(grid.cells) == 1:
        return grid.cells[0]
    return Sum(tuple(Product((Name(f" {place}"), cell)) for place, cell in enumerate(grid.cells)))


def place_of(place: int, shape: Shape) -> str:
    """Write the indices of an entry, counted from 1: ``2,1``.

    >>> place_of(2, (2, 2)), place_of(2, (3,)), place_of(0, ())
    ('2,1', '3', '1')
    """
    at = next(found for count, found in enumerate(indices(shape)) if count == place)
    return ",".join(str(index + 1) for index in at) or "1"
