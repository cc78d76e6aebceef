"""A verdict as bytes and back: codes and facts in no language, so that whoever keeps it can say it in any."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec

from symnn.verdicts.verdict import Later, Verdict

__all__ = ["restored", "stored"]


def stored(verdict: Verdict) -> bytes:
    """Write a verdict as JSON.

    >>> restored(stored(Verdict("partial", Fraction(1, 2)))).credit
    Fraction(1, 2)
    """
    return _ENCODER.encode(verdict)


def restored(data: bytes) -> Verdict:
    """Read a verdict that was `stored`."""
    return _DECODER.decode(data)


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction | Later):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError


def _read(kind: type, value: Any) -> Any:
    if kind is Fraction:
        return Fraction(value)
    raise NotImplementedError


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
_DECODER = msgspec.json.Decoder(Verdict, dec_hook=_read)
