"""How many generated mistakes are named, and how long that takes: ``python benchmarks/diagnosis.py [count]``.

Two kinds of answers in equal parts: gradients and update rules of every network, and formulas of the forward
pass. Every second answer has two mistakes. The judge looks at each too: a wrong answer must not be accepted,
and the same work without the mistakes must not be rejected.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import student_mistakes
import student_slips
from student_mistakes import Answer, Fact

from symnn.derivation.adjoint import extended, resolve
from symnn.derivation.primes import carried_out
from symnn.equality.judge import Judge
from symnn.expressions.tree import Name, Tree
from symnn.expressions.writing import plain
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.misconceptions.explainer import Diagnosis
from symnn.misconceptions.mistakes import Explanation
from symnn.misconceptions.residues import network_meaning
from symnn.numeric.arithmetic import floats
from symnn.numeric.forward import forward
from symnn.numeric.interpreter import value
from symnn.verdicts.finding import in_words

SHOWN = 6
POINTS = 60  # where a ReLU is dead everything agrees: many points are needed to see a difference
Asked = student_mistakes.Part | student_slips.Question


class Prepared:
    """A question with its diagnosis and its judge, and how long the diagnosis took to build."""

    def __init__(self, asked: Asked) -> None:
        start = process_time()
        self.diagnosis = diagnosis_of(asked.graph, asked.key)
        self.seconds = process_time() - start
        key, larger = resolve(asked.key, asked.graph)
        self.key, self.graph = key, larger
        of = self.diagnosis.anatomy.of
        self.judge = Judge(key, network_meaning(extended(larger, of) if of else larger))
        self.name = asked.name

    def differs(self, tree: Tree) -> bool:
        """Say in floats, knowing nothing of residues, whether an answer differs from the key."""
        rng = Random(5)  # noqa: S311 - reproducible points
        m = floats()
        for _ in range(POINTS):
            at = {name: rng.uniform(-1.5, 1.5) for name in self.graph.free} | {"eta": rng.uniform(0.1, 1)}
            values = forward(self.graph, at, m) | {"eta": at["eta"]}
            yours, right = (float(value(one, values, m, self.graph.functions)) for one in (tree, self.key))
            if abs(yours - right) > 1e-9 * max(abs(yours), abs(right)):
                return True
        return False

    def accepts(self, tree: Tree) -> bool | None:
        """Ask the judge."""
        return self.judge.judge(carried_out(tree, self.graph.functions), plain(tree), explain=False).equal


def named(explanation: Explanation) -> frozenset[Fact]:
    """Write an explanation as the generator writes mistakes; several names are joined."""
    return frozenset(
        (mistake.code, tuple((name, text(in_words(fact))) for name, fact in mistake.facts))
        for mistake in explanation.mistakes
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


def draws(count: int, rng: Random) -> Iterator[tuple[str, Asked, Answer, Tree]]:
    """Draw answers: the kind, the question, the wrong answer, and a right one."""
    drawn = 0
    while drawn < count:
        many = 1 + drawn // 2 % 2
        if drawn % 2:
            question = rng.choice(student_slips.questions())
            found = student_slips.answer(question, rng, many)
            if found is not None:
                right = student_slips.written(question.key, question.graph, {}, rng)
                yield "formula", question, found, right
                drawn += 1
        else:
            part = rng.choice(student_mistakes.parts())
            right = student_mistakes.tree_of(part, part.sheet, rng)
            yield "gradient", part, student_mistakes.answer(part, rng, many), right
            drawn += 1


class Tally:
    """Counts what became of the answers."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[str, int], Counter[str]] = {}
        self.codes: dict[str, Counter[str]] = {}
        self.missed: dict[tuple[str, int], list[str]] = {}
        self.judged: Counter[str] = Counter()
        self.looks: list[float] = []

    def add(self, kind: str, prepared: Prepared, drawn: Answer) -> None:
        """Count an answer with mistakes."""
        many = (kind, len(drawn.mistakes))
        if not prepared.differs(drawn.tree):
            self.kinds.setdefault(many, Counter())["right after all"] += 1
            self.judged["false reject"] += prepared.accepts(drawn.tree) is False
            return
        accepted = prepared.accepts(drawn.tree)
        self.judged["false accept" if accepted else "undecided" if accepted is None else "rejected"] += 1
        start = process_time()
        prepared.diagnosis.explain(drawn.tree)
        self.looks.append(process_time() - start)
        verdict, found = standing(prepared.diagnosis, drawn)
        self.kinds.setdefault(many, Counter())[verdict] += 1
        if len(drawn.mistakes) == 1:
            self.codes.setdefault(next(iter(drawn.mistakes))[0], Counter())[verdict] += 1
        if verdict in ("other", "unexplained"):
            said = sorted(named(found[0])) if found else "nothing"
            line = f"{prepared.name}: {plain(drawn.tree)}\n      made {sorted(drawn.mistakes)}\n      said {said}"
            self.missed.setdefault(many, []).append(line)

    def right(self, prepared: Prepared, tree: Tree) -> None:
        """Count a right answer."""
        accepted = prepared.accepts(tree)
        self.judged["accepted" if accepted else "undecided" if accepted is None else "false reject"] += 1


def run(count: int, seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - a reproducible draw, no secret
    prepared: dict[str, Prepared] = {}
    tally = Tally()
    for kind, asked, drawn, right in draws(count, rng):
        key = f"{kind} {asked.name}"
        if key not in prepared:
            prepared[key] = Prepared(asked)
        tally.add(kind, prepared[key], drawn)
        if asked.key != right and not isinstance(right, Name):
            tally.right(prepared[key], right)
    report(tally, list(prepared.values()))


def report(tally: Tally, prepared: list[Prepared]) -> None:
    for (kind, many), counts in sorted(tally.kinds.items()):
        total = sum(counts.values()) - counts["right after all"]
        first, alike = counts["first"] / total, (counts["first"] + counts["alias"]) / total
        print(f"{kind}s with {many} mistake(s): {total} answers, first {first:.2%}, with aliases {alike:.2%}")
    print(f"judge: {dict(tally.judged)}")
    for code, counts in sorted(tally.codes.items()):
        print(f"   {code:26} {dict(counts)}")
    rng = Random(1)  # noqa: S311 - which examples are shown
    for (kind, many), lines in sorted(tally.missed.items()):
        print(f"not named, {kind}s with {many}: {len(lines)}")
        for line in rng.sample(lines, min(SHOWN, len(lines))):
            print(f"   {line}")
    slowest = max(prepared, key=lambda one: one.seconds)
    builds = median(one.seconds for one in prepared) * 1e3
    print(
        f"build: median {builds:.0f} ms, longest {slowest.seconds * 1e3:.0f} ms ({slowest.name}), {len(prepared)} parts"
    )
    looks = sorted(tally.looks)
    late = looks[int(len(looks) * 0.95)] * 1e6
    print(f"look: median {median(looks) * 1e6:.0f} us, 95 % {late:.0f} us, longest {looks[-1] * 1e6:.0f} us")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, seed=20)
