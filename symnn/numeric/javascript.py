"""Nodes as JavaScript: a graph's values and all its local derivatives, for a page that computes by itself.

The same lowering and the same lines as the Python program; what differs is how a node is spelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.sweep import Derivation, Factor
from symnn.expressions.terms import ONE, product
from symnn.networks.graph import Graph
from symnn.numeric.lowering import Lowering
from symnn.numeric.nodes import Node, Nodes
from symnn.numeric.printing import ATOM, SUM, Printer, numpy_constant
from symnn.numeric.program import Program, ProgramLine, program
from symnn.numeric.source import SourceWriter
from symnn.ops import named
from symnn.ops.array_kernels import weakly_over

__all__ = ["PageScript", "script"]

_CALLED: Final = re.compile(r"(?:np\.)?(\w+)\(")
_HELPERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # a sum of positive terms: beside 6 nothing is left of 1 - erf
        named.ERF: f"""{named.ERF} = (a) => {{
  if (!(Math.abs(a) < 6)) return Math.sign(a);
  let term = a, sum = a;
  for (let n = 1; n < 150; n++) {{ term *= 2*a*a/(2*n + 1); sum += term; }}
  return 2/Math.sqrt(Math.PI)*Math.exp(-a*a)*sum;
}}""",
        "heaviside": "heaviside = (a, at) => a > 0 ? 1 : a < 0 ? 0 : a === 0 ? (kinks++, at) : NaN",
        named.SIGN: f"{named.SIGN} = (a) => {{ if (a === 0) kinks++; return Math.sign(a); }}",
        named.CLIP: f"{named.CLIP} = (a, low, high) => Math.min(Math.max(a, low), high)",
        "where": "where = (holds, a, b) => holds ? a : b",
        "logaddexp": "logaddexp = (a, b) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))",
        "weakly": "weakly = (a, b) => a === 0 ? 0 : a * b",
        weakly_over.__name__: "weakly_over = (a, b) => a === 0 && b === 0 ? 0 : a / b",
    }
)
"""What NumPy, or `symnn.ops.array_kernels`, has and JavaScript has not."""

_ENDING: Final = """$exp = (a) => {
  const e = Math.exp(a);
  if (!(e > 2.5e-308 && e < Infinity)) $ended = true;
  return e;
}"""
"""An exponential that says where it has lost digits."""

_RENAMED: Final[Mapping[str, str]] = MappingProxyType({"maximum": "max", "minimum": "min"})
_CONSTANTS: Final[Mapping[str, str]] = MappingProxyType(
    {"pi": "Math.PI", "e": "Math.E", "inf": "Infinity", "nan": "NaN"}
)
_WORDS: Final = frozenset(
    """
    abstract arguments await boolean byte case catch char const debugger default delete do double enum eval export
    extends final finally float function goto implements instanceof int interface let long native new null package
    private protected public short static super switch synchronized this throw throws transient typeof undefined var
    void volatile Math Infinity NaN given forward backward kinks
    """.split()  # noqa: SIM905 - a list of words
).union(_HELPERS)
"""What JavaScript, or the script itself, names; no quantity is called so."""


class PageScript(Struct, frozen=True):
    """Functions of the given numbers: ``forward(given) -> [values, factors]`` and, loss by loss, the errors.

    ``given``, ``values``, ``factors`` and ``errors`` say in which order. The errors (``backward[0](given)``) are those
    of the compiled program, which divides by nothing that it multiplies with again: some are left out. ``kinks`` counts
    how often a convention decided a slope.
    """

    text: str
    given: tuple[str, ...]
    values: tuple[str, ...]
    factors: tuple[Factor, ...]
    errors: tuple[tuple[str, ...], ...]


class _JavaScript(Printer):
    """How JavaScript spells what Python spells otherwise."""

    def _power(self, node: Node) -> tuple[str, int]:
        base, exponent = node.operands
        # -a ** 2 is no expression in JavaScript: a power stands in brackets of its own
        return f"({self.code(base, ATOM)} ** {self.code(exponent, ATOM)})", ATOM

    def _constant(self, node: Node) -> tuple[str, int]:
        return _CONSTANTS[numpy_constant(node)], ATOM

    def _number(self, node: Node) -> tuple[str, int]:
        text, strength = super()._number(node)
        return text.replace("float('inf')", "Infinity"), strength

    def _function(self, node: Node) -> tuple[str, int]:
        text: str = _CALLED.sub(_spelled, node.data)
        for place, part in enumerate(node.operands):
            text = text.replace(f"{{{place}}}", self.code(part, SUM))
        return text, ATOM


class _Big(_JavaScript):
    """How the numbers of ``beyond.js`` are computed with: every operation is a call."""

    def _called(self, name: str, parts: Iterable[str]) -> tuple[str, int]:
        return f"$.{name}({', '.join(parts)})", ATOM

    def _operands(self, node: Node) -> tuple[str, ...]:
        return tuple(self.code(part, SUM) for part in node.operands)

    def _sum(self, node: Node) -> tuple[str, int]:
        parts = zip(node.data, self._operands(node), strict=True)
        return self._called("sum", (part if sign > 0 else self._called("negative", (part,))[0] for sign, part in parts))

    def _negative(self, node: Node) -> tuple[str, int]:
        return self._called("negative", self._operands(node))

    def _product(self, node: Node) -> tuple[str, int]:
        return self._called("product", self._operands(node))

    def _quotient(self, node: Node) -> tuple[str, int]:
        return self._called(weakly_over.__name__ if node.data else "quotient", self._operands(node))

    def _power(self, node: Node) -> tuple[str, int]:
        return self._called("power", self._operands(node))

    def _function(self, node: Node) -> tuple[str, int]:
        # what is chosen by "a > 0" asks for the sign of a by itself
        text: str = _CALLED.sub(lambda called: f"$.{called[1].replace('arc', 'a', 1)}(", node.data.replace(" > 0", ""))
        for place, part in enumerate(self._operands(node)):
            text = text.replace(f"{{{place}}}", part)
        return text, ATOM


def _spelled(called: re.Match[str]) -> str:
    name = called[1]
    # NumPy's arctan is atan
    return f"{name}(" if name in _HELPERS else f"Math.{_RENAMED.get(name, name).replace('arc', 'a', 1)}("


def script(graph: Graph, derivations: Iterable[Derivation]) -> PageScript:
    r"""Write what computes all values of a graph of numbers, and the factors of some derivations.

    >>> from symnn.derivation.sweep import derive
    >>> from symnn.networks.models import graph_from_text
    >>> graph = graph_from_text("a = w*x\nE = (a - z)^2")
    >>> print(script(graph, [derive(graph, "E", ("w",))]).text)
    let kinks = 0;
    const forward = (given) => {
      const [w, x, z] = given;
      const a = w*x;
      const t1 = a - z;
      const E = t1*t1;
      const dE_da = 2*t1;
      const dE_dz = -dE_da;
      const da_dw = x;
      const da_dx = w;
      return [[a, E], [dE_da, dE_dz, da_dw, da_dx]];
    };
    const backward = [
    (given) => {
      const [w, x, z] = given;
      const a = w*x;
      const t1 = a - z;
      const E = t1*t1;
      const dE_da = 2*t1;
      const dE_dw = dE_da*x;
      return [dE_da, dE_dw];
    },
    ];
    """
    sweeps = tuple(derivations)
    factors = {(use.of, use.wrt): use for one in sweeps for uses in one.uses.values() for use in uses}
    ordered = tuple(sorted(factors.values(), key=lambda use: -graph.position[use.of]))
    made = _program(graph, ordered)
    ahead = _Function(made, (*made.forward, *made.backward), (made.forward, made.backward))
    back: list[_Function] = []
    errors: list[tuple[str, ...]] = []
    for sweep in sweeps:
        steps = program(graph, sweep, careful=True)
        back.append(_Function(steps, (*steps.forward, *steps.backward), (steps.backward,)))
        of_name = {adjoint_name(sweep.of, name): name for name in sweep.downward}
        errors.append(tuple(of_name[line.name] for line in steps.backward))
    helpers = sorted({name for one in (ahead, *back) for name in one.source.functions & _HELPERS.keys()})
    parts = ["let kinks = 0;", *(f"const {_HELPERS[name]};" for name in helpers)]
    if any(one.source.may_end for one in (ahead, *back)):
        parts += ["let $ended = false;", f"const {_ENDING};", f"const $others = {{ {', '.join(helpers)} }};"]
        parts.append(files(__package__).joinpath("beyond.js").read_text(encoding="utf-8").strip())
    parts += [f"const forward = {ahead.text};", "const backward = [", *(f"{one.text}," for one in back), "];"]
    return PageScript("\n".join(parts), tuple(made.given), made.computed, ordered, tuple(errors))


class _Function:
    """One function: what is given, its lines, the lists that it returns; a single one as it is."""

    def __init__(
        self, steps: Program, lines: tuple[ProgramLine, ...], returned: tuple[tuple[ProgramLine, ...], ...]
    ) -> None:
        self.steps = steps
        self.wanted = lines
        self.returned = returned
        self.source, self.text = self._written(_JavaScript)
        if self.source.may_end:
            again = self._written(_Big)[1]
            self.text = f"$big({self.text.replace('Math.exp(', '$exp(')}, ($) => {again})"

    def _written(self, printer: type[Printer]) -> tuple[SourceWriter, str]:
        source = SourceWriter(self.steps, arrays=False, printer=printer, own=_WORDS)
        names = source.identifiers
        written = [f"const {line};" for line in source.lines(self.wanted)]
        lists = [f"[{', '.join(names[line.name] for line in part)}]" for part in self.returned]
        result = lists[0] if len(lists) == 1 else f"[{', '.join(lists)}]"
        given = f"const [{', '.join(names[name] for name in self.steps.given)}] = given;"
        inside = "\n".join(f"  {line}" for line in (given, *written, f"return {result};"))
        return source, f"(given) => {{\n{inside}\n}}"


def _program(graph: Graph, factors: tuple[Factor, ...]) -> Program:
    """Write the equations, then each factor as a line of its own; 0 log 0 is 0."""
    make = Nodes()
    given = {name: make.given(name) for name in graph.free}
    lowering = Lowering(make, graph.functions, graph.conventions, given, careful=True)
    forward = []
    for equation in graph.equations:
        node = lowering.node(equation.right)
        lowering.known[equation.left] = make.named(node)
        forward.append(ProgramLine(equation.left, node))
    partials = (
        ProgramLine(adjoint_name(use.of, use.wrt), lowering.node(product(use.parts) if use.parts else ONE))
        for use in factors
    )
    computed = tuple(line.name for line in forward)
    return Program(MappingProxyType(given), tuple(forward), tuple(partials), frozenset(), computed, {}, {})
