"""How long commands take to start, beside what nobody can avoid: importing click, or importing SymPy.

    python benchmarks/start.py

Prints the ratio of each command to its yardstick, and the bound that it is to keep. Medians of alternating starts, so
that all suffer alike from a busy machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from timing import medians, shown

ROOT = Path(__file__).parent.parent
SCRIPT = Path(sys.executable).with_name("symnn")
SYMNN = (str(SCRIPT),) if SCRIPT.exists() else (sys.executable, "-m", "symnn")
STARTS = 21

CLICK = "import click"
SYMPY = "import sympy"
WEB = "import starlette, uvicorn, jinja2"
MOST_TO_PAGE = 2.0
ROWS = (
    (("--help",), CLICK, 1.5),
    (("networks",), CLICK, 1.6),
    (("derive", "bp-2-2-1"), SYMPY, 0.4),
)
"""Commands, the import that each is measured against, and the most that the ratio may be."""


def started(arguments: tuple[str, ...]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANG": "en_US.UTF-8"}
    environment.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # an installed package is compiled; a checkout is at its first start
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603 - our own command


def practised() -> None:
    """Start the pages of practice, and wait for the first one."""
    with tempfile.TemporaryDirectory() as folder:
        command = (*SYMNN, "practice", "--no-browser", "--store", str(Path(folder) / "store"))
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        ) as server:
            address = (server.stdout or sys.stdin).readline().strip()
            urllib.request.urlopen(address, timeout=60).read()  # noqa: S310 - our own server
            server.kill()


def main() -> None:
    asked = {program: (sys.executable, "-c", program) for program in (CLICK, SYMPY, WEB)}
    asked |= {" ".join(arguments): (*SYMNN, *arguments) for arguments, _, _ in ROWS}
    starts = {name: lambda command=command: started(command) for name, command in asked.items()}
    times = medians(starts | {"practice": practised}, repeat=1, rounds=STARTS)
    for program in (CLICK, SYMPY, WEB):
        print(f"{program:24} {shown(times[program]):>8}")
    for arguments, program, most in ROWS:
        name = " ".join(arguments)
        ratio = times[name] / times[program]
        print(f"symnn {name:18} {shown(times[name]):>8}  {ratio:.2f} x {program} (at most {most})")
    ratio = times["practice"] / times[WEB]
    print(f"symnn practice, its page {shown(times['practice']):>8}  {ratio:.2f} x {WEB} (at most {MOST_TO_PAGE})")


if __name__ == "__main__":
    main()
