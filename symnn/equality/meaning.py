"""What the names of a formula mean: equations of named results, declared functions, domains, shapes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from symnn.documents.domain import Domain, Interval
from symnn.expressions.tree import Call, Name, Number, Tree, names, substitute
from symnn.networks.conventions import Conventions
from symnn.networks.distributions import last_entries
from symnn.networks.graph import Graph
from symnn.ops.table import OF_NUMBERS

__all__ = ["PUBLIC_KEY", "Domain", "Interval", "Lambda", "Meaning", "Opaque", "about_network", "names_reached"]

PUBLIC_KEY = b"symnn: the public key of practice and compare"
"""The key where no course key was made; whoever uses it knows that points can be computed by anybody."""


class Lambda(Struct, frozen=True):
    """A declared function, ``f(x) = 1/(1 + exp(-x))``."""

    parameters: tuple[str, ...]
    body: Tree


class Opaque(Struct, frozen=True):
    """A function of which nothing is known but its name."""


_DISTRIBUTION: Final = "distribution"
_SHARES = Interval(Fraction(0), Fraction(1))
_NOTHING: Mapping[str, Tree] = MappingProxyType({})
_NO_FUNCTIONS: Mapping[str, Lambda | Opaque] = MappingProxyType({})
_NO_DOMAINS: Mapping[str, Domain] = MappingProxyType({})
_NO_SHAPES: Mapping[str, tuple[int, ...]] = MappingProxyType({})


class Meaning(Struct, frozen=True):
    """What names mean to the judge.

    ``equations``: a named result means its equation, recursively; every other name is a free quantity.
    ``conventions`` decide what a formula is where a kink is met on a whole region: relu'(relu(a)) for a < 0.
    ``written``: the equations of named tensors as they are written, where ``equations`` has their entries only.
    ``key`` and ``digest`` (course key, exercise digest) choose the points that nobody can aim at.
    """

    equations: Mapping[str, Tree] = _NOTHING
    functions: Mapping[str, Lambda | Opaque] = _NO_FUNCTIONS
    domains: Mapping[str, Domain] = _NO_DOMAINS
    default: Domain = "real"
    shapes: Mapping[str, tuple[int, ...]] = _NO_SHAPES
    key: bytes = PUBLIC_KEY
    digest: bytes = b""
    conventions: Conventions = Conventions()
    written: Mapping[str, Tree] = _NOTHING
    distributions: tuple[str, ...] = ()

    def formula(self, call: Call) -> Lambda | None:
        """Give the formula of the function that is called: declared, or the definition of a built-in one.

        Numbers among the arguments of a built-in function are put in; what happens at a kink is as the
        conventions have it. None: the function is elementary, unknown, or it is a derivative.

        >>> from symnn.expressions.writing import plain
        >>> plain(Meaning().formula(Call("relu", (Name("a"),))).body)
        'max(0,  0)'
        """
        if call.order:
            return None
        meant = self.functions.get(call.function)
        if meant is not None:
            return meant if isinstance(meant, Lambda) else None
        operation = OF_NUMBERS.get(call.function)
        if operation is None or operation.definition is None:
            return None
        definition = operation.definition
        if operation.by_convention is not None:
            conventions = self.conventions
            definition = operation.by_convention(Fraction(str(conventions.relu_at_zero)), conventions.ties)
        places = tuple(f" {place}" for place in range(len(call.arguments)))
        inside = (
            given if isinstance(given, Number) else Name(place)
            for place, given in zip(places, call.arguments, strict=True)
        )
        return Lambda(places, definition(*inside))

    def under(self, equations: Mapping[str, Tree]) -> Meaning:
        """Give the same meaning under other equations: what was written of its tensors no longer holds."""
        return replace(self, equations=MappingProxyType(dict(equations)), written=_NOTHING)

    def spelled_out(self, tree: Tree) -> Tree:
        """Write the named results of a tree out, down to the free quantities.

        >>> from symnn.expressions.writing import plain
        >>> plain(Meaning({"y": Call("exp", (Name("a"),))}).spelled_out(Name("y")))
        'exp(a)'
        """
        written: dict[str, Tree] = {}
        for name in names_reached(names(tree), self.equations):
            if name in self.equations:
                written[name] = substitute(self.equations[name], written)
        return substitute(tree, written)

    @property
    def declared(self) -> Mapping[str, Domain]:
        """The domains as they were declared: what makes a distribution one is an equation here."""
        return {**self.domains, **dict.fromkeys(self.distributions, _DISTRIBUTION)}

    def domain(self, name: str) -> Domain:
        """Say where a quantity lives.

        >>> Meaning(domains={"p": "positive"}).domain("p")
        'positive'
        """
        return self.domains.get(name, self.default)

    def is_positive(self, name: str) -> bool:
        """Say whether a quantity is known to lie above 0."""
        domain = self.domain(name)
        return domain == "positive" or (isinstance(domain, Interval) and domain.low is not None and domain.low >= 0)

    @property
    def complex(self) -> bool:
        """Whether any quantity may be a complex number."""
        return self.default == "complex" or "complex" in self.domains.values()


def about_network(graph: Graph, meaning: Meaning) -> Meaning:
    """Give the meaning with the network's domains in it, and what a distribution is.

    Its entries are shares between 0 and 1, the last one what the others leave; a distribution that an equation
    computes is what the equation says.
    """
    domains = {**graph.domains, **meaning.domains}
    shared = tuple(name for name, domain in domains.items() if domain == _DISTRIBUTION)
    if not domains.keys() - meaning.domains.keys() and not shared:
        return meaning
    free = (name for name in shared if not {name, f"{name}[1]", f"{name}[1,1]"} & meaning.equations.keys())
    equations = {**last_entries(free, graph), **meaning.equations}
    domains |= dict.fromkeys(shared, _SHARES)
    known = {"equations": MappingProxyType(equations), "domains": MappingProxyType(domains)}
    return replace(meaning, **known, distributions=shared)


def names_reached(start: tuple[str, ...], equations: Mapping[str, Tree]) -> tuple[str, ...]:
    """List the names that some names depend on through equations, themselves included, definitions first.

    >>> from symnn.expressions.tree import Name
    >>> names_reached(("y",), {"y": Name("a"), "a": Name("x")})
    ('x', 'a', 'y')
    """
    done: dict[str, None] = {}
    opened: set[str] = set()
    waiting = list(reversed(start))
    while waiting:
        name = waiting[-1]
        if name in done or name not in equations:
            done.setdefault(name)
            waiting.pop()
        elif name in opened:
            done[name] = None
            waiting.pop()
        else:
            opened.add(name)
            waiting.extend(reversed([used for used in names(equations[name]) if used not in done]))
    return tuple(done)
