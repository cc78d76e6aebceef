"""Which program has graded: its version, and a digest of all its rules, by which results are kept."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import symnn

__all__ = ["engine", "rules"]

_JUDGING: Final = (
    *("equality", "exercises", "expressions", "derivation", "language", "misconceptions", "networks"),
    *("notation", "numeric", "ops", "questions", "steps", "verdicts"),
)
"""The packages that a verdict, and what is read on the way to it, can depend on."""


@lru_cache(maxsize=1)
def engine() -> str:
    """Name the version of the program that graded."""
    try:
        return version("symnn")
    except PackageNotFoundError:
        return "0+checkout"


@lru_cache(maxsize=1)
def rules() -> bytes:
    """Give a digest of the program that judges: whoever changes a rule has the answers graded again."""
    found = blake2b(engine().encode(), digest_size=16)
    package = Path(str(symnn.__file__)).parent
    for name in _JUDGING:
        for path in sorted(path for path in (package / name).rglob("*.*") if path.suffix in (".py", ".yaml")):
            found.update(path.relative_to(package).as_posix().encode() + b"\x00" + path.read_bytes())
    return found.digest()
