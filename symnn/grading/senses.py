"""How the names of two trees are taken: all as free quantities, or the named results as their equations.

Agreement with all names free proves equality, whatever the equations are; it is quick and tried first.
"""

from __future__ import annotations

from math import lcm
from operator import itemgetter
from typing import Literal

from msgspec import Struct

from symnn.grading.code import CIRCLE, LOG, ROOT, Code
from symnn.grading.meaning import Meaning, reached
from symnn.grading.points import Point, Run
from symnn.grading.programs import Compiler
from symnn.grading.rewriting import rewritten
from symnn.language.tree import Tree, names

__all__ = ["Compiled", "Mode", "Sense"]

_HARD = ROOT | LOG | CIRCLE
_MANY = 60
"""So many equations are evaluated in their order, not by recursion."""


Mode = Literal["plain", "rewritten", "circle"]
"""How a tree is prepared: as it is unless it must be rewritten; rewritten; or with √2 and √3 on the circle."""


class Compiled(Struct, frozen=True, gc=False):
    """A compiled tree with what it needs, the names it uses, and those under roots and logarithms."""

    code: Code
    needs: int
    names: tuple[str, ...]
    turns: int = 1
    squares: tuple[str, ...] = ()
    logarithms: tuple[str, ...] = ()
    divides: bool = False


class Sense:
    """Compiles trees with the names taken in one way."""

    def __init__(self, meaning: Meaning, *, full: bool = False) -> None:
        self.meaning = meaning
        self.full = full
        self.codes: dict[str, Code] = {}
        self.runs: dict[str, Run] = {}
        self.parts: dict[str, Compiled] = {}

    def compiled(self, tree: Tree, mode: Mode = "plain") -> Compiled:
        """Compile a tree. Raises Undefined, TooLarge, NotScalar."""
        if self.full:
            self._learn(names(tree))
        compiler = Compiler(self.meaning, self.codes)
        code = compiler.code(tree)
        if not compiler.needs and not self.full:
            return Compiled(code, 0, tuple(compiler.used), divides=compiler.divides)
        turns = 1
        if compiler.needs & _HARD or mode != "plain":
            better, turns = rewritten(tree, self.meaning, expand=self.full, circle=mode == "circle")
            if self.full:
                self._learn(names(better))
            compiler = Compiler(self.meaning, self.codes)
            code = compiler.code(better)
        return self._collected(code, compiler, tuple(compiler.used), turns)

    def _collected(self, code: Code, compiler: Compiler, used: tuple[str, ...], turns: int) -> Compiled:
        parts = [self.parts[name] for name in used if name in self.parts]
        needs, squares, logarithms = compiler.needs, list(compiler.squares), list(compiler.logarithms)
        for part in parts:
            needs |= part.needs
            squares += part.squares
            logarithms += part.logarithms
            turns = lcm(turns, part.turns)
        return Compiled(code, needs, used, turns, tuple(squares), tuple(logarithms), compiler.divides)

    def _learn(self, used: tuple[str, ...]) -> None:
        """Compile the equations of named results, the ones used by others first."""
        equations = self.meaning.equations
        unknown = tuple(name for name in used if name in equations and name not in self.parts)
        for name in reached(unknown, equations) if unknown else ():
            equation = equations.get(name)
            if equation is None or name in self.parts:
                continue
            part = self.compiled(equation)
            run = part.code.run
            self.runs[name] = run
            code = part.code
            self.codes[name] = Code(itemgetter(name), code.top, code.bottom, code.over, code.under, code.depth)
            self.parts[name] = part

    def leaves(self, used: tuple[str, ...]) -> tuple[str, ...]:
        """List the free quantities behind some names, in alphabetical order."""
        if not self.full:
            return tuple(sorted(set(used)))
        equations = self.meaning.equations
        return tuple(sorted({name for name in reached(used, equations) if name not in equations}))

    def warm(self, point: Point, used: tuple[str, ...], depth: int) -> None:
        """Evaluate many equations in their order, so that none is reached by deep recursion."""
        order = [name for name in reached(used, self.meaning.equations) if name in self.runs]
        if len(order) < _MANY:
            return
        storeys = [point]
        for _ in range(depth):
            storeys.append(storeys[-1].above)
        for level in range(depth, -1, -1):
            for name in order:
                if self.codes[name].depth + level <= depth:
                    storeys[level][name]  # looking it up evaluates it
