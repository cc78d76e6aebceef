"""How far a long run is: one line that changes on a terminal, one line per 10 % elsewhere; on standard error."""

from __future__ import annotations

import time

import click

from symnn.messages import Language, say

__all__ = ["Progress"]

TENTHS = 10
SECONDS = 5.0
"""Elsewhere than on a terminal a line is not worth more than this: a log of a short run stays short."""


class Progress:
    """Told after each answer how many are done."""

    def __init__(self, lang: Language, *, terminal: bool) -> None:
        self.lang = lang
        self.terminal = terminal
        self._shown = 0
        self._since = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        """Show how far it is, if that has changed enough to be worth a line."""
        step = done * (100 if self.terminal else TENTHS) // of
        if step == self._shown or not (self.terminal or time.monotonic() > self._since + SECONDS):
            return
        self._shown, self._since = step, time.monotonic()
        text = say("graded-so-far", {"done": done, "of": of, "percent": done * 100 // of}, self.lang)
        if self.terminal:
            click.echo(f"\r{text}" + ("\n" if done == of else ""), err=True, nl=False)
        else:
            click.echo(text, err=True)
