"""An exercise file read into an exercise that grades: every problem with its place."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from msgspec.structs import replace

from symnn.derivation.explicit import explicit
from symnn.documents.decoding import Text, read_text
from symnn.documents.domain import Domains
from symnn.documents.network_record import NetworkFile
from symnn.documents.parsed import Loaded, load_text
from symnn.equality.meaning import Meaning
from symnn.errors import Problem, SymnnError
from symnn.exercises.bearing import of_exercise
from symnn.exercises.exercise import Exercise
from symnn.exercises.file import ExerciseFile
from symnn.exercises.schema import EXERCISE
from symnn.networks.catalogue import network as network_named
from symnn.networks.graph import Graph
from symnn.networks.network import Network
from symnn.networks.network_file import network_of
from symnn.questions.every_kind import KINDS
from symnn.questions.mathematics import Mathematics, meaning_of, quantities_of, with_names
from symnn.questions.part import Part
from symnn.questions.question import NO_EXPRESSION, Content

__all__ = ["built", "load_exercise", "loaded_exercise", "read_exercise"]


def loaded_exercise(path: Path) -> Loaded[Exercise]:
    """Read an exercise file; what is wrong with it is in ``problems``, nothing is raised."""
    text = read_text(path)
    return Loaded(None, (text,)) if isinstance(text, Problem) else load_exercise(text)


def load_exercise(text: Text) -> Loaded[Exercise]:
    """Read the text of an exercise file."""
    file = read_exercise(text)
    if file.value is None:
        return Loaded(None, file.problems, file.notices)
    return replace(built(file.value), notices=file.notices)


def read_exercise(text: Text) -> Loaded[ExerciseFile]:
    """Read what an author wrote; nothing in it is read as mathematics yet."""
    return load_text(text, EXERCISE)


def built(file: ExerciseFile) -> Loaded[Exercise]:
    """Build an exercise of what its author wrote."""
    try:
        network = _network(file, Path(file.place.file).parent)
        network = replace(network, graph=explicit(network.graph))
    except SymnnError as error:
        return Loaded(None, tuple(_in_file(problem, file) for problem in error.problems))
    graph, problems = with_names(network.graph, file.names, file.place)
    mathematics = Mathematics(graph)
    contents = [KINDS[part.kind].content(part, mathematics) for part in file.parts]
    exercise = _exercise(file, network, mathematics, contents, graph)
    problems += tuple(mathematics.problems)
    return Loaded(None if problems else exercise, problems)


def _network(file: ExerciseFile, beside: Path) -> Network:
    """Take the network that the exercise uses, or make the one that it describes; a path is one beside its file."""
    if file.equations is None:
        own = beside / file.use
        return network_named(own if own.suffix and own.is_file() else file.use)
    return network_of(
        NetworkFile(
            network=file.id,
            title=file.title,
            equations=file.equations,
            shapes=file.shapes,
            index=file.index,
            functions=file.functions,
            parameters=file.parameters,
            inputs=file.inputs,
            targets=file.targets,
            own_argument=file.own_argument,
            samples=file.samples,
            values=file.values,
            place=file.place,
        )
    )


def _in_file(problem: Problem, file: ExerciseFile) -> Problem:
    return problem if problem.place is not None else replace(problem, place=replace(file.place, field="use"))


def _exercise(
    file: ExerciseFile,
    network: Network,
    mathematics: Mathematics,
    contents: list[Content | None],
    base: Graph,
) -> Exercise:
    """Put the parts together once the graph holds every derivative that they name."""
    digest = of_exercise(file, network.graph)
    meaning = _meaning(mathematics, file.domain, file, digest)
    values = MappingProxyType({**network.values, **mathematics.named(file.values, replace(file.place, field="values"))})
    parts: dict[str, Part] = {}
    for about, content in zip(file.parts, contents, strict=True):
        if about.id in parts:
            mathematics.problem("part-twice", about.place, id=about.id)
        earlier = tuple(parts[name] for name in about.follow if name in parts)
        for name in about.follow:
            if name not in parts:
                mathematics.problem("follow-unknown", about.place, id=name)
        parts[about.id] = Part(
            exercise=file.id,
            file=about,
            network=network.graph,
            base=base,
            content=replace(content, quantities=quantities_of(content.answer, meaning.equations))
            if content
            else Content(NO_EXPRESSION),
            graph=mathematics.graph,
            scope=mathematics.scope,
            meaning=meaning if about.domain is None else _meaning(mathematics, about.domain, file, digest),
            values=values,
            at=mathematics.named(about.at, about.place),
            earlier=earlier,
        )
        if content is not None:
            _prepare(parts[about.id], mathematics)
        for name in about.form.only if about.form is not None else ():
            mathematics.name(name, replace(about.place, field=f"{about.place.field}.form.only"))
    return Exercise(file, network, tuple(parts.values()), digest)


def _prepare(part: Part, mathematics: Mathematics) -> None:
    """See that a part can grade; a key that leads nowhere must not wait for a student."""
    try:
        part.kind  # noqa: B018 - reading it prepares it
    except SymnnError as error:
        place = part.file.answer.place
        mathematics.problems.extend(Problem(problem.code, problem.facts, place=place) for problem in error.problems)


def _meaning(mathematics: Mathematics, domains: Domains, file: ExerciseFile, digest: bytes) -> Meaning:
    return meaning_of(mathematics, domains, mathematics.named(domains.names, file.place), digest)
