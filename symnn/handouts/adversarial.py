"""An adversarial network as a document: what each player wants, its gradients and steps, the best discriminator."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from symnn.derivation.matrices import derive_matrix
from symnn.derivation.stationary import Stationary, best_discriminator, value_at_equilibrium
from symnn.expressions.tree import Call, Derivative, Name, Number, Tree
from symnn.handouts.checked import checked_blocks
from symnn.handouts.document import Block, Document, Heading, Prose, ProseFact, source_line
from symnn.handouts.equations import functions
from symnn.handouts.matrix_document import Written
from symnn.handouts.matrix_page import MatrixView
from symnn.handouts.pictures.diagram import Diagram, diagram
from symnn.networks.network import Network, Player
from symnn.notation.boxes import Script, Sign
from symnn.notation.items import Aligned, Line, Piece, expression, one_piece
from symnn.notation.layout import symbols_of
from symnn.notation.symbols import symbol

__all__ = ["adversarial_document"]

BOTH = 2


def adversarial_document(
    network: Network, sides: tuple[Player, ...], view: MatrixView, *, whole: bool = True
) -> Document:
    """Lay out an adversarial network: forward pass, each side's gradients and updates; of the ``whole`` the best D."""
    graph = network.graph
    parts = [Written(derive_matrix(graph, side.loss, side.parameters), view.numbers) for side in sides]
    blocks: list[Block] = [view.title] if view.title else []
    blocks += source_line(view.source)
    blocks += [
        *parts[0].head(view.given, _boxed(network, sides)),
        *parts[0].forward(),
        *_game(network),
        *functions(graph, proved=view.full),
    ]
    symbols = dict(symbols_of(graph))
    for side, part in zip(sides, parts, strict=True):
        symbols |= part.all_symbols
        blocks += [*_wants(network, side), *part.errors(), *part.gradients()]
        blocks += part.updates() if view.update or view.full else ()
    blocks += _best(best_discriminator()) if whole else ()
    best = {"D^*": Script(symbol("D"), above=Sign("*"))}
    if view.check:
        table = [one for part in parts for one in part.differences()]
        blocks += checked_blocks(view.check, table)
    return Document(tuple(blocks), {**symbols, **best})


def _boxed(network: Network, sides: tuple[Player, ...]) -> Diagram:
    """Draw the players in their boxes; grey is whose loss the page does not derive."""
    drawn, acting = diagram(network.graph, network.players), {side.name for side in sides}
    return replace(drawn, frames=tuple(replace(one, rests=one.name not in acting) for one in drawn.frames))


def _game(network: Network) -> Iterator[Block]:
    """Say what the players play for, where the network has the deck's V."""
    if "V" in network.graph.definitions and len(network.players) == BOTH:
        first, second = network.players
        facts: dict[str, ProseFact] = {"whole": Piece(Name("V")), "first": first.name, "second": second.name}
        yield Prose("game-explained", facts)


def _wants(network: Network, side: Player) -> Iterator[Block]:
    """Say what a player makes small, and by what; what is no player's has no such sentence."""
    for player in network.players:
        if player.name == side.name:
            yield Heading("head-player", {"player": player.name, "loss": Piece(Name(player.loss))})
            weights = tuple(Piece(Name(name)) for name in player.parameters)
            facts: dict[str, ProseFact] = {"player": player.name, "loss": Piece(Name(player.loss)), "weights": weights}
            yield Prose("player-explained", facts)


def _best(best: Stationary) -> Iterator[Block]:
    """Write how the best discriminator comes out, step by step."""
    output = Name(best.variable)
    yield Heading("head-best-discriminator")
    v, whole, x = Name("v"), Name("V"), Name("x")
    at_x = Piece(Call(best.variable, (x,)))
    facts = {"output": Piece(output), "at": at_x, "value": Piece(v), "whole": Piece(whole), "x": Piece(x)}
    yield Prose("best-discriminator-explained", facts)
    second = Derivative(Derivative(v, output), output)
    yield Aligned(
        (
            _line(v, best.of),
            Line(one_piece(Derivative(v, output)), (expression(best.slope), one_piece(Number(0)))),
            Line(expression(best.cleared), (one_piece(Number(0)),)),
            _line(Name("D^*"), best.point),
            Line(one_piece(second), (expression(best.curvature),)),
        )
    )
    yield Prose("best-discriminator-maximum", {"bent": Piece(best.bent)})
    level = value_at_equilibrium()
    perfect = {"data": Piece(Name("p_data")), "generated": Piece(Name("p_g")), "whole": Piece(whole)}
    yield Prose("equilibrium-explained", perfect)
    yield Aligned(
        (
            _line(Name("D^*"), level["D"]),
            _line(v, level["put_in"], level["integrand"]),
            _line(whole, level["integral"], level["V"]),
        )
    )


def _line(left: Tree, *steps: Tree) -> Line:
    return Line(one_piece(left), tuple(expression(step) for step in steps))
