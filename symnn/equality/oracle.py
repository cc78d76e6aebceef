"""What SymPy can prove of what the judge leaves open: small numbers always, all else on request.

Numbers by a short list of rewrites that ends by itself; what is asked on request runs in a child that is killed on
time, and no verdict depends on that by default, because it would then depend on a clock.
"""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from symnn.equality.constants import constant
from symnn.equality.meaning import Interval, Lambda, Meaning, reached
from symnn.equality.work import spend
from symnn.expressions.tree import Call, Number, Power, Tree, names, substitute, walk
from symnn.verdicts.verdict import Judgement

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, SpawnContext

__all__ = ["ask", "proved"]

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

    written: dict[str, Tree] = {}
    for name in reached(names(tree), meaning.equations):
        if name in meaning.equations:
            written[name] = substitute(meaning.equations[name], written)
    expression = to_sympy(substitute(tree, written), lambda call: _meant(call, meaning.functions))
    return expression.xreplace(
        {
            symbol: sympy.Symbol(symbol.name, real=True, positive=_is_positive(meaning, symbol.name) or None)
            for symbol in expression.free_symbols
        }
    )


def _meant(call: Call, functions: Mapping[str, Any]) -> Tree | None:
    meant = functions.get(call.function)
    if isinstance(meant, Lambda):
        return substitute(meant.body, dict(zip(meant.parameters, call.arguments, strict=True)))
    return None


def _is_positive(meaning: Meaning, name: str) -> bool:
    domain = meaning.domain(name)
    return domain == "positive" or (isinstance(domain, Interval) and domain.low is not None and domain.low >= 0)
