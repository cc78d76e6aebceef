"""docs/models.md: every operation has a row, and every row's example has the value that it shows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest

import symnn
from symnn.ops.table import OPERATIONS

PAGE = (Path(__file__).parent.parent / "docs" / "models.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| .* \| `([^`]+)` \| ([^|]+) \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE)
GIVEN = {name: ast.literal_eval(value) for name, value in re.findall(r"`(\w)` = (\[.*?\])(?=, `|\. What)", PAGE)}
SHAPES = {name: np.shape(value) for name, value in GIVEN.items()}


def test_every_operation_is_told():
    told = [name for name, _, _ in ROWS]
    assert len(told) == len(set(told))
    beside = re.search(r"errors of some of these, too \((.*?)\)", PAGE)
    assert {*told, *re.findall(r"`(\w+)`", beside[1])} == OPERATIONS.keys()


@pytest.mark.parametrize(("name", "example", "value"), ROWS, ids=[name for name, _, _ in ROWS])
def test_examples_have_the_values_shown(name, example, value):
    assert example.startswith(name)
    used = {one: SHAPES[one] for one in GIVEN if re.search(rf"\b{one}\b", example)}
    net = symnn.network(f"r = {example}", shapes=used or {"x": 3}, inputs=list(used))
    found = net.evaluate({one: GIVEN[one] for one in used})["r"]
    assert np.asarray(found) == pytest.approx(np.asarray(ast.literal_eval(value)), rel=1e-8, abs=1e-9)
