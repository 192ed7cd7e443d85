"""Running the commands of a setting."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from tox.config.types import Command
from tox.execute.api import Outcome
from tox.execute.request import ExecuteRequest, StdinSource
from tox.tox_env._commands import run_command_set, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tox.tox_env.api import ToxEnv


class FakeEnv:
    """Answers each command with the next of some exit codes."""

    def __init__(self, commands: list[Command], codes: Sequence[int]) -> None:
        self.conf = {"commands": commands}
        self.options = SimpleNamespace(no_capture=False)
        self._codes = iter(codes)
        self.ran: list[tuple[str, str]] = []

    def execute(self, cmd: list[str], stdin: StdinSource, *, show: bool, cwd: Path, run_id: str) -> Outcome:
        """Pretend to run a command."""
        self.ran.append((run_id, cmd[0]))
        return outcome(cmd, next(self._codes), cwd=cwd, stdin=stdin, show=show, run_id=run_id)


def outcome(
    cmd: list[str],
    code: int,
    *,
    cwd: Path = Path(),
    stdin: StdinSource = StdinSource.OFF,
    show: bool = True,
    run_id: str = "",
    start_error: BaseException | None = None,
) -> Outcome:
    request = ExecuteRequest(cmd, cwd, {}, stdin, run_id)
    return Outcome(request, show, code, "", "", 0.0, 1.0, cmd, {}, start_error)


def run(commands: list[str], codes: Sequence[int], **more: Any) -> tuple[int, FakeEnv, list[Outcome]]:
    env = FakeEnv([Command(text.split()) for text in commands], codes)
    outcomes: list[Outcome] = []
    options = {"ignore_errors": False, **more}
    code = run_command_set(cast("ToxEnv", env), "commands", Path(), outcomes=outcomes, **options)
    return code, env, outcomes


def test_commands_run_until_one_fails() -> None:
    """Its code is the result."""
    code, env, outcomes = run(["a", "b", "c"], [0, 3, 0])

    assert code == 3
    assert env.ran == [("commands[0]", "a"), ("commands[1]", "b")]
    assert [one.exit_code for one in outcomes] == [0, 3]


def test_ignored_errors_still_count() -> None:
    """All commands run, and the first failure is the result."""
    code, env, _ = run(["a", "b", "c"], [0, 3, 4], ignore_errors=True)

    assert code == 3
    assert len(env.ran) == 3


@pytest.mark.parametrize(
    ("command", "code", "expected"),
    [
        ("- a", 3, 0),
        ("- a", 0, 0),
        ("! a", 3, 0),
        ("! a", 0, 1),
    ],
)
def test_markers_turn_the_result(command: str, code: int, expected: int) -> None:
    """A dash forgives, an exclamation mark wants a failure."""
    result, _, _ = run([command], [code])

    assert result == expected


@pytest.mark.parametrize(
    ("codes", "expected", "attempts"),
    [([3, 4, 0], 0, 3), ([3, 4, 5], 5, 3), ([0], 0, 1)],
    ids=["third-time-lucky", "never", "at-once"],
)
def test_failing_command_is_tried_again(codes: list[int], expected: int, attempts: int) -> None:
    """Each attempt is an outcome of its own; the last one counts."""
    code, _, outcomes = run(["a"], codes, retry_count=2)

    assert code == expected
    assert len(outcomes) == attempts


def test_command_that_could_not_start_never_succeeds() -> None:
    """An exclamation mark wants the command to fail, not to be missing."""
    command = Command(["!", "a"])

    assert verdict(command, outcome(["a"], 2, start_error=FileNotFoundError())) == 2


def test_interrupted_command_counts_as_failed() -> None:
    """Without an exit code there is no success."""
    judged = verdict(Command(["a"]), cast("Outcome", SimpleNamespace(exit_code=None, start_error=None, exceeded=None)))

    assert judged == 1
