"""``symnn doctor``: what is installed, and what that enables."""

from __future__ import annotations

import json
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.messages import Language, say

__all__ = ["command"]

REQUIRED: Final = ("sympy", "numpy", "click", "pyyaml", "msgspec", "python-flint", "jinja2", "pebble")
EXTRAS: Final = (
    ("ui", ("rich",)),
    ("xlsx", ("python_calamine", "xlsxwriter")),
    ("pdf", ("typst",)),
    ("web", ("starlette", "uvicorn")),
)
PROGRAMS: Final = ("xelatex",)
BROKEN: Final = 4


def installed(package: str) -> str:
    """Give the installed version of a package, or nothing."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


@described("doctor", "symnn doctor", "symnn doctor --json")
@option("--json", "as_json", is_flag=True, about="option-json")
def command(*, as_json: bool, lang: Language) -> None:
    """Look and tell; leave with 4 if a required package is missing."""
    packages = {package: installed(package) for package in ("symnn", *REQUIRED)}
    extras = {extra: {package: installed(package) for package in needs} for extra, needs in EXTRAS}
    programs = {program: shutil.which(program) is not None for program in PROGRAMS}
    if as_json:
        found = {
            "python": platform.python_version(),
            "packages": packages,
            "extras": extras,
            "programs": programs,
        }
        printed(json.dumps(found) + "\n")
    else:
        printed("\n".join(_lines(packages, extras, programs, lang)) + "\n")
    if not all(packages[package] for package in REQUIRED):
        raise SystemExit(BROKEN)


def _lines(
    packages: dict[str, str], extras: dict[str, dict[str, str]], programs: dict[str, bool], lang: Language
) -> list[str]:
    lines = [f"Python {platform.python_version()}"]
    for package, found in packages.items():
        facts = {"package": package, "version": found}
        lines.append(say("doctor-package" if found else "doctor-package-missing", facts, lang))
    for extra, needs in extras.items():
        enabled = say(f"doctor-enables-{extra}", lang=lang)
        there = all(needs.values())
        facts = {"extra": extra, "enables": enabled}
        lines.append(say("doctor-extra" if there else "doctor-extra-missing", facts, lang))
    for program, there in programs.items():
        facts = {"program": program, "enables": say(f"doctor-enables-{program}", lang=lang)}
        lines.append(say("doctor-program" if there else "doctor-program-missing", facts, lang))
    return lines
