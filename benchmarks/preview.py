"""How long it takes from a save of an exercise of 15 parts until its page shows it: python benchmarks/preview.py."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROUNDS = 10
GOAL = 1.0


def main() -> None:
    """Save again and again, and ask for the page as its script does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cnn.yaml"
        text = (Path(__file__).parent.parent / "exercises" / "cnn.yaml").read_text(encoding="utf-8")
        path.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "symnn", "preview", str(path), "--no-browser"]
        with subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as server:
            try:
                origin, _, token = (server.stdout or sys.stdin).readline().strip().partition("?")
                asked(f"{origin}findings?{token}")  # all parts are proved once
                took = [once(path, text, number, origin, token) for number in range(ROUNDS)]
            finally:
                server.kill()
    print(f"save to page, 15 parts: median {statistics.median(took):.2f} s, worst {max(took):.2f} s, goal {GOAL} s")


def once(path: Path, text: str, number: int, origin: str, token: str) -> float:
    """Save with another title, and wait for a page that has it."""
    stamp = asked(f"{origin}changed?{token}&stamp=")
    since = time.perf_counter()
    path.write_text(text.replace("title: {zh: ", f"title: {{zh: 第{number}次", 1), encoding="utf-8")
    while True:
        fresh = asked(f"{origin}changed?{token}&stamp={stamp}")
        page = asked(f"{origin}page?{token}")
        if f"第{number}次" in page:
            return time.perf_counter() - since
        stamp = fresh


def asked(address: str) -> str:
    """Ask for a page."""
    with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310 - our own server
        return str(answer.read().decode())


if __name__ == "__main__":
    main()
