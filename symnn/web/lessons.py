"""Exercises as they are practised: what is asked in a variant, what was made of an answer, what help there is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from symnn.classroom.recorded import GivenMark, Recorded, ShownAnswer
from symnn.errors import Fact
from symnn.messages import Language
from symnn.verdicts import codes
from symnn.verdicts.hint import LEVELS
from symnn.verdicts.storing import restored, stored
from symnn.verdicts.verdict import Verdict
from symnn.web.learner import Attempt, Help, Learner
from symnn.web.lesson import Asked, Judged, LineRow, Parts, Seen
from symnn.web.shelves import Card, Shelves
from symnn.web.staff import LostError, Staff

__all__ = ["Lessons", "LiveReading", "ShownTask"]

LAST_HINT = LEVELS[-2]
"""The last level that is asked for as a hint; the one after it is the next step."""


class ShownTask(Struct, frozen=True):
    """One part as it is shown: what it asks, the last answer with what was made of it, the help that was shown."""

    asked: Asked
    hints: tuple[str, ...] = ()
    more_hints: bool = True
    step: str = ""
    answer: str = ""
    result: Recorded | None = None
    rows: tuple[LineRow, ...] = ()
    picture: str = ""
    solution: ShownAnswer | None = None


class LiveReading(Struct, frozen=True):
    """How an answer is read while it is typed, and what of its finished lines follows."""

    result: Recorded
    rows: tuple[LineRow, ...] = ()


class Lessons:
    """The exercises of a course in one language, and the staff that judges answers to them."""

    def __init__(self, shelves: Shelves, staff: Staff, lang: Language) -> None:
        self.cards: Mapping[str, Card] = shelves.cards
        self.staff = staff
        self.lang = lang

    async def parts(self, exercise: str, learner: Learner) -> Parts:
        """Give what an exercise asks in the variant that the learner has."""
        found: Parts = await self.staff.ask("asked", exercise, learner.who(exercise))
        return found

    async def asked(self, exercise: str, part: str, learner: Learner) -> Asked | None:
        """Give one part; None if there is none of the name."""
        found = await self.parts(exercise, learner)
        return next((one for one in found.parts if one.id == part), None)

    async def tasks(self, exercise: str, learner: Learner) -> tuple[ShownTask, ...]:
        """Give the parts in the variant that the learner has."""
        found = await self.parts(exercise, learner)
        given, helped = learner.last(exercise), learner.helped(exercise)
        return tuple([await self._task(exercise, one, learner, given, helped) for one in found.parts])

    async def task(self, exercise: str, asked: Asked, learner: Learner, answer: str = "") -> ShownTask:
        """Give one part; hints are about ``answer`` where it is another one than was checked."""
        return await self._task(exercise, asked, learner, learner.last(exercise), learner.helped(exercise), answer)

    async def _task(
        self,
        exercise: str,
        asked: Asked,
        learner: Learner,
        given: Mapping[str, Attempt],
        helped: Mapping[str, Help],
        answer: str = "",
    ) -> ShownTask:
        last, shown = given.get(asked.id), helped.get(asked.id, Help())
        is_done = last is not None and last.verdict == "correct"
        text = answer or (last.answer if last else "")
        carried = _others(asked.id, given)
        about = (exercise, asked.id, learner.who(exercise), text, carried)
        levels = () if is_done else LEVELS[: shown.hints]
        hints = [await self._told("hint", *about, level) for level in levels]
        is_checked = last is not None and text == last.answer
        return ShownTask(
            asked,
            tuple(hints),
            shown.hints < LAST_HINT and not is_done,
            await self._told("hint", *about, LEVELS[-1]) if shown.step and not is_done else "",
            text,
            self._recorded(exercise, asked, last.judged.verdict, last.answer) if last and is_checked else None,
            last.judged.rows if last and is_checked else (),
            await self._picture(exercise, last.judged) if last and is_checked else "",
            await self._solution(exercise, asked, learner) if shown.solved else None,
        )

    async def _told(self, name: str, *about: Any) -> str:
        """Have something said; nothing where its process ended."""
        try:
            return str(await self.staff.ask(name, *about))
        except LostError:
            return ""

    async def _picture(self, exercise: str, judged: Judged) -> str:
        """Draw what an answer has right, where it has something of the chain rule."""
        return await self._told("picture", exercise, judged.trace) if judged.trace is not None else ""

    async def _solution(self, exercise: str, asked: Asked, learner: Learner) -> ShownAnswer:
        try:
            found: ShownAnswer = await self.staff.ask("solution", exercise, asked.id, learner.who(exercise))
        except LostError:
            return ShownAnswer()
        return found

    async def judged(self, exercise: str, asked: Asked, learner: Learner, answer: str) -> Judged:
        """Say what is made of an answer; one whose process ended waits for a person."""
        carried = _others(asked.id, learner.last(exercise))
        about = (exercise, asked.id, learner.who(exercise), answer, carried)
        try:
            found: Judged = await self.staff.ask("judged", *about)
        except LostError as error:
            return Judged(_lost(error), cluster=f"lost {exercise}/{asked.id}")
        return found

    async def attempt(self, exercise: str, asked: Asked, learner: Learner, answer: str) -> None:
        """Take an attempt; it is on the disk when this returns."""
        judged = await self.judged(exercise, asked, learner, answer)
        verdict = restored(judged.verdict)
        earned = float(verdict.credit) * asked.points
        made = Attempt(asked.id, answer, verdict.verdict, earned, asked.points, judged)
        await run_in_threadpool(learner.tried, exercise, made)

    async def reading(self, exercise: str, asked: Asked, answer: str) -> LiveReading:
        """Say how an answer is read, and nothing of whether it is right; of a derivation, which lines follow."""
        try:
            found: Seen = await self.staff.ask("seen", exercise, asked.id, answer, by="read")
        except LostError as error:
            return LiveReading(self._recorded(exercise, asked, _lost(error), answer))
        return LiveReading(self._recorded(exercise, asked, found.verdict, answer), found.rows)

    async def help(self, exercise: str, asked: Asked, learner: Learner, wish: str) -> None:
        """Show one hint more, the next step, or the solution, which there is after an attempt only."""
        before = learner.helped(exercise).get(asked.id, Help())
        shown = {
            "hint": Help(hints=min(before.hints + 1, LAST_HINT)),
            "step": Help(step=True),
            "solution": Help(solved=asked.id in learner.last(exercise)),
        }
        await run_in_threadpool(learner.help, exercise, asked.id, shown[wish])

    def _recorded(self, exercise: str, asked: Asked, verdict: bytes, answer: str) -> Recorded:
        """Give a verdict as the pages show results."""
        about: dict[str, Any] = {"exercise": exercise, "part": asked.id, "student": "", "attempt": 1}
        said = restored(verdict).to_dict(self.lang)
        found = msgspec.convert({**about, **said, "answer": answer}, Recorded)
        return msgspec.structs.replace(found, mark=GivenMark(found.points))


def _others(part: str, given: Mapping[str, Attempt]) -> tuple[tuple[str, str], ...]:
    """Give the answers to the other parts of the variant."""
    return tuple(sorted((name, one.answer) for name, one in given.items() if name != part))


def _lost(error: LostError) -> bytes:
    """Say of an answer that nobody could judge it, and why."""
    facts: Mapping[str, Fact] = MappingProxyType({"cause": str(error), "detail": ""})
    return stored(Verdict("undecided", findings=(codes.WORKER_DIED(facts),)))
