"""What a person sees of a run on a terminal, and what becomes of it after Ctrl-C."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import tox.version as tox_package
from tests.processes import eventually, started
from tests.run.projects import FAIL, PRINT, ini, offline_environ, tox
from tests.run.terminal import ESCAPES, UNSEEDED, on_terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no terminals to be had")

#: for a command that runs until it may end
WAIT = "import pathlib, time\nwhile not pathlib.Path('go').exists(): time.sleep(0.01)\n"
HELD_UP = "commands = python wait.py"
PARALLEL = ini("first", "second", testenv=HELD_UP, second=f"depends = first\ncommands = {FAIL}")
OURS = str(Path(tox_package.__file__).parent)
LONG = [f"environment-with-a-long-name-{number}" for number in range(3)]
#: for a script that says that it runs, and then does not end by itself
SLOW = (
    "import pathlib, sys, time\npathlib.Path(sys.argv[1]).touch()\nprint('is ' + 'ready', flush=True)\ntime.sleep(60)\n"
)
BACKEND = """\
import pathlib, time
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    pathlib.Path("ready").touch()
    time.sleep(60)
def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError
"""
PROJECT = """\
[build-system]
requires = []
build-backend = "slow_backend"
backend-path = ["."]
[project]
name = "demo"
version = "1.0"
"""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a project whose environments are made; one of them fails."""
    folder = tmp_path_factory.mktemp("ready")
    prepare(folder, PARALLEL)
    return folder


def results(lines: list[str]) -> list[str]:
    """Read from the last lines what is told of each environment, and in the end, without times."""
    return [re.split(r" \(\d", line)[0] for line in lines[:-1] if line.startswith("  ")]


def prepare(folder: Path, text: str) -> None:
    """Make the environments, so that what is looked at later is quick."""
    (folder / "slow.py").write_text(SLOW)
    (folder / "wait.py").write_text(WAIT)
    assert tox(folder, "r", "-n", "-qq", env=offline_environ(**UNSEEDED), tox_ini=text).code == 0


def test_progress(ready: Path) -> None:
    """A line that turns shows what runs, and gives way to the results, which are coloured."""
    (ready / "go").unlink(missing_ok=True)
    with on_terminal(ready, "p") as screen:
        screen.expect(r"\[1/2\] first")
        (ready / "go").touch()
        code = screen.end()

    assert code == 1
    assert all(re.fullmatch(r"\S \[[01]/2\]( first| second)?", frame) for frame in screen.frames)
    assert "\x1b[32mfirst: OK ✔ in" in screen.output
    assert "\x1b[32m  first: OK (" in screen.output
    assert "\x1b[31m  second: FAIL code 3 (" in screen.output
    assert "\x1b[31m  evaluation failed :( (" in screen.output
    shown = [re.split(r"> | \(\d| in ", line)[0] for line in screen.lines]
    assert shown[:3] == ["first: OK ✔", "second: commands[0]", "second: exit 3"]
    assert shown[3:] == ["  first: OK", "  second: FAIL code 3", "  evaluation failed :(", ""]


def test_width(tmp_path: Path) -> None:
    """The line that turns never wraps: only the last row of it would be wiped."""
    prepare(tmp_path, ini(*LONG, testenv=HELD_UP))

    for columns in (80, 40):
        (tmp_path / "go").unlink(missing_ok=True)
        with on_terminal(tmp_path, "p", "-p", "all", columns=columns) as screen:
            screen.expect(r"\[3/3\] [^\r]*\.\.\.")
            (tmp_path / "go").touch()
            code = screen.end()

        assert code == 0
        widest = max(screen.frames, key=len)
        assert columns // 2 < len(widest) < columns
        assert widest.endswith("...")
        assert LONG[0][:20] in widest


@pytest.mark.parametrize(
    ("variables", "colors", "turns"),
    [
        pytest.param({}, True, True, id="usual"),
        pytest.param({"NO_COLOR": "1"}, False, True, id="NO_COLOR"),
        pytest.param({"TERM": "dumb"}, False, False, id="dumb"),
        pytest.param({"TERM": "dumb", "FORCE_COLOR": "1"}, True, False, id="dumb, forced"),
        pytest.param({"CI": "1"}, True, False, id="CI"),
    ],
)
def test_variables(variables: dict[str, str], colors: bool, turns: bool, ready: Path) -> None:
    """Who wants no colours, or has a terminal that knows no escape sequences, gets none."""
    (ready / "go").touch()
    with on_terminal(ready, "p", "--no-list-dependencies", variables=variables) as screen:
        code = screen.end()

    found = set(ESCAPES.findall(screen.output))
    assert code == 1
    assert bool(found & {"\x1b[31m", "\x1b[32m"}) is colors
    assert bool(screen.frames) is turns
    assert (found & {"\x1b[K", "\x1b[?25l", "\x1b[?25h"} != set()) is turns


@pytest.mark.parametrize("command", ["r", "p"])
def test_redirected(command: str, tmp_path: Path) -> None:
    """A file gets no escape sequences and no frames, not even of an installer that failed."""
    config = ini("a", "b", testenv=f"commands = {PRINT}", b="deps = x\ninstall_command = python fails.py {packages}")
    (tmp_path / "tox.ini").write_text(config)
    (tmp_path / "fails.py").write_text("import sys\nprint('on out')\nsys.exit('on err')\n")
    env = {name: value for name, value in offline_environ(TERM="xterm", **UNSEEDED).items() if name != "NO_COLOR"}

    done = subprocess.run(
        [sys.executable, "-m", "tox", command], cwd=tmp_path, env=env, capture_output=True, check=False, timeout=100
    )

    assert done.returncode == 1
    assert b"on out" in done.stdout
    assert b"on err" in done.stderr
    assert not set(done.stdout + done.stderr) & set(b"\x1b\r")


def test_output_of_an_installer_that_failed(tmp_path: Path) -> None:
    """In a parallel run it is shown with the rest of its environment, and does not mix with the line that turns."""
    config = ini("a", testenv="deps = x\ninstall_command = python fails.py {packages}")
    (tmp_path / "tox.ini").write_text(config)
    (tmp_path / "fails.py").write_text("import sys\nprint('on out')\nsys.exit('on err')\n")

    with on_terminal(tmp_path, "p", variables={"NO_COLOR": "1"}) as screen:
        code = screen.end()

    assert code == 1
    told = [line for line in screen.lines if "fails.py x" not in line]
    assert told[:2] == ["on out", "on err"]
    assert results(told) == ["  a: FAIL code 1", "  evaluation failed :("]


class Interrupted:
    """A run to interrupt: what it does when that happens, and how far it has come by then."""

    PATIENCE = "interrupt_timeout = 60\n"
    COMMANDS = ini("a", "b", testenv=f"{PATIENCE}commands = python slow.py ready")
    STUBBORN = ini("a", "b", testenv=f"{PATIENCE}commands = python stubborn.py ready")
    INSTALL = ini("a", "b", testenv=f"{PATIENCE}deps = x\ninstall_command = python slow.py ready {{packages}}")
    PACKAGE = f"[tox]\nenv_list = a, b\n[testenv]\npackage = wheel\n[pkgenv]\n{PATIENCE}"


def write(folder: Path, config: str) -> None:
    """Write a project that takes its time."""
    (folder / "tox.ini").write_text(config)
    (folder / "slow.py").write_text(SLOW)
    ignore = "import signal\nfor number in (2, 15): signal.signal(number, signal.SIG_IGN)\n"
    (folder / "stubborn.py").write_text(ignore + SLOW)
    (folder / "slow_backend.py").write_text(BACKEND)
    (folder / "pyproject.toml").write_text(PROJECT)


@pytest.mark.parametrize("command", ["r", "p"])
@pytest.mark.parametrize(
    "config",
    [
        pytest.param(Interrupted.COMMANDS, id="commands"),
        pytest.param(Interrupted.INSTALL, id="installing"),
        pytest.param(Interrupted.PACKAGE, id="packaging"),
    ],
)
def test_interrupted(config: str, command: str, tmp_path: Path) -> None:
    """Ctrl-C ends what runs, whatever it is, and the results are told; no traceback of ours, nothing left behind."""
    write(tmp_path, config)

    with on_terminal(tmp_path, command, "-p1" if command == "p" else "--no-list-dependencies") as screen:
        eventually((tmp_path / "ready").exists)
        screen.interrupt()
        assert screen.end() == 1

    assert "KeyboardInterrupt - teardown started" in screen.output
    files = re.findall(r'File "([^"]*)", line', screen.output)  # the command may have a traceback of its own
    assert not [file for file in files if "pyproject_api" in file or file.startswith(OURS)]
    told = results(screen.lines[-4:])
    assert told == ["  a: FAIL code -2", "  b: FAIL code -3", "  evaluation failed :("], screen.output


@pytest.mark.parametrize("command", ["r", "p"])
def test_interrupted_twice(command: str, tmp_path: Path) -> None:
    """A second Ctrl-C kills what does not heed the first."""
    write(tmp_path, Interrupted.STUBBORN)

    with on_terminal(tmp_path, command, "-p1" if command == "p" else "--no-list-dependencies") as screen:
        eventually((tmp_path / "ready").exists)
        screen.interrupt()
        screen.expect("send SIGINT")
        screen.interrupt()
        assert screen.end() == 1

    assert "interrupted again, forcing full stop" in screen.output
    assert results(screen.lines[-4:]) == ["  a: FAIL code -9", "  b: FAIL code -3", "  evaluation failed :("]


@pytest.mark.parametrize("command", ["r", "p"])
def test_interrupted_while_waiting(command: str, tmp_path: Path) -> None:
    """Who waits for another tox is told so at once, in a parallel run, too, and Ctrl-C ends the wait."""
    prepare(tmp_path, ini("a", testenv="commands = python slow.py ready"))

    with on_terminal(tmp_path, "r") as holder:
        eventually((tmp_path / "ready").exists)
        with on_terminal(tmp_path, command, "-r") as screen:
            screen.expect("a:.* waiting for environment a, used by pid")
            screen.interrupt()
            assert screen.end() == 254
        holder.interrupt()
        assert holder.end() == 254

    assert "interrupted while waiting for environment a" in screen.output
    assert "Traceback" not in screen.output
    assert screen.lines[-3].startswith("  a: FAIL code -2 (")


def test_sign_of_life(tmp_path: Path) -> None:
    """Without a line that turns, whoever watches is told now and then what still runs, live output or not."""
    prepare(tmp_path, ini("a", "b", testenv="commands = python slow.py {env_name}"))
    patience = "from tox.session.cmd.run import common\ncommon._SILENCE = 0.05\n"
    (tmp_path / "toxfile.py").write_text(patience)

    for arguments in (("p",), ("p", "--parallel-live")):
        with started([sys.executable, "-m", "tox", *arguments], cwd=tmp_path, env=offline_environ(**UNSEEDED)) as (
            run,
        ):
            line = run.expect("still running")
            run.send(signal.SIGINT)
            assert run.end() == 1

        assert re.fullmatch(r"still running: a \(0.*, b \(0.*\)\n", line)


def test_help(ready: Path) -> None:
    """Help is as wide as the terminal, so that nothing wraps where it should not."""
    with on_terminal(ready, "run", "--help", columns=80) as screen:
        code = screen.end()

    assert code == 0
    assert 60 < max(len(line) for line in screen.lines if line.startswith("  ")) < 80
