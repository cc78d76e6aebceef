"""What grading a class costs, beside importing SymPy: processor time of all processes, and memory.

    python benchmarks/classroom.py [STUDENTS] [PARTS]

A seeded class: answers of the shipped class, and as many variations of them that a fifth of all answers are different.
"""

from __future__ import annotations

import csv
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
SHIPPED = ROOT / "exercises" / "class" / "submissions.csv"
DIFFERENT = 0.2


def answers_by_part() -> dict[str, list[str]]:
    with SHIPPED.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = [title for title in rows[0] if "/" in title]
    return {part: [row[part] for row in rows if row[part]] for part in parts}


def seeded(students: int, parts: int, seed: int = 0) -> Iterator[list[str]]:
    """Give the rows of a class: the same for the same numbers."""
    drawn = random.Random(seed)  # noqa: S311 - a class, no secret
    by_part = list(answers_by_part().items())[:parts]
    yield ["student", *(part for part, _ in by_part)]
    for number in range(students):
        row = [f"{20230000 + number}"]
        for _, answers in by_part:
            answer = drawn.choice(answers)
            row.append(f"{answer} + {drawn.random():.9f}" if drawn.random() < DIFFERENT else answer)
        yield row


def processor_seconds(*command: str) -> tuple[float, float]:
    """Run a command; give the seconds of all its processes, and the MiB of the largest."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, after.ru_maxrss / 1024


def main() -> None:
    students, parts = (int(text) for text in (sys.argv[1:] + ["1000", "12"][len(sys.argv) - 1 :]))
    sympy = min(processor_seconds(sys.executable, "-c", "import sympy")[0] for _ in range(5))
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "class.csv"
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(seeded(students, parts))
        command = (sys.executable, "-m", "symnn", "grade", str(table), "-o", f"{folder}/out", "-q", "--jobs", "2")
        seconds, memory = processor_seconds(*command)
        answers = Path(folder, "out", "results.jsonl").read_bytes().count(b"\n")
    print(f"{students} students, {answers} answers: {seconds:.1f} s, largest process {memory:.0f} MiB")
    print(f"import sympy: {sympy:.2f} s; per 10 000 answers {seconds / sympy / answers * 10_000:.1f} x import sympy")


if __name__ == "__main__":
    main()
