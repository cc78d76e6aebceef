"""A generator of what students write: correct answers in many styles, and answers with one or two known mistakes.

It knows nothing of the diagnosis: a sheet is what stands on a student's paper, a list of paths of factors, and
each mistake changes the sheet. ``exercise(name)`` prepares a part, ``written(part, rng, count)`` draws an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from symnn.derivation.paths import paths
from symnn.derivation.sweep import derive
from symnn.expressions.tree import (
    Call,
    Derivative,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    mapped,
    names,
)
from symnn.expressions.writing import plain
from symnn.networks.catalogue import network
from symnn.networks.graph import Graph
from symnn.networks.layers import mlp

ONE = Number(1)
Fact = tuple[str, tuple[tuple[str, str], ...]]
Expected = frozenset[Fact]


def fact(code: str, **facts: str) -> Fact:
    return code, tuple(sorted((name, value) for name, value in facts.items() if value))


@dataclass(frozen=True)
class Piece:
    """One factor on the paper: the ways to write it, and what it is called."""

    label: str
    kind: str
    ways: tuple[tuple[Tree, ...], ...]
    function: str = ""
    argument: str = ""
    value: str = ""
    spoilt: bool = False


@dataclass(frozen=True)
class Sheet:
    """What a student works out: paths with signs, added (or multiplied), perhaps inside an update rule."""

    paths: tuple[tuple[Piece, ...], ...]
    signs: tuple[int, ...]
    marks: tuple[str, ...]
    times: bool = False
    update: str = ""
    rate: int = 1
    sign: int = -1
    old: str = ""


@dataclass(frozen=True)
class Part:
    """One question: a key, and the sheet of its correct answer."""

    name: str
    graph: Graph
    key: Tree
    sheet: Sheet
    of: str
    wrt: str


@dataclass(frozen=True)
class Answer:
    """An answer with the mistakes made in it (none: it is correct)."""

    part: str
    tree: Tree
    mistakes: Expected


def minus(left: Tree, right: Tree) -> Tree:
    return Sum((left, Negative(right)))


def number(value: int) -> Piece:
    return Piece(str(value), "number", ((Number(value),),))


def quantity(name: str, kind: str) -> Piece:
    return Piece(name, kind, ((Name(name),),))


def kind_of(name: str, graph: Graph) -> str:
    right = graph.definitions.get(name)
    if right is not None:
        return "value" if isinstance(right, Call) else "sum"
    return {"parameter": "weight", "input": "input"}.get(graph.quantities[name].role, "other")


def derivative(value: str, graph: Graph) -> Piece | None:
    """f'(a) of the unit ``value``, in the ways the lecture writes it."""
    right = graph.definitions[value]
    if not isinstance(right, Call) or right.function not in graph.functions:
        return None
    argument = right.arguments[0]
    called = Call(right.function, (argument,), 1)
    known = graph.functions[right.function].known
    ways: list[tuple[Tree, ...]] = [(called,)]
    if known == "sigmoid":
        ways += [(Name(value), minus(ONE, Name(value))), (right, minus(ONE, right))]
    elif known == "tanh":
        ways += [(minus(ONE, Power(Name(value), Number(2))),)]
    elif known == "identity":
        return None
    return Piece(plain(called), "derivative", tuple(ways), right.function, plain(argument), value)


def error(output: str, target: str) -> Piece:
    return Piece(f"{output} - {target}", "error", ((minus(Name(output), Name(target)),),), output, target)


def pieces_of(of: str, _wrt: str, parts: tuple[Tree, ...], graph: Graph) -> tuple[Piece, ...]:
    unit = derivative(of, graph)
    if unit is not None:
        return (unit,)
    found = []
    if any(isinstance(part, Quotient) for part in parts):
        parts = tuple(part for part in parts if not isinstance(part, Quotient | Number))
    for part in parts:
        match part:
            case Number(1, 1):
                continue
            case Number(value):
                found.append(number(value))
            case Name(name):
                found.append(quantity(name, kind_of(name, graph)))
            case Sum((Name(output), Negative(Name(target)))):
                found.append(error(output, target))
            case _:
                raise NotImplementedError(plain(part))
    return tuple(found)


def gradient_sheet(graph: Graph, of: str, wrt: str) -> Sheet:
    found = paths(derive(graph, of, (wrt,)), wrt)
    rows = tuple(
        tuple(piece for factor in path for piece in pieces_of(factor.of, factor.wrt, factor.parts, graph))
        for path in found
    )
    nodes = [[factor.of for factor in path] for path in found]
    marks = []
    for place, own in enumerate(nodes):
        others = {node for other, row in enumerate(nodes) if other != place for node in row}
        apart = [node for node in graph.definitions if node in own and node not in others]
        units = [node for node in apart if isinstance(graph.definitions[node], Call)]
        shared = set.intersection(*map(set, nodes))
        apart_from_all = [node for node in own if node not in shared and isinstance(graph.definitions[node], Call)]
        mark = (units or apart or [""])[0] or "|".join(sorted(apart_from_all))
        marks.append(mark if len(nodes) > 1 else "")
    return Sheet(rows, (1,) * len(rows), tuple(marks))


@lru_cache
def graphs() -> dict[str, Graph]:
    catalogue = {
        name: network(name).graph for name in ("neuron", "midges", "one-hidden-layer", "bp-2-2-1", "bp-2-3-2-1")
    }
    return catalogue | {
        "mlp-tanh": mlp([2, 2, 1], "tanh").graph,
        "mlp-half": mlp([2, 2, 1], "sigmoid", "half_squared_error", bias=True).graph,
        "mlp-deep": mlp([2, 2, 2, 2, 1]).graph,
        "mlp-relu": mlp([2, 3, 1], "relu").graph,
    }


@lru_cache
def parts() -> tuple[Part, ...]:
    """All gradients of all networks, and the update rules of the deck's two."""
    found = []
    for name, graph in graphs().items():
        of = "y" if name == "neuron" else "E"
        for wrt in graph.parameters:
            key: Tree = Derivative(Name(of), Name(wrt))
            sheet = gradient_sheet(graph, of, wrt)
            found.append(Part(f"{name}/{wrt}", graph, key, sheet, of, wrt))
            if name.startswith("bp"):
                step = Sum((Name(wrt), Negative(Product((Name("eta"), key)))))
                rule = replace(sheet, update=wrt, old=wrt)
                found.append(Part(f"{name}/update-{wrt}", graph, step, rule, of, wrt))
    return tuple(found)


# -- writing -----------------------------------------------------------------------------------------------


def product(factors: list[Tree]) -> Tree:
    return ONE if not factors else factors[0] if len(factors) == 1 else Product(tuple(factors))


def spelled(piece: Piece, rng: Random) -> list[Tree]:
    return list(rng.choice(piece.ways))


def row(pieces: tuple[Piece, ...], rng: Random) -> list[Tree]:
    factors = [tree for piece in pieces for tree in spelled(piece, rng)]
    if rng.random() < 0.2:
        rng.shuffle(factors)
    return factors


def gradient_tree(sheet: Sheet, rng: Random) -> Tree:
    rows = sheet.paths
    if len(rows) > 1 and rng.random() < 0.6:
        return factored(sheet, rng)
    terms = [product(row(pieces, rng)) for pieces in rows]
    return joined(terms, sheet)


def joined(terms: list[Tree], sheet: Sheet) -> Tree:
    if sheet.times:
        return product(terms)
    signed = [term if sign > 0 else Negative(term) for term, sign in zip(terms, sheet.signs, strict=True)]
    return signed[0] if len(signed) == 1 else Sum(tuple(signed))


def factored(sheet: Sheet, rng: Random) -> Tree:
    """Write what all paths begin and end with once, before and behind a bracket."""
    rows = [list(pieces) for pieces in sheet.paths]
    head: list[Piece] = []
    while all(len(pieces) > 1 for pieces in rows) and len({pieces[0] for pieces in rows}) == 1:
        head.append(rows[0][0])
        rows = [pieces[1:] for pieces in rows]
    tail: list[Piece] = []
    while all(len(pieces) > 1 for pieces in rows) and len({pieces[-1] for pieces in rows}) == 1:
        tail.insert(0, rows[0][-1])
        rows = [pieces[:-1] for pieces in rows]
    inner = joined([product(row(tuple(pieces), rng)) for pieces in rows], sheet)
    before = [tree for piece in head for tree in spelled(piece, rng)]
    behind = [tree for piece in tail for tree in spelled(piece, rng)]
    return product([*before, inner, *behind])


def tree_of(part: Part, sheet: Sheet, rng: Random) -> Tree:
    tree = gradient_tree(sheet, rng)
    if sheet.update:
        factors: list[Tree] = [*[Name("eta")] * sheet.rate, tree]
        step = product(factors)
        signed = Negative(step) if sheet.sign < 0 else step
        tree = Sum((Name(sheet.old), signed)) if sheet.old else signed
    return expanded(tree, part.graph, rng)


def expanded(tree: Tree, graph: Graph, rng: Random, often: float = 0.08) -> Tree:
    """Write a quantity out by its equation here and there, and (y - z) as -(z - y)."""

    def change(node: Tree) -> Tree | None:
        match node:
            case Name(name) if name in graph.definitions and rng.random() < often:
                return mapped(graph.definitions[name], change)
        return None

    return mapped(tree, change)


# -- mistakes ----------------------------------------------------------------------------------------------


def is_whole(piece: Piece) -> bool:
    """Numbers have mistakes of their own, and no second mistake is made where one is already."""
    return piece.kind not in ("number", "function", "turned") and not piece.spoilt


Slip = Callable[[Part, Sheet, Random], tuple[Sheet, Fact] | None]


def others_like(piece: Piece, graph: Graph) -> list[Piece]:
    """Pieces of the same kind that stand elsewhere in the network, the near ones."""
    if piece.kind == "derivative":
        found = [derivative(name, graph) for name in graph.definitions]
        return [other for other in found if other is not None and other.label != piece.label]
    if piece.kind not in ("weight", "input", "value"):
        return []
    near = {used for equation in graph.equations if piece.label in equation.uses for used in equation.uses}
    listed = [name for name in graph.quantities if name != piece.label and kind_of(name, graph) == piece.kind]
    close = [name for name in listed if name in near] or listed[:6]
    return [quantity(name, piece.kind) for name in close]


def spot(sheet: Sheet, rng: Random) -> tuple[Piece, tuple[int, ...]] | None:
    """Choose a piece and the paths in which the mistake happens: all that hold it, or (rarely) one of them."""
    labels = sorted({piece.label for pieces in sheet.paths for piece in pieces if is_whole(piece)})
    if not labels:
        return None
    label = rng.choice(labels)
    holders = tuple(place for place, pieces in enumerate(sheet.paths) if any(p.label == label for p in pieces))
    piece = next(p for p in sheet.paths[holders[0]] if p.label == label)
    if len(holders) > 1 and rng.random() < 0.25:
        holders = (rng.choice(holders),)
    return piece, holders


def put(sheet: Sheet, label: str, holders: tuple[int, ...], new: Piece | None) -> Sheet:
    rows = []
    for place, pieces in enumerate(sheet.paths):
        if place not in holders:
            rows.append(pieces)
            continue
        at = next(index for index, piece in enumerate(pieces) if piece.label == label)
        instead = () if new is None else (replace(new, spoilt=True),)
        rows.append((*pieces[:at], *instead, *pieces[at + 1 :]))
    return replace(sheet, paths=tuple(rows))


def mark(sheet: Sheet, label: str, holders: tuple[int, ...]) -> str:
    """Name the path where the mistake happened, if the piece stands in other paths too."""
    everywhere = [place for place, pieces in enumerate(sheet.paths) if any(p.label == label for p in pieces)]
    return sheet.marks[holders[0]] if len(everywhere) > len(holders) == 1 else ""


def missing(_part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    chosen = spot(sheet, rng)
    if chosen is None:
        return None
    piece, holders = chosen
    path = mark(sheet, piece.label, holders)
    return put(sheet, piece.label, holders, None), fact("missing-factor", factor=piece.label, path=path)


def wrong(part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    chosen = spot(sheet, rng)
    if chosen is None:
        return None
    piece, holders = chosen
    choices = others_like(piece, part.graph)
    if not choices:
        return None
    other = rng.choice(choices)
    path = mark(sheet, piece.label, holders)
    if piece.kind == "derivative" and piece.function == other.function:
        found = fact("wrong-argument", of=piece.function, meant=piece.argument, wrote=other.argument, path=path)
    else:
        found = fact("wrong-quantity", meant=piece.label, wrote=other.label, path=path)
    return put(sheet, piece.label, holders, other), found


def foreign(part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    """Put a quantity of another kind in the place of one: an input for a value, a weight for a value."""
    chosen = spot(sheet, rng)
    if chosen is None or chosen[0].kind not in ("weight", "input", "value"):
        return None
    piece, holders = chosen
    near = {used for equation in part.graph.equations if piece.label in equation.uses for used in equation.uses}
    listed = [name for name in near if kind_of(name, part.graph) in {"weight", "input", "value"} - {piece.kind}]
    if not listed:
        return None
    name = rng.choice(sorted(listed))
    found = fact("wrong-factor", meant=piece.label, wrote=name, path=mark(sheet, piece.label, holders))
    return put(sheet, piece.label, holders, quantity(name, kind_of(name, part.graph))), found


def argument(part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    """Take f' at the value instead of the weighted sum, or at another quantity."""
    chosen = spot(sheet, rng)
    if chosen is None or chosen[0].kind != "derivative":
        return None
    piece, holders = chosen
    name = rng.choice([piece.value, *[n for n in part.graph.definitions if n not in (piece.argument, "E")]])
    call = Call(piece.function, (Name(name),), 1)
    new = replace(piece, label=plain(call), ways=((call,),), argument=name)
    path = mark(sheet, piece.label, holders)
    return put(sheet, piece.label, holders, new), fact(
        "wrong-argument", of=piece.function, meant=piece.argument, wrote=name, path=path
    )


def for_derivative(_part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    chosen = spot(sheet, rng)
    if chosen is None or chosen[0].kind != "derivative":
        return None
    piece, holders = chosen
    call = Call(piece.function, (Name(piece.argument),))
    new = replace(piece, label=plain(call), kind="function", ways=((call,), (Name(piece.value),)))
    path = mark(sheet, piece.label, holders)
    return put(sheet, piece.label, holders, new), fact("function-for-derivative", of=plain(call), path=path)


def one_plus(_part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    chosen = spot(sheet, rng)
    if chosen is None or chosen[0].kind != "derivative" or len(chosen[0].ways) < 3:
        return None
    piece, holders = chosen
    value, call = Name(piece.value), Call(piece.function, (Name(piece.argument),))
    ways = tuple((tree, Sum((ONE, tree))) for tree in (value, call))
    new = replace(piece, label="one-plus", kind="function", ways=ways)
    path = mark(sheet, piece.label, holders)
    return put(sheet, piece.label, holders, new), fact("one-plus", of=piece.value, path=path)


def half_derivative(_part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    """Lose a part of f': y without 1 - y is f for f'; 1 - y without y misses a factor."""
    chosen = spot(sheet, rng)
    if chosen is None or chosen[0].kind != "derivative" or len(chosen[0].ways) < 3:
        return None
    piece, holders = chosen
    new = replace(piece, label="half", kind="function", ways=((minus(ONE, Name(piece.value)),),))
    path = mark(sheet, piece.label, holders)
    return put(sheet, piece.label, holders, new), fact("missing-factor", factor=piece.value, path=path)


def mixed_parts(part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    """y4(1 - y5): the second part from another unit."""
    chosen = spot(sheet, rng)
    if chosen is None or chosen[0].kind != "derivative" or len(chosen[0].ways) < 3:
        return None
    piece, holders = chosen
    choices = [other for other in others_like(piece, part.graph) if len(other.ways) > 2]
    if not choices:
        return None
    other = rng.choice(choices)
    first, second = (piece.value, other.value) if rng.random() < 0.6 else (other.value, piece.value)
    new = replace(piece, label="mixed", kind="function", ways=((Name(first), minus(ONE, Name(second))),))
    path = mark(sheet, piece.label, holders)
    if first == piece.value:
        found = fact("wrong-quantity", meant=f"1 - {piece.value}", wrote=f"1 - {other.value}", path=path)
    else:
        found = fact("wrong-quantity", meant=piece.value, wrote=other.value, path=path)
    return put(sheet, piece.label, holders, new), found


def extra(part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    own = [piece for pieces in sheet.paths for piece in pieces if piece.kind not in ("number", "function")]
    near = [quantity(name, kind_of(name, part.graph)) for name in part.graph.quantities]
    choices = own + [piece for piece in near if piece.kind in ("weight", "input", "value")][:12]
    piece = rng.choice(sorted(choices, key=lambda piece: piece.label))
    rows = tuple((*pieces, piece) for pieces in sheet.paths)
    return replace(sheet, paths=rows), fact("extra-factor", factor=piece.label)


def sign(_part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    if sheet.update:
        return replace(sheet, sign=-sheet.sign), fact("update-sign")
    if len(sheet.signs) > 1 and rng.random() < 0.4:
        place = rng.randrange(len(sheet.signs))
        signs = tuple(-s if index == place else s for index, s in enumerate(sheet.signs))
        return replace(sheet, signs=signs), fact("sign", path=sheet.marks[place])
    return replace(sheet, signs=tuple(-s for s in sheet.signs)), fact("sign")


def turned_error(_part: Part, sheet: Sheet, _rng: Random) -> tuple[Sheet, Fact] | None:
    chosen = [piece for pieces in sheet.paths for piece in pieces if piece.kind == "error"]
    if not chosen or len(chosen) != len(sheet.paths) or len(set(chosen)) > 1 or chosen[0].spoilt:
        return None
    piece = chosen[0]
    new = replace(piece, kind="turned", ways=((minus(Name(piece.argument), Name(piece.function)),),))
    return put(sheet, piece.label, tuple(range(len(sheet.paths))), new), fact("convention", which="z-y")


def plus_error(_part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    chosen = [piece for pieces in sheet.paths for piece in pieces if piece.kind == "error"]
    if not chosen or len(chosen) != len(sheet.paths) or len(set(chosen)) > 1 or chosen[0].spoilt:
        return None
    piece = chosen[0]
    wrong_sum = rng.choice((Sum((Name(piece.function), Name(piece.argument))), Name(piece.function)))
    new = replace(piece, label=plain(wrong_sum), kind="turned", ways=((wrong_sum,),))
    found = fact("wrong-factor", meant=piece.label, wrote=plain(wrong_sum))
    return put(sheet, piece.label, tuple(range(len(sheet.paths))), new), found


def no_two(_part: Part, sheet: Sheet, _rng: Random) -> tuple[Sheet, Fact] | None:
    if not all(any(piece.label == "2" for piece in pieces) for pieces in sheet.paths):
        return None
    return put(sheet, "2", tuple(range(len(sheet.paths))), None), fact("convention", which="missing-2")


def twice(part: Part, sheet: Sheet, _rng: Random) -> tuple[Sheet, Fact] | None:
    half = any(isinstance(node, Number) and node.denominator == 2 for e in part.graph.equations for node in [e.right])
    if half or part.name.startswith("mlp-half"):
        rows = tuple((number(2), *pieces) for pieces in sheet.paths)
        return replace(sheet, paths=rows), fact("convention", which="half-loss")
    rows = tuple((number(2), *pieces) for pieces in sheet.paths)
    return replace(sheet, paths=rows), fact("constant", ratio="2")


def all_hold(sheet: Sheet, kind: str) -> bool:
    return all(any(piece.kind == kind and not piece.spoilt for piece in pieces) for pieces in sheet.paths)


def square_left(part: Part, sheet: Sheet, _rng: Random) -> tuple[Sheet, Fact] | None:
    """(y - z)² left as it is: the loss not differentiated."""
    chosen = {piece for pieces in sheet.paths for piece in pieces if piece.kind == "error"}
    if len(chosen) != 1 or part.name.startswith(("one-hidden", "mlp-half")) or not all_hold(sheet, "error"):
        return None
    piece = chosen.pop()
    everywhere = tuple(range(len(sheet.paths)))
    if not all(any(p.label == "2" for p in pieces) for pieces in sheet.paths):
        return None
    new = replace(piece, kind="turned", ways=((Power(piece.ways[0][0], Number(2)),),))
    changed = put(put(sheet, "2", everywhere, None), piece.label, everywhere, new)
    return changed, fact("not-differentiated", what="E")


def path_lost(part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    if len(sheet.paths) < 2 or sheet.times or sheet.paths != part.sheet.paths or len(set(sheet.signs)) > 1:
        return None
    place = rng.randrange(len(sheet.paths))
    if not sheet.marks[place]:
        return None
    keep = [index for index in range(len(sheet.paths)) if index != place]
    changed = replace(
        sheet,
        paths=tuple(sheet.paths[index] for index in keep),
        signs=tuple(sheet.signs[index] for index in keep),
        marks=tuple(sheet.marks[index] for index in keep) if len(keep) > 1 else ("",),
    )
    return changed, fact("missing-path", through=sheet.marks[place])


def path_twice(part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    if len(sheet.paths) < 2 or sheet.times or sheet.update or len(sheet.paths) < len(part.sheet.paths):
        return None
    place = rng.randrange(len(sheet.paths))
    return replace(
        sheet,
        paths=(*sheet.paths, sheet.paths[place]),
        signs=(*sheet.signs, sheet.signs[place]),
        marks=(*sheet.marks, sheet.marks[place]),
    ), fact("extra-path", through=sheet.marks[place])


def multiplied(part: Part, sheet: Sheet, _rng: Random) -> tuple[Sheet, Fact] | None:
    if len(sheet.paths) != 2 or sheet.update:
        return None
    if sheet != part.sheet:
        return None
    return replace(sheet, times=True), fact("paths-multiplied")


def stopped(part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    """Stop at a quantity on the way: at least two factors are left out at the end."""
    if sheet.update or len(sheet.paths) != 1 or len(sheet.paths[0]) < 5:
        return None
    pieces = sheet.paths[0]
    cut = rng.randrange(2, len(pieces) - 2 + 1)
    last = pieces[cut - 1]
    if last.kind == "derivative":
        at = last.argument
    elif last.kind == "weight":
        unit = next((piece for piece in pieces[cut:] if piece.kind == "derivative"), None)
        if unit is None:
            return None
        at = unit.value
    else:
        return None
    if sheet != part.sheet:
        return None
    return replace(sheet, paths=(pieces[:cut],)), fact("stopped-early", at=at)


def another(part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    """Take the derivative by another parameter, where that is more than one name exchanged."""
    if sheet.update or sheet != part.sheet:
        return None
    choices = []
    for name in part.graph.parameters:
        if name == part.wrt or name not in part.graph.ancestors(part.of):
            continue
        other = gradient_sheet(part.graph, part.of, name)
        if difference(part.sheet, other) > 1:
            choices.append((name, other))
    if not choices:
        return None
    name, other = rng.choice(choices)
    rows = tuple(tuple(replace(piece, spoilt=True) for piece in pieces) for pieces in other.paths)
    other = replace(other, paths=rows)
    return other, fact("other-derivative", quantity=name)


def difference(first: Sheet, second: Sheet) -> int:
    if len(first.paths) != len(second.paths):
        return 9
    pairs = zip(first.paths, second.paths, strict=True)
    return max(len({p.label for p in one} ^ {p.label for p in other}) for one, other in pairs) // 2


def all_derivatives(part: Part, sheet: Sheet, _rng: Random) -> tuple[Sheet, Fact] | None:
    """Write f for f' in every place."""
    found = tuple(dict.fromkeys(p for pieces in sheet.paths for p in pieces if p.kind == "derivative"))
    if len(found) < 2 or set(found) != {p for pieces in part.sheet.paths for p in pieces if p.kind == "derivative"}:
        return None
    calls = {piece: Call(piece.function, (Name(piece.argument),)) for piece in found}
    rows = tuple(
        tuple(
            replace(p, label=plain(calls[p]), kind="function", ways=((calls[p],), (Name(p.value),)))
            if p in calls
            else p
            for p in pieces
        )
        for pieces in sheet.paths
    )
    return replace(sheet, paths=rows), fact("function-for-derivative", of="|".join(sorted(map(plain, calls.values()))))


def rate(_part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    if not sheet.update or sheet.rate != 1:
        return None
    times = rng.choice((0, 2))
    return replace(sheet, rate=times), fact("update-rate", how="missing" if times == 0 else "doubled")


def only_step(_part: Part, sheet: Sheet, _rng: Random) -> tuple[Sheet, Fact] | None:
    if not sheet.update or not sheet.old:
        return None
    return replace(sheet, old=""), fact("update-only-step")


def other_old(part: Part, sheet: Sheet, rng: Random) -> tuple[Sheet, Fact] | None:
    if not sheet.update or not sheet.old:
        return None
    near = {name for e in part.graph.equations if sheet.update in e.uses for name in e.uses}
    choices = sorted(name for name in near if kind_of(name, part.graph) == "weight" and name != sheet.update)
    if not choices:
        return None
    name = rng.choice(choices)
    return replace(sheet, old=name), fact("wrong-quantity", meant=sheet.update, wrote=name)


SLIPS: tuple[Slip, ...] = (
    missing,
    missing,
    wrong,
    wrong,
    wrong,
    foreign,
    argument,
    for_derivative,
    one_plus,
    half_derivative,
    mixed_parts,
    extra,
    sign,
    turned_error,
    plus_error,
    no_two,
    twice,
    square_left,
    path_lost,
    path_twice,
    multiplied,
    stopped,
    another,
    all_derivatives,
    rate,
    only_step,
    other_old,
)


def answer(part: Part, rng: Random, count: int) -> Answer:
    """Draw an answer with ``count`` different mistakes."""
    while True:
        sheet, found = part.sheet, []
        for _ in range(count):
            for _ in range(40):
                drawn = rng.choice(SLIPS)(part, sheet, rng)
                if drawn is not None:
                    sheet = drawn[0]
                    found.append(drawn[1])
                    break
        if len(found) == count and len({code_and_place(one) for one in found}) == count:
            return Answer(part.name, tree_of(part, sheet, rng), frozenset(found))


def code_and_place(found: Fact) -> tuple[str, str]:
    facts = dict(found[1])
    return found[0], facts.get("meant") or facts.get("factor") or facts.get("of") or ""


def used(tree: Tree) -> tuple[str, ...]:
    return names(tree)
