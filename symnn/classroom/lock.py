"""One run at a time in a folder: a lock of the system, which is gone with its process however that ends."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from symnn.errors import OperatorError, Problem
from symnn.messages import raisable

__all__ = ["LOCK", "locked"]

LOCK: Final = ".symnn-lock"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for one run; it is made if it is not there.

    Raises: OperatorError if another run holds it, or it cannot be written.
    """
    path = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _taken(path)
    except OSError as error:
        facts = {"file": str(folder), "detail": error.strerror or ""}
        raise raisable(OperatorError, Problem("file-unwritable", facts)) from error
    if handle is None:
        holder = path.read_text(encoding="ascii", errors="replace").strip()
        facts = {"file": str(folder), "process": holder if holder.isdigit() else ""}
        raise raisable(OperatorError, Problem("folder-locked", facts))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _taken(path: Path) -> int | None:
    """Take the lock and write the process into it; None if another process has it.

    Its holder removes the file at the end: who got hold of one that is removed meanwhile tries again.
    """
    while True:
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        if not _locked(handle):
            os.close(handle)
            return None
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), path.stat()):
                os.ftruncate(handle, 0)
                os.write(handle, str(os.getpid()).encode())
                return handle
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    _FAR: Final = 1 << 20
    """Where the locked byte is: Windows lets nobody read what is locked, and the process's number is read."""

    def _locked(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
