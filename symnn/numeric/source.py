"""A program as Python source: one function for one point, one for a batch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from symnn.expressions.tree import names
from symnn.numeric.printing import Printer
from symnn.numeric.program import Error, Value
from symnn.numeric.spelling import python_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from symnn.expressions.tree import Tree
    from symnn.networks.conventions import Conventions
    from symnn.numeric.program import Program, Term

__all__ = ["batch_source", "point_source"]

RESERVED: Final[frozenset[str]] = frozenset().union(
    ("np", "given", "count", "block", "start", "stop", "values", "gradients", "min", "range", "at_one_point"),
    ("for_a_batch", "exp", "log", "sqrt", "abs", "sign", "floor", "maximum", "minimum", "sin", "cos", "tan"),
    ("arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "pow", "heaviside", "logaddexp"),
    ("math_pi", "math_e", "math_inf", "math_nan", "float"),
)
"""What the source itself names; no quantity is called so."""

_WIDTH: Final = 100
_SHORT: Final = 4


def point_source(program: Program, conventions: Conventions) -> str:
    """Write the function ``at_one_point(given)``: everything is a float."""
    printer = Printer(_identifiers(program), arrays=False, conventions=conventions, batched=set())

    def error(line: Error) -> str:
        return _sum([printer.product(term.factors) if term.factors else "1.0" for term in line.terms])

    body = [
        *_given(program, printer),
        *_passes(program, printer, error, lambda line: printer.code(line.tree)),
        "",
        *_returned(program, printer),
    ]
    return _function("at_one_point(given)", body)


def batch_source(program: Program, conventions: Conventions, batched: frozenset[str]) -> str:
    """Write the function ``for_a_batch(given, count, block)``, where the ``batched`` are arrays of ``count``.

    The error of a quantity given once is summed over the samples as it is computed: ``np.dot(dE_da, x)``.
    The samples are taken in blocks, so that what two lines of code hand on stays in the processor's cache.
    """
    writing = _Batch(program, conventions, batched)
    printer = writing.printer
    once = _given(program, printer, batched, each=False)
    each = [f"{line}[start:stop]" for line in _given(program, printer, batched, each=True)]
    passes = _passes(program, printer, writing.error, writing.value)
    inside = [
        "stop = min(start + block, count)",
        *each,
        *passes,
        "",
        "# results of this block",
        *writing.results(),
    ]
    made = [*writing.made("values", program.computed), *writing.made("gradients", program.wrt)]
    loop = ["", "for start in range(0, count, block):", *(f"    {line}" if line else "" for line in inside)]
    return _function("for_a_batch(given, count, block)", [*once, *made, *loop, "", "return values, gradients"])


class _Batch:
    """Writes lines for a batch and keeps track of what has a batch axis."""

    def __init__(self, program: Program, conventions: Conventions, batched: frozenset[str]) -> None:
        self.program = program
        self.sampled = set(batched)
        """What belongs to a sample, although its error may be the same number for all."""
        self.printer = Printer(_identifiers(program), arrays=True, conventions=conventions, batched=set(batched))
        self.errors = _errors(program)
        self.placed: set[str] = set()
        """Results that are computed where they are collected."""

    def value(self, line: Value) -> str:
        """Write one value; a result with a batch axis goes straight to where it is collected."""
        code = None
        if self.printer.is_batched(line.tree):
            if line.name in self.program.computed:
                code = self.printer.into(line.tree, f"values[{json.dumps(line.name)}][start:stop]")
                self.placed |= {line.name} if code else set()
            self.printer.batched.add(line.name)
            self.sampled.add(line.name)
        return code or self.printer.code(line.tree)

    def error(self, line: Error) -> str:
        """Write one error: per sample, or summed over the samples."""
        if line.wrt not in self.sampled:
            return _sum([self._summed(term) for term in line.terms])
        if any(self.printer.is_batched(factor) for term in line.terms for factor in term.factors):
            self.printer.batched.add(line.name)
        return _sum([self.printer.product(term.factors) if term.factors else "1.0" for term in line.terms])

    def _summed(self, term: Term) -> str:
        """Write a term summed over the samples: what is the same for all of them stands before the sum."""
        once = tuple(factor for factor in term.factors if not self.printer.is_batched(factor))
        each = tuple(factor for factor in term.factors if self.printer.is_batched(factor))
        before = [self.printer.product(once)] if once else []
        if len(each) > 1:
            before.append(f"np.dot({self.printer.product(each[:-1])}, {self.printer.code(each[-1])})")
        elif each:
            before.append(f"np.sum({self.printer.code(each[0])})")
        elif term.user in self.sampled:
            before.append("(stop - start)")
        return "*".join(before) or "1.0"

    def results(self) -> list[str]:
        """Write where each result of a block goes; what is summed over the samples is added up."""
        named = self.printer.identifiers
        rest = [name for name in self.program.computed if name not in self.placed]
        lines = [f"values[{json.dumps(name)}]{self._place(name)} = {named[name]}" for name in rest]
        for name, error in self.errors.items():
            sign = "+=" if self.program.of in self.sampled and name not in self.sampled else "="
            lines.append(f"gradients[{json.dumps(name)}]{self._place(name)} {sign} {named[error]}")
        return lines

    def made(self, what: str, names: Iterable[str]) -> list[str]:
        """Write where results are collected: arrays over the samples, and numbers."""
        pairs = []
        for name in names:
            number, array = "0.0", "np.empty(count)"
            if what == "gradients" and name not in self.errors:
                number, array = ("1.0", "np.ones(count)") if name == self.program.of else ("0.0", "np.zeros(count)")
            pairs.append(f"{json.dumps(name)}: {array if name in self.sampled else number}")
        return _wrapped(f"{what} = {{", pairs, "}")

    def _place(self, name: str) -> str:
        return "[start:stop]" if name in self.sampled else ""


def _sum(terms: list[str]) -> str:
    return " + ".join(terms)


def _function(signature: str, body: list[str]) -> str:
    lines = "\n".join(f"    {line}" if line else "" for line in body)
    return f"def {signature}:\n{lines}\n"


def _given(
    program: Program, printer: Printer, batched: frozenset[str] = frozenset(), *, each: bool = False
) -> list[str]:
    """Write the reading of what is given: what has a batch axis (``each``), or what is given once."""
    used = _used(program)
    names = [name for name in program.given if name in used and (name in batched) is each]
    return [f"{printer.identifiers[name]} = given[{json.dumps(name)}]" for name in names]


def _passes(
    program: Program,
    printer: Printer,
    error: Callable[[Error], str],
    value: Callable[[Value], str],
) -> list[str]:
    """Write the lines forward and backward."""
    lines: list[str] = []
    for heading, part in (("forward", program.forward), ("backward", program.backward)):
        lines += ["", f"# {heading}"] if part else []
        for line in part:
            code = error(line) if isinstance(line, Error) else value(line)
            lines.append(f"{printer.identifiers[line.name]} = {code}")
    return lines


def _returned(program: Program, printer: Printer) -> list[str]:
    """Write what one point returns."""
    named, errors = printer.identifiers, _errors(program)

    def zero(name: str) -> str:
        return "1.0" if name == program.of else "0.0"

    values = [f"{json.dumps(name)}: {named[name]}" for name in program.computed]
    gradients = [f"{json.dumps(name)}: {named[errors[name]] if name in errors else zero(name)}" for name in program.wrt]
    if len(values) + len(gradients) <= _SHORT:
        return [f"return {{{', '.join(values)}}}, {{{', '.join(gradients)}}}"]
    return [
        *_wrapped("values = {", values, "}"),
        *_wrapped("gradients = {", gradients, "}"),
        "return values, gradients",
    ]


def _wrapped(head: str, items: list[str], tail: str) -> list[str]:
    """Write items on one line if they fit, else one a line."""
    short = f"{head}{', '.join(items)}{tail}"
    return [short] if len(short) <= _WIDTH else [head, *(f"    {item}," for item in items), tail]


def _errors(program: Program) -> dict[str, str]:
    """Give the line that computes the gradient by each quantity asked for, where there is one."""
    errors = {line.wrt: line.name for line in program.backward if isinstance(line, Error)}
    return {name: errors[name] for name in program.wrt if name in errors}


def _identifiers(program: Program) -> dict[str, str]:
    """Name everything; common parts are ``t``, ``t1``, … in their order."""
    lines = [*program.forward, *program.backward]
    known = {*program.given, *program.computed}
    parts = [line.name for line in lines if isinstance(line, Value) and line.name not in known]
    called = {name: "t" if len(parts) == 1 else f"t{place}" for place, name in enumerate(parts, 1)}
    errors = [line.name for line in lines if isinstance(line, Error)]
    return python_names([*program.given, *program.computed, *errors, *called], RESERVED, called)


def _used(program: Program) -> set[str]:
    """Name what any line needs."""
    trees: list[Tree] = []
    for line in (*program.forward, *program.backward):
        trees += [line.tree] if isinstance(line, Value) else [f for term in line.terms for f in term.factors]
    return {name for tree in trees for name in names(tree)}
