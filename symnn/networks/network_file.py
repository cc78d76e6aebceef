"""A network file, or bare equations, read into a network; every problem with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import cast

from msgspec.structs import replace

from symnn.documents import network as file_form
from symnn.documents.containers import Nested
from symnn.documents.domain import Domain
from symnn.documents.kinds import Bilingual
from symnn.documents.network import NetworkFile
from symnn.documents.node import Source
from symnn.documents.text import Text
from symnn.errors import AuthorError, Place, Problem
from symnn.language.names import spelled
from symnn.messages import raised
from symnn.networks.conventions import Conventions, Samples
from symnn.networks.graph import Graph
from symnn.networks.models import Declarations, graph_from_text
from symnn.networks.network import Network, Player, Point
from symnn.networks.values import split_value

__all__ = ["network_from_equations", "network_from_file", "network_of"]


def network_from_file(file: Path | Text) -> Network:
    """Read a network file.

    Raises: AuthorError or GraphError with every problem found, each with file, line and column.
    """
    loaded = file_form.read(file)
    if loaded.value is None or loaded.problems:
        raise raised(AuthorError, *loaded.problems)
    return network_of(loaded.value)


def network_from_equations(text: str | Source, name: str = "equations") -> Network:
    """Read bare equations, one a line; every name that no equation defines counts as a parameter.

    Raises: GraphError with every problem found.

    >>> network_from_equations("a = w*x").graph.parameters
    ('w', 'x')
    """
    return Network(name, Bilingual("", ""), graph_from_text(text))


def network_of(file: NetworkFile) -> Network:
    """Make the network that a file describes.

    Raises: GraphError if its equations do not make a graph, AuthorError if a value names no quantity.
    """
    problems: list[Problem] = []

    def canonical(spellings: Iterable[str]) -> tuple[str, ...]:
        names = [spelled(spelling) for spelling in spellings]
        problems.extend(Problem(name.code, name.facts, None, file.place) for name in names if isinstance(name, Problem))
        return tuple(name for name in names if not isinstance(name, Problem))

    declarations = Declarations(
        parameters=canonical(file.parameters),
        inputs=canonical(file.inputs),
        targets=canonical(file.targets),
        functions=file.functions,
        shapes=dict(zip(canonical(file.shapes), file.shapes.values(), strict=False)),
        index=file.index,
        conventions=_conventions(file, problems),
        own_argument=file.own_argument,
        samples=cast("Samples", file.samples),
    )
    if problems:
        raise raised(AuthorError, *problems)
    graph = _with_domains(graph_from_text(file.equations, declarations), file, problems)
    values = _values(file.values, graph, file.place, problems)
    points = tuple(Point(_values(point.values, graph, file.place, problems), point.name) for point in file.points)
    players = tuple(_players(file, graph, problems))
    if problems:
        raise raised(AuthorError, *problems)
    return Network(file.network, file.title, graph, file.source, file.description, values, points, players)


def _with_domains(graph: Graph, file: NetworkFile, problems: list[Problem]) -> Graph:
    """Note what quantities may be; a distribution is a vector."""
    found: dict[str, Domain] = {}
    for spelling, domain in file.domain.items():
        name = graph.named(spelling)
        if name is None:
            problems.append(Problem("unknown-quantity", {"name": spelling}, None, file.place))
        elif domain == "distribution" and len(graph.shapes.get(name, ())) != 1:
            problems.append(Problem("not-a-distribution", {"name": name}, None, file.place))
        else:
            found[name] = domain
    return replace(graph, domains=MappingProxyType({**graph.domains, **found})) if found else graph


def _players(file: NetworkFile, graph: Graph, problems: list[Problem]) -> Iterator[Player]:
    """Read who is trained in turn: each loss must be a number that the network computes."""
    for name, player in file.players.items():
        named = [(spelling, graph.named(spelling)) for spelling in (player.loss, *player.parameters)]
        unknown = [spelling for spelling, found in named if found is None]
        problems.extend(Problem("unknown-quantity", {"name": one}, None, file.place) for one in unknown)
        loss, *parameters = (found or "" for _, found in named)
        if loss and (loss not in graph.definitions or graph.shapes.get(loss)):
            problems.append(Problem("not-a-loss", {"name": loss}, None, file.place))
        yield Player(name, loss, tuple(parameters))


def _conventions(file: NetworkFile, problems: list[Problem]) -> Conventions:
    """Read the conventions that a file declares beside the usual ones."""
    import msgspec

    try:
        return msgspec.convert(dict(file.conventions), Conventions, strict=False)
    except msgspec.ValidationError as error:
        problems.append(Problem("bad-convention", {"detail": str(error)}, None, file.place))
        return Conventions()


def _values(given: Mapping[str, Nested], graph: Graph, place: Place, problems: list[Problem]) -> Mapping[str, Nested]:
    """Give values their canonical names and the shapes of their quantities; what cannot be is a problem."""
    values: dict[str, Nested] = {}
    for spelling, value in given.items():
        name = graph.named(spelling)
        if name is None:
            problems.append(Problem("unknown-quantity", {"name": spelling}, None, place))
            continue
        entries = split_value(name, graph.shapes.get(name, ()), value)
        if isinstance(entries, Problem):
            problems.append(replace(entries, place=place))
        else:
            values[name] = value
    return MappingProxyType(values)
