"""Python: the compiled step's source as a module that runs by itself, with the network's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from symnn.documents.containers import Nested
from symnn.handouts.document import Title
from symnn.messages import Language, say
from symnn.networks.graph import Graph
from symnn.notation.inline import visible
from symnn.numeric.beyond import beyond_floats
from symnn.numeric.compile import Sides, compiled
from symnn.numeric.points import as_float
from symnn.numeric.source import AT_ONE_POINT, SourceWriter
from symnn.ops import array_kernels

__all__ = ["python"]

_BUILT_IN: Final = frozenset({"abs"})
_RENAMED: Final = MappingProxyType(
    {"pow": "float_power", "math_pi": "pi", "math_e": "e", "math_inf": "inf", "math_nan": "nan"}
)
"""What floats have under another name than NumPy."""

_PRINTING: Final = f"""    values, gradients = {AT_ONE_POINT}(GIVEN)
    for name, value in values.items():
        print(name, "=", value)
    for name, value in gradients.items():
        print(f"gradient of {{name}} =", value)"""


def python(  # noqa: PLR0913, PLR0917 - what is derived, by what, where, and what is said of it
    graph: Graph,
    of: str | None,
    wrt: tuple[str, ...] | None,
    values: Mapping[str, Nested],
    title: Title,
    lang: Language,
    sides: Sides = (),
) -> str:
    r"""Write a module: a function from given values to the values and gradients; run, it prints those of ``values``.

    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("y = exp(w*x)")
    >>> module = python(graph, None, None, {"w": 0, "x": 3}, Title("甲", "A"), "en")
    >>> "from numpy import exp\n" in module, "y = exp(w*x)" in module
    (True, True)
    """
    text, source = compiled(graph, of, wrt, sides).at_one_point()
    known = {name: as_float(values[name]) for name in graph.free if name in values}
    absent = tuple(name for name in graph.free if name not in known)
    missing = say("python-missing", {"names": absent}, lang) if absent else ""
    meeting = say("python-kinks", lang=lang) if source.may_meet else ""
    words = (getattr(title, lang), say("python-module", lang=lang), meeting, missing)
    comments = (f"# {visible(' '.join(line.split()))}" for line in words if line)
    given = "\n".join(("GIVEN = {", *(f"    {name!r}: {_literal(value)}," for name, value in known.items()), "}"))
    text = f"@{beyond_floats.__name__}\n{text.strip()}" if source.may_end else text.strip()
    parts = [
        "\n".join(comments),
        "\n".join(_imports(source, given)),
        "\n".join([*source.prelude(), *([""] * 2 if source.kernels else []), text]),
        f"{given}\n\n{_main(missing)}",
    ]
    return "\n\n".join(parts[:2]) + "\n\n\n" + "\n\n\n".join(parts[2:]) + "\n"


def _imports(source: SourceWriter, given: str) -> Iterator[str]:
    """Import what the source names, and nothing else."""
    named = source.functions | source.constants
    if source.printer.arrays or "np." in given:
        yield "import numpy as np"
    own = sorted(named.intersection(array_kernels.__all__))
    plain = [] if source.printer.arrays else sorted(named.difference(own, _BUILT_IN))
    if plain:
        yield f"from numpy import {', '.join(f'{_RENAMED[one]} as {one}' if one in _RENAMED else one for one in plain)}"
    ours = [f"from {beyond_floats.__module__} import {beyond_floats.__name__}"] * source.may_end
    ours += ["from symnn.numeric.kernels import operation"] * bool(source.kernels)
    ours += [f"from symnn.ops.array_kernels import {', '.join(own)}"] * bool(own)
    if ours:
        yield "\n" + "\n".join(ours)


def _main(missing: str) -> str:
    """Print everything when the module is run; where values are missing, say which."""
    return f'if __name__ == "__main__":\n{f"    raise SystemExit({missing!r})" if missing else _PRINTING}'


def _literal(value: Any) -> str:
    return f"np.array({value!r})" if isinstance(value, list) else repr(value)
