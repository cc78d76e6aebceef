"""One sitting at the review page: the groups that wait, in their order, and what was decided so far."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from symnn.classroom.about import About, about_in
from symnn.classroom.decisions import Decision, DecisionScope, Ruling, decisions_in
from symnn.classroom.desk import AnswerGroup, Desk, Only, Weighed
from symnn.classroom.recorded import Recorded, Said, ShownAnswer
from symnn.errors import Problem, UsageError
from symnn.messages import Language, raisable

__all__ = ["ReviewSitting", "Waiting"]

LONGEST_COMMENT: Final = 2000
_LONG_ID: Final = 5
"""Signs of an id from which on it is hidden in an answer: a shorter one may be a number of the answer itself."""
HIDDEN: Final = "▇▇"


class Waiting(Struct, frozen=True):
    """A group with what a decision would be about, and the decision that is stale if one is."""

    group: AnswerGroup
    scope: DecisionScope
    stale: Decision | None = None

    @property
    def id(self) -> str:
        """A name that is the same in every run, and tells nothing."""
        named = f"{self.scope.kind}:{self.scope.key}"
        return blake2b(named.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()

    @property
    def is_of_one_part(self) -> bool:
        """Tell if points mean the same for all of them."""
        return len(self.group.targets) == 1


class ReviewSitting:
    """What a person goes through; ``only`` None is all that is open or stale."""

    def __init__(self, desk: Desk, only: Only | None, by: str, *, anonymous: bool) -> None:
        self.desk = desk
        self.by = by
        self.anonymous = anonymous
        self.about: About = about_in(desk.folder)
        self.only = only
        self.taken: list[tuple[str, Waiting]] = []
        self.skipped: dict[str, None] = {}
        self.waiting = {one.id: one for one in self._waiting()}

    def _waiting(self) -> Iterator[Waiting]:
        """List what waits: what is stale first, then the largest; in no order that tells, if nobody is to be known."""
        by_id = {one.id: one for one in decisions_in(self.desk.folder).decisions}
        kinds: tuple[Only, ...] = (self.only,) if self.only else ("stale", "open")
        found = []
        for group in chain.from_iterable(map(self.desk.groups, kinds)):
            stale = by_id.get(group.decision) if group.stale else None
            if stale is not None or not group.decision:
                found.append(Waiting(group, stale.scope if stale else group.scope, stale))
        yield from sorted(found, key=lambda one: one.id) if self.anonymous else found

    @property
    def next(self) -> Waiting | None:
        """The group to be shown: the first that was not put off."""
        return next((one for key, one in self.waiting.items() if key not in self.skipped), None)

    def skip(self, key: str) -> None:
        """Put a group off."""
        if key in self.waiting:
            self.skipped[key] = None

    def again(self) -> None:
        """Show what was put off."""
        self.skipped.clear()

    def decide(self, key: str, ruling: Ruling, comment: str) -> Weighed:
        """Take a decision about a group; it is on the disk when this returns.

        Raises: UsageError if it cannot be meant, OperatorError if it cannot be written.
        """
        one = self.waiting.get(key)
        if one is None:
            raise raisable(UsageError, Problem("review-gone"))
        done = self.desk.decide(one.scope, ruling, comment[:LONGEST_COMMENT], self.by, _now())
        self.taken.append((done.decision.id, one))
        del self.waiting[key]
        self.skipped.pop(key, None)
        return done

    def undo(self) -> bool:
        """Take back the last decision of this sitting; tells if there was one. Its group is the next again."""
        if not self.taken:
            return False
        number, one = self.taken.pop()
        self.desk.take_back(number, self.by, _now())
        self.waiting = {one.id: one, **self.waiting}
        return True

    def shown(self, one: Waiting, lang: Language) -> tuple[Recorded, ...]:
        """Give some of the answers of a group with what is said of them, as pages show results."""
        exercise, _, part = one.group.targets[0].partition("/")
        about: dict[str, Any] = {"exercise": exercise, "part": part, "student": "", "attempt": 1}
        first = msgspec.convert({**about, **one.group.verdict.to_dict(lang)}, Recorded)
        found = tuple(replace(first, answer=text) for text in one.group.examples)
        return tuple(map(self._nobodys, found)) if self.anonymous else found

    def _nobodys(self, one: Recorded) -> Recorded:
        """Hide names and ids of the class where they stand in an answer, or in what is said of it."""

        def hidden(text: str) -> str:
            return self._names.sub(HIDDEN, text)

        said = tuple(Said(said.code, hidden(said.message)) for said in one.findings)
        read = ShownAnswer() if self._names.search(one.read.text) else one.read
        return replace(one, answer=hidden(one.answer), findings=said, read=read)

    @cached_property
    def _names(self) -> re.Pattern[str]:
        """Match what would say who somebody is."""
        words: set[str] = set()
        for student, name in self.desk.book.rows("select sid, name from student"):
            words |= {part for part in (name, *name.split()) if len(part) > 1}
            words |= {student} if len(student) >= _LONG_ID else set()
        listed = sorted(words, key=lambda word: (-len(word), word))
        return re.compile("|".join(map(re.escape, listed)) or "(?!)", re.IGNORECASE)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
