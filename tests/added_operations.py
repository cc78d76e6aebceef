"""Two operations that the program does not have, and their walk through all of it: run in a copy of the tree.

``python added_operations.py add TREE`` writes their records into the copy; ``python added_operations.py walk FOLDER``,
with the copy on the path, uses them everywhere and fails where something does not know them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCALAR = """
    Operation(
        name="gauss",
        value=lambda m, a: m.exp(-(a * a)),
        partials=lambda v, a: ((minus(TWO), a, v),),
        definition=lambda a: call(named.EXP, minus(power(a, TWO))),
        numpy="np.exp(-({0} ** 2))",
        sign="gauss",
        words=("bell",),
        role="activation",
        confusable=(named.SIGMOID,),
    ),
    Operation(
        name="gudermann",
        value=lambda m, a: m.number(2, 1) * m.atan(m.tanh(a * m.number(1, 2))),
        partials=lambda _v, a: ((over(ONE, call(named.COSH, a)),),),
        definition=lambda a: times(TWO, call(named.ATAN, call(named.TANH, over(a, TWO)))),
        numpy="2 * np.arctan(np.tanh({0} / 2))",
        sign="gd",
        words=("gd",),
        trend=1,
        parity=-1,
        anchor=ORIGIN,
    ),
)
"""
TENSOR = """
def _logarithms(a: Array, over: tuple[int, ...]) -> Array:
    import numpy as np

    return np.log(np.exp(a).mean(axis=over)) if over else a


def _logmeanexp(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    return single(call(named.LOG, _mean(grids[0].each(lambda cell: call(named.EXP, cell)).cells)))


def _summed_up(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    cells = grids[0].cells
    return Grid(grids[0].shape, tuple(total(cells[: place + 1]) for place in range(len(cells))))


def _summed_down(_c: TensorCall, grids: tuple[Grid, ...]) -> Grid:
    cells = grids[0].cells
    return Grid(grids[0].shape, tuple(total(cells[place:]) for place in range(len(cells))))


def _column(c: TensorCall) -> Shape:
    if len(c.shapes[0]) != 1:
        raise Unfit("shape-no-matrix", shape=written(c.shapes[0]))
    return c.shapes[0]


REDUCTIONS = (
    *REDUCTIONS,
    Operation(
        name="logmeanexp",
        shape=lambda _c: (),
        entries=_logmeanexp,
        pullback=lambda c, delta, _v: (product((delta, call(named.SOFTMAX, c.arguments[0]))),),
        kernel=lambda c, arrays, _t: _logarithms(arrays[0], all_axes(c.shapes[0])),
        tensor_numpy="np.log(np.mean(np.exp({0}), axis={over}))",
        sign="LME",
        words=("LME",),
        confusable=(named.SUM, named.MEAN),
    ),
    Operation(
        name="cumsum",
        shape=_column,
        entries=_summed_up,
        pullback=lambda _c, delta, _v: (call("cumsum_back", delta),),
        kernel=lambda _c, arrays, _t: arrays[0].cumsum(axis=-1),
        tensor_numpy="np.cumsum({0}, axis=-1)",
        sign="cumsum",
    ),
    Operation(
        name="cumsum_back",
        shape=_column,
        entries=_summed_down,
        pullback=lambda _c, delta, _v: (call("cumsum", delta),),
        kernel=lambda _c, arrays, _t: arrays[0][..., ::-1].cumsum(axis=-1)[..., ::-1],
        tensor_numpy="np.cumsum({0}[..., ::-1], axis=-1)[..., ::-1]",
        sign="cumsum'",
    ),
)
"""

NUMBERS = """a = w*x + b
y = gauss(a)
E = (y - z)^2
"""
AREAS = """a = w*x
E = (gudermann(a) - z)^2
"""
TENSORS = """h = W x + b
s = logmeanexp(h)
E = (s - z)^2
"""
SUMS = """h = W x
c = cumsum(h)
E = squared_error(c, z)
"""
RUN = """
import json
import {program} as program
import numpy as np
given = {{name: np.asarray(one) if isinstance(one, list) else one for name, one in json.loads({point}).items()}}
run = getattr(program, "at_one_point", None) or program.step
_, gradients = run(given)
print(json.dumps({{name: np.asarray(one).tolist() for name, one in gradients.items()}}))
"""
FORMATS = ("text", "latex", "markdown", "html", "typst", "json", "python")


def add(tree: Path) -> None:
    """Write the records, and nothing else, into a copy of the tree."""
    numbers = tree / "symnn" / "ops" / "activations.py"
    text = numbers.read_text(encoding="utf-8").rstrip()
    numbers.write_text(text.removesuffix(")") + SCALAR.lstrip("\n"), encoding="utf-8")
    tensors = tree / "symnn" / "ops" / "reductions.py"
    tensors.write_text(tensors.read_text(encoding="utf-8") + "\n" + TENSOR, encoding="utf-8")


def model(folder: Path, name: str, equations: str, **fields: str) -> Path:
    """Write a network file."""
    head = "".join(f"{field}: {said}\n" for field, said in fields.items())
    body = "".join(f"  {line}\n" for line in equations.splitlines())
    file = folder / f"{name}.yaml"
    title = "{zh: 新, en: new}"
    file.write_text(f"symnn: 1\nnetwork: {name}\ntitle: {title}\n{head}equations: |\n{body}", encoding="utf-8")
    return file


def exercise(folder: Path, name: str, network: Path, **answers: str) -> Path:
    """Write an exercise with one formula part for each answer."""
    file = folder / f"ask-{name}.yaml"
    ask = "{zh: 求, en: Find}"
    parts = "".join(
        f"  - id: {part}\n    kind: formula\n    points: 1\n    ask: {ask}\n    answer: {answer}\n"
        for part, answer in answers.items()
    )
    head = f"symnn: 1\nid: ask-{name}\ntitle: {ask}\nuse: {network}\nprompt: {ask}\nparts:\n"
    file.write_text(head + parts, encoding="utf-8")
    return file


def asked(*arguments: str) -> tuple[str, int]:
    """Run a command; an exception is no answer."""
    from click.testing import CliRunner

    from symnn.cli import symnn as command

    found = CliRunner().invoke(command, list(arguments))
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.output, found.exit_code


def said(target: str, answer: str) -> tuple[str, list[str]]:
    """Grade one answer: the verdict and the codes of what is said about it."""
    output, _ = asked("verify", target, answer, "--json")
    result = json.loads(output)
    for finding in result["findings"]:
        assert finding["message"], finding
    return result["verdict"], [finding["code"] for finding in result["findings"]]


def printed(file: Path, point: dict, sign: str) -> None:
    """Print every format; the program that is printed runs and gives the gradient."""
    import symnn

    for form in FORMATS:
        output, code = asked("derive", str(file), "--to", form)
        assert code == 0, (form, output)
        if form in {"latex", "markdown"}:
            assert sign in output, (form, output)
    output, code = asked("derive", str(file), "--check")
    assert code == 0, output
    program = file.with_suffix(".py")
    program.write_text(asked("derive", str(file), "--to", "python")[0], encoding="utf-8")
    source = RUN.format(program=program.stem, point=json.dumps(json.dumps(point)))
    ran = subprocess.run([sys.executable, "-c", source], cwd=file.parent, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    near(json.loads(ran.stdout), symnn.network(str(file)).gradient(point))


def near(found: dict, expected: dict) -> None:
    """Compare gradients by name."""
    import numpy as np

    for name, one in found.items():
        np.testing.assert_allclose(one, expected[name], rtol=1e-9, atol=1e-12, err_msg=name)


def computed(file: Path, point: dict, batch: dict) -> None:
    """Compare the gradient with central differences, the compiled step at a point, and a batch row by row."""
    import numpy as np

    import symnn

    net = symnn.network(str(file))
    at = {name: np.asarray(given, dtype=float) for name, given in point.items()}
    exact = net.gradient(point)
    for name in exact:
        slopes = np.zeros_like(at[name])
        for place in np.ndindex(at[name].shape):
            up, down = at[name].copy(), at[name].copy()
            up[place] += 1e-6
            down[place] -= 1e-6
            change = net.evaluate({**at, name: up})["E"] - net.evaluate({**at, name: down})["E"]
            slopes[place] = change / 2e-6
        np.testing.assert_allclose(exact[name], slopes, rtol=1e-5, atol=1e-7, err_msg=name)
    step = net.compile()
    values, gradients = step(point)
    near({name: gradients[name] for name in exact}, exact)
    assert np.isclose(values["E"], net.evaluate(point)["E"])
    values, gradients = step({**point, **batch})
    rows = [
        step({**point, **{name: given[row] for name, given in batch.items()}})
        for row in range(len(next(iter(batch.values()))))
    ]
    np.testing.assert_allclose(values["E"], [row["E"] for row, _ in rows])
    for name in exact:
        if name not in batch:
            np.testing.assert_allclose(gradients[name], sum(slopes[name] for _, slopes in rows), err_msg=name)


def scalar(folder: Path) -> None:
    """Walk the operation of numbers."""
    import numpy as np

    import symnn

    file = model(folder, "bells", NUMBERS, parameters="[w, b]", inputs="[x]", targets="[z]")
    point = {"w": 0.7, "x": 0.4, "b": 0.3, "z": 0.2}
    computed(file, point, {"x": np.array([0.1, -0.9]), "z": np.array([0.0, 1.0])})
    printed(file, point, r"\operatorname{gauss}")
    net = symnn.network(str(file))
    assert net.evaluate(point, digits=20)["y"].startswith("0.7143373137")
    for one, other in (
        ("gauss(a)", "exp(-a^2)"),
        ("Gauss(a)", r"\operatorname{gauss}\left(a\right)"),
        ("bell(a)", "gauss(-a)"),
        ("gauss'(a)", "-2 a gauss(a)"),
        ("log(gauss(a))", "-a^2"),
        ("diff(E, w)", "-4 (y - z) a y x"),
    ):
        assert symnn.compare(one, other, network=net).equal is True, (one, other)
    assert symnn.compare("gauss(a)", "sigmoid(a)", network=net).equal is False
    asks = exercise(folder, "bells", file, dw="diff(E, w)", y="gauss(w*x + b)")
    assert asked("check", str(asks))[1] == 0
    for part, answer, code in (
        ("dw", "2(y-z)*gauss(a)*x", "function-for-derivative"),
        ("dw", "2(y-z)*x", "missing-factor"),
        ("dw", "2(y-z)*y*(1-y)*x", "activation-wrong"),
        ("dw", "2(y-z)*sigmoid'(a)*x", "activation-wrong"),
        ("y", "w*x + b", "activation-missing"),
        ("y", "sigmoid(w*x + b)", "activation-wrong"),
    ):
        verdict, codes = said(f"{asks}/{part}", answer)
        assert verdict == "wrong", (answer, verdict)
        assert code in codes, (answer, codes)
    assert said(f"{asks}/dw", "2(y-z)*bell'(a)*x") == ("correct", [])
    file = model(folder, "areas", AREAS, parameters="[w]", inputs="[x]", targets="[z]")
    point = {"w": 0.7, "x": 0.4, "z": 0.2}
    computed(file, point, {"x": np.array([0.1, -0.9]), "z": np.array([0.0, 1.0])})
    printed(file, point, r"\operatorname{gd}")
    for one, other in (
        ("gudermann(a)", "2 atan(tanh(a/2))"),
        ("sign(gd(a))", "sign(a)"),
        ("gd(-a)", "-gd(a)"),
    ):
        assert symnn.compare(one, other, network=symnn.network(str(file))).equal is True, (one, other)
    built = symnn.networks.mlp([2, 3, 1], activation="gauss")
    assert "gauss" in built.compile().source or "exp" in built.compile().source
    shapes = "{W: 3x2, x: 2, b: 3}"
    file = model(
        folder, "entries", "h = gauss(W x + b)\nE = sum(h)\n", shapes=shapes, parameters="[W, b]", inputs="[x]"
    )
    point = {"W": [[0.0, 0.2], [0.4, 0.6], [0.8, 1.0]], "x": [0.5, -0.3], "b": [0.1, 0.2, 0.3]}
    computed(file, point, {"x": np.array([[0.5, -0.3], [1, 2.0]])})
    printed(file, point, r"\operatorname{gauss}")


def tensor(folder: Path) -> None:
    """Walk the operations of tensors."""
    import numpy as np

    import symnn

    shapes = "{W: 3x2, x: 2, b: 3}"
    file = model(folder, "logs", TENSORS, shapes=shapes, parameters="[W, b]", inputs="[x]", targets="[z]")
    point = {"W": [[0.0, 0.2], [0.4, 0.6], [0.8, 1.0]], "x": [0.5, -0.3], "b": [0.1, 0.2, 0.3], "z": 1.0}
    computed(file, point, {"x": np.array([[0.5, -0.3], [1, 2.0]]), "z": np.array([1.0, 2.0])})
    printed(file, point, r"\operatorname{LME}")
    net = symnn.network(str(file))
    for one, other in (
        ("logmeanexp(h)", "log((exp(h_1) + exp(h_2) + exp(h_3))/3)"),
        ("LME(h)", r"\operatorname{LME}\left(h\right)"),
        ("diff(E, W)", "2(s - z) softmax(h) x^T"),
    ):
        assert symnn.compare(one, other, network=net).equal is True, (one, other)
    asks = exercise(folder, "logs", file, dW="diff(E, W)", s="logmeanexp(W x + b)")
    assert asked("check", str(asks))[1] == 0
    for part, answer, code in (
        ("dW", "2(s-z) x softmax(h)^T", "shape"),
        ("dW", "(s-z) softmax(h) x^T", "convention"),
        ("s", "logmeanexp(W x)", "bias"),
        ("s", "W x + b", "shape"),
        ("s", "sum(W x + b)", "operation-wrong"),
    ):
        verdict, codes = said(f"{asks}/{part}", answer)
        assert verdict != "correct", answer
        assert code in codes, (answer, codes)
    file = model(folder, "sums", SUMS, shapes="{W: 3x2, x: 2, z: 3}", parameters="[W]", inputs="[x]", targets="[z]")
    point = {"W": [[0.0, 0.2], [0.4, 0.6], [0.8, 1.0]], "x": [0.5, -0.3], "z": [0.1, 0.2, 0.3]}
    computed(file, point, {"x": np.array([[0.5, -0.3], [1, 2.0]])})
    printed(file, point, r"\operatorname{cumsum}")
    verdict = symnn.compare("cumsum(h)", "[h_1, h_1 + h_2, h_1 + h_2 + h_3]", network=symnn.network(str(file)))
    assert verdict.equal is True


if __name__ == "__main__":
    what, place = sys.argv[1], Path(sys.argv[2])
    {"add": add, "scalar": scalar, "tensor": tensor}[what](place)
