"""A program as Python source: one function for one point, one for a batch."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from symnn.numeric.arithmetic import floats
from symnn.numeric.kink_sides import SIDES
from symnn.numeric.lowering import KernelCall
from symnn.numeric.nodes import Node
from symnn.numeric.printing import Printer, numpy_constant, weak_function
from symnn.numeric.program import Program, ProgramLine
from symnn.numeric.spelling import python_names
from symnn.ops.array_kernels import weakly_over
from symnn.ops.shapes import Shape
from symnn.ops.table import OF_NUMBERS

__all__ = ["AT_ONE_POINT", "FOR_A_BATCH", "SourceWriter", "batch_source", "point_source"]

AT_ONE_POINT: Final = "at_one_point"
FOR_A_BATCH: Final = "for_a_batch"

_OWN: Final[frozenset[str]] = frozenset(
    (
        *("np", "given", "count", "block", "start", "stop", "values", "gradients", "min", "range", "float"),
        *("operation", "math_pi", "math_e", "math_inf", "math_nan", AT_ONE_POINT, FOR_A_BATCH),
    )
)
"""What the source itself names; no quantity is called so."""

_FUNCTION: Final = re.compile(r"(?:np\.)?(\w+)\(")
_WIDTH: Final = 100
_SHORT: Final = 4
_TWICE: Final = 2
_AS_THEY_ARE: Final[Mapping[str, Shape]] = MappingProxyType({})
_GROWING: Final = frozenset(
    one.numpy
    for one in OF_NUMBERS.values()
    if one.is_function and one.arity == (1, 1) and math.isinf(one.value(floats(), 1e4))
)
"""The code of functions that are beyond floats at moderate numbers: of exponentials."""

_ATOMS: Final = frozenset({"given", "number", "constant", "samples", "negative", "transpose"})
"""Kinds of nodes that cost nothing to write again."""


class SourceWriter:
    """Writes the lines of a program and gives names to what is needed more than once."""

    def __init__(
        self,
        program: Program,
        *,
        arrays: bool,
        declared: Mapping[str, Shape] = _AS_THEY_ARE,
        printer: type[Printer] = Printer,
        own: frozenset[str] = _OWN,
    ) -> None:
        self.own = own
        self.program = program
        self.declared = declared
        lines = [*program.forward, *program.backward]
        self.counts: Counter[Node] = Counter()
        for line in lines:
            self._count(line.node)
        self.kernels = _kernels(self.counts)
        self.functions = frozenset(_functions(self.counts))
        """What the code calls: functions of NumPy for one point, and those of `symnn.ops.array_kernels`."""
        self.constants = frozenset(f"math_{numpy_constant(node)}" for node in self.counts if node.kind == "constant")
        self.identifiers, self.parts = self._named(lines)
        nodes = {node: self.identifiers[name] for name, node in program.given.items()}
        self.printer = printer(nodes, self.kernels, arrays=arrays)
        self.names: dict[Node, str] = nodes
        self.placed: set[str] = set()
        """Results that were computed where they are collected."""

    @property
    def may_meet(self) -> bool:
        """Whether several kinks may decide one slope: there are some, for several entries or in several places."""
        asked = [n for n in self.counts if n.kind == "function" and SIDES.intersection(_FUNCTION.findall(n.data))]
        return len(asked) > 1 or any(node.shape for node in asked)

    @property
    def may_end(self) -> bool:
        """Whether an exponential may be beyond floats where what comes of it is not; 1/(1 + exp(-a)) is 0 there."""
        growing = set(filter(_grows, self.counts))
        if not growing:
            return False
        beside = {node for node in self.counts if node.kind == "sum" and any(map(_is_number, node.operands))}
        under = {node for node in beside if growing.intersection(node.operands)}
        return any(
            (part in growing and node not in beside) or (part in under and (node.kind, place) != ("quotient", 1))
            for node in self.counts
            for place, part in enumerate(node.operands)
        )

    def _count(self, node: Node) -> None:
        waiting = [node]
        while waiting:
            one = waiting.pop()
            self.counts[one] += 1
            if self.counts[one] == 1 or one.kind in _ATOMS:
                waiting.extend(one.operands)

    def _named(self, lines: list[ProgramLine]) -> tuple[dict[str, str], Iterator[str]]:
        """Give identifiers to quantities, errors and, to common parts ``t1``, ``t2``, … in their order."""
        shared = sum(count >= _TWICE and _is_worth(node) for node, count in self.counts.items())
        parts = [f"t{place}" for place in range(1, shared + 1)]
        names = [*self.program.given, *(line.name for line in lines)]
        reserved = self.own.union(self.functions, self.kernels.values())
        keys = [f"{part} " for part in parts]  # no quantity's name ends in a blank
        identifiers = python_names([*names, *keys], reserved, dict(zip(keys, parts, strict=True)))
        return identifiers, iter([identifiers[key] for key in keys])

    def lines(self, part: Iterable[ProgramLine], into: Mapping[str, str] | None = None) -> Iterator[str]:
        """Write lines, each after what it needs; one with a place ``into`` which its result goes is computed there."""
        for line in part:
            name = self.identifiers[line.name]
            for needed in line.node.operands:
                yield from self._needed(needed)
            known = self.names.get(line.node)
            place = (into or {}).get(line.name)
            text = self.printer.into(line.node, place) if place is not None and known is None else None
            self.placed |= {line.name} if text else set()
            yield f"{name} = {text or known or self.printer.body(line.node)}"
            if not line.node.fixed or line.node.shape:
                self.names.setdefault(line.node, name)

    def _needed(self, node: Node) -> Iterator[str]:
        """Name what a line needs and others need too."""
        if node in self.names:
            return
        for part in node.operands:
            yield from self._needed(part)
        if self.counts[node] >= _TWICE and _is_worth(node):
            name = next(self.parts)
            yield f"{name} = {self.printer.body(node)}"
            self.names[node] = name

    def given(self, names: Iterable[str]) -> Iterator[str]:
        """Write the reading of what is given and needed."""
        for name in names:
            if self.program.given[name] in self.counts:
                text, shape = f"given[{_quoted(name)}]", self.program.shapes.get(name, ())
                yield f"{self.identifiers[name]} = {f'np.reshape({text}, {shape})' if name in self.declared else text}"

    def shown(self, name: str, text: str) -> str:
        """Write a result with the axes of length 1 that are declared."""
        return f"np.reshape({text}, {self.declared[name]})" if name in self.declared else text

    def gradient(self, name: str) -> str:
        """Write the gradient by a quantity."""
        of, line = self.program.gradients[name]
        if line is not None:
            return self.identifiers[line.name]
        shape = self.program.shapes.get(name, ())
        return "1.0" if name == of else f"np.zeros({shape})" if shape else "0.0"

    def prelude(self) -> list[str]:
        """Write what the tensor operations of the program are."""
        return [
            f'{name} = operation("{call.function}", {call.shapes}, {call.settings}, "{call.ties}")'
            for call, name in self.kernels.items()
        ]


def point_source(
    program: Program, *, arrays: bool, declared: Mapping[str, Shape] = _AS_THEY_ARE
) -> tuple[str, SourceWriter]:
    """Write the function ``at_one_point(given)``: everything is a float, or arrays of the quantities' shapes.

    What is ``declared`` with axes of length 1 is given and returned with them.
    """
    source = SourceWriter(program, arrays=arrays, declared=declared)
    body = [*source.given(program.given), *_passes(source), "", *_returned(source)]
    return _function(f"{AT_ONE_POINT}(given)", body), source


def batch_source(program: Program) -> tuple[str, SourceWriter]:
    """Write the function ``for_a_batch(given, count, block)``, where what is batched is given per sample.

    The samples are taken in blocks, so that what two lines of code hand on stays in the processor's cache.
    """
    source = SourceWriter(program, arrays=True)
    writing = _Batch(source)
    batched = [name for name, node in program.given.items() if node.batched]
    once = [name for name, node in program.given.items() if not node.batched]
    places = {name: writing.place("values", name) for name in program.computed if name in program.sampled}
    inside = [
        "stop = min(start + block, count)",
        *(f"{line}[start:stop]" for line in source.given(batched)),
        *_passes(source, places),
        "",
        "# results of this block",
        *writing.results(),
    ]
    made = [*writing.made("values", program.computed), *writing.made("gradients", program.gradients)]
    loop = ["", "for start in range(0, count, block):", *(f"    {line}" if line else "" for line in inside)]
    body = [*source.given(once), *made, *loop, "", "return values, gradients"]
    return _function(f"{FOR_A_BATCH}(given, count, block)", body), source


class _Batch:
    """Writes where the results of a batch are collected."""

    def __init__(self, source: SourceWriter) -> None:
        self.source = source
        self.program = source.program

    def place(self, what: str, name: str) -> str:
        """Write the place of a result: a block of it, or the whole."""
        return f"{what}[{_quoted(name)}]{'[start:stop]' if name in self.program.sampled else ''}"

    def results(self) -> Iterator[str]:
        """Write where each result of a block goes; what is summed over the samples is added up."""
        program, source = self.program, self.source
        for line in program.forward:
            if line.name not in source.placed:
                yield f"{self.place('values', line.name)} = {source.identifiers[line.name]}"
        for name, (of, error) in program.gradients.items():
            if error is not None:
                sign = "+=" if of in program.sampled and name not in program.sampled else "="
                yield f"{self.place('gradients', name)} {sign} {source.identifiers[error.name]}"

    def made(self, what: str, names: Iterable[str]) -> list[str]:
        """Write where results are collected: arrays over the samples, arrays, and numbers."""
        return _wrapped(f"{what} = {{", [f"{_quoted(name)}: {self._made(what, name)}" for name in names], "}")

    def _made(self, what: str, name: str) -> str:
        program = self.program
        shape = program.shapes.get(name, ())
        axes: Any = f"(count, {', '.join(map(str, shape))})" if shape else "count"
        of, line = program.gradients.get(name, ("", None))
        rest = "empty" if what == "values" or line is not None else "ones" if name == of else "zeros"
        if name in program.sampled:
            return f"np.{rest}({axes})"
        if shape:
            return f"np.zeros({shape})"
        return "1.0" if rest == "ones" else "0.0"


def _kernels(nodes: Iterable[Node]) -> dict[KernelCall, str]:
    """Name the tensor operations of a program, those of one name by their number."""
    calls = list(dict.fromkeys(node.data for node in nodes if node.kind == "kernel" and not node.data.code))
    counts = Counter(call.function for call in calls)
    seen: Counter[str] = Counter()
    named = {}
    for call in calls:
        seen[call.function] += 1
        named[call] = f"{call.function}_{seen[call.function]}" if counts[call.function] > 1 else call.function
    return named


def _functions(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if node.kind in ("function", "kernel"):
            yield from _FUNCTION.findall(node.data if node.kind == "function" else node.data.code)
        elif node.kind == "power":
            yield "pow"
        elif node.kind == "matmul" and node.data is not None:
            yield weak_function(node)
        elif node.kind == "quotient" and node.data:
            yield weakly_over.__name__


def _grows(node: Node) -> bool:
    """Say whether a node is an exponential, or a power whose exponent is no number."""
    if node.kind == "power":
        return not _is_number(node.operands[1])
    return node.kind == "function" and node.data in _GROWING


def _is_number(node: Node) -> bool:
    return node.kind == "number"


def _is_worth(node: Node) -> bool:
    """Say whether a node costs enough to be computed once."""
    return node.kind not in _ATOMS and (not node.fixed or node.kind == "kernel")


def _passes(source: SourceWriter, into: Mapping[str, str] | None = None) -> list[str]:
    """Write the lines forward and backward."""
    lines: list[str] = []
    for heading, part in (("forward", source.program.forward), ("backward", source.program.backward)):
        lines += ["", f"# {heading}", *source.lines(part, into)] if part else []
    return lines


def _returned(source: SourceWriter) -> list[str]:
    """Write what one point returns."""
    values = [f"{_quoted(name)}: {source.shown(name, source.identifiers[name])}" for name in source.program.computed]
    gradients = [f"{_quoted(name)}: {source.shown(name, source.gradient(name))}" for name in source.program.gradients]
    if len(values) + len(gradients) <= _SHORT:
        return [f"return {{{', '.join(values)}}}, {{{', '.join(gradients)}}}"]
    return [
        *_wrapped("values = {", values, "}"),
        *_wrapped("gradients = {", gradients, "}"),
        "return values, gradients",
    ]


def _function(signature: str, body: list[str]) -> str:
    lines = "\n".join(f"    {line}" if line else "" for line in body)
    return f"def {signature}:\n{lines}\n"


def _wrapped(head: str, items: list[str], tail: str) -> list[str]:
    """Write items on one line if they fit, else one a line."""
    short = f"{head}{', '.join(items)}{tail}"
    return [short] if len(short) <= _WIDTH else [head, *(f"    {item}," for item in items), tail]


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
