"""Several tox processes in one run environment, put in order by what they print."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.processes import KILLED, Child, started
from tests.wheels import offline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOX = [sys.executable, "-m", "tox"]
#: says that it runs, and goes on when it is told to
WAIT = """\
import pathlib, sys, time
out = pathlib.Path(sys.argv[1])
print("RUNNING", flush=True)
while not out.exists():
    time.sleep(0.01)
print("DONE", flush=True)
"""
#: an installer that says that it installs, and goes on when it is told to
INSTALL = """\
import pathlib, sys, sysconfig, time
pathlib.Path(sysconfig.get_path("purelib"), "half.py").touch()
pathlib.Path("installing").touch()
while not pathlib.Path("install-on").exists():
    time.sleep(0.01)
pathlib.Path(sysconfig.get_path("purelib"), "whole.py").touch()
"""


@pytest.fixture
def env(tmp_path: Path, links: Path) -> dict[str, str]:
    """Return variables for processes that install from wheels made by hand."""
    return offline(links, tmp_path / "home", PYTHONUNBUFFERED="1")


def write(root: Path, *lines: str) -> None:
    (root / "wait.py").write_text(WAIT, encoding="utf-8")
    (root / "install.py").write_text(INSTALL, encoding="utf-8")
    text = ["[tox]", "no_package = true", "env_list = a", "[testenv]", "interrupt_timeout = 0.1", *lines, ""]
    (root / "tox.ini").write_text("\n".join(text), encoding="utf-8")


def record(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((root / ".tox" / "a" / ".tox-info.json").read_text(encoding="utf-8"))
    return loaded


def test_two_cold_runs_create_once(tmp_path: Path, env: dict[str, str]) -> None:
    """The second one finds the environment that the first has made."""
    write(tmp_path, "deps = apple", "commands = python -c 'import apple; print(\"apple\", apple.VERSION)'")
    command = [*TOX, "r", "-vv"]

    with started(command, command, cwd=tmp_path, env=env) as both:
        codes = [one.end() for one in both]

    assert codes == [0, 0], [one.output for one in both]
    outputs = [one.output for one in both]
    assert all("apple 2.0" in output for output in outputs)
    assert sum("install_deps>" in output for output in outputs) == 1


def test_warm_runs_go_side_by_side(tmp_path: Path, env: dict[str, str]) -> None:
    """Nothing has to change, so the second one starts its command while the first one's still runs."""
    write(tmp_path, "commands = python wait.py {posargs}")
    with started([*TOX, "r", "--notest"], cwd=tmp_path, env=env) as (warm,):
        assert warm.end() == 0, warm.output

    with started([*TOX, "r", "--", "go-1"], cwd=tmp_path, env=env) as (first,):
        first.expect("RUNNING")
        with started([*TOX, "r", "--", "go-2"], cwd=tmp_path, env=env) as (second,):
            second.expect("RUNNING")
            (tmp_path / "go-2").touch()
            assert second.end() == 0, second.output
        (tmp_path / "go-1").touch()
        assert first.end() == 0, first.output


def test_recreation_waits_for_users_and_tells(tmp_path: Path, env: dict[str, str]) -> None:
    """The environment stays as it is while a command runs in it, and the JSON result tells how long that was."""
    write(tmp_path, "commands = python wait.py {posargs}")
    (tmp_path / "go-2").touch()

    with started([*TOX, "r", "--", "go-1"], cwd=tmp_path, env=env) as (first,):
        first.expect("RUNNING")
        with started([*TOX, "r", "-r", "--result-json", "out", "--", "go-2"], cwd=tmp_path, env=env) as (second,):
            line = second.expect("waiting for environment a")
            assert str(first.pid) in line
            assert "remove tox env folder" not in second.output
            assert (tmp_path / ".tox" / "a" / "pyvenv.cfg").exists()
            (tmp_path / "go-1").touch()
            second.expect("remove tox env folder")
            assert second.end() == 0, second.output
        assert first.end() == 0, first.output
    assert json.loads((tmp_path / "out").read_text())["testenvs"]["a"]["lock_waited_seconds"] >= 0.5


def test_temporary_files_and_logs_of_others_survive(tmp_path: Path, env: dict[str, str]) -> None:
    """Only who is alone wipes what others may be using."""
    write(tmp_path, "commands = python wait.py {posargs}")
    with started([*TOX, "r", "--", "go-1"], cwd=tmp_path, env=env) as (first,):
        first.expect("RUNNING")
        kept = tmp_path / ".tox" / "a" / "tmp" / "kept"
        kept.touch()
        (tmp_path / "go-2").touch()
        with started([*TOX, "r", "--", "go-2"], cwd=tmp_path, env=env) as (second,):
            assert second.end() == 0, second.output
        assert kept.exists()
        (tmp_path / "go-1").touch()
        assert first.end() == 0, first.output

    logs = [path.name for path in (tmp_path / ".tox" / "a" / "log").iterdir()]
    assert sorted(logs) == ["1-commands[0].log", "2-commands[0].log"]


def test_change_of_dependencies_waits_for_users(tmp_path: Path, env: dict[str, str]) -> None:
    """A second configuration of the same environment is applied after the first one's commands have ended."""
    write(tmp_path, "deps = apple<2", "commands = python wait.py {posargs}")
    with started([*TOX, "r", "--", "go-1"], cwd=tmp_path, env=env) as (first,):
        first.expect("RUNNING")
        write(tmp_path, "deps = apple>1", "commands = python -c 'import apple; print(\"apple\", apple.VERSION)'")
        with started([*TOX, "r"], cwd=tmp_path, env=env) as (second,):
            second.expect("waiting for environment a")
            (tmp_path / "go-1").touch()
            second.expect("apple 2.0")
            assert second.end() == 0, second.output
        assert first.end() == 0, first.output


@pytest.mark.parametrize(
    ("how", "code"),
    [
        pytest.param(Child.kill, KILLED, id="killed"),
        pytest.param(
            Child.terminate,
            143,
            id="terminated",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="no process can ask another one there to end"),
        ),
        pytest.param(Child.interrupt, 254, id="interrupted"),
    ],
)
def test_death_while_installing_leads_to_a_new_environment(
    tmp_path: Path, env: dict[str, str], how: Callable[[Child], None], code: int
) -> None:
    """The next run waits for an installer that lives on, as it does not on Windows, then starts from nothing."""
    write(tmp_path, "deps = whole", "install_command = python install.py", "commands = python -c 'print(\"OK\")'")

    with started([*TOX, "r"], cwd=tmp_path, env=env) as (first,):
        first.expect("install_deps>")
        wait_for(tmp_path / "installing")
        how(first)
        assert first.process.wait(30) == code, first.output
        assert record(tmp_path)["state"] == {"is": "building"}
        with started([*TOX, "r"], cwd=tmp_path, env=env) as (second,):
            if how is Child.kill and sys.platform != "win32":
                second.expect("waiting for environment a")
            (tmp_path / "install-on").touch()
            second.expect("recreate env because its last setup did not finish")
            assert second.end() == 0, second.output

    assert record(tmp_path)["state"]["is"] == "ready"
    assert len(list((tmp_path / ".tox" / "a").rglob("whole.py"))) == 1


def test_interrupt_while_waiting_ends_the_wait(tmp_path: Path, env: dict[str, str]) -> None:
    """Whoever waits for another process can be stopped."""
    write(tmp_path, "commands = python wait.py {posargs}")
    with started([*TOX, "r", "--", "go-1"], cwd=tmp_path, env=env) as (first,):
        first.expect("RUNNING")
        with started([*TOX, "r", "-r"], cwd=tmp_path, env=env) as (second,):
            second.expect("waiting for environment a")
            second.interrupt()
            assert second.end(10) == 254, second.output
        (tmp_path / "go-1").touch()
        assert first.end() == 0, first.output


def test_time_to_wait_can_be_limited(tmp_path: Path, env: dict[str, str]) -> None:
    """The environment fails with a sentence that says who has it."""
    write(tmp_path, "commands = python wait.py {posargs}")
    with started([*TOX, "r", "--", "go-1"], cwd=tmp_path, env=env) as (first,):
        first.expect("RUNNING")
        with started([*TOX, "r", "-r", "--lock-timeout", "0"], cwd=tmp_path, env=env) as (second,):
            code = second.end()
        (tmp_path / "go-1").touch()
        assert first.end() == 0, first.output

    assert code != 0
    assert str(first.pid) in second.output
    assert "Traceback" not in second.output


def test_command_may_run_tox_in_its_own_environment(tmp_path: Path, env: dict[str, str]) -> None:
    """A nested run uses the environment beside its ancestor; what would change it is refused at once."""
    inner = tmp_path / "inner.py"
    inner.write_text(
        "import os, subprocess, sys\n"
        "env = {k: v for k, v in os.environ.items() if not k.startswith('TOX_')}\n"
        "sys.exit(subprocess.run(sys.argv[1:], env=env).returncode)\n",
        encoding="utf-8",
    )
    command = f"commands = python inner.py {sys.executable} -m tox r -c other.ini {{posargs}}"
    write(tmp_path, "allowlist_externals = *", command)
    (tmp_path / "other.ini").write_text(
        "[tox]\nno_package = true\nenv_list = a\n[testenv]\ncommands = python -c 'print(\"NESTED\")'\n",
        encoding="utf-8",
    )

    with started([*TOX, "r"], cwd=tmp_path, env=env) as (used,):
        assert used.end() == 0, used.output
    with started([*TOX, "r", "--", "-r"], cwd=tmp_path, env=env) as (changed,):
        assert changed.end() != 0

    assert "NESTED" in used.output
    assert "NESTED" not in changed.output
    assert "Traceback" not in changed.output


def wait_for(path: Path) -> None:
    """Wait until another process has made a file."""
    end = time.monotonic() + 100
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not come"
        time.sleep(0.01)
