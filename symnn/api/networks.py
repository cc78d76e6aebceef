"""A network as the public sees it: it derives, evaluates, compiles, and gives the names that answers use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace

from symnn.api.derivations import Derivation
from symnn.derivation.sweep import Derivation as Sweep
from symnn.documents.containers import Nested
from symnn.expressions.writing import plain
from symnn.handouts.handout import Handout
from symnn.networks.catalogue import network as catalogued
from symnn.networks.graph import Graph
from symnn.networks.network import Network as Model
from symnn.networks.network_file import network_from_equations
from symnn.networks.values import split
from symnn.numeric.points import named
from symnn.ops.algebra import to_sympy

if TYPE_CHECKING:
    from symnn.numeric.compile import Step
    from symnn.numeric.tensor_step import TensorStep

__all__ = ["Network", "network"]


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
        return named(self.model.graph, name)

    def derive(self, of: str | None = None, wrt: str | Iterable[str] | None = None) -> Derivation:
        """Derive a result (the last scalar one) by some quantities (all parameters).

        A network without a scalar result is derived from a symbolic output error δ; so is a tensor ``of``.
        Raises: TargetError for a name the network does not have.
        """
        wanted = None if wrt is None else (wrt,) if isinstance(wrt, str) else tuple(wrt)
        names = None if wanted is None else tuple(self.canonical(name) for name in wanted)
        return Derivation(Handout(self.model, None if of is None else self.canonical(of), names))

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
        from symnn.numeric.evaluation import evaluated, gradients_of, with_gradients
        from symnn.numeric.formatting import Digits

        graph = self.model.graph
        at = dict(self.model.values) | {self.canonical(name): value for name, value in (values or {}).items()}
        form: Digits | Literal["exact", "floats"] = "exact" if exact else "floats"
        if digits is not None:
            form = Digits("significant", digits)
        elif not exact and not graph.shapes:
            return _floats(graph, at, gradients_of(self.model) if graph.result is not None else ())
        elif not exact:
            at = split({name: _listed(value) for name, value in at.items()}, graph)
        given = at if form == "floats" else {name: _exactly(value) for name, value in at.items()}
        found = with_gradients(self.model, given, form) if graph.result is not None else evaluated(graph, given, form)
        return dict(found.values), dict(found.gradient or {})

    def compile(self) -> Step | TensorStep:
        """Give ``step(batch_by_name) -> (values, gradients)`` in NumPy; ``step.source`` is readable Python."""
        from symnn.numeric.compile import compiled

        sides = self.model.sides() if self.model.players else ()
        return compiled(self.model.graph, sides=tuple((side.loss, side.parameters) for side in sides))

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


def _floats(
    graph: Graph, at: Mapping[str, Any], derivations: tuple[Sweep, ...]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Evaluate in floats, or in arrays where a value is one."""
    from symnn.numeric.arithmetic import arrays, floats
    from symnn.numeric.forward import forward
    from symnn.numeric.gradient import backward

    scalar = all(isinstance(value, int | float | Fraction) for value in at.values())
    arithmetic = (floats if scalar else arrays)(graph.conventions)
    values = forward(graph, {name: _number(value) for name, value in at.items()}, arithmetic)
    gradient: dict[str, Any] = {}
    for derivation in derivations:
        errors = backward(derivation, values, arithmetic)
        gradient |= {name: errors[name] for name in derivation.wrt}
    return values, gradient


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
    from symnn.derivation.adjoint import explicit

    if isinstance(source, str) and "=" in source:
        model = network_from_equations(source)
    else:
        model = catalogued(source) if isinstance(source, str | Path) else _from_sympy(source)
    return Network(replace(model, graph=explicit(model.graph)))


def _from_sympy(equations: Sequence[Any]) -> Model:
    """Read SymPy equations as text that our own writer made of them: the same checks, the same names."""
    from symnn.ops.algebra import from_sympy

    lines = [f"{equation.lhs.name} = {plain(from_sympy(equation.rhs))}" for equation in equations]
    return network_from_equations("\n".join(lines))


def _listed(value: Any) -> Any:
    """Give an array or nested lists as nested lists."""
    return value.tolist() if hasattr(value, "tolist") else value
