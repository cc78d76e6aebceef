"""A part that asks for a tree of a graph, and what is said of answers to it, judged by plain evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from types import MappingProxyType

import numpy as np
from claims import World, alike, is_true
from msgspec.structs import replace

from symnn.derivation.explicit import explicit
from symnn.documents.domain import Domains
from symnn.documents.kinds import Bilingual
from symnn.documents.node import Source
from symnn.errors import Place
from symnn.expressions.tree import Entrywise, Negative, Product, Sum, Tree, children, rebuilt, walk
from symnn.expressions.writing import plain
from symnn.messages import LANGUAGES
from symnn.networks.graph import Graph
from symnn.questions.every_kind import KINDS
from symnn.questions.fields import PartFile
from symnn.questions.mathematics import Mathematics, meaning_of, quantities_of, with_names
from symnn.questions.part import Part
from symnn.verdicts.verdict import Verdict

HERE = Place("asked")
ASK = Bilingual("求。", "Give it.")
SEEDS = range(11, 17)
LEVELS = (1, 2, 3, 4)


def part_of(graph: Graph, key: Tree) -> Part:
    """Ask for a key, as an exercise does that has this one part. Raises SymnnError."""
    base, _ = with_names(explicit(graph), ("eta",), HERE)
    mathematics = Mathematics(base)
    file = PartFile("asked", "formula", ASK, Source(plain(key), HERE))
    content = KINDS[file.kind].content(file, mathematics)
    assert content is not None, [problem.code for problem in mathematics.problems]
    meaning = meaning_of(mathematics, Domains(), {}, b"asked")
    return Part(
        exercise="asked",
        file=file,
        network=graph,
        base=base,
        content=replace(content, quantities=quantities_of(content.answer, meaning.equations)),
        graph=mathematics.graph,
        scope=mathematics.scope,
        meaning=meaning,
        values=MappingProxyType({}),
        at=MappingProxyType({}),
    )


def rewritten(tree: Tree, rng: Random) -> Tree:
    """Write a formula otherwise without changing what it is worth: by what everybody may do to it."""
    parts = tuple(rewritten(part, rng) for part in children(tree))
    made = rebuilt(tree, parts) if parts else tree
    match made:
        case Sum(terms) | Entrywise(terms) if rng.random() < 0.4:
            return rebuilt(made, tuple(rng.sample(terms, len(terms))))
        case Sum(terms) if rng.random() < 0.2:
            return Negative(Sum(tuple(t.operand if isinstance(t, Negative) else Negative(t) for t in terms)))
        case Product((first, Sum(terms))) if rng.random() < 0.3:
            return Sum(tuple(Product((first, term)) for term in terms))
        case Product((Sum(terms), last)) if rng.random() < 0.3:
            return Sum(tuple(Product((term, last)) for term in terms))
        case Product((first, *others)) if rng.random() < 0.2:
            return Negative(Product((Negative(first), *others)))
    return made


def is_equal(world: World, answer: Tree) -> bool | None:
    """Whether an answer is worth what the key is, at many points; None where that is not clear."""
    same, unlike = 0, 0
    for seed in SEEDS:
        other = World(world.graph, world.key, seed)
        worth = other.worth(answer)
        for own, right in zip(worth or (), other.truth or (), strict=False):
            same += alike(own, right, 1e-9)
            nothing = not own.array.any() and not right.array.any()  # 0 for a vector of zeros is neither
            unlike += not nothing and (own.shape != right.shape or not alike(own, right, 1e-5))
    if unlike:
        return False
    return True if same == 2 * len(SEEDS) else None


def complaints(world: World, part: Part, answer: Tree, text: str, *, is_right: bool) -> Iterator[str]:
    """Grade an answer by its text: what is false of the verdict, of its findings, of the entries that it names.

    All hints are said in both languages; whatever is raised counts as a complaint of the caller's.
    """
    verdict = part.grade(text)
    yield from _of_verdict(verdict, is_right=is_right)
    hints = [part.hint(text, level) for level in LEVELS]
    for lang in LANGUAGES:
        said = [*verdict.told(lang), *(sentence for one in hints for sentence in one.sentences(lang))]
        if not is_right and (not said or any("{" in one and "$" in one for one in said)):
            yield f"nothing is said in {lang}"
    if is_right or verdict.verdict not in ("wrong", "partial"):
        return
    yield from _of_entries(world, verdict, answer)
    told = tuple(finding for finding in verdict.findings if finding.code != "entries")
    is_shape = any(one.code == "shape" for one in told)  # what mends it is not said again
    if told and not is_shape and told[0].code != "unexplained" and not is_true(world, answer, told):
        yield f"false: {[(one.code, dict(one.facts)) for one in told]}"


def _of_verdict(verdict: Verdict, *, is_right: bool) -> Iterator[str]:
    if verdict.verdict in ("undecided", "unreadable"):
        yield verdict.verdict
    elif is_right and any(one.code == "not-differentiated" for one in verdict.findings):
        yield "left standing"  # the question itself, which is no answer to it
    elif is_right and verdict.verdict != "correct":
        yield f"FALSE REJECT {verdict.verdict}: {[(one.code, dict(one.facts)) for one in verdict.findings]}"
    elif not is_right and verdict.verdict == "correct":
        yield "FALSE ACCEPT"


def _of_entries(world: World, verdict: Verdict, answer: Tree) -> Iterator[str]:
    """Compare the entries that are named as wrong with those that are worth something else."""
    named = next((one for one in verdict.findings if one.code == "entries" and "which" in one.facts), None)
    worth = world.worth(answer)
    if named is None or worth is None or not worth[0].shape or worth[0].shape != world.truth[0].shape:
        return
    off = np.zeros(worth[0].shape, dtype=bool)
    for seed in SEEDS:
        other = World(world.graph, world.key, seed)
        for own, right in zip(other.worth(answer) or (), other.truth or (), strict=False):
            size = np.abs(right.array).max(initial=0.0)
            off |= np.abs(own.array - right.array) > 1e-7 * size + 1e-12
    wrong = {",".join(str(n + 1) for n in place) for place in zip(*np.nonzero(off), strict=True)}
    which = named.facts["which"]
    told = set(which) if isinstance(which, tuple) else {str(which)}
    if told != wrong and not named.facts.get("unsettled"):
        yield f"entries: told {sorted(told)}, off {sorted(wrong)}"


def size_of(tree: Tree) -> int:
    """Count the nodes of a formula."""
    return sum(1 for _ in walk(tree))
