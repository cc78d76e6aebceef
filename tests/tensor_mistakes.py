"""A generator of what students write about networks of tensors: right answers, and wrong ones with known mistakes.

It knows nothing of the diagnosis. A student works back through the network error by error, as the lecture does;
each mistake changes one of those lines (or the same line at every time step), and the answer is what they give
together. Formulas of the forward pass likewise: each equation is a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from student_mistakes import Answer, Fact, fact

from symnn.derivation.matrices import derive_matrix
from symnn.derivation.output_error import with_output_error
from symnn.expressions.tree import (
    Call,
    Derivative,
    Entrywise,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Transpose,
    Tree,
    children,
    mapped,
    names,
    rebuilt,
    substitute,
    walk,
)
from symnn.expressions.writing import plain
from symnn.networks.catalogue import network
from symnn.networks.graph import Graph
from symnn.networks.tensor_builders import birnn, cnn, deep_rnn, gan, rnn
from symnn.networks.tree_shapes import Misfit, shape_of

ONE = Number(1)
ZERO = Number(0)
LONGEST = 260
"""Nobody writes more names and operations than this in one answer."""

Lines = dict[str, Tree]
Slip = tuple[tuple[str, ...], Lines, Fact]
"""The places that a mistake touches, the lines it changes, and what it is called."""


@dataclass(frozen=True)
class Question:
    """A quantity or a gradient that is asked; ``lines`` are the student's steps in order, the last one the answer."""

    name: str
    graph: Graph
    key: Tree
    lines: tuple[tuple[str, Tree], ...]
    terms: tuple[tuple[str, tuple[tuple[str, Tree], ...]], ...] = ()
    backward: bool = True
    shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()


# -- what is asked -----------------------------------------------------------------------------------------


@lru_cache
def graphs() -> dict[str, Graph]:
    catalogue = ("one-hidden-layer-matrix", "conv-3x3", "cnn-x", "cnn", "rnn", "birnn", "deep-rnn", "gan")
    found = {name: network(name).graph for name in catalogue}
    return found | {
        "rnn-tanh": rnn(3).graph,
        "rnn-sigmoid": rnn(2, 3, 2, 1, f="sigmoid").graph,
        "birnn-2": birnn(2, 2, 3, 2).graph,
        "deep-rnn-2": deep_rnn(2, 2).graph,
        "cnn-plain": cnn((4, 4), 1, 2, classes=3, normalized=False).graph,
        "gan-3": gan(3, 3).graph,
    }


LOSSES = {"gan": ("L_D", "L_N", "L_G", "V"), "gan-3": ("L_D", "L_N")}


@lru_cache
def questions() -> tuple[Question, ...]:
    """Every gradient that can be written down, an update rule for some, and every formula of the forward pass."""
    found: list[Question] = []
    for name, graph in graphs().items():
        if name != "conv-3x3":
            found += gradients(name, graph)
        found += formulas(name, graph)
    return tuple(found)


def gradients(name: str, graph: Graph) -> Iterator[Question]:
    for loss in LOSSES.get(name, (None,)):
        larger, of = with_output_error(graph, loss)
        about = [
            *larger.parameters,
            *(other for other, right in larger.definitions.items() if other[0] in "ahsp" and names(right)),
        ]
        for wrt in about:
            if wrt == of or wrt not in larger.ancestors(of):
                continue
            asked = gradient(f"{name}/d{of}/d{wrt}", larger, of, wrt)
            if asked is not None:
                yield asked
                if wrt in larger.parameters:
                    yield update(asked, wrt)


def gradient(name: str, graph: Graph, of: str, wrt: str) -> Question | None:
    derivation = derive_matrix(graph, of, (wrt,))
    ones: Lines = {}
    lines: Lines = {}
    terms: dict[str, tuple[tuple[str, Tree], ...]] = {}
    for error in derivation.errors:
        own = [
            (term.user, without_zeros(without_ones(substitute(term.tree, ones), graph), graph)) for term in error.terms
        ]
        parts = tuple((user, tree) for user, tree in own if tree != ZERO)
        right = joined(Sum, [tree for _, tree in parts])
        if error.name != f"d{of}/d{wrt}" and (right == ONE or isinstance(right, Name)):
            ones[error.name] = right
        else:
            lines[error.name] = right
            terms[error.name] = parts
    last = f"d{of}/d{wrt}"
    if last not in lines or size(inlined(lines, last)) > LONGEST:
        return None
    lines[last] = lines.pop(last)
    lines = {name: right for name, right in lines.items() if name in needed(lines, last)}
    key = Derivative(Name(of), Name(wrt))
    return Question(
        name, graph, key, tuple(lines.items()), tuple(terms.items()), shapes=tuple(derivation.shapes.items())
    )


def needed(lines: Lines, last: str) -> set[str]:
    found = {last}
    for name, right in reversed(lines.items()):
        if name in found:
            found.update(names(right))
    return found


def update(asked: Question, wrt: str) -> Question:
    """One step of gradient descent with the same gradient."""
    last = asked.lines[-1][0]
    step = Product((Name("eta"), Name(last)))
    lines = (*asked.lines, ("new", Sum((Name(wrt), Negative(step)))))
    key = Sum((Name(wrt), Negative(Product((Name("eta"), asked.key)))))
    return Question(f"{asked.name}/update", asked.graph, key, lines, asked.terms, shapes=asked.shapes)


def formulas(name: str, graph: Graph) -> Iterator[Question]:
    for asked in graph.definitions:
        reached = graph.ancestors(asked)
        lines = tuple((e.left, without_zeros(e.right, graph)) for e in graph.equations if e.left in reached)
        if not names(graph.definitions[asked]):
            continue
        yield Question(f"{name}/{asked}", graph, Name(asked), lines, backward=False, shapes=tuple(graph.shapes.items()))


def without_ones(tree: Tree, graph: Graph) -> Tree:
    """Leave factors 1 away, the derivative of the identity among them."""

    def change(node: Tree) -> Tree | None:
        match node:
            case Call(function, _, 1) if function in graph.functions and graph.functions[function].known == "identity":
                return ONE
            case Product(factors) | Entrywise(factors):
                kept = [part for factor in factors if (part := mapped(factor, change)) != ONE]
                return joined(type(node), kept)
        return None

    return mapped(tree, change)


def without_zeros(tree: Tree, graph: Graph) -> Tree:
    """Leave away what is 0 because the recurrence starts there (s_0)."""

    def change(node: Tree) -> Tree | None:
        match node:
            case Name(name) if graph.definitions.get(name) == ZERO:
                return ZERO
            case Transpose(operand) if mapped(operand, change) == ZERO:
                return ZERO
            case Product(factors) | Entrywise(factors) if any(mapped(factor, change) == ZERO for factor in factors):
                return ZERO
            case Sum(terms):
                return joined(Sum, [part for term in terms if (part := mapped(term, change)) != ZERO])
        return None

    return mapped(tree, change)


def joined(kind: type, parts: list[Tree]) -> Tree:
    return ONE if not parts else parts[0] if len(parts) == 1 else kind(tuple(parts))


def size(tree: Tree) -> int:
    count = 0
    for _ in walk(tree):
        count += 1
        if count > LONGEST:
            break
    return count


def inlined(lines: Lines, last: str) -> Tree:
    """Put every line into those that use it."""
    whole: Lines = {}
    for name, right in lines.items():
        if name == last:
            break
        whole[name] = substitute(right, whole)
        if size(whole[name]) > LONGEST:
            return whole[name]
    return substitute(lines[last], whole)


# -- mistakes ----------------------------------------------------------------------------------------------


def label(tree: Tree, asked: Question) -> str:
    """Say what a factor is called: errors as the derivatives that they are."""
    lines = dict(asked.lines)

    def change(node: Tree) -> Tree | None:
        if isinstance(node, Name) and node.name in lines and asked.backward:
            if "/d" in node.name:
                of, wrt = node.name.split("/d")
                return Derivative(Name(of[1:]), Name(wrt))
            unit = node.name.removeprefix("delta_")
            right = asked.graph.definitions.get(unit)
            if isinstance(right, Call):
                return Derivative(
                    asked.key.of if isinstance(asked.key, Derivative) else Name("E"),
                    without_zeros(right.arguments[0], asked.graph),
                )
        return None

    return plain(mapped(tree, change))


def shape(tree: Tree, asked: Question) -> tuple[int, ...]:
    try:
        return shape_of(tree, dict(asked.shapes))
    except Misfit:
        return ()


def neighbours(name: str, graph: Graph, of: str = "") -> list[str]:
    """Quantities of the same kind and shape that one may be taken for: the next step, the other weight."""
    own = graph.quantities.get(name)
    if own is None:
        return []
    position = graph.position
    computed = name in graph.definitions
    listed = [
        other
        for other, known in graph.quantities.items()
        if other != name
        and known.shape == own.shape
        and known.role == own.role
        and (other in graph.definitions) == computed
        and isinstance(graph.definitions.get(other), Call) == isinstance(graph.definitions.get(name), Call)
        and (not of or position.get(other, -1) < position[of])
    ]
    stem = re.sub(r"_?\d+$", "", name)
    family = [other for other in listed if re.sub(r"_?\d+$", "", other) == stem]
    return (family or listed)[:4]


def changes(tree: Tree, asked: Question, of: str) -> Iterator[tuple[str, Tree, Fact]]:
    """Give every slip in one line: where, what the line becomes, what it is called."""
    yield from inside(tree, "", lambda changed: changed, asked, of)


def inside(
    tree: Tree, where: str, put: Callable[[Tree], Tree], asked: Question, of: str
) -> Iterator[tuple[str, Tree, Fact]]:
    for wrong, name in here(tree, asked, of):
        yield where, put(wrong), name
    parts = children(tree)
    for place, part in enumerate(parts):
        if isinstance(tree, Call) and tree.order and isinstance(part, Name):
            continue
        if isinstance(tree, Transpose) and isinstance(part, Name) and part.name in asked.graph.parameters:
            yield from (
                (f"{where}.{place}", put(Transpose(Name(other))), fact("wrong-quantity", meant=part.name, wrote=other))
                for other in neighbours(part.name, asked.graph)[:2]
            )
            continue

        def back(changed: Tree, place: int = place) -> Tree:
            return put(rebuilt(tree, (*parts[:place], changed, *parts[place + 1 :])))

        yield from inside(part, f"{where}.{place}", back, asked, of)


def here(tree: Tree, asked: Question, of: str) -> Iterator[tuple[Tree, Fact]]:
    graph = asked.graph
    match tree:
        case Product(factors):
            yield from in_product(factors, asked)
        case Entrywise(factors):
            for place, factor in enumerate(factors):
                rest = [*factors[:place], *factors[place + 1 :]]
                yield joined(Entrywise, rest), fact("missing-factor", factor=label(factor, asked))
            if sum(map(bool, (shape(factor, asked) for factor in factors))) > 1:
                yield Product(factors), fact("product-kind", of=label(tree, asked))
        case Sum(terms):
            yield from in_sum(terms, asked)
        case Name(name) if name in graph.quantities:
            for other in neighbours(name, graph, "" if asked.backward else of):
                yield Name(other), fact("wrong-quantity", meant=name, wrote=other)
            if len(graph.shapes.get(name, ())) == 2 and name in graph.parameters:
                yield Transpose(tree), fact("transposed", matrix=name)
        case Transpose(Name(name)) if len(graph.shapes.get(name, ())) == 2:
            yield tree.operand, fact("transposed", matrix=name)
        case Call():
            yield from in_call(tree, asked)
        case Quotient(above, Number() as under):
            yield above, fact("missing-factor", factor=f"1/{plain(under)}")


def in_product(factors: tuple[Tree, ...], asked: Question) -> Iterator[tuple[Tree, Fact]]:
    for place, factor in enumerate(factors):
        rest = [*factors[:place], *factors[place + 1 :]]
        if names(factor) and any(names(other) for other in rest):
            yield joined(Product, rest), fact("missing-factor", factor=label(factor, asked))
    if len(factors) == 2 and all(shape(factor, asked) for factor in factors):
        yield Product(factors[::-1]), fact("order", of=label(Product(factors), asked))
        yield Entrywise(factors), fact("product-kind", of=label(Product(factors), asked))


def in_sum(terms: tuple[Tree, ...], asked: Question) -> Iterator[tuple[Tree, Fact]]:
    for place, term in enumerate(terms):
        inner = term.operand if isinstance(term, Negative) else term
        rest = [*terms[:place], *terms[place + 1 :]]
        turned = inner if isinstance(term, Negative) else Negative(inner)
        flipped = Sum((*terms[:place], turned, *terms[place + 1 :]))
        if terms[0] == ONE:
            if place == 1:
                yield inner, fact("complement", of=label(inner, asked))
            continue
        is_bias = isinstance(inner, Name) and inner.name in asked.graph.parameters
        if is_bias:
            yield joined(Sum, rest), fact("bias", bias=plain(inner), how="missing")
            yield flipped, fact("bias", bias=plain(inner), how="sign")
        else:
            yield joined(Sum, rest), fact("missing-term", term=label(term, asked))
            yield flipped, fact("sign", at=label(term, asked))


def in_call(tree: Call, asked: Question) -> Iterator[tuple[Tree, Fact]]:
    graph, arguments = asked.graph, tree.arguments
    match tree.function, tree.order:
        case (function, 1):
            value = Call(function, arguments)
            yield value, fact("function-for-derivative", of=plain(value))
            whole = {n: without_zeros(r, graph) for n, r in graph.definitions.items()}
            units = {n: r for n, r in whole.items() if isinstance(r, Call) and r.function == function}
            own = next((n for n, right in units.items() if right == value), "")
            others = [right.arguments[0] for n, right in units.items() if n != own][:3]
            for other in [*([Name(own)] if own else []), *others]:
                told = fact("wrong-argument", of=function, meant=plain(arguments[0]), wrote=plain(other))
                yield Call(function, (other,), 1), told
        case ("max_pool" | "avg_pool" as function, 0):
            other = "avg_pool" if function == "max_pool" else "max_pool"
            yield Call(other, arguments), fact("pooling-kind", meant=function, wrote=other)
        case ("max_unpool", 0) if isinstance(arguments[1], Name):
            sizes = tuple(map(Number, asked.graph.shapes[arguments[1].name][-2:]))
            shared = Call("avg_unpool", (arguments[0], *sizes, *arguments[2:]))
            yield shared, fact("pooling-error", how="shared")
            yield Product((Number(4), shared)), fact("pooling-error", how="all")
        case ("conv", 0):
            yield Call("conv_flipped", arguments), fact("flipped-kernel")
        case ("rotate", 0):
            yield arguments[0], fact("flipped-kernel", matrix=plain(arguments[0]))
        case ("kernel_error", 0):
            yield Call("rotate", (tree,)), fact("flipped-kernel")
        case ("mean", 0):
            yield Call("sum", arguments), fact("missing-mean", of=label(tree, asked))
        case (function, 0) if function in graph.functions and not asked.backward:
            meant = graph.functions[function].known
            if meant != "identity":
                yield arguments[0], fact("activation-missing", at=plain(without_zeros(arguments[0], graph)))
                other = "tanh" if meant == "sigmoid" else "sigmoid"
                yield Call(other, arguments), fact("activation-wrong", meant=meant, wrote=other)
        case ("relu", 0) if not asked.backward:
            yield arguments[0], fact("activation-missing", at=plain(arguments[0]))


def line_slips(asked: Question, lines: Lines, place: str) -> list[tuple[str, Tree, Fact]]:
    """All slips in one line; terms forgotten in a sum over steps or paths are named by where they come from."""
    found = list(changes(lines[place], asked, place))
    terms = dict(asked.terms).get(place, ())
    if asked.backward and len(terms) > 1:
        found = [slip for slip in found if slip[2][0] != "missing-term" or slip[0]]
        users = [user for user, _ in terms]
        steps = len({family(user) for user in users}) == 1 and len(set(users)) == len(users)
        for at, (user, own) in enumerate(terms):
            rest = [term for n, (_, term) in enumerate(terms) if n != at]
            code = "missing-step" if steps else "missing-path"
            found.append(("", joined(Sum, rest), fact(code, through=user)))
            if len(terms) > 2:
                found.append(("", own, fact("only-step", through=user)))
    if place == "new":
        found = update_slips(asked, lines[place])
    return found


def update_slips(asked: Question, line: Tree) -> list[tuple[str, Tree, Fact]]:
    if line != dict(asked.lines)["new"]:
        return []
    old, step = line.terms[0], line.terms[1].operand
    gradient_alone = step.factors[1]
    return [
        ("", Sum((old, step)), fact("update-sign")),
        ("", Sum((old, Negative(gradient_alone))), fact("update-rate", how="missing")),
        ("", Negative(step), fact("update-only-step")),
        *(
            ("", Sum((Name(other), Negative(step))), fact("wrong-quantity", meant=plain(old), wrote=other))
            for other in neighbours(plain(old), asked.graph)[:2]
        ),
    ]


def family(name: str) -> str:
    return re.sub(r"_\d+", "_t", name)


def general(told: Fact) -> object:
    return told[0], tuple((key, re.sub(r"_\d+", "_t", value)) for key, value in told[1])


def slip(asked: Question, lines: Lines, rng: Random) -> Slip | None:
    """Make one mistake: in one line, or in the same way at every time step."""
    place = rng.choice([name for name in lines if not isinstance(lines[name], Number)])
    choices = line_slips(asked, lines, place)
    if not choices:
        return None
    codes = sorted({told[0] for _, _, told in choices})
    code = rng.choice(codes)
    where, wrong, told = rng.choice([choice for choice in choices if choice[2][0] == code])
    kin = [name for name in lines if family(name) == family(place)] if place != "new" else [place]
    same: dict[str, tuple[str, Tree, Fact]] = {}
    for name in kin:
        for other in line_slips(asked, lines, name):
            if general(other[2]) == general(told) and (
                not other[2][0].startswith("wrong") or shift(other[2]) == shift(told)
            ):
                same.setdefault(name, other)
    if len(same) > 1 and rng.random() < 0.6:
        facts = [other[2] for other in same.values()]
        touched = tuple(f"{name}{other[0]}" for name, other in same.items())
        return touched, {name: other[1] for name, other in same.items()}, together(facts)
    if len(same) > 1 and len({other[2] for other in same.values()}) == 1:
        quantity = place.split("/d", 1)[-1].removeprefix("delta_")
        told = fact(told[0], **dict(told[1]), path=quantity)
    return (f"{place}{where}",), {place: wrong}, told


def shift(told: Fact) -> object:
    """By how many steps the wrong index is off."""
    facts = dict(told[1])
    found = [re.findall(r"_(\d+)", facts.get(key, "")) for key in ("meant", "wrote")]
    return int(found[1][-1]) - int(found[0][-1]) if all(found) else None


def together(facts: list[Fact]) -> Fact:
    """Say what a mistake made at every step is called: each fact once, or all of them."""
    keys = [key for key, _ in facts[0][1]]
    values = {key: sorted({dict(told[1])[key] for told in facts}) for key in keys}
    return fact(facts[0][0], **{key: "|".join(value) for key, value in values.items()})


def answer(asked: Question, rng: Random, count: int) -> Answer | None:
    """Draw an answer with so many mistakes; None where they do not go together."""
    lines: Lines = dict(asked.lines)
    last = asked.lines[-1][0]
    found: list[Fact] = []
    touched: set[str] = set()
    number = rng.random() < 0.12
    for _ in range(count - number):
        made = slip(asked, lines, rng)
        if made is None or any(a.startswith(b) or b.startswith(a) for a in made[0] for b in touched):
            return None
        touched.update(made[0])
        before = lines
        lines = before | made[1]
        if found and inlined(lines, last) == inlined(dict(asked.lines) | made[1], last):
            return None  # the second mistake hides the first
        if inlined(lines, last) == inlined(before, last):
            return None  # the first mistake hides the second
        found.append(made[2])
    factor = rng.choice((-1, 2)) if number else 1
    if number and not asked.backward:
        return None
    if number and factor == -1:
        found.append(fact("sign"))
    elif number and any(Number(2) in walk(right) for right in lines.values()):
        found.append(fact("convention", which="missing-2"))
        factor = 0
    elif number:
        found.append(fact("constant", ratio="2"))
    if len(set(found)) < count:
        return None
    if number and any("1/" in value for _, told in found for _, value in told):
        return None  # two numbers are one
    tree = written(asked, lines, last, rng)
    if size(tree) > LONGEST:
        return None
    return Answer(asked.name, scaled(tree, factor), frozenset(found))


def scaled(tree: Tree, factor: int) -> Tree:
    match factor:
        case -1:
            return Negative(tree)
        case 0:
            return Product((Quotient(ONE, Number(2)), tree))
        case 2:
            return Product((Number(2), tree))
    return tree


def right(asked: Question, rng: Random) -> Tree:
    """Write a right answer in some style."""
    return written(asked, dict(asked.lines), asked.lines[-1][0], rng)


# -- writing -----------------------------------------------------------------------------------------------


def written(asked: Question, lines: Lines, last: str, rng: Random) -> Tree:
    """Write the last line with the others put in, in the style of the day."""
    if asked.backward:
        return styled(inlined(lines, last), asked.graph, rng)
    affected = {name for name, line in asked.lines if lines[name] != line}
    for name, line in asked.lines:
        if affected.intersection(names(line)):
            affected.add(name)

    def expand(node: Tree) -> Tree | None:
        if isinstance(node, Name) and node.name in lines:
            if node.name in affected or rng.random() < 0.15:
                return mapped(lines[node.name], expand)
            return Name(node.name)
        return None

    return mapped(lines[last], expand)


def styled(tree: Tree, graph: Graph, rng: Random) -> Tree:
    """Write f' by its value here and there, ⊙ in another order, and a sum multiplied out."""
    short = rng.random() < 0.4
    values = {without_zeros(right, graph): name for name, right in graph.definitions.items() if isinstance(right, Call)}

    def change(node: Tree) -> Tree | None:
        match node:
            case Call(function, arguments, 1) if short and function in graph.functions:
                value = values.get(Call(function, arguments))
                known = graph.functions[function].known
                if value is not None and known == "sigmoid":
                    return Entrywise((Name(value), Sum((ONE, Negative(Name(value))))))
                if value is not None and known == "tanh":
                    return Sum((ONE, Negative(Entrywise((Name(value), Name(value))))))
            case Entrywise(factors) if rng.random() < 0.3:
                parts = [mapped(factor, change) for factor in factors]
                rng.shuffle(parts)
                return Entrywise(tuple(parts))
            case Product((Sum(terms), Transpose() as last)) if rng.random() < 0.4:
                return Sum(tuple(Product((mapped(term, change), mapped(last, change))) for term in terms))
        return None

    return mapped(tree, change)
