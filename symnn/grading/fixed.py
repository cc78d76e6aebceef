"""One fixed point of a course: the residues of any tree there, for looking things up.

It decides no marks: the diagnosis compares quotients and differences of residues with those of the
derivation's own factors. The judge draws its points afresh for every answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symnn.grading.code import CIRCLE, ROOT, NotASquare, NotScalar
from symnn.grading.constants import TooLarge
from symnn.grading.meaning import Meaning
from symnn.grading.points import Point, Undefined, World, drawn_seed
from symnn.grading.senses import Sense
from symnn.grading.towers import PLAIN, ROOTS, Kind, Tower, circle, tower
from symnn.language.tree import Tree, names

__all__ = ["FixedPoint"]

_SPARE = 2
"""How many more exponentials than the equations have are foreseen for trees."""

_TRIES = 40


class FixedPoint:
    """The residues of trees at a point that only the course key and the exercise choose.

    ``modulus`` is the product of two primes of 62 bits or more, so that quotients of small whole numbers can
    be recognised. Named results are their equations.

    >>> from symnn.language.tree import Name, Number, Product
    >>> point = FixedPoint(Meaning())
    >>> x = point.value(Name("x"))
    >>> point.fraction(point.value(Product((Number(3), Name("x")))) * pow(x, -1, point.modulus))
    Fraction(3, 1)
    """

    def __init__(self, meaning: Meaning, trees: tuple[Tree, ...] = ()) -> None:
        self.meaning = meaning
        self._sense = Sense(meaning, full=True)
        self._needs, self._depth, self._turns = 0, _SPARE, 1
        self._learn(trees)
        self._world = self._drawn(trees)
        self.modulus = self._world.ground.modulus

    def _learn(self, trees: tuple[Tree, ...]) -> None:
        from symnn.language.tree import Name

        for tree in (*map(Name, self.meaning.equations), *trees):
            try:
                part = self._sense.compiled(tree)
            except (Undefined, TooLarge, NotScalar):
                continue
            self._needs |= part.needs
            self._depth = max(self._depth, part.code.depth + _SPARE)
            self._turns = max(self._turns, part.turns)

    @property
    def _kind(self) -> Kind:
        if self._needs & ROOT:
            return ROOTS
        return circle(self._turns) if self._needs & CIRCLE else PLAIN

    def _drawn(self, trees: tuple[Tree, ...]) -> World:
        """Draw the point; where even roots occur, one at which the equations have values."""
        leaves = self._sense.leaves(tuple(self.meaning.equations))
        world: World | None = None
        for draw in range(_TRIES):
            seed = drawn_seed(self.meaning.key, self.meaning.digest, b"fixed point", b"%d" % draw)
            chosen: Tower = tower(seed, self._depth, self._kind)
            world = World(chosen, self._kind, seed, leaves, self._sense.runs)
            self._world = world
            if all(self.value(tree) is not None for tree in trees) or not self._needs & ROOT:
                break
        assert world is not None  # noqa: S101 - at least one point is drawn
        return world

    def value(
        self,
        tree: Tree,
        given: Mapping[str, int] | None = None,
        instead: Mapping[str, Tree] | None = None,
    ) -> int | None:
        """Give the residue of a tree, None where it has none (division by 0, no number, too large).

        ``given`` puts residues in the place of names (not inside exponents, which live in another field);
        ``instead`` gives names other equations, everything that uses them being evaluated anew.
        """
        try:
            code = self._sense.compiled(tree).code
            if code.depth >= len(self._world.tower):
                return None
            return code.run(self._point(given, instead))
        except (Undefined, TooLarge, NotScalar, NotASquare, RecursionError):
            return None

    def _point(self, given: Mapping[str, int] | None, instead: Mapping[str, Tree] | None) -> Point:
        base = self._world
        if not given and not instead:
            return base.ground
        runs = dict(base.equations)
        for name, tree in (instead or {}).items():
            runs[name] = self._sense.compiled(tree).code.run
        world = World(base.tower, base.kind, base.seed, tuple(base.index), runs)
        world.ground.update(given or {})
        return world.ground

    def fraction(self, residue: int, most: int = 10_000) -> Fraction | None:
        """Give the fraction of small numbers that a residue is, None if it is none."""
        above, under, before, now = self.modulus, residue % self.modulus, 0, 1
        while under > most:
            above, (quotient, under) = under, divmod(above, under)
            before, now = now, before - quotient * now
        return Fraction(under, now) if abs(now) <= most else None

    def known(self, tree: Tree) -> tuple[str, ...]:
        """List the free quantities that a tree depends on."""
        return self._sense.leaves(names(tree))
