"""A network as the public sees it: it derives, evaluates, compiles, and gives the names that answers use."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, Unpack

from msgspec.structs import replace

from symnn.api.derivations import Derivation
from symnn.api.trained import Descent, Trained, trained
from symnn.derivation.optimizers import SGD
from symnn.derivation.optimizers import optimizer as optimizer_named
from symnn.documents.decoding import Text
from symnn.errors import Problem, UsageError
from symnn.expressions.tree import Name
from symnn.expressions.writing import plain
from symnn.handouts.handout import Handout
from symnn.messages import language, raisable
from symnn.networks.catalogue import network as catalogued
from symnn.networks.filing import file_data, file_yaml
from symnn.networks.from_torch import network_from_torch
from symnn.networks.network import Network as Model
from symnn.networks.network_file import Declared, network_from_data, network_from_equations, network_from_file
from symnn.networks.values import nested_shape, split
from symnn.notation.items import Aligned, Line, expression, one_piece
from symnn.notation.layout import symbols_of
from symnn.notation.tex import aligned, latex
from symnn.numeric.points import named
from symnn.ops.algebra import to_sympy

if TYPE_CHECKING:
    from symnn.derivation.sweep import Derivation as Sweep
    from symnn.numeric.compile import CompiledStep
    from symnn.numeric.evaluation import Evaluation

__all__ = ["Network", "from_torch", "network"]

_FILE: Final = re.compile(r"^[{ ]*[\"']?(symnn|network|equations)[\"']? *:", re.MULTILINE)
"""How the text of a network file shows itself, in YAML or JSON."""


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
    def inputs(self) -> tuple[str, ...]:
        """What the network is given."""
        return self._with_role("input")

    @property
    def targets(self) -> tuple[str, ...]:
        """What the outputs are compared with."""
        return self._with_role("target")

    def _with_role(self, role: str) -> tuple[str, ...]:
        return tuple(one.name for one in self.model.graph.quantities.values() if one.role == role)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every quantity; that of a number is () where it is not declared with axes of length 1."""
        graph = self.model.graph
        return {one.name: graph.declared.get(one.name, one.shape) for one in graph.quantities.values()}

    @property
    def values(self) -> dict[str, Any]:
        """The default values: exact numbers, or nested tuples of them."""
        return dict(self.model.values)

    @property
    def points(self) -> dict[str, dict[str, Any]]:
        """The named points, each with the values that it has beside the default ones."""
        return {point.name: dict(point.values) for point in self.model.points}

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
        at = {name: self._one(name, value) for name, value in at.items()}
        form: Digits | Literal["floats", "exact"] = "exact" if exact else "floats"
        if digits is not None:
            form = Digits("significant", digits)
        elif not exact and not graph.shapes and any(map(_is_many, at.values())):
            return in_a_batch(graph, at, derivation)
        at = split({name: _exactly(value) for name, value in at.items()}, graph)
        return evaluated(graph, at, form, derivation)

    def _one(self, name: str, value: Any) -> Any:
        """Take a number that is declared with axes of length 1 out of them: 1x1 may be given as ``[[2]]``."""
        nested, graph = _exactly(value), self.model.graph
        if graph.shapes.get(name) or nested_shape(nested) != graph.declared.get(name):
            return value
        while isinstance(nested, tuple):
            (nested,) = nested
        return nested

    def compile(self) -> CompiledStep:
        """Give ``step(batch_by_name) -> (values, gradients)`` in NumPy; ``step.source`` is readable Python."""
        from symnn.numeric.compile import compiled

        sides = self.model.sides() if self.model.players else ()
        return compiled(self.model.graph, sides=tuple((side.loss, side.parameters) for side in sides))

    def train(
        self,
        values: Mapping[str, Any] | None = None,
        *,
        eta: float,
        steps: int = 1000,
        until: float = 1e-6,
        optimizer: str = SGD.name,
        settings: Mapping[str, float] = MappingProxyType({}),
    ) -> Trained:
        r"""Learn the parameters by gradient descent or one of its kin; ``values`` may hold many samples.

        A quantity that is given as a list of its values, one a sample, is different in each; everything else is
        the same in all. Adversarial networks take turns. Raises: UsageError naming a value that is missing.

        >>> net = network("y = w*x\nE = (y - z)^2", inputs=["x"], targets=["z"])
        >>> trained = net.train({"w": 0, "x": [1, 2], "z": [2, 4]}, eta=0.05)
        >>> round(trained.parameters["w"], 3), trained.why
        (2.0, 'until')
        """
        at = dict(self.model.values) | {self.canonical(name): value for name, value in (values or {}).items()}
        exact = {name: Fraction(str(value)) for name, value in settings.items()}
        return trained(self.model, at, Descent(eta, steps, until, optimizer_named(optimizer, exact)))

    def latex(self) -> str:
        r"""Write the equations in LaTeX, aligned at their signs of equality.

        >>> print(network("a = w*x").latex())
        \begin{aligned}
        a &= w\,x
        \end{aligned}
        """
        written = symbols_of(self.model.graph)
        lines = (Line(one_piece(Name(one.left)), (expression(one.right),)) for one in self.model.graph.equations)
        return f"\\begin{{aligned}}\n{aligned(Aligned(tuple(lines)), written)}\n\\end{{aligned}}"

    def svg(self) -> str:
        """Draw the network."""
        from symnn.handouts.pictures.diagram import diagram
        from symnn.handouts.pictures.svg import svg

        return svg(diagram(self.model.graph), symbols_of(self.model.graph))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Show the network in a notebook: its equations, what is given, its picture."""
        from symnn.handouts.network_page import network_document
        from symnn.handouts.notebook import bundle

        shown = bundle(network_document(self.model), language(None, os.environ))
        drawing = self.svg()
        shown["text/html"] += f'<div class="symnn picture">{drawing}</div>\n'
        return shown | {"text/latex": f"$${self.latex()}$$", "image/svg+xml": drawing}

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
        """Give the network as data: what its file holds, which `from_dict` reads, and its quantities.

        Equations are a list of lines, one a step where they are recurrent.
        """
        graph = self.model.graph
        written = symbols_of(graph)
        quantities = [
            {"name": one.name, "latex": latex(Name(one.name), written), "shape": list(one.shape), "role": one.role}
            for one in graph.quantities.values()
        ]
        data = file_data(self.model)
        return data | {"quantities": quantities, "equations": data["equations"].splitlines()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Network:
        """Make a network of what `to_dict` gave.

        >>> net = network("rnn")
        >>> Network.from_dict(net.to_dict()).equations == net.equations
        True
        """
        return network(data)

    def to_yaml(self) -> str:
        """Write the network's file, which every command and `network` reads."""
        return file_yaml(self.model)

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


def network(source: str | Path | Mapping[str, Any] | Sequence[Any], **declared: Unpack[Declared]) -> Network:
    r"""Give a network: by catalogue name, from a file or its text, from equations as text, or from SymPy equations.

    With equations, ``declared`` holds what a network file says beside them: ``shapes``, ``inputs``, ``targets``,
    ``parameters``, ``index``, ``functions``, ``values``, ``samples``, ``domain``, ``conventions`` …
    Raises: TargetError for an unknown name; AuthorError or GraphError for a file or equations that are wrong.

    >>> network("y = f(w*x)\nf(x) = tanh(x)").model.graph.functions["f"].known
    'tanh'
    >>> network("y = W x", shapes={"W": (2, 3), "x": 3}, inputs=["x"]).parameters
    ('W',)
    """
    from symnn.derivation.explicit import explicit

    model = _model(source, declared)
    return Network(replace(model, graph=explicit(model.graph)))


def from_torch(model: Any, *, inputs: Sequence[int] = (), steps: int = 0, loss: Any = None) -> Network:
    """Make a network of a model of PyTorch, its weights the default values; see `symnn.networks.from_torch`.

    ``inputs`` is the shape of one sample where the first layer does not say it, ``steps`` the number of time steps
    of a recurrent layer, ``loss`` a loss of PyTorch.
    """
    return Network(network_from_torch(model, inputs=inputs, steps=steps, loss=loss))


def _model(source: str | Path | Mapping[str, Any] | Sequence[Any], declared: Mapping[str, Any]) -> Model:
    """Read what a network was given as."""
    from symnn.networks.from_sympy import network_from_sympy

    if isinstance(source, Mapping):
        return network_from_data({**source, **declared})
    is_text = isinstance(source, str) and "=" in source
    if isinstance(source, str) and is_text and _FILE.search(source):
        return network_from_file(Text(source, "<network>"))
    if is_text and declared:
        return network_from_data({"equations": source, **declared})
    if isinstance(source, str) and is_text:
        return network_from_equations(source)
    if declared:
        raise raisable(UsageError, Problem("declared-beside-a-file", {"names": tuple(declared)}))
    return catalogued(source) if isinstance(source, str | Path) else network_from_sympy(source)


def _is_many(value: Any) -> bool:
    """Say whether a value is an array or a list, no number."""
    return isinstance(value, tuple | list) or getattr(value, "ndim", 0) > 0
