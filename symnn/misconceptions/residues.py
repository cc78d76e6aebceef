"""Trees evaluated modulo one prime at one fixed point, fast: where wrong answers are compared with hypotheses.

The point is fixed and public: the diagnosis explains what the judge has already decided, it decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from symnn.derivation.primes import carried_out
from symnn.equality.meaning import Lambda, Meaning, about_network
from symnn.equality.programs import Compiler
from symnn.equality.residue_code import CIRCLE, LOG, ROOT, NotASquare, NotScalar
from symnn.equality.residue_points import ResiduePoint, Run, Undefined, World
from symnn.equality.rewriting import rewritten
from symnn.equality.senses import Compiled, Sense, coded
from symnn.equality.towers import PLAIN, ROOTS, circle, tower
from symnn.equality.work import account, spend, spend_once
from symnn.expressions.literals import TooLarge
from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    bare,
)
from symnn.expressions.valuation import Valuation
from symnn.networks.graph import Graph
from symnn.ops import named

__all__ = ["NoResidue", "Residues", "SeenResidues", "network_meaning"]

_SEED = b"symnn: the fixed point of the diagnosis"
_DEEPER = 1
"""How many exponentials more than the key an answer may nest."""

_DRAWS = 64
_LARGEST_EXPONENT = 4096
_MOST_BITS, _LEAST_BITS, _BITS_A_STOREY = 60, 32, 11
"""The highest prime should fit into two digits of a Python number: that is fastest."""

_MOST_KEPT = 4096
"""Powers and compiled functions that are remembered."""

_MOST_COMPILED, _MOST_NODES = 40_000, 4_000
"""So much compiling one formula may take, and so many nodes: ten times what any takes that students wrote."""

_ANEW = 3
"""What compiling costs for each unit of a verdict's: hundreds of changes of one answer are compiled, each once."""


class NoResidue(Exception):  # noqa: N818 - it says that there is nothing to compare
    """The tree has no residue at this point."""


def network_meaning(graph: Graph, domains: Mapping[str, object] = MappingProxyType({})) -> Meaning:
    """Say what a network's names mean to the judge's compiler; known activations go by their own name."""
    functions = {
        name: Lambda(
            (function.parameter,),
            Call(function.known, (Name(function.parameter),)) if function.known else function.body,
        )
        for name, function in graph.functions.items()
    }
    meaning = Meaning(graph.definitions, functions, domains, conventions=graph.conventions)  # type: ignore[arg-type]
    return about_network(graph, meaning)


class SeenResidues:
    """What was evaluated of one answer: residues by ``id`` of the node, and the first node of each residue."""

    __slots__ = ("nodes", "values")

    def __init__(self, values: dict[int, int] | None = None) -> None:
        self.values: dict[int, int] = {} if values is None else values
        self.nodes: dict[int, Tree] = {}


class Residues:
    """The fixed point of one part: every quantity of the graph has a residue modulo ``modulus``.

    ``of(tree)`` gives the residue of a tree; with ``seen`` also those of its arithmetic nodes.
    """

    def __init__(self, graph: Graph, key: Tree, extra: Iterable[str] = ()) -> None:
        self.graph = graph
        meaning = network_meaning(graph)
        self.sense = Sense(meaning, meaning.equations)
        compiled = self.sense.compiled(Sum((key, *map(Name, graph.definitions))))
        self._calls: dict[Tree, tuple[Run, int]] = {}
        self._powers: dict[tuple[str, int, int], tuple[int, int]] = {}
        self.primed: dict[tuple[str, int, str], int] = {}
        self._known: dict[Tree, int | None] = {}
        names = tuple(sorted({*graph.quantities, *extra, *compiled.names}))
        for draw in range(_DRAWS):
            self.point = self._drawn(compiled, names, draw)
            try:
                compiled.code.run(self.point)
            except (NotASquare, Undefined):
                continue
            break
        self.modulus = self.point.modulus

    def _drawn(self, compiled: Compiled, names: tuple[str, ...], draw: int) -> ResiduePoint:
        needs = compiled.needs
        kind = circle(compiled.turns) if needs & CIRCLE else ROOTS if needs & ROOT else PLAIN
        depth = compiled.code.depth + _DEEPER + bool(needs & LOG)
        bits = max(_LEAST_BITS, _MOST_BITS - _BITS_A_STOREY * depth)
        chosen = tower(_SEED + b" %d" % (draw if needs & ROOT else 0), depth, kind, bits, width=1)
        world = World(
            chosen,
            kind,
            _SEED + b" point %d" % draw,
            names,
            self.sense.runs,
            frozenset(compiled.logarithms),
            frozenset(compiled.squares),
        )
        return world.ground

    def of(self, tree: Tree, seen: SeenResidues | None = None) -> int:
        """Give the residue of a tree. Raises Unknown where it has none at this point."""
        try:
            return _Here(self, self.point, seen).of(tree)
        except (Undefined, NotASquare, NotScalar, TooLarge, RecursionError, KeyError, IndexError) as error:
            raise NoResidue from error

    def known(self, tree: Tree) -> int | None:
        """Give the residue of a tree of the part's own, which is worth remembering; None where it has none."""
        if tree not in self._known:
            try:
                self._known[tree] = self.of(tree)
            except NoResidue:
                self._known[tree] = None
        return self._known[tree]

    def exponential(self, name: str, tree: Call, at: ResiduePoint) -> tuple[int, int]:
        """Give exp, σ or tanh and its derivative: functions of a power of the base.

        The exponent is a residue of the next storey. What it gives is remembered by its residue, so that
        f(w5*f1 + w6*f2) costs no more than f(a3).
        """
        exponent = _Here(self, at.above, None).of(tree.arguments[0])
        known = self._powers.get((name, at.level, exponent))
        if known is None:
            if len(self._powers) >= _MOST_KEPT:
                self._powers.clear()
            power = pow(at.base, exponent, at.modulus)
            known = self._powers[name, at.level, exponent] = _EXPONENTIAL[name](power, at, tree)
        return known

    def compiled(self, tree: Tree, at: ResiduePoint) -> int:
        """Evaluate by the judge's compiler what is not plain arithmetic; what others had is counted as well."""
        spend(0)  # nothing is begun that nobody can pay
        known = self._calls.get(tree)
        if known is None:
            if len(self._calls) >= _MOST_KEPT:
                self._calls.clear()
            with account(_MOST_COMPILED) as cost:
                compiler = Compiler(self.sense.meaning, self.sense.codes, most=_MOST_NODES)
                code = coded(compiler, tree)
                if compiler.needs & (ROOT | LOG | CIRCLE):
                    better, _ = rewritten(tree, self.sense.meaning, self.sense.equations)
                    code = coded(Compiler(self.sense.meaning, self.sense.codes, most=_MOST_NODES), better)
            known = self._calls[tree] = (code.run, _ANEW * cost.spent)
        run, work = known
        spend_once(tree, work)
        return run(at)


class _Here(Valuation[int]):
    """The residues of trees at one point of one storey."""

    __slots__ = ("at", "by", "modulus", "seen")

    def __init__(self, by: Residues, at: ResiduePoint, seen: SeenResidues | None) -> None:
        self.by = by
        self.at = at
        self.modulus = at.modulus
        self.seen = seen

    def of(self, tree: Tree) -> int:
        """Give the residue of a part, and note it where that is asked for."""
        seen, known = self.seen, None
        if seen is not None:
            known = seen.values.get(id(tree))
        if known is None:
            known = self.at[tree.name] if type(tree) is Name else self.rules[type(tree)](self, tree)
            if seen is not None:
                seen.values[id(tree)] = known
                if type(tree) is not Negative:
                    seen.nodes.setdefault(known, tree)
        return known

    def _other(self, tree: Tree) -> int:
        return self.by.compiled(bare(tree), self.at)

    def _number(self, tree: Number) -> int:
        if tree.denominator == 1:
            return tree.numerator % self.modulus
        return tree.numerator * _inverse(tree.denominator, self.at, tree) % self.modulus

    def _negative(self, tree: Negative) -> int:
        return -self.of(tree.operand) % self.modulus

    def _sum(self, tree: Sum) -> int:
        return sum([self.of(term) for term in tree.terms]) % self.modulus

    def _product(self, tree: Product | Entrywise) -> int:
        value, modulus = 1, self.modulus
        for factor in tree.factors:
            value = value * self.of(factor) % modulus
        return value

    def _entrywise(self, tree: Entrywise) -> int:
        return self._other(tree)

    def _quotient(self, tree: Quotient) -> int:
        under = _inverse(self.of(tree.under), self.at, tree.under)
        return self.of(tree.over) * under % self.modulus

    def _power(self, tree: Power) -> int:
        exponent = tree.exponent
        if isinstance(exponent, Negative):
            return _inverse(self._power(Power(tree.base, exponent.operand)), self.at, tree.base)
        if not isinstance(exponent, Number) or exponent.denominator != 1 or exponent.numerator > _LARGEST_EXPONENT:
            return self._other(tree)
        return pow(self.of(tree.base), exponent.numerator, self.modulus)

    def _call(self, tree: Call) -> int:
        function = self.by.graph.functions.get(tree.function)
        name = tree.function if function is None else function.known
        if name in _EXPONENTIAL and len(tree.arguments) == 1 and tree.order <= 1:
            return self.by.exponential(name, tree, self.at)[tree.order]
        if not tree.order:
            return self._other(tree)
        argument = tree.arguments[0].name if isinstance(tree.arguments[0], Name) and self.at is self.by.point else ""
        known = self.by.primed.get((tree.function, tree.order, argument)) if argument else None
        if known is None:
            known = _Here(self.by, self.at, None).of(carried_out(bare(tree), self.by.graph.functions))
            if argument:
                self.by.primed[tree.function, tree.order, argument] = known
        return known

    def _derivative(self, tree: Derivative) -> int:
        match tree:
            case Derivative(Name(value), Name() as argument):
                right = self.by.graph.definitions.get(value)
                if isinstance(right, Call) and right.arguments == (argument,) and right.order == 0:
                    return self._call(Call(right.function, (argument,), 1))
        raise NotScalar


def _inverse(value: int, at: ResiduePoint, where: Tree) -> int:
    try:
        return pow(value, -1, at.modulus)
    except ValueError:
        raise Undefined(where) from None


def _sigmoid(power: int, at: ResiduePoint, where: Tree) -> tuple[int, int]:
    value = power * _inverse(1 + power, at, where) % at.modulus
    return value, value * (1 - value) % at.modulus


def _tanh(power: int, at: ResiduePoint, where: Tree) -> tuple[int, int]:
    square = power * power % at.modulus
    value = (square - 1) * _inverse(square + 1, at, where) % at.modulus
    return value, (1 - value * value) % at.modulus


_EXPONENTIAL: Mapping[str, Callable[[int, ResiduePoint, Tree], tuple[int, int]]] = MappingProxyType(
    {named.EXP: lambda power, _, __: (power, power), named.SIGMOID: _sigmoid, named.TANH: _tanh}
)
"""Value and derivative of the functions of exp(u), given that power."""
