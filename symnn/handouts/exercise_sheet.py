"""An exercise as a document: what is asked, in a student's variant, and on demand the model answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING

from msgspec import Struct

from symnn.derivation.paths import path_count, paths
from symnn.derivation.sweep import derive
from symnn.errors import Problem
from symnn.expressions.tree import Derivative, Matrix, Name, Tree, mapped
from symnn.handouts.chains import chain, route_through
from symnn.handouts.digits import shown
from symnn.handouts.document import Block, Document, Heading, Prose, ProseFact, Title, Verbatim, source_line
from symnn.handouts.equations import picture
from symnn.handouts.partials import Partials, Way, folded, short
from symnn.handouts.pictures.decorating import network_picture
from symnn.language.lines import read_lines
from symnn.language.reading import Reading, read
from symnn.notation.items import Aligned, Equals, Expression, Line, Piece, Value, expression
from symnn.notation.layout import symbols_of
from symnn.numeric.formatting import fraction
from symnn.questions.description import in_variant
from symnn.questions.solving import middle, worked_out, written_as_allowed
from symnn.questions.trails import trail_of

if TYPE_CHECKING:
    from symnn.documents.kinds import Bilingual
    from symnn.exercises.exercise import Exercise
    from symnn.networks.network import Network
    from symnn.notation.boxes import Box
    from symnn.notation.symbols import Symbols
    from symnn.questions.mathematics import Expression as AuthorExpression
    from symnn.questions.part import Part

__all__ = ["ExerciseSheet", "exercise_document", "sheet_document"]

MOST_PATHS = 16
"""A model answer with more paths than this is written as its name alone."""


Seeds = Callable[[str], str]
"""Gives the seed of a part by its id: each part of a student has a variant of its own."""


class ExerciseSheet(Struct, frozen=True, dict=True):
    """An exercise as it is printed, with model answers, hints, notes and feedback where ``solution`` asks for them.

    What does not depend on the student, pictures and derivations, is made once, for whoever comes first.
    """

    exercise: Exercise
    solution: bool = False

    def document(self, seed: str | Seeds = "") -> Document:
        """Lay out the exercise; ``seed`` chooses the variants."""
        exercise = self.exercise
        blocks: list[Block] = [Title(exercise.title.zh, exercise.title.en)]
        blocks += source_line(exercise.file.source)
        blocks.append(_verbatim(exercise.file.prompt))
        for count, one in enumerate(self.parts, 1):
            own = seed if isinstance(seed, str) else seed(one.part.file.id)
            blocks += _asked(count, one.part, own)
            if self.solution:
                blocks += one.path
                blocks += one.solved(own)
        return Document(tuple(blocks), self.symbols)

    @cached_property
    def symbols(self) -> Symbols:
        """The names that are not written as their parts say."""
        return symbols_of(self.exercise.network.graph)

    @cached_property
    def parts(self) -> tuple[PartSolution, ...]:
        """The parts in their order."""
        return tuple(PartSolution(part, self.exercise.network) for part in self.exercise.parts)


def exercise_document(exercise: Exercise, seed: str | Seeds = "", *, solution: bool = False) -> Document:
    """Lay out an exercise in the variant of a seed, with its model answers if asked for."""
    return ExerciseSheet(exercise, solution).document(seed)


def sheet_document(
    sheets: Sequence[ExerciseSheet], student: str, name: str, seed: Callable[[str, str], str]
) -> Document:
    """Lay out several exercises for one student; ``seed`` gives that of an exercise and part, by their ids."""
    blocks: list[Block] = [Prose("sheet-of", {"student": student, "name": name})]
    symbols: dict[str, Box] = {}
    for sheet in sheets:
        made = sheet.document(partial(seed, sheet.exercise.id))
        blocks += made.blocks
        symbols |= made.symbols
    return Document(tuple(blocks), symbols)


def _verbatim(text: Bilingual) -> Verbatim:
    return Verbatim(text.zh, text.en)


def _asked(count: int, part: Part, seed: str) -> Iterator[Block]:
    about = part.file
    title: Bilingual | str = about.title or ""
    yield Heading("head-part", {"number": count, "title": title, "part": about.id, "points": fraction(about.points)})
    yield _verbatim(in_variant(about.ask, part, seed))
    for option in about.choices:
        yield Verbatim(f"{option.id}. {option.text.zh}", f"{option.id}. {option.text.en}")


class PartSolution(Struct, frozen=True, dict=True):
    """The model answer of a part, and what else an assistant needs to grade it."""

    part: Part
    network: Network

    @cached_property
    def path(self) -> tuple[Block, ...]:
        """The picture of the network with the paths of the derivative that the part is about."""
        trail = trail_of(self.part)
        if trail is None or trail.wrt.partition("[")[0] not in self.network.graph.quantities:
            return ()
        drawn = network_picture(self.network, trail.wrt, trail.of)
        return picture(self.network.graph, drawn) if any(drawn.tracks) else ()

    def solved(self, seed: str) -> Iterator[Block]:
        """Give the model answer, what else is accepted and why, hints, and what to say to which answer."""
        part = self.part
        yield Prose("model-answer")
        yield from self._answer(seed)
        yield from self._accepted
        for hint in part.file.hints:
            yield Prose("hint")
            yield _verbatim(in_variant(hint, part, seed))
        for said, feedback in zip(self._triggers, part.file.feedback, strict=True):
            yield said
            yield _verbatim(in_variant(feedback.say, part, seed))

    def _answer(self, seed: str) -> Iterator[Block]:
        part = self.part
        match part.file.kind:
            case "choice":
                yield Prose("answer-choice", {"choices": tuple(sorted(part.content.chosen))})
            case "chain":
                ways = (tuple(path.split(" -> ")) for path in part.solution(seed).split("; "))
                yield Aligned(tuple(Line((), (route_through(path),)) for path in ways))
            case "number" | "matrix" if part.file.tolerance is not None:
                yield Aligned((_number(part, seed),))
            case "steps" if part.network.shapes:
                yield Aligned(tuple(_derivation(part, seed)))
            case _:
                yield self._formula

    @cached_property
    def _formula(self) -> Aligned:
        return Aligned((_formula(self.part, self.part.content.answer.written),))

    @cached_property
    def _accepted(self) -> tuple[Block, ...]:
        found: list[Block] = []
        for accept, meant in self.part.content.accept:
            if meant.written in self.part.content.asked:
                continue  # the quantity itself, there to prove the model answer
            credit = fraction(accept.share * self.part.file.points)
            found.append(Prose("also-accepted", {"value": Piece(meant.written), "credit": credit}))
            if accept.note:
                found.append(_verbatim(accept.note))
        return tuple(found)

    @cached_property
    def _triggers(self) -> tuple[Prose, ...]:
        """Say for each feedback to which answer it is given; by which mistake, where the author said that."""
        part = self.part
        if part.file.choices:
            named = [part.kind.read(one.when.text) for one in part.file.feedback if one.when is not None]
            answers = [_chosen(one) for one in named if not isinstance(one, Problem)]
        else:
            answers = [_trigger(when) for _, when in part.content.feedback]
        return tuple(
            Prose(
                "feedback-to-mistake" if "instead" in answer else "feedback-to",
                {**answer, "credit": fraction(feedback.credit * part.file.points)},
            )
            for answer, feedback in zip(answers, part.file.feedback, strict=True)
        )


def _chosen(letters: frozenset[str]) -> dict[str, ProseFact]:
    return {"answer": tuple(sorted(letters))}


def _trigger(when: AuthorExpression) -> dict[str, ProseFact]:
    answer = Piece(when.written)
    if not when.instead:
        return {"answer": answer}
    return {"answer": answer, "instead": tuple(Equals(Name(name), tree, sign="→") for name, tree in when.instead)}


def _derivation(part: Part, seed: str) -> Iterator[Line]:
    """Write the lines of a derivation in matrix form."""
    lines = read_lines(part.solution(seed), part.scope)
    for line in () if isinstance(lines, Problem) else lines:
        first, *others = [expression(side) for side in line.sides]
        yield Line(first, tuple(others), stacked=len(others) > 1)


def _formula(part: Part, written: Tree) -> Line:
    """Write a formula; a derivative is followed by its factors, f' first, then in short form."""
    match written:
        case Derivative(Name(of), Name(wrt)) if wrt not in part.network.shapes:
            return Line(expression(written), _derived(part, of, wrt) or (expression(written),), stacked=True)
        case Name(name) if name in part.graph.definitions or name in part.base.definitions:
            inside = written_as_allowed(part, written)
            return (
                Line((), (expression(written),))
                if inside == written
                else Line(expression(written), (expression(inside),))
            )
    carried = mapped(written, lambda node: worked_out(part, node))
    steps = (expression(written), expression(carried)) if carried != mapped(written, _same) else (expression(written),)
    return Line((), steps) if len(steps) == 1 else Line(steps[0], steps[1:], stacked=True)


def _same(_node: Tree) -> None:
    return None


def _derived(part: Part, of: str, wrt: str) -> tuple[Expression, ...]:
    graph = part.network.entrywise
    derivation = derive(graph, of, (wrt,))
    if path_count(derivation, wrt) > MOST_PATHS:
        return ()
    walked = paths(derivation, wrt)
    ways: tuple[Way, ...] = (derivation.by_name, Partials(graph).primed, short, folded)
    steps = [chain(walked, way) for way in ways]
    return tuple(dict.fromkeys(steps))


def _number(part: Part, seed: str) -> Line:
    """Write what is asked for and its value in the variant; vectors and matrices entry by entry."""
    written = expression(part.content.answer.written)
    reading = read(part.solution(seed), part.scope)
    if isinstance(reading, Reading) and isinstance(reading.tree, Matrix):
        return Line(written, (expression(reading.tree),))
    exact = middle(part, part.content.answer.value, seed)
    if part.file.tolerance is None or part.file.tolerance.decimals is None:
        return Line((), (written,), shown(float(exact)))
    digits = part.solution(seed)
    return Line((), (written,), Value(digits, Fraction(digits) == exact))
