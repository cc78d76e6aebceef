"""What is asked of emitted programs: every name is defined, and they run by themselves."""

from __future__ import annotations

import ast
import builtins


def undefined(source):
    """List the names that a program uses and nowhere defines, imports or takes."""
    tree = ast.parse(source)
    defined, used = set(dir(builtins)), set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(name, ast.Store()) | ast.FunctionDef(name) | ast.arg(name):
                defined.add(name)
            case ast.Name(name, ast.Load()):
                used.add(name)
            case ast.alias(name, asname):
                defined.add(asname or name.split(".")[0])
    return sorted(used - defined)


def run(source, given):
    """Run a program that we wrote, in a namespace of its own, at some values."""
    space = {"__name__": "module"}
    exec(compile(source, "module", "exec"), space)  # noqa: S102 - our own printer's source, in a test
    return space["at_one_point"](given)
