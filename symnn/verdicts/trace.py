"""How far an answer follows the chain rule: plain records, so that pages can pass them on without the algebra."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

__all__ = ["Link", "Trace"]

Link: TypeAlias = tuple[str, str]
"""A factor of the chain rule as (of, wrt): ∂a3/∂w5 is ("a3", "w5")."""


class Trace(Struct, frozen=True):
    """The links of the chain rule, those that an answer has right, and the first that is wrong or missing."""

    of: str
    wrt: str
    links: tuple[Link, ...]
    right: tuple[Link, ...] = ()
    wrong: Link | None = None
