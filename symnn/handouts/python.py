"""Python: the compiled step's source as a module that runs by itself, with the network's values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from symnn.documents.containers import Nested
from symnn.handouts.document import Title
from symnn.messages import Language, say
from symnn.networks.graph import Graph
from symnn.notation.inline import visible
from symnn.numeric import kernels
from symnn.numeric.compile import Sides, Step, compiled
from symnn.numeric.points import as_float

__all__ = ["python"]

_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_FROM_NUMPY: Final = (
    *("exp", "log", "sqrt", "sign", "floor", "maximum", "minimum", "heaviside", "logaddexp"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh"),
)
_RENAMED: Final = {"pow": "float_power", "math_pi": "pi", "math_e": "e", "math_inf": "inf", "math_nan": "nan"}.items()


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
    step = compiled(graph, of, wrt, sides)
    source = step.point_source if isinstance(step, Step) else step.batch_source(frozenset())
    known = {name: as_float(values[name]) for name in graph.free if name in values}
    absent = tuple(name for name in graph.free if name not in known)
    missing = say("python-missing", {"names": absent}, lang) if absent else ""
    words = (getattr(title, lang), say("python-module", lang=lang), missing)
    comments = (f"# {visible(' '.join(line.split()))}" for line in words if line)
    given = "\n".join(("GIVEN = {", *(f"    {name!r}: {_literal(value)}," for name, value in known.items()), "}"))
    function = "at_one_point" if isinstance(step, Step) else "step"
    parts = [
        "\n".join(comments),
        "\n".join(_imports(source, given)),
        source.strip(),
        f"{given}\n\n{_main(function, missing)}",
    ]
    return "\n\n".join(parts[:2]) + "\n\n\n" + "\n\n\n".join(parts[2:]) + "\n"


def _imports(source: str, given: str) -> Iterator[str]:
    """Import what the source names, and nothing else."""
    used = frozenset(_NAME.findall(source))
    if "np" in used or "np." in given:
        yield "import numpy as np"
    plain = [name for name in _FROM_NUMPY if re.search(rf"(?<![\w.\"'])(?<!np\.){name}\(", source)]
    plain += [f"{theirs} as {ours}" for ours, theirs in _RENAMED if ours in used]
    if plain:
        yield f"from numpy import {', '.join(plain)}"
    own = sorted(used.intersection(kernels.__all__))
    if own:
        yield f"\nfrom symnn.numeric.kernels import {', '.join(own)}"


def _main(function: str, missing: str) -> str:
    """Print everything when the module is run; where values are missing, say which."""
    return f'if __name__ == "__main__":\n{f"    raise SystemExit({missing!r})" if missing else _printing(function)}'


def _printing(function: str) -> str:
    return (
        f"    values, gradients = {function}(GIVEN)\n"
        "    for name, value in values.items():\n"
        '        print(name, "=", value)\n'
        "    for name, value in gradients.items():\n"
        '        print(f"gradient of {name} =", value)'
    )


def _literal(value: Any) -> str:
    return f"np.array({value!r})" if isinstance(value, list) else repr(value)
