"""Says how many statements and arms of the package were reached, and what is missing in the modules with the fewest.

``-v`` lists what is missing everywhere. Servers that a test kills keep nothing: their modules are seen by half.
"""

from __future__ import annotations

import ast
import marshal
import sys
from pathlib import Path

from marking import Marker
from watching import SOURCE

PACKAGE, MODULE = 90, 75

reached: dict[str, list[int]] = {}
for file in Path(sys.argv[1]).glob("*.reached"):
    for name, marks in marshal.loads(file.read_bytes()).items():  # noqa: S302 - written by ourselves a moment ago
        reached[name] = [max(pair) for pair in zip(marks, reached.get(name, marks), strict=True)]

total = every = 0
low = []
for file in sorted(SOURCE.rglob("*.py")):
    name = ".".join(file.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
    source = file.read_text(encoding="utf-8")
    marker = Marker(source)
    marker.marked(ast.parse(source))
    there = reached.get(name, [0] * len(marker.marks))
    missing = [mark for mark, is_there in zip(marker.marks, there, strict=True) if not is_there]
    total, every = total + sum(there), every + len(there)
    share = 100 * sum(there) / max(len(there), 1)
    places = ", ".join(f"{mark.line}" if mark.to is None else f"{mark.line}->{mark.to or 'past'}" for mark in missing)
    if "-v" in sys.argv and missing:
        print(f"{share:6.1f} % {name}: {places}")
    if there and share < MODULE:
        low.append(f"{share:6.1f} % {name}: {places}")
print(*low, sep="\n")
share = 100 * total / every
print(f"{share:.1f} % of {every} statements and branches of the package; {len(low)} modules below {MODULE} %")
sys.exit(share < PACKAGE)
