"""How far a class is: which step how many have reached, and the mistakes that most have made."""

from __future__ import annotations

import time
from collections import Counter
from typing import Final

import msgspec
from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from symnn.messages import Language
from symnn.verdicts import codes
from symnn.verdicts.result import finding_sentence
from symnn.verdicts.storing import restored
from symnn.verdicts.trace import Link
from symnn.web.learner import Store
from symnn.web.lesson import Judged
from symnn.web.lessons import Lessons

__all__ = ["Attendance", "CommonMistake", "PartProgress", "State"]

LARGEST: Final = 3
"""So many clusters of mistakes are shown."""
FRESH: Final = 2.0
"""Seconds for which what was counted is shown again."""
_LAST: Final = (
    "select exercise, part, verdict, cluster, answer, judged from attempt where student != '' and id in "
    "(select max(id) from attempt group by student, exercise, part)"
)
_RIGHT: Final = (
    "select exercise, part, count(distinct student) from attempt "
    "where verdict = 'correct' and student != '' group by exercise, part"
)
_decode: Final = msgspec.msgpack.Decoder(Judged).decode


class PartProgress(Struct, frozen=True):
    """One part: how many have tried it, how many had it right once, and how many have each link of its chain now."""

    exercise: str
    part: str
    tried: int
    right: int
    links: tuple[tuple[str, int], ...] = ()


class CommonMistake(Struct, frozen=True):
    """The answers of which the same is said: how many students, one of them, what is said."""

    target: str
    count: int
    answer: str
    verdict: str
    message: str


class State(Struct, frozen=True):
    """How far a class is."""

    students: int
    present: int
    steps: tuple[PartProgress, ...]
    mistakes: tuple[CommonMistake, ...]


class Attendance:
    """Counts the answers of a class, at most every few seconds."""

    def __init__(self, lessons: Lessons, store: Store, students: int) -> None:
        self.lessons = lessons
        self.store = store
        self.students = students
        self._counted = (-FRESH, State(students, 0, (), ()))

    async def state(self) -> State:
        """Say how far the class is."""
        if time.monotonic() > self._counted[0] + FRESH:
            self._counted = (time.monotonic(), await run_in_threadpool(self._count))
        return self._counted[1]

    def _count(self) -> State:
        tried: Counter[tuple[str, str]] = Counter()
        links: dict[tuple[str, str], Counter[Link]] = {}
        clusters: Counter[str] = Counter()
        answers: dict[str, Counter[str]] = {}
        about: dict[str, tuple[str, bytes]] = {}
        for exercise, part, verdict, cluster, answer, data in self.store.rows(_LAST):
            tried[exercise, part] += 1
            judged = _decode(data)
            if judged.trace is not None:
                reached = links.setdefault((exercise, part), Counter(dict.fromkeys(judged.trace.links, 0)))
                reached.update(judged.trace.right)
            if verdict != "correct":
                clusters[cluster] += 1
                answers.setdefault(cluster, Counter())[answer] += 1
                about[cluster] = (f"{exercise}/{part}", judged.verdict)
        right = {(exercise, part): count for exercise, part, count in self.store.rows(_RIGHT)}
        steps = tuple(
            PartProgress(
                *target, tried[target], right.get(target, 0), _named(links.get(target, Counter()), self.lessons.lang)
            )
            for target in sorted(tried, key=self._place)
        )
        mistakes = tuple(
            self._mistake(count, answers[cluster].most_common(1)[0][0], *about[cluster])
            for cluster, count in clusters.most_common(LARGEST)
        )
        ((present,),) = self.store.rows("select count(distinct student) from session")
        return State(self.students, present, steps, mistakes)

    def _place(self, target: tuple[str, str]) -> tuple[int, int]:
        """Order parts as the exercises have them; one that is no longer there comes last."""
        exercise, part = target
        names = list(self.lessons.cards)
        if exercise not in names:
            return len(names), 0
        order = self.lessons.cards[exercise].order
        return names.index(exercise), order.index(part) if part in order else len(order)

    def _mistake(self, count: int, answer: str, target: str, verdict: bytes) -> CommonMistake:
        said = restored(verdict).to_dict(self.lessons.lang)
        message = next((finding["message"] for finding in said["findings"]), "")
        return CommonMistake(target, count, answer, said["verdict"], message)


def _named(reached: Counter[Link], lang: Language) -> tuple[tuple[str, int], ...]:
    """Write links as people do."""
    said = (codes.CLASS_LINK({"link": f"d{of}/d{wrt}"}) for of, wrt in reached)
    return tuple(zip((finding_sentence(one, lang) for one in said), reached.values(), strict=True))
