"""A class of 300 at once: python benchmarks/hall.py [seconds] [students]. Prints the p95 of previews and verdicts."""

from __future__ import annotations

import asyncio
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote_plus

EVERY = 5.0
"""Seconds between two actions of a student."""
OWN, PREVIEWS = 0.5, 0.7
"""Shares: of answers like nobody else's, of actions that are previews."""
OK = 200
GOALS = {"preview": 0.15, "verdict": 0.6}
PARTS = {
    "dw1": ("2(y-z)y(1-y)w5 f1(1-f1)x1", "2(y-z)y(1-y)w5 x1", "(y-z)y(1-y)w5 f1(1-f1)x1", "2(y-z)w5 f1(1-f1)x1"),
    "dw4": ("2(y-z)y(1-y)w6 f2(1-f2)x2", "2(y-z)y(1-y)w6 x2", "2(z-y)y(1-y)w6 f2(1-f2)x2", "2(y-z)y(1+y)w6 f2 x2"),
    "chain": ("E -> y -> a3 -> f1 -> a1 -> w1", "E -> y -> a3 -> f2 -> a2 -> w1", "E -> y -> a1 -> w1"),
    "output": ("0.4048", "0.41", "0.5", "1/2"),
}
MIB = 1 << 20


class Student:
    """One connection that is kept, as a browser keeps it."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.number = port, number
        self.draw = random.Random(number)  # noqa: S311 - it only has to be the same in each run
        self.cookie = self.token = ""
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def asked(self, path: str, form: str | None = None) -> tuple[int, str, str]:
        """Ask; gives the status, the headers and the text."""
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        method = "GET" if form is None else "POST"
        body = (form or "").encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {self.cookie}\r\nX-Piece: 1\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n" if form is not None else ""
        writer.write(f"{head}{kind}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        headers = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", headers, re.IGNORECASE)
        text = (await reader.readexactly(int(length[1]))).decode() if length else ""
        if "connection: close" in headers.lower():
            writer.close()
            self.streams = None
        return int(headers.split(" ", 2)[1]), headers, text

    async def enter(self) -> None:
        """Sign in, and open the exercise."""
        _, headers, _ = await self.asked("/enter", f"student=s{self.number}&code=code-{self.number:05}")
        found = re.search(r"set-cookie: ([^;]+)", headers, re.IGNORECASE)
        self.cookie = found[1] if found else ""
        _, _, page = await self.asked("/x/bp-2-2-1")
        self.token = (re.search(r"token=([0-9a-f]{64})", page) or ["", ""])[1]

    async def act(self, took: dict[str, list[float]], errors: list[str]) -> None:
        """Preview an answer, or check it; half of the answers are like nobody else's."""
        part = self.draw.choice(list(PARTS))
        answer = self.draw.choice(PARTS[part])
        if self.draw.random() < OWN and part.startswith("d"):
            answer += f"*{self.draw.randint(2, 10_000)}"
        kind = "preview" if self.draw.random() < PREVIEWS else "verdict"
        where = f"/x/bp-2-2-1/{part}/read" if kind == "preview" else "/x/bp-2-2-1"
        since = time.perf_counter()
        form = f"part={part}&action=check&answer={quote_plus(answer)}"
        status, _, _ = await self.asked(f"{where}?token={self.token}", form)
        took[kind].append(time.perf_counter() - since)
        if status != OK:
            errors.append(f"{kind} {status}")

    async def live(self, until: float, took: dict[str, list[float]], errors: list[str]) -> None:
        """Do something every few seconds until the end."""
        await asyncio.sleep(self.draw.random() * EVERY)
        while time.monotonic() < until:
            since = time.monotonic()
            try:
                await self.act(took, errors)
            except (OSError, asyncio.IncompleteReadError) as error:
                errors.append(type(error).__name__)
                self.streams = None
            await asyncio.sleep(max(0.0, EVERY - (time.monotonic() - since)))


async def lived(port: int, count: int, seconds: float) -> tuple[dict[str, list[float]], list[str]]:
    """Let a class live."""
    students = [Student(port, number) for number in range(count)]
    for start in range(0, count, 20):
        await asyncio.gather(*(one.enter() for one in students[start : start + 20]))
    took: dict[str, list[float]] = {"preview": [], "verdict": []}
    errors: list[str] = []
    until = time.monotonic() + seconds
    await asyncio.gather(*(one.live(until, took, errors) for one in students))
    return took, errors


def memory(parent: int) -> int:
    """Give the bytes that a process and those it started hold, what they share counted once for each."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            rollup = (path.parent / "smaps_rollup").read_text(encoding="utf-8")
        except OSError:
            continue
        if int(path.parent.name) == parent or int(fields[2]) == parent or int(fields[1]) == parent:
            total += int((re.search(r"Pss:\s+(\d+)", rollup) or ["", "0"])[1]) << 10
    return total


def main(seconds: float = 20.0, count: int = 300) -> None:
    """Serve a class, let it live, say what it had to wait."""
    with tempfile.TemporaryDirectory() as folder:
        roster = Path(folder) / "roster.csv"
        rows = [f"s{number},code-{number:05}" for number in range(count)]
        roster.write_text("\n".join(["student,code", *rows]) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "symnn", "practice", "bp-2-2-1", "--class", str(roster), "--no-browser"]
        with subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
        ) as server:
            try:
                address = (server.stdout or sys.stdin).readline()
                port = int((re.search(r":(\d+)/", address) or ["", "0"])[1])
                took, errors = asyncio.run(lived(port, count, seconds))
                held = memory(server.pid)
            finally:
                server.terminate()
    for kind, times in took.items():
        p95 = statistics.quantiles(times, n=20)[-1]
        middle = statistics.median(times)
        figures = f"median {1000 * middle:.0f} ms, p95 {1000 * p95:.0f} ms, goal {1000 * GOALS[kind]:.0f} ms"
        print(f"{kind}: {len(times)} in {seconds:.0f} s, {figures}")
    print(f"{len(errors)} errors {errors[:3]}, {held / MIB:.0f} MiB in all processes")


if __name__ == "__main__":
    main(*(float(text) if place == 0 else int(text) for place, text in enumerate(sys.argv[1:3])))
