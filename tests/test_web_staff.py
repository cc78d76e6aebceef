"""The processes behind the pages: one answer that hangs costs itself, and nobody else waits for it."""

from __future__ import annotations

import asyncio
import multiprocessing
import time

import pytest

pytest.importorskip("starlette", reason="the pages need symnn[web]")

from lessons_here import now

from symnn.classroom.allowance import AnswerLimits
from symnn.web.staff import LostError, Staff


class Work:
    """What the processes of these tests do."""

    def said(self, text):
        """Answer at once."""
        return text * 2

    def sleep(self, _text):
        """Hang without doing anything."""
        time.sleep(60)

    def spin(self, _text):
        """Hang and burn."""
        while True:
            pass

    def hoard(self, _text):
        """Take more memory than there may be."""
        return len(bytearray(1 << 31))

    def fail(self, text):
        """Have a bug."""
        raise ValueError(text)


@pytest.mark.parametrize(
    ("what", "causes"),
    [("sleep", {"clock"}), ("spin", {"processor", "clock"}), ("hoard", {"memory"}), ("fail", {"raised"})],
)
def test_what_hangs_costs_itself_and_nobody_else(what, causes):
    async def lived():
        staff = Staff(Work, 2, 1, AnswerLimits(memory=1 << 28, processor_seconds=1, wall_seconds=3))
        staff.start()
        try:
            assert await staff.ask("said", "a") == "aa"
            hanging = asyncio.create_task(staff.ask(what, "x"))
            others = await asyncio.gather(*(staff.ask("said", str(number)) for number in range(20)))
            read = await staff.ask("said", "r", by="read")
            was_waiting = not hanging.done()
            with pytest.raises(LostError) as lost:
                await hanging
            after = await staff.ask("said", "z")
        finally:
            staff.stop()
        return others, read, str(lost.value), after, was_waiting

    others, read, cause, after, was_waiting = now(lived())
    assert others == [str(number) * 2 for number in range(20)]
    assert (read, after) == ("rr", "zz")
    assert cause in causes
    assert was_waiting or what in ("hoard", "fail")


def test_the_same_is_answered_from_memory_and_no_process_stays():
    async def lived():
        staff = Staff(Work, 1, 0)
        try:
            first = await staff.ask("said", "a", by="read")
            staff.pools["judge"].stop()
            return first, await staff.ask("said", "a")
        finally:
            staff.stop()

    assert now(lived()) == ("aa", "aa")
    assert multiprocessing.active_children() == []
