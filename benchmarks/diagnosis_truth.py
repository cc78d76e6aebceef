"""Is what is said of wrong answers true? Blind edits of keys by the thousand, each explanation judged as a claim.

    python benchmarks/diagnosis_truth.py [count] [--seed N] [--seconds S] [--networks FILE] [--only NAME…] [--wild]
                                         [--graded]

``FILE`` has rows with a ``network`` (a network file's text): networks of other courses. With ``--wild`` answers
are letters, 1, the loss itself, doubled, one name exchanged: no exception, none over 2 s. With ``--graded`` each is
read from its text and graded by a part, right ones in other writings between them: verdicts, entries, findings and
hints of all levels in both languages are judged.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from asked_parts import complaints, is_equal, part_of, rewritten
from claims import Unreadable, World, is_true
from foreign_networks import FOREIGN
from test_misconceptions_truth import ABROAD, OTHERS, SMALL, Asked, keys, right_answers

from symnn.errors import SymnnError
from symnn.expressions.tree import Name, Number, Product, Sum, Tree, substitute
from symnn.expressions.writing import plain
from symnn.misconceptions.diagnosis import diagnosis_of
from symnn.networks.catalogue import network
from symnn.networks.graph import Graph

SHIPPED = (*SMALL, *OTHERS, "birnn", "deep-rnn", "cnn")
MOST_KEYS = 6
LIMIT = 2.0


def graphs(file: str) -> Iterator[tuple[str, Graph]]:
    """Give the shipped networks, those of the tests, and those of a file of rows."""
    yield from ((name, network(name).graph) for name in SHIPPED)
    yield from ((name, FOREIGN[name].graph) for name in (ABROAD if file else FOREIGN))
    with TemporaryDirectory() as folder:
        for number, line in enumerate(Path(file).read_text(encoding="utf-8").splitlines() if file else ()):
            text = json.loads(line).get("network", "")
            path = Path(folder) / f"row-{number}.yaml"
            path.write_text(f"symnn: 1\nnetwork: row-{number}\ntitle: {{zh: 网络, en: net}}\n{text}", encoding="utf-8")
            try:
                yield json.loads(line)["id"], network(path).graph
            except SymnnError:
                continue  # what cannot be read yet is counted elsewhere


def asked(graph: Graph, rng: Random) -> Iterator[Asked]:
    """Draw questions about a network."""
    found = list(keys(graph))
    for key in rng.sample(found, min(MOST_KEYS, len(found))):
        try:
            world = World(graph, key)
        except (SymnnError, TypeError):
            continue  # an equation that holds a derivative is laid out by nobody yet
        rights = tuple(right_answers(world, rng)) if world.truth is not None else ()
        if rights:
            yield Asked(world, diagnosis_of(graph, key), rights)


def wild(one: Asked, rng: Random) -> Tree:
    """Draw an answer that has little to do with the question."""
    graph, right = one.world.graph, rng.choice(one.rights)
    names = list(graph.quantities)
    found = [Name(rng.choice(names)), Number(1), Name(graph.equations[-1].left), Product((Number(2), right))]
    found.append(Sum((right, Name(rng.choice(names)))))
    found.append(substitute(right, {rng.choice(names): Name(rng.choice(names))}))
    return rng.choice(found)


class Tally:
    """Counts what became of the answers."""

    def __init__(self, *, shows_generic: bool) -> None:
        self.shows_generic = shows_generic
        self.counts: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.networks: Counter[str] = Counter()

    def add(self, name: str, one: Asked, answer: Tree, many: str, *, judged: bool) -> None:
        """Explain an answer and judge what is said."""
        start = process_time()
        findings = one.diagnosis.explain(answer)
        self.seconds.append(process_time() - start)
        self.networks[name] += 1
        self.counts["over 2 s"] += self.seconds[-1] > LIMIT
        generic = findings[0].code == "unexplained"
        kind = "tensors" if one.world.graph.shapes else "numbers"
        many = f"{many}, {kind}"
        if self.shows_generic and generic:
            print(f"generic {name}: {plain(one.world.key)} | {plain(answer)} | {many}", flush=True)
        if self.seconds[-1] > LIMIT:
            print(f"late {name}: {plain(one.world.key)} | {plain(answer)} | {self.seconds[-1]:.2f} s", flush=True)
        self.counts[f"{'generic' if generic else 'named'}, {many}"] += 1
        try:
            true = not judged or generic or is_true(one.world, answer, findings)
        except Unreadable as fact:
            self.counts["a fact that cannot be read"] += 1
            print(f"{name}: {fact}", flush=True)
            return
        if not true:
            self.counts["FALSE"] += 1
            said = [(finding.code, dict(finding.facts)) for finding in findings]
            print(f"{name}: {plain(one.world.key)} | {plain(answer)} | {said}", flush=True)


def graded(given: argparse.Namespace) -> None:
    """Grade wrong and right answers by their texts, and judge all that is said."""
    rng, counts, seconds = Random(given.seed), Counter(), []  # noqa: S311 - a reproducible draw, no secret
    chosen = [(name, graph) for name, graph in graphs(given.networks) if not given.only or name in given.only]
    each = -(-given.count // len(chosen))
    for name, graph in chosen:
        questions = [(one, part_of(graph, one.world.key)) for one in asked(graph, rng)]
        for n in range(each if questions else 0):
            one, part = questions[n % len(questions)]
            many = n % 4
            answer = one.wrong(rng, many) if many else rewritten(rng.choice(one.rights), rng)
            is_right = None if answer is None else is_equal(one.world, answer)
            if answer is None or is_right is None:
                continue
            text, start = plain(answer), process_time()
            counts["right" if is_right else "wrong"] += 1
            with suppress(Exception):  # told below
                part.grade(text)
            seconds.append(process_time() - start)
            try:
                found = list(complaints(one.world, part, answer, text, is_right=is_right))
            except Exception as error:  # noqa: BLE001 - a crash is what is looked for
                found = [f"CRASH {type(error).__name__}: {error}"]
            if seconds[-1] > LIMIT:
                found.append(f"late: {seconds[-1]:.1f} s")
            counts.update(complaint.partition(":")[0] for complaint in found)
            for complaint in found:
                print(f"{name}: {plain(one.world.key)} | {text} | {complaint}", flush=True)
    print(f"{len(seconds)} answers, {len(chosen)} networks: {dict(counts)}, the longest {max(seconds):.1f} s")


def run(given: argparse.Namespace) -> None:
    rng = Random(given.seed)  # noqa: S311 - a reproducible draw, no secret
    tally, end = Tally(shows_generic=given.generic), process_time() + given.seconds
    chosen = [(name, graph) for name, graph in graphs(given.networks) if not given.only or name in given.only]
    rng.shuffle(chosen)
    each = -(-given.count // len(chosen))
    for name, graph in chosen:
        questions = tuple(asked(graph, rng))
        for n in range(each if questions else 0):
            one = questions[n % len(questions)]
            many = 2 if n % 4 == 3 else 1  # noqa: PLR2004 - every fourth has two edits
            answer = wild(one, rng) if given.wild else one.wrong(rng, many)
            if answer is not None and process_time() < end:
                tally.add(name, one, answer, "wild" if given.wild else f"{many} edit(s)", judged=not given.wild)
    print(
        f"{sum(tally.networks.values())} answers, {len(tally.networks)} networks: {dict(sorted(tally.counts.items()))}"
    )
    late = sorted(tally.seconds)
    print(f"median {median(late) * 1e3:.2f} ms, 95 % {late[int(len(late) * 0.95)] * 1e3:.1f} ms, most {late[-1]:.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("count", nargs="?", type=int, default=20_000)
    parser.add_argument("--networks", default="")
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--generic", action="store_true", help="show what stays unexplained")
    parser.add_argument("--wild", action="store_true")
    parser.add_argument("--graded", action="store_true")
    parser.add_argument("--seconds", type=float, default=1e9, help="of processor time; what comes later is left out")
    chosen = parser.parse_args()
    (graded if chosen.graded else run)(chosen)
