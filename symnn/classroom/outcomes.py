"""What came of a piece of grading: the verdict in no language, what decisions need of it, and how it is said."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from symnn.classroom.clusters import cluster_of
from symnn.messages import Language
from symnn.verdicts.storing import restored
from symnn.verdicts.verdict import Finding

__all__ = ["Outcome", "outcome_of", "said_result", "said_with"]


class Outcome(Struct, frozen=True):
    """A result with its verdict, share of the points, points, and cluster; ``reading`` is what was read."""

    result: bytes
    verdict: str
    share: float
    points: float
    reading: str
    cluster: str


def outcome_of(exercise: str, part: str, text: str, result: bytes) -> Outcome:
    """Read what came of an answer."""
    verdict = restored(result)
    cluster = cluster_of(exercise, part, text, verdict)
    return Outcome(result, verdict.verdict, float(verdict.credit), float(verdict.points), verdict.read.text, cluster)


@lru_cache(maxsize=1 << 12)
def said_result(result: bytes, lang: Language) -> bytes:
    """Say a result in a language: the part of a line that is about it, as JSON."""
    return msgspec.json.encode(restored(result).to_dict(lang))


def said_with(result: bytes, more: tuple[Finding, ...], lang: Language) -> bytes:
    """Say a result with what only a whole submission or the raw cell shows."""
    verdict = restored(result)
    return msgspec.json.encode(replace(verdict, findings=(*verdict.findings, *more)).to_dict(lang))
