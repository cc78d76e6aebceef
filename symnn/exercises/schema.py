"""The form of an exercise file: which fields there are, of which kind, and which of them go together."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from symnn.documents.containers import ByForm, Field, ListOf, MapOf, NestedNumbers, Record
from symnn.documents.domain import Domains, DomainsKind
from symnn.documents.kinds import (
    AnyText,
    BilingualText,
    ExactNumber,
    Flag,
    FormulaText,
    Identifier,
    OneOf,
    SourceText,
    WholeNumber,
)
from symnn.documents.network_record import EMPTY, RangeText, ShapeText, Version
from symnn.documents.node import Fields
from symnn.equality.numbers import Tolerance
from symnn.exercises.file import ExerciseFile
from symnn.questions.every_kind import KINDS
from symnn.questions.fields import Accept, Among, DrawnSteps, Feedback, Form, Option, PartFile, Rubric, Wrong

if TYPE_CHECKING:
    from symnn.documents.kinds import DocumentReading
    from symnn.documents.node import Node

__all__ = ["EXERCISE"]

CONVENTIONS: Final = ("missing-2", "half-loss", "z-y", "sign")
MOST_DECIMALS: Final = 30
MOST_STEPS: Final = 10_000

CREDIT: Final = ExactNumber(Fraction(0), Fraction(1))
POSITIVE: Final = ExactNumber(positive=True)


def _draw_is_possible(draw: DrawnSteps, node: Node, field: str, reading: DocumentReading) -> None:
    count = (draw.high - draw.low) / draw.step + 1
    if draw.low > draw.high:
        facts = {"low": str(draw.low), "high": str(draw.high)}
        reading.problem("empty-interval", node, field, facts)
    elif count > MOST_STEPS:
        reading.problem("too-many", node, field, {"limit": MOST_STEPS})
    elif all(draw.low + k * draw.step in draw.excluded for k in range(int(count))):
        reading.problem("nothing-to-draw", node, field)


def _one_tolerance(tolerance: Tolerance, node: Node, field: str, reading: DocumentReading) -> None:
    ways = (tolerance.rel, tolerance.abs, tolerance.decimals, tolerance.digits)
    if sum(way is not None for way in ways) != 1:
        reading.problem("one-of-fields", node, field, {"fields": ("rel", "abs", "decimals", "digits")})
    elif tolerance.decimals is None and (tolerance.cut or tolerance.carry):
        reading.problem("needs-field", node, field, {"field": "cut, carry", "other": "decimals"})


def _when_or_with(feedback: Feedback, node: Node, field: str, reading: DocumentReading) -> None:
    if feedback.when is None and not feedback.replace:
        reading.problem("one-of-fields", node, field, {"fields": ("when", "with")})


def _fields_fit_kind(part: PartFile, node: Node, field: str, reading: DocumentReading) -> None:
    written = {key.text for key, _ in node.fields} if isinstance(node, Fields) else set()
    kind = KINDS[part.kind]
    special = frozenset().union(*(one.fields for one in KINDS.values()))
    for name in (key.name for key in PART.fields if key.name in (written & special) - kind.fields):
        reading.problem("field-not-for-kind", node, f"{field}.{name}", {"field": name, "kind": part.kind})
    if kind.needs and kind.needs not in written:
        reading.problem("missing-field", node, field, {"field": kind.needs})


def _one_network(exercise: ExerciseFile, node: Node, field: str, reading: DocumentReading) -> None:
    if bool(exercise.use) == (exercise.equations is not None):
        reading.problem("one-of-fields", node, field, {"fields": ("use", "equations")})


STEPS: Final = Record(
    DrawnSteps,
    (
        Field("from", ExactNumber(), attribute="low"),
        Field("to", ExactNumber(), attribute="high"),
        Field("step", POSITIVE),
        Field("not", ListOf(ExactNumber()), (), attribute="excluded"),
    ),
    check=_draw_is_possible,
)
AMONG: Final = Record(Among, (Field("choice", ListOf(ExactNumber(), least=1), attribute="choices"),))


class DrawKind:
    """A value that is drawn: ``{from, to, step, not}`` or ``{choice: […]}``."""

    def read(self, node: Node, field: str, reading: DocumentReading) -> object:
        """Read the one or the other."""
        is_choice = isinstance(node, Fields) and any(key.text == "choice" for key, _ in node.fields)
        return AMONG.read(node, field, reading) if is_choice else STEPS.read(node, field, reading)

    def json_schema(self) -> dict[str, object]:
        """Describe both."""
        return {"anyOf": [STEPS.json_schema(), AMONG.json_schema()]}


GIVEN: Final = ByForm[object](scalar=NestedNumbers(), items=NestedNumbers(), fields=DrawKind())

ACCEPT: Final = Record(
    Accept,
    (
        Field("value", FormulaText()),
        Field("credit", CREDIT, None),
        Field("convention", OneOf(CONVENTIONS), ""),
        Field("note", BilingualText(), None),
    ),
)
FEEDBACK: Final = Record(
    Feedback,
    (
        Field("id", Identifier()),
        Field("say", BilingualText()),
        Field("when", FormulaText(), None),
        Field("with", MapOf(FormulaText()), EMPTY, attribute="replace"),
        Field("credit", CREDIT, Fraction(0)),
    ),
    placed=True,
    check=_when_or_with,
)
FORM: Final = Record(
    Form,
    (
        Field("only", ListOf(AnyText()), ()),
        Field("expanded", Flag(), None),
        Field("decimals", Flag(), None),
        Field("derivatives", Flag(), None),
        Field("credit", CREDIT, Fraction(0)),
    ),
)
TOLERANCE: Final = Record(
    Tolerance,
    (
        Field("rel", POSITIVE, None),
        Field("abs", POSITIVE, None),
        Field("decimals", WholeNumber(0, MOST_DECIMALS), None),
        Field("digits", WholeNumber(1, MOST_DECIMALS), None),
        Field("cut", Flag(), default=False),
        Field("carry", Flag(), default=False),
    ),
    check=_one_tolerance,
)
WRONG: Final = Record(Wrong, (Field("answer", FormulaText()), Field("feedback", Identifier())))
RUBRIC: Final = Record(
    Rubric,
    (
        Field("id", Identifier()),
        Field("gain", CREDIT),
        Field("needs", FormulaText()),
        Field("say", BilingualText(), None),
    ),
)
OPTION: Final = Record(Option, (Field("id", Identifier()), Field("text", BilingualText())))
PART: Final = Record(
    PartFile,
    (
        Field("id", Identifier()),
        Field("kind", OneOf(tuple(KINDS))),
        Field("title", BilingualText(), None),
        Field("points", POSITIVE, Fraction(1)),
        Field("ask", BilingualText()),
        Field("answer", FormulaText()),
        Field("asked", ListOf(FormulaText()), ()),
        Field("given", ListOf(FormulaText()), ()),
        Field("accept", ListOf(ACCEPT), ()),
        Field("feedback", ListOf(FEEDBACK), ()),
        Field("form", FORM, None),
        Field("hints", ListOf(BilingualText()), ()),
        Field("at", MapOf(GIVEN), EMPTY),
        Field("domain", DomainsKind(), None),
        Field("tolerance", TOLERANCE, None),
        Field("follow", ListOf(Identifier()), ()),
        Field("wrong", ListOf(WRONG), ()),
        Field("rubric", ListOf(RUBRIC), ()),
        Field("choices", ListOf(OPTION, least=2), ()),
    ),
    placed=True,
    check=_fields_fit_kind,
)

EXERCISE: Final = Record(
    ExerciseFile,
    (
        Field("symnn", Version()),
        Field("id", Identifier()),
        Field("title", BilingualText()),
        Field("source", SourceText(), ""),
        Field("use", AnyText(), ""),
        Field("equations", FormulaText(), None),
        Field("shapes", MapOf(ShapeText()), EMPTY),
        Field("index", MapOf(RangeText()), EMPTY),
        Field("functions", MapOf(FormulaText()), EMPTY),
        Field("parameters", ListOf(AnyText()), ()),
        Field("inputs", ListOf(AnyText()), ()),
        Field("targets", ListOf(AnyText()), ()),
        Field("own_argument", AnyText(), ""),
        Field("samples", OneOf(("rows", "columns")), ""),
        Field("names", ListOf(AnyText()), ()),
        Field("values", MapOf(NestedNumbers()), EMPTY),
        Field("domain", DomainsKind(), Domains()),
        Field("prompt", BilingualText()),
        Field("parts", ListOf(PART, least=1)),
    ),
    placed=True,
    check=_one_network,
)
"""The form of an exercise file."""
