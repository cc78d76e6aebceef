"""What the names of a formula mean: equations of named results, declared functions, domains, shapes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from msgspec import Struct

from symnn.language.tree import Tree, names

__all__ = ["PUBLIC_KEY", "Domain", "Interval", "Lambda", "Meaning", "Opaque", "reached"]

PUBLIC_KEY = b"symnn: the public key of practice and compare"
"""The key where no course key was made; whoever uses it knows that points can be computed by anybody."""


class Lambda(Struct, frozen=True):
    """A declared function, ``f(x) = 1/(1 + exp(-x))``."""

    parameters: tuple[str, ...]
    body: Tree


class Opaque(Struct, frozen=True):
    """A function of which nothing is known but its name."""


class Interval(Struct, frozen=True):
    """The real numbers between two ends; an end that is None is infinite. The ends belong to it or not."""

    low: Fraction | None = None
    high: Fraction | None = None


Domain: TypeAlias = Literal["real", "positive", "complex"] | Interval
"""Where a quantity lives."""

_NOTHING: Mapping[str, Tree] = MappingProxyType({})
_NO_FUNCTIONS: Mapping[str, Lambda | Opaque] = MappingProxyType({})
_NO_DOMAINS: Mapping[str, Domain] = MappingProxyType({})
_NO_SHAPES: Mapping[str, tuple[int, ...]] = MappingProxyType({})


class Meaning(Struct, frozen=True):
    """What names mean to the judge.

    ``equations``: a named result means its equation, recursively; every other name is a free quantity.
    ``key`` and ``digest`` (course key, exercise digest) choose the points that nobody can aim at.
    """

    equations: Mapping[str, Tree] = _NOTHING
    functions: Mapping[str, Lambda | Opaque] = _NO_FUNCTIONS
    domains: Mapping[str, Domain] = _NO_DOMAINS
    default: Domain = "real"
    shapes: Mapping[str, tuple[int, ...]] = _NO_SHAPES
    key: bytes = PUBLIC_KEY
    digest: bytes = b""

    def domain(self, name: str) -> Domain:
        """Say where a quantity lives.

        >>> Meaning(domains={"p": "positive"}).domain("p")
        'positive'
        """
        return self.domains.get(name, self.default)

    @property
    def complex(self) -> bool:
        """Whether any quantity may be a complex number."""
        return self.default == "complex" or "complex" in self.domains.values()


def reached(start: tuple[str, ...], equations: Mapping[str, Tree]) -> tuple[str, ...]:
    """List the names that some names depend on through equations, themselves included, definitions first.

    >>> from symnn.language.tree import Name
    >>> reached(("y",), {"y": Name("a"), "a": Name("x")})
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
