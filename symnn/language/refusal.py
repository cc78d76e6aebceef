"""How a refusal travels inside the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symnn.errors import Problem

__all__ = ["Refused"]


class Refused(Exception):  # noqa: N818 - a refusal is no error; it never leaves the reader
    """A refusal on its way out of the reader, which gives its problem back as a value."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem
