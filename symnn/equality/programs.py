"""Trees compiled to functions from a point to a residue: the rules for arithmetic, names and calls."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from symnn.equality.functions import NATIVE, imaginary, opaque, root
from symnn.equality.meaning import Lambda, Meaning
from symnn.equality.polynomials import settled
from symnn.equality.ranges import Ranges
from symnn.equality.residue_code import (
    BROKEN,
    HUGE,
    KINK,
    LOG,
    OPAQUE,
    ROUGH,
    Code,
    NotScalar,
    exponential,
    float_of,
    float_power,
    shared,
)
from symnn.equality.residue_points import ResiduePoint, Undefined
from symnn.expressions.literals import TooLarge, constant
from symnn.expressions.tree import (
    Call,
    Constant,
    Entrywise,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    substitute,
    walk,
)
from symnn.expressions.valuation import Valuation
from symnn.ops import named
from symnn.ops.table import OF_NUMBERS

__all__ = ["Compiler"]

_MOST_NODES = 20_000
"""The most nodes that are compiled for one verdict."""

_SHORT = 2**60
_SMOOTH = frozenset({named.EXP, named.SIGMOID, named.TANH})
_NOTHING: Mapping[str, Code] = MappingProxyType({})


class CompiledPart(NamedTuple):
    """A compiled part with what it needs, and how often it uses π."""

    code: Code
    needs: int
    turned: int


class Compiler(Valuation[Code]):
    """Compiles trees of one meaning; remembers in ``needs`` what they need.

    With ``named`` (the codes of the named results) a name that has an equation counts as that equation;
    without, every name is free. ``turned`` counts the uses of π, ``squares`` and ``logarithms`` list the names
    under even roots and logarithms; ``divides`` says whether anything is divided by what may vanish.
    ``units`` are the functions whose values at a point may have a name, ``smooth`` says which formulas have no kinks.
    ``repeated`` are the parts that one tree has at many places: each is compiled once, and evaluated once at a point.
    """

    __slots__ = (
        "bound",
        "divides",
        "logarithms",
        "meaning",
        "most",
        "named",
        "needs",
        "nodes",
        "powers",
        "ranges",
        "repeated",
        "smooth",
        "squares",
        "turned",
        "units",
        "used",
    )

    def __init__(
        self,
        meaning: Meaning,
        named: Mapping[str, Code] = _NOTHING,
        ranges: Ranges | None = None,
        most: int = _MOST_NODES,
    ) -> None:
        self.meaning = meaning
        self.most = most
        self.named = named
        self.ranges = ranges or Ranges(meaning)
        self.needs = 0
        self.nodes = 0
        self.powers = 0
        self.turned = 0
        self.divides = False
        self.units: frozenset[str] = frozenset()
        self.squares: list[str] = []
        self.used: dict[str, None] = {}
        self.logarithms: list[str] = []
        self.bound = _NOTHING
        self.smooth: dict[str, bool] = {}
        self.repeated: dict[int, CompiledPart | None] = {}

    def of(self, tree: Tree) -> Code:
        """Compile a tree. Raises Undefined, TooLarge, NotScalar."""
        if self.repeated and id(tree) in self.repeated:
            return self._once(tree)
        self.nodes += 1
        if self.nodes > self.most:
            raise TooLarge
        found: Code = self.rules[type(tree)](self, tree)
        return found

    def _once(self, tree: Tree) -> Code:
        """Compile a part that stands at many places; each place has what it needs."""
        part = self.repeated.pop(id(tree))
        if part is None:
            needs, turned, self.needs = self.needs, self.turned, 0
            part = CompiledPart(shared(self.of(tree)), self.needs, self.turned - turned)
            self.needs, self.turned = needs, turned
        self.repeated[id(tree)] = part
        self.needs |= part.needs
        self.turned += part.turned
        return part.code

    def with_kinks(self, tree: Tree) -> tuple[Code, bool]:
        """Compile a tree and say whether it has kinks."""
        before, self.needs = self.needs, 0
        code = self.of(tree)
        kinked = bool(self.needs & KINK)
        self.needs |= before
        return code, kinked

    def divisor(self, tree: Tree) -> Code:
        """Compile what is divided by."""
        code, kinked = self.with_kinks(tree)
        if kinked and not self.ranges.bounds(tree).nonzero:
            self.needs |= BROKEN
        return code

    def with_bound(self, body: Tree, bound: Mapping[str, Code]) -> Code:
        """Compile the body of a function, its parameters standing for compiled arguments."""
        outer, self.bound = self.bound, bound
        try:
            return self.of(body)
        finally:
            self.bound = outer

    def _number(self, tree: Number) -> Code:
        above, under = tree.numerator, tree.denominator
        if under == 1:
            if above < _SHORT:
                return Code(lambda _: above, over=above or 1.0)
            return Code(lambda at: above % at.modulus, over=float_of(above))
        return Code(
            lambda at: above * pow(under, -1, at.modulus) % at.modulus,
            over=max(float_of(above), 1.0),
            under=float_of(under),
        )

    def _name(self, tree: Name) -> Code:
        name = tree.name
        if name in self.bound:
            return self.bound[name]
        self.used[name] = None
        known = self.named.get(name)
        if known is None:
            return Code(itemgetter(name), 1.0)
        self.needs |= known.needs
        return known

    def _constant(self, tree: Constant) -> Code:
        match tree.name:
            case "e":
                return Code(lambda at: at.base, 1.0, depth=1)
            case "pi":
                self.turned += 1
                return Code(lambda at: at.world.hashed(at.level, "pi", ()), 1.0)
            case "i":
                return imaginary(self, tree)
        raise Undefined(tree)

    def _negative(self, tree: Negative) -> Code:
        inner = self.of(tree.operand)
        run = inner.run
        return Code(lambda at: -run(at) % at.modulus, inner.top, inner.bottom, inner.over, inner.under, inner.depth)

    def _sum(self, tree: Sum) -> Code:
        codes = [self.of(term) for term in tree.terms]
        runs = [code.run for code in codes]

        def run(at: ResiduePoint) -> int:
            total = 0
            for part in runs:
                total += part(at)
            return total % at.modulus

        bottom, under = 0.0, 1.0
        for code in codes:
            bottom += code.bottom
            under *= code.under
        top, over, depth = 0.0, 0.0, 0
        for code in codes:
            reach = code.top + bottom - code.bottom if bottom < HUGE else HUGE
            if reach > top:  # noqa: PLR1730 - this runs for every term of every answer; max costs a call
                top = reach
            over += code.over * (under / code.under) if under < HUGE else HUGE
            if code.depth > depth:  # noqa: PLR1730 - max costs a call
                depth = code.depth
        return Code(run, top, bottom, over, under, depth)

    def _product(self, tree: Product | Entrywise) -> Code:
        runs = []
        top = bottom = 0.0
        over = under = 1.0
        depth = 0
        for factor in tree.factors:
            code = self.of(factor)
            runs.append(code.run)
            top += code.top
            bottom += code.bottom
            over *= code.over
            under *= code.under
            if code.depth > depth:  # noqa: PLR1730 - max costs a call
                depth = code.depth

        def run(at: ResiduePoint) -> int:
            value = 1
            modulus = at.modulus
            for part in runs:
                value = value * part(at) % modulus
            return value

        return Code(run, top, bottom, over, under, depth)

    def _quotient(self, tree: Quotient) -> Code:
        above, below = self.of(tree.over), self.divisor(tree.under)
        if below.top and not self.bound:
            self.divides = True
        run_above, run_below = above.run, below.run
        where = tree.under

        def run(at: ResiduePoint) -> int:
            try:
                return run_above(at) * pow(run_below(at), -1, at.modulus) % at.modulus
            except ValueError:
                raise Undefined(where) from None

        return Code(
            run,
            above.top + below.bottom,
            above.bottom + below.top,
            above.over * below.under,
            above.under * below.over,
            max(above.depth, below.depth),
        )

    def _power(self, tree: Power) -> Code:
        exponent = constant(tree.exponent)
        if exponent is None:
            if isinstance(tree.base, Constant) and tree.base.name == "e":
                return exponential(self, self.of(tree.exponent))
            exponent = settled(tree.exponent)
        if exponent is None:
            if constant(tree.base) == 0:
                if not self.ranges.bounds(tree.exponent).positive:
                    raise TooLarge
                return Code(lambda _: 0)
            self.needs |= LOG | ROUGH
            return self.of(Call(named.EXP, (Product((tree.exponent, Call(named.LOG, (tree.base,)))),)))
        if exponent.denominator != 1:
            return root(self, tree.base, exponent)
        base = self.divisor(tree.base) if exponent < 0 else self.of(tree.base)
        if exponent < 0 and base.top and not self.bound:
            self.divides = True
        return _whole_power(base, exponent.numerator, tree.base)

    def _call(self, tree: Call) -> Code:
        code = _function(self, tree)
        if tree.function not in self.units or tree.order or len(tree.arguments) != 1:
            return code
        argument, function, run = self.of(tree.arguments[0]).run, tree.function, code.run

        def looked_up(at: ResiduePoint) -> int:
            name = at.unit(function, argument(at))
            return run(at) if name is None else at[name]

        return Code(looked_up, code.top, code.bottom, code.over, code.under, code.depth)

    def _other(self, _: Tree) -> Code:
        raise NotScalar


def _whole_power(base: Code, exponent: int, where: Tree) -> Code:
    inner = base.run

    def run(at: ResiduePoint) -> int:
        try:
            return pow(inner(at), exponent, at.modulus)
        except ValueError:
            raise Undefined(where) from None

    size = float_of(exponent)
    top, bottom = base.top and base.top * size, base.bottom and base.bottom * size
    over, under = float_power(base.over, size), float_power(base.under, size)
    if exponent < 0:
        return Code(run, bottom, top, under, over, base.depth)
    return Code(run, top, bottom, over, under, base.depth)


def _function(compiler: Compiler, tree: Call) -> Code:
    builtin = tree.function not in compiler.meaning.functions and not tree.order
    native = NATIVE.get(tree.function) if builtin else None
    if native is not None:
        return native(compiler, tree)
    formula = compiler.meaning.formula(tree)
    if formula is not None:
        return _written_out(compiler, f"{tree.function}'{tree.order}", formula, tree.arguments)
    compiler.needs |= ROUGH if builtin and tree.function in OF_NUMBERS else OPAQUE
    return opaque(compiler, tree.function if builtin else f"{tree.function}'{tree.order}", tree.arguments)


def _written_out(compiler: Compiler, name: str, formula: Lambda, arguments: tuple[Tree, ...]) -> Code:
    """Compile a function through its formula; what has kinks or logarithms must see the arguments."""
    names, body = formula.parameters, formula.body
    if len(names) != len(arguments):
        raise NotScalar
    if name not in compiler.smooth:
        compiler.smooth[name] = _smooth(body)
    if not compiler.smooth[name]:
        return compiler.of(substitute(body, dict(zip(names, arguments, strict=True))))
    bound = {name: shared(compiler.of(argument)) for name, argument in zip(names, arguments, strict=True)}
    return compiler.with_bound(body, bound)


def _smooth(body: Tree) -> bool:
    return all(not isinstance(node, Call) or (node.function in _SMOOTH and not node.order) for node in walk(body))
