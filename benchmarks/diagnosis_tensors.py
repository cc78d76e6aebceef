"""How many mistakes about networks of tensors are named: ``python benchmarks/diagnosis_tensors.py [count] [--judge]``.

Gradients and update rules in matrix form, and formulas of the forward pass, of every network of tensors; every second
answer has two mistakes. With ``--judge`` the judge looks at each answer, too, and at as many right ones; a line with
its verdicts is written for each question that is done, and one for each answer that was left undecided. A word
chooses the questions that have it in their names (``cnn-x/``); their answers are the same as in the full run.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import numpy as np
import tensor_mistakes
from diagnosis import named, standing
from student_mistakes import Answer
from tensor_mistakes import Question

from symnn.derivation.matrices import derive_matrix
from symnn.derivation.primes import carried_out
from symnn.equality.subject import Subject
from symnn.expressions.tree import Derivative, Name, Tree, mapped
from symnn.expressions.writing import plain
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.misconceptions.tensors import TensorDiagnosis
from symnn.numeric.arithmetic import arrays
from symnn.numeric.interpreter import Interpreter, ValueMissing
from symnn.numeric.valued import Valued, filled_tensor, valued
from symnn.ops.shapes import Unfit

SHOWN = 8
POINTS = 24
TRIES = 40
"""A question that has few mistakes of two kinds is asked so often for each of its answers."""


class Prepared:
    """A question with its diagnosis, its judge and points at which answers are worked out in floats."""

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        start = process_time()
        self.diagnosis = diagnosis_of(asked.graph, asked.key)
        self.seconds = process_time() - start
        self.late = self.written_late()
        self.values = Interpreter(arrays(asked.graph.conventions), asked.graph.functions)
        self.graph, self.key = resolved(asked)
        with np.errstate(all="ignore"):
            self.points = [self.point(seed) for seed in range(POINTS)]
            self.right = [valued(self.values.of(self.key, given)) for given in self.points]
        self._judge = None

    def written_late(self) -> float:
        """Have the pages written that an answer with two slips in one formula needs first; give the seconds."""
        start = process_time()
        if isinstance(self.diagnosis, TensorDiagnosis):
            with np.errstate(all="ignore"):
                _ = self.diagnosis.book.further
        return process_time() - start

    def point(self, seed: int) -> dict[str, Valued]:
        """Draw a point; at every second one the entries of a tensor have one sign: whole images are negative there."""
        random = np.random.default_rng(seed)
        shapes = self.graph.shapes
        given = {}
        for name in sorted(self.graph.free):
            array = random.uniform(-1.5, 1.5, shapes.get(name, ()))
            given[name] = Valued(np.abs(array) * random.choice((-1, 1)) if seed % 2 else array, shapes.get(name, ()))
        given["eta"] = Valued(np.float64(random.uniform(0.1, 1.0)), ())
        for equation in self.graph.equations:
            shape = shapes.get(equation.left, ())
            given[equation.left] = filled_tensor(valued(self.values.of(equation.right, given)), shape)
        return given

    def differs(self, tree: Tree) -> bool | None:
        """Say in floats whether an answer differs from the key; None where its shapes do not fit."""
        for given, right in zip(self.points, self.right, strict=True):
            try:
                with np.errstate(all="ignore"):
                    yours = valued(self.values.of(tree, given))
            except (Unfit, ValueMissing):
                return None
            if yours.shape != right.shape:
                return None
            if np.abs(yours.array - right.array).max() > 1e-9 * max(1e-6, np.abs(right.array).max()):
                return True
        return False

    def judged(self, tree: Tree) -> bool | None:
        """Ask the judge."""
        subject = Subject.of_network(self.asked.graph)
        answer = carried_out(tree, self.asked.graph.functions, self.asked.graph.shapes)
        if self._judge is None or not subject.suits(self._judge, answer):
            (key,), graph = subject.resolved(self.asked.key)
            self._judge = subject.judge(key, graph, also=answer)
        return self._judge.judge(answer, plain(tree), explain=False).equal


def resolved(asked: Question) -> tuple[object, Tree]:
    """Give the key with every gradient named, and the graph that has the gradients."""
    wanted: list[tuple[str, str]] = []

    def change(node: Tree) -> Tree | None:
        match node:
            case Derivative(Name(of), Name(wrt)):
                wanted.append((of, wrt))
                return Name(f"d{of}/d{wrt}")
        return None

    key = mapped(asked.key, change)
    if not wanted:
        return asked.graph, key
    return derive_matrix(asked.graph, wanted[0][0], (wanted[0][1],)).extended, key


class Tally:
    """Counts what became of the answers."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[str, int], Counter[str]] = {}
        self.codes: dict[str, Counter[str]] = {}
        self.missed: dict[tuple[str, int], list[str]] = {}
        self.judged: dict[str, Counter[str]] = {}
        self.looks: list[float] = []

    def add(self, part: Prepared, drawn: Answer, *, judge: bool) -> None:
        """Count an answer with mistakes."""
        kind = "gradients" if part.asked.backward else "formulas"
        many = (kind, len(drawn.mistakes))
        counts = self.kinds.setdefault(many, Counter())
        differs = part.differs(drawn.tree)
        if judge:
            self.judge(part, drawn.tree, right=differs is False)
        if differs is None:
            found = part.diagnosis.explanations(drawn.tree)
            counts["misfit named" if found and named(found[0]) == drawn.mistakes else "misfit"] += 1
            return
        if not differs:
            counts["right after all"] += 1
            return
        start = process_time()
        part.diagnosis.explain(drawn.tree)
        self.looks.append(process_time() - start)
        verdict, found = standing(part.diagnosis, drawn)
        counts[verdict] += 1
        if len(drawn.mistakes) == 1:
            self.codes.setdefault(next(iter(drawn.mistakes))[0], Counter())[verdict] += 1
        if verdict != "first":
            said = [sorted(named(one)) for one in found[:2]]
            line = f"{part.asked.name}: {plain(drawn.tree)}\n      made {sorted(drawn.mistakes)}\n      said {said}"
            self.missed.setdefault(many, []).append(line)

    def judge(self, part: Prepared, tree: Tree, *, right: bool) -> None:
        """Count a verdict; those that are no proof of what is known are listed."""
        accepted = part.judged(tree)
        verdict = "undecided" if accepted is None else "accepted" if accepted else "rejected"
        verdict = verdict if accepted in (None, right) else "FALSE " + ("accept" if accepted else "reject")
        self.judged.setdefault(part.asked.name, Counter())[f"{'right' if right else 'wrong'} {verdict}"] += 1
        if accepted is not right:
            print(f"   {verdict}: {plain(tree)}", flush=True)


def run(count: int, seed: int, *, judge: bool, only: str = "") -> None:
    """Take question by question, as many answers to each."""
    tally, used = Tally(), {}
    questions = tensor_mistakes.questions()
    each = -(-count // len(questions))
    for asked in questions:
        if only not in asked.name:
            continue
        start = process_time()
        part, rng, drawn = Prepared(asked), Random(f"{seed} {asked.name}"), 0  # noqa: S311 - reproducible
        for attempt in range(each * TRIES):
            if drawn == each:
                break
            found = tensor_mistakes.answer(asked, rng, 1 + attempt % 2)
            if found is None:
                continue
            drawn += 1
            tally.add(part, found, judge=judge)
            if judge:
                tally.judge(part, tensor_mistakes.right(asked, rng), right=True)
        used[asked.name] = (part.seconds, part.late)
        if judge:
            verdicts = dict(sorted(tally.judged.get(asked.name, Counter()).items()))
            print(f"{asked.name}: {verdicts}, {process_time() - start:.1f} s", flush=True)
    report(tally, used)


def report(tally: Tally, used: dict[str, tuple[float, float]]) -> None:
    for (kind, many), counts in sorted(tally.kinds.items()):
        total = sum(counts.values()) - counts["right after all"] - counts["misfit"] - counts["misfit named"]
        first, alike = counts["first"] / max(total, 1), (counts["first"] + counts["alias"]) / max(total, 1)
        rates = f"first {first:.2%}, with aliases {alike:.2%}"
        print(f"{kind} with {many} mistake(s): {total} answers, {rates}, {dict(counts)}")
    networks: dict[str, Counter[str]] = {}
    for name, verdicts in tally.judged.items():
        networks.setdefault(name.split("/")[0], Counter()).update(verdicts)
    for network, verdicts in networks.items():
        print(f"judge, {network}: {dict(sorted(verdicts.items()))}")
    for code, counts in sorted(tally.codes.items()):
        print(f"   {code:26} {dict(counts)}")
    rng = Random(1)  # noqa: S311 - which examples are shown
    for (kind, many), lines in sorted(tally.missed.items()):
        print(f"not first, {kind} with {many}: {len(lines)}")
        for line in rng.sample(lines, min(SHOWN, len(lines))):
            print(f"   {line}")
    for place, what in enumerate(("build", "pages written late")):
        times = sorted((both[place], name) for name, both in used.items())
        builds = [seconds for seconds, _ in times]
        print(
            f"{what}: median {median(builds) * 1e3:.0f} ms, 95 % {builds[int(len(builds) * 0.95)] * 1e3:.0f} ms, "
            f"longest {builds[-1] * 1e3:.0f} ms ({times[-1][1]}), {len(builds)} parts"
        )
    looks = sorted(tally.looks)
    print(
        f"look: median {median(looks) * 1e6:.0f} us, 95 % {looks[int(len(looks) * 0.95)] * 1e6:.0f} us, "
        f"longest {looks[-1] * 1e6:.0f} us"
    )


if __name__ == "__main__":
    numbers = [argument for argument in sys.argv[1:] if argument.isdigit()]
    words = [argument for argument in sys.argv[1:] if not argument.isdigit() and not argument.startswith("-")]
    run(int(numbers[0]) if numbers else 20_000, seed=20, judge="--judge" in sys.argv, only=words[0] if words else "")
