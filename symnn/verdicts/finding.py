"""A finding: one thing that is said of an answer, by its code."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from symnn.errors import NO_FACTS, Fact, Span

__all__ = ["Finding"]


class Finding(Struct, frozen=True):
    """What was found in an answer: a stable code (see the contract), the facts, and the place in the answer."""

    code: str
    facts: Mapping[str, Fact] = NO_FACTS
    span: Span | None = None
