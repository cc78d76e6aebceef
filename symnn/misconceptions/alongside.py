"""A formula laid beside the network's equations, node by node: where the two part, each slip is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import prod
from types import MappingProxyType
from typing import TypeAlias

from symnn.expressions.terms import ONE
from symnn.expressions.tree import (
    Call,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    names,
)
from symnn.misconceptions.edits import Editor, activation, left_out, turned_round
from symnn.misconceptions.equation_slips import affordable
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.residues import Residues
from symnn.verdicts import codes

__all__ = ["Alongside"]

_MOST_SLIPS = 2500
"""So many slips are worked out beforehand; in a large network those nearest to the key."""

_NONE: Mapping[int, Mistake] = MappingProxyType({})
_FOREIGN = 1.5
_MOST_IN_A_NAME = 2.0
"""One name is not taken for more mistakes than two."""

_MOST_STEPS = 160
_MOST_MISTAKES = 3

Found: TypeAlias = tuple[Mistake, ...] | None
"""The mistakes that make one tree of the other; nothing if they cannot be told."""

Signed: TypeAlias = tuple[int, Tree]


class Alongside:
    """The equations behind a key, each part with what it becomes by one slip.

    What is equal is passed over, what differs by one slip is looked up, and what differs in more is opened: a
    name by its equation, a function by its argument, a sum by its terms, a product by its factors.
    """

    def __init__(self, key: Tree, editor: Editor, residues: Residues, pieces: tuple[Tree, ...] = ()) -> None:
        self.graph = editor.graph
        self.residues = residues
        self._slips: dict[Tree, dict[int, Mistake]] = {}
        self._reach: dict[Tree, frozenset[str]] = {}
        most = affordable(editor.graph, _MOST_SLIPS)
        reached = {used for name in names(key) for used in self.graph.ancestors(name)}
        waiting: list[tuple[Tree, str]] = [(tree, "") for tree in (key, *pieces)]
        waiting += [
            (equation.right, equation.left) for equation in reversed(self.graph.equations) if equation.left in reached
        ]
        for tree, of in waiting:
            most -= self._prepare(tree, of, editor, most)

    def _prepare(self, tree: Tree, of: str, editor: Editor, most: int) -> int:
        """Work out the slips of a tree and of its parts; give how many there are."""
        if tree in self._slips or most <= 0:
            return 0
        found: dict[int, Mistake] = {}
        count = 0
        for mistake, wrong in editor.edits(tree, of):
            count += 1
            value = self.residues.known(wrong)
            if value is not None and (value not in found or found[value].cost > mistake.cost):
                found[value] = mistake
        self._slips[tree] = found
        return count + sum(self._prepare(part, of, editor, most - count) for part in _parts(tree))

    def mistakes(self, answer: Tree, key: Tree, value_of: Callable[[Tree], int | None]) -> tuple[Mistake, ...]:
        """Name all that makes this answer of the key, each mistake once; nothing if something is left unexplained."""
        found = _Reading(self, value_of).compared(answer, key)
        return tuple({mistake.name: mistake for mistake in found or ()}.values())

    def reach(self, meant: Tree) -> frozenset[str]:
        """Give the names in a tree of the key and in the equations behind it."""
        if meant not in self._reach:
            ancestors = self.graph.ancestors
            self._reach[meant] = frozenset(used for name in names(meant) for used in (name, *ancestors(name)))
        return self._reach[meant]

    def slip(self, meant: Tree, value: int) -> Mistake | None:
        """Give the one slip by which a tree of the key becomes worth this much."""
        return self._slips.get(meant, _NONE).get(value)


class _Reading:
    """One answer being compared; gives up after so many steps."""

    def __init__(self, key: Alongside, value_of: Callable[[Tree], int | None]) -> None:
        self.key = key
        self.value_of = value_of
        self.steps = 0

    def compared(self, answer: Tree, meant: Tree) -> Found:
        """Name the mistakes that make ``answer`` of ``meant``."""
        self.steps += 1
        value = self.value_of(answer)
        if value is None or self.steps > _MOST_STEPS:
            return None
        if value == self.key.residues.known(meant):
            return ()
        slip = self.key.slip(meant, value)
        if slip is not None:
            return (slip,)
        return self._opened(answer, meant)

    def _opened(self, answer: Tree, meant: Tree) -> Found:
        leaf = isinstance(answer, Name | Number)
        found = None if leaf and not self._belongs(answer, meant) else self._inside(answer, meant)
        if leaf and (found is None or _weight(found) > _MOST_IN_A_NAME):
            return _foreign(answer, meant) or found
        return found

    def _belongs(self, answer: Tree, meant: Tree) -> bool:
        """Say whether a name has to do with what is meant."""
        return isinstance(answer, Name) and answer.name in self.key.reach(meant)

    def _inside(self, answer: Tree, meant: Tree) -> Found:
        match meant:
            case Name(name):
                right = self.key.graph.definitions.get(name)
                return None if right is None else self.compared(answer, right)
            case Call(_, (argument,)):
                return self._called(answer, meant, argument)
            case Power(base, exponent):
                return self._raised(answer, base, exponent)
            case Quotient(over, under) if isinstance(answer, Quotient):
                return _both(self.compared(answer.over, over), self.compared(answer.under, under))
            case Negative(operand) if isinstance(answer, Negative):
                return self.compared(answer.operand, operand)
            case Sum():
                return self._summed(answer, meant)
            case Product():
                return self._multiplied(answer, meant)
        return None

    def _called(self, answer: Tree, meant: Call, argument: Tree) -> Found:
        """Compare what the function is applied to; another function or none is a mistake of its own."""
        wrote = answer if isinstance(answer, Call) and len(answer.arguments) == 1 else None
        inner = answer if wrote is None else wrote.arguments[0]
        if wrote is not None and wrote.function == meant.function and wrote.order == meant.order:
            return self.compared(inner, argument)
        mistake = activation(meant, wrote, self.key.graph)
        return None if mistake is None else _both((mistake,), self.compared(inner, argument))

    def _raised(self, answer: Tree, base: Tree, exponent: Tree) -> Found:
        if isinstance(answer, Power) and self.value_of(answer.exponent) == self.key.residues.known(exponent):
            return self.compared(answer.base, base)
        if isinstance(answer, Power):
            return None
        mistake = Mistake(codes.EXPONENT, facts(meant=exponent, wrote="1"), lacks=(Power(base, exponent),))
        return _both((mistake,), self.compared(answer, base))

    def _summed(self, answer: Tree, meant: Sum) -> Found:
        """Compare term by term: equal terms go, the others are paired so that least is wrong."""
        graph, ours = self.key.graph, _terms(meant)
        return self._first(
            self._paired(*self._unlike(theirs, ours), lambda signed: left_out(_signed(signed), graph))
            for theirs in _readings(_terms, answer)
        )

    def _term(self, answer: Signed, meant: Signed) -> Found:
        found = self.compared(answer[1], meant[1])
        if answer[0] == meant[0] or found is None:
            return found
        return _both((turned_round(_signed(meant), self.key.graph),), found)

    def _multiplied(self, answer: Tree, meant: Product) -> Found:
        """Compare factor by factor, the signs apart."""
        ours = [(1, factor) for _, factor in _factors(meant)]
        turned = (Mistake(codes.SIGN, facts(at=meant)),)
        return self._first(
            _both(
                turned if prod(sign for sign, _ in theirs) < 0 else (),
                self._paired(*self._unlike([(1, factor) for _, factor in theirs], ours), _lost, _extra),
            )
            for theirs in _readings(_factors, answer)
        )

    @staticmethod
    def _first(found: Iterable[Found]) -> Found:
        return next((mistakes for mistakes in found if mistakes is not None), None)

    def _unlike(self, theirs: list[Signed], ours: list[Signed]) -> tuple[list[Signed], list[Signed]]:
        """Take away what is equal on both sides."""
        values = [(sign, self.key.residues.known(tree)) for sign, tree in ours]
        unlike, left = [], list(ours)
        for sign, tree in theirs:
            own = (sign, self.value_of(tree))
            if own in values:
                place = values.index(own)
                del values[place], left[place]
            else:
                unlike.append((sign, tree))
        return unlike, left

    def _paired(
        self,
        theirs: list[Signed],
        ours: list[Signed],
        lost: Callable[[Signed], Mistake],
        extra: Callable[[Signed], Mistake] | None = None,
    ) -> Found:
        """Pair what differs so that least is wrong; what is left over on our side was lost, on theirs is too much."""
        if (len(theirs) > len(ours) and extra is None) or max(len(theirs), len(ours)) > _MOST_MISTAKES:
            return None
        options = [
            (_weight(found), place, other, found)
            for place, one in enumerate(theirs)
            for other in self._likest(one, ours)
            if (found := self._term(one, ours[other])) is not None
        ]
        mistakes: tuple[Mistake, ...] = ()
        mine, yours = dict(enumerate(ours)), dict(enumerate(theirs))
        for _, place, other, found in sorted(options, key=lambda option: option[:3]):
            if place in yours and other in mine:
                mistakes += found
                del yours[place], mine[other]
        if yours and extra is None:
            return None
        mistakes += tuple(lost(signed) for signed in mine.values())
        mistakes += tuple(extra(signed) for signed in yours.values() if extra)
        return mistakes

    def _likest(self, answer: Signed, ours: list[Signed]) -> list[int]:
        """Say which of these trees share most names with a part of the answer, their equations included."""
        if len(ours) == 1:
            return [0]
        own = frozenset(names(answer[1]))
        shared = [len(own & self.key.reach(tree)) for _, tree in ours]
        return [place for place, count in enumerate(shared) if count == max(shared)]


def _weight(found: Sequence[Mistake]) -> float:
    return sum(mistake.cost for mistake in found)


def _both(first: Found, second: Found) -> Found:
    return None if first is None or second is None else first + second


def _foreign(answer: Tree, meant: Tree) -> Found:
    """Say that one name stands for another with which it has nothing to do."""
    if not isinstance(answer, Name) or not isinstance(meant, Name):
        return None
    return (Mistake(codes.WRONG_FACTOR, facts(meant=meant.name, wrote=answer.name), _FOREIGN, (answer,), (meant,)),)


def _lost(signed: Signed) -> Mistake:
    return Mistake(codes.MISSING_FACTOR, facts(factor=signed[1]), lacks=(signed[1],))


def _extra(signed: Signed) -> Mistake:
    return Mistake(codes.EXTRA_FACTOR, facts(factor=signed[1]), 1.5, (signed[1],))


def _signed(signed: Signed) -> Tree:
    return Negative(signed[1]) if signed[0] < 0 else signed[1]


def _readings(parts: Callable[..., list[Signed]], tree: Tree) -> Iterator[list[Signed]]:
    """Take an answer apart with its brackets kept, and with those opened."""
    kept, opened = parts(tree, deep=False), parts(tree)
    yield kept
    if len(opened) > len(kept):
        yield opened


def _terms(tree: Tree, sign: int = 1, *, deep: bool = True) -> list[Signed]:
    """List the terms of a sum, ``deep`` those of the sums inside as well."""
    match tree:
        case Sum(terms):
            inside = ((sign * own, part) for own, part in map(_unsigned, terms))
            return [signed for own, part in inside for signed in (_terms(part, own) if deep else [(own, part)])]
        case Negative(operand):
            return _terms(operand, -sign, deep=deep)
    return [(sign, tree)]


def _factors(tree: Tree, sign: int = 1, *, deep: bool = True) -> list[Signed]:
    """List the factors of a product, ``deep`` those of the products inside as well."""
    match tree:
        case Product(parts):
            inside = map(_unsigned, parts)
            found = [signed for own, part in inside for signed in (_factors(part, own) if deep else [(own, part)])]
            return [(sign * found[0][0], found[0][1]), *found[1:]] if found else []
        case Negative(operand):
            return _factors(operand, -sign, deep=deep)
    return [] if tree == ONE and sign > 0 else [(sign, tree)]


def _unsigned(tree: Tree) -> Signed:
    return (-1, tree.operand) if isinstance(tree, Negative) else (1, tree)


def _parts(tree: Tree) -> Iterable[Tree]:
    """Give the parts of a key's tree that an answer may be compared with."""
    match tree:
        case Sum() | Product():
            return [part for _, part in (_terms(tree) if isinstance(tree, Sum) else _factors(tree))]
        case Call(_, (argument,)):
            return (argument,)
        case Power(base, _):
            return (base,)
        case Negative(operand):
            return (operand,)
        case Quotient(over, under):
            return (over, under)
    return ()
