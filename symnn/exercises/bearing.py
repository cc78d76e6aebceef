"""What bears on a verdict: a digest of the mathematics of an exercise, and of everything a part says to answers.

Titles, prompts and hints can be changed without any answer being judged otherwise; so can the words of a question,
unless they write a left side that an answer may repeat.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import blake2b
from typing import Final

from msgspec import Struct

from symnn.errors import Place, Span
from symnn.exercises.file import ExerciseFile
from symnn.networks.graph import Graph
from symnn.questions.question import Question
from symnn.questions.working import lefts

__all__ = ["of_exercise", "of_part"]

_SHOWN: Final = frozenset({"title", "prompt", "source", "parts", "ask", "hints", "wrong", "symnn"})
"""Fields that are shown to students or proved by ``check``, and judge nobody."""
_BYTES: Final = 16


def of_exercise(file: ExerciseFile, graph: Graph) -> bytes:
    """Give the digest of what all parts of an exercise share: its network and its declarations."""
    return _digest(file, graph)


def of_part(part: Question, shared: bytes, earlier: Iterable[str]) -> str:
    """Give the digest of a part, in hexadecimal; ``earlier`` are those of the parts whose answers it carries on."""
    return _digest(shared.hex(), part.file, lefts(part), tuple(earlier)).hex()


def _digest(*things: object) -> bytes:
    found = blake2b(digest_size=_BYTES)
    for thing in things:
        for piece in _pieces(thing):
            found.update(piece.encode("utf-8", "surrogatepass") + b"\x00")
    return found.digest()


def _pieces(thing: object) -> Iterable[str]:
    """Write a record as texts, without its places; what has no order is sorted."""
    match thing:
        case Place() | Span():
            return
        case Struct():
            yield type(thing).__name__
            for name in thing.__struct_fields__:
                if name not in _SHOWN:
                    yield name
                    yield from _pieces(getattr(thing, name))
        case Mapping():
            yield f"{len(thing)} named"
            for key in sorted(thing, key=str):
                yield str(key)
                yield from _pieces(thing[key])
        case frozenset():
            yield from _pieces(tuple(sorted(thing, key=str)))
        case tuple() | list():
            yield f"{len(thing)} listed"
            for one in thing:
                yield from _pieces(one)
        case Fraction():
            yield str(thing)
        case _:
            yield repr(thing)
