"""A straight-line program: the equations forward, the errors backward, what is common computed once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from symnn.expressions.terms import ONE, call, minus, over, plus, times
from symnn.expressions.tree import (
    Call,
    Constant,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    Tree,
    children,
    names,
    rebuilt,
    substitute,
    walk,
)
from symnn.numeric.forward import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symnn.derivation.sweep import Derivation
    from symnn.networks.function import Function
    from symnn.networks.graph import Graph

__all__ = ["Error", "Line", "Program", "Term", "Value", "error_name", "program"]

_HIGHEST_PRODUCT = 4
"""A power up to this one is written as a product of its base."""


class Value(Struct, frozen=True):
    """One line ``name = tree``: an equation of the network, or a common part with a name of its own."""

    name: str
    tree: Tree


class Term(Struct, frozen=True):
    """One term of an error: the factors of the way through ``user``, the user's own error among them."""

    user: str
    factors: tuple[Tree, ...]


class Error(Struct, frozen=True):
    """One line of the backward pass: the error of ``wrt`` is the sum of the terms of those that use it."""

    wrt: str
    name: str
    terms: tuple[Term, ...]


Line: TypeAlias = Value | Error


class Program(Struct, frozen=True):
    """What a compiled step computes, in order; derivatives and declared functions are carried out.

    ``computed`` are the quantities whose values are results, ``wrt`` those by which ``of`` is derived.
    """

    given: tuple[str, ...]
    forward: tuple[Line, ...]
    backward: tuple[Line, ...]
    computed: tuple[str, ...]
    wrt: tuple[str, ...]
    of: str = ""


def error_name(of: str, wrt: str) -> str:
    """Name an error as the derivative that it is."""
    return f"d{of}/d{wrt}"


def program(graph: Graph, derivation: Derivation | None) -> Program:
    r"""Write the program of a graph: its forward pass and, with a derivation, the errors down to ``wrt``.

    >>> from symnn.derivation.sweep import derive
    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("a = w*x\nE = (a - z)^2")
    >>> [line.name for line in program(graph, derive(graph, "E", ("w",))).backward]
    ['dE/da', 'dE/dw']
    """
    writing = _Writing(graph)
    for equation in graph.equations:
        tree = writing.elementary(equation.right)
        writing.lines.append(Value(equation.left, tree))
    split = len(writing.lines)
    if derivation is not None:
        for line in _errors(derivation):
            terms = tuple(
                Term(term.user, tuple(writing.elementary(part) for part in term.factors)) for term in line.terms
            )
            writing.lines.append(Error(line.wrt, line.name, terms))
    forward, backward = _shared(writing.lines[:split], writing.lines[split:])
    wrt = derivation.wrt if derivation is not None else ()
    computed = tuple(equation.left for equation in graph.equations)
    return Program(graph.free, forward, backward, computed, wrt, derivation.of if derivation is not None else "")


def _errors(derivation: Derivation) -> list[Error]:
    """List the errors that lead to ``wrt``, from the result back."""
    leads = set(derivation.wrt)
    for equation in derivation.graph.equations:
        if not leads.isdisjoint(equation.uses):
            leads.add(equation.left)
    lines = []
    for name in derivation.downward:
        if name == derivation.of or name not in leads:
            continue
        terms = tuple(
            Term(
                factor.of,
                factor.parts
                if factor.of == derivation.of
                else (Name(error_name(derivation.of, factor.of)), *factor.parts),
            )
            for factor in derivation.uses[name]
        )
        lines.append(Error(name, error_name(derivation.of, name), terms))
    return lines


class _Writing:
    """Collects lines; gives names to arguments that a declared function needs more than once."""

    def __init__(self, graph: Graph) -> None:
        self.functions: Mapping[str, Function] = graph.functions
        self.taken = frozenset(graph.quantities)
        self.lines: list[Line] = []
        self.count = 0

    def named(self, tree: Tree) -> Tree:
        """Give a tree a name of its own unless it is as short as one."""
        if isinstance(tree, Name | Number | Constant):
            return tree
        self.count += 1
        name = _free(f"part {self.count}", self.taken)
        self.lines.append(Value(name, tree))
        return Name(name)

    def elementary(self, tree: Tree) -> Tree:
        """Carry out primes, declared functions, powers, maxima of many: what is left has a line of code."""
        if isinstance(tree, Call) and tree.order:
            from symnn.derivation.primes import carried_out

            return self.elementary(carried_out(tree, self.functions))
        parts = tuple(self.elementary(part) for part in children(tree))
        match tree:
            case Call(function) if function in self.functions:
                return self.declared(self.functions[function], parts[0])
            case Call("max" | "min", _):
                return self.folded(tree.function, parts)
            case Call("identity", _):
                return parts[0]
            case Call("sigmoid", _):
                return over(ONE, plus(ONE, call("exp", minus(parts[0]))))
            case Power():
                return self.power(parts[0], tree.exponent, parts[1])
        return rebuilt(tree, parts) if parts else tree

    def declared(self, function: Function, argument: Tree) -> Tree:
        """Write a declared function at its argument."""
        if function.known:
            return self.elementary(call(function.known, argument))
        uses = sum(isinstance(node, Name) and node.name == function.parameter for node in walk(function.body))
        inside = self.named(argument) if uses > 1 else argument
        return self.elementary(substitute(function.body, {function.parameter: inside}))

    def folded(self, function: str, arguments: tuple[Tree, ...]) -> Tree:
        """Write a maximum of many as one of two at a time."""
        result = arguments[0]
        for other in arguments[1:]:
            result = call(function, result, other)
        return result

    def power(self, base: Tree, exponent: Tree, value: Tree) -> Tree:
        """Write small powers as products, odd roots on the whole real line."""
        known = literal(exponent)
        if known is None or (known.denominator == 1 and not 1 <= known <= _HIGHEST_PRODUCT):
            return Power(base, value)
        if known.denominator == 1:
            factor = self.named(base)
            return times(*[factor] * known.numerator) if known > 1 else base
        if known.denominator % 2 == 0:
            return Power(base, Number(known.numerator, known.denominator))
        inside = self.named(base)
        size = Power(call("abs", inside), Number(known.numerator, known.denominator))
        return times(call("sign", inside), size) if known.numerator % 2 else size


def _shared(*parts: list[Line]) -> tuple[tuple[Line, ...], ...]:
    """Give every common part a name, before the line that needs it first; cost: linear."""
    sharing = _Sharing([line for part in parts for line in part])
    return tuple(tuple(sharing.rewritten(part)) for part in parts)


class _Sharing:
    """Finds the trees that occur more than once and gives them names."""

    def __init__(self, lines: list[Line]) -> None:
        self.known: dict[Tree, str] = {}
        self.taken = frozenset(line.name for line in lines).union(
            *(names(tree) for line in lines for tree in _trees(line))
        )
        self.written: list[Line] = []
        self.counts: Counter[Tree] = Counter()
        for line in lines:
            for tree in _trees(line):
                self._count(tree)

    def _count(self, tree: Tree) -> None:
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            if not _worth(node):
                waiting.extend(children(node))
                continue
            self.counts[node] += 1
            if self.counts[node] == 1:
                waiting.extend(children(node))

    def rewritten(self, lines: list[Line]) -> list[Line]:
        """Write lines with the names of what is common, each named part once before its first use."""
        self.written = []
        for line in lines:
            if isinstance(line, Value):
                tree = line.tree
                body = Name(self.known[tree]) if tree in self.known else self._inside(tree)
                self.written.append(Value(line.name, body))
                if _worth(tree):
                    self.known.setdefault(tree, line.name)
            else:
                terms = tuple(Term(term.user, tuple(map(self._name, term.factors))) for term in line.terms)
                self.written.append(Error(line.wrt, line.name, terms))
        return self.written

    def _name(self, tree: Tree) -> Tree:
        if tree in self.known:
            return Name(self.known[tree])
        body = self._inside(tree)
        if self.counts[tree] < 2:  # noqa: PLR2004 - used twice
            return body
        self.known[tree] = _free(f"shared {len(self.known)}", self.taken)
        self.written.append(Value(self.known[tree], body))
        return Name(self.known[tree])

    def _inside(self, tree: Tree) -> Tree:
        parts = children(tree)
        return rebuilt(tree, tuple(map(self._name, parts))) if parts else tree


def _free(name: str, taken: frozenset[str]) -> str:
    """Change a name until no quantity has it."""
    while name in taken:
        name += "_"
    return name


def _trees(line: Line) -> list[Tree]:
    if isinstance(line, Value):
        return [line.tree]
    return [factor for term in line.terms for factor in term.factors]


def _worth(tree: Tree) -> bool:
    """Say whether a tree costs enough to be computed once: a sum, a product, a function of some name."""
    if isinstance(tree, Negative | Name | Number | Constant):
        return False
    return bool(names(tree)) if isinstance(tree, Sum | Product) else True
