"""The work of a verdict, counted: all rungs, and all entries of a tensor, draw on one account.

Work is counted in units of about a microsecond, always the same for the same comparison, whatever was compared
before; a clock is never asked. An account that is used up leaves what has been proved until then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token

from symnn.expressions.literals import TooLarge

__all__ = ["Account", "account", "explaining", "one_account", "overdrawn", "spend", "spend_once"]

_MOST = 400_000
"""So many units a verdict may cost."""

_OVERDRAFT = 60_000
"""What a search for a witness may cost in any case: about 30 points of a network of 100 results."""
_EXPLAINED = 3
"""So many verdicts an explanation may cost; what is prepared for a whole class is among it."""


class Account:
    """What a verdict has cost so far, and what it may cost."""

    __slots__ = ("most", "paid", "spent")

    def __init__(self, most: int = _MOST) -> None:
        self.most = most
        self.spent = 0
        self.paid: set[object] = set()

    @property
    def used_up(self) -> bool:
        """Whether nothing more may be done."""
        return self.spent >= self.most

    def spend(self, units: int) -> None:
        """Count a piece of work; the last piece may still be done. Raises TooLarge if the account is used up."""
        if self.used_up:
            raise TooLarge
        self.spent += units

    def spend_once(self, thing: object, units: int) -> None:
        """Count what is done again and again for one thing when it is first done on this account, known before or not.

        Raises TooLarge if the account is used up.
        """
        self.spend(0 if thing in self.paid else units)
        self.paid.add(thing)


_OPEN: ContextVar[Account | None] = ContextVar("account", default=None)


class _Opening:
    """An account while it is open; in a class, because this stands around every verdict."""

    __slots__ = ("_before", "_opened", "_token")

    def __init__(self, opened: Account, before: Account | None) -> None:
        self._opened = opened
        self._before = before
        self._token: Token[Account | None] | None = None

    def __enter__(self) -> Account:
        if self._opened is not self._before:
            self._token = _OPEN.set(self._opened)
        return self._opened

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self._token is None:
            return
        _OPEN.reset(self._token)
        if self._before is not None and isinstance(error, Exception):
            self._before.spend(self._opened.spent)


def account(most: int = _MOST) -> _Opening:
    """Count on an account of its own, for what is kept and not to be paid by the first who needs it.

    What fails is not kept and will fail again: whoever asked for it pays.

    >>> with account() as outer, account() as inner:
    ...     spend(5)
    >>> outer.spent, inner.spent
    (0, 5)
    """
    return _Opening(Account(most), _OPEN.get())


@contextmanager
def overdrawn() -> Iterator[None]:
    """Let a search for a witness take some points even where the fields have used the account up.

    What it takes is counted all the same, so that of many entries only the first may overdraw.
    """
    before = _OPEN.get()
    if before is None:
        yield
        return
    opened = Account(max(before.most - before.spent, _OVERDRAFT))
    token = _OPEN.set(opened)
    try:
        yield
    finally:
        _OPEN.reset(token)
        before.spent += opened.spent


def explaining() -> _Opening:
    """Count on a larger account of its own: an explanation costs no marks, but it ends, too."""
    return _Opening(Account(_EXPLAINED * _MOST), _OPEN.get())


def one_account() -> _Opening:
    """Count on the account of the verdict that this is a part of; a verdict of its own opens one."""
    known = _OPEN.get()
    return _Opening(known or Account(), known)


def spend_once(thing: object, units: int) -> None:
    """Count work for a thing on the open account, if there is one, the first time. Raises TooLarge as `spend` does."""
    known = _OPEN.get()
    if known is not None:
        known.spend_once(thing, units)


def spend(units: int) -> None:
    """Count work on the open account, if there is one. Raises TooLarge once it is used up."""
    known = _OPEN.get()
    if known is not None:
        known.spend(units)
