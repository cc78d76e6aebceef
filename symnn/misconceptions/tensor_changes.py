"""What may be changed on the way to a key of tensors: one slip in one step, or the same slip in all of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations, islice

from msgspec import Struct
from msgspec.structs import replace

from symnn.derivation.adjoint import adjoint_name
from symnn.derivation.updates import RATE
from symnn.expressions.terms import ONE, difference, total, unsigned
from symnn.expressions.tree import Call, Derivative, Entrywise, Name, Product, Sum, Tree, names, substitute
from symnn.expressions.writing import plain
from symnn.misconceptions.frames import told_way, way_of
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.tensor_slips import LESS_USUAL, TensorEditor
from symnn.misconceptions.tensor_steps import ANSWER, WorkedStep, WorkedSteps, family_of
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.verdicts import codes
from symnn.verdicts.finding import Told, in_words

__all__ = ["Changed", "TensorChange", "changes_of"]

ONE_STEP, PATH, STEPS, EXCHANGED = 0.15, 1.0, 1.05, 1.15
_MOST_EXCHANGED = 12
_MOST = 64
"""So many slips of one formula; the likelier ones come first."""

_INDEX = re.compile(r"_\{?\d+\}?")
_DIGITS = re.compile(r"\d+")
_LAYER = re.compile(r"\^\(\d+\)")


class Changed(Struct, frozen=True, gc=False):
    """A step with another formula, by the place of the step."""

    step: int
    formula: Tree


class TensorChange(Struct, frozen=True, gc=False):
    """Mistakes with the steps that they change, each step once."""

    mistakes: tuple[Mistake, ...]
    changed: tuple[Changed, ...]

    @property
    def cost(self) -> float:
        """How unlikely it is."""
        return sum(mistake.cost for mistake in self.mistakes)


def changes_of(steps: WorkedSteps, editor: TensorEditor) -> list[TensorChange]:
    """List the changes of single steps, then those of all steps of one family.

    A slip that is called the same in every step of a family is one of them all; in one step alone it says which.
    """
    singles = [
        (place, mistake, wrong)
        for place, step in enumerate(steps.steps)
        for mistake, wrong in _at_step(step, editor, steps.steps[-1], linear=steps.linear)
    ]
    singles = [(place, _of_whole(mistake, place, steps), wrong) for place, mistake, wrong in singles]
    groups: dict[object, list[tuple[int, Mistake, Tree]]] = {}
    for place, mistake, wrong in singles:
        groups.setdefault(_kind(steps.steps[place], mistake), []).append((place, mistake, wrong))
    found: list[TensorChange] = []
    for group in groups.values():
        first = {place: (mistake, wrong) for place, mistake, wrong in reversed(group)}
        together = tuple(mistake for _, (mistake, _) in sorted(first.items()))
        alike = len({mistake.name for mistake in together}) == 1
        if len(first) > 1:
            changed = tuple(Changed(place, wrong) for place, (_, wrong) in sorted(first.items()))
            found.append(TensorChange((_joined(together),), changed))
        for place, mistake, wrong in group:
            told = _only_in(mistake, steps.steps[place]) if alike and len(first) > 1 else mistake
            found.append(TensorChange((told,), (Changed(place, wrong),)))
    if not steps.linear:
        found += (*_exchanges(steps, editor), *_other_layers(steps, editor), *_other_whole(steps, editor))
    found.sort(key=lambda change: (round(change.cost, 6), -change.changed[-1].step))
    return found


def _exchanges(steps: WorkedSteps, editor: TensorEditor) -> Iterator[TensorChange]:
    """Exchange two parameters of one equation and one shape throughout: U and W of a recurrent layer."""
    shapes, parameters = editor.shapes, editor.graph.parameters
    pairs: dict[tuple[str, str], None] = {}
    for equation in editor.graph.equations:
        used = [name for name in equation.uses if name in parameters and shapes.get(name)]
        pairs.update(dict.fromkeys(pair for pair in combinations(used, 2) if shapes[pair[0]] == shapes[pair[1]]))
    for one, other in islice(pairs, _MOST_EXCHANGED):
        renamed: dict[str, Tree] = {one: Name(other), other: Name(one)}
        formulas = [substitute(step.formula, renamed) for step in steps.steps]
        both = enumerate(zip(steps.steps, formulas, strict=True))
        changed = tuple(Changed(place, wrong) for place, (step, wrong) in both if wrong != step.formula)
        if changed:
            told = facts(meant=(one, other), wrote=(other, one))
            yield TensorChange((Mistake(codes.WRONG_QUANTITY, told, EXCHANGED),), changed)


def _other_layers(steps: WorkedSteps, editor: TensorEditor) -> Iterator[TensorChange]:
    """Take all parameters of a formula from another layer: U^(1) and W^(1) for U^(2) and W^(2)."""
    parameters = editor.graph.parameters
    for place, step in enumerate(steps.steps):
        own = [name for name in names(step.formula) if name in parameters and _LAYER.search(name)]
        for layer in dict.fromkeys(_LAYER.findall("".join(parameters))):
            renamed = {name: _LAYER.sub(layer, name) for name in own if layer not in name}
            if len(renamed) > 1 and all(other in parameters for other in renamed.values()):
                told = facts(meant=tuple(renamed), wrote=tuple(renamed.values()))
                trees: dict[str, Tree] = {name: Name(other) for name, other in renamed.items()}
                wrong = Changed(place, substitute(step.formula, trees))
                yield TensorChange((Mistake(codes.WRONG_QUANTITY, told, EXCHANGED),), (wrong,))


def _other_whole(steps: WorkedSteps, editor: TensorEditor) -> Iterator[TensorChange]:
    """Give the same quantity of another layer or time where one is asked."""
    last, graph = len(steps.steps) - 1, editor.graph
    key = steps.steps[last]
    name = next((left for left, right in graph.definitions.items() if key.name == left or key.formula == right), "")
    kin = [other for other in graph.definitions if other != name and _kin(other) == _kin(name)]
    for other in kin:
        mistake = Mistake(codes.WRONG_QUANTITY, facts(meant=name, wrote=other), EXCHANGED, (Name(other),))
        yield TensorChange((mistake,), (Changed(last, Name(other)),))


def _kin(name: str) -> str:
    """Name a quantity without its layer and time."""
    return _LAYER.sub("", family_of(name))


def _of_whole(mistake: Mistake, place: int, steps: WorkedSteps) -> Mistake:
    """Name the gradient that is transposed, not the product that it is."""
    step = steps.steps[place]
    if mistake.kind is not codes.TRANSPOSED or dict(mistake.facts)["matrix"] != step.formula:
        return mistake
    shown = next((tree for tree, name in steps.errors.items() if name == step.name), step.formula)
    return replace(mistake, facts=facts(matrix=shown))


def _at_step(
    step: WorkedStep, editor: TensorEditor, last: WorkedStep, *, linear: bool
) -> Iterator[tuple[Mistake, Tree]]:
    """List the slips in one step, a term forgotten among them."""
    own = list(editor.edits(step.formula, "" if linear else step.name))
    if step.name == ANSWER and linear:
        own = [(_in_update(mistake, step.formula), wrong) for mistake, wrong in own]
    if linear and len(step.terms) > 1:
        dropped = {*map(unsigned, step.terms), *step.terms}
        own = [
            edit for edit in own if not (edit[0].kind is codes.MISSING_TERM and dict(edit[0].facts)["term"] in dropped)
        ]
        yield from _without_terms(step, editor.graph)
    yield from _several_terms(step)
    repeated = _repeated(step.formula)
    yield from [edit for edit in own if edit[0].kind is not codes.SIGN or _written(edit[0]) not in repeated][:_MOST]
    if not linear and step is last and isinstance(step.formula, Sum):
        for function in editor.graph.functions:  # a weighted sum that is itself the output
            told = facts(meant=named.IDENTITY, wrote=function)
            yield Mistake(codes.ACTIVATION_WRONG, told, LESS_USUAL), Call(function, (step.formula,))
    if linear and step.name != ANSWER:
        yield from _one_factor_more(step, editor)


def _written(mistake: Mistake) -> tuple[str, ...]:
    """Give the factors of the term whose sign is told, whatever their order."""
    told = dict(mistake.facts).get("at", "")
    return _factors(told) if not isinstance(told, str | int | tuple) else ()


def _repeated(tree: Tree) -> frozenset[tuple[str, ...]]:
    """List the terms that stand twice in a sum, as the product rule gives them: to turn one of two is to lose both."""
    terms = [_factors(term) for term in tree.terms] if isinstance(tree, Sum) else []
    return frozenset(term for term in terms if terms.count(term) > 1)


def _factors(term: Tree) -> tuple[str, ...]:
    inner = unsigned(term)
    return tuple(sorted(map(plain, inner.factors if isinstance(inner, Product) else (inner,))))


def _one_factor_more(step: WorkedStep, editor: TensorEditor) -> Iterator[tuple[Mistake, Tree]]:
    """Multiply an error by y(1 - y) of its quantity, or of the unit behind it, where no activation asks for it."""
    quantity = next((own for tree in editor.errors if (own := _quantity_of(tree, step.name)) is not None), None)
    if quantity is None or not editor.shapes.get(quantity.name, ()):
        return
    behind = (e.left for e in editor.graph.equations if isinstance(e.right, Call) and e.right.arguments == (quantity,))
    for value in (quantity, *map(Name, behind)):
        factors = (value, difference(ONE, value))
        mistake = Mistake(codes.EXTRA_FACTOR, facts(factor=Entrywise(factors)), LESS_USUAL)
        yield mistake, Entrywise((step.formula, *factors))


def _quantity_of(error: Tree, name: str) -> Name | None:
    """Give the quantity whose error a step is, if the error is of that name."""
    match error:
        case Derivative(Name(of), Name(wrt)) if adjoint_name(of, wrt) == name:
            return Name(wrt)
    return None


def _in_update(mistake: Mistake, rule: Tree) -> Mistake:
    """Tell a slip in ``W - eta*diff(E, W)`` as one in an update rule."""
    match rule:
        case Sum((Name(old), step)) if RATE in names(step):
            told = dict(mistake.facts)
            if mistake.kind is codes.SIGN and told["at"] == step:
                return Mistake(codes.UPDATE_SIGN, told_way(way_of(rule)), form=mistake.form)
            if mistake.kind is codes.MISSING_FACTOR and told["factor"] == Name(RATE):
                return Mistake(codes.UPDATE_RATE, facts(how="missing"), lacks=(Name(RATE),))
            left_out = mistake.kind in (codes.MISSING_TERM, codes.BIAS) and told.get("how") != "sign"
            if left_out and Name(old) in told.values():
                return Mistake(codes.UPDATE_ONLY_STEP, told_way(way_of(rule)), lacks=(Name(old),))
            if mistake.kind is codes.BIAS and told["bias"] == Name(old):
                return Mistake(codes.SIGN, facts(at=old), LESS_USUAL, (Name(old),))
    return mistake


def _without_terms(step: WorkedStep, graph: Graph) -> Iterator[tuple[Mistake, Tree]]:
    """Leave out what one user of the quantity sends back, or all but one of three and more."""
    by_time = _by_time(step.users)
    for place, user in enumerate(step.users):
        term, kept = step.terms[place], (*step.terms[:place], *step.terms[place + 1 :])
        missing = Mistake(codes.MISSING_STEP if by_time else codes.MISSING_PATH, facts(through=user), PATH)
        is_shared = not (graph.ancestors(user) - {user}).isdisjoint(step.users)
        if is_shared and not by_time:  # the other ways lead through it as well
            missing = Mistake(codes.MISSING_TERM, facts(term=term), PATH, lacks=(term,))
        yield missing, total(kept)
        if len(step.users) > 2:  # noqa: PLR2004 - of two, one kept is the other forgotten
            yield Mistake(codes.ONLY_STEP, facts(through=user, how="" if by_time else "paths"), PATH), term


def _several_terms(step: WorkedStep) -> Iterator[tuple[Mistake, Tree]]:
    """Leave out all terms but one of what one equation sends back, three and more that are added in it."""
    terms = step.formula.terms if len(step.users) == 1 and isinstance(step.formula, Sum) else ()
    for place, kept in enumerate(terms if len(terms) > 2 else ()):  # noqa: PLR2004 - of two, one is missing
        missing = (*terms[:place], *terms[place + 1 :])
        yield Mistake(codes.MISSING_TERM, facts(term=total(missing), how="several"), PATH, lacks=missing), kept


def _by_time(users: tuple[str, ...]) -> bool:
    """Say whether the users are one equation at several times."""
    return len({family_of(user) for user in users}) == 1 and len(set(users)) == len(users)


def _kind(step: WorkedStep, mistake: Mistake) -> object:
    told = tuple((name, _INDEX.sub("_t", str(in_words(fact)))) for name, fact in mistake.facts)
    return family_of(step.name), mistake.code, told, _shift(dict(mistake.facts))


def _shift(told: Mapping[str, Told]) -> int | None:
    """Say by how many steps the time of what was written is off."""
    found = [_INDEX.findall(str(in_words(told.get(name, "")))) for name in ("meant", "wrote")]
    if not all(found):
        return None
    meant, wrote = (int(_DIGITS.findall(indices[-1])[0]) for indices in found)
    return wrote - meant


def _joined(mistakes: tuple[Mistake, ...]) -> Mistake:
    """Tell a slip that was made in several steps once."""
    names = [name for name, _ in mistakes[0].facts]
    values = {name: tuple(dict.fromkeys(_one(dict(mistake.facts)[name]) for mistake in mistakes)) for name in names}
    told: dict[str, Told] = {name: value[0] if len(value) == 1 else value for name, value in values.items()}
    cost = mistakes[0].cost + (0.0 if all(len(value) == 1 for value in values.values()) else STEPS - 1)
    return replace(mistakes[0], facts=facts(**told), cost=cost)


def _one(told: Told) -> str | Tree:
    return str(in_words(told)) if isinstance(told, tuple | int) else told


def _only_in(mistake: Mistake, step: WorkedStep) -> Mistake:
    """Tell a slip that was made in one step and not in the others."""
    quantity = step.name.split("/d", 1)[-1].removeprefix("delta_")
    return replace(mistake, facts=facts(**dict(mistake.facts), path=quantity), cost=mistake.cost + ONE_STEP)
