"""How a class did: of each part how hard it was and how well it tells the good from the weak, and the mistakes made."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Final

from msgspec import Struct

from symnn.classroom.intake.headings import folded_title
from symnn.classroom.recorded import Recorded
from symnn.classroom.scores import Scores, Scoring

__all__ = ["Cluster", "Figures", "Pair", "PartFigures", "Spread", "figures", "pairs"]

FEWEST: Final = 20
"""Students below which a correlation says nothing."""
MISTAKEN: Final = frozenset({"wrong", "partial"})
MOST_CLUSTERS: Final = 500
"""Clusters of which examples are kept: a class of any size has only so many that anybody reads."""
RARE: Final = 0.05
"""What fewer than this share of a class wrote is rare."""
MOST_ALIKE: Final = 40
"""An answer that more students share than this tells nothing about two of them."""


class PartFigures(Struct, frozen=True):
    """One part: answers, the share of blank ones, the mean share of its points, its correlation with all others.

    ``discrimination`` is None with fewer than 20 students or where one of the two is the same for all.
    """

    target: str
    n: int
    blank: float
    open: int
    facility: float | None
    discrimination: float | None
    mistake: str = ""
    mistaken: int = 0


class Cluster(Struct, frozen=True):
    """Answers that mean the same: the part, the verdict, the findings; with one of them as an example."""

    id: str
    example: Recorded
    count: int
    open: int = 0

    @property
    def sentence(self) -> str:
        """What is said of them."""
        return self.example.findings[0].message if self.example.findings else ""


class Spread(Struct, frozen=True):
    """How totals lie: quartiles as linear interpolation gives them."""

    least: float
    lower: float
    median: float
    upper: float
    most: float
    mean: float


class Figures(Struct, frozen=True):
    """The figures of a class; ``spread`` is of those who have a total."""

    students: int
    answers: int
    open: int
    max: float
    totals: tuple[float, ...]
    spread: Spread | None
    parts: tuple[PartFigures, ...]
    clusters: tuple[Cluster, ...]
    more_clusters: int = 0


class Pair(Struct, frozen=True):
    """Two students who share rare wrong answers: how surprising that is in bits, and in which parts."""

    first: str
    second: str
    score: float
    targets: tuple[str, ...]


class _Tally:
    """Counts what is said of the answers to one part."""

    def __init__(self) -> None:
        self.n = 0
        self.blank = 0
        self.mistakes: Counter[str] = Counter()

    def count(self, one: Recorded) -> None:
        """Count an answer."""
        self.n += 1
        self.blank += one.is_blank
        if one.verdict in MISTAKEN and one.findings:
            self.mistakes[one.findings[0].message] += 1


def figures(results: Iterable[Recorded]) -> Figures:
    """Count a class; results are read several times, and of the largest clusters alone is an example kept."""
    tallies: dict[str, _Tally] = {}
    sizes: dict[str, _Size] = {}
    scoring = Scoring()
    answers = 0
    for one in results:
        answers += 1
        scoring.add(one)
        if not one.mark.counts:
            continue
        tallies.setdefault(one.target, _Tally()).count(one)
        if not one.is_blank and (one.verdict != "correct" or one.findings):
            sizes.setdefault(one.cluster, _Size(one.target)).count(one)
    book = scoring.scores()
    totals = tuple(sorted(student.total for student in book.students.values() if not student.open))
    parts = tuple(_part(target, tally, book) for target, tally in tallies.items())
    found, more = _clusters(sizes, results)
    return Figures(len(book.students), answers, book.open, book.max, totals, _spread(totals), parts, found, more)


class _Size:
    """Counts the answers of a cluster."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.answers = 0
        self.open = 0

    def count(self, one: Recorded) -> None:
        """Count an answer."""
        self.answers += 1
        self.open += one.mark.points is None


def _clusters(sizes: Mapping[str, _Size], results: Iterable[Recorded]) -> tuple[tuple[Cluster, ...], int]:
    """Give the largest clusters, of those that wait and of the others as many, and how many more there are."""
    by_size = sorted(sizes, key=lambda key: (-sizes[key].answers, sizes[key].target, key))
    waiting = [key for key in by_size if sizes[key].open][:MOST_CLUSTERS]
    others = [key for key in by_size if not sizes[key].open][:MOST_CLUSTERS]
    wanted = {*waiting, *others}
    examples: dict[str, Recorded] = {}
    for one in results if wanted else ():
        if one.cluster in wanted and one.mark.counts:
            examples[one.cluster] = one
            wanted.remove(one.cluster)
            if not wanted:
                break
    chosen = (key for key in by_size if key in examples)
    found = tuple(Cluster(key, examples[key], sizes[key].answers, sizes[key].open) for key in chosen)
    return found, len(by_size) - len(found)


def _part(target: str, tally: _Tally, book: Scores) -> PartFigures:
    points = {one.student: one.points.get(target) for one in book.students.values()}
    marked = {student: earned for student, earned in points.items() if earned is not None}
    most = book.most[target]
    shares = [earned / most if most else 0.0 for earned in marked.values()]
    rest = [book.students[student].earned - earned for student, earned in marked.items()]
    mistake, mistaken = next(iter(_most_common(tally.mistakes)), ("", 0))
    return PartFigures(
        target,
        tally.n,
        tally.blank / tally.n,
        sum(target in one.points and one.points[target] is None for one in book.students.values()),
        statistics.fmean(shares) if shares else None,
        _correlation(shares, rest),
        mistake,
        mistaken,
    )


def _most_common(counted: Counter[str]) -> list[tuple[str, int]]:
    """Order what was counted, whatever the order in which it came."""
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def _correlation(first: list[float], second: list[float]) -> float | None:
    if len(first) < FEWEST or len(set(first)) == 1 or len(set(second)) == 1:
        return None
    return statistics.correlation(first, second)


def _spread(totals: tuple[float, ...]) -> Spread | None:
    if not totals:
        return None
    lower, median, upper = statistics.quantiles(totals, n=4, method="inclusive") if len(totals) > 1 else [totals[0]] * 3
    return Spread(totals[0], lower, median, upper, totals[-1], statistics.fmean(totals))


def pairs(results: Iterable[Recorded]) -> tuple[Pair, ...]:
    """Find students who share rare wrong answers: a list for a person to look at, which proves nothing.

    An answer that a share p of the class wrote in the same words counts −log₂ p, if p is below 5 % and so are all
    answers with the same mistake.
    """
    wrote: dict[tuple[str, str], list[str]] = {}
    sizes: Counter[str] = Counter()
    cluster_of: dict[tuple[str, str], str] = {}
    of_target: Counter[str] = Counter()
    for one in results:
        if not one.mark.counts:
            continue
        of_target[one.target] += 1
        if one.verdict != "correct" and not one.is_blank:
            key = (one.target, folded_title(one.answer))
            wrote.setdefault(key, []).append(one.student)
            cluster_of[key] = one.cluster
            sizes[one.cluster] += 1

    def is_rare(count: int, target: str) -> bool:
        return count < RARE * of_target[target]

    return tuple(_pairs(wrote, lambda key: is_rare(sizes[cluster_of[key]], key[0]), is_rare, of_target))


def _pairs(
    wrote: Mapping[tuple[str, str], list[str]],
    is_of_a_rare_cluster: Callable[[tuple[str, str]], bool],
    is_rare: Callable[[int, str], bool],
    of_target: Mapping[str, int],
) -> Iterator[Pair]:
    shared: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for key, students in wrote.items():
        target, count = key[0], len(students)
        if 1 < count <= MOST_ALIKE and is_rare(count, target) and is_of_a_rare_cluster(key):
            bits = -math.log2(count / of_target[target])
            for pair in combinations(sorted(students), 2):
                shared.setdefault(pair, []).append((target, bits))
    found = [
        Pair(*pair, math.fsum(bits for _, bits in listed), tuple(target for target, _ in listed))
        for pair, listed in shared.items()
    ]
    yield from sorted(found, key=lambda one: (-one.score, one.first, one.second))
