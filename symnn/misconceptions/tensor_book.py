"""The prepared wrong answers of one part of tensors: its steps, the changes in them, and the table of their results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property

from msgspec.structs import replace

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.matrices import derive_matrix
from symnn.derivation.updates import RATE
from symnn.expressions.terms import total
from symnn.expressions.tree import Derivative, Name, Sum, Tree, bare
from symnn.expressions.writing import plain
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.tensor_changes import TensorChange, changes_of
from symnn.misconceptions.tensor_elsewhere import Elsewhere, Made, key_of_steps
from symnn.misconceptions.tensor_forward import ForwardSweep
from symnn.misconceptions.tensor_linear import LinearSweep, TensorOutcome
from symnn.misconceptions.tensor_point import Array, TensorPoint
from symnn.misconceptions.tensor_slips import TensorEditor
from symnn.misconceptions.tensor_steps import WorkedStep, WorkedSteps, family_of
from symnn.misconceptions.tensor_table import TensorTable
from symnn.networks.graph import Graph
from symnn.numeric.valued import Valued
from symnn.ops.shapes import Shape, Valueless
from symnn.verdicts import codes

__all__ = ["WrongAnswers", "worked_out_answers"]

INSIDE = 0.25
_MOST_PAIRS = 60_000
_PAIR_ENTRIES = 3_000_000
_MOST_KIN = 8
_WHOLE, _STOPPED, _TURNED = 1.1, 1.05, 0.95


class WrongAnswers:
    """All wrong answers that were worked out: ``labels`` says of each change which mistakes it is.

    The first pages hold single slips; those of `pairs` in different steps, and `further` ones, whole other answers, are
    written when an answer first needs them. ``worth`` works changes out at another point.
    """

    def __init__(
        self,
        labels: Sequence[tuple[Mistake, ...]],
        table: TensorTable,
        truth: Valued,
        worth: Callable[[Sequence[int], TensorPoint], Valued],
        paired: Callable[[], Iterable[TensorOutcome]] = tuple,
    ) -> None:
        self.labels = labels
        self.table = table
        self.truth = truth
        self.worth = worth
        self._paired = paired
        self._write: Callable[[], WrongAnswers] | None = None
        self._further: WrongAnswers | None = None

    @cached_property
    def pairs(self) -> TensorTable:
        """What two slips in different steps give."""
        return TensorTable(self._paired(), self.table.truth, ())

    @cached_property
    def least(self) -> float:
        """What the likeliest pair of slips costs."""
        costs = sorted(sum(mistake.cost for mistake in mistakes) for mistakes in self.labels)
        return sum(costs[:2])

    @property
    def further(self) -> WrongAnswers | None:
        """The pages that are written late."""
        if self._write is not None:
            self._further, self._write = self._write(), None
        return self._further

    def then(self, write: Callable[[], WrongAnswers]) -> WrongAnswers:
        """Say how the further pages are written."""
        self._write = write
        return self


def worked_out_answers(key: Tree, graph: Graph, steps: WorkedSteps, point: TensorPoint) -> WrongAnswers:
    """Work out the wrong answers to a key."""
    editor = TensorEditor(graph, steps.shapes, tuple(steps.errors))
    found = changes_of(steps, editor)
    if steps.linear:
        sweep = LinearSweep(point, steps)

        def wholes(at: TensorPoint) -> Iterator[tuple[Mistake, Valued]]:
            return _whole_values(key, graph, sweep if at is point else LinearSweep(at, steps))

        return _of_gradient(sweep, found).then(lambda: _late(wholes, point, sweep.truth))
    forward = ForwardSweep(point, steps)

    def turned(at: TensorPoint) -> Iterator[tuple[Mistake, Valued]]:
        return _turned(key, forward.truth if at is point else key_of_steps(steps, at))

    return _of_forward(forward, found).then(lambda: _late(turned, point, forward.truth))


def _of_forward(sweep: ForwardSweep, found: list[TensorChange]) -> WrongAnswers:
    changes, values = sweep.singly(found)
    table = TensorTable(sweep.alone(values), complex(sweep.point.hashed(sweep.truth)), ())
    worth = Elsewhere(sweep.steps, [(change, None) for change in changes]).worth
    labels = [change.mistakes for change in changes]
    return WrongAnswers(labels, table, sweep.truth, worth, lambda: sweep.paired(changes, values))


def _late(
    wholes: Callable[[TensorPoint], Iterator[tuple[Mistake, Valued]]], point: TensorPoint, truth: Valued
) -> WrongAnswers:
    """Write the pages of whole other answers."""
    labels: list[tuple[Mistake, ...]] = []
    outcomes = tuple(_labelled(wholes(point), point, labels))

    def worth(changes: Sequence[int], at: TensorPoint) -> Valued:
        """Work all of them out again: that an answer is one of these, and units may be off, is rare."""
        wanted = labels[changes[0]][0].name
        return next((value for mistake, value in wholes(at) if mistake.name == wanted), truth)

    return WrongAnswers(labels, TensorTable(outcomes, complex(point.hashed(truth)), ()), truth, worth)


def _of_gradient(sweep: LinearSweep, found: list[TensorChange]) -> WrongAnswers:
    import numpy as np

    variants = sweep.variants(found)
    changes = [c for c in found if all(one.formula in variants[one.step] for one in c.changed)]
    outcomes = sweep.worked_out(changes, np.stack([np.arange(len(changes))] * 2, axis=1), variants)
    labels = [change.mistakes for change in changes]
    made: list[Made] = [(change, None) for change in changes]
    base = complex(sweep.point.hashed(sweep.truth))
    reached = _reached(sweep.steps.steps[-1], changes)
    added = _added(outcomes, sweep.truth.shape, base)
    for number, terms in sweep.in_terms(changes, variants):
        reached[number] = frozenset(terms)
        mistake = changes[number].mistakes[0]
        for term, worth in terms.items() if len(terms) > 1 else ():
            told = facts(**{**dict(mistake.facts), "path": sweep.steps.steps[-1].users[term]})
            labels.append((replace(mistake, facts=told, cost=mistake.cost + INSIDE),))
            made.append((changes[number], term))
            outcomes.append(_single(sweep.truth.shape, len(labels) - 1, base + worth))
            reached[len(labels) - 1] = frozenset((term,))
            added.append((len(labels) - 1, worth))
    apart = [(number, worth, reached[number]) for number, worth in added if reached.get(number)]
    elsewhere = Elsewhere(sweep.steps, made)

    def paired() -> list[TensorOutcome]:
        width = sum(matrix.shape[0] + matrix.shape[1] for matrix in sweep.right)
        most = min(_MOST_PAIRS, _PAIR_ENTRIES // max(width, 1))
        return sweep.worked_out(changes, _pairs(changes, most), variants)

    return WrongAnswers(labels, TensorTable(outcomes, base, apart), sweep.truth, elsewhere.worth, paired)


def _reached(last: WorkedStep, changes: list[TensorChange]) -> dict[int, frozenset[int]]:
    """Say in which terms of the key the changes of its own formula are made, where that can be seen."""
    found: dict[int, frozenset[int]] = {}
    own = last.terms
    for number, change in enumerate(changes):
        changed = change.changed[0].formula
        terms = changed.terms if isinstance(changed, Sum) else (changed,)
        if total(own) == last.formula and len(change.changed) == 1:
            if len(terms) == len(own):
                found[number] = frozenset(n for n, term in enumerate(own) if term != terms[n])
            elif len(terms) == len(own) - 1:
                found[number] = frozenset(n for n, term in enumerate(own) if term not in terms)
    return found


def _added(outcomes: list[TensorOutcome], shape: Shape, base: complex) -> list[tuple[int, complex]]:
    """Give what each single change adds to the key."""
    return [
        (int(number), complex(worth) - base)
        for outcome in outcomes
        if outcome.shape == shape
        for number, worth in zip(outcome.changes[:, 0], outcome.hashes, strict=True)
    ]


def _pairs(changes: list[TensorChange], most: int) -> Array:
    """List pairs of changes in different steps, the likelier first."""
    import numpy as np

    masks = [sum(1 << one.step for one in change.changed) for change in changes]
    found: list[tuple[int, int]] = []
    for reach in range(1, 2 * len(changes)):  # by the sum of their places: both are usual before one is rare
        for first in range(max(0, reach - len(changes) + 1), (reach + 1) // 2):
            if not masks[first] & masks[reach - first]:
                found.append((first, reach - first))  # noqa: PERF401 - faster than a generator of pairs
        if len(found) >= most:
            break
    return np.array(found, dtype=int).reshape((-1, 2))


def _single(shape: Shape, number: int, worth: complex) -> TensorOutcome:
    import numpy as np

    return TensorOutcome(shape, np.array([worth]), np.array([[number, number]]))


def _labelled(
    wholes: Iterator[tuple[Mistake, Valued]], point: TensorPoint, labels: list[tuple[Mistake, ...]]
) -> Iterator[TensorOutcome]:
    """Give whole other answers their labels."""
    for mistake, value in wholes:
        labels.append((mistake,))
        yield _single(value.shape, len(labels) - 1, complex(point.hashed(value)))


def _whole_values(key: Tree, graph: Graph, sweep: LinearSweep) -> Iterator[tuple[Mistake, Valued]]:
    """List the derivative by another quantity or of another result, one stopped early, the whole transposed."""
    steps, point = sweep.steps, sweep.point
    yield from _turned(key, sweep.truth)
    yield from _updates(key, graph, sweep)
    if not isinstance(key, Derivative) or not isinstance(key.wrt, Name):
        return
    for step in steps.steps[:-1]:
        at = plain(steps_tree(step.name, steps))
        yield Mistake(codes.STOPPED_EARLY, facts(at=at), _STOPPED), sweep.given[step.name]
    yield from _stopped_between(key.wrt.name, graph, sweep)
    yield from _all_alike(key.wrt.name, graph, sweep)
    others = tuple(name for name in graph.parameters if name != key.wrt.name and name in graph.ancestors(steps.of))
    for name, value in _gradients(steps.of, others, graph, point):
        yield Mistake(codes.OTHER_DERIVATIVE, facts(quantity=name), _WHOLE), value
    results = [e.left for e in graph.equations if not graph.quantities[e.left].shape and e.left != steps.of]
    for result in results:
        if key.wrt.name in graph.ancestors(result):
            for _, value in _gradients(result, (key.wrt.name,), graph, point):
                yield Mistake(codes.OTHER_RESULT, facts(meant=steps.of, wrote=result), _WHOLE), value


def _stopped_between(wrt: str, graph: Graph, sweep: LinearSweep) -> Iterator[tuple[Mistake, Valued]]:
    """Stop at a quantity on the way that the short form of the key passes over: y between a loss and a softmax."""
    of, known = sweep.steps.of, set(sweep.given)
    reached = graph.ancestors(of)
    way = tuple(e.left for e in graph.equations if e.left in reached and wrt in graph.ancestors(e.left))
    passed = tuple(name for name in way if name not in (of, wrt) and adjoint_name(of, name) not in known)
    for name, value in _gradients(of, passed, graph, sweep.point):
        if value.shape:  # the losses of single times are numbers: nobody answers 1 for stopping there
            yield Mistake(codes.STOPPED_EARLY, facts(at=name), _STOPPED), value


def _all_alike(wrt: str, graph: Graph, sweep: LinearSweep) -> Iterator[tuple[Mistake, Valued]]:
    """Add the derivatives by a quantity at all times where the one at a single time is asked."""
    of = sweep.steps.of
    reached = graph.ancestors(of)
    kin = tuple(name for name in graph.quantities if name in reached and family_of(name) == family_of(wrt))
    if not 1 < len(kin) <= _MOST_KIN or wrt not in kin:
        return
    values = dict(_gradients(of, kin, graph, sweep.point))
    if values.keys() == set(kin) and len({value.shape for value in values.values()}) == 1:
        whole = sum(value.array for value in values.values())
        others = tuple(name for name in kin if name != wrt)
        yield Mistake(codes.EXTRA_PATH, facts(through=others), _WHOLE), Valued(whole, sweep.truth.shape)


def _updates(key: Tree, graph: Graph, sweep: LinearSweep) -> Iterator[tuple[Mistake, Valued]]:
    """Give the update of a parameter, or its step, where only the gradient is asked."""
    if isinstance(key, Derivative) and isinstance(key.wrt, Name) and key.wrt.name in graph.parameters:
        old, step = sweep.given[key.wrt.name].array, sweep.given[RATE].array * sweep.truth.array
        for array in (old - step, old + step, -step):
            yield Mistake(codes.UPDATE_GIVEN), Valued(array, sweep.truth.shape)


def steps_tree(name: str, steps: WorkedSteps) -> Tree:
    """Give the quantity whose error a step is."""
    tree = next((tree for tree, known in steps.errors.items() if known == name), None)
    return bare(tree.wrt) if isinstance(tree, Derivative) and tree.wrt is not None else Name(name)


def _gradients(of: str, wrt: tuple[str, ...], graph: Graph, point: TensorPoint) -> Iterator[tuple[str, Valued]]:
    """Work out the gradients of one result in one sweep; those without a value at this point are left out."""
    given = dict(point.given)
    for error in derive_matrix(graph, of, wrt).errors if wrt else ():
        with suppress(Valueless):
            given[error.name] = point.of(error.formula, given)
    for name in wrt:
        if (value := given.get(adjoint_name(of, name))) is not None:
            yield name, value


def _turned(key: Tree, truth: Valued) -> Iterator[tuple[Mistake, Valued]]:
    """Exchange rows and columns of the whole answer, or turn it by 180 degrees."""
    if len(truth.shape) == 2:  # noqa: PLR2004 - a matrix
        asked = facts(matrix=bare(key))
        yield Mistake(codes.TRANSPOSED, asked, _TURNED), Valued(truth.array.T, truth.shape[::-1])
        turned = Mistake(codes.FLIPPED_KERNEL, asked, _WHOLE)
        yield turned, Valued(truth.array[::-1, ::-1], truth.shape)
