"""Wrong answers about networks of tensors: the mistakes in each step of the matrix form, one or two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from functools import cached_property, partial
from types import MappingProxyType

from msgspec import Struct

from symnn.derivation.updates import RATE
from symnn.expressions.tree import (
    Call,
    Derivative,
    Name,
    Negative,
    Number,
    Quotient,
    Sum,
    Transpose,
    Tree,
    bare,
    walk,
)
from symnn.misconceptions.attempts import Attempts
from symnn.misconceptions.dictionary import DEAREST
from symnn.misconceptions.explainer import Diagnosis
from symnn.misconceptions.key_points import KeyPoints
from symnn.misconceptions.mending import (
    ONE_MISTAKE,
    TWO_MISTAKES,
    Mending,
    agree_by_chance,
    functions_of,
    goes_with,
)
from symnn.misconceptions.mistakes import Explanation, Mistake, facts
from symnn.misconceptions.small_changes import SmallChanges
from symnn.misconceptions.small_fractions import simplest
from symnn.misconceptions.tensor_book import WrongAnswers, worked_out_answers
from symnn.misconceptions.tensor_elsewhere import key_of_steps
from symnn.misconceptions.tensor_evidence import TensorEvidence
from symnn.misconceptions.tensor_point import TensorPoint
from symnn.misconceptions.tensor_steps import WorkedSteps, steps_to
from symnn.misconceptions.tensor_table import Hit
from symnn.misconceptions.unit_layers import layers
from symnn.networks.answers import aligned_as_network
from symnn.networks.graph import Graph
from symnn.numeric.interpreter import Seen
from symnn.numeric.valued import Valued, valued
from symnn.ops.shapes import Shape, Valueless
from symnn.ops.table import OPERATIONS
from symnn.verdicts import codes
from symnn.verdicts.codes import FindingKind
from symnn.verdicts.finding import Told
from symnn.verdicts.verdict import Finding

__all__ = ["TensorDiagnosis", "mending_of"]

_SURE = 2.35
_MOST = 8
_POINTS = 12
"""At so many points an explanation must hold where the values of one may agree by chance."""
_AGREEING = 2
"""At the point where it was found and at least at one more both must have a value."""

_ZERO, _SAME, _DEAR = 1e-12, 1e-9, 9.0
_CLOSE = 0.6
_CONVENTION, _CONSTANT = 0.6, 1.05
_OF_RATE: Mapping[FindingKind, str] = MappingProxyType({codes.MISSING_FACTOR: "missing", codes.EXTRA_FACTOR: "doubled"})

_HUGE = 1e150
"""Beyond it, or where there is no value, floats cannot be multiplied or measured."""


class _Told(Struct, frozen=True, eq=False):
    """An explanation, and what the key is worth at a point with its mistakes."""

    explanation: Explanation
    worth: Callable[[TensorPoint], Valued]


class TensorDiagnosis(Diagnosis):
    """Explains wrong answers to a part about tensors: a vector, a matrix, or a number that comes from them."""

    def __init__(
        self, point: TensorPoint, book: WrongAnswers, graph: Graph, mending: Mending, *, of_loss: bool
    ) -> None:
        self.point = point
        self.book = book
        self.graph = graph
        self._of_loss = of_loss
        self._layers = layers(graph)
        self._hash = complex(point.hashed(book.truth))
        self.mending = mending

    @classmethod
    def prepared(cls, graph: Graph, key: Tree) -> TensorDiagnosis:
        """Prepare from a tensor network; gradients are taken in their matrix form."""
        import numpy as np

        with np.errstate(all="ignore"):
            key = bare(key)
            steps, point = steps_to(key, graph), TensorPoint(graph)
            two = steps.linear and any(Number(2) in walk(step.formula) for step in steps.steps)
            mending = mending_of(steps, graph, point)
            return cls(point, worked_out_answers(key, graph, steps, point), graph, mending, of_loss=two)

    def explain(self, answer: Tree) -> tuple[Finding, ...]:
        """Give the findings of the likeliest explanation; never empty."""
        seen: Seen = {}
        found = self._looked(answer, seen)
        if not found:
            return (codes.UNEXPLAINED(),)
        evidence = TensorEvidence(self.point, seen)
        alone = {mistake.name: mistake for mistake in found[0].mistakes}  # the same at two places is said once
        return tuple(self._finding(mistake, evidence) for mistake in alone.values())

    def _finding(self, mistake: Mistake, evidence: TensorEvidence) -> Finding:
        given: dict[str, Told] = dict(mistake.facts)
        if given.get("factor") == Name(RATE) and mistake.kind in _OF_RATE:
            return codes.UPDATE_RATE(MappingProxyType({"how": _OF_RATE[mistake.kind]}), evidence.span(mistake))
        recurrent = bool(self.graph.indexed) or isinstance(given.get("factor"), tuple)
        if mistake.kind is codes.MISSING_FACTOR and not recurrent and len(mistake.lacks) == 1:
            layer = self._layers.get(mistake.lacks[0], "")
            given |= {"layer": layer} if layer else {}
        return mistake.kind(MappingProxyType(given), evidence.span(mistake))

    def explanations(self, answer: Tree) -> tuple[Explanation, ...]:
        """Give all explanations of a wrong answer, the likeliest first."""
        return self._looked(answer, {})

    def _looked(self, answer: Tree, seen: Seen) -> tuple[Explanation, ...]:
        """Look an answer up; where units may be off, by chance or by mistake, what is found must hold elsewhere too."""
        import numpy as np

        with np.errstate(all="ignore"):
            with suppress(Valueless):
                answer = aligned_as_network(answer, self.graph)
            usual = (one for one in self._usual(answer, seen) if not self._is_turned(one, answer, seen))
            found = tuple(usual)
            if not found or found[0].cost > ONE_MISTAKE:
                found = self._repaired(answer, seen, found)
        return tuple(one for one in found if not any(_is_there(mistake, answer) for mistake in one.mistakes))

    def _is_turned(self, told: Explanation, answer: Tree, seen: Seen) -> bool:
        """Say whether a term that is said to be missing is written with the other sign: two uses may cancel."""
        for term in (dict(one.facts)["term"] for one in told.mistakes if one.kind is codes.MISSING_TERM):
            if isinstance(term, str | int | tuple):
                continue
            with suppress(Valueless):
                worth = self.point.of(Negative(bare(term)))
                terms = [part for node in walk(answer) if isinstance(node, Sum) for part in node.terms]
                wrote = [valued(seen[id(part)][1]) for part in terms if id(part) in seen]
                if any(one.shape == worth.shape and _are_alike(one, worth) for one in wrote):
                    return True
        return False

    def _holds(self, told: _Told, answer: Tree) -> bool:
        """Say whether usual mistakes give the answer at further points where units may be off, by chance or by one."""
        if not (
            self._is_bent or agree_by_chance(self._functions | functions_of(answer) | _spoken_of(told.explanation))
        ):
            return True
        agreeing = 0
        for point, _ in self.mending.points.first(_POINTS):
            meant, wrote = _finite(lambda: told.worth(point)), _finite(lambda: point.of(answer))  # noqa: B023 - at once
            if meant is None or wrote is None:
                continue  # a point where one of them has no value tells nothing
            if meant.shape != wrote.shape or not _are_alike(meant, wrote):
                return False
            agreeing += 1
        return agreeing >= _AGREEING

    def _usual(self, answer: Tree, seen: Seen) -> tuple[Explanation, ...]:
        """Give the usual mistakes that explain an answer, as far as something is seen at this point."""
        try:
            value = self.point.of(answer, None, seen)
        except Valueless:
            return ()
        if self._is_off or self._is_right(value.shape, complex(self.point.hashed(value))):
            return ()
        return self._explained(answer, value, seen)

    def _explained(self, answer: Tree, value: Valued, seen: Seen) -> tuple[Explanation, ...]:
        worth, truth = complex(self.point.hashed(value)), self._hash
        if not _size(worth) < _HUGE:
            return ()
        if max(abs(worth), abs(truth)) < _ZERO:
            return ()  # both are 0, of different shapes
        if abs(worth) < _ZERO and self._is_bent:
            return ()  # another unit may be off here
        if abs(worth) < _ZERO or abs(truth) < _ZERO:
            mistake = Mistake(codes.ZERO) if abs(worth) < _ZERO else Mistake(codes.NOT_ZERO)
            told = _Told(Explanation((mistake,), mistake.cost), lambda _: Valued(0 * value.array, value.shape))
            return (told.explanation,) if mistake.kind is codes.NOT_ZERO or self._holds(told, answer) else ()
        found = [*self._found(value.shape, worth, self.book), *self._only_a_number(value, worth)]
        if min((one.explanation.cost for one in found), default=_DEAR) > _SURE and self.book.further is not None:
            found += self._found(value.shape, worth, self.book.further)
        return self._ranked([one.explanation for one in self._likely(found, answer)], seen)

    def _likely(self, found: list[_Told], answer: Tree) -> Iterator[_Told]:
        """Keep the likeliest that hold; what is clearly less likely than one of them is not looked at."""
        most = _DEAR
        for one in sorted(found, key=lambda told: round(told.explanation.cost, 6)):
            if one.explanation.cost >= most:
                return
            if self._holds(one, answer):
                most = min(most, one.explanation.cost + _CLOSE)
                yield one

    def _found(self, shape: Shape, worth: complex, book: WrongAnswers) -> Iterator[_Told]:
        """Look an answer up in a book; two changes in different terms only where nothing likelier is there."""
        found = [self._told(hit, book) for hit in sorted(book.table.hits(shape, worth), key=_place)]
        cheapest = min((one.explanation.cost for one in found), default=_DEAR)
        if cheapest + _CLOSE > book.least:
            found += [self._told(hit, book) for hit in sorted(book.pairs.hits(shape, worth), key=_place)]
            cheapest = min((one.explanation.cost for one in found), default=_DEAR)
        yield from found
        if shape == self.book.truth.shape and cheapest > _SURE:
            yield from (self._told(hit, book) for hit in book.table.sums(worth))

    def _told(self, hit: Hit, book: WrongAnswers) -> _Told:
        mistakes = tuple(mistake for number in hit.changes for mistake in book.labels[number])
        if hit.factor != 1:
            mistakes = (*mistakes, *self._factor(hit.factor))

        def worth(point: TensorPoint) -> Valued:
            value = book.worth(hit.changes, point)
            return Valued(value.array * float(hit.factor), value.shape)

        return _Told(Explanation(mistakes, sum(mistake.cost for mistake in mistakes)), worth)

    def _factor(self, factor: Fraction) -> tuple[Mistake, ...]:
        """Tell by how much the whole is wrong: its sign, the 2 of the loss, a number."""
        size = abs(factor)
        found = [Mistake(codes.SIGN)] if factor < 0 else []
        if self._of_loss and size == Fraction(1, 2):
            found.append(Mistake(codes.CONVENTION, facts(which="missing-2"), _CONVENTION))
        elif size != 1:
            found.append(Mistake(codes.CONSTANT, facts(ratio=str(size)), _CONSTANT))
        return tuple(found)

    def _only_a_number(self, value: Valued, worth: complex) -> Iterator[_Told]:
        """See whether the answer is the key times a simple number."""
        if value.shape != self.book.truth.shape:
            return
        ratio = worth / self._hash
        if abs(ratio.imag) > 1e-9 * abs(ratio):
            return
        simple = simplest(ratio.real)
        if simple is not None:
            mistakes, factor = self._factor(simple), float(simple)

            def multiple(point: TensorPoint) -> Valued:
                value = self.mending.points.truth(point)
                return Valued(value.array * factor, value.shape)

            yield _Told(Explanation(mistakes, sum(mistake.cost for mistake in mistakes)), multiple)

    def _ranked(self, found: list[Explanation], seen: Seen) -> tuple[Explanation, ...]:
        """Order by cost and by what stands in the answer; each explanation once."""
        found = [explanation for explanation in found if explanation.cost <= DEAREST]
        found.sort(key=lambda explanation: round(explanation.cost, 6))
        if not found:
            return ()
        unique: dict[object, Explanation] = {}
        for explanation in found:
            unique.setdefault(frozenset(explanation.name), explanation)
        best = list(unique.values())[:_MOST]
        near = [one for one in best if one.cost < best[0].cost + _CLOSE]
        if len(near) < 2:  # noqa: PLR2004 - nothing to choose between
            return tuple(best)
        evidence = TensorEvidence(self.point, seen)
        weighed = [round(one.cost + sum(map(evidence.weigh, one.mistakes)), 6) for one in near]
        order = sorted(range(len(near)), key=lambda n: weighed[n])
        return (*(near[n] for n in order), *best[len(near) :])

    def _repaired(self, answer: Tree, seen: Seen, usual: tuple[Explanation, ...]) -> tuple[Explanation, ...]:
        """Change the answer so that it is right; ``usual`` are explanations by several usual mistakes."""

        def with_another(attempts: Attempts) -> tuple[Explanation, ...]:
            found = [
                Explanation((mistake, *left.mistakes), mistake.cost + left.cost)
                for number, value in (attempts.exchanges() if attempts.trial.point is self.point else ())
                if _ZERO < _size(worth := complex(self.point.hashed(value))) < _HUGE
                for hit in self.book.table.hits(value.shape, worth)
                if hit.factor == 1
                for mistake, tree in (attempts.made(number),)
                if mistake.cost + (left := (told := self._told(hit, self.book)).explanation).cost <= TWO_MISTAKES
                if all(goes_with(mistake, one, answer) for one in left.mistakes)
                and self.mending.leaves_sense(answer, tree)
                if self._holds(told, tree)
            ]
            return self._ranked(found, seen)

        return self.mending.explained(answer, usual, self.mending.agrees, with_another)

    @property
    def _is_bent(self) -> bool:
        return self.mending.points.is_bent

    @cached_property
    def _functions(self) -> set[str]:
        return {name for equation in self.graph.equations for name in functions_of(equation.right)}

    @cached_property
    def _is_off(self) -> bool:
        """Whether the key is 0 here because a unit is off: nothing is seen there."""
        return self._is_bent and abs(self._hash) < _ZERO

    def _is_right(self, shape: Shape, worth: complex) -> bool:
        if shape != self.book.truth.shape or not _size(worth) < _HUGE:
            return False
        return abs(worth - self._hash) <= _SAME * abs(self._hash)


def _finite(worth: Callable[[], Valued]) -> Valued | None:
    """Give a value; None where there is none."""
    import numpy as np

    with suppress(Valueless):
        value = worth()
        return value if np.isfinite(value.array).all() else None
    return None


def _spoken_of(told: Explanation) -> set[str]:
    """Name the operations that an explanation says were written."""
    facts_told = (fact for mistake in told.mistakes for name, fact in mistake.facts if name == "wrote")
    return {fact for fact in facts_told if isinstance(fact, str)} & OPERATIONS.keys()


def _are_alike(one: Valued, other: Valued) -> bool:
    import numpy as np

    size = np.abs(other.array).max(initial=0.0)
    return bool((np.abs(one.array - other.array) <= _SAME * size + _ZERO).all())


def _is_there(mistake: Mistake, answer: Tree) -> bool:
    """Say whether an answer applies a function where one is said to be missing."""
    at = dict(mistake.facts).get("at") if mistake.kind is codes.ACTIVATION_MISSING else None
    if at is None or isinstance(at, int | tuple):
        return False
    meant = Name(at) if isinstance(at, str) else bare(at)
    calls = (node for node in walk(answer) if isinstance(node, Call) and not node.order)
    return any(meant in map(bare, call.arguments) for call in calls)


def _size(worth: complex) -> float:
    """Measure a hash; the absolute value of a complex number may be too large for a float."""
    return max(abs(worth.real), abs(worth.imag))


def mending_of(steps: WorkedSteps, graph: Graph, point: TensorPoint | None = None) -> Mending:
    """Prepare to change answers as they are written, with what the steps to a key are made of."""
    changes = SmallChanges(graph, _pieces(steps), of_gradient=steps.linear)
    return Mending(changes, KeyPoints(graph, partial(key_of_steps, steps), point))


def _pieces(steps: WorkedSteps) -> Iterator[Tree]:
    """List what the formulas of the steps are made of, those nearest to the key first."""
    for step in reversed(steps.steps):
        for node in walk(step.formula):
            is_piece = isinstance(node, Name | Number | Sum | Call | Transpose | Quotient)
            if is_piece and not any(isinstance(part, Derivative) for part in walk(node)):
                yield node


def _place(hit: Hit) -> tuple[int, int]:
    """Order hits by the places of their changes, the likelier and the nearer to the key first."""
    return len(hit.changes), sum(hit.changes)
