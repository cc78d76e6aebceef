"""Bytes of a file to text: UTF-8, UTF-16 with its mark, then GB18030 with a notice; else a problem."""

from __future__ import annotations

import codecs
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from symnn.errors import Fact, Place, Problem

__all__ = [
    "LARGEST",
    "FileLines",
    "Text",
    "content",
    "decoded",
    "decoded_otherwise",
    "is_latin",
    "read_text",
    "streamed",
]

LARGEST: Final = 1 << 20
"""Bytes of a file that are read unless the operator allows more."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as that of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT: Final = 200
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_AT_ONCE: Final = 1 << 20


class Text(Struct, frozen=True):
    """The text of a file, with notices on how it was read."""

    text: str
    file: str
    notices: tuple[Problem, ...] = ()


class FileLines(Struct, frozen=True):
    """The lines of a large file, read anew by whoever goes through them: they may be too many to be kept.

    ``encoding`` is sure unless there is a notice that it is not.
    """

    path: Path
    head: str
    encoding: str = "utf-8-sig"
    notices: tuple[Problem, ...] = ()

    def __iter__(self) -> Iterator[str]:
        """Go through the lines, without their ends."""
        with self.path.open(encoding=self.encoding) as file:
            for line in file:
                yield line.removesuffix("\n")


def streamed(path: Path, *, limit: int = LARGEST) -> FileLines | None:
    """Give the lines of a large file that is in one encoding throughout; None where `content` is the way to read it."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode) or not _AT_ONCE < about.st_size <= limit:
            return None
        with path.open("rb") as file:
            start = file.read(_AT_ONCE)
        marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), "")
        if marked not in ("", "utf-8"):
            return _lines(path, marked.rpartition("-")[0])  # the mark says in which order, and is no text
        unmarked = "" if marked else _unmarked(start)
        if unmarked:
            return _lines(path, unmarked, "read-as-utf-16")
        return _lines(path, "utf-8-sig") or (None if marked else _lines(path, "gb18030", "read-as-gb18030"))
    except OSError:
        return None


def _lines(path: Path, encoding: str, notice: str = "") -> FileLines | None:
    """Give the lines in an encoding; None where the file is not in it, or not more likely so than in another."""
    decoder, head, is_chinese = codecs.getincrementaldecoder(encoding)(), None, False
    try:
        with path.open("rb") as file:
            while chunk := file.read(_AT_ONCE):
                text = decoder.decode(chunk)
                head = text if head is None else head
                is_chinese = is_chinese or _PAIR.search(chunk) is not None
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    if encoding == "gb18030" and not is_chinese:
        return None
    return FileLines(path, head or "", encoding, (Problem(notice, place=Place(str(path))),) if notice else ())


def read_text(path: Path, *, limit: int = LARGEST) -> Text | Problem:
    """Read a regular file of at most ``limit`` bytes as text; anything else is a problem."""
    data = content(path, limit=limit)
    return data if isinstance(data, Problem) else decoded(data, str(path))


def content(path: Path, *, limit: int = LARGEST) -> bytes | Problem:
    """Read the bytes of a regular file: no folder, device or pipe is opened, at most ``limit`` read."""
    place = Place(str(path))
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            return Problem("file-not-regular", {"file": str(path)}, place=place)
        if about.st_size > limit:
            facts: dict[str, Fact] = {"file": str(path), "size": about.st_size, "limit": limit}
            return Problem("file-too-large", facts, place=place)
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        return Problem("file-not-found", {"file": str(path)}, place=place)
    except OSError as error:
        return Problem("file-unreadable", {"file": str(path), "detail": error.strerror or ""}, place=place)


def decoded(data: bytes, file: str, *, controls: bool = False) -> Text | Problem:
    r"""Decode bytes that came from ``file``; line ends become ``\n``.

    Control characters are refused, unless ``controls``: then they stay, for whoever reads the text further.

    >>> decoded("权重".encode("gb18030"), "a.csv").notices[0].code
    'read-as-gb18030'
    >>> decoded(b"a\xff\xfe\x81", "a.csv").facts["offset"]
    1
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, file, controls=controls, offset=len(mark))
    unmarked = _unmarked(data)
    if unmarked:
        text = _strict(data, unmarked, file, controls=controls)
        return (
            text
            if isinstance(text, Problem)
            else Text(text.text, file, (Problem("read-as-utf-16", place=Place(file)),))
        )
    text = _strict(data, "utf-8", file, controls=controls)
    if not isinstance(text, Problem):
        return text
    chinese = _strict(data, "gb18030", file, controls=controls)
    if isinstance(chinese, Problem):
        return text
    return Text(chinese.text, file, (Problem("read-as-gb18030", place=Place(file)),))


_PAIR: Final = re.compile(rb"[\x80-\xff]{2}")
_REGIONAL: Final = (("Big5", "cp950"), ("Shift-JIS", "cp932"), ("EUC-KR", "cp949"), ("Windows-1252", "cp1252"))


def decoded_otherwise(data: bytes, file: str) -> Iterator[Text]:
    """Read what is neither UTF-8 nor sure to be GB18030 as other countries write, for whoever sees what makes sense.

    >>> [text.text for text in decoded_otherwise("Prüfung".encode("cp1252"), "a.csv")][:1]
    ['Prüfung']
    """
    known = reversed(_REGIONAL) if is_latin(data) else _REGIONAL
    for name, encoding in known:
        text = _strict(data, encoding, file, controls=True)
        if isinstance(text, Text):
            yield Text(text.text, file, (Problem("read-as-regional", {"encoding": name}, place=Place(file)),))


def is_latin(data: bytes) -> bool:
    """Tell if bytes above 127 never stand side by side: letters with accents, not halves of Chinese characters."""
    return _PAIR.search(data) is None


def _unmarked(data: bytes) -> str:
    """Name UTF-16 that does not say so: every second byte of its line ends and Latin letters is zero, no other is."""
    start = data[:_LOOKED_AT]
    low, high = start[0::2], start[1::2]
    for encoding, zeros, others in (("utf-16-le", high, low), ("utf-16-be", low, high)):
        if 2 * zeros.count(0) > len(zeros) > 0 and others.count(0) == 0:
            return encoding
    return ""


def _strict(data: bytes, encoding: str, file: str, *, controls: bool, offset: int = 0) -> Text | Problem:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return Problem("not-text", {"offset": offset + error.start}, place=Place(file))
    strange = None if controls else _CONTROL.search(text)
    if strange is not None:
        at = strange.start()
        place = Place(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        return Problem("control-character", {"character": f"U+{ord(strange[0]):04X}"}, place=place)
    return Text(text.replace("\r\n", "\n").replace("\r", "\n"), file)
