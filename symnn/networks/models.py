"""Equations as the lecture writes them, ``a1 = w1*x1 + w3*x2``, read into a checked graph.

One equation a line; ``f(x) = …`` declares a function; ``#`` begins a comment; an empty line means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from symnn.documents.node import Source
from symnn.errors import GraphError, Place, Problem, ShapeError
from symnn.expressions.tree import Call, Entry, Name, Tree, bare, names, walk
from symnn.expressions.writing import plain
from symnn.language.accents import unmarked
from symnn.language.called_formulas import ParametrisedFormula
from symnn.language.limits import AUTHOR
from symnn.language.names import parted, spelled, taken_apart
from symnn.language.raised import layer_letters, mark_letters, powers_alike, with_brackets
from symnn.language.reading import read
from symnn.language.scope import Scope, Shape
from symnn.language.summation import summed_over
from symnn.language.tokens import indexed_names
from symnn.messages import raisable
from symnn.networks.answers import batch_shown
from symnn.networks.conventions import agreed
from symnn.networks.declarations import CutLine, Declarations, EquationLine, place_of
from symnn.networks.distributions import with_distributions
from symnn.networks.equation import Equation
from symnn.networks.expansion import of_numbers
from symnn.networks.function import Function, declared, written_out
from symnn.networks.graph import Graph
from symnn.networks.indexing import Unindexed, unindexed
from symnn.networks.inference import inferred
from symnn.networks.left_sides import cut_left, said_of, single_valued
from symnn.networks.parametrised import inlined
from symnn.networks.quantity import Quantity, Role
from symnn.networks.undeclared import doubtful
from symnn.networks.validity import check_graph
from symnn.ops.shapes import normal
from symnn.ops.table import OF_NUMBERS

__all__ = ["Declarations", "EquationLine", "graph_from_lines", "graph_from_text", "source_of"]

SIGMA = "sigma"
_SIGMA = re.compile(r"(?<![A-Za-z\\])(?:\\?sigma|σ)(?![A-Za-z0-9_'])(?P<alone>\s*(?:[-+*/^)\]},]|$))?")

_BETWEEN = re.compile(r"\s*[,;]\s*")
_CALLED = re.compile(r"([^\W\d_]\w*)\s*\(")
FUNCTION_LEFT = re.compile(r"(\\?[^\W\d_][^\s()]*)\(\s*(\\?[^\W\d_]\w*(?:\s*[,;]\s*\\?[^\W\d_]\w*)*)\s*\)")


def source_of(text: str, file: str = "<equations>") -> Source:
    """Take a text as a source whose first line is line 1."""
    return Source(text, Place(file, 0), "block")


def graph_from_text(text: str | Source, declarations: Declarations | None = None) -> Graph:
    r"""Read a network's equations.

    Raises: GraphError with every problem found, each with line and column.

    >>> graph = graph_from_text("f(x) = 1/(1 + exp(-x))\na = w*x\ny = f(a)\nE = (y - z)^2")
    >>> graph.result, graph.parameters
    ('E', ('w', 'x', 'z'))
    """
    given = declarations or Declarations()
    source = source_of(text) if isinstance(text, str) else text
    problems: list[Problem] = []
    parts = tuple(_parts(source, problems))
    written = tuple(part.left for part in parts)
    parts = tuple(replace(part, left=with_brackets(part.left, given.index, marks=True)) for part in parts)
    called = {found[1] for part in parts for found in _CALLED.finditer(part.right)}
    parts = tuple(_of_quantities(part, given, called) for part in parts)
    equations = tuple(part for part in parts if not FUNCTION_LEFT.fullmatch(part.left))
    if not equations and not problems:
        problems.append(Problem("no-equations", {}, place=place_of(source, 0, None, "")))
    functions, formulas = _functions(parts, equations, given, problems)
    arities = dict.fromkeys(functions, 1) | {name: len(one.arguments) for name, one in formulas.items()}
    plain_form = _plain_form(equations, _scope(equations, arities, given), given, problems)
    lines, given = plain_form.lines, plain_form.given
    problems.extend(_two_readings(written, lines, given, parts))
    if problems:
        raise raisable(GraphError, *problems)
    lines = tuple(inlined(line, formulas) for line in lines)
    graph = replace(graph_from_lines(lines, functions, given), sums=_sums(parts), formulas=MappingProxyType(formulas))
    if not plain_form.indexed:
        return graph
    families = {
        name: members
        for name, members in plain_form.vectors.items()
        if all(one in graph.quantities and not graph.shapes.get(one) for one in members)
    }
    return with_distributions(replace(graph, indexed=plain_form.indexed, families=MappingProxyType(families)))


def _sums(parts: Iterable[CutLine]) -> Mapping[str, tuple[str, ...]]:
    """List the letters over which each left side sums, by its own letter."""
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        apart, letters = taken_apart(unmarked(part.left)[0].strip()), summed_over(part.right)
        if apart is not None and letters:
            found[apart.base] = tuple(dict.fromkeys((*found.get(apart.base, ()), *letters)))
    return MappingProxyType(found)


def _plain_form(
    equations: tuple[CutLine, ...], scope: Scope, given: Declarations, problems: list[Problem]
) -> Unindexed:
    """Read the equations; where a sum goes over computed vectors or rows, once more with the shapes of the others."""

    def plainly(scope: Scope, found: list[Problem]) -> Unindexed:
        if given.index:
            return unindexed(equations, scope, given, found)
        return Unindexed(_lines(equations, scope, found), given, ())

    found: list[Problem] = []
    form = plainly(scope, found)
    has_rows = any(shape[:1] == (1,) for shape in scope.shapes.values())
    is_added = has_rows and not found and any(summed_over(one.right) for one in equations)
    if is_added or any(problem.code == "sum-range" for problem in found):
        _, shapes = inferred(form.lines, form.given, [])
        computed = {name: shape for name, shape in shapes.items() if shape and scope.shapes.get(name) == ()}
        found = []
        form = plainly(replace(scope, shapes={**scope.shapes, **computed}), found)
    problems.extend(found)
    return form


def _of_quantities(part: CutLine, given: Declarations, called: Collection[str]) -> CutLine:
    """Read the left side ``E(v, h)`` as E where v and h are declared and nothing calls E: it says on what E depends."""
    found = FUNCTION_LEFT.fullmatch(part.left)
    if found is None or found[1] in called:
        return part
    known = {*given.inputs, *given.targets, *given.parameters, *given.shapes}
    return replace(part, left=found[1]) if all(spelled(one) in known for one in _BETWEEN.split(found[2])) else part


def _two_readings(
    written: tuple[str, ...], lines: tuple[EquationLine, ...], given: Declarations, parts: tuple[CutLine, ...]
) -> Iterator[Problem]:
    r"""Refuse ``\sigma^2 = …`` where there is a quantity σ, too: its square has another value."""
    used = {name for line in lines for name in (line.left, *names(line.right))}.union(given.shapes, given.inputs)
    for left, own, head in powers_alike(written, used):
        place = parts[written.index(left)].at()
        yield Problem("layer-or-power", {"found": left, "name": head, "layer": "2", "own": own}, place=place)


def graph_from_lines(lines: tuple[EquationLine, ...], functions: Mapping[str, Function], given: Declarations) -> Graph:
    """Make the graph of equations that are read, and check it.

    Raises: GraphError naming an undefined name, a second definition, a use before the definition, or a cycle.
    """
    known = (*given.parameters, *given.inputs, *given.targets, *given.valued)
    declared_names = frozenset(known) if given.parameters else None
    problems = doubtful(lines, given) or check_graph(lines, functions, None)
    if problems:
        raise raisable(GraphError, *problems)
    lines = tuple(replace(line, right=agreed(line.right, given.conventions)) for line in lines)
    lines, shapes = inferred(lines, given, problems)
    if problems:
        raise raisable(ShapeError, *problems)
    problems = check_graph(lines, functions, declared_names)
    if problems:
        raise raisable(GraphError, *problems)
    quantities = {name: Quantity(name, shapes.get(name, ()), role) for name, role in _roles(lines, given).items()}
    whole = any(one.shape for one in quantities.values())
    equations = tuple(
        Equation(line.left, bare(line.right) if whole else of_numbers(bare(line.right))) for line in lines
    )
    frozen = MappingProxyType(dict(functions))
    graph = Graph(
        MappingProxyType(quantities),
        equations,
        frozen,
        given.conventions,
        given.own_argument,
        taken=_taken(quantities.values(), given),
        samples=given.samples,
        declared=MappingProxyType({n: s for n, s in given.shapes.items() if n in quantities and s != normal(s)}),
    )
    return with_distributions(graph if graph.samples or not whole else replace(graph, samples=batch_shown(graph)))


def _taken(quantities: Iterable[Quantity], given: Declarations) -> tuple[str, ...]:
    """Name the parameters that nothing declares, not even a shape."""
    parameters = () if given.parameters else (one.name for one in quantities if one.role == "parameter")
    return tuple(name for name in parameters if name not in given.shapes)


def _parts(source: Source, problems: list[Problem]) -> Iterator[CutLine]:
    """Cut the text into equations."""
    offset = 0
    for whole in source.text.splitlines(keepends=True):
        line = whole.split("#", 1)[0]
        left, sign, right = line.replace("＝", "=").partition("=")
        start = offset + len(left) + 1 + len(right) - len(right.lstrip())
        if sign and left.strip() and right.strip():
            yield cut_left(CutLine(left.strip(), right.strip(), source, start))
        elif line.strip():
            place = place_of(source, offset, None, "")
            problems.append(Problem("not-an-equation", {"found": line.strip()[:40]}, place=place))
        offset += len(whole)


def _functions(
    parts: Iterable[CutLine], equations: tuple[CutLine, ...], given: Declarations, problems: list[Problem]
) -> tuple[dict[str, Function], dict[str, ParametrisedFormula]]:
    """Read the declared functions: a built-in name, a formula in one argument, or one with quantities in it."""
    functions: dict[str, Function] = {}
    formulas: dict[str, ParametrisedFormula] = {}
    wanted = [
        CutLine(name if "(" in name else f"{name}(x)", source.text, source, 0)
        for name, source in given.functions.items()
    ]
    wanted += [part for part in parts if FUNCTION_LEFT.fullmatch(part.left)]
    for part in wanted:
        match = FUNCTION_LEFT.fullmatch(part.left)
        name = spelled(match[1]) if match else spelled(part.left)
        if isinstance(name, Problem) or match is None:
            problems.append(Problem("not-a-function", {"found": part.left}, place=part.at()))
        elif name in functions or name in formulas:
            problems.append(Problem("defined-twice", {"name": name}, place=part.at()))
        elif part.right in OF_NUMBERS:
            functions[name] = declared(name, "x", Call(part.right, (Name("x"),)))
        else:
            arguments = tuple(str(spelled(one)) for one in _BETWEEN.split(match[2]))
            answer = read(part.right, Scope.of(arguments, dict.fromkeys(functions, 1)), limits=AUTHOR)
            if isinstance(answer, Problem) or len(arguments) > 1:
                formula = _formula(part, arguments, _scope(equations, dict.fromkeys(functions, 1), given, arguments))
                if formula is not None:
                    formulas[name] = ParametrisedFormula(arguments, bare(written_out(formula, functions)))
                    continue
            if isinstance(answer, Problem):
                problems.append(Problem(answer.code, answer.facts, answer.span, part.at(answer.span)))
            elif len(arguments) > 1:
                formulas[name] = ParametrisedFormula(arguments, bare(written_out(answer.tree, functions)))
            else:
                functions[name] = declared(name, arguments[0], written_out(answer.tree, functions))
    return functions, formulas


def _formula(part: CutLine, arguments: tuple[str, ...], scope: Scope) -> Tree | None:
    """Read a formula in which quantities of the network stand; None where it cannot be read so.

    What is called without being declared is no quantity, and each argument must stand in it.
    """
    answer = read(part.right, scope, limits=AUTHOR)
    if isinstance(answer, Problem):
        return None
    called = {found[1] for found in _CALLED.finditer(part.right)}
    if called & set(names(answer.tree)) or not ParametrisedFormula(arguments, answer.tree).uses_arguments:
        return None
    return answer.tree


def _scope(
    equations: Iterable[CutLine], functions: Mapping[str, int], given: Declarations, further: tuple[str, ...] = ()
) -> Scope:
    """Make the names in scope; tensor operations can be written where there are tensors."""
    lefts = [left for part in equations if _is_name(left := unmarked(part.left)[0], given)]
    declared_names = (*given.parameters, *given.inputs, *given.targets, *given.shapes)
    marks = mark_letters((*lefts, *declared_names, *given.valued), given.index)
    above = layer_letters((*lefts, *declared_names), given.index) | marks
    families = [
        name
        for part in equations
        for name in indexed_names(with_brackets(part.right, above), given.index)
        if not _is_entry(name, given)
    ]
    raised = any((apart := taken_apart(left)) is not None and apart.base == SIGMA and apart.above for left in lefts)
    letters = [SIGMA] if not raised and _is_quantity(equations) else []
    known: dict[str, Shape] = dict.fromkeys([*further, *lefts, *declared_names, *families, *letters], ())
    known.update({name: normal(shape) for name, shape in given.shapes.items()})
    heads = {head for name in known if (head := _head(name, given.index, numbered=False))}
    scope = Scope.of(
        {name: shape for name, shape in known.items() if _head(name, given.index, numbered=True) not in heads},
        functions,
        own_argument=given.own_argument,
        indices=given.index,
        open=True,
        tensors=bool(given.shapes or given.index),
    )
    return replace(scope, marks=marks) if marks else scope


def _head(name: str, index: Collection[str], *, numbered: bool) -> str:
    """Give the letter of a member of a family: of ``h_t``, or of one that a number names, as ``h_0``; else nothing."""
    apart = taken_apart(name) if index else None
    if apart is None or not (apart.parts or apart.above):
        return ""
    places = (*filter(None, (apart.above,)), *parted(apart, index).parts)
    of_family = all(map(str.isdigit, places)) if numbered else all(place in index for place in places)
    return f"{apart.base}{apart.primes}{bool(apart.above)}{len(places)}" if of_family else ""


def _is_entry(name: str, given: Declarations) -> bool:
    """Say whether a name with a letter as index is an entry of a tensor that is declared without one: z_i of z."""
    apart = taken_apart(name)
    head = apart._replace(parts=(), square="", below="").canonical if apart is not None else ""
    return any(shape and spelled(one) == head for one, shape in given.shapes.items())


def _is_quantity(equations: Iterable[CutLine]) -> bool:
    """Say whether σ, the logistic function for many, stands everywhere without an argument: then it is a quantity."""
    found = [one for part in equations for one in _SIGMA.finditer(part.right)]
    return bool(found) and all(one["alone"] is not None for one in found)


def _is_name(left: str, given: Declarations) -> bool:
    """Say whether a left side declares a name or, with its index, a family; ``s_0`` belongs to the family of s_t."""
    apart = taken_apart(left)
    if apart is None or isinstance(spelled(left), Problem):
        return False
    return (
        not given.index
        or bool(apart.above)
        or not (apart.parts or apart.square)
        or any(part in given.index for part in parted(apart, given.index).parts)
    )


def _lines(equations: Iterable[CutLine], scope: Scope, problems: list[Problem]) -> tuple[EquationLine, ...]:
    """Read the equations."""
    lines: list[EquationLine] = []
    for part in equations:
        name = spelled(part.left)
        if isinstance(name, Problem):
            problems.append(Problem(name.code, name.facts, None, part.at()))
            continue
        answer = read(part.right, scope, limits=AUTHOR)
        if isinstance(answer, Problem):
            problems.append(Problem(answer.code, answer.facts, answer.span, part.at(answer.span)))
        elif (loose := next((node for node in walk(answer.tree) if isinstance(node, Entry)), None)) is not None:
            facts = {"name": plain(loose), "nearest": ""}  # an index that nothing declares, and no sum goes through
            problems.append(Problem("unknown-name", facts, loose.span, part.at(loose.span)))
        else:
            lines.append(EquationLine(name, said_of(replace(part, left=name), answer.tree), part.source, part.start))
    changed = frozenset(part.start for part in equations if part.said in tuple("+-*/"))
    single = single_valued(tuple(lines), changed) if changed else tuple(lines)
    if isinstance(single, Problem):
        problems.append(single)
        return ()
    return single


def _roles(lines: tuple[EquationLine, ...], given: Declarations) -> dict[str, Role]:
    """Give every name its role, in the order: inputs, targets, parameters, then computed ones."""
    lefts = [line.left for line in lines]
    used = dict.fromkeys(name for line in lines for name in Equation(line.left, line.right).uses)
    roles: dict[str, Role] = dict.fromkeys(given.inputs, "input")
    roles |= dict.fromkeys(given.targets, "target")
    if given.parameters:
        roles |= {
            name: "input" for name in given.valued if name in used and name not in (*roles, *given.parameters, *lefts)
        }
    roles |= {name: "parameter" for name in given.parameters or used if name not in roles and name not in lefts}
    roles |= {name: "intermediate" if name in used else "result" for name in lefts}
    return roles
