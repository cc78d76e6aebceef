"""Reading a text: one expression, with at most one leading ``LEFT =``; a refusal is a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from symnn.errors import Problem, Span
from symnn.expressions.tree import Call, Derivative, Negative, Tree, bare, children, holds, names, walk
from symnn.expressions.writing import plain
from symnn.language.called_formulas import size_written, written_calls
from symnn.language.conditions import WrittenComparison, by_cases, comparisons
from symnn.language.each_entry import entry_by_entry
from symnn.language.fitting_ones import counted, uncounted
from symnn.language.folds import unbound
from symnn.language.index_notation import IndexedText, in_indices
from symnn.language.limits import ANSWER, Limits
from symnn.language.lone import lone
from symnn.language.numerals import exact_number
from symnn.language.plain import Parser
from symnn.language.printed import BARE_ONES, BARE_UNIT
from symnn.language.refusal import Refused
from symnn.language.signs import COMMA, END, EQUALS, IMPLIES, NEWLINE, NUMBER, OR, RELATION, SEMICOLON, TO
from symnn.language.tokens import Tokens, scan
from symnn.language.worded_choices import WordedChoice, worded_choice

if TYPE_CHECKING:
    from symnn.language.scope import Scope

__all__ = ["Asked", "Reading", "read", "too_large"]

_GOING_ON = frozenset({EQUALS, IMPLIES})
_SEVERAL = frozenset({COMMA, SEMICOLON, OR, NEWLINE, IMPLIES, TO})
_GROUP = 3
_DERIVATIVES = frozenset({Derivative})

Asked: TypeAlias = Callable[[Tree], bool] | tuple[Tree | str, ...]
"""Which left sides answer the question: a test, or trees and texts."""


class Reading(Struct, frozen=True):
    """What was read: the tree, the text as submitted, notes on what was mended or chosen, the left side.

    ``syntax`` is ``plain`` or ``latex``.
    """

    tree: Tree
    text: str
    notes: tuple[Problem, ...] = ()
    left: Tree | None = None
    syntax: str = "plain"


def read(
    text: str,
    scope: Scope,
    *,
    syntax: str = "auto",
    limits: Limits = ANSWER,
    asked: Asked = (),
) -> Reading | Problem:
    """Read one expression; ``asked`` says which left sides are allowed (none given: any, the caller looks).

    >>> from symnn.language.scope import Scope
    >>> reading = read("2(y-z)f'(a_3)", Scope.of(["y", "z", "a_3"], {"f": 1}))
    >>> from symnn.expressions.writing import plain
    >>> plain(reading.tree)
    "2*(y - z)*f'(a3)"
    >>> read("2*(y-z", Scope.of(["y", "z"])).facts["expected"]
    "')'"
    """
    tokens = scan(text, scope, limits, syntax)
    if isinstance(tokens, Problem):
        return _otherwise(text, tokens, scope, limits, asked)
    if tokens.kinds[0] == END:
        return Problem("blank", {}, Span(0, len(text)))
    parser = Parser(tokens, scope, limits, text)
    try:
        left, tree = _sides(parser, asked)
    except Refused as refused:
        return _otherwise(text, refused.problem, scope, limits, asked)
    except RecursionError:  # the caller's own stack is nearly full; our levels are counted
        return Problem("too-large", {"limit": "depth", "most": limits.depth}, Span(0, len(text)))
    written = _without_calls(tree, text, scope, limits) if scope.formulas else tree
    if isinstance(written, Problem):
        return written
    tree = written
    loose = unbound(tree, tokens.bound, scope) if tokens.bound else None
    if BARE_ONES in tokens.values or BARE_UNIT in tokens.values:
        tree = counted(tree, scope)
        loose = loose or uncounted(tree)
    if loose is not None:
        return loose
    if (len(tokens.kinds) > limits.names or holds(tree, _DERIVATIVES)) and (
        problem := too_large(tree, limits)
    ) is not None:
        return problem
    return Reading(tree, text, tuple(parser.notes), left, "latex" if tokens.latex else "plain")


def _without_calls(tree: Tree, text: str, scope: Scope, limits: Limits) -> Tree | Problem:
    """Write functions with quantities in them out; such a function's slope ``D'(x)`` has no name."""
    if size_written(tree, scope.formulas) > limits.tokens:
        return Problem("too-large", {"limit": "tokens", "most": limits.tokens}, Span(0, len(text)))
    tree = written_calls(tree, scope.formulas)
    slope = next((one for one in walk(tree) if isinstance(one, Call) and one.function in scope.formulas), None)
    if slope is None:
        return tree
    name = slope.function + "'" * slope.order
    return Problem("unknown-name", {"name": name, "nearest": ""}, slope.span or Span(0, len(text)))


def _otherwise(text: str, refusal: Problem, scope: Scope, limits: Limits, asked: Asked) -> Reading | Problem:
    """Read what the grammar has refused as a lone number or table, entry by entry, or as a choice in words."""
    if len(text) > limits.characters:
        return refusal
    found = lone(text, limits)
    if isinstance(found, tuple):
        tree, note = found
        return Reading(tree, text, (note,))
    indexed = in_indices(text, scope) if found is None else None
    if isinstance(indexed, Problem):
        return indexed
    if indexed is not None:
        return _each_entry(text, indexed, scope, limits, asked)
    choice = worded_choice(text) if found is None else None
    if choice is not None:
        return _chosen(text, choice, scope, limits, asked)
    return refusal if found is None else found


def _each_entry(text: str, indexed: IndexedText, scope: Scope, limits: Limits, asked: Asked) -> Reading | Problem:
    """Read a formula for each entry as the whole vector or matrix."""
    inside = scope.with_bound(frozenset(indexed.letters))
    reading = read(indexed.text, inside, limits=limits, asked=asked)
    if isinstance(reading, Problem):
        return reading
    whole = Tokens([NUMBER, END], ["", ""], [0, len(text)], [len(text)] * 2, [], latex=False)
    try:
        tree = entry_by_entry(Parser(whole, inside, limits, text), reading.tree, indexed.letters)
    except Refused as refused:
        return refused.problem
    notes = reading.notes if indexed.sure else (*reading.notes, _order(indexed.letters))
    return too_large(tree, limits) or replace(reading, tree=tree, text=text, notes=notes)


def _order(letters: tuple[str, ...]) -> Problem:
    """Say which index was taken to count the rows."""
    return Problem("entry-order", dict(zip(("rows", "columns"), letters, strict=True)))


def _chosen(text: str, choice: WordedChoice, scope: Scope, limits: Limits, asked: Asked) -> Reading | Problem:
    """Read a choice in words row by row."""
    left, rows = None, []
    notes: list[Problem] = []
    for row in choice.rows:
        before = text[: choice.left] if left is None else ""
        value = read(_alone(text, row.value, before), scope, limits=limits, asked=asked)
        if isinstance(value, Problem):
            return value
        conditions: list[WrittenComparison] = []
        for place in row.conditions:
            condition = _condition(_alone(text, place), scope, limits)
            if isinstance(condition, Problem):
                return condition
            conditions += condition
        left = left or value.left
        notes += value.notes
        rows.append((value.tree, tuple(conditions)))
    tree = by_cases(rows)
    if tree is None:
        return Problem("cases", {}, Span(choice.left, len(text)))
    return too_large(tree, limits) or Reading(tree, text, tuple(notes), left)


def _alone(text: str, place: tuple[int, int], before: str = "") -> str:
    """Give one stretch of a text in its place, with blanks before it."""
    start, end = place
    return before + " " * (start - len(before)) + text[start:end]


def _condition(text: str, scope: Scope, limits: Limits) -> tuple[WrittenComparison, ...] | Problem:
    tokens = scan(text, scope, limits)
    if isinstance(tokens, Problem):
        return tokens
    parser = Parser(tokens, scope, limits, text)
    try:
        found = comparisons(parser, parser.expression())
        return found if parser.kinds[parser.at] == END else parser.fail("operator")
    except Refused as refused:
        return refused.problem


def _sides(parser: Parser, asked: Asked) -> tuple[Tree | None, Tree]:
    """Read an expression, and what is left of its equals sign if there is one."""
    if parser.kinds[0] in _GOING_ON and parser.values[0] != "≈":
        parser.notes.append(
            Problem("left-out", {"what": parser.text[parser.starts[0] : parser.ends[0]]}, parser.place(0))
        )
        parser.at = 1
    left, tree = None, parser.fraction()
    if parser.kinds[parser.at] == EQUALS:
        if parser.values[parser.at] != "=":
            parser.refuse(
                "nearly-equal", parser.at, found=parser.text[parser.starts[parser.at] : parser.ends[parser.at]]
            )
        left = tree
        if asked and not _is_asked(left, parser.source(0), asked):
            parser.refuse("not-asked", 0, found=parser.source(0))
        parser.at += 1
        tree = parser.fraction()
    return left, _finished(parser, tree)


def _is_asked(left: Tree, text: str, asked: Asked) -> bool:
    if callable(asked):
        return asked(left)
    known = bare(left)
    words = {plain(left), "".join(text.split())}
    return any(one in words if isinstance(one, str) else bare(one) == known for one in asked)


def _finished(parser: Parser, tree: Tree) -> Tree:
    """See that nothing follows the first complete expression; a lone ``0,5`` is 0.5."""
    kind = parser.kinds[parser.at]
    if kind == END:
        return tree
    if kind == COMMA and _touching(parser, parser.at):
        return _decimal_comma(parser, tree)
    if kind in (COMMA, SEMICOLON) and parser.kinds[parser.at + 1] == END:
        parser.notes.append(
            Problem("left-out", {"what": parser.text[parser.starts[parser.at]]}, parser.place(parser.at))
        )
        return tree
    if kind == RELATION:
        parser.refuse("nearly-equal", parser.at, found=parser.text[parser.starts[parser.at] : parser.ends[parser.at]])
    if kind in _SEVERAL or kind == EQUALS:
        found = parser.text[parser.starts[parser.at] : parser.ends[parser.at]]
        parser.refuse("not-one-answer", parser.at, found=found)
    return parser.fail("operator")


def _touching(parser: Parser, at: int) -> bool:
    """Say whether a comma stands directly between two numbers."""
    starts, ends = parser.starts, parser.ends
    numbers = parser.kinds[at - 1] == NUMBER == parser.kinds[at + 1]
    return numbers and ends[at - 1] == starts[at] and ends[at] == starts[at + 1]


def _decimal_comma(parser: Parser, tree: Tree) -> Tree:
    """Read ``0,5`` and ``-0,5`` as decimals where they are the whole text; elsewhere a comma separates."""
    at = parser.at
    whole, rest = parser.values[at - 1], parser.values[at + 1]
    point = f"{whole}.{rest}"
    span = Span(parser.starts[at - 1], parser.ends[at + 1])
    signed = isinstance(tree, Negative)
    if whole != "0" or not rest.isdigit() or parser.kinds[at + 2] != END or at != 1 + signed:
        nearest = whole + rest if len(rest) == _GROUP else point if whole.isdigit() else f"{whole}{rest}"
        parser.refuse("decimal-comma", at, found=f"{whole},{rest}", nearest=nearest)
    parser.notes.append(Problem("mended", {"what": f"{whole},{rest}", "read": point}, span))
    decimal = exact_number(point, span)
    return Negative(decimal, tree.span) if signed else decimal


def too_large(tree: Tree, limits: Limits) -> Problem | None:
    """Check depth and distinct names of a long text; a short one cannot have too many. Check nested derivatives."""
    nested = [(tree, 0)]
    for node, order in nested:
        inside = order + isinstance(node, Derivative)
        if inside > limits.order:
            return Problem("too-large", {"limit": "order", "most": limits.order}, tree.span)
        nested += [(child, inside) for child in children(node)]
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > limits.depth:
            return Problem("too-large", {"limit": "depth", "most": limits.depth}, tree.span)
        level = [child for node in level for child in children(node)]
    if len(names(tree)) > limits.names:
        return Problem("too-large", {"limit": "names", "most": limits.names}, tree.span)
    return None
