"""Whose a file of a folder or an archive is: a folder or a file for each student, as platforms have them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from symnn.classroom.intake.archives import ArchiveEntry
from symnn.documents.decoding import decoded
from symnn.documents.node import Fields, Items, Scalar
from symnn.documents.parsed import parse
from symnn.errors import Problem

__all__ = ["Owner", "moodle_owner", "owned"]

_MOODLE: Final = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_[a-z]+_?")
_GRADESCOPE: Final = "submission_metadata.yml"
_ID: Final = re.compile(r"(?=.*\d)[\w.-]+", re.ASCII)


class Owner(Struct, frozen=True):
    """Who handed a file in, and when, as far as the names tell; ``below`` names the file among the owner's."""

    student: str
    name: str = ""
    time: str = ""
    below: str = ""


def owned(entries: Iterable[ArchiveEntry]) -> Iterator[tuple[Owner, ArchiveEntry]]:
    """Give each file its owner; files that are about others (times, metadata) are not given.

    A folder that holds everything, as an archive's own name or nbgrader's ``submitted``, is nobody's.
    """
    listed = list(entries)
    metadata = _gradescope(listed)
    times = {entry.parts[:-1]: _text(entry).strip() for entry in listed if entry.parts[-1] == "timestamp.txt"}
    papers = [entry for entry in listed if entry.parts[-1] not in ("timestamp.txt", _GRADESCOPE)]
    depth = _shared(papers)
    for entry in papers:
        inside = entry.parts[depth:]
        owner = metadata.get(inside[0]) if len(inside) > 1 else None
        if owner is None:
            owner = _named(inside[0] if len(inside) > 1 else PurePath(inside[0]).stem)
        below = "/".join((*inside[1:-1], PurePath(inside[-1]).stem)) if len(inside) > 1 else ""
        yield Owner(owner.student, owner.name, owner.time or times.get(entry.parts[:-1], ""), below), entry


def _shared(entries: list[ArchiveEntry]) -> int:
    """Count the folders that all files share; of a single student, only those that name nobody."""
    folders = [entry.parts[:-1] for entry in entries]
    columns = takewhile(lambda column: len(set(column)) == 1, zip(*folders, strict=False))
    shared = sum(1 for _ in columns)
    only = folders[0][:shared] if folders else ()
    named = next((place for place, part in enumerate(only) if _is_named(part)), None)
    return shared if named is None else named


def _is_named(folder: str) -> bool:
    """Tell if a folder alone is a student's: Moodle's, or one that begins with an id of digits."""
    return moodle_owner(folder) is not None or re.match(r"\d{5,}", folder) is not None


def moodle_owner(folder: str) -> Owner | None:
    """Say whose a folder of Moodle's is: ``Li Ting_1001_assignsubmission_file``, with and without a last ``_``."""
    found = _MOODLE.fullmatch(folder)
    return None if found is None else Owner(found["id"], found["name"])


def _named(text: str) -> Owner:
    """Take a name apart: Moodle's folders, ``007_王小明``, ``王小明-007``, or an id alone.

    >>> _named("007_王小明"), _named("Li Ting_1001_assignsubmission_file_")
    (Owner(student='007', name='王小明', time='', below=''), Owner(student='1001', name='Li Ting', time='', below=''))
    """
    moodle = moodle_owner(text)
    if moodle is not None:
        return moodle
    pieces = [piece for piece in re.split(r"[_\s＿]+|(?<=\D)-|-(?=\D)", text) if piece]
    ids = [piece for piece in pieces if _ID.fullmatch(piece)]
    if len(pieces) > 1 and len(ids) == 1:
        return Owner(ids[0], " ".join(piece for piece in pieces if piece != ids[0]))
    return Owner(text)


def _gradescope(entries: Iterable[ArchiveEntry]) -> Mapping[str, Owner]:
    """Read who is who in an export of Gradescope."""
    about = next((entry for entry in entries if entry.parts[-1] == _GRADESCOPE), None)
    if about is None:
        return MappingProxyType({})
    document, _ = parse(_text(about), _GRADESCOPE)
    if not isinstance(document.root, Fields):
        return MappingProxyType({})
    found: dict[str, Owner] = {}
    for folder, node in document.root.fields:
        fields = _by_name(node)
        submitters = fields.get("submitters")
        if isinstance(submitters, Items) and submitters.items:
            first = _by_name(submitters.items[0])
            texts = {name: value.text for name, value in first.items() if isinstance(value, Scalar)}
            created = fields.get("created_at")
            time = created.text if isinstance(created, Scalar) else ""
            found[folder.text] = Owner(
                texts.get("sid") or texts.get("email") or folder.text, texts.get("name", ""), time
            )
    return MappingProxyType(found)


def _by_name(node: object) -> Mapping[str, object]:
    """Give named nodes; Gradescope writes names as Ruby does, ``:sid:``."""
    return {key.text.strip(":"): value for key, value in node.fields} if isinstance(node, Fields) else {}


def _text(entry: ArchiveEntry) -> str:
    text = decoded(entry.data, entry.parts[-1])
    return "" if isinstance(text, Problem) else text.text
