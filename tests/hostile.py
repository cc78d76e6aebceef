"""Networks whose quantities are called as a program's own names: temporaries, keywords, modules, functions."""

from __future__ import annotations

from types import MappingProxyType

from hypothesis import strategies as st

from symnn.expressions.tree import Name, substitute
from symnn.networks.equation import Equation
from symnn.networks.graph import Graph
from symnn.networks.quantity import Quantity

HOSTILE = (
    *("t", "t1", "t2", "t_", "np", "given", "values", "gradients", "count", "block", "start", "stop", "float"),
    *("dE_da", "dE/da", "dq0_dw1", "delta_q0", "delta_q1", "delta_q1_2", "windows_1", "sample", "step", "math_e"),
    *("lambda", "def", "match", "None", "exp", "log", "maximum", "softmaxed", "windows", "E'", "s'_2", "s_prime_2"),
    *("s_2", "w[1,2]", "w_1_2", "W_12", "η", "eta", "GIVEN", "self", "at_one_point", "for_a_batch", "shared_1"),
    *("i", "k", "len", "range", "min", "print", "part 1", "shared 0", "shared 1", "_", "__builtins__", "import"),
)


def renamed(graph: Graph, names: dict[str, str]) -> Graph:
    """Give the same network with other names."""
    quantities = {
        names.get(one.name, one.name): Quantity(names.get(one.name, one.name), one.shape, one.role)
        for one in graph.quantities.values()
    }
    trees = {old: Name(new) for old, new in names.items()}
    equations = tuple(
        Equation(names.get(equation.left, equation.left), substitute(equation.right, trees))
        for equation in graph.equations
    )
    return Graph(MappingProxyType(quantities), equations, graph.functions, graph.conventions)


def namings(graph: Graph) -> st.SearchStrategy[dict[str, str]]:
    """Draw a hostile name for every quantity of a graph."""
    order = list(graph.quantities)
    return st.permutations(HOSTILE).map(lambda drawn: dict(zip(order, drawn, strict=False)))
