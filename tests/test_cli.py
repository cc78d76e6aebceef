"""The command line as a whole: lazy, helpful in both languages, never a traceback for what the user did."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from symnn.cli import COMMANDS, main, symnn


def run(*arguments, text="", lang="en_US.UTF-8", cwd="."):
    """Run the program in this process, as `process` does in one of its own."""
    runner = CliRunner(env={"LANG": lang, "LC_ALL": None, "LC_MESSAGES": None, "LANGUAGE": None})
    argv, sys.argv = sys.argv, ["symnn", *arguments]
    try:
        with contextlib.chdir(cwd), runner.isolation(input=text) as (out, err, _):
            try:
                main(arguments)
                code = 0
            except SystemExit as ended:
                code = ended.code or 0
            said = [stream.getvalue().decode() for stream in (out, err)]
    finally:
        sys.argv = argv
    return subprocess.CompletedProcess(arguments, code, *said)


def process(*arguments, text="", lang="en_US.UTF-8", cwd=None):
    environment = {"LANG": lang, "PATH": "", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "symnn", *arguments],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        cwd=cwd,
        check=False,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_examples(name, monkeypatch):
    monkeypatch.setattr("sys.argv", ["symnn", name])
    ran = CliRunner().invoke(symnn, [name, "--help"])
    assert ran.exit_code == 0
    assert ran.output.count(f"symnn {name}") >= 2


def test_help_is_wholly_in_the_readers_language():
    chinese = process("--help", lang="zh_CN.UTF-8").stdout
    assert "推导" in chinese
    assert "Usage" not in chinese
    assert "Commands" in run("--help").stdout


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (["--lang", "zh", "networks"], "单个神经元"),
        (["--lang=zh", "-q", "--no-color", "networks"], "单个神经元"),
        (["--lang", "zh", "networks", "--lang", "en"], "One neuron"),
        (["--lang", "zh"], "用法"),
        (["-v", "--help"], "Usage"),
        (["-q", "--version"], "symnn 0."),
    ],
)
def test_what_every_command_has_may_stand_before_the_command(arguments, first):
    ran = run(*arguments)
    assert (ran.returncode, first in ran.stdout.splitlines()[0]) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "en", "zh"),
    [
        (["--json", "networks"], "symnn COMMAND --json", "选项 --json 要写在命令后面"),
        (["derive"], "NETWORK is missing", "缺少 NETWORK"),
        (["derive", "neuron", "--too", "latex"], "there is no option --too; did you mean --to?", "是不是 --to？"),
        (["derive", "neuron", "--wrt"], "the option --wrt needs a value", "选项 --wrt 后面要有值"),
        (["derive", "neuron", "--form", "path"], "--form is one of: paths, deltas, matrix", "paths、deltas、matrix"),
        (["derive", "neuron", "w1", "w2"], "there is: w1, w2", "却看到：w1、w2"),
        (
            ["grade", "a.csv", "--jobs", "0"],
            "--jobs is a whole number, at least 1, at most 256",
            "至少为 1，至多为 256",
        ),
        (["nosuch"], "there is no command 'nosuch'", "没有“nosuch”这个命令"),
    ],
)
def test_options_are_refused_in_the_readers_language(arguments, en, zh):
    for lang, said, other in (("en_US.UTF-8", en, "帮助"), ("zh_CN.UTF-8", zh, "Error")):
        ran = run(*arguments, lang=lang)
        assert ran.returncode == 2
        assert said in ran.stderr
        assert other not in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "text", "code", "said"),
    [
        (["derve", "bp-2-2-1"], "", 2, "did you mean 'derive'"),
        (["derive", "bp-2-2-2"], "", 2, "did you mean 'bp-2-2-1'"),
        (["derive", "bp-2-2-1", "--wrt", "w7"], "", 2, "w7"),
        (["derive", "-"], "a = (w*x\n", 4, "<equations>:1:9"),
        (["derive", "-"], "a = b\nb = a\n", 4, "circle"),
        (["eval", "-"], "a = w*x\n", 2, "w"),
        (["verify", "nosuch/part", "x"], "", 2, "nosuch"),
        (["verify", "bp-2-2-1/nosuch", "x"], "", 2, "nosuch"),
        (["grade", "nosuch.csv"], "", 4, "nosuch.csv"),
        (["compare", "--jsonl", "nosuch.jsonl"], "", 4, "nosuch.jsonl"),
    ],
)
def test_mistakes_get_a_message_and_an_exit_code_but_no_traceback(arguments, text, code, said, tmp_path):
    ran = run(*arguments, text=text, cwd=tmp_path)
    assert ran.returncode == code, ran.stderr
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_doctor_and_completion():
    assert "sympy" in process("doctor").stdout
    assert '"packages"' in process("doctor", "--json").stdout
    assert "_SYMNN_COMPLETE" in process("completion", "bash").stdout


@pytest.mark.parametrize("lang", ["en_US.UTF-8", "zh_CN.UTF-8"])
@pytest.mark.parametrize("leading", [(), ("-q",)])
def test_asked_for_nothing_it_shows_its_help_once_and_no_error(lang, leading):
    bare, helped = process(*leading, lang=lang), process("--help", lang=lang)
    assert (bare.returncode, bare.stdout, bare.stderr) == (0, helped.stdout, "")
    assert bare.stdout.count("symnn [OPTIONS]") == 1


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
@pytest.mark.parametrize(
    "arguments", [["derive", "gan"], ["derive", "neuron", "--to", "latex"], ["networks", "--json"], ["--help"]]
)
def test_a_full_disk_behind_standard_output_is_one_sentence(arguments):
    with FULL.open("w") as full:
        asked = [sys.executable, "-m", "symnn", *arguments]
        ran = subprocess.run(asked, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (4, "symnn: the output could not be written: No space left on device\n")


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
def test_stopped_by_hand_it_says_so_and_nothing_more():
    begun = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    begun["preexec_fn"] = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # a job in the background ignores it
    with subprocess.Popen([sys.executable, "-m", "symnn", "derive", "-"], **begun) as running:
        time.sleep(1)  # it waits for its input
        running.send_signal(signal.SIGINT)
        assert running.stderr.read() == "stopped; what was there before is left as it was\n"
    assert running.returncode == 130
