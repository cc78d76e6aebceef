"""The public face: networks, derivations, comparing and exercises, joined from the layers below.

>>> net = network("bp-2-2-1")
>>> net.derive("E", wrt="w5").gradient("w5")
'2*(y - z)*y*(1 - y)*f1'
>>> compare("2(y-z)f'(a_3)", "2*(y-z)*y*(1-y)", network=net).equal
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from symnn.derivation.checking import Check, check, expanded
from symnn.derivation.paths import Path as FactorPath
from symnn.derivation.paths import gradient as written_gradient
from symnn.derivation.paths import path_count, paths
from symnn.derivation.sweep import Derivation as Sweep
from symnn.derivation.sweep import derive
from symnn.documents.containers import Nested
from symnn.errors import Problem, TargetError
from symnn.exercises.exercise import Exercise
from symnn.exercises.part import Part
from symnn.grading.meaning import Domain
from symnn.grading.subject import Subject
from symnn.grading.verdict import Finding, Read, Standing, Verdict
from symnn.graph.graph import Graph
from symnn.graph.values import split
from symnn.language.tree import bare
from symnn.language.typeset import latex
from symnn.language.writing import plain
from symnn.messages import Language, raised
from symnn.networks import layers, tensors
from symnn.networks.catalogue import network as catalogued
from symnn.networks.network import Network as Model
from symnn.networks.reading import network_from_equations
from symnn.ops.algebra import to_sympy

if TYPE_CHECKING:
    from symnn.numeric.compile import Step
    from symnn.numeric.tensor_step import TensorStep

__all__ = [
    "Derivation",
    "Exercise",
    "Network",
    "Part",
    "compare",
    "exercise",
    "mlp",
    "network",
    "neuron",
    "one_hidden_layer",
    "tensor_builder",
]


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derivation of one result by one or more quantities; shown as mathematics in a notebook.

    >>> d = network("bp-2-2-1").derive("E", wrt="w1")
    >>> d.path_count("w1"), d.check().sympy
    (1, True)
    """

    sweep: Sweep
    model: Model

    @property
    def of(self) -> str:
        """The quantity that is derived."""
        return self.sweep.of

    @property
    def wrt(self) -> tuple[str, ...]:
        """The quantities by which it is derived."""
        return self.sweep.wrt

    @property
    def paths(self) -> dict[str, tuple[FactorPath, ...]]:
        """For each quantity, its paths: tuples of named factors whose parts are kept apart."""
        return {name: paths(self.sweep, name) for name in self.wrt}

    def path_count(self, wrt: str) -> int:
        """Count the paths to a quantity, without walking them."""
        return path_count(self.sweep, wrt)

    def gradient(self, wrt: str | None = None) -> str:
        """Write a derivative in the network's names, factors in the lecture's order."""
        return plain(written_gradient(self.sweep, self.wrt[0] if wrt is None else wrt))

    def latex(self, lang: Language = "en") -> str:
        """Write the derivation as a complete LaTeX document (xelatex, ctex)."""
        return self._written("latex", lang)

    def markdown(self, lang: Language = "en") -> str:
        """Write the derivation as Markdown with ``$…$``."""
        return self._written("markdown", lang)

    def text(self, lang: Language = "en") -> str:
        """Write the derivation for a terminal."""
        return self._written("text", lang)

    def _written(self, to: str, lang: Language) -> str:
        from symnn.rendering.derivation import View, derivation_document
        from symnn.rendering.document import Title
        from symnn.rendering.formats import written

        title = Title(self.model.title.zh or self.model.name, self.model.title.en or self.model.name)
        several = self.wrt == self.model.graph.parameters
        view = View("deltas" if several else "paths", title=title, source=self.model.source)
        return written(derivation_document(self.sweep, view), to, lang)

    def sympy(self, wrt: str | None = None) -> Any:
        """Give the derivative as a SymPy expression of inputs and parameters, everything written out."""
        graph = self.sweep.graph
        return expanded(graph, written_gradient(self.sweep, self.wrt[0] if wrt is None else wrt))

    def check(self) -> Check:
        """Re-derive everything with SymPy, and say whether it agrees."""
        return check(self.sweep)

    def to_dict(self) -> dict[str, Any]:
        """Give what ``derive --to json`` prints."""
        from symnn.rendering.derivation import View
        from symnn.rendering.json import derivation_data

        return derivation_data(self.sweep, View("paths" if len(self.wrt) == 1 else "deltas"))

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class Network:
    r"""A network: its equations derive, evaluate, compile, and give the names that answers use.

    >>> net = network("a = w*x\nE = (a - z)^2")
    >>> net.evaluate({"w": 2, "x": 3, "z": 1})["E"], net.gradient({"w": 2, "x": 3, "z": 1})["w"]
    (25.0, 30.0)
    """

    model: Model

    @property
    def name(self) -> str:
        """The catalogue name, or the file's."""
        return self.model.name

    @property
    def parameters(self) -> tuple[str, ...]:
        """The quantities that are learnt."""
        return self.model.graph.parameters

    @property
    def equations(self) -> tuple[str, ...]:
        """The equations in plain text, in the order of the forward pass."""
        return tuple(f"{equation.left} = {plain(equation.right)}" for equation in self.model.graph.equations)

    def canonical(self, name: str) -> str:
        """Give the one ASCII name of a quantity, however it is spelled.

        Raises: TargetError naming the nearest one.
        """
        from symnn.documents.nearest import nearest

        graph = self.model.graph
        if name in graph.quantities:
            return name
        found = graph.named(name)
        if found is not None:
            return found
        facts = {"name": name, "nearest": nearest(name, tuple(graph.quantities))}
        raise raised(TargetError, Problem("unknown-quantity", facts))

    def derive(self, of: str | None = None, wrt: str | Iterable[str] | None = None) -> Derivation:
        """Derive a result (the last scalar one) by some quantities (all parameters).

        Raises: TargetError for a name the network does not have.
        """
        wanted = None if wrt is None else (wrt,) if isinstance(wrt, str) else tuple(wrt)
        names = None if wanted is None else tuple(self.canonical(name) for name in wanted)
        return Derivation(derive(self.model.graph, None if of is None else self.canonical(of), names), self.model)

    def evaluate(
        self, values: Mapping[str, Any] | None = None, *, digits: int | None = None, exact: bool = False
    ) -> dict[str, Any]:
        """Evaluate every named quantity: floats or arrays; with ``digits`` or ``exact`` texts.

        Values left out are the network's own defaults. Raises: UsageError naming a value that is missing.
        """
        return self._evaluated(values, digits, exact=exact)[0]

    def gradient(
        self, values: Mapping[str, Any] | None = None, *, digits: int | None = None, exact: bool = False
    ) -> dict[str, Any]:
        """Give the derivative of the last scalar result by every parameter, at some values."""
        return self._evaluated(values, digits, exact=exact)[1]

    def _evaluated(
        self, values: Mapping[str, Any] | None, digits: int | None, *, exact: bool
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        from symnn.numeric.evaluation import evaluated, gradient_of
        from symnn.numeric.formatting import Digits

        graph = self.model.graph
        derivation = gradient_of(graph) if graph.result is not None else None
        at = dict(self.model.values) | {self.canonical(name): value for name, value in (values or {}).items()}
        if digits is None and not exact:
            if graph.shapes:
                whole = evaluated(
                    graph, split({name: _listed(value) for name, value in at.items()}, graph), "floats", derivation
                )
                return dict(whole.values), dict(whole.gradient or {})
            return _floats(graph, at, derivation)
        form: Digits | Literal["exact"] = Digits("significant", digits) if digits is not None else "exact"
        found = evaluated(graph, {name: _exactly(value) for name, value in at.items()}, form, derivation)
        return dict(found.values), dict(found.gradient or {})

    def compile(self) -> Step | TensorStep:
        """Give ``step(batch_by_name) -> (values, gradients)`` in NumPy; ``step.source`` is readable Python."""
        from symnn.numeric.compile import compiled

        return compiled(self.model.graph)

    def sympy(self) -> list[Any]:
        """Give the equations as SymPy equations, functions written out."""
        import sympy

        graph = self.model.graph
        return [
            sympy.Eq(
                sympy.Symbol(equation.left, real=True),
                to_sympy(equation.right, graph.written_out),
                evaluate=False,
            )
            for equation in graph.equations
        ]

    def to_dict(self) -> dict[str, Any]:
        """Give the network as data: quantities with their roles and shapes, equations, functions."""
        graph = self.model.graph
        return {
            "network": self.name,
            "quantities": [
                {"name": one.name, "latex": one.latex, "shape": list(one.shape), "role": one.role}
                for one in graph.quantities.values()
            ],
            "functions": {one.name: plain(one.body) for one in graph.functions.values()},
            "equations": list(self.equations),
        }

    def __str__(self) -> str:
        return "\n".join(self.equations)


def _floats(graph: Graph, at: Mapping[str, Any], derivation: Sweep | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Evaluate in floats, or in arrays where a value is one."""
    from symnn.numeric.arithmetic import arrays, floats
    from symnn.numeric.forward import forward
    from symnn.numeric.gradient import backward

    scalar = all(isinstance(value, int | float | Fraction) for value in at.values())
    arithmetic = (floats if scalar else arrays)(graph.conventions)
    values = forward(graph, {name: _number(value) for name, value in at.items()}, arithmetic)
    errors = backward(derivation, values, arithmetic) if derivation is not None else {}
    return values, {name: errors[name] for name in derivation.wrt} if derivation is not None else {}


def _number(value: Any) -> Any:
    """Take a number as a float, anything longer as an array of floats."""
    if isinstance(value, int | float | Fraction | str | Decimal):
        return float(value)
    import numpy as np

    return np.asarray(_nested(value), dtype=float)


def _nested(value: Any) -> Any:
    return [_nested(part) for part in value] if isinstance(value, tuple | list) else value


def _exactly(value: Any) -> Nested:
    """Take a number exactly as it is written: the float 0.1 is one tenth."""
    if isinstance(value, tuple | list):
        return tuple(_exactly(part) for part in value)
    return value if isinstance(value, int | Fraction) else Fraction(str(value))


def network(source: str | Path | Sequence[Any]) -> Network:
    r"""Give a network: by catalogue name, from a file, from equations as text, or from SymPy equations.

    Raises: TargetError for an unknown name; AuthorError or GraphError for a file or equations that are wrong.

    >>> network("y = f(w*x)\nf(x) = tanh(x)").model.graph.functions["f"].known
    'tanh'
    """
    if isinstance(source, str) and "=" in source:
        return Network(network_from_equations(source))
    if isinstance(source, str | Path):
        return Network(catalogued(source))
    return Network(_from_sympy(source))


def _from_sympy(equations: Sequence[Any]) -> Model:
    """Read SymPy equations as text that our own writer made of them: the same checks, the same names."""
    from symnn.ops.algebra import from_sympy

    lines = [f"{equation.lhs.name} = {plain(from_sympy(equation.rhs))}" for equation in equations]
    return network_from_equations("\n".join(lines))


def compare(
    a: str,
    b: str,
    *,
    network: Network | None = None,
    names: Iterable[str] | None = None,
    domain: Domain = "real",
) -> Verdict:
    """Decide whether two expressions are equal: in a network's names, in declared names, or in any.

    The verdict is ``correct`` (equal), ``wrong``, ``undecided`` or ``unreadable``; it carries the reason.

    >>> compare("(x+1)^2", "x^2+2x+1").verdict, compare("x^2", "x^3").equal
    ('correct', False)
    """
    if network is not None:
        subject = Subject.of_network(network.model.graph, domain)
    elif names is not None:
        subject = Subject.of_names(dict.fromkeys(names, ()), {}, domain)
    else:
        subject = Subject.open({}, domain)
    return _verdict(subject, a, b)


def _verdict(subject: Subject, a: str, b: str) -> Verdict:
    answer, reference = subject.read(a), subject.read(b)
    if isinstance(answer, Problem):
        return Verdict("unreadable", findings=(Finding(answer.code, answer.facts, answer.span),))
    if isinstance(reference, Problem):
        return Verdict("unreadable", findings=(Finding(reference.code, reference.facts, reference.span),))
    judgement = subject.compare(answer.tree, reference.tree, a)
    read = Read(plain(bare(answer.tree)), latex(answer.tree, subject.graph.symbols), answer.notes)
    standing: Standing = "undecided" if judgement.equal is None else "correct" if judgement.equal else "wrong"
    credit = Fraction(judgement.equal is True)
    return Verdict(standing, credit, Fraction(1), judgement.findings, judgement.method, judgement.witness, read)


def exercise(source: str | Path) -> Exercise:
    """Give an exercise: by the id of a shipped one, or from a file."""
    from symnn.exercises.library import exercise as loaded

    return loaded(source)


def _listed(value: Any) -> Any:
    """Give an array or nested lists as nested lists."""
    return value.tolist() if hasattr(value, "tolist") else value


def tensor_builder(name: str) -> Callable[..., Network]:
    """Give a builder of `symnn.networks.tensors` whose networks derive, evaluate and grade.

    >>> tensor_builder("rnn")(3).parameters
    ('U', 'V', 'W')
    """
    build = getattr(tensors, name)
    return wraps(build)(lambda *sizes, **options: Network(build(*sizes, **options)))


def mlp(
    sizes: Sequence[int], activation: str = "sigmoid", loss: str = "squared_error", *, bias: bool = False
) -> Network:
    """Build a fully connected network of any sizes; see `symnn.networks.layers.mlp`.

    >>> len(mlp([10, 10, 10, 10, 1]).parameters)
    310
    """
    return Network(layers.mlp(sizes, activation, loss, bias=bias))


def one_hidden_layer(n: int, m: int, l: int, activation: str = "sigmoid") -> Network:
    """Build the deck's network with one hidden layer; see `symnn.networks.layers.one_hidden_layer`."""
    return Network(layers.one_hidden_layer(n, m, l, activation))


def neuron(inputs: int = 3, activation: str = "sigmoid") -> Network:
    """Build one neuron; see `symnn.networks.layers.neuron`."""
    return Network(layers.neuron(inputs, activation))
