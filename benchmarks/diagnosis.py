"""How many generated mistakes are named exactly, and how long that takes: ``python benchmarks/diagnosis.py [count]``."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from student_mistakes import Answer, Fact, Part, answer, parts

from symnn.grading.diagnosis.diagnosis import Diagnosis
from symnn.grading.diagnosis.mistakes import Explanation
from symnn.language.writing import plain

SHOWN = 12


def named(explanation: Explanation) -> frozenset[Fact]:
    """Write an explanation as the generator writes mistakes; several names are joined."""
    return frozenset(
        (mistake.code, tuple((name, text(fact)) for name, fact in mistake.facts)) for mistake in explanation.mistakes
    )


def text(fact: object) -> str:
    return "|".join(sorted(map(str, fact))) if isinstance(fact, tuple) else str(fact)


def standing(diagnosis: Diagnosis, drawn: Answer) -> tuple[str, tuple[Explanation, ...]]:
    """Say whether the mistakes are named first, named as an alias of equal value, or not named."""
    found = diagnosis.explanations(drawn.tree)
    if not found:
        return "unexplained", found
    if named(found[0]) == drawn.mistakes:
        return "first", found
    if any(named(other) == drawn.mistakes for other in found[1:]):
        return "alias", found
    return "other", found


def run(count: int, seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - a reproducible draw, no secret
    built: dict[str, Diagnosis] = {}
    builds, looks = [], []
    tallies = {1: Counter[str](), 2: Counter[str]()}
    missed: dict[int, list[str]] = {1: [], 2: []}
    codes: dict[str, Counter[str]] = {}
    for number in range(count):
        part = rng.choice(parts())
        if part.name not in built:
            start = process_time()
            built[part.name] = Diagnosis.of(part.graph, part.key)
            builds.append((process_time() - start, part.name))
        many = 1 + number % 2
        drawn = answer(part, rng, many)
        diagnosis = built[part.name]
        if diagnosis.residues.of(drawn.tree) == diagnosis.truth:
            tallies[many]["right after all"] += 1
            continue
        start = process_time()
        diagnosis.explain(drawn.tree)
        looks.append(process_time() - start)
        verdict, found = standing(diagnosis, drawn)
        tallies[many][verdict] += 1
        if many == 1:
            codes.setdefault(next(iter(drawn.mistakes))[0], Counter())[verdict] += 1
        if verdict != "first":
            missed[many].append(_report(part, drawn, verdict, found))
    _print(tallies, missed, codes)
    looks.sort()
    print(f"build: median {median(t for t, _ in builds) * 1e3:.0f} ms, longest {max(builds)[0] * 1e3:.0f} ms ({max(builds)[1]})")
    print(f"look: median {median(looks) * 1e6:.0f} us, 95 % {looks[int(len(looks) * 0.95)] * 1e6:.0f} us, longest {looks[-1] * 1e6:.0f} us")


def _report(part: Part, drawn: Answer, verdict: str, found: tuple[Explanation, ...]) -> str:
    said = sorted(named(found[0])) if found else "nothing"
    return f"{verdict} {part.name}: {plain(drawn.tree)}\n      made {sorted(drawn.mistakes)}\n      said {said}"


def _print(tallies: dict[int, Counter[str]], missed: dict[int, list[str]], codes: dict[str, Counter[str]]) -> None:
    for many, tally in tallies.items():
        total = sum(tally.values()) - tally["right after all"]
        first = tally["first"] / total
        alike = (tally["first"] + tally["alias"]) / total
        print(f"{many} mistake(s): {total} answers, first {first:.2%}, first or of equal value {alike:.2%}, {dict(tally)}")
    for code, tally in sorted(codes.items()):
        print(f"   {code:26} {dict(tally)}")
    for many in (1, 2):
        rng = Random(1)  # noqa: S311 - which examples are shown
        chosen = rng.sample(missed[many], min(SHOWN, len(missed[many])))
        print(f"not first, {many}:")
        print("\n".join(f"   {line}" for line in chosen))


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, seed=20)
