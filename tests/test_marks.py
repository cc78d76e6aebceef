"""What `.ci/coverage` counts: statements that ran, and the ways they were left by."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / ".ci" / "watched"))
from marking import Marker

LOOP = "for one in given:\n    if one > 2:\n        break\nelse:\n    last = 1\nafter = 1"
CASES = "match given:\n    case 1:\n        a = 1\n    case [x] if x:\n        a = 2\nafter = 1"
TRIED = "try:\n    a = 1 / given\n    b = 1\nexcept ZeroDivisionError:\n    a = 0\nfinally:\n    c = 1"
CALLED = """def f(x):
    'A text.'
    while x:
        x -= 1
        if x == 5:
            return x
    return 0
f(given)"""


@pytest.mark.parametrize(
    ("source", "given", "missing"),
    [
        ("if given:\n    a = 1\nb = 1", 1, {(1, 0)}),
        ("if given:\n    a = 1\nb = 1", 0, {(1, 2), (2, None)}),
        ("if given == 1:\n    a = 1\nelif given == 2:\n    a = 2", 2, {(1, 2), (2, None), (3, 0)}),
        (LOOP, [1, 2, 3], {(1, 5), (5, None)}),
        (LOOP, [1], {(2, 3), (3, None)}),
        (LOOP, [], {(1, 2), (2, None), (2, 3), (2, 0), (3, None)}),
        (CASES, 1, {(1, 5), (5, None), (1, 0)}),
        (CASES, [0], {(1, 3), (3, None), (1, 5), (5, None)}),
        (TRIED, 1, {(5, None)}),
        (TRIED, 0, {(3, None)}),
        (CALLED, 3, {(5, 6), (6, None)}),
        (CALLED, 7, {(3, 0), (7, None)}),
        ("while True:\n    break", 0, set()),
        ("from __future__ import annotations\nif TYPE_CHECKING:\n    import this\na = 1  # pragma: no cover", 0, set()),
        ("if given:\n    a = 1\nelse:\n    assert_never(given)", 1, set()),
    ],
)
def test_what_was_not_reached_is_missing(source, given, missing):
    marker = Marker(source)
    code = compile(marker.marked(ast.parse(source)), "marked", "exec")
    reached = [0] * len(marker.marks)
    exec(code, {"__reached__": reached, "given": given, "TYPE_CHECKING": False})  # noqa: S102 - the rows above
    assert {mark for mark, is_there in zip(marker.marks, reached, strict=True) if not is_there} == missing


def test_marks_change_no_docstring_and_no_line():
    source = f"'The module.'\n{CALLED}"
    names = {"given": 0, "__reached__": [0] * 20}
    exec(compile(Marker(source).marked(ast.parse(source)), "marked", "exec"), names)  # noqa: S102 - ours
    assert (names["__doc__"], names["f"].__doc__, names["f"].__code__.co_firstlineno) == ("The module.", "A text.", 2)
