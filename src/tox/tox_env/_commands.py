"""Running the commands of a setting, one after the other."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

from tox.execute.request import StdinSource

if TYPE_CHECKING:
    from pathlib import Path

    from tox.config.types import Command
    from tox.execute.api import Outcome
    from tox.tox_env.api import ToxEnv

__all__ = ["run_command_set", "verdict"]

_OK = 0


def run_command_set(
    tox_env: ToxEnv,
    key: str,
    cwd: Path,
    ignore_errors: bool,
    outcomes: list[Outcome],
    retry_count: int = 0,
) -> int:
    """Run the commands of one setting.

    :param key: name of the setting
    :param cwd: folder to start them in
    :param ignore_errors: whether to go on after a command has failed
    :param outcomes: how each attempt ended is appended here
    :param retry_count: how many more times to try a command that fails
    :returns: code of the first command that failed; 0 when none did
    """
    first_failure = _OK
    for index, command in enumerate(cast("list[Command]", tox_env.conf[key])):
        code = _run_command(tox_env, command, f"{key}[{index}]", cwd, outcomes, retry_count)
        if code != _OK:
            first_failure = first_failure or code
            if not ignore_errors:
                break
    return first_failure


def _run_command(
    tox_env: ToxEnv, command: Command, run_id: str, cwd: Path, outcomes: list[Outcome], retry_count: int
) -> int:
    code = _OK
    attempts = 1 + max(retry_count, 0)
    for attempt in range(1, attempts + 1):
        outcome = tox_env.execute(command.args, StdinSource.user_only(), show=True, cwd=cwd, run_id=run_id)
        outcomes.append(outcome)
        code = verdict(command, outcome)
        if code == _OK:
            outcome.log_run_done(logging.INFO)
            break
        outcome.log_run_done(logging.CRITICAL)
        if command.ignore_exit_code:
            logging.warning("command failed but is marked ignore outcome so handling it as success")
            return _OK
        if attempt < attempts:
            logging.warning(
                "command failed (attempt %d of %d), retrying ...: %s",
                attempt,
                attempts,
                outcome.request.shell_cmd_redacted,
            )
    return code


def verdict(command: Command, outcome: Outcome) -> int:
    """Judge how a command ended.

    :returns: 0 for success; a command that could not be started never succeeds, one that should fail and did not
        counts as 1
    """
    code = 1 if outcome.exit_code is None else outcome.exit_code
    if command.invert_exit_code and outcome.start_error is None:
        return 1 if code == _OK else _OK
    return code
