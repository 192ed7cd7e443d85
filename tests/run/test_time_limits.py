"""Commands that may take only so long."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.processes import eventually, started
from tests.run.projects import ini, offline_environ, tox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.run.projects import Ended

SLEEP = "python -c 'import time; time.sleep(60)'"
POST = "commands_post = python -c 'print(\"post\")'"
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose environment exists already."""
    path = tmp_path_factory.mktemp("limits")
    assert tox(path, "r", "-n", tox_ini=ini("a")).code == 0
    return path


def run(folder: Path, *lines: str, args: tuple[str, ...] = ()) -> Ended:
    """Run the environment with these settings."""
    return tox(folder, "r", *args, tox_ini=ini("a", testenv="\n".join(["allowlist_externals = sh", *lines])))


def report(ended: Ended) -> list[str]:
    """Give the lines of the final report, without times."""
    lines = ended.out.splitlines()
    return [line.split(" (")[0] for line in lines if line.startswith("  a:")]


def test_each_command(folder: Path) -> None:
    """A command that takes too long is stopped and fails, what comes after it does not run, what cleans up does."""
    ended = run(
        folder,
        "commands_timeout = 2",
        f"commands =\n  {SLEEP}\n  python -c 'print(\"no\")'",
        POST,
        args=("--result-json", "r.json"),
    )

    assert ended.code == 124
    assert "a: commands[0] ran into commands_timeout of <s> seconds, which ends it" in ended.out
    assert [word in ended.out.splitlines() for word in ("no", "post")] == [False, True]
    assert report(ended) == ["  a: commands[0] ran into commands_timeout of <s> seconds", "  a: FAIL code 124"]
    record = json.loads((folder / "r.json").read_text())["testenvs"]["a"]
    assert record["result"]["overruns"] == ["commands[0] ran into commands_timeout of 2 seconds"]
    assert [command.get("timeout") for command in record["test"]] == [{"commands_timeout": 2.0}, None]
    (log,) = (folder / ".tox" / "a" / "log").glob("*-commands[[]0].log")
    assert "ran into: commands_timeout of 2 seconds" in log.read_text().splitlines()


def test_all_commands(folder: Path) -> None:
    """When the time of the environment is over, nothing of it goes on, whatever errors are ignored."""
    commands = f"commands =\n  - {SLEEP}\n  python -c 'print(\"no\")'"

    ended = run(folder, "env_timeout = 2", "ignore_errors = true", "commands_retry = 3", commands, POST)

    assert ended.code == 124
    assert [word in ended.out.splitlines() for word in ("no", "post")] == [False, True]
    assert report(ended) == [
        "  a: commands[0] ran into env_timeout of <s> seconds",
        "  a: commands[1] did not run, env_timeout of <s> seconds was over",
        "  a: FAIL code 124",
    ]


def test_errors_are_ignored(folder: Path) -> None:
    """A command that ran into a limit of its own has failed like others do: it is forgiven, but never wanted."""
    commands = f"commands =\n  - {SLEEP}\n  ! {SLEEP}\n  python -c 'print(\"yes\")'"

    ended = run(folder, "commands_timeout = 2", "ignore_errors = true", commands)

    assert ended.code == 124
    assert "yes" in ended.out.splitlines()
    assert report(ended) == ["  a: commands[1] ran into commands_timeout of <s> seconds", "  a: FAIL code 124"]


def test_tried_again(folder: Path) -> None:
    """Each attempt has the whole time, and one that succeeds makes up for those that took too long."""
    code = "import pathlib, time; p = pathlib.Path('tried'); s = p.exists(); p.touch(); time.sleep(0 if s else 60)"
    (folder / "tried").unlink(missing_ok=True)

    ended = run(folder, "commands_timeout = 3", "commands_retry = 1", f'commands = python -c "{code}"')

    assert ended.code == 0
    assert "command failed (attempt 1 of 2), retrying" in ended.out
    assert report(ended) == ["  a: OK"]


def test_cleaning_up_has_its_own_time(folder: Path) -> None:
    """Commands that clean up get the time of the environment once more, and no longer."""
    ended = run(
        folder,
        "env_timeout = 3",
        f"commands = {SLEEP}",
        f"commands_post =\n  python -c 'print(\"post\")'\n  {SLEEP}",
    )

    assert "post" in ended.out.splitlines()
    assert report(ended) == [
        "  a: commands[0] ran into env_timeout of <s> seconds",
        "  a: commands_post[1] ran into env_timeout of <s> seconds",
        "  a: FAIL code 124",
    ]


def test_in_time(folder: Path) -> None:
    """Commands that do not take too long go as ever."""
    ended = run(folder, "env_timeout = 60", "commands_timeout = 50", "commands = python -c 'print(\"yes\")'")

    assert ended.code == 0
    assert "yes" in ended.out.splitlines()
    assert report(ended) == ["  a: OK"]


@on_posix
def test_what_a_command_started_is_stopped(folder: Path) -> None:
    """The whole process group climbs the ladder: interrupt, terminate, kill."""
    inner = "trap '' INT TERM; echo $$ > inner; sleep 60"
    (folder / "stubborn.sh").write_text(f"trap '' INT TERM\nsh -c \"{inner.replace('$', chr(92) + '$')}\" &\nwait\n")

    ended = run(
        folder,
        "commands_timeout = 2",
        "interrupt_timeout = 0.11",
        "terminate_timeout = 0.12",
        "commands = sh stubborn.sh",
    )

    assert ended.code == 124
    rungs = [line.split()[2] for line in ended.out.splitlines() if line.startswith("a: send SIG")]
    assert rungs == ["SIGINT(2)", "SIGTERM(15)", "SIGKILL(9)"]
    pid = int((folder / "inner").read_text())
    eventually(lambda: gone(pid))


def gone(pid: int) -> bool:
    """Tell whether a process has ended; one that nobody has buried counts as ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        if sys.platform == "linux":
            with suppress(FileNotFoundError), open(f"/proc/{pid}/stat", encoding="utf-8") as file:  # noqa: PTH123
                return file.read().rpartition(")")[2].split()[0] == "Z"
        return False
    return True


def test_interrupt_reaches_the_group(folder: Path) -> None:
    """Interrupting tox ends a command that has a limit as it does others."""
    code = "import time; print(chr(114) + 'eady', flush=True); time.sleep(60)"
    (folder / "tox.ini").write_text(
        ini("a", testenv=f'commands_timeout = 50\ninterrupt_timeout = 50\ncommands = python -c "{code}"')
    )

    with started([sys.executable, "-m", "tox", "r"], cwd=folder, env=offline_environ()) as (child,):
        child.expect("ready")
        child.interrupt()
        assert child.end() == 254

    assert f"  a: FAIL code {3221225786 if sys.platform == 'win32' else -2}" in child.output
    assert "ran into" not in child.output


@pytest.mark.parametrize("value", ["-1", "inf", "nan", "soon"])
def test_bad_values(folder: Path, value: str) -> None:
    """What is no number of seconds is refused in a sentence."""
    ended = run(folder, f"env_timeout = {value}", "commands = python -c 'print(\"no\")'")

    assert ended.code == 1
    assert "no" not in ended.out.splitlines()
    assert "env_timeout" in ended.out
    assert "Traceback" not in ended.out


def test_shown_when_set(folder: Path) -> None:
    """The settings are shown where they are set, so that projects without them see what they always saw."""
    text = ini("a", "b", b="env_timeout = 1\ncommands_timeout = 2")

    shown = tox(folder, "config", "-e", "a,b", "-k", "fail_fast", "env_timeout", "commands_timeout", tox_ini=text)
    by_override = tox(folder, "config", "-e", "a", "-k", "env_timeout", "-x", "testenv:a.env_timeout=3")

    assert shown.out.splitlines() == [
        "[testenv:a]",
        "fail_fast = False",
        "",
        "[testenv:b]",
        "fail_fast = False",
        "env_timeout = 1.0",
        "commands_timeout = 2.0",
    ]
    assert "env_timeout = 3.0" in by_override.out


def test_toml(folder: Path) -> None:
    """In TOML the settings are numbers, and environments inherit them."""
    text = 'env_list = ["x"]\nno_package = true\n[env_run_base]\nenv_timeout = 1\n[env.x]\ncommands_timeout = 2.5\n'
    (folder / "toml").mkdir()
    (folder / "toml" / "tox.toml").write_text(text)

    ended = tox(folder, "config", "-c", "toml", "-e", "x", "-k", "env_timeout", "commands_timeout")

    assert ended.out.splitlines()[-2:] == ["env_timeout = 1.0", "commands_timeout = 2.5"]
