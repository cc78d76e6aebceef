"""Equations as the lecture writes them, ``a1 = w1*x1 + w3*x2``, read into a checked graph.

One equation a line; ``f(x) = …`` declares a function; ``#`` begins a comment; an empty line means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct

from symnn.documents.node import Source
from symnn.errors import GraphError, Place, Problem, Span
from symnn.graph.checking import check
from symnn.graph.conventions import Conventions
from symnn.graph.function import Function, declared
from symnn.graph.graph import Equation, Graph
from symnn.graph.quantity import Quantity, Role
from symnn.language.limits import AUTHOR
from symnn.language.names import spelled
from symnn.language.reading import Reading, read
from symnn.language.scope import Scope
from symnn.language.tree import Call, Name, Tree, bare, walk
from symnn.messages import raised
from symnn.ops.table import OPERATIONS

__all__ = ["Declarations", "Line", "graph_from_lines", "graph_from_text", "source_of"]

FUNCTION_LEFT = re.compile(r"([^\W\d_][^\s()]*)\(\s*([^\W\d_]\w*)\s*\)")


class Declarations(Struct, frozen=True):
    """What a network says beside its equations; names are canonical.

    ``parameters`` empty: every free name that is no input and no target is a parameter.
    """

    parameters: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    functions: Mapping[str, Source] = MappingProxyType({})
    shapes: Mapping[str, tuple[int, ...]] = MappingProxyType({})
    conventions: Conventions = Conventions()
    own_argument: str = ""
    latex: Mapping[str, str] = MappingProxyType({})


class Line(Struct, frozen=True):
    """One equation that was read: ``start`` is where its right side begins in the source."""

    left: str
    right: Tree
    source: Source
    start: int

    def at(self, span: Span | None = None) -> Place:
        """Say where in the file a part of the right side stands; without a span, where the line does."""
        return _place(self.source, self.start, span, self.left)


def _place(source: Source, start: int, span: Span | None, field: str) -> Place:
    if span is None:
        line_start = source.text.rfind("\n", 0, start) + 1
        text = source.text[line_start:]
        span, start = Span(0, 1), line_start + len(text) - len(text.lstrip(" \t"))
    place = source.at(Span(start + span.start, start + span.end))
    return Place(place.file, place.line, place.column, field)


def source_of(text: str, file: str = "<equations>") -> Source:
    """Take a text as a source whose first line is line 1."""
    return Source(text, Place(file, 0), "block")


def graph_from_text(text: str | Source, declarations: Declarations | None = None) -> Graph:
    """Read a network's equations.

    Raises: GraphError with every problem found, each with line and column.

    >>> graph = graph_from_text("f(x) = 1/(1 + exp(-x))\\na = w*x\\ny = f(a)\\nE = (y - z)^2")
    >>> graph.result, graph.parameters
    ('E', ('w', 'x', 'z'))
    """
    given = declarations or Declarations()
    source = source_of(text) if isinstance(text, str) else text
    problems: list[Problem] = []
    parts = tuple(_parts(source, problems))
    functions = _functions(parts, given, problems)
    lines, latex = _lines(parts, functions, given, problems)
    if problems:
        raise raised(GraphError, *problems)
    return graph_from_lines(lines, functions, given, latex)


def graph_from_lines(
    lines: tuple[Line, ...], functions: Mapping[str, Function], given: Declarations, latex: Mapping[str, str]
) -> Graph:
    """Make the graph of equations that are read, and check it.

    Raises: GraphError naming an undefined name, a second definition, a use before the definition, or a cycle.
    """
    declared_names = frozenset((*given.parameters, *given.inputs, *given.targets)) if given.parameters else None
    problems = check(lines, functions, declared_names)
    if problems:
        raise raised(GraphError, *problems)
    written = {**latex, **given.latex}
    quantities = {
        name: Quantity(name, written.get(name) or name, given.shapes.get(name, ()), role)
        for name, role in _roles(lines, given).items()
    }
    equations = tuple(Equation(line.left, bare(line.right)) for line in lines)
    frozen = MappingProxyType(dict(functions))
    return Graph(MappingProxyType(quantities), equations, frozen, given.conventions, given.own_argument)


class _Part(Struct, frozen=True):
    """One line of text, cut at its first ``=``; ``start`` is where its right side begins in the source."""

    left: str
    right: str
    source: Source
    start: int

    def at(self, span: Span | None = None) -> Place:
        return _place(self.source, self.start, span, self.left)


def _parts(source: Source, problems: list[Problem]) -> Iterator[_Part]:
    """Cut the text into equations."""
    offset = 0
    for whole in source.text.splitlines(keepends=True):
        line = whole.split("#", 1)[0]
        left, sign, right = line.replace("＝", "=").partition("=")
        start = offset + len(left) + 1 + len(right) - len(right.lstrip())
        if sign and left.strip() and right.strip():
            yield _Part(left.strip(), right.strip(), source, start)
        elif line.strip():
            place = _place(source, offset, None, "")
            problems.append(Problem("not-an-equation", {"found": line.strip()[:40]}, place=place))
        offset += len(whole)


def _functions(parts: Iterable[_Part], given: Declarations, problems: list[Problem]) -> dict[str, Function]:
    """Read the declared functions: a built-in name, or a formula in one parameter."""
    functions: dict[str, Function] = {}
    wanted = [_Part(f"{name}(x)", source.text, source, 0) for name, source in given.functions.items()]
    wanted += [part for part in parts if FUNCTION_LEFT.fullmatch(part.left)]
    for part in wanted:
        match = FUNCTION_LEFT.fullmatch(part.left)
        name = spelled(match[1]) if match else spelled(part.left)
        if isinstance(name, Problem) or match is None:
            problems.append(Problem("not-a-function", {"found": part.left}, place=part.at()))
        elif name.name in functions:
            problems.append(Problem("defined-twice", {"name": name.name}, place=part.at()))
        elif part.right in OPERATIONS:
            functions[name.name] = declared(name.name, name.latex, "x", Call(part.right, (Name("x"),)))
        else:
            answer = read(part.right, Scope.of([match[2]], dict.fromkeys(functions, 1)), limits=AUTHOR)
            if isinstance(answer, Problem):
                problems.append(Problem(answer.code, answer.facts, answer.span, part.at(answer.span)))
            else:
                functions[name.name] = declared(name.name, name.latex, match[2], answer.tree)
    return functions


def _lines(
    parts: Iterable[_Part], functions: Mapping[str, Function], given: Declarations, problems: list[Problem]
) -> tuple[tuple[Line, ...], dict[str, str]]:
    """Read the equations, and how the author spelled each name for LaTeX."""
    equations = [part for part in parts if not FUNCTION_LEFT.fullmatch(part.left)]
    names = {part.left: spelled(part.left) for part in equations}
    latex: dict[str, str] = {}
    for name in names.values():
        if not isinstance(name, Problem):
            latex[name.name] = name.latex
    known = dict.fromkeys([*latex, *given.parameters, *given.inputs, *given.targets], ())
    scope = Scope.of(known, dict.fromkeys(functions, 1), own_argument=given.own_argument, open=True)
    lines: list[Line] = []
    for part in equations:
        name = names[part.left]
        answer = read(part.right, scope, limits=AUTHOR)
        for problem in (name, answer):
            if isinstance(problem, Problem):
                span = problem.span if problem is answer else None
                problems.append(Problem(problem.code, problem.facts, span, part.at(span)))
        if not isinstance(name, Problem) and not isinstance(answer, Problem):
            _note_latex(answer, part.right, latex)
            lines.append(Line(name.name, answer.tree, part.source, part.start))
    return tuple(lines), latex


def _note_latex(answer: Reading, text: str, latex: dict[str, str]) -> None:
    """Remember how the author spelled each name, so that LaTeX writes it that way."""
    for node in walk(answer.tree):
        if isinstance(node, Name) and node.span is not None and node.name not in latex:
            name = spelled(text[node.span.start : node.span.end])
            if not isinstance(name, Problem) and name.name == node.name:
                latex[node.name] = name.latex


def _roles(lines: tuple[Line, ...], given: Declarations) -> dict[str, Role]:
    """Give every name its role, in the order: inputs, targets, parameters, then computed ones."""
    lefts = [line.left for line in lines]
    used = dict.fromkeys(name for line in lines for name in Equation(line.left, line.right).uses)
    roles: dict[str, Role] = dict.fromkeys(given.inputs, "input")
    roles |= dict.fromkeys(given.targets, "target")
    roles |= {name: "parameter" for name in given.parameters or used if name not in roles and name not in lefts}
    roles |= {name: "intermediate" if name in used else "result" for name in lefts}
    return roles
