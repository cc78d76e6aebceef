"""The mathematics of an exercise: its network, and every expression of its parts read and carried out.

All parts share one graph, which grows by the derivatives that they name; so a later part knows the earlier
parts' quantities, and the student's own value of one can be put in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.adjoint import by_entries, resolve
from symnn.derivation.updates import RATE
from symnn.equality.meaning import Lambda, Meaning, about_network
from symnn.errors import Place, Problem, SymnnError
from symnn.expressions.tree import Matrix, Name, Tree, bare
from symnn.language.limits import AUTHOR
from symnn.language.names import spelled
from symnn.language.reading import read
from symnn.language.scope import Scope
from symnn.language.slips import RATES
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity
from symnn.questions.replacing import replaced

if TYPE_CHECKING:
    from symnn.documents.domain import Domain, Domains
    from symnn.documents.node import Source

__all__ = ["Expression", "Mathematics", "meaning_of", "quantities_of", "with_names"]

T = TypeVar("T")


class Expression(Struct, frozen=True):
    """An author's expression: as written, and with its derivatives carried out.

    ``instead`` are the quantities that it takes for something else, and for what.
    """

    written: Tree
    value: Tree
    instead: tuple[tuple[str, Tree], ...] = ()


def _has_rate(graph: Graph) -> bool:
    """Say whether an exercise names a learning rate of its own: a name for one that no equation uses."""
    used = {name for equation in graph.equations for name in equation.uses}
    return any(name in graph.quantities and name not in used for name in RATES)


class Mathematics:
    """Reads the expressions of an exercise one after the other and collects every problem."""

    def __init__(self, graph: Graph) -> None:
        self.scope: Scope = graph.scope if _has_rate(graph) else graph.scope.also((RATE,))
        self.graph = graph.with_entries
        self.written = graph.definitions
        self.copies: dict[str, Tree] = {}
        self.problems: list[Problem] = []

    def problem(self, code: str, place: Place, **facts: str | int | tuple[str, ...]) -> None:
        """Record a problem at a place."""
        self.problems.append(Problem(code, facts, place=place))

    def expression(self, source: Source) -> Expression | None:
        """Read an expression and carry out its derivatives; None if that fails."""
        reading = read(source.text, self.scope, limits=AUTHOR)
        if isinstance(reading, Problem):
            self._refused(reading, source)
            return None
        try:
            value, self.graph = resolve(reading.tree, self.graph)
            value = by_entries(value, self.graph)
        except SymnnError as error:
            for problem in error.problems:
                self._refused(problem, source)
            return None
        return Expression(bare(reading.tree), bare(value))

    def under(self, of: Expression, replacements: Mapping[str, Source], mark: str) -> Expression | None:
        """Give an expression with some quantities replaced, through all equations."""
        trees: dict[str, Tree] = {}
        instead: list[tuple[str, Tree]] = []
        for spelling, source in replacements.items():
            name = self.name(spelling, source.place)
            expression = self.expression(source)
            if name is None or expression is None:
                return None
            trees[name] = expression.value
            instead.append((name, expression.written))
        value, copies = replaced(of.value, trees, self.graph.definitions, mark)
        self.copies.update(copies)
        return Expression(of.written, value, tuple(instead))

    def name(self, spelling: str, place: Place) -> str | None:
        """Give the canonical name of a quantity; None, with a problem, if there is none."""
        from symnn.documents.nearest import nearest

        found = self.graph.named(spelling)
        if found is not None:
            return found
        facts = {"name": spelling, "nearest": nearest(spelling, self.scope.names)}
        self.problem("unknown-quantity", place, **facts)
        return None

    def named(self, given: Mapping[str, T], place: Place) -> Mapping[str, T]:
        """Give a map by spelling its canonical names."""
        found = {self.name(spelling, place): value for spelling, value in given.items()}
        return MappingProxyType({name: value for name, value in found.items() if name is not None})

    def read_by(self, reader: Callable[[str], T | Problem], source: Source) -> T | None:
        """Read a text by a reader of the language; None, with a problem, if it refuses."""
        answer = reader(source.text)
        if isinstance(answer, Problem):
            self._refused(answer, source)
            return None
        return answer

    def _refused(self, problem: Problem, source: Source) -> None:
        place = replace(source.at(problem.span), field=source.place.field)
        self.problems.append(Problem(problem.code, problem.facts, problem.span, place))


def with_names(graph: Graph, extra: tuple[str, ...], place: Place) -> tuple[Graph, tuple[Problem, ...]]:
    """Add further quantities to a graph: names that answers use and no equation has, such as η."""
    problems: list[Problem] = []
    quantities: dict[str, Quantity] = dict(graph.quantities)
    for spelling in extra:
        name = spelled(spelling)
        if isinstance(name, Problem):
            problems.append(Problem(name.code, name.facts, None, place))
        elif name in quantities or name in graph.functions:
            problems.append(Problem("name-taken", {"name": name}, None, place))
        else:
            quantities[name] = Quantity(name, (), "input")
    return replace(graph, quantities=MappingProxyType(quantities)), tuple(problems)


def meaning_of(mathematics: Mathematics, domains: Domains, names: Mapping[str, Domain], digest: bytes) -> Meaning:
    """Say what the names of an exercise mean to the judge; ``names`` are the domains by canonical name."""
    graph = mathematics.graph
    functions = {name: Lambda((function.parameter,), function.body) for name, function in graph.functions.items()}
    meaning = Meaning(
        equations=MappingProxyType({**graph.definitions, **mathematics.copies}),
        functions=MappingProxyType(functions),
        domains=names,
        default=domains.default,
        shapes=MappingProxyType({q.name: q.shape for q in graph.quantities.values() if q.shape}),
        digest=digest,
        conventions=graph.conventions,
        written=mathematics.written if graph.shapes else MappingProxyType({}),
    )
    return about_network(graph, meaning)


def quantities_of(expression: Expression, equations: Mapping[str, Tree]) -> tuple[str, ...]:
    """Name the quantity that an expression is, a tensor by its entries; nothing if it is more than that.

    >>> quantities_of(Expression(Name("y"), Name("y")), {"y": Name("x")})
    ('y',)
    """
    value = expression.value
    entries = [entry for row in value.rows for entry in row] if isinstance(value, Matrix) else [value]
    found = tuple(entry.name for entry in entries if isinstance(entry, Name) and entry.name in equations)
    return found if len(found) == len(entries) == len(set(found)) else ()
