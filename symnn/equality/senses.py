"""How the names of two trees are taken: all as free quantities, or the named results as their equations.

Agreement with all names free proves equality, whatever the equations are; it is quick and tried first. Between
the two: the values of units stay free, but f(a3) is known to be y, and weighted sums are their equations.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from math import lcm
from operator import itemgetter
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.adjoint import is_adjoint
from symnn.equality.alike import parts, signature
from symnn.equality.meaning import Meaning, names_reached
from symnn.equality.programs import Compiler
from symnn.equality.ranges import Ranges
from symnn.equality.residue_code import BROKEN, CIRCLE, KINK, LOG, REWRITTEN, ROOT, Code, NotScalar
from symnn.equality.residue_points import CompiledUnit, ResiduePoint, Run, Undefined, World
from symnn.equality.rewriting import rewritten
from symnn.equality.work import account, spend
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import Call, Tree, names

__all__ = ["Compiled", "Mode", "Sense", "UnitSense", "coded"]

_HARD = ROOT | LOG | CIRCLE
_MOST_KNOWN = 1024
_MANY = 60
"""So many equations are evaluated in their order, not by recursion."""
_COMPILED = 5
"""What compiling a node costs."""


Mode = Literal["plain", "rewritten", "circle"]
"""How a tree is prepared: as it is unless it must be rewritten; rewritten; or with √2 and √3 on the circle."""


class Compiled(Struct, frozen=True, gc=False):
    """A compiled tree with what it needs, the names it uses, and those under roots and logarithms.

    ``nodes`` counts what is evaluated at each point, ``powers`` the powers of residues among it; ``work`` is what
    compiling cost. ``normal`` is the digest of a tree that was rewritten and still has even roots: trees that become
    the same are equal, and need not be looked at in 48 fields.
    """

    code: Code
    needs: int
    names: tuple[str, ...]
    turns: int = 1
    squares: tuple[str, ...] = ()
    logarithms: tuple[str, ...] = ()
    divides: bool = False
    nodes: int = 0
    powers: int = 0
    work: int = 0
    normal: bytes = b""


def _unspelled(equations: Mapping[str, Tree]) -> Mapping[str, Tree]:
    """Pick the equations of adjoints, ``dE/da3``: names of ours that no answer can have typed."""
    return {name: equation for name, equation in equations.items() if is_adjoint(name)}


def coded(compiler: Compiler, tree: Tree) -> Code:
    """Compile a tree and count what that costs, also where it fails."""
    try:
        return compiler.of(tree)
    finally:
        spend(_COMPILED * compiler.nodes)


class Sense:
    """Compiles trees with the names taken in one way.

    ``equations`` are those that count; if none are given those of adjoints, whose names no answer can have typed.
    """

    def __init__(self, meaning: Meaning, equations: Mapping[str, Tree] | None = None) -> None:
        self.meaning = meaning
        self.equations = _unspelled(meaning.equations) if equations is None else equations
        self.codes: dict[str, Code] = {}
        self.runs: dict[str, Run] = {}
        self.parts: dict[str, Compiled] = {}
        self.ranges = Ranges(meaning)
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._weights: dict[tuple[str, ...], tuple[int, int]] = {}
        self._answer: tuple[Tree, dict[Mode, Compiled]] | None = None
        self._drawn: tuple[bytes, dict[object, World]] = (b"", {})
        self.looked: tuple[Tree, object, Any] | None = None
        """The answer that was looked at last, where, and what it is there: the next reference asks the same."""

    def drawn(self, seed: bytes) -> dict[object, World]:
        """Give the points that were drawn for the answer of this seed, the answer compared last."""
        if self._drawn[0] != seed:
            self._drawn = (seed, {})
        return self._drawn[1]

    def answer(self, tree: Tree, mode: Mode = "plain") -> Compiled:
        """Compile an answer, once for all references that it is compared with one after the other."""
        if self._answer is None or self._answer[0] is not tree:
            self._answer = (tree, {})
        modes = self._answer[1]
        if mode not in modes:
            modes[mode] = self.compiled(tree, mode)
        return modes[mode]

    def compiled(self, tree: Tree, mode: Mode = "plain") -> Compiled:
        """Compile a tree, and say what that has cost. Raises Undefined, TooLarge, NotScalar."""
        with account() as cost:
            compiled = self._compiled(tree, mode)
        return replace(compiled, work=cost.spent)

    def _compiled(self, tree: Tree, mode: Mode) -> Compiled:
        if self.equations:
            self.learn(names(tree))
        compiler = Compiler(self.meaning, self.codes, self.ranges)
        if self.meaning.shapes:
            compiler.repeated = dict.fromkeys(parts(tree).repeated)
        code = coded(compiler, tree)
        if not compiler.needs and not self.equations:
            return self._collected(code, compiler, tuple(compiler.used), 1)
        turns, normal = 1, b""
        if compiler.needs & _HARD or mode != "plain":
            better, turns = rewritten(tree, self.meaning, self.equations, circle=mode == "circle")
            shared = parts(better)
            if self.equations:
                self.learn(shared.names)
            ranges = Ranges(self.meaning, self.ranges.known, all_parts=True)
            compiler = Compiler(self.meaning, self.codes, ranges)
            compiler.repeated = dict.fromkeys(shared.repeated)
            code = coded(compiler, better)
            if compiler.needs & ROOT:
                normal = signature(better)
            compiler.needs |= REWRITTEN
        collected = self._collected(code, compiler, tuple(compiler.used), turns)
        return replace(collected, normal=normal) if normal else collected

    def _collected(self, code: Code, compiler: Compiler, used: tuple[str, ...], turns: int) -> Compiled:
        parts = [self.parts[name] for name in used if name in self.parts]
        needs, squares, logarithms = compiler.needs, list(compiler.squares), list(compiler.logarithms)
        for part in parts:
            needs |= part.needs
            squares += part.squares
            logarithms += part.logarithms
            turns = lcm(turns, part.turns)
        divides, nodes, powers = compiler.divides, compiler.nodes, compiler.powers
        return Compiled(code, needs, used, turns, tuple(squares), tuple(logarithms), divides, nodes, powers)

    def learn(self, used: tuple[str, ...]) -> None:
        """Compile the equations of named results, the ones used by others first."""
        equations = self.equations
        unknown = tuple(name for name in used if name in equations and name not in self.parts)
        for name in names_reached(unknown, equations) if unknown else ():
            equation = equations.get(name)
            if equation is None or name in self.parts:
                continue
            part = self.compiled(equation)
            run = part.code.run
            self.runs[name] = run
            code = part.code
            kinks = part.needs & (KINK | BROKEN | REWRITTEN)
            self.codes[name] = Code(itemgetter(name), code.top, code.bottom, code.over, code.under, code.depth, kinks)
            self.parts[name] = part

    def units(self, used: tuple[str, ...]) -> tuple[CompiledUnit, ...]:
        """List the units whose values are known by their arguments: here none."""
        del used
        return ()

    def weight(self, used: tuple[str, ...]) -> tuple[int, int]:
        """Count nodes and powers that are evaluated at each new point beside the trees: of the equations reached."""
        if not self.equations:
            return len(used), 0
        if used not in self._weights:
            if len(self._weights) >= _MOST_KNOWN:
                self._weights.clear()
            behind = self._reached(used)
            parts = [self.parts[one] for one in behind if one in self.parts]
            nodes = len(behind) + sum(part.nodes for part in parts)
            self._weights[used] = nodes, sum(part.powers for part in parts)
        return self._weights[used]

    def leaves(self, used: tuple[str, ...]) -> tuple[str, ...]:
        """List the free quantities behind some names, in alphabetical order."""
        if not self.equations:
            return tuple(sorted(set(used)))
        return tuple(sorted({name for name in self._reached(used) if name not in self.equations}))

    def _reached(self, used: tuple[str, ...]) -> tuple[str, ...]:
        known = self._known.get(used)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[used] = names_reached(used, self.equations)
        return known

    def warm(self, point: ResiduePoint, used: tuple[str, ...], depth: int) -> None:
        """Evaluate many equations in their order, so that none is reached by deep recursion."""
        order = [name for name in self._reached(used) if name in self.runs]
        if len(order) < _MANY:
            return
        storeys = [point]
        for _ in range(depth):
            storeys.append(storeys[-1].above)
        for level in range(depth, -1, -1):
            for name in order:
                if self.codes[name].depth + level <= depth:
                    storeys[level][name]  # looking it up evaluates it


class UnitSense(Sense):
    """The values of units y = f(a3) stay free, their arguments are their equations, and f(a3) is y."""

    def __init__(self, meaning: Meaning) -> None:
        super().__init__(meaning)
        self.equations = meaning.equations
        self._unit_of: dict[str, CompiledUnit] = {}
        self._squares: set[str] = set()
        for name in names_reached(tuple(meaning.equations), meaning.equations):
            equation = meaning.equations.get(name)
            if equation is not None:
                with suppress(Undefined, TooLarge, NotScalar, RecursionError):
                    self._take(name, equation)
        self.functions = frozenset(unit.function for unit in self._unit_of.values())

    def _compiler(self) -> Compiler:
        return Compiler(self.meaning, self.codes, self.ranges)

    def _take(self, name: str, equation: Tree) -> None:
        """Take a name for a unit's value, or for its equation where that is a polynomial."""
        compiler = self._compiler()
        if isinstance(equation, Call) and len(equation.arguments) == 1 and not equation.order:
            self._unit_of[name] = CompiledUnit(equation.function, compiler.of(equation.arguments[0]).run, name)
            self._squares.update(compiler.squares)
            return
        code = compiler.of(equation)
        if not compiler.needs and not code.depth and not code.bottom:
            self.runs[name] = code.run
            self.codes[name] = Code(itemgetter(name), code.top, code.bottom, code.over, code.under, code.depth)

    def compiled(self, tree: Tree, mode: Mode = "plain") -> Compiled:
        """Compile a tree; the functions of units are looked up by their arguments."""
        del mode
        compiler = self._compiler()
        compiler.units = self.functions
        code = compiler.of(tree)
        nodes, used = compiler.nodes, tuple(compiler.used)
        divides, powers = compiler.divides, compiler.powers
        squares = tuple(sorted(self._squares.union(compiler.squares)))
        return Compiled(code, compiler.needs, used, 1, squares, (), divides, nodes, powers, work=_COMPILED * nodes)

    def units(self, used: tuple[str, ...]) -> tuple[CompiledUnit, ...]:
        """List the units among the names that some names reach."""
        return tuple(self._unit_of[name] for name in self._reached(used) if name in self._unit_of)

    def leaves(self, used: tuple[str, ...]) -> tuple[str, ...]:
        """List all names reached that are not expanded, in alphabetical order."""
        return tuple(sorted(name for name in self._reached(used) if name not in self.runs))
