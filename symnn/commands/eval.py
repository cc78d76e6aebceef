"""``symnn eval``: the value of every named quantity at a point, and the gradient."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import click
from msgspec.structs import replace

from symnn.commands.options import described, option
from symnn.commands.output import printed
from symnn.commands.sources import network_named
from symnn.errors import Problem, UsageError
from symnn.messages import Language, raisable, say

if TYPE_CHECKING:
    from symnn.networks.network import Network
    from symnn.numeric.evaluation import Evaluation
    from symnn.numeric.formatting import Digits

__all__ = ["command"]

MOST_DIGITS = 1000


@described("eval", "symnn eval midges", "symnn eval bp-2-2-1 --at x1=0.5,w1=1 --grad --digits 20 --json")
@click.argument("network")
@option("--at", "given", multiple=True, metavar="NAME=VALUE|FILE", about="option-at")
@option("--of", multiple=True, metavar="NAME", about="option-eval-of")
@option("--grad", is_flag=True, about="option-grad")
@option("--digits", type=click.IntRange(1, MOST_DIGITS), metavar="N", about="option-digits")
@option("--exact", is_flag=True, about="option-exact")
@option("--decimals", type=click.IntRange(0, MOST_DIGITS), metavar="N", about="option-decimals")
@option("--cut", is_flag=True, about="option-cut")
@option("--json", "as_json", is_flag=True, about="option-json")
def command(  # noqa: PLR0913 - one argument an option
    network: str,
    given: tuple[str, ...],
    of: tuple[str, ...],
    digits: int | None,
    decimals: int | None,
    *,
    grad: bool,
    exact: bool,
    cut: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Evaluate at each point and print; its help is in the messages."""
    form = _form(digits, decimals, exact=exact, cut=cut)
    from symnn.numeric.evaluation import as_far_as_given, with_gradients
    from symnn.numeric.points import named, points, split_list

    found = network_named(network)
    wanted = tuple(named(found.graph, name) for name in split_list(of))
    for point in points(found, given):
        one = partial(as_far_as_given, found.graph, point.values, form)
        evaluation = _only(wanted, with_gradients(found, one) if grad else one())
        if as_json:
            printed(json.dumps(_data(point.name, evaluation)) + "\n")
        else:
            heading = say("point-named", {"name": point.name}, lang) + "\n" if point.name else ""
            printed(heading + _table(found, evaluation) + _needs(evaluation, lang))


def _only(wanted: tuple[str, ...], evaluation: Evaluation) -> Evaluation:
    """Keep the values asked for. Raises: UsageError naming what one of them needs."""
    if not wanted:
        return evaluation
    missing = tuple(dict.fromkeys(need for name in wanted for need in evaluation.needs.get(name, ())))
    missing += tuple(name for name in wanted if name not in evaluation.values and name not in evaluation.needs)
    if missing:
        raise raisable(UsageError, Problem("missing-value", {"names": missing}))
    return replace(evaluation, values={name: evaluation.values[name] for name in wanted}, needs={})


def _needs(evaluation: Evaluation, lang: Language) -> str:
    """Say what each quantity without a value still needs, one a line."""
    rows = evaluation.needs.items()
    return "".join(say("quantity-needs", {"name": name, "names": needs}, lang) + "\n" for name, needs in rows)


def _form(digits: int | None, decimals: int | None, *, exact: bool, cut: bool) -> Digits | Literal["floats", "exact"]:
    """Say in which form numbers are wanted. Raises: UsageError for options that exclude each other."""
    chosen = [name for name, wanted in (("--digits", digits), ("--decimals", decimals)) if wanted is not None]
    chosen += ["--exact"] * exact
    if len(chosen) > 1:
        raise raisable(UsageError, Problem("options-exclude", {"options": tuple(chosen)}))
    if cut and decimals is None:
        raise raisable(UsageError, Problem("option-needs", {"option": "--cut", "needs": "--decimals"}))
    from symnn.numeric.formatting import Digits

    if digits is not None:
        return Digits("significant", digits)
    if decimals is not None:
        return Digits("decimals", decimals, cut)
    return "exact" if exact else "floats"


def _data(name: str, evaluation: Evaluation) -> dict[str, Any]:
    """Give one line of JSON (contract, section 7)."""
    from symnn.numeric.formatting import json_number

    data: dict[str, Any] = {"point": name} if name else {}
    data["values"] = {name: json_number(value) for name, value in evaluation.values.items()}
    if evaluation.needs:
        data["needs"] = {name: list(needs) for name, needs in evaluation.needs.items()}
    if evaluation.gradient is not None:
        data["gradient"] = {name: json_number(value) for name, value in evaluation.gradient.items()}
    return data


def _table(network: Network, evaluation: Evaluation) -> str:
    """Write one value a line, the gradient below, every parameter with the loss by which it is derived."""
    rows = [(name, _shown(value, given=name in network.graph.free)) for name, value in evaluation.values.items()]
    losses = {name: side.loss for side in network.sides() for name in side.parameters}
    rows += [(f"∂{losses[name]}/∂{name}", _shown(value)) for name, value in (evaluation.gradient or {}).items()]
    width = max((len(name) for name, _ in rows), default=0)
    return "".join(f"{name:<{width}} = {text}\n" for name, text in rows)


def _shown(value: Any, *, given: bool = False) -> str:
    """Write a number for a person: computed ones with four digits, given ones as they are."""
    from symnn.handouts.digits import shown

    if isinstance(value, list):
        return f"[{', '.join(_shown(part, given=given) for part in value)}]"
    if isinstance(value, str):
        return value
    return f"{value:.10g}" if given else shown(value).digits
