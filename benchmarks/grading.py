"""What a wrong answer costs with its reason: ``Part.grade`` of every shipped part, by kind of part.

Wrong answers are the model answer's text with a number, a sign or a name changed, edits that know nothing of how
mistakes are explained; every answer is another one, and whatever a part prepares for a class is prepared before.
The ratio is to ``ast.parse`` of the text of ∂E/∂w1 of the 2-2-1 network, read in the same rounds.

    python benchmarks/grading.py [answers a part] [exercise, or the beginning of its name]
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).parent.parent))

from verdicts import KEY

from symnn.exercises.library import exercise, shipped_names
from symnn.questions.part import Part

PIECE = re.compile(r"[A-Za-z]+'?(?:_[A-Za-z0-9]+|[0-9])*|[0-9]+(?:\.[0-9]+)?|[-+]")
KINDS = ("formula", "matrix", "number", "steps")
WARMED = 3
"""So many answers a part grades before it is timed."""


def changed(text: str, rng: Random) -> str:
    """Change one number, sign or name of a text."""
    pieces = list(PIECE.finditer(text))
    one = rng.choice(pieces)
    names = sorted({piece[0] for piece in pieces if piece[0][0].isalpha()})
    if one[0] in "+-":
        new = "+" if one[0] == "-" else "-"
    elif one[0][0].isdigit():
        new = str(round(float(one[0]) * rng.choice((2, 0.5, 1.1, 3)) + rng.choice((0, 1)), 4))
    else:
        new = rng.choice([name for name in names if name != one[0]] or ["2"])
    return text[: one.start()] + new + text[one.end() :]


def wrong_answers(part: Part, count: int) -> Iterator[str]:
    """Give different wrong answers to a part; the first few warm it."""
    rng = Random(part.file.id)  # noqa: S311 - a reproducible draw, no secret
    right, seen = part.solution(), set()
    for _ in range(20 * (count + WARMED)):
        text = changed(right, rng)
        if text not in seen and len(seen) < count + WARMED:
            seen.add(text)
            yield text


def parts(only: str) -> Iterator[tuple[str, Part]]:
    """List the shipped parts of the kinds that are measured."""
    for name in shipped_names():
        if name.startswith(only):
            found = exercise(name).parts
            yield from ((f"{name}/{part.file.id}", part) for part in found if part.file.kind in KINDS)


def timed(part: Part, count: int) -> list[float]:
    """Grade wrong answers; give the seconds of each but the first few."""
    seconds = []
    for text in wrong_answers(part, count):
        start = process_time()
        verdict = part.grade(text)
        took = process_time() - start
        if verdict.verdict in {"wrong", "partial"} and verdict.findings:
            seconds.append(took)
    return seconds[WARMED:]


def parsed() -> float:
    """Give the seconds that Python's own reader takes for the text of a gradient."""
    texts = [KEY.replace("*", " " * (1 + place % 3) + "*") for place in range(200)]
    start = process_time()
    for text in texts:
        ast.parse(text)
    return (process_time() - start) / len(texts)


def main(count: int, only: str) -> None:
    """Print the medians by kind, and the parts that take longest."""
    ratios: dict[str, list[float]] = defaultdict(list)
    slowest = []
    for name, part in parts(only):
        before = parsed()
        seconds = timed(part, count)
        unit = min(before, parsed())
        ratios[part.file.kind] += [one / unit for one in seconds]
        if seconds:
            slowest.append((median(seconds) / unit, part.file.kind, name))
    for kind, found in sorted(ratios.items()):
        late = sorted(found)[int(len(found) * 0.95)]
        print(f"{kind:8} {len(found):5} wrong answers: median {median(found):7.1f} x ast.parse, 95 % {late:7.1f}")
    for ratio, kind, name in sorted(slowest, reverse=True)[:8]:
        print(f"   {ratio:7.1f} x  {kind:8} {name}")


if __name__ == "__main__":
    numbers = [argument for argument in sys.argv[1:] if argument.isdigit()]
    names = [argument for argument in sys.argv[1:] if not argument.isdigit()]
    main(int(numbers[0]) if numbers else 12, names[0] if names else "")
