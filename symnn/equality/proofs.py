"""Trees that agree to 100 digits and that no field holds whole: written in one form, or case by case of their kinks.

log(exp a + exp b) = max(a, b) + log(1 + exp(−|a − b|)) has a kink under a logarithm; for a > b and for a < b it is an
identity without kinks. Where √ stands beside a sine no prime suits both, but what is the same when it is multiplied out
is equal. All work is counted.

What SymPy can prove is here, too: small numbers always, by a short list of rewrites that ends by itself; all else on
request, in a child that is killed on time, and no verdict depends on that by default: it would depend on a clock.
"""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from symnn.equality.fingerprint import FingerprintOutcome
from symnn.equality.functions import COS, SIN
from symnn.equality.meaning import Lambda, Meaning
from symnn.equality.monomials import ONE, Polynomial, added_polynomials, joined, multiplied_polynomials
from symnn.equality.polynomials import Polynomials, Ratio
from symnn.equality.ranges import range_of
from symnn.equality.rewriting import Rewriter, rewritten
from symnn.equality.witness import search
from symnn.equality.work import spend
from symnn.expressions.literals import TooLarge, constant
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
    mapped,
    substitute,
    walk,
)
from symnn.ops import named
from symnn.ops.table import OF_NUMBERS
from symnn.verdicts.verdict import Judgement

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, SpawnContext

__all__ = ["Cases", "ask", "cancels", "proved"]

_MOST_KINKS = 4
_WALKED = 400
"""So many nodes two trees may have whose named results are written out."""
_KINKS = frozenset({named.ABS, named.SIGN})
_SECONDS = 30.0
_LOADING = 60.0
"""So long SymPy may take to load; its seconds of thinking begin after that."""

_MEMORY = 2 << 30
_READY = "ready"
_MOST_NODES = 60
_MOST_FUNCTIONS = 6
"""Larger numbers, and those with more roots and functions, are not looked at."""
_LARGEST = 1 << 64
_HIGHEST = 64
_PROVED = 300
"""What looking at a node of a number costs."""
_REFUSALS = (ArithmeticError, AttributeError, MemoryError, NotImplementedError, RecursionError, TypeError, ValueError)
"""What SymPy raises where it knows no way."""


class Cases(Struct, frozen=True):
    """Compares two trees in one meaning; ``fingerprint`` is what rung 1 says of two trees in another one."""

    meaning: Meaning
    fingerprint: Callable[[Tree, Tree, Meaning], FingerprintOutcome]

    def settle(self, one: Tree, other: Tree) -> bool:
        """Say whether two trees are proved equal."""
        try:
            if self._cancels(one, other):
                return True
            if self.meaning.complex or not _KINKS.isdisjoint(self.meaning.functions):
                return False
            return any(self.split(left, right, 0) for left, right in self._ways(one, other))
        except (TooLarge, RecursionError):
            return False

    def _ways(self, one: Tree, other: Tree) -> Iterator[tuple[Tree, Tree]]:
        """Give the two as they are, and with every named result written out: a kink may stand in its equation."""
        yield rewritten(one, self.meaning)[0], rewritten(other, self.meaning)[0]
        one, other = map(self.meaning.spelled_out, (one, other))
        if len(tuple(itertools.islice(itertools.chain(walk(one), walk(other)), _WALKED))) < _WALKED:
            yield rewritten(one, self.meaning)[0], rewritten(other, self.meaning)[0]

    def _cancels(self, one: Tree, other: Tree) -> bool:
        """Multiply out the difference, of two that are never negative that of their squares, too."""
        pairs = [(one, other)]
        if not self.meaning.complex and all(range_of(tree, self.meaning).low >= 0 for tree in (one, other)):
            pairs.append((Power(one, Number(2)), Power(other, Number(2))))
        ways: tuple[Mapping[str, Tree], ...] = ({}, self.meaning.equations) if self.meaning.equations else ({},)
        return any(cancels(Sum((left, Negative(right))), self.meaning, way) for left, right in pairs for way in ways)

    def split(self, one: Tree, other: Tree, deep: int) -> bool:
        """Take the argument of a kink for positive, then for negative, until no kink is left."""
        kinks = [found for tree in (one, other) for found in _innermost(tree)]
        kink = min(kinks, key=lambda found: not isinstance(found, Name), default=None)
        if kink is None:
            return deep > 0 and self._equal(one, other)
        if not _never_flat(kink):
            return False
        return deep < _MOST_KINKS and all(self._within(kink, side, one, other, deep + 1) for side in (1, -1))

    def _within(self, kink: Tree, side: int, one: Tree, other: Tree, deep: int) -> bool:
        """Go on where the argument of a kink has this sign; a quantity is then positive, or minus a positive one."""
        one, other = (mapped(tree, lambda node: _taken(node, kink, side)) for tree in (one, other))
        meaning = self.meaning
        if not isinstance(kink, Name) or kink.name in meaning.equations or meaning.domain(kink.name) != "real":
            return self.split(one, other, deep)
        if side < 0:
            one, other = (substitute(tree, {kink.name: Negative(kink)}) for tree in (one, other))
        within = Cases(replace(meaning, domains={**meaning.domains, kink.name: "positive"}), self.fingerprint)
        one, other = (rewritten(tree, within.meaning)[0] for tree in (one, other))
        return within.split(one, other, deep)

    def _equal(self, one: Tree, other: Tree) -> bool:
        outcome = self.fingerprint(one, other, self.meaning)
        if outcome.result != "equal":
            return not outcome.final and self._cancels(one, other)
        return outcome.final or search(one, other, self.meaning).witness is None


def _innermost(tree: Tree) -> Iterator[Tree]:
    """List the arguments of kinks that have no kinks inside."""
    for node in walk(tree):
        if _is_kink(node) and not any(map(_is_kink, walk(node.arguments[0]))):
            yield node.arguments[0]


def _is_kink(node: Tree) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.function in _KINKS and not node.order


def _taken(node: Tree, kink: Tree, side: int) -> Tree | None:
    """Write | | and sign of an argument that has this sign without the kink."""
    if not _is_kink(node) or node.arguments[0] != kink:
        return None
    value = kink if node.function == named.ABS else Number(1)
    return value if side > 0 else Negative(value)


def cancels(tree: Tree, meaning: Meaning, equations: Mapping[str, Tree]) -> bool:
    """Say whether nothing is left of a tree when it is rewritten, multiplied out and reduced. Raises TooLarge.

    >>> from symnn.expressions.tree import Name
    >>> x, root = Name("x"), Call("sqrt", (Call("sin", (Name("x"),)),))
    >>> cancels(Sum((Product((root, x, root)), Negative(Product((Call("sin", (x,)), x))))), Meaning(), {})
    True
    """
    rewriter = Rewriter(meaning, equations)
    try:
        return not _Reduced(meaning, equations, rewriter).of(rewriter.of(tree))[0]
    except ZeroDivisionError:
        return False


def _never_flat(tree: Tree) -> bool:
    """Say whether a tree without kinks is 0 at single points only, unless it is 0 everywhere."""
    return all(
        not isinstance(node, Call)
        or node.function in {SIN, COS}
        or (node.function in OF_NUMBERS and not OF_NUMBERS[node.function].has_kinks)
        for node in walk(tree)
    )


class _Reduced(Polynomials):
    """Converts trees and reduces them; ``known`` says of an atom which power of it is which quotient."""

    def __init__(self, meaning: Meaning, equations: Mapping[str, Tree], rewriter: Rewriter) -> None:
        super().__init__(equations, rewriter.of)
        self.ranges = rewriter.ranges
        self.signed = not meaning.complex and meaning.functions.keys().isdisjoint({named.ABS, named.SIGN})
        self.known: dict[int, tuple[int, Polynomial, Polynomial]] = {}

    def _ratio(self, tree: Tree) -> Ratio:
        match tree:
            case Call(named.ABS, (inner,), 0) if self.signed and _never_flat(inner):
                return self.of(Product((Call(named.SIGN, (inner,)), inner)))
            case Call(named.SIGN, (inner,), 0) if self.signed and _never_flat(inner):
                return self._learned(tree, 2, Number(1))
            case Call(function, arguments, 0) if function == COS:
                return self._learned(tree, 2, Sum((Number(1), Negative(Power(Call(SIN, arguments), Number(2))))))
            case Quotient(_, under) if not self._divides(under):
                raise TooLarge
            case Power(base, exponent) if (power := constant(exponent)) is not None:
                if power < 0 and not self._divides(base):
                    raise TooLarge
                if power.denominator != 1:
                    root = Power(base, Number(1, power.denominator))
                    return self._reduced(*self._raised(self._learned(root, power.denominator, base), power.numerator))
        return self._reduced(*super()._ratio(tree))

    def _divides(self, under: Tree) -> bool:
        """Say whether a tree is 0 at single points at most: 1 + sign(x) is 0 on half of the line."""
        return _never_flat(under) or self.ranges.bounds(under).nonzero

    def _learned(self, atom: Tree, degree: int, value: Tree) -> Ratio:
        place = self._atom(atom)
        self.known[place] = (degree, *self.of(value))
        return {((place, 1),): Fraction(1)}, {ONE: Fraction(1)}

    def _reduced(self, over: Polynomial, under: Polynomial) -> Ratio:
        for place, (degree, above, below) in reversed(self.known.items()):
            over, most = _lowered(over, place, degree, above, below)
            under, least = _lowered(under, place, degree, above, below)
            over, under = (
                multiplied_polynomials(over, _raised(below, least)),
                multiplied_polynomials(under, _raised(below, most)),
            )
        return over, under


def _lowered(part: Polynomial, place: int, degree: int, above: Polynomial, below: Polynomial) -> tuple[Polynomial, int]:
    """Put ``above`` over ``below`` for a power of an atom; the second result says how often ``below`` is left out."""
    groups: dict[int, Polynomial] = {}
    for mono, value in part.items():
        power = dict(mono).get(place, 0)
        times = int(power) // degree if power > 0 else 0
        rest = joined(mono, ((place, -times * degree),)) if times else mono
        groups[times] = added_polynomials(groups.get(times, {}), {rest: value})
    most = max(groups, default=0)
    if not most:
        return part, 0
    total: Polynomial = {}
    for times, group in groups.items():
        total = added_polynomials(
            total,
            multiplied_polynomials(multiplied_polynomials(group, _raised(above, times)), _raised(below, most - times)),
        )
    return total, most


def _raised(part: Polynomial, times: int) -> Polynomial:
    result: Polynomial = {ONE: Fraction(1)}
    for _ in range(times):
        result = multiplied_polynomials(result, part)
    return result


def ask(answer: Tree, reference: Tree, meaning: Meaning, *, seconds: float = _SECONDS) -> Judgement:
    """Ask SymPy whether two trees are equal; undecided if it does not know in time.

    Over the complex numbers nothing is asked: SymPy's quantities would be taken for real ones.
    """
    if meaning.complex:
        return Judgement(equal=None)
    context = _context()
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(sending, answer, reference, _plain(meaning)), daemon=True)
    child.start()
    sending.close()
    try:
        ready = receiving.poll(_LOADING) and receiving.recv() == _READY
        equal = receiving.recv() if ready and receiving.poll(seconds) else None
    except EOFError:
        equal = None
    finally:
        child.kill()
        child.join()
        receiving.close()
    return Judgement(equal=None) if equal is None else Judgement(equal=equal, method="sympy")


def proved(difference: Tree, meaning: Meaning) -> bool:
    """Say whether a small number is proved to be 0 by SymPy: at sight, without nested roots, by its minimal polynomial.

    >>> from symnn.expressions.tree import Negative, Product, Sum
    >>> root = Call("sqrt", (Number(2),))
    >>> nested = Call("sqrt", (Sum((Number(3), Product((Number(2), root)))),))
    >>> proved(Sum((nested, Negative(Number(1)), Negative(root))), Meaning())
    True
    """
    if not _is_small(difference):
        return False
    import sympy
    from sympy.polys.polyerrors import BasePolynomialError

    spend(_PROVED * sum(1 for _ in walk(difference)))
    try:
        value = _expression(difference, meaning)
        if value == 0 or sympy.sqrtdenest(sympy.expand(value)) == 0:
            return True
        unknown = sympy.Dummy()
        return bool(sympy.minimal_polynomial(value, unknown) == unknown)
    except (*_REFUSALS, BasePolynomialError):
        return False


def _is_small(tree: Tree) -> bool:
    nodes = tuple(itertools.islice(walk(tree), _MOST_NODES + 1))
    functions = sum(isinstance(node, Call | Power) for node in nodes)
    return len(nodes) <= _MOST_NODES and functions <= _MOST_FUNCTIONS and all(map(_is_short, nodes))


def _is_short(node: Tree) -> bool:
    match node:
        case Number(numerator, denominator):
            return max(abs(numerator), denominator) < _LARGEST
        case Power(_, exponent):
            power = constant(exponent)
            return power is not None and max(abs(power.numerator), power.denominator) <= _HIGHEST
    return True


def _context() -> SpawnContext | ForkContext:
    """Choose how the child starts: a fork where there is one, because it does not run the main program again."""
    if "fork" in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def _plain(meaning: Meaning) -> Meaning:
    """Give the same meaning in plain dictionaries, which can be sent to another process."""
    return replace(
        meaning,
        equations=dict(meaning.equations),
        functions=dict(meaning.functions),
        domains=dict(meaning.domains),
        shapes=dict(meaning.shapes),
        key=b"",
    )


def _answer(sending: Connection, answer: Tree, reference: Tree, meaning: Meaning) -> None:
    """Work in the child process: send that SymPy is loaded, then True or None."""
    import sympy  # noqa: F401 - loading it does not count

    _limit_memory()
    sending.send(_READY)
    try:
        sending.send(_settled(answer, reference, meaning))
    except _REFUSALS:
        sending.send(None)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _settled(answer: Tree, reference: Tree, meaning: Meaning) -> bool | None:
    """Let SymPy simplify the difference; its No is no proof (it denies atan f + atan 1/f = π/2 for f = σ(a)).

    >>> from symnn.expressions.tree import Name
    >>> _settled(Name("x"), Name("x"), Meaning())
    True
    """
    import sympy

    difference = _expression(answer, meaning) - _expression(reference, meaning)
    if difference.has(sympy.zoo, sympy.nan, sympy.oo):
        return None
    ways: tuple[Callable[[Any], Any], ...] = (sympy.expand, sympy.sqrtdenest, sympy.simplify)
    for way in ways:
        if way(difference) == 0:
            return True
    return True if difference.equals(0) else None


def _expression(tree: Tree, meaning: Meaning) -> Any:
    """Give the SymPy expression of a tree, named results written out."""
    import sympy

    from symnn.ops.algebra import to_sympy

    expression = to_sympy(meaning.spelled_out(tree), lambda call: _meant(call, meaning.functions))
    return expression.xreplace(
        {
            symbol: sympy.Symbol(symbol.name, real=True, positive=meaning.is_positive(symbol.name) or None)
            for symbol in expression.free_symbols
        }
    )


def _meant(call: Call, functions: Mapping[str, Any]) -> Tree | None:
    meant = functions.get(call.function)
    if isinstance(meant, Lambda):
        return substitute(meant.body, dict(zip(meant.parameters, call.arguments, strict=True)))
    return None
