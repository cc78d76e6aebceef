"""Mistakes that multiply a product by something: a piece missing, one too many, another in its place, a number."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct

from symnn.derivation.updates import RATE
from symnn.expressions.terms import MINUS_ONE, ONE, TWO, difference, minus, plus
from symnn.expressions.tree import Call, Name, Negative, Number, Power, Quotient, Sum, Tree, names, substitute, walk
from symnn.expressions.writing import plain
from symnn.misconceptions.mistakes import Mistake, facts
from symnn.misconceptions.pieces import FactorPiece
from symnn.misconceptions.universe import Universe, complement
from symnn.networks.graph import Graph
from symnn.ops import named
from symnn.ops.table import OF_NUMBERS, mistaken_for
from symnn.verdicts import codes

__all__ = ["Ratio", "ratios"]

WHOLE, PART, RARE, EXTRA, FOREIGN = 1.0, 1.1, 1.2, 1.5, 1.8
"""How unlikely: a piece missing or of its own kind; a part of f'; less usual; one too many; of another kind."""

_SIGNALS = frozenset(("input", "value"))


class Ratio(Struct, frozen=True, gc=False):
    """A mistake that multiplies a product by ``over`` and divides it by ``under``.

    ``own`` are the labels of the pieces of the key that it touches; none for what may happen to any product.
    """

    mistake: Mistake
    over: tuple[Tree, ...] = ()
    under: tuple[Tree, ...] = ()
    own: tuple[str, ...] = ()


def ratios(universe: Universe, graph: Graph) -> Iterator[Ratio]:
    """List all mistakes of this kind, in a fixed order."""
    yield Ratio(Mistake(codes.SIGN), (MINUS_ONE,))
    for above, under in ((1, 2), (2, 1)):
        fact = str(above) if under == 1 else f"{above}/{under}"
        yield Ratio(Mistake(codes.CONSTANT, facts(ratio=fact), RARE), (Number(above),), (Number(under),))
    yield Ratio(Mistake(codes.EXTRA_PATH, (), RARE), (Number(2),))
    if len(universe.own) == 1 and universe.own[0].kind != "derivative":
        return  # a key that is one quantity is no product
    for piece in universe.own:
        yield from _on(piece, universe, graph)
    yield from _other_activations(universe, graph)
    for piece in (*universe.own, *universe.others):
        yield from _extra(piece)
    if all(piece.kind != "rate" for piece in universe.own):
        yield from _extra(FactorPiece(Name(RATE), "rate"))
    for piece in universe.others:
        # only the derivative by another parameter has this piece to lose
        missing = Mistake(codes.MISSING_FACTOR, facts(factor=piece.tree), lacks=(piece.tree,))
        yield Ratio(missing, (), (piece.tree,), (piece.label,))


def _on(piece: FactorPiece, universe: Universe, graph: Graph) -> Iterator[Ratio]:
    """List what may go wrong with one piece of the key."""
    own, label = (piece.label,), piece.label
    if piece.kind == "number":
        yield _number(piece)
    else:
        missing = Mistake(codes.MISSING_FACTOR, facts(factor=piece.tree), lacks=(piece.tree,), lacked_as=piece.parts)
        yield Ratio(missing, (), (piece.tree,), own)
        divided = Mistake(codes.DIVIDED, facts(factor=piece.tree), RARE)
        if isinstance(piece.tree, Quotient):
            divided = Mistake(codes.INVERTED, facts(at=piece.tree), RARE)
        yield Ratio(divided, (), (piece.tree, piece.tree), own)
    if piece.kind == "derivative":
        yield from _on_derivative(piece, universe, graph)
    for condition in piece.parts or (piece.tree,):
        yield from _on_condition(condition, own)
    if piece.kind == "value":
        yield from _without_activation(piece, graph)
    if piece.kind == "error":
        yield from _on_error(piece, universe, graph)
    if piece.kind != "number":
        others = (*universe.own, *universe.others)
        yield from (
            _instead(piece, other) for other in others if other.label != label and other.kind not in ("number", "rate")
        )


def _without_activation(piece: FactorPiece, graph: Graph) -> Iterator[Ratio]:
    """Say that the weighted sum stands where the unit's value belongs."""
    match piece.tree:
        case Name(name):
            right = graph.definitions.get(name)
            if isinstance(right, Call) and len(right.arguments) == 1:
                argument = right.arguments[0]
                mistake = Mistake(codes.ACTIVATION_MISSING, facts(at=argument), WHOLE, (argument,), (piece.tree,))
                yield Ratio(mistake, (argument,), (piece.tree,), (piece.label,))


def _number(piece: FactorPiece) -> Ratio:
    if piece.loss and piece.tree == ONE:
        mistake = Mistake(codes.CONVENTION, facts(which="half-loss"), 0.6)
        return Ratio(mistake, (TWO,), (), (piece.label,))
    if piece.loss and piece.tree == TWO:
        mistake = Mistake(codes.CONVENTION, facts(which="missing-2"), 0.6)
    else:
        mistake = Mistake(codes.CONSTANT, facts(ratio=str(1 / _value(piece.tree))))
    return Ratio(mistake, (), (piece.tree,), (piece.label,))


def _value(tree: Tree) -> Fraction:
    """Give the value of a number, or of a quotient of two."""
    match tree:
        case Quotient(Number() as over, Number() as under):
            return Fraction(over.value) / Fraction(under.value)
        case Number():
            return Fraction(tree.value)
    return Fraction(1)


def _instead(piece: FactorPiece, other: FactorPiece) -> Ratio:
    """Say that another piece stands in the place of one."""
    alike = other.kind == piece.kind
    shown = facts(meant=piece.tree, wrote=other.tree)
    akin = _SIGNALS.issuperset((piece.kind, other.kind))  # what a weight multiplies
    foreign = FOREIGN - 0.1 if akin else FOREIGN
    kind, cost = (codes.WRONG_QUANTITY, WHOLE) if alike else (codes.WRONG_FACTOR, foreign)
    mistake = Mistake(kind, shown, cost, (other.tree,), (piece.tree,), other.parts, piece.parts)
    if isinstance(piece.tree, Call) and isinstance(other.tree, Call) and piece.tree.function == other.tree.function:
        mistake = _argument(piece.tree, other.tree) if piece.tree.order and other.tree.order else mistake
    return Ratio(mistake, (other.tree,), (piece.tree,), (piece.label,))


def _argument(meant: Call, wrote: Call) -> Mistake:
    shown = facts(of=meant.function, meant=meant.arguments[0], wrote=wrote.arguments[0])
    return Mistake(codes.WRONG_ARGUMENT, shown, WHOLE, (wrote,), (meant,), form=wrote)


def _extra(piece: FactorPiece) -> Iterator[Ratio]:
    if piece.kind == "number":
        return
    extra = Mistake(codes.EXTRA_FACTOR, facts(factor=piece.tree), EXTRA, (piece.tree,))
    yield Ratio(extra, (piece.tree,))
    for part in piece.parts if len(piece.parts) > 1 else ():
        if complement(part) is not None:
            yield Ratio(Mistake(codes.EXTRA_FACTOR, facts(factor=part), EXTRA + 0.1, (part,)), (part,))


def _on_derivative(piece: FactorPiece, universe: Universe, graph: Graph) -> Iterator[Ratio]:
    """List what may go wrong with f'(a)."""
    own = (piece.label,)
    call = piece.tree
    if not isinstance(call, Call):
        return
    value = Call(call.function, call.arguments)
    instead = Mistake(codes.FUNCTION_FOR_DERIVATIVE, facts(of=value), WHOLE, (value,), (call,))
    yield Ratio(instead, (value,), (call,), own)
    if len(piece.parts) > 1:
        yield from _on_parts(piece, universe, own)
        yield from _of_the_sum(call, piece.parts, own)
    elif piece.parts:
        yield from _on_square(call, piece.parts[0], own)
    for name in universe.arguments:
        other = Call(call.function, (Name(name),), 1)
        if other != call and not _is_listed(other, universe):
            yield Ratio(_argument(call, other), (other,), (call,), own)
    meant = graph.known_as(call.function)
    for name in mistaken_for(meant) if meant in OF_NUMBERS else ():
        if name != named.IDENTITY:
            for wrong in (OF_NUMBERS[name].partials(value, call.arguments[0])[0], (Call(name, call.arguments, 1),)):
                mistake = Mistake(codes.ACTIVATION_WRONG, facts(meant=meant, wrote=name), RARE, wrong, (call,))
                yield Ratio(mistake, wrong, (call,), own)


def _other_activations(universe: Universe, graph: Graph) -> Iterator[Ratio]:
    """Take f' of another activation at units whose weighted sum has no name: 1 - z² for the z and 1 - z of a gate."""
    there = {piece.label for piece in universe.own}
    for name, right in graph.definitions.items():
        if not isinstance(right, Call) or len(right.arguments) != 1 or isinstance(right.arguments[0], Name):
            continue
        meant = graph.known_as(right.function)
        own = _slope_parts(meant, name, right.arguments[0])
        labels = tuple(map(plain, own))
        for other in mistaken_for(meant) if own and there.issuperset(labels) else ():
            if other != named.IDENTITY:
                wrong = _slope_parts(other, name, right.arguments[0])
                mistake = Mistake(codes.ACTIVATION_WRONG, facts(meant=meant, wrote=other), RARE, wrong, own)
                yield Ratio(mistake, wrong, own, labels)


def _slope_parts(function: str, value: str, argument: Tree) -> tuple[Tree, ...]:
    """Give the factors of f' in terms of the unit's value."""
    known = OF_NUMBERS.get(function)
    return known.partials(Name(value), argument)[0] if known is not None and known.is_function else ()


def _on_condition(condition: Tree, own: tuple[str, ...]) -> Iterator[Ratio]:
    """Turn a condition round: 1[m > 1], or 1[m >= 1], for 1[m < 1]."""
    match condition:
        case Call(named.STEP, (positive,), 0):
            for turned in (Call(named.STEP, (minus(positive),)), difference(ONE, condition)):
                mistake = Mistake(codes.CONDITION_TURNED, facts(at=positive), WHOLE, (turned,), (condition,))
                yield Ratio(mistake, (turned,), (condition,), own)


def _on_square(call: Call, part: Tree, own: tuple[str, ...]) -> Iterator[Ratio]:
    """List what may go wrong with the 1 - y² of tanh: a plus for the minus, the square forgotten."""
    match part:
        case Sum((first, Negative(Power(value, exponent) as square))) if first == ONE:
            plus_one = plus(ONE, square)
            mistake = Mistake(codes.ONE_PLUS, facts(of=square), WHOLE, (plus_one,), (call,))
            yield Ratio(mistake, (plus_one,), (call,), own)
            without = difference(ONE, value)
            meant = facts(meant=exponent, wrote="1")
            yield Ratio(Mistake(codes.EXPONENT, meant, PART, (without,), (call,)), (without,), (call,), own)


def _of_the_sum(call: Call, parts: tuple[Tree, ...], own: tuple[str, ...]) -> Iterator[Ratio]:
    """Say that f' was written in terms of the weighted sum: a(1 - a) for y(1 - y)."""
    argument = call.arguments[0]
    values = dict.fromkeys(name for part in parts for name in names(part))
    wrong = tuple(substitute(part, dict.fromkeys(values, argument)) for part in parts)
    mistake = Mistake(codes.ACTIVATION_MISSING, facts(at=argument), RARE, wrong[:1], (call,), wrong)
    yield Ratio(mistake, wrong, (call,), own)


def _is_listed(call: Call, universe: Universe) -> bool:
    """Say whether f' at this argument is a piece of the derivation anyway."""
    return any(piece.tree == call for piece in (*universe.own, *universe.others))


def _on_parts(piece: FactorPiece, universe: Universe, own: tuple[str, ...]) -> Iterator[Ratio]:
    """List what may go wrong with y and 1 - y inside f'(a)."""
    argument = names(piece.tree)
    for part in piece.parts:
        missing = Mistake(codes.MISSING_FACTOR, facts(factor=part), PART, lacks=(part,))
        yield Ratio(missing, (), (part,), own)
        value = complement(part)
        if value is not None:
            wrong = plus(ONE, value)
            yield Ratio(Mistake(codes.ONE_PLUS, facts(of=value), WHOLE, (wrong,), (part,)), (wrong,), (part,), own)
            yield Ratio(Mistake(codes.COMPLEMENT, facts(of=value), WHOLE, (value,), (part,)), (value,), (part,), own)
            told = facts(meant=value, wrote=part)
            yield Ratio(Mistake(codes.WRONG_FACTOR, told, PART, (part,), (value,)), (part,), (value,), own)
            turned = difference(value, ONE)
            mistake = Mistake(codes.SIGN, facts(at=part), PART, (turned,), (part,), form=turned)
            yield Ratio(mistake, (turned,), (part,), own)
        for name in argument:
            forgot = difference(ONE, Name(name)) if value is not None else Name(name)
            mistake = Mistake(codes.ACTIVATION_MISSING, facts(at=name), PART, (forgot,), (part,))
            yield Ratio(mistake, (forgot,), (part,), own)
        for other in _parts_alike(part, piece, universe):
            shown = facts(meant=part, wrote=other)
            yield Ratio(Mistake(codes.WRONG_QUANTITY, shown, PART, (other,), (part,)), (other,), (part,), own)


def _parts_alike(part: Tree, piece: FactorPiece, universe: Universe) -> Iterator[Tree]:
    """List the parts of other derivatives that stand where this one does in its own."""
    place = piece.parts.index(part)
    for other in (*universe.own, *universe.others):
        if other.kind == "derivative" and len(other.parts) > place and other.parts[place] != part:
            yield other.parts[place]


def _on_error(piece: FactorPiece, universe: Universe, graph: Graph) -> Iterator[Ratio]:
    """List what may go wrong with y - z: its sign, a part of it, the loss left as it is."""
    own = (piece.label,)
    match piece.tree:
        case Sum((first, Negative(second))):
            turned = difference(second, first)
            mistake = Mistake(codes.CONVENTION, facts(which="z-y"), 1.0, (turned,), (piece.tree,))
            yield Ratio(mistake, (turned,), (piece.tree,), own)
            yield from _error_of_the_sum(piece, first, second, graph)
            for wrong in (plus(first, second), first, second):
                mistake = Mistake(
                    codes.WRONG_FACTOR, facts(meant=piece.tree, wrote=wrong), RARE, (wrong,), (piece.tree,)
                )
                yield Ratio(mistake, (wrong,), (piece.tree,), own)
    loss = tuple(other.tree for other in universe.own if other.loss)
    for equation in graph.equations:
        for term in equation.right.terms if isinstance(equation.right, Sum) else (equation.right,):
            if Power(piece.tree, TWO) in walk(term):
                mistake = Mistake(codes.NOT_DIFFERENTIATED, facts(what=equation.left), WHOLE, (term,))
                yield Ratio(mistake, (term,), (*loss, piece.tree), (*own, *map(plain, loss)))


def _error_of_the_sum(piece: FactorPiece, output: Tree, target: Tree, graph: Graph) -> Iterator[Ratio]:
    """Say that the weighted sum of the output was compared with the target."""
    unit = graph.definitions.get(output.name) if isinstance(output, Name) else None
    if isinstance(unit, Call) and len(unit.arguments) == 1:
        argument = unit.arguments[0]
        wrong = difference(argument, target)
        mistake = Mistake(codes.ACTIVATION_MISSING, facts(at=argument), PART, (argument,), (piece.tree,))
        yield Ratio(mistake, (wrong,), (piece.tree,), (piece.label,))
