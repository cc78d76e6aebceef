"""Marks the statements and the arms of a module, so that it keeps by itself where it has been.

A tracer is told of every line by Python 3.11, which makes tests three times as slow. A mark is one assignment,
``__reached__[7] = 1``: before a statement, at the beginning of each arm of an ``if``, a loop and a ``match``, and where
one of them is passed without taking an arm.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

EXCLUDED = re.compile(r"pragma: no cover|^\s*if TYPE_CHECKING:|\bassert_never\(|:\s*\.\.\.\s*(#.*)?$")
"""What nothing is expected to run through."""


class Mark(NamedTuple):
    """What is counted: a statement on a line, or the arm of it that leads to another line (0: past its end)."""

    line: int
    to: int | None = None


class Marker:
    """Puts marks into the tree of a module; ``marks`` says what they stand for."""

    def __init__(self, source: str) -> None:
        self.lines = source.splitlines()
        self.marks: list[Mark] = []

    def marked(self, tree: ast.Module) -> ast.Module:
        """Give the tree with its marks."""
        tree.body = self._block(tree.body)
        return ast.fix_missing_locations(tree)

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Mark each statement; texts and what speaks to the compiler stay as they are."""
        found = []
        for statement in body:
            silent = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            silent |= isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
            if not silent and not self._is_excluded(statement):
                found.append(self._mark(Mark(statement.lineno)))
                self._inside(statement)
            found.append(statement)
        return found

    def _inside(self, statement: ast.stmt) -> None:
        match statement:
            case ast.If() | ast.For() | ast.AsyncFor() | ast.While():
                endless = isinstance(statement, ast.While) and isinstance(statement.test, ast.Constant)
                statement.body = self._arm(statement, statement.body)
                statement.orelse = self._block(statement.orelse) if endless else self._arm(statement, statement.orelse)
            case ast.Match():
                for case in statement.cases:
                    case.body = self._arm(statement, case.body)
                last = statement.cases[-1]
                if last.guard is not None or not isinstance(last.pattern, ast.MatchAs) or last.pattern.pattern:
                    statement.cases.append(ast.match_case(ast.MatchAs(), None, self._arm(statement, [])))
            case ast.Try() | ast.TryStar():
                for handler in statement.handlers:
                    handler.body = self._block(handler.body)
                statement.body, statement.orelse = self._block(statement.body), self._block(statement.orelse)
                statement.finalbody = self._block(statement.finalbody)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.With() | ast.AsyncWith():
                statement.body = self._block(statement.body)

    def _arm(self, statement: ast.stmt, body: list[ast.stmt]) -> list[ast.stmt]:
        if body and self._is_excluded(body[0]):
            return body
        return [self._mark(Mark(statement.lineno, body[0].lineno if body else 0)), *self._block(body)]

    def _is_excluded(self, statement: ast.stmt) -> bool:
        return EXCLUDED.search(self.lines[statement.lineno - 1]) is not None

    def _mark(self, mark: Mark) -> ast.stmt:
        self.marks.append(mark)
        place = ast.Subscript(ast.Name("__reached__", ast.Load()), ast.Constant(len(self.marks) - 1), ast.Store())
        where = {"lineno": mark.line, "end_lineno": mark.line, "col_offset": 0, "end_col_offset": 0}
        return ast.Assign([place], ast.Constant(1), **where)
