"""An adversarial network as a document: what each player wants, its gradients and steps, the best discriminator."""

from __future__ import annotations

from collections.abc import Iterator

from symnn.derivation.matrices import derive_matrix
from symnn.derivation.stationary import Stationary, best_discriminator, value_at_equilibrium
from symnn.language.tree import Derivative, Name, Number, Tree
from symnn.networks.network import Network, Player
from symnn.rendering.document import Aligned, Block, Document, Heading, Line, Piece, Prose
from symnn.rendering.equations import convention_sentences, functions
from symnn.rendering.expressions import expression, one_piece
from symnn.rendering.matrices import MatrixView, Written

__all__ = ["adversarial_document"]


def adversarial_document(network: Network, view: MatrixView) -> Document:
    """Lay out an adversarial network: forward pass, each player's gradients and updates, the best D."""
    graph = network.graph
    parts = [Written(derive_matrix(graph, player.loss, player.parameters), view.numbers) for player in network.players]
    blocks: list[Block] = [view.title] if view.title else []
    if view.source:
        blocks.append(Prose("source-of-network", {"source": view.source}))
    blocks += [*parts[0].forward(), *functions(graph), *convention_sentences(graph)]
    symbols = dict(graph.symbols)
    for player, part in zip(network.players, parts, strict=True):
        symbols |= part.symbols
        blocks += [*_wants(player), *part.errors(), *part.gradients(), *part.updates()]
    blocks += _best(best_discriminator())
    names = {"p_data": r"p_{\mathrm{data}}", "p_g": "p_g", "eta": r"\eta", "D^*": "D^{*}"}
    return Document((*blocks, *view.checked), {**symbols, "k": "k", **names})


def _wants(player: Player) -> Iterator[Block]:
    yield Heading("head-player", {"player": player.name, "loss": Piece(Name(player.loss))})
    weights = tuple(Piece(Name(name)) for name in player.parameters)
    yield Prose("player-explained", {"player": player.name, "loss": Piece(Name(player.loss)), "weights": weights})


def _best(best: Stationary) -> Iterator[Block]:
    """Write how the best discriminator comes out, step by step."""
    output = Name(best.variable)
    yield Heading("head-best-discriminator")
    yield Prose("best-discriminator-explained", {"output": Piece(output)})
    v = Name("v")
    second = Derivative(Derivative(v, output), output)
    yield Aligned(
        (
            _line(v, best.of),
            Line(one_piece(Derivative(v, output)), (expression(best.slope), one_piece(Number(0)))),
            _line(Name("D^*"), best.point),
            Line(one_piece(second), (expression(best.curvature),)),
        )
    )
    yield Prose("best-discriminator-maximum", {"bent": Piece(best.bent)})
    level = value_at_equilibrium()
    yield Prose("equilibrium-explained", {"data": Piece(Name("p_data")), "generated": Piece(Name("p_g"))})
    yield Aligned((_line(Name("D^*"), level["D"]), _line(v, level["integrand"]), _line(Name("V"), level["V"])))


def _line(left: Tree, right: Tree) -> Line:
    return Line(one_piece(left), (expression(right),))
