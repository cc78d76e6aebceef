"""The work of a verdict, counted: all rungs, and all entries of a tensor, draw on one account.

Work is counted in units of about a microsecond, always the same for the same comparison, whatever was compared
before; a clock is never asked. An account that is used up leaves what has been proved until then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from symnn.grading.judge.constants import TooLarge

__all__ = ["Account", "account", "one_account", "spend"]

_MOST = 600_000
"""So many units a verdict may cost."""


class Account:
    """What a verdict has cost so far, and what it may cost."""

    __slots__ = ("most", "spent")

    def __init__(self, most: int = _MOST) -> None:
        self.most = most
        self.spent = 0

    @property
    def used_up(self) -> bool:
        """Whether nothing more may be done."""
        return self.spent >= self.most

    def spend(self, units: int) -> None:
        """Count a piece of work; the last piece may still be done. Raises TooLarge if the account is used up."""
        if self.used_up:
            raise TooLarge
        self.spent += units


_OPEN: ContextVar[Account | None] = ContextVar("account", default=None)


@contextmanager
def account() -> Iterator[Account]:
    """Count on an account of its own, for what is kept and not to be paid by the first who needs it.

    What fails is not kept and will fail again: whoever asked for it pays.

    >>> with account() as outer, account() as inner:
    ...     spend(5)
    >>> outer.spent, inner.spent
    (0, 5)
    """
    opened, before = Account(), _OPEN.get()
    token = _OPEN.set(opened)
    try:
        yield opened
    except Exception:
        if before is not None:
            before.spend(opened.spent)
        raise
    finally:
        _OPEN.reset(token)


@contextmanager
def one_account() -> Iterator[Account]:
    """Count on the account of the verdict that this is a part of; a verdict of its own opens one."""
    known = _OPEN.get()
    if known is not None:
        yield known
        return
    with account() as opened:
        yield opened


def spend(units: int) -> None:
    """Count work on the open account, if there is one. Raises TooLarge once it is used up."""
    known = _OPEN.get()
    if known is not None:
        known.spend(units)
