"""Files of a folder or an archive, read within bounds and kept inside it: nothing is ever unpacked to a disk."""

from __future__ import annotations

import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

from msgspec import Struct

from symnn.documents.decoding import LARGEST, content
from symnn.errors import Fact, Place, Problem

__all__ = [
    "LARGEST_ARCHIVE",
    "ArchiveEntry",
    "entries_of_archive",
    "entries_of_folder",
    "first_name",
    "inflated_too_far",
    "is_archive",
]

LARGEST_ARCHIVE: Final = 200 << 20
"""Bytes of an archive, and of all that is inflated from it."""
MOST_ENTRIES: Final = 5000
MOST_RATIO: Final = 200
SMALL: Final = 1 << 16
"""An entry below this may be as dense as it likes: a page of blanks is no bomb."""

_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x07"
_LONGEST_ENTRY: Final = 46 + 512
"""Bytes of an entry in the directory: 46, its name, and what systems add."""
_IN_UTF8: Final = 0x800
_UNSEEN: Final = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints", ".git"})


class ArchiveEntry(Struct, frozen=True):
    """One file: the parts of its path inside, and what it holds."""

    parts: tuple[str, ...]
    data: bytes


Listed = ArchiveEntry | Problem
BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
"""What an entry raises that is damaged, encrypted, or packed in a way that nobody knows."""


def is_archive(data: bytes) -> bool:
    """Tell if bytes are a zip archive."""
    return data.startswith((b"PK\x03\x04", _END))


def first_name(data: bytes) -> str:
    """Give the name of the first file of an archive, by which office documents are told from archives of them."""
    length = int.from_bytes(data[26:28], "little")
    return data[30 : 30 + length].decode("utf-8", "replace") if data.startswith(b"PK\x03\x04") else ""


def entries_of_folder(folder: Path) -> Iterator[Listed]:
    """Give the regular files below a folder in the order of their names; links lead nowhere."""
    count = 0
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _UNSEEN)
        for name in sorted(files):
            path = Path(here) / name
            if name in _UNSEEN:
                continue
            count += 1
            if count > MOST_ENTRIES:
                yield Problem("too-many-files", {"limit": MOST_ENTRIES}, place=Place(str(folder)))
                return
            data = (
                Problem("file-not-regular", {"file": str(path)}, place=Place(str(path)))
                if path.is_symlink()
                else content(path)
            )
            yield data if isinstance(data, Problem) else ArchiveEntry(path.relative_to(folder).parts, data)


def entries_of_archive(data: bytes, file: str) -> Iterator[Listed]:
    """Give the files of a zip archive, in the order of their names; what is unsafe or broken is a problem.

    The directory is bounded before anybody reads it, and what is inflated is counted while it is inflated.
    """
    refused = _refused(data, file)
    if refused is not None:
        yield refused
        return
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        yield Problem("archive-broken", {"detail": str(error)[:200]}, place=Place(file))
        return
    with archive:
        yield from _Reader(archive, file).entries()


def inflated_too_far(data: bytes, file: str) -> Problem | None:
    """Inflate an archive that another reader will read, keep nothing, and say if it is beyond the bounds."""
    refused = _refused(data, file)
    if refused is not None:
        return refused
    left = LARGEST_ARCHIVE
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for info in archive.infolist():
                with archive.open(info) as stream:
                    while left > 0 and (piece := stream.read(LARGEST)):
                        left -= len(piece)
    except BROKEN as error:
        return Problem("archive-broken", {"detail": str(error)[:200]}, place=Place(file))
    return (
        None if left > 0 else Problem("archive-too-large", {"name": file, "limit": LARGEST_ARCHIVE}, place=Place(file))
    )


def _refused(data: bytes, file: str) -> Problem | None:
    """Refuse an archive whose directory is larger than that of as many files as are read."""
    end = data.rfind(_END, max(0, len(data) - (1 << 16) - 22))
    if end < 0 or end + 22 > len(data):
        return Problem("archive-broken", {"detail": ""}, place=Place(file))
    count, size = struct.unpack_from("<HL", data, end + 10)
    is_64 = data[max(0, end - 20) : end].startswith(_END_64)
    if is_64 or count > MOST_ENTRIES or size > MOST_ENTRIES * _LONGEST_ENTRY:
        return Problem("too-many-files", {"limit": MOST_ENTRIES}, place=Place(file))
    return None


class _Reader:
    """Reads the entries of an archive, and counts."""

    def __init__(self, archive: zipfile.ZipFile, file: str) -> None:
        self.archive = archive
        self.file = file
        self.left = LARGEST_ARCHIVE
        self.seen: set[tuple[str, ...]] = set()
        self.recovered = False

    def entries(self) -> Iterator[Listed]:
        """Give the entries one after another."""
        infos = [info for info in self.archive.infolist() if not info.is_dir()]
        if len(infos) > MOST_ENTRIES:
            yield Problem("too-many-files", {"limit": MOST_ENTRIES}, place=Place(self.file))
            return
        named = sorted(((self._name(info), info) for info in infos), key=lambda pair: pair[0])
        if self.recovered:
            yield Problem("names-read-as-gbk", place=Place(self.file))
        for name, info in named:
            found = self._entry(name, info)
            if found is not None:
                yield found
            if self.left <= 0:
                return

    def _name(self, info: zipfile.ZipInfo) -> str:
        """Give an entry's name; archives of a Chinese Windows have it in GBK and say nothing of it."""
        name = info.orig_filename
        if info.flag_bits & _IN_UTF8 or name.isascii():
            return unicodedata.normalize("NFC", name)
        data = name.encode("cp437")
        for encoding in ("utf-8", "gb18030"):
            try:
                found = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            self.recovered = self.recovered or encoding == "gb18030"
            return unicodedata.normalize("NFC", found)
        return name

    def _entry(self, name: str, info: zipfile.ZipInfo) -> Listed | None:
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        if any(part in _UNSEEN for part in parts):
            return None
        is_unsafe = name.startswith("/") or ".." in parts or "\\" in name or ":" in name or "\0" in name or not parts
        if is_unsafe or not _is_regular(info):
            return self._problem("entry-unsafe", name)
        if parts in self.seen:
            return self._problem("entry-twice", name)
        self.seen.add(parts)
        data = self._inflated(name, info)
        return data if isinstance(data, Problem) else ArchiveEntry(parts, data)

    def _inflated(self, name: str, info: zipfile.ZipInfo) -> bytes | Problem:
        """Inflate one entry, never more of it than may be."""
        try:
            with self.archive.open(info) as stream:
                data = stream.read(min(LARGEST, self.left) + 1)
        except BROKEN as error:
            return self._problem("entry-broken", name, detail=str(error)[:200])
        self.left -= len(data)
        if self.left <= 0:
            return self._problem("archive-too-large", name, limit=LARGEST_ARCHIVE)
        if len(data) > LARGEST:
            return self._problem("file-too-large", name, file=name, size=info.file_size, limit=LARGEST)
        if len(data) > SMALL and len(data) > MOST_RATIO * max(1, info.compress_size):
            return self._problem("archive-too-large", name, limit=LARGEST_ARCHIVE)
        return data

    def _problem(self, code: str, name: str, **facts: Fact) -> Problem:
        return Problem(code, {"name": name, **facts}, place=Place(self.file))


def _is_regular(info: zipfile.ZipInfo) -> bool:
    """Tell links and devices, which archives of Unix mark, from files."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    return kind in (0, stat.S_IFREG)
