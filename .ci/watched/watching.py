"""Lets every Python process that finds this on its path keep which marks of symnn it has reached (`.ci/coverage`).

``WATCHED`` is a folder; what was compiled is kept there for the next process, too. A process that is killed keeps
nothing; with ``ASKED_TO_LEAVE`` it takes SIGTERM for the end.
"""

from __future__ import annotations

import atexit
import contextlib
import marshal
import os
import signal
import sys
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

SOURCE = Path(__file__).parent.parent.parent / "symnn"
REACHED: dict[str, list[int]] = {}


class Loader(SourceFileLoader):
    """Loads a module with its marks."""

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its list before it runs."""
        kept = FOLDER / f"{self.name}.code"
        if not kept.exists():
            _written(kept, marshal.dumps(self._compiled()))
        count, code = marshal.loads(kept.read_bytes())  # noqa: S302 - written by ourselves a moment ago
        module.__dict__["__reached__"] = REACHED.setdefault(self.name, [0] * count)
        exec(code, module.__dict__)  # noqa: S102 - that is what a loader does

    def _compiled(self) -> tuple[int, CodeType]:
        import ast

        from marking import Marker

        source = self.get_data(self.path).decode()
        marker = Marker(source)
        tree = marker.marked(ast.parse(source))
        return len(marker.marks), compile(tree, self.path, "exec", dont_inherit=True)


class Finder(PathFinder):
    """Finds the modules of this tree, and no copy of them."""

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):  # noqa: ANN001, ANN206 - as the class above has it
        """Give those of symnn the loader with marks."""
        if fullname.partition(".")[0] != "symnn":
            return None
        spec = super().find_spec(fullname, path, target)
        if spec is not None and spec.origin and SOURCE in Path(spec.origin).parents:
            spec.loader = Loader(fullname, spec.origin)
        return spec


def _written(file: Path, content: bytes) -> None:
    with contextlib.suppress(OSError):
        made = file.with_suffix(f".{os.getpid()}")
        made.write_bytes(content)
        made.replace(file)


def _keep() -> None:
    _written(FOLDER / f"{os.getpid()}.reached", marshal.dumps(REACHED))


def _left(code: int) -> None:
    _keep()
    leave(code)


if "WATCHED" in os.environ:
    FOLDER = Path(os.environ["WATCHED"])
    sys.meta_path.insert(0, Finder)
    atexit.register(_keep)
    leave, os._exit = os._exit, _left  # how a forked process ends
    if "ASKED_TO_LEAVE" in os.environ:  # a server of a test, which would be killed otherwise
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
