"""The course's settings: ``symnn.toml`` or ``[tool.symnn]``, above them ``SYMNN_*``, above both the options.

The key itself stands in a file of its own, never in the environment.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from symnn.classroom.intake.columns import Columns, columns_of
from symnn.classroom.policy import Late, Policy
from symnn.classroom.submissions import Attempts
from symnn.documents.decoding import read_text
from symnn.documents.nearest import nearest
from symnn.equality.meaning import PUBLIC_KEY
from symnn.errors import Fact, OperatorError, Place, Problem
from symnn.messages import raisable

if TYPE_CHECKING:
    from symnn.classroom.allowance import AnswerLimits

__all__ = ["Config", "config", "key_of", "new_key"]

FIELDS: Final[Mapping[str, type]] = MappingProxyType(
    {"key_file": str, "exercises": str, "lang": str, "attempts": str, "unreadable": str}
    | {"jobs": int, "answer_seconds": int, "answer_mib": int}
)
CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"lang": ("zh", "en"), "attempts": ("last", "best", "first"), "unreadable": ("person", "zero")}
)
FILES: Final = ("symnn.toml", "pyproject.toml")
BOUNDS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {"jobs": (0, 256), "answer_seconds": (1, 3600), "answer_mib": (64, 1 << 20)}
)


class Config(Struct, frozen=True):
    """What an operator set; empty where nothing was. Paths are relative to the file that names them."""

    key_file: str = ""
    exercises: str = ""
    jobs: int = 0
    lang: str = ""
    attempts: Attempts = "last"
    unreadable: Literal["person", "zero"] = "person"
    columns: Columns | None = None
    late: Late | None = None
    answer_seconds: int = 0
    answer_mib: int = 0

    @property
    def limits(self) -> AnswerLimits:
        """What one answer may cost, where the course's machine needs other limits than the usual."""
        from symnn.classroom.allowance import LIMITS, AnswerLimits

        seconds = self.answer_seconds or LIMITS.processor_seconds
        return AnswerLimits((self.answer_mib << 20) or LIMITS.memory, seconds, 2 * seconds)

    @property
    def policy(self) -> Policy:
        """What the course has decided about marks."""
        return Policy(self.attempts, self.unreadable, self.late)


def config(folder: Path, environ: Mapping[str, str]) -> Config:
    """Read the settings that hold in a folder.

    Raises: OperatorError if a file is no TOML or holds a setting that is unknown or of the wrong kind.
    """
    values: dict[str, Any] = {}
    for name in FILES:
        path = folder / name
        if path.is_file():
            values = _from_file(path)
            break
    for name, kind in FIELDS.items():
        text = environ.get(f"SYMNN_{name.upper()}")
        if text:
            values[name] = _checked(name, int(text) if kind is int and text.isdigit() else text, Place("SYMNN_*"))
    return Config(**values)


def _from_file(path: Path) -> dict[str, Any]:
    """Read the settings of a file; paths are taken from its folder."""
    text = read_text(path)
    if isinstance(text, Problem):
        raise raisable(OperatorError, text)
    try:
        document = tomllib.loads(text.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        detail = "" if isinstance(error, RecursionError) else str(error)
        raise raisable(OperatorError, Problem("toml-syntax", {"detail": detail}, place=Place(str(path)))) from error
    if path.name == "pyproject.toml":
        document = document.get("tool", {}).get("symnn", {})
    columns, late = document.pop("columns", None), document.pop("late", None)
    values = {name: _checked(name, value, Place(str(path), field=name)) for name, value in document.items()}
    if isinstance(columns, dict):
        values["columns"] = columns_of(columns, str(path))
    elif columns is not None:
        raise raisable(OperatorError, Problem("bad-setting", {"name": "columns", "value": str(columns)[:40]}))
    if late is not None:
        values["late"] = _late(late, path)
    for name in ("key_file", "exercises"):
        if values.get(name):
            values[name] = str(path.parent / values[name])
    return values


def _late(table: Any, path: Path) -> Late:
    """Read the table ``[late]``: ``due``, a time, and ``percent`` a day."""
    place = Place(str(path), field="late")
    if not isinstance(table, dict):
        raise raisable(OperatorError, Problem("bad-setting", {"name": "late", "value": str(table)[:40]}, place=place))
    for name in table.keys() - {"due", "percent"}:
        facts: dict[str, Fact] = {"field": str(name), "nearest": nearest(str(name), ("due", "percent"))}
        raise raisable(OperatorError, Problem("unknown-field", facts, place=place))
    percent = table.get("percent")
    share = float(percent) if isinstance(percent, int | float) and not isinstance(percent, bool) else 0.0
    late = Late(str(table.get("due", "")), share)  # a date of TOML is written as one
    for name, fits in (("due", late.is_a_time), ("percent", late.is_a_share)):
        if not fits:
            facts = {"name": f"late.{name}", "value": str(table.get(name, ""))[:40]}
            raise raisable(OperatorError, Problem("bad-setting", facts, place=place))
    return late


def _checked(name: str, value: Any, place: Place) -> Any:
    """See that a setting is known and of its kind."""
    if name not in FIELDS:
        facts = {"field": name, "nearest": nearest(name, FIELDS)}
        raise raisable(OperatorError, Problem("unknown-field", facts, place=place))
    good = isinstance(value, FIELDS[name]) and not isinstance(value, bool)
    if good and name in BOUNDS:
        least, most = BOUNDS[name]
        good = least <= value <= most
    if not good or (name in CHOICES and value not in CHOICES[name]):
        raise raisable(OperatorError, Problem("bad-setting", {"name": name, "value": str(value)[:40]}, place=place))
    return value


def key_of(settings: Config) -> bytes:
    """Give the course's key; where there is none, the public one of practice.

    Raises: OperatorError if the key's file cannot be read or holds no key.
    """
    if not settings.key_file:
        return PUBLIC_KEY
    text = read_text(Path(settings.key_file))
    if isinstance(text, Problem):
        raise raisable(OperatorError, text)
    try:
        key = bytes.fromhex(text.text.strip())
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise raisable(OperatorError, Problem("no-key", {"file": settings.key_file}, place=Place(settings.key_file)))
    return key


KEY_BYTES: Final = 32
"""Bytes of a key that `new_key` makes."""


def new_key() -> str:
    """Make a key: 32 random bytes, in hexadecimal."""
    import secrets

    return secrets.token_hex(KEY_BYTES)
