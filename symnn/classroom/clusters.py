"""A cluster: the answers to a part of which the same is said, known by one id whatever the language and the run."""

from __future__ import annotations

import unicodedata
from hashlib import blake2b
from typing import Any, Final

import msgspec

from symnn.verdicts import codes
from symnn.verdicts.result import LANGUAGES
from symnn.verdicts.verdict import Verdict

__all__ = ["cluster_of", "folded_text"]

_BYTES: Final = 12
_OF_SUBMISSIONS: Final = frozenset({codes.CONVENTION_MIXED.code})
"""Findings that come of a student's other answers, not of this one."""
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


def cluster_of(exercise: str, part: str, text: str, verdict: Verdict) -> str:
    """Give the id of the cluster of an answer: BLAKE2b-96 of the part, the verdict, the share and the findings.

    Of what cannot be read its text counts, of what nobody could decide or explain what was read: these are the same
    only if the same was written.
    """
    said = [] if verdict.verdict == "unreadable" else sorted(map(_said, verdict.findings), key=_encode)
    found = [one for one in said if one[0] not in _OF_SUBMISSIONS]
    written = ""
    if verdict.verdict == "unreadable":
        found = sorted([finding.code, {}] for finding in verdict.findings)
        written = folded_text(text)
    elif verdict.verdict == "undecided" or _is_unexplained(verdict):
        written = verdict.read.text
    about = [exercise, part, verdict.verdict, str(verdict.credit), found, written]
    return blake2b(_encode(about), digest_size=_BYTES).hexdigest()


def folded_text(text: str) -> str:
    """Give a text as texts are compared: NFKC, blanks folded.

    >>> folded_text(" 不　会 "), folded_text("Ａ  b")
    ('不 会', 'A b')
    """
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _is_unexplained(verdict: Verdict) -> bool:
    """Tell if it is not right and nobody knows why."""
    if verdict.verdict == "correct":
        return False
    return not verdict.findings or any(finding.code == codes.UNEXPLAINED.code for finding in verdict.findings)


def _said(finding: Any) -> list[Any]:
    """Give the code and the facts of a finding; an author's sentences are no facts."""
    facts = {name: fact for name, fact in finding.facts.items() if name not in LANGUAGES}
    return [finding.code, facts]
