"""Runs that somebody ends."""

from __future__ import annotations

import json
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from tests.processes import Child, eventually, started
from tests.run.projects import ini, offline_environ, tox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: what the system says of a command that Ctrl-C has ended
BY_INTERRUPT = 0xC000013A if sys.platform == "win32" else -signal.SIGINT
WAIT = 'python -u -c \'import time; print("re" + "ady"); time.sleep(60)\''
POST = "python -c 'print(\"post\")'"
STUBBORN = (
    'python -u -c \'import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (2, 15)]; print("re" + "ady"); '
    "time.sleep(60)'"
)
TOX = [sys.executable, "-m", "tox"]


def config(*lines: str) -> str:
    """Write a configuration of two environments, whose commands get the time to end when they are interrupted."""
    return ini("a", "b", testenv="\n".join([*lines, "interrupt_timeout = 60"]))


def prepare(folder: Path, text: str) -> dict[str, str]:
    """Make the environments; what is interrupted later is the commands."""
    assert tox(folder, "r", "-n", "-qq", tox_ini=text).code == 0
    return offline_environ()


@pytest.mark.parametrize(
    ("end", "code"),
    [
        pytest.param(Child.interrupt, 1, id="INT"),
        pytest.param(
            Child.terminate,
            143,
            id="TERM",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="no process can ask another one there to end"),
        ),
    ],
)
def test_interrupted(end: Callable[[Child], None], code: int, tmp_path: Path) -> None:
    """The command is stopped, nothing more starts, results are told and written."""
    env = prepare(tmp_path, config(f"commands = {WAIT}", f"commands_post = {POST}"))

    with started([*TOX, "r", "--result-json", "r.json"], cwd=tmp_path, env=env) as (run,):
        run.expect("ready")
        end(run)
        assert run.end() == code

    assert "teardown started" in run.output
    assert "post" not in [line.strip() for line in run.output.splitlines()]
    assert [line.split(" (")[0] for line in run.output.splitlines()[-3:]] == [
        f"  a: FAIL code {BY_INTERRUPT}",
        "  b: FAIL code -3",
        "  evaluation failed :(",
    ]
    assert json.loads((tmp_path / "r.json").read_text())["testenvs"]["a"]["result"]["exit_code"] == BY_INTERRUPT


def test_interrupted_alone(tmp_path: Path) -> None:
    """An interrupt that ends the only command is what tox ends with, too."""
    env = prepare(tmp_path, config(f"commands = {WAIT}"))

    with started([*TOX, "r", "-e", "a"], cwd=tmp_path, env=env) as (run,):
        run.expect("ready")
        run.interrupt()
        assert run.end() == 254


def test_interrupted_at_the_start(tmp_path: Path) -> None:
    """A command that starts just when somebody interrupts is stopped as well."""
    env = prepare(tmp_path, config(f"commands = {WAIT}"))

    with started([*TOX, "r"], cwd=tmp_path, env=env) as (run,):
        run.expect("commands[0]")
        run.interrupt()
        assert run.end() == 1


def test_post_commands(tmp_path: Path) -> None:
    """Commands to clean up run after an interrupt when the user wants that."""
    lines = (f"commands = {WAIT}", f"commands_post = {POST}", "interrupt_post_commands = true")
    env = prepare(tmp_path, config(*lines))

    with started([*TOX, "r"], cwd=tmp_path, env=env) as (run,):
        run.expect("ready")
        run.interrupt()
        assert run.end() == 1

    assert "post" in run.output.splitlines()


def test_second_interrupt(tmp_path: Path) -> None:
    """Whoever interrupts again has no more patience, not for commands to clean up either."""
    lines = (f"commands = {STUBBORN}", f"commands_post = {POST}", "interrupt_post_commands = true")
    env = prepare(tmp_path, config(*lines))

    with started([*TOX, "r"], cwd=tmp_path, env=env) as (run,):
        run.expect("ready")
        run.interrupt()
        run.expect("wait 60.00 seconds")
        run.interrupt()
        assert run.end() == 1

    assert "forcing full stop" in run.output
    assert "post" not in run.output.splitlines()


def test_parallel(tmp_path: Path) -> None:
    """All environments that run are stopped."""
    env = prepare(tmp_path, config('commands = python -c \'import time; open("{env_name}.txt", "w"); time.sleep(60)\''))

    with started([*TOX, "p"], cwd=tmp_path, env=env) as (run,):
        eventually(lambda: all((tmp_path / f"{name}.txt").exists() for name in "ab"))
        run.interrupt()
        assert run.end() == 1

    assert [f"{name}: FAIL code {BY_INTERRUPT}" in run.output for name in "ab"] == [True, True]


@pytest.mark.parametrize(
    ("names", "ends_with", "code"),
    [
        pytest.param("a", 0, 0, id="well"),
        pytest.param("a", 3, 3, id="by-itself"),
        pytest.param("a,b", 0, 1, id="before-others"),
        pytest.param("a,b", 3, 1, id="by-itself-before-others"),
    ],
)
def test_command_that_ends_by_itself(names: str, ends_with: int, code: int, tmp_path: Path) -> None:
    """What a command makes of an interrupt counts as ever; environments that did not start have failed."""
    (tmp_path / "w.py").write_text(
        "import signal, sys, time\nsignal.signal(signal.SIGINT, lambda *_: sys.exit(int(sys.argv[1])))\n"
        "print('re' + 'ady', flush=True)\ntime.sleep(60)\n"
    )
    env = prepare(tmp_path, config("commands = python -u w.py {posargs}"))

    with started([*TOX, "r", "-e", names, "--", str(ends_with)], cwd=tmp_path, env=env) as (run,):
        run.expect("ready")
        run.interrupt()
        assert run.end() == code


@pytest.mark.parametrize(
    "sign",
    [
        "SIGTERM",
        pytest.param("SIGBREAK", marks=pytest.mark.skipif(sys.platform != "win32", reason="there is none elsewhere")),
    ],
)
def test_last_moment(tmp_path: Path, sign: str) -> None:
    """A SIGTERM counts until the run is over, also when the system hands it to the thread of the environment."""
    env = prepare(tmp_path, config(f"commands = {POST}"))
    hook = f"    signal.raise_signal(signal.{sign})"
    lines = ["import signal", "from tox.plugin import impl", "@impl", "def tox_env_teardown():", hook, ""]
    (tmp_path / "toxfile.py").write_text("\n".join(lines))

    with started([*TOX, "r", "-e", "b"], cwd=tmp_path, env=env) as (run,):
        assert run.end() == 143

    assert [line.split(" (")[0] for line in run.output.splitlines()[-2:]] == ["  b: OK", "  evaluation failed :("]
