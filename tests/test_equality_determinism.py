"""The same rows give the same bytes: for every hash seed, in every order, all in one process or in several."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from itertools import product
from pathlib import Path

CORPUS = Path(__file__).parent / "tables" / "attack.jsonl"
KEY = "2*(y-z)*y*(1-y)*w5*f1*(1-f1)*x1"
FACTORS = (
    ("2*(y-z)", "-(z-y)", "2(z-y)"),
    ("y*(1-y)", "y-y^2", "sigmoid(a3)*(1-y)"),
    ("w5", "w6"),
    ("f1*(1-f1)", "f1", "f2*(1-f2)"),
)
KINKS = [
    "abs(x)*y",
    "max(x,y,z)",
    "relu(x-relu(y))",
    "sqrt(x^2)",
    "log(x*y)",
    "sin(x)^2",
    "x^(1/3)",
    "1/(x-x)",
    "step(max(x,y))",
]


def rows():
    found = []
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] in {"expr", "latex"} and isinstance(row.get("ref"), str) and isinstance(row.get("input"), str):
            found.append({"a": row["input"], "b": row["ref"], "names": row.get("symbols")})
    network = (f"({e})*({o})*{w}*({i})*x1" for e, o, w, i in product(*FACTORS))
    found += [{"a": answer, "b": KEY, "network": "bp-2-2-1"} for answer in network]
    found += [{"a": left, "b": right} for left, right in product(KINKS, KINKS)]
    return [json.dumps({"id": place, **row}) for place, row in enumerate(found)]


def verdicts(lines, seed):
    """Compare rows in a process of its own, and list what it says by row."""
    ran = subprocess.run(
        [sys.executable, "-m", "symnn", "compare", "--jsonl", "-"],
        input="\n".join(lines).encode("utf-8", "surrogatepass"),
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )
    return sorted(ran.stdout.splitlines(), key=lambda line: json.loads(line)["id"])


def test_verdicts_do_not_depend_on_hashing_order_or_company():
    lines = rows()
    shuffled = sorted(lines, key=lambda line: sha256(line.encode()).digest())
    expected = verdicts(lines, "0")
    assert len(expected) == len(lines) > 300
    assert verdicts(shuffled, "1") == expected
    halves = [*verdicts(shuffled[::2], "2"), *verdicts(shuffled[1::2], "3")]
    assert sorted(halves, key=lambda line: json.loads(line)["id"]) == expected
