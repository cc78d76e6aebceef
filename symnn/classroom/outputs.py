"""The output folder changes as one set: written beside, put down in a journal, renamed; whoever comes next ends it.

A run that is stopped before the journal stands leaves the old set; one that is stopped after it, the new one, as soon
as `settled_run` has been called. ``manifest.json`` names every file of the set with its digest.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Final, Self

from msgspec import Struct

from symnn.errors import OperatorError, Problem
from symnn.messages import raisable

__all__ = [
    "JOURNAL",
    "MANIFEST",
    "NEW",
    "Made",
    "Replaced",
    "holds_a_set",
    "manifest_of",
    "replaced_set",
    "settled_run",
]

NEW: Final = ".new"
JOURNAL: Final = ".journal"
MANIFEST: Final = "manifest.json"
_WAITING: Final = 16
"""Files that wait for the disk at once: it takes as long for one of them as for all."""


class Made(Struct, frozen=True):
    """Files that are made of the others (but for ``besides``), and of what ``of`` is a digest."""

    files: Mapping[str, Iterable[bytes]] = MappingProxyType({})
    of: str = ""
    besides: tuple[str, ...] = ()


NOTHING: Final = Made()


class Replaced(Struct, frozen=True):
    """The files of a set with their digests, and whether it is another one than stood there."""

    paths: tuple[Path, ...]
    digests: Mapping[str, str]
    is_new: bool = True


def replaced_set(
    folder: Path,
    files: Mapping[str, Iterable[bytes]],
    about: Mapping[str, Any],
    beside: Collection[str] = (),
    made: Made = NOTHING,
) -> Replaced:
    """Replace the set in a folder by other files, all of them or none; those that the old set had more are removed.

    Where all files are as they stand already, but for those ``beside`` (which tell of the way from set to set), the
    old set stays with all its files: doing the same again changes nothing. What is ``made`` of files that are as they
    were stays too, and is not made again.
    Raises: OperatorError if they cannot be written; then the old set stands as it was.
    """
    try:
        before = _names(folder)
        shutil.rmtree(folder / NEW, ignore_errors=True)
        with _Disk(folder / NEW) as disk:
            digests = {name: disk.write(name, pieces) for name, pieces in files.items()}
            source = _source(digests, about, made)
            reused = _reused(folder, source, made)
            digests |= reused or {name: disk.write(name, pieces) for name, pieces in made.files.items()}
        if _stands(folder, digests, about, beside):
            shutil.rmtree(folder / NEW)
            return Replaced(tuple(folder / name for name in (*digests, MANIFEST)), digests, is_new=False)
        manifest = json.dumps({**about, "made": source, "files": digests}, ensure_ascii=False, indent=1) + "\n"
        names = [
            *(name for name in digests if name not in reused),
            MANIFEST,
        ]  # the manifest last: where it fits its files, all of them are there
        journal = {"names": names, "gone": [name for name in before if name not in digests]}
        with _Disk(folder / NEW) as disk:
            disk.write(MANIFEST, [manifest.encode()])
            disk.write(JOURNAL, [json.dumps(journal).encode()])
        _synced(folder / NEW)
        (folder / NEW / JOURNAL).replace(folder / JOURNAL)
        _synced(folder)
    except OSError as error:
        shutil.rmtree(folder / NEW, ignore_errors=True)
        facts = {"file": str(folder), "detail": error.strerror or ""}
        raise raisable(OperatorError, Problem("file-unwritable", facts)) from error
    settled_run(folder)
    return Replaced(tuple(folder / name for name in (*digests, MANIFEST)), digests)


def _source(digests: Mapping[str, str], about: Mapping[str, Any], made: Made) -> str:
    """Give a digest of all that the files are made of which are made of others."""
    listed = [*sorted(item for item in digests.items() if item[0] not in made.besides), about.get("symnn"), made.of]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


def _reused(folder: Path, source: str, made: Made) -> dict[str, str]:
    """Give the digests of files that need not be made again: none where one of them is not as it was."""
    manifest = manifest_of(folder)
    files = manifest.get("files", {})
    if manifest.get("made") != source or any(files.get(name, "") != _digest(folder / name) for name in made.files):
        return {}
    return {name: files[name] for name in made.files}


def _stands(folder: Path, digests: Mapping[str, str], about: Mapping[str, Any], beside: Collection[str]) -> bool:
    """Tell if the files that stand in the folder are those, whatever the manifest says of them."""
    manifest = manifest_of(folder)
    same_about = all(manifest.get(name) == value for name, value in about.items())
    if not same_about or set(manifest.get("files", ())) != set(digests):
        return False
    return all(_digest(folder / name) == digest for name, digest in digests.items() if name not in beside)


def settled_run(folder: Path) -> None:
    """End what a stopped run has begun: forward where its journal stands, else back.

    Raises: OperatorError if the folder cannot be written.
    """
    try:
        if (folder / JOURNAL).exists():
            _forward(folder, json.loads((folder / JOURNAL).read_bytes()))
        shutil.rmtree(folder / NEW, ignore_errors=True)
    except OSError as error:
        facts = {"file": str(folder), "detail": error.strerror or ""}
        raise raisable(OperatorError, Problem("file-unwritable", facts)) from error


def _forward(folder: Path, journal: Mapping[str, list[str]]) -> None:
    """Rename what is still to be renamed, and remove what the set has no more."""
    for parent in {name.rpartition("/")[0] for name in journal["names"]}:
        (folder / parent).mkdir(parents=True, exist_ok=True)
    for name in journal["names"]:
        with contextlib.suppress(FileNotFoundError):  # whoever was stopped has renamed it before
            (folder / NEW / name).replace(folder / name)
    for name in journal["gone"]:
        (folder / name).unlink(missing_ok=True)
    _synced(folder)
    (folder / JOURNAL).unlink()


def holds_a_set(folder: Path) -> bool:
    """Tell if a folder holds a set of ours, which may be replaced by the next."""
    return (folder / MANIFEST).is_file() or (folder / JOURNAL).is_file()


def _names(folder: Path) -> tuple[str, ...]:
    """List the files of the set that stands; paths that would lead out of the folder are none of ours."""
    files = manifest_of(folder).get("files", ())
    return tuple(name for name in files if not Path(name).is_absolute() and ".." not in Path(name).parts)


def manifest_of(folder: Path) -> Mapping[str, Any]:
    """Read the manifest; empty where there is none that can be read."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("files"), dict) else {}


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


class _Disk:
    """Writes the files of a folder; at the end of it all of them are on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self.pool = ThreadPoolExecutor(_WAITING)
        self.waiting: deque[Future[None]] = deque()

    def write(self, name: str, pieces: Iterable[bytes]) -> str:
        """Write a file, and give its digest."""
        digest = hashlib.sha256()
        file = _opened(f"{self.folder}{os.sep}{name}")
        try:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
            file.flush()
        except BaseException:
            file.close()
            raise
        self.waiting.append(self.pool.submit(_put_down, file))
        if len(self.waiting) > 2 * _WAITING:
            self.waiting.popleft().result()
        return digest.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for all files; what could not be put down is raised, if nothing else was."""
        self.pool.shutdown()
        for one in self.waiting if kind is None else ():
            one.result()


def _put_down(file: BinaryIO) -> None:
    with file:
        os.fsync(file.fileno())


def _opened(path: str) -> BinaryIO:
    """Open a file to be written; its folder is made where it is the first in it."""
    try:
        return open(path, "wb")  # noqa: PTH123 - a path as an object would cost as much as the file
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - the same
        return open(path, "wb")  # noqa: PTH123


def _synced(folder: Path) -> None:
    """See that the names in a folder are on the disk too; Windows does that by itself."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
