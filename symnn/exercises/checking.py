"""Proof of an exercise: its own answers score full marks, every wrong answer gets the feedback that it should."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from symnn.documents.decoding import Text, read_text
from symnn.documents.nearest import nearest
from symnn.documents.node import Fields
from symnn.documents.parsed import parse
from symnn.equality.enclosing import Unknown
from symnn.equality.meaning import names_reached
from symnn.equality.numbers import number_window
from symnn.errors import Fact, Place, Problem, SymnnError
from symnn.exercises.loading import load_exercise
from symnn.expressions.tree import Derivative, Matrix, Name, Tree, bare, names, walk
from symnn.language.reading import read
from symnn.messages import sentences
from symnn.questions.description import texts_of
from symnn.questions.expressed import Expressed
from symnn.questions.kind import Sitting
from symnn.questions.placeholders import wanted
from symnn.questions.reference import Reference
from symnn.questions.solving import number_of, numbers_of, typed
from symnn.questions.variants import is_drawn
from symnn.questions.working import lefts_in, plain_name
from symnn.verdicts.verdict import Read

if TYPE_CHECKING:
    from symnn.exercises.exercise import Exercise
    from symnn.questions.mathematics import Expression
    from symnn.questions.part import Part
    from symnn.verdicts.verdict import Verdict

__all__ = ["check_exercise", "check_file", "check_part", "notes_on"]

SEEDS = ("", "1", "2", "3", "4", "5")
"""The variants in which a part with drawn values is proved."""

_SHOWN = 200
"""So much of an answer stands in a message."""


def check_file(path: Path, *, mathematics: bool = True) -> tuple[Problem, ...]:
    """Find everything that is wrong with an exercise or network file; without ``mathematics`` its form only."""
    text = read_text(path)
    if isinstance(text, Problem):
        return (text,)
    document, problems = parse(text.text, text.file)
    if not isinstance(document.root, Fields):
        return problems or (Problem("not-a-file-of-ours", {"file": path.name}, place=Place(text.file)),)
    fields = {key.text for key, _ in document.root.fields}
    if "network" in fields and "parts" not in fields:
        return _network(text, mathematics=mathematics)
    if not fields & {"id", "parts"}:
        return (Problem("not-a-file-of-ours", {"file": path.name}, place=Place(text.file)),)
    return _exercise(text, mathematics=mathematics)


def notes_on(path: Path) -> tuple[Problem, ...]:
    """Say what is no mistake but should be seen: which undeclared names of a network file count as parameters."""
    from symnn.documents.network_record import read_network
    from symnn.networks.network_file import network_of

    text = read_text(path)
    if isinstance(text, Problem):
        return ()
    document, _ = parse(text.text, text.file)
    fields = document.root.fields if isinstance(document.root, Fields) else ()
    if "network" not in {key.text for key, _ in fields}:
        return ()
    loaded = read_network(text)
    try:
        taken = network_of(loaded.value).graph.taken if loaded.value is not None else ()
    except SymnnError:
        return ()
    return (Problem("taken-for-parameters", {"names": taken}, place=Place(text.file)),) if taken else ()


def _network(text: Text, *, mathematics: bool) -> tuple[Problem, ...]:
    from symnn.documents.network_record import read_network
    from symnn.networks.network_file import network_of

    loaded = read_network(text)
    if loaded.value is None or not mathematics:
        return loaded.problems
    try:
        network_of(loaded.value)
    except SymnnError as error:
        return error.problems
    return ()


def _exercise(text: Text, *, mathematics: bool) -> tuple[Problem, ...]:
    from symnn.documents.parsed import load_text
    from symnn.exercises.schema import EXERCISE

    if not mathematics:
        return load_text(text, EXERCISE).problems
    loaded = load_exercise(text)
    return loaded.problems if loaded.value is None else check_exercise(loaded.value)


def check_exercise(exercise: Exercise) -> tuple[Problem, ...]:
    """Prove an exercise that could be read."""
    return tuple(problem for part in exercise.parts for problem in check_part(part))


def check_part(part: Part) -> Iterator[Problem]:
    """Prove one part of an exercise that could be read."""
    yield from _placeholders(part)
    yield from _following(part)
    yield from _given(part)
    yield from _lefts(part)
    yield from _unknown_feedback(part)
    missing = tuple(_without_value(part))
    if missing:
        yield _problem("no-value", part.file.answer.place, names=missing)
        return
    for seed in SEEDS if is_drawn(part.at) else SEEDS[:1]:
        found = tuple(_variant(part, seed))
        if found:
            yield from found
            return


def _variant(part: Part, seed: str) -> Iterator[Problem]:
    """Prove one variant of a part."""
    try:
        yield from _own_answer(part, seed)
        yield from _accepted(part, seed)
        yield from _spoken_about(part, seed)
    except Unknown:
        yield _problem("no-finite-value", part.file.answer.place)
        return
    for wrong in part.file.wrong:
        verdict = part.grade(wrong.answer.text, seed=seed)
        if verdict.verdict in ("correct", "unreadable", "undecided"):
            yield _problem("wrong-is-right", wrong.answer.place, answer=wrong.answer.text, graded=verdict.verdict)
        elif wrong.feedback not in _found(verdict):
            facts: dict[str, Fact] = {"answer": wrong.answer.text, "got": _found(verdict), "expected": wrong.feedback}
            yield Problem("wrong-unreached", facts, place=wrong.answer.place)


def _own_answer(part: Part, seed: str) -> Iterator[Problem]:
    """See that the model answer, typed as a student would, is right."""
    answer = part.solution(seed)
    verdict = part.grade(answer, seed=seed)
    if any(finding.code.startswith("form") for finding in verdict.findings):
        return  # the model answer may be written more freely than a student's
    if verdict.verdict != "correct":
        code = "own-answer-long" if verdict.findings[0].code == "too-large" else "own-answer-fails"
        yield _problem(code, part.file.answer.place, answer=_clipped(answer), graded=verdict.verdict)


def _clipped(answer: str) -> str:
    return answer if len(answer) <= _SHOWN else f"{answer[:_SHOWN]}…"


def _accepted(part: Part, seed: str) -> Iterator[Problem]:
    """See that every accepted answer earns its credit, and is the model answer where its author says nothing else."""
    for accept, value in part.content.accept:
        if accept.is_answer and not _is_proved(part, value, seed):
            yield _problem("accepted-not-proved", accept.value.place, value=accept.value.text)
        if not part.kind.typed:
            continue
        answer = typed(part, value.written)
        verdict = part.grade(answer, seed=seed)
        if verdict.credit != accept.share:
            facts: dict[str, Fact] = {"answer": _clipped(answer), "graded": verdict.verdict}
            facts |= {"credit": str(verdict.credit), "expected": str(accept.share)}
            yield Problem("accepted-fails", facts, place=accept.value.place)


def _is_proved(part: Part, value: Expression, seed: str) -> bool:
    """Prove an accepted answer equal to the model answer; of numbers, at the values of a variant."""
    kind = part.kind
    if kind.typed or not isinstance(kind, Expressed):
        return Reference(part.content.answer.value, part.meaning).judge(value.value, "", explain=False).equal is True
    write = numbers_of if isinstance(value.value, Matrix) else number_of
    reading = kind.read(write(part, value.value, seed))
    key = kind.offers(Sitting(part.meaning, seed)).key
    return not isinstance(reading, Problem) and kind.compared(kind.value(reading, Read()), key, "").equal is True


def _spoken_about(part: Part, seed: str) -> Iterator[Problem]:
    """See that every feedback can be reached: no better one and no tolerance stands before it."""
    for feedback, value in part.content.feedback:
        if part.file.kind == "number" and part.file.tolerance is not None:
            numbers = part.numbers(seed)
            window = number_window(value.value, part.meaning, numbers, part.file.tolerance)
            key = number_window(part.content.answer.value, part.meaning, numbers, part.file.tolerance)
            middle = (window.low + window.high) / 2
            if key.holds(middle) and not is_drawn(part.at):
                yield _problem("feedback-in-window", feedback.place, id=feedback.id)
        elif part.kind.typed and not feedback.replace:
            verdict = part.grade(typed(part, value.written), seed=seed)
            if feedback.id not in _found(verdict):
                facts: dict[str, Fact] = {"id": feedback.id, "got": _found(verdict) or (verdict.verdict,)}
                yield Problem("feedback-unreached", facts, place=feedback.place)


def _found(verdict: Verdict) -> tuple[str, ...]:
    """List what was said to an answer: ids of feedback, codes of findings."""
    return tuple(
        str(finding.facts["id"]) if finding.code == "feedback" else finding.code for finding in verdict.findings
    )


def _placeholders(part: Part) -> Iterator[Problem]:
    """See that every placeholder has a value."""
    known = part.variant()
    for text in texts_of(part):
        for name in dict.fromkeys((*wanted(text.zh), *wanted(text.en))):
            if name not in known:
                facts = {"name": name, "nearest": nearest(name, known)}
                yield Problem("unknown-placeholder", facts, place=part.file.place)


def _given(part: Part) -> Iterator[Problem]:
    """See that what may be used as a value is a derivative, and not what is asked."""
    for source, given in zip(part.file.given, part.content.given, strict=True):
        if not isinstance(given.written, Derivative):
            yield _problem("given-no-derivative", source.place, given=source.text)
        elif given.written in part.content.asked:
            yield _problem("given-is-asked", source.place, given=source.text)


def _lefts(part: Part) -> Iterator[Problem]:
    """See that the question and ``asked`` agree: a left side listed stands in it, and what it asks for is listed."""
    if "asked" not in part.kind.fields:
        return
    listed = part.content.asked[1:]
    for lang, text in (("zh", part.file.ask.zh), ("en", part.file.ask.en)):
        lefts = tuple(lefts_in(text))
        if listed and not any(_writes(left, one, part) for left in lefts for one in listed):
            yield _problem("asked-not-in-ask", part.file.asked[0].place, asked=part.file.asked[0].text, language=lang)
            return
        missing = next((left for left in lefts if _is_meant(left, part)), None)
        if missing is not None:
            yield _problem("left-not-listed", part.file.place, left=missing)
            return


def _writes(left: str, listed: Tree, part: Part) -> bool:
    """Say whether a formula of the question has a listed left side in it; D is what $D^*$ is about."""
    reading = read(left, part.scope)
    if isinstance(reading, Problem):
        return isinstance(listed, Name) and plain_name(left).rstrip("*'") == plain_name(listed.name)
    return any(node == listed for node in walk(bare(reading.tree)))


def _is_meant(left: str, part: Part) -> bool:
    """Say whether a derivative that the question names is the model answer, and no left side that may be repeated."""
    reading = read(left, part.scope)
    if isinstance(reading, Problem) or not isinstance(reading.tree, Derivative):
        return False
    tree = bare(reading.tree)
    if tree in part.content.asked:
        return False
    try:
        return part.subject.compare(tree, part.content.answer.written).equal is True
    except SymnnError:
        return False


def _following(part: Part) -> Iterator[Problem]:
    """See that what is carried forward is one quantity at the same values."""
    for earlier in part.earlier:
        if not earlier.content.quantities:
            yield _problem("follow-not-a-quantity", part.file.place, id=earlier.file.id)
        if is_drawn(part.at) or is_drawn(earlier.at):
            yield _problem("follow-drawn", part.file.place, id=earlier.file.id)


def _unknown_feedback(part: Part) -> Iterator[Problem]:
    """See that a wrong answer expects a feedback or a finding that there is."""
    own = {feedback.id for feedback in part.file.feedback}
    for wrong in part.file.wrong:
        if wrong.feedback not in own and wrong.feedback not in sentences("en"):
            facts = {"id": wrong.feedback, "nearest": nearest(wrong.feedback, {*own, *sentences("en")})}
            yield Problem("unknown-feedback", facts, place=wrong.answer.place)


def _without_value(part: Part) -> Iterator[str]:
    """Name the quantities that a number needs and that have no value."""
    if part.file.tolerance is None:
        return
    values = part.numbers()
    for name in names_reached(names(part.content.answer.value), part.meaning.equations):
        if name not in values and name not in part.meaning.equations:
            yield name


def _problem(code: str, place: Place, **facts: Fact) -> Problem:
    return Problem(code, facts, place=place)
