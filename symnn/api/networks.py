"""A network as the public sees it: it derives, evaluates, compiles, and gives the names that answers use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace

from symnn.api.derivations import Derivation
from symnn.expressions.tree import Name
from symnn.expressions.writing import plain
from symnn.handouts.handout import Handout
from symnn.networks.catalogue import network as catalogued
from symnn.networks.network import Network as Model
from symnn.networks.network_file import network_from_equations
from symnn.networks.values import split
from symnn.numeric.points import named
from symnn.ops.algebra import to_sympy

if TYPE_CHECKING:
    from symnn.derivation.sweep import Derivation as Sweep
    from symnn.numeric.compile import Step
    from symnn.numeric.evaluation import Evaluation

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
        return dict(self._evaluated(values, digits, None, exact=exact).values)

    def gradient(
        self, values: Mapping[str, Any] | None = None, *, digits: int | None = None, exact: bool = False
    ) -> dict[str, Any]:
        """Give the derivative of the last scalar result (a player's own loss) by every parameter, at some values.

        At a kink it lies between the slopes from both sides. Raises: UsageError naming a value that is missing.
        """
        from symnn.numeric.evaluation import with_gradients

        if self.model.graph.result is None:
            return {}
        found = with_gradients(self.model, lambda way: self._evaluated(values, digits, way, exact=exact))
        return dict(found.gradient or {})

    def _evaluated(
        self, values: Mapping[str, Any] | None, digits: int | None, derivation: Sweep | None, *, exact: bool
    ) -> Evaluation:
        from symnn.numeric.batches import in_a_batch
        from symnn.numeric.evaluation import evaluated
        from symnn.numeric.formatting import Digits

        graph = self.model.graph
        at = dict(self.model.values) | {self.canonical(name): value for name, value in (values or {}).items()}
        form: Digits | Literal["floats", "exact"] = "exact" if exact else "floats"
        if digits is not None:
            form = Digits("significant", digits)
        elif not exact and not graph.shapes and any(map(_is_many, at.values())):
            return in_a_batch(graph, at, derivation)
        at = split({name: _exactly(value) for name, value in at.items()}, graph)
        return evaluated(graph, at, form, derivation)

    def compile(self) -> Step:
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
        from symnn.notation.latex import latex
        from symnn.notation.layout import symbols_of

        graph = self.model.graph
        written = symbols_of(graph)
        return {
            "network": self.name,
            "quantities": [
                {"name": one.name, "latex": latex(Name(one.name), written), "shape": list(one.shape), "role": one.role}
                for one in graph.quantities.values()
            ],
            "functions": {one.name: plain(one.body) for one in graph.functions.values()},
            "equations": list(self.equations),
        }

    def __str__(self) -> str:
        return "\n".join(self.equations)


def _exactly(value: Any) -> Any:
    """Take a number exactly as it is written: the float 0.1 is one tenth."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, tuple | list):
        return tuple(_exactly(part) for part in value)
    try:
        return value if isinstance(value, int | Fraction) else Fraction(str(value))
    except ValueError:
        return float(value)  # infinite, or nan


def network(source: str | Path | Sequence[Any]) -> Network:
    r"""Give a network: by catalogue name, from a file, from equations as text, or from SymPy equations.

    Raises: TargetError for an unknown name; AuthorError or GraphError for a file or equations that are wrong.

    >>> network("y = f(w*x)\nf(x) = tanh(x)").model.graph.functions["f"].known
    'tanh'
    """
    from symnn.derivation.adjoint import explicit
    from symnn.networks.symbols import network_from_sympy

    if isinstance(source, str) and "=" in source:
        model = network_from_equations(source)
    else:
        model = catalogued(source) if isinstance(source, str | Path) else network_from_sympy(source)
    return Network(replace(model, graph=explicit(model.graph)))


def _is_many(value: Any) -> bool:
    """Say whether a value is an array or a list, no number."""
    return isinstance(value, tuple | list) or getattr(value, "ndim", 0) > 0
