"""The steps of a derivation, each judged: whether a side follows from the one before it, and whether it is true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from symnn.expressions.tree import Derivative, Name, Tree, walk
from symnn.steps.rearranging import arranged
from symnn.steps.statements import Side, Stated, Statement
from symnn.steps.uses import StepUse, use
from symnn.steps.ways import Ways
from symnn.verdicts.verdict import Judgement

__all__ = ["Compare", "Step", "is_anchor", "stepped"]

Compare = Callable[[Side, Side], Judgement]
"""Says whether a side (the second) equals another (the first)."""


class Step(Struct, frozen=True):
    """From one side to the next.

    ``first`` is what the statement is about; ``true`` says whether the side equals it, ``follows`` whether it
    equals the side before. ``repeated`` steps were made
    already, or say that something equals itself. None is undecided.
    """

    first: Side
    before: Side
    side: Side
    true: bool | None
    follows: bool | None
    use: StepUse
    about_asked: bool = False
    defines: bool = False
    repeated: bool = False

    @property
    def is_wrong(self) -> bool:
        """Whether the step does not follow."""
        return self.follows is False

    def is_work(self, ways: Ways) -> bool:
        """Whether the step shows work: more than the answer, a rearrangement, or an equation copied."""
        if not self.true or self.repeated or self.restates(ways):
            return False
        if self.about_asked:
            moved = self.before is not self.first and self.use.rule != "arithmetic"
            return moved or bool(ways.links(self.side.plain))
        if not (self.defines or is_anchor(self.first.plain, ways)):
            return False
        given = ways.graph.definitions.get(self.first.plain.name) if isinstance(self.first.plain, Name) else None
        return self.defines or given is None or arranged(given) != arranged(self.side.plain)

    @property
    def is_lone_answer(self) -> bool:
        """Whether the step goes straight from the question to an answer: f' in it is a value, no work."""
        return self.before is self.first and not any(isinstance(node, Derivative) for node in walk(self.side.plain))

    def restates(self, ways: Ways) -> bool:
        """Whether the side has what the statement is about in it again: ``dE/dw = 1*dE/dw`` says nothing."""
        return any(link in ways.links(self.side.plain) for link in ways.links(self.first.plain)[:1])


def is_anchor(tree: Tree, ways: Ways) -> bool:
    """Say whether a left side speaks about the network: a computed quantity, or something with a partial in it.

    >>> from symnn.networks.graph import Graph
    >>> from symnn.expressions.tree import Number
    >>> is_anchor(Number(2), Ways(Graph({}, ())))
    False
    """
    return (isinstance(tree, Name) and tree.name in ways.graph.definitions) or bool(ways.links(tree))


def stepped(stated: Stated, lefts: frozenset[Tree], ways: Ways, compare: Compare) -> tuple[Step, ...]:
    """Judge every side against the one before it, and against what its statement is about."""
    done: dict[tuple[Tree, Tree], bool | None] = {}
    steps: list[Step] = []
    equations = stated.graph.definitions
    for statement in stated.statements:
        turned = _turned(statement, lefts, equations)
        about = turned.sides[0].plain in lefts
        steps += [replace(step, about_asked=about) for step in _of(turned, done, ways, equations, compare)]
    return tuple(steps)


def _turned(statement: Statement, lefts: frozenset[Tree], equations: Mapping[str, Tree]) -> Statement:
    """Put what the statement is about first: ``2(y - z) = ∂E/∂y`` says the same as the other way round."""
    sides = statement.sides
    place = next((at for at, side in enumerate(sides) if side.plain in lefts), 0)
    if not place and not _is_left(sides[0].plain, equations) and _is_left(sides[-1].plain, equations):
        place = len(sides) - 1 if len(sides) == 2 else 0  # noqa: PLR2004 - one equals sign
    return Statement((sides[place], *sides[:place], *sides[place + 1 :]), statement.defines)


def _is_left(tree: Tree, equations: Mapping[str, Tree]) -> bool:
    return isinstance(tree, Derivative) or (isinstance(tree, Name) and tree.name in equations)


def _of(
    statement: Statement,
    done: dict[tuple[Tree, Tree], bool | None],
    ways: Ways,
    equations: Mapping[str, Tree],
    compare: Compare,
) -> Iterator[Step]:
    """Judge the steps of one statement; what was said before is not judged again."""
    first, *others = statement.sides
    before, was_true = first, True
    for side in others:
        known = (first.plain, side.plain)
        repeated = known in done or side.plain == first.plain
        if known not in done:
            done[known] = compare(first, side).equal
        true = done[known]
        follows = true if was_true or true is None else _follows(before, side, compare, true=true)
        step = Step(first, before, side, true, follows, use(before.plain, side.plain, ways, equations))
        yield replace(step, defines=statement.defines, repeated=repeated)
        said_again = true and (side.plain == first.plain or step.restates(ways))
        before, was_true = (before, was_true) if said_again else (side, true is True)


def _follows(before: Side, side: Side, compare: Compare, *, true: bool) -> bool | None:
    """Say whether a side follows from a wrong one: the right value does not."""
    return False if true else compare(before, side).equal
