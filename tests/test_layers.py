"""The firm rules of the design, held by tests: layers, no evaluation of text, lazy start, sizes, constants, prose."""

from __future__ import annotations

import ast
import gc
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "symnn"
LAYERS = (
    ("errors",),
    ("messages",),
    ("documents",),
    ("expressions",),
    ("ops",),
    ("language",),
    ("networks",),
    ("derivation",),
    ("numeric",),
    ("notation",),
    ("verdicts",),
    ("equality",),
    ("misconceptions",),
    ("steps",),
    ("questions",),
    ("exercises",),
    ("handouts",),
    ("classroom",),
    ("web",),
    ("api",),
    ("commands",),
    ("cli",),
    ("__main__",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
FILES = sorted(PACKAGE.rglob("*.py"))
EXEMPT = {"__future__", "typing", "importlib", "symnn.api"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
FORBIDDEN_CALLS = frozenset(
    {
        "eval",
        "exec",
        "compile",
        "sympify",
        "parse_expr",
        "parse_latex",
        "lambdify",
        "literal_eval",
        "S",
        "__import__",
    }
)
SENTENCE = re.compile("[\u4e00-\u9fff]{5}")
HARMLESS_ATTRIBUTES = frozenset({("re", "compile"), ("typst", "compile")})  # patterns; pages of our own writer
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


@pytest.fixture(scope="module", autouse=True)
def no_garbage():
    """Look for no garbage: trees of the whole package are many objects, and looking takes longer than parsing."""
    gc.disable()
    yield
    gc.enable()


@cache
def tree_of(file):
    """Parse a file, once and only when a test asks: collecting the tests need not read the package."""
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def nodes_of(file):
    """List what stands in a file: several rules go through all of it."""
    return tuple(ast.walk(tree_of(file)))


def broken(rule):
    """Give what each file does against a rule, of all files: the rule gives a text for every fault."""
    found = {str(file.relative_to(ROOT)): list(rule(file)) for file in FILES}
    return {file: faults for file, faults in found.items() if faults}


HOMONYMS = frozenset({"max", "mean", "min", "part", "sign", "spread", "step", "sum", "top"})
"""Names of operations that mean other things, too: a column, a finding's code, a part of an exercise."""
OPERATIONS_AS_TEXT = {
    "commands/quantities.py": {"abs"},  # a kind of tolerance, as below
    "exercises/schema.py": {"abs"},
    "handouts/python.py": {"abs"},  # what Python has built in
    "language/accents.py": {"dot"},  # a mark
    "language/advice.py": {"norm"},  # advice on bars, and the reader of bars
    "language/tex_commands.py": {"sqrt"},  # a command of LaTeX, as in the two below
    "language/norms.py": {"norm"},
    "language/signs.py": {"sqrt"},
    "networks/conventions.py": {"floor"},  # what becomes of windows at the edge
    "notation/authored.py": {"sqrt"},
    "numeric/compile.py": {"abs", "floor"},  # functions of NumPy
}
"""Where else a name of an operation stands as text, being the name of something else; it can only become shorter."""


def layer_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imported(file: Path) -> tuple[str, ...]:
    modules = []
    for node in nodes_of(file):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            modules += [node.module] if node.module != "symnn" else [f"symnn.{alias.name}" for alias in node.names]
    return tuple(modules)


def test_every_module_has_a_layer():
    unlisted = {layer_of(file) for file in FILES} - set(RANK) - {"__init__", "shipped"}
    assert not unlisted, f"give these a place in LAYERS: {sorted(unlisted)}"


def imports_against_the_order(file: Path) -> Iterator[str]:
    own = layer_of(file)
    if own == "__init__" or file == PACKAGE / "networks" / "__init__.py":
        yield from set(imported(file)) - EXEMPT - {"symnn.errors", "symnn.verdicts.verdict", "symnn.networks"}
        return
    for module in imported(file):
        if not module.startswith("symnn."):
            continue
        other = module.split(".")[1]
        if other not in RANK:
            yield f"{module} has no layer"
        elif RANK[other] >= RANK[own] and other != own:
            yield f"{own} may not import {other}"


def test_imports_point_one_way_only():
    assert not broken(imports_against_the_order)


def dotted(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def imports_by_module() -> dict[str, set[str]]:
    """Every import counts: at the top, inside functions, for types alone; of a name that is a module, too."""
    modules = {dotted(file): file for file in FILES if file.name != "__init__.py"}
    found: dict[str, set[str]] = {}
    for module, file in modules.items():
        names = set(imported(file))
        for node in nodes_of(file):
            if isinstance(node, ast.ImportFrom) and node.module:
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
        found[module] = (names & set(modules)) - {module}
    return found


def reached_from(module: str, imports: dict[str, set[str]]) -> set[str]:
    reached, ahead = set(), [module]
    while ahead:
        fresh = imports[ahead.pop()] - reached
        reached |= fresh
        ahead += fresh
    return reached


def test_modules_do_not_import_one_another_in_circles():
    imports = imports_by_module()
    reached = {module: reached_from(module, imports) for module in imports}
    circles = {
        frozenset(other for other in reached[module] if module in reached[other])
        for module in imports
        if module in reached[module]
    }
    assert not circles


def test_a_module_has_a_name_of_its_own():
    """Commands are apart: theirs are the words that users type."""
    stems = [file.stem for file in FILES if file.name != "__init__.py" and file.parent.name != "commands"]
    assert {stem for stem in stems if stems.count(stem) > 1} == set()


def called(node: ast.Call) -> tuple[str, str]:
    match node.func:
        case ast.Name(name):
            return "", name
        case ast.Attribute(ast.Name(owner), name):
            return owner, name
        case ast.Attribute(_, name):
            return "?", name
    return "", ""


def evaluations(file: Path) -> Iterator[str]:
    if file.relative_to(PACKAGE) == Path("numeric/compile.py"):
        return
    for node in nodes_of(file):
        if isinstance(node, ast.Call):
            owner, name = called(node)
            if name in FORBIDDEN_CALLS and (owner, name) not in HARMLESS_ATTRIBUTES:
                yield f"line {node.lineno}: {name}"


def test_no_text_is_ever_evaluated():
    assert not broken(evaluations)


def test_compile_is_called_on_our_own_source_only():
    nodes = nodes_of(PACKAGE / "numeric" / "compile.py")
    calls = [called(node)[1] for node in nodes if isinstance(node, ast.Call)]
    assert calls.count("exec") == 1
    assert calls.count("compile") == 1
    assert "eval" not in calls


def test_importing_the_package_loads_no_algebra():
    program = "import sys, symnn; print(sorted({'sympy', 'numpy', 'flint'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "[]"


def too_long(file: Path) -> Iterator[str]:
    length = len(file.read_text(encoding="utf-8").splitlines())
    if length > LONGEST_FILE:
        yield f"{length} lines"
    for node in nodes_of(file):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            lines = node.end_lineno - body[0].lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.name} has {lines} lines"


def test_files_and_functions_stay_small():
    assert not broken(too_long)


def changeable_tables(file: Path) -> Iterator[str]:
    for node in tree_of(file).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if names and names != ["__all__"] and isinstance(node.value, MUTABLE):
            yield f"line {node.lineno}: {names[0]} can be changed; use a tuple, frozenset or MappingProxyType"


def test_module_tables_are_immutable():
    assert not broken(changeable_tables)


def names_an_operation(node: ast.AST) -> list[ast.expr]:
    """List the texts that are compared with a function, or called, or matched as the function of a call."""
    match node:
        case ast.Call(ast.Name("Call" | "call"), [first, *_]):
            return [first]
        case ast.MatchClass(ast.Name("Call"), [first, *_]):
            return [part.value for part in ast.walk(first) if isinstance(part, ast.MatchValue)]
        case ast.Compare(left, _, others) if {"function", "known"} & {
            getattr(left, "attr", ""),
            getattr(left, "id", ""),
        }:
            return [part for other in others for part in ast.walk(other) if isinstance(part, ast.Constant)]
    return []


def test_operations_are_named_in_their_table_only():
    """Outside `ops` an operation is asked of its record, or written ``named.SOFTMAX``."""
    from symnn.ops.table import OPERATIONS

    found: dict[str, set[str]] = {}
    for file in FILES:
        if layer_of(file) == "ops":
            continue
        where = str(file.relative_to(PACKAGE))
        for node in nodes_of(file):
            if isinstance(node, ast.Constant) and node.value in OPERATIONS and node.value not in HOMONYMS:
                found.setdefault(where, set()).add(node.value)
            for text in names_an_operation(node):
                if isinstance(text, ast.Constant) and text.value in OPERATIONS:
                    found.setdefault(where, set()).add(text.value)
    assert found == OPERATIONS_AS_TEXT


def prose(file: Path) -> Iterator[str]:
    """Chinese sentences outside docstrings are for users; the words that a reader knows are shorter."""
    documented = {
        id(node.body[0].value)
        for node in nodes_of(file)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in nodes_of(file):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in documented and SENTENCE.search(node.value):
            yield f"line {node.lineno}: {node.value}"


def echoed(file: Path) -> Iterator[str]:
    """Literal sentences given to click.echo, or to help=."""
    for node in nodes_of(file):
        if not isinstance(node, ast.Call):
            continue
        values = [keyword.value for keyword in node.keywords if keyword.arg in {"help", "short_help", "epilog"}]
        if called(node)[1] in {"echo", "secho"}:
            values += node.args[:1]
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and " " in value.value.strip():
                yield f"line {value.lineno}: {value.value}"


def test_prose_for_users_stands_in_messages_only():
    assert not broken(lambda file: () if layer_of(file) == "messages" else (*prose(file), *echoed(file)))


def test_public_names_have_docstrings():
    missing = []
    for file in FILES:
        tree = tree_of(file)
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and ast.get_docstring(node) is None:
                missing.append(f"{file.relative_to(ROOT)}: {node.name}")
    assert not missing
