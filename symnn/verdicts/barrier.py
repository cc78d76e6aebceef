"""An exception in an explanation never loses the verdict: the answer is told as unexplained, and the log has a line."""

from __future__ import annotations

import logging
from collections.abc import Callable
from traceback import extract_tb

from symnn.verdicts import codes
from symnn.verdicts.finding import Finding

__all__ = ["UNEXPLAINED", "explained", "failed"]

UNEXPLAINED = (codes.UNEXPLAINED(),)

_LOG = logging.getLogger("symnn")
_LOG.addHandler(logging.NullHandler())


def explained(
    explain: Callable[[], tuple[Finding, ...]], otherwise: tuple[Finding, ...] = UNEXPLAINED
) -> tuple[Finding, ...]:
    """Give an explanation, or what is said instead where its program fails; marks never depend on it.

    >>> explained(lambda: (Finding("sign"),))[0].code, explained(lambda: 1 / 0)[0].code
    ('sign', 'unexplained')
    """
    try:
        return explain()
    except Exception as error:  # noqa: BLE001 - whatever it is, the verdict stands
        failed(error)
        return otherwise


def failed(error: Exception) -> None:
    """Write what failed into the log: one line, or the whole way to it where the log is for debugging."""
    last = extract_tb(error.__traceback__)[-1]
    _LOG.warning(
        "unexplained: %s: %.200s (%s:%s)",
        type(error).__name__,
        error,
        last.filename.rpartition("symnn/")[2],
        last.lineno,
        exc_info=error if _LOG.isEnabledFor(logging.DEBUG) else None,
    )
