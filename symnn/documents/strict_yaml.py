"""Strict YAML: plain structure and plain text with places; no anchors, tags, merges, second documents."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from symnn.documents.building import DEEPEST, Builder, TooMuchError
from symnn.documents.node import FileContent, Scalar, Style
from symnn.errors import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["parse_yaml"]

_WHAT_IT_MEANS: Final = (
    ("mapping values are not allowed", "yaml-colon"),
    ("node content", "yaml-value"),
    ("could not find expected ':'", "yaml-no-colon"),
    ("found unexpected end of stream", "yaml-open-quote"),
    ("found unexpected document indicator", "yaml-open-quote"),
    ("did not find expected ',' or", "yaml-open-bracket"),
    ("expected ',' or", "yaml-open-bracket"),
    ("did not find expected '-' indicator", "yaml-indentation"),
    ("did not find expected key", "yaml-indentation"),
    ("expected <block end>", "yaml-indentation"),
    ("sequence entries are not allowed", "yaml-indentation"),
    ("wrongly indented", "yaml-indentation"),
    ("unknown escape character", "yaml-escape"),
    ("cannot start any token", "yaml-character"),
    ("undefined tag handle", "yaml-character"),
    ("undefined alias", "no-anchors"),
    ("exceeded maximum nesting depth", "too-deep"),
)
"""What PyYAML's and libyaml's complaints mean, in the order in which they are looked for."""

_STYLES: Final[Mapping[str | None, Style]] = MappingProxyType(
    {None: "plain", "": "plain", "'": "quoted", '"': "quoted", "|": "block"},
)


def parse_yaml(text: str, file: str) -> tuple[FileContent, tuple[Problem, ...]]:
    r"""Read strict YAML; every problem that can be found is given, with its place.

    >>> document, problems = parse_yaml("id: e1\nid: e2", "a.yaml")
    >>> problems[0].code, str(problems[0].place)
    ('duplicate-key', 'a.yaml:2:1')
    """
    builder = Builder(file)
    tab = text.find("\t")
    if tab >= 0:
        builder.problem("yaml-tab", _place(file, text.count("\n", 0, tab), tab - text.rfind("\n", 0, tab) - 1))
        return FileContent(None, file), tuple(builder.problems)
    _build(text, builder)
    if builder.root is None and not builder.problems:
        builder.problem("empty-document", Place(file))
    return FileContent(builder.root, file), tuple(builder.problems)


def _build(text: str, builder: Builder) -> None:
    import yaml

    lines = text.split("\n")
    try:
        for event in _events(text):
            _take(event, builder, lines)
    except TooMuchError:
        builder.root = None
    except yaml.MarkedYAMLError as error:
        builder.root = None
        mark = error.problem_mark or error.context_mark
        place = _place(builder.file, mark.line, mark.column) if mark else Place(builder.file)
        builder.problem(_meaning(error.problem or ""), place, limit=DEEPEST)
    except yaml.reader.ReaderError as error:
        builder.root = None
        line = text.count("\n", 0, error.position)
        character = f"U+{ord(text[error.position]):04X}" if error.position < len(text) else "?"
        builder.problem("control-character", _place(builder.file, line, 0), character=character)


_IN_BRACES: Final = r"\{[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*\}"
_NAME: Final = re.compile(rf"[_^]{_IN_BRACES}|\\[A-Za-z]+(?: ?{_IN_BRACES})+|\^\[[^\[\]{{}}\n]*\]")
"""What a name of a formula holds that YAML would take for its own brackets: ``W_{xi}``, ``\\hat{y}``, ``z^[1]``."""

_MARKS: Final = "{}[],"
_STANDING: Final = MappingProxyType({ord(mark): chr(0xE000 + place) for place, mark in enumerate(_MARKS)})
_BACK: Final = MappingProxyType({ord(sign): chr(mark) for mark, sign in _STANDING.items()})


def _events(text: str) -> Iterator[Any]:
    """Parse; brackets in names stand as signs of the private use area, one for one, so that places stay."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if not any(sign in text for sign in _STANDING.values()):
        text = _NAME.sub(lambda found: found[0].translate(_STANDING), text)
    return yaml.parse(text, Loader=loader)


def _take(event: Any, builder: Builder, lines: list[str]) -> None:
    """Give one event of the parser to the builder, recording what strict YAML does not allow."""
    place = _place(builder.file, event.start_mark.line, event.start_mark.column)
    match type(event).__name__:
        case "DocumentStartEvent" if builder.root is not None:
            builder.problem("several-documents", place)
            raise TooMuchError
        case "AliasEvent":
            builder.problem("no-anchors", place)
            builder.add(Scalar("", place))
        case "MappingStartEvent" | "SequenceStartEvent" as name:
            _refuse_extras(event, builder, place)
            builder.begin(place, is_map=name == "MappingStartEvent")
        case "MappingEndEvent" | "SequenceEndEvent":
            builder.end()
        case "ScalarEvent":
            _refuse_extras(event, builder, place)
            builder.add(_scalar(event, place, lines))


def _refuse_extras(event: Any, builder: Builder, place: Place) -> None:
    if event.anchor is not None:
        builder.problem("no-anchors", place)
    if event.tag is not None and not (event.tag == "!" and getattr(event, "style", None)):
        builder.problem("no-tags", place, tag=event.tag)


def _scalar(event: Any, place: Place, lines: list[str]) -> Scalar:
    """Keep the way a scalar was written where a place inside it can be told from it."""
    style, value = _STYLES.get(event.style, "other"), event.value.translate(_BACK)
    if style == "block":
        first = next((line for line in lines[place.line :] if line.strip()), "")
        return Scalar(value, place, style, len(first) - len(first.lstrip(" ")))
    width = event.end_mark.column - event.start_mark.column - (2 if style == "quoted" else 0)
    one_line = event.end_mark.line == event.start_mark.line and width == len(value)
    return Scalar(value, place, style if one_line else "other")


def _place(file: str, line: int, column: int) -> Place:
    """Places are counted from 1, PyYAML's marks from 0."""
    return Place(file, line + 1, column + 1)


def _meaning(complaint: str) -> str:
    return next((code for text, code in _WHAT_IT_MEANS if text in complaint), "yaml-syntax")
