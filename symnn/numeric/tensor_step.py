"""A network of tensors compiled to readable NumPy: ``step(batch_by_name) -> (values, gradients)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from symnn.derivation.matrices import MatrixDerivation, TensorError
from symnn.errors import Problem, UsageError
from symnn.expressions.tree import Call, Name, Product, Transpose, Tree
from symnn.messages import raised
from symnn.networks.graph import Graph
from symnn.numeric import kernels
from symnn.numeric.spelling import python_names
from symnn.numeric.tensor_calls import summed_kernel_error
from symnn.numeric.tensor_code import TensorPrinter
from symnn.ops.shapes import normal, written

__all__ = ["TensorStep"]

Results = tuple[dict[str, Any], dict[str, Any]]
FUNCTIONS: tuple[str, ...] = tuple(sorted(kernels.__all__))


class TensorStep:
    """One step of a network of tensors.

    In the batch each quantity is a number or array of its shape, or has one more axis before it that runs over
    the samples. A quantity given once gets its gradient summed over the batch, one given per sample gets it per
    sample. The source is written once for each choice of what is given per sample.
    Raises: UsageError naming what is missing, and for shapes and lengths that do not fit.
    """

    def __init__(self, graph: Graph, derivation: MatrixDerivation | None, load: Callable[..., Any]) -> None:
        self.graph = graph
        self.derivation = derivation
        self._load = load
        self._runners: dict[frozenset[str], Callable[..., Results]] = {}

    @property
    def source(self) -> str:
        """The source for a batch of inputs and targets with one set of parameters."""
        return self.batch_source(frozenset(self.graph.listed("input", "target")))

    def batch_source(self, batched: frozenset[str]) -> str:
        """Give the source where these quantities are given per sample."""
        return _Source(self.graph, self.derivation, batched).text()

    def __call__(self, batch: Mapping[str, Any]) -> Results:
        """Give the values and the gradients."""
        import numpy as np

        absent = tuple(name for name in self.graph.free if name not in batch)
        if absent:
            raise raised(UsageError, Problem("missing-value", {"names": absent}))
        given = {name: np.asarray(batch[name], dtype=float) for name in self.graph.free}
        lengths = {name: length for name, array in given.items() if (length := self._length(name, array))}
        if len(set(lengths.values())) > 1:
            facts = {"lengths": tuple(f"{name}: {length}" for name, length in lengths.items())}
            raise raised(UsageError, Problem("batch-lengths", facts))
        batched = frozenset(lengths)
        if batched not in self._runners:
            functions = {name: getattr(kernels, name) for name in FUNCTIONS}
            self._runners[batched] = self._load(self.batch_source(batched), "step", {"np": np, **functions})
        with np.errstate(all="ignore"):
            return self._runners[batched](given)

    def _length(self, name: str, array: Any) -> int:
        """Give the number of samples a quantity is given for; 0 if it is given once."""
        shape = self.graph.shapes.get(name, ())
        if normal(array.shape) == shape and array.ndim <= len(shape):
            return 0
        if array.shape == shape:
            return 0
        if array.shape[1:] == shape and array.ndim == len(shape) + 1:
            return len(array)
        facts = {"name": name, "expected": written(shape), "got": written(array.shape)}
        raise raised(UsageError, Problem("value-shape", facts))


class _Source:
    """Writes the function of one choice of batched quantities."""

    def __init__(self, graph: Graph, derivation: MatrixDerivation | None, batched: frozenset[str]) -> None:
        self.graph, self.derivation = graph, derivation
        names = [*graph.quantities, *(error.name for error in (derivation.errors if derivation else ()))]
        identifiers = python_names(names, {"np", "given", "len", "range", "sample", "step", "values", *FUNCTIONS})
        shapes = derivation.shapes if derivation is not None else graph.shapes
        self.printer = TensorPrinter(identifiers, shapes, set(batched), graph.functions, graph.conventions)
        self.lines: list[str] = []

    def text(self) -> str:
        """Write the whole function."""
        self.lines = [f"{self._name(name)} = given[{name!r}]" for name in self.graph.free]
        self.lines += ["", "# forward"]
        for equation in self.graph.equations:
            self._forward(equation.left, equation.right)
        if self.derivation is not None:
            self.lines += ["", "# backward"]
            for error in self.derivation.errors:
                if error.inner or error.wrt != error.of:
                    self._error(error)
        self.lines += ["", *self._returned()]
        body = "\n".join(f"    {line}".rstrip() for line in self.lines)
        return f"def step(given):\n{body}\n"

    def _name(self, name: str) -> str:
        return self.printer.identifiers[name]

    def _line(self, name: str, text: str) -> None:
        self.lines += self.printer.lines
        self.printer.lines.clear()
        self.lines.append(f"{self._name(name)} = {text}")

    def _forward(self, name: str, right: Tree) -> None:
        coded = self.printer.code(right)
        shape = self.graph.shapes.get(name, ())
        text = coded.text if coded.shape == shape else f"np.zeros({shape}) + {coded.text}"
        self._line(name, text)
        if coded.batched:
            self.printer.batched.add(name)
        if isinstance(right, Call) and not right.order:
            self.printer.values[right] = name

    def _error(self, error: TensorError) -> None:
        """Write one error; what reaches a quantity given once from every sample is summed."""
        once = not error.inner and error.wrt not in self.printer.batched
        terms = []
        batched = False
        for term in error.terms:
            tree = term.tree
            coded = self._summed(tree) if once else None
            if coded is None:
                plain = self.printer.code(tree)
                batched = batched or (plain.batched and not once)
                coded = f"np.sum({plain.text}, axis=0)" if once and plain.batched else plain.text
            terms.append(coded)
        if batched:
            self.printer.batched.add(error.name)
        self._line(error.name, " + ".join(terms) or "0.0")

    def _summed(self, tree: Tree) -> str | None:
        """Write what is summed over the batch in one product: ``δ.T @ h``, the error of a kernel."""
        match tree:
            case Product((Name(delta), Transpose(Name(h)))):
                left, right = self.printer.code(Name(delta)), self.printer.code(Name(h))
                if left.batched and right.batched and len(left.shape) == len(right.shape) == 1:
                    return f"{left.text}.T @ {right.text}"
            case Call("kernel_error" | "conv"):
                return summed_kernel_error(self.printer, tree)
        return None

    def _returned(self) -> list[str]:
        values = ", ".join(f"{e.left!r}: {self._name(e.left)}" for e in self.graph.equations)
        if self.derivation is None:
            return [f"return {{{values}}}, {{}}"]
        known = self.derivation.by_name
        gradients = []
        for name in self.derivation.wrt:
            error = self.derivation.error_of(name)
            text = self._name(error.name) if error.name in known else f"np.zeros({error.shape})"
            gradients.append(f"{name!r}: {text}")
        return [f"values = {{{values}}}", f"return values, {{{', '.join(gradients)}}}"]
