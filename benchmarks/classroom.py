"""What grading a class costs, beside importing SymPy: processor time of all processes, and memory of all together.

    python benchmarks/classroom.py [STUDENTS] [PARTS] [--against OTHER/bin/symnn]

A seeded class: answers of the shipped class, further parts with their model answers, and as many variations of them
that a fifth of all answers are different. It is graded, graded again (nothing is new), graded in the other language,
and once more after one part accepts another answer. ``--against`` grades the same with another version.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
EXERCISES = ROOT / "exercises"
SHIPPED = EXERCISES / "class" / "submissions.csv"
DIFFERENT = 0.2
MOST_SHIPPED = 12
EVERY = 0.2


def answers_by_part(parts: int = MOST_SHIPPED) -> dict[str, list[str]]:
    """List what was answered to each part: by the shipped class, and to further parts what a class might write."""
    with SHIPPED.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {part: [row[part] for row in rows if row[part]] for part in rows[0] if "/" in part}
    return dict(list((found if parts <= len(found) else found | further(found)).items())[:parts])


def further(known: dict[str, list[str]]) -> dict[str, list[str]]:
    """List model answers and simple mistakes for the other parts of the exercises."""
    from symnn.exercises.library import exercise

    found: dict[str, list[str]] = {}
    for path in sorted(EXERCISES.glob("*.yaml")):
        for part in exercise(path.stem).parts:
            name = f"{path.stem}/{part.file.id}"
            if name not in known:
                model = part.solution("00" * 32)
                wrong = [f"2*({model})", f"-({model})"] if part.file.kind == "formula" else ["1", "0.5"]
                found[name] = [*[model] * 6, *wrong, "不会"]
    return found


def seeded(students: int, parts: int, seed: int = 0) -> Iterator[list[str]]:
    """Give the rows of a class: the same for the same numbers."""
    drawn = random.Random(seed)  # noqa: S311 - a class, no secret
    by_part = list(answers_by_part(parts).items())
    yield ["student", *(part for part, _ in by_part)]
    for number in range(students):
        row = [f"{20230000 + number}"]
        for _, answers in by_part:
            answer = drawn.choice(answers)
            row.append(f"{answer} + {drawn.random():.9f}" if drawn.random() < DIFFERENT else answer)
        yield row


class Cost(NamedTuple):
    """Seconds of the processor and MiB, both of all processes together, and what was said."""

    seconds: float
    memory: float
    said: str = ""


def cost(*command: str) -> Cost:
    """Run a command; memory is what its processes have for themselves or share, seen every now and then."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    apart = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # each version has its own code
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=apart, **pipes)  # noqa: S603
    peaks = [0.0]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(EVERY):
            peaks.append(memory_of(process.pid))

    watching = threading.Thread(target=watch)
    watching.start()
    said, _ = process.communicate()
    ended.set()
    watching.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, max(peaks), said)


def memory_of(process: int) -> float:
    """Give the MiB of a process and all below it, what they share counted once; 0 where the system does not tell."""
    total = 0.0
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            total += float(line.split()[1]) / 1024 if line.startswith("Pss:") else 0
        for task in Path(f"/proc/{process}/task").iterdir():
            children = (task / "children").read_text(encoding="ascii").split()
            total += sum(memory_of(int(child)) for child in children)
    except (OSError, ValueError):
        pass
    return total


def graded(program: tuple[str, ...], table: Path, folder: Path, exercises: Path | None = None, *more: str) -> Any:
    """Grade a table; gives the cost and what the program says of it."""
    given = () if exercises is None else ("-e", str(exercises))
    done = cost(*program, "grade", str(table), *given, "-o", str(folder), "-q", "--json", "--jobs", "2", *more)
    return done, json.loads(done.said)


def told(name: str, done: Cost, said: dict[str, Any], sympy: float) -> None:
    """Print one line of what it cost."""
    relative = done.seconds / sympy
    each = relative / said["answers"] * 10_000
    counted = (
        f"{said['graded']} of {said['different']} graded" if "graded" in said else f"{said['different']} different"
    )
    print(
        f"{name:>18}: {done.seconds:7.1f} s = {relative:6.1f} x import sympy, {each:5.1f} x per 10 000; {counted}; ",
        end="",
    )
    print(f"{done.memory:.0f} MiB together")


def main() -> None:
    asked = ArgumentParser()
    asked.add_argument("students", nargs="?", type=int, default=1000)
    asked.add_argument("parts", nargs="?", type=int, default=MOST_SHIPPED)
    asked.add_argument("--against", type=Path)
    given = asked.parse_args()
    ours = (sys.executable, "-m", "symnn")
    sympy = min(cost(sys.executable, "-c", "import sympy").seconds for _ in range(5))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, exercises = folder / "class.csv", folder / "exercises"
        shutil.copytree(EXERCISES, exercises)
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(seeded(given.students, given.parts))
        print(f"{given.students} students, {given.parts} parts; import sympy {sympy:.2f} s")
        told("first", *graded(ours, table, folder / "out", exercises), sympy)
        told("again", *graded(ours, table, folder / "out", exercises), sympy)
        told("other language", *graded(ours, table, folder / "out", exercises, "--lang", "en"), sympy)
        accepting(exercises / "neuron.yaml")
        told("one part accepts", *graded(ours, table, folder / "out", exercises, "--lang", "en"), sympy)
        if given.against:
            told("another version", *graded((str(given.against),), table, folder / "other"), sympy)


def accepting(path: Path) -> None:
    """Let a part that the class answers accept one answer more."""
    text = path.read_text(encoding="utf-8")
    at = text.index("    answer:", text.index("id: dy-dw1"))
    end = text.index("\n", at) + 1
    more = '    accept:\n      - {value: "diff(y, w1)/7", credit: 0.5, note: {zh: 甲, en: A}}\n'
    path.write_text(text[:end] + more + text[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
