"""Single slips in a formula of tensors, at one place each: what the course's students confuse in matrix form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TypeAlias

from msgspec.structs import replace

from symnn.expressions.terms import ONE, difference, is_number, plus
from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    children,
    names,
    rebuilt,
)
from symnn.misconceptions.edits import Edit, Editor, Remembered
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.tensor_steps import without_zeros
from symnn.networks.graph import Graph
from symnn.networks.tree_shapes import Misfit, shape_of
from symnn.ops import named
from symnn.ops.operation import settled_arguments
from symnn.ops.shapes import Shape, Unfit, as_image
from symnn.ops.table import OPERATIONS, mistaken_for
from symnn.verdicts import codes
from symnn.verdicts.codes import FindingKind

__all__ = ["LESS_USUAL", "TensorEditor"]

USUAL, LESS_USUAL, RARE, RARER = 1.0, 1.1, 1.2, 1.3
_MOST_OTHERS, _MOST_KIN = 6, 24

Put: TypeAlias = Callable[[Tree], Tree]


def _turned(name: Name, cost: float = USUAL) -> Edit:
    turned = Transpose(name)
    return Mistake(codes.TRANSPOSED, facts(matrix=name.name), cost, (turned,)), turned


def _everywhere_in(tree: Tree, slips: Callable[[Tree], Iterator[Edit]], put: Put) -> Iterator[Edit]:
    """List the slips at a node, then those further in; ``put`` puts a node back into the whole."""
    yield from ((mistake, put(wrong)) for mistake, wrong in slips(tree))
    if isinstance(tree, Derivative):
        return
    parts = children(tree)
    for place, part in enumerate(parts):

        def back(changed: Tree, place: int = place) -> Tree:
            return put(rebuilt(tree, (*parts[:place], changed, *parts[place + 1 :])))

        yield from _everywhere_in(part, slips, back)


def _here(tree: Tree, shapes: Mapping[str, Shape]) -> Iterator[Edit]:
    match tree:
        case Transpose(Name() as turned):
            yield Mistake(codes.TRANSPOSED, facts(matrix=turned.name), USUAL, (turned,)), turned
        case Product(factors) if _tensors(factors, shapes) > 1:
            yield from _reordered(tree, factors)
            yield Mistake(codes.PRODUCT_KIND, facts(of=tree), LESS_USUAL), Entrywise(factors)
        case Entrywise(factors):
            for place in range(len(factors)):
                rest = (*factors[:place], *factors[place + 1 :])
                left = rest[0] if len(rest) == 1 else Entrywise(rest)
                missing = facts(factor=factors[place])
                yield Mistake(codes.MISSING_FACTOR, missing, lacks=(factors[place],)), left
            yield Mistake(codes.PRODUCT_KIND, facts(of=tree), LESS_USUAL), Product(factors)
        case Name(name) if len(shapes.get(name, ())) == 2:  # noqa: PLR2004 - a matrix
            yield _turned(tree)
        case Call():
            yield from _image(tree, shapes)


def _reordered(tree: Tree, factors: tuple[Tree, ...]) -> Iterator[Edit]:
    """Exchange two neighbours; or, of δ h^T, transpose the wrong one, which is the whole transposed."""
    for place in range(len(factors) - 1):
        first, second = factors[place], factors[place + 1]
        swapped = Product((*factors[:place], second, first, *factors[place + 2 :]))
        yield Mistake(codes.ORDER, facts(of=Product((first, second))), USUAL), swapped
    if isinstance(factors[-1], Transpose) and not isinstance(factors[0], Transpose | Number) and len(factors) == 2:  # noqa: PLR2004
        turned = Product((factors[-1].operand, Transpose(factors[0])))
        yield Mistake(codes.TRANSPOSED, facts(matrix=tree), USUAL), turned


def _image(tree: Call, shapes: Mapping[str, Shape]) -> Iterator[Edit]:
    """List the slips at convolutions, poolings and what carries errors back through them."""
    function, arguments = tree.function, tree.arguments
    match OPERATIONS[function].role if function in OPERATIONS else "":
        case "pooling":
            for other in mistaken_for(function):
                yield Mistake(codes.POOLING_KIND, facts(meant=function, wrote=other)), Call(other, arguments)
        case "convolution":
            for other in mistaken_for(function):
                yield Mistake(codes.FLIPPED_KERNEL), Call(other, arguments)
    match tree:
        case Call(named.MAX_UNPOOL):
            yield from _unpooled(arguments, shapes)
        case Call(named.ROTATE):
            yield Mistake(codes.FLIPPED_KERNEL, facts(matrix=arguments[0])), arguments[0]
        case Call(named.KERNEL_ERROR):
            yield Mistake(codes.FLIPPED_KERNEL), Call(named.ROTATE, (tree,))
        case Call(named.IMAGE_ERROR):
            turned = Call(named.ROTATE, (arguments[1],))
            yield Mistake(codes.FLIPPED_KERNEL), Call(function, (arguments[0], turned, *arguments[2:]))
        case Call(named.SOFTMAX, (scores,)):
            powers = Call(named.EXP, (scores,))
            shown = facts(factor=Quotient(ONE, Call(named.SUM, (powers,))))
            yield Mistake(codes.MISSING_FACTOR, shown, LESS_USUAL), powers
        case Call(named.SUM, (summed, *_)):  # of softmax: only the slopes by its own argument
            told = facts(meant=tree, wrote=summed)
            yield Mistake(codes.WRONG_FACTOR, told, LESS_USUAL, (summed,), (tree,)), summed
        case Call(named.MEAN, (_,)):
            yield (
                Mistake(codes.MISSING_MEAN, facts(of=tree), USUAL, (total := Call(named.SUM, arguments),)),
                total,
            )


def _unpooled(arguments: tuple[Tree, ...], shapes: Mapping[str, Shape]) -> Iterator[Edit]:
    """Share an error out among all cells of the window, or give it whole to each of them."""
    error, image, *settings = arguments
    with suppress(Misfit, Unfit):
        _, numbers = settled_arguments(Call(named.MAX_UNPOOL, arguments), OPERATIONS[named.MAX_UNPOOL])
        sides = (Number(length) for length in as_image(shape_of(image, shapes))[-2:])
        shared = Call(named.AVG_UNPOOL, (error, *sides, *settings))
        yield Mistake(codes.POOLING_ERROR, facts(how="shared")), shared
        yield Mistake(codes.POOLING_ERROR, facts(how="all")), Product((Number(numbers[0] * numbers[1]), shared))


def _tensors(factors: tuple[Tree, ...], shapes: Mapping[str, Shape]) -> int:
    count = 0
    for factor in factors:
        with suppress(Misfit, Unfit):
            count += bool(shape_of(factor, shapes))
    return count


class TensorEditor:
    """Edits formulas of one network of tensors, the formulas of its errors included.

    ``shapes`` has the errors by their names, too: ``dE/da2`` and, of inner ones, ``delta_s_3``.
    """

    def __init__(self, graph: Graph, shapes: Mapping[str, Shape], errors: tuple[Tree, ...] = ()) -> None:
        equations = (replace(e, right=without_zeros(e.right, graph)) for e in graph.equations)
        self.graph = replace(graph, equations=tuple(equations))
        self.shapes = shapes
        self.errors = errors
        self._editor = Editor(self.graph)
        self._arguments = self._units()
        self._of_tensors = Remembered(lambda node: _here(node, shapes))
        self._of_network = Remembered(self._own)

    def _units(self) -> Mapping[str, tuple[Tree, ...]]:
        """Give, for each activation, all that it is applied to in the network."""
        found: dict[str, list[Tree]] = {}
        for right in self.graph.definitions.values():
            if isinstance(right, Call) and right.function in self.graph.functions:
                found.setdefault(right.function, []).append(right.arguments[0])
        return {function: tuple(arguments) for function, arguments in found.items()}

    def edits(self, tree: Tree, of: str = "") -> Iterator[Edit]:
        """List what a formula becomes by one slip; of equal ones the likeliest comes first."""
        own = self._editor.edits(tree)  # what comes later, too: s'_1 for s'_3 is the likeliest slip there is
        found = [
            *(edit for edit in own if not (of and edit[0].kind is codes.ACTIVATION_MISSING and edit[0].lacks)),
            *_everywhere_in(tree, self._of_tensors.at, lambda changed: changed),
            *_everywhere_in(tree, self._of_network.at, lambda changed: changed),
        ]
        found.sort(key=lambda edit: edit[0].cost)
        seen: set[Tree] = {tree}
        for mistake, wrong in found:
            if mistake.kind is codes.MISSING_FACTOR and _is_number(mistake.lacks):
                continue  # a number that is wrong is found at look-up
            if wrong not in seen:
                seen.add(wrong)
                yield mistake, wrong

    def _own(self, tree: Tree) -> Iterator[Edit]:
        match tree:
            case Derivative():
                yield from self._other_error(tree)
            case Name(name) if name in self.shapes:
                yield from self._foreign(name)
            case Call(function, (argument,), 1):
                yield from self._other_argument(tree, function, argument)
                yield from self._short_form(function, argument)
            case Sum((first, Negative(second))) if is_number(first, 1):
                yield Mistake(codes.COMPLEMENT, facts(of=second), USUAL, (second,)), second
            case Sum((Name() as value, Negative(Name() as target))) if self._is_short(value, target):
                yield Mistake(codes.STOPPED_EARLY, facts(at=value.name), LESS_USUAL), Quotient(Negative(target), value)
                factors = (value, difference(ONE, value))
                told = facts(factor=Entrywise(factors))
                yield Mistake(codes.EXTRA_FACTOR, told, LESS_USUAL), Entrywise((tree, *factors))
            case Quotient(Number() as above, Number(under, 1)) if under > 1:
                yield Mistake(codes.MISSING_FACTOR, facts(factor=f"1/{under}"), USUAL), above
            case Quotient(Negative(Number()) as above, Number(under, 1)) if under > 1:
                yield Mistake(codes.MISSING_FACTOR, facts(factor=f"1/{under}"), USUAL), above
            case Quotient(above, Power(base, exponent)) if is_number(exponent, 2):
                mistake = Mistake(codes.EXPONENT, facts(meant="2", wrote="1"), LESS_USUAL)
                yield mistake, Quotient(above, base)

    def _is_short(self, value: Name, target: Name) -> bool:
        """Say whether y - z is the short form of a cross entropy behind a softmax."""
        unit = self.graph.definitions.get(value.name)
        loss = Call(named.CROSS_ENTROPY, (value, target))
        return isinstance(unit, Call) and unit.function == named.SOFTMAX and loss in self.graph.definitions.values()

    def _other_error(self, tree: Derivative) -> Iterator[Edit]:
        """Take the error of another step or layer."""
        own = error_shape(tree, self.shapes)
        others = [error for error in self.errors if error != tree and error_shape(error, self.shapes) == own]
        for other in others[: _MOST_OTHERS * 2]:
            wrong = facts(meant=tree, wrote=other)
            yield Mistake(codes.WRONG_QUANTITY, wrong, RARE), other

    def _foreign(self, name: str) -> Iterator[Edit]:
        """Take a quantity of another kind but of the same shape: the input for the state."""
        own = self.graph.quantities.get(name)
        if own is None:
            return
        near = {used for e in self.graph.equations if name in e.uses for used in (*e.uses, e.left)}
        known = self.graph.quantities
        others = [other for other in known if other != name and known[other].shape == own.shape]
        kin = [other for other in others if own.role == known[other].role == "parameter"]
        for other in kin[:_MOST_KIN]:
            yield _taken(name, other, codes.WRONG_QUANTITY, LESS_USUAL)
        others.sort(key=lambda other: other not in near)
        for other in [other for other in others if other not in kin][:_MOST_OTHERS]:
            yield _taken(name, other, codes.WRONG_FACTOR, RARE)

    def _other_argument(self, tree: Call, function: str, argument: Tree) -> Iterator[Edit]:
        """Take f' at another unit's weighted sum, or at the value of the unit."""
        value = next((n for n, right in self.graph.definitions.items() if right == Call(function, (argument,))), "")
        others = [other for other in self._arguments.get(function, ()) if other != argument]
        for other in (*((Name(value),) if value else ()), *others):
            wrong = Call(function, (other,), 1)
            told = facts(of=function, meant=argument, wrote=other)
            yield Mistake(codes.WRONG_ARGUMENT, told, 0.99, (wrong,), (tree,)), wrong

    def _short_form(self, function: str, argument: Tree) -> Iterator[Edit]:
        """Write f(1 + f) for f(1 - f), or 1 - f for 1 - f²."""
        own = self.graph.functions.get(function)
        known = function if own is None else own.known
        value = Call(function, (argument,))
        if known == named.SIGMOID:
            yield Mistake(codes.ONE_PLUS, facts(of=value), LESS_USUAL), Entrywise((value, plus(ONE, value)))
            part = difference(ONE, value)
            yield Mistake(codes.MISSING_FACTOR, facts(factor=value), LESS_USUAL, (part,)), part
            told = facts(meant=named.SIGMOID, wrote=named.TANH)
            yield Mistake(codes.ACTIVATION_WRONG, told, RARE), difference(ONE, Entrywise((value, value)))
        elif known == named.TANH:
            square: Tree = Entrywise((value, value))
            yield Mistake(codes.ONE_PLUS, facts(of=value), LESS_USUAL), plus(ONE, square)
            yield Mistake(codes.EXPONENT, facts(meant="2", wrote="1"), LESS_USUAL), difference(ONE, value)
            told = facts(meant=named.TANH, wrote=named.SIGMOID)
            yield Mistake(codes.ACTIVATION_WRONG, told, RARE), Entrywise((value, difference(ONE, value)))


def _taken(name: str, other: str, kind: FindingKind, cost: float) -> Edit:
    """Take one quantity for another."""
    return Mistake(kind, facts(meant=name, wrote=other), cost, (Name(other),), (Name(name),)), Name(other)


def _is_number(trees: tuple[Tree, ...]) -> bool:
    return bool(trees) and not any(names(tree) for tree in trees) and not any(isinstance(t, Derivative) for t in trees)


def error_shape(tree: Tree, shapes: Mapping[str, Shape]) -> Shape:
    """Give the shape of an error, which is that of the quantity it belongs to."""
    wrt = tree.wrt if isinstance(tree, Derivative) else None
    return shape_of(wrt, shapes) if wrt is not None else ()
